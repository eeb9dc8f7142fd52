"""Synthetic exports: every dossier, person and procedure count in them is invented by a seeded generator.

The data is made so that, cleaned and counted, it gives the figures of the 2024 report; no row describes a real person or
a real dossier. `write_sample` writes the same bytes on every machine.
"""

from tthc_analysis.sample.plan import Dossier, Procedure, load_procedures, make_dossiers
from tthc_analysis.sample.write import write_sample

__all__ = ["Dossier", "Procedure", "load_procedures", "make_dossiers", "write_sample"]
