"""gradient_descent: where rounds of the submission's own parts lead."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.assignment import PARAMETERS, Sizes
from grader.checks.cases import SMALL, TINY, Draw, cases, draws, make_case
from grader.compare import assert_close
from grader.differences import number
from grader.errors import Mismatch, Undone
from grader.practice.own import OwnLoss, resting_on
from grader.sandbox.errors import Stopped, StudentError

RATE = 0.01
STEPS = 3
ENOUGH = 0.95
"""Of the way down that the rounds go: mini-batches and momentum go further."""

CROWDED = make_case(Sizes(4, 5, 3), 60, seed=5)
"""More samples than the network can tell apart: stepping along an old gradient goes astray."""

MANY = make_case(Sizes(20, 5, 4), 300, seed=6)
"""More samples than whoever takes the first few of them looks at."""

OTHER = (10, 100, 1000)
"""Counts of steps that people write into the code."""

_PLAIN = st.sampled_from((1.0, 0.2))
_ITSELF = frozenset({"gradient_descent"})


@pytest.mark.check("gradient_descent", points=3, real=("descent::descent",), own=True)
@given(draw=draws().filter(lambda draw: draw.scale <= 1))
@example(draw=Draw())
def test_descent(student, assigned, draw):
    """The parameters end where rounds of your forward, backward and update lead."""
    assert_descended(student, draw.case(assigned), STEPS, RATE)


@pytest.mark.check(
    "gradient_descent", points=3, real=("descent::as_many_steps_as_asked",), own=True
)
@given(case=cases(scales=_PLAIN), iters=st.sampled_from((1, 2, 5)), rate=st.just(RATE))
@example(case=TINY, iters=1, rate=RATE)
@example(case=TINY, iters=3, rate=RATE)
@example(case=SMALL, iters=6, rate=RATE)
@example(case=CROWDED, iters=40, rate=0.5)
@example(case=MANY, iters=20, rate=0.5)
def test_as_many_steps_as_asked(student, case, iters, rate):
    """As many rounds are gone as iters says, at other sizes of network too."""
    assert_descended(student, case, iters, rate)


def assert_descended(student, case, iters, rate):
    """After iters steps the parameters are where the rounds lead, or the loss is as low."""
    network = student.network(case.parameters, rate)
    after = network.gradient_descent(case.X, case.y, iters)
    have = {name: after[name].shaped(v.shape) for name, v in case.parameters.items()}
    if all(np.array_equal(have[name], value) for name, value in case.parameters.items()):
        raise Undone(f"{after.call}: no parameter has moved after {iters} steps.")
    rounds = driven(student, network, case, iters)
    if rounds is None:
        assert_lower(after, OwnLoss(student, case.X, case.y), case.parameters, have)
        return
    try:
        assert_at(after, rounds)
    except Mismatch:
        loss = OwnLoss(student, case.X, case.y)
        start, plain, reached = (loss.at(p).loss for p in (case.parameters, rounds, have))
        if not start - reached >= ENOUGH * (start - plain):
            raise
    else:
        return
    for count in {iters - 1, iters + 1, 2 * iters, 1, *OTHER} - {iters, 0}:
        if is_at(after, lambda count=count: driven(student, network, case, count)):
            raise Mismatch(f"{after.call}: it took {count} steps, and iters={iters} was asked for.")


def driven(student, network, case, iters):
    """The parameters after so many rounds of the submission's own parts.

    None where these hand on between them what nobody else can: a dictionary of gradients, say.
    """
    with resting_on("forward, backward and update"), student.helped(_ITSELF):
        try:
            after = network.gradient_descent(case.X, case.y, iters)
        except StudentError as error:
            if error.type_name == "Unbound":
                return None
            raise
        return {name: after[name].shaped(v.shape) for name, v in case.parameters.items()}


def assert_lower(after, loss, start, end):
    """The loss is lower at the end than at the start."""
    before, behind = loss.at(start).loss, loss.at(end).loss
    if not behind < before:
        raise Mismatch(
            f"{after.call}: the loss goes from {number(before)} to {number(behind)}; "
            "steps of gradient descent lower it."
        )


def is_at(after, rounds):
    """Whether the parameters are where the rounds lead; not, where that takes too long."""
    try:
        assert_at(after, rounds())
    except (Mismatch, Stopped):
        return False
    return True


def assert_at(after, rounds):
    """The parameters are these."""
    for name in PARAMETERS:
        assert_close(after[name], rounds[name], expected="but after so many rounds by hand it is")
