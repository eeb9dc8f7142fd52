"""The command `tthc`, one module for each group of commands. Nothing heavy is imported before a command needs it."""

from tthc_analysis.cli import console
from tthc_analysis.cli.shared import app
from tthc_analysis.execution import ending

# isort: off
from tthc_analysis.cli import reports, watch, data, figures, late, reconcile, audit, project  # noqa: F401 (in the order of the help page)


def main() -> int:
    """Entry point of `tthc`, to be called once and last: the process then ends at once."""
    status: list[int] = []
    ending.at_once(lambda: status[0] if status else None)
    status.append(console.run(app, [c.name or "" for c in app.registered_commands]))
    return status[0]
