"""Canvas: the assignment's column in the instructor's own export, or a sheet made anew."""

import re
from collections.abc import Sequence
from typing import Literal

from grader.classroom import columns
from grader.classroom.cells import number, table, written
from grader.classroom.gradebook import Row
from grader.classroom.gradebooks.filling import Filled, amount, by_hand, once, placed, scaled
from grader.classroom.names import called
from grader.classroom.tables import Record, Table, listed
from grader.errors import UsageError
from grader.rubric import TOTAL

HEADINGS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")

_ASSIGNMENT = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)")
_POINTS_POSSIBLE = "points possible"
_KEPT = re.compile(r"ex|n/?a|.*read only.*", re.IGNORECASE)


def fill(book: Sequence[Row], sheet: Table, *, assignment: str | None = None) -> Filled:
    """Fill in the column of one assignment; every other byte of the sheet stays as it was.

    Cells that say EX (excused) or N/A stay, and so do those of people without a verdict: a cell
    that is emptied would take away in Canvas what stands there. Where the points possible are not
    the result's, the score is scaled to them, and a note says so.

    Args:
        book: the class.
        sheet: a gradebook as Canvas exports it.
        assignment: its title, its number or both; needed where there are several.

    Raises:
        UsageError: it is no such sheet, or it is not clear which column is meant.
    """
    column = _column(sheet, assignment)
    possible = next((_possible(r, column) for r in sheet.records if _is_possible(r)), None)
    most, comma = possible or (float(TOTAL), sheet.separator == ";")
    found = placed(book, sheet, column)
    changes: dict[tuple[int, int], str] = {}
    left = list(found.left)
    for record, report in found.graded:
        if _KEPT.fullmatch(record.cell(column).strip()):
            said = record.cell(column).strip()
            left.append(f"line {record.line}, {called(sheet.person(record))}: says {said}; kept")
            continue
        points = scaled(report, most if possible else report.max_score)
        changes[record.line, column] = number(points, comma=comma)
    notes = list(sheet.notes)
    if any(report.max_score != most for _, report in found.graded) and possible:
        notes.append(f"scores are scaled to the {number(most)} points possible in Canvas")
    return Filled(sheet.rewritten(changes), len(changes), tuple(left), tuple(notes))


def make(
    book: Sequence[Row],
    *,
    title: str,
    assignment_id: str = "",
    ids: Literal["ID", "SIS User ID"] = "ID",
) -> Filled:
    """A new sheet to import: whoever has no verdict stands there with an empty cell.

    In UTF-8 without a byte order mark, which would become a part of the first heading. An empty
    cell empties what Canvas has: with points there already, fill in Canvas's own export.

    Args:
        book: the class.
        title: of the assignment. Without its number, Canvas makes a new one.
        assignment_id: its number in Canvas.
        ids: what the ids of these people are: Canvas's own numbers, or the school's.
    """
    if assignment_id and not assignment_id.isdecimal():
        raise UsageError(f"the number of an assignment in Canvas has digits only: {assignment_id}")
    column = f"{title} ({assignment_id})" if assignment_id else title
    most = next((row.verdict.max_score for row in book if row.verdict), TOTAL)
    lines = [[*HEADINGS, written(column)], ["    Points Possible", "", "", "", "", number(most)]]
    twice = once(book, lambda row: (row.person.id, row.person.login))
    left: list[str] = []
    filled = 0
    for place, row in enumerate(book):
        person = row.person
        points = number(row.verdict.score) if row.verdict and place not in twice else ""
        filled += bool(points)
        both = (person.id, "") if ids == "ID" else ("", person.id)
        texts = (person.name, *both, person.login, person.section)
        lines.append([*map(written, texts), points])
        why = (
            row.lacking
            or twice.get(place)
            or by_hand("Canvas", "an id or a login", person.id, person.login)
        )
        if why:
            left.append(f"{row.called}: {why}")
    return Filled(table(lines, bom=False), filled, tuple(left))


def _column(sheet: Table, assignment: str | None) -> int:
    if columns.folded(sheet.headings[0]) != "student":
        raise UsageError(
            f"{sheet.name}: a gradebook of Canvas begins with a column «Student»; its columns are "
            f"{listed(sheet.headings)}"
        )
    known = {
        place: found
        for place, h in enumerate(sheet.headings)
        if (found := _ASSIGNMENT.fullmatch(h))
    }
    wanted = (assignment or "").strip().casefold()
    fitting = [
        place
        for place, found in known.items()
        if not wanted or wanted in {s.casefold() for s in (found[0], found["title"], found["id"])}
    ]
    if len(fitting) == 1:
        return fitting[0]
    choices = listed(tuple(sheet.headings[place] for place in (fitting or known)))
    if fitting:
        raise UsageError(f"{sheet.name} has several assignments: {choices}; name one by its number")
    asked = f"no assignment «{assignment}»" if assignment else "no column of an assignment"
    raise UsageError(f"{sheet.name} has {asked}; it has {choices}")


def _is_possible(record: Record) -> bool:
    return record.cell(0).strip().casefold() == _POINTS_POSSIBLE


def _possible(record: Record, column: int) -> tuple[float, bool] | None:
    found = amount(record.cell(column))
    return found if found and found[0] > 0 else None
