"""The gradebook: one row a person, and all of them as one CSV for a spreadsheet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from grader.assignment import GRADED
from grader.classroom.cells import number, table, written
from grader.classroom.names import called
from grader.classroom.records import Entry, Person
from grader.classroom.roster import Matched, Matching, State
from grader.render.words import one_line
from grader.report import Report, Status

COLUMNS = (
    *("id", "name", "email", "login", "section", "key", "status", "score", "max_score"),
    *GRADED,
    *("late", "flags", "reason", "result"),
)
"""Of the CSV. A method's column holds its points; nothing where it is worth none."""

FLAGGED: Mapping[Status, str] = MappingProxyType(
    {Status.TIMED_OUT: "timed out", Status.CRASHED: "crashed"}
)
"""What a check may have ended with that somebody should look at."""

_MOST = 300


class RowStatus(StrEnum):
    """What a row stands for; only GRADED has points.

    Attributes:
        GRADED: there is a verdict.
        NOT_GRADED: there is none, by no fault of the student's, or not yet.
        MISSING: on the roster, and nothing was handed in.
        UNREAD: something was handed in that cannot be read.
        UNCLEAR: on the roster, and something was handed in that may be theirs or not.
    """

    GRADED = "graded"
    NOT_GRADED = "not_graded"
    MISSING = "missing"
    UNREAD = "unread"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the class, and what came of what they handed in.

    Attributes:
        person: all that is known of them.
        key: of the entry, or nothing where there is none.
        report: of the entry, also where it is no verdict.
        note: what is to be known of the entry, in words: why it was not read, what was taken.
        status: what the row stands for.
        doubt: why it is not clear whose the entry is; such a row fills no cell of a sheet.
        late: whether the platform says so.
        members: how many people handed the entry in together.
        result: where the result file is, e.g. "results/KEY.json".
    """

    person: Person
    key: str = ""
    report: Report | None = None
    note: str = ""
    status: RowStatus = RowStatus.MISSING
    doubt: str = ""
    late: bool = False
    members: int = 1
    result: str = ""

    @property
    def verdict(self) -> Report | None:
        """The report where it is a verdict, and it is clear whose."""
        return self.report if self.status is RowStatus.GRADED and not self.doubt else None

    @property
    def lacking(self) -> str:
        """Why there is no verdict, in words; nothing where there is one."""
        if self.doubt:
            return f"it is not clear whose: {self.doubt}"
        if self.status is RowStatus.NOT_GRADED and self.report is not None:
            return f"not graded: {one_line(self.report.reason or 'for no known reason', _MOST)}"
        return {
            RowStatus.GRADED: "",
            RowStatus.NOT_GRADED: "not graded yet",
            RowStatus.MISSING: "nothing handed in",
            RowStatus.UNREAD: f"could not be read: {one_line(self.note, _MOST)}",
            RowStatus.UNCLEAR: "not clear",
        }[self.status]

    @property
    def called(self) -> str:
        """The person and the entry, for a message."""
        return f"{called(self.person)} [{self.key}]" if self.key else called(self.person)


def rows(
    matched: Matched, reports: Mapping[str, Report], results: Mapping[str, str] | None = None
) -> tuple[Row, ...]:
    """One row for each person of the roster, and for each who handed in; in their order.

    Args:
        matched: who handed in what.
        reports: the results, by the keys of the entries; an entry without one is not graded yet.
        results: where the result files are, by the same keys.
    """
    return tuple(
        _row(matching, matching.entry, reports, results or {}) for matching in matched.people
    )


def canonical(book: Iterable[Row]) -> bytes:
    """The rows as CSV (COLUMNS), in UTF-8 with a byte order mark: it is for a spreadsheet.

    Where there is no verdict there are no points: the cells are empty, and never 0. Numbers are
    plain, with a point and two decimals at most; texts are no formulas.
    """
    return table([COLUMNS, *(_cells(row) for row in book)], bom=True)


def flags(row: Row) -> Iterator[str]:
    """What somebody should look at: calls that were stopped, a thin sandbox; and groups."""
    if row.members > 1:
        yield f"group of {row.members}"
    if row.report is None or not row.report.graded:
        return
    ended = {finding.status for finding in row.report.checks}
    yield from (word for status, word in FLAGGED.items() if status in ended)
    if row.report.sandbox.level == "degraded":
        yield "degraded sandbox"


def _row(
    matching: Matching,
    entry: Entry | None,
    reports: Mapping[str, Report],
    results: Mapping[str, str],
) -> Row:
    if entry is None:
        unclear = matching.state is State.UNCLEAR
        status = RowStatus.UNCLEAR if unclear else RowStatus.MISSING
        return Row(matching.person, status=status, doubt=matching.why)
    report = reports.get(entry.key)
    if report is not None:
        status = RowStatus.GRADED if report.graded else RowStatus.NOT_GRADED
    else:
        status = RowStatus.UNREAD if entry.problem else RowStatus.NOT_GRADED
    stranger = "not on the roster" if matching.state is State.UNKNOWN else ""
    return Row(
        person=matching.person,
        key=entry.key,
        report=report,
        note="; ".join(filter(None, [entry.problem, entry.note, stranger])),
        status=status,
        doubt=matching.why,
        late=entry.late,
        members=len(dict.fromkeys(entry.people)),
        result=results.get(entry.key, ""),
    )


def _cells(row: Row) -> Sequence[str]:
    person, report = row.person, row.report
    graded = report if report is not None and row.status is RowStatus.GRADED else None
    points = {m.name: number(m.points) for m in graded.methods if m.max_points} if graded else {}
    texts = (person.id, person.name, person.email, person.login, person.section, row.key)
    reason = one_line(report.reason or "", _MOST) if report else ""
    said = "; ".join(dict.fromkeys(filter(None, [row.doubt, reason, row.note])))
    return (
        *map(written, texts),
        row.status,
        number(graded.score) if graded else "",
        number(graded.max_score) if graded else "",
        *(points.get(name, "") for name in GRADED),
        "late" if row.late else "",
        written("; ".join(flags(row))),
        written(said, 2 * _MOST),
        written(row.result),
    )
