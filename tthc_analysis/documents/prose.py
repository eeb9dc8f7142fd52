"""The analyst's texts of the Word document, taken over from one period to another and marked until somebody has checked them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from tthc_analysis.config import Config
from tthc_analysis.documents.word import CARRIED
from tthc_analysis.errors import TthcError
from tthc_analysis.periods import Period


class NothingToCarry(TthcError):
    """No earlier period has a text for the Word document."""


def latest(prose: Path, period: Period, named: Callable[[str], Period]) -> Period:
    """The last period before `period` that has texts below `prose`; raises NothingToCarry."""
    folders = [p for p in prose.iterdir() if any(p.glob("*.md"))] if prose.is_dir() else []
    earlier = [q for q in _periods(folders, named) if q.id != period.id and q.end <= period.end]
    if not earlier:
        raise NothingToCarry(
            f"Chưa có đoạn văn của kỳ nào trước {period.label}.",
            str(prose),
            "Nêu kỳ có đoạn văn bằng --from, hoặc viết từng đoạn; xem docs/bao-cao-word.md.",
        )
    return max(earlier, key=lambda q: (q.end, q.start))


def _periods(folders: Iterable[Path], named: Callable[[str], Period]) -> Iterable[Period]:
    for folder in folders:
        try:
            yield named(folder.name)
        except TthcError:  # a folder of something else
            continue


def left_with_main(config: Config, period: str, missing: Iterable[str]) -> str:
    """What to do about texts that an agency misses and the main one has: once both had one folder; "" when there are none."""
    folder = config.prose_of_main / period if config.prose_of_main else None
    found = [name for name in missing if folder and (folder / f"{name}.md").is_file()]
    if not found:
        return ""
    return (
        f"{len(found)} đoạn cùng tên ở {config.document.prose}/{period}/ ({', '.join(found)}) chỉ vào dự thảo của cơ quan chính; "
        f"đoạn nào là của {config.agency.name} thì chép sang {config.prose_name}/{period}/."
    )


def carry(prose: Path, source: Period, target: Period) -> tuple[list[str], list[str]]:
    """Copy the texts of `source` that `target` does not have, each with a first line that says whence; existing ones stay.

    Returns the names that were taken over and those that were there already. Raises NothingToCarry when `source` has none.
    """
    found = sorted((prose / source.id).glob("*.md"))
    if not found:
        raise NothingToCarry(
            f"Kỳ {source.label} chưa có đoạn văn nào.", str(prose / source.id), "Nêu kỳ khác bằng --from."
        )
    folder = prose / target.id
    folder.mkdir(parents=True, exist_ok=True)
    kept = [p.stem for p in found if (folder / p.name).exists()]
    for path in (p for p in found if p.stem not in kept):
        text = CARRIED.sub("", path.read_text(encoding="utf-8-sig"), count=1)
        marked = f"[Cần soát lại: mang từ {source.label}]\n\n{text.lstrip()}"
        (folder / path.name).write_text(marked, encoding="utf-8", newline="\n")
    return [p.stem for p in found if p.stem not in kept], kept
