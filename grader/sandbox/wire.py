"""Frames: values as bytes and back, every size checked before it is believed.

    magic | u32 header length | u64 body length | JSON header | raw little-endian buffers

The header is the value itself (values.py), the body the buffers of its arrays in the order in
which they stand there. Nothing is unpickled or evaluated. `receive` and `send` block and are the
worker's; the grader reads with a deadline (channel.py).
"""

import os
import struct
from typing import TypeAlias

import numpy as np

from grader.sandbox.errors import WireError
from grader.sandbox.request import Array, Value
from grader.sandbox.values import Parser, dump

MAGIC = b"NNW1"
MAX_HEADER = 1 << 16
CHUNK = 1 << 16

_PREFIX = struct.Struct("<4sIQ")
_MAX_PARTS = 512  # writev takes 1024 at most

Buffer: TypeAlias = bytes | memoryview


def encode(value: Value) -> list[Buffer]:
    """Turn a value into a frame: pieces to be written one after the other.

    Raises:
        TypeError: the value is not plain data.
        WireError: its header is larger than a frame's may be.
    """
    header, arrays = dump(value)
    if len(header) > MAX_HEADER:
        raise WireError(f"a header of {len(header)} bytes; {MAX_HEADER} are allowed")
    body = sum(array.nbytes for array in arrays)
    pieces: list[Buffer] = [_PREFIX.pack(MAGIC, len(header), body) + header]
    pieces += [_bytes_of(array) for array in arrays if array.nbytes]
    return pieces


def body_size(pieces: list[Buffer]) -> int:
    """How many bytes of arrays a whole frame carries."""
    return sum(len(piece) for piece in pieces[1:])


def _bytes_of(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


class Incoming:
    """One frame as its bytes arrive, wherever they are cut."""

    def __init__(self, max_body: int) -> None:
        """Expect a frame whose arrays take at most max_body bytes."""
        self._max_body = max_body
        self._head = b""
        self._rooms: list[memoryview] | None = None  # where the body goes, last one first
        self._flags: list[Array] = []
        self._value: Value = None

    @property
    def done(self) -> bool:
        """Whether the frame is complete."""
        return self._rooms is not None and not self._rooms

    @property
    def value(self) -> Value:
        """What a complete frame says; its arrays are writable and nobody else's."""
        return self._value

    @property
    def room(self) -> memoryview | None:
        """Where the next bytes belong, once the header is read; see `filled`."""
        return self._rooms[-1] if self._rooms else None

    def feed(self, data: bytes) -> bytes:
        """Take some bytes; give back those beyond the end of the frame.

        Raises:
            WireError: this is no frame within the limits.
        """
        if self._rooms is None:
            self._head += data
            size = self._read_head(self._head)
            if not size:
                return b""
            data, self._head = self._head[size:], b""
        rest = memoryview(data)
        while rest and (room := self.room) is not None:
            count = min(len(room), len(rest))
            room[:count] = rest[:count]
            self.filled(count)
            rest = rest[count:]
        return bytes(rest)

    def filled(self, count: int) -> None:
        """Count bytes were put into `room`.

        Raises:
            WireError: a truth value is neither 0 nor 1.
        """
        if not self._rooms:
            raise WireError("nothing was expected")
        room = self._rooms.pop()
        if count < len(room):
            self._rooms.append(room[count:])
        elif not self._rooms and any(flags.max(initial=0) > 1 for flags in self._flags):
            raise WireError("a truth value is neither 0 nor 1")

    def _read_head(self, head: bytes) -> int:
        """Check prefix and header as far as they are there; their length once they are whole."""
        if len(head) < _PREFIX.size:
            return 0
        magic, header, body = _PREFIX.unpack_from(head)
        if magic != MAGIC:
            raise WireError("not a frame")
        if header > MAX_HEADER:
            raise WireError(f"a header of {header} bytes; {MAX_HEADER} are allowed")
        if body > self._max_body:
            raise WireError(f"a body of {body} bytes; {self._max_body} are allowed")
        end = _PREFIX.size + int(header)
        if len(head) < end:
            return 0
        parser = Parser(body)
        self._value = parser.parse(head[_PREFIX.size : end])
        self._flags = parser.flags
        self._rooms = [_bytes_of(array) for array in reversed(parser.arrays) if array.nbytes]
        return end


def write_some(fd: int, pieces: list[Buffer]) -> list[Buffer]:
    """Write what one call takes; returns what is left."""
    count = os.writev(fd, pieces[:_MAX_PARTS])
    for index, piece in enumerate(pieces):
        if count < len(piece):
            return [memoryview(piece)[count:], *pieces[index + 1 :]]
        count -= len(piece)
    return []


def send(fd: int, pieces: list[Buffer]) -> None:
    """Write a whole frame, however long that takes."""
    while pieces:
        pieces = write_some(fd, pieces)


def receive(fd: int, max_body: int) -> Value:
    """Read a whole frame, however long that takes.

    Raises:
        EOFError: the other side is gone.
        WireError: this is no frame within the limits, or more follows it.
    """
    incoming = Incoming(max_body)
    while not incoming.done:
        room = incoming.room
        if room is None:
            data = os.read(fd, CHUNK)
            count = len(data)
            if incoming.feed(data):
                raise WireError("bytes after the frame")
        else:
            count = os.readv(fd, [room])
            incoming.filled(count)
        if not count:
            raise EOFError
    return incoming.value
