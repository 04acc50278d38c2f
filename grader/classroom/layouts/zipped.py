"""Folders inside a .zip. Nothing is unpacked; a member is read when it is asked for, and not whole.

What a stranger has packed may name places outside, expand without end, be encrypted, or lie about
its size: its table of contents and every read are bounded, and links in it are not followed.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import IO, BinaryIO, cast

from grader.classroom.layouts.names import normal, shown
from grader.classroom.layouts.tree import (
    LINK,
    MOST_MEMBERS,
    UNREADABLE,
    File,
    Folder,
    Listing,
    UnreadableError,
    dropped,
    unreadable,
)

MOST_OF_ONE = 20_000
"""Members of what one student packed."""

MOST_BYTES = 64 << 20
"""Of an archive inside an archive, which is read whole."""

_TABLE = 1 << 7  # bytes that a member may take in the table of contents, on average
_EXPANSION = 200
_SMALL = 1 << 20
_DEEPEST = 32
_LONGEST = 2000
_REPORTED = 50
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_FIELD = struct.Struct("<HH")  # its kind, and how long it is
_PATH = struct.Struct("<BL")  # a version, and the checksum of the raw name
_DOS = 0


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is open.

    Attributes:
        root: what is in it.
        refused: members that belong nowhere, with why.
    """

    root: Folder
    refused: tuple[tuple[str, str], ...]


@contextmanager
def archive(
    stream: BinaryIO, name: str, where: str, *, most: int = MOST_MEMBERS
) -> Iterator[Archive]:
    """Open a .zip; it can be read until the context ends.

    Args:
        stream: the file, seekable.
        name: what the folder that it stands for is called.
        where: the same, to show.
        most: members it may have.

    Raises:
        UnreadableError: it is no .zip, damaged, or has too many members.
    """
    sipped = _Sipped(stream, most * _TABLE)
    try:
        opened = zipfile.ZipFile(cast("IO[bytes]", sipped))
    except UNREADABLE:
        raise UnreadableError("it is no .zip that can be read, or it is damaged") from None
    sipped.most = None
    with opened:
        members = opened.infolist()
        if len(members) > most:
            raise UnreadableError(f"there are {len(members)} files in it, and {most} are allowed")
        tree = _Tree()
        refused: list[tuple[str, str]] = []
        for member in members:
            path = _path(member)
            if why := _refusal(path):
                refused.append((f"{where}/{shown(path)[:_LONGEST]}", why))
            else:
                tree.put(opened, member, path, where)
        if len(refused) > _REPORTED:
            more = len(refused) - _REPORTED
            refused[_REPORTED:] = [(where, f"{more} more names in it lead out of it")]
        yield Archive(Folder(name, where, tree.listing), tuple(refused))


@contextmanager
def inside(file: File) -> Iterator[Archive]:
    """Open the .zip that one student handed in.

    Raises:
        UnreadableError: it is no .zip, damaged, encrypted, too large, or has too many members.
    """
    if file.refusal:
        raise UnreadableError(file.refusal)
    name = file.name.rpartition(".")[0]
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(file.opened()) if file.seekable else _expanded(file)
        except UNREADABLE as error:
            raise unreadable(error) from None
        yield stack.enter_context(archive(stream, name, file.where, most=MOST_OF_ONE))


def _expanded(file: File) -> BinaryIO:
    """An archive inside an archive, as long as it is no bomb."""
    size, packed = file.size or 0, file.packed or 0
    if size > MOST_BYTES or (size > _SMALL and size > _EXPANSION * max(packed, 1)):
        raise UnreadableError(f"it would expand to {size >> 20} MB")
    return io.BytesIO(file.read(MOST_BYTES))


class _Sipped(io.BufferedIOBase):
    """A stream of which nobody reads more than `most` at once, while that is a number.

    zipfile reads a whole table of contents, however long the archive says it is.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self.most: int | None = most

    def read(self, size: int | None = -1, /) -> bytes:
        if self.most is not None and size is not None and size > self.most:
            raise UnreadableError("its table of contents is too long")
        return self._stream.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _Tree:
    """The members by their folders."""

    folders: dict[str, "_Tree"] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def put(self, opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, where: str) -> None:
        """Put a member where its path says. The last of the same name counts, as in unpacking."""
        *parents, name = [part for part in path.split("/") if part not in {"", "."}] or [""]
        if path.endswith("/"):
            parents, name = [*parents, name], ""
        if any(dropped(part) for part in (*parents, name)):
            return
        tree = self
        for parent in parents:
            where = f"{where}/{shown(parent)}"
            tree.shown[parent] = where
            tree = tree.folders.setdefault(parent, _Tree())
        if name:
            tree.files[name] = _file(opened, member, name, f"{where}/{shown(name)}")

    def listing(self) -> Listing:
        """What is in this folder."""
        folders = [
            Folder(normal(name), self.shown[name], tree.listing)
            for name, tree in self.folders.items()
        ]
        return Listing(
            tuple(sorted(folders, key=lambda one: (one.name, one.where))),
            tuple(sorted(self.files.values(), key=lambda one: (one.name, one.where))),
        )


def _file(opened: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, where: str) -> File:
    kind = stat.S_IFMT(member.external_attr >> 16)
    refusal = ""
    if member.flag_bits & _ENCRYPTED:
        refusal = "it is encrypted; it is needed without a password"
    elif kind == stat.S_IFLNK:
        refusal = LINK
    elif kind not in {0, stat.S_IFREG}:
        refusal = "it is no regular file"
    elif member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # Of the other methods zipfile expands a whole piece, however much is asked for.
        refusal = "it is packed in an unusual way; an ordinary .zip is needed"
    return File(
        normal(name),
        where,
        partial(_opened, opened, member),
        refusal=refusal,
        size=member.file_size,
        packed=member.compress_size,
    )


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> AbstractContextManager[BinaryIO]:
    return cast("AbstractContextManager[BinaryIO]", archive.open(member))


def _path(member: zipfile.ZipInfo) -> str:
    """The member's name: UTF-8 where it can be, whether or not the archive says so."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:  # it was decoded by something better already
            raw = b""
        with suppress(UnicodeDecodeError):
            name = _unicode_path(member.extra, raw) or (raw.decode() if raw else name)
    return name.replace("\\", "/") if member.create_system == _DOS else name


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name in UTF-8 that some programs write beside the raw one, or nothing."""
    while len(extra) >= _FIELD.size:
        kind, size = _FIELD.unpack_from(extra)
        body, extra = extra[_FIELD.size : _FIELD.size + size], extra[_FIELD.size + size :]
        if kind == _UNICODE_PATH and body.startswith(_PATH.pack(1, zlib.crc32(raw))):
            return body[_PATH.size :].decode()
    return ""


def _refusal(path: str) -> str:
    """Why a member belongs nowhere, or nothing."""
    parts = path.split("/")
    if path.startswith("/") or re.match("[A-Za-z]:", path) or ".." in parts:
        return "its name leads out of the archive"
    if len(parts) > _DEEPEST or len(path) > _LONGEST:
        return "its folders are too many, one in another"
    return ""
