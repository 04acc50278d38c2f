"""Folders of the disk. Links are not followed, and what is no regular file is not opened."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO

from grader.classroom.layouts.names import normal, shown
from grader.classroom.layouts.tree import (
    LINK,
    MOST_MEMBERS,
    File,
    Folder,
    Listing,
    UnreadableError,
    dropped,
    unreadable,
)

_SPECIAL = "it is no regular file"
# A FIFO would make open wait for ever, and a link may have taken the file's place meanwhile.
_CAREFULLY = sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)


def folder(path: str, where: str) -> Folder:
    """The folder at `path`, which is to be shown as `where`; its name is known for `.`, too."""
    return Folder(_name(os.path.abspath(path)), where, partial(_listed, path, where))  # noqa: PTH100  surrogates, too


def _listed(path: str, where: str) -> Listing:
    folders: list[Folder] = []
    files: list[File] = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if len(folders) + len(files) >= MOST_MEMBERS:
                    raise UnreadableError(f"there are more than {MOST_MEMBERS} files in it")
                if not dropped(entry.name):
                    _sort(entry, f"{where}/{shown(entry.name)}", folders, files)
    except OSError as error:
        raise unreadable(error) from None
    return Listing(
        tuple(sorted(folders, key=lambda one: (one.name, one.where))),
        tuple(sorted(files, key=lambda one: (one.name, one.where))),
    )


def _sort(entry: "os.DirEntry[str]", where: str, folders: list[Folder], files: list[File]) -> None:
    name = _name(entry.name)
    if entry.is_symlink():
        if _leads_to_folder(entry):
            folders.append(Folder(name, where, _refused))
        else:
            files.append(File(name, where, partial(opened, entry.path), refusal=LINK))
    elif entry.is_dir(follow_symlinks=False):
        folders.append(folder(entry.path, where))
    else:
        regular = entry.is_file(follow_symlinks=False)
        refusal = "" if regular else _SPECIAL
        files.append(File(name, where, partial(opened, entry.path), refusal=refusal, seekable=True))


def _leads_to_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _refused() -> Listing:
    raise UnreadableError(LINK)


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The regular file at `path`.

    Raises:
        OSError: it is not there, or may not be read.
        UnreadableError: it is something else.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _CAREFULLY)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnreadableError(_SPECIAL)
        yield file


def _name(path: str) -> str:
    return normal(os.path.basename(path))  # noqa: PTH119  names that are no text, too
