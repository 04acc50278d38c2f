"""A session carries out requests, whatever became of the last one's worker."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.sandbox.errors import Crashed, TimedOut
from grader.sandbox.request import Call, Repeat, Reply, Request, Value
from grader.sandbox.session import Session, preloads_for
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


def test_processor_time(warden: Warden) -> None:
    """The limit of processor time ends a worker when no deadline does."""
    with warden.spawn(memory_mb=1500, cpu_s=1) as worker:
        worker.load(b"def ReLU(Z):\n    while True: pass\n", deadline_s=10)
        with pytest.raises(Crashed, match=r"processor time|was killed"):
            worker.run(Request((Call("ReLU", {"Z": 1}),)), deadline_s=60, max_body=100)
        assert not worker.alive


def test_layers(open_session: Open) -> None:
    """A worker tells which walls it is behind."""
    assert "active" in open_session(SOURCE).layers.values()


def test_repeat(open_session: Open, sizes: dict[str, Value]) -> None:
    """Repeated calls run in turn, as often as asked, on arguments that travel once."""
    X = np.zeros((2, 2))
    calls = (Call("forward_propagation", {"X": X}), Call("update_params"))
    request = Request((Repeat(7, calls), Repeat(0, calls)), sizes, read=("count", "seen"))
    reply = open_session(SOURCE).run(request, deadline_s=5, max_body=1000)
    assert reply.returned == ()
    assert reply.attributes["count"] == 7 * 101
    assert np.array_equal(reply.attributes["seen"], X + 7)  # type: ignore[arg-type]


def test_large_arrays(open_session: Open) -> None:
    """Megabytes go through pipes that hold less, in both directions."""
    Z = np.arange(784 * 5000.0).reshape(784, 5000) - 1e6
    request = Request((Call("ReLU", {"Z": Z}),))
    reply = open_session(SOURCE).run(request, deadline_s=60, max_body=Z.nbytes)
    assert np.array_equal(reply.returned[0], np.maximum(0, Z))  # type: ignore[arg-type]


def test_a_worker_that_does_not_read(open_session: Open, relu: Ask) -> None:
    """The deadline also covers sending: a worker that reads nothing holds nobody up."""
    deaf = b"""
import time
def one_hot(y):
    os.read = os.readv = lambda *_: time.sleep(1000)
"""
    session = open_session(SOURCE + deaf)
    session.run(Request((Call("one_hot", {"y": 1}),)), deadline_s=5, max_body=100)
    large = Request((Call("ReLU", {"Z": np.zeros(10**7)}),))
    with pytest.raises(TimedOut):
        session.run(large, deadline_s=1, max_body=10**8)
    assert relu(session).returned


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"import matplotlib.pyplot as plt", ("numpy", "matplotlib")),
        (b"from pylab import *", ("numpy", "matplotlib")),
        (b"import numpy", ("numpy",)),
    ],
)
def test_preloads(source: bytes, expected: tuple[str, ...]) -> None:
    """Matplotlib is loaded for files that mention it."""
    assert preloads_for(source) == expected


def test_drawing() -> None:
    """A file that draws finds Matplotlib working, without a screen; its figures are closed."""
    source = b"""
import matplotlib.pyplot as plt
class NN:
    def show_predictions(self, X, y, num_samples=10):
        before = len(plt.get_fignums())
        fig, axes = plt.subplots(1, 2)
        axes[0].imshow(X)
        plt.title("x")
        plt.show()
        return before, len(plt.get_fignums())
"""
    arguments: dict[str, Value] = {"X": np.eye(3), "y": np.arange(3), "num_samples": 2}
    request = Request((Call("show_predictions", arguments),), network={"output_size": 3})
    with Session.open(source) as session:
        for _ in range(2):
            reply = session.run(request, deadline_s=20, max_body=1000)
            assert reply.returned == ((0, 1),)


def test_stubs_need_an_answer(open_session: Open, relu: Ask) -> None:
    """A request with stubs and nobody to answer them is the caller's mistake."""
    session = open_session(SOURCE)
    with pytest.raises(ValueError, match="serve"):
        session.run(Request((), stubs=frozenset({"ReLU"})), deadline_s=5, max_body=100)
    assert relu(session).returned


def test_interrupted(open_session: Open, relu: Ask) -> None:
    """After Ctrl-C in the middle of a request the next one has a fresh worker."""
    session = open_session(SOURCE + b"def one_hot(y):\n    ReLU(y)\nclass NN: pass\n")

    def interrupt(_: object) -> object:
        raise KeyboardInterrupt

    request = Request((Call("one_hot", {"y": 1}),), stubs=frozenset({"ReLU"}))
    with pytest.raises(KeyboardInterrupt):
        session.run(request, deadline_s=5, max_body=100, serve=interrupt)  # type: ignore[arg-type]
    assert relu(session).returned
