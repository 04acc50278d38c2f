"""What a student reads beside a grade: the score, and of each method what is wrong first."""

from grader.classroom.cells import neutral, number
from grader.render.seen import out_of, seen
from grader.render.words import all_told, by_method, lost, note, one_line
from grader.report import Finding, Report

MOST = 1500
"""Characters of the whole."""

OURS = "Score "
"""How every comment of ours begins: such a one may be replaced, another is somebody's own."""

_MOST_SAID = 240


def comment(report: Report) -> str:
    """A few lines of plain text, as the student may see it; nothing where nothing was graded.

    The first line is the score of the visible checks; each further one is a method and its first
    finding. What does not find a place in MOST is counted.
    """
    if not report.graded:
        return ""
    shown = seen(report)
    lines = [f"{OURS}{number(shown.score)} of {number(out_of(shown))}."]
    if note(shown):
        lines.append(note(shown, _MOST_SAID))
    said = [
        f"- {method}: {_said(first)}"
        for method, findings in by_method(shown.checks)
        if (first := next(filter(lost, findings), None))
    ]
    room = MOST - sum(len(line) + 1 for line in lines) - len("- and 00 more methods")
    for place, line in enumerate(said):
        room -= len(line) + 1
        if room < 0:
            lines.append(f"- and {len(said) - place} more methods")
            break
        lines.append(line)
    return neutral("\n".join(lines))


def _said(finding: Finding) -> str:
    return one_line(all_told([finding]) or finding.title, _MOST_SAID)
