"""The index over all published reports: `reports/index.html`, made from their manifests and figures."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tthc_analysis.config import Config
from tthc_analysis.display.formats import date_short
from tthc_analysis.report import publish, render
from tthc_analysis.report.manifest import MANIFEST

#: figures shown for each report: name → heading
FIGURES = {
    "dossiers_handled_count": "Nhận giải quyết",
    "dossiers_resolved_count": "Đã giải quyết",
    "dossiers_resolved_overdue_count": "Quá hạn",
    "dossiers_pending_count": "Đang giải quyết",
    "online_received_rate": "Nộp trực tuyến",
}


def write(config: Config) -> None:
    """Write the index anew, newest period first."""
    reports = [r for p in config.reports.glob(f"*/{MANIFEST}") if (r := _entry(p))]
    reports.sort(key=lambda r: (r["to"], r["from"]), reverse=True)
    about = render.PageContext(agency=config.agency.name, parent=config.agency.parent, title=config.title)
    html = render.page("reports.html.j2", about, reports=reports, columns=list(FIGURES.values()))
    publish.replace_file(config.reports / "index.html", html)


def _entry(path: Path) -> dict[str, Any] | None:
    if path.parent.name.startswith("."):
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    figures = {i["name"]: i["text"] for i in json.loads((path.parent / "indicators.json").read_text(encoding="utf-8"))}
    period, folder = data["period"], path.parent.name
    start, end = (date_short(date.fromisoformat(period[k])) for k in ("from", "to"))
    return {
        "href": f"{folder}/index.html",
        "label": period["label"],
        "from": period["from"],
        "to": period["to"],
        "dates": f"{start} – {end}",
        "state": ("Dự thảo" if data["state"] == "draft" else "Đạt kiểm tra")
        + (", dữ liệu mẫu" if data["sample_data"] else ""),
        "figures": [figures.get(name, "–") for name in FIGURES],
        "appendices": [
            {"href": f"{folder}/{name}", "title": f"PDF {i}"}
            for i, name in enumerate(
                (n for n in sorted(data["outputs"]) if n.startswith("phu-luc/") and n.endswith(".pdf")), 1
            )
        ],
    }
