"""DIR/class.json: who is in the class, and by which rules its results were made."""

from pathlib import Path

import msgspec

from grader.classroom.fingerprint import Fingerprint
from grader.classroom.records import Entry, Person
from grader.errors import UsageError
from grader.render import files

SCHEMA = "nn-grader/class/v1"
FILE = "class.json"


class Member(msgspec.Struct, frozen=True):
    """One entry; see records.Entry. `sha256` is of what was handed in, or null."""

    key: str
    people: tuple[Person, ...]
    sha256: str | None
    problem: str | None
    submitted_at: str | None
    late: bool
    attempt: int
    note: str


class Standing(msgspec.Struct, frozen=True):
    """How a folder of results stands.

    Attributes:
        schema: SCHEMA.
        judging, weighing: see fingerprint.Fingerprint; of what is in DIR/results.
        layout: of what was read.
        members: everybody who handed something in.
        unread: places that belong to nobody, each with why.
        before: the folder of the results that were there before the last --regrade, in DIR.
    """

    schema: str
    judging: str
    weighing: str
    layout: str
    members: tuple[Member, ...]
    unread: tuple[tuple[str, str], ...]
    before: str | None = None

    def is_by(self, rules: Fingerprint) -> bool:
        """Whether the results were made by these rules."""
        return (self.judging, self.weighing) == (rules.judging, rules.weighing)


def entries(standing: Standing) -> tuple[Entry, ...]:
    """The members as entries, without what they handed in."""
    return tuple(
        Entry(
            key=member.key,
            people=member.people,
            submission=None,
            problem=member.problem,
            submitted_at=member.submitted_at,
            late=member.late,
            attempt=member.attempt,
            note=member.note,
        )
        for member in standing.members
    )


def member(entry: Entry) -> Member:
    """An entry without its bytes."""
    return Member(
        key=entry.key,
        people=entry.people,
        sha256=entry.submission.sha256 if entry.submission else None,
        problem=entry.problem,
        submitted_at=entry.submitted_at,
        late=entry.late,
        attempt=entry.attempt,
        note=entry.note,
    )


def read(folder: Path) -> Standing | None:
    """How the folder stands; None where nothing was graded there yet.

    Raises:
        UsageError: there is a file, and it cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Standing)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"{path} cannot be read ({error}); move it away to begin anew: what has been judged "
            "is in the journal, and is not judged again"
        ) from None


def write(folder: Path, standing: Standing) -> None:
    """Say how the folder stands.

    Raises:
        OSError: it cannot be written.
    """
    content = msgspec.json.format(msgspec.json.encode(standing), indent=1) + b"\n"
    files.write(content, folder / FILE)
