"""From a path to a Submission: the bytes of nn.py, and nothing else of the student's."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError


@dataclass(frozen=True, slots=True)
class Submission:
    """A file that was handed in.

    Attributes:
        path: where it was read from, as given.
        source: its bytes; never imported or parsed in this process.
    """

    path: str
    source: bytes

    @property
    def sha256(self) -> str:
        """Of the bytes, in hexadecimal."""
        return hashlib.sha256(self.source).hexdigest()


def read(path: Path, *, limit_kb: int) -> Submission:
    """Read the file at `path`.

    Raises:
        UsageError: there is none, it is no regular file, cannot be read, or is too large.
    """
    try:
        if path.is_dir():
            inside = printable(path / "nn.py")
            raise UsageError(f"{printable(path)} is a directory; name the file, e.g. {inside}")
        if not path.exists():
            raise UsageError(f"there is no file {printable(path)}; check the name and the folder")
        if not path.is_file():
            raise UsageError(f"{printable(path)} is not a regular file")
        with path.open("rb") as file:
            source = file.read(limit_kb * 1024 + 1)
    except OSError as error:
        raise UsageError(f"cannot read {printable(path)}: {error.strerror or error}") from None
    if len(source) > limit_kb * 1024:
        raise UsageError(
            f"{printable(path)} is larger than {limit_kb} kB; a submission holds code, not data "
            f"(the limit is limits.file_kb in the rubric)"
        )
    return Submission(printable(path), source)


def printable(path: Path) -> str:
    """The path as text, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
