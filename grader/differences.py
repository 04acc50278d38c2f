"""How two arrays differ, in words: the worst element, the ratio, and where the error sits."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

EXPECTED = "expected"
"""How a message calls the right answer, unless it is another answer of the submission's."""

_SAME = 1e-6
"""Of the ratio: how far the ratios of single elements may lie apart."""

_NOISE = 2e-6
"""Of the largest right element: what is smaller says nothing about ratios and places."""

_SMALL = 1e-4
"""Of the largest error: leaves room for an answer that was computed in float32."""

_MAY_NAME = 3
"""So many rows or columns are listed; of more, only the number is said."""

_TIMES = " times what is expected"
_PART = " of what is expected"
_SIGN = "what is expected with the other sign"
_WORST = ", and this is the worst"
_FURTHEST = ", this one most"
_SWITCHED_OFF = "from units and samples with Z1 <= 0"

_MOST_PART = 1000
_MOST_DENOMINATOR = 12
"""Up to here, and for 1/n, a ratio reads better as a fraction than as a decimal."""

_MOST_PARTS = 20
"""So many parts of up to _MOST_PART still read as a fraction: 13/784."""

_MOST_FACTOR = 100
"""A single number is a multiple or a fraction of another by chance, where greater ones count."""

_FEW = 3
"""Fewer wrong elements, among right ones, have a ratio in common by chance."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """The hidden layer behind a gradient of W1 or b1: tells whether Z1 <= 0 is what went wrong.

    Attributes:
        Z1: (hidden_size, m), before ReLU.
        X: (input_size, m), the samples.
    """

    Z1: Floats
    X: Floats


def number(value: float | np.floating) -> str:
    """A number in six digits."""
    return f"{float(value):.6g}"


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: A; A and B; A, B and C."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def describe(value: object) -> str:
    """What kind of thing it is, in words, without showing any of its own text."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int | float):
        return f"the number {number(value)}"
    name = str(getattr(value, "type_name", type(value).__name__)).replace("ndarray", "array")
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def wrong_shape(have: tuple[int, ...], want: tuple[int, ...]) -> str:
    """Which shape it has, and which is expected; a shape without axes is a single number."""
    found = f"has shape {have}" if have else "is a single number"
    return f"{found}; {f'shape {want}' if want else 'a single number'} is expected."


def not_finite(have: Floats, right: Floats, expected: str = EXPECTED) -> str:
    """The first element that is nan or infinite, and how many are."""
    bad = ~np.isfinite(have)
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    count = _count(bad, "nan or infinite")
    if expected != EXPECTED:  # what it is compared with may be no better
        return f"{f'at {list(at)} ' if at else ''}is {number(have[at])}{count}."
    return f"{_element(at, have, right, expected)}{count}."


def wrong(  # noqa: PLR0913  what a comparison knows
    have: Floats,
    right: Floats,
    bad: Mask,
    worst: int,
    *,
    expected: str = EXPECTED,
    hidden: Hidden | None = None,
) -> str:
    """The worst element, how many are wrong, in which ratio and where.

    Args:
        have: finite, of the right shape.
        right: what it should be.
        bad: which elements are wrong; at least one.
        worst: the flat index of the worst of them.
        expected: how to call `right`.
        hidden: of a gradient of W1 or b1 that is compared with the right one.
    """
    at = tuple(int(i) for i in np.unravel_index(worst, bad.shape))
    said = _element(at, have, right, expected)
    ratio = _ratio(have, right, bad) if expected == EXPECTED else None
    if np.ptp(np.abs(right[bad])) == 0 and not _is_telling(ratio):
        ratio = None
    times = _times(ratio)
    if bad.size == 1:
        return f"{said}; that is {times}." if times not in {"", "0"} else f"{said}."
    everything = _everything(right, bad)
    if everything and times:
        return f"{said}; every element is {times}."
    count = _count(bad, "wrong" if expected == EXPECTED else "different")
    place = "" if everything else _place(right, bad)
    worst_of = "" if bad.sum() == 1 else _WORST if expected == EXPECTED else _FURTHEST
    if hidden is not None and _is_where_off(have - right, hidden):
        return f"{said}{count}{worst_of}; the whole error comes {_SWITCHED_OFF}."
    if times and bad.sum() >= _FEW:
        return f"{said}{count}{place}; each is {times}."
    return f"{said}{count}{place}{worst_of}."


def _element(at: tuple[int, ...], have: Floats, right: Floats, expected: str) -> str:
    place = f"at {list(at)} " if at else ""
    return f"{place}is {number(have[at])}, {expected} {number(right[at])}"


def _count(mask: Mask, what: str) -> str:
    n = int(mask.sum())
    if mask.size == 1:
        return ""
    if n == mask.size:
        return f"; {'both' if n == 2 else f'all {n}'} elements are {what}"  # noqa: PLR2004  both
    return f"; {n} of {mask.size} elements {'is' if n == 1 else 'are'} {what}"


def _matters(right: Floats) -> Mask:
    """Elements that are not zero but for rounding; all, where all are zero."""
    size = np.abs(right)
    return np.asarray(size >= _NOISE * size.max())


def _everything(right: Floats, bad: Mask) -> bool:
    return bool(bad[_matters(right)].all())


def _ratio(have: Floats, right: Floats, bad: Mask) -> float | None:
    """What every wrong element is, as a multiple of the right one; None where they differ."""
    got, want = have[bad], right[bad]
    square = float(np.vdot(want, want))
    if not 0 < square < np.inf:
        return None
    with np.errstate(over="ignore"):  # of answers near the largest float
        ratio = float(np.vdot(got, want)) / square
    if not np.isfinite(ratio):
        return None
    scaled = ratio * want
    noise = _NOISE * abs(ratio) * np.abs(right).max()
    same = np.abs(got - scaled) <= _SAME * np.abs(scaled) + noise
    return ratio if same.all() else None


def _times(ratio: float | None) -> str:
    """A ratio in words: "2 times", "1.4427 times", "1/6 of what is expected"; or "0"."""
    if ratio is None:
        return ""
    if ratio == 0:
        return "0"
    words = spoken(ratio)
    if words == "-1":
        return _SIGN
    return f"{words}{_PART if '/' in words and abs(ratio) < 1 else _TIMES}"


def spoken(ratio: float) -> str:
    """A ratio as people say it: 3, 1/6, -1/2, 13/784, or a decimal."""
    near = Fraction(ratio).limit_denominator(_MOST_PART)
    exact = abs(near - Fraction(ratio)) <= _SAME * abs(Fraction(ratio))
    short = near.denominator <= _MOST_DENOMINATOR or abs(near.numerator) <= _MOST_PARTS
    return str(near) if exact and short else number(ratio)


def _is_telling(ratio: float | None) -> bool:
    """Whether the ratio of two single numbers, or of equal ones, is more than chance."""
    top, _, bottom = spoken(ratio).partition("/") if ratio is not None else ("", "", "")
    parts = (top.lstrip("-"), bottom or "1")
    if not all(part.isdigit() for part in parts):
        return False
    return "1" in parts and max(int(part) for part in parts) <= _MOST_FACTOR


def _place(right: Floats, bad: Mask) -> str:
    """In which rows or columns the error sits, where others are right and matter."""
    if bad.ndim != 2 or bad.sum() == 1:  # noqa: PLR2004  rows and columns
        return ""
    matters = _matters(right) | bad
    for what, wrongs, telling in (("row", bad, matters), ("column", bad.T, matters.T)):
        lines = wrongs.any(axis=1)
        if telling[~lines].any() and bad.sum() > telling[lines].sum() / 2:
            return f", all of them in {_lines(np.flatnonzero(lines), lines.size, what)}"
    return ""


def _lines(which: NDArray[np.intp], total: int, what: str) -> str:
    names = [str(i) for i in which]
    if len(names) > _MAY_NAME:
        return f"{len(names)} of {total} {what}s"
    return f"{what}{'s' if len(names) > 1 else ''} {listed(names)}"


def _is_where_off(error: Floats, hidden: Hidden) -> bool:
    """Whether entries with Z1 <= 0, and they alone, made the error."""
    units, samples = hidden.Z1.shape
    if error.ndim != 2 or error.shape[0] != units:  # noqa: PLR2004  rows and columns
        return False
    off = hidden.Z1 <= 0
    sometimes = off.any(axis=1)
    rows = (np.abs(error) > _SMALL * np.abs(error).max()).any(axis=1)
    if not (sometimes & rows).any() or (rows & ~sometimes).any():
        return False
    if not sometimes.all() and bool((rows == sometimes).all()):
        return True
    if error.shape[1] != hidden.X.shape[0] or samples > hidden.X.shape[0]:
        return False
    # dW1 is dZ1 X^T: with no more samples than inputs, the error of dZ1 follows from that of dW1.
    solved, _, rank, _ = np.linalg.lstsq(hidden.X, error.T, rcond=None)
    entries = solved.T
    largest = np.abs(entries).max()
    return bool(
        rank == samples
        and np.abs(entries @ hidden.X.T - error).max() <= _SMALL * np.abs(error).max()
        and not off.all()
        and (np.abs(entries[~off]) <= _SMALL * largest).all()
    )
