"""Answers for stubs: what the reference returns where a submission's own part is replaced.

Runs in the grader. The worker sends a stub's arguments and the state it reads, and gets arrays
back, so that no line of the reference enters the student's process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from time import monotonic
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.assignment import FUNCTIONS, METHODS, Sizes
from grader.sandbox.errors import Refused
from grader.sandbox.request import Answer, Ask, Serve, Value
from grader.solution import network_of

Array = NDArray[Any]

SERVED = frozenset(METHODS) - {"gradient_descent", "show_predictions"}
"""What a stub may stand for: one step of arithmetic, whose cost the arguments bound."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """The worked solution, for whoever may ask it.

    Attributes:
        reference: its module.
    """

    reference: ModuleType

    def serve(
        self,
        sizes: Sizes,
        learning_rate: float,
        *,
        stubs: frozenset[str],
        samples: int,
        budget_s: float,
    ) -> Serve:
        """See `oracle`."""
        return oracle(
            self.reference, sizes, learning_rate, stubs=stubs, samples=samples, budget_s=budget_s
        )

    def network(self, sizes: Sizes, state: Mapping[str, object]) -> Any:  # noqa: ANN401  an instructor's module has no type
        """A network of the reference with these attributes."""
        return network_of(self.reference, sizes, state)


def oracle(  # noqa: PLR0913  what it may answer, and how much
    reference: ModuleType,
    sizes: Sizes,
    learning_rate: float,
    *,
    stubs: frozenset[str],
    samples: int,
    budget_s: float,
) -> Serve:
    """Serve the stubs of one request on a network of these sizes.

    The returned function raises Refused when it is asked for what is no stub, or with arguments
    that make no sense to the reference: the submission sent them, so the error belongs in the
    submission's own code.

    Args:
        reference: the worked solution.
        sizes: of the network; parameters of any other shape are refused.
        learning_rate: of the network.
        stubs: what may be asked for, and nothing else: an oracle must not do the homework.
        samples: how many columns an honest argument has at most.
        budget_s: seconds that all answers together may take.
    """
    spent = 0.0
    samples = max(samples, sizes.input_size, sizes.hidden_size, sizes.output_size)

    def answer(ask: Ask) -> Answer:
        nonlocal spent
        if ask.name not in stubs & SERVED:
            raise Refused(f"{ask.name} cannot be called here")
        if spent > budget_s:
            raise Refused(f"{ask.name} was called too often")
        started = monotonic()
        try:
            with np.errstate(all="ignore"):
                return _answer(ask)
        except Exception as error:  # noqa: BLE001  whatever hostile arguments make NumPy raise
            raise Refused(f"{ask.name} got arguments it cannot use: {error}") from None
        finally:
            spent += monotonic() - started

    def _answer(ask: Ask) -> Answer:
        method = METHODS[ask.name]
        given = {"X": ask.state.get("A0"), **ask.arguments}  # after forward, some ask without X
        A2 = ask.arguments.get("A2", ask.state.get("A2"))
        if ask.name == "get_predictions" and "X" not in ask.arguments and A2 is not None:
            return Answer(_as_array(A2, samples).argmax(axis=0), {})
        if ask.name == "cross_entropy_loss" and "X" not in ask.arguments and A2 is not None:
            given["X"] = A2  # of which only the number of samples counts
        arguments = [_as_array(given[name], samples) for name in method.arguments]
        if ask.name in FUNCTIONS:
            return Answer(getattr(reference, ask.name)(*arguments), {})
        state: dict[str, Value] = {
            name: _of_network(name, ask.state[name], sizes, samples)
            for name in method.reads
            if ask.state.get(name) is not None  # the skeleton begins with None
        }
        # As it was given, or as the network has it: a descent may change it as it goes.
        rate = ask.arguments.get("learning_rate", ask.state.get("learning_rate"))
        state["learning_rate"] = rate if _is_rate(rate) else learning_rate
        network = network_of(reference, sizes, state)
        returned = getattr(network, ask.name)(*arguments)
        sets: Mapping[str, Value] = {name: getattr(network, name) for name in method.sets}
        return Answer(returned, sets)

    return answer


def _is_rate(value: object) -> bool:
    return isinstance(value, int | float) and isfinite(value)


def _as_array(value: object, samples: int) -> Array:
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError("not an array of numbers")
    if array.ndim and array.shape[-1] > samples:
        raise ValueError(f"{array.shape[-1]} samples; at most {samples} are expected")
    return array


def _of_network(name: str, value: object, sizes: Sizes, samples: int) -> Array:
    """An attribute of a network of these sizes; another shape could cost any amount of memory."""
    n, h, k = sizes.input_size, sizes.hidden_size, sizes.output_size
    shapes = {"W1": (h, n), "b1": (h, 1), "W2": (k, h), "b2": (k, 1)}
    shape = shapes.get(name.removeprefix("d"))
    array = _as_array(value, samples)
    if shape is None:
        return array
    if array.squeeze().shape != np.empty(shape).squeeze().shape:
        raise ValueError(f"{name} has shape {array.shape}; expected {shape}")
    return array.reshape(shape)
