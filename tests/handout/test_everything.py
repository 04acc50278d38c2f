"""Practice against all that is known: every right program, and every typical mistake."""

import pytest
from support.files import REFERENCE

from grader.report import Status
from grader.solution import load_styles
from reference.misconceptions import catalogue

STYLES = {style.name: style for style in load_styles()}
ENTRIES = {entry.id: entry for entry in catalogue()}

pytestmark = pytest.mark.slow

ALLOWED = {Status.PASSED, Status.MISSING}
"""What is left out is missing, and allowed to be."""


@pytest.mark.parametrize("name", STYLES)
def test_a_right_program_fails_nothing(practise_text, made, name):
    """A right program fails no practice check but those for what its style really costs."""
    style = STYLES[name]
    real = {check.id: set(check.real) for check in made.choice.taken}
    for outcome in practise_text(style.apply(REFERENCE)).outcomes:
        costs = style.costs & ({outcome.id} | real[outcome.id])
        assert outcome.status in ALLOWED or costs, f"{outcome.id}: {outcome.message}"


@pytest.mark.parametrize("name", [*ENTRIES][::4])  # of a method, some of each
def test_a_mistake_fails_something(practise_text, name):
    """A typical mistake fails at least one practice check of its own method.

    One in the training as a whole may show in the descent alone.
    """
    entry = ENTRIES[name]
    outcomes = practise_text(entry.apply(REFERENCE)).outcomes
    found = {o.method for o in outcomes if o.status is not Status.PASSED}
    assert found & {entry.method, *(["gradient_descent"] if entry.method == "training" else [])}
