"""GitHub Classroom: the points in the instructor's own export of grades."""

from collections.abc import Sequence

from grader.classroom.cells import number
from grader.classroom.gradebook import Row
from grader.classroom.gradebooks.filling import Filled, column, placed
from grader.classroom.tables import Table


def fill(book: Sequence[Row], sheet: Table) -> Filled:
    """Fill in points_awarded and points_available; every other byte stays as it was.

    People are found by github_username and roster_identifier. Without a verdict both cells stay as
    they were, also where Classroom has put a 0.

    Raises:
        UsageError: a column that is needed is not there.
    """
    awarded = column(sheet, ("pointsawarded",), needed="points_awarded") or 0
    available = column(sheet, ("pointsavailable",), needed="points_available") or 0
    found = placed(book, sheet, awarded)
    changes: dict[tuple[int, int], str] = {}
    for record, report in found.graded:
        changes[record.line, awarded] = number(report.score)
        changes[record.line, available] = number(report.max_score)
    return Filled(sheet.rewritten(changes), len(found.graded), found.left, sheet.notes)
