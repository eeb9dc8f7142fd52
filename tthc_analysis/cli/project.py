"""The project itself: `lab`, `new-section`, `sample`, `init`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import (
    command,
    open_config,
)
from tthc_analysis.errors import ConfigError, TthcError

if TYPE_CHECKING:
    pass


@command("lab")
def lab() -> None:
    """Mở sổ tay trong JupyterLab.

    Ví dụ: `tthc lab`
    """
    config = open_config()
    start = config.notebooks / "bat_dau.ipynb"
    target = start if start.is_file() else config.notebooks
    os.chdir(config.root)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(target), f"--ServerApp.root_dir={config.root}"])


@command("new-section")
def new_section_command(
    title: Annotated[str, typer.Argument(metavar="TÊN_MỤC", help="Tên mục như sẽ in trong báo cáo.")],
    number: Annotated[str, typer.Option("--number", metavar="SỐ", help="Số mục in trước tên, ví dụ II.9.")] = "",
) -> None:
    """Tạo sổ tay cho một mục mới theo mẫu, chạy được ngay.

    Ví dụ: `tthc new-section "Hồ sơ liên thông" --number II.9`
    """
    from tthc_analysis.report.new_section import new_section

    config = open_config()
    path = new_section(config.notebooks, title, number)
    console.make_console().print(f"Đã tạo [bold]{path.relative_to(config.root)}[/]. Mở bằng: tthc lab")


@command("sample")
def sample(
    folder: Annotated[Path | None, typer.Argument(metavar="THƯ_MỤC", help="Nơi ghi; mặc định data/raw/mau.")] = None,
    dossiers: Annotated[
        int,
        typer.Option(
            "--dossiers", metavar="SỐ", min=0, help="Thay vào đó, ghi thẳng SỐ hồ sơ đã xử lý để thử dữ liệu lớn."
        ),
    ] = 0,
    agencies: Annotated[int, typer.Option("--agencies", metavar="SỐ", min=1, help="Số đơn vị của dữ liệu lớn.")] = 1,
) -> None:
    """Ghi các tệp xuất mẫu (dữ liệu tổng hợp, không có người thật), lần nào cũng giống nhau từng byte.

    Ví dụ: `tthc sample` · `tthc sample thu/` · `tthc sample lon/ --dossiers 10000000 --agencies 250`
    """
    from tthc_analysis.config import find_root
    from tthc_analysis.sample import write_sample

    out = console.make_console()
    if dossiers:
        return _bulk_sample(folder, dossiers, agencies)
    target = folder or find_root() / "data" / "raw" / "mau"
    config = open_config() if folder is None else None
    if config and not config.data.sample and config.raw.resolve() == target.resolve():
        raise ConfigError("Thư mục này đang chứa dữ liệu thật.", str(target), "Nêu một thư mục khác cho dữ liệu mẫu.")
    written = write_sample(target)
    out.print(f"Đã ghi {len(written)} tệp mẫu vào [bold]{target}[/].")
    return None


def _bulk_sample(folder: Path | None, dossiers: int, agencies: int) -> None:
    from tthc_analysis.sample.bulk import write_bulk

    if folder is None:
        raise TthcError("Chưa nêu thư mục.", "dòng lệnh", "Ví dụ: tthc sample lon/ --dossiers 1000000")
    out = console.make_console()
    with out.status("Đang ghi…") as status:
        write_bulk(folder, dossiers, agencies, lambda rows: status.update(f"Đã ghi {rows:,} hồ sơ…".replace(",", ".")))
    out.print(f"Đã ghi {dossiers:,} hồ sơ vào [bold]{folder}[/].".replace(",", "."))


@command("init")
def init(
    agency: Annotated[
        str,
        typer.Option(
            "--agency",
            metavar="MÃ",
            prompt="Mã đơn vị (chữ thường, không dấu, ví dụ sgddt-hp)",
            help="Mã ngắn, dùng làm tên thư mục.",
        ),
    ],
    name: Annotated[str, typer.Option("--name", prompt="Tên đơn vị", help="Tên in trên báo cáo.")],
    parent: Annotated[
        str, typer.Option("--parent", prompt="Cơ quan chủ quản", help="Ví dụ: Ủy ban nhân dân thành phố Hải Phòng.")
    ],
    place: Annotated[str, typer.Option("--place", prompt="Địa danh", help="Ví dụ: Hải Phòng.")],
    short: Annotated[str, typer.Option("--short", prompt="Viết tắt trong số văn bản", help="Ví dụ: SGDĐT.")],
    force: Annotated[bool, typer.Option("--force", help="Thay config.toml đang dùng (bản cũ được giữ lại).")] = False,
) -> None:
    """Tạo config.toml và thư mục dữ liệu cho đơn vị thật; dữ liệu mẫu giữ riêng.

    Ví dụ: `tthc init --agency sgddt-hp --name "Sở Giáo dục và Đào tạo" --parent "Ủy ban nhân dân thành phố Hải Phòng" --place "Hải Phòng" --short SGDĐT`
    """
    from tthc_analysis.config import init_project

    kept, raw = init_project(Path.cwd(), agency, name, parent, place, short, force)
    out = console.make_console()
    if kept:
        out.print(f"Cấu hình cũ được giữ tại [bold]{kept.name}[/].")
    out.print(
        f"Đã tạo [bold]config.toml[/] và thư mục [bold]{raw}[/]. Chép tệp xuất vào từng thư mục con rồi chạy: tthc report KỲ"
    )
