"""Comparing a student's answers with the right ones, and saying where they differ.

Tolerances are relative to the largest element of the right answer and never to its size. They
leave room for a submission that computes in float32 (unit roundoff 6e-8), and none for a mistake.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.errors import GraderError, Mismatch, Undone

Floats = NDArray[np.float64]

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


@dataclass(frozen=True, slots=True)
class Got:
    """Something the submission answered: the value, its name, and the call that gave it."""

    value: object
    what: str
    call: str

    def array(self) -> Floats:
        """The answer as a float64 array; raises Mismatch when it is no array of numbers."""
        return as_array(self)

    def shaped(self, shape: tuple[int, ...]) -> Floats:
        """The answer as an array of this shape; axes of length one do not matter.

        For a check that computes with an answer before it compares.

        Raises:
            Mismatch: it is no array of numbers, or of another shape.
        """
        have = as_array(self)
        if have.squeeze().shape != np.empty(shape).squeeze().shape:
            raise self.wrong(f"has shape {have.shape}; expected {shape}.")
        return have.reshape(shape)

    def derived(self, what: str, value: object) -> "Got":
        """Something computed from the answer, or found beside it, under a name of its own."""
        return Got(value, what, self.call)

    def wrong(self, why: str) -> Mismatch:
        """The error a student reads: call, name and what is the matter with it."""
        return Mismatch(f"{self.call}: {self.what} {why}")


def as_array(got: Got) -> Floats:
    """The answer as a float64 array; raises Mismatch when it is no array of numbers."""
    value = got.value
    if value is None:
        raise Undone(f"{got.call}: {got.what} is None; an array of numbers is expected.")
    if not isinstance(value, np.ndarray | list | tuple | int | float):
        raise got.wrong(f"is {describe(value)}; an array of numbers is expected.")
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise got.wrong(f"is {describe(value)}; an array of numbers is expected.") from None


def assert_shape(got: Got, shape: tuple[int, ...]) -> None:
    """The answer has exactly this shape."""
    have = as_array(got).shape
    if have != shape:
        raise got.wrong(f"has shape {have}; expected {shape}.")


def assert_close(
    got: Got,
    want: NDArray[np.generic] | float,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
    expected: str = "expected",
) -> None:
    """The answer equals `want`, element by element; axes of length one do not matter here.

    Args:
        got: what the submission answered.
        want: the right answer.
        rtol: allowed error, as a fraction of the right element.
        atol: allowed error, as a fraction of the largest right element.
        expected: how the message calls `want`, where that is another answer of the submission's.
    """
    right = np.asarray(want, dtype=np.float64)
    have = got.shaped(right.shape)
    if have.size == 0:
        return
    finite = np.isfinite(have)
    if not finite.all():
        at = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise got.wrong(f"{_off(at, have, right, expected)}{_count(~finite, 'not finite')}.")
    error = np.abs(have - right)
    allowed = rtol * np.abs(right) + atol * np.abs(right).max()
    bad = ~(error <= allowed)
    if bad.any():
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(error - allowed)), error.shape))
        raise got.wrong(
            f"{_off(at, have, right, expected)}{_count(bad, 'wrong, this one by most')}."
        )


def assert_gradient(
    got: Got, loss: Callable[[Floats], float], point: Floats, want: Floats, *, seed: int = 0
) -> None:
    """The answer is the gradient of `loss` at `point`.

    The slope along random directions is compared with central differences of the loss. Each
    element is then held against `want`, the reference's gradient: it tells where the answer is
    wrong, and catches an error in one element that a projection of thousands would drown.

    Raises:
        Mismatch: the answer is wrong.
        GraderError: the reference itself disagrees with the central differences.
    """
    have = got.shaped(want.shape)
    if not np.isfinite(have).all():
        assert_close(got, want)
    rng = np.random.default_rng(seed)
    allowed = PROJECTION * float(np.linalg.norm(want)) + 1e-9
    for _ in range(DIRECTIONS):
        direction = rng.standard_normal(point.shape)
        direction /= np.linalg.norm(direction)
        slope = slope_along(loss, point, direction)
        if abs(slope - np.vdot(have, direction)) > allowed:
            assert_close(got, want)
            if abs(slope - np.vdot(want, direction)) > allowed:
                raise GraderError(
                    f"the reference's {got.what} disagrees with central differences of its loss"
                )
            raise got.wrong(
                f"is not the slope of the loss: along a random direction it gives "
                f"{_number(float(np.vdot(have, direction)))}, and the loss has {_number(slope)}."
            )
    assert_close(got, want)


def slope_along(loss: Callable[[Floats], float], point: Floats, direction: Floats) -> float:
    """The slope of `loss` at `point` along a unit `direction`, by central difference."""
    above = loss(point + EPSILON * direction)
    below = loss(point - EPSILON * direction)
    return (above - below) / (2 * EPSILON)


def describe(value: object) -> str:
    """What kind of thing it is, in words, without showing any of its own text."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int | float):
        return f"the number {_number(value)}"
    name = getattr(value, "type_name", type(value).__name__)
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _off(at: tuple[int, ...], have: Floats, right: Floats, expected: str) -> str:
    place = f"at {list(at)} " if at else ""
    return f"{place}is {_number(have[at])}, {expected} {_number(right[at])}"


def _count(mask: NDArray[np.bool_], what: str) -> str:
    n = int(mask.sum())
    if mask.size == 1:
        return ""
    return f"; {n} of {mask.size} elements {'is' if n == 1 else 'are'} {what}"


def _number(value: float | np.floating) -> str:
    return f"{float(value):.6g}"
