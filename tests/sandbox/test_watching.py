"""A training that is watched: what is seen of it, and that nothing else changes."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.sandbox import messages
from grader.sandbox.errors import WireError
from grader.sandbox.request import Call, Glimpse, Reply, Request, Value
from grader.sandbox.session import Session

Open = Callable[..., Session]

COUNTING = """
import time
import numpy as np

{metaclass}

class NN{base}:
    def gradient_descent(self, X, y, iters):
        for _ in range(iters):
            self.update_params()
        return hasattr(NN.update_params, "__wrapped__")

    def update_params(self):
        time.sleep(0.3)  # longer than the time between two glimpses
        self.W1 = self.W1 + {step}
"""


def source(metaclass: str = "", base: str = "", step: str = "1") -> str:
    """A file whose W1 counts its steps."""
    return COUNTING.format(metaclass=metaclass, base=base, step=step)


def descend(session: Session, iters: int, *, watch: bool) -> tuple[Reply, list[Glimpse]]:
    """A descent of so many steps, and what was seen of it."""
    arguments: dict[str, Value] = {"X": np.ones((2, 3)), "y": np.zeros(3, int), "iters": iters}
    request = Request(
        (Call("gradient_descent", arguments),),
        network={"input_size": 2, "hidden_size": 2, "output_size": 2, "learning_rate": 1.0},
        state={"W1": np.zeros((2, 2)), "b1": np.zeros((2, 1))},
        read=("W1",),
        watch=watch,
    )
    seen: list[Glimpse] = []
    reply = session.run(request, deadline_s=20, max_body=10_000, watch=seen.append)
    return reply, seen


def test_what_is_seen(open_session: Open) -> None:
    """Each glimpse holds the parameters as they were after its step."""
    reply, seen = descend(open_session(source()), 3, watch=True)
    assert [glimpse.step for glimpse in seen] == [1, 2, 3]
    for glimpse in seen:
        assert np.array_equal(glimpse.parameters["W1"], np.full((2, 2), glimpse.step))  # type: ignore[arg-type]
        assert glimpse.parameters.keys() == {"W1", "b1"}
    assert np.array_equal(reply.attributes["W1"], np.full((2, 2), 3))  # type: ignore[arg-type]


def test_nothing_is_seen_unasked(open_session: Open) -> None:
    """Without `watch` nothing is sent and nothing is wrapped, nor after a request that had it."""
    session = open_session(source())
    assert descend(session, 1, watch=True)[0].returned == (True,)
    reply, seen = descend(session, 1, watch=False)
    assert (reply.returned, seen) == ((False,), [])


STUBBORN = "class Meta(type):\n    def __setattr__(self, *_): raise TypeError"
STATIC = (
    source()
    .replace("def update_params", "@staticmethod\n    def update_params")
    .replace("self.update_params()", "self.update_params(self)")
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(source(STUBBORN, "(metaclass=Meta)"), id="a class that cannot be changed"),
        pytest.param(STATIC, id="a static method"),
    ],
)
def test_what_cannot_be_watched_runs(open_session: Open, text: str) -> None:
    """A class that lets nothing be wrapped is trained all the same, unseen."""
    reply, seen = descend(open_session(text), 2, watch=True)
    assert seen == []
    assert np.array_equal(reply.attributes["W1"], np.full((2, 2), 2))  # type: ignore[arg-type]


FLOOD = """
for cell in NN.update_params.__closure__:
            if hasattr(cell.cell_contents, "_glimpse"):
                for i in range(300):
                    cell.cell_contents._glimpse(i + 1, {})
"""


def test_a_flood_is_not_looked_at(open_session: Open) -> None:
    """However often a file sends, it is looked at now and then, and none of it is in the reply."""
    text = source().replace("self.W1 = self.W1 + 1", FLOOD.strip())
    reply, seen = descend(open_session(text), 2, watch=True)
    assert 0 < len(seen) < 20
    assert np.array_equal(reply.attributes["W1"], np.zeros((2, 2)))  # type: ignore[arg-type]


def test_only_plain_arrays_are_seen(open_session: Open) -> None:
    """Parameters that are no arrays of floats are left out of a glimpse; the training goes on."""
    text = source(step="0").replace("self.W1 = self.W1 + 0", "self.W1 = [1]; self.b1 = object()")
    reply, seen = descend(open_session(text), 1, watch=True)
    assert [glimpse.parameters for glimpse in seen] == [{}]
    assert reply.attributes["W1"] == [1]


@pytest.mark.parametrize(
    "fields",
    [[], [1], [0, {}], [-1, {}], [2**40, {}], ["1", {}], [1, []], [1, {}, 2]],
    ids=repr,
)
def test_forged_glimpses(fields: list[Value]) -> None:
    """A glimpse of any other form is refused."""
    with pytest.raises(WireError):
        messages.read_seen(fields)


def test_names_of_a_glimpse() -> None:
    """Of what a glimpse holds only the parameters are kept."""
    W1 = np.ones(2)
    assert messages.read_seen([1, {"W1": W1, "evil": 1}]).parameters == {"W1": W1}
