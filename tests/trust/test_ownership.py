"""Whose dossiers: codes of other agencies stop publication, predecessors are known by their days, code days and serials."""

from datetime import date

import pandas as pd
import pytest
from running import tthc

from tthc_analysis.config import Agency, AgencyCode
from tthc_analysis.preparation import ownership
from tthc_analysis.preparation.ownership import findings, newest_shape

WARD = Agency(id="phuong-mau", name="P", short="UBND", parent="U", place="H", receiver="U", kind="xa", code="H29.259")


def frame(*rows):
    """(code, received) rows as a cleaned table."""
    made = pd.DataFrame(rows, columns=["dossier_code", "received_at"])
    made["received_at"] = pd.to_datetime(made["received_at"])
    return made.assign(
        snapshot_date=pd.Timestamp("2021-01-01"), source_file="a.xlsx", source_row=range(2, len(made) + 2)
    )


def found(agency, *rows):
    return {f["code"]: f for f in findings(agency, [frame(*rows)])}


def test_dossiers_of_another_agency_are_critical_with_counts():
    rows = [(f"H29.259-260104-{i:04d}", "2026-01-05") for i in range(168)]
    rows += [(f"H29.260-260104-{i:04d}", "2026-01-05") for i in range(161)]
    told = found(WARD, *rows)
    assert list(told) == ["H91"]
    assert (told["H91"]["severity"], told["H91"]["failed"], told["H91"]["checked"]) == ("critical", 161, 329)
    assert "H29.260 161 hồ sơ" in told["H91"]["text"]
    assert told["H91"]["rows"][0] == "a.xlsx, dòng 170"


def test_own_units_older_shapes_and_other_shapes_are_no_fault():
    agency = WARD.model_copy(update={"code": "H56.22"})
    assert found(agency, ("000.17.22.H56-210531-0001", "2021-05-31"), ("H56.22.17-210601-0001", "2021-06-01")) == {}
    assert found(WARD, ("HS-0001", "2026-01-05"), (None, "2026-01-05")) == {}
    assert "H91" in found(WARD, ("H29.2591-260104-0001", "2026-01-05"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("000.17.22.H56", "H56.22.17"),
        ("000.00.17.H24", "H24.17"),
        ("H29.259", "H29.259"),
        ("012.03.05.G09", "G09.05.03.012"),
    ],
)
def test_the_older_shape_of_an_agency_code(old, new):
    assert newest_shape(old) == new


def test_a_predecessor_is_known_in_its_days_only():
    former = AgencyCode.model_validate({"code": "H29.12", "to": date(2025, 6, 30)})
    agency = WARD.model_copy(update={"codes": (former,)})
    assert found(agency, ("H29.12-250620-0001", "2025-06-30")) == {}
    assert found(agency, ("H29.12-250620-0001", "2025-07-01"))["H91"]["failed"] == 1


def test_without_a_declared_code_several_agencies_are_a_warning():
    agency = WARD.model_copy(update={"code": ""})
    rows = [
        ("H29.259-260104-0001", "2026-01-05"),
        ("H29.259-260104-0002", "2026-01-05"),
        ("H29.3-260104-0003", "2026-01-05"),
    ]
    assert found(agency, *rows[:2]) == {}
    assert (found(agency, *rows)["H91"]["severity"], found(agency, *rows)["H91"]["failed"]) == ("warning", 1)


def test_the_day_in_a_code_may_be_before_the_receipt_and_not_after_it():
    assert found(WARD, ("H29.259-251201-0001", "2026-01-05 08:00")) == {}
    told = found(WARD, ("H29.259-260105-0001", "2026-01-05 08:00"), ("H29.259-260106-0002", "2026-01-05 08:00"))
    assert (told["H92"]["failed"], told["H92"]["severity"]) == (1, "warning")


def test_a_repeated_serial_is_told():
    agency = WARD.model_copy(update={"code": "H56.22.17"})
    told = found(
        agency,
        ("000.17.22.H56-210531-0001", "2021-05-31"),
        ("H56.22.17-210531-00001", "2021-05-31"),
        ("H56.22.17-210531-0002", "2021-05-31"),
    )
    assert told["H93"]["failed"] == 2


def serials(numbers, day="2026-01-06", received=None, exported="2026-03-01"):
    """Rows of one day with these serial numbers, in data that begin the day before and end with the export."""
    rows = [(f"H29.259-260105-{i:04d}", "2026-01-05") for i in (1, 2)]
    rows += [(f"H29.259-{pd.Timestamp(day):%y%m%d}-{n:04d}", received or day) for n in numbers]
    return findings(WARD, [frame(*rows).assign(snapshot_date=pd.Timestamp(exported))])


def test_gaps_in_the_serials_of_a_covered_day_are_information():
    (told,) = serials([1, 2, 4, 7, 7 + 1])
    assert (told["code"], told["severity"], told["checked"], told["failed"]) == ("H98", "info", 1, 1)
    assert "thiếu 3 số ở các ngày" in told["text"]
    assert told["rows"] == ["a.xlsx, dòng 8"]


@pytest.mark.parametrize(
    ("numbers", "more"),
    [
        ([1, 2, 3], {}),
        ([2, 3], {"day": "2026-01-05"}),  # the first day may be covered in part
        ([1, 3], {"exported": "2026-01-06"}),  # the day of the export too
        ([1, 3], {"received": "2026-01-20", "exported": "2026-01-19"}),  # others of that day may still come
        ([645, 702], {}),  # numbers of a whole province
    ],
)
def test_nothing_is_told_where_numbers_say_nothing(numbers, more):
    assert not [f for f in serials(numbers, **more) if f["code"] == "H98"]


def test_publication_stops_at_dossiers_of_another_agency_and_the_declaration_alone_changes_that(project):
    path = project / "config.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('code = "H24.99"', 'code = "H24.98"'), encoding="utf-8")
    done = tthc(project, "check")
    assert done.returncode == 3
    assert "H24.99" in done.stdout + done.stderr
    path.write_text(text, encoding="utf-8")
    assert tthc(project, "check").returncode == 0


@pytest.mark.parametrize(("own", "other", "severity"), [(3, 2, "warning"), (2, 2, "critical"), (0, 2, "critical")])
def test_a_few_dossiers_of_an_agency_of_the_same_project_do_not_stop_a_report(own, other, severity):
    """They passed from one to the other; a whole export of the other one is in the wrong folder."""
    rows = [(f"H29.259-260104-{i:04d}", "2026-01-05") for i in range(own)]
    rows += [(f"H29.260.1-260104-{i:04d}", "2026-01-05") for i in range(other)]
    told = {f["code"]: f for f in findings(WARD, [frame(*rows)], ("H29.260", "H29.3"))}
    assert told["H91"]["severity"] == severity
    assert {f["code"]: f for f in findings(WARD, [frame(*rows)], ("H29.26",))}["H91"]["severity"] == "critical"


@pytest.mark.parametrize("together", [1, 3, 1000])
def test_however_few_rows_are_looked_at_together_the_same_is_found(together, monkeypatch):
    """Days come in the order of their first rows, repeated serials in the order of all rows, from parts of any size."""
    monkeypatch.setattr(ownership, "_ROWS_AT_A_TIME", together)
    numbers = {"07": (1, 4), "06": (1, 3, 3, 6), "09": (2, 2, 1), "08": (1, 2)}
    rows = [("H29.259-260105-0001", "2026-01-05")]
    rows += [
        (f"H29.259-2601{day}-{n:0{4 + i}d}", f"2026-01-{day}")
        for day, some in numbers.items()
        for i, n in enumerate(some)
    ]
    whole = frame(*rows).assign(snapshot_date=pd.Timestamp("2026-03-01"))
    parts = [whole.iloc[start : start + 4].assign(source_file=f"{start}.csv") for start in range(0, len(whole), 4)]
    told = {f["code"]: f for f in findings(WARD, parts)}
    assert told["H93"]["rows"] == ["4.csv, dòng 6", "4.csv, dòng 7", "4.csv, dòng 9", "8.csv, dòng 10"]
    assert told["H98"]["rows"] == ["0.csv, dòng 4", "4.csv, dòng 8"]
    assert told["H98"]["checked"] == 4
    assert "thiếu 5 số" in told["H98"]["text"]


def test_a_serial_longer_than_any_number_repeats_none_and_leaves_no_gaps():
    assert serials([1, 10**20, 10**20 + 1, 3]) == []
