"""one_hot: zeros, and a single one a column, in the row of its label."""

import numpy as np
import pytest
from hypothesis import example, given

from grader.checks.cases import ABSENT, SINGLE, SMALL, TINY, Draw, cases, draws
from grader.practice.own import assert_encodes


@pytest.mark.check("one_hot", points=2, real=("one_hot::one_hot",))
@given(draw=draws())
@example(draw=Draw())
def test_one_hot(student, assigned, draw):
    """Every column has a single 1, in the row of its label, and zeros elsewhere."""
    case = draw.case(assigned)
    result = student.network(case.parameters).one_hot(case.y).result
    assert_encodes(result, case.y, assigned.output_size)


@pytest.mark.check("one_hot", points=2, real=("one_hot::absent_class",))
@given(draw=draws())
@example(draw=Draw())
def test_absent_class(student, assigned, draw):
    """There is a row for every class of the network, also for one that is not in the batch."""
    case = draw.case(assigned)
    y = case.y[case.y < assigned.output_size - 1]
    assert_encodes(student.network(case.parameters).one_hot(y).result, y, assigned.output_size)


@pytest.mark.check("one_hot", points=1, real=("one_hot::other_sizes",))
@given(case=cases())
@example(case=TINY)
@example(case=SMALL)
@example(case=ABSENT)
@example(case=SINGLE)
def test_other_sizes(student, case):
    """Networks of other sizes have their own number of rows; a single label works as well."""
    result = student.network(case.parameters).one_hot(case.y).result
    assert_encodes(result, np.asarray(case.y), case.sizes.output_size)
