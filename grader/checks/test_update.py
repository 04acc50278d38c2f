"""update_params: one step of gradient descent along gradients of the grader's choice."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.assignment import PARAMETERS
from grader.checks.cases import SMALL, TINY, Draw, cases, draws
from grader.compare import assert_close, listed
from grader.errors import Undone

DEFAULT_RATE = 0.01


@pytest.mark.check("update_params", points=3)
@given(draw=draws())
@example(draw=Draw())
def test_weights(student, assigned, draw):
    """W1 and W2 move against their gradients, by the learning rate times each."""
    assert_step(student, draw.case(assigned), DEFAULT_RATE, ("W1", "W2"))


@pytest.mark.check("update_params", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_biases(student, assigned, draw):
    """b1 and b2 move against their gradients, by the learning rate times each."""
    assert_step(student, draw.case(assigned), DEFAULT_RATE, ("b1", "b2"))


@pytest.mark.check("update_params", points=2)
@given(case=cases(), rate=st.sampled_from((0.5, 0.03, 2.0)))
@example(case=TINY, rate=0.5)
@example(case=SMALL, rate=0.5)
def test_learning_rate(student, case, rate):
    """The step follows the network's own learning rate, at any size of the network."""
    assert_step(student, case, rate, PARAMETERS)


@pytest.mark.check("update_params", points=1, property=True)
@given(case=cases())
@example(case=SMALL)
def test_linear_in_the_gradient(student, case):
    """A gradient twice as large moves every parameter twice as far."""
    network = student.network(case.parameters, 0.5)
    once = network.update_params(case.gradients)
    twice = network.update_params({name: 2 * value for name, value in case.gradients.items()})
    for name, start in case.parameters.items():
        far = 2 * once[name].shaped(start.shape) - start
        assert_close(twice[name], far, expected="but a step twice as long leads to")


def assert_step(student, case, rate, names):
    """The named parameters are where one step of gradient descent leads."""
    after = student.network(case.parameters, rate).update_params(case.gradients, read=names)
    if all(np.array_equal(after[name].value, case.parameters[name]) for name in names):
        raise Undone(f"{after.call}: {listed(names)} have not moved.")
    for name in names:
        assert_close(after[name], case.parameters[name] - rate * case.gradients[f"d{name}"])
