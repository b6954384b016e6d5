"""The settings `c.Sandbox...` in `nbgrader_config.py`."""

from __future__ import annotations

from dataclasses import fields

from traitlets import Bool, Enum, Float, Integer
from traitlets.config import LoggingConfigurable

from shared_responsibility.grading.sandbox.limits import Limits
from shared_responsibility.grading.sandbox.modes import Mode, choose_mode

_DEFAULTS = Limits()


class Sandbox(LoggingConfigurable):
    """How learners' code is shut in while it is graded."""

    mode = Enum(
        ["auto", *(mode.value for mode in Mode)],
        default_value="auto",
        help="The way of shutting in; auto takes the strongest that works here.",
    ).tag(config=True)
    allow_limits_only = Bool(
        False,
        help="Whether to grade with limits alone where nothing stronger works: a learner's code "
        "can then read and change what the grader can.",
    ).tag(config=True)
    seconds = Float(_DEFAULTS.seconds, help="Seconds for a whole notebook.").tag(config=True)
    cpu_seconds = Integer(
        _DEFAULTS.cpu_seconds, help="Seconds of processor time of one process."
    ).tag(config=True)
    address_space = Integer(_DEFAULTS.address_space, help="Bytes of addresses of one process.").tag(
        config=True
    )
    total_memory = Integer(
        _DEFAULTS.total_memory, help="Bytes of memory of all processes together."
    ).tag(config=True)
    processes = Integer(_DEFAULTS.processes, help="Processes and threads at once.").tag(config=True)
    open_files = Integer(_DEFAULTS.open_files, help="Open files of one process.").tag(config=True)
    file_bytes = Integer(_DEFAULTS.file_bytes, help="Bytes of one file.").tag(config=True)
    work_bytes = Integer(_DEFAULTS.work_bytes, help="Bytes of everything that is written.").tag(
        config=True
    )
    output_bytes = Integer(_DEFAULTS.output_bytes, help="Bytes of output of one notebook.").tag(
        config=True
    )

    @property
    def limits(self) -> Limits:
        """The limits as set. Raises `CourseError` for one that is not above zero."""
        return Limits(**{field.name: getattr(self, field.name) for field in fields(Limits)})

    def choose(self) -> Mode:
        """The mode to use here, told on the console with what it does not stop, once.

        Raises `CourseError` where nothing that is allowed works.
        """
        mode = choose_mode(self.allow_limits_only, self.mode)
        if mode not in _told:
            _told.add(mode)
            tell = self.log.info if mode is Mode.BUBBLEWRAP else self.log.warning
            tell("Sandbox: %s", mode.does_not_stop)
        return mode


_told: set[Mode] = set()
