"""backward_propagation: the gradient against central differences of the submission's own loss."""

from functools import partial

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.assignment import GRADIENTS, PARAMETERS
from grader.checks.cases import ABSENT, SINGLE, SMALL, TINY, Draw, cases, draws
from grader.compare import as_array, assert_close
from grader.differences import number
from grader.errors import Undone
from grader.practice.own import NOTHING, OwnLoss

FINE = (1e-5, 1e-6)
COARSE = (1e-4, 1e-3, 1e-2)
"""Steps of the central difference. The fine ones are exact in float64, where they agree; in the
rounding of float32 they drown, and of the coarse ones some do not."""

ALLOWED = 1e-4
"""Of a slope: a tenth of the smallest mistake that anybody makes, and far above the error of the
fine steps, which is about 1e-9."""

FLOOR = 1e-5
"""Of the largest slope: differences of small ones are lost in those."""

LOOSE = 20
"""So much more is allowed to the coarse steps."""

SAME = 0.1
"""Of what is allowed: so near must the fine steps be to each other to be trusted."""

DIRECTIONS = 3

_PLAIN = st.just(1.0)


@pytest.mark.check("backward_propagation", points=5, real=("backward::dW2",), own=True)
@given(case=cases(scales=_PLAIN))
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_dW2(student, case):
    """dW2 is the slope of your loss: how much it changes as each element of W2 moves."""
    assert_slopes(student, case, "W2")


@pytest.mark.check("backward_propagation", points=2, real=("backward::db2",), own=True)
@given(case=cases(scales=_PLAIN))
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_db2(student, case):
    """db2 is the slope of your loss: how much it changes as each element of b2 moves."""
    assert_slopes(student, case, "b2")


@pytest.mark.check("backward_propagation", points=5, real=("backward::dW1",), own=True)
@given(case=cases(scales=_PLAIN))
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_dW1(student, case):
    """dW1 is the slope of your loss: how much it changes as each element of W1 moves."""
    assert_slopes(student, case, "W1")


@pytest.mark.check("backward_propagation", points=2, real=("backward::db1",), own=True)
@given(case=cases(scales=_PLAIN))
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_db1(student, case):
    """db1 is the slope of your loss: how much it changes as each element of b1 moves."""
    assert_slopes(student, case, "b1")


@pytest.mark.check("backward_propagation", points=3, real=("backward::other_sizes",), own=True)
@given(draw=draws().filter(lambda draw: draw.scale <= 1))
@example(draw=Draw())
def test_full_size(student, assigned, draw):
    """At the assignment's own sizes, steps in random directions change the loss as they should."""
    assert_along_directions(student, draw.case(assigned))


@pytest.mark.check("backward_propagation", points=2, real=("backward::batches",), own=True)
@given(draw=draws())
@example(draw=Draw())
def test_batches(student, assigned, draw):
    """A batch without the last class has its own gradient, whatever batch went before."""
    case = draw.case(assigned)
    keep = case.y < assigned.output_size - 1
    X, y = case.X[:, keep], case.y[keep]
    network = student.network(case.parameters)
    alone = network.backward_propagation(X, y)
    later = network.backward_propagation(X, y, earlier=(case.X[:, :1], case.y[:1]))
    for name in GRADIENTS:
        assert_close(
            later[name], alone[name].array(), expected="but without an earlier batch it is"
        )


@pytest.mark.check(
    "backward_propagation", points=2, real=("backward::slope_of_own_loss",), own=True
)
@given(case=cases(scales=_PLAIN))
@example(case=ABSENT)
def test_absent_class(student, case):
    """A batch without the last class has right gradients as well."""
    keep = case.y < case.sizes.output_size - 1
    assume(keep.any())
    loss = OwnLoss(student, case.X[:, keep], case.y[keep])
    for name in PARAMETERS:
        assert_slopes_of(loss, case.parameters, name)


def assert_slopes(student, case, name):
    """The gradient of one parameter, element by element."""
    assert_slopes_of(OwnLoss(student, case.X, case.y), case.parameters, name)


def assert_slopes_of(loss, parameters, name):
    """Every element is the slope of the loss as that element moves."""
    network = loss.student.network(parameters)
    got = network.backward_propagation(loss.X, loss.y, read=(f"d{name}",))[f"d{name}"]
    value = parameters[name]
    have = got.shaped(value.shape)
    slopes = np.array(have)
    largest = np.abs(have).max()
    for at in np.ndindex(value.shape):
        direction = np.zeros_like(value)
        direction[at] = 1.0
        slopes[at] = nearest(loss, parameters, name, direction, have[at], FLOOR * largest)
    assert_close(got, slopes, rtol=ALLOWED / 2, atol=FLOOR / 2)


def nearest(loss, parameters, name, direction, claimed, floor):  # noqa: PLR0913  what a slope is of
    """The slope along a direction; the claimed one where it agrees at one length of the step.

    And where no two steps tell the same: then there is nothing to compare with.
    """
    slope = partial(loss.slope, parameters, name, direction)
    first = slope(FINE[0])
    if first is not None:
        if agree(claimed, first, floor):
            return claimed
        second = slope(FINE[1])
        if second is not None and agree(second, first, floor, SAME):
            return first
    before = None
    for step in COARSE:
        found = slope(step)
        if found is None:
            continue
        if agree(claimed, found, floor, LOOSE):
            return claimed
        if before is not None and agree(before, found, floor, LOOSE):
            return before
        before = found
    return claimed


def agree(one, other, floor, times=1.0):
    """Whether two slopes are the same, but for so many times what is allowed."""
    return abs(one - other) <= times * (ALLOWED * abs(other) + floor) + NOTHING


def assert_along_directions(student, case):
    """Projections of the gradient are slopes of the loss."""
    loss = OwnLoss(student, case.X, case.y)
    after = student.network(case.parameters).backward_propagation(case.X, case.y)
    rng = np.random.default_rng(case.X.size)
    if all(np.abs(after[f"d{n}"].shaped(v.shape)).max() == 0 for n, v in case.parameters.items()):
        raise Undone(f"{after.call}: every gradient is 0, and no such network is at its best.")
    for name in PARAMETERS:
        got = after[f"d{name}"]
        value = case.parameters[name]
        have = got.shaped(value.shape)
        if not np.isfinite(have).all():
            raise got.wrong("holds infinite numbers or nan.")
        length = float(np.linalg.norm(have))
        for direction in directions(as_array(got).reshape(value.shape), rng):
            claimed = float(np.vdot(have, direction))
            floor = ALLOWED * length / np.sqrt(value.size)
            slope = nearest(loss, case.parameters, name, direction, claimed, floor)
            if slope != claimed:
                raise got.wrong(
                    f"says that the loss changes by {number(claimed)} for each unit along a "
                    f"random direction; measured, it changes by {number(slope)}."
                )


def directions(gradient, rng):
    """Along the gradient, in random directions, and in single rows; of length one."""
    found = [gradient] if np.abs(gradient).max() else []
    found += [rng.standard_normal(gradient.shape) for _ in range(DIRECTIONS)]
    for row in rng.integers(len(gradient), size=DIRECTIONS):
        single = np.zeros_like(gradient)
        single[row] = rng.standard_normal(gradient.shape[1])
        found.append(single)
    return [direction / np.linalg.norm(direction) for direction in found]
