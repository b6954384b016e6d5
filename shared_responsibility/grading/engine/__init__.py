"""Grades a whole class: each learner a task, each notebook a fork of a warm process shut in."""

import sys

# For a check of addresses that no notebook needs, jsonschema would build a grammar when it is
# imported: about half of what starting costs.
if "jsonschema" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    __import__("jsonschema")
    del sys.modules["rfc3987_syntax"]
