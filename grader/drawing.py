"""Keeps what Hypothesis draws independent of the process it draws in."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis.internal.conjecture import providers

_METHOD = "_maybe_draw_constant"


@contextmanager
def same_draws() -> Iterator[None]:
    """Within this block the same seed draws the same, in every command and every installation.

    One draw in twenty is otherwise a number that stands in the text of some module: of those that
    happen to be imported, and do not lie in site-packages. There is no setting to turn that off.
    """
    if not hasattr(providers.HypothesisProvider, _METHOD):  # before there was such a thing
        yield
        return

    def none(self: providers.HypothesisProvider, *_: object, **__: object) -> None:
        """No constant; one number less in the stream, as where none is chosen."""
        if self._random is not None:
            self._random.random()

    before = getattr(providers.HypothesisProvider, _METHOD)
    setattr(providers.HypothesisProvider, _METHOD, none)
    try:
        yield
    finally:
        setattr(providers.HypothesisProvider, _METHOD, before)
