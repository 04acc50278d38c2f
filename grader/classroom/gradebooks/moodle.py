"""Moodle: grades and comments in the instructor's own grading worksheet."""

import html
from collections.abc import Sequence

from grader.classroom import columns
from grader.classroom.cells import number
from grader.classroom.feedback import OURS, comment
from grader.classroom.gradebook import Row
from grader.classroom.gradebooks.filling import Filled, amount, column, placed, scaled
from grader.classroom.names import called
from grader.classroom.tables import Table
from grader.rubric import TOTAL

GRADE = ("grade", "bewertung")
MAXIMUM = ("maximumgrade", "bestwertung")
CHANGEABLE = ("gradecanbechanged", "bewertungkanngeandertwerden")
MODIFIED = ("lastmodifiedgrade", "zuletztgeandertbewertung")
COMMENTS = ("feedbackcomments", "feedbackalskommentar")

NO = frozenset({"no", "nein", "non", "nee", "nej"})


def fill(book: Sequence[Row], sheet: Table) -> Filled:
    """Fill in Grade and Feedback comments; every other byte of the sheet stays as it was.

    People are found by Identifier ("Participant 123", also where names are hidden), mail address
    and full name. Where a grade cannot be changed nothing is, nor where there is no verdict. The
    score is scaled to the line's maximum grade, and written with the decimal comma that stands
    there. A comment of somebody else's stays. Moodle takes comments for HTML, so what would be
    markup is escaped.

    Args:
        book: the class.
        sheet: a worksheet as Moodle exports it, with a column «Last modified (grade)»: Moodle
            skips the lines where it is not as it was exported.

    Raises:
        UsageError: a column that is needed is not there.
    """
    grade = column(sheet, GRADE, needed="Grade") or 0
    column(sheet, MODIFIED, needed="Last modified (grade)")
    maximum, changeable = column(sheet, MAXIMUM), column(sheet, CHANGEABLE)
    comments = column(sheet, COMMENTS)
    found = placed(book, sheet, grade)
    changes: dict[tuple[int, int], str] = {}
    left, notes, scales = list(found.left), list(sheet.notes), set[float]()
    filled = 0
    for record, report in found.graded:
        who = f"line {record.line}, {called(sheet.person(record))}"
        if changeable is not None and columns.folded(record.cell(changeable)) in NO:
            left.append(f"{who}: Moodle says that this grade cannot be changed")
            continue
        most = amount(record.cell(maximum)) if maximum is not None else (float(TOTAL), False)
        if most is None or not most[0]:
            left.append(f"{who}: its maximum grade is no number above 0; a scale is not filled in")
            continue
        scales |= {most[0]} - {float(report.max_score)}
        changes[record.line, grade] = number(scaled(report, most[0]), comma=most[1])
        filled += 1
        if comments is not None:
            standing = record.cell(comments).strip()
            if standing and not standing.startswith(OURS):
                notes.append(f"{who}: there is a comment already; it was kept")
                continue
            changes[record.line, comments] = html.escape(comment(report), quote=False)
    if maximum is None:
        notes.append(f"{sheet.name} has no maximum grades; scores are of {TOTAL}")
    notes += [f"scores are scaled to the maximum grade of {number(s)}" for s in sorted(scales)]
    return Filled(sheet.rewritten(changes), filled, tuple(left), tuple(notes))
