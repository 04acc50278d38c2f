"""Tells the grader how far a training has come, for those who wait for it (in the worker).

update_params is wrapped in the class for one request: after a step now and then the parameters are
sent. Nothing that is asked for so is part of a verdict.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from time import monotonic
from types import FunctionType, TracebackType
from typing import Any

import numpy as np

from grader.assignment import PARAMETERS
from grader.sandbox.request import Value

EVERY_S = 0.25
"""Between two glimpses; sending one takes a millisecond."""

_NAME = "update_params"


class Watch:
    """In place inside a with block; does nothing where update_params is no method of the class."""

    def __init__(self, cls: type | None, glimpse: Callable[[int, dict[str, Value]], None]) -> None:
        """Watch the networks of a class.

        Args:
            cls: the student's NN.
            glimpse: called with the number of steps and the parameters.
        """
        self._cls = cls
        self._glimpse = glimpse
        self._steps = 0
        self._last = monotonic()
        self._original: object = None

    def __enter__(self) -> None:
        """Wrap update_params."""
        original = vars(self._cls).get(_NAME) if self._cls is not None else None
        if isinstance(original, FunctionType):
            with suppress(Exception):  # a metaclass of theirs that refuses
                setattr(self._cls, _NAME, self._watched(original))
                self._original = original

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the original back."""
        if self._original is not None:
            with suppress(Exception):
                setattr(self._cls, _NAME, self._original)

    def _watched(self, original: FunctionType) -> Callable[..., object]:
        @wraps(original)
        def watched(*args: Any, **kwargs: Any) -> object:  # noqa: ANN401  whatever they pass
            result = original(*args, **kwargs)
            self._steps += 1
            now = monotonic()
            if args and now - self._last >= EVERY_S:
                self._last = now
                with suppress(Exception):
                    self._glimpse(self._steps, _parameters(args[0]))
            return result

        return watched


def _parameters(network: object) -> dict[str, Value]:
    found = {name: getattr(network, name, None) for name in PARAMETERS}
    return {
        name: value
        for name, value in found.items()
        if type(value) is np.ndarray and value.dtype.kind == "f"
    }
