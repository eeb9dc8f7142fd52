"""Write the generated pages of `docs/`: data dictionary, indicators and legal texts from their definitions, the rules of
counting from the scenarios that the tests hold.

    python tools/docs.py       needs the prepared sample (`tthc prepare`)

A test holds that the committed pages are what this writes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tthc_analysis.columns import DOSSIERS, PROVENANCE, TABLES, Column, Table
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


SCENARIOS = DOCS.parent / "tests" / "scenarios"
#: scenario file → what it is about
TOLD = {
    "counting/01_ngay_bien": "Hồ sơ: ngày biên của kỳ, đúng hạn, quá hạn",
    "counting/02_tra_lai_rut_cho_bo_sung": "Hồ sơ: trả lại, rút, chờ bổ sung, dừng xử lý",
    "counting/03_thieu_thong_tin": "Hồ sơ: thiếu thông tin",
    "registers/09_truc_tuyen_so_hoa_phi": "Hồ sơ: trực tuyến, số hóa, phí, quá hạn",
    "registers/10_qua_han": "Hồ sơ quá hạn, hẹn lại ngày trả",
    "registers/01_van_ban": "Sổ văn bản: chỉ đạo, công bố, đánh giá tác động",
    "registers/02_danh_muc_tthc": "Danh mục thủ tục",
    "registers/03_don_gian_hoa": "Đơn giản hóa và chi phí tuân thủ",
    "registers/04_phan_anh_kien_nghi": "Phản ánh, kiến nghị",
    "registers/05_truyen_thong": "Truyền thông",
    "registers/06_cam_ket": "Cam kết",
    "registers/07_xac_thuc": "Xác thực định danh",
    "registers/08_sang_kien": "Sáng kiến",
}
#: column of a scenario → its heading, where no canonical column or figure has it
HEADINGS = {
    "received": "Ngày tiếp nhận",
    "due": "Ngày hẹn trả",
    "resolved": "Ngày kết thúc xử lý",
    "returned": "Ngày trả kết quả",
    "vi_sao": "Vì sao",
}
COUNTING_SETS = {"so_2024": "so-2024", "he_thong_a_06": "he-thong-a-06", "theo_thoi_diem": "theo-thoi-diem"}


def scenarios(report: OpenReport) -> str:
    """The rules of counting as tables of rows: what each adds to which figure, and why."""
    parts = [
        "# Cách đếm, từng trường hợp",
        "Tạo bởi `tools/docs.py` từ `tests/scenarios/`; không sửa tay. Kiểm thử tính lại từng dòng, nên bảng này và chương trình "
        "không thể nói khác nhau. Hồ sơ: Quý I/2024 (15/12/2023 – 14/03/2024), mỗi bộ quy tắc đếm (`tthc_analysis/rules/counting.toml`) một cột, ghi loại đầu vào / loại "
        "kết quả, trống là không thuộc kỳ. Các sổ: Quý II/2024 (15/03 – 14/06/2024); ô dưới một chỉ tiêu là phần dòng đó góp vào: "
        "một số, hay tử số/mẫu số; trống là không góp gì.",
    ]
    for stem, title in TOLD.items():
        with (SCENARIOS / f"{stem}.csv").open(encoding="utf-8") as source:
            lines = list(csv.DictReader(source))
        parts += [f"## {title}", *_scenario(lines, report)]
    return "\n\n".join(parts) + "\n"


def _scenario(lines: Sequence[Mapping[str, str]], report: OpenReport) -> Iterator[str]:
    """One Markdown table for each canonical table of a scenario, with the columns that it uses."""
    for name in dict.fromkeys(line.get("bang", DOSSIERS.name) for line in lines):
        own = [line for line in lines if line.get("bang", name) == name]
        used = [n for n in own[0] if n != "bang" and any(line[n] for line in own)]
        headings = [_scenario_heading(n, TABLES[name], report) for n in used]
        yield f"{TABLES[name].label}:"
        yield table(headings, [[_scenario_cell(n, line[n], TABLES[name], report) for n in used] for line in own])


def _scenario_heading(name: str, of: Table, report: OpenReport) -> str:
    if name in COUNTING_SETS:
        return f"Theo `{COUNTING_SETS[name]}`"
    if name in registry():
        return f"**{report.said(registry()[name][1].label)}**"
    return HEADINGS.get(name) or of.column(name).label


def _scenario_cell(name: str, cell: str, of: Table, report: OpenReport) -> str:
    """A cell in words: codes by their labels, classes of dossiers by the labels of their counts."""
    if name in COUNTING_SETS:
        return " / ".join(_dossier_class(part, report) for part in cell.split(" / ")) if cell else ""
    return str(of.column(name).values.get(cell, cell)) if name in of.names else cell


def _dossier_class(name: str, report: OpenReport) -> str:
    return report.said(registry()[f"dossiers_{name}_count"][1].label).removeprefix("Hồ sơ ")


def pages(report: OpenReport) -> dict[str, str]:
    """File name in `docs/` → its text."""
    return {
        "tu-dien-du-lieu.md": dictionary(),
        "chi-tieu.md": indicators(report),
        "van-ban.md": legal_texts(),
        "cach-dem.md": scenarios(report),
    }


if __name__ == "__main__":
    for name, text in pages(open_report("2024")).items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
