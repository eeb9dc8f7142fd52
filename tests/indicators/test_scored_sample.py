"""The sample of 2026: its points by QĐ 766 recounted from the very exports, its lost points with their codes."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

from tthc_analysis.config import load_config
from tthc_analysis.errors import ConfigError
from tthc_analysis.indicators import open_report_in, scores
from tthc_analysis.preparation.members import prepare_agency
from tthc_analysis.sample.scored import PERIOD, write_scored


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("diem") / "du-an"
    written = {p.parent.name: p for p in write_scored(folder)}
    frames = {n: pd.read_csv(written[n], dtype=str, keep_default_na=False) for n in ("ho_so", "phan_anh_kien_nghi")}
    return folder, frames


@pytest.fixture(scope="module")
def report(exports):
    config = load_config(exports[0])
    prepare_agency(config)
    return open_report_in(config, PERIOD, "")


def _day(texts):
    return pd.to_datetime(texts.str[:10], format="%d/%m/%Y")


def _points(most, part, whole, full_at="1"):
    exact = min(Decimal(most) * part / whole / Decimal(full_at), Decimal(most))
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_points_are_those_of_a_recount(exports, report):
    rows = exports[1]["ho_so"]
    rows = rows[_day(rows["Ngày tiếp nhận"]).between("2026-07-01", "2026-09-30")]
    done = _day(rows["Ngày kết thúc xử lý"].where(rows["Ngày kết thúc xử lý"] != "")).clip(
        upper=pd.Timestamp("2026-09-30")
    )
    late = done.fillna(pd.Timestamp("2026-09-30")) > _day(rows["Ngày hẹn trả"])
    electronic, digital = rows["Số tệp kết quả"] != "0", rows["Số tệp thành phần hồ sơ"] != "0"
    paying = rows[rows["Phí, lệ phí"] != "0"]
    everything = len(rows)
    assert everything > 150
    wanted = {
        "on_time": _points(20, int((~late).sum()), everything),
        "paid_online": _points(6, int((paying["Hình thức thanh toán"] == "Trực tuyến").sum()), len(paying)),
        "electronic_result": _points(6, int(electronic.sum()), everything),
        "digitised": _points(4, int((electronic & digital).sum()), everything),
        "reused": _points(2, int((rows["Số thành phần dùng lại"] != "0").sum()), everything, "0.8"),
        "population_data": _points(2, int((rows["Khai thác dữ liệu dân cư"] == "Có").sum()), everything),
        "published_on_time": Decimal("5.28"),  # 6 × 44/50
    }
    found = {s.component.id: s.points for s in scores.components(report) if s.component}
    assert {name: found[name] for name in wanted} == wanted
    assert found["fee_procedures"] is None  # nobody said it: not 0


def test_lost_points_have_their_codes_and_what_can_be_gained_comes_first(exports, report):
    lost = scores.lost_table(report)
    assert len(lost) > 5
    assert list(lost["gainable"]) == sorted(lost["gainable"], reverse=True)
    assert lost["gainable"].iloc[0] > 1
    listed = scores.lost_list(report)
    rows = exports[1]["ho_so"].set_index("Mã hồ sơ")
    without = listed[listed["name"] == "Kết quả điện tử"]["dossier_code"]
    assert set(rows.loc[without, "Số tệp kết quả"]) == {"0"}
    assert len(without) == int(lost.set_index("name").loc["Kết quả điện tử", "cases"])
    groups = scores.group_table(report).set_index("group")
    assert groups.loc["Dịch vụ công trực tuyến", "known"] == "chưa rõ cách tính"


def test_a_folder_that_holds_something_is_not_written_over(exports):
    with pytest.raises(ConfigError, match="Thư mục đã có tệp"):
        write_scored(exports[0])
