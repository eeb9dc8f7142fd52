"""Vietnamese order: letters of the alphabet before tones, Đ after D, whatever an engine or a code page thinks."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from rows import dossier

from tthc_analysis.indicators import digitisation, dossiers, online
from tthc_analysis.indicators._order import in_order, vietnamese_key

IN_ORDER = [
    "1. Khác", "An toàn", "Ăn uống", "Ấn phẩm", "Chứng thực", "Dân số", "Dược phẩm", "Đất đai", "Đầu tư", "Điện lực", "Giáo dục",
    "Hộ tịch", "Hội", "Luật sư", "ma", "mà", "mả", "mã", "má", "mạ", "Môi trường", "Nuôi con nuôi", "Ô tô", "Ơn", "Thừa phát lại", "Ưu đãi",
    "Văn bằng", "Xây dựng", "Y tế",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_dictionaries(seed):
    mixed = random.Random(seed).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(mixed, key=vietnamese_key) == IN_ORDER
    frame = in_order(pd.DataFrame({"field": [*mixed, None], "n": range(len(mixed) + 1)}), ["field"])
    assert frame["field"].tolist()[:-1] == IN_ORDER
    assert frame["field"].isna().iloc[-1]


def test_tables_by_field_are_in_that_order(report_of):
    fields = ["Đất đai", "Giáo dục", "Dược phẩm", None, "Ăn uống", "Chứng thực"]
    rows = [
        dossier(i, "2024-03-01", "2024-03-08", procedure_code=f"1.00000{i}", field=name)
        for i, name in enumerate(fields, start=1)
    ]
    report = report_of("2024", ho_so=rows)
    wanted = ["Ăn uống", "Chứng thực", "Dược phẩm", "Đất đai", "Giáo dục"]
    assert dossiers.by_field(report)["field"].tolist()[:5] == wanted
    for table in (online.by_procedure(report), digitisation.by_procedure(report)):
        assert table["field"].tolist()[:5] == wanted
