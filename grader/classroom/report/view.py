"""What stands on the page, in words and in order: a class made ready to show.

Every text that may come from a student passes through words.plain here, or names.called for names:
those keep the joiners that some scripts are spelt with. The template escapes both.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.assignment import GRADED
from grader.classroom.cells import clean, number
from grader.classroom.gradebook import Row, RowStatus
from grader.classroom.names import called
from grader.classroom.report import attention, patterns, statistics
from grader.classroom.report.attention import Noticed
from grader.classroom.report.similarity import Similar
from grader.classroom.report.statistics import Item, Spread
from grader.render.words import one_line
from grader.report import MethodResult, Report

MOST = 600
"""Characters of one text."""

STEPS = 5
"""Shades of the map beside none: for all points lost the darkest."""


@dataclass(frozen=True, slots=True)
class Class:
    """All that the report is made from.

    Attributes:
        book: a row for each person, see gradebook.rows.
        unread: places that belong to nobody, each with why.
        layout: of what was read.
        rosters: whether `book` knows who is missing.
        similar: what a comparison found; None where there were no sources to compare.
        threshold: points to pass, if there are such.
    """

    book: tuple[Row, ...]
    unread: tuple[tuple[str, str], ...] = ()
    layout: str = ""
    rosters: bool = False
    similar: Similar | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Points of one method: `step` is the shade, 0 for none lost; None where it is worth none."""

    text: str
    step: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A person's line of the map."""

    name: str
    score: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of the distribution: `share` of the highest bar, from 0 to 1."""

    label: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Shared:
    """What several people have in common.

    Attributes:
        title: what it is.
        parts: the methods that it is about.
        texts: what is said of it.
        people: how many.
        names: who.
    """

    title: str
    parts: str
    texts: tuple[str, ...]
    people: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Twins:
    """A pair of similar submissions, by names."""

    one: str
    other: str
    similarity: str
    word: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page; see the template for where."""

    layout: str
    people: int
    graded: int
    submissions: int
    most: str
    spread: Spread | None
    bars: tuple[Bar, ...]
    misconceptions: tuple[Shared, ...]
    clusters: tuple[Shared, ...]
    flawless: int
    methods: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    items: tuple[Item, ...]
    parts: tuple[Item, ...]
    noticed: tuple[Noticed, ...]
    similar: Similar | None
    twins: tuple[Twins, ...]
    short: tuple[str, ...]


def view(given: Class) -> Page:
    """The page of a class."""
    rows = [row for row in given.book if row.status is RowStatus.GRADED and row.report is not None]
    reports = {row.key: row.report for row in rows if row.report is not None}
    ordered = [reports[key] for key in sorted(reports)]
    most = float(max((report.max_score for report in ordered), default=100))
    names = named(given.book)
    columns = tuple(_methods(ordered))
    scores = [row.report.score for row in rows if row.report is not None]
    return Page(
        layout=clean(given.layout),
        people=len(given.book),
        graded=len(rows),
        submissions=len(reports),
        most=number(most),
        spread=statistics.spread(scores),
        bars=tuple(_bars(scores, most)),
        misconceptions=tuple(_misconceptions(reports, names)),
        clusters=tuple(_clusters(reports, names)),
        flawless=sum(not patterns.failing(row.report) for row in rows if row.report is not None),
        methods=columns,
        lines=tuple(_line(row, row.report, columns) for row in rows if row.report is not None),
        items=tuple(_items(statistics.checks(ordered))),
        parts=statistics.methods(ordered),
        noticed=tuple(attention.noticed(given.book, given.unread, given.threshold, given.rosters)),
        similar=given.similar,
        twins=tuple(_twins(given.similar, names)) if given.similar else (),
        short=tuple(", ".join(names.get(k, (k,))) for k in given.similar.short)
        if given.similar
        else (),
    )


def named(book: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """Who handed in what: names, by the key of the submission."""
    found: dict[str, list[str]] = {}
    for row in book:
        if row.key:
            found.setdefault(row.key, []).append(called(row.person))
    return {key: tuple(names) for key, names in found.items()}


def _bars(scores: Sequence[float], most: float) -> Iterator[Bar]:
    counts = statistics.histogram(scores, most)
    wide = most / len(counts)
    for at, count in enumerate(counts):
        last = at == len(counts) - 1
        end = f"to {number(most)}" if last else f"to below {number((at + 1) * wide)}"
        yield Bar(f"{number(at * wide)} {end}", count, count / (max(counts) or 1))


def _misconceptions(
    reports: Mapping[str, Report], names: Mapping[str, tuple[str, ...]]
) -> Iterator[Shared]:
    found = [
        (one, tuple(name for key in one.keys for name in names[key]))
        for one in patterns.misconceptions(reports)
    ]
    for one, who in sorted(found, key=lambda two: -len(two[1])):  # groups count all their members
        hint = one_line(one.hint, MOST)
        yield Shared(hint, one_line(one.method), (one_line(one.id, 80),), len(who), who)


def _clusters(
    reports: Mapping[str, Report], names: Mapping[str, tuple[str, ...]]
) -> Iterator[Shared]:
    for cluster in patterns.clusters(reports):
        who = tuple(name for key in cluster.keys for name in names[key])
        methods = dict.fromkeys(finding.method for finding in cluster.findings)
        hints = dict.fromkeys(
            one_line(finding.diagnosis.hint, MOST)
            for finding in cluster.findings
            if finding.diagnosis
        )
        failing = len(cluster.findings)
        title = f"{failing} {'check fails' if failing == 1 else 'checks fail'}"
        yield Shared(title, one_line(", ".join(methods)), tuple(hints), len(who), who)


def _methods(reports: Sequence[Report]) -> Iterator[tuple[str, str]]:
    """The columns of the map: every method that is worth points to anybody, and how many."""
    worth: dict[str, float] = {}
    for report in reports:
        for method in report.methods:
            worth[method.name] = max(worth.get(method.name, 0.0), method.max_points)
    return ((name, number(worth[name])) for name in GRADED if worth.get(name))


def _line(row: Row, report: Report, columns: Sequence[tuple[str, str]]) -> Line:
    found = {method.name: method for method in report.methods}
    cells = tuple(_cell(found.get(name)) for name, _ in columns)
    return Line(called(row.person), number(report.score), cells)


def _cell(method: MethodResult | None) -> Cell:
    if method is None or not statistics.counts(method):
        return Cell("–", None)  # noqa: RUF001  a dash is what it is
    lost = 1 - method.points / method.max_points
    step = min(STEPS, int(lost * (STEPS - 1)) + 1) if lost > 0 else 0
    return Cell(number(method.points), step)


def _items(found: Iterable[Item]) -> Iterator[Item]:
    for item in found:
        yield Item(
            id=one_line(item.id, MOST),
            method=one_line(item.method, MOST),
            title=one_line(item.title, MOST),
            hidden=item.hidden,
            asked=item.asked,
            passed=item.passed,
            discrimination=item.discrimination,
        )


def _twins(similar: Similar, names: Mapping[str, tuple[str, ...]]) -> Iterator[Twins]:
    for pair in similar.pairs:
        one, other = (", ".join(names.get(key, (clean(key),))) for key in (pair.one, pair.other))
        same = "the same file" if pair.identical else "the same but for names and comments"
        word = same if pair.similarity == 1 else "similar"
        yield Twins(one, other, f"{int(pair.similarity * 100)} %", word)
