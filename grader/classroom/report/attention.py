"""Whom somebody should look at: missing, not graded, near the threshold, slow, at risk."""

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.classroom.cells import clean, number
from grader.classroom.gradebook import FLAGGED, Row, RowStatus
from grader.classroom.names import called
from grader.render.words import one_line
from grader.report import Report

NEAR = 5.0
"""Points; who is as near to the threshold is listed."""

SLOWEST = 10

LARGE = 5
"""Times the median size of a file, from where on it is large; and so is no file below SMALL."""

SMALL = 16 * 1024

_MOST = 300


@dataclass(frozen=True, slots=True)
class Noticed:
    """A list of people, or of places, for one reason.

    Attributes:
        title: the reason.
        note: what is to be known of it, or nothing.
        lines: for each who, and why.
    """

    title: str
    note: str
    lines: tuple[tuple[str, str], ...]


def noticed(
    book: Sequence[Row],
    unread: Sequence[tuple[str, str]],
    threshold: float | None,
    rosters: bool,  # noqa: FBT001  a fact of the class
) -> Iterator[Noticed]:
    """The lists that have anybody on them.

    Args:
        book: a row a person.
        unread: places that belong to nobody, each with why.
        threshold: points to pass, if there are such.
        rosters: whether it is known who is missing.
    """
    found = [
        Noticed("Nothing handed in", "", _of(book, RowStatus.MISSING)),
        Noticed("Could not be read", "", _of(book, RowStatus.UNREAD)),
        Noticed("Not graded, by no fault of the student's", "", _of(book, RowStatus.NOT_GRADED)),
        Noticed("Not clear who it is", "", tuple(_doubts(book))),
        Noticed(
            "In the folder, and nobody's",
            "",
            tuple((clean(place), one_line(why, _MOST)) for place, why in unread),
        ),
        Noticed("Near the threshold", _near_note(threshold), tuple(_near(book, threshold))),
        Noticed(
            "At risk",
            "Calls that were stopped, thin walls, large files, and what the grader noted of a "
            "result.",
            tuple(_risky(book)),
        ),
        Noticed("Slowest", "How long the grading took.", tuple(_slowest(book))),
    ]
    if not rosters:
        found = [one for one in found if one.title != "Nothing handed in"]
    yield from (one for one in found if one.lines)


def _of(book: Sequence[Row], status: RowStatus) -> tuple[tuple[str, str], ...]:
    return tuple((row.called, row.lacking) for row in book if row.status is status)


def _doubts(book: Sequence[Row]) -> Iterator[tuple[str, str]]:
    return ((row.called, one_line(row.doubt, _MOST)) for row in book if row.doubt)


def _near_note(threshold: float | None) -> str:
    return "" if threshold is None else f"Within {NEAR:g} points of {threshold:g}, above or below."


def _near(book: Sequence[Row], threshold: float | None) -> Iterator[tuple[str, str]]:
    if threshold is None:
        return
    graded = sorted(_graded(book), key=lambda two: (two[1].score, two[0].called))
    for row, report in graded:
        by = report.score - threshold
        if abs(by) <= NEAR:
            side = "at or above" if by >= 0 else "below"
            yield called(row.person), f"{number(report.score)} points, {side}"


def _risky(book: Sequence[Row]) -> Iterator[tuple[str, str]]:
    sizes = [report.submission.bytes or 0 for report in _once(book).values()]
    large = max(LARGE * statistics.median(sizes), SMALL) if sizes else 0
    said = Counter(report.reason for report in _once(book).values())
    for row, report in _graded(book):
        why = list(_flags(report))
        if (report.submission.bytes or 0) > large:
            why.append(f"a file of {(report.submission.bytes or 0) // 1024} kB")
        if report.reason and said[report.reason] <= max(len(sizes) / 2, 1):
            why.append(one_line(report.reason, _MOST))  # what is said of most is no risk of one
        if why:
            yield called(row.person), "; ".join(why)


def _flags(report: Report) -> Iterator[str]:
    for status, word in FLAGGED.items():
        methods = dict.fromkeys(check.method for check in report.checks if check.status is status)
        if methods:
            yield one_line(f"{word} in {', '.join(methods)}", _MOST)
    if report.sandbox.level == "degraded":
        yield "degraded sandbox"


def _slowest(book: Sequence[Row]) -> Iterator[tuple[str, str]]:
    names: dict[str, list[str]] = {}
    for row, _ in _graded(book):
        names.setdefault(row.key, []).append(called(row.person))
    reports = _once(book)
    slow = sorted(reports, key=lambda key: (-reports[key].duration_s, key))
    for key in slow[:SLOWEST]:
        yield ", ".join(names[key]), f"{reports[key].duration_s:.1f} s"


def _once(book: Sequence[Row]) -> dict[str, Report]:
    """The graded Reports, each once, whoever shares it."""
    return {row.key: report for row, report in _graded(book)}


def _graded(book: Sequence[Row]) -> Iterator[tuple[Row, Report]]:
    for row in book:
        if row.status is RowStatus.GRADED and row.report is not None:
            yield row, row.report
