"""Anything that a student's code holds, made plain enough to cross the wall (in the worker)."""

from typing import Any

import numpy as np

from grader.sandbox.request import Array, Opaque, Value
from grader.sandbox.values import INT64, MAX_AXES, MAX_NODES

_MAX_DEPTH = 6
_MAX_TEXT = 1000
_NODES_EACH = 256
_SPARE_NODES = 200  # for the message around the values

_KEPT = {np.dtype(code) for code in ("f8", "f4", "i8", "i4", "u1", "?")}


class OversizeError(Exception):
    """More bytes than the grader takes."""


class Packer:
    """Makes values plain for one message, within its limits."""

    def __init__(self, max_bytes: int) -> None:
        """Let arrays of max_bytes pass in all."""
        self._max_bytes = max_bytes
        self._bytes = 0
        self._nodes = MAX_NODES - _SPARE_NODES

    def plain(self, thing: object, *, copy: bool = False) -> Value:
        """Make one thing plain.

        Numbers, text, lists, tuples and dicts with string keys pass, and arrays of numbers or
        truth values, whatever their class: float16 becomes f4, longer floats f8, other integers
        i8. A list too long to send item by item passes as an array if it is one of numbers.
        Everything else becomes Opaque.

        Args:
            thing: what the student's code holds.
            copy: never share memory with it.

        Raises:
            OversizeError: it is larger than what is left.
        """
        try:
            return self._one(thing, 0, [_NODES_EACH], copy=copy)
        except _TooManyError:
            return self._as_array(thing)

    def _one(self, thing: object, depth: int, left: list[int], *, copy: bool) -> Value:
        left[0] -= 1
        self._nodes -= 1
        if left[0] < 0 or self._nodes < 0:
            raise _TooManyError
        if thing is None or isinstance(thing, bool):
            return thing
        if isinstance(thing, np.ndarray):
            return self._array(thing, copy=copy)
        if isinstance(thing, np.generic):
            return self._array(np.asarray(thing), copy=copy)
        if isinstance(thing, int | float | str):
            return _scalar(thing)
        if isinstance(thing, list | tuple | dict) and depth < _MAX_DEPTH:
            return self._several(thing, depth + 1, left, copy=copy)
        return _opaque(thing)

    def _several(
        self,
        thing: list[Any] | tuple[Any, ...] | dict[Any, Any],
        depth: int,
        left: list[int],
        *,
        copy: bool,
    ) -> Value:
        if isinstance(thing, dict):
            if not all(type(key) is str for key in thing):
                return _opaque(thing)
            return {
                key[:_MAX_TEXT]: self._one(item, depth, left, copy=copy)
                for key, item in thing.items()
            }
        items = [self._one(item, depth, left, copy=copy) for item in thing]
        return items if isinstance(thing, list) else tuple(items)

    def _array(self, given: Array, *, copy: bool) -> Value:
        dtype = given.dtype
        if dtype not in _KEPT:
            if dtype.kind == "f":
                dtype = np.dtype("f4" if dtype.itemsize == 2 else "f8")  # noqa: PLR2004  float16
            elif dtype.kind in "iu":
                dtype = np.dtype("i8")
            else:
                return Opaque(f"ndarray of {dtype}"[:_MAX_TEXT])
        if given.ndim > MAX_AXES:
            return Opaque(f"ndarray with {given.ndim} axes")
        # Before anything is copied: a broadcast view may be far larger than its memory.
        self._bytes += given.size * dtype.itemsize
        if self._bytes > self._max_bytes:
            raise OversizeError(
                f"it sends back {self._bytes / 1e6:.3g} MB or more; at most"
                f" {self._max_bytes / 1e6:.3g} MB are expected"
            )
        return np.array(given, dtype, order="C", copy=True if copy else None, subok=False)

    def _as_array(self, thing: object) -> Value:
        if not isinstance(thing, list | tuple):
            return _opaque(thing)
        try:
            array = np.asarray(thing)
        except (ValueError, TypeError, OverflowError):  # ragged, or not of numbers
            return _opaque(thing)
        return self._array(array, copy=False) if array.dtype.kind in "fiub" else _opaque(thing)


class _TooManyError(Exception):
    """Too many values to send one by one."""


def _scalar(thing: float | str) -> Value:
    # The base class's methods: a subclass may have redefined its own.
    if isinstance(thing, str):
        return str.__getitem__(thing, slice(_MAX_TEXT)).encode("utf-8", "replace").decode()
    if isinstance(thing, int):
        number = int.__index__(thing)
        return number if -INT64 <= number < INT64 else Opaque("int beyond 64 bits")
    return float.__add__(thing, 0.0)


def _opaque(thing: object) -> Opaque:
    return Opaque(str(type(thing).__name__)[:_MAX_TEXT])
