"""The grader's ends of a worker's three pipes: frames out, frames in, and what it prints.

Reads and writes are interleaved under one deadline, so that neither a worker that does not read
nor one that answers byte by byte can hold the grader up.
"""

import fcntl
import os
import select
import time
from contextlib import suppress

from grader.sandbox.errors import WireError
from grader.sandbox.request import Value
from grader.sandbox.text import clean
from grader.sandbox.wire import CHUNK, Buffer, Incoming, encode, write_some

KEPT_OUTPUT = 1 << 16  # of what the student's code prints
MAX_OUTPUT = 16 << 20  # in one request


class LateError(Exception):
    """The deadline passed."""


class FloodError(Exception):
    """The student's code printed more than MAX_OUTPUT."""


class Channel:
    """Three pipes; not blocking, owned from here on."""

    def __init__(self, *, request: int, reply: int, output: int) -> None:
        """Take the write end of the requests, the read ends of replies and output."""
        self._request = request
        self._reply = reply
        self._output = output
        self._extra = b""  # read beyond the end of the last frame
        self._printed = 0
        self._kept = bytearray()
        for fd in (request, reply, output):
            os.set_blocking(fd, False)
        self._poll = select.poll()
        self._poll.register(reply, select.POLLIN)
        self._poll.register(output, select.POLLIN)

    def begin(self) -> None:
        """A new request: count what it prints from nothing."""
        self._printed = 0

    def exchange(self, message: Value, *, deadline: float, max_body: int) -> Value:
        """Send a message, unless None, and wait for one frame.

        Args:
            message: what to send.
            deadline: on time.monotonic's clock.
            max_body: how many bytes of arrays the frame may carry.

        Raises:
            LateError: the deadline passed.
            FloodError: too much was printed meanwhile.
            EOFError: the worker closed its end.
            WireError: what came is no frame within the limits.
        """
        pieces: list[Buffer] = [] if message is None else encode(message)
        incoming = Incoming(max_body)
        if self._extra:
            self._extra = incoming.feed(self._extra)
        pieces = self._write(pieces)
        if pieces:
            self._poll.register(self._request, select.POLLOUT)
        try:
            while not incoming.done:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise LateError
                for fd, _ in sorted(self._poll.poll(left * 1000), key=self._order):
                    if fd == self._output:
                        self._drain()
                    elif fd == self._reply:
                        self._read(incoming)
                    else:
                        pieces = self._write(pieces)
                        if not pieces:
                            self._poll.unregister(self._request)
        finally:
            if pieces:
                self._poll.unregister(self._request)
        return incoming.value

    def finish(self) -> None:
        """The answer is complete: nothing may follow it.

        Raises:
            WireError: something does.
        """
        if self._extra:
            raise WireError("bytes after the frame")

    @property
    def output(self) -> str:
        """The beginning of what was printed so far, sanitised."""
        with suppress(FloodError):
            self._drain()
        return clean(self._kept.decode("utf-8", "replace"), KEPT_OUTPUT)

    def close(self) -> None:
        """Close the three pipes."""
        for fd in (self._request, self._reply, self._output):
            if fd >= 0:
                os.close(fd)
        self._request = self._reply = self._output = -1

    def _order(self, event: tuple[int, int]) -> bool:
        return event[0] != self._output  # output first: it was printed before the answer was sent

    def _write(self, pieces: list[Buffer]) -> list[Buffer]:
        try:
            while pieces:
                pieces = write_some(self._request, pieces)
        except BlockingIOError:
            return pieces
        except BrokenPipeError:
            return []  # the worker is gone: reading will tell
        return pieces

    def _read(self, incoming: Incoming) -> None:
        if incoming.done:
            return
        with suppress(BlockingIOError):
            room = incoming.room
            if room is not None and len(room) >= CHUNK:
                count = os.readv(self._reply, [room])
                incoming.filled(count)
            else:
                data = os.read(self._reply, CHUNK)
                count = len(data)
                self._extra = incoming.feed(data)
            if not count:
                raise EOFError

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            while self._output >= 0:
                data = os.read(self._output, CHUNK)
                if not data:
                    self._poll.unregister(self._output)
                    os.close(self._output)
                    self._output = -1
                    return
                self._printed += len(data)
                self._kept += data[: KEPT_OUTPUT - len(self._kept)]
                if self._printed > MAX_OUTPUT:
                    raise FloodError
                if len(data) < CHUNK:
                    return


def make_pipe() -> tuple[int, int]:
    """A pipe with a large buffer, where the platform has such."""
    reader, writer = os.pipe()
    # Linux has the call; an ordinary user may have used up their allowance.
    with suppress(AttributeError, OSError):
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 1 << 20)
    return reader, writer
