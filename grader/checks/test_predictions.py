"""get_predictions and get_accuracy: what the network makes of samples."""

import numpy as np
import pytest
from hypothesis import example, given

from grader.checks.cases import SINGLE, SMALL, TINY, Draw, cases, draws, solved
from grader.compare import assert_close, assert_shape


@pytest.mark.check("get_predictions", points=3)
@given(draw=draws())
@example(draw=Draw())
def test_predictions(student, reference, assigned, draw):
    """Every sample gets the class with the highest probability."""
    case = draw.case(assigned)
    result = student.network(case.parameters).get_predictions(case.X).result
    assert_close(result, solved(reference, case).A2.argmax(axis=0))


@pytest.mark.check("get_predictions", points=1, property=True)
@given(draw=draws())
@example(draw=Draw())
def test_shape_of_predictions(student, assigned, draw):
    """The predictions are one label for each sample, in an array of one axis."""
    case = draw.case(assigned)
    result = student.network(case.parameters).get_predictions(case.X).result
    assert_shape(result, (case.X.shape[1],))


@pytest.mark.check("get_predictions", points=1)
@given(case=cases())
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_predictions_at_other_sizes(student, reference, case):
    """Networks of any size, and single samples, are predicted right."""
    result = student.network(case.parameters).get_predictions(case.X).result
    assert_close(result, solved(reference, case).A2.argmax(axis=0))


@pytest.mark.check("get_accuracy", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_accuracy(student, reference, assigned, draw):
    """The accuracy is the fraction of samples whose prediction equals the label."""
    case = draw.case(assigned)
    predicted = solved(reference, case).A2.argmax(axis=0)
    y = case.y.copy()
    y[::3] = predicted[::3]
    result = student.network(case.parameters).get_accuracy(case.X, y).result
    assert_close(result, np.mean(predicted == y))


@pytest.mark.check("get_accuracy", points=1)
@given(draw=draws())
@example(draw=Draw())
def test_accuracy_from_0_to_1(student, reference, assigned, draw):
    """The accuracy is 1 when all predictions are right and 0 when none is."""
    case = draw.case(assigned)
    predicted = solved(reference, case).A2.argmax(axis=0)
    network = student.network(case.parameters)
    assert_close(network.get_accuracy(case.X, predicted).result, 1.0)
    wrong = (predicted + 1) % assigned.output_size
    assert_close(network.get_accuracy(case.X, wrong).result, 0.0)


@pytest.mark.check("get_accuracy", points=1)
@given(case=cases())
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_accuracy_at_other_sizes(student, reference, case):
    """Networks of any size, and single samples, have the right accuracy."""
    predicted = solved(reference, case).A2.argmax(axis=0)
    y = np.where(np.arange(len(predicted)) % 2, case.y, predicted)
    result = student.network(case.parameters).get_accuracy(case.X, y).result
    assert_close(result, np.mean(predicted == y))
