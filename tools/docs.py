"""Write the generated pages of `docs/`: the data dictionary and the list of indicators, from their definitions.

    python tools/docs.py       needs the prepared sample (`tthc prepare`)

A test holds that the committed pages are what this writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tthc_analysis.columns import PROVENANCE, TABLES, Column
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.indicators import OpenReport, all_indicators, open_report
from tthc_analysis.indicators.definition import Block, Figure, Mean, Rate
from tthc_analysis.indicators.registry import registry
from tthc_analysis.rules.laws import Law, laws

DOCS = Path(__file__).resolve().parent.parent / "docs"
KINDS = {
    "code": "mã", "text": "chữ", "category": "danh mục", "date": "ngày", "datetime": "ngày giờ", "integer": "số nguyên",
    "decimal": "số tiền, số thập phân", "boolean": "có/không",
}  # fmt: skip
FORMULAS = {
    "count": "đếm",
    "rate": "tử số ÷ mẫu số × 100",
    "mean": "tử số ÷ mẫu số",
    "amount": "đo hoặc tính theo bảng",
}


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def dictionary() -> str:
    """The data dictionary of every canonical table."""
    parts = [
        "# Từ điển dữ liệu",
        "Tạo bởi `tools/docs.py` từ `tthc_analysis/columns.py`; không sửa tay. Chỉ những cột dưới đây qua được khâu đọc: "
        "họ tên, số giấy tờ, địa chỉ, điện thoại, thư điện tử, ghi chú không có cột nào ở đây nên không thể lọt vào dữ liệu đã xử lý.",
    ]
    for one in TABLES.values():
        rows = [_column(c) for c in one.columns]
        parts += [
            f"## `{one.name}` – {one.label}",
            f"{one.meaning} Khóa: {', '.join(f'`{k}`' for k in one.key)}.",
            table(("Cột", "Nhãn", "Kiểu", "Đơn vị", "Bắt buộc", "Ý nghĩa, giá trị"), rows),
        ]
    parts += ["## Nguồn của mỗi dòng", "Mọi bảng đều có thêm:"]
    parts.append(table(("Cột", "Nhãn", "Kiểu", "Đơn vị", "Bắt buộc", "Ý nghĩa"), map(_column, PROVENANCE)))
    return "\n\n".join(parts) + "\n"


def _column(column: Column) -> tuple[str, ...]:
    values = "; ".join(f"`{code}` {label}" for code, label in column.values.items())
    meaning = f"{column.meaning}. {values}" if values else column.meaning
    return (f"`{column.name}`", column.label, KINDS[column.kind], column.unit, "có" if column.required else "", meaning)


def indicators(report: OpenReport) -> str:
    """Every declared figure with its formula, base, reference and value in the sample."""
    parts = [
        "# Chỉ tiêu",
        "Tạo bởi `tools/docs.py` từ định nghĩa trong `tthc_analysis/indicators`; không sửa tay. Cột giá trị là của kỳ "
        f"{report.period.id} trên dữ liệu mẫu (“–” là kỳ đó không in). Tên dùng trong mẫu Word, `tthc explain` và khi đối soát.",
    ]
    values = {i.name: indicator_text(i) for i in all_indicators(report)}
    rows: dict[str, list[tuple[str, ...]]] = {}
    for block, figure in registry().values():
        rows.setdefault(block.section, []).append(_figure(report, block, figure, values.get(figure.name, "–")))
    headers = ("Tên", "Chỉ tiêu", "Công thức", "Tử số hoặc số đếm", "Mẫu số", "Đơn vị", "Căn cứ", "Giá trị mẫu")
    for section, group in rows.items():
        parts += [f"## {section}", table(headers, group)]
    return "\n\n".join(parts) + "\n"


def _figure(report: OpenReport, block: Block, figure: Figure, value: str) -> tuple[str, ...]:
    base = report.said(figure.base) if isinstance(figure, Rate | Mean) else ""
    reference = report.laws.text(report.said(figure.reference or block.reference), report.period.end)
    part = report.said(figure.part_label or figure.label)
    return (
        f"`{figure.name}`",
        report.said(figure.label),
        FORMULAS[figure.kind],
        part,
        base,
        figure.unit,
        reference,
        value,
    )


MARKS = {"V": "đã đọc", "S": "nguồn thứ cấp", "K": "hiểu biết chung, chưa kiểm", "U": "chưa tìm thấy"}


def legal_texts() -> str:
    """The registry of legal texts with what is not known of them, and how a project adds its own."""
    parts = [
        "# Văn bản",
        "Tạo bởi `tools/docs.py` từ `tthc_analysis/rules/laws.toml`; không sửa tay. Mọi viện dẫn trong báo cáo được tính cho ngày "
        "cuối kỳ: văn bản không được nêu trước ngày đầu của nó, và sau ngày cuối chỉ được nêu kèm văn bản thay thế. Ngày không "
        "biết để là “chưa rõ”; điều khoản chưa đọc thì ghi “chưa kiểm điều khoản”.",
        table(("Mã", "Văn bản", "Ban hành", "Có hiệu lực", "Hết hiệu lực, thay thế", "Mức tin cậy"), map(_law, laws())),
        "## Văn bản của đơn vị",
        "Thêm kế hoạch, quy định của tỉnh, của đơn vị vào `quy-dinh/van-ban.toml` trong thư mục dự án, cùng mẫu:",
        _OWN_LAW,
    ]
    return "\n\n".join(parts) + "\n"


def _law(law: Law) -> tuple[str, ...]:
    in_force = f"{law.in_force:%d/%m/%Y}" if law.in_force else "chưa rõ"
    if law.in_force and law.in_force_mark:
        in_force += f" ({MARKS[law.in_force_mark]})"
    ends = [f"hết {law.last_day:%d/%m/%Y}"] if law.last_day else []
    for step in law.successions:
        since = f" từ {step.start:%d/%m/%Y}" if step.start else ", chưa rõ từ ngày nào"
        clause = f", {step.clause}" if step.clause else ""
        verb = "thay thế bởi" if step.how == "replaced" else "bãi bỏ bởi"
        ends.append(f"{verb} {laws()[step.by].name}{since}{clause} ({MARKS[step.mark]})")
    return (
        f"`{law.id}`",
        f"{law.name} {law.title}" if law.kind != "Luật" else law.name,
        f"{law.issued:%d/%m/%Y}",
        in_force,
        "; ".join(ends),
        MARKS[law.mark],
    )


_OWN_LAW = """```toml
[[laws]]
id = "QD-112-UBND"
kind = "Quyết định"
number = "112/QĐ-UBND"
title = "ban hành Kế hoạch kiểm soát thủ tục hành chính năm 2026"
issued = 2026-01-20
in_force = 2026-01-20       # không biết thì bỏ dòng này
last_day = 2026-12-31       # chỉ khi chính văn bản ấn định
source = "Văn thư của đơn vị"
checked = 2026-02-01
mark = "V"                  # V đã đọc, S nguồn thứ cấp, K hiểu biết chung, U chưa tìm thấy
```"""


def pages(report: OpenReport) -> dict[str, str]:
    """File name in `docs/` → its text."""
    return {"tu-dien-du-lieu.md": dictionary(), "chi-tieu.md": indicators(report), "van-ban.md": legal_texts()}


if __name__ == "__main__":
    for name, text in pages(open_report("2024")).items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
