"""Write `environment.yml` from `pyproject.toml`: conda supplies Python only, the lock supplies everything else.

The package itself is not in the pip section: one line with a hash (every line of the lock) makes pip demand a hash of
all lines, and a folder has none. The second command in the head of the file installs it.
"""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

TEMPLATE = """\
# Tạo bởi tools/environment.py từ pyproject.toml; không sửa tay.
#   conda env create -f environment.yml && conda activate {name}
#   python -m pip install --no-deps --no-build-isolation -e .
# Phần pip đúng là tệp khóa mà `make report` cài; việc giải gói của conda chưa được chạy thử (conda solve not run).
name: {name}
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python {python}
  - pip
  - pip:
      - -r requirements.lock
"""


def environment(pyproject: Path = ROOT / "pyproject.toml") -> str:
    """The text of `environment.yml` for the project that `pyproject` describes."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return TEMPLATE.format(name=project["name"], python=project["requires-python"])


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(), encoding="utf-8", newline="\n")
