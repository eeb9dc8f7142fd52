"""Puts the top-level `notebooks/` into the wheel as `tthc_analysis/notebooks`; everything else is in pyproject.toml."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithNotebooks(build_py):
    """The package with the notebooks of the report inside, so that a wheel stands alone; never in an editable install."""

    def run(self) -> None:
        """Build the package, then copy the notebooks."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "tthc_analysis" / "notebooks"
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted(Path("notebooks").glob("*.ipynb")):
            shutil.copyfile(path, target / path.name)


setup(cmdclass={"build_py": WithNotebooks})
