"""A Jupyter notebook as the Python file that its code cells make, one after the other."""

import re
from dataclasses import dataclass

import msgspec

from grader.classroom.layouts.tree import UnreadableError

MOST_BYTES = 16 << 20
"""Of the notebook with its pictures; the code in it is held to the limit of any other file."""

# A cell that begins with one of these is Python all the same.
_PYTHON = re.compile(r"%%(time|timeit|capture|prun|writefile|python3?)\b")
_MAGIC = re.compile(r"[%!?]|[\w.\[\], ]+=\s*[%!]\s*\w|[\w.]+\?{1,2}$")
_LONG = 300  # characters; no magic is longer, and the expression above is not tried on more
_TOKEN = re.compile(
    r"""'''|\"\"\"|'(?:[^'\\]|\\.)*\\?(?:'|$)|"(?:[^"\\]|\\.)*\\?(?:"|$)|\#|[\[({\])}]"""
)


@dataclass(frozen=True, slots=True)
class Code:
    """What is in the code cells.

    Attributes:
        source: as one file; a comment before each cell says its number among all cells, from 1.
        cells: how many there are.
    """

    source: bytes
    cells: int


class _Cell(msgspec.Struct, frozen=True):
    cell_type: str = ""
    source: str | list[str] = ""


class _Notebook(msgspec.Struct, frozen=True):
    cells: list[_Cell]


def code(raw: bytes) -> Code:
    """The code of a notebook. Magics and shell lines are comments in it, line for line.

    Raises:
        UnreadableError: it is no notebook, of a format before 4, too large, or holds no code.
    """
    if len(raw) > MOST_BYTES:
        raise UnreadableError(f"the notebook is larger than {MOST_BYTES >> 20} MB")
    try:
        cells = msgspec.json.decode(raw, type=_Notebook).cells
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise UnreadableError("it is no notebook that can be read") from None
    parts = [
        f"# [cell {number}]\n{_plain(_text(cell))}\n"
        for number, cell in enumerate(cells, 1)
        if cell.cell_type == "code" and _text(cell).strip()
    ]
    if not parts:
        raise UnreadableError("there is no code in the notebook")
    return Code("\n".join(parts).encode("utf-8", "replace"), len(parts))


def _text(cell: _Cell) -> str:
    return cell.source if isinstance(cell.source, str) else "".join(cell.source)


def _plain(source: str) -> str:
    """A cell without what only a notebook understands; every line stays where it is."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not _PYTHON.match(first):
        return "\n".join(f"# {line}" for line in lines)
    done: list[str] = []
    quote, depth, runs_on, magic = "", 0, False, False
    for line in lines:
        fresh = not (quote or depth or runs_on)
        if magic and runs_on:
            runs_on = line.endswith("\\")
            done.append(f"# {line}")
            continue
        magic = fresh and _is_magic(line.strip())
        if magic:
            runs_on = line.endswith("\\")
            indent = line[: len(line) - len(line.lstrip())]
            # A block needs a statement, and an import from __future__ must come first.
            done.append(f"{indent}{'pass  ' if indent else ''}# {line.lstrip()}")
            continue
        quote, depth, comment = _after(line, quote, depth)
        runs_on = line.endswith("\\") and not comment
        done.append(line)
    return "\n".join(done)


def _is_magic(line: str) -> bool:
    return line.startswith(("%", "!", "?")) or (
        len(line) <= _LONG and _MAGIC.match(line) is not None
    )


def _after(line: str, quote: str, depth: int) -> tuple[str, int, bool]:
    """What is open at the end of a line: a long string, how many brackets, whether a comment."""
    at = 0
    while at < len(line):
        if quote:
            end = _end(line, quote, at)
            if end < 0:
                break
            at, quote = end, ""
            continue
        token = _TOKEN.search(line, at)
        if token is None:
            break
        at = token.end()
        match token.group():
            case "'''" | '"""' as opening:
                quote = opening
            case "(" | "[" | "{":
                depth += 1
            case ")" | "]" | "}":
                depth = max(0, depth - 1)
            case "#":
                return quote, depth, True
    return quote, depth, False


def _end(line: str, quote: str, at: int) -> int:
    """Where a long string ends in this line, or -1."""
    match = re.compile(rf"(?:[^\\]|\\.)*?{quote}", re.DOTALL).match(line, at)
    return match.end() if match else -1
