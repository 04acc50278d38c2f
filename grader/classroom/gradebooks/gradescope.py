"""Gradescope: the scores of an assignment that was graded elsewhere, by SID and mail address."""

from collections.abc import Sequence

from grader.classroom.cells import number, table, written
from grader.classroom.gradebook import Row
from grader.classroom.gradebooks.filling import Filled, by_hand, once

HEADINGS = ("Name", "SID", "Email", "Total Score", "Max Points")
"""As Gradescope calls them in its own exports."""


def make(book: Sequence[Row]) -> Filled:
    """A sheet to upload: whoever has no verdict stands there with an empty score.

    In UTF-8 without a byte order mark, which would become a part of the first heading.
    """
    twice = once(book, lambda row: (row.person.id, row.person.email.casefold()))
    lines: list[Sequence[str]] = [HEADINGS]
    left: list[str] = []
    filled = 0
    for place, row in enumerate(book):
        person = row.person
        report = row.verdict if place not in twice else None
        points = (number(report.score), number(report.max_score)) if report else ("", "")
        filled += report is not None
        lines.append((*map(written, (person.name, person.id, person.email)), *points))
        unknown = by_hand("Gradescope", "an SID or a mail address", person.id, person.email)
        why = row.lacking or twice.get(place) or unknown
        if why:
            left.append(f"{row.called}: {why}")
    return Filled(table(lines, bom=False), filled, tuple(left))
