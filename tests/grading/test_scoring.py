"""From outcomes to points."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import rubric, scoring
from grader.assignment import GRADED, METHODS
from grader.report import MethodStatus, Outcome, Status

RUBRIC = rubric.load()


def outcome(method, status=Status.PASSED, weight=1, **more):
    """An outcome of some check of the method."""
    return Outcome(
        id=f"x::{method}{more.get('title', '')}",
        method=method,
        title=more.pop("title", "t"),
        status=status,
        weight=weight,
        **more,
    )


def everything(**changed):
    """One check a method, passed unless said otherwise."""
    return [outcome(name, changed.get(name, Status.PASSED)) for name in RUBRIC.points]


def test_all_passed_is_100():
    """Everything passed: 100 points, every method passed."""
    score, methods, _ = scoring.score(everything(), RUBRIC)
    assert score == 100
    assert {m.status for m in methods if m.max_points} == {MethodStatus.PASSED}


@pytest.mark.parametrize("name", list(RUBRIC.points))
def test_a_failed_method_costs_its_points(name):
    """One method failed costs exactly its own points."""
    score, _, _ = scoring.score(everything(**{name: Status.FAILED}), RUBRIC)
    assert score == 100 - RUBRIC.points[name]


def test_weights_share_a_methods_points():
    """Checks of weight 3 and 1 share eight points as six and two."""
    outcomes = [o for o in everything() if o.method != "softmax"]
    outcomes += [outcome("softmax", weight=3), outcome("softmax", Status.FAILED, 1, title="u")]
    score, methods, findings = scoring.score(outcomes, RUBRIC)
    assert score == 98
    softmax = next(m for m in methods if m.name == "softmax")
    assert (softmax.points, softmax.max_points, softmax.status) == (6, 8, MethodStatus.PARTIAL)
    assert [f.max_points for f in findings if f.method == "softmax"] == [6, 2]


def test_optional_parts_left_out_spread_their_points():
    """Without one_hot and the loss, the rest is worth 100, in whole numbers."""
    left_out = {"one_hot": Status.MISSING, "cross_entropy_loss": Status.MISSING}
    score, methods, findings = scoring.score(everything(**left_out), RUBRIC)
    assert score == 100
    by_name = {m.name: m for m in methods}
    assert by_name["one_hot"].status is MethodStatus.SKIPPED
    assert by_name["one_hot"].max_points == 0
    assert sum(m.max_points for m in methods) == 100
    assert all(m.max_points == int(m.max_points) for m in methods)
    assert by_name["backward_propagation"].max_points > 25
    assert "left out" in next(f for f in findings if f.method == "one_hot").message.lower()


def test_what_is_called_is_not_left_out():
    """An optional part that the submission's own code calls is missing, and costs its points."""
    outcomes = everything(one_hot=Status.MISSING)
    score, methods, _ = scoring.score(outcomes, RUBRIC, asked=frozenset({"one_hot"}))
    assert score == 95
    assert next(m for m in methods if m.name == "one_hot").status is MethodStatus.MISSING


def test_nothing_written_is_0():
    """The skeleton gets 0, and nothing is called left out."""
    score, methods, _ = scoring.score(
        [outcome(name, Status.MISSING) for name in RUBRIC.points], RUBRIC
    )
    assert score == 0
    assert {m.status for m in methods if m.max_points} == {MethodStatus.MISSING}


def test_a_property_of_wrong_answers_is_worth_nothing():
    """A property passes for points only beside an agreement that passed."""
    wrong = [
        outcome("ReLU", Status.FAILED, 3),
        outcome("ReLU", Status.PASSED, 1, agreement=False, title="pure"),
    ]
    rest = [o for o in everything() if o.method != "ReLU"]
    score, _, findings = scoring.score([*wrong, *rest], RUBRIC)
    assert score == 96
    assert [f.status for f in findings if f.method == "ReLU"] == [Status.FAILED, Status.SKIPPED]
    right = [msgspec.structs.replace(wrong[0], status=Status.PASSED), wrong[1]]
    assert scoring.score([*right, *rest], RUBRIC)[0] == 100


@given(
    st.sets(st.sampled_from([n for n, m in METHODS.items() if m.optional])),
    st.lists(st.integers(0, 40), min_size=len(GRADED), max_size=len(GRADED)),
)
def test_spread_always_adds_up(skipped, shares):
    """Whatever the points and whatever is left out, what remains adds up to 100."""
    points = dict(zip(GRADED, shares, strict=True)) | {"ReLU": 5}
    spread = scoring.spread(points, skipped)
    assert sum(spread.values()) == 100
    assert all(spread[name] == 0 for name in skipped)


@given(st.lists(st.sampled_from(list(Status)), min_size=11, max_size=11))
def test_score_is_the_sum_of_its_parts(statuses):
    """The score is the sum of the methods' points, and theirs the sum of their checks'."""
    outcomes = [outcome(n, s) for n, s in zip(RUBRIC.points, statuses, strict=True)]
    score, methods, findings = scoring.score(outcomes, RUBRIC)
    assert score == pytest.approx(sum(m.points for m in methods), abs=0.01)
    assert score == pytest.approx(sum(f.points for f in findings), abs=0.06)
    assert 0 <= score <= 100
