"""Plain relations between a wrong array and the right one: a factor, a transpose, a permutation.

Each relation must hold on every probe, with more than one wrong, or it is chance.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.compare import Floats
from grader.diagnosis.match import same
from grader.diagnosis.observe import RESULT
from grader.diagnosis.probes import Probe
from grader.differences import spoken
from grader.report import Diagnosis

MOST_ROWS = 12
"""Of a matrix whose rows are looked up one by one, on the small probes; of larger ones each column
must hold the same numbers."""

LEAST = 2
"""Probes on which an answer must be wrong."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing on one probe: as it is, as it should be, and all the right answers beside it."""

    probe: Probe
    have: Floats
    want: Floats
    beside: Mapping[str, Floats | None]

    @property
    def alike(self) -> bool:
        """Whether the answer is right."""
        return same(self.have, self.want)


@dataclass(frozen=True, slots=True)
class Array:
    """One thing on all probes that have it, and on those where it is wrong."""

    name: str
    called: str
    pairs: Sequence[Pair]
    off: Sequence[Pair]


def relate(name: str, pairs: Sequence[Pair], method: str = "") -> Diagnosis | None:
    """The first relation that holds between all answers and the right ones.

    Args:
        name: of the thing, e.g. "dW1".
        pairs: the probes on which it is an array at all.
        method: whose thing it is: a result is called by it.
    """
    called = f"{name} of {method}" if name == RESULT and method else name
    array = Array(name, called, pairs, [pair for pair in pairs if not pair.alike])
    if len(array.off) < min(LEAST, len(pairs)) or not array.off:
        return None
    for relation in (
        _nothing,
        _factor,
        _another,
        _transposed,
        _offset,
        _signs,
        _flat,
        _summed,
        _switched_off,
        _rows,
        _columns,
        _gate,
    ):
        found = relation(array)
        if found:
            first, rest = found.hint[:1], found.hint[1:]
            return Diagnosis(found.id, f"{first.upper()}{rest}" if name == RESULT else found.hint)
    return None


def _nothing(a: Array) -> Diagnosis | None:
    if all(not pair.have.any() for pair in a.off):
        return Diagnosis("all-zero", f"All of {a.called} is zero, whatever goes in.")
    return None


def _factor(a: Array) -> Diagnosis | None:
    ratios = [(pair.probe, ratio(pair.have, pair.want)) for pair in a.pairs]
    if any(value is None for _, value in ratios):
        return None
    known = [(probe, float(value)) for probe, value in ratios if value is not None]
    for ident, of, words in _FACTORS:
        if all(np.isclose(value, of(probe), rtol=1e-5) for probe, value in known):
            return Diagnosis(ident, f"In every case {a.called} is exactly {words}.")
    first = known[0][1]
    if all(np.isclose(value, first, rtol=1e-5) for _, value in known):
        return Diagnosis(
            "constant-factor",
            f"In every case {a.called} is exactly {spoken(first)} times what is expected.",
        )
    m = [value / probe.X.shape[-1] for probe, value in known]
    if all(np.isclose(value, m[0], rtol=1e-5) for value in m):
        return Diagnosis(
            "constant-for-samples",
            f"{a.called} is divided by the same {spoken(1 / m[0])} however many samples there are: "
            "is that the number of samples of some other array?",
        )
    return None


def ratio(have: Floats, want: Floats) -> float | None:
    """The factor between two arrays of one shape, or None where there is none."""
    if have.shape != want.shape or not np.isfinite(have).all() or not want.any():
        return None
    at = np.unravel_index(int(np.abs(want).argmax()), want.shape)
    factor = float(have[at] / want[at])
    return factor if factor and same(have, factor * want) else None


_TIMES = "times what is expected"
_PART = "of what is expected"
_SAMPLES = ", where m is the number of samples"

_FACTORS: tuple[tuple[str, Callable[[Probe], float], str], ...] = (
    ("sign", lambda _: -1.0, "what is expected with the other sign"),
    ("samples-times", lambda p: p.X.shape[-1], f"m {_TIMES}{_SAMPLES}"),
    ("samples-less", lambda p: 1 / p.X.shape[-1], f"1/m {_PART}{_SAMPLES}"),
    ("classes-times", lambda p: p.sizes.output_size, f"output_size {_TIMES}"),
    ("classes-less", lambda p: 1 / p.sizes.output_size, f"1/output_size {_PART}"),
    ("hidden-times", lambda p: p.sizes.hidden_size, f"hidden_size {_TIMES}"),
    ("hidden-less", lambda p: 1 / p.sizes.hidden_size, f"1/hidden_size {_PART}"),
    ("inputs-times", lambda p: p.sizes.input_size, f"input_size {_TIMES}"),
    ("inputs-less", lambda p: 1 / p.sizes.input_size, f"1/input_size {_PART}"),
    ("rate-times", lambda p: p.rate, f"learning_rate {_TIMES}"),
)


def _another(a: Array) -> Diagnosis | None:
    for other in a.pairs[0].beside:
        if other != a.name and all(_is(pair, other) for pair in a.pairs):
            return Diagnosis("another-value", f"{a.called} holds what {other} should be.")
    return None


def _is(pair: Pair, other: str) -> bool:
    value = pair.beside.get(other)
    return value is not None and same(pair.have, value)


def _transposed(a: Array) -> Diagnosis | None:
    if all(pair.want.ndim == 2 and same(pair.have, pair.want.T) for pair in a.off):  # noqa: PLR2004  a matrix
        return Diagnosis("transposed", f"{a.called} is right, but transposed: rows are columns.")
    return None


def _offset(a: Array) -> Diagnosis | None:
    shifts = []
    for pair in a.off:
        if pair.have.shape != pair.want.shape or not pair.want.size:
            return None
        shift = (pair.have - pair.want).flat[0]
        if not np.isfinite(shift) or not same(pair.have, pair.want + shift):
            return None
        shifts.append(float(shift))
    if not np.allclose(shifts, shifts[0], rtol=1e-6):
        return None
    way = "large" if shifts[0] > 0 else "small"
    size = spoken(abs(shifts[0]))
    return Diagnosis("offset", f"Every element of {a.called} is {size} too {way}.")


def _signs(a: Array) -> Diagnosis | None:
    if all(same(np.abs(pair.have), np.abs(pair.want)) for pair in a.off):
        return Diagnosis("some-signs", f"{a.called} is right but for the sign of some elements.")
    return None


def _flat(a: Array) -> Diagnosis | None:
    if not all(pair.have.shape != pair.want.shape for pair in a.off):
        return None
    if all(pair.have.size == pair.want.size for pair in a.off) and all(
        same(pair.have.ravel(), pair.want.ravel()) for pair in a.off
    ):
        have, want = a.off[0].have.shape, a.off[0].want.shape
        return Diagnosis(
            "flat-shape",
            f"The values of {a.called} are right and its shape is not: {have} where {want} is "
            "expected. An axis of length one was lost or added; such arrays broadcast to others.",
        )
    if all(_spread(pair) for pair in a.off):
        have, want = a.off[0].have.shape, a.off[0].want.shape
        return Diagnosis(
            "broadcast-shape",
            f"{a.called} has shape {have} where {want} is expected, and repeats itself: somewhere "
            "an array was broadcast against one of another shape.",
        )
    return None


def _spread(pair: Pair) -> bool:
    try:
        return same(pair.have, np.broadcast_to(pair.want, pair.have.shape))
    except ValueError:
        return False


def _summed(a: Array) -> Diagnosis | None:
    for words, reduce in (("sum", np.sum), ("mean", np.mean)):
        if all(
            pair.have.ndim == 0 and same(pair.have, np.asarray(reduce(pair.want))) for pair in a.off
        ):
            return Diagnosis(
                f"one-{words}",
                f"{a.called} is a single number: the {words} of all elements that are expected. "
                "Along which axis are the samples?",
            )
    return None


def _switched_off(a: Array) -> Diagnosis | None:
    single = [p for p in a.pairs if p.probe.name == "single" and p.have.shape == p.want.shape]
    if not a.name.startswith(("dW1", "db1")) or not single or single[0].alike:
        return None
    pair = single[0]
    Z1 = pair.probe.parameters["W1"] @ pair.probe.X + pair.probe.parameters["b1"]
    bad = ~np.isclose(pair.have, pair.want, rtol=1e-5, atol=1e-9).all(axis=1)
    if bad.any() and (bad <= (Z1[:, 0] <= 0)).all():
        return Diagnosis(
            "only-switched-off",
            f"{a.called} is wrong only in hidden units with Z1 <= 0, which ReLU switched off: "
            "what is the slope of ReLU there?",
        )
    return None


def _rows(a: Array) -> Diagnosis | None:
    if all(_permuted(pair.have, pair.want) for pair in a.off):
        return Diagnosis("rows-permuted", f"{a.called} has the right rows in another order.")
    return None


def _columns(a: Array) -> Diagnosis | None:
    if all(pair.have.ndim > 1 and _permuted(pair.have.T, pair.want.T) for pair in a.off):
        return Diagnosis("columns-permuted", f"{a.called} has the right columns in another order.")
    return None


def _permuted(have: Floats, want: Floats) -> bool:
    if have.shape != want.shape or not have.ndim or len(have) < 2:  # noqa: PLR2004  one has no order
        return False
    if len(have) > MOST_ROWS:  # each is compared with each
        return same(np.sort(have, axis=0), np.sort(want, axis=0))
    left = list(range(len(want)))
    for row in have:
        found = next((i for i in left if same(row, want[i])), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _gate(a: Array) -> Diagnosis | None:
    """Some elements right and all the others zero, or the other way round."""
    if any(pair.have.shape != pair.want.shape for pair in a.off):
        return None
    lost = [~np.isclose(pair.have, pair.want, rtol=1e-5, atol=1e-9) for pair in a.off]
    if all(not pair.have[bad].any() for pair, bad in zip(a.off, lost, strict=True)):
        return Diagnosis("zeros", f"{a.called} is zero in some places where it should not be.")
    if all(not pair.want[bad].any() for pair, bad in zip(a.off, lost, strict=True)):
        return Diagnosis("should-be-zero", f"{a.called} is not zero in places where it should be.")
    return None


def pairs_of(
    name: str,
    probes: Sequence[Probe],
    have: Sequence[object],
    right: Sequence[object],
) -> Iterator[Pair]:
    """The probes on which both answers have an array of this name."""
    for probe, ours, theirs in zip(probes, have, right, strict=True):
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            got, want = ours.get(name), theirs.get(name)
            if got is not None and want is not None:
                yield Pair(probe, got, want, theirs)
