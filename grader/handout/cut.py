"""Cuts out of a module what is wanted, with all that it reaches, and nothing else."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_FOR_ALL = frozenset({"pytestmark"})
"""What pytest reads, and no check names."""


@dataclass(frozen=True, slots=True)
class Part:
    """A statement at the top of a module.

    Attributes:
        node: the statement.
        text: its lines, with the comment above it and the docstring below it.
        binds: the names that it makes.
        reaches: the names that it uses.
    """

    node: ast.stmt
    text: str
    binds: frozenset[str]
    reaches: frozenset[str]


def cut(source: str, wanted: frozenset[str]) -> str:
    """The module's docstring, the wanted names, and what these reach.

    Args:
        source: of the module; its top level holds imports, definitions and assignments.
        wanted: names that it defines.

    Raises:
        KeyError: the module does not define one of them.
    """
    parts = _parts(source)
    marks = {name for part in parts for name in part.binds} & _FOR_ALL
    kept = _reached(parts, wanted | marks)
    pieces: list[str] = []
    for part in parts:
        if isinstance(part.node, ast.Import | ast.ImportFrom):
            text = _narrowed(part.node, kept)
        elif part.binds & kept or (part is parts[0] and _is_text(part.node)):
            text = part.text
        else:
            continue
        if text:
            pieces.append(text)
    return _joined(pieces)


def reached(source: str, name: str) -> frozenset[str]:
    """The names at the top of a module that one of them uses, itself among them."""
    return _reached(_parts(source), frozenset({name}))


def _reached(parts: Sequence[Part], wanted: frozenset[str]) -> frozenset[str]:
    by_name = {name: part for part in parts for name in part.binds}
    missing = sorted(wanted - by_name.keys())
    if missing:
        raise KeyError(missing[0])
    found: set[str] = set()
    queue = set(wanted)
    while queue:
        name = queue.pop()
        found.add(name)
        queue |= {n for n in by_name[name].reaches if n in by_name} - found
    return frozenset(found)


@lru_cache(maxsize=64)
def _parts(source: str) -> tuple[Part, ...]:
    return tuple(_read(source))


def _read(source: str) -> Iterator[Part]:
    lines = source.splitlines()
    body = ast.parse(source).body
    at = 0
    while at < len(body):
        node = body[at]
        first = min([node.lineno, *(mark.lineno for mark in _decorators(node))])
        while first > 1 and lines[first - 2].startswith("#"):
            first -= 1
        last = node
        # The text under a constant is about that constant.
        if isinstance(node, ast.Assign | ast.AnnAssign) and at + 1 < len(body):
            below = body[at + 1]
            if _is_text(below):
                last, at = below, at + 1
        text = "\n".join(lines[first - 1 : last.end_lineno])
        yield Part(node, text, frozenset(_bound(node)), frozenset(_used(node)))
        at += 1


def _decorators(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.decorator_list
    return []


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
    else:
        yield from (
            inner.id
            for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        )


def _used(node: ast.stmt) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.arg):  # a fixture of the file's own
            yield inner.arg
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield from _in_annotation(inner.value)


def _in_annotation(text: str) -> Iterator[str]:
    """A type may be written as a text."""
    if text.isidentifier():
        yield text


def _narrowed(node: ast.Import | ast.ImportFrom, kept: frozenset[str]) -> str:
    """The import of what is kept; empty where that is nothing."""
    names = [a for a in node.names if (a.asname or a.name).split(".")[0] in kept]
    if not names:
        return ""
    alone = ast.Import(names)
    if isinstance(node, ast.ImportFrom):
        alone = ast.ImportFrom(node.module, names, node.level)  # type: ignore[assignment]
    return ast.unparse(alone)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _joined(pieces: list[str]) -> str:
    """The pieces, with imports together and two empty lines between definitions."""
    text = ""
    for before, piece in zip(["", *pieces], pieces, strict=False):
        both = all(p.startswith(("import ", "from ")) for p in (before, piece))
        gap = "" if not before else "\n" if both else "\n\n\n"
        text += gap + piece
    return f"{text}\n"
