"""The guard: nothing of the worked solution, of its hints or of hidden checks leaves the house.

A line of the solution is found in any text, however it is broken into lines and whether `self.`
stands before its names. Lines of fewer than TELLING tokens (`return A2`, `m = X.shape[1]`,
`for _ in range(iters):`) are trivial: they name things and compute nothing, and would be found in
any program about networks.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grader.errors import GraderError

TELLING = 9
"""Tokens: names, numbers and signs. `return np.maximum(0, Z)` has so many."""

GIVEN = frozenset({"__init__", "show_predictions"})
"""What the skeleton has, too."""

_TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|[^\s\w]")


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that must not be found.

    Attributes:
        what: it is, in words that give nothing away.
        tokens: of its text.
    """

    what: str
    tokens: tuple[str, ...]


def lines_of(solution: str, skeleton: str) -> tuple[Secret, ...]:
    """The statements and right-hand sides in a solution that tell something.

    What the skeleton's docstrings say is told already (A1 = ReLU(Z1)). What its code says is not:
    a skeleton that somebody has filled in must not pass for the homework.

    Args:
        solution: the text of reference/nn.py.
        skeleton: the text of student/nn.py.
    """
    told = _stream(_located(_docstrings(skeleton))[0])
    found: dict[tuple[str, ...], Secret] = {}
    for node, text in _statements(solution):
        tokens = _tokens(text)
        bare = _without_self(tokens)
        if len(tokens) >= TELLING and _stream(bare) not in told:
            found.setdefault(bare, Secret(f"line {node.lineno} of reference/nn.py", bare))
    return tuple(found.values())


def texts(what: str, values: Iterable[str]) -> tuple[Secret, ...]:
    """Sentences that must not be found."""
    return tuple(Secret(what, _without_self(_tokens(value))) for value in values)


def watch(files: Mapping[str, bytes], secrets: Iterable[Secret]) -> None:
    """Refuse files that hold a secret.

    Args:
        files: what is to be packed, by their paths; what is no text is not read.
        secrets: what must not be found there.

    Raises:
        GraderError: one is found; names the file and its line, and what it is.
    """
    secrets = tuple(secrets)
    for path, content in sorted(files.items()):
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
        tokens, places = _located(text)
        stream = _stream(tokens)
        for secret in secrets:
            at = stream.find(_stream(secret.tokens))
            if at >= 0:
                line = places[stream.count(" ", 0, at)]
                raise GraderError(
                    f"nothing was written: {path}, line {line}, holds {secret.what}. Take it out "
                    "of that file, and build the handout again"
                )


def _statements(solution: str) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    lines = solution.splitlines()
    for function in ast.walk(ast.parse(solution)):
        if not isinstance(function, ast.FunctionDef) or function.name in GIVEN:
            continue
        for node in (inner for child in function.body for inner in ast.walk(child)):
            if not isinstance(node, ast.stmt) or _is_text(node):
                continue
            body = getattr(node, "body", None)
            if body:  # for, if, with: what stands before the block
                yield node, "\n".join(lines[node.lineno - 1 : max(node.lineno, body[0].lineno - 1)])
                continue
            yield node, ast.get_source_segment(solution, node) or ""
            value = getattr(node, "value", None)
            if isinstance(value, ast.expr):
                yield value, ast.get_source_segment(solution, value) or ""


def _docstrings(text: str) -> str:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))
    return "\n\n".join(ast.get_docstring(node) or "" for node in nodes)


def _stream(tokens: Iterable[str]) -> str:
    return f" {' '.join(tokens)} "


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))


def _without_self(tokens: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for one in tokens:
        if one == "." and kept and kept[-1] == "self":
            kept.pop()
        else:
            kept.append(one)
    return tuple(kept)


def _located(text: str) -> tuple[list[str], list[int]]:
    """The tokens of a text without `self.`, and the line of each, from 1."""
    tokens: list[str] = []
    places: list[int] = []
    line, before = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", before, match.start())
        before = match.start()
        if match.group() == "." and tokens and tokens[-1] == "self":
            tokens.pop()
            places.pop()
        else:
            tokens.append(match.group())
            places.append(line)
    return tokens, places
