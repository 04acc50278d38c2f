"""A network of the submission's: what checks call on it, and how each call is asked for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from grader.answers import After, shown
from grader.assignment import ACTIVATIONS, GRADIENTS, METHODS, PARAMETERS, Sizes
from grader.compare import Floats
from grader.example import Example, attach
from grader.sandbox.errors import StudentError
from grader.sandbox.request import Call, Repeat, Reply, Request, Value

Parameters = Mapping[str, Floats]
Labels = NDArray[np.integer]

_DRIVEN = ("forward_propagation", "backward_propagation", "update_params")


class Host(Protocol):
    """What a network needs of the submission that it belongs to."""

    @property
    def stubs(self) -> frozenset[str]:
        """What the reference answers for at the moment."""

    def run(  # noqa: PLR0913  see Student.run
        self,
        request: Request,
        sizes: Sizes,
        learning_rate: float,
        *,
        samples: int,
        body: int,
        deadline_s: float | None = None,
    ) -> Reply:
        """Send one request."""

    def takes_samples(
        self, name: str, network: "Network", X: Floats, rest: Mapping[str, Value]
    ) -> bool:
        """Whether a method asks for samples."""

    def probabilities(self, name: str, network: "Network", X: Floats) -> Floats:
        """A2 (output_size, m) of the samples X, for a method that asks for it."""


@dataclass(frozen=True, slots=True)
class Network:
    """A fresh instance of the submission's NN for every call: nothing is kept between calls."""

    student: Host
    parameters: Parameters
    learning_rate: float

    @property
    def sizes(self) -> Sizes:
        """As the parameters have them."""
        hidden, inputs = self.parameters["W1"].shape
        return Sizes(inputs, hidden, self.parameters["W2"].shape[0])

    def forward_propagation(self, X: Floats, earlier: Floats | None = None) -> After:
        """Read back what the forward pass of X (input_size, m) stores; after one of others."""
        before = () if earlier is None else (_prepare(earlier),)
        call = Call("forward_propagation", {"X": X}, want=False, echo=True)
        return self._run((*before, call), ACTIVATIONS, X)

    def one_hot(self, y: Labels) -> After:
        """The labels y (m,), encoded."""
        return self._run((Call("one_hot", {"y": y}),), (), y)

    def cross_entropy_loss(self, X: Floats, y: Labels, read: tuple[str, ...] = ()) -> After:
        """The loss after a forward pass of X, and attributes of the network, if any are asked."""
        A2 = self.student.probabilities("cross_entropy_loss", self, X)
        given = {"X": X, "y": y, "A2": A2, "one_hot_y": self._encoded(y)}
        return self._run((_prepare(X), Call("cross_entropy_loss", given)), read, X)

    def backward_propagation(
        self,
        X: Floats,
        y: Labels,
        read: tuple[str, ...] = GRADIENTS,
        earlier: tuple[Floats, Labels] | None = None,
    ) -> After:
        """Read back the gradient, or what else is asked for, after a forward pass of X.

        With `earlier`, the same network has been through both passes with those samples before.
        """
        before = () if earlier is None else self._passes(*earlier, tolerate=True)
        return self._run((*before, *self._passes(X, y)), read, X)

    def _passes(self, X: Floats, y: Labels, *, tolerate: bool = False) -> tuple[Call, Call]:
        """Both passes of these samples."""
        given = {"X": X, "y": y, "one_hot_y": self._encoded(y)}
        call = Call("backward_propagation", given, want=False, tolerate=tolerate)
        return _prepare(X), call

    def update_params(self, gradients: Parameters, read: tuple[str, ...] = PARAMETERS) -> After:
        """Read back parameters after one step along these dW1, db1, dW2, db2."""
        call = Call("update_params", {"gradients": dict(gradients)}, want=False)
        return self._run((call,), read, None, gradients)

    def get_predictions(self, X: Floats) -> After:
        """The predicted labels of X."""
        before = self._seen_before("get_predictions", X, {})
        return self._run((before, Call("get_predictions", {"X": X})), (), X)

    def get_accuracy(self, X: Floats, y: Labels) -> After:
        """The fraction of X that is predicted as y says."""
        predicted = self.student.probabilities("get_accuracy", self, X).argmax(axis=0)
        rest: dict[str, Value] = {"y": y, "predictions": predicted}
        before = self._seen_before("get_accuracy", X, rest)
        return self._run((before, Call("get_accuracy", {"X": X, **rest})), (), X)

    def call(self, name: str, X: Floats, arguments: Mapping[str, Value]) -> After:
        """Any method, after a forward pass of X."""
        return self._run((_prepare(X), Call(name, arguments)), (), X)

    def _seen_before(self, name: str, X: Floats, rest: Mapping[str, Value]) -> Call:
        """The forward pass before a question about X.

        Of other samples, where the method takes X: what was computed for those is no answer. Of X
        itself, where the rest of its arguments is enough for it.
        """
        return _prepare(-X if self.student.takes_samples(name, self, X, rest) else X)

    def _encoded(self, y: Labels) -> Floats:
        """The labels one-hot, for those who ask for them so."""
        return np.asarray(np.arange(self.sizes.output_size)[:, None] == y, np.float64)

    def gradient_descent(
        self, X: Floats, y: Labels, iters: int, deadline_s: float | None = None
    ) -> After:
        """Read back the parameters after `iters` steps on (X, y).

        Where the submission's own gradient_descent is replaced, its steps are driven from here.
        """
        given: Mapping[str, Value] = {"X": X, "y": y, "one_hot_y": self._encoded(y)}
        step: Call | Repeat = Call("gradient_descent", {**given, "iters": iters}, want=False)
        if "gradient_descent" in self.student.stubs:
            step = Repeat(iters, tuple(Call(name, given, want=False) for name in _DRIVEN))
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
        example = self._example(steps, gradients or {})
        try:
            reply = self.student.run(
                request,
                sizes,
                self.learning_rate,
                samples=m,
                body=8 * (2 * weights + 2 * m * columns),
                deadline_s=deadline_s,
            )
        except StudentError as error:
            attach(error, example, self._describe(steps, X))
            raise
        return After(self._describe(steps, X), reply, example)

    def _example(self, steps: tuple[Call | Repeat, ...], gradients: Parameters) -> Example | None:
        """The calls by the contract alone; None where they are driven from here."""
        calls: list[tuple[str, Mapping[str, Value]]] = []
        for step in steps:
            if not isinstance(step, Call) or step.name not in METHODS:
                return None
            names = METHODS[step.name].arguments
            if not step.arguments.keys() >= set(names):
                return None
            calls.append((step.name, {name: step.arguments[name] for name in names}))
        return Example(tuple(calls), self.parameters, gradients, self.learning_rate)

    def _describe(self, steps: tuple[Call | Repeat, ...], X: NDArray[np.generic] | None) -> str:
        last = steps[-1]
        name = last.name if isinstance(last, Call) else "gradient_descent"
        n = self.sizes
        net = f"a {n.input_size}-{n.hidden_size}-{n.output_size} network"
        given = "" if X is None else f", {shown(X, 'X')}"
        if name == "one_hot" and X is not None:
            given = f", {shown(X, 'y', span=True)}"
        if name == "gradient_descent":
            iters = last.arguments["iters"] if isinstance(last, Call) else last.times
            given = f"{given}, iters = {iters}"
        if name in {"gradient_descent", "update_params"}:
            given = f"{given}, learning_rate = {self.learning_rate:g}"
        return f"{name} on {net}{given}"


def _prepare(X: Floats) -> Call:
    """The forward pass that the contract promises before a call; its own faults are its own."""
    return Call("forward_propagation", {"X": X}, want=False, tolerate=True)
