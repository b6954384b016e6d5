"""How much a learner's notebook may use. Reaching a limit ends the run, never the grader."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from shared_responsibility.errors import CourseError

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds for one run; every number is above zero, or `CourseError` says which is not."""

    seconds: float = 300.0
    """Wall time from start to the end of everything."""
    cpu_seconds: int = 300
    """Processor time of one process."""
    address_space: int = 4096 * MIB
    """Bytes of addresses of one process."""
    total_memory: int = 1536 * MIB
    """Bytes of memory over all processes together."""
    processes: int = 64
    """Processes and threads at once."""
    open_files: int = 256
    """Open files of one process."""
    file_bytes: int = 64 * MIB
    """Bytes of one written file."""
    work_bytes: int = 256 * MIB
    """Bytes of everything written: work folder, home and temporary files together."""
    output_bytes: int = 10 * MIB
    """Bytes of output that one notebook hands to the grader; a plain program's pipe is not cut."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:
                raise CourseError(f"The limit {field.name} is {value!r}; give a number above zero.")

    def as_data(self) -> dict[str, float]:
        """Plain data, for the program that sets the limits inside."""
        return asdict(self)
