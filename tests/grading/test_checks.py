"""The checks against planted faults: each is caught in its method, and in no other."""

import pytest
from support.files import REFERENCE, SKELETON
from support.planted import FAULTS

from grader.report import Status

QUICK = {
    "leaky",
    "whole matrix",
    "no b1",
    "as tall as the batch",
    "log2",
    "0.1 % in one entry",
    "fixed rate",
    "wrong axis",
    "percent",
    "a step short",
}


def lost(report):
    """The methods that lost points."""
    return {check.method for check in report.checks if check.points < check.max_points}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=f"{fault.method}: {fault.name}")
        if fault.name in QUICK
        else pytest.param(fault, id=f"{fault.method}: {fault.name}", marks=pytest.mark.slow)
        for fault in FAULTS
    ],
)
def test_a_fault_costs_its_own_method_alone(grade_text, fault):
    """A planted fault costs points in the method it is in, and in no other."""
    report = grade_text(fault.apply(REFERENCE))
    assert report.status == "graded"
    assert lost(report) == {fault.method}
    assert (
        100 - sum(c.max_points for c in report.checks if c.method == fault.method) <= report.score
    )


@pytest.mark.slow
def test_every_check_can_fail(grade_text):
    """No check is idle: each one that has points fails for some planted fault."""
    failed, known = set(), set()
    for fault in FAULTS:
        for check in grade_text(fault.apply(REFERENCE)).checks:
            if check.max_points:
                known.add(check.id)
            if check.status in {Status.FAILED, Status.RAISED}:
                failed.add(check.id)
    assert known - failed == set()


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
    by_name = {fault.name: fault for fault in FAULTS}
    text = by_name["as tall as the batch"].apply(by_name["no mask"].apply(REFERENCE))
    assert lost(grade_text(text)) == {"one_hot", "backward_propagation"}
