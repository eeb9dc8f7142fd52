"""The day on which a dossier ended: the headings it is known under, and what is said where none of them is there."""

from __future__ import annotations

from datetime import date

import pytest
from exports_make import BODY, HEAD, csv_text, facts, read, write

from tthc_analysis.config import Config, Folders, load_config
from tthc_analysis.preparation.expectations import NO_END_DAY
from tthc_analysis.preparation.former import Former
from tthc_analysis.preparation.process import process
from tthc_analysis.preparation.source import source_of

END = HEAD.index("Ngày kết thúc xử lý")
ENDED = [[*BODY[0][:END], f"{d:02d}/01/2024", *BODY[0][END + 1 :]] for d in (4, 5, 6)]
ROWS = [[str(i), f"H24.99-240102-{i:04d}", *r[2:]] for i, r in enumerate(ENDED, start=1)]


def headed(heading: str) -> str:
    return csv_text([[*HEAD[:END], heading, *HEAD[END + 1 :]], *ROWS])


@pytest.mark.parametrize(
    "heading",
    ["Ngày có kết quả", "NGÀY HOÀN THÀNH", "Ngày giải quyết xong", "Thời gian kết thúc xử lý", "Ngày kết thúc thực tế"],
)
def test_the_words_of_other_portals_are_known(heading, tmp_path):
    write(tmp_path / "a.csv", headed(heading))
    frame = read(tmp_path).frame
    assert frame["resolved_at"].dt.date.tolist() == [date(2024, 1, d) for d in (4, 5, 6)]
    assert frame["returned_at"].isna().all()


def test_the_day_of_handing_over_is_another(tmp_path):
    write(tmp_path / "a.csv", headed("Ngày trả kết quả thực tế"))
    frame = read(tmp_path).frame
    assert frame["resolved_at"].isna().all()
    assert frame["returned_at"].notna().all()


def test_the_better_known_heading_wins_and_the_other_one_is_told(tmp_path):
    rows = [[*HEAD, "Ngày hoàn thành"], *([*r, "20/02/2024"] for r in BODY)]
    write(tmp_path / "a.csv", csv_text(rows))
    found = read(tmp_path)
    assert [f[6] for f in facts(found.frame)] == ["2024-01-04 16:30:00", "", ""]
    assert "Ngày hoàn thành" in found.accounts[0].unknown


@pytest.fixture
def config(tmp_path) -> Config:
    folders = Folders(raw=str(tmp_path / "raw"), processed=str(tmp_path / "processed"))
    return load_config().model_copy(update={"root": tmp_path, "data": folders})


@pytest.mark.parametrize(("heading", "named"), [("Ngày ký", True), ("Ngày kết thúc xử lý", False)])
def test_missing_ends_name_the_headings_that_nobody_declared(heading, named, config):
    write(config.raw / "ho_so" / "hs-2024-12-20.csv", headed(heading))
    found = {f["code"]: f for f in process(source_of(config), Former(), lambda _: None).findings()}[NO_END_DAY]
    assert (found["passed"], "“Ngày ký”" in found["text"]) == (not named, named)
    assert "Chủ hồ sơ" not in found["text"]
    store = process(source_of(config), Former(), lambda _: None)
    known = Former(store.folder, store.index, store.quality(), [found] if named else [])
    again = {f["code"]: f for f in process(source_of(config), known, lambda _: None).findings()}[NO_END_DAY]
    assert again["text"] == found["text"]
