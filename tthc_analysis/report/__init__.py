"""One report, or many: run its notebooks, gather their content, have the documents written, publish all or nothing."""
