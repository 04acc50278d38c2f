"""ReLU and softmax, the two functions at the top of the module."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checks.cases import matrices
from grader.compare import assert_close, assert_shape
from grader.errors import Mismatch

MIXED = np.array([[1.5, -2.0, 0.25], [-0.5, 3.0, -4.0]])
FEW = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]])
SCORES = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0], [2.0, 1.0, 4.0], [0.0, -1.0, 2.5]])
FAR_APART = np.array([[1e4, -1e4, 3.0], [9.999e3, -9.998e3, 1.0], [-1e4, -1e4, 2.0]])


@pytest.mark.check("ReLU", points=2)
@given(Z=matrices(-1e3, 1e3))
@example(Z=MIXED)
def test_relu(student, reference, Z):
    """Negative elements become 0, all others stay as they are."""
    assert_close(student.ReLU(Z).result, reference.ReLU(Z))


@pytest.mark.check("ReLU", points=1)
@given(Z=hnp.arrays(float, hnp.array_shapes(min_dims=1, max_dims=3), elements=st.floats(-9, 9)))
@example(Z=MIXED[0])
@example(Z=np.stack([MIXED, -MIXED]))
def test_relu_of_any_shape(student, reference, Z):
    """ReLU takes vectors and arrays of three axes as well as matrices."""
    result = student.ReLU(Z).result
    assert_shape(result, Z.shape)
    assert_close(result, reference.ReLU(Z))


@pytest.mark.check("ReLU", points=1, property=True)
@given(Z=matrices(-1e3, 1e3))
@example(Z=MIXED)
def test_relu_leaves_its_argument_alone(student, Z):
    """ReLU leaves the array that it was given as it was."""
    left = student.ReLU(Z).left("Z").expecting(Z)
    assert_close(left, Z, rtol=0, atol=0, expected="but before the call it was")


@pytest.mark.check("softmax", points=4)
@given(Z=matrices(-20, 20))
@example(Z=FEW)
@example(Z=SCORES)
def test_softmax(student, reference, Z):
    """Every column becomes exp(z) divided by the sum of exp(z) over that column."""
    assert_close(student.softmax(Z).result, reference.softmax(Z))


@pytest.mark.check("softmax", points=1, property=True)
@given(Z=matrices(-20, 20))
@example(Z=FEW)
@example(Z=SCORES)
def test_softmax_gives_distributions(student, Z):
    """The result has the argument's shape, no negative element, and columns that sum to 1."""
    result = student.softmax(Z).result
    assert_shape(result, Z.shape)
    columns = result.array()
    for j, total in enumerate(columns.sum(axis=0)):
        assert_close(result.derived(f"the sum of column {j} of the result", float(total)), 1.0)
    try:
        assert_close(result, np.abs(columns))
    except Mismatch:
        at = [int(i) for i in np.unravel_index(columns.argmin(), columns.shape)]
        raise result.wrong(
            f"has negative elements, which are no probabilities: at {at} it is {columns.min():.6g}."
        ) from None


@pytest.mark.check("softmax", points=1, property=True)
@given(Z=matrices(-20, 20))
@example(Z=SCORES)
def test_softmax_columns_do_not_see_each_other(student, Z):
    """A column alone gives what it gives beside others."""
    beside = student.softmax(Z).result
    assert_shape(beside, Z.shape)
    first = beside.array()[:, :1]
    alone = student.softmax(Z[:, :1]).result
    assert_close(alone, first, expected="but beside other columns it is")


@pytest.mark.check("softmax", points=2)
@given(Z=matrices(-1e4, 1e4))
@example(Z=np.array([[1000.0], [1001.0], [999.0]]))
@example(Z=FAR_APART)
def test_softmax_of_large_scores(student, reference, Z):
    """Scores of thousands, and columns of very different scale, give right and finite results."""
    assert_close(student.softmax(Z).result, reference.softmax(Z))
