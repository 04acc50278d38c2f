"""Fixtures: a mother that forks confined children, and something for them to attack."""

import contextlib
import json
import os
import platform
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from hostile import ATTACKS  # noqa: E402  the path had to be set first
from machines import USER  # noqa: E402

from grader.sandbox.confine import LAYERS  # noqa: E402

Answer = dict[str, Any]
Run = Callable[..., Answer]

_MODES = ("root", "user") if os.getuid() == 0 else ("user",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for an attack with each of them, and what asks for a mode in each."""
    if "attack" in metafunc.fixturenames:
        metafunc.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
    if "mode" in metafunc.fixturenames:
        metafunc.parametrize("mode", _MODES)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many attacks were tried and contained: in all, and layer by layer."""
    facts = [
        fact
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
        for fact in report.user_properties
    ]
    lines = [
        f"{machine}: {sum(values)} of {len(values)} attacks contained"
        for machine in ("root", "user", "docker", "root without capabilities")
        if (values := [value for name, value in facts if name == f"contained {machine}"])
    ]
    for layer in LAYERS:
        alone = [value for name, value in facts if name == f"alone {layer}"]
        without = {m: v for m in _MODES for name, v in facts if name == f"without {layer} {m}"}
        if alone:
            escaping = "".join(
                f", {value} escape as {m} without it" for m, value in without.items()
            )
            lines.append(f"{layer}: holds {sum(alone)} of {len(alone)} alone{escaping}")
    if lines:
        terminalreporter.section("confinement")
        for line in lines:
            terminalreporter.line(line)


@contextlib.contextmanager
def _mother(*arguments: str) -> Iterator[Callable[[Answer], Answer]]:
    """Start a preloaded process; what is yielded sends it an order and returns the answer."""
    with tempfile.TemporaryDirectory(prefix="confinement-fonts-") as fonts:
        environment = {"SECRET": "42", "OPENBLAS_NUM_THREADS": "1", "MPLCONFIGDIR": fonts}
        environment |= {
            name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_C")
        }
        with subprocess.Popen(
            [sys.executable, "-I", "-B", str(HERE / "mother.py"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        ) as process:
            orders, answers = process.stdin, process.stdout
            assert orders
            assert answers

            def send(order: Answer) -> Answer:
                orders.write(json.dumps(order).encode() + b"\n")
                orders.flush()
                line = answers.readline()
                assert line, "the mother died"
                answer: Answer = json.loads(line)
                return answer

            yield send


@pytest.fixture(scope="session")
def mother() -> Iterator[Callable[[Answer], Answer]]:
    """Send an order to a process with NumPy, get its answer."""
    with _mother() as send:
        yield send


@pytest.fixture(scope="session")
def drawing_mother() -> Iterator[Callable[[Answer], Answer]]:
    """Likewise, with matplotlib."""
    with _mother("draws") as send:
        yield send


@pytest.fixture
def doomed_mother() -> Callable[[Answer], Answer]:
    """Send one order to a mother that is killed once its child is confined.

    The answer's "left" holds the pids of children that did not end with her.
    """

    def send(order: Answer) -> Answer:
        done = subprocess.run(
            [sys.executable, "-I", "-B", str(HERE / "mother.py")],
            input=json.dumps(order).encode() + b"\n",
            capture_output=True,
            check=False,
            env={"OPENBLAS_NUM_THREADS": "1"},
        )
        assert done.returncode == -signal.SIGKILL
        return {"left": [pid for pid in map(int, done.stdout.split()) if not _gone(pid)]}

    return send


def _gone(pid: int) -> bool:
    """Whether a process ended by itself; if it did not, it has now."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ended = bool(select.select([process], [], [], 2)[0])
        if not ended:
            signal.pidfd_send_signal(process, signal.SIGKILL)
        return ended
    finally:
        os.close(process)


@pytest.fixture(scope="session")
def victims(mother: Callable[[Answer], Answer]) -> Iterator[dict[str, Answer]]:
    """By mode: a process of the attacker's own uid, and a page of its memory."""
    started = {mode: mother({"start_victim": True, "user": mode == "user"}) for mode in _MODES}
    yield started
    for victim in started.values():
        state = Path(f"/proc/{victim['victim']}/stat").read_text(encoding="ascii").split()[2]
        assert state == "S", "an attack killed or stopped its victim"


@pytest.fixture(scope="session")
def network() -> Iterator[dict[str, int | str]]:
    """Something that listens over TCP, UDP and an abstract unix socket, here only."""
    name = f"confinement-{os.getpid()}"
    with (
        socket.socket() as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        for one in (tcp, udp):
            one.bind(("127.0.0.1", 0))
        unix.bind("\0" + name)
        for one in (tcp, unix):
            one.listen(128)
            threading.Thread(target=_accept, args=(one,), daemon=True).start()
        yield {"tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1], "unix": name}
        for one in (tcp, unix):
            one.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket) -> None:
    while True:
        try:
            listener.accept()[0].close()
        except OSError:
            return


def _snapshot(folder: Path) -> list[tuple[str, int, bytes, float]]:
    found = []
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found.append((path.name, status.st_mode, content, status.st_mtime))
    return found


@pytest.fixture
def run(
    mother: Callable[[Answer], Answer],
    victims: dict[str, Answer],
    network: dict[str, int | str],
) -> Iterator[Run]:
    """Run one subject in one child: call it with the subject, the mode and the order's fields.

    The answer holds outcome (succeeded, refused, killed, hung, not confined), detail, status,
    changed (whether the folder it was shown is not as it was), and, when confined, layers, level
    and seen.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the walls are tested on Linux on x86-64 only")
    # Not in pytest's own temporary folder, which an ordinary user cannot enter.
    base = Path(tempfile.mkdtemp(prefix="confinement-"))
    base.chmod(0o755)
    count = 0

    def one(
        subject: str,
        mode: str,
        *,
        confined: bool = True,
        by: Callable[[Answer], Answer] = mother,
        **order: object,
    ) -> Answer:
        nonlocal count
        count += 1
        folder = base / str(count)
        folder.mkdir()
        (folder / "reference.py").write_text("SECRET = 42\n", encoding="utf-8")
        (folder / "results.json").write_text("{}", encoding="utf-8")
        (folder / "scratch").write_text("", encoding="utf-8")
        if mode == "user" and os.getuid() == 0:
            for path in (folder, *folder.iterdir()):
                os.chown(path, USER, USER)
        before = _snapshot(folder)
        arena = {"folder": str(folder), **victims[mode], **network}
        answer = by(
            {"subject": subject, "user": mode == "user", "confined": confined, "arena": arena}
            | order
        )
        return answer | {"changed": _snapshot(folder) != before}

    yield one
    shutil.rmtree(base)
