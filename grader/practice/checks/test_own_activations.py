"""ReLU and softmax, by properties that no other function has."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checks.cases import matrices
from grader.compare import assert_close, assert_shape
from grader.practice.own import assert_relu, assert_softmax

MIXED = np.array([[1.5, -2.0, 0.25], [-0.5, 3.0, -4.0]])
SCORES = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0], [2.0, 1.0, 4.0], [0.0, -1.0, 2.5]])

_EIGHTHS = st.integers(-40, 40).map(lambda n: n / 8)
"""Scores that stay as they are when a large whole number is added, in float32 too."""


@pytest.mark.check("ReLU", points=2, real=("activations::relu",))
@given(Z=matrices(-1e3, 1e3))
@example(Z=MIXED)
def test_relu(student, Z):
    """Negative elements become 0, all others stay as they are."""
    assert_relu(student.ReLU(Z).result, Z)


@pytest.mark.check("ReLU", points=1, real=("activations::relu_of_any_shape",))
@given(Z=hnp.arrays(float, hnp.array_shapes(min_dims=1, max_dims=3), elements=st.floats(-9, 9)))
@example(Z=MIXED[0])
@example(Z=np.stack([MIXED, -MIXED]))
def test_relu_of_any_shape(student, Z):
    """ReLU takes vectors and arrays of three axes as well as matrices."""
    result = student.ReLU(Z).result
    assert_shape(result, Z.shape)
    assert_relu(result, Z)


@pytest.mark.check("softmax", points=4, real=("activations::softmax",))
@given(Z=matrices(-5, 5))
@example(Z=SCORES)
def test_softmax(student, Z):
    """Columns sum to 1, and two probabilities of one differ by as many logs as their scores."""
    assert_softmax(student.softmax(Z).result, Z)


@pytest.mark.check("softmax", points=2, real=("activations::softmax_of_large_scores",))
@given(
    Z=hnp.arrays(float, (4, 3), elements=_EIGHTHS),
    more=hnp.arrays(int, (3,), elements=st.integers(-9990, 9990)),
)
@example(Z=SCORES, more=np.array([1000, 9990, -9990]))
def test_softmax_of_large_scores(student, Z, more):
    """The same number added to all scores of a sample changes nothing, thousands neither."""
    assert_softmax(student.softmax(Z + more).result, Z, of="Z")


@pytest.mark.check("softmax", points=1, real=("activations::softmax_of_large_scores",))
def test_softmax_of_scores_far_apart(student):
    """A score that is thousands above the others gets probability 1, and they get 0."""
    Z = np.array([[1e4, -1e4, 3000.0], [9.0e3, -9.0e3, 1.0], [-1e4, -1e4, 2.0]])
    result = student.softmax(Z).result
    assert_shape(result, Z.shape)
    most = result.derived(
        "the result in the rows of the highest scores", result.array()[[0, 1, 0], [0, 1, 2]]
    )
    assert_close(most, np.ones(3))
