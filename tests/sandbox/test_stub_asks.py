"""What a stub tells the grader, and how often it may."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.sandbox.errors import Refused, StudentError
from grader.sandbox.request import Answer, Array, Ask, Call, Reply, Request
from grader.sandbox.session import Session

Open = Callable[..., Session]
Run = Callable[..., tuple[Reply, list[Ask]]]

X = np.ones((5, 2))


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
    open_session: Open, run: Run, head: str | None, call: str, arguments: dict[str, str]
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


def test_state_of_asks(open_session: Open, run: Run, state: dict[str, Array]) -> None:
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


def test_nested_asks(open_session: Open, run: Run) -> None:
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
