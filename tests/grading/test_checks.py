"""The checks against the catalogue: a mistake is caught in its method, and in no other."""

import pytest
from support.files import REFERENCE, SKELETON

from grader.report import Status
from reference.misconceptions import catalogue

ENTRIES = {entry.id: entry for entry in catalogue()}

EVERYDAY = ("as-tall-as-the-batch", "log2", "one-entry-off", "fixed-rate-w1")
SLOW = ("leaky", "whole-matrix", "no-b1", "wrong-axis", "percent", "a-step-short")
QUICK = (*EVERYDAY, *SLOW)
"""One for each method of the contract; `grader selftest` grades them all, and the others."""


def lost(report):
    """The methods that lost points."""
    return {check.method for check in report.checks if check.points < check.max_points}


@pytest.mark.parametrize(
    "name", [*EVERYDAY, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]
)
def test_a_mistake_costs_its_own_method_alone(grade_text, name):
    """A mistake costs points in the method it is in, and in no other."""
    entry = ENTRIES[name]
    report = grade_text(entry.apply(REFERENCE))
    assert report.status == "graded"
    assert lost(report) == {entry.method}
    assert (
        100 - sum(c.max_points for c in report.checks if c.method == entry.method) <= report.score
    )


def test_quick_entries_cover_the_methods():
    """The mistakes that are graded here are of all methods."""
    assert {ENTRIES[name].method for name in QUICK} == {
        entry.method for entry in ENTRIES.values()
    } - {"training"}


@pytest.mark.slow
def test_every_check_can_fail(grade_text):
    """No check is idle: each one that has points fails for some mistake in its method."""
    idle = {check.id: check.method for check in grade_text(REFERENCE).checks if check.max_points}
    for entry in ENTRIES.values():
        if entry.method in idle.values():
            for check in grade_text(entry.apply(REFERENCE)).checks:
                if check.status in {Status.FAILED, Status.RAISED}:
                    idle.pop(check.id, None)
    assert idle == {}


def test_the_reference_is_right(grade_text):
    """The worked solution gets 100, with every check passed and nothing to say."""
    report = grade_text(REFERENCE)
    assert report.score == 100
    assert {check.status for check in report.checks} == {Status.PASSED}
    assert not any(check.message for check in report.checks)


def test_the_skeleton_is_empty(grade_text):
    """The skeleton gets 0; every method that a student writes is missing."""
    report = grade_text(SKELETON)
    assert (report.status, report.score) == ("graded", 0)
    assert {m.status for m in report.methods if m.max_points} == {"missing"}


def test_two_faults_cost_two_methods(grade_text):
    """Two faults in different methods cost those two, and no third."""
    text = ENTRIES["as-tall-as-the-batch"].apply(ENTRIES["no-mask"].apply(REFERENCE))
    assert lost(grade_text(text)) == {"one_hot", "backward_propagation"}


@pytest.mark.parametrize(
    ("method", "right", "wrong"),
    [
        (
            "forward_propagation",
            "self.A0 = X\n",
            "self.A0 = X if getattr(self, 'A0', None) is None else self.A0\n",
        ),
        (
            "backward_propagation",
            "self.dW2 = dZ2 @ self.A1.T",
            "self.dW2 = dZ2 @ self.A1.T + getattr(self, 'dW2', 0)",
        ),
    ],
)
def test_what_an_earlier_call_left_must_be_gone(grade_text, method, right, wrong):
    """A method that keeps the first batch, or adds to the last gradient, loses points itself."""
    assert REFERENCE.count(right) == 1
    assert method in lost(grade_text(REFERENCE.replace(right, wrong)))
