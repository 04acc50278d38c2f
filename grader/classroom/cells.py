"""Cells of a table that we write: text that is no formula, plain numbers, and the bytes of it all.

A cell that begins with = + - @, a tab or a carriage return is run as a formula by a spreadsheet, so
an apostrophe is put before it. That holds for every text that we write. Cells of an instructor's
own sheet that only pass through us stay as they were: what stands there they put there, and a
changed number or login would no longer be found by the platform that the sheet goes back to.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

BOM = "\ufeff"

_FORMULA = frozenset("=+-@\t\r＝＋－＠")  # noqa: RUF001  wide ones are formulas in some languages
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MOST = 500


def clean(text: str, most: int = _MOST) -> str:
    """One line of at most `most` characters that any reader can take.

    Control characters, half characters and overrides of direction are dropped; joiners stay, for
    names in some scripts are spelt with them.
    """
    shown = "".join(
        " " if c.isspace() else c
        for c in text[: 4 * most]
        if c.isspace() or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in _OVERRIDES)
    )
    line = " ".join(shown.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def neutral(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    for character in text:
        if character in _FORMULA:
            return f"'{text}"
        if not character.isspace() and unicodedata.category(character) != "Cf":
            break
    return text


def restored(text: str) -> str:
    """What stood in a cell before it was made neutral, by us or as ="0012" by a spreadsheet."""
    text = text.strip()
    if text.startswith("'") and neutral(text[1:]) == text:
        return text[1:].strip()
    if text.startswith('="') and text.endswith('"') and len(text) > len('="'):
        return text[2:-1].strip()
    return text


def written(text: str, most: int = _MOST) -> str:
    """A text cell as we write it: clean and neutral."""
    return neutral(clean(text, most))


def number(value: float, *, comma: bool = False) -> str:
    """The value with at most two decimals, and none that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


def table(rows: Iterable[Sequence[str]], *, bom: bool) -> bytes:
    """The rows as CSV, as Excel quotes it, in UTF-8.

    Args:
        rows: cells that are fit to be written.
        bom: whether it begins with a byte order mark. A spreadsheet needs it to see that this is
            UTF-8; to a platform that imports the file it may be a part of the first column's name.
    """
    buffer = io.StringIO(newline="")
    csv.writer(buffer, dialect="excel").writerows(rows)
    return f"{BOM if bom else ''}{buffer.getvalue()}".encode()
