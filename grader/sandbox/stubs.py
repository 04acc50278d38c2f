"""Stubs: parts of the student's file that the grader answers for (in the worker).

A stub stands in the class and in the module, wherever the student wrote that part, so that both
self.one_hot(y) and one_hot(y) reach it. It asks the grader, then runs the student's original on
copies, so that private stores (a cache, a mask) are filled, undoes what that did to the
contract's attributes, and sets them as the grader says. What forward, backward and update return
is the student's freedom: the stub returns what the original returned, with the right arrays in
the place of the original's.
"""

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Protocol

import numpy as np

from grader.assignment import ACTIVATIONS, FUNCTIONS, GRADIENTS, METHODS, PARAMETERS
from grader.sandbox.binding import MISSING, Parameter, canonical, parameters_of
from grader.sandbox.messages import MAX_ASKS
from grader.sandbox.request import Array
from grader.sandbox.subject import Subject, unbound

_SIZES = ("input_size", "hidden_size", "output_size", "learning_rate")
_EXTRAS = ("num_classes", "one_hot_y", "learning_rate")
_CONTRACT = (*PARAMETERS, *ACTIVATIONS, *GRADIENTS, *_SIZES)


class AskGrader(Protocol):
    """Asks the grader what a stub is to return, and to set."""

    def __call__(
        self, name: str, arguments: dict[str, Any], state: dict[str, Any], *, nested: bool
    ) -> tuple[Any, Mapping[str, Any]]:
        """See request.Ask and request.Answer."""


class TooManyAsksError(BaseException):
    """The student's code calls the stubs without end."""


class Stubs:
    """The stubs of one request; in place inside a with block."""

    def __init__(
        self,
        subject: Subject,
        instance: object | None,
        *,
        names: list[str],
        banned: frozenset[str],
        ask: AskGrader,
    ) -> None:
        """Prepare stubs of these names; the originals of banned ones are never run."""
        self._subject = subject
        self._instance = instance
        self._names = names
        self._banned = banned
        self._ask = ask
        self._undo: list[Callable[[], None]] = []
        self._inside: list[str] = []
        self._asked = 0

    def __enter__(self) -> None:
        """Put them in place."""
        for name in self._names:
            self._place(name)

    def __exit__(self, *_: object) -> None:
        """Put the originals back."""
        while self._undo:
            self._undo.pop()()

    def _place(self, name: str) -> None:
        cls, module = self._subject.cls, self._subject.module
        in_class = unbound(cls, name) if cls is not None else None
        in_module = vars(module).get(name)
        if in_class is None and in_module is None:
            # The student's code may call a part that is not written yet.
            self._put(module if name in FUNCTIONS or cls is None else cls, name, None)
        if cls is not None and in_class is not None:
            self._put(cls, name, in_class)
        if in_module is not None:
            self._put(module, name, in_module)

    def _put(self, owner: Any, name: str, original: object) -> None:  # noqa: ANN401  class or module
        own = vars(owner).get(name)
        if own is None:
            self._undo.append(lambda: delattr(owner, name))
        else:
            self._undo.append(lambda: setattr(owner, name, own))
        setattr(owner, name, self._stub(name, original, in_class=isinstance(owner, type)))

    def _stub(self, name: str, original: object, *, in_class: bool) -> object:
        """A stub of the same kind as the original: function, method, static or class method."""
        function = getattr(original, "__func__", original)
        takes_class = isinstance(original, classmethod)
        method = in_class and (original is None or isinstance(original, FunctionType))
        parameters = parameters_of(function).named if callable(function) else ()

        def stub(*args: Any, **kwargs: Any) -> object:  # noqa: ANN401  whatever they pass
            # A function in the class that takes no self is called as NN.ReLU(Z).
            own = takes_class or (method and self._is_network(args[:1]))
            receiver, rest = (args[:1], args[1:]) if own else ((), args)
            call = _StubCall(
                name,
                receiver[0] if receiver and method else self._instance,
                _named(name, parameters[len(receiver) :], rest, kwargs),
            )
            returned, sets = self._question(call)
            ran, result = False, None
            made: dict[str, Any] = {}
            # One that calls itself has its answer from the grader, and need not run again for it.
            if callable(function) and name not in self._banned and name not in self._inside:
                ran, result, made = self._run(
                    call, lambda: function(*receiver, *_copies(rest), **_named_copies(kwargs))
                )
            for attribute, value in sets.items():
                with suppress(AttributeError):  # a property that computes it from the others
                    setattr(call.instance, attribute, value)
            if ran and hasattr(call.instance, "__dict__"):
                own_state = vars(call.instance)
                for key in own_state.keys() - set(_CONTRACT):
                    own_state[key] = _swap(own_state[key], made, sets)
            if not METHODS[name].sets:
                return returned
            if ran and result is not None:
                return _swap(result, made, sets)
            # Whoever returns nothing uses nothing; an empty body must not cost its callers.
            return sets.get("A2") if name == "forward_propagation" else None

        if callable(function):
            with suppress(ValueError, TypeError):
                # For the binding of calls; a ufunc has no signature.
                stub.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        if takes_class:
            return classmethod(stub)
        return staticmethod(stub) if in_class and not method else stub

    def _is_network(self, first: tuple[Any, ...]) -> bool:
        return (
            bool(first)
            and self._subject.cls is not None
            and isinstance(first[0], self._subject.cls)
        )

    def _question(self, call: "_StubCall") -> tuple[Any, Mapping[str, Any]]:
        self._asked += 1
        if self._asked > MAX_ASKS:
            raise TooManyAsksError
        state = {}
        if call.name not in FUNCTIONS:
            for attribute in (*METHODS[call.name].reads, *_SIZES):
                value = getattr(call.instance, attribute, MISSING)
                if value is not MISSING:
                    state[attribute] = value
        return self._ask(call.name, call.arguments, state, nested=bool(self._inside))

    def _run(
        self, call: "_StubCall", original: Callable[[], object]
    ) -> tuple[bool, object, dict[str, Any]]:
        """Run the original on copies.

        Returns:
            Whether it came to its end, what it returned, and what it set of the contract.
        """
        kept = _contract_of(call.instance)
        _restore(call.instance, _named_copies(kept))
        self._inside.append(call.name)
        try:
            result = original()
        except TooManyAsksError:
            raise
        except BaseException:  # noqa: BLE001  its faults are judged elsewhere
            return False, None, {}
        else:
            now = _contract_of(call.instance)
            return True, result, {name: now.get(name) for name in METHODS[call.name].sets}
        finally:
            self._inside.pop()
            for name in _contract_of(call.instance).keys() - kept.keys():
                with suppress(AttributeError):
                    delattr(call.instance, name)
            _restore(call.instance, kept)


@dataclass(frozen=True, slots=True)
class _StubCall:
    """One call of a stub: of which network, with what."""

    name: str
    instance: object | None
    arguments: dict[str, Any]


def _named(
    name: str, parameters: tuple[Parameter, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Arguments by their names in the contract, as far as they can be told.

    Args:
        name: of the stub.
        parameters: of the original, without self; empty when there is none.
        args: as the student passed them.
        kwargs: likewise.
    """
    contract = METHODS[name].arguments
    given = {parameter.name: value for parameter, value in zip(parameters, args, strict=False)}
    given |= kwargs
    by_name = {parameter.name: parameter for parameter in parameters}
    named: dict[str, Any] = {}
    unnamed: dict[str, Any] = {}
    for own_name, value in given.items():
        parameter = by_name.get(own_name) or Parameter(
            own_name, own_name.lower(), positional=True, required=True
        )
        key = canonical(parameter, [key for key in (*contract, *_EXTRAS) if key not in named])
        if key is None:
            unnamed[own_name] = value
        else:
            named[key] = value
    # Without an original, or beyond its parameters, the contract's order holds.
    tensors = {key.lower() for key in (*PARAMETERS, *ACTIVATIONS, *GRADIENTS)}
    free_items = [(key, v) for key, v in unnamed.items() if key.lower() not in tensors]
    surplus = free_items if not named else []
    surplus += [(f"argument{i}", v) for i, v in enumerate(args[len(parameters) :])]
    free = [key for key in contract if key not in named]
    named |= {key: value for key, (_, value) in zip(free, surplus, strict=False)}
    taken = {own_name for own_name, _ in surplus[: len(free)]}
    return named | {key: value for key, value in unnamed.items() if key not in taken}


def _contract_of(instance: object) -> dict[str, Any]:
    # What a property computes is not kept: there is nothing to put back.
    cls = type(instance)
    computed = {n for n in _CONTRACT if getattr(getattr(cls, n, None), "fset", n) is None}
    found = {n: getattr(instance, n, MISSING) for n in _CONTRACT if n not in computed}
    return {name: value for name, value in found.items() if value is not MISSING}


def _restore(instance: object, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        with suppress(AttributeError):
            setattr(instance, name, value)


def _copies(values: tuple[Any, ...]) -> list[Any]:
    return [value.copy() if isinstance(value, np.ndarray) else value for value in values]


def _named_copies(values: Mapping[str, Any]) -> dict[str, Any]:
    return dict(zip(values, _copies(tuple(values.values())), strict=True))


def _swap(thing: Any, made: Mapping[str, Any], right: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """A result of the original with every array that it also stored replaced by the right one."""
    if isinstance(thing, np.ndarray):
        stored = {name: array for name, array in made.items() if name in right}
        for alike in (_is, _equal):
            for name, array in stored.items():
                if alike(array, thing):
                    return right[name]
        return thing
    if isinstance(thing, dict):
        return {key: _swap(value, made, right) for key, value in thing.items()}
    if isinstance(thing, list):
        return [_swap(value, made, right) for value in thing]
    if isinstance(thing, tuple):
        items = [_swap(value, made, right) for value in thing]
        return type(thing)(*items) if hasattr(thing, "_fields") else tuple(items)
    return thing


def _is(one: object, other: Array) -> bool:
    return one is other


def _equal(one: object, other: Array) -> bool:
    return (
        isinstance(one, np.ndarray)
        and one.shape == other.shape
        and one.dtype.kind in "fiub"
        and bool(np.array_equal(one, other, equal_nan=True))
    )
