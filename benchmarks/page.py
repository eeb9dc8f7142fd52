"""The page of results: docs/benchmarks.md and docs/benchmarks.svg, from the measured figures alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tthc_analysis.display._canvas import BLUE, GREY, INK, ORANGE, SOFT, bare, beside, draw
from tthc_analysis.display.formats import date_short, number, percent

Result = dict[str, Any]
#: way of making pages → what the table and the chart call it
WAYS = {
    "shell": ("papermill và nbconvert từ dòng lệnh, từng sổ tay một", "papermill + nbconvert,\ntừng lệnh"),
    "snakemake": ("Snakemake {snakemake} gọi hai lệnh đó, hai sổ tay một lúc", "Snakemake"),
    "jupyter_book": ("Jupyter Book {jupyter-book}", "Jupyter Book"),
    "loop": ("một tiến trình gọi papermill và nbconvert", "papermill + nbconvert,\nmột tiến trình"),
    "ours": ("tthc", "tthc"),
}
PARTS = {
    "notebooks": "sổ tay ra HTML",
    "commands": "các lệnh",
    "exported": "bản xuất mới đến lúc công bố",
    "reports": "cả báo cáo ở mọi cỡ",
    "prepared": "làm sạch ở mọi cỡ",
    "preparing": "chuẩn bị dữ liệu",
    "counting": "đếm ở mọi cỡ",
    "spark": "so với Spark",
    "cluster": "cụm Spark",
    "matrix": "nhiều đơn vị",
    "province": "tổng hợp từ thư mục của nhiều đơn vị",
}
#: the state of the program that the aims of speed were set against
BASE = "e359d71"
GROWTH = "benchmarks-lon-dan.svg"
#: what must stay the same may grow by a tenth: so much differs between two equal runs
FLAT = 1.1


@dataclass(frozen=True)
class Requirement:
    """A measured value and its limit; `why` tells the reason where the limit is not kept."""

    what: str
    measured: float
    limit: float
    unit: str = ""
    why: str = ""

    @property
    def met(self) -> bool:
        """Whether the limit is kept."""
        return self.measured <= self.limit


def write(result: Result, docs: Path) -> None:
    """Write the page and its charts."""
    growth = _growth(result)
    if growth:
        (docs / GROWTH).write_text(growth + "\n", encoding="utf-8", newline="\n")
    (docs / "benchmarks.svg").write_text(chart(result) + "\n", encoding="utf-8", newline="\n")
    (docs / "benchmarks.md").write_text(page(result), encoding="utf-8", newline="\n")


def page(result: Result) -> str:
    """The page as Markdown."""
    sections = {
        "notebooks": _notebooks, "commands": _commands, "exported": _exported, "reports": _reports, "prepared": _prepared,
        "preparing": _preparing, "counting": _counting, "spark": _spark, "cluster": _cluster, "matrix": _matrix,
        "province": _province,
    }  # fmt: skip
    lines = [*_head(result), *_summary(result), *_growing(result)]
    for part, section in sections.items():
        lines += section(result[part]) if part in result else []
    return "\n".join([*lines, *_repeat(result)]) + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """A table whose first `texts` columns, and those without a heading, hold words; the others hold numbers."""
    rules = ["---" if i < texts or not head else "---:" for i, head in enumerate(heads)]
    return [f"| {' | '.join(cells)} |" for cells in (heads, rules, *rows)] + [""]


def _head(result: Result) -> list[str]:
    about = result["machine"]
    return [
        "# Đo tốc độ",
        "",
        f"Máy đo: {about['processors']} bộ xử lý, {about['system']}, Python {about['python']}. Máy có thể còn chạy việc khác (tải ghi ở cuối trang), nên "
        "**so bằng thời gian CPU** của lệnh và mọi tiến trình con; giờ đồng hồ ghi để tham khảo. Trang này do `make bench` viết ra từ "
        "`benchmarks/ket-qua.json`, không sửa tay.",
        "",
        f"![{_chart_title(result)}](benchmarks.svg)",
        "",
    ]


def _summary(result: Result) -> list[str]:
    found = list(requirements(result))
    rows = [
        (r.what, f"{_plain(r.limit)}{r.unit}", f"{number(r.measured, 3 if r.limit < 0.2 else 2 if r.limit < 10 else 1 if r.limit < 100 else 0)}{r.unit}", "đạt" if r.met else "**chưa đạt**")
        for r in found
    ]  # fmt: skip
    reasons = [f"- {r.what}: {r.why}" for r in found if not r.met and r.why]
    missing = [label for part, label in PARTS.items() if part not in result]
    return [
        "## Yêu cầu",
        "",
        *_table(("Yêu cầu", "Không quá", "Đo được", ""), rows),
        *(["Chỗ chưa đạt, vì sao:", "", *reasons, ""] if reasons else []),
        *([f"Chưa có số đo: {', '.join(missing)}.", ""] if missing else []),
    ]


def _plain(limit: float) -> str:
    """A limit with no more decimals than it has."""
    return number(limit, len(f"{limit:.2f}".rstrip("0").partition(".")[2]))


def requirements(result: Result) -> Iterator[Requirement]:
    """Everything that is asked of the parts that were measured."""
    asked: dict[str, Callable[[Any], Iterator[Requirement]]] = {
        "notebooks": _of_notebooks, "commands": _of_commands, "exported": _of_exported, "reports": _of_reports,
        "prepared": _of_prepared, "preparing": _of_preparing, "counting": _of_counting, "cluster": _of_cluster,
        "matrix": _of_matrix,
    }  # fmt: skip
    for part, of_part in asked.items():
        if part in result:
            yield from of_part(result[part])


def _of_notebooks(found: Result) -> Iterator[Requirement]:
    ours, each = found["ours"]["cpu"], found["margin_cpu"]
    once = (
        f"{number(ours - found['number'] * each, 1)} trong {number(ours, 1)} giây CPU là trả một lần cho cả mẻ (nạp thư viện vào tiến "
        f"trình gốc và tiến trình dựng trang); mỗi sổ tay thêm chỉ tốn {number(each, 2)} giây."
    )
    yield Requirement(
        f"{found['number']} sổ tay ra HTML: CPU so với dòng lệnh", ours / found["shell"]["cpu"], 0.1, why=once
    )
    yield Requirement(
        f"{found['number']} sổ tay ra HTML: CPU so với một tiến trình", ours / found["loop"]["cpu"], 0.3, why=once
    )
    yield Requirement(
        "mỗi sổ tay thêm (100 so với 50): CPU so với mức sàn", each / _floor(found), 1.6,
        why="phần hơn mức sàn là tạo tiến trình riêng cho từng sổ tay (chép trang nhớ khi ghi), mở DuckDB lần đầu trong tiến trình "
        "đó, và papermill đọc, kiểm tra, ghi sổ tay.",
    )  # fmt: skip
    yield Requirement("bộ nhớ với 100 sổ tay so với 50", found["peak_100"] / found["peak_50"], FLAT)


def _slowest_first(found: Result) -> list[str]:
    return sorted(WAYS, key=lambda way: -found[way]["cpu"])


def _floor(found: Result) -> float:
    return float(found["floor_cpu"] / found["number"])


def _of_commands(found: Result) -> Iterator[Requirement]:
    pandas = found["import_pandas"]["cpu"]
    speed = f"để so tốc độ máy: riêng `import pandas` tốn {number(pandas, 2)} giây CPU."
    yield Requirement(
        "`tthc report` khi không có gì thay đổi (không sổ tay nào chạy), giờ đồng hồ", found["unchanged"]["wall"], 1.0, " giây",
        f"lệnh phải nạp thư viện và so lại nội dung của mọi thứ mà báo cáo dựa vào; {speed}",
    )  # fmt: skip
    yield Requirement(
        "`import tthc_analysis`: CPU so với `import pandas`", found["import_package"]["cpu"] / pandas, 1.1
    )
    yield Requirement("`tthc --help`: CPU", found["help"]["cpu"], 0.15, " giây", speed)


def _of_exported(found: Result) -> Iterator[Requirement]:
    if "ratio" not in found:
        return
    now, base = found["now"], found["base"]
    why = (
        f"hai bộ xử lý không thể nhanh hơn nửa số giây CPU, nay {number(now['cpu'], 1)} giây; đồng hồ {number(now['wall'], 1)} giây. Phần lớn là "
        "chạy các mục, vẽ hình và nạp bộ kiểm tra."
    )
    yield Requirement(f"bản xuất mới đến lúc công bố: đồng hồ so với {base}", found["ratio"]["wall"], 0.6, why=why)
    yield Requirement(f"bản xuất mới đến lúc công bố: CPU so với {base}", found["ratio"]["cpu"], 0.9, why=why)


#: dossiers → seconds and MiB that a whole report of them may take
REPORT_LIMITS = {"10000000": (30.0, 1024.0), "50000000": (None, 2048.0)}


def _of_reports(found: Result) -> Iterator[Requirement]:
    for size, (seconds, memory) in REPORT_LIMITS.items():
        if size not in found:
            continue
        what = f"cả báo cáo của {_millions(size)} triệu hồ sơ"
        if seconds:
            yield Requirement(
                f"{what}: đồng hồ", found[size]["wall"], seconds, " giây",
                f"tốn {number(found[size]['cpu'], 1)} giây CPU trên hai bộ xử lý; mỗi câu đếm là một lượt đọc cả bảng.",
            )  # fmt: skip
        yield Requirement(
            f"{what}: bộ nhớ của mọi tiến trình", found[size]["together"], memory, " MiB",
            "gần như vậy ngay ở cỡ nhỏ nhất: phần lớn là nền của các tiến trình cùng chạy, không phải hồ sơ.",
        )  # fmt: skip


def _of_prepared(found: Result) -> Iterator[Requirement]:
    for size, one in found.items():
        if "then" in one:
            yield Requirement(
                f"làm sạch {_millions(size)} triệu dòng CSV: đồng hồ so với {BASE}", one["wall"] / one["then"]["wall"], 0.5,
                why=f"{number(one['cpu'], 1)} giây CPU, ở {BASE} {number(one['then']['cpu'], 1)} giây: "
                "một phần là Great Expectations; tìm nghi vấn, tìm hồ sơ của đơn vị khác, hợp nhất từ đĩa là việc bản ấy chưa làm.",
            )  # fmt: skip
        if size == "10000000":
            yield Requirement(
                "làm sạch 10 triệu dòng CSV: bộ nhớ của mọi tiến trình", one["together"], 2048.0, " MiB",
                "hợp nhất theo mã hồ sơ phải thấy mọi dòng; DuckDB ghi phần tràn ra đĩa.",
            )  # fmt: skip


def _of_cluster(found: Result) -> Iterator[Requirement]:
    yield Requirement(
        "báo cáo mẫu đếm trên cụm Spark, đồng hồ", found["sample"]["spark"], 60.0, " giây",
        "máy ảo Java vừa khởi động phải biên dịch chính Spark; mỗi câu hỏi tốn từ nửa giây đến hai giây để lập kế hoạch.",
    )  # fmt: skip


def _of_preparing(found: Result) -> Iterator[Requirement]:
    yield Requirement(
        f"chuẩn bị {number(found['rows'])} hồ sơ: phần của chương trình trong toàn bộ CPU", found["ours"] / found["total"], 0.25,
        why="chuẩn hóa chữ, ngày giờ, cách ly và hợp nhất từng dòng tốn nhiều so với đọc tệp, kiểm tra và ghi.",
    )  # fmt: skip


def _of_counting(found: Result) -> Iterator[Requirement]:
    for size, one in found.items():
        yield Requirement(
            f"đếm {_millions(size)} triệu hồ sơ: CPU so với chỉ đọc", one["count"]["cpu"] / one["scan"]["cpu"], 1.7,
            why="phần hơn lần đọc là hỏi trước các bản xuất nói đến ngày nào, đổi giờ thành ngày, so ngày, xếp loại từng hồ sơ và gộp theo loại.",
        )  # fmt: skip
    small, large = _ends(found)
    if small != large:
        peaks = found[large]["count"]["peak"] / found[small]["count"]["peak"]
        yield Requirement(
            f"bộ nhớ đếm {_millions(large)} triệu so với {_millions(small)} triệu", peaks, FLAT,
            why=f"{number(found[large]['count']['peak'])} MiB so với {number(found[small]['count']['peak'])} MiB, giới hạn của bộ máy là 2 GB.",
        )  # fmt: skip


def _of_matrix(found: Result) -> Iterator[Requirement]:
    small, large = _ends(found)
    if small == large:
        return
    first, last = found[small], found[large]
    span = f"{large} so với {small} đơn vị"
    yield Requirement(f"CPU mỗi đơn vị: {span}", last["cpu"] / int(large) / (first["cpu"] / int(small)), FLAT)
    yield Requirement(f"bộ nhớ của tiến trình lớn nhất: {span}", last["peak"] / first["peak"], FLAT)
    if first["typical"]:  # else the system does not tell
        yield Requirement(f"bộ nhớ của mọi tiến trình: {span}", last["typical"] / first["typical"], FLAT)


def _ends(found: Result) -> tuple[str, str]:
    """The smallest and the largest size that was measured."""
    return min(found, key=int), max(found, key=int)


def _millions(size: str) -> str:
    return number(int(size) / 1e6, 0 if int(size) >= 1e6 else 1)


def _notebooks(found: Result) -> list[str]:
    ours = found["ours"]["cpu"]
    rows = []
    for way in _slowest_first(found):
        label, one = WAYS[way][0], found[way]
        rows.append(
            (label.format(**found["versions"]), number(one["cpu"], 1), number(one["wall"], 1), number(one["cpu"] / ours, 1), number(one["peak"]))
        )  # fmt: skip
    return [
        f"## {found['number']} sổ tay của báo cáo 2024 ra HTML",
        "",
        *_table(("Cách", "CPU (giây)", "Đồng hồ (giây)", "gấp tthc (CPU)", "Tiến trình lớn nhất (MiB)"), rows),
        "Mọi cách chạy cùng sổ tay trên cùng dữ liệu bằng cùng Python và thư viện; công cụ khác dùng mẫu trang mặc định của nó, tthc dùng mẫu của "
        "mình. tthc chạy lại mọi sổ tay, không dùng bản lưu. Jupyter Book không nhận tham số nên chạy với giá trị mặc định của sổ tay "
        "(cũng là kỳ 2024). Các cách ngoài tthc và vòng lặp một tiến trình chỉ đo một lượt.",
        "",
        f"Mức sàn, {number(_floor(found), 3)} giây CPU mỗi sổ tay, là chính các ô chạy trần trong một tiến trình đã nóng, cộng với dựng trang. Một "
        f"sổ tay thêm tốn {number(found['margin_cpu'], 3)} giây. Hai số này lấy ở lượt tốn ít CPU nhất: hiệu của hai số lớn chịu nhiễu của máy gấp nhiều lần. Bộ nhớ của tiến trình lớn nhất: {number(found['peak_50'])} MiB với 50 sổ tay, "
        f"{number(found['peak_100'])} MiB với 100.",
        "",
    ]


def _commands(found: Result) -> list[str]:
    labels = {
        "first": "`tthc report 2024` lần đầu, dữ liệu đã xử lý",
        "unchanged": "`tthc report 2024` khi không có gì thay đổi",
        "help": "`tthc --help`",
        "import_package": "`import tthc_analysis`",
        "import_open_report": "`from tthc_analysis import open_report`",
        "import_pandas": "`import pandas`",
        "python": "Python không làm gì",
    }
    rows = [
        (label, number(found[name]["cpu"], 2), number(found[name]["wall"], 2), number(found[name]["peak"]))
        for name, label in labels.items()
    ]
    heads = ("Lệnh", "CPU (giây)", "Đồng hồ (giây)", "Bộ nhớ (MiB)")
    note = "Mọi số đều gồm cả lúc Python khởi động. Phép đo dừng nếu báo cáo không có gì thay đổi mà vẫn bị làm lại."
    return ["## Lệnh", "", *_table(heads, rows), note, ""]


#: what a run costs: name among the results, heading, digits
COSTS = (
    ("wall", "Đồng hồ (giây)", 1),
    ("cpu", "CPU (giây)", 1),
    ("peak", "Tiến trình lớn nhất (MiB)", 0),
    ("together", "Mọi tiến trình (MiB)", 0),
)
COST_HEADS = tuple(head for _, head, _ in COSTS)


def _cost(one: Result) -> tuple[str, ...]:
    """The cells of `COST_HEADS`, as far as they were measured."""
    return tuple(number(one[name], digits) for name, _, digits in COSTS if name in one)


def _exported(found: Result) -> list[str]:
    sides = {"then": f"chương trình ở {found['base']}", "now": "chương trình nay"}
    rows = [(label, *_cost(found[n])) for n, label in sides.items() if n in found]
    ratio = found.get("ratio")
    compared = (
        f"Trung vị tỷ lệ của từng cặp: đồng hồ {number(ratio['wall'], 2)}, CPU {number(ratio['cpu'], 2)}."
        if ratio
        else f"Kho mã ở máy đo không có {found['base']} nên chưa so được."
    )
    return [
        "## Một bản xuất mới đến lúc công bố",
        "",
        "Dự án mẫu đã công bố báo cáo 2024; thêm một tệp xuất hồ sơ mới rồi `tthc report 2024`: đọc, làm sạch, kiểm tra, mọi mục mà cả hai bản có, mọi tệp. "
        f"{found['pairs']} cặp xen kẽ, trước mỗi lượt chờ máy rảnh.",
        "",
        *_table(("", *COST_HEADS[:3]), rows),
        compared,
        "",
    ]


def _reports(found: Result) -> list[str]:
    rows = [(_millions(size), *_cost(one)) for size, one in found.items()]
    return [
        "## Cả báo cáo ở mọi cỡ",
        "",
        "`tthc report 2024` lần đầu trên hồ sơ đã xử lý của `tthc sample --dossiers`, có danh mục và mọi sổ: mọi mục, mọi tệp. Bộ nhớ của mọi "
        "tiến trình tính trang nhớ dùng chung một lần.",
        "",
        *_table(("Triệu hồ sơ", *COST_HEADS), rows, texts=0),
    ]


def _prepared(found: Result) -> list[str]:
    rows = []
    for size, one in found.items():
        then = one.get("then")
        ratios = (number(one["wall"] / then["wall"], 2), number(one["cpu"] / then["cpu"], 2)) if then else ("–", "–")
        speed = number(round(int(size) / one["wall"], -2))
        rows.append(
            (_millions(size), number(one["wall"], 1), number(one["cpu"], 1), speed, number(one["together"]), *ratios)
        )
    heads = (
        "Triệu dòng", "Đồng hồ (giây)", "CPU (giây)", "Dòng mỗi giây", "Mọi tiến trình (MiB)",
        f"Đồng hồ so với {BASE}", "CPU so",
    )  # fmt: skip
    return [
        "## Làm sạch tệp xuất ở mọi cỡ",
        "",
        "`tthc prepare` từ tệp CSV (500.000 dòng mỗi tệp): đọc, nhận bố cục, làm sạch, kiểm tra bằng Great Expectations, hợp nhất, ghi.",
        "",
        *_table(heads, rows, texts=0),
        "Đọc, làm sạch, hợp nhất, kiểm tra, ghi đi từng phần; tìm dòng đáng ngờ và đối chiếu mã hồ sơ với đơn vị giữ vài cột (ngày, trạng thái, "
        "chỗ trong tệp) của mọi dòng, nên từ mười triệu dòng bộ nhớ lớn dần theo số dòng.",
        "",
    ]


def _cluster(found: Result) -> list[str]:
    named = {"sample": "báo cáo mẫu", "large": f"báo cáo của {_millions(found['rows'])} triệu hồ sơ"}
    kinds = {name: label for name, label in named.items() if name in found}
    rows = [(label, number(found[n]["duckdb"], 1), number(found[n]["spark"], 1)) for n, label in kinds.items()]
    same = (
        "Mọi tệp công bố giống nhau từng byte."
        if all(found[n]["equal"] for n in kinds)
        else "**Hai bộ máy cho báo cáo khác nhau.**"
    )
    return [
        "## Cả báo cáo trên một cụm Spark",
        "",
        "Một máy chủ điều phối, hai máy tính toán (mỗi máy một bộ xử lý, 1 GB), Spark Connect, tất cả trên máy đo; phiên ở múi giờ khác "
        "máy ảo. Mọi mục, mọi tệp; không tính lúc khởi động cụm.",
        "",
        *_table(("", "DuckDB (giây)", "Cụm Spark (giây)"), rows),
        same,
        "",
    ]


def _preparing(found: Result) -> list[str]:
    labels = {
        "reader": "đọc tệp bằng python-calamine, mọi ô thành chữ",
        "great_expectations": "kiểm tra (Great Expectations)",
        "writing": "ghi parquet",
        "ours": "phần của chương trình: mọi việc còn lại (nhận bố cục, làm sạch, cách ly, hợp nhất, ghi nhận)",
        "total": "tất cả",
    }
    rows = [
        (label, number(found[name], 2), percent(100 * found[name] / found["total"], 0))
        for name, label in labels.items()
    ]
    heads = ("Việc", "CPU (giây)", "Phần")
    return [f"## Chuẩn bị {number(found['rows'])} hồ sơ", "", *_table(heads, rows)]


def _counting(found: Result) -> list[str]:
    rows = []
    for size, one in found.items():
        scan, count = one["scan"]["cpu"], one["count"]["cpu"]
        rows.append(
            (_millions(size), number(one["bytes"] / 1e6), number(scan, 2), number(count, 2), number(count / scan, 2), number(one["count"]["peak"]))
        )  # fmt: skip
    heads = ("Triệu hồ sơ", "Tệp (MB)", "Đọc (giây CPU)", "Đếm (giây CPU)", "Đếm / đọc", "Bộ nhớ (MiB)")
    return [
        "## Đếm hồ sơ ở mọi cỡ",
        "",
        "Mọi chỉ tiêu hồ sơ theo lĩnh vực, kể cả đẳng thức kiểm soát, so với DuckDB chỉ đọc đúng các cột đó (dữ liệu tổng hợp, "
        "parquet chia tệp một triệu dòng, hai luồng, giới hạn bộ nhớ 2 GB).",
        "",
        *_table(heads, rows, texts=0),
    ]


def _spark(found: Result) -> list[str]:
    rows = [
        ("DuckDB", number(found["duckdb"]["cpu"], 1), number(found["duckdb"]["wall"], 1)),
        ("Apache Spark", "–", number(found["spark"]["wall"], 1)),
    ]
    same = "Hai bộ máy cho cùng kết quả." if found["equal"] else "**Hai bộ máy cho kết quả khác nhau.**"
    return [
        f"## Đếm {_millions(found['rows'])} triệu hồ sơ bằng DuckDB và Apache Spark",
        "",
        *_table(("Bộ máy", "CPU (giây)", "Đồng hồ (giây)"), rows),
        same,
        "",
    ]


def _matrix(found: Result) -> list[str]:
    rows = [
        (number(int(size)), number(10 * int(size)), number(one["cpu"], 1), number(one["cpu"] / int(size), 2), number(one["wall"], 1), number(one["peak"]), number(one["typical"]), number(one["together"]))
        for size, one in found.items()
    ]  # fmt: skip
    heads = ("Đơn vị", "Sổ tay", "CPU (giây)", "CPU mỗi đơn vị", "Đồng hồ (giây)", "Tiến trình lớn nhất (MiB)", "Mọi tiến trình, trung vị (MiB)", "lúc nhiều nhất")  # fmt: skip
    return [
        f"## {number(int(_ends(found)[1]))} đơn vị × 10 mục",
        "",
        "Mười mục của từng đơn vị, mỗi đơn vị một thư mục dữ liệu, từng đơn vị một, ra HTML. Bộ nhớ của mọi tiến trình tính trang "
        "nhớ dùng chung một lần, xem mỗi nửa giây; lúc nhiều nhất cao dần theo số lần xem, nên so bằng trung vị.",
        "",
        *_table(heads, rows, texts=0),
    ]


def _province(found: Result) -> list[str]:
    agencies, each = number(found["agencies"]), number(found["each"])
    return [
        f"## Tổng hợp {agencies} đơn vị × {each} hồ sơ",
        "",
        "Mỗi đơn vị một thư mục đã xử lý ở kho chung, không có tệp xuất; `tthc report 2024` lần đầu của cấp trên: ghép thành một bảng, "
        "tìm mã hồ sơ trùng giữa các đơn vị, đếm, mọi tệp.",
        "",
        *_table(COST_HEADS, [_cost(found)], texts=0),
    ]


def _repeat(result: Result) -> list[str]:
    rows = []
    for part in (part for part in PARTS if part in result["parts"]):
        about = result["parts"][part]
        before, after = (number(load, 1) for load in about["load"])
        minutes = number(about["seconds"] / 60, 1)
        rows.append(
            (PARTS[part], date_short(date.fromisoformat(about["date"])), str(about["rounds"]), minutes, before, after)
        )
    return [
        "## Đo lại",
        "",
        "```",
        "make bench                                               # mọi phần",
        'make bench BENCH="--millions 1 10 50 --agencies 25 100 250"   # cỡ lớn; khoảng nửa giờ, 2 GB đĩa trống',
        'make bench BENCH="--parts reports --reports 0.1 1 10 50"      # cả báo cáo đến 50 triệu hồ sơ; khoảng mười phút',
        'make bench BENCH="--parts prepared --prepared 0.1 1 10 50"    # làm sạch đến 50 triệu dòng; khoảng nửa giờ, 20 GB đĩa',
        'make bench BENCH="--parts cluster --cluster 10"               # cụm Spark với 10 triệu hồ sơ; khoảng mười phút',
        'make bench BENCH="--parts province --province 25 200000"      # tổng hợp 25 đơn vị; vài phút',
        'make bench BENCH="--parts counting --rounds 5"                # chỉ đo lại một phần, phần khác giữ số cũ',
        "```",
        "",
        *_table(("Phần", "Ngày đo", "Lượt", "Phút", "Tải máy lúc đầu", "lúc cuối"), rows, texts=2),
        "Các cách được đo xen kẽ rồi lấy trung vị. Tải máy là số việc chờ bộ xử lý, trung bình một phút; lúc cuối gồm cả phép đo. "
        "Jupyter Book và Snakemake được cài theo `benchmarks/requirements.lock` vào `.venv-bench`. CPU đo đủ cả tiến trình sống lâu "
        "hơn lệnh chỉ trên Linux; chưa đo trên Windows, macOS.",
    ]  # fmt: skip


def _growing(result: Result) -> list[str]:
    """The chart of growth, where at least two sizes were measured."""
    return [f"![{_growth_title(result)}]({GROWTH})", ""] if _growth(result) else []


def _curves(result: Result) -> dict[str, tuple[str, Result]]:
    """What grows: name → colour and cost by size, of parts with at least two sizes."""
    kinds = {"reports": ("cả báo cáo", BLUE), "prepared": ("làm sạch tệp xuất", ORANGE)}
    return {
        name: (color, result[part]) for part, (name, color) in kinds.items() if part in result and len(result[part]) > 1
    }


def _growth_title(result: Result) -> str:
    sizes = sorted({int(size) for _, found in _curves(result).values() for size in found})
    return f"Thời gian và bộ nhớ từ {_millions(str(sizes[0]))} đến {_millions(str(sizes[-1]))} triệu hồ sơ"


def _growth(result: Result) -> str:
    """Two panels, seconds and memory against the number of dossiers, both scales logarithmic; empty where nothing grew."""
    curves = _curves(result)
    if not curves:
        return ""
    return draw(lambda axes, _narrow: _panels(axes, curves), 3.4, 3.4, grids=((1, 2), (2, 1))).wide


def _panels(axes: Any, curves: dict[str, tuple[str, Result]]) -> None:
    for place, (what, unit) in zip(axes, (("wall", "giây"), ("together", "MiB")), strict=True):
        for name, (color, found) in curves.items():
            sizes = sorted(found, key=int)
            values = [found[size][what] for size in sizes]
            place.plot(
                [int(s) / 1e6 for s in sizes],
                values,
                color=color,
                marker="o",
                markersize=4,
                linewidth=1.8,
                clip_on=False,
            )
            place.annotate(
                name,
                (int(sizes[-1]) / 1e6, values[-1]),
                xytext=(0, 8),
                textcoords="offset points",
                ha="right",
                fontsize=9,
                color=INK,
            )
        every = sorted({int(size) / 1e6 for _, found in curves.values() for size in found})
        _logarithmic(place, f"{'Đồng hồ' if what == 'wall' else 'Bộ nhớ của mọi tiến trình'}, {unit}", every)


def _logarithmic(axes: Any, title: str, sizes: Sequence[float]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

    for axis, scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
        scale("log")
        axis.set_major_locator(LogLocator(10, (1, 2, 5)) if axis is axes.yaxis else FixedLocator(sizes))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 1 if value < 1 else 0)))
    axes.grid(axis="both")
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8.5)
    axes.margins(x=0.06, y=0.18)
    axes.set_xlabel("triệu hồ sơ", fontsize=9, color=SOFT)
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=INK)


def _chart_title(result: Result) -> str:
    return f"CPU để làm {result['notebooks']['number']} trang HTML từ sổ tay, giây"


def chart(result: Result) -> str:
    """Lying bars, one for each way of making pages, as SVG for light and dark screens."""
    found = result["notebooks"]
    values = {WAYS[way][1]: found[way]["cpu"] for way in _slowest_first(found)}
    return draw(lambda axes, _narrow: _bars(axes, _chart_title(result), values), 3.2, 3.2).wide


def _bars(axes: Any, title: str, values: dict[str, float]) -> None:
    own = WAYS["ours"][1]
    axes.barh(
        list(values), list(values.values()), height=0.62, color=[BLUE if name == own else GREY for name in values]
    )
    for place, (name, value) in enumerate(values.items()):
        beside(axes, value, place, number(value, 1), color=INK, fontweight="bold" if name == own else "normal")
    bare(axes)
    axes.set_yticks(range(len(values)), list(values))
    axes.invert_yaxis()
    axes.set_xlim(0, max(values.values()) * 1.08)
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    write(json.loads((here / "ket-qua.json").read_text(encoding="utf-8")), here.parent / "docs")
