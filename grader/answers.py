"""What a call of the submission left behind, and how a message names the call."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.compare import Got
from grader.example import Example
from grader.sandbox.request import Reply

_FEW = 12
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


def shown(array: NDArray[np.generic], name: str) -> str:
    """An argument in a message: its elements if they are few, else its shape."""
    if array.size > _FEW:
        return f"{name} of shape {array.shape}"
    text = np.array2string(array, precision=4, separator=", ", max_line_width=999)
    return f"{name} = {text.replace(chr(10), '')}"
