"""What can go wrong, and whose fault it is.

    GraderError               ours, or the machine's: not graded, exit 3
    └── UsageError            a wrong option or unreadable input: exit 2
        └── RubricError       the rubric file says something that cannot be
    Mismatch (AssertionError) the student's: an answer that differs from the right one

What the student's code does by itself (raise, hang, crash) is in sandbox/errors.py.
"""


class GraderError(Exception):
    """The grading cannot go on, through no fault of the student."""


class UsageError(GraderError):
    """What we were asked to do makes no sense; the message names the mistake and the cure."""


class RubricError(UsageError):
    """The rubric is not valid: names file, key, what was found and what is allowed."""


class Mismatch(AssertionError):  # noqa: N818  it is the finding, not a fault of ours
    """An answer of the submission is wrong; the message is what the student reads."""
