"""Ctrl-C that is not lost.

Python can swallow a KeyboardInterrupt: in a destructor, in a module that guards its imports. A flag
that is looked at now and then cannot be swallowed.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def heeded() -> Iterator[Callable[[], None]]:
    """Within this block, Ctrl-C raises KeyboardInterrupt at once, and is remembered.

    Yields:
        To be called wherever work can stop: raises KeyboardInterrupt if there ever was a Ctrl-C.
        The end of the block asks, too.
    """
    interrupted = False

    def interrupt(_number: int, _frame: object) -> None:
        nonlocal interrupted
        interrupted = True
        raise KeyboardInterrupt

    def check() -> None:
        if interrupted:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield check
        check()
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Within this block a first Ctrl-C, or SIGTERM, is noted; a second raises KeyboardInterrupt.

    Yields:
        Whether there was one: what runs may come to its end, and nothing more should begin.
    """
    noted = False

    def note(_number: int, _frame: object) -> None:
        nonlocal noted
        if noted:
            raise KeyboardInterrupt
        noted = True

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
