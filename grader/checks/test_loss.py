"""cross_entropy_loss: the mean over the samples of -log of the right class's probability."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks.cases import ABSENT, SINGLE, SMALL, TINY, Draw, cases, draws, moderate, solved
from grader.compare import assert_close

TOLERANCE = 2e-5
"""Leaves room for the usual guards inside the logarithm: 1e-8 beside a probability of 0.01 changes
the loss by 1e-6. Cases have moderate scores (cases.moderate), so that none is much smaller."""

_MODERATE = st.sampled_from((1.0, 0.3))


@pytest.mark.check("cross_entropy_loss", points=4)
@given(draw=draws().filter(lambda draw: draw.scale <= 1))
@example(draw=Draw())
def test_loss(student, reference, assigned, draw):
    """The loss is the mean of -log(probability of the right class), natural logarithm."""
    case = draw.case(assigned)
    result = student.network(case.parameters).cross_entropy_loss(case.X, case.y).result
    assert_close(result, right_loss(reference, case), rtol=TOLERANCE)


@pytest.mark.check("cross_entropy_loss", points=2)
@given(case=cases(scales=_MODERATE))
@example(case=TINY)
@example(case=SMALL)
@example(case=ABSENT)
@example(case=SINGLE)
def test_other_sizes(student, reference, case):
    """Networks of any size, batches of any length, and absent classes give the right loss."""
    case = moderate(case)
    result = student.network(case.parameters).cross_entropy_loss(case.X, case.y).result
    assert_close(result, right_loss(reference, case), rtol=TOLERANCE)


@pytest.mark.check("cross_entropy_loss", points=1, property=True)
@given(draw=draws().filter(lambda draw: draw.scale <= 1))
def test_mean_over_samples(student, assigned, draw):
    """The same batch twice over has the loss that it has once."""
    case = draw.case(assigned)
    network = student.network(case.parameters)
    once = network.cross_entropy_loss(case.X, case.y).result
    twice = network.cross_entropy_loss(np.hstack([case.X, case.X]), np.tile(case.y, 2)).result
    expected = "but with each sample once instead of twice it is"
    assert_close(twice, once.shaped(()), rtol=TOLERANCE, expected=expected)


@pytest.mark.check("cross_entropy_loss", points=1, property=True)
@given(draw=draws().filter(lambda draw: draw.scale <= 1))
def test_order_of_samples(student, assigned, draw):
    """Samples in another order, their labels with them, have the same loss."""
    case = draw.case(assigned)
    order = np.random.default_rng(draw.seed).permutation(len(case.y))
    network = student.network(case.parameters)
    before = network.cross_entropy_loss(case.X, case.y).result
    after = network.cross_entropy_loss(case.X[:, order], case.y[order]).result
    expected = "but with the samples in their first order it is"
    assert_close(after, before.shaped(()), rtol=TOLERANCE, expected=expected)


def right_loss(reference, case):
    """The reference's loss of the case."""
    return solved(reference, case).cross_entropy_loss(case.X, case.y)
