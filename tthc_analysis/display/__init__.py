"""Results → what is shown. Formats, figures, tables and charts; nothing is computed here."""

from tthc_analysis.display.bundle import MIME, Display, Figures, Notice
from tthc_analysis.display.charts import Chart, backlog_chart, monthly_chart, outcome_chart
from tthc_analysis.display.tables import ReportTable, TableColumn, form_ii06a, plain_table

__all__ = [
    "MIME",
    "Chart",
    "Display",
    "Figures",
    "Notice",
    "ReportTable",
    "TableColumn",
    "backlog_chart",
    "form_ii06a",
    "monthly_chart",
    "outcome_chart",
    "plain_table",
]
