"""The README of a handout: the student's, true of what is in the zip and of the rubric."""

import re
from importlib import resources

from grader.assignment import GRADED, TRAINING
from grader.errors import GraderError
from grader.handout.checks import Choice
from grader.handout.values import PROFILE
from grader.rubric import Rubric, load

_CHECKING = "## Checking yourself\n"
_BY_HAND = "Gradients can be checked by hand as well."
_JUDGED = "## How training is judged\n"
_ROW = re.compile(
    r"^\| (?:`(?P<method>\w+)\(.*?\)`|(?P<training>training)) \| \d+ \|", re.MULTILINE
)

_VAGUE = """
The grader gives your network fresh initial weights that nobody has seen, and calls your
`gradient_descent` on some images. Then it takes `W1`, `b1`, `W2`, `b2` and counts how many test
images they classify rightly. Your code never sees those images.

"""


def readme(text: str, rubric: Rubric, choice: Choice) -> str:
    """The student's README as a handout has it.

    Args:
        text: of student/README.md.
        rubric: whose points it names.
        choice: of checks; where the training is hidden, nothing is said of its threshold.

    Raises:
        GraderError: the text has not the sections that are to be adapted.
    """
    checking = resources.files("grader.handout").joinpath("checking.md").read_text("utf-8")
    text = _between(text, _CHECKING, _BY_HAND, f"\n{checking}\n")
    hidden = any(check.method == TRAINING for check in choice.hidden)
    if hidden or rubric.profile(PROFILE) != load().profile(PROFILE):
        text = _between(text, _JUDGED, "Good luck.", _VAGUE)
    return _ROW.sub(lambda row: _row(row, rubric), text)


def _row(row: re.Match[str], rubric: Rubric) -> str:
    name = row["method"] or row["training"]
    if name not in GRADED:
        return row.group()
    return re.sub(r"\d+ \|$", f"{rubric.points.get(name, 0)} |", row.group())


def _between(text: str, start: str, end: str, new: str) -> str:
    """The text with something else between two places."""
    head, found, rest = text.partition(start)
    _, also, tail = rest.partition(end)
    if not found or not also:
        raise GraderError(
            f"student/README.md needs the lines {start.strip()!r} and, below it, {end!r}: the "
            "handout has another text between them"
        )
    return f"{head}{found}{new}{also}{tail}"
