"""forward_propagation: each stored array against the one before it."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks.cases import SINGLE, SMALL, TINY, Draw, cases, draws
from grader.compare import assert_close
from grader.errors import Mismatch
from grader.practice.own import SLACK, assert_relu, assert_softmax
from grader.sandbox.errors import StudentError

_MODERATE = st.sampled_from((1.0, 0.2))


@pytest.mark.check("forward_propagation", points=3, real=("forward::Z1",))
@given(draw=draws())
@example(draw=Draw())
def test_Z1(student, assigned, draw):
    """Z1 is linear in W1: a weight of 2 lets a pixel through twice, and b1 is added to it."""
    assert_linear(student, draw.case(assigned), "W1", "Z1")


@pytest.mark.check("forward_propagation", points=2, real=("forward::A1",), property=True)
@given(draw=draws())
@example(draw=Draw())
def test_A1(student, assigned, draw):
    """A1 is what ReLU makes of the Z1 that is stored beside it."""
    assert_activated(student, draw.case(assigned))


@pytest.mark.check("forward_propagation", points=2, real=("forward::Z2",))
@given(draw=draws())
@example(draw=Draw())
def test_Z2(student, assigned, draw):
    """Z2 is linear in W2: a weight of 2 lets a unit of A1 through twice, and b2 is added to it."""
    assert_linear(student, draw.case(assigned), "W2", "Z2")


@pytest.mark.check("forward_propagation", points=3, real=("forward::A2",), property=True)
@given(draw=draws().filter(lambda draw: draw.scale <= 1))
@example(draw=Draw())
def test_A2(student, assigned, draw):
    """A2 is what softmax makes of the Z2 that is stored beside it."""
    assert_distributed(student, draw.case(assigned))


@pytest.mark.check("forward_propagation", points=2, real=("forward::other_sizes",))
@given(case=cases(scales=_MODERATE))
@example(case=TINY)
@example(case=SMALL)
@example(case=SINGLE)
def test_other_sizes(student, case):
    """Networks of any size, batches of any length, and single samples go through as they should."""
    assert_linear(student, case, "W1", "Z1")
    assert_activated(student, case)
    assert_linear(student, case, "W2", "Z2")
    assert_distributed(student, case)


@pytest.mark.check("forward_propagation", points=1, own=True, property=True)
@given(draw=draws())
@example(draw=Draw())
def test_an_earlier_batch(student, assigned, draw):
    """A batch gives what it gives, whatever went through the network before."""
    case = draw.case(assigned)
    network = student.network(case.parameters)
    fresh = network.forward_propagation(case.X)
    later = network.forward_propagation(case.X, earlier=case.X[:, ::2])
    for name in ("Z1", "A1", "Z2", "A2"):
        assert_close(later[name], fresh[name].array(), expected="but as the first batch it is")


def assert_linear(student, case, weights, name):
    """Weights that let single rows through do so, and what two sets of weights give adds up."""
    bias = f"b{weights[1]}"
    rng = np.random.default_rng(case.X.size)
    W, b = case.parameters[weights], case.parameters[bias]
    through = np.zeros_like(W)
    rows, factors = rng.integers(W.shape[1], size=len(W)), rng.choice((1.0, 2.0, -1.0), len(W))
    for unit, row in enumerate(rows):
        through[unit, row] = factors[unit]
    after = run(student, case, weights, through)
    given = case.X if weights == "W1" else after["A1"].shaped((W.shape[1], case.X.shape[1]))
    what = "the row of X that it lets through," if weights == "W1" else "the row of A1 let through,"
    right = given[rows] * factors[:, None] + b
    assert_same(after[name], right, f"but {what} times its weight, plus {bias}, is")
    part = rng.standard_normal(W.shape) * W.std()
    shape = (len(W), case.X.shape[1])
    one, other, none, both = (
        run(student, case, weights, value)[name] for value in (part, W - part, np.zeros_like(W), W)
    )
    total = one.shaped(shape) + other.shaped(shape) - none.shaped(shape)
    assert_same(both, total, f"but with two {weights} that add up to this one it is")


def run(student, case, weights, value):
    """The forward pass with other weights."""
    return student.network({**case.parameters, weights: value}).forward_propagation(case.X)


def assert_same(got, right, expected):
    """Equal, or off by a constant in every column: softmax may have shifted Z2 in place."""
    try:
        assert_close(got, right, expected=expected, atol=1e-5)
    except Mismatch:
        have = got.shaped(right.shape)
        if len(right) == 1 or got.what != "self.Z2":
            raise
        if not np.allclose(have - have[:1], right - right[:1], rtol=1e-4, atol=1e-5):
            raise


def assert_activated(student, case):
    """A1 is ReLU of Z1, or at least what the submission's ReLU makes of it."""
    after = student.network(case.parameters).forward_propagation(case.X)
    Z1 = after["Z1"].shaped((case.sizes.hidden_size, case.X.shape[1]))
    try:
        assert_relu(after["A1"], Z1, "Z1")
    except Mismatch:
        if not is_own(student, "ReLU", Z1, after["A1"]):
            raise


def assert_distributed(student, case):
    """A2 is softmax of Z2, or at least what the submission's softmax makes of it."""
    after = student.network(case.parameters).forward_propagation(case.X)
    Z2 = after["Z2"].shaped((case.sizes.output_size, case.X.shape[1]))
    try:
        assert_softmax(after["A2"], Z2, "Z2")
    except Mismatch:
        if not is_own(student, "softmax", Z2, after["A2"]):
            raise


def is_own(student, function, Z, got):
    """Whether the answer is what the submission's own function, wrong itself, makes of Z."""
    if function in student.sound:
        return False
    try:
        own = getattr(student, function)(Z).result.array()
        return np.allclose(own, got.array(), rtol=SLACK, atol=SLACK)
    except (Mismatch, StudentError, ValueError):
        return False
