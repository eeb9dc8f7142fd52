"""Results → what is shown. Formats, figures, tables and charts; nothing is computed here."""

from tthc_analysis.display.bundle import MIME, Display, Figures, Headlines, Notice
from tthc_analysis.display.charts import Chart, backlog_chart, monthly_chart, outcome_chart
from tthc_analysis.display.forms import (
    accounts_table,
    conflicts_table,
    digitisation_table,
    findings_table,
    form_ii06a,
    form_ii07b,
    online_table,
    quarantine_table,
)
from tthc_analysis.display.tables import ReportTable, TableColumn, plain_table

__all__ = [
    "MIME",
    "Chart",
    "Display",
    "Figures",
    "Headlines",
    "Notice",
    "ReportTable",
    "TableColumn",
    "accounts_table",
    "backlog_chart",
    "conflicts_table",
    "digitisation_table",
    "findings_table",
    "form_ii06a",
    "form_ii07b",
    "monthly_chart",
    "online_table",
    "outcome_chart",
    "plain_table",
    "quarantine_table",
]
