"""The drawn cases leave room for what the assignment allows: a guard inside the logarithm."""

from dataclasses import replace

import numpy as np
import pytest

from grader.assignment import Sizes
from grader.checks.cases import make_case, moderate, solved
from grader.checks.margins import SPREAD
from grader.checks.test_backward import OWN_STEP, OWN_TOLERANCE
from grader.checks.test_loss import TOLERANCE
from reference import nn

GUARDS = (1e-8, 1e-7)
NARROW = [Sizes(inputs, 1, outputs) for inputs in (2, 5) for outputs in (2, 6, 9)]
"""One hidden unit has the largest weights behind it, and so the farthest logits."""


@pytest.fixture(scope="module", name="drawn")
def _drawn():
    return [make_case(sizes, 4, seed=seed) for sizes in NARROW for seed in range(100)]


def probabilities(case):
    """Of the labels: (m,)."""
    return solved(nn, case).A2[case.y, np.arange(len(case.y))]


def loss(case, guard=0.0):
    """Cross-entropy with a guard inside the logarithm."""
    return -np.log(probabilities(case) + guard).mean()


def guard_is_seen(case, guard):
    """Whether the loss of a right program with this guard would be called wrong."""
    return abs(loss(case, guard) - loss(case)) > TOLERANCE * abs(loss(case))


def test_a_guard_is_not_seen_in_the_loss(drawn):
    """log(p + 1e-8) and log(p + 1e-7) pass the check of the loss in every case."""
    seen = [guard_is_seen(case, guard) for case in drawn for guard in GUARDS]
    assert any(seen), "no such case was drawn: this test shows nothing"
    assert not any(guard_is_seen(moderate(case), guard) for case in drawn for guard in GUARDS)


def test_a_guard_is_not_seen_in_the_slope(drawn):
    """The right gradient is the slope of a guarded loss, too, in every case."""
    rng = np.random.default_rng(0)
    for case in map(moderate, drawn):
        at = solved(nn, case)
        step = {name: rng.standard_normal(value.shape) for name, value in case.parameters.items()}
        length = np.sqrt(sum(np.vdot(value, value) for value in step.values()))
        along = sum(np.vdot(getattr(at, f"d{name}"), step[name] / length) for name in step)
        slope = sum(
            sign * loss(moved(case, step, sign * OWN_STEP / length), max(GUARDS))
            for sign in (1, -1)
        ) / (2 * OWN_STEP)
        assert abs(along - slope) < OWN_TOLERANCE


def moved(case, step, length):
    """The case, with its parameters moved."""
    return replace(case, parameters={n: v + length * step[n] for n, v in case.parameters.items()})


def test_only_far_logits_are_brought_near(drawn):
    """A moderate case stays as it was; another keeps W1, b1 and the order of its logits."""
    changed = 0
    for case in drawn:
        soft = moderate(case)
        before, after = solved(nn, case), solved(nn, soft)
        far = np.ptp(np.log(before.A2), axis=0).max() > SPREAD
        changed += far
        for name, value in case.parameters.items():
            same = np.array_equal(soft.parameters[name], value)
            assert same == (name in {"W1", "b1"} or not far)
        assert np.array_equal(before.A2.argsort(axis=0), after.A2.argsort(axis=0))
        assert np.ptp(np.log(after.A2), axis=0).max() <= SPREAD * (1 + 1e-9)
    assert 0 < changed < len(drawn)


def test_equal_logits_stay_equal():
    """A network whose logits are all the same needs nothing, and gets it."""
    case = make_case(Sizes(2, 1, 3), 4, seed=0)
    flat = {name: value * (name in {"W1", "b1"}) for name, value in case.parameters.items()}
    assert np.array_equal(moderate(replace(case, parameters=flat)).parameters["W2"], flat["W2"])
