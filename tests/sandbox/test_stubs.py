"""Collaborators can be answered for, so that a method is judged on its own faults alone."""

from collections.abc import Callable
from contextlib import nullcontext

import numpy as np
import pytest

from grader.sandbox.errors import StudentError
from grader.sandbox.request import Ask, Call, Reply, Value
from grader.sandbox.session import Session

Open = Callable[..., Session]
Run = Callable[..., tuple[Reply, list[Ask]]]

RIGHT: dict[str, Value] = {
    name: np.full((2, 2), i) for i, name in enumerate(("A0", "Z1", "A1", "Z2", "A2"), 1)
}
X = np.ones((5, 2))


FORWARD = """
import numpy as np
class NN:
    def forward_propagation(self, X):
        self.A0 = X
        self.Z1 = X * 10
        self.A1 = X * 20
        self.Z2 = X * 30
        self.A2 = X * 40
        self.cache = "filled"
        extra = np.array([5.0])
        {returns}
    def get_predictions(self, X):
        {uses}
"""


def same(one: object, other: object) -> bool:
    """Equality of arrays in tuples, lists and dicts."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return bool(np.array_equal(one, other))  # type: ignore[arg-type]


A2, Z1 = RIGHT["A2"], RIGHT["Z1"]


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("return None", A2),
        ("return self.A2", A2),
        ("return X * 40", A2),
        ("return self.Z1, self.A1, self.Z2, self.A2", (Z1, RIGHT["A1"], RIGHT["Z2"], A2)),
        ("return {'Z1': self.Z1, 'A2': self.A2}", {"Z1": Z1, "A2": A2}),
        ("return [self.A2, [self.Z1]]", [A2, [Z1]]),
        ("return self.A2, extra, 'text'", (A2, np.array([5.0]), "text")),
        ("raise ValueError", A2),
        ("raise SystemExit", A2),
    ],
)
def test_return_structures(open_session: Open, run: Run, returns: str, expected: object) -> None:
    """Forward returns what the original returns, with the right arrays in the wrong ones' place."""
    source = FORWARD.format(returns=returns, uses="return [self.forward_propagation(X)]")
    reply, asks = run(
        open_session(source), Call("get_predictions", {"X": X}), {"forward_propagation"}
    )
    assert same(reply.returned[0], [expected])
    assert reply.asked == ("forward_propagation",)
    assert np.array_equal(asks[0].arguments["X"], X)  # type: ignore[arg-type]


def test_attributes_and_private_stores(open_session: Open, run: Run) -> None:
    """The contract's attributes are the grader's, private ones the student's."""
    source = FORWARD.format(returns="return", uses="self.forward_propagation(X); return self.cache")
    reply, _ = run(
        open_session(source),
        Call("get_predictions", {"X": X}),
        {"forward_propagation"},
        read=("Z1", "A2", "W1"),
        state={"W1": np.eye(3)},
    )
    assert reply.returned == ("filled",)
    assert np.array_equal(reply.attributes["Z1"], Z1)  # type: ignore[arg-type]
    assert np.array_equal(reply.attributes["A2"], A2)  # type: ignore[arg-type]
    assert np.array_equal(reply.attributes["W1"], np.eye(3))  # type: ignore[arg-type]


def test_originals_cannot_spoil_the_state(open_session: Open, run: Run) -> None:
    """An original that changes weights or its argument in place leaves no trace of that."""
    session = open_session(
        """
        class NN:
            def forward_propagation(self, X):
                self.W1 *= 0
                self.b1 = None
                X *= 0
                return 1
            def get_predictions(self, X):
                self.forward_propagation(X)
                return X
        """
    )
    reply, _ = run(
        session,
        Call("get_predictions", {"X": X}),
        {"forward_propagation"},
        read=("W1", "b1"),
        state={"W1": np.eye(3), "b1": np.ones((3, 1))},
    )
    assert np.array_equal(reply.returned[0], X)  # type: ignore[arg-type]
    assert np.array_equal(reply.attributes["W1"], np.eye(3))  # type: ignore[arg-type]
    assert np.array_equal(reply.attributes["b1"], np.ones((3, 1)))  # type: ignore[arg-type]


def test_banned_originals_do_not_run(open_session: Open, run: Run) -> None:
    """The original of a banned stub is never run; forward then returns A2."""
    source = FORWARD.format(
        returns="import os; os._exit(0)", uses="return self.forward_propagation(X)"
    )
    reply, _ = run(
        open_session(source),
        Call("get_predictions", {"X": X}),
        {"forward_propagation"},
        banned=frozenset({"forward_propagation"}),
    )
    assert np.array_equal(reply.returned[0], A2)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("definition", "call"),
    [
        ("def ReLU(Z): return 0", "ReLU(X)"),
        ("", "ReLU(X)"),
        ("def ReLU(Z): return 0", "ReLU(Z=X)"),
        ("def ReLU(anything): return 0", "ReLU(anything=X)"),
        ("def ReLU(x, slope=0): return 0", "ReLU(X, slope=1)"),
        ("class Unused: pass\nimport numpy as np\nReLU = np.abs", "ReLU(X)"),
    ],
)
def test_functions(open_session: Open, run: Run, definition: str, call: str) -> None:
    """A function is answered for, however it is defined and called; even if it is not there."""
    session = open_session(
        f"{definition}\nclass NN:\n    def forward_propagation(self, X):\n        return {call}\n"
    )
    reply, asks = run(session, Call("forward_propagation", {"X": X}), {"ReLU"})
    assert np.array_equal(reply.returned[0], X + 100)  # type: ignore[arg-type]
    assert asks[0].state == {}
    with pytest.raises(StudentError) if not definition else nullcontext():
        reply, _ = run(session, Call("forward_propagation", {"X": X}), set())
        assert not np.array_equal(reply.returned[0], X + 100)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "head", "call"),
    [
        ("", "self, Z", "self.ReLU(X)"),
        ("@staticmethod", "Z", "self.ReLU(X)"),
        ("@staticmethod", "Z", "NN.ReLU(X)"),
        ("@classmethod", "cls, Z", "NN.ReLU(X)"),
        ("", "Z", "NN.ReLU(X)"),
    ],
)
def test_methods_of_every_kind(
    open_session: Open, run: Run, kind: str, head: str, call: str
) -> None:
    """A stub in the class is of the original's kind."""
    session = open_session(
        f"""
        class NN:
            {kind or "pass"}
            def ReLU({head}):
                return 0
            def forward_propagation(self, X):
                return {call}
        """
    )
    reply, asks = run(session, Call("forward_propagation", {"X": X}), {"ReLU"})
    assert np.array_equal(reply.returned[0], X + 100)  # type: ignore[arg-type]
    assert list(asks[0].arguments) == ["Z"]


def test_restored(open_session: Open, run: Run) -> None:
    """After the request the originals are back, also after an exception."""
    session = open_session(
        """
        def ReLU(Z):
            return "mine"
        class Base:
            def one_hot(self, y):
                return "base's"
        class NN(Base):
            def forward_propagation(self, X):
                return [ReLU(X), self.one_hot(X), "softmax" in globals(), "one_hot" in vars(NN)]
            def get_predictions(self, X):
                1 / 0
        """
    )
    stubs = {"ReLU", "one_hot", "softmax"}
    run(session, Call("forward_propagation", {"X": X}), stubs)
    with pytest.raises(StudentError):
        run(session, Call("get_predictions", {"X": X}), stubs)
    reply, _ = run(session, Call("forward_propagation", {"X": X}), set())
    assert reply.returned[0] == ["mine", "base's", False, False]


def test_an_original_that_calls_itself(open_session: Open, run: Run) -> None:
    """It runs once: what it calls of itself has its answer from the grader already."""
    source = FORWARD.format(
        returns="return self.forward_propagation(X)", uses="return [self.forward_propagation(X)]"
    )
    reply, asks = run(
        open_session(source), Call("get_predictions", {"X": X}), {"forward_propagation"}
    )
    assert same(reply.returned[0], [A2])
    assert [ask.nested for ask in asks] == [False, True]
