"""Runs a learner's code where it can neither see nor harm anything else.

`choose_mode` finds the strongest way this machine offers, `launch` starts a program in it.
"""

from __future__ import annotations

from shared_responsibility.grading.sandbox.launching import Run, launch
from shared_responsibility.grading.sandbox.limits import Limits
from shared_responsibility.grading.sandbox.modes import Mode, choose_mode

__all__ = ["Limits", "Mode", "Run", "choose_mode", "launch"]
