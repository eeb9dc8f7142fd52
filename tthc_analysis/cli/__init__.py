"""The command `tthc`, one module for each group of commands. Nothing heavy is imported before a command needs it."""

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import app

# isort: off
from tthc_analysis.cli import reports, watch, data, figures, late, reconcile, audit, project  # noqa: F401 (in the order of the help page)


def main() -> int:
    """Entry point of `tthc`."""
    return console.run(app, [c.name or "" for c in app.registered_commands])
