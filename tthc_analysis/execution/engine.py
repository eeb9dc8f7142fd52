"""The papermill engine `tthc` (`papermill --engine tthc …`): runs a Python notebook inside the process that asks.

It does not inherit papermill's Engine here, because papermill imports this module while it is being imported itself.
A notebook of another kernel, and a process that is not fresh, are left to papermill's own engine.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

NAME = "tthc"
DEFAULT_KERNEL = "python3"
_PLAIN = {"python", "python3", f"python3.{sys.version_info[1]}", f"python{sys.version_info[0]}.{sys.version_info[1]}"}


class ReportEngine:
    """The choice between the shell of this process and papermill's own engine."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **settings: Any) -> Any:
        """Run `nb` (see papermill's Engine) where its kernel is."""
        if not runs_here(kernel_name):
            from papermill.engines import NBClientEngine

            return NBClientEngine.execute_notebook(nb, kernel_name, **settings)
        from tthc_analysis.execution.inprocess import InProcessEngine

        return InProcessEngine.execute_notebook(nb, kernel_name, **settings)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel that the notebook names, else this Python."""
        return str(name or nb.metadata.get("kernelspec", {}).get("name") or DEFAULT_KERNEL)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The language that the notebook names, else Python."""
        named = nb.metadata.get("language_info", {}).get("name") or nb.metadata.get("kernelspec", {}).get("language")
        return str(language or named or "python")


def runs_here(kernel_name: str) -> bool:
    """Whether a notebook of that kernel may run in this process."""
    from tthc_analysis.execution.shell import can_run_here

    return is_own_kernel(kernel_name) and can_run_here()


@cache
def is_own_kernel(name: str) -> bool:
    """Whether the kernel called `name` is ipykernel under this very Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        argv = KernelSpecManager().get_kernel_spec(name).argv
    except NoSuchKernel:
        return False
    if "ipykernel_launcher" not in argv:
        return False
    return argv[0] in _PLAIN or Path(argv[0]) == Path(sys.executable)
