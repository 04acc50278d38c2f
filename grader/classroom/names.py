"""Names of people: which two of them may be one name, and what to call somebody in a message."""

import re
import unicodedata
from functools import lru_cache

from grader.classroom.cells import clean
from grader.classroom.records import Person

_APART = re.compile(r"[^\W_]+")
_DROPPED = frozenset("'`\N{ACUTE ACCENT}\u2018\u2019\u02bc\u02b9")
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "æ": "ae",
        "œ": "oe",
    }
)
_NUMBERED = re.compile(r"[^\W\d_][^\d]*\s\d+")
_CALLED = 80


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in the order they have, without case, accents and punctuation.

    Accents are dropped from Latin and Greek letters alone: in other scripts a mark is a vowel, and
    two names that differ in it are two names.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    if not folded.isascii():
        folded = _without_accents(folded).translate(_PLAIN)
    folded = "".join(c for c in folded if c not in _DROPPED)
    if folded.isascii():
        return tuple(_APART.findall(folded))
    # A mark belongs to the letter before it, as \w does not know; alone, in an emoji, to none.
    found = "".join(c if _in_word(c) else " " for c in folded).split()
    return tuple(word for word in found if any(c.isalnum() for c in word))


def key(name: str) -> str:
    """What two ways to write one name have in common: "Doe, Jane" and "Jane Doe" have one key."""
    found = words(name)
    return " ".join(sorted(found)) or "".join(unicodedata.normalize("NFC", name).split())


def run_together(name: str) -> frozenset[str]:
    """The name as one word with the family name first, as the files in a Canvas archive have it.

    Without a comma it is not known where the family name begins: each place may be it.
    """
    if "," in name:
        last, _, first = name.partition(",")
        return frozenset({"".join((*words(last), *words(first)))} - {""})
    found = words(name)
    return frozenset("".join((*found[i:], *found[:i])) for i in range(len(found)))


def unlike(one: str, other: str) -> bool:
    """Whether the two, in one script, have no word in common: hardly names of one person."""
    if stand_in(one) or stand_in(other):
        return False
    mine, yours = words(one), words(other)
    if not mine or not yours or not _scripts(mine) & _scripts(yours):
        return False
    together = "".join(mine), "".join(yours)
    return not any(
        word in other
        for found, other in ((mine, together[1]), (yours, together[0]))
        for word in found
        if len(word) > 1 or not word.isascii()  # an initial is in many a name
    )


def stand_in(name: str) -> bool:
    """Whether it stands for a name that is not shown: "Participant 123"."""
    return _NUMBERED.fullmatch(name.strip()) is not None


def called(person: Person) -> str:
    """The person in a message: by name, and by what tells two of one name apart."""
    name = clean(person.name, _CALLED)
    address = person.email or person.login
    more = [f"id {person.id}" if person.id not in {"", name} else "", address]
    known = [clean(text, _CALLED) for text in more if text not in {"", name}]
    if not name:
        return ", ".join(known) or "somebody without a name"
    return f"{name} ({', '.join(known)})" if known else name


def _without_accents(text: str) -> str:
    kept: list[str] = []
    bare = False
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character):
            if not bare:
                kept.append(character)
        elif unicodedata.category(character) != "Cf":  # joiners, marks of direction
            bare = unicodedata.name(character, "").startswith(("LATIN", "GREEK"))
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _scripts(found: tuple[str, ...]) -> set[str]:
    return {unicodedata.name(c, "?").split()[0] for word in found for c in word if c.isalpha()}
