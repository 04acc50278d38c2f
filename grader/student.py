"""The submission as the checks hold it: a proxy that names what may be called, and no more."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from time import monotonic
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from grader.answers import After, shown
from grader.assignment import ACTIVATIONS, GRADIENTS, PARAMETERS, Sizes
from grader.compare import Floats
from grader.errors import OutOfTimeError
from grader.oracle import oracle
from grader.rubric import Limits
from grader.sandbox.errors import StudentError
from grader.sandbox.request import Call, Repeat, Reply, Request, Value
from grader.sandbox.session import Session

Parameters = Mapping[str, Floats]
Labels = NDArray[np.integer]

_DRIVEN = ("forward_propagation", "backward_propagation", "update_params")
_SLACK = 64 * 1024
_SPARE = 16


class Student:
    """The functions of the module, and networks with weights of the grader's choice."""

    def __init__(self, session: Session, reference: ModuleType, limits: Limits) -> None:
        """Hold the session that runs the submission; the reference answers for stubs."""
        self._session = session
        self._reference = reference
        self._limits = limits
        self._spent = 0.0
        self._stubs: frozenset[str] = frozenset()
        self._banned: frozenset[str] = frozenset()
        self._asked: frozenset[str] = frozenset()
        self._sound: frozenset[str] = frozenset()
        self._takes_samples: dict[str, bool] = {}

    @property
    def load_error(self) -> StudentError | None:
        """Why the file could not be loaded at all, e.g. a syntax error."""
        return self._session.loaded.error

    @property
    def asked(self) -> frozenset[str]:
        """The parts that the submission's code called while the reference answered for them."""
        return self._asked

    @property
    def defined(self) -> Mapping[str, int]:
        """The contract's names that the submission defines, with their lines."""
        return self._session.loaded.defined

    @property
    def banned(self) -> frozenset[str]:
        """What hung or killed the worker once, and is not called again."""
        return self._banned

    def ban(self, name: str) -> None:
        """Never call `name` again."""
        self._banned |= {name}

    @property
    def sound(self) -> frozenset[str]:
        """The parts that passed all their checks so far, so that other checks may rely on them."""
        return self._sound

    def trust(self, names: frozenset[str]) -> None:
        """Note which parts are sound."""
        self._sound = names

    @contextmanager
    def helped(self, collaborators: frozenset[str]) -> Iterator[None]:
        """Within this block, calls of these parts are answered by the reference."""
        before, self._stubs = self._stubs, collaborators
        try:
            yield
        finally:
            self._stubs = before

    def ReLU(self, Z: Floats) -> After:
        """Run the module's ReLU on Z; the argument is sent back too."""
        return self._function("ReLU", Z)

    def softmax(self, Z: Floats) -> After:
        """Run the module's softmax on Z; the argument is sent back too."""
        return self._function("softmax", Z)

    def network(self, parameters: Parameters, learning_rate: float = 0.01) -> "Network":
        """A network of the submission with these W1, b1, W2, b2."""
        return Network(self, parameters, learning_rate)

    def _function(self, name: str, Z: Floats) -> After:
        request = Request((Call(name, {"Z": Z}, echo=True),))
        reply = self.run(request, Sizes(), 0.01, samples=Z.shape[-1], body=4 * Z.nbytes)
        return After(f"{name}(Z) with {shown(Z, 'Z')}", reply)

    def run(  # noqa: PLR0913  what the request may cost
        self,
        request: Request,
        sizes: Sizes,
        learning_rate: float,
        *,
        samples: int,
        body: int,
        deadline_s: float | None = None,
    ) -> Reply:
        """Send one request, under what is left of the submission's time.

        Args:
            request: what to run; its stubs and bans are filled in here.
            sizes: of the network that stubs stand for.
            learning_rate: likewise.
            samples: how many columns an honest argument has.
            body: bytes that an honest answer may hold.
            deadline_s: for a call with a budget of its own, which is not counted with the rest.

        Raises:
            StudentError, Stopped: what the submission's code did (sandbox/errors.py).
        """
        left = self._limits.submission_s - self._spent
        if deadline_s is None and left <= 0:
            raise OutOfTimeError(self._limits.submission_s)
        seconds = deadline_s or self._limits.call_s
        serve = oracle(
            self._reference,
            sizes,
            learning_rate,
            stubs=self._stubs,
            samples=2 * samples + _SPARE,
            budget_s=seconds,
        )
        started = monotonic()
        try:
            reply = self._session.run(
                Request(
                    steps=request.steps,
                    network=request.network,
                    state=request.state,
                    read=request.read,
                    stubs=self._stubs,
                    banned=self._banned,
                ),
                deadline_s=seconds,
                max_body=body + _SLACK,
                serve=serve if self._stubs else None,
            )
            self._asked |= set(reply.asked)
            return reply
        finally:
            if deadline_s is None:
                self._spent += monotonic() - started

    def takes_samples(self, name: str, network: "Network", X: Floats) -> bool:
        """Whether the submission's method asks for samples, or relies on the last forward pass."""
        if name not in self._takes_samples:
            try:
                network.call_without_arguments(name, X)
            except StudentError as error:
                self._takes_samples[name] = error.type_name == "Unbound"
            else:
                self._takes_samples[name] = False
        return self._takes_samples[name]

    @property
    def stubs(self) -> frozenset[str]:
        """What the reference answers for at the moment."""
        return self._stubs


@dataclass(frozen=True, slots=True)
class Network:
    """A fresh instance of the submission's NN for every call: nothing is kept between calls."""

    student: Student
    parameters: Parameters
    learning_rate: float

    @property
    def sizes(self) -> Sizes:
        """As the parameters have them."""
        hidden, inputs = self.parameters["W1"].shape
        return Sizes(inputs, hidden, self.parameters["W2"].shape[0])

    def forward_propagation(self, X: Floats) -> After:
        """Read back what the forward pass of X (input_size, m) stores."""
        call = Call("forward_propagation", {"X": X}, want=False, echo=True)
        return self._run((call,), ACTIVATIONS, X)

    def one_hot(self, y: Labels) -> After:
        """The labels y (m,), encoded."""
        return self._run((Call("one_hot", {"y": y}),), (), y)

    def cross_entropy_loss(self, X: Floats, y: Labels) -> After:
        """The loss after a forward pass of X."""
        return self._run((_prepare(X), Call("cross_entropy_loss", {"X": X, "y": y})), (), X)

    def backward_propagation(
        self, X: Floats, y: Labels, read: tuple[str, ...] = GRADIENTS
    ) -> After:
        """Read back the gradient, or what else is asked for, after a forward pass of X."""
        call = Call("backward_propagation", {"X": X, "y": y}, want=False)
        return self._run((_prepare(X), call), read, X)

    def update_params(self, gradients: Parameters, read: tuple[str, ...] = PARAMETERS) -> After:
        """Read back parameters after one step along these dW1, db1, dW2, db2."""
        call = Call("update_params", {}, want=False)
        return self._run((call,), read, None, gradients)

    def get_predictions(self, X: Floats) -> After:
        """The predicted labels of X."""
        before = self._seen_before("get_predictions", X)
        return self._run((before, Call("get_predictions", {"X": X})), (), X)

    def get_accuracy(self, X: Floats, y: Labels) -> After:
        """The fraction of X that is predicted as y says."""
        before = self._seen_before("get_accuracy", X)
        return self._run((before, Call("get_accuracy", {"X": X, "y": y})), (), X)

    def call_without_arguments(self, name: str, X: Floats) -> After:
        """What a method gives after a forward pass of X when it is handed nothing."""
        return self._run((_prepare(X), Call(name, {})), (), X)

    def _seen_before(self, name: str, X: Floats) -> Call:
        """The forward pass before a question about X.

        Of other samples, where the method takes X: what was computed for those is no answer. Of X
        itself, where it does not.
        """
        return _prepare(-X if self.student.takes_samples(name, self, X) else X)

    def gradient_descent(
        self, X: Floats, y: Labels, iters: int, deadline_s: float | None = None
    ) -> After:
        """Read back the parameters after `iters` steps on (X, y).

        Where the submission's own gradient_descent is replaced, its steps are driven from here.
        """
        step: Call | Repeat = Call("gradient_descent", {"X": X, "y": y, "iters": iters}, want=False)
        if "gradient_descent" in self.student.stubs:
            given: Mapping[str, Mapping[str, Value]] = {
                "forward_propagation": {"X": X},
                "backward_propagation": {"X": X, "y": y},
            }
            rounds = tuple(Call(name, given.get(name, {}), want=False) for name in _DRIVEN)
            step = Repeat(iters, rounds)
        return self._run((step,), PARAMETERS, X, deadline_s=deadline_s)

    def show_predictions(self, X: Floats, y: Labels, num_samples: int) -> After:
        """Draw some samples."""
        arguments: Mapping[str, Value] = {"X": X, "y": y, "num_samples": num_samples}
        return self._run((Call("show_predictions", arguments, want=False),), (), X)

    def _run(
        self,
        steps: tuple[Call | Repeat, ...],
        read: tuple[str, ...],
        X: NDArray[np.generic] | None,
        gradients: Parameters | None = None,
        deadline_s: float | None = None,
    ) -> After:
        sizes = self.sizes
        request = Request(
            steps=steps,
            network={**asdict(sizes), "learning_rate": self.learning_rate},
            state={**self.parameters, **(gradients or {})},
            read=read,
        )
        m = X.shape[-1] if X is not None else 0
        weights = sum(value.size for value in self.parameters.values())
        columns = 2 * sizes.input_size + 3 * sizes.hidden_size + 4 * sizes.output_size
        reply = self.student.run(
            request,
            sizes,
            self.learning_rate,
            samples=m,
            body=8 * (2 * weights + 2 * m * columns),
            deadline_s=deadline_s,
        )
        return After(self._describe(steps, X), reply)

    def _describe(self, steps: tuple[Call | Repeat, ...], X: NDArray[np.generic] | None) -> str:
        last = steps[-1]
        name = last.name if isinstance(last, Call) else "gradient_descent"
        n = self.sizes
        net = f"a {n.input_size}-{n.hidden_size}-{n.output_size} network"
        given = "" if X is None else f", {shown(X, 'y' if name == 'one_hot' else 'X')}"
        return f"{name} on {net}{given}"


def _prepare(X: Floats) -> Call:
    """The forward pass that the contract promises before a call; its own faults are its own."""
    return Call("forward_propagation", {"X": X}, want=False, tolerate=True)
