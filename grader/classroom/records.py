"""What is known of a class: people, and what each of them handed in."""

from dataclasses import dataclass

from grader.submission import Submission


@dataclass(frozen=True, slots=True)
class Person:
    """A student, as far as a folder's name, an export's metadata or a roster tells.

    Attributes:
        id: the number or code of the school or the platform, as text.
        name: as written there, in any script.
        email: the mail address.
        login: the account's name (GitHub, the school's).
        section: the group of the class.
        also: further numbers or codes of the same person: a roster may list the platform's beside
            the school's, and a folder be named after either.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    login: str = ""
    section: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What one student, or one group, handed in: the attempt that counts.

    Attributes:
        key: unique in its class, and fit to be a file's name; the same in every reading.
        people: who handed it in; several for a group, at least one.
        submission: the file, or None where there is none that can be read.
        problem: why there is none, in words; None where there is one.
        submitted_at: when, as the platform writes it (ISO 8601 where it is known).
        late: whether the platform says so.
        attempt: which one of several it is, from 1.
        note: what a reader should know, e.g. which of several files or attempts was taken.
    """

    key: str
    people: tuple[Person, ...]
    submission: Submission | None
    problem: str | None = None
    submitted_at: str | None = None
    late: bool = False
    attempt: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything that was found in a folder or an archive.

    Attributes:
        layout: which layout was recognised, in words, e.g. "Gradescope export".
        entries: one for each student or group, in the order of their keys.
        unread: places in the folder that belong to nobody or could not be read, each with why.
    """

    layout: str
    entries: tuple[Entry, ...]
    unread: tuple[tuple[str, str], ...] = ()
