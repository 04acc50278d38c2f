"""The result as JSON: what every outside tool reads, held to result.schema.json."""

import os
import sys
import tempfile
from pathlib import Path

import msgspec

from grader.report import Report


def render(report: Report) -> bytes:
    """The Report as UTF-8 JSON with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def write(report: Report, path: Path) -> None:
    """Put the Report at `path` in one step: a reader sees the old file or the new one, whole.

    A path of "-" is standard output. A link is followed; a device or a pipe is written to, once
    the result is final.

    Raises:
        OSError: it cannot be written; what stood there before still does.
    """
    content = render(report)
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = path.resolve()
    if path.exists() and not path.is_file():
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
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
