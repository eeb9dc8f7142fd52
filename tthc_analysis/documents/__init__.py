"""Content → files: pages, PDF, workbook, Word draft, CSV package. Writes what it is given and computes no figure."""
