"""No process and no descriptor is left behind, whoever dies first."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.sandbox.errors import Crashed, SandboxError
from grader.sandbox.request import Call, Reply, Request
from grader.sandbox.session import Session
from grader.sandbox.warden import Warden

Open = Callable[..., Session]
Ask = Callable[[Session], Reply]

ROOT = Path(__file__).parents[2]
SOURCE = b"""
import numpy as np, os
def ReLU(Z):
    return np.maximum(0, Z)
def softmax(Z):
    os._exit(0)
class NN:
    def __init__(self):
        self.count = 0
    def forward_propagation(self, X):
        self.count += 1
        X += 1
        self.seen = X
    def update_params(self):
        self.count += 100
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="looks into /proc, which only Linux has"
)


def die(session: Session) -> None:
    """Have the worker end itself."""
    with pytest.raises(Crashed):
        session.run(Request((Call("softmax", {"Z": np.eye(1)}),)), deadline_s=5, max_body=100)


def descriptors() -> list[str]:
    """The open descriptors of this process."""
    return sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208  numbers, not paths


def is_alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> list[int]:
    """The children of a process, zombies included."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def wait_for(condition: Callable[[], bool]) -> bool:
    """Wait until something is so, for at most a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def python(code: str) -> subprocess.Popen[bytes]:
    """Another grader."""
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


def test_no_leak(warden: Warden, relu: Ask) -> None:
    """Fifty sessions, each with a worker that dies, leave no descriptor and no process."""
    with Session.open(SOURCE, warden=warden) as session:
        relu(session)
    pid = warden._process.pid  # noqa: SLF001  to look from outside
    before, left = descriptors(), children(pid)
    for _ in range(50):
        with Session.open(SOURCE, warden=warden) as session:
            relu(session)
            die(session)
            relu(session)
    assert descriptors() == before
    assert children(pid) == left == []


def test_a_warden_of_its_own(relu: Ask) -> None:
    """A session without a warden starts one, and ends it."""
    before = descriptors()
    with Session.open(SOURCE) as session:
        pid = session._warden._process.pid  # noqa: SLF001  to look from outside
        assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]
    assert not is_alive(pid)
    assert descriptors() == before


GRADER = """
import os, sys, time
sys.path.insert(0, {root!r})
from grader.sandbox.session import Session
session = Session.open({source!r})
print(session._warden._process.pid, session._worker.pid, flush=True)
{then}
"""


@pytest.mark.parametrize("busy", [False, True])
def test_grader_killed(busy: bool) -> None:  # noqa: FBT001  a parameter of the test
    """When the grader is killed, no warden and no worker is left, not even one that hangs."""
    source = SOURCE + (b"def one_hot(y):\n    while True: pass\n" if busy else b"")
    then = "time.sleep(1000)"
    if busy:
        then = (
            "from grader.sandbox.request import *\n"
            "session.run(Request((Call('one_hot', {}),)), deadline_s=1000, max_body=1)"
        )
    code = GRADER.format(root=str(ROOT), source=source, then=then)
    with python(code) as grader:
        assert grader.stdout
        pids = [int(word) for word in grader.stdout.readline().split()]
        assert all(map(is_alive, pids))
        grader.send_signal(signal.SIGKILL)
        grader.wait()
    assert len(pids) == 2
    assert wait_for(lambda: not any(map(is_alive, pids)))


def test_grader_killed_with_a_child() -> None:
    """A child of the grader's that holds its sockets does not keep the warden alive."""
    then = "print(os.getpid(), flush=True) if os.fork() == 0 else None; time.sleep(1000)"
    code = GRADER.format(root=str(ROOT), source=SOURCE, then=then)
    with python(code) as grader:
        assert grader.stdout
        pids = [int(word) for word in grader.stdout.readline().split()]
        child = int(grader.stdout.readline())
        try:
            grader.kill()
            grader.wait()
            assert wait_for(lambda: not any(map(is_alive, pids)))
            assert is_alive(child)
        finally:
            os.kill(child, signal.SIGKILL)


def test_warden_killed_alone() -> None:
    """When only the warden is killed, its workers go with it, although the grader lives."""
    with Warden.start() as warden:
        worker = warden.spawn(memory_mb=1500, cpu_s=60)
        warden._process.kill()  # noqa: SLF001  from outside
        assert wait_for(lambda: not is_alive(worker.pid))
        with pytest.raises(SandboxError, match="warden process died"):
            worker.close()


def test_killed_while_starting() -> None:
    """When the grader is killed before the warden is ready, that goes away as well."""
    code = (
        f"import sys, time\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from grader.sandbox.warden import Warden\n"
        "print(Warden.start(preload=('numpy', 'matplotlib'))._process.pid, flush=True)\n"
        "time.sleep(1000)"
    )
    with python(code) as grader:
        assert grader.stdout
        pid = int(grader.stdout.readline())
        grader.kill()
        grader.wait()
    assert wait_for(lambda: not is_alive(pid))


def test_warden_killed_once(relu: Ask) -> None:
    """When the warden is killed, the session starts another and asks again."""
    with Session.open(SOURCE) as session:
        for _ in range(2):
            session._warden._process.kill()  # noqa: SLF001  from outside
            session._warden._process.wait()  # noqa: SLF001
            assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


def test_warden_of_others_killed(relu: Ask) -> None:
    """When the warden was the caller's, the session goes on with one of its own."""
    with Warden.start() as warden, Session.open(SOURCE, warden=warden) as session:
        warden._process.kill()  # noqa: SLF001  from outside
        assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


def test_warden_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warden that does not start is the machine's fault, with a reason."""
    monkeypatch.setattr("grader.sandbox.warden._MAIN", "raise ImportError('no numpy here')")
    with Warden.start() as warden, pytest.raises(SandboxError, match="no numpy here"):
        warden.spawn(memory_mb=1000, cpu_s=10)


def test_worker_that_cannot_start(warden: Warden) -> None:
    """A worker that cannot even start is the machine's fault, and leaves no process."""
    with pytest.raises(SandboxError, match="did not start"):
        warden.spawn(memory_mb=1000, cpu_s=2**70)
    assert children(warden._process.pid) == []  # noqa: SLF001  to look from outside
