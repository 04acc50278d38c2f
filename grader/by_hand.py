"""`pytest grader/checks --submission nn.py`: the checks as an ordinary pytest run.

pytest loads this module by its entry point in every run; without the option it does nothing.
"""

from contextlib import ExitStack
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --submission."""
    group = parser.getgroup("grader", "grading a homework")
    group.addoption(
        "--submission", type=Path, help="the nn.py that the checks in grader/checks judge"
    )


def pytest_configure(config: pytest.Config) -> None:
    """With --submission, open the submission and give its checks what they need."""
    path = config.getoption("--submission", None)
    if path is None:
        return
    # Only now: the option is rare, and runs of pytest in this environment are not.
    from grader.errors import UsageError  # noqa: PLC0415
    from grader.judging import judging  # noqa: PLC0415
    from grader.options import Options  # noqa: PLC0415
    from grader.submission import read  # noqa: PLC0415

    stack = ExitStack()
    config.add_cleanup(stack.close)
    try:
        options = Options.default()
        submission = read(path, limit_kb=options.rubric.limits.file_kb)
        config.pluginmanager.register(stack.enter_context(judging(submission, options)).plugin)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
