"""Rule data of a project's own: its legal texts, its calendar; beside those that the package ships, never instead of them."""

from __future__ import annotations

#: the folder, relative to the project's root
FOLDER = "quy-dinh"
LAWS = f"{FOLDER}/van-ban.toml"
CALENDAR = f"{FOLDER}/lich-lam-viec.toml"
CATALOGUE = f"{FOLDER}/danh-muc.toml"
