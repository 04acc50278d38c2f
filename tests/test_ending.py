"""How a command ends: no exception of it reaches Python's own exit code of 1."""

import pytest

from grader.ending import ended
from grader.errors import GraderError, RubricError
from grader.exits import INTERRUPTED, NOT_GRADED, OK, USAGE


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (RubricError("rules.toml: no"), USAGE, "grader: rules.toml: no\n"),
        (KeyboardInterrupt(), INTERRUPTED, "grader: interrupted; nothing was written\n"),
        (GraderError("no sand"), NOT_GRADED, "grader: cannot go on: no sand; nothing was written"),
        (OSError(28, "No space", "out"), NOT_GRADED, "cannot go on: out: No space; nothing"),
        (ZeroDivisionError("[red]x"), NOT_GRADED, "a fault of the grader: ZeroDivisionError"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_what_a_command_raises(error, code, says, capsys):
    """Each kind has its exit code, a line of why, and what stands now; text is no markup."""

    def run():
        raise error

    assert ended(run, after="nothing was written") == code
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == ""


def test_a_command_that_ends_by_itself():
    """Its own code is kept."""
    assert ended(lambda: OK) == OK
    assert ended(lambda: 1) == 1
