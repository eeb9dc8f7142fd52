"""Every expectation fails on a row that breaks it, names the row's place and never its values, and passes otherwise."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import weakref
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest
from running import keep_few_exports

from tthc_analysis.columns import TABLES
from tthc_analysis.config import load_config
from tthc_analysis.errors import ValidationFailed
from tthc_analysis.exports import many, read_dataset
from tthc_analysis.exports.many import read_rows
from tthc_analysis.fingerprint import tree
from tthc_analysis.preparation import current as preparing
from tthc_analysis.preparation import expectations, process, validation
from tthc_analysis.preparation.expectations import EXPECTATIONS, Expectation, sources
from tthc_analysis.preparation.source import source_of
from tthc_analysis.preparation.validation import Finding, validate, validate_files
from tthc_analysis.report import build
from tthc_analysis.rules import load_counting_rules
from tthc_analysis.rules.profiles import load_profiles
from tthc_analysis.store import FINDINGS, Store
from tthc_analysis.workdays import TimeLimit

SPOILED = {"impersonal": "Gọi 0912345678", "in_set": "la-lung", "matches": "? không đúng ?"}


def spoil(frame: pd.DataFrame, row: int, expectation: Expectation) -> None:
    """Break `expectation` in one row of `frame`."""
    name, label = sources(expectation)[-1], frame.index[row]
    if expectation.kind == "order":
        dated = pd.api.types.is_datetime64_any_dtype(frame[name])
        high, low = (pd.Timestamp("2024-01-10"), pd.Timestamp("2024-01-07")) if dated else (10, 9)
        frame.loc[label, expectation.columns[0]], frame.loc[label, name] = high, low
    elif expectation.kind == "not_null":
        where = expectation.arguments.get("where")
        if where:
            frame.loc[label, where["column"]] = where["values"][0]
        frame.loc[label, name] = None
    elif expectation.kind == "unique":
        frame.loc[label, name] = frame.loc[frame.index[row - 1], name]
    elif expectation.kind == "at_least":
        frame.loc[label, name] = expectation.arguments["least"] - 1
    else:
        frame.loc[label, name] = SPOILED[expectation.kind]


def rows_of(report, name: str, count: int) -> pd.DataFrame:
    """At least `count` valid rows of one sample table (repeated where the register is shorter)."""
    frame = report.store.frame(name)
    times = -(-count // len(frame))
    repeated = pd.concat([frame] * times, ignore_index=True).head(max(count, 30))
    repeated["source_row"] = range(1, len(repeated) + 1)
    return repeated


@pytest.mark.parametrize("name", TABLES)
def test_each_expectation_finds_its_broken_row(name, sample_report):
    testable = [e for e in EXPECTATIONS[name] if e.kind != "true"]
    frame = rows_of(sample_report, name, 2 * len(testable) + 2)
    for number, expectation in enumerate(testable):
        spoil(frame, 2 * number + 1, expectation)
    found = {f.code: f for f in validate(TABLES[name], frame)}
    assert set(found) == {e.code for e in EXPECTATIONS[name]}
    for number, expectation in enumerate(testable):
        finding = found[expectation.code]
        assert not finding.passed, expectation
        place = f"dòng {2 * number + 2}"
        assert any(row.endswith(place) for row in finding.rows) or finding.failed > len(finding.rows), expectation
        assert "0912345678" not in str(finding.to_dict())


@pytest.mark.parametrize("name", TABLES)
def test_the_sample_passes(name, sample_report):
    assert [f.code for f in validate(TABLES[name], sample_report.store.frame(name)) if not f.passed] == []


@pytest.mark.parametrize("status", ["withdrawn", "returned"])
def test_a_withdrawn_dossier_without_its_end_is_warned_of(status, sample_report):
    frame = sample_report.store.frame("ho_so").head(30).copy()
    frame.loc[frame.index[7], ["status", "resolved_at"]] = [status, pd.NaT]
    frame.loc[frame.index[9], "status"] = status
    frame.loc[frame.index[9], "resolved_at"] = frame.loc[frame.index[9], "received_at"]
    found = {f.code: f for f in validate(TABLES["ho_so"], frame)}
    assert (found["H26"].failed, found["H26"].severity) == (1, "warning")
    assert found["H19"].passed


def test_one_day_of_the_end_suffices(sample_report):
    frame = sample_report.store.frame("ho_so").query("status == 'delivered' and returned_at.notna()").head(30).copy()
    frame["resolved_at"] = pd.NaT
    assert expectations.has_its_end(frame).all()
    frame.loc[frame.index[3], "returned_at"] = pd.NaT
    assert expectations.has_its_end(frame).sum() == len(frame) - 1


@pytest.mark.parametrize(("rules", "missing"), [("so-2024", 1), ("he-thong-a-06", 2), ("theo-thoi-diem", 1)])
def test_finished_dossiers_without_the_day_that_the_rules_read_are_refused(rules, missing):
    """Such a dossier would be counted as pending for ever."""
    ho_so = pd.DataFrame(
        {
            "status": ["delivered", "delivered", "completed", "process"],
            "resolved_at": ["2024-01-01", None, None, None],
            "returned_at": [None, "2024-01-02", None, None],
        }
    )
    connection = duckdb.connect()
    connection.register("ho_so", ho_so)
    store = SimpleNamespace(
        has=lambda name: name == "ho_so", query=lambda sql: connection.execute(sql).df(), folder="data/processed/x"
    )
    opened = SimpleNamespace(store=store, rules=load_counting_rules(rules), is_united=False)
    with pytest.raises(ValidationFailed, match=f"{missing} hồ sơ đã xử lý xong không ghi ngày"):
        build._is_trial_without_ends(opened, build.Options())
    assert build._is_trial_without_ends(opened, build.Options(draft=True))


def test_there_are_enough_and_each_has_its_own_code():
    every = [e for group in EXPECTATIONS.values() for e in group]
    assert len({e.code for e in every}) == len(every)
    assert len(EXPECTATIONS["ho_so"]) >= 20
    assert {e.severity for e in every} >= {"critical", "warning"}


def test_a_pattern_is_that_of_the_whole_text():
    told = expectations._is_written(pd.Series(["a1", "b", "1b", None], dtype="str"), "a|b")
    assert told.to_list() == [False, True, False, pd.NA]


def cleaned(report, name):
    """The rows of a table as the cleaning gives them."""
    return read_rows(TABLES[name], Path(report.store.place(name)))


def in_files(table, frame, *starts):
    """Some rows in files that begin with these; to be held while they are read."""
    disk = many.Disk(table)
    for first, last in pairwise((0, *starts, len(frame))):
        disk.add(frame.iloc[first:last])
    return disk


def test_files_are_added_up(sample_report):
    frame = cleaned(sample_report, "ho_so").head(50).copy()
    frame.loc[frame.index[[3, 44]], "received_at"] = pd.NaT
    disk = in_files(TABLES["ho_so"], frame, 20, 40)
    finding = next(f for f in validate_files(TABLES["ho_so"], disk.files) if f.code == "H02")
    assert (finding.checked, finding.failed) == (50, 2)


def test_an_expectation_that_crashes_is_an_error(sample_report):
    frame = cleaned(sample_report, "ho_so").head(5).drop(columns="due_at")
    with pytest.raises(Exception, match="due_at"):
        validate(TABLES["ho_so"], frame)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_free_text_must_be_impersonal(name):
    texts = {c.name for c in TABLES[name].columns if c.kind == "text"}
    found = [e for e in EXPECTATIONS[name] if e.kind == "impersonal" and e.severity == "critical"]
    assert {sources(e)[0] for e in found} == texts


# --- tables in several files -----------------------------------------------------------------------------------------


def broken_dossiers(report) -> pd.DataFrame:
    """Sixty dossiers: keys repeated within a file and across files, blank keys, and faults of single rows."""
    frame = cleaned(report, "ho_so").head(60).copy()
    keys = frame["dossier_code"].to_numpy(copy=True)
    keys[[45, 58]], keys[[22, 23]], keys[[10, 50]] = keys[2], keys[21], None
    late = frame["received_at"].max() + pd.Timedelta(days=9000)
    return frame.assign(dossier_code=keys, received_at=frame["received_at"].where(frame.index != 44, late))


def rows_of_catalogue(report) -> pd.DataFrame:
    frame = cleaned(report, "danh_muc_tthc").head(30).copy()
    frame.loc[frame.index[28], ["procedure_code", "valid_from"]] = frame.loc[
        frame.index[1], ["procedure_code", "valid_from"]
    ].to_list()
    return frame


def rows_of_documents(report) -> pd.DataFrame:
    frame = cleaned(report, "van_ban").copy()
    series = frame[frame["document_number"].str.endswith("/QĐ-SGDĐT")].sort_values("issued_date")
    frame.loc[series.index[0], "document_number"] = "99999/QĐ-SGDĐT"
    return frame


BROKEN = {
    "ho_so": (broken_dossiers, "H09"),
    "danh_muc_tthc": (rows_of_catalogue, "D09"),
    "van_ban": (rows_of_documents, "V10"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_files_tell_what_the_whole_table_tells(name, sample_report):
    make, compared = BROKEN[name]
    frame, table = make(sample_report), TABLES[name]
    whole = validate(table, frame)
    disk = in_files(table, frame, *range(27, len(frame), 27))
    assert validate_files(table, disk.files) == whole
    assert next(f for f in whole if f.code == compared).failed > 0


def test_a_key_in_two_files_is_found_where_it_stands(sample_report):
    frame = broken_dossiers(sample_report)
    disk = in_files(TABLES["ho_so"], frame, 30)
    finding = next(f for f in validate_files(TABLES["ho_so"], disk.files) if f.code == "H09")
    places = frame.iloc[[2, 21, 22, 23, 45, 58]]
    expected = [f"{p.source_file}, dòng {p.source_row}" for p in places.itertuples()]
    assert (finding.checked, finding.failed, list(finding.rows)) == (60, 6, expected)


def test_one_file_is_held_at_a_time(sample_report, monkeypatch):
    disk, held = in_files(TABLES["ho_so"], cleaned(sample_report, "ho_so").head(60), 10, 20, 30), []

    def read(table, path):
        assert not [one for one in held if one() is not None]
        frame = read_rows(table, path)
        held.append(weakref.ref(frame))
        return frame

    monkeypatch.setattr(validation, "read_rows", read)
    validate_files(TABLES["ho_so"], disk.files)
    assert len(held) == 4


def test_nothing_to_validate_imports_nothing(monkeypatch, sample_report):
    monkeypatch.setattr(validation, "great_expectations", lambda: pytest.fail("imported"))
    frame = sample_report.store.frame("ho_so").head(0)
    assert validate(TABLES["ho_so"], frame) == []


FAKE = "import sys\nfrom pathlib import Path\nPath(__file__).with_name('loaded').touch()\n"


def test_an_installed_spark_is_not_loaded_and_can_be_later(tmp_path):
    package = tmp_path / "pyspark"
    package.mkdir()
    (package / "__init__.py").write_text(FAKE, encoding="utf-8")
    code = (
        "import pandas as pd\nfrom pathlib import Path\nfrom tthc_analysis.columns import TABLES\n"
        "from tthc_analysis.preparation.validation import validate\n"
        "frame = pd.DataFrame({c: ['a'] for c in (*TABLES['cam_ket'].names, 'source_file', 'source_sheet', 'source_row')})\n"
        "print(len(validate(TABLES['cam_ket'], frame)))\n"
        f"mark = Path({str(package / 'loaded')!r})\nprint(mark.exists())\nimport pyspark\nprint(mark.exists())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["5", "False", "True"]


# --- findings of unchanged tables ------------------------------------------------------------------------------------


@pytest.fixture
def validated(monkeypatch):
    """The tables that each `prepare` validates."""
    names: list[str] = []

    def counted(table, frame):
        names.extend([table.name] if len(frame) else [])
        return [Finding("X99", table.name, "yêu cầu", "warning", len(frame), 1, ("tệp, dòng 2",))] * bool(len(frame))

    monkeypatch.setattr(validation, "validate", counted)
    monkeypatch.setattr("tthc_analysis.fingerprint.package_hash", lambda: "gói")
    monkeypatch.setattr("tthc_analysis.fingerprint.package_at_start", lambda: "gói")
    return names


@pytest.fixture
def prepared(project, validated):
    """A project with few small exports, prepared by the program at hand."""
    keep_few_exports(project)
    shutil.rmtree(project / "data/processed")
    preparing.prepare(source_of(load_config(project)))
    assert validated == ["ho_so", "sang_kien"]
    validated.clear()
    return project


def without_a_row(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], *lines[4:]]))


REGISTER, DOSSIER_EXPORT = (
    "data/raw/mau/sang_kien/sang_kien_2024-12-20.tsv", "data/raw/mau/ho_so/ho_so_2024-12-20.csv"
)  # fmt: skip


@pytest.fixture
def read(monkeypatch):
    """The datasets that each `prepare` reads."""
    names: list[str] = []
    really = process.read_dataset
    monkeypatch.setattr(
        process, "read_dataset", lambda table, *a, **k: (names.append(table.name), really(table, *a, **k))[1]
    )
    return names


@pytest.mark.parametrize(("changed", "name"), [(REGISTER, "sang_kien"), (DOSSIER_EXPORT, "ho_so")])
def test_only_a_table_that_changed_is_read_and_validated_again(changed, name, prepared, validated, read):
    (prepared / DOSSIER_EXPORT).open("a", encoding="utf-8").write("H0001;;;\n")  # for the quarantine
    preparing.prepare(source_of(load_config(prepared)))
    validated.clear()
    read.clear()
    without_a_row(prepared / changed)
    reused = preparing.prepare(source_of(load_config(prepared)))
    told = reused.quality(), reused.findings(), tree(reused.folder)
    assert (reused.folder / process.QUARANTINE / "ho_so.csv").is_file()
    assert (read, validated) == ([name], [name])
    again = preparing.prepare(source_of(load_config(prepared)), force=True)
    assert (again.quality(), again.findings(), tree(again.folder)) == told
    assert validated == [name, "ho_so", "sang_kien"]
    assert set(read) == set(TABLES)


def test_what_concerns_all_tables_has_all_of_them_read_again(prepared, read):
    path = prepared / "config.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('name = "Sở Giáo', 'name = "Sở Y tế, Giáo'), encoding="utf-8"
    )
    preparing.prepare(source_of(load_config(prepared)))
    assert set(read) == set(TABLES)


def test_a_register_taken_away_is_no_table_any_more(prepared, read):
    (prepared / REGISTER).unlink()
    store = preparing.prepare(source_of(load_config(prepared)))
    assert read == ["sang_kien"]
    assert set(store.index) == {"ho_so"}
    assert store.quality()["datasets"]["sang_kien"]["accounts"] == []


@pytest.mark.parametrize("what", ["package_hash", "libraries_hash", "python_version"])
def test_another_program_validates_all_again(what, prepared, validated, monkeypatch):
    monkeypatch.setattr(f"tthc_analysis.fingerprint.{what}", lambda *_: "khác")
    preparing.prepare(source_of(load_config(prepared)))
    assert validated == ["ho_so", "sang_kien"]


def test_findings_that_somebody_edited_are_not_taken_over(prepared, validated):
    path = prepared / "data/processed/mau" / FINDINGS
    path.write_text(path.read_text(encoding="utf-8").replace('"failed": 1', '"failed": 2'), encoding="utf-8")
    without_a_row(prepared / REGISTER)
    preparing.prepare(source_of(load_config(prepared)))
    assert validated == ["ho_so", "sang_kien"]


def test_nothing_is_validated_when_no_table_changed(prepared, validated, read):
    (prepared / "data/raw/mau/rieng.profile.toml").write_text('id = "rieng"\nlabel = "Riêng"\n', encoding="utf-8")
    preparing.prepare(source_of(load_config(prepared)))
    assert validated == []
    assert set(read) == set(TABLES)


def dated(**days: str) -> pd.DataFrame:
    """One row with the given days, exported on 31/12/2024."""
    columns = {name: pd.to_datetime([day]).astype("datetime64[us]") for name, day in days.items()}
    return pd.DataFrame(columns).assign(snapshot_date=pd.Timestamp("2024-12-31"))


@pytest.mark.parametrize(
    ("test", "days", "right"),
    [
        (expectations.within_limits, {"received_at": "2024-03-01", "due_at": "2024-03-05"}, True),
        (expectations.within_limits, {"received_at": "2567-03-01", "due_at": "2567-03-05"}, False),
        (expectations.within_limits, {"received_at": "1999-03-01"}, False),
        (expectations.within_limits, {"issued_date": "1999-03-01"}, True),
        (expectations.within_limits, {"resolved_at": "2042-03-01"}, False),
        (expectations.within_limits, {"valid_to": "2042-03-01"}, True),
        (expectations.due_is_near, {"received_at": "2024-03-01", "due_at": "2034-03-01"}, True),
        (expectations.due_is_near, {"received_at": "2024-03-01", "due_at": "2042-03-01"}, False),
        (expectations.known_when_exported, {"received_at": "2024-03-01", "returned_at": "2025-03-01"}, False),
        (expectations.known_when_exported, {"received_at": "2024-12-31", "returned_at": "2024-12-31"}, True),
    ],
)  # fmt: skip
def test_dates_are_held_to_sane_limits(test, days, right):
    assert test(dated(**days)).tolist() == [right]


@pytest.mark.parametrize(
    ("least", "most", "unit", "right"),
    [
        (15, None, "working_day", True),
        (0, 3660, "day", True),
        (120, None, "month", True),
        (None, None, None, True),
        (-1, None, "day", False),
        (5, -1, "working_day", False),
        (3661, None, "working_day", False),
        (5, 3661, None, False),
        (121, None, "month", False),
        (20241231, None, None, False),
    ],
)
def test_time_limits_are_possible_ones(least, most, unit, right):
    frame = pd.DataFrame({"time_limit": [least], "time_limit_max": [most], "time_limit_unit": [unit]})
    frame = frame.astype({"time_limit": "Int64", "time_limit_max": "Int64"})
    assert expectations.limit_is_possible(frame).tolist() == [right]
    assert TimeLimit(least, most, unit or "").is_possible is right


def test_an_impossible_time_limit_is_warned_of(sample_report):
    frame = rows_of(sample_report, "danh_muc_tthc", 30).copy()
    frame.loc[frame.index[4], "time_limit"] = 10**7
    found = {f.code: f for f in validate(TABLES["danh_muc_tthc"], frame)}
    assert (found["D17"].failed, found["D17"].severity) == (1, "warning")


def test_a_contradiction_in_the_exports_is_found_anew_each_time(tmp_path):
    """What files say besides the rows kept is no finding of these rows, which may be those of the last time."""
    head = "Mã hồ sơ;Ngày tiếp nhận;Trạng thái\n"
    rows = "H24.99-240301-0001;01/03/2024;{}\n"
    (tmp_path / "a.csv").write_text(head + rows.format("Đang xử lý") + rows.format("Trả lại"), encoding="utf-8")
    data = read_dataset(TABLES["ho_so"], tmp_path, load_profiles())
    (finding,) = process._contradictions(data)
    assert (finding.code, finding.severity, finding.failed) == ("H90", "critical", 1)
    assert finding.rows == ("a.csv, dòng 2 và a.csv, dòng 3",)
    assert finding.to_dict() in process._of_files(data, load_config(Path(__file__).parent.parent))


def test_a_rule_about_a_column_that_no_export_has_does_not_apply(sample_report):
    frame = rows_of(sample_report, "ho_so", 30).assign(payment_method=None, component_file_count=pd.NA)
    found = {f.code: f for f in validate(TABLES["ho_so"], frame)}
    rule = {e.columns: e.code for e in EXPECTATIONS["ho_so"]}
    assert not found[rule["payment_method",]].applies
    assert not found[rule["component_file_count",]].applies
    assert found[rule["status",]].applies
    absent = {f.code: f for f in validate(TABLES["ho_so"], frame.assign(channel=None))}
    wanted = next(e.code for e in EXPECTATIONS["ho_so"] if e.kind == "not_null" and e.columns == ("channel",))
    assert (absent[wanted].applies, absent[wanted].passed) == (True, False)  # a missing column breaks what asks for it


def test_what_the_files_say_is_kept_apart_from_what_the_rows_say(prepared, validated):
    store = Store(prepared / "data/processed/mau")
    of_rows = json.loads((store.folder / FINDINGS).read_text(encoding="utf-8"))["findings"]
    assert {f["code"] for f in of_rows} == {"X99"}
    of_files = {f["code"] for f in store.quality()["file_findings"]}
    assert {"H98", "H99", "S98", "S99"} <= of_files
    assert "X99" not in of_files
    told = [(f["table"], f["code"]) for f in store.findings()]
    assert len(told) == len(of_rows) + len(store.quality()["file_findings"])
    assert [t for t, _ in told] == sorted((t for t, _ in told), key=list(TABLES).index)
