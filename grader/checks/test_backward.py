"""backward_propagation: the gradient, against central differences of the loss."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.assignment import GRADIENTS, PARAMETERS
from grader.checks.cases import ABSENT, SINGLE, SMALL, TINY, Draw, cases, draws, moderate, solved
from grader.compare import Hidden, assert_close, assert_gradient, assert_shape

OF_HIDDEN = ("dW1", "db1")
"""Gradients that pass through the hidden layer."""

OWN_STEP = 1e-3
"""Step of the central difference of the submission's own loss, which may be computed in float32:
its rounding of 1e-7 becomes 1e-4 in the slope."""

OWN_TOLERANCE = 2e-3
"""Of the gradient's length plus one: finer errors are for the checks above to find."""


@pytest.mark.check("backward_propagation", points=5)
@given(draw=draws())
@example(draw=Draw())
def test_dW2(student, reference, assigned, draw):
    """dW2 is the derivative of the loss with respect to W2."""
    assert_derivative("W2", student, reference, draw.case(assigned))


@pytest.mark.check("backward_propagation", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_db2(student, reference, assigned, draw):
    """db2 is the derivative of the loss with respect to b2."""
    assert_derivative("b2", student, reference, draw.case(assigned))


@pytest.mark.check("backward_propagation", points=5)
@given(draw=draws())
@example(draw=Draw())
def test_dW1(student, reference, assigned, draw):
    """dW1 is the derivative of the loss with respect to W1."""
    assert_derivative("W1", student, reference, draw.case(assigned))


@pytest.mark.check("backward_propagation", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_db1(student, reference, assigned, draw):
    """db1 is the derivative of the loss with respect to b1."""
    assert_derivative("b1", student, reference, draw.case(assigned))


@pytest.mark.check("backward_propagation", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_batches(student, reference, assigned, draw):
    """Batches of one sample, and after them others without the last class, are right too."""
    case = draw.case(assigned)
    right = solved(reference, case)
    network = student.network(case.parameters)
    earlier = None
    for keep in (np.arange(len(case.y)) == 0, case.y < assigned.output_size - 1):
        X, y = case.X[:, keep], case.y[keep]
        right.forward_propagation(X)
        right.backward_propagation(X, y)
        after = network.backward_propagation(X, y, earlier=earlier)
        earlier = X, y  # whose gradient must be gone
        hidden = Hidden(right.Z1, X)
        for name in GRADIENTS:
            assert_close(
                after[name],
                getattr(right, name),
                hidden=hidden if name in OF_HIDDEN else None,
            )


@pytest.mark.check("backward_propagation", points=3)
@given(case=cases())
@example(case=TINY)
@example(case=SMALL)
@example(case=ABSENT)
@example(case=SINGLE)
def test_other_sizes(student, reference, case):
    """Networks of any size have right gradients."""
    for name in PARAMETERS:
        assert_derivative(name, student, reference, case)


@pytest.mark.check("backward_propagation", points=2, property=True)
@given(draw=draws())
@example(draw=Draw())
def test_shapes(student, assigned, draw):
    """Every gradient has the shape of its parameter."""
    case = draw.case(assigned)
    after = student.network(case.parameters).backward_propagation(case.X, case.y)
    for name in PARAMETERS:
        assert_shape(after[f"d{name}"], case.parameters[name].shape)


@pytest.mark.check("backward_propagation", points=2, property=True)
@given(case=cases(scales=st.just(1.0)))
@example(case=SMALL)
def test_slope_of_own_loss(student, reference, case):
    """The gradient is the slope of your own cross_entropy_loss, or of the right one."""
    case = moderate(case)
    rng = np.random.default_rng(case.X.size)
    step = {name: rng.standard_normal(value.shape) for name, value in case.parameters.items()}
    length = np.sqrt(sum(np.vdot(value, value) for value in step.values()))
    after = student.network(case.parameters).backward_propagation(case.X, case.y)
    along = norm = 0.0
    for name, value in step.items():
        gradient = after[f"d{name}"].shaped(value.shape)
        along += float(np.vdot(gradient, value / length))
        norm += float(np.vdot(gradient, gradient))
    above, below = (
        loss_at(
            student,
            reference,
            replace(
                case,
                parameters={
                    name: value + sign * OWN_STEP / length * step[name]
                    for name, value in case.parameters.items()
                },
            ),
        )
        for sign in (1, -1)
    )
    slope = (above - below) / (2 * OWN_STEP)
    if not abs(along - slope) <= OWN_TOLERANCE * (1 + np.sqrt(norm)):
        raise (
            after["dW1"]
            .derived("the gradient", None)
            .wrong(
                f"says that the loss changes by {along:.6g} for each unit along a random "
                f"direction of the parameters; measured, it changes by {slope:.6g}."
            )
        )


@pytest.mark.check("backward_propagation", points=2, property=True)
@given(draw=draws())
@example(draw=Draw())
def test_leaves_the_parameters_alone(student, assigned, draw):
    """backward_propagation computes the gradient and changes no parameter: update_params does."""
    case = draw.case(assigned)
    network = student.network(case.parameters)
    after = network.backward_propagation(case.X, case.y, read=PARAMETERS)
    for name in PARAMETERS:
        left = after[name].expecting(case.parameters[name])
        assert_close(left, case.parameters[name], expected="but before the call it was")


def assert_derivative(name, student, reference, case):
    """The gradient of one parameter agrees with central differences and with the reference."""
    network = student.network(case.parameters)
    after = network.backward_propagation(case.X, case.y, read=(f"d{name}",))
    right = solved(reference, case)
    hidden = Hidden(right.Z1, case.X) if f"d{name}" in OF_HIDDEN else None

    def loss(value: np.ndarray) -> float:
        setattr(right, name, value)
        right.forward_propagation(case.X)
        return right.cross_entropy_loss(case.X, case.y)

    assert_gradient(
        after[f"d{name}"],
        loss,
        case.parameters[name],
        getattr(right, f"d{name}"),
        seed=case.X.size,
        hidden=hidden,
    )


def loss_at(student, reference, case):
    """The submission's own loss of a case; the reference's, where that is not right."""
    if "cross_entropy_loss" in student.sound:
        result = student.network(case.parameters).cross_entropy_loss(case.X, case.y).result
        return float(result.shaped(()))
    return solved(reference, case).cross_entropy_loss(case.X, case.y)
