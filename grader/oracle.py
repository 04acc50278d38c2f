"""Answers for stubs: what the reference returns where a submission's own part is replaced.

Runs in the grader. The worker sends a stub's arguments and the state it reads, and gets arrays
back, so that no line of the reference enters the student's process.
"""

from collections.abc import Callable, Mapping
from types import ModuleType

import numpy as np

from grader.assignment import FUNCTIONS, METHODS, Sizes
from grader.sandbox.errors import Refused
from grader.sandbox.request import Answer, Ask, Value
from grader.solution import network_of

SERVED = frozenset(METHODS) - {"gradient_descent", "show_predictions"}
"""What a stub may stand for: one step of arithmetic, whose cost the arguments bound."""


def oracle(reference: ModuleType, sizes: Sizes, learning_rate: float) -> Callable[[Ask], Answer]:
    """Serve the stubs of one request on a network of these sizes.

    The returned function raises Refused when the arguments make no sense to the reference: the
    submission sent them, so the error belongs in the submission's own code.
    """

    def answer(ask: Ask) -> Answer:
        if ask.name not in SERVED:
            raise Refused(f"{ask.name} cannot be called here")
        try:
            with np.errstate(all="ignore"):
                return _answer(ask)
        except Exception as error:  # noqa: BLE001  whatever hostile arguments make NumPy raise
            raise Refused(f"{ask.name} got arguments it cannot use: {error}") from None

    def _answer(ask: Ask) -> Answer:
        method = METHODS[ask.name]
        arguments = [_as_array(ask.arguments[name]) for name in method.arguments]
        if ask.name in FUNCTIONS:
            return Answer(getattr(reference, ask.name)(*arguments), {})
        state = {name: ask.state[name] for name in method.reads if name in ask.state}
        network = network_of(reference, sizes, {"learning_rate": learning_rate, **state})
        returned = getattr(network, ask.name)(*arguments)
        sets: Mapping[str, Value] = {name: getattr(network, name) for name in method.sets}
        return Answer(returned, sets)

    return answer


def _as_array(value: object) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError("not an array of numbers")
    return array
