"""What the fork server has ready for sections beside the libraries: the names that they import, and their renderer."""

import filelock  # noqa: F401

import tthc_analysis
from tthc_analysis.display.formats import number
from tthc_analysis.documents import render
from tthc_analysis.execution import warm

for _name in tthc_analysis.__all__:
    getattr(tthc_analysis, _name)
render.fragment(warm.example())
number(1234.5)
