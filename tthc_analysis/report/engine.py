"""The engine's former place, for installations whose entry points were written before it moved to `execution`."""

from tthc_analysis.execution.engine import ReportEngine

__all__ = ["ReportEngine"]
