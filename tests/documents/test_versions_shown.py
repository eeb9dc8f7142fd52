"""What the page tells of the versions of a report: each has a name of its own, as the landmarks of a page must."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html as tree

from tthc_analysis.documents import html
from tthc_analysis.documents.content import Revision

NOTE = Revision("2025-01-10", "2025-01-10", (("Hồ sơ đã giải quyết", "3", "4"),), (), "")


@pytest.mark.report
@pytest.mark.parametrize(("versions", "told"), [(1, [""]), (3, ["Lần sửa 3. ", "Lần sửa 2. ", "Lần sửa 1. "])])
def test_versions_of_one_day_are_told_apart(versions, told, displayed, tmp_path):
    content = displayed.content()
    html.write_pages(replace(content, about=replace(content.about, revisions=(NOTE,) * versions)), tmp_path)
    page = tree.parse(tmp_path / "index.html")
    names = [f"{which}{NOTE.title}" for which in told]
    shown = page.xpath("//details[@class='gap-lai'][div/@role='region']")
    assert [one.find("div").get("aria-label") for one in shown] == names
    assert [one.find("summary").text for one in shown] == [f"{name}: 1 số liệu khác" for name in names]
