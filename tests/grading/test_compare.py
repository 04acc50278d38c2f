"""Comparing answers: what is caught, what is forgiven, what is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.compare import Got, Hidden, assert_close, assert_gradient, assert_shape, slope_along
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
        "2 of 6 elements are wrong, and this is the worst."
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "is None; an array of numbers is expected"),
        (Opaque("DataFrame"), "is a DataFrame"),
        ({"Z1": WANT}, "is a dict"),
        ("Z1", "is a str"),
        ([[1.0], [2.0, 3.0]], "is a list"),
        (WANT.T, "has shape (3, 2); shape (2, 3) is expected"),
        (WANT[0], "has shape (3,); shape (2, 3) is expected"),
        (WANT * np.nan, "is nan, expected 1; all 6 elements are nan or infinite"),
        (np.where(WANT > 2, np.inf, WANT), "is inf, expected 3"),
        (1.0, "is a single number; shape (2, 3) is expected"),
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


BIG = np.arange(1.0, 13.0).reshape(4, 3) * np.array([1, -1, 1])


@pytest.mark.parametrize(
    ("factor", "says"),
    [
        (2.0, "2 times what is expected"),
        (-1.0, "what is expected with the other sign"),
        (1 / 6, "1/6 of what is expected"),
        (1 / 128, "1/128 of what is expected"),
        (1.5, "3/2 times what is expected"),
        (0.01, "1/100 of what is expected"),
        (13 / 784, "13/784 of what is expected"),
        (1 / np.log(2), "1.4427 times what is expected"),
        (0.0, "0"),
    ],
)
def test_a_constant_ratio_is_said(factor, says):
    """Where every element is off by one factor it is named, computed in float32 as well."""
    assert message(factor * BIG, BIG).endswith(f"; every element is {says}.")
    rounded = (np.float32(factor) * BIG.astype("f4")).astype("f8")
    assert message(rounded, BIG).endswith(f"; every element is {says}.")


@given(st.integers(0, 11), st.sampled_from([0.99, 1.001, 3.0]))
def test_a_ratio_that_is_not_constant_is_not_said(at, more):
    """One element with another ratio, and there is none."""
    wrong = 2 * BIG
    wrong.flat[at] *= more
    assert "times" not in message(wrong, BIG)


def test_zeros_say_nothing_about_the_ratio():
    """Elements that are 0 and right are left out of the ratio."""
    want = np.array([[1.0, 0.0], [0.0, -3.0], [1e-12, 0.5]])
    assert "every element is 2 times" in message(2 * want, want)


@pytest.mark.parametrize(
    ("value", "want", "says"),
    [
        (1.0, 0.5, "is 1, expected 0.5; that is 2 times what is expected."),
        (46.0, 0.46, "; that is 100 times what is expected."),
        (0.3, 0.7, "is 0.3, expected 0.7."),
        (0.0, 0.7, "is 0, expected 0.7."),
    ],
)
def test_the_ratio_of_single_numbers(value, want, says):
    """Of a single number only whole multiples and parts are named: others are chance."""
    assert message(value, np.array(want)).endswith(says)


def test_equal_elements_have_a_ratio_by_chance():
    """Where all that is wrong was to be the same number, 7/6 of it tells nothing."""
    assert "times" not in message(np.full(3, 7.0), np.full(3, 6.0))


def off(rows, columns):
    """BIG with other numbers in these rows and columns."""
    wrong = BIG.copy()
    wrong[np.ix_(rows, columns)] += np.arange(1, 1 + len(rows) * len(columns)).reshape(
        len(rows), -1
    )
    return wrong


ALL = [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("rows", "columns", "says"),
    [
        (
            [2],
            [0, 1, 2],
            "3 of 12 elements are wrong, all of them in row 2, and this is the worst.",
        ),
        ([0, 3], [0, 1, 2], ", all of them in rows 0 and 3, and this is the worst."),
        ([0, 1, 3], [0, 1], ", all of them in rows 0, 1 and 3, and this is the worst."),
        (ALL, [1], "4 of 12 elements are wrong, all of them in column 1, and this is the worst."),
        (ALL, [0, 2], ", all of them in columns 0 and 2, and this is the worst."),
        (ALL, [0, 1, 2], "; all 12 elements are wrong, and this is the worst."),
        ([1], [1], "; 1 of 12 elements is wrong."),
    ],
)
def test_rows_and_columns_are_said(rows, columns, says):
    """Where some rows or columns are right, the message says which are not."""
    assert message(off(rows, columns), BIG).endswith(says)


def test_many_rows_are_counted():
    """More than three rows are counted, not listed."""
    want = np.arange(1.0, 61.0).reshape(10, 6)
    wrong = want.copy()
    wrong[[0, 2, 4, 6, 8]] += np.arange(1.0, 31.0).reshape(5, 6) ** 2
    assert message(wrong, want).endswith(", all of them in 5 of 10 rows, and this is the worst.")


def test_scattered_errors_have_no_place():
    """Two elements in different rows and columns are in no row."""
    wrong = BIG.copy()
    wrong[0, 0], wrong[2, 1] = 9.0, 7.0
    assert message(wrong, BIG).endswith("; 2 of 12 elements are wrong, and this is the worst.")


def test_a_ratio_in_some_rows():
    """Rows that are wrong by one factor are told with place and factor."""
    wrong = BIG.copy()
    wrong[[1, 2]] *= -1
    assert message(wrong, BIG).endswith(
        "; 6 of 12 elements are wrong, all of them in rows 1 and 2; "
        "each is what is expected with the other sign."
    )


def gradients(inputs, samples, slope):
    """The hidden layer, and dW1 with ReLU's derivative 0 and `slope` where Z1 <= 0."""
    rng = np.random.default_rng(4)
    hidden = Hidden(rng.standard_normal((6, samples)), rng.standard_normal((inputs, samples)))
    hidden.Z1[0] = np.abs(hidden.Z1[0])
    dA1 = rng.standard_normal((6, samples))
    want, wrong = (dA1 * np.where(hidden.Z1 > 0, 1, low) for low in (0, slope))
    return hidden, want, wrong


SWITCHED_OFF = "the whole error comes from units and samples with Z1 <= 0"


@pytest.mark.parametrize("slope", [1.0, 0.01])
@pytest.mark.parametrize(("inputs", "samples"), [(20, 13), (5, 1), (2, 3)])
def test_errors_where_units_are_off(slope, inputs, samples):
    """A mask that is missing, or leaks, is told from the gradients of W1 and of b1."""
    hidden, want, wrong = gradients(inputs, samples, slope)
    with pytest.raises(Mismatch, match=SWITCHED_OFF):
        assert_close(got(wrong @ hidden.X.T), want @ hidden.X.T, hidden=hidden)
    with pytest.raises(Mismatch, match=SWITCHED_OFF):
        assert_close(
            got(wrong.sum(1, keepdims=True)), want.sum(axis=1, keepdims=True), hidden=hidden
        )


def test_errors_where_every_unit_is_off_at_times():
    """With more inputs than samples it is told though every row is wrong."""
    hidden, want, wrong = gradients(20, 13, 1.0)
    hidden.Z1[0, 0] = -1.0
    want[0, 0] = 0.0
    with pytest.raises(Mismatch, match="; all 120 elements are wrong.*" + SWITCHED_OFF):
        assert_close(got(wrong @ hidden.X.T), want @ hidden.X.T, hidden=hidden)


@pytest.mark.parametrize(("inputs", "samples"), [(20, 13), (5, 1), (2, 3)])
def test_other_errors_are_not_laid_on_units_that_are_off(inputs, samples):
    """A factor, an error where units are on, or one element: Z1 is not spoken of."""
    hidden, want, wrong = gradients(inputs, samples, 1.0)
    on = np.where(hidden.Z1 > 0, wrong**2, want)
    one = want @ hidden.X.T
    one[0, 0] += 1
    for value in (2 * want @ hidden.X.T + 1, on @ hidden.X.T, one):
        with pytest.raises(Mismatch) as caught:
            assert_close(got(value), want @ hidden.X.T, hidden=hidden)
        assert "Z1 <=" not in str(caught.value)
