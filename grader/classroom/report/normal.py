"""A submission as a string of tokens in which names and comments say nothing, to compare by.

What a copy is disguised with is dropped: names that the student chose, comments, docstrings,
spaces, the values of numbers and texts, the order of functions. What the assignment or a library
fixes stays: A1, axis, np.maximum. Lines of the skeleton, and imports, are taken away.
"""

import builtins
import io
import keyword
import token
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 256 * 1024
MOST_TOKENS = 4000
"""What is longer is compared by its beginning; a whole solution has some 500."""

Line = tuple[str, ...]

_SILENT = frozenset({token.INDENT, token.DEDENT, token.NL, token.COMMENT, token.ENDMARKER})
_FIXED = frozenset(
    {*keyword.kwlist, *dir(builtins), "self", "np", "numpy", "axis", "keepdims", "dtype"}
)
_NAME, _NUMBER, _TEXT = "name", "0", "text"
_TEXTS = frozenset(getattr(token, name) for name in dir(token) if name.startswith("FSTRING"))


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What everybody was given.

    Attributes:
        names: that stand in its code; those of a copy may not be changed.
        lines: of its code, as normal forms.
    """

    names: frozenset[str]
    lines: frozenset[Line]


def skeleton(source: bytes) -> Skeleton:
    """What a skeleton fixes."""
    names = frozenset(t.string for t in _tokens(source) if t.type == token.NAME)
    return Skeleton(names, frozenset(_lines(source, names)))


def normal(source: bytes, given: Skeleton) -> Line:
    """The tokens of a submission's own lines, at most MOST_TOKENS.

    A file that is no Python is read as far as it can be.

    Args:
        source: the bytes of a submission; nothing of it is run.
        given: what to take away.
    """
    blocks: list[list[Line]] = [[]]
    for line in _lines(source, given.names):
        if line[0] in {"def", "class"}:
            blocks.append([])
        if line not in given.lines and line[0] not in {"import", "from"}:
            blocks[-1].append(line)
    words = [word for block in sorted(blocks) for line in block for word in line]
    return tuple(words[:MOST_TOKENS])


def _lines(source: bytes, names: frozenset[str]) -> Iterator[Line]:
    line: list[str] = []
    before = ("", "")
    for found in _tokens(source):
        if found.type in _SILENT:
            continue
        if found.type == token.NEWLINE:
            if line and line != [_TEXT]:  # a text alone is a docstring
                yield tuple(line)
            line, before = [], ("", "")
            continue
        word = _word(found, before, names)
        if word != _TEXT or line[-1:] != [_TEXT]:  # texts side by side are one
            line.append(word)
        before = (before[1], found.string)
    if line and line != [_TEXT]:
        yield tuple(line)


def _word(found: tokenize.TokenInfo, before: tuple[str, str], names: frozenset[str]) -> str:
    if found.type == token.NAME:
        of_a_library = before[1] == "." and before[0] != "self"
        known = found.string in _FIXED or found.string in names or of_a_library
        return found.string if known else _NAME
    if found.type == token.NUMBER:
        return _NUMBER
    if found.type == token.STRING or found.type in _TEXTS:
        return _TEXT
    return found.string


def _tokens(source: bytes) -> Iterator[tokenize.TokenInfo]:
    text = source[:MOST_BYTES].decode("utf-8", "replace")
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return
