"""Names that people and platforms have chosen, made fit to show."""

import re
import unicodedata
from collections.abc import Iterable

MOST = 200
"""Characters of a name; a file system allows 255 bytes."""

# Joiners belong to names in many scripts; what turns the rest of the line around does not.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NUMBER = re.compile(r"(.+?)(?: ?\((\d{1,4})\)|[-_ ](\d{1,4}))(\.\w{1,10})", re.DOTALL)


def clean(text: str, most: int = MOST) -> str:
    """The text in NFC on one line, cut at `most`, without what cannot be seen."""
    text = normal(text[: 4 * most])
    kept = (one for one in text if one.isspace() or not _unseen(one))
    text = " ".join("".join(kept).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shown(name: str) -> str:
    """A part of a path, to show: what cannot be seen is written as an escape."""
    return "".join(
        one.encode("unicode_escape").decode("ascii") if _unseen(one) else one
        for one in normal(name)
    )


def normal(name: str) -> str:
    """The name in NFC; bytes of a file's name that are no UTF-8 are written as escapes."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode())


def folded(text: str) -> str:
    """For comparing: NFC, without case."""
    return normal(text).casefold()


def listed(names: Iterable[str], most: int = 4) -> str:
    """The first few, and how many more there are."""
    names = list(names)
    more = len(names) - most
    text = ", ".join(clean(name, 80) for name in names[:most])
    return f"{text} and {more} more" if more > 0 else text


def sentence(*notes: str) -> str:
    """Several notes as one."""
    return "; ".join(filter(None, notes))


def numbered(name: str) -> tuple[str, int]:
    """A file's name without the number that was added to keep it apart, and the number, or 0.

    `nn-1.py`, `nn (1).py` and `nn_1.py` are all `nn.py` and 1.
    """
    match = _NUMBER.fullmatch(name)
    return (match[1] + match[4], int(match[2] or match[3])) if match else (name, 0)


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _TURNING
