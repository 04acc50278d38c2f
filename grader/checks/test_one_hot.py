"""one_hot: the labels as columns with a single one."""

import numpy as np
import pytest
from hypothesis import example, given

from grader.checks.cases import ABSENT, SINGLE, SMALL, TINY, Draw, cases, draws
from grader.compare import assert_close, assert_shape


@pytest.mark.check("one_hot", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_one_hot(student, assigned, draw):
    """Column j has a 1 in row y[j] and zeros elsewhere, one row for each class."""
    case = draw.case(assigned)
    result = student.network(case.parameters).one_hot(case.y).result
    assert_shape(result, (assigned.output_size, len(case.y)))
    assert_close(result, encoded(case.y, assigned.output_size))


@pytest.mark.check("one_hot", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_absent_class(student, assigned, draw):
    """A batch without the last class still gets a row for it."""
    case = draw.case(assigned)
    y = case.y[case.y < assigned.output_size - 1]
    result = student.network(case.parameters).one_hot(y).result
    assert_shape(result, (assigned.output_size, len(y)))
    assert_close(result, encoded(y, assigned.output_size))


@pytest.mark.check("one_hot", points=1)
@given(case=cases())
@example(case=TINY)
@example(case=SMALL)
@example(case=ABSENT)
@example(case=SINGLE)
def test_other_sizes(student, case):
    """Networks with another number of classes get as many rows, a single label too."""
    result = student.network(case.parameters).one_hot(case.y).result
    assert_shape(result, (case.sizes.output_size, len(case.y)))
    assert_close(result, encoded(case.y, case.sizes.output_size))


def encoded(y: np.ndarray, classes: int) -> np.ndarray:
    """Row by row: is this the class?"""
    return (np.arange(classes)[:, None] == y).astype(float)
