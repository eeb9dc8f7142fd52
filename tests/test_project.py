"""A new project: every kind of body in an empty folder, answers checked one by one, ids that cannot be confused."""

import pytest

from tthc_analysis.config import load_config
from tthc_analysis.errors import ConfigError, TthcError
from tthc_analysis.project import QUESTIONS, init_project
from tthc_analysis.rules.bodies import bodies
from tthc_analysis.sections import sections_of

ANSWERS = {
    "kind": "xa",
    "name": "Ủy ban nhân dân phường Mẫu",
    "agency": "phuong-mau",
    "code": "H29.259",
    "parent": "Ủy ban nhân dân thành phố Hải Phòng",
    "short": "UBND",
}


@pytest.mark.parametrize("kind", bodies())
def test_every_kind_begins_in_an_empty_folder(tmp_path, kind):
    kept, raw = init_project(tmp_path, {**ANSWERS, "kind": kind})
    config, body = load_config(tmp_path), bodies()[kind]
    assert (kept, raw) == (None, "data/raw/phuong-mau")
    assert (config.agency.kind, config.agency.signer, config.agency.place) == (
        kind,
        body.signer_title,
        "Mẫu" if body.on_behalf else "Hải Phòng",
    )
    assert (config.agency.code, config.rule_set, config.data.sample) == ("H29.259", "so-2024", False)
    numbers = {s.number for s in sections_of(config)}
    assert not numbers & set(body.without)
    assert ("II.4.4" in numbers) == bool(body.people)
    assert "II.4.1" in numbers


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("kind", "phuong", "Không có loại cơ quan"),
        ("agency", "Phường Mẫu", "không hợp lệ"),
        ("agency", "2024", "giống mã kỳ"),
        ("agency", "2024-q1", "giống mã kỳ"),
        ("agency", "6t2026", "giống mã kỳ"),
        ("agency", "mau", "dành cho dữ liệu mẫu"),
        ("agency", "xem-thu", "bản xem thử"),
        ("agency", "", "chưa có câu trả lời"),
        ("code", "29.259", "Mã định danh"),
        ("code", "H29.259-260804", "Mã định danh"),
        ("short", "UBND phường", "Viết tắt"),
        ("name", "2026", "không phải tên"),
        ("rule-set", "so-2025", "bộ quy tắc đếm"),
    ],
)
def test_a_wrong_answer_is_refused_as_it_is_given(tmp_path, name, value, said):
    question = next(q for q in QUESTIONS if q.name == name)
    with pytest.raises(TthcError, match=said):
        question.answer(value, ANSWERS)
    with pytest.raises(TthcError, match=said):
        init_project(tmp_path, {**ANSWERS, name: value})
    assert not (tmp_path / "config.toml").exists()


def test_all_open_questions_are_named_at_once(tmp_path):
    with pytest.raises(ConfigError) as error:
        init_project(tmp_path, {"kind": "xa", "agency": "phuong-mau"})
    assert error.value.where == "--name, --parent, --place, --short"
    assert "--name … --parent …" in error.value.now


@pytest.mark.parametrize(
    ("kind", "name", "parent", "place"),
    [
        ("so", "Sở Y tế", "Ủy ban nhân dân Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("so", "Sở Tư pháp", "Ủy ban nhân dân tỉnh Thanh Hóa", "Thanh Hóa"),
        ("xa", "Ủy ban nhân dân phường Bến Nghé", "Ủy ban nhân dân Thành phố Hồ Chí Minh", "Bến Nghé"),
        ("xa", "UBND Phường 12", "Ủy ban nhân dân Thành phố Hồ Chí Minh", "Phường 12"),
        ("huyen", "Ủy ban nhân dân thị xã Sơn Tây", "Ủy ban nhân dân thành phố Hà Nội", "Sơn Tây"),
        ("tinh", "Ủy ban nhân dân thành phố Huế", "Chính phủ", "Huế"),
        ("cuc", "Cục Kiểm định", "Bộ Xây dựng", ""),
    ],
)
def test_the_place_is_that_of_the_body(kind, name, parent, place):
    question = next(q for q in QUESTIONS if q.name == "place")
    assert question.default({"kind": kind, "name": name, "parent": parent}) == place


def test_a_code_of_either_shape_or_none_yet(tmp_path):
    question = next(q for q in QUESTIONS if q.name == "code")
    assert [question.answer(c, {}) for c in ("H24.99", "000.17.22.H56", "G03.05.01", "")] == [
        "H24.99",
        "000.17.22.H56",
        "G03.05.01",
        "",
    ]


def test_a_second_one_explains_further_agencies(tmp_path):
    init_project(tmp_path, ANSWERS)
    with pytest.raises(ConfigError, match="đã có cấu hình") as error:
        init_project(tmp_path, {**ANSWERS, "agency": "phuong-hai"})
    assert "[[agencies]]" in error.value.now
    kept, _ = init_project(tmp_path, {**ANSWERS, "agency": "phuong-hai"}, force=True)
    assert kept is not None
    assert load_config(tmp_path).agency.id == "phuong-hai"


MEMBER = '\n[[agencies]]\nid = "{id}"\nname = "Đơn vị hai"\nshort = "DV"\nparent = "UBND"\nplace = "Hải Phòng"\nreceiver = "UBND"\n'
PERIOD = '\n[[periods]]\nid = "{id}"\nlabel = "x"\nfrom = 2026-01-01\nto = 2026-02-01\nbasis = "b"\nreason = "r"\n'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (MEMBER.format(id="2024"), "giống mã kỳ"),
        (MEMBER.format(id="phuong-mau"), "Hai đơn vị cùng mã"),
        (MEMBER.format(id="rieng") + PERIOD.format(id="Rieng"), "trùng mã kỳ"),
        (PERIOD.format(id="rieng") + PERIOD.format(id="RIENG"), "Hai kỳ riêng cùng mã"),
        (MEMBER.format(id="hai") + 'raw = "data/raw/phuong-mau"\n', "cùng thư mục dữ liệu"),
        (MEMBER.format(id="hai") + 'kind = "phuong"\n', "chỉ nhận so-gddt"),
    ],
)
def test_ids_whose_reports_would_replace_each_other_are_refused(tmp_path, more, said):
    init_project(tmp_path, ANSWERS)
    path = tmp_path / "config.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_config(tmp_path)


def test_sections_are_left_out_by_number(tmp_path):
    init_project(tmp_path, ANSWERS)
    config = load_config(tmp_path)
    left = sections_of(config.model_copy(update={"without": ("II.8", "Phụ lục III")}))
    assert {s.number for s in sections_of(config)} - {s.number for s in left} == {"II.8", "Phụ lục III"}
    with pytest.raises(ConfigError, match=r"Không có mục “II\.9”"):
        sections_of(config.model_copy(update={"without": ("II.9",)}))


def test_a_notebook_folder_of_ones_own_wins(tmp_path):
    init_project(tmp_path, ANSWERS)
    assert load_config(tmp_path).notebooks.parent != tmp_path
    (tmp_path / "notebooks").mkdir()
    assert load_config(tmp_path).notebooks == tmp_path / "notebooks"
