"""What answers depend on, told from a few calls."""

from itertools import count

import numpy as np
import pytest

from grader.assignment import ASSIGNED
from grader.diagnosis.behaviour import Split, by_case, by_repetition, by_samples
from grader.diagnosis.exceptions import explained
from grader.diagnosis.observe import Raised
from grader.diagnosis.probes import probes

FORWARD = "forward_propagation"
CASES = list(probes(FORWARD, ASSIGNED))
BASE = CASES[0]


def by_name(*wrong):
    """Answers on every probe that are wrong on those."""
    right = [{"A2": np.ones((2, 3))} for _ in CASES]
    have = [{"A2": np.full((2, 3), 2.0 if c.name in wrong else 1.0)} for c in CASES]
    return CASES, have, right


ALL = {case.name for case in CASES}


@pytest.mark.parametrize(
    ("wrong", "ident"),
    [
        (ALL - {"single"}, "one-sample-only"),
        ({"single"}, "several-samples-only"),
        (ALL - {"assigned"}, "assigned-sizes-only"),
        ({"absent"}, "absent-class"),
        (ALL, None),
        (set(), None),
        ({"wide", "absent"}, None),
    ],
)
def test_by_case(wrong, ident):
    """Which kind of case is right, or wrong, is told where it is just that kind."""
    found = by_case("softmax", *by_name(*wrong))
    assert (found and found.id) == ident


def test_what_is_kept_shows():
    """An answer that counts calls is not repeatable."""
    calls = count()
    found = by_repetition(lambda _probe, _seed: {"A2": np.array([next(calls)])}, FORWARD, BASE)
    assert found.id == "not-repeatable"


def test_randomness_shows():
    """An answer that follows the random generators' seed is random."""
    found = by_repetition(lambda _probe, seed: {"A2": np.array([seed])}, FORWARD, BASE)
    assert found.id == "random"


def test_a_descent_may_be_random():
    """Shuffled mini-batches are allowed: of a descent neither chance nor order is spoken of."""
    assert by_repetition(lambda _probe, seed: {"W1": np.array([seed])}, "training", BASE) is None
    assert by_samples(lambda p, _: {"W1": p.X[:, :1]}, "gradient_descent", BASE) is None


def test_what_is_repeatable_is_not_spoken_of():
    """An answer that is the same every time is neither."""
    assert by_repetition(lambda probe, _seed: {"A2": probe.X}, FORWARD, BASE) is None


@pytest.mark.parametrize(
    ("answer", "ident"),
    [
        (lambda X: 2 * X, None),
        (lambda X: X - X.mean(axis=1, keepdims=True), "other-samples"),
        (lambda X: X * np.arange(X.shape[1]), "order-of-samples"),
        (lambda X: X[:, :1] + 0 * X, "order-of-samples"),
    ],
)
def test_by_samples(answer, ident):
    """Each column must be computed as if it were alone, and alike in every place."""
    found = by_samples(lambda p, _: {"A2": answer(p.X)}, "forward_propagation", BASE)
    assert (found and found.id) == ident


def test_averages_have_no_order():
    """A method that averages gives the same for samples in another order, or is told."""

    def mean(probe, _seed):
        return {"the result": np.asarray(probe.X.mean())}

    def first(probe, _seed):
        return {"the result": np.asarray(probe.X[0, 0])}

    assert by_samples(mean, "cross_entropy_loss", BASE) is None
    assert by_samples(first, "cross_entropy_loss", BASE).id == "order-of-samples"


@pytest.mark.parametrize(
    ("method", "right", "wrong", "ident"),
    [
        ("forward_propagation", ("Z1", "A1"), ("Z2", "A2"), "first-wrong"),
        ("backward_propagation", ("dW2", "db2", "W1"), ("dW1", "db1"), "some-right"),
        ("backward_propagation", ("dW1", "db1"), ("W1",), "changed-parameters"),
        ("ReLU", ("the result",), ("the argument Z",), "changed-argument"),
        ("get_accuracy", (), ("the result",), None),
    ],
)
def test_split(method, right, wrong, ident):
    """Where some things are right and others are not, that says where to look."""
    found = Split(right, wrong).told(method)
    assert (found and found.id) == ident


@pytest.mark.parametrize(
    ("type_name", "message", "ident"),
    [
        ("AxisError", "axis 2 is out of bounds for array of dimension 2", "no-such-axis"),
        ("ValueError", "matmul: Input operand 1 has a mismatch", "product-does-not-fit"),
        ("ValueError", "shapes (3,4) and (3,6) not aligned: 4", "product-does-not-fit"),
        ("ValueError", "operands could not be broadcast together", "shapes-do-not-fit"),
        ("ValueError", "cannot reshape array of size 3 into shape (128,1)", "size-in-a-reshape"),
        ("NameError", "name 'X_train' is not defined", "global-for-argument"),
        ("NameError", "name 'sofmax' is not defined", "undefined-name"),
        ("AttributeError", "'NN' object has no attribute 'cache'", "unset-attribute"),
        ("TypeError", "unsupported operand type(s) for -: 'NoneType' and 'int'", "none-as-number"),
        ("TypeError", "f() missing 1 required positional argument: 'y'", "wrong-arguments"),
        ("RuntimeError", "axis 2 is out of bounds", None),
    ],
)
def test_exceptions_are_explained(type_name, message, ident):
    """Exceptions that are often met are put in words; others are left as they are."""
    found = explained("backward_propagation", Raised(type_name, message))
    assert (found and found.id) == ident


def test_a_hostile_exception_is_not_repeated():
    """Of an exception's text only a short name of word characters gets into a hint."""
    long = "x" * 5000
    assert explained("ReLU", Raised("NameError", f"name '{long}' is not defined")) is None
    markup = Raised("NameError", "name '[red]<b>' is not defined")
    assert explained("ReLU", markup) is None
