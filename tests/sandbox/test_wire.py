"""Frames survive the trip, and nothing that is not one gets through."""

import json
import math
import os
import struct
import tracemalloc
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.sandbox.errors import WireError
from grader.sandbox.request import Array, Opaque, Value
from grader.sandbox.values import MAX_NODES
from grader.sandbox.wire import MAX_HEADER, Incoming, encode, receive, send

LIMIT = 1 << 20

plain_arrays = st.sampled_from(["f8", "f4", "i8", "i4", "u1", "?"]).flatmap(
    lambda dtype: arrays(dtype, array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.builds(Opaque, st.text(max_size=10))
    | plain_arrays
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def decode(data: bytes, limit: int = LIMIT) -> Value:
    """A whole frame."""
    incoming = Incoming(limit)
    if incoming.feed(data) or not incoming.done:
        raise WireError("too much or too little")
    return incoming.value


def frame(header: object, body: bytes = b"", *, said: int | None = None) -> bytes:
    """A frame with any header and body, well-formed or not."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (
        struct.pack("<4sIQ", b"NNW1", len(text), len(body) if said is None else said) + text + body
    )


def same(one: object, other: object) -> bool:
    """Equality in kind, type, shape and value, nan included."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        kinds = one.dtype == other.dtype and one.shape == other.shape
        return kinds and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        alike = type(one) is type(other) and len(one) == len(other)
        return alike and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


@given(values)
def test_round_trip(value: Value) -> None:
    """Every value arrives as it was sent: type, shape, dtype, nan and signed zero included."""
    assert same(decode(b"".join(encode(value))), value)


@given(values, st.data())
def test_any_cut(value: Value, data: st.DataObject) -> None:
    """It does not matter where a frame is cut on its way."""
    whole = b"".join(encode(value))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    incoming = Incoming(LIMIT)
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        assert not incoming.feed(whole[start:end])
    assert incoming.done
    assert same(incoming.value, value)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda b: frame(b, b"12345678")))
@settings(max_examples=300)
def test_arbitrary_bytes(data: bytes) -> None:
    """Arbitrary bytes raise WireError, or nothing: never another exception."""
    with suppress(WireError):
        decode(data)


@given(values, st.data())
@settings(max_examples=300)
def test_mutated_frames(value: Value, data: st.DataObject) -> None:
    """A frame with a few bytes changed raises WireError or decodes to something."""
    whole = bytearray(b"".join(encode(value)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    with suppress(WireError):
        decode(bytes(whole))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("adtfo") | st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=10,
)


@given(json_values, st.binary(max_size=40))
@settings(max_examples=300)
def test_arbitrary_json(header: object, body: bytes) -> None:
    """A header that is JSON but no value raises WireError, or decodes: nothing else."""
    with suppress(WireError):
        decode(frame(header, body))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"NNW2" + bytes(12), "not a frame"),
        (frame(b"[" * 60000), "not JSON"),
        (frame(None, said=LIMIT + 1), "a body of"),
        (struct.pack("<4sIQ", b"NNW1", MAX_HEADER + 1, 0), "a header of"),
        (frame({"a": ["f8", 2**40]}, b"12345678"), "longer than the body"),
        (frame({"a": ["f8", 2**62, 0]}), "longer than the body"),
        (frame({"a": ["f8", -1]}, b""), "no length"),
        (frame({"a": ["f8", True]}, b"12345678"), "no length"),
        (frame({"a": ["f8", 1.0]}, b"12345678"), "no length"),
        (frame({"a": ["O", 1]}, b"12345678"), "no known kind"),
        (frame({"a": ["c16", 1]}, b"1234567812345678"), "no known kind"),
        (frame({"a": [["f8", "<f8"], 1]}, b"12345678"), "no known kind"),
        (frame({"a": ["f8", 1, 1, 1, 1, 1]}, b"12345678"), "no known kind"),
        (frame({"a": []}), "no known kind"),
        (frame({"a": ["f8", 1]}, b"1234567812345678"), "longer than its arrays"),
        (frame({"a": ["b1", 1]}, b"\x02"), "neither 0 nor 1"),
        (frame({"d": [], "t": []}), "no known kind"),
        (frame({"x": []}), "no known kind"),
        (frame({"f": "1e999"}), "no known kind"),
        (frame(b"1e999"), "JSON"),
        (frame(b"NaN"), "JSON"),
        (frame(b"1" * 5000), "JSON"),
        (frame(2**63), "64 bits"),
        (frame(b'"\\ud800"'), "half a character"),
        (frame([None] * MAX_NODES), "too many"),
        (frame(json.loads("[" * 20 + "]" * 20)), "too deep"),
    ],
)
def test_limits(data: bytes, why: str) -> None:
    """Every limit is held to, and the error names it."""
    with pytest.raises(WireError) as caught:
        Incoming(LIMIT).feed(data)
    chain = f"{caught.value} {caught.value.__cause__}"
    assert why in chain


def test_no_allocation_beyond_the_body() -> None:
    """A header that claims a terabyte is refused before anything of that size is made."""
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            Incoming(LIMIT).feed(frame([{"a": ["u1", 2**40]}, {"a": ["u1", 2**40]}], b"x" * 100))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < LIMIT


def test_arrays_are_nobody_elses() -> None:
    """Decoded arrays are writable, contiguous, own their memory and share none."""
    sent = np.arange(6.0).reshape(2, 3)
    decoded = decode(b"".join(encode([sent.T, sent.T])))
    assert isinstance(decoded, list)
    first, second = decoded
    assert isinstance(first, np.ndarray)
    assert isinstance(second, np.ndarray)
    assert first.flags.c_contiguous
    assert first.flags.writeable
    assert first.flags.owndata
    first[:] = 0
    assert np.array_equal(second, sent.T)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1: 2},
        2**63,
        np.zeros(2, complex),
        np.zeros(2, np.float16),
        np.array([None]),
        np.zeros((1,) * 5),
    ],
)
def test_what_does_not_cross(value: Value) -> None:
    """What has no form on the wire is refused when it is sent, by TypeError."""
    with pytest.raises(TypeError):
        encode(value)


@pytest.mark.parametrize("dtype", [">f8", ">i4"])
def test_big_endian(dtype: str) -> None:
    """An array of the other byte order arrives with the same numbers."""
    sent: Array = np.arange(5).astype(dtype)
    assert np.array_equal(decode(b"".join(encode(sent))), sent)  # type: ignore[arg-type]


def test_pipes() -> None:
    """A frame through a real pipe, and the end of the file afterwards."""
    reader, writer = os.pipe()
    try:
        send(writer, encode([1, np.arange(4)]))
        assert same(receive(reader, LIMIT), [1, np.arange(4)])
        send(writer, [*encode(1), b"x"])
        with pytest.raises(WireError):
            receive(reader, LIMIT)
        os.close(writer)
        writer = -1
        with pytest.raises(EOFError):
            receive(reader, LIMIT)
    finally:
        os.close(reader)
        if writer >= 0:
            os.close(writer)
