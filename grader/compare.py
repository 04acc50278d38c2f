"""Comparing a student's answers with the right ones, and saying where they differ.

Tolerances are relative to the largest element of the right answer and never to its size. They
leave room for a submission that computes in float32 (unit roundoff 6e-8), and none for a mistake.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grader import differences
from grader.differences import EXPECTED, describe, number
from grader.differences import Floats as Floats  # noqa: PLC0414  for checks, which know this room
from grader.differences import Hidden as Hidden  # noqa: PLC0414  likewise
from grader.differences import listed as listed  # noqa: PLC0414  likewise
from grader.errors import GraderError, Mismatch, Undone
from grader.example import Example

RTOL = 1e-4
"""Of the element itself: a tenth of an error of 0.1 %, a hundred times float32's rounding."""

ATOL = 2e-6
"""Of the largest element: sums cancel, so a small element carries the rounding of large terms."""

EPSILON = 1e-5
"""Step of the central difference, along a direction of length one.

Its error is EPSILON**2 / 6 times the third derivative (about 1e-11 here) plus unit roundoff times
loss / EPSILON (about 1e-11); both are far below PROJECTION. See Nocedal and Wright, "Numerical
Optimization", 2nd ed., section 8.1.
"""

DIRECTIONS = 2
"""How many random directions are tried."""

PROJECTION = 1e-5
"""Of the gradient's length: how far the slope along a random direction may be off."""


AN_ARRAY = "an array of numbers"
A_NUMBER = "a number"
"""What a message says is expected."""


@dataclass(frozen=True, slots=True)
class Got:
    """Something the submission answered: the value, its name, and the call that gave it.

    `example` is the case as a record, for a program that shows it; None where there is none.
    """

    value: object
    what: str
    call: str
    example: Example | None = None

    def array(self) -> Floats:
        """The answer as a float64 array; raises Mismatch when it is no array of numbers."""
        return as_array(self)

    def shaped(self, shape: tuple[int, ...]) -> Floats:
        """The answer as an array of this shape; axes of length one do not matter.

        For a check that computes with an answer before it compares.

        Raises:
            Mismatch: it is no array of numbers, or of another shape.
        """
        have = as_array(self, A_NUMBER if shape == () else AN_ARRAY)
        if have.squeeze().shape != np.empty(shape).squeeze().shape:
            told = self if self._is_told else self._expecting_shape(shape)
            raise told.wrong(differences.wrong_shape(have.shape, shape))
        return have.reshape(shape)

    def derived(self, what: str, value: object) -> "Got":
        """Something computed from the answer, or found beside it, under a name of its own."""
        return Got(value, what, self.call)

    def expecting(self, want: NDArray[np.generic]) -> "Got":
        """The answer, and what it should have been, for a program that shows the case."""
        return self if self.example is None else replace(self, example=self.example.expecting(want))

    def wrong(self, why: str) -> Mismatch:
        """The error a student reads: call, name and what is the matter with it."""
        return Mismatch(f"{self.call}: {self.what} {why}", self.example if self._is_told else None)

    @property
    def _is_told(self) -> bool:
        return self.example is not None and self.example.want is not None

    def _expecting_shape(self, shape: tuple[int, ...]) -> "Got":
        if self.example is None:
            return self
        return replace(self, example=self.example.expecting_shape(shape))


def as_array(got: Got, expected: str = AN_ARRAY) -> Floats:
    """The answer as a float64 array; raises Mismatch when it is no array of numbers."""
    value = got.value
    if value is None:
        ask = "is anything returned" if got.what == "the result" else "is it stored"
        raise Undone(f"{got.call}: {got.what} is None; {expected} is expected: {ask}?")
    if not isinstance(value, np.ndarray | list | tuple | int | float):
        raise got.wrong(f"is {describe(value)}; {expected} is expected.")
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise got.wrong(f"is {describe(value)}; {expected} is expected.") from None


def assert_shape(got: Got, shape: tuple[int, ...]) -> None:
    """The answer has exactly this shape."""
    got = got._expecting_shape(shape)  # noqa: SLF001  Got's own module
    have = as_array(got).shape
    if have != shape:
        raise got.wrong(differences.wrong_shape(have, shape))


def assert_close(  # noqa: PLR0913  tolerances, and what the message may say
    got: Got,
    want: NDArray[np.generic] | float,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
    expected: str = EXPECTED,
    hidden: Hidden | None = None,
) -> None:
    """The answer equals `want`, element by element; axes of length one do not matter here.

    Args:
        got: what the submission answered.
        want: the right answer.
        rtol: allowed error, as a fraction of the right element.
        atol: allowed error, as a fraction of the largest right element.
        expected: how the message calls `want`, where that is another answer of the submission's.
        hidden: of a gradient of W1 or b1, so that the message can say whether Z1 <= 0 matters.
    """
    right = np.asarray(want, dtype=np.float64)
    if expected == EXPECTED:
        got = got.expecting(np.asarray(want))
    have = got.shaped(right.shape)
    if have.size == 0:
        return
    if not np.isfinite(have).all():
        raise got.wrong(differences.not_finite(have, right, expected))
    error = np.abs(have - right)
    allowed = rtol * np.abs(right) + atol * np.abs(right).max()
    bad = ~(error <= allowed)
    if bad.any():
        worst = int(np.argmax(error - allowed))
        raise got.wrong(
            differences.wrong(have, right, bad, worst, expected=expected, hidden=hidden)
        )


def assert_gradient(  # noqa: PLR0913  what a gradient is held against
    got: Got,
    loss: Callable[[Floats], float],
    point: Floats,
    want: Floats,
    *,
    seed: int = 0,
    hidden: Hidden | None = None,
) -> None:
    """The answer is the gradient of `loss` at `point`.

    The slope along random directions is compared with central differences of the loss. Each
    element is then held against `want`, the reference's gradient: it tells where the answer is
    wrong, and catches an error in one element that a projection of thousands would drown.

    Args:
        got: what the submission answered.
        loss: of the parameter, all else fixed.
        point: where the parameter is.
        want: the reference's gradient.
        seed: of the directions.
        hidden: see assert_close.

    Raises:
        Mismatch: the answer is wrong.
        GraderError: the reference itself disagrees with the central differences.
    """
    got = got.expecting(want)
    have = got.shaped(want.shape)
    if not np.isfinite(have).all():
        assert_close(got, want, hidden=hidden)
    rng = np.random.default_rng(seed)
    allowed = PROJECTION * float(np.linalg.norm(want)) + 1e-9
    for _ in range(DIRECTIONS):
        direction = rng.standard_normal(point.shape)
        direction /= np.linalg.norm(direction)
        slope = slope_along(loss, point, direction)
        if abs(slope - np.vdot(have, direction)) > allowed:
            assert_close(got, want, hidden=hidden)
            if abs(slope - np.vdot(want, direction)) > allowed:
                raise GraderError(
                    f"the reference's {got.what} disagrees with central differences of its loss"
                )
            raise got.wrong(
                f"says that the loss changes by {number(float(np.vdot(have, direction)))} for each "
                f"unit along a random direction; measured, it changes by {number(slope)}."
            )
    assert_close(got, want, hidden=hidden)


def slope_along(loss: Callable[[Floats], float], point: Floats, direction: Floats) -> float:
    """The slope of `loss` at `point` along a unit `direction`, by central difference."""
    above = loss(point + EPSILON * direction)
    below = loss(point - EPSILON * direction)
    return (above - below) / (2 * EPSILON)
