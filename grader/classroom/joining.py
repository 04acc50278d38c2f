"""Finds people in a list by number, login, mail and name, and never guesses between two.

Everything that is known of somebody must point to the same place of the list. Two of one name, a
number of one and the mail of another, two people in one place: such are told, not joined.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grader.classroom.names import called, key, run_together, unlike, words
from grader.classroom.records import Person

_NAMED = 3


class Kind(StrEnum):
    """By what somebody was found, the surest first."""

    ID = "id"
    LOGIN = "login"
    MAIL = "mail address"
    NAME = "name"


SURE = (Kind.ID, Kind.LOGIN, Kind.MAIL)
"""What no two people share."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where in the list somebody is.

    Attributes:
        place: the index in the list, or None.
        by: by what it was found.
        candidates: where it may be, if that is not clear; then `why` says why not.
    """

    place: int | None = None
    by: Kind | None = None
    candidates: tuple[int, ...] = ()
    why: str = ""


def join(people: Sequence[Person], listed: Sequence[Person], where: str) -> tuple[Link, ...]:
    """Find each of the people in the list; no place is given twice.

    Args:
        people: whom to find.
        listed: the list, e.g. a roster.
        where: what the list is called in a message, e.g. "on the roster".

    Returns:
        One Link for each of the people, in their order.
    """
    index = _Index(listed)
    found = [index.evidence(person) for person in people]
    common = _in_common(people, found)
    links = [
        _decided(person, evidence, listed, common, where)
        for person, evidence in zip(people, found, strict=True)
    ]
    return tuple(_each_place_once(links, people, listed))


Evidence = Mapping[Kind, frozenset[int]]


class _Index:
    """Where in the list each number, login, mail address and name stands."""

    def __init__(self, listed: Sequence[Person]) -> None:
        self._places: dict[tuple[str, str], set[int]] = defaultdict(set)
        for place, person in enumerate(listed):
            for kind in SURE:
                for value in _values(person, kind):
                    self._places[kind, value].add(place)
            for value in _values(person, Kind.ID):
                self._places["unpadded", value.lstrip("0")].add(place)
            if person.name:
                self._places[Kind.NAME, key(person.name)].add(place)
                for one_word in run_together(person.name):
                    self._places["run together", one_word].add(place)

    def evidence(self, person: Person) -> Evidence:
        """The places that each thing known of the person points to; only what points anywhere."""
        found: dict[Kind, frozenset[int]] = {
            kind: self._at(kind, _values(person, kind)) for kind in SURE
        }
        if not found[Kind.ID]:  # a spreadsheet has taken the zeros before a number away
            bare = [value.lstrip("0") for value in _values(person, Kind.ID)]
            found[Kind.ID] = self._at("unpadded", filter(None, bare))
        name = [key(person.name)] if person.name.strip() else []
        found[Kind.NAME] = self._at(Kind.NAME, name)
        if not found[Kind.NAME] and person.id and len(person.name.split()) == 1:
            # The name in a file of Canvas's, which has a number as well.
            found[Kind.NAME] = self._at("run together", ["".join(words(person.name))])
        if not any(found.values()):  # a folder may be named after a login as well
            word = person.name.strip().casefold()
            found = {kind: self._at(kind, [word] if word else []) for kind in SURE}
        return {kind: places for kind, places in found.items() if places}

    def _at(self, kind: str, values: Iterable[str]) -> frozenset[int]:
        places = (self._places.get((kind, value), set()) for value in values)
        return frozenset().union(*places)


def _values(person: Person, kind: Kind) -> frozenset[str]:
    if kind is Kind.ID:
        raw = {person.id, *person.also}
        return frozenset(value.removesuffix(".0") for v in raw if (value := v.strip().casefold()))
    if kind is Kind.LOGIN:
        login = person.login.strip().casefold().removeprefix("@")
        return frozenset({login} if login else ())
    # The login of many a school is the mail address.
    both = (person.email.strip().casefold(), person.login.strip().casefold())
    return frozenset(value for value in both if "@" in value.strip("@"))


def _in_common(people: Sequence[Person], found: Sequence[Evidence]) -> frozenset[Kind]:
    """What these people and the list know of one another: most who have such a thing are found.

    A platform's numbers are not the school's, and then say nothing against somebody's name.
    """
    have, hit = Counter[Kind](), Counter[Kind]()
    for person, evidence in zip(people, found, strict=True):
        have.update(kind for kind in SURE if _values(person, kind))
        hit.update(kind for kind in evidence if kind in SURE and _values(person, kind))
    return frozenset(kind for kind in SURE if hit[kind] and 2 * hit[kind] >= have[kind])


def _decided(
    person: Person,
    evidence: Evidence,
    listed: Sequence[Person],
    common: frozenset[Kind],
    where: str,
) -> Link:
    if not evidence:
        return Link()
    places = frozenset.intersection(*evidence.values())
    kinds = sorted(evidence, key=list(Kind).index)
    every = tuple(sorted(frozenset().union(*evidence.values())))
    if not places:
        said = "; ".join(f"by {k} {_who(sorted(evidence[k]), listed)}" for k in kinds)
        return Link(candidates=every, why=f"it could be several people {where}: {said}")
    if len(places) > 1:
        may_be = tuple(sorted(places))
        return Link(candidates=may_be, why=f"{_who(may_be, listed)}: all have the same {kinds[0]}")
    (place,) = places
    other = listed[place]
    if kinds == [Kind.NAME]:
        differs = [k for k in SURE if k in common and _differ(person, other, k)]
        if differs and not _named_after(person):
            why = f"{called(other)} {where} has the name, but another {differs[0]}"
            return Link(candidates=(place,), why=why)
    elif (
        len(kinds) == 1
        and kinds[0] is not Kind.MAIL
        and unlike(person.name, other.name)
        and not _named_after(person)
    ):
        why = f"{called(other)} {where} has the {kinds[0]}, but quite another name"
        return Link(candidates=(place,), why=why)
    return Link(place, kinds[0])


def _differ(one: Person, other: Person, kind: Kind) -> bool:
    mine, yours = _values(one, kind), _values(other, kind)
    return bool(mine and yours) and not mine & yours


def _named_after(person: Person) -> bool:
    """Whether name and login, or name and number, are one word: a folder's, that may be either."""
    word = person.name.strip().casefold()
    return any(word in _values(person, kind) for kind in SURE)


def _each_place_once(
    links: Sequence[Link], people: Sequence[Person], listed: Sequence[Person]
) -> Iterable[Link]:
    """Where several are in one place, only one that was found there more surely stays."""
    claims: dict[int, list[int]] = defaultdict(list)
    for number, link in enumerate(links):
        if link.place is not None:
            claims[link.place].append(number)
    for number, link in enumerate(links):
        place = link.place
        if place is None or len(claims[place]) == 1:
            yield link
            continue
        if [n for n in claims[place] if links[n].by in SURE] == [number]:
            yield link
            continue
        rivals = [n for n in claims[place] if n != number]
        why = f"{called(listed[place])} is found for somebody else too: {_who(rivals, people)}"
        yield Link(candidates=(place,), why=why)


def _who(places: Sequence[int], listed: Sequence[Person]) -> str:
    names = [called(listed[place]) for place in places[:_NAMED]]
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return f"{', '.join(names)}{more}"
