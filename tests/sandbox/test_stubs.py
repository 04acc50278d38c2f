"""Collaborators can be answered for, so that a method is judged on its own faults alone."""

from collections.abc import Callable
from contextlib import nullcontext

import numpy as np
import pytest

from grader.sandbox.errors import Refused, StudentError
from grader.sandbox.request import Answer, Array, Ask, Call, Reply, Request, Value
from grader.sandbox.session import Session

Open = Callable[..., Session]

RIGHT: dict[str, Value] = {
    name: np.full((2, 2), i) for i, name in enumerate(("A0", "Z1", "A1", "Z2", "A2"), 1)
}
X = np.ones((5, 2))


class Grader:
    """Answers every stub with known arrays, and remembers what it was asked."""

    def __init__(self) -> None:
        """Nothing asked yet."""
        self.asks: list[Ask] = []

    def __call__(self, ask: Ask) -> Answer:
        """A fixed answer for each name."""
        self.asks.append(ask)
        if ask.name == "forward_propagation":
            return Answer(RIGHT["A2"], RIGHT)
        if ask.name in {"ReLU", "softmax"}:
            Z = ask.arguments["Z"]
            assert isinstance(Z, np.ndarray)
            return Answer(Z + 100)
        return Answer(7.5)


def run(  # noqa: PLR0913  what a request has
    session: Session,
    call: Call,
    stubs: set[str],
    *,
    banned: frozenset[str] = frozenset(),
    read: tuple[str, ...] = (),
    state: dict[str, Array] | None = None,
) -> tuple[Reply, list[Ask]]:
    """One call with stubs."""
    grader = Grader()
    network: dict[str, Value] = {
        "input_size": 5,
        "hidden_size": 4,
        "output_size": 3,
        "learning_rate": 0.5,
    }
    request = Request(
        (call,), network, dict(state or {}), read=read, stubs=frozenset(stubs), banned=banned
    )
    reply = session.run(request, deadline_s=10, max_body=10_000, serve=grader)
    return reply, grader.asks


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
        ("return None", None),
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
def test_return_structures(open_session: Open, returns: str, expected: object) -> None:
    """Forward returns what the original returns, with the right arrays in the wrong ones' place."""
    source = FORWARD.format(returns=returns, uses="return [self.forward_propagation(X)]")
    reply, asks = run(
        open_session(source), Call("get_predictions", {"X": X}), {"forward_propagation"}
    )
    assert same(reply.returned[0], [expected])
    assert reply.asked == ("forward_propagation",)
    assert np.array_equal(asks[0].arguments["X"], X)  # type: ignore[arg-type]


def test_attributes_and_private_stores(open_session: Open) -> None:
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


def test_originals_cannot_spoil_the_state(open_session: Open) -> None:
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


def test_banned_originals_do_not_run(open_session: Open) -> None:
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
def test_functions(open_session: Open, definition: str, call: str) -> None:
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
def test_methods_of_every_kind(open_session: Open, kind: str, head: str, call: str) -> None:
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


@pytest.mark.parametrize(
    ("head", "call", "arguments"),
    [
        ("self, X, y", "self.cross_entropy_loss(X, y)", {"X": "X", "y": "y"}),
        ("self, y", "self.cross_entropy_loss(y)", {"y": "y"}),
        ("self, Y, X", "self.cross_entropy_loss(y, X)", {"X": "X", "y": "y"}),
        ("self, A2, Y", "self.cross_entropy_loss(X, y)", {"A2": "X", "y": "y"}),
        ("self, A2, Y", "self.cross_entropy_loss(Y=y, A2=X)", {"A2": "X", "y": "y"}),
        ("self, p, t", "self.cross_entropy_loss(X, y)", {"X": "X", "y": "y"}),
        ("self", "self.cross_entropy_loss()", {}),
        (None, "self.cross_entropy_loss(X, y)", {"X": "X", "y": "y"}),
    ],
)
def test_arguments_of_asks(
    open_session: Open, head: str | None, call: str, arguments: dict[str, str]
) -> None:
    """Arguments reach the grader under the contract's names, else the student's own."""
    session = open_session(
        f"""
        class NN:
            def {"cross_entropy_loss" if head else "other"}({head or "self"}):
                return 0
            def get_accuracy(self, X, y):
                return {call}
        """
    )
    reply, asks = run(session, Call("get_accuracy", {"X": "X", "y": "y"}), {"cross_entropy_loss"})
    assert asks[0].arguments == arguments
    assert reply.returned == (7.5,)


def test_state_of_asks(open_session: Open, state: dict[str, Array]) -> None:
    """An ask tells what the contract lets the method read, as it is then, and the sizes."""
    session = open_session(
        """
        class NN:
            def update_params(self): pass
            def gradient_descent(self, X, y, iters):
                self.W1 = self.W1 * 2
                self.private = 1
                self.update_params()
        """
    )
    call = Call("gradient_descent", {"X": X, "y": np.arange(2), "iters": 1})
    _, asks = run(session, call, {"update_params"}, state=state)
    told = asks[0].state
    assert set(told) == {*state, "input_size", "hidden_size", "output_size", "learning_rate"}
    assert np.array_equal(told["W1"], state["W1"] * 2)  # type: ignore[arg-type]
    assert told["learning_rate"] == 0.5


def test_nested_asks(open_session: Open) -> None:
    """A stub called by another stub's original is answered, but not counted."""
    session = open_session(
        """
        def ReLU(Z):
            return 0
        class NN:
            def forward_propagation(self, X):
                self.mask = ReLU(X)
                return ReLU(X)
            def get_predictions(self, X):
                self.forward_propagation(X)
                ReLU(X)
                return self.mask
        """
    )
    reply, asks = run(session, Call("get_predictions", {"X": X}), {"forward_propagation", "ReLU"})
    assert reply.asked == ("forward_propagation", "ReLU")
    assert [(ask.name, ask.nested) for ask in asks] == [
        ("forward_propagation", False),
        ("ReLU", True),
        ("ReLU", True),
        ("ReLU", False),
    ]
    assert np.array_equal(reply.returned[0], X + 100)  # type: ignore[arg-type]


def test_refused(open_session: Open) -> None:
    """What the grader refuses is a ValueError in the student's code, at their line."""
    session = open_session(
        "class NN:\n    def forward_propagation(self, X):\n        return ReLU(X)\n"
    )

    def refuse(ask: Ask) -> Answer:
        raise Refused(f"{ask.name}: no such shape")

    request = Request(
        (Call("forward_propagation", {"X": X}),),
        {"input_size": 1, "hidden_size": 1, "output_size": 1, "learning_rate": 1},
        stubs=frozenset({"ReLU"}),
    )
    with pytest.raises(StudentError) as caught:
        session.run(request, deadline_s=5, max_body=1000, serve=refuse)
    assert caught.value.type_name == "ValueError"
    assert caught.value.message == "ReLU: no such shape"
    assert caught.value.line == 3


def test_restored(open_session: Open) -> None:
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


def test_too_many_asks(open_session: Open) -> None:
    """A loop that calls a stub without end is ended by its number of calls."""
    session = open_session(
        """
        def ReLU(Z): pass
        class NN:
            def forward_propagation(self, X):
                while True: ReLU(0)
        """
    )
    request = Request(
        (Call("forward_propagation", {"X": X}),),
        {"input_size": 1, "hidden_size": 1, "output_size": 1, "learning_rate": 1},
        stubs=frozenset({"ReLU"}),
    )
    with pytest.raises(StudentError, match="without end"):
        session.run(request, deadline_s=60, max_body=1000, serve=lambda _: Answer(0))
