"""Read by `nbgrader` and by the formgrader when they start in this folder."""

import os
import sysconfig
from pathlib import Path

from shared_responsibility.grading import feedback_page, steps
from shared_responsibility.grading.preflight.intake import let_all_be_seen

c = get_config()  # noqa: F821  (nbgrader defines it)
here = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "shared-responsibility"

# nbgrader copies every file beside a source notebook into the release; these must never go out.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.py", "*.csv", ".*"]

# The default exchange cannot be written by a normal user.
c.Exchange.root = str(here / "exchange")

# Creating the first gradebook calls `alembic` by name, also where no environment is activated.
os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")

# release/ comes with the repository, so "exists already" must not stop the first release here.
c.GenerateAssignment.force = True

# A comment, so that an untouched notebook runs to the end.
c.ClearSolutions.code_stub = {"python": "# Replace each None above."}

# The record of the release is written before the gradebook learns of it.
c.GenerateAssignment.preprocessors = steps.RELEASE_STEPS

# Submissions are rebuilt from that record, run, and scored outside the learner's kernel.
c.Autograde.pre_convert_hook = steps.require_release
c.Autograde.exporter_class = steps.SubmissionExporter
c.Autograde.autograde_preprocessors = steps.GRADING_STEPS

# Hand-ins without a notebook are recorded with 0 and the reason, also when graded alone.
let_all_be_seen(here)

# Feedback is a page of ours: it loads nothing from elsewhere and says as much as its level allows.
c.GenerateFeedback.exporter_class = feedback_page.FeedbackPage
c.GenerateFeedback.preprocessors = [feedback_page.GetGradesAndWaiting]

# How much a learner is told: "none", "counts" or "explained", also by date, for example
# {"classify-scenarios": {"2026-12-01": "counts", "2026-12-15": "explained"}}.
c.FeedbackPage.levels = {}

# Seconds for one cell. A learner's audit and repairs of an account may take 15 each; no cell of
# ours needs five.
c.Execute.timeout = 90

# Kernels then talk to the grader in cipher and do not warn about it.
c.KernelManager.transport_encryption = "auto"
