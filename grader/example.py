"""A failing case as a record: the calls, what to look at after them, and what it should be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Example:
    """What is needed to run a failing case again.

    Attributes:
        calls: names of the contract with the arguments that it lists for them, in order.
        parameters: W1, b1, W2, b2 of the network; empty for ReLU and softmax.
        gradients: dW1, db1, dW2, db2 that are set before the calls, if any.
        learning_rate: of the network.
        shows: what is wrong: "result", an attribute of the network ("dW1"), or an argument of the
            last call ("Z"). Empty: the last call raises.
        want: what it should be; None: nobody said.
        of_shape: what is wrong is the shape, and `want` is the right one.
    """

    calls: tuple[tuple[str, Mapping[str, object]], ...]
    parameters: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    gradients: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    learning_rate: float = 0.01
    shows: str = ""
    want: NDArray[np.generic] | tuple[int, ...] | None = None
    of_shape: bool = False

    @property
    def method(self) -> str:
        """The last call: the one that is judged."""
        return self.calls[-1][0]

    @property
    def size(self) -> int:
        """How many numbers it is made of: the smaller, the easier to read."""
        given = [value for _, arguments in self.calls for value in arguments.values()]
        arrays = [*self.parameters.values(), *self.gradients.values(), *given]
        return sum(np.size(np.asarray(value)) for value in arrays)

    def showing(self, what: str) -> "Example":
        """The same case, looked at elsewhere."""
        return replace(self, shows=what)

    def expecting(self, want: NDArray[np.generic]) -> "Example":
        """The same case, and what should come out."""
        return replace(self, want=want, of_shape=False)

    def expecting_shape(self, shape: tuple[int, ...]) -> "Example":
        """The same case, and the shape that should come out."""
        return replace(self, want=shape, of_shape=True)


def attach(error: Exception, example: Example | None, call: str = "") -> None:
    """Let an exception that the submission raised say on which case, and in which call."""
    vars(error).update(example=example, call=call)


def call_of(error: BaseException) -> str:
    """The call that an exception was raised in, as messages name it; empty if it is not known."""
    found = getattr(error, "call", "")
    return found if isinstance(found, str) else ""


def example_of(error: BaseException) -> Example | None:
    """The case that an exception carries, if it does."""
    found = getattr(error, "example", None)
    return found if isinstance(found, Example) else None
