"""What a layout says of a place: whose it is, before anybody looks for the file that counts."""

from collections.abc import Callable
from dataclasses import dataclass, field

from grader.classroom.layouts.tree import File, Folder, Listing
from grader.classroom.records import Person

Unread = tuple[str, str]
"""A place that nobody's submission was read from, and why."""


@dataclass(frozen=True, slots=True)
class Handed:
    """All that one student, or one group, has handed in.

    Attributes:
        people: who.
        label: what the key is made from: names, accounts, numbers.
        identity: what tells them from all others, also from those of the same name.
        places: where their files are; none where the platform only says that there was something.
        first: paths in their places that are theirs to grade when they are there, best first.
        problem: why there is nothing to read, where that is known without looking.
        submitted_at: when, as the platform writes it.
        late: whether the platform says so.
        attempt: which one it is, from 1.
        note: what a reader should know.
    """

    people: tuple[Person, ...]
    label: str
    identity: str
    places: tuple[Folder | File, ...] = ()
    first: tuple[str, ...] = ("nn.py", "student/nn.py")
    problem: str | None = None
    submitted_at: str | None = None
    late: bool = False
    attempt: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A folder, understood.

    Attributes:
        layout: which layout it is, in words.
        handed: one for each student or group.
        unread: what belongs to nobody.
    """

    layout: str
    handed: tuple[Handed, ...]
    unread: tuple[Unread, ...] = field(default=())


Recogniser = Callable[[Folder, Listing], Reading | None]
"""Reads a folder of its own layout, and returns None for any other."""
