"""papermill's and nbclient's own machinery with the kernel replaced by a shell in this process: no sockets, no start-up.

Everything that decides what an executed notebook looks like (outputs, display ids, error handling, times, banners) is
still papermill's and nbclient's code; only sending a cell away and waiting for its messages is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.log import logger

from tthc_analysis.execution.shell import the_shell

#: told of each code cell: its index, and its outputs and execution count when it has ended (None while it runs)
CellListener = Callable[[int, "dict[str, Any] | None"], None]
_LISTENERS: list[CellListener] = []


def listen_to_cells(listener: CellListener) -> None:
    """Tell `listener` of every cell that this process runs."""
    _LISTENERS.append(listener)


def _tell(index: int, record: dict[str, Any] | None) -> None:
    for listener in _LISTENERS:
        listener(index, record)


class InProcessClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's notebook client over the shell of this process."""

    def execute(self, **_: Any) -> Any:
        """Run all cells as papermill does, in the shell."""
        self.reset_execution_trackers()
        with the_shell().entered():
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, *_: Any, **__: Any) -> Any:
        """Run one cell; raises CellExecutionError as nbclient does, DeadKernelError when the cell asked to exit."""
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        if self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return cell
        shell = the_shell()
        cell.outputs, self.clear_before_next_output = [], False
        cell.execution_count = shell.ip.execution_count
        _tell(cell_index, None)
        try:
            reply = shell.run(cell.source, cell.get("id"), lambda m: self.process_message(m, cell, cell_index))
        finally:
            _tell(cell_index, {"outputs": cell.outputs, "execution_count": cell.execution_count})
        if reply["status"] == "error" and not self._allowed(cell, reply["ename"]):
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        if shell.ip.exit_now:
            raise DeadKernelError("Kernel died")
        return cell

    def _allowed(self, cell: Any, error: str) -> bool:
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        return not self.force_raise_errors and (self.allow_errors or error in self.allow_error_names or tagged)


class InProcessEngine(Engine):  # type: ignore[misc]
    """A papermill engine that runs one notebook in this process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **settings: Any) -> None:
        """Run the notebook of `nb_man`; see papermill's Engine."""
        names = ("log_output", "stdout_file", "stderr_file")
        chosen = {name: settings.get(name) for name in names if settings.get(name)}
        InProcessClient(nb_man, kernel_name=kernel_name, log=logger, **chosen).execute()
