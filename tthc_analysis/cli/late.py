"""The work of a morning: `due`, what is late and what is soon due; `letters`, apologies for what is late."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tthc_analysis import folders
from tthc_analysis.cli import console
from tthc_analysis.cli.shared import LISTED, Agency, RuleSet, command, open_config, prepared
from tthc_analysis.clock import today
from tthc_analysis.errors import CalendarNotCovered, TthcError

if TYPE_CHECKING:
    from tthc_analysis.config import Config
    from tthc_analysis.documents.letters import Letter
    from tthc_analysis.indicators import OpenReport
    from tthc_analysis.indicators.deadlines import Deadlines

#: an export older than so many working days does not tell of this morning
_FRESH = 1
#: what an apology rests on
_BASIS = "ND-61-2018"
#: where letters are until all are written
_ASIDE = ".dang-viet-"
Day = Annotated[str, typer.Option("--day", metavar="NGÀY", help="Ngày cần xem, dd/mm/yyyy; mặc định hôm nay.")]


@command("due")
def due(
    within: Annotated[
        int, typer.Option("--within", metavar="N", min=0, max=250, help="Đến hạn trong N ngày làm việc tới.")
    ] = 5,
    day: Day = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="THƯ_MỤC", help="Ghi danh sách XLSX, CSV vào thư mục này, ngoài reports/."),
    ] = None,
    rule_set: RuleSet = "",
    agency: Agency = "",
) -> None:
    """Hồ sơ đang giải quyết đã quá hạn hoặc sắp đến hạn, theo đơn vị: danh sách cho mỗi buổi sáng.

    Tình trạng lấy theo bản xuất mới nhất; bản xuất cũ hơn một ngày làm việc thì được nhắc. Danh sách chỉ có mã hồ sơ, thủ tục, đơn vị, ngày.

    Ví dụ: `tthc due` · `tthc due --within 3 --out den-han`
    """
    from tthc_analysis.indicators.deadlines import deadlines

    config = open_config(agency)
    prepared(config)
    if out:
        outside_reports(out, config)
    on = day_of(day)
    report = report_on(config, on, rule_set)
    found = deadlines(report, on, within)
    _show(found)
    _say_outside(report, on)
    _say_age(report, found)
    _say_without_data(report)
    _say_without_end(report)
    if out:
        _write(found, out)


@command("letters")
def letters(
    out: Annotated[Path, typer.Option("--out", metavar="THƯ_MỤC", help="Thư mục ghi thư, ngoài reports/.")] = Path(
        "thu-xin-loi"
    ),
    day: Day = "",
    template: Annotated[
        Path | None,
        typer.Option(
            "--template", metavar="TỆP", help="Mẫu Word của đơn vị; mặc định [document] letter, rồi mẫu có sẵn."
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Viết cả cho hồ sơ mà sổ đã ghi thư xin lỗi.")] = False,
    rule_set: RuleSet = "",
    agency: Agency = "",
) -> None:
    """Thư xin lỗi, hẹn lại ngày trả (DOCX) cho từng hồ sơ đang quá hạn; tên người nộp để trống cho cán bộ điền.

    Nguyên nhân, ngày hẹn mới lấy từ sổ qua_han nếu có, không thì để trống. Hồ sơ đã có thư xin lỗi trong sổ thì không viết lại.

    Ví dụ: `tthc letters` · `tthc letters --template mau-04.docx --out thu`
    """
    from tthc_analysis.documents import letters as made
    from tthc_analysis.indicators import late

    config = open_config(agency)
    _refuse_roll_up(config)
    prepared(config)
    outside_reports(out, config)
    on = day_of(day)
    report = report_on(config, on, rule_set)
    found = late.open_late(report, on)
    wanted = found if every else found[found["apology_date"].isna()]
    basis, path = report.laws.cite(_BASIS, on), template or config.letter or made.TEMPLATE
    in_force = basis.text if basis.state == "in_force" else ""
    letters = map(_letter, wanted.to_dict("records"))
    texts = ((one.file_name, made.write(path, made.words(one, config.agency, on, in_force), on)) for one in letters)
    with console.make_console().status(f"Đang viết {len(wanted)} thư…"):
        written = 0 if wanted.empty else _put_into(out, texts)
    done = f"đã viết {written} thư vào {out}" if written else "không có thư nào phải viết"
    console.make_console().print(
        f"{len(found)} hồ sơ đang quá hạn ngày {on:%d/%m/%Y}; {len(found) - len(wanted)} hồ sơ đã có thư xin lỗi trong sổ; {done}.",
        markup=False,
    )
    if written:
        _say_what_to_check(config, "" if in_force else basis.text, path == made.TEMPLATE)
    from tthc_analysis.indicators.deadlines import deadlines

    _say_outside(report, on)
    _say_age(report, deadlines(report, on, 0))
    _say_without_end(report)


def _put_into(out: Path, texts: Iterable[tuple[str, bytes]]) -> int:
    """Write letters aside, one at a time, and put them into `out` when all are there; a mistake leaves none. How many they are."""
    is_new = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    folders.sweep(out, f"{_ASIDE}*")
    try:
        with TemporaryDirectory(dir=out, prefix=_ASIDE) as aside:
            for name, data in texts:
                (Path(aside) / name).write_bytes(data)
            written = list(Path(aside).iterdir())
            for path in written:
                path.replace(out / path.name)
    except BaseException:
        if is_new:
            out.rmdir()
        raise
    return len(written)


def _refuse_roll_up(config: Config) -> None:
    """Raise TthcError for an agency that rolls up others: each of them writes under its own letterhead."""
    if config.rolls_up:
        raise TthcError(
            f"{config.agency.name} tổng hợp từ các đơn vị, không tự giải quyết hồ sơ: thư phải do đơn vị giải quyết ký.",
            "tthc letters",
            f"Viết thư của từng đơn vị: tthc letters --agency MÃ (mã trong config.toml, ví dụ {config.members[0].id}).",
        )


def _say_what_to_check(config: Config, basis: str, is_ours: bool) -> None:
    """What the clerk checks before signing, on the error stream and never in a letter: the text it rests on, form, sign."""
    err = console.make_console(stderr=True)
    if basis:
        err.print(f"CẢNH BÁO: căn cứ trong thư để cán bộ kiểm tra, điền trước khi ký: {basis}.", markup=False)
    if is_ours:
        err.print(
            "CẢNH BÁO: mẫu thư có sẵn của chương trình chưa đối chiếu Mẫu 04 (xin lỗi và hẹn lại) của thông tư; thay bằng mẫu của "
            "đơn vị: [document] letter trong config.toml, hoặc --template TỆP.",
            markup=False,
        )
    if odd := config.agency.odd_sign:
        err.print(f"CẢNH BÁO: {odd}", markup=False)


def _letter(row: Mapping[Hashable, Any]) -> Letter:
    """What is known of a late dossier, as a letter says it."""
    import pandas as pd

    from tthc_analysis.documents.letters import Letter

    known = {name: value for name, value in row.items() if not pd.isna(value)}
    received, due, new_due = (
        pd.Timestamp(known[n]).date() if n in known else None for n in ("received_day", "due_day", "new_due_day")
    )
    return Letter(
        known["dossier_code"], known.get("procedure_name", ""), known.get("agency", ""),
        received, due, known.get("days_late"), known["cause"], new_due,
    )  # fmt: skip


def report_on(config: Config, on: date, rule_set: str) -> OpenReport:
    """The data under a rule set, for the month of a day."""
    from tthc_analysis.indicators import open_report_in

    return open_report_in(config, f"{on:%Y-%m}", rule_set)


def day_of(text: str) -> date:
    """The day that an option names; today for none. Raises TthcError for what is no day."""
    if not text:
        return today()
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise TthcError(f"“{text}” không phải một ngày.", "--day", "Viết như 05/12/2024.")


def outside_reports(folder: Path, config: Config) -> None:
    """Refuse to write a list of the office's own among what is published; raises RowsInsideReports."""
    from tthc_analysis.audit.explain import RowsInsideReports

    if folder.resolve().is_relative_to(config.reports.resolve()):
        raise RowsInsideReports(
            "Danh sách mã hồ sơ không được nằm trong thư mục báo cáo công bố.",
            str(folder),
            "Nêu một thư mục ở nơi khác, ví dụ den-han trong thư mục dự án.",
        )


def _show(found: Deadlines) -> None:
    from tthc_analysis.documents import worklist

    out = console.make_console()
    out.print(f"{worklist.title(found)}.", markup=False)
    units = [[str(cell) for cell in row] for row in worklist.unit_rows(found)]
    out.print(console.simple_table("Theo đơn vị", list(worklist.UNITS), units, right=range(1, len(worklist.UNITS))))
    rows = [["–" if v is None else _text(v) for v in row] for row in worklist.list_rows(found)[:LISTED]]
    if rows:
        last = len(worklist.LIST) - 1
        out.print(console.simple_table("Từng hồ sơ", list(worklist.LIST), rows, right=[last], keep=[2, 5, 6]))
    if (hidden := len(found.dossiers) - len(rows)) > 0:
        out.print(f"… và {hidden} hồ sơ nữa (ghi đủ bằng --out THƯ_MỤC).", markup=False)


def _text(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _say_outside(report: OpenReport, on: date) -> None:
    """Warn when the calendar does not know the day, on the error stream: no working days are counted to it."""
    try:
        report.calendar.is_working(on)
    except CalendarNotCovered as error:
        console.make_console(stderr=True).print(
            f"CẢNH BÁO: {error.what} Số ngày làm việc quá hạn, còn lại chưa tính được nên để trống. {error.now}",
            markup=False,
        )


def _say_age(report: OpenReport, found: Deadlines) -> None:
    """Warn when the export does not tell of the day, on the error stream so that a scheduled run keeps it apart."""
    from tthc_analysis.indicators.deadlines import export_age

    age = export_age(report, found)
    if found.exported is None or (found.day - found.exported).days <= _FRESH or (age is not None and age <= _FRESH):
        return
    how_old = f"đã {age} ngày làm việc" if age is not None else "đã cũ"
    console.make_console(stderr=True).print(
        f"CẢNH BÁO: bản xuất ngày {found.exported:%d/%m/%Y} {how_old}: hồ sơ tiếp nhận, giải quyết sau đó không có ở đây. "
        "Chép bản xuất mới vào thư mục dữ liệu rồi chạy lại.",
        markup=False,
    )


def _say_without_data(report: OpenReport) -> None:
    """Which agencies of a roll-up have no dossiers here, on the error stream: their late ones are not in the list."""
    from tthc_analysis.indicators.deadlines import bodies_without_data

    if names := bodies_without_data(report):
        console.make_console(stderr=True).print(
            f"CẢNH BÁO: danh sách không có hồ sơ của {len(names)} đơn vị chưa có dữ liệu hồ sơ: {', '.join(names)}.",
            markup=False,
        )


def _say_without_end(report: OpenReport) -> None:
    """How many dossiers have ended by their status and tell no day of it, on the error stream: they are not in the list."""
    from tthc_analysis.report.draft import without_end

    if missing := without_end(report):
        console.make_console(stderr=True).print(
            f"CẢNH BÁO: danh sách không có {missing} hồ sơ mà trạng thái ghi đã xử lý xong nhưng không ghi ngày xong.",
            markup=False,
        )


def _write(found: Deadlines, folder: Path) -> None:
    from tthc_analysis.documents import worklist

    folder.mkdir(parents=True, exist_ok=True)
    name = f"den-han-{found.day:%Y-%m-%d}"
    (folder / f"{name}.csv").write_bytes(worklist.to_csv(found))
    (folder / f"{name}.xlsx").write_bytes(worklist.to_xlsx(found))
    console.make_console().print(f"Đã ghi {folder / name}.csv, .xlsx.", markup=False)
