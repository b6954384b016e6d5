"""Ends, breaks or confuses the kernel and those who talk to it."""

from __future__ import annotations

from attacks.kinds import code
from attacks.tools import ctypes, os, resource, signal, sys, threading, time


@code("Ends the kernel without a word.", named="stopped its own kernel")
def ends_at_once() -> None:
    os._exit(0)


@code("Calls exit(), as beginners do.")
def calls_exit() -> None:
    exit()


@code("Leaves with sys.exit(0).", keeps=True)
def calls_sys_exit() -> None:
    sys.exit(0)


@code("Reads at address 0.", named="stopped its own kernel")
def segfault() -> None:
    ctypes.string_at(0)


@code("Aborts and leaves a memory dump.", named="stopped its own kernel")
def abort_with_a_dump() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    os.abort()


@code("Overwrites None in the interpreter's memory.")
def none_overwritten() -> None:
    ctypes.memset(id(None), 0, 16)
    print(None)


@code("Kills the process that started it.")
def kills_its_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(1)


@code("Kills every process that it may.")
def kills_everything() -> None:
    os.kill(-1, signal.SIGKILL)


@code("Sends every signal to every process by its number.")
def signals_all_numbers() -> None:
    for pid in range(1, 70_000):
        if pid != os.getpid():
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.kill(pid, number)
                except OSError:
                    continue


@code("Kills itself.")
def kills_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@code("Closes every open file of the kernel, its sockets too.")
def closes_all_descriptors() -> None:
    time.sleep(0.5)
    os.closerange(0, 4096)


@code("Closes the kernel's channels one by one.", kernel=True)
def closes_the_channels() -> None:
    kernel = get_ipython().kernel  # noqa: F821
    for name in ("shell_stream", "control_stream", "debug_shell_socket"):
        stream = getattr(kernel, name, None)
        if stream is not None:
            stream.close()


@code("Becomes another program.")
def becomes_another_program() -> None:
    os.execv("/bin/sleep", ["sleep", "1000"])


@code("Makes a second kernel that answers on the same sockets.")
def two_kernels() -> None:
    os.fork()


@code("Sends messages that are none.", kernel=True)
def malformed_messages() -> None:
    kernel = get_ipython().kernel  # noqa: F821
    parts = [
        [b"x"], [b""], [b"\xff" * 1000], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"bad", b"{", b"[", b"1"],
        [b"<IDS|MSG>"] + [b"{}"] * 5, [b"<IDS|MSG>"] + [b"[" * 100_000] * 5,
    ]  # fmt: skip
    for message in parts:
        kernel.iopub_thread.send_multipart(message)
    time.sleep(0.5)


@code("Sends well-signed messages with contents of the wrong kind.", kernel=True)
def signed_nonsense() -> None:
    kernel = get_ipython().kernel  # noqa: F821
    parent = kernel.get_parent()
    contents = {
        "stream": [{}, {"name": 1, "text": 2}, {"name": "stdout"}],
        "execute_result": [{}, {"data": 1, "metadata": 2, "execution_count": "x"}],
        "display_data": [{}, {"data": {"text/plain": {"deep": [1]}}, "metadata": []}],
        "error": [{}, {"ename": 1, "evalue": 2, "traceback": 3}],
        "status": [{}, {"execution_state": 7}],
        "comm_open": [{}, {"comm_id": 1, "target_name": 2, "data": 3}],
        "update_display_data": [{}, {"transient": 1}],
        "clear_output": [{}],
        "no_such_type": [{}],
    }
    for kind, listed in contents.items():
        for content in listed:
            kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
    time.sleep(0.5)
    # A good `clear_output` took the first word of it away.
    print("tried signed-nonsense", flush=True)


@code("Says that the cell is done while it goes on.", kernel=True)
def says_done_too_early() -> None:
    kernel = get_ipython().kernel  # noqa: F821
    kernel.session.send(
        kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=kernel.get_parent()
    )
    time.sleep(2)


@code("Sends one message larger than any may be.")
def one_huge_message() -> None:
    kernel = get_ipython().kernel  # noqa: F821
    data = {"data": {"text/plain": "x" * 60_000_000}, "metadata": {}}
    kernel.session.send(kernel.iopub_socket, "display_data", data, parent=kernel.get_parent())
    time.sleep(1)


@code("Sends half a gigabyte as binary parts of messages.")
def huge_buffers() -> None:
    kernel = get_ipython().kernel  # noqa: F821
    content = {"data": {}, "metadata": {}}
    for _ in range(64):
        kernel.session.send(
            kernel.iopub_socket, "display_data", content, parent=kernel.get_parent(),
            buffers=[b"x" * 8_000_000],
        )  # fmt: skip
    time.sleep(1)


@code("Takes away its own standard output and errors.")
def without_standard_output() -> None:
    sys.stdout = sys.stderr = None
    os.close(1)
    os.close(2)


@code("Stops the thread that carries outputs.", kernel=True)
def without_output_thread() -> None:
    get_ipython().kernel.iopub_thread.stop()  # noqa: F821


@code("Raises an error of the most basic kind again and again, from a thread.")
def errors_from_a_thread() -> None:
    def strike() -> None:
        while True:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(threading.main_thread().ident), ctypes.py_object(SystemExit)
            )
            time.sleep(0.01)

    threading.Thread(target=strike, daemon=True).start()


@code("Makes the trace of its error endless.")
def error_that_cannot_be_shown() -> None:
    class EvilError(Exception):
        def __str__(self) -> str:
            raise self

    raise EvilError


@code("An error whose name is a page of HTML.")
def error_with_a_bad_name() -> None:
    raise type("<img src=x onerror=alert(1)>" * 100, (Exception,), {})("<script>")
