"""Folders and files, of a disk or of an archive alike: what layouts look at."""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from grader.errors import GraderError

MOST_MEMBERS = 200_000
"""In one folder, and in the archive of a whole class."""

LINK = "it is a link; the file itself is needed"

_DROPPED = re.compile(
    r"__MACOSX|\.DS_Store|\.AppleDouble|\.Spotlight-V100|\.Trashes|\.fseventsd|\._.*"
    r"|Thumbs\.db|desktop\.ini|\$RECYCLE\.BIN|System Volume Information|~\$.*",
    re.IGNORECASE | re.DOTALL,
)
UNREADABLE = (
    OSError,
    EOFError,
    NotImplementedError,  # a way of packing that zipfile does not know
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class UnreadableError(GraderError):
    """A place cannot be read; the message says why, and fits after its name and a colon."""


@dataclass(frozen=True, slots=True)
class File:
    """A file, not read yet.

    Attributes:
        name: its last part, normalised to NFC.
        where: the whole of it, to show.
        opened: opens it for reading.
        refusal: why it must not be opened; empty where nothing speaks against it.
        size: bytes, where that is known without opening it.
        packed: bytes that it takes in its archive, or None.
        seekable: whether `opened` gives what a zip may be read from.
    """

    name: str
    where: str
    opened: Callable[[], AbstractContextManager[BinaryIO]]
    refusal: str = ""
    size: int | None = None
    packed: int | None = None
    seekable: bool = False

    def read(self, most: int) -> bytes:
        """The first `most` bytes.

        Raises:
            UnreadableError: it is a link or a device, encrypted, damaged, or may not be read.
        """
        if self.refusal:
            raise UnreadableError(self.refusal)
        try:
            with self.opened() as stream:
                return stream.read(most)
        except UNREADABLE as error:
            raise unreadable(error) from None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, not listed yet.

    Attributes:
        name: its last part, normalised to NFC.
        where: the whole of it, to show.
        listed: what is in it; may raise UnreadableError.
    """

    name: str
    where: str
    listed: Callable[[], "Listing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder, in the order of names, without what file managers drop."""

    folders: tuple[Folder, ...]
    files: tuple[File, ...]


def unreadable(error: Exception) -> UnreadableError:
    """What went wrong, in words."""
    if isinstance(error, UnreadableError):
        return error
    if isinstance(error, OSError) and error.strerror:
        return UnreadableError(f"it cannot be read ({error.strerror})")
    return UnreadableError("it is damaged, or packed in a way that cannot be read")


def dropped(name: str) -> bool:
    """Whether a file manager has left this behind; of no interest to anybody."""
    return _DROPPED.fullmatch(name) is not None


def hidden(name: str) -> bool:
    """Whether it stays out of sight, as .git does."""
    return name.startswith(".")
