"""Published reports: `compare`, `verify`, `collect`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import (
    LISTED,
    Agency,
    command,
    open_config,
    say,
)

if TYPE_CHECKING:
    from tthc_analysis.audit.compare import Comparison
    from tthc_analysis.audit.verify import Verification
    from tthc_analysis.config import Config


@command("compare")
def compare_command(
    before: Annotated[str, typer.Argument(metavar="TRƯỚC", help="Kỳ (2023), hoặc bản trước: reports/2024@BẢN_TRƯỚC.")],
    now: Annotated[
        str, typer.Argument(metavar="SAU", help="Kỳ hoặc báo cáo; mặc định báo cáo đang công bố của kỳ đó.")
    ] = "",
    html: Annotated[Path | None, typer.Option("--html", metavar="TỆP", help="Ghi trang so sánh.")] = None,
    json: Annotated[Path | None, typer.Option("--json", metavar="TỆP", help="Ghi đủ mã dạng JSON.")] = None,
    agency: Agency = "",
) -> None:
    """So hai kỳ, hoặc hai lần lập của một kỳ: số nào đổi, đổi bao nhiêu, do hồ sơ nào.

    Nói rõ ngày trùng, ngày hở giữa hai kỳ; hồ sơ chuyển sang phải bằng hồ sơ đang giải quyết của kỳ liền trước, nếu lệch
    thì giải thích từng hồ sơ.

    Ví dụ: `tthc compare 2023 2024` · `tthc compare reports/2024@20250103T070000 --html so-sanh.html`
    """
    from tthc_analysis.audit.compare import compared, default_other, to_html, to_json
    from tthc_analysis.report.manifest import write_json

    config = open_config(agency)
    with compared(config, before, now or default_other(before), say()) as found:
        _show_comparison(found)
        if html:
            html.write_text(to_html(config.agency, config.data.sample, found), encoding="utf-8")
        if json:
            write_json(json, to_json(found))
    for path in filter(None, (html, json)):
        console.make_console().print(f"Đã ghi [bold]{path}[/].")


def _show_comparison(found: Comparison) -> None:
    out = console.make_console()
    for note in found.notes:
        out.print(f"• {note}", markup=False)
    if found.bridge:
        out.print(found.bridge.sentence, markup=False, style="bold")
        for reason, count in found.bridge.reasons.items():
            out.print(f"  {count} hồ sơ: {reason}", markup=False)
    if found.inputs:
        rows = [(d.kind, d.name, d.before, d.now) for d in found.inputs]
        out.print(console.simple_table("Đầu vào khác nhau", ("Loại", "Tên", "Trước", "Sau"), rows))
    if found.changes:
        headers = ("Mục", "Số liệu", found.before.label, found.now.label, "Chênh lệch", "Dòng sau tử số")
        figures = [(c.section, c.label, c.before, c.now, c.difference_text, c.rows_text) for c in found.changes]
        out.print(console.simple_table("Số liệu thay đổi", headers, figures, right=[2, 3, 4]))
    if found.dossiers:
        shown = [(d.code, d.what, d.facts_text) for d in found.dossiers[:LISTED]]
        out.print(console.simple_table("Hồ sơ có thông tin khác nhau", ("Mã hồ sơ", "Thay đổi", "Thông tin"), shown))
        if len(found.dossiers) > LISTED:
            out.print(f"… và {len(found.dossiers) - LISTED} hồ sơ nữa (ghi đủ bằng --html hoặc --json).")
    out.print(f"{len(found.changes)} số liệu thay đổi, {found.unchanged} số liệu không đổi.")


@command("verify")
def verify_command(
    reports: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="THƯ_MỤC", help="Thư mục báo cáo, kỳ, hoặc KỲ@BẢN_TRƯỚC; mặc định mọi báo cáo đã công bố."
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Chỉ kiểm tra từng tệp, không lập lại báo cáo.")] = False,
) -> int:
    """Kiểm tra báo cáo đã công bố còn nguyên không, rồi lập lại từ tệp xuất gốc và so từng byte.

    Đầu vào hôm nay đã khác thì lập lại thêm một lần từ chính những đầu vào ghi trong bản kê.

    Mã kết thúc: 0 còn nguyên và lập lại giống hệt; 1 ra khác chỉ vì đầu vào đã khác (đã chứng minh), hoặc chưa lập lại được;
    3 đã bị sửa, hoặc không chứng minh được là chưa bị sửa.

    Ví dụ: `tthc verify reports/2024` · `tthc verify --quick`
    """
    from tthc_analysis.audit.verify import verify
    from tthc_analysis.errors import ConfigError as NoConfig
    from tthc_analysis.report.published import find_report, published_folders

    config: Config | None
    try:
        config = open_config()
    except NoConfig:
        config = None
    wanted = list(reports or []) or [str(p) for p in published_folders(config.all_reports if config else ())]
    found = [verify(find_report(text, config.reports if config else None), config, quick, say()) for text in wanted]
    for one in found:
        _show_verification(one)
    return max(one.exit_code for one in found)


def _show_verification(found: Verification) -> None:
    from tthc_analysis.audit.intact import FAULT_WORDS

    out = console.make_console()
    head = f"{found.report.folder} – {found.report.label}; bản kê sha256 {found.manifest_sha256[:16]}…"
    out.print(head, style="bold", markup=False)
    if found.faults:
        rows = [(f.path, FAULT_WORDS[f.kind], f.detail) for f in found.faults]
        out.print(
            console.simple_table(
                "Tệp sai khác", ("Tệp", "Tình trạng", "Chỗ khác đầu tiên (bản gốc → bản đang có)"), rows
            )
        )
    if found.rebuilt:
        headers = ("Loại", "Tên", "Khi công bố", "Lập lại")
        for title, listed in (
            ("Đầu vào khác", found.rebuilt.inputs),
            ("Kết quả khác", found.rebuilt.outputs),
            ("Số liệu đổi", found.rebuilt.figures),
        ):
            if listed:
                shown = [(d.kind, d.name, d.before, d.now) for d in listed[:LISTED]]
                out.print(console.simple_table(title, headers, shown))
                if len(listed) > LISTED:
                    out.print(f"… và {len(listed) - LISTED} chỗ khác nữa.")
    out.print(found.conclusion, style="bold green" if found.exit_code == 0 else "bold red", markup=False)


@command("collect")
def collect_command(
    folder: Annotated[Path, typer.Argument(metavar="THƯ_MỤC", help="Nơi để các báo cáo, biểu mẫu .xlsx được gửi đến.")],
    agency: Agency = "",
) -> int:
    """Nhận báo cáo của các đơn vị gửi đến để tổng hợp: đối chiếu bản kê, đọc Biểu II.06a, giữ lại từng ô.

    Báo cáo đã công bố phải còn đúng từng tệp như bản kê; tệp biểu mẫu .xlsx không có bản kê thì soát cân đối, tổng số của
    chính nó. Lần nhận sau thay lần trước của cùng đơn vị, kỳ, quy tắc. Mã 3 khi có thứ không nhận được.

    Ví dụ: `tthc collect gui-den/`, rồi `tthc report 2024-Q3`
    """
    from tthc_analysis.audit.collect import collect
    from tthc_analysis.errors import ConfigError

    config = open_config(agency)
    if not config.rolls_up:
        raise ConfigError(
            f"{config.agency.name} không có đơn vị cấp dưới nên không tổng hợp.",
            "config.toml, mục [[agencies]]",
            "Khai báo các đơn vị với parent là mã của cơ quan này (docs/tong-hop.md).",
        )
    if not folder.is_dir():
        raise ConfigError("Không thấy thư mục.", str(folder), "Nêu thư mục có các báo cáo gửi đến.")
    names = {m.id: m.name for m in config.members}
    results = collect(config, folder)
    rows = [
        (r.place, names[r.sent.body], f"{r.sent.starts:%d/%m/%Y}–{r.sent.ends:%d/%m/%Y}", r.sent.rule_set or "không rõ", "đã nhận")
        if r.sent
        else (r.place, "", "", "", f"KHÔNG NHẬN: {r.why}")
        for r in results
    ]  # fmt: skip
    out = console.make_console()
    out.print(console.simple_table("", ("Gửi đến", "Đơn vị", "Kỳ", "Quy tắc đếm", "Kết quả"), rows))
    taken = sum(r.sent is not None for r in results)
    out.print(f"Đã nhận {taken}/{len(results)}. Lập báo cáo tổng hợp: tthc report KỲ", markup=False)
    return 0 if taken == len(results) else 3
