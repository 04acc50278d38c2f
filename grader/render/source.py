"""Where in nn.py each method stands, by the look of the lines: the file is never parsed here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.assignment import FUNCTIONS

MOST = 16
"""Lines of an excerpt: what is longer is found quicker in the file itself."""

BEFORE, AFTER = 4, 3
"""Lines around one that an exception names."""

_DEFINITION = re.compile(rb"^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)
_CLOSING = re.compile(r"[)\]}]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of nn.py, or a gap.

    Attributes:
        number: from 1; 0 for a gap.
        text: without its end.
        named: an exception was raised here.
    """

    number: int
    text: str = ""
    named: bool = False


def defined(source: bytes) -> dict[str, int]:
    """The line, from 1, where each name is defined; nothing for an empty source."""
    found: dict[str, int] = {}
    for match in _DEFINITION.finditer(source):
        name = match[2].decode("ascii", "replace")
        # ReLU and softmax stand at the margin, all others in the class.
        if name not in found or (not match[1]) == (name in FUNCTIONS):
            found[name] = source.count(b"\n", 0, match.start()) + 1
    return found


def excerpt(source: bytes, method: str, named: int | None = None) -> tuple[Line, ...]:
    """A method's beginning, or its first line and those around the line that an exception names.

    Args:
        source: the bytes of nn.py.
        method: as defined there; without a definition only what an exception names is shown.
        named: the line, from 1, that an exception names, if any.
    """
    lines = source.decode("utf-8", "replace").expandtabs(4).split("\n")
    start = defined(source).get(method)
    if named is not None and not 1 <= named <= len(lines):
        named = None
    chosen = set() if start is None else {start}
    if named is not None:
        first, last = max(1, named - BEFORE), min(len(lines), named + AFTER)
        if start is not None and start <= named < _end(lines, start):
            first, last = max(start, first), min(_end(lines, start) - 1, last)
        chosen |= set(range(first, last + 1))
    elif start is not None:
        chosen |= set(range(start, min(_end(lines, start), start + MOST)))
    while chosen and not lines[max(chosen) - 1].strip():
        chosen.remove(max(chosen))
    return _with_gaps(lines, sorted(chosen), named)


def _end(lines: Sequence[str], start: int) -> int:
    """The line after the last of a body: the first that stands no further in than its `def`."""
    margin = _indent(lines[start - 1])
    for number in range(start + 1, len(lines) + 1):
        text = lines[number - 1].strip()
        if text and _indent(lines[number - 1]) <= margin and not _CLOSING.match(text):
            return number
    return len(lines) + 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _with_gaps(lines: Sequence[str], chosen: Sequence[int], named: int | None) -> tuple[Line, ...]:
    found: list[Line] = []
    for number in chosen:
        if found and number > found[-1].number + 1:
            found.append(Line(0))
        found.append(Line(number, lines[number - 1].rstrip(), number == named))
    return tuple(found)
