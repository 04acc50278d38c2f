"""The roster: who is in the class, and which of them handed in what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from grader.classroom import columns, tables
from grader.classroom.joining import Kind, Link, join
from grader.classroom.names import called, words
from grader.classroom.records import Entry, Person
from grader.errors import UsageError

_NOBODY = frozenset({"points possible", "student test", "test student"})
"""Lines of a Canvas export that are about no student, by the words of their first column."""


class State(StrEnum):
    """What is known of a person: whether they are of the class, and whether they handed in."""

    JOINED = "joined"
    MISSING = "missing"
    UNCLEAR = "unclear"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Matching:
    """A person of the roster, or one who handed something in, or both.

    Attributes:
        person: all that is known of them, the roster's word first.
        state: JOINED: on the roster, and handed in; without a roster, handed in.
            MISSING: on the roster, nothing handed in.
            UNCLEAR: on the roster, and may be one of the AMBIGUOUS.
            AMBIGUOUS: handed in, and it is not clear who of the roster it is.
            UNKNOWN: handed in, and not on the roster.
        entry: what was handed in.
        by: by what they were found on the roster.
        why: what is not clear, in words.
    """

    person: Person
    state: State
    entry: Entry | None = None
    by: Kind | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Everybody, once: the roster in its order, then those who are not found on it."""

    people: tuple[Matching, ...]

    @property
    def joined(self) -> tuple[Matching, ...]:
        """Those on the roster of whom it is clear what they handed in."""
        return self._all(State.JOINED)

    @property
    def missing(self) -> tuple[Matching, ...]:
        """Those on the roster who handed nothing in."""
        return self._all(State.MISSING)

    @property
    def unclear(self) -> tuple[Matching, ...]:
        """Those on the roster of whom it is not clear whether they handed in."""
        return self._all(State.UNCLEAR)

    @property
    def ambiguous(self) -> tuple[Matching, ...]:
        """Those who handed in and may be this or that person of the roster."""
        return self._all(State.AMBIGUOUS)

    @property
    def unknown(self) -> tuple[Matching, ...]:
        """Those who handed in and are not on the roster."""
        return self._all(State.UNKNOWN)

    def told(self) -> tuple[str, ...]:
        """What an instructor should look at, a sentence for each person that did not match."""
        said = {
            State.AMBIGUOUS: "not clear who this is: {why}",
            State.UNKNOWN: "handed in, and is not on the roster",
            State.MISSING: "nothing handed in",
        }
        return tuple(
            f"{called(m.person)}{_key(m)}: {said[state].format(why=m.why)}"
            for state in said
            for m in self._all(state)
        )

    def _all(self, state: State) -> tuple[Matching, ...]:
        return tuple(m for m in self.people if m.state is state)


def read(path: Path, say: Callable[[str], None] = lambda _: None) -> tuple[Person, ...]:
    """Read a roster: any CSV whose first line names its columns (see columns.COLUMNS).

    Staff and lines about nobody are left out. The same person twice, as in two sections, is one.

    Args:
        path: of the file.
        say: is told what the instructor should know about how the file was read.

    Raises:
        UsageError: it is no roster; the message says where the mistake is and what to do.
    """
    table = tables.read(path)
    for note in table.notes:
        say(note)
    if not columns.tells_who(table.headings):
        raise UsageError(
            f"{table.name}: no column says who somebody is. Its columns are "
            f"{tables.listed(table.headings)}; one must be called name, id, email or login"
        )
    people: dict[Person, int] = {}
    numbers: dict[str, Person] = {}
    for record in table.records:
        person = table.person(record)
        if nobody(record) or columns.staff(table.headings, record.cells):
            continue
        if not (person.name or person.id or person.email or person.login):
            raise UsageError(
                f"{table.name}, line {record.line}: its columns "
                f"{tables.listed(_who(table.headings))} are empty; fill one of them in, or remove "
                f"the line"
            )
        twin = numbers.setdefault(person.id, person) if person.id else person
        if replace(twin, section="") != replace(person, section=""):
            column = columns.place(table.headings, "id")
            heading = table.headings[column] if column is not None else "identifier"
            raise UsageError(
                f"{table.name}, line {record.line}, column {tables.listed((heading,))}: "
                f"{called(person)} has the number of {called(twin)} in line {people[twin]}; "
                f"correct one of the two"
            )
        if twin is person or not person.id:
            people[person] = record.line
    if not people:
        raise UsageError(f"{table.name} has no students; below the headings there is nobody")
    return tuple(people)


def nobody(record: tables.Record) -> bool:
    """Whether the line of a sheet is about no student: what points are possible, a test student."""
    return " ".join(words(record.cell(0))) in _NOBODY


def match(entries: Sequence[Entry], roster: Sequence[Person] | None) -> Matched:
    """Find on the roster everybody who handed in.

    By id, login, mail address, then name; all that is known must agree (see joining.py).

    Args:
        entries: what was handed in; every member of a group is looked for.
        roster: who is in the class; None if that is not known: then everybody is joined.

    Returns:
        Everybody of the roster, and everybody who handed in, once each.
    """
    handed = [(person, entry) for entry in entries for person in dict.fromkeys(entry.people)]
    if roster is None:
        return Matched(tuple(Matching(p, State.JOINED, e) for p, e in handed))
    links = join([person for person, _ in handed], roster, "on the roster")
    return Matched((*_listed(roster, handed, links), *_others(handed, links)))


def _listed(
    roster: Sequence[Person], handed: Sequence[tuple[Person, Entry]], links: Sequence[Link]
) -> list[Matching]:
    found = {link.place: number for number, link in enumerate(links) if link.place is not None}
    doubts: dict[int, list[Entry]] = {}
    for (_, entry), link in zip(handed, links, strict=True):
        for place in link.candidates:
            doubts.setdefault(place, []).append(entry)
    people = []
    for place, person in enumerate(roster):
        if place in found:
            other, entry = handed[found[place]]
            by = links[found[place]].by
            people.append(Matching(_merged(person, other), State.JOINED, entry, by))
        elif place in doubts:
            keys = ", ".join(dict.fromkeys(entry.key for entry in doubts[place]))
            people.append(Matching(person, State.UNCLEAR, why=f"may have handed in {keys}"))
        else:
            people.append(Matching(person, State.MISSING))
    return people


def _others(handed: Sequence[tuple[Person, Entry]], links: Sequence[Link]) -> list[Matching]:
    return [
        Matching(person, State.AMBIGUOUS if link.why else State.UNKNOWN, entry, why=link.why)
        for (person, entry), link in zip(handed, links, strict=True)
        if link.place is None
    ]


def _merged(listed: Person, handed: Person) -> Person:
    """The roster's word, what it does not say from the other, and the numbers of both."""
    ids = [i for i in (listed.id, handed.id, *listed.also, *handed.also) if i]
    first, *others = dict.fromkeys(ids) or [""]
    return Person(
        id=first,
        name=listed.name or handed.name,
        email=listed.email or handed.email,
        login=listed.login or handed.login,
        section=listed.section or handed.section,
        also=tuple(others),
    )


def _key(matching: Matching) -> str:
    return f" [{matching.entry.key}]" if matching.entry else ""


def _who(headings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(h for h in headings if columns.tells_who((h,)))
