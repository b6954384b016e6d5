"""A filter of system calls: what no notebook needs, and what would go round the other walls."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

# name -> numbers on x86_64 and aarch64; None where the call does not exist there.
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "acct": (163, 89), "add_key": (248, 217), "adjtimex": (159, 171), "bpf": (321, 280),
    "chmod": (90, None), "chown": (92, None), "chroot": (161, 51), "clock_adjtime": (305, 266),
    "clock_settime": (227, 112), "clone": (56, 220), "clone3": (435, 435), "connect": (42, 203),
    "delete_module": (176, 106), "fanotify_init": (300, 262), "fchmod": (91, 52),
    "fchmodat": (268, 53), "fchmodat2": (452, 452), "fchown": (93, 55), "fchownat": (260, 54),
    "finit_module": (313, 273), "fork": (57, None), "fremovexattr": (199, 16),
    "fsconfig": (431, 431), "fsetxattr": (190, 7), "fsmount": (432, 432), "fsopen": (430, 430),
    "fspick": (433, 433), "futimesat": (261, None), "init_module": (175, 105),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "io_uring_setup": (425, 425),
    "ioperm": (173, None), "iopl": (172, None), "ioprio_set": (251, 30), "kcmp": (312, 272),
    "kexec_file_load": (320, 294), "kexec_load": (246, 104), "keyctl": (250, 219),
    "kill": (62, 129), "lchown": (94, None), "lremovexattr": (198, 15), "lsetxattr": (189, 6),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "migrate_pages": (256, 238),
    "mount": (165, 40), "mount_setattr": (442, 442), "move_mount": (429, 429),
    "move_pages": (279, 239), "mq_open": (240, 180), "msgctl": (71, 187), "msgget": (68, 186),
    "msgrcv": (70, 188), "msgsnd": (69, 189), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "open_tree": (428, 428), "perf_event_open": (298, 241),
    "personality": (135, 92), "pidfd_getfd": (438, 438), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pivot_root": (155, 41), "prlimit64": (302, 261),
    "process_madvise": (440, 440), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "reboot": (169, 142), "removexattr": (197, 14),
    "removexattrat": (466, 466), "request_key": (249, 218), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "semctl": (66, 191), "semget": (64, 190), "semop": (65, 193), "semtimedop": (220, 192),
    "setdomainname": (171, 162), "sethostname": (170, 161), "setns": (308, 268),
    "setpriority": (141, 140), "settimeofday": (164, 170), "setxattr": (188, 5),
    "setxattrat": (463, 463), "shmat": (30, 196), "shmctl": (31, 195), "shmget": (29, 194),
    "socket": (41, 198), "swapoff": (168, 225), "swapon": (167, 224), "syslog": (103, 116),
    "tgkill": (234, 131), "tkill": (200, 130), "truncate": (76, 45), "umount2": (166, 39),
    "unshare": (272, 97), "userfaultfd": (323, 282), "utime": (132, None),
    "utimensat": (280, 88), "utimes": (235, None), "vfork": (58, None),
}  # fmt: skip

_MOUNTS = (
    "chroot fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree pivot_root "
    "setns umount2 unshare"
).split()
_NEVER = (
    "acct add_key adjtimex bpf clock_adjtime clock_settime delete_module fanotify_init "
    "finit_module init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp "
    "kexec_file_load kexec_load keyctl memfd_create memfd_secret migrate_pages move_pages mq_open "
    "msgctl msgget msgrcv msgsnd name_to_handle_at open_by_handle_at perf_event_open personality "
    "pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace quotactl quotactl_fd "
    "reboot request_key semctl semget semop semtimedop setdomainname sethostname settimeofday "
    "shmat shmctl shmget swapoff swapon syslog userfaultfd"
).split()
"""Memory that no process is charged for, the kernel's keys and clocks, other processes."""
# Where other processes of the same user are in reach: nothing may be sent to them or changed.
_SHARED_MACHINE = (
    "chown connect fchown fchownat fremovexattr fsetxattr ioprio_set kill lchown lremovexattr "
    "lsetxattr pidfd_open pidfd_send_signal removexattr removexattrat rt_sigqueueinfo "
    "rt_tgsigqueueinfo setpriority setxattr setxattrat tkill truncate"
).split()
# IPython copies a file with its mode, ZeroMQ sets its threads' scheduling: they are told yes.
_WITHOUT_EFFECT = (
    "chmod fchmod fchmodat fchmodat2 futimesat sched_setaffinity sched_setattr sched_setparam "
    "sched_setscheduler utime utimensat utimes"
).split()

_NEW_NAMESPACE = 0x7E020000
_THREAD = 0x00010000
_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
_STREAM = 1
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32 = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER, _ARCH = 0, 4
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


@dataclass(frozen=True)
class Rules:
    """What the filter lets through beyond ordinary work with files and memory."""

    processes: bool = True
    """Further processes; threads are always allowed."""
    namespaces: bool = False
    """Namespaces and mounts, for a parent that shuts each child in by itself."""
    own_machine: bool = True
    """The program has process ids and a network of its own. Where it has not, it may not signal
    other processes, change modes or owners of files, nor make any socket that leads out."""


def is_available() -> bool:
    """Whether this kernel filters and the numbers of its calls are known here."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return "Seccomp:" in status.read() and platform.machine() in _ARCHITECTURES
    except OSError:
        return False


def program(rules: Rules, machine: str | None = None, own_pid: int | None = None) -> bytes:
    """The filter in the kernel's form, eight bytes an instruction."""
    column, architecture = _ARCHITECTURES[machine or platform.machine()]
    number = {name: numbers[column] for name, numbers in _CALLS.items()}
    code = [
        _one(_LOAD, _ARCH), _one(_EQUAL, architecture, 1, 0), _one(_RETURN, _KILL),
        _one(_LOAD, _NUMBER), _one(_AT_LEAST, _X32, 0, 1), _refuse(errno.EPERM),
    ]  # fmt: skip
    denied = list(_NEVER)
    if not rules.namespaces:
        denied += _MOUNTS
        # Without clone3 the C library uses clone, whose flags a filter can see.
        code += _call(number["clone3"], [_refuse(errno.ENOSYS)])
        code += _call(number["clone"], _refuse_bits(_NEW_NAMESPACE))
    if not rules.processes:
        denied += ["fork", "vfork"]
        code += _call(number["clone"], [*_argument(0), _one(_ANY_BIT, _THREAD, 1, 0),
                                        _refuse(errno.EPERM)])  # fmt: skip
    if not rules.own_machine:
        denied += _SHARED_MACHINE
        for name in _WITHOUT_EFFECT:
            code += _call(number[name], [_refuse(0)])
        pid = os.getpid() if own_pid is None else own_pid
        code += _call(number["prlimit64"], [*_argument(0), _one(_EQUAL, 0, 1, 0),
                                            _refuse(errno.EPERM)])  # fmt: skip
        code += _call(number["tgkill"], [*_argument(0), _one(_EQUAL, pid, 1, 0),
                                         _refuse(errno.EPERM)])  # fmt: skip
    code += _call(number["socket"], _sockets(rules.own_machine))
    for name in denied:
        code += _call(number[name], [_refuse(errno.EPERM)])
    return b"".join([*code, _one(_RETURN, _ALLOW)])


def forbid_calls(rules: Rules) -> None:
    """Put the filter on this process and all it starts, for ever. Needs "no new privileges"."""
    code = program(rules)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    wrapped = Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(wrapped), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused the filter of system calls")


def _one(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(error: int) -> bytes:
    return _one(_RETURN, _ERRNO | error)


def _argument(place: int) -> list[bytes]:
    """Load the lower half of an argument; both architectures are little-endian."""
    return [_one(_LOAD, 16 + 8 * place)]


def _call(number: int | None, then: list[bytes]) -> list[bytes]:
    """Run `then` for one call only; what falls through goes on with the number loaded."""
    if number is None:
        return []
    return [_one(_EQUAL, number, 0, len(then) + 1), *then, _one(_LOAD, _NUMBER)]


def _refuse_bits(mask: int) -> list[bytes]:
    return [*_argument(0), _one(_ANY_BIT, mask, 0, 1), _refuse(errno.EPERM)]


def _sockets(own_network: bool) -> list[bytes]:
    """Unix sockets; on a network of its own the internet families too, and the one that lists
    interfaces. Never AF_VSOCK and others: network namespaces do not hold them."""
    if own_network:
        families = (_UNIX, _INET, _INET6, _NETLINK)
        tests = [_one(_EQUAL, f, len(families) - i, 0) for i, f in enumerate(families)]
        return [*_argument(0), *tests, _refuse(errno.EAFNOSUPPORT)]
    # Datagrams could be sent to the socket of another program without `connect`. ZeroMQ asks the
    # kernel for its interfaces before it binds, and gives up without an answer.
    return [
        *_argument(0), _one(_EQUAL, _NETLINK, 6, 0),
        _one(_EQUAL, _UNIX, 1, 0), _refuse(errno.EAFNOSUPPORT),
        *_argument(1), _one(_AND, 0xF), _one(_EQUAL, _STREAM, 1, 0), _refuse(errno.EPERM),
    ]  # fmt: skip
