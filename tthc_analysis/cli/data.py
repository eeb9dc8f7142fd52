"""Exports and processed data: `prepare`, `check`, `inspect`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tthc_analysis.cli import console
from tthc_analysis.cli.accounts import show_accounts
from tthc_analysis.cli.shared import (
    Agency,
    command,
    open_config,
    prepared,
)
from tthc_analysis.errors import TthcError, suggestion

if TYPE_CHECKING:
    from tthc_analysis.exports import Inspection
    from tthc_analysis.store import Store


@command("prepare")
def prepare_command(agency: Agency = "") -> None:
    """Làm sạch, hợp nhất, kiểm tra dữ liệu gốc và ghi bảng đã xử lý.

    Tệp gốc không bao giờ bị sửa. Dòng không hiểu được nằm trong thư mục `cach_ly` kèm lý do.

    Ví dụ: `tthc prepare` · `tthc prepare --agency sgd-2`
    """
    config = open_config(agency)
    store = prepared(config, validator=_beside)
    show_accounts(store)
    console.make_console().print(f"Đã ghi vào [bold]{config.processed_name}[/].")


def _beside() -> Any:
    """What makes a validator that works in a process of its own while exports are read."""
    from tthc_analysis.report.validating import ALONE, beside

    return partial(beside, ALONE)


@command("check")
def check(
    every: Annotated[bool, typer.Option("--all", help="Liệt kê cả các yêu cầu đã đạt.")] = False,
    agency: Agency = "",
) -> int:
    """Kiểm tra dữ liệu, không lập báo cáo.

    Kết thúc với mã 3 khi có yêu cầu bắt buộc không đạt.

    Ví dụ: `tthc check` · `tthc check --all`
    """
    from tthc_analysis.indicators.quality import NOT_APPLICABLE, SEVERITIES

    config = open_config(agency)
    store = prepared(config)
    show_accounts(store)
    if config.rolls_up:
        return _members_checked(store)
    findings = store.findings()
    order = list(SEVERITIES)
    failed = sorted((f for f in findings if not f["passed"]), key=lambda f: (order.index(f["severity"]), f["code"]))
    aside = [f for f in findings if not f.get("applies", True)]
    rows = [
        (f["code"], f["text"], SEVERITIES[f["severity"]], str(f["checked"]),
         NOT_APPLICABLE if f in aside else str(f["failed"]), "; ".join(f["rows"][:3]))
        for f in (findings if every else failed)
    ]  # fmt: skip
    out = console.make_console()
    if rows:
        headers = ("Mã", "Yêu cầu", "Mức độ", "Số dòng", "Không đạt", "Ví dụ")
        out.print(console.simple_table("Kết quả kiểm tra", headers, rows, right=[3, 4]))
    critical = [f for f in failed if f["severity"] == "critical"]
    applying = len(findings) - len(aside)
    told = f"; {len(aside)} yêu cầu không áp dụng (tệp xuất không có cột)" if aside else ""
    out.print(f"{applying - len(failed)}/{applying} yêu cầu đạt; {len(critical)} yêu cầu bắt buộc không đạt{told}.")
    return 3 if critical else 0


def _members_checked(store: Store) -> int:
    """What is counted of the agencies of a roll-up, each checked by itself; the status is 3 when exports of one are not counted."""
    from tthc_analysis.preparation.members import NO_EXPORT
    from tthc_analysis.store.united import MEMBERS

    members = store.frame(MEMBERS)
    out = console.make_console()
    for name, why, body in members[["name", "why", "body"]].astype("str").to_numpy().tolist():
        told = why or "đạt mọi yêu cầu bắt buộc"
        out.print(f"{name}: {told} (tthc check --agency {body})", markup=False, soft_wrap=True)
    counted = int((members["why"] == "").sum())
    out.print(f"{counted}/{len(members)} đơn vị được tổng hợp từ tệp xuất.", markup=False)
    return 0 if members["why"].isin(["", NO_EXPORT]).all() else 3


@command("inspect")
def inspect(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp xuất cần xem.")],
    dataset: Annotated[
        str, typer.Option("--dataset", metavar="BỘ", help="Bộ dữ liệu; mặc định theo tên thư mục chứa tệp.")
    ] = "",
    stub: Annotated[
        Path | None,
        typer.Option("--stub", metavar="TỆP", help="Ghi mẫu khai báo cho hệ thống mới vào tệp *.profile.toml này."),
    ] = None,
    agency: Agency = "",
) -> int:
    """Xem một tệp xuất được hiểu thế nào: cột nhận ra, cột và giá trị lạ, số dòng từng loại.

    Kết thúc với mã 2 khi tệp chưa đọc được; `--stub` ghi sẵn mẫu khai báo để điền nốt.

    Ví dụ: `tthc inspect data/raw/sgddt/ho_so/thang3.xlsx` · `tthc inspect thang3.csv --dataset ho_so --stub data/raw/sgddt/cong.profile.toml`
    """
    from tthc_analysis.columns import TABLES
    from tthc_analysis.exports import inspect_export, profile_stub
    from tthc_analysis.rules.profiles import load_profiles

    name = dataset or file.resolve().parent.name
    if not file.is_file():
        raise TthcError("Không có tệp này.", str(file), "Kiểm tra lại đường dẫn.")
    if name not in TABLES:
        what = (
            f"Không có bộ dữ liệu “{name}”."
            if dataset
            else "Chưa biết tệp thuộc bộ dữ liệu nào: thư mục chứa nó không nói."
        )
        listed = "Thêm --dataset BỘ, ví dụ --dataset ho_so; các bộ: " + ", ".join(TABLES) + "."
        raise TthcError(what, "--dataset", suggestion(name, TABLES) if dataset else listed)
    config = open_config(agency)
    profiles = load_profiles(config.raw, config.agency.names, config.agency.body.issuers)
    found = inspect_export(file, TABLES[name], profiles)
    _show_inspection(found)
    if stub:
        if stub.exists():
            raise TthcError("Tệp khai báo đã có.", str(stub), "Nêu tên khác; tệp đang có không bị ghi đè.")
        stub.write_text(profile_stub(found), encoding="utf-8")
        console.make_console().print(f"Đã ghi mẫu khai báo vào [bold]{stub}[/]; điền nốt rồi chạy lại lệnh này.")
    return 0 if found.readable else 2


def _show_inspection(found: Inspection) -> None:
    out = console.make_console()
    exported = f"{found.snapshot_date:%d/%m/%Y}" if found.snapshot_date else "chưa rõ"
    profile = f"; hồ sơ cột “{found.profile}”" if found.profile else ""
    out.print(f"{found.file}: {found.form}; ngày xuất {exported} ({found.snapshot_rule}){profile}", markup=False)
    if found.hidden_sheets:
        names = ", ".join(f"“{name}”" for name in found.hidden_sheets)
        out.print(f"Trang ẩn, không đọc: {names} (cần thì bỏ ẩn trong tệp).", markup=False)
    for sheet in found.sheets:
        columns = [(h, found.table.column(n).label, n) for h, n in sheet.recognised.items()]
        columns += [(u.header, f"(bỏ qua; giống {u.guess}, {u.filled} ô)", "") for u in sheet.unknown]
        out.print(
            console.simple_table(
                f"Trang “{sheet.name}”" if sheet.name else "", ("Tiêu đề trong tệp", "Được hiểu là", "Tên cột"), columns
            )
        )
        out.print("; ".join(f"{kind}: {count} dòng" for kind, count in sheet.rows.items()), markup=False)
        if sheet.problem:
            out.print(f"Chưa đọc được: {sheet.problem}", style="red", markup=False)
    for column, counts in found.unknown_values.items():
        listed = "; ".join(f"“{value}” ({count} dòng)" for value, count in counts.items())
        out.print(f"Giá trị lạ ở cột “{found.table.column(column).label}”: {listed}", style="red", markup=False)
    if found.unknown_bodies:
        most_first = sorted(found.unknown_bodies.items(), key=lambda told: -told[1])
        listed = "\n".join(f'"{body}" = ""  # {count} thủ tục' for body, count in most_first)
        out.print(
            "Cơ quan thực hiện chưa rõ cấp thẩm quyền (thủ tục của chúng không có cấp, không đoán). Biết thì chép vào "
            f"tệp *.profile.toml, mục [danh_muc_tthc.values.authority_level], điền ministry, city, department, commune:\n{listed}",
            markup=False,
        )
    if found.missing:
        out.print("Không có cột: " + ", ".join(c.label for c in found.missing), style="dim", markup=False)
