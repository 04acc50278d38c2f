"""An exception of the student's code, described for the grader (in the worker)."""

import traceback

from grader.sandbox.request import Value

FILE = "nn.py"
_LONG = 2000
_SHORT = 200


class StudentFault(Exception):  # noqa: N818  a fault of the student's, not an error of ours
    """The request ends here; the grader is told `description`."""

    def __init__(self, description: list[Value]) -> None:
        """Carry what `describe` made."""
        super().__init__()
        self.description = description


def describe(error: BaseException, during: str, lines: list[str]) -> list[Value]:
    """Say what was raised, and where in nn.py, in the form that messages.read_error reads.

    Args:
        error: what was raised.
        during: the name in the contract of the call that failed.
        lines: of nn.py.
    """
    where = [
        (number, frame.f_code.co_name)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == FILE
    ]
    line, function = where[-1] if where else (None, None)
    message = _message(error)
    if isinstance(error, SyntaxError) and error.filename == FILE:
        line, function, message = error.lineno, None, str(error.msg)
    own_body = len(where) == 1 or function == during
    return [
        str(type(error).__name__)[:_SHORT],
        message,
        line,
        lines[line - 1][:_LONG].strip() if line and line <= len(lines) else None,
        during,
        function,
        isinstance(error, NotImplementedError) and own_body,
    ]


def fault(type_name: str, message: str, during: str, *, missing: bool = False) -> StudentFault:
    """A fault that is no exception of the student's code: it could not even be called."""
    return StudentFault([type_name, message, None, None, during, None, missing])


def _message(error: BaseException) -> str:
    try:
        text = str(error)
        return text[:_LONG].encode("utf-8", "replace").decode()
    except BaseException:  # noqa: BLE001  it is the student's __str__
        return "(its message cannot be shown)"
