"""Ctrl-C raises at once, and is remembered where that was swallowed."""

import signal
from contextlib import suppress

import pytest

from grader.interrupts import heeded


def test_it_raises_at_once():
    """A Ctrl-C ends the block with a KeyboardInterrupt."""
    with pytest.raises(KeyboardInterrupt), heeded():
        signal.raise_signal(signal.SIGINT)


def test_what_was_swallowed_comes_up_again():
    """Where somebody swallowed it, the next look raises, and so does the end of the block."""
    ended = False
    with pytest.raises(KeyboardInterrupt), heeded() as check:  # noqa: PT012  what is swallowed, and when
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()
        ended = True
    assert ended


def test_without_one_nothing_happens():
    """Without a Ctrl-C the block ends in peace, and the old handler is back."""
    before = signal.getsignal(signal.SIGINT)
    with heeded() as check:
        check()
    assert signal.getsignal(signal.SIGINT) is before
