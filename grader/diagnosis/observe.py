"""What a method answers on a probe: the submission's, and the same of a variant of the reference.

Both are asked for the same things in the same order, so that what they answer can be compared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType, ModuleType
from typing import TypeAlias

import numpy as np

from grader.answers import After
from grader.assignment import ACTIVATIONS, CLASS, FUNCTIONS, GRADIENTS, PARAMETERS, TRAINING
from grader.compare import Floats
from grader.diagnosis.probes import Probe
from grader.sandbox.errors import StudentError
from grader.solution import network_of
from grader.student import Student

RESULT = "the result"
_SAID = 120
"""Characters of an exception's message that are compared."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The call ended with an exception, of this type's name and message."""

    type_name: str
    message: str


Observation: TypeAlias = Mapping[str, Floats | None] | Raised
"""Of each thing that a method returns, stores or was handed: the array, or None where it is none.

A method's `self.dW1` is named "dW1"; what it returned RESULT; an argument "the argument X".
"""


def of_student(student: Student, method: str, probe: Probe, *, seed: int = 0) -> Observation:
    """Run the submission's method.

    Raises:
        Stopped, OutOfTimeError: it must not be asked again.
    """
    try:
        with student.seeded(seed):
            return _answered(method, _run(student, method, probe))
    except StudentError as error:
        return Raised(error.type_name, error.message[:_SAID])


def of_module(
    module: ModuleType, method: str, probe: Probe, *, like: ModuleType | None = None
) -> Observation:
    """Run the same method of the reference, or of a variant of it.

    Args:
        module: whose method is run.
        method: of the contract.
        probe: the case.
        like: a module whose networks are made alike, and stand ready: the reference.
    """
    try:
        with np.errstate(all="ignore"):
            return _run_here(module, method, probe, like or module)
    except Exception as error:  # noqa: BLE001  a variant's mistake may be to raise anything
        return Raised(type(error).__name__, str(error)[:_SAID])


def labels(reference: ModuleType, method: str, probe: Probe) -> Probe:
    """The probe with labels that suit the method: for the accuracy, about half are predicted."""
    if method != "get_accuracy":
        return probe
    network = network_of(reference, probe.sizes, probe.parameters)
    predicted = network.get_predictions(probe.X)
    return replace(probe, y=np.where(np.arange(len(predicted)) % 2, probe.y, predicted))


def _run(student: Student, method: str, probe: Probe) -> After:
    X, y, network = probe.X, probe.y, student.network(probe.parameters, probe.rate)
    calls: Mapping[str, Callable[[], After]] = {
        "ReLU": lambda: student.ReLU(X),
        "softmax": lambda: student.softmax(X),
        "forward_propagation": lambda: network.forward_propagation(X),
        "one_hot": lambda: network.one_hot(y),
        "cross_entropy_loss": lambda: network.cross_entropy_loss(X, y),
        "backward_propagation": lambda: network.backward_propagation(
            X, y, read=READ["backward_propagation"]
        ),
        "update_params": lambda: network.update_params(probe.gradients),
        "get_predictions": lambda: network.get_predictions(X),
        "get_accuracy": lambda: network.get_accuracy(X, y),
    }
    descent = lambda: network.gradient_descent(X, y, probe.iters)  # noqa: E731  one more of them
    return calls.get(method, descent)()


READ: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "forward_propagation": ACTIVATIONS[1:],  # A0 may be left out
        "backward_propagation": (*GRADIENTS, *PARAMETERS),
        "update_params": PARAMETERS,
        "gradient_descent": PARAMETERS,
        TRAINING: PARAMETERS,
    }
)
"""The attributes that tell how a method did; of all others it is the result."""


def _answered(method: str, after: After) -> Observation:
    found = {name: _array(after[name].value) for name in READ.get(method, ())}
    if method not in READ:
        found[RESULT] = _array(after.result.value)
    if method in FUNCTIONS:
        found["the argument Z"] = _array(after.argument.get("Z"))
    if method == "forward_propagation":
        found["the argument X"] = _array(after.argument.get("X"))
    return found


def _run_here(module: ModuleType, method: str, probe: Probe, like: ModuleType) -> Observation:
    X, y = probe.X.copy(), probe.y.copy()
    if method in FUNCTIONS:
        returned = getattr(module, method)(X)
        return {RESULT: _array(returned), "the argument Z": X}
    state = {name: value.copy() for name, value in probe.parameters.items()}
    if method == "update_params":
        state |= probe.gradients
    network = network_of(like, probe.sizes, {**state, "learning_rate": probe.rate})
    network.__class__ = getattr(module, CLASS)
    if method in {"cross_entropy_loss", "backward_propagation"}:
        network.forward_propagation(X)
    elif method in {"get_predictions", "get_accuracy"}:
        network.forward_propagation(-X)
    arguments: Mapping[str, tuple[object, ...]] = {
        "forward_propagation": (X,),
        "one_hot": (y,),
        "update_params": (),
        "get_predictions": (X,),
        "gradient_descent": (X, y, probe.iters),
        TRAINING: (X, y, probe.iters),
    }
    name = "gradient_descent" if method == TRAINING else method
    returned = getattr(network, name)(*arguments.get(method, (X, y)))
    if method not in READ:
        return {RESULT: _array(returned)}
    found = {name: _array(getattr(network, name, None)) for name in READ[method]}
    return {**found, "the argument X": X} if method == "forward_propagation" else found


def _array(value: object) -> Floats | None:
    """The answer as numbers, or None; a single number has no axes, however it is wrapped.

    What is there and is no number is nan: whoever returns a text has not forgotten to return.
    """
    if value is None:
        return None
    if not isinstance(value, np.ndarray | np.generic | list | tuple | int | float):
        return np.full((), np.nan)
    try:
        found = np.asarray(value, np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.full((), np.nan)
    return found.reshape(()) if found.size == 1 and not isinstance(value, np.ndarray) else found
