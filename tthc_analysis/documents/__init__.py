"""Content → files: pages, PDF, workbook, Word document, CSV package. Writes what it is given and computes no figure."""
