"""gradient_descent: where so many steps lead."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.assignment import PARAMETERS, Sizes
from grader.checks.cases import SMALL, TINY, Draw, cases, draws, make_case
from grader.checks.descent import assert_descended
from grader.compare import assert_close

RATE = 0.01
STEPS = 3

CROWDED = make_case(Sizes(4, 5, 3), 60, seed=5)
"""More samples than the network can tell apart: stepping on along an old gradient, which lowers the
loss of a few samples just as well, goes astray here."""

_PLAIN = st.sampled_from((1.0, 0.2))


@pytest.mark.check("gradient_descent", points=3)
@given(draw=draws().filter(lambda draw: draw.scale <= 1))
@example(draw=Draw())
def test_descent(student, reference, assigned, draw):
    """The parameters move as so many rounds of forward, backward and update move them."""
    assert_descended(student, reference, draw.case(assigned), STEPS, RATE)


@pytest.mark.check("gradient_descent", points=3)
@given(case=cases(scales=_PLAIN), iters=st.sampled_from((1, 2, 5)), rate=st.just(RATE))
@example(case=TINY, iters=1, rate=RATE)
@example(case=TINY, iters=3, rate=RATE)
@example(case=SMALL, iters=1, rate=RATE)
@example(case=SMALL, iters=6, rate=RATE)
@example(case=CROWDED, iters=40, rate=0.5)
def test_as_many_steps_as_asked(student, reference, case, iters, rate):
    """As many steps are taken as iters says, on networks of any size."""
    assert_descended(student, reference, case, iters, rate)


@pytest.mark.check("gradient_descent", points=2, property=True)
@given(case=cases(scales=_PLAIN))
@example(case=SMALL)
def test_no_steps(student, case):
    """With iters=0 nothing moves."""
    after = student.network(case.parameters, RATE).gradient_descent(case.X, case.y, 0)
    for name in PARAMETERS:
        left = after[name].expecting(case.parameters[name])
        assert_close(left, case.parameters[name], expected="but before the call it was")
