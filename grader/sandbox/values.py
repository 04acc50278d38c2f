"""Values as a JSON header and a list of arrays, and back, every node checked.

JSON says None, bool, int, finite float, str and list as they are. The rest is an object with one
letter as its key: {"a": [dtype, axis, ...]} an array, whose buffer travels in the body;
{"t": [...]} a tuple; {"d": {...}} a dict; {"f": "nan"} a float that JSON lacks; {"o": "..."} an
Opaque.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from grader.sandbox.errors import WireError
from grader.sandbox.request import Array, Opaque, Value

MAX_NODES = 2000
MAX_DEPTH = 12  # six for a value, six for the message around it
MAX_AXES = 4
INT64 = 1 << 63

_DTYPES = {code: np.dtype("<" + code) for code in ("f8", "f4", "i8", "i4")} | {
    "u1": np.dtype("u1"),
    "b1": np.dtype("?"),
}
_CODES = {dtype: code for code, dtype in _DTYPES.items()}
_SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_MAX_DIGITS = 32  # of a number in the header: 64 bits have 20, the repr of a float has 24
_SURROGATE = re.compile("[\ud800-\udfff]")

Node: TypeAlias = Any  # what json makes of a header, before it is checked

_ENCODE = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode


def dump(value: Value) -> tuple[bytes, list[Array]]:
    """Turn a value into its header and the arrays of its body, contiguous, in order.

    Raises:
        TypeError: the value is not plain data.
    """
    arrays: list[Array] = []
    return _ENCODE(_outward(value, arrays)).encode(), arrays


def _outward(value: Value, arrays: list[Array]) -> Node:
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    write = _WRITERS.get(kind)
    if write is None:  # a subclass
        write = next((each for base, each in _WRITERS.items() if isinstance(value, base)), None)
        if write is None:
            raise TypeError(f"{kind.__name__} does not cross")
    return write(value, arrays)


def _out_int(value: int, _: list[Array]) -> Node:
    if not -INT64 <= value < INT64:
        raise TypeError("an integer beyond 64 bits does not cross")
    return int(value)


def _out_float(value: float, _: list[Array]) -> Node:
    return float(value) if math.isfinite(value) else {"f": str(float(value))}


def _out_dict(value: dict[str, Value], arrays: list[Array]) -> Node:
    for key in value:
        if not isinstance(key, str):
            raise TypeError("a dict crosses with string keys only")
    return {"d": {key: _outward(item, arrays) for key, item in value.items()}}


def _out_array(value: Array | np.generic, arrays: list[Array]) -> Node:
    array = _portable(value)
    arrays.append(array)
    return {"a": (_CODES[array.dtype], *array.shape)}


_WRITERS: dict[type, Callable[[Any, list[Array]], Node]] = {
    np.ndarray: _out_array,
    list: lambda value, arrays: [_outward(item, arrays) for item in value],
    dict: _out_dict,
    tuple: lambda value, arrays: {"t": [_outward(item, arrays) for item in value]},
    np.generic: _out_array,  # before float: a float64 is one of those, too
    int: _out_int,
    float: _out_float,
    Opaque: lambda value, _: {"o": value.type_name},
    str: lambda value, _: str(value),
}


def _portable(value: Array | np.generic) -> Array:
    array = np.asarray(value, order="C")
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    if array.dtype not in _CODES or array.ndim > MAX_AXES:
        raise TypeError(f"an array of {array.dtype} with {array.ndim} axes does not cross")
    return array


class Parser:
    """A header, checked node by node. Arrays are made empty, never beyond the body's length.

    Attributes:
        arrays: to be filled from the body, in order (bool ones as bytes).
        flags: those of them that hold bools: every byte must turn out 0 or 1.
    """

    def __init__(self, body: int) -> None:
        """Expect arrays of body bytes in all."""
        self.arrays: list[Array] = []
        self.flags: list[Array] = []
        self._left = body
        self._nodes = 0

    def parse(self, header: bytes) -> Value:
        """Turn a header into its value.

        Raises:
            WireError: it is none, or does not agree with the body's length.
        """
        try:
            tree = _JSON.decode(header.decode())
        except (ValueError, RecursionError) as error:
            raise WireError("a header that is not JSON") from error
        value = self._inward(tree, 0)
        if self._left:
            raise WireError("a body that is longer than its arrays")
        return value

    def _inward(self, node: Node, depth: int) -> Value:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise WireError("too deep or too many values")
        kind = type(node)
        if kind is str:
            text: str = node
            return text if text.isascii() else _text(text)
        if kind is list:
            return [self._inward(item, depth + 1) for item in node]
        if kind is dict:
            return self._tagged(node, depth)
        if kind is int and not -INT64 <= node < INT64:
            raise WireError("an integer beyond 64 bits")
        plain: Value = node  # None, bool, float or a small int: json makes nothing else
        return plain

    def _tagged(self, node: dict[str, Node], depth: int) -> Value:
        if len(node) != 1:
            raise WireError("a value of no known kind")
        ((tag, inner),) = node.items()
        read, kind = _TAGS.get(tag, (None, None))
        if read is None or type(inner) is not kind:
            raise WireError("a value of no known kind")
        return read(self, inner, depth + 1)

    def _tuple(self, items: list[Node], depth: int) -> Value:
        return tuple([self._inward(item, depth) for item in items])

    def _dict(self, items: dict[str, Node], depth: int) -> Value:
        return {_text(key): self._inward(item, depth) for key, item in items.items()}

    def _float(self, name: str, _: int) -> Value:
        if name not in _SPECIAL:
            raise WireError("a float of no known kind")
        return _SPECIAL[name]

    def _opaque(self, name: str, _: int) -> Value:
        return Opaque(_text(name))

    def _array(self, node: list[Node], _: int) -> Value:
        code, *shape = node or (None,)
        dtype = _DTYPES.get(code) if type(code) is str else None
        if dtype is None or len(shape) > MAX_AXES:
            raise WireError("an array of no known kind")
        # A zero among the axes must not hide that another is absurd.
        bound = dtype.itemsize
        for axis in shape:
            if type(axis) is not int or axis < 0:
                raise WireError("an axis that is no length")
            bound *= axis or 1
        size = 0 if 0 in shape else bound
        if size > self._left or bound >= INT64:
            raise WireError("arrays that are longer than the body")
        self._left -= size
        if code == "b1":
            flags = np.empty(shape, np.uint8)
            self.arrays.append(flags)
            self.flags.append(flags)
            return flags.view(np.bool_)
        array = np.empty(shape, dtype)
        self.arrays.append(array)
        return array


_TAGS: dict[str, tuple[Callable[[Parser, Any, int], Value], type]] = {
    "a": (Parser._array, list),  # noqa: SLF001  a table of its own methods
    "d": (Parser._dict, dict),  # noqa: SLF001
    "t": (Parser._tuple, list),  # noqa: SLF001
    "f": (Parser._float, str),  # noqa: SLF001
    "o": (Parser._opaque, str),  # noqa: SLF001
}


def _text(text: str) -> str:
    if not text.isascii() and _SURROGATE.search(text):
        raise WireError("text with half a character")
    return text


def _number(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise WireError("a number with too many digits")
    return int(text)


def _fraction(text: str) -> float:
    if len(text) > _MAX_DIGITS or not math.isfinite(number := float(text)):
        raise WireError("a number with too many digits")
    return number


def _constant(text: str) -> float:
    raise WireError(f"{text} is not JSON")


_JSON = json.JSONDecoder(parse_int=_number, parse_float=_fraction, parse_constant=_constant)
