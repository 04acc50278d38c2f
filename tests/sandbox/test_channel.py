"""The grader's ends of the pipes, without a process behind them."""

import os
import time
from collections.abc import Iterator

import numpy as np
import pytest

from grader.sandbox.channel import KEPT_OUTPUT, Channel, FloodError, LateError, make_pipe
from grader.sandbox.errors import WireError
from grader.sandbox.wire import encode


class Ends:
    """A channel and the worker's ends of its pipes."""

    def __init__(self) -> None:
        """Three pipes."""
        self.request, request = make_pipe()
        reply, self.reply = make_pipe()
        output, self.output = make_pipe()
        self.channel = Channel(request=request, reply=reply, output=output)

    def say(self, *values: int, junk: bytes = b"") -> None:
        """Answer with frames, and something after them."""
        frames = b"".join(b"".join(encode(value)) for value in values)
        os.write(self.reply, frames + junk)

    def hear(self, *, seconds: float = 5) -> object:
        """One frame."""
        return self.channel.exchange(None, deadline=time.monotonic() + seconds, max_body=100)


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A channel to play the worker's part of."""
    ends = Ends()
    yield ends
    ends.channel.close()
    for descriptor in (ends.request, ends.reply, ends.output):
        os.close(descriptor)


def test_frames_in_one_piece(ends: Ends) -> None:
    """Frames that arrive together are told apart."""
    ends.say(1, 2)
    assert ends.hear() == 1
    assert ends.hear() == 2
    ends.channel.finish()


def test_bytes_after_the_end(ends: Ends) -> None:
    """Anything after the last frame is an error."""
    ends.say(1, junk=b"N")
    assert ends.hear() == 1
    with pytest.raises(WireError, match="bytes after the frame"):
        ends.channel.finish()


def test_silence(ends: Ends) -> None:
    """Without an answer the deadline ends the wait, also in the middle of a frame."""
    with pytest.raises(LateError):
        ends.hear(seconds=0.01)
    os.write(ends.reply, encode(1)[0][:5])
    with pytest.raises(LateError):
        ends.hear(seconds=0.01)


def test_a_full_pipe(ends: Ends) -> None:
    """The deadline holds while sending to somebody who does not read."""
    with pytest.raises(LateError):
        ends.channel.exchange(np.zeros(1 << 20), deadline=time.monotonic() + 0.01, max_body=100)


def test_output(ends: Ends) -> None:
    """What is printed is read along, its beginning kept, and too much of it is an error."""
    os.write(ends.output, b"hello\x1b[2J\n")
    ends.say(1)
    assert ends.hear() == 1
    assert ends.channel.output == "hello\n"
    ends.channel.begin()
    os.set_blocking(ends.output, False)
    with pytest.raises(FloodError):  # noqa: PT012  whichever read finds it too much
        for _ in range(100):
            os.write(ends.output, b"x" * (1 << 18))
            with pytest.raises(LateError):
                ends.hear(seconds=0.001)
    assert len(ends.channel.output) <= KEPT_OUTPUT
