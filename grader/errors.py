"""What can go wrong, and whose fault it is.

    GraderError               ours, or the machine's: not graded, exit 3
    └── UsageError            a wrong option or unreadable input: exit 2
        └── RubricError       the rubric file says something that cannot be
    Mismatch (AssertionError) the student's: an answer that differs from the right one
    ├── OutOfTimeError        it had used all its time before this was tried
    └── Undone                nothing was stored, or nothing moved: as good as not written

What the student's code does by itself (raise, hang, crash) is in sandbox/errors.py.
"""


class GraderError(Exception):
    """The grading cannot go on, through no fault of the student."""


class UsageError(GraderError):
    """What we were asked to do makes no sense; the message names the mistake and the cure."""


class RubricError(UsageError):
    """The rubric is not valid: names file, key, what was found and what is allowed."""


class Mismatch(AssertionError):  # noqa: N818  it is the finding, not a fault of ours
    """An answer of the submission is wrong; the message is what the student reads.

    Attributes:
        example: the case it is wrong on, where that is known (grader/example.py).
    """

    def __init__(self, message: str, example: object = None) -> None:
        """Say what is wrong, and on which case."""
        super().__init__(message)
        self.example = example


class Undone(Mismatch):
    """What should be there was never set, or nothing has changed: there is nothing to judge."""


class OutOfTimeError(Mismatch):
    """All the time of the submission was used up before this check could be tried."""

    def __init__(self, seconds: float) -> None:
        """Say how much time there was."""
        super().__init__(f"Not tried: the submission had used all of its {seconds:g} s.")
