"""What a call of the submission left behind, and how a message names the call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.compare import Got
from grader.differences import number
from grader.example import Example
from grader.sandbox.request import Reply

_FEW = 6
"""An argument of so few elements is shown whole."""


@dataclass(frozen=True, slots=True)
class After:
    """What a call left behind: its result, and the attributes of the network."""

    call: str
    reply: Reply
    example: Example | None = None

    @property
    def result(self) -> Got:
        """What the call returned."""
        return Got(self.reply.returned[-1], "the result", self.call, self._showing("result"))

    @property
    def argument(self) -> Mapping[str, object]:
        """The call's arguments as they are after it."""
        return self.reply.arguments[-1]

    def left(self, argument: str) -> Got:
        """An argument as it is after the call, for a check that it was left alone."""
        value = self.argument.get(argument)
        return Got(value, f"the argument {argument}", self.call, self._showing(argument))

    def __getitem__(self, attribute: str) -> Got:
        """An attribute of the network; None where it was never set."""
        value = self.reply.attributes.get(attribute)
        return Got(value, f"self.{attribute}", self.call, self._showing(attribute))

    def _showing(self, what: str) -> Example | None:
        return self.example and self.example.showing(what)


def shown(array: NDArray[np.generic], name: str, *, span: bool = False) -> str:
    """An argument in a message: its elements if they are few, else its shape.

    Args:
        array: the argument.
        name: its name in the contract.
        span: say of many elements between which numbers they lie.
    """
    if array.size > _FEW:
        low, high = (number(limit(array.astype(np.float64))) for limit in (np.min, np.max))
        return f"{name} of shape {array.shape}{f', from {low} to {high}' if span else ''}"
    return f"{name} = {_listed(array.tolist())}"


def _listed(value: list[Any] | float) -> str:
    """Numbers as people write them: 3 and not 3.0."""
    if isinstance(value, list):
        return f"[{', '.join(map(_listed, value))}]"
    return f"{value + 0:g}"  # -0.0 is 0 to a reader
