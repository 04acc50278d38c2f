"""How a request to the worker can fail.

    StudentError(Exception)        the student's code raised; the worker lives on
    Stopped(BaseException)         the student's code had to be stopped; the worker is dead
        TimedOut                   it did not finish in time
        Crashed                    it killed its process, flooded us, or answered nonsense
    Refused(Exception)             raised by `serve`: a ValueError in the student's code
    SandboxError(Exception)        our fault or the machine's, never the student's
        TooWeakError               the walls are lower than was required
    WireError(ValueError)          bytes that are no frame; becomes Crashed before anybody sees it

Stopped is no Exception so that Hypothesis neither swallows nor shrinks it: a hang is seen once.
"""

from typing import final

OURS = frozenset({"Missing", "Unbound", "Oversize", "Banned", "StandInError"})
"""Types of a StudentError that are the grader's own: their messages say all to a student."""


@final
class StudentError(Exception):
    """The student's code raised an exception.

    Attributes:
        type_name: the exception's class, e.g. "ValueError". Four are ours: "Missing" when the
            file does not define what was called, "Unbound" when a parameter could not be given,
            "Oversize" when more came back than the caller allows, "Banned" when it must not run.
        message: its text, sanitised, at most 500 characters.
        line: the last line of nn.py in the traceback, if any.
        source_line: that line's text, stripped and sanitised.
        during: the name in the contract of the call that failed; "NN" for the constructor,
            "nn.py" for loading the file.
        function: the name of the student's function in which it was raised, if any.
        missing: what was called is not there: not defined, or its own body raised
            NotImplementedError (not that of something it called).
    """

    def __init__(  # noqa: PLR0913  each is a fact of its own
        self,
        type_name: str,
        message: str,
        *,
        during: str,
        line: int | None = None,
        source_line: str | None = None,
        function: str | None = None,
        missing: bool = False,
    ) -> None:
        """Describe what was raised; see the attributes."""
        super().__init__(f"{type_name}: {message}" if message else type_name)
        self.type_name = type_name
        self.message = message
        self.during = during
        self.line = line
        self.source_line = source_line
        self.function = function
        self.missing = missing


class Stopped(BaseException):
    """The student's code was stopped, and its process is gone.

    Attributes:
        during: the name in the contract of the call that ran, "nn.py" while loading,
            None where it cannot be told (a round of repeated calls).
    """

    during: str | None


@final
class TimedOut(Stopped):
    """The student's code did not finish in time.

    Attributes:
        seconds: how long it was given.
        during: see Stopped.
    """

    def __init__(self, seconds: float, during: str | None) -> None:
        """Say how long it was given, and what ran."""
        super().__init__(f"did not finish within {seconds:g} s")
        self.seconds = seconds
        self.during = during


@final
class Crashed(Stopped):
    """The student's code killed its process, flooded the grader, or answered nonsense.

    Attributes:
        reason: in words that follow "it": "was killed by a segmentation fault".
        during: see Stopped.
    """

    def __init__(self, reason: str, during: str | None) -> None:
        """Say how it ended, and what ran."""
        super().__init__(reason)
        self.reason = reason
        self.during = during


@final
class Refused(Exception):  # noqa: N818  a verdict of the grader, not a fault
    """Raised by `serve`: the stub raises ValueError(message) in the student's code."""

    def __init__(self, message: str) -> None:
        """Say why, for the student to read."""
        super().__init__(message)
        self.message = message


class SandboxError(Exception):
    """The grader or the machine failed; nothing about the submission was learnt."""


@final
class TooWeakError(SandboxError):
    """The worker's walls are lower than was required; the submission was not sent to it."""


@final
class WireError(ValueError):
    """Bytes that are not a frame within the limits."""
