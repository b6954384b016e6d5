"""Make `course/`, `source/`, `release/` and the data page from what is written by hand."""
