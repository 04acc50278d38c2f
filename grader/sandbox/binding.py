"""Which of the things that a call offers goes to which parameter of the student's (in the worker).

Parameters are matched by name, in this order: the names by which the contract's arguments are
known (ALIASES), attributes of the network (W1, A2, dW1, learning_rate, num_classes, m ...), the
parameter's own default. What is required and still open is filled with the remaining arguments
in their order, if there are as many.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from grader.assignment import ACTIVATIONS, ALIASES, GRADIENTS, PARAMETERS

MISSING = object()

_TRAILING = frozenset({"iters", "num_samples", "learning_rate"})  # may be left out by position
_DERIVED = {
    "learning_rate": "learning_rate",
    "num_classes": "output_size",
    "input_size": "input_size",
    "hidden_size": "hidden_size",
    "output_size": "output_size",
}
_TENSORS = {name.lower(): name for name in (*PARAMETERS, *ACTIVATIONS, *GRADIENTS)}
_SELVES = frozenset({"self", "nn", "net", "network", "model"})

Bound: TypeAlias = tuple[list[Any], dict[str, Any]]
Lookup: TypeAlias = Callable[[str], Any]  # a parameter's name -> a value, or MISSING


class UnboundError(Exception):
    """A parameter cannot be given."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the student's function."""

    name: str
    lower: str
    positional: bool
    required: bool


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Those of a function: the named ones, and whether it takes *args and **kwargs.

    Compared by identity, so that what is found out about them can be remembered.
    """

    named: tuple[Parameter, ...]
    args: bool
    kwargs: bool


ANYTHING = Parameters((), args=True, kwargs=False)
"""Of a callable that does not tell (a ufunc, a builtin)."""


def parameters_of(function: Callable[..., object]) -> Parameters:
    """Look at a function's signature."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return ANYTHING
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    return Parameters(
        tuple(
            Parameter(
                name,
                name.lower(),
                parameter.kind is not parameter.KEYWORD_ONLY,
                parameter.default is parameter.empty,
            )
            for name, parameter in signature.parameters.items()
            if parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
        ),
        inspect.Parameter.VAR_POSITIONAL in kinds,
        inspect.Parameter.VAR_KEYWORD in kinds,
    )


def canonical(parameter: Parameter, wanted: Iterable[str]) -> str | None:
    """Which of the wanted names of the contract a parameter means."""
    wanted = tuple(wanted)
    for name in (parameter.name, parameter.lower):  # its very name counts more
        for key in wanted:
            if name == key or name in ALIASES.get(key, ()):
                return key
    if parameter.name == "Y" and "one_hot_y" in wanted:
        return "one_hot_y"
    return None


def bind(
    parameters: Parameters,
    offered: Mapping[str, Any],
    in_order: tuple[str, ...],
    lookup: Lookup,
    shy: frozenset[str] = frozenset(),
) -> Bound:
    """Choose a value for each parameter.

    Args:
        parameters: of the student's function.
        offered: what the call offers, by names of the contract.
        in_order: those of the offered names that may be given by position, too.
        lookup: what the network itself offers for a parameter's name, or MISSING.
        shy: names, in lower case, that mean something else where they have a default.

    Returns:
        Positional and keyword arguments.

    Raises:
        UnboundError: a required parameter cannot be given.
    """
    named, left = _by_name(parameters, tuple(offered))
    given = {name: offered[key] for name, key in named.items()}
    unmet: list[Parameter] = []
    for parameter in parameters.named:
        if parameter.name not in given:
            aside = parameter.lower in shy and not parameter.required
            value = MISSING if aside else lookup(parameter.name)
            if value is not MISSING:
                given[parameter.name] = value
            elif parameter.required:
                unmet.append(parameter)
    queue = [key for key in in_order if key in left]
    if unmet:
        if len(queue) != len(unmet):
            queue = [key for key in queue if key not in _TRAILING]
        if len(queue) != len(unmet):
            raise UnboundError(_complaint(unmet, offered))
        given |= {one.name: offered[key] for one, key in zip(unmet, queue, strict=True)}
        queue = []
    return _spread(parameters, given, {key: offered[key] for key in queue})


@lru_cache(maxsize=512)
def _by_name(
    parameters: Parameters, offered: tuple[str, ...]
) -> tuple[Mapping[str, str], frozenset[str]]:
    """What parameters' names alone decide: parameter -> what is offered, and what is left."""
    given: dict[str, str] = {}
    left = dict.fromkeys(offered)
    # A parameter whose very name is known goes first: of (Y, y), y is the labels.
    for exact in (True, False):
        for parameter in parameters.named:
            if left and parameter.name not in given:
                key = canonical(parameter, left)
                if key is not None and (not exact or _is_exact(parameter, key)):
                    given[parameter.name] = key
                    del left[key]
    return given, frozenset(left)


def _is_exact(parameter: Parameter, key: str) -> bool:
    return parameter.name == key or parameter.name in ALIASES.get(key, ())


def _spread(parameters: Parameters, given: dict[str, Any], rest: dict[str, Any]) -> Bound:
    args: list[Any] = []
    kwargs = dict(given)
    for parameter in parameters.named:
        if not parameter.positional or parameter.name not in kwargs:
            break
        args.append(kwargs.pop(parameter.name))
    if parameters.args and not kwargs:
        args.extend(rest.values())
    elif parameters.kwargs:
        kwargs.update(rest)
    return args, kwargs


def _complaint(unmet: list[Parameter], offered: Mapping[str, Any]) -> str:
    names = ", ".join(parameter.name for parameter in unmet)
    what = ", ".join(offered) or "no argument"
    it, plural = ("them", "s") if len(unmet) > 1 else ("it", "")
    return (
        "it cannot be called, because nobody can tell what to give for the"
        f" parameter{plural} {names}: a call offers {what}, and attributes of the network by"
        f" their names; rename {it} or give {it} a default"
    )


def attributes_of(instance: object, offered: Mapping[str, Any]) -> Lookup:
    """What a network offers for a parameter's name: its attributes, its sizes, the batch's size.

    Args:
        instance: the network, or None.
        offered: what the call offers; X, y or Z tell the size of the batch.
    """

    def lookup(name: str) -> Any:  # noqa: ANN401  whatever the student stored
        lower = name.lower()
        if instance is not None:
            keys = [name, _TENSORS.get(lower, name)]
            keys += [attr for key, attr in _DERIVED.items() if lower in ALIASES.get(key, ())]
            for key in keys:
                value = getattr(instance, key, None)
                if value is not None and not callable(value):
                    return value
            if name in _SELVES:
                return instance
        if lower in ALIASES["m"]:
            for key in ("X", "y", "Z"):
                array = offered.get(key)
                if isinstance(array, np.ndarray) and array.ndim:
                    return array.shape[-1]
        return MISSING

    return lookup
