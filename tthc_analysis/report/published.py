"""Published reports on disk: found by folder, by period, or as an earlier run of a period kept in the history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tthc_analysis.config import TRIALS
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.documents.content import Revision
from tthc_analysis.errors import TthcError, suggestion
from tthc_analysis.indicators import Indicator
from tthc_analysis.report.manifest import MANIFEST
from tthc_analysis.report.publish import HISTORY, kept_runs

INDICATORS = "indicators.json"
RUN_MARK = "@"


class NoReport(TthcError):
    """A folder that is no published report, or an earlier run that is not kept."""


class ForgedManifest(NoReport):
    """A manifest or list of figures as no run writes it: somebody has changed it."""

    exit_code = 3


#: far above any list of figures or manifest
MAX_JSON_BYTES = 64 << 20
_ASK = "Xin lại báo cáo từ nơi phát hành."


@dataclass(frozen=True)
class PublishedReport:
    """A published report as it lies on disk: its folder, manifest and figures by name; `run` is "" for the present one."""

    folder: Path
    manifest: Mapping[str, Any]
    figures: Mapping[str, Indicator]
    run: str = ""

    @property
    def period_id(self) -> str:
        """The period of the report."""
        return str(self.manifest["period"]["id"])

    @property
    def compiled(self) -> date | None:
        """The day that the report bears; None where its manifest tells of none."""
        try:
            return date.fromisoformat(str(self.manifest.get("compiled")))
        except ValueError:
            return None

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """What its versions changed, oldest first; raises ForgedManifest for what no run writes."""
        try:
            return tuple(Revision.from_dict(one) for one in self.manifest.get("revisions", ()))
        except (KeyError, TypeError, ValueError):
            raise ForgedManifest(
                "Bản kê ghi thay đổi so với bản trước không đúng dạng.", str(self.folder), _ASK
            ) from None

    @property
    def label(self) -> str:
        """Name of the report as printed: period, and the run where it is an earlier one."""
        label = str(self.manifest["period"]["label"])
        return f"{label}, bản trước {self.run}" if self.run else label

    @property
    def agency_id(self) -> str:
        """The id of the agency that the report is of."""
        return str(self.manifest["agency"])

    def text(self, name: str) -> str:
        """The figure called `name` as printed; "" when the report has none of that name."""
        return indicator_text(self.figures[name]) if name in self.figures else ""


def read_report(folder: Path, run: str = "") -> PublishedReport:
    """Open the report in `folder`; raises NoReport when manifest or figures are missing or are no JSON."""
    manifest, items = (_json(folder, name) for name in (MANIFEST, INDICATORS))
    try:
        figures = {i["name"]: Indicator.from_dict({k: v for k, v in i.items() if k != "text"}) for i in items}
        known = manifest["period"]["id"] and manifest["inputs"] and manifest["outputs"]
        _refuse_ways_out(folder, manifest)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        known = False
    if not known:
        raise NoReport(
            "Bản kê hoặc số liệu của báo cáo không đọc được.", str(folder), "Lập lại báo cáo: tthc report KỲ."
        )
    return PublishedReport(folder, manifest, figures, run)


def _json(folder: Path, name: str) -> Any:
    path = folder / name
    if not path.is_file() or path.is_symlink():
        raise NoReport(
            f"Thư mục không có {name}.", str(folder), "Nêu thư mục của một báo cáo đã công bố, ví dụ reports/2024."
        )
    if path.stat().st_size > MAX_JSON_BYTES:
        raise ForgedManifest(f"Tệp {name} lớn bất thường, không mở.", str(folder), _ASK)
    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise NoReport(
            f"Tệp {name} bị hỏng, không phải JSON.", str(folder), "Lập lại báo cáo: tthc report KỲ."
        ) from None
    except KeyError as error:
        raise ForgedManifest(f"Tệp {name} ghi mục “{error.args[0]}” hai lần.", str(folder), _ASK) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; KeyError for a key that stands twice, of which readers take one or the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise KeyError(next(n for n in names if names.count(n) > 1))
    return found


def _refuse_ways_out(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raise ForgedManifest for a name in the manifest that leads out of the folders it is about."""
    inputs = manifest["inputs"]
    names = [*manifest["outputs"], *(f"{e['dataset']}/{e['file']}" for e in inputs["exports"])]
    names += [n for part in ("raw_settings", "notebooks", "document") for n in inputs[part]]
    names.append(str(manifest["period"]["id"]))
    if any(_leads_out(name) for name in names):
        raise ForgedManifest("Bản kê nêu đường dẫn ra ngoài thư mục báo cáo, dữ liệu.", str(folder), _ASK)


def _leads_out(name: str) -> bool:
    parts = name.split("/")
    return any(ord(c) < 32 for c in name) or "\\" in name or ":" in parts[0] or not all(p.strip(".") for p in parts)


def earlier_runs(reports: Path, period_id: str) -> list[str]:
    """The former reports of a period that are kept, oldest first; each is named by the run that replaced it."""
    history = reports / HISTORY / period_id
    return [name for name in kept_runs(history) if (history / name / MANIFEST).is_file()]


def find_report(text: str, reports: Path | None) -> PublishedReport:
    """The report named by a folder (`reports/2024`), a period (`2024`) or an earlier run (`reports/2024@20250103T070000`).

    Raises NoReport; the message names the runs that are kept.
    """
    place, mark, run = text.partition(RUN_MARK)
    folder = Path(place)
    if TRIALS in folder.parts[:-1] or folder.resolve().parent.name == TRIALS:
        what = "Đây là bản xem thử vài mục, không phải báo cáo đã công bố."
        raise NoReport(what, str(folder), f"Công bố rồi nêu báo cáo ấy: tthc report {folder.name}")
    if reports is not None and not (folder / MANIFEST).is_file() and (reports / folder.name).is_dir():
        folder = reports / folder.name
    if not mark:
        return read_report(folder)
    above, period_id = folder.resolve().parent, folder.name
    runs = earlier_runs(above, period_id)
    if run not in runs:
        now = suggestion(run, runs) if runs else "Kỳ này chưa có bản cũ nào được giữ."
        raise NoReport(f"Không giữ bản trước “{run}” của kỳ {period_id}.", str(above / HISTORY / period_id), now)
    return read_report(above / HISTORY / period_id / run, run)


def published_folders(reports: Sequence[Path]) -> list[Path]:
    """Every published report below the folders `reports`, the first of which is the project's; raises NoReport for none."""
    found = sorted({p.parent for folder in reports for p in folder.glob(f"*/{MANIFEST}")})
    found = [p for p in found if not p.name.startswith(".")]
    if not found:
        place = str(reports[0]) if reports else ""
        raise NoReport("Chưa có báo cáo nào được công bố ở đây.", place, "Nêu thư mục của báo cáo, ví dụ reports/2024.")
    return found
