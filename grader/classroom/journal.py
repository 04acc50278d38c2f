"""The journal of a batch: what has been judged, one file each, so that nothing is judged twice.

DIR/journal/SUBMISSION.JUDGING.json holds one judgement, named by the digests of all that it depends
on. It is written in one step when it is known and never changed, so a batch may be killed at any
moment; the next one goes on from what is there. Of older digests nothing is deleted: where only
some checks are others now, DIR/journal/rules tells which, and the rest of an old judgement stands.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from grader.assemble import Judgement
from grader.classroom.fingerprint import Fingerprint
from grader.earlier import Earlier
from grader.errors import UsageError
from grader.render import files

SCHEMA = "nn-grader/journal/v1"
RULES = "rules"
_DIGITS = 20
"""Of a digest in a file's name; the whole of it stands inside."""


class Page(msgspec.Struct, frozen=True):
    """One file of the journal.

    Attributes:
        schema: SCHEMA.
        submission: SHA-256 of the bytes that were judged.
        judging: see fingerprint.Fingerprint.
        judgement: what was found out.
    """

    schema: str
    submission: str
    judging: str
    judgement: Judgement


class Rules(msgspec.Struct, frozen=True):
    """By which rules some judgements of the journal were made; see fingerprint.Fingerprint."""

    schema: str
    judging: str
    common: str
    checks: dict[str, str]


class Journal:
    """The judgements under one folder that were made in one way, and those of other checks."""

    def __init__(self, folder: Path, rules: Fingerprint) -> None:
        """Look into DIR/journal, which need not be there yet."""
        self._folder = folder / "journal"
        self._rules = rules
        self._others = tuple(self._of_other_checks())

    def find(self, submission: str) -> Judgement | None:
        """The judgement of the bytes with this digest; None where there is none that is whole."""
        return self._read(submission, self._rules.judging)

    def earlier(self, submission: str) -> Earlier | None:
        """The judgement of these bytes that has most checks in common with those of now."""
        for judging, same in self._others:
            judgement = self._read(submission, judging)
            if judgement is not None:
                return Earlier(judgement, same)
        return None

    def enter(self, submission: str, judgement: Judgement) -> None:
        """Write a judgement down.

        Raises:
            OSError: it cannot be written; nothing half-written is left.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        page = Page(SCHEMA, submission, self._rules.judging, judgement)
        files.write(msgspec.json.encode(page), self._path(submission, self._rules.judging))

    def begin(self) -> None:
        """Write down what these rules are, for judgements by others that are to come.

        Raises:
            OSError: it cannot be written.
        """
        now = self._rules
        path = self._folder / RULES / f"{now.judging[:_DIGITS]}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        rules = Rules(SCHEMA, now.judging, now.common, dict(now.checks))
        files.write(msgspec.json.encode(rules), path)

    def _of_other_checks(self) -> list[tuple[str, frozenset[str]]]:
        """Rules that differ in some checks alone: their digest, and what they have in common."""
        found: list[tuple[str, frozenset[str]]] = []
        for path in sorted((self._folder / RULES).glob("*.json")):
            try:
                rules = msgspec.json.decode(path.read_bytes(), type=Rules)
            except (OSError, msgspec.MsgspecError):
                continue
            now = self._rules
            known = (rules.schema, rules.common) == (SCHEMA, now.common)
            if known and rules.judging != now.judging:
                same = {name for name, its in rules.checks.items() if now.checks.get(name) == its}
                found.append((rules.judging, frozenset(same)))
        return sorted(found, key=lambda each: -len(each[1]))

    def _read(self, submission: str, judging: str) -> Judgement | None:
        try:
            content = self._path(submission, judging).read_bytes()
            page = msgspec.json.decode(content, type=Page)
        except (OSError, msgspec.MsgspecError):
            return None
        said = (page.schema, page.submission, page.judging)
        return page.judgement if said == (SCHEMA, submission, judging) else None

    def _path(self, submission: str, judging: str) -> Path:
        return self._folder / f"{submission[:_DIGITS]}.{judging[:_DIGITS]}.json"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Within this block no other batch works in the folder; a killed one leaves no lock behind.

    Raises:
        UsageError: another batch does, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UsageError(f"cannot write into {folder}: {error.strerror or error}") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"another grader batch is working in {folder}; wait for it") from None
        yield
    finally:
        os.close(handle)
