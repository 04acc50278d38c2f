"""How high the walls around a submission must be, as the command line says it."""

import os
from pathlib import Path

from grader.errors import UsageError
from grader.sandbox.confine import LEVELS, Level


def required(option: str | None) -> Level | None:
    """How high the walls must be: as asked, or "strong" where strangers' files are graded.

    Raises:
        UsageError: there is no such level.
    """
    if option is None:
        unattended = os.environ.get("CI", "").lower() not in {"", "0", "false"}
        return "strong" if unattended or Path("/autograder").is_dir() else None
    if option == "none":
        return None
    if option not in LEVELS[1:]:
        raise UsageError(f"--require-sandbox {option}: there are none, strong and full")
    return option
