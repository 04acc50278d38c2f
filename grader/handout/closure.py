"""Which modules a program is made of: what it imports, and what that imports, by the texts."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import grader

ROOT = Path(grader.__file__).parent.parent

STARTED = ("grader.sandbox.nursery",)
"""What is started by its name in a text, and not imported."""


def modules(texts: Mapping[str, str], roots: Iterable[str] = ()) -> dict[str, Path]:
    """The files of ours that a program needs beside these texts, by their modules' names.

    Args:
        texts: of modules that stand in the place of their files.
        roots: where else to begin.
    """
    found: dict[str, Path] = {}
    queue = [*roots, *(name for text in texts.values() for name in imports(text))]
    while queue:
        name = queue.pop()
        path = _path(name)
        if path is None or name in found or name in texts:
            continue
        found[name] = path
        queue += [name.rpartition(".")[0], *imports(path.read_text("utf-8"))]
    return found


def libraries(texts: Iterable[str]) -> frozenset[str]:
    """The libraries that these texts import: neither ours nor Python's own."""
    tops = {name.partition(".")[0] for text in texts for name in imports(text)}
    return frozenset(tops - {"grader"} - sys.stdlib_module_names)


def imports(text: str) -> Iterator[str]:
    """The names that a module imports, wherever in it: a.b and a.b.c of `from a.b import c`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _path(name: str) -> Path | None:
    """The file of a module of ours, if it is one."""
    if name.partition(".")[0] != "grader":
        return None
    base = ROOT.joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None
