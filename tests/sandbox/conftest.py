"""What the tests of the sandbox share: one warden, and sessions forked from it."""

from collections.abc import Callable, Iterator
from textwrap import dedent

import numpy as np
import pytest

from grader.sandbox.request import Answer, Array, Ask, Call, Reply, Request, Value
from grader.sandbox.session import Session
from grader.sandbox.warden import Warden

Open = Callable[..., Session]


@pytest.fixture(scope="session")
def warden() -> Iterator[Warden]:
    """A warden for all tests that need no other."""
    with Warden.start() as warden:
        yield warden


@pytest.fixture
def open_session(warden: Warden) -> Iterator[Open]:
    """Opens sessions on the text of a file, and closes them after the test."""
    opened: list[Session] = []

    def open_(source: str | bytes, *, load_deadline_s: float = 10.0) -> Session:
        data = dedent(source).encode() if isinstance(source, str) else source
        session = Session.open(data, warden=warden, load_deadline_s=load_deadline_s)
        opened.append(session)
        return session

    yield open_
    for session in opened:
        session.close()


@pytest.fixture
def relu() -> Callable[[Session], Reply]:
    """Asks a session for ReLU of a few numbers, in 5 seconds."""

    def ask(session: Session) -> Reply:
        request = Request((Call("ReLU", {"Z": np.array([[1.0, -2.0]])}),))
        return session.run(request, deadline_s=5, max_body=1000)

    return ask


@pytest.fixture
def sizes() -> dict[str, Value]:
    """A small network whose sizes all differ."""
    return {"input_size": 5, "hidden_size": 4, "output_size": 3, "learning_rate": 0.5}


@pytest.fixture
def state() -> dict[str, Array]:
    """Weights and gradients of a network of these sizes."""
    rng = np.random.default_rng(7)
    shapes = {"W1": (4, 5), "b1": (4, 1), "W2": (3, 4), "b2": (3, 1)}
    weights = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    return weights | {f"d{name}": rng.standard_normal(shape) for name, shape in shapes.items()}


RIGHT: dict[str, Value] = {
    name: np.full((2, 2), i) for i, name in enumerate(("A0", "Z1", "A1", "Z2", "A2"), 1)
}


class _Grader:
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


def _run(  # noqa: PLR0913  what a request has
    session: Session,
    call: Call,
    stubs: set[str],
    *,
    banned: frozenset[str] = frozenset(),
    read: tuple[str, ...] = (),
    state: dict[str, Array] | None = None,
) -> tuple[Reply, list[Ask]]:
    """One call with stubs."""
    grader = _Grader()
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


@pytest.fixture
def run() -> Callable[..., tuple[Reply, list[Ask]]]:
    """Makes one call with stubs, which answer with known arrays; gives what was asked."""
    return _run
