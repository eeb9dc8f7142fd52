"""Ten sections for each of many agencies, in one warm pool: python matrix.py AGENCIES FOLDER, inside a prepared project.

Each agency has processed data of its own (a copy of the sample's) and passes it to its notebooks as a parameter.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from variants import PARAMETERS, notebooks, write_pages

SECTIONS = 10


def make(agencies: int, project: Path) -> None:
    """Processed data for each agency; the files are links, because nothing writes to them."""
    for number in range(agencies):
        place = project / data_of(number)
        if not place.exists():
            shutil.copytree(project / PARAMETERS["data"], place, copy_function=os.link)


def data_of(agency: int) -> str:
    """The folder of an agency's processed data, relative to the project."""
    return f"data/processed/don-vi-{agency:03}"


def main(agencies: int, folder: Path) -> None:
    """Run the sections of each agency and make their pages, as a command over many agencies does."""
    from tthc_analysis.execution.run import Job, run_notebooks
    from tthc_analysis.report.jobs import RENDER, WARM
    from tthc_analysis.sections import read_section

    sections = [read_section(path.resolve()) for _, path in notebooks(SECTIONS)]
    for agency in range(agencies):
        values = PARAMETERS | {"data": data_of(agency)}
        jobs = []
        for section in sections:
            assert section is not None
            made = folder.resolve() / f"{agency:03}-{section.slug}.ipynb"
            name = f"{agency:03}-{section.slug}"
            jobs.append(Job(name, section.title, section.path, section.check(values), made, Path.cwd(), render=RENDER))
        write_pages(jobs, run_notebooks(jobs, lambda *_: None, warm=WARM))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
