"""The project itself: `lab`, `new-section`, `prose`, `sample`, `init`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import Agency, OnePeriod, command, open_config
from tthc_analysis.errors import ConfigError, TthcError

if TYPE_CHECKING:
    from tthc_analysis.config import Config
    from tthc_analysis.project import Question


@command("lab")
def lab() -> None:
    """Mở sổ tay trong JupyterLab.

    Ví dụ: `tthc lab`
    """
    config = open_config()
    _tell_own_notebooks(config)
    start = config.notebooks / "bat_dau.ipynb"
    target = start if start.is_file() else config.notebooks
    os.chdir(config.root)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(target), f"--ServerApp.root_dir={config.root}"])


def _tell_own_notebooks(config: Config) -> None:
    from tthc_analysis.project import own_notebooks

    if own_notebooks(config):
        console.make_console().print(
            f"Đã chép sổ tay của chương trình vào [bold]{config.data.notebooks}/[/]: từ nay báo cáo dùng bản của dự án."
        )


@command("new-section")
def new_section_command(
    title: Annotated[str, typer.Argument(metavar="TÊN_MỤC", help="Tên mục như sẽ in trong báo cáo.")],
    number: Annotated[
        str,
        typer.Option(
            "--number",
            metavar="SỐ",
            help="Số mục in trước tên, quyết định thứ tự, ví dụ II.9; mặc định số tiếp theo của phần II.",
        ),
    ] = "",
) -> None:
    """Tạo sổ tay trống cho một mục mới, đúng chỗ và có số, chạy được ngay.

    Ví dụ: `tthc new-section "Hồ sơ liên thông" --number II.9`
    """
    from tthc_analysis.report.new_section import new_section

    config = open_config()
    _tell_own_notebooks(config)
    path = new_section(config.notebooks, title, number)
    console.make_console().print(f"Đã tạo [bold]{path.relative_to(config.root)}[/]. Mở bằng: tthc lab")


@command("prose")
def prose_command(
    period: OnePeriod,
    source: Annotated[
        str, typer.Option("--from", metavar="KỲ", help="Kỳ có đoạn văn; mặc định kỳ gần nhất trước đó.")
    ] = "",
    agency: Agency = "",
) -> None:
    """Mang các đoạn văn của kỳ trước sang kỳ này để soạn tiếp; mỗi đoạn in chữ đỏ cho đến khi xóa dòng đánh dấu.

    Đoạn đã có của kỳ này giữ nguyên. Số liệu gọi theo tên trong đoạn tự đổi theo kỳ; số viết tay thì phải soát.

    Ví dụ: `tthc prose 2025` · `tthc prose 2025-Q1 --from 2024`
    """
    from tthc_analysis.documents import prose

    config = open_config(agency)
    target = config.period(period)
    whence = config.period(source) if source else prose.latest(config.prose, target, config.period)
    taken, kept = prose.carry(config.prose, whence, target)
    out = console.make_console()
    out.print(
        f"Mang {len(taken)} đoạn từ {whence.label} sang {config.prose_name}/{target.id}/: {', '.join(taken) or '–'}",
        markup=False,
    )
    if kept:
        out.print(f"Giữ nguyên {len(kept)} đoạn đã có: {', '.join(kept)}", markup=False)


@command("sample")
def sample(
    folder: Annotated[Path | None, typer.Argument(metavar="THƯ_MỤC", help="Nơi ghi; mặc định data/raw/mau.")] = None,
    dossiers: Annotated[
        int,
        typer.Option(
            "--dossiers",
            metavar="SỐ",
            min=0,
            help="Thay vào đó, ghi một dự án với SỐ hồ sơ đã xử lý để thử dữ liệu lớn.",
        ),
    ] = 0,
    agencies: Annotated[int, typer.Option("--agencies", metavar="SỐ", min=1, help="Số đơn vị của dữ liệu lớn.")] = 1,
    raw: Annotated[
        bool, typer.Option("--raw", help="Với --dossiers: ghi tệp xuất (csv) còn phải làm sạch, thay dữ liệu đã xử lý.")
    ] = False,
    city: Annotated[
        bool, typer.Option("--city", help="Thay vào đó, ghi một dự án thành phố mẫu để thử báo cáo tổng hợp.")
    ] = False,
    scores: Annotated[
        bool, typer.Option("--scores", help="Thay vào đó, ghi một dự án có số liệu năm 2026 để xem điểm theo QĐ 766.")
    ] = False,
) -> None:
    """Ghi các tệp xuất mẫu (dữ liệu tổng hợp, không có người thật), lần nào cũng giống nhau từng byte.

    Ví dụ: `tthc sample` · `tthc sample thu/` · `tthc sample lon/ --dossiers 10000000 --agencies 250` · `tthc sample --city thanh-pho/` · `tthc sample --scores diem/`
    """
    from tthc_analysis.config import find_root
    from tthc_analysis.sample import write_sample

    out = console.make_console()
    if city:
        return _city_sample(folder)
    if scores:
        return _scores_sample(folder)
    if dossiers:
        return _bulk_sample(folder, dossiers, agencies, raw)
    if raw:
        raise TthcError("--raw đi cùng --dossiers.", "dòng lệnh", "Ví dụ: tthc sample lon/ --dossiers 1000000 --raw")
    target = folder or find_root() / "data" / "raw" / "mau"
    config = open_config() if folder is None else None
    if config and not config.data.sample and config.raw.resolve() == target.resolve():
        raise ConfigError("Thư mục này đang chứa dữ liệu thật.", str(target), "Nêu một thư mục khác cho dữ liệu mẫu.")
    written = write_sample(target)
    out.print(f"Đã ghi {len(written)} tệp mẫu vào [bold]{target}[/].")
    return None


def _city_sample(folder: Path | None) -> None:
    """Write the city, make the report of the commune that sends one, and leave only that of it."""
    import shutil

    from tthc_analysis.config import load_config
    from tthc_analysis.preparation.members import prepare_agency
    from tthc_analysis.report.build import Options, make_report
    from tthc_analysis.sample.city import BODIES, INBOX, PERIOD, SENDER, SILENT, write_city
    from tthc_analysis.sample.empty import whole_or_nothing

    if folder is None:
        raise TthcError("Chưa nêu thư mục.", "dòng lệnh", "Ví dụ: tthc sample --city thanh-pho/")
    out = console.make_console()
    with whole_or_nothing(folder) as place:
        write_city(place)
        sender = load_config(place).for_agency(SENDER)
        with out.status(f"Lập báo cáo của {sender.agency.name} để gửi đi…"):
            prepare_agency(sender)
            made = make_report(sender, PERIOD, Options(), lambda *_: None, lambda _: None)
        (place / INBOX).mkdir()
        shutil.move(made.folder, place / INBOX / f"{SENDER}-{PERIOD}")
        for left in (sender.raw, sender.processed, place / sender.data.reports, place / "reports"):
            shutil.rmtree(left, ignore_errors=True)
    given = [b.name for b in BODIES if b.id not in (SENDER, SILENT)]
    silent = next(b.name for b in BODIES if b.id == SILENT)
    out.print(
        f"Đã ghi thành phố mẫu vào [bold]{folder}[/]: cấu hình, tệp xuất của {len(given)} đơn vị ({', '.join(given)}), báo cáo gửi đến "
        f"của {sender.agency.name}; {silent} chưa gửi gì."
    )
    out.print(f"Tổng hợp: cd {folder} && tthc collect {INBOX} && tthc report {PERIOD}", markup=False)


def _scores_sample(folder: Path | None) -> None:
    from tthc_analysis.sample.empty import whole_or_nothing
    from tthc_analysis.sample.scored import PERIOD, write_scored

    if folder is None:
        raise TthcError("Chưa nêu thư mục.", "dòng lệnh", "Ví dụ: tthc sample --scores diem/")
    with whole_or_nothing(folder) as place:
        written = write_scored(place)
    out = console.make_console()
    out.print(f"Đã ghi đơn vị mẫu có số liệu năm 2026 vào [bold]{folder}[/]: cấu hình, {len(written) - 1} tệp xuất.")
    out.print(f"Xem điểm theo QĐ 766: cd {folder} && tthc report {PERIOD}", markup=False)


def _bulk_sample(folder: Path | None, dossiers: int, agencies: int, raw: bool) -> None:
    from tthc_analysis.sample.bulk import PERIOD, write_project
    from tthc_analysis.sample.empty import whole_or_nothing

    if folder is None:
        raise TthcError("Chưa nêu thư mục.", "dòng lệnh", "Ví dụ: tthc sample lon/ --dossiers 1000000")
    out = console.make_console()

    def tell(rows: int) -> None:
        status.update(f"Đã ghi {rows:,} hồ sơ…".replace(",", "."))

    with out.status("Đang ghi…") as status, whole_or_nothing(folder) as place:
        write_project(place, dossiers, agencies, raw=raw, tell=tell)
    out.print(f"Đã ghi {dossiers:,} hồ sơ vào [bold]{folder}[/].".replace(",", "."))
    out.print(f"Lập báo cáo: cd {folder} && tthc report {PERIOD}", markup=False)


@command("init")
def init(
    agency: Annotated[str, typer.Option("--agency", metavar="MÃ", help="Mã ngắn, dùng làm tên thư mục.")] = "",
    kind: Annotated[
        str, typer.Option("--kind", metavar="LOẠI", help="Loại cơ quan: so-gddt, so, xa, huyen, tinh, bo, cuc, khac.")
    ] = "",
    name: Annotated[str, typer.Option("--name", metavar="TÊN", help="Tên in trên báo cáo.")] = "",
    code: Annotated[
        str, typer.Option("--code", metavar="MÃ", help="Mã định danh trong mã hồ sơ, ví dụ H24.99; bỏ trống được.")
    ] = "",
    parent: Annotated[
        str, typer.Option("--parent", metavar="TÊN", help="Ví dụ: Ủy ban nhân dân thành phố Hải Phòng.")
    ] = "",
    place: Annotated[str, typer.Option("--place", metavar="TÊN", help="Địa danh, ví dụ: Hải Phòng.")] = "",
    short: Annotated[str, typer.Option("--short", metavar="CHỮ", help="Viết tắt trong số văn bản: SGDĐT.")] = "",
    signer: Annotated[
        str, typer.Option("--signer", metavar="CHỨC_DANH", help="Chức danh người ký; mặc định theo loại cơ quan.")
    ] = "",
    rule_set: Annotated[str, typer.Option("--rule-set", metavar="TÊN", help="Bộ quy tắc đếm; mặc định so-2024.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Thay config.toml đang dùng (bản cũ được giữ lại).")] = False,
) -> None:
    """Tạo config.toml và thư mục dữ liệu cho đơn vị thật, trong thư mục trống cũng được; dữ liệu mẫu giữ riêng.

    Hỏi những gì chưa nêu ở dòng lệnh; câu trả lời sai được hỏi lại ngay.

    Ví dụ: `tthc init` · `tthc init --kind xa --agency phuong-mau --name "Ủy ban nhân dân phường Mẫu" --code H29.259 --parent "Ủy ban nhân dân thành phố Hải Phòng" --short UBND`
    """
    from tthc_analysis import project

    project.refuse_second(Path.cwd(), force)
    given = {
        "agency": agency, "kind": kind, "name": name, "code": code, "parent": parent, "place": place, "short": short,
        "signer": signer, "rule-set": rule_set,
    }  # fmt: skip
    kept, raw = project.init_project(Path.cwd(), _answers(given), force)
    out = console.make_console()
    if kept:
        out.print(f"Cấu hình cũ được giữ tại [bold]{kept.name}[/].")
    out.print(
        f"Đã tạo [bold]config.toml[/] và thư mục [bold]{raw}[/]. Chép tệp xuất vào từng thư mục con rồi chạy: tthc report KỲ"
    )


def _answers(given: Mapping[str, str]) -> dict[str, str]:
    """The answers of the command line, and those to the questions that it left open; a wrong answer is asked again.

    With every necessary answer given, or nobody to ask, nothing is asked.
    """
    from tthc_analysis.project import QUESTIONS, require_all

    found: dict[str, str] = {}
    asking = sys.stdin.isatty() and not all(
        given[q.name] or q.optional or q.name in ("kind", "place", "signer", "rule-set") for q in QUESTIONS
    )
    if not asking:
        require_all(given)
    for question in QUESTIONS:
        value = given[question.name]
        found[question.name] = _ask(question, found) if asking and not value else question.answer(value, found)
    return found


def _ask(question: Question, so_far: Mapping[str, str]) -> str:
    default = question.default(so_far)
    hint = f" [{default}]" if default else " [bỏ trống được]" if question.optional else ""
    for choice in question.choices:
        console.make_console().print(f"  {choice}", markup=False, soft_wrap=True)
    while True:
        try:
            return question.answer(input(f"{question.text}{hint}: "), so_far)
        except ConfigError as error:
            console.make_console().print(f"{error.what} {error.now}", style="red", markup=False)
        except EOFError:
            raise ConfigError(f"{question.text}: chưa có câu trả lời.", f"--{question.name}", "Nêu giá trị.") from None
