"""The digest of each check by itself: what has to run again when a file of checks is edited."""

import ast
import hashlib
import re
from collections.abc import Iterable, Mapping

from grader.running import checks_in

NEEDS_EXAM = "exam"
"""The fixture of checks that depend on the digits and on the budget of the training, too."""


def digests(files: Mapping[str, str], training: str) -> dict[str, str]:
    """The digests of all checks, by id (see plugin.py), of which equal ones judge equally.

    A check depends on its own text, on all of its file that is no check, on the whole of its file
    where it names another check of it, and on the whole of every other file of checks that is named
    there, or in one of those; the rest of the grader has a digest of its own.

    Args:
        files: the texts of the files of checks, by name without .py, e.g. test_loss.
        training: a digest of the data and of the budget of the training.

    Raises:
        SyntaxError: one of the files is no Python.
    """
    found: dict[str, str] = {}
    for name, text in files.items():
        checks = checks_in(name, text)
        names = {node.name for node in checks.values()}
        shared = _without(text, map(_lines, checks.values()))
        for key, node in checks.items():
            own = "\n".join(text.split("\n")[_lines(node)])
            parts = [own, shared]
            if _words(own) & (names - {node.name}):
                parts.append(text)
            parts += [files[other] for other in _named("\n".join(parts), files, name)]
            if NEEDS_EXAM in _words("\n".join(parts)):
                parts.append(training)
            found[key] = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return found


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def _named(text: str, files: Mapping[str, str], name: str) -> list[str]:
    """The other files that a text names, and those that these name, and so on."""
    found: set[str] = set()
    new = {other for other in files if other != name} & _words(text)
    while new:
        found |= new
        words = set().union(*(_words(files[other]) for other in new))
        new = (files.keys() & words) - found - {name}
    return sorted(found)


def _lines(node: ast.FunctionDef) -> slice:
    """A check's lines, with its decorators, counted from 0."""
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return slice(first - 1, node.end_lineno)


def _without(text: str, spans: Iterable[slice]) -> str:
    """The lines that belong to no check."""
    lines: list[str | None] = [*text.split("\n")]
    for span in spans:
        lines[span] = [None] * len(lines[span])
    return "\n".join(line for line in lines if line is not None)
