"""Keeps the students that somebody asked for."""

import difflib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from grader.classroom.layouts.names import clean, folded
from grader.classroom.records import Entry
from grader.errors import UsageError

_NEAR = 3
_ALIKE = 0.5


def kept(entries: Sequence[Entry], only: Sequence[str]) -> tuple[Entry, ...]:
    """Those of whom a key, name, id, login or mail fits a pattern; all where there is none.

    Raises:
        UsageError: a pattern fits nobody; names who is near.
    """
    if not only:
        return tuple(entries)
    known = [{folded(name): name for name in _names(entry)} for entry in entries]
    fitting: set[int] = set()
    for pattern in only:
        wanted = folded(pattern)
        hits = {
            at for at, names in enumerate(known) if any(fnmatchcase(one, wanted) for one in names)
        }
        if not hits:
            raise UsageError(f"nobody is called {clean(pattern)}{_near(wanted, known)}")
        fitting |= hits
    return tuple(entry for at, entry in enumerate(entries) if at in fitting)


def _names(entry: Entry) -> Iterator[str]:
    yield entry.key
    for person in entry.people:
        yield from filter(None, (person.name, person.id, person.login, person.email))


def _near(wanted: str, known: Sequence[dict[str, str]]) -> str:
    every = {near: name for names in known for near, name in names.items()}
    letters = wanted.strip("*?")
    inside = [near for near in every if letters and letters in near]
    close = dict.fromkeys([*inside, *difflib.get_close_matches(letters, every, _NEAR, _ALIKE)])
    if not close:
        return "; a pattern such as *ada* finds all who have ada in a name or a number"
    return f"; near it are {', '.join(every[near] for near in list(close)[:_NEAR])}"
