"""The inputs of two reports held against each other, as their manifests state them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tthc_analysis.fingerprint import LOCK_FILE

NONE = "không có"


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same now as in the manifest: what kind of thing, its name, before and now."""

    kind: str
    name: str
    before: str
    now: str


def input_differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Inputs that two manifests state differently: exports, tables, settings, notebooks, prose, rules, code, packages."""
    old, new = before["inputs"], now["inputs"]
    yield from differing("tệp xuất", _exports(old), _exports(new))
    yield from differing("bảng dữ liệu", _hashes(old["tables"]), _hashes(new["tables"]))
    yield from differing("khai báo cột, sửa lỗi", old.get("raw_settings", {}), new.get("raw_settings", {}))
    yield from differing("sổ tay", old["notebooks"], new["notebooks"])
    yield from differing("phần lời, mẫu Word", old.get("document", {}), new.get("document", {}))
    yield from differing("bộ quy tắc", _flat(before["rule_set"]), _flat(now["rule_set"]))
    yield from differing("kỳ báo cáo", _flat(before["period"]), _flat(now["period"]))
    yield from differing("tham số", _flat(before["parameters"]), _flat(now["parameters"]))
    names = {"config_sha256": "config.toml", "package_sha256": "mã nguồn tthc_analysis", "lock_sha256": LOCK_FILE}
    single = [{label: side[key] for key, label in names.items()} for side in (old, new)]
    yield from differing("chương trình, cấu hình", single[0], single[1])
    yield from differing("gói phần mềm", before["versions"], now["versions"])


def _exports(inputs: Mapping[str, Any]) -> dict[str, str]:
    return {f"{e['dataset']}/{e['file']}": e["sha256"] for e in inputs["exports"]}


def _hashes(tables: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(entry["content_sha256"]) for name, entry in tables.items()}


def _flat(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def differing(kind: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Difference]:
    """The entries that two mappings do not have alike, in order of name."""
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield Difference(kind, name, _short(before.get(name)), _short(now.get(name)))


def _short(value: str | None) -> str:
    """A value for a table cell; of a sha256 the first digits."""
    if value is None:
        return NONE
    return value[:12] if len(value) == 64 and set(value) <= set("0123456789abcdef") else value[:80]
