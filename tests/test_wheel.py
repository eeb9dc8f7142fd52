"""The package as a wheel that stands alone: what is inside, and a report made with it in a folder without a clone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from running import ROOT
from tools_of import load

pytestmark = pytest.mark.report


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return load("bundle").own_wheel(tmp_path_factory.mktemp("wheel"))


def test_everything_that_a_report_needs_is_inside(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "tthc_analysis"
    wanted = {
        p.relative_to(ROOT).as_posix()
        for p in package.rglob("*")
        if p.is_file() and not {"__pycache__", "notebooks"} & set(p.parts[len(package.parts) :])
    }
    wanted |= {f"tthc_analysis/notebooks/{p.name}" for p in (ROOT / "notebooks").glob("*.ipynb")}
    assert wanted - inside - {"tthc_analysis/execution/README.md"} == set()


def test_a_report_is_made_in_a_folder_without_a_clone(wheel, tmp_path):
    site, project = tmp_path / "site", tmp_path / "du-an"
    zipfile.ZipFile(wheel).extractall(site)
    project.mkdir()
    environment = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": str(site), "PYTHONUTF8": "1"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=project, env=environment, capture_output=True, encoding="utf-8", check=False)

    assert str(site) in run("-c", "import tthc_analysis; print(tthc_analysis.__file__)").stdout
    tthc = ("-m", "tthc_analysis.cli")
    made = run(*tthc, "init", "--kind", "xa", "--agency", "phuong-mau", "--name", "Ủy ban nhân dân phường Mẫu",
               "--parent", "Ủy ban nhân dân thành phố Hải Phòng", "--short", "UBND")  # fmt: skip
    assert made.returncode == 0, made.stderr
    (project / "data" / "raw" / "phuong-mau" / "ho_so" / "ho_so_2026-03-20.csv").write_text(
        "Mã hồ sơ,Tên thủ tục hành chính,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,Trạng thái hồ sơ\n"
        "H29.259-260105-0001,Đăng ký khai sinh,05/01/2026,07/01/2026,06/01/2026,Đã trả kết quả\n"
        "H29.259-260304-0002,Đăng ký khai sinh,04/03/2026,06/03/2026,,Đang xử lý\n",
        encoding="utf-8",
    )
    done = run(*tthc, "report", "2026-Q1")
    assert done.returncode == 0, done.stdout + done.stderr
    made = project / "reports" / "2026-Q1"
    files = ("bao-cao-2026-Q1.docx", "bieu-mau-2026-Q1.xlsx", "tom-tat-2026-Q1.pdf", "manifest.json")
    assert [name for name in files if not (made / name).is_file()] == []
    assert {p.name for p in project.iterdir()} == {"config.toml", "data", "reports"}
    page = (made / "muc" / "ii-4-1-ket-qua-giai-quyet.html").read_text(encoding="utf-8")
    assert 'id="so-lieu-dossiers_handled_count"><p class="value">2</p>' in page
