"""What an analyst sees of values that are no displays: a period, the tables of a report, frames of canonical columns.

Only how a notebook shows them changes; the values stay what they are.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from tthc_analysis.columns import PROVENANCE, TABLES
from tthc_analysis.display.formats import date_short
from tthc_analysis.display.notebook import styled
from tthc_analysis.indicators.dossiers import LABELS

if TYPE_CHECKING:
    import pandas as pd

    from tthc_analysis.periods import Period
    from tthc_analysis.store import Store

#: rows of a frame that are shown; a report's own tables show all
_ROWS = 20
#: a text of more signs may break into lines
_SHORT = 24
_INSTALLED: list[Any] = []


def install() -> None:
    """Teach the notebook that runs this process, if any, once."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None or shell in _INSTALLED:
        return
    _INSTALLED.append(shell)
    html, plain = (shell.display_formatter.formatters[kind] for kind in ("text/html", "text/plain"))
    html.for_type_by_name("tthc_analysis.periods", "Period", lambda p: styled(f"<p>{escape(period_text(p))}</p>"))
    plain.for_type_by_name("tthc_analysis.periods", "Period", lambda p, out, _cycle: out.text(period_text(p)))
    html.for_type_by_name("tthc_analysis.store.open", "Store", lambda s: styled(store_table(s).to_html(counted=False)))
    plain.for_type_by_name("tthc_analysis.store.open", "Store", lambda s, out, _cycle: out.text(str(store_table(s))))
    html.for_type_by_name("pandas", "DataFrame", frame_html)


def period_text(period: Period) -> str:
    """A period as it is spoken of: its name, its first and last day, who asked for a span of its own."""
    why = f" – {period.reason}" if period.reason else ""
    return f"{period.label}: từ {date_short(period.start)} đến {date_short(period.end)} ({period.days} ngày){why}"


def store_table(store: Store) -> Any:
    """The tables of a store: what to write in code and SQL, what each holds, how many rows it has."""
    from tthc_analysis.display.tables import ReportTable, TableColumn

    columns = (
        TableColumn("name", ("Tên trong mã và SQL",), "text"),
        TableColumn("label", ("Bảng",), "text"),
        TableColumn("meaning", ("Mỗi dòng",), "text"),
        TableColumn("rows", ("Số dòng",)),
    )
    rows = tuple(
        (t.name, t.label, t.meaning, store.index[t.name]["rows"]) for t in TABLES.values() if t.name in store.index
    )
    return ReportTable(
        "cac-bang", "Các bảng đã xử lý", columns, rows, notes=('Mở một bảng: report.store.frame("ho_so")',)
    )


def labels(names: list[str]) -> Mapping[str, str]:
    """Vietnamese labels of those `names` that are canonical columns or counts; of one table where all are in one."""
    whole = next((t for t in TABLES.values() if set(names) <= {*t.names, *(c.name for c in PROVENANCE)}), None)
    known = {**_all_labels(), **({c.name: c.label for c in whole.columns} if whole else {})}
    return {name: known[name] for name in names if name in known}


@cache
def _all_labels() -> Mapping[str, str]:
    columns = {c.name: c.label for t in reversed(list(TABLES.values())) for c in t.columns}
    return {**columns, **{c.name: c.label for c in PROVENANCE}, **LABELS}


def frame_html(frame: pd.DataFrame) -> str | None:
    """A frame of mostly canonical columns under their labels, names for code below; any other one as pandas shows it."""
    names = [str(c) for c in frame.columns]
    known = labels(names)
    if frame.columns.nlevels > 1 or len(known) * 2 <= len(names):
        return frame._repr_html_()  # type: ignore[operator, no-any-return]
    heads = "".join(f'<th scope="col">{_head(known.get(name, ""))}<code>{escape(name)}</code></th>' for name in names)
    shown = frame.head(_ROWS)
    rows = zip(shown.index, shown.itertuples(index=False, name=None), strict=True)
    body = "".join(f'<tr><th scope="row">{_cell(i)}</th>{"".join(_data(v) for v in row)}</tr>' for i, row in rows)
    more = f'<p class="table-note">Hiện {len(shown)} trong {len(frame)} dòng.</p>' if len(frame) > len(shown) else ""
    return styled(
        f'<div class="table-scroll"><table class="report-table"><thead><tr><th scope="col"></th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{more}"
    )


def _head(label: str) -> str:
    return f"{escape(label)}<br>" if label else ""


def _data(value: Any) -> str:
    import pandas as pd

    shown = _cell(value)
    css = "num" if pd.api.types.is_number(value) else "dai-chu" if len(shown) > _SHORT else "ma"
    return f'<td class="{css}">{shown}</td>'


def _cell(value: Any) -> str:
    """A value as written in code (a code stays a code), a moment to the second, nothing for no value."""
    import pandas as pd

    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    return escape(f"{value:%d/%m/%Y %H:%M:%S}" if isinstance(value, pd.Timestamp) else str(value))
