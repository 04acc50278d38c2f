"""What a call of the submission left behind, and how a message names the call."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.compare import Got
from grader.sandbox.request import Reply

_FEW = 12
"""An argument of so few elements is shown whole."""


@dataclass(frozen=True, slots=True)
class After:
    """What a call left behind: its result, and the attributes of the network."""

    call: str
    reply: Reply

    @property
    def result(self) -> Got:
        """What the call returned."""
        return Got(self.reply.returned[-1], "the result", self.call)

    @property
    def argument(self) -> Mapping[str, object]:
        """The call's arguments as they are after it."""
        return self.reply.arguments[-1]

    def __getitem__(self, attribute: str) -> Got:
        """An attribute of the network; None where it was never set."""
        return Got(self.reply.attributes.get(attribute), f"self.{attribute}", self.call)


def shown(array: NDArray[np.generic], name: str) -> str:
    """An argument in a message: its elements if they are few, else its shape."""
    if array.size > _FEW:
        return f"{name} of shape {array.shape}"
    return f"{name} = {np.array2string(array, precision=4, separator=', ', max_line_width=999)}"
