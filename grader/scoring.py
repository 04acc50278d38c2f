"""From outcomes to points: what each check, each method and the whole file is worth.

A method's points are the rubric's; its checks share them by weight, and each is all or nothing.
Sums are made in exact fractions, so no order of addition changes a score.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from grader.assignment import GRADED, METHODS
from grader.report import (
    Finding,
    MethodResult,
    MethodStatus,
    Outcome,
    Status,
    Visibility,
)
from grader.rubric import TOTAL, Rubric


def score(
    outcomes: Sequence[Outcome], rubric: Rubric, asked: frozenset[str] = frozenset()
) -> tuple[float, tuple[MethodResult, ...], tuple[Finding, ...]]:
    """Weigh the outcomes; returns the score of 100, the methods and the findings, in order.

    Args:
        outcomes: of all checks, and of loading the file.
        rubric: what they are worth.
        asked: what the submission's own code called while the reference answered for it: what is
            called is not left out, it is missing.
    """
    outcomes = _gate(outcomes)
    skipped = _left_out(outcomes) - asked
    worth = spread(rubric.points, skipped)
    findings: list[Finding] = []
    earned: dict[str, Fraction] = dict.fromkeys(GRADED, Fraction())
    weights: dict[str, int] = dict.fromkeys(GRADED, 0)
    for outcome in outcomes:
        weights[outcome.method] = weights.get(outcome.method, 0) + outcome.weight
    for outcome in outcomes:
        share = Fraction(outcome.weight, weights[outcome.method] or 1)
        available = worth.get(outcome.method, 0) * share
        points = available if outcome.status is Status.PASSED else Fraction()
        if outcome.method in earned:
            earned[outcome.method] += points
        findings.append(_finding(outcome, points, available, rubric, skipped))
    methods = tuple(
        MethodResult(
            name=name,
            status=_method_status([o for o in outcomes if o.method == name], name in skipped),
            points=_number(earned[name]),
            max_points=_number(Fraction(worth.get(name, 0))),
            own_merit=any(o.own_merit for o in outcomes if o.method == name),
        )
        for name in GRADED
    )
    return _number(sum(earned.values(), Fraction())), methods, tuple(findings)


def spread(points: Mapping[str, int], skipped: Iterable[str]) -> dict[str, int]:
    """Share the points of what may be left out, and was, over the rest.

    In proportion to the rest's own points, in whole numbers by largest remainder, so that they
    still add up to 100.
    """
    kept = {name: points.get(name, 0) for name in GRADED if name not in set(skipped)}
    total = sum(kept.values())
    exact = {name: Fraction(value * TOTAL, total) for name, value in kept.items()}
    whole = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: whole[name] - exact[name])
    for name in by_remainder[: TOTAL - sum(whole.values())]:
        whole[name] += 1
    return {name: whole.get(name, 0) for name in GRADED}


def _gate(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """A property of wrong answers is worth nothing: an empty method is pure, and shapely too."""
    agreed = {o.method for o in outcomes if o.agreement and o.status is Status.PASSED}
    return [
        o
        if o.agreement or o.method in agreed or o.status is not Status.PASSED or not o.weight
        else Outcome(
            id=o.id,
            method=o.method,
            title=o.title,
            status=Status.SKIPPED,
            weight=o.weight,
            agreement=False,
            message=f"This counts once {o.method} gives right answers in at least one other check.",
            duration_s=o.duration_s,
        )
        for o in outcomes
    ]


def _left_out(outcomes: Sequence[Outcome]) -> frozenset[str]:
    """The optional methods that the submission does without."""
    return frozenset(
        name
        for name, method in METHODS.items()
        if method.optional
        and all(o.status is Status.MISSING for o in outcomes if o.method == name)
        and _anything_passed(outcomes)
    )


def _anything_passed(outcomes: Sequence[Outcome]) -> bool:
    return any(o.status is Status.PASSED and o.weight for o in outcomes)


def _method_status(outcomes: Sequence[Outcome], skipped: bool) -> MethodStatus:  # noqa: FBT001  a fact, not a switch
    if skipped:
        return MethodStatus.SKIPPED
    statuses = {o.status for o in outcomes if o.weight} or {o.status for o in outcomes}
    if not statuses:
        return MethodStatus.SKIPPED
    if statuses == {Status.PASSED}:
        return MethodStatus.PASSED
    if statuses == {Status.MISSING}:
        return MethodStatus.MISSING
    return MethodStatus.PARTIAL if Status.PASSED in statuses else MethodStatus.FAILED


def _finding(
    o: Outcome, points: Fraction, available: Fraction, rubric: Rubric, skipped: frozenset[str]
) -> Finding:
    left_out = o.method in skipped
    seen = rubric.seen(o.id)
    return Finding(
        id=o.id,
        method=o.method,
        title=o.title,
        status=Status.SKIPPED if left_out else o.status,
        points=_number(points),
        max_points=_number(available),
        visibility=seen,
        message=_omitted(o) if left_out else o.message,
        diagnosis=None if left_out else o.diagnosis,
        counterexample=None if left_out or seen is not Visibility.VISIBLE else o.counterexample,
        duration_s=round(o.duration_s, 4),
    )


def _omitted(o: Outcome) -> str:
    """What is said of an optional method that is not there, or that does nothing."""
    why = f"{o.method} returns nothing, which counts as left out" if "is None" in o.message else ""
    return f"{why or 'Left out, as the assignment allows'}: its points are spread over the rest."


def _number(value: Fraction) -> float:
    """As JSON and people like it: at most two decimals."""
    return round(float(value), 2)
