"""What a batch tells an instructor in words, and the gradebook that it leaves in DIR."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grader.classroom import cells, gradebook, results
from grader.classroom.batch import How
from grader.classroom.changes import Change
from grader.classroom.names import called
from grader.classroom.records import Collected
from grader.classroom.roster import Matched
from grader.classroom.standing import Standing
from grader.render import files
from grader.render.words import one_line

GRADEBOOK = "gradebook.csv"
CHANGES = "changes.csv"

MOST = 20
"""Lines of one list on the screen; the files hold them all."""


def told(found: Collected, console: Console) -> None:
    """What was found in the folder."""
    handed_in = sum(entry.submission is not None for entry in found.entries)
    say(console, f"{found.layout}: {handed_in} to grade")
    problems = [(entry.key, entry.problem) for entry in found.entries if entry.problem]
    listed(console, "Could not be read", [*problems, *found.unread])


def judged(how: Mapping[How, int], console: Console) -> None:
    """How many were judged anew in a regrade, and how many by what had changed alone."""
    say(
        console,
        f"Judged anew by all checks: {how.get(How.WHOLE, 0)}; by new or changed checks alone: "
        f"{how.get(How.PARTLY, 0)}; not at all, as all checks had been run: "
        f"{how.get(How.BEFORE, 0)}",
    )


def write(folder: Path, current: Standing, matched: Matched, console: Console) -> None:
    """Write DIR/gradebook.csv, and tell how the class did and what somebody should look at.

    Args:
        folder: DIR.
        current: how it stands.
        matched: everybody of the roster, and everybody who handed in.
        console: where to.

    Raises:
        OSError: it cannot be written.
    """
    reports = results.read_all(folder, current)
    places = {key: f"{results.RESULTS}/{key}.json" for key in reports}
    book = gradebook.rows(matched, reports, places)
    files.write(gradebook.canonical(book), folder / GRADEBOOK)
    scores = [report.score for report in reports.values() if report.graded]
    if scores:
        say(
            console,
            f"{len(scores)} graded: mean {statistics.fmean(scores):.1f}, "
            f"median {statistics.median(scores):g}, from {min(scores):g} to {max(scores):g}",
        )
    faults = [(k, r.reason or "") for k, r in reports.items() if not r.graded]
    listed(console, "Not graded, by no fault of the student's", faults)
    looked_at = [(row.key, "; ".join(gradebook.flags(row))) for row in book]
    listed(console, "To look at", [(key, why) for key, why in looked_at if why])
    listed(console, "Roster", [(line, "") for line in matched.told()])
    say(console, f"Gradebook: {folder / GRADEBOOK}; feedback for students: {folder / 'feedback'}")


def moved(folder: Path, found: Sequence[Change], matched: Matched, console: Console) -> None:
    """Write DIR/changes.csv, and tell who moves by how much.

    Raises:
        OSError: it cannot be written.
    """
    names: dict[str, str] = {}
    for one in matched.people:
        if one.entry is not None:
            before = names.get(one.entry.key)
            names[one.entry.key] = ", ".join(filter(None, [before, called(one.person)]))
    lines = [("key", "name", "before", "after", "by", "methods")]
    lines += [
        (
            cells.written(change.key),
            cells.written(names.get(change.key, "")),
            _score(change.before),
            _score(change.after),
            cells.number(change.by),
            cells.written(_methods(change)),
        )
        for change in found
    ]
    files.write(cells.table(lines, bom=True), folder / CHANGES)
    if not found:
        say(console, "Graded anew: nobody moves")
        return
    listed(
        console,
        f"Graded anew: {len(found)} move ({folder / CHANGES})",
        [(change.key, f"{_moves(change)}: {_methods(change)}") for change in found],
    )


def _score(score: float | None) -> str:
    return "not graded" if score is None else f"{score:g}"


def _moves(change: Change) -> str:
    return f"{_score(change.before)} to {_score(change.after)} ({change.by:+g})"


def _methods(change: Change) -> str:
    return ", ".join(f"{name} {old:g} to {new:g}" for name, old, new in change.methods)


def listed(console: Console, title: str, lines: Sequence[tuple[str, str]]) -> None:
    """A list of names with reasons, cut at MOST; nothing for none."""
    if not lines:
        return
    say(console, f"{title}: {len(lines)}")
    for name, why in lines[:MOST]:
        say(console, f"  {one_line(name)}{f': {one_line(why)}' if why else ''}")
    if len(lines) > MOST:
        say(console, f"  and {len(lines) - MOST} more")


def say(console: Console, text: str) -> None:
    """A line of plain text, never markup; a whole one in a pipe."""
    console.print(Text(text), soft_wrap=not console.is_terminal)
