"""The page of results: docs/benchmarks.md and docs/benchmarks.svg, from the measured figures alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WAYS = {
    "shell": "papermill và nbconvert từ dòng lệnh, từng sổ tay một",
    "loop": "một tiến trình gọi papermill và nbconvert",
    "ours": "tthc",
}


def vi(value: float, digits: int = 2) -> str:
    """A number as Vietnamese texts write it."""
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def _verdict(value: float, limit: float) -> str:
    return "đạt" if value <= limit else "**chưa đạt**"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def write(result: dict[str, Any], docs: Path) -> None:
    """Write the page and its chart."""
    _chart(result, docs / "benchmarks.svg")
    text = "\n".join([*_head(result), *_notebooks(result), *_commands(result), *_counting(result), *_repeat()])
    (docs / "benchmarks.md").write_text(text + "\n", encoding="utf-8", newline="\n")


def _head(result: dict[str, Any]) -> list[str]:
    machine = result["machine"]
    return [
        "# Đo tốc độ",
        "",
        f"Đo ngày {result['date']} trên máy {machine['processors']} bộ xử lý, {machine['system']}, Python {machine['python']}; "
        f"mỗi cách {result['rounds']} lượt xen kẽ (riêng cách chạy từ dòng lệnh một lượt), lấy trung vị. Máy còn chạy việc khác trong khi đo, nên **chỉ so "
        "thời gian CPU**; giờ đồng hồ ghi để tham khảo. Trang này do `make bench` viết ra, không sửa tay.",
        "",
        "![Thời gian CPU của ba cách làm mười trang](benchmarks.svg)",
        "",
    ]


def _notebooks(result: dict[str, Any]) -> list[str]:
    found = result["notebooks"]
    ours = found["ours"]["cpu"]
    rows = [
        _line(
            label,
            vi(found[name]["cpu"], 1),
            vi(found[name]["wall"], 1),
            vi(found[name]["cpu"] / ours, 1),
            vi(found[name]["peak"], 0),
        )
        for name, label in WAYS.items()
    ]
    floor = found["floor_cpu"] / found["number"]
    margin = found["margin_cpu"] / floor
    return [
        f"## {found['number']} sổ tay của báo cáo 2024 ra HTML",
        "",
        _line("Cách", "CPU (giây)", "Đồng hồ (giây)", "gấp tthc (CPU)", "Bộ nhớ tiến trình lớn nhất (MiB)"),
        _line("---", "---:", "---:", "---:", "---:"),
        *rows,
        "",
        "Hai cách đầu dùng mẫu trang mặc định của nbconvert, tthc dùng mẫu của mình; số liệu trong sổ tay như nhau. tthc chạy lại "
        "mọi sổ tay, không dùng bản lưu.",
        "",
        _line("Yêu cầu", "Đo được", ""),
        _line("---", "---:", "---"),
        _line(
            "CPU ≤ 0,10 × dòng lệnh", vi(ours / found["shell"]["cpu"], 3), _verdict(ours / found["shell"]["cpu"], 0.10)
        ),
        _line(
            "CPU ≤ 0,30 × một tiến trình", vi(ours / found["loop"]["cpu"]), _verdict(ours / found["loop"]["cpu"], 0.30)
        ),
        _line(
            f"mỗi sổ tay thêm (100 so với 50): CPU ≤ 1,6 × mức sàn ({vi(floor, 3)} giây)",
            f"{vi(margin)} ({vi(found['margin_cpu'], 3)} giây)",
            _verdict(margin, 1.6),
        ),
        "",
        "Mức sàn là CPU của chính các ô, chạy trần trong một tiến trình đã nóng, cộng với dựng trang. Phần hơn mức sàn là tạo tiến "
        "trình riêng cho từng sổ tay (chép trang nhớ khi ghi), mở DuckDB lần đầu trong tiến trình đó, và papermill đọc, kiểm tra, "
        f"ghi sổ tay. Với {found['number']} sổ tay, phần lớn chỗ chưa đạt là lúc mở đầu, trả một lần cho cả mẻ: nạp thư viện vào tiến trình "
        f"gốc và vào tiến trình dựng trang ({vi(ours - found['number'] * found['margin_cpu'])} giây CPU của {vi(ours, 1)} giây). Bộ nhớ không tăng theo số sổ tay: {vi(found['peak_50'], 0)} MiB với 50, {vi(found['peak_100'], 0)} MiB với 100.",
        "",
    ]


def _commands(result: dict[str, Any]) -> list[str]:
    found = result["commands"]
    bare = found["python"]["cpu"]
    ratio = found["import_package"]["cpu"] / found["import_pandas"]["cpu"]
    opened = found["import_open_report"]["cpu"] / found["import_pandas"]["cpu"]
    wall = "đồng hồ, máy đang bận"
    return [
        "## Lệnh",
        "",
        _line("Lệnh", "CPU (giây)", "Đồng hồ (giây)", "Yêu cầu", ""),
        _line("---", "---:", "---:", "---", "---"),
        _line("`tthc report 2024` lần đầu, dữ liệu đã xử lý", vi(found["first"]["cpu"]), vi(found["first"]["wall"]), "", ""),
        _line(
            "`tthc report 2024` khi không có gì thay đổi, không chạy sổ tay nào", vi(found["unchanged"]["cpu"]),
            vi(found["unchanged"]["wall"]), f"≤ 1 giây ({wall})", _verdict(found["unchanged"]["wall"], 1.0),
        ),
        _line("`tthc --help`", vi(found["help"]["cpu"]), vi(found["help"]["wall"]), "≤ 0,15 giây CPU", _verdict(found["help"]["cpu"], 0.15)),
        _line("`import tthc_analysis`", vi(found["import_package"]["cpu"]), vi(found["import_package"]["wall"]), f"≤ 1,1 × `import pandas` ({vi(found['import_pandas']['cpu'])} giây): {vi(ratio)}", _verdict(ratio, 1.1)),
        _line("`from tthc_analysis import open_report`", vi(found["import_open_report"]["cpu"]), vi(found["import_open_report"]["wall"]), f"nạp cả DuckDB, pandas: {vi(opened)} × pandas", ""),
        "",
        f"Python không làm gì đã tốn {vi(bare)} giây CPU, nằm trong mọi số trên.",
        "",
    ]  # fmt: skip


def _counting(result: dict[str, Any]) -> list[str]:
    rows = []
    for size, found in result["counting"].items():
        ratio = found["count"]["cpu"] / found["scan"]["cpu"]
        rows.append(
            _line(
                vi(int(size) / 1e6, 0), vi(found["bytes"] / 1e6, 0), vi(found["scan"]["cpu"]), vi(found["count"]["cpu"]),
                vi(ratio), vi(found["count"]["peak"], 0), _verdict(ratio, 1.7),
            )
        )  # fmt: skip
    return [
        "## Đếm hồ sơ ở mọi cỡ",
        "",
        "Mọi chỉ tiêu hồ sơ theo lĩnh vực, kể cả đẳng thức kiểm soát, so với DuckDB chỉ đọc đúng các cột đó (dữ liệu tổng hợp, "
        "parquet chia tệp một triệu dòng, hai luồng, giới hạn bộ nhớ 2 GB). Yêu cầu: ≤ 1,7 × lần đọc, bộ nhớ không tăng theo số dòng.",
        "",
        _line("Triệu hồ sơ", "Tệp (MB)", "Đọc (giây CPU)", "Đếm (giây CPU)", "Đếm / đọc", "Bộ nhớ (MiB)", ""),
        _line("---:", "---:", "---:", "---:", "---:", "---:", "---"),
        *rows,
        "",
        "Phần hơn lần đọc là đổi giờ thành ngày, so ngày, xếp loại từng hồ sơ và gộp theo loại. Chưa đo Apache Spark: pyspark không có trong tệp khóa của dự án.",
        "",
    ]


def _repeat() -> list[str]:
    return [
        "## Đo lại",
        "",
        "```",
        "make bench                                        # khoảng mười phút trên hai bộ xử lý",
        ".venv/bin/python benchmarks/run.py --millions 1 10 50   # cần khoảng 1 GB đĩa trống",
        "```",
        "",
        "Số đo để trong `benchmarks/ket-qua.json`. CPU là của lệnh và mọi tiến trình con, kể cả tiến trình sống lâu hơn lệnh "
        "(chỉ đo đủ trên Linux). Chưa đo: Windows, macOS, Jupyter Book, Snakemake, 250 đơn vị × 10 mục.",
    ]


def _chart(result: dict[str, Any], path: Path) -> None:
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "tthc", "font.family": "DejaVu Sans"})
    found = result["notebooks"]
    bars = {
        "papermill + nbconvert,\ndòng lệnh": "shell",
        "papermill + nbconvert,\nmột tiến trình": "loop",
        "tthc": "ours",
    }
    values = [found[name]["cpu"] for name in bars.values()]
    figure = Figure(figsize=(8, 2.6), layout="constrained")
    axes = figure.subplots()
    drawn = axes.barh(list(bars), values, color=["#6b7280", "#6b7280", "#0b62a4"])
    axes.bar_label(drawn, labels=[f"{vi(v, 1)} giây" for v in values], padding=3)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.set_xlim(0, max(values) * 1.15)
    axes.set_title(f"CPU để làm {found['number']} trang HTML từ sổ tay", loc="left")
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    write(json.loads((here / "ket-qua.json").read_text(encoding="utf-8")), here.parent / "docs")
