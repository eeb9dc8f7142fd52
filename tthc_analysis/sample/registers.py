"""Synthetic exports of the small registers: documents, simplification, petitions, communication and the others.

Numbers, dates and short subjects of public documents are facts of 2024 in our own words; counts of people, readings and
costs are invented so that the figures of the 2024 report come out. No name of a real person occurs.
"""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from tthc_analysis.sample.plan import CUT_OFF, FIRST_DAY, LAST_EXPORT, START, Dossier
from tthc_analysis.sample.shapes import Value, write_delimited, write_html, write_workbook

ROOMS, UNITS, COMMITMENTS = 9, 43, 283
CIVIL_SERVANTS = (5, 9, 8, 7, 7, 6, 8, 6, 7, 5)
POSTS, REFORM_POSTS, TOPIC_PAGES = 720, 107, 116
FACEBOOK, ZALO = 9874, 4236

Row = list[Value]


def unit_codes() -> list[str]:
    """Codes of the leadership, the rooms and the affiliated units, in this order."""
    return ["BGD", *(f"P{i:02d}" for i in range(1, ROOMS + 1)), *(f"DV{i:02d}" for i in range(1, UNITS + 1))]


def _write_units(folder: Path) -> Path:
    rows: list[Row] = []
    for index, code in enumerate(unit_codes()):
        kind = "Ban Giám đốc" if code == "BGD" else "Phòng thuộc Sở" if code.startswith("P") else "Đơn vị trực thuộc"
        name = kind if code == "BGD" else f"{'Phòng' if code.startswith('P') else 'Đơn vị'} mẫu {code[-2:]}"
        servants = CIVIL_SERVANTS[index] if index < len(CIVIL_SERVANTS) else 0
        rows.append([index + 1, code, name, kind, servants, date(2020, 1, 1), None])
    headers = ("STT", "Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Số công chức", "Hiệu lực từ", "Hiệu lực đến")
    path = folder / "don_vi_2024.xlsx"
    write_workbook(path, "DANH SÁCH ĐƠN VỊ", LAST_EXPORT, headers, rows)
    return path


def _write_documents(folder: Path) -> Path:
    with files("tthc_analysis.sample").joinpath("documents.csv").open(encoding="utf-8") as source:
        found = sorted(csv.DictReader(source), key=lambda r: (r["date"], r["number"]))
    rows: list[Row] = [
        [
            index,
            row["number"],
            date.fromisoformat(row["date"]),
            row["type"],
            row["issuer"],
            row["proposed_by"] or None,
            row["topic"],
            row["subject"],
            row["internal"] or None,
            "Không",
            "Không",
        ]
        for index, row in enumerate(found, start=1)
    ]
    headers = (
        "STT",
        "Số, ký hiệu",
        "Ngày ban hành",
        "Loại văn bản",
        "Cơ quan ban hành",
        "Cơ quan tham mưu",
        "Nội dung",
        "Trích yếu",
        "Về TTHC nội bộ",
        "Có quy định TTHC",
        "Đã đánh giá tác động",
    )
    path = folder / "so_van_ban_2024.xlsx"
    write_workbook(path, "SỔ VĂN BẢN VỀ CẢI CÁCH HÀNH CHÍNH, KIỂM SOÁT TTHC", LAST_EXPORT, headers, rows)
    return path


#: procedures of the 2024 plan: code, name, days before and after, hours before and after of the costliest activity,
#: other cost, yearly respondents. Hours are chosen so that each procedure's own sheet gives −2,54 %.
_PUBLIC = (
    ("1.005053", "Thành lập, cho phép thành lập trung tâm ngoại ngữ, tin học", 15, 13, 197, 192, 0, 24),
    ("", "Cho phép trung tâm ngoại ngữ, tin học hoạt động giáo dục", 15, 13, 118, 115, 0, 31),
    ("", "Cho phép trung tâm ngoại ngữ, tin học hoạt động giáo dục trở lại", 10, 9, 35, 34, 211_000, 6),
    (
        "",
        "Cho phép trung tâm hỗ trợ và phát triển giáo dục hòa nhập hoạt động giáo dục",
        20,
        18,
        118,
        115,
        0,
        4,
    ),
    (
        "",
        "Cho phép trung tâm hỗ trợ và phát triển giáo dục hòa nhập hoạt động giáo dục trở lại",
        10,
        9,
        35,
        34,
        211_000,
        2,
    ),
)
_INTERNAL = (
    ("Thành lập trung tâm giáo dục thường xuyên", 5, 4),
    ("Sáp nhập, chia tách trung tâm giáo dục thường xuyên", 5, 4),
    ("Giải thể trung tâm giáo dục thường xuyên", 5, 4),
    ("Cho phép trung tâm giáo dục thường xuyên hoạt động giáo dục trở lại", 5, 4),
    ("Thành lập trung tâm học tập cộng đồng", 10, 8),
    ("Cho phép trung tâm học tập cộng đồng hoạt động trở lại", 5, 4),
)
_PROPOSED = date(2024, 9, 27)


def _write_simplification(folder: Path) -> Path:
    rows: list[Row] = [
        [f"DGH-2024-{i:02d}", code or None, name, "Không", _PROPOSED, None, before, after, None, None]
        for i, (code, name, before, after, *_) in enumerate(_PUBLIC, start=1)
    ]
    rows += [
        [f"NB-2024-{i:02d}", None, name, "Có", date(2024, 11, 14), "1431/TTr-SGDĐT", None, None, before, after]
        for i, (name, before, after) in enumerate(_INTERNAL, start=1)
    ]
    headers = (
        "Mã phương án",
        "Mã TTHC",
        "Tên thủ tục hành chính",
        "TTHC nội bộ",
        "Ngày trình",
        "Văn bản trình",
        "Thời hạn trước",
        "Thời hạn sau",
        "Thành phần hồ sơ trước",
        "Thành phần hồ sơ sau",
    )
    path = folder / "ra_soat_2024.xlsx"
    write_workbook(path, "SỔ RÀ SOÁT, ĐƠN GIẢN HÓA TTHC NĂM 2024", LAST_EXPORT, headers, rows)
    return path


def _cost_lines(proposal: str, stage: str, hours: int, other: int, respondents: int) -> Iterator[Row]:
    """Three activities: preparing the file takes the rest of the hours, filing 2, coming for the result 1."""
    for line, activity, part, fee in (
        (1, "Chuẩn bị hồ sơ", hours - 3, other),
        (2, "Nộp hồ sơ", 2, 0),
        (3, "Nhận kết quả", 1, 0),
    ):
        yield [line, proposal, stage, activity, part, None, 0, fee, 1, respondents]


def _write_costs(folder: Path) -> Path:
    rows: list[Row] = []
    for index, (_, _, _, _, before, after, other, respondents) in enumerate(_PUBLIC, start=1):
        code = f"DGH-2024-{index:02d}"
        rows += _cost_lines(code, "Hiện tại", before, other, respondents)
        rows += _cost_lines(code, "Sau khi đơn giản hóa", after, other, respondents)
    headers = (
        "TT",
        "Mã phương án",
        "Giai đoạn",
        "Các công việc khi thực hiện TTHC",
        "Thời gian thực hiện (giờ)",
        "Mức TNBQ/01 giờ làm việc (đồng)",
        "Mức chi phí thuê tư vấn, dịch vụ (đồng)",
        "Mức phí, lệ phí, chi phí khác (đồng)",
        "Số lần thực hiện/01 năm",
        "Số lượng đối tượng tuân thủ/01 năm",
    )
    path = folder / "bang_chi_phi_2024.xlsx"
    write_workbook(path, "BẢNG TÍNH CHI PHÍ TUÂN THỦ TTHC", LAST_EXPORT, headers, rows)
    return path


def _write_petitions(folder: Path) -> Path:
    facts = (
        (datetime(2023, 3, 6, 9, 12), 7, 4, "Quy định", "Hệ thống PAKN"),
        (datetime(2023, 7, 18, 14, 3), 7, 7, "Quy định", "Tổng đài 1022"),
        (datetime(2023, 10, 9, 8, 40), 7, 9, "Hành vi", "Hệ thống PAKN"),
        (datetime(2024, 5, 14, 10, 25), 7, 5, "Quy định", "Hệ thống PAKN"),
        (datetime(2024, 8, 21, 15, 50), 7, 7, "Quy định", "Hệ thống PAKN"),
    )
    rows: list[Row] = [
        [
            index,
            f"PAKN-{received:%y%m%d}-{index:04d}",
            f"Người phản ánh {index:04d}",
            f"09000000{index:02d}",
            received,
            (received + timedelta(due)).replace(hour=17, minute=0),
            received + timedelta(used),
            channel,
            kind,
            "Giáo dục và Đào tạo thuộc hệ thống giáo dục quốc dân",
            "Có",
        ]
        for index, (received, due, used, kind, channel) in enumerate(facts, start=1)
    ]
    headers = (
        "STT",
        "Mã PAKN",
        "Người phản ánh",
        "Số điện thoại",
        "Ngày tiếp nhận",
        "Hạn xử lý",
        "Ngày hoàn thành",
        "Nguồn tiếp nhận",
        "Loại phản ánh",
        "Lĩnh vực",
        "Công khai",
    )
    path = folder / "PAKN_20241220.xls"
    write_html(path, "DANH SÁCH PHẢN ÁNH, KIẾN NGHỊ", LAST_EXPORT, headers, rows)
    return path


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(i) for i in range((last - first).days + 1)]


def _spread(chance: random.Random, days: Sequence[date], total: int) -> dict[date, int]:
    """`total` events over the working weekdays of `days`."""
    weekdays = [d for d in days if d.weekday() < 5]
    counts = dict.fromkeys(days, 0)
    for day in chance.choices(weekdays, k=total):
        counts[day] += 1
    return counts


def _portal(chance: random.Random) -> list[Row]:
    """Daily visits and posts of the portal since 15/12/2022; topic pages are read at the end of each month."""
    spans = (
        (FIRST_DAY, START - timedelta(1), 560, 61),
        (START, CUT_OFF, POSTS, REFORM_POSTS),
        (CUT_OFF + timedelta(1), LAST_EXPORT, 21, 3),
    )
    rows: list[Row] = []
    for first, last, posts, reform in spans:
        days = _days(first, last)
        about_reform = _spread(chance, days, reform)
        others = _spread(chance, days, posts - reform)
        for day in days:
            level = 4300 if first == FIRST_DAY else 5350
            visits = round(level * (0.72 if day.weekday() >= 5 else 1) * chance.uniform(0.85, 1.2))
            month_end = (day + timedelta(1)).day == 1 or day == CUT_OFF
            pages = TOPIC_PAGES if day >= date(2024, 6, 1) else 98
            reforms = about_reform[day]
            rows.append(
                [
                    day,
                    "Cổng TTĐT",
                    None,
                    visits,
                    None,
                    others[day] + reforms,
                    reforms,
                    pages if month_end else None,
                    None,
                ]
            )
    return rows


def _followers(channel: str, last: int, per_month: int) -> list[Row]:
    """Followers read on the first of each month and at the cut-off, growing to `last`."""
    days = [date(year, month, 1) for year in (2023, 2024) for month in range(1, 13)] + [CUT_OFF]
    return [
        [day, channel, None, None, last - per_month * (len(days) - 1 - i), None, None, None, None]
        for i, day in enumerate(days)
    ]


def _day_of(row: Row) -> date:
    return row[0] if isinstance(row[0], date) else date.min


def _write_communication(folder: Path, chance: random.Random) -> list[Path]:
    rows = _portal(chance) + _followers("Facebook", FACEBOOK, 121) + _followers("Zalo", ZALO, 77)
    rows.append([date(2024, 10, 31), "Hội thi", None, None, None, None, None, None, sum(CIVIL_SERVANTS)])
    rows += [
        [date(2024, 3 + index % 9, 1 + index % 28), "Đơn vị", code, None, None, 1 + index % 3, 1, None, None]
        for index, code in enumerate(c for c in unit_codes() if c.startswith("DV"))
    ]
    headers = (
        "Ngày",
        "Kênh",
        "Mã đơn vị",
        "Lượt truy cập",
        "Lượt theo dõi",
        "Số tin bài",
        "Trong đó: CCHC",
        "Số chuyên mục",
        "Số người tham gia",
    )
    rows.sort(key=lambda r: (str(r[1]), _day_of(r), str(r[2])))
    older = folder / "truyen_thong_2024-01-02.csv"
    newer = folder / "truyen_thong_2024-12-20.csv"
    write_delimited(older, headers, [r for r in rows if _day_of(r) <= date(2023, 12, 31)])
    wrong: Row = ["30/02/2024", "Cổng TTĐT", None, 5000, None, None, None, None, None]
    write_delimited(newer, headers, [*[r for r in rows if _day_of(r) >= date(2023, 12, 15)], wrong])
    return [older, newer]


def _write_commitments(folder: Path, chance: random.Random) -> Path:
    """One by every head of a room and unit and two by the leadership, the others by staff."""
    codes = unit_codes()
    signed = [("BGD", "Thủ trưởng"), *((code, "Thủ trưởng") for code in codes)]
    staff = [c for c in codes if c != "BGD"]
    signed += [(chance.choice(staff), "Công chức, viên chức") for _ in range(COMMITMENTS - len(signed))]
    rows: list[Row] = [
        [f"CK-2024-{i:03d}", f"Người ký {i:04d}", code, role, date(2024, 1, 18) + timedelta(chance.randint(0, 40))]
        for i, (code, role) in enumerate(sorted(signed, key=lambda s: codes.index(s[0])), start=1)
    ]
    path = folder / "cam_ket_2024-12-05.csv"
    write_delimited(path, ("Số cam kết", "Họ tên", "Mã đơn vị", "Tư cách ký", "Ngày ký"), rows, delimiter=",")
    return path


_LEVELS = (
    ("Mầm non", (98_412, 8_903, 1_021)),
    ("Tiểu học", (190_377, 8_246, 742)),
    ("Trung học cơ sở", (134_905, 7_318, 611)),
    ("Trung học phổ thông", (68_226, 4_187, 238)),
    ("Giáo dục thường xuyên", (9_640, 402, 57)),
)
_GROUPS = ("Học sinh", "Giáo viên", "Cán bộ quản lý")
_VERIFIED = (
    (date(2023, 11, 30), 9_631),
    (date(2024, 3, 31), 9_847),
    (date(2024, 6, 30), 9_902),
    (date(2024, 11, 30), 9_950),
)


def _write_verifications(folder: Path) -> Path:
    """Readings of records and of verified identities; `_VERIFIED` is the share in ten thousandths."""
    rows: list[Row] = [
        [day, group, level, count, count * share // 10_000]
        for day, share in _VERIFIED
        for level, counts in _LEVELS
        for group, count in zip(_GROUPS, counts, strict=True)
    ]
    headers = ("Ngày thống kê", "Đối tượng", "Cấp học", "Tổng số", "Số đã xác thực")
    path = folder / "xac_thuc_2024.xlsx"
    write_workbook(path, "KẾT QUẢ XÁC THỰC ĐỊNH DANH", LAST_EXPORT, headers, rows)
    return path


def _write_initiatives(folder: Path) -> Path:
    facts = (
        ("Hướng dẫn nộp hồ sơ bằng mã QR tại Bộ phận Một cửa", "P01", date(2023, 4, 12), date(2023, 9, 20)),
        ("Mẫu đơn điền sẵn cho thủ tục thường gặp", "P04", date(2023, 6, 5), date(2023, 10, 2)),
        ("Bảng theo dõi hạn trả kết quả theo phòng", "P01", date(2024, 2, 28), date(2024, 7, 15)),
        ("Bộ câu hỏi tự kiểm tra thành phần hồ sơ", "P03", date(2024, 3, 20), date(2024, 8, 9)),
        ("Sổ tay số hóa kết quả giải quyết", "P06", date(2024, 5, 6), None),
        ("Nhắc hẹn trả kết quả qua Zalo", "P02", date(2024, 9, 11), None),
    )
    rows: list[Row] = [
        [f"SK-{proposed.year}-{i:02d}", title, unit, proposed, recognised]
        for i, (title, unit, proposed, recognised) in enumerate(facts, start=1)
    ]
    path = folder / "sang_kien_2024-12-20.tsv"
    headers = ("Mã sáng kiến", "Tên sáng kiến", "Mã đơn vị", "Ngày đề xuất", "Ngày công nhận")
    write_delimited(path, headers, rows, delimiter="\t", coding="utf-8")
    return path


#: cause, working week days by which the first appointment was earlier, whether a letter of apology was sent
_LATE = (
    ("Phải xác minh, bổ sung hồ sơ", 3, True),
    ("Chờ cơ quan phối hợp", 5, True),
    (None, 2, False),
    ("Hệ thống", 4, True),
)


def _write_late(folder: Path, dossiers: Sequence[Dossier]) -> Path:
    """Dossiers that were resolved on a second appointment, the last of them on a third one; the due date tells the last."""
    least = timedelta(days=2 * max(days for _, days, _ in _LATE))
    on_time = [d for d in dossiers if d.resolved and START <= d.resolved.date() == d.due.date() <= CUT_OFF]
    on_time = [d for d in on_time if d.due.date() > d.received.date() + least]
    moved = sorted(on_time, key=lambda d: d.code)[: len(_LATE)]
    rows: list[Row] = []
    for dossier, (cause, days, apologised) in zip(moved, _LATE, strict=False):
        steps = [dossier.due.date() - timedelta(days=days), dossier.due.date()]
        if dossier is moved[-1]:
            steps.insert(0, steps[0] - timedelta(days=days))
        for old, new in itertools.pairwise(steps):
            number = f"{len(rows) + 1}/TXL-MCĐT" if apologised else None
            recorded = old - timedelta(days=1)
            rows.append(
                [
                    dossier.code,
                    f"Người nộp {dossier.number:04d}",
                    recorded,
                    cause,
                    old,
                    new,
                    number,
                    recorded if apologised else None,
                ]
            )
    headers = (
        "Mã hồ sơ",
        "Chủ hồ sơ",
        "Ngày ghi sổ",
        "Nguyên nhân",
        "Ngày hẹn cũ",
        "Ngày hẹn mới",
        "Số thư xin lỗi",
        "Ngày thư xin lỗi",
    )
    path = folder / "so_qua_han_2024.xlsx"
    write_workbook(path, "SỔ HỒ SƠ QUÁ HẠN, HẸN LẠI NGÀY TRẢ", LAST_EXPORT, headers, rows)
    return path


def _write_plan(folder: Path) -> Path:
    facts = (
        ("Ban hành kế hoạch kiểm soát TTHC", "P01", date(2024, 1, 31), date(2024, 1, 24)),
        ("Rà soát, đánh giá TTHC thuộc phạm vi quản lý", "P01", date(2024, 6, 30), date(2024, 6, 25)),
        ("Kiểm tra việc niêm yết, công khai TTHC tại đơn vị", "P03", date(2024, 7, 31), date(2024, 8, 15)),
        ("Tổng hợp, báo cáo định kỳ quý III", "P01", date(2024, 9, 20), date(2024, 9, 16)),
        ("Khảo sát mức độ hài lòng", "P02", date(2024, 11, 15), None),
        ("Tổng kết, xây dựng kế hoạch năm sau", "P01", date(2024, 12, 31), None),
    )
    rows: list[Row] = [
        [f"KH-{i:02d}", title, unit, planned, done] for i, (title, unit, planned, done) in enumerate(facts, start=1)
    ]
    path = folder / "ke_hoach_2024-12-20.csv"
    write_delimited(path, ("Mã nhiệm vụ", "Nhiệm vụ", "Mã đơn vị", "Thời hạn", "Ngày hoàn thành"), rows)
    return path


def _write_published_scores(folder: Path) -> Path:
    """Components of a quarter as a portal would print them; no rule set of the time is known, so that nothing is scored."""
    facts = (("Công bố đúng hạn", 0, 54), ("Công khai đủ nội dung", 40, 41), ("Chứng thực bản sao điện tử", 0, 0))
    rows: list[Row] = [[date(2024, 7, 1), date(2024, 9, 30), name, part, whole] for name, part, whole in facts]
    path = folder / "diem_2024-12-20.csv"
    write_delimited(path, ("Từ ngày", "Đến ngày", "Thành phần", "Tử số", "Mẫu số"), rows)
    return path


def write_registers(folder: Path, seed: int = 2024, dossiers: Sequence[Dossier] = ()) -> list[Path]:
    """Write every register below `folder` (one folder per dataset); the same bytes every time.

    That of late dossiers speaks of `dossiers`; there is none without them.
    """
    chance = random.Random(seed)
    names = "don_vi van_ban don_gian_hoa chi_phi_tuan_thu phan_anh_kien_nghi truyen_thong cam_ket xac_thuc sang_kien "
    names += "ke_hoach diem_thanh_phan" + " qua_han" * bool(dossiers)
    places = {name: folder / name for name in names.split()}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    return [
        _write_units(places["don_vi"]),
        _write_documents(places["van_ban"]),
        _write_simplification(places["don_gian_hoa"]),
        _write_costs(places["chi_phi_tuan_thu"]),
        _write_petitions(places["phan_anh_kien_nghi"]),
        *_write_communication(places["truyen_thong"], chance),
        _write_commitments(places["cam_ket"], chance),
        _write_verifications(places["xac_thuc"]),
        _write_initiatives(places["sang_kien"]),
        *([_write_late(places["qua_han"], dossiers)] if dossiers else []),
        _write_plan(places["ke_hoach"]),
        _write_published_scores(places["diem_thanh_phan"]),
    ]
