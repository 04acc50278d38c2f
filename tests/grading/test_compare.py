"""Comparing answers: what is caught, what is forgiven, what is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.compare import Got, assert_close, assert_gradient, assert_shape, slope_along
from grader.errors import GraderError, Mismatch
from grader.sandbox.request import Opaque

WANT = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]])


def got(value):
    """An answer called Z1."""
    return Got(value, "self.Z1", "forward_propagation")


def message(value, want=WANT):
    """What a student reads when `value` is not `want`."""
    with pytest.raises(Mismatch) as caught:
        assert_close(got(value), want)
    return str(caught.value)


@given(st.integers(0, 5))
def test_an_error_of_a_thousandth_is_caught(at):
    """One element that is off by 0.1 % fails, whichever it is."""
    wrong = WANT.copy()
    wrong.flat[at] *= 1.001
    assert "1 of 6 elements is wrong" in message(wrong)


def test_float32_is_forgiven():
    """A sum of 784 products in float32 passes, at several scales."""
    rng = np.random.default_rng(1)
    for scale in (1e-3, 1.0, 1e3):
        W, X = rng.standard_normal((128, 784)), scale * rng.standard_normal((784, 30))
        assert_close(got((W.astype("f4") @ X.astype("f4")).astype("f8")), W @ X)


def test_tolerance_does_not_grow_with_size():
    """The same error fails in an array of four elements and in one of a million."""
    for size in (4, 1_000_000):
        want = np.ones(size)
        with pytest.raises(Mismatch):
            assert_close(got(np.where(np.arange(size) == 2, 1.001, 1.0)), want)


def test_message_locates_the_worst_element():
    """The message names call, attribute, index, got and expected of the worst element."""
    wrong = WANT.copy()
    wrong[0, 1], wrong[1, 2] = -2.1, 7.0
    assert message(wrong) == (
        "forward_propagation: self.Z1 at [1, 2] is 7, expected -1; "
        "2 of 6 elements are wrong, this one by most."
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "is None; an array of numbers is expected"),
        (Opaque("DataFrame"), "is a DataFrame"),
        ({"Z1": WANT}, "is a dict"),
        ("Z1", "is a str"),
        ([[1.0], [2.0, 3.0]], "is a list"),
        (WANT.T, "has shape (3, 2); expected (2, 3)"),
        (WANT[0], "has shape (3,); expected (2, 3)"),
        (WANT * np.nan, "is nan, expected 1; 6 of 6 elements are not finite"),
        (np.where(WANT > 2, np.inf, WANT), "is inf, expected 3"),
        (1.0, "has shape (); expected (2, 3)"),
    ],
)
def test_what_is_no_array_of_the_right_shape(value, says):
    """Whatever else comes back is named for what it is, and is no fault of the grader's."""
    assert says in message(value)


@given(st.sampled_from([(3,), (3, 1), (1, 3), (1, 3, 1)]))
def test_axes_of_length_one_do_not_matter_to_values(shape):
    """A bias as (n,) has right values; its shape is for assert_shape to judge."""
    want = np.array([[1.0], [2.0], [3.0]])
    assert_close(got(want.reshape(shape)), want)
    if shape != want.shape:
        with pytest.raises(Mismatch, match="expected"):
            assert_shape(got(want.reshape(shape)), want.shape)


def test_lists_of_numbers_are_arrays():
    """Predictions as a list of integers are as good as an array."""
    assert_close(got([1, 2, 3]), np.array([1, 2, 3]))


def quadratic(point):
    """A loss whose gradient is known: sum of w x**2 / 2 + x**3 / 3."""
    weights = np.arange(1, point.size + 1).reshape(point.shape)
    return float(np.sum(weights * point**2 / 2 + point**3 / 3))


POINT = np.array([[0.3, -1.2], [0.7, 2.0], [-0.4, 0.1]])
GRADIENT = np.arange(1, 7).reshape(3, 2) * POINT + POINT**2


def test_a_right_gradient_passes():
    """The gradient itself passes, in float64 and rounded to float32."""
    assert_gradient(got(GRADIENT), quadratic, POINT, GRADIENT)
    assert_gradient(got(GRADIENT.astype("f4")), quadratic, POINT, GRADIENT)


@given(st.integers(0, 5), st.sampled_from([0.999, 1.001, 0.0, -1.0, 2.0]))
def test_a_wrong_entry_is_found(at, factor):
    """One entry that is off, by 0.1 % or more, is named with its index."""
    wrong = GRADIENT.copy()
    wrong.flat[at] *= factor
    index = list(np.unravel_index(at, wrong.shape))
    with pytest.raises(Mismatch) as caught:
        assert_gradient(got(wrong), quadratic, POINT, GRADIENT)
    assert f"at {[int(i) for i in index]} is" in str(caught.value)


def test_a_wrong_reference_is_our_fault():
    """Where the reference disagrees with central differences, the student is not blamed."""
    with pytest.raises(GraderError, match="the reference's"):
        assert_gradient(got(1.01 * GRADIENT), quadratic, POINT, 1.01 * GRADIENT)


def test_slope_is_as_exact_as_its_theory_says():
    """The central difference of a cubic is off by less than 1e-9 of the gradient's length."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        direction = rng.standard_normal(POINT.shape)
        direction /= np.linalg.norm(direction)
        exact = float(np.vdot(GRADIENT, direction))
        assert abs(slope_along(quadratic, POINT, direction) - exact) < 1e-9 * np.linalg.norm(
            GRADIENT
        )
