"""Results → what is shown. Formats, figures, tables and charts; nothing is computed here."""
