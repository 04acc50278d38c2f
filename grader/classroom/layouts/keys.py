"""A key for everybody: unique in the class, fit for a file's name, the same in every reading."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from grader.classroom.layouts.names import folded, normal
from grader.classroom.layouts.reading import Handed

_LONGEST = 60
_HASH = 8
_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)  # as names, by Windows
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})


def keys(handed: Sequence[Handed]) -> list[str]:
    """One key for each, in the order given.

    A key is the label in small ASCII letters. Where letters were lost or two labels come out
    alike, a few digits of a hash of the identity follow, for each of them: the order in which they
    were found makes no difference. Only for the very same identity, twice, numbers follow.
    """
    slugs = [_slug(one.label) for one in handed]
    bare = Counter(slug for slug, _ in slugs)
    wanted = [
        slug if whole and bare[slug] == 1 else f"{slug}-{_hash(one.identity)}"
        for one, (slug, whole) in zip(handed, slugs, strict=True)
    ]
    order = sorted(range(len(handed)), key=lambda at: (wanted[at], _where(handed[at])))
    taken: set[str] = set()
    chosen = [""] * len(handed)
    for at in order:
        key, number = wanted[at], 2
        while key in taken:
            key, number = f"{wanted[at]}-{number}", number + 1
        taken.add(key)
        chosen[at] = key
    return chosen


def _slug(label: str) -> tuple[str, bool]:
    """The label as a file's name, and whether all letters and digits are still there."""
    letters = unicodedata.normalize("NFKD", folded(label).translate(_STROKES))
    letters = "".join(one for one in letters if not unicodedata.combining(one))
    slug = re.sub(r"[^a-z0-9._]+", "-", letters).strip("-._")
    cut = slug[:_LONGEST].strip("-._")
    lost = any(not one.isascii() and not one.isspace() for one in letters)
    whole = bool(cut) and cut == slug and not lost and not _RESERVED.fullmatch(cut.split(".")[0])
    return cut or "student", whole


def _hash(identity: str) -> str:
    return hashlib.sha256(normal(identity).encode()).hexdigest()[:_HASH]


def _where(one: Handed) -> str:
    return one.places[0].where if one.places else ""
