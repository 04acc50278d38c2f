"""get_predictions against the submission's own A2, get_accuracy against its own predictions."""

import numpy as np
import pytest
from hypothesis import example, given

from grader.checks.cases import SINGLE, SMALL, TINY, Draw, cases, draws
from grader.compare import assert_close
from grader.differences import number
from grader.practice.own import forward, resting_on


@pytest.mark.check("get_predictions", points=3, real=("predictions::predictions",), own=True)
@given(draw=draws())
@example(draw=Draw())
def test_predictions(student, assigned, draw):
    """Every sample gets the class to which its column of A2 gives the highest probability."""
    assert_likeliest(student, draw.case(assigned))


@pytest.mark.check(
    "get_predictions", points=1, real=("predictions::predictions_at_other_sizes",), own=True
)
@given(case=cases())
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_predictions_at_other_sizes(student, case):
    """In networks of any size, and for a single sample, the likeliest class is predicted."""
    assert_likeliest(student, case)


@pytest.mark.check("get_accuracy", points=2, real=("predictions::accuracy",), own=True)
@given(draw=draws())
@example(draw=Draw())
def test_accuracy(student, assigned, draw):
    """With labels of which every other one is your prediction, the accuracy says how many are."""
    assert_fractions(student, draw.case(assigned))


@pytest.mark.check("get_accuracy", points=1, real=("predictions::accuracy_from_0_to_1",), own=True)
@given(draw=draws())
@example(draw=Draw())
def test_accuracy_from_0_to_1(student, assigned, draw):
    """With your predictions for labels the accuracy is 1, and with none of them it is 0."""
    case = draw.case(assigned)
    network = student.network(case.parameters)
    network.get_accuracy(case.X, case.y)
    predicted = predictions(student, case)
    assert_close(network.get_accuracy(case.X, predicted).result, 1.0)
    wrong = (predicted + 1) % assigned.output_size
    assert_close(network.get_accuracy(case.X, wrong).result, 0.0)


@pytest.mark.check(
    "get_accuracy", points=1, real=("predictions::accuracy_at_other_sizes",), own=True
)
@given(case=cases())
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_accuracy_at_other_sizes(student, case):
    """In networks of any size, and for a single sample, the accuracy is the fraction."""
    assert_fractions(student, case)


def assert_likeliest(student, case):
    """No class has a higher probability than the one that is predicted."""
    network = student.network(case.parameters)
    got = network.get_predictions(case.X).result
    have = got.shaped((case.X.shape[1],))
    A2 = forward(network, case.X)["A2"]
    for j, (column, label) in enumerate(zip(A2.T, have, strict=True)):
        if label not in range(len(column)):
            raise got.wrong(f"at [{j}] is {number(label)}, which is no class of this network.")
        if column[int(label)] < column.max() - 1e-6:
            raise got.wrong(
                f"at [{j}] is {number(label)}, to which A2 gives {number(column[int(label)])}; "
                f"another class has {number(column.max())}."
            )


def predictions(student, case):
    """The submission's own predictions, to be labels."""
    with resting_on("get_predictions"):
        got = student.network(case.parameters).get_predictions(case.X).result
        have = got.shaped((case.X.shape[1],))
    if not np.isin(have, range(case.sizes.output_size)).all():
        raise got.wrong("holds what is no class, and this check rests on it.")
    return have.astype(np.int64)


def assert_fractions(student, case):
    """The accuracy is the fraction of labels that are the submission's own predictions."""
    network = student.network(case.parameters)
    network.get_accuracy(case.X, case.y)  # what is not written is told before what it rests on
    predicted = predictions(student, case)
    other = (predicted + 1) % case.sizes.output_size
    even = np.arange(len(predicted)) % 2 == 0
    y = np.where(even, predicted, other)
    assert_close(network.get_accuracy(case.X, y).result, even.mean())
