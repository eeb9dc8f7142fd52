"""The exporters' former place, for installations whose entry points were written before they moved to `documents`."""

from tthc_analysis.documents.render import AppendixPDFExporter, ReportHTMLExporter

__all__ = ["AppendixPDFExporter", "ReportHTMLExporter"]
