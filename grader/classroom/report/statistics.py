"""Numbers about a class: how its scores spread, how hard each check is, and how well it tells."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from grader.report import Finding, MethodResult, MethodStatus, Report, Status, Visibility

BINS = 10


@dataclass(frozen=True, slots=True)
class Spread:
    """How numbers spread; quartiles as statistics.quantiles has them, with both ends included.

    Attributes:
        n: how many there are, at least one.
        deviation: of the population.
    """

    n: int
    mean: float
    deviation: float
    low: float
    lower: float
    median: float
    upper: float
    high: float


@dataclass(frozen=True, slots=True)
class Item:
    """A check, or a method as a whole, as a question that a class was asked.

    Attributes:
        id: of the check; the name of the method.
        method: that it belongs to.
        title: what the check claims; nothing for a method.
        hidden: whether students may not see it.
        asked: how many submissions were judged by it.
        passed: how many of them it had nothing to say against.
        discrimination: see point_biserial, with the score less the item's own points; None where
            that is not defined.
    """

    id: str
    method: str
    title: str
    hidden: bool
    asked: int
    passed: int
    discrimination: float | None

    @property
    def difficulty(self) -> float | None:
        """The share that passes, from 0 to 1: the higher, the easier. None where nobody was asked.

        That is how test theory names it, odd as it sounds.
        """
        return self.passed / self.asked if self.asked else None


def spread(numbers: Sequence[float]) -> Spread | None:
    """How the numbers spread; None for none."""
    if not numbers:
        return None
    one = len(numbers) == 1
    quarters = list(numbers) * 3 if one else statistics.quantiles(numbers, method="inclusive")
    return Spread(
        n=len(numbers),
        mean=statistics.fmean(numbers),
        deviation=statistics.pstdev(numbers),
        low=min(numbers),
        lower=quarters[0],
        median=statistics.median(numbers),
        upper=quarters[2],
        high=max(numbers),
    )


def histogram(scores: Iterable[float], most: float) -> tuple[int, ...]:
    """How many scores lie in each of BINS equal parts of 0 to `most`.

    The lower end belongs to a part, the upper to the next one; `most` to the last. What lies
    outside is counted at the end where it lies.
    """
    counts = [0] * BINS
    for score in scores:
        counts[min(max(int(score * BINS / most), 0), BINS - 1)] += 1
    return tuple(counts)


def point_biserial(passed: Sequence[bool], rest: Sequence[float]) -> float | None:
    """How well an item tells those who do well in all else from those who do not, from -1 to 1.

    It is the correlation of passing, 0 or 1, with the rest of the score:

        r = (M1 - M0) / s * sqrt(p * (1 - p))

    where M1 and M0 are the mean rest scores of those who pass and who do not, s is the deviation
    of all rest scores (of the population) and p the share who pass. With the whole score in place
    of the rest an item would correlate with itself: Henrysson, "Correction of item-total
    correlations in item analysis", Psychometrika 28 (1963), 211-218.

    Args:
        passed: for each submission whether it passes.
        rest: its score without the item's points, in the same order.

    Returns:
        None where it is not defined: nobody passes, everybody does, or all rest scores are equal.
    """
    good = [score for ok, score in zip(passed, rest, strict=True) if ok]
    bad = [score for ok, score in zip(passed, rest, strict=True) if not ok]
    deviation = statistics.pstdev(rest) if rest else 0.0
    if not good or not bad or not deviation:
        return None
    p = len(good) / len(rest)
    r = (statistics.fmean(good) - statistics.fmean(bad)) / deviation * sqrt(p * (1 - p))
    return min(max(r, -1.0), 1.0)


def checks(reports: Sequence[Report]) -> tuple[Item, ...]:
    """Every check that a graded submission was judged by, those of a method together.

    Args:
        reports: graded ones, one a submission.
    """
    first: dict[str, Finding] = {}
    answers: dict[str, list[tuple[bool, float]]] = {}
    for report in reports:
        for check in report.checks:
            first.setdefault(check.id, check)
            mine = answers.setdefault(check.id, [])
            if judged(check):
                ok = check.status is Status.PASSED
                mine.append((ok, round(report.score - check.points, 6)))
    order = list(dict.fromkeys(check.method for check in first.values()))
    grouped = sorted(first.items(), key=lambda two: order.index(two[1].method))
    return tuple(
        _item(
            answers[i],
            i,
            check.method,
            check.title,
            hidden=check.visibility is not Visibility.VISIBLE,
        )
        for i, check in grouped
    )


def methods(reports: Sequence[Report]) -> tuple[Item, ...]:
    """Every method that is worth points, as an item: passed is who has all of its points.

    Args:
        reports: graded ones, one a submission.
    """
    answers: dict[str, list[tuple[bool, float]]] = {}
    for report in reports:
        for method in report.methods:
            if counts(method):
                ok = method.status is MethodStatus.PASSED
                rest = round(report.score - method.points, 6)
                answers.setdefault(method.name, []).append((ok, rest))
    return tuple(_item(found, name, name, "", hidden=False) for name, found in answers.items())


def judged(check: Finding) -> bool:
    """Whether the check says anything of the submission: not what was left out, as is allowed."""
    left_out = check.status is Status.SKIPPED and not check.max_points
    return not left_out and check.status is not Status.GRADER_ERROR


def counts(method: MethodResult) -> bool:
    """Whether the method is worth points to this submission."""
    return bool(method.max_points) and method.status is not MethodStatus.SKIPPED


def _item(
    answers: Sequence[tuple[bool, float]], name: str, method: str, title: str, *, hidden: bool
) -> Item:
    passed = [ok for ok, _ in answers]
    told = point_biserial(passed, [rest for _, rest in answers])
    return Item(name, method, title, hidden, len(passed), sum(passed), told)
