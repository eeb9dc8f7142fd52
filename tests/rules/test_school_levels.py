"""School levels stand in their natural order, whatever a register calls them."""

from tthc_analysis.rules.school_levels import school_level_key


def test_levels_stand_from_the_lowest_to_the_highest_unknown_ones_last():
    given = [
        "Khối khác",
        "Đại học",
        "THPT",
        "Giáo dục thường xuyên",
        "Trung học cơ sở",
        "Tiểu học",
        "Trường Mầm non",
        None,
    ]
    found = sorted(given, key=school_level_key)
    assert found == [
        "Trường Mầm non",
        "Tiểu học",
        "Trung học cơ sở",
        "THPT",
        "Giáo dục thường xuyên",
        "Đại học",
        "Khối khác",
        None,
    ]
