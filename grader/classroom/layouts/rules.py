"""Rules that decide between several files of one student, and what to say of the decision."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.classroom.layouts.names import clean, folded, listed, numbered, sentence
from grader.classroom.layouts.tree import File, UnreadableError

NAME = "nn.py"

_ATTEMPT = re.compile(
    r"(?:attempt|submission|version|try|take|v)?[-_ ]*(\d{1,6})"
    r"|.*?(\d{4}-\d\d-\d\d(?:[-_ T]\d\d[-:_.]?\d\d(?:[-:_.]?\d\d)?)?).*",
    re.IGNORECASE,
)
_DIGITS = 6
_COMPARED = 8
_MUCH = 1 << 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be the one.

    Attributes:
        file: it.
        path: the parts of its path in the place, its name last.
    """

    file: File
    path: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Its path in the place, to show."""
        return clean("/".join(self.path), 120)


@dataclass(frozen=True, slots=True)
class Choice:
    """The file that counts.

    Attributes:
        file: it.
        note: why this one, where that is not plain.
        attempt: which attempt it is, from 1, as far as names tell; 0 where they do not.
    """

    file: File
    note: str = ""
    attempt: int = 0


def choose(found: Sequence[Candidate], first: Sequence[str]) -> Choice:
    """The candidate to grade: nn.py before a notebook, a notebook before one other Python file.

    Args:
        found: all files of Python and notebooks, in any order.
        first: paths that decide when they are there, best first.

    Raises:
        UnreadableError: there is none, or it is not clear which.
    """
    by_name: dict[str, list[Candidate]] = {}
    for candidate in found:
        by_name.setdefault(folded(candidate.path[-1]), []).append(candidate)
    if NAME in by_name:
        return _decided(by_name[NAME], first)
    again = [one for one in found if folded(numbered(one.path[-1])[0]) == NAME]
    if again:
        return _latest(again)
    for ending in (".ipynb", ".py"):
        some = [one for one in found if folded(one.path[-1]).endswith(ending)]
        if some:
            chosen = _latest(some) if _one_name(some) else _decided(some, top=ending == ".ipynb")
            note = f"there is no {NAME}, so {clean(chosen.file.name, 80)} was taken"
            return Choice(chosen.file, sentence(note, chosen.note), chosen.attempt)
    raise UnreadableError(f"there is no {NAME}, no notebook and no other Python file")


def _one_name(found: Sequence[Candidate]) -> bool:
    """Whether these are one file and its numbered copies, all in one folder."""
    names = {(one.path[:-1], folded(numbered(one.path[-1])[0])) for one in found}
    return len(found) > 1 and len(names) == 1


def _latest(found: Sequence[Candidate]) -> Choice:
    """Of copies that were numbered, the one with the highest number."""
    ranked = sorted(found, key=lambda one: (numbered(one.path[-1])[1], one.path))
    best = ranked[-1]
    number = numbered(best.path[-1])[1]
    tied = [one for one in ranked if numbered(one.path[-1])[1] == number]
    if len(tied) > 1:
        return _decided(tied)
    note = f"of {len(found)} attempts the last was taken, {best.shown}" if len(found) > 1 else ""
    return Choice(best.file, note, number + 1)


def _decided(found: Sequence[Candidate], first: Sequence[str] = (), *, top: bool = True) -> Choice:
    """The one of several of a kind that a rule decides for.

    Raises:
        UnreadableError: no rule does; says which files were found.
    """
    if len(found) == 1:
        return Choice(found[0].file)
    outer = _common(found)
    for path in first:
        best = [one for one in found if folded("/".join(one.path[outer:])) == path]
        if len(best) == 1:
            return _taken(best[0], found, "")
    for one in found if top else ():
        if all(_below(other, one) for other in found if other is not one):
            return _taken(one, found, "the one at the top, ")
    newest = _attempts(found, outer)
    if newest is not None:
        return newest
    if _alike(found):
        same = min(found, key=lambda one: (len(one.path), one.path))
        return Choice(same.file, f"{len(found)} files are the same; {same.shown} was taken")
    raise UnreadableError(
        f"there are {len(found)} files that could be it, and it is not clear which one counts: "
        f"{listed(sorted(one.shown for one in found))}"
    )


def _taken(best: Candidate, found: Sequence[Candidate], why: str) -> Choice:
    kinds = {folded(one.path[-1]) for one in found}
    called = f"called {NAME}" if kinds == {NAME} else "that could be it"
    return Choice(best.file, f"of {len(found)} files {called}, {why}{best.shown} was taken")


def _below(other: Candidate, one: Candidate) -> bool:
    """Whether `other` lies in a folder inside the one that holds `one`."""
    depth = len(one.path) - 1
    return len(other.path) > len(one.path) and other.path[:depth] == one.path[:depth]


def _common(found: Sequence[Candidate]) -> int:
    """How many folders, one in another, hold all of them."""
    parents = [one.path[:-1] for one in found]
    levels = zip(*parents, strict=False)
    return next(
        (at for at, parts in enumerate(levels) if len(set(parts)) > 1), min(map(len, parents))
    )


def _attempts(found: Sequence[Candidate], at: int) -> Choice | None:
    """The newest, where each lies in a folder of its own and these are numbered, or dated."""
    if any(len(one.path) <= at + 1 for one in found):
        return None
    matches = [_ATTEMPT.fullmatch(one.path[at]) for one in found]
    dates = [match[2] if match and match[2] else "" for match in matches]
    numbers = [match[1].zfill(_DIGITS) if match and match[1] else "" for match in matches]
    for marks in (dates, numbers):
        if all(marks) and len(set(marks)) == len(found):
            best = found[marks.index(max(marks))]
            note = f"of {len(found)} attempts the last was taken, {best.shown}"
            return Choice(best.file, note, len(found))
    return None


def _alike(found: Sequence[Candidate]) -> bool:
    if len(found) > _COMPARED:
        return False
    try:
        return len({one.file.read(_MUCH) for one in found}) == 1
    except UnreadableError:
        return False
