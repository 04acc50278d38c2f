"""The journal of a batch: what has been judged, one file each, so that nothing is judged twice.

DIR/journal/SUBMISSION.JUDGING.json holds one judgement, named by the digests of all that it depends
on. It is written in one step when it is known and never changed, so a batch may be killed at any
moment; the next one goes on from what is there. Of older digests nothing is deleted.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from grader.assemble import Judgement
from grader.errors import UsageError
from grader.render import files

SCHEMA = "nn-grader/journal/v1"
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


class Journal:
    """The judgements under one folder that were made in one way."""

    def __init__(self, folder: Path, judging: str) -> None:
        """Look into DIR/journal, which need not be there yet."""
        self._folder = folder / "journal"
        self._judging = judging

    def find(self, submission: str) -> Judgement | None:
        """The judgement of the bytes with this digest; None where there is none that is whole."""
        try:
            content = self._path(submission).read_bytes()
            page = msgspec.json.decode(content, type=Page)
        except (OSError, msgspec.MsgspecError):
            return None
        said = (page.schema, page.submission, page.judging)
        return page.judgement if said == (SCHEMA, submission, self._judging) else None

    def enter(self, submission: str, judgement: Judgement) -> None:
        """Write a judgement down.

        Raises:
            OSError: it cannot be written; nothing half-written is left.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        page = Page(SCHEMA, submission, self._judging, judgement)
        files.write(msgspec.json.encode(page), self._path(submission))

    def _path(self, submission: str) -> Path:
        return self._folder / f"{submission[:_DIGITS]}.{self._judging[:_DIGITS]}.json"


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
