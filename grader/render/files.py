"""Puts bytes where a result goes: whole or not at all."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

STDOUT = Path("-")


def written_once(path: Path) -> bool:
    """Whether what is written there cannot be replaced: standard output, a pipe, a device."""
    return path == STDOUT or (path.exists() and not path.is_file())


def write(content: bytes, path: Path) -> None:
    """Put the content at `path` in one step: a reader sees the old file or the new one, whole.

    A path of "-" is standard output. A link is followed; a device or a pipe is written to.

    Raises:
        OSError: it cannot be written; what stood there before still does.
    """
    if path == STDOUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = path.resolve()
    if written_once(path):
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
        _sync(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Have the new name on the disk, too; not every system lets a folder be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def append(content: bytes, path: Path) -> None:
    """Add the content at the end of a file that others add to as well.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("ab") as file:
        file.write(content)
