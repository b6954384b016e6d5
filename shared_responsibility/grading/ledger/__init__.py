"""An append-only record of every grading, chained by hashes, beside the gradebook's own tables."""
