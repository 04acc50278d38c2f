"""A loaded nn.py: its names of the contract, its networks, its functions (in the worker)."""

import inspect
import random
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from grader.assignment import ALIASES, ASSIGNED, CLASS, FUNCTIONS, METHODS
from grader.sandbox.binding import (
    MISSING,
    Parameters,
    attributes_of,
    bind,
    parameters_of,
)
from grader.sandbox.blame import FILE
from grader.sandbox.blueprint import Blueprint

_STEPPING = frozenset({"update_params", "gradient_descent"})
_SHY = frozenset({"alpha", "eta", "rate", "k", "n", "m"})
"""In a method that takes no step these have other meanings (a penalty, the best k): their defaults
hold."""

_SMALL = 10_000
"""Weights that are made as quickly as copied."""

_TRIAL = {**asdict(ASSIGNED), "learning_rate": 0.01}


class MissingPartError(Exception):
    """The file does not define it."""


class Subject:
    """The student's module, and how its parts are found and called.

    Attributes:
        module: the module nn.
        lines: of nn.py.
        cls: the class NN, or None.
    """

    def __init__(
        self, module: ModuleType, lines: list[str], *, construct: bool, plain: bool = False
    ) -> None:
        """Look at a module.

        Args:
            module: the student's.
            lines: of nn.py.
            construct: whether the constructor may be used.
            plain: whether what it made may be copied (blueprint.is_plain).
        """
        self.module = module
        self.lines = lines
        found = vars(module).get(CLASS)
        self.cls: type | None = found if isinstance(found, type) else None
        self._construct = construct
        self._copyable = plain and construct
        self._blueprint: tuple[object, Blueprint] | None = None
        self._parameters: dict[object, Parameters] = {}

    def defined(self) -> dict[str, int]:
        """The names of the contract that are there, with the line each begins on."""
        places = {name: self._place(name) for name in METHODS}
        found = {name: _line(place) for name, place in places.items() if place is not None}
        if self.cls is not None:
            found[CLASS] = self._line_of_class(self.cls)
        return found

    def _place(self, name: str) -> object | None:
        """What a name of the contract stands for, unbound; None when there is nothing to call."""
        there = [vars(self.module).get(name)]
        if self.cls is not None:
            there.insert(name in FUNCTIONS, unbound(self.cls, name))
        for thing in there:
            function = getattr(thing, "__func__", thing)
            if callable(function):
                return thing
        return None

    def _line_of_class(self, cls: type) -> int:
        for number, line in enumerate(self.lines, 1):
            if line.startswith((f"class {cls.__name__}:", f"class {cls.__name__}(")):
                return number
        return 1

    def new(self, network: Mapping[str, Any]) -> tuple[object, BaseException | None]:
        """Make a network, with its constructor if that works, and set its sizes.

        Returns:
            The network, and what the constructor raised if it could not be used at all.
        """
        instance: object = MISSING
        failure: BaseException | None = None
        if self.cls is None:
            instance = SimpleNamespace()
        elif self._construct:
            cls, values = self.cls, tuple(network.values())
            attempts: tuple[Callable[[], object], ...] = (
                lambda: _by_name(cls, network),
                lambda: cls(*values),
                lambda: cls(*values[:3]),
                cls,
            )
            for attempt in attempts:
                try:
                    instance, failure = attempt(), None
                    break
                except BaseException as error:  # noqa: BLE001  theirs, SystemExit included
                    failure = failure or error
        if instance is MISSING:
            instance = object.__new__(self.cls or object)
        for name, value in network.items():
            _try_to_set(instance, name, value)
        return instance, failure

    def fresh(self, network: Mapping[str, Any], seed: int) -> object:
        """A network as `new` makes it with the random generators at `seed`."""
        key = (seed, *network.items())
        if self._blueprint and self._blueprint[0] == key:
            return self._blueprint[1].build()
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  the generator that students use
        instance, failure = self.new(network)
        large = network.get("input_size", 0) * network.get("hidden_size", 0) > _SMALL
        if self._copyable and large and failure is None:
            try:
                self._blueprint = key, Blueprint(instance)
            except BaseException:  # noqa: BLE001  an object of theirs that cannot be copied
                self._copyable = False
        return instance

    def try_constructor(self) -> BaseException | None:
        """Make a network of the assignment's sizes; what went wrong with it, if anything did."""
        if self.cls is None or not self._construct:
            return None
        return self.new(_TRIAL)[1]

    def call(self, name: str, instance: object | None, offered: Mapping[str, Any]) -> object:
        """Call a part of the contract.

        Args:
            name: of the part.
            instance: the network; None makes a small one where a method of the class needs it.
            offered: arguments by their names in the contract, extras included.

        Raises:
            MissingPartError: nothing of that name can be called.
            UnboundError: a parameter cannot be given.
            BaseException: whatever the student's code raises.
        """
        place = self._place(name)
        if place is None:
            raise MissingPartError(name)
        function = self._function(name, place, instance, offered)
        parameters = self._parameters_of(function)
        in_order = tuple(key for key in METHODS[name].arguments if key in offered)
        lookup = attributes_of(instance, offered)
        shy = frozenset() if name in _STEPPING else _SHY
        args, kwargs = bind(parameters, offered, in_order, lookup, shy)
        return function(*args, **kwargs)

    def _function(
        self, name: str, place: object, instance: object | None, offered: Mapping[str, Any]
    ) -> Callable[..., object]:
        """The thing to call: of the module, or bound to the network, or of the class itself."""
        if self.cls is None or unbound(self.cls, name) is not place:
            function: Callable[..., object] = vars(self.module)[name]
            return function
        if isinstance(place, FunctionType) and forgets_self(place, offered):
            return place
        owner = instance
        if owner is None:
            owner = (
                self.cls if isinstance(place, staticmethod | classmethod) else self.new(_TRIAL)[0]
            )
        method: Callable[..., object] = getattr(owner, name)
        return method

    def _parameters_of(self, function: Callable[..., object]) -> Parameters:
        key: object = (function.__func__, True) if isinstance(function, MethodType) else function
        try:
            known = self._parameters.get(key)
        except TypeError:  # a callable that cannot be a key
            return parameters_of(function)
        if known is None:
            known = self._parameters[key] = parameters_of(function)
        return known


def unbound(cls: type, name: str) -> object | None:
    """An attribute of a class as it was put there: a static method is not yet a function."""
    for base in cls.__mro__:
        if name in vars(base):
            found: object = vars(base)[name]
            return found
    return None


def forgets_self(function: FunctionType, offered: Mapping[str, Any]) -> bool:
    """Whether a function in a class takes no self: its first parameter is an argument already."""
    code = function.__code__
    if not code.co_argcount:
        return False
    first = code.co_varnames[0].lower()
    return first != "self" and any(first in ALIASES.get(key, ()) for key in offered)


def _by_name(cls: type, network: Mapping[str, Any]) -> object:
    offered = dict(network)
    if "output_size" in network:
        offered["num_classes"] = network["output_size"]
    args, kwargs = bind(parameters_of(cls), offered, tuple(network), lambda _: MISSING)
    return cls(*args, **kwargs)


def _try_to_set(instance: object, name: str, value: object) -> None:
    try:
        setattr(instance, name, value)
    except Exception:  # noqa: BLE001  __slots__ or a property: theirs to decide
        return


def _line(place: object) -> int:
    function = inspect.unwrap(getattr(place, "__func__", place))  # type: ignore[arg-type]
    code = getattr(function, "__code__", None)
    return code.co_firstlineno if code is not None and code.co_filename == FILE else 1
