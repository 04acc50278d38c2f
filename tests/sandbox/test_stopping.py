"""Whatever a method does costs that call alone: the next one is answered."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.sandbox.errors import Crashed, StudentError, TimedOut
from grader.sandbox.request import Absent, Call, Repeat, Reply, Request, Value
from grader.sandbox.session import Session

Open = Callable[..., Session]

RELU = """
import os, sys, ctypes, time, threading
import numpy as np

def ReLU(Z):
    return np.maximum(0, Z)

def softmax(Z):
    {body}
"""
SHORT_S = 1.0
LONG_S = 20.0


def softmax(session: Session, deadline_s: float = LONG_S) -> Reply:
    """Call softmax of a small matrix, of which as much is expected back."""
    request = Request((Call("softmax", {"Z": np.eye(2)}),))
    return session.run(request, deadline_s=deadline_s, max_body=1000)


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "sum(range(10**12))",
        "time.sleep(1000)",
        "[np.linalg.svd(np.ones((500, 500))) for _ in range(10**6)]",
        "import re; re.match('(a+)+b', 'a' * 60)",
        "import signal; [signal.signal(s, signal.SIG_IGN) for s in (2, 15)]; time.sleep(1000)",
        "class E(Exception): __str__ = lambda self: time.sleep(1000)\n    raise E",
        "class D(list): __iter__ = lambda s: time.sleep(1000)\n    return D()",
        "\n    while True:\n        try: time.sleep(1000)\n        except BaseException: pass",
    ],
)
def test_hangs(open_session: Open, relu: Callable[[Session], Reply], body: str) -> None:
    """A call that does not end is ended at its deadline, and named; the next one is answered."""
    session = open_session(RELU.format(body=body))
    with pytest.raises(TimedOut) as caught:
        softmax(session, SHORT_S)
    assert caught.value.during == "softmax"
    assert caught.value.seconds == SHORT_S
    assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("os._exit(0)", "with code 0"),
        ("os._exit(3)", "with code 3"),
        ("ctypes.string_at(0)", "segmentation fault"),
        ("os.abort()", "aborted"),
        ("sys.setrecursionlimit(10**9)\n    f = lambda _: list(map(f, [0]))\n    f(0)", "segment"),
        ("while True: print('x' * 1000)", "printed more than 16 MB"),
        ("print('x' * 10**8)", "printed more than 16 MB"),
        ("while True: os.write(2, b'x' * 10000)", "printed more than 16 MB"),
        ("os.write(4, b'garbage, and a lot of it')", "could not be read"),
        ("os.close(4)\n    time.sleep(1000)", "killed"),
        ("os.write(4, b'NNW1' + b'\\xff' * 12)", "could not be read"),
    ],
)
def test_crashes(
    open_session: Open, relu: Callable[[Session], Reply], body: str, reason: str
) -> None:
    """A call that ends its process, floods or answers nonsense is told so in words."""
    session = open_session(RELU.format(body=body))
    with pytest.raises(Crashed) as caught:
        softmax(session)
    assert reason in caught.value.reason
    assert caught.value.during == "softmax"
    assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


FORGED = """
import os
import numpy as np

def forge(identity, kind="reply", body=b""):
    import json, struct
    message = [kind, identity, [[True, 7]], {{"d": {{}}}}, []]
    header = json.dumps(message).encode()
    os.write(4, struct.pack("<4sIQ", b"NNW1", len(header), len(body)) + header + body)

def ReLU(Z):
    return np.maximum(0, Z)

def softmax(Z):
    {body}
"""


@pytest.mark.parametrize(
    "body",
    [
        "forge('0123456789abcdef')",
        "forge('')",
        "forge('0123456789abcdef', 'ask')",
        "forge('0123456789abcdef', 'fault')",
        "forge('0123456789abcdef', body=b'x' * 5000)",
    ],
)
def test_forged_frames(open_session: Open, relu: Callable[[Session], Reply], body: str) -> None:
    """A well-formed frame without the request's id is nonsense, whatever it says."""
    session = open_session(FORGED.format(body=body))
    with pytest.raises(Crashed, match="could not be read"):
        softmax(session)
    assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


def test_frames_left_behind(open_session: Open, relu: Callable[[Session], Reply]) -> None:
    """A frame written after the answer ends the worker, whenever it arrives; it is no answer."""
    body = "read = os.read; os.read = lambda *a: (forge('0'), read(*a))[1]; return Z"
    session = open_session(FORGED.format(body=body))
    with pytest.raises(Crashed, match="could not be read"):  # noqa: PT012  which of them, is chance
        assert np.array_equal(softmax(session).returned[0], np.eye(2))  # type: ignore[arg-type]
        relu(session)
    assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "type_name", "message"),
    [
        ("sys.exit(0)", "SystemExit", "0"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("return softmax(Z)", "RecursionError", "recursion"),
        ("return np.zeros((1 << 40,))", "MemoryError", "allocate"),
        ("return Z @ np.ones((3, 3))", "ValueError", "matmul"),
        ("return np.zeros(2**24)", "Oversize", "at most 0.001 MB"),
        ("return np.broadcast_to(0.0, (10**6, 10**6))", "Oversize", "at most"),
        ("return [np.zeros(100) for _ in range(20)]", "Oversize", "at most"),
        ("raise ValueError('x' * 10**8)", "ValueError", "xxx"),
        ("class E(Exception): __str__ = lambda self: 1 / 0\n    raise E", "E", "cannot be shown"),
        ("raise ValueError('\\x1b[31m::error::\\x00\\u202e')", "ValueError", "::error::"),
        ("raise type('E\\n::x' + 'y' * 10**6, (Exception,), {})", "E ::x", ""),
        ("return undefined", "NameError", "undefined"),
        ("Z.shape = 3", "ValueError", "reshape"),
    ],
)
def test_raises(
    open_session: Open,
    relu: Callable[[Session], Reply],
    body: str,
    type_name: str,
    message: str,
) -> None:
    """What their code raises is told by type, text and line, clean and short; the worker lives."""
    session = open_session(RELU.format(body=body))
    with pytest.raises(StudentError) as caught:
        softmax(session)
    error = caught.value
    assert error.type_name.startswith(type_name)
    assert message in error.message
    assert len(error.message) <= 500
    assert len(error.type_name) <= 100
    assert (error.message + error.type_name).replace("\n", "").isprintable()
    assert error.during == "softmax"
    assert not error.missing
    if type_name not in {"Oversize", "E"}:
        assert error.line is not None
        assert error.line >= 9
        assert error.function == "softmax"
        assert error.source_line is not None
    assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


def test_memory_limit(open_session: Open, relu: Callable[[Session], Reply]) -> None:
    """More memory than is allowed is a MemoryError of theirs."""
    session = open_session(RELU.format(body="return np.ones(2**31, np.uint8)"))
    with pytest.raises(StudentError) as caught:
        softmax(session)
    assert "MemoryError" in caught.value.type_name
    assert relu(session).returned


def test_missing_is_its_own_body(open_session: Open) -> None:
    """`missing` means that this part is not written, not that something it calls is not."""
    session = open_session(
        """
        def ReLU(Z):
            raise NotImplementedError

        def softmax(Z):
            return ReLU(Z)
        """
    )
    found = {}
    for name in ("ReLU", "softmax"):
        with pytest.raises(StudentError) as caught:
            session.run(Request((Call(name, {"Z": np.eye(2)}),)), deadline_s=5, max_body=1000)
        found[name] = (caught.value.missing, caught.value.function)
    assert found == {"ReLU": (True, "ReLU"), "softmax": (False, "ReLU")}


def test_not_defined(open_session: Open) -> None:
    """A part that is not there is missing."""
    session = open_session("x = 1")
    with pytest.raises(StudentError) as caught:
        softmax(session)
    assert caught.value.missing
    assert "defines no softmax" in caught.value.message


SLOW = """
import numpy as np
import time

class NN:
    def __init__(self, input_size, hidden_size, output_size, learning_rate):
        pass
    def forward_propagation(self, X):
        {forward}
    def backward_propagation(self, X, y):
        {backward}
    def update_params(self):
        {update}
"""


@pytest.mark.parametrize(
    ("slow", "during"),
    [
        ("forward", "forward_propagation"),
        ("backward", "backward_propagation"),
        ("update", "update_params"),
    ],
)
def test_during_in_steps(
    open_session: Open, sizes: dict[str, Value], slow: str, during: str
) -> None:
    """Of several calls, also in the first round of repeated ones, the one that hung is named."""
    bodies = dict.fromkeys(("forward", "backward", "update"), "pass")
    session = open_session(SLOW.format(**(bodies | {slow: "time.sleep(1000)"})))
    calls = (
        Call("forward_propagation", {"X": np.eye(5)}),
        Call("backward_propagation", {"X": np.eye(5), "y": np.arange(5)}),
        Call("update_params"),
    )
    for steps in (calls, (Repeat(3, calls),)):
        with pytest.raises(TimedOut) as caught:
            session.run(Request(steps, sizes), deadline_s=SHORT_S, max_body=1000)
        assert caught.value.during == during


def test_tolerate(open_session: Open, sizes: dict[str, Value]) -> None:
    """A tolerated call that raises leaves its error in its place, and the request goes on."""
    session = open_session(SLOW.format(forward="return X", backward="1 / 0", update="return 5"))
    reply = session.run(
        Request(
            (
                Call("forward_propagation", {"X": np.eye(5)}),
                Call(
                    "backward_propagation",
                    {"X": np.eye(5), "y": np.arange(5)},
                    tolerate=True,
                    echo=True,
                ),
                Call("update_params"),
            ),
            sizes,
        ),
        deadline_s=5,
        max_body=1000,
    )
    _, failed, last = reply.returned
    assert isinstance(failed, Absent)
    assert failed.error.type_name == "ZeroDivisionError"
    assert failed.error.during == "backward_propagation"
    assert last == 5
    assert reply.arguments == ({},)


def test_banned(open_session: Open, relu: Callable[[Session], Reply]) -> None:
    """A banned call fails at once, without running."""
    session = open_session(RELU.format(body="os._exit(0)"))
    request = Request((Call("softmax", {"Z": np.eye(2)}),), banned=frozenset({"softmax"}))
    with pytest.raises(StudentError, match="not run again"):
        session.run(request, deadline_s=5, max_body=1000)
    assert relu(session).returned


def test_output_is_kept_and_cleaned(open_session: Open) -> None:
    """What is printed does not disturb an answer; its beginning can be read, sanitised."""
    body = "print('\\x1b[1mhello\\x1b[0m', flush=True); print('y' * 10**6); return Z"
    session = open_session(RELU.format(body=body))
    assert softmax(session).returned
    assert session.output.startswith("hello\nyyyy")
    assert len(session.output) <= 1 << 16
