"""forward_propagation: what it stores, compared with the network's equations."""

import numpy as np
import pytest
from hypothesis import example, given

from grader.checks.cases import SINGLE, SMALL, TINY, Draw, cases, draws, solved
from grader.compare import Got, assert_close, assert_shape
from grader.errors import Mismatch


@pytest.mark.check("forward_propagation", points=3)
@given(draw=draws())
@example(draw=Draw())
def test_Z1(student, reference, assigned, draw):
    """Z1 is W1 A0 + b1."""
    case = draw.case(assigned)
    after = student.network(case.parameters).forward_propagation(case.X)
    assert_close(after["Z1"], solved(reference, case).Z1)


@pytest.mark.check("forward_propagation", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_A1(student, reference, assigned, draw):
    """A1 is ReLU(Z1)."""
    case = draw.case(assigned)
    after = student.network(case.parameters).forward_propagation(case.X)
    assert_close(after["A1"], solved(reference, case).A1)


@pytest.mark.check("forward_propagation", points=2)
@given(draw=draws())
@example(draw=Draw())
def test_Z2(student, reference, assigned, draw):
    """Z2 is W2 A1 + b2."""
    case = draw.case(assigned)
    after = student.network(case.parameters).forward_propagation(case.X)
    assert_logits(after["Z2"], solved(reference, case).Z2)


@pytest.mark.check("forward_propagation", points=3)
@given(draw=draws())
@example(draw=Draw())
def test_A2(student, reference, assigned, draw):
    """A2 is softmax(Z2), column by column."""
    case = draw.case(assigned)
    after = student.network(case.parameters).forward_propagation(case.X)
    assert_close(after["A2"], solved(reference, case).A2)


@pytest.mark.check("forward_propagation", points=2)
@given(case=cases())
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_other_sizes(student, reference, case):
    """Networks of any size and batches of any length, a single sample too, come out right."""
    after = student.network(case.parameters).forward_propagation(case.X)
    right = solved(reference, case)
    for name in ("Z1", "A1", "Z2", "A2"):
        assert_shape(after[name], getattr(right, name).shape)
    assert_close(after["Z1"], right.Z1)
    assert_close(after["A1"], right.A1)
    assert_logits(after["Z2"], right.Z2)
    assert_close(after["A2"], right.A2)


@pytest.mark.check("forward_propagation", points=1, property=True)
@given(draw=draws())
def test_samples_do_not_see_each_other(student, assigned, draw):
    """A sample alone gives the probabilities that it gives in a batch."""
    case = draw.case(assigned)
    network = student.network(case.parameters)
    batch = network.forward_propagation(case.X)["A2"]
    alone = network.forward_propagation(case.X[:, :1])["A2"]
    assert_shape(batch, (assigned.output_size, case.X.shape[1]))
    assert_close(alone, batch.array()[:, :1], expected="but in a batch with others it is")


@pytest.mark.check("forward_propagation", points=1, property=True)
@given(draw=draws())
def test_order_of_samples(student, assigned, draw):
    """Samples in another order give the same columns in that order."""
    case = draw.case(assigned)
    order = np.random.default_rng(draw.seed).permutation(case.X.shape[1])
    network = student.network(case.parameters)
    before = network.forward_propagation(case.X)["A2"]
    assert_shape(before, (assigned.output_size, case.X.shape[1]))
    after = network.forward_propagation(case.X[:, order], earlier=case.X)["A2"]
    expected = "but with the samples in their first order it is"
    assert_close(after, before.array()[:, order], expected=expected)


@pytest.mark.check("forward_propagation", points=1, property=True)
@given(draw=draws())
def test_leaves_the_samples_alone(student, assigned, draw):
    """forward_propagation leaves X as it was."""
    case = draw.case(assigned)
    after = student.network(case.parameters).forward_propagation(case.X)
    left = after.left("X").expecting(case.X)
    assert_close(left, case.X, rtol=0, atol=0, expected="but before the call it was")


def assert_logits(got: Got, right: np.ndarray) -> None:
    """The logits, up to a constant in every column.

    A softmax that subtracts the maximum in place shifts a stored Z2 and leaves every probability
    right; that is no mistake of anybody's.
    """
    try:
        assert_close(got, right)
    except Mismatch:
        have = got.array()
        if have.shape != right.shape or not np.allclose(have.max(axis=0), 0, atol=1e-6):
            raise
        assert_close(got, right - right.max(axis=0))
