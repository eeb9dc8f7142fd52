"""Figures of the report: one module per section, every figure an `Indicator` with numerator, denominator and base.

The modules are imported by their names, when they are needed: deciding that nothing changed needs none of them.
"""

from tthc_analysis.indicators._all import HEADLINES, all_indicators, last_year_indicators
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport, open_report, open_report_in
from tthc_analysis.indicators.definition import NO_DATA

__all__ = [
    "HEADLINES",
    "NO_DATA",
    "Indicator",
    "OpenReport",
    "all_indicators",
    "last_year_indicators",
    "open_report",
    "open_report_in",
]
