"""What wrong answers depend on: the case at hand, the other samples, an earlier call, chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.assignment import FUNCTIONS, TRAINING
from grader.diagnosis.match import agree, same
from grader.diagnosis.observe import RESULT, Observation, Raised
from grader.diagnosis.probes import Probe
from grader.differences import listed
from grader.report import Diagnosis

Ask = Callable[[Probe, int], Observation]
"""Runs the submission's method on a probe, with its random generators at a seed."""

EACH_ALONE = frozenset({*FUNCTIONS, "forward_propagation", "one_hot", "get_predictions"})
"""What is computed sample by sample; in all other methods samples are averaged over."""

FREE = frozenset({"gradient_descent", TRAINING})
"""What may shuffle its samples, and take them in batches."""

_ONLY: tuple[tuple[frozenset[str], bool, str, str], ...] = (
    (
        frozenset({"single"}),
        True,
        "one-sample-only",
        "right for a single sample and wrong for several: what differs from sample to sample?",
    ),
    (
        frozenset({"single"}),
        False,
        "several-samples-only",
        (
            "right for several samples and wrong for a single one: does an axis of length one get "
            "lost on the way?"
        ),
    ),
    (
        frozenset({"assigned"}),
        True,
        "assigned-sizes-only",
        (
            "right for the assignment's own sizes and wrong for all others: is a size written in "
            "as a number? The network knows its sizes."
        ),
    ),
    (
        frozenset({"assigned", "single"}),
        True,
        "assigned-sizes-only",
        (
            "right for the assignment's own sizes and wrong for others: is a size written in as a "
            "number? The network knows its sizes."
        ),
    ),
    (
        frozenset({"absent"}),
        False,
        "absent-class",
        (
            "right until the last class is absent from the batch: the number of classes must not "
            "be read off the labels at hand."
        ),
    ),
    (
        frozenset({"large", "far apart"}),
        False,
        "large-scores",
        "right for ordinary scores, and not for large ones: exp overflows, or everything is 0.",
    ),
    (
        frozenset({"many"}),
        False,
        "many-samples",
        "right for small batches and wrong for a large one: are all samples used?",
    ),
)
"""Names of probes; whether those are the ones that are right, or the ones that are wrong."""


def by_case(
    method: str, probes: Sequence[Probe], have: Sequence[Observation], right: Sequence[Observation]
) -> Diagnosis | None:
    """Which kind of case it is that goes right, or wrong."""
    names = frozenset(probe.name for probe in probes)
    good = frozenset(
        probe.name for probe, h, r in zip(probes, have, right, strict=True) if agree(h, r)
    )
    for some, are_right, ident, hint in _ONLY:
        there = some & names
        if there and good and good == (there if are_right else names - there):
            return Diagnosis(ident, f"{method} is {hint}")
    return None


def by_repetition(ask: Ask, method: str, probe: Probe) -> Diagnosis | None:
    """Whether the same call gives other answers at other times."""
    if method in FREE:
        return None
    first, again, elsewhere = ask(probe, 0), ask(probe, 0), ask(probe, 1)
    if not agree(first, again):
        return Diagnosis(
            "not-repeatable",
            f"The same call of {method} gives different answers at different times: is something "
            "random, or kept from one call to the next?",
        )
    if not agree(first, elsewhere):
        return Diagnosis(
            "random", f"What {method} gives depends on random numbers. Nothing in it is random."
        )
    return None


def by_samples(ask: Ask, method: str, probe: Probe) -> Diagnosis | None:
    """Whether an answer depends on the order of the samples, or on the others beside a sample."""
    if probe.X.ndim != 2 or method in {"ReLU", "update_params", *FREE}:  # noqa: PLR2004  no samples in it
        return None
    m = probe.X.shape[1]
    order = np.roll(np.arange(m), 2)
    whole, moved = ask(probe, 0), ask(_pick(probe, order), 0)
    if method not in EACH_ALONE:
        result = None if isinstance(whole, Raised) else whole.get(RESULT)
        several = result is not None and result.ndim  # where one number is wanted
        return None if several or agree(whole, moved) else _of_order(method)
    if not _columns_equal(whole, moved, order):
        return _of_order(method)
    few = np.arange(max(1, m // 2))
    if not _columns_equal(whole, ask(_pick(probe, few), 0), few):
        return Diagnosis(
            "other-samples",
            f"What a sample gets in {method} depends on the other samples in its batch. Each "
            "column is computed as if it were alone.",
        )
    return None


def _of_order(method: str) -> Diagnosis:
    return Diagnosis(
        "order-of-samples",
        f"What {method} gives depends on the order of the samples. Their order means nothing.",
    )


@dataclass(frozen=True, slots=True)
class Split:
    """Which of a method's things are right on all probes, and which are not."""

    right: tuple[str, ...]
    wrong: tuple[str, ...]

    def told(self, method: str) -> Diagnosis | None:
        """Where to look, when nothing more is known."""
        if not self.right or not self.wrong or self.wrong == (RESULT,):
            return None
        if all(name.startswith("the argument") for name in self.wrong):
            return Diagnosis(
                "changed-argument",
                f"What {method} gives is right, but {self.wrong[0]} is changed in place: whoever "
                "handed it over still needs it.",
            )
        if method == "forward_propagation":
            return Diagnosis(
                "first-wrong",
                f"{self.wrong[0]} is the first that is wrong; what comes before it is right.",
            )
        stored = {n for n in self.wrong if not n.startswith("the argument")}
        changed = sorted(stored & {"W1", "b1", "W2", "b2"})
        if method == "backward_propagation" and changed == sorted(stored):
            return Diagnosis(
                "changed-parameters",
                f"The gradient is right, but {listed(changed)} changed as well: {method} "
                "computes the gradient, and update_params takes the step.",
            )
        ours = [n for n in self.right if (n in {"W1", "b1", "W2", "b2"}) == bool(changed)]
        if not ours:
            return None
        return Diagnosis(
            "some-right",
            f"Right: {listed(ours)}. Wrong: {listed(self.wrong)}. The mistake is in something "
            "that only the wrong ones are made of.",
        )


def _pick(probe: Probe, columns: np.ndarray) -> Probe:
    return replace(
        probe, X=probe.X[:, columns].copy(), y=probe.y[columns] if probe.y.size else probe.y
    )


def _columns_equal(whole: Observation, part: Observation, columns: np.ndarray) -> bool:
    """Whether the part holds just those columns of the whole."""
    if isinstance(whole, Raised) or isinstance(part, Raised):
        return True  # an exception says more than that
    for name, value in whole.items():
        other = part.get(name)
        if name.startswith("the argument") or value is None or other is None or not value.ndim:
            continue
        if value.shape[-1] <= columns.max() or not same(np.take(value, columns, axis=-1), other):
            return False
    return True
