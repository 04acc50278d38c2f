"""Runs pytest over folders of checks, in this process, with nobody else having a say."""

import ast
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.plugin import Plugin

CHECKS = Path(__file__).parent / "checks"

_STORAGE = "HYPOTHESIS_STORAGE_DIRECTORY"
_NOT_NEEDED = (
    "cacheprovider",
    "doctest",
    "faulthandler",
    "logging",
    "pastebin",
    "setuponly",
    "setupplan",
    "stepwise",
    "terminal",
    "threadexception",
    "unraisableexception",  # collects all garbage at the end, which takes longer than a check
)
"""Plugins of pytest's own that a run of checks does without."""

_VARIABLES = (
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "HYPOTHESIS_PROFILE",
    _STORAGE,
)


def checks_in(stem: str, text: str) -> dict[str, ast.FunctionDef]:
    """The checks in the text of a file, by their ids; see plugin.py.

    Args:
        stem: the file's name without .py, e.g. test_loss.
        text: of the file.

    Raises:
        SyntaxError: it is no Python.
    """
    return {
        f"{stem.removeprefix('test_')}::{node.name.removeprefix('test_')}": node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def check_ids(checks: Path = CHECKS) -> frozenset[str]:
    """The ids of all checks in a folder, by the texts of its files."""
    return frozenset(
        key
        for path in checks.glob("test_*.py")
        for key in checks_in(path.stem, path.read_text("utf-8"))
    )


def know_checks(names: Iterable[str], checks: Path = CHECKS) -> None:
    """A misspelt name under `visibility` would show students what was meant to be hidden.

    Raises:
        UsageError: one of the names is no check's.
    """
    unknown = sorted(set(names) - check_ids(checks))
    if unknown:
        raise UsageError(f"the rubric's visibility names {unknown[0]}, and there is no such check")


def run_checks(plugin: Plugin, checks: Path = CHECKS, *more: Path) -> str | None:
    """Run pytest over the checks in this process; returns why that failed, if it did.

    Nothing outside the package has a say: no conftest.py, no ini file, no environment variable
    and no installed plugin.

    Args:
        plugin: judges them.
        checks: the folder they are in.
        more: other folders.
    """
    folders = [str(folder) for folder in (checks, *more)]
    arguments = [
        *folders,
        f"--rootdir={checks}",
        f"--confcutdir={checks}",
        f"--config-file={os.devnull}",
        "--noconftest",
        "--import-mode=importlib",
        "--disable-plugin-autoload",
        "--assert=plain",
        "--capture=no",
        *(f"-pno:{name}" for name in _NOT_NEEDED),
    ]
    hidden = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    os.environ[_STORAGE] = os.devnull  # Hypothesis would keep notes in the current folder
    try:
        code = pytest.main(arguments, plugins=[plugin])
    finally:
        del os.environ[_STORAGE]
        os.environ.update(hidden)
        # @given keeps the settings of its module's import: the next run imports the checks anew.
        ours = tuple(f"{folder}{os.sep}test_" for folder in folders)
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(ours):
                del sys.modules[name]
    if plugin.broken:
        return "; ".join(plugin.broken)
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code == pytest.ExitCode.NO_TESTS_COLLECTED and plugin.outcomes:  # all were recalled
        return None
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        return f"pytest ended with {code!r}"
    return None
