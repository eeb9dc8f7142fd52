"""A register that had nothing says 0, a register that says nothing stays unknown: header-only exports and declared days."""

from __future__ import annotations

from datetime import date

import pytest
from exports_make import BODY, HEAD, csv_text, write

from tthc_analysis.cli.accounts import show_accounts
from tthc_analysis.columns import DOSSIERS, PETITIONS, PROCEDURES
from tthc_analysis.config import Config, Folders, load_config
from tthc_analysis.errors import NoExports
from tthc_analysis.exports.nothing import NAME, BadDeclaration, read_nothing
from tthc_analysis.indicators import OpenReport, dossiers, petitions
from tthc_analysis.indicators._registers import coverage
from tthc_analysis.periods import parse_period
from tthc_analysis.preparation.former import Former
from tthc_analysis.preparation.process import process
from tthc_analysis.preparation.source import source_of
from tthc_analysis.preparation.validation import Finding
from tthc_analysis.rules import load_counting_rules
from tthc_analysis.store import Store

PETITION_HEAD = ["Mã phản ánh", "Ngày tiếp nhận", "Hạn xử lý", "Ngày xử lý xong"]


class _NoRules:
    """A validator that looks at nothing: what is tested are findings on files."""

    def submit(self, *_: object) -> None: ...

    def findings(self, *_: object) -> list[Finding]:
        return []

    def close(self) -> None: ...


@pytest.fixture
def config(tmp_path) -> Config:
    folders = Folders(raw=str(tmp_path / "raw"), processed=str(tmp_path / "processed"))
    return load_config().model_copy(update={"root": tmp_path, "data": folders})


def prepared(config: Config) -> Store:
    return process(source_of(config), Former(), lambda _: None, _NoRules)  # type: ignore[arg-type]


def figures(store: Store, period: str) -> dict[str, object]:
    """The numbers of petitions and dossiers received in a period, None where that is not known."""
    report = OpenReport(parse_period(period), load_counting_rules(), store)
    found = [*petitions.indicators(report), *dossiers.indicators(report)]
    return {i.name: i.value for i in found if i.name in ("petitions_received_count", "dossiers_handled_count")}


def declare(config: Config, name: str, first: str, last: str) -> None:
    text = f'[[khong_phat_sinh]]\nfrom = {first}\nto = {last}\nreason = "Đã đối chiếu với Cổng"\n'
    write(config.raw / name / NAME, text)


def codes(store: Store) -> dict[str, int]:
    return {f["code"]: f["failed"] for f in store.findings() if f["failed"]}


def test_a_declared_quarter_is_0_and_the_others_stay_unknown(config):
    write(config.raw / "ho_so" / "hs-2024-12-20.csv", csv_text())
    declare(config, PETITIONS.name, "2023-12-15", "2024-03-31")
    store = prepared(config)
    assert figures(store, "2024-Q1")["petitions_received_count"] == 0
    assert figures(store, "2024-Q2")["petitions_received_count"] is None
    assert figures(store, "2023")["petitions_received_count"] is None
    assert codes(store) == {}


def test_days_between_the_last_export_and_the_declared_ones_stay_unknown(config):
    write(config.raw / "ho_so" / "hs-2024-12-20.csv", csv_text())
    row = ["PA1", "05/02/2024", "20/02/2024", "10/02/2024"]
    write(config.raw / PETITIONS.name / "pa-2024-03-14.csv", csv_text([PETITION_HEAD, row]))
    declare(config, PETITIONS.name, "2024-06-15", "2024-09-14")
    store = prepared(config)
    told = [figures(store, f"2024-Q{n}")["petitions_received_count"] for n in (1, 2, 3, 4)]
    assert told == [1, None, 0, None]


@pytest.mark.parametrize(("first", "failed"), [("2024-01-01", 3), ("2024-04-01", 2), ("2023-01-01", 0)])
def test_rows_of_declared_days_and_dossiers_still_open_contradict(first, failed, config):
    write(config.raw / "ho_so" / "hs-2024-12-20.csv", csv_text())
    declare(config, DOSSIERS.name, first, "2024-12-31" if failed else "2023-12-31")
    store = prepared(config)
    assert codes(store) == ({"H85": failed} if failed else {})
    assert [f["severity"] for f in store.findings() if f["code"] == "H85"] == ["critical"]


def test_declared_dossiers_need_no_export(config):
    with pytest.raises(NoExports):
        prepared(config)
    declare(config, DOSSIERS.name, "2023-12-15", "2024-12-31")
    store = prepared(config)
    assert figures(store, "2024")["dossiers_handled_count"] == 0
    assert figures(store, "2023")["dossiers_handled_count"] is None


def test_a_header_only_file_is_0_up_to_its_day_and_unknown_without_one(config):
    write(config.raw / "ho_so" / "ho-so.csv", csv_text([HEAD]))
    assert figures(prepared(config), "2024")["dossiers_handled_count"] is None
    write(config.raw / "ho_so" / "ho-so.csv.corrections.toml", "snapshot_date = 2024-12-31\n")
    assert figures(prepared(config), "2024")["dossiers_handled_count"] == 0
    (config.raw / "ho_so" / "ho-so.csv.corrections.toml").unlink()
    (config.raw / "ho_so" / "ho-so.csv").rename(config.raw / "ho_so" / "ho-so-2024-12-31.csv")
    assert figures(prepared(config), "2024")["dossiers_handled_count"] == 0


def test_a_newer_header_only_file_says_that_nothing_followed(config):
    write(config.raw / "ho_so" / "hs-2024-06-14.csv", csv_text([HEAD, BODY[0]]))
    before = prepared(config)
    assert figures(before, "2024-Q3")["dossiers_handled_count"] is None
    write(config.raw / "ho_so" / "hs-2024-09-30.csv", csv_text([HEAD]))
    after = prepared(config)
    assert figures(after, "2024-Q3")["dossiers_handled_count"] == 0
    report = OpenReport(parse_period("2024"), load_counting_rules(), after)
    assert coverage(report, "ho_so") == (date(2024, 1, 2), date(2024, 9, 30))
    assert before.fingerprint("ho_so") != after.fingerprint("ho_so")


def test_the_accounts_list_what_is_declared(config, capsys):
    write(config.raw / "ho_so" / "hs-2024-12-20.csv", csv_text())
    declare(config, DOSSIERS.name, "2023-12-15", "2023-12-31")
    show_accounts(prepared(config))
    said = " ".join(capsys.readouterr().out.split())
    assert "khai báo không phát sinh từ 15/12/2023 đến 31/12/2023" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [("x", "sai cú pháp TOML ở dòng 1"), ("", "khong_phat_sinh"), ("[[khong_phat_sinh]]\nfrom = 2024-01-01\n", "to"),
     ('[[khong_phat_sinh]]\nfrom = 2024-02-01\nto = 2024-01-01\nreason = "abc"\n', r"khong_phat_sinh\]\] thứ 1"),
     ('[[khong_phat_sinh]]\nfrom = 2024-02-01\nto = 2099-01-01\nreason = "abc"\n', r"khong_phat_sinh\]\] thứ 1")],
)  # fmt: skip
def test_a_malformed_declaration_is_one_message(text, says, tmp_path):
    write(tmp_path / NAME, text)
    with pytest.raises(BadDeclaration, match=says):
        read_nothing(PETITIONS, tmp_path)
    with pytest.raises(BadDeclaration, match="không có ngày phát sinh"):
        read_nothing(PROCEDURES, tmp_path)
