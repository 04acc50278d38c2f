"""The result as JSON: what every outside tool reads, held to result.schema.json."""

import os
import tempfile
from pathlib import Path

import msgspec

from grader.report import Report


def render(report: Report) -> bytes:
    """The Report as UTF-8 JSON with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def write(report: Report, path: Path) -> None:
    """Put the Report at `path` in one step: a reader sees the old file or the new one, whole.

    Raises:
        OSError: it cannot be written; what stood there before still does.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(render(report))
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
