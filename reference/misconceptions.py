"""The catalogue of misconceptions: typical mistakes, each a small variation of nn.py beside it.

The data are in misconceptions.toml, which says at its top how to add an entry. This module is
loaded by its path, as nn.py is, and so imports nothing but the standard library.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CATALOGUE = Path(__file__).with_name("misconceptions.toml")

_KEYS = frozenset({"hint", "right", "wrong"})


class CatalogueError(ValueError):
    """The catalogue cannot be read; the message names the entry, and its key, that is at fault."""


class NotApplicableError(ValueError):
    """The program does not hold the text that a misconception changes, or holds it twice."""


@dataclass(frozen=True, slots=True)
class Misconception:
    """One mistake in one method.

    Attributes:
        id: a name in kebab-case, unique over the catalogue.
        method: a name of the contract, or "training".
        hint: what a student who makes it is told.
        changes: pairs (right, wrong): the mistake is made by writing `wrong` where the worked
            solution has `right`.
    """

    id: str
    method: str
    hint: str
    changes: tuple[tuple[str, str], ...]

    def apply(self, source: str) -> str:
        """The program with the mistake in it.

        Args:
            source: of the worked solution, or of it with mistakes elsewhere.

        Raises:
            NotApplicableError: a text to change is not there exactly once, or two overlap.
        """
        end = len(source)
        for start, right, wrong in sorted(self._places(source), reverse=True):
            if start + len(right) > end:
                raise NotApplicableError(f"{self.id}: {right!r} overlaps another of its texts")
            source, end = source[:start] + wrong + source[start + len(right) :], start
        return source

    def _places(self, source: str) -> Iterator[tuple[int, str, str]]:
        for right, wrong in self.changes:
            count = source.count(right)
            if count != 1:
                raise NotApplicableError(
                    f"{self.id}: the program holds {right!r} {count} times; once is needed"
                )
            yield source.index(right), right, wrong


def catalogue(path: Path = CATALOGUE) -> tuple[Misconception, ...]:
    """Every misconception of the file, in its order.

    Raises:
        CatalogueError: the file cannot be read, or an entry is not as it should be.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from None
    found: dict[str, Misconception] = {}
    for method, entries in tables.items():
        if not isinstance(entries, dict):
            raise CatalogueError(f"{path.name}: {method}: a table [METHOD.ID] is expected")
        for name, entry in entries.items():
            where = f"{path.name}: {method}.{name}"
            if name in found:
                raise CatalogueError(f"{where}: {found[name].method} has an entry of this name")
            found[name] = _misconception(where, method, name, entry)
    return tuple(found.values())


def _misconception(where: str, method: str, name: str, entry: object) -> Misconception:
    if not isinstance(entry, dict):
        raise CatalogueError(f"{where}: a table [METHOD.ID] is expected")
    for key in sorted(_KEYS ^ entry.keys()):
        raise CatalogueError(f"{where}.{key}: {'unknown key' if key in entry else 'missing'}")
    hint = entry["hint"]
    if not isinstance(hint, str) or not hint.strip():
        raise CatalogueError(f"{where}.hint: a sentence is expected")
    right, wrong = (_texts(f"{where}.{key}", entry[key]) for key in ("right", "wrong"))
    if len(right) != len(wrong):
        raise CatalogueError(f"{where}.wrong: {len(wrong)} texts, and right has {len(right)}")
    if not all(right):
        raise CatalogueError(f"{where}.right: a text to change is expected, not an empty one")
    return Misconception(name, method, hint, tuple(zip(right, wrong, strict=True)))


def _texts(where: str, value: object) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise CatalogueError(f"{where}: a text, or a list of texts, is expected")
    return tuple(texts)
