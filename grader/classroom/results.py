"""DIR/results, DIR/feedback, DIR/sources: what is kept of each entry; what is there already."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from grader.classroom.standing import Standing
from grader.errors import UsageError
from grader.exhibits.records import Exhibits
from grader.render import files
from grader.render.formats import FORMATS, Surroundings
from grader.report import Report

RESULTS, FEEDBACK, SOURCES = "results", "feedback", "sources"


def write(folder: Path, key: str, report: Report, source: bytes = b"") -> None:
    """Write DIR/results/KEY.json, all of it, and what its student may see into DIR/feedback.

    The file itself is kept as DIR/sources/KEY.py, byte by byte, for those who compare submissions.

    Raises:
        OSError: it cannot be written.
    """
    if source:
        (folder / SOURCES).mkdir(parents=True, exist_ok=True)
        files.write(source, folder / SOURCES / f"{key}.py")
    surroundings = Surroundings({}, datetime.now(UTC), Exhibits(source))
    # The result last: where it is, and is right, so is all that was made of it.
    for name, place, suffix in (
        ("markdown", FEEDBACK, "md"),
        ("html", FEEDBACK, "html"),
        ("json", RESULTS, "json"),
    ):
        (folder / place).mkdir(parents=True, exist_ok=True)
        content = FORMATS[name](report, surroundings)
        files.write(content, folder / place / f"{key}.{suffix}")


def read(folder: Path, key: str, results: str = RESULTS) -> Report | None:
    """The Report of an entry; None where there is none that is whole."""
    try:
        content = (folder / results / f"{key}.json").read_bytes()
        return msgspec.json.decode(content, type=Report)
    except (OSError, msgspec.MsgspecError):
        return None


def whole(folder: Path, key: str) -> bool:
    """Whether there is a text for each of the two that write() makes."""
    return all((folder / FEEDBACK / f"{key}.{suffix}").exists() for suffix in ("md", "html"))


def there(folder: Path) -> bool:
    """Whether there are any results, or were."""
    return any(folder.glob(f"{RESULTS}*/*.json"))


def tidy(folder: Path, keys: Collection[str]) -> None:
    """Remove the feedback of all but these: of an attempt that is not the last one any more.

    Raises:
        OSError: it cannot be removed.
    """
    for suffix in ("md", "html"):
        for path in (folder / FEEDBACK).glob(f"*.{suffix}"):
            if path.stem not in keys:
                path.unlink()


def before(folder: Path, key: str, last: str) -> Report | None:
    """The last Report of an entry that was put aside, in the folder `last` or an older one."""
    number = int(last.rpartition("-")[2])
    older = (read(folder, key, f"{RESULTS}-{n}") for n in range(number, 0, -1))
    return next((report for report in older if report is not None), None)


def read_all(folder: Path, standing: Standing) -> dict[str, Report]:
    """The Reports of all members; none of one who has handed in something else since then."""
    found = {member.key: read(folder, member.key) for member in standing.members}
    current = {member.key: member.sha256 for member in standing.members}
    return {
        key: report
        for key, report in found.items()
        if report is not None and report.submission.sha256 == current[key]
    }


def sources(folder: Path, reports: Mapping[str, Report]) -> dict[str, bytes]:
    """What was handed in, for each of the Reports; without those whose file is not kept.

    A file that is not the one which was judged counts as not kept.
    """
    found: dict[str, bytes] = {}
    for key, report in reports.items():
        try:
            content = (folder / SOURCES / f"{key}.py").read_bytes()
        except OSError:
            continue
        if sha256(content).hexdigest() == report.submission.sha256:
            found[key] = content
    return found


def put_aside(folder: Path) -> str | None:
    """Move DIR/results to the next free DIR/results-N, and DIR/feedback with it.

    Returns:
        The name of the results; the last one's, where there are none because whoever put them
        aside was killed at once; None where there never were any.

    Raises:
        UsageError: it cannot be moved.
    """
    number = 1
    while (folder / f"{RESULTS}-{number}").exists():
        number += 1
    if not (folder / RESULTS).exists():
        return f"{RESULTS}-{number - 1}" if number > 1 else None
    name = f"{RESULTS}-{number}"
    aside = folder / f"{FEEDBACK}-{number}"
    try:
        if (folder / FEEDBACK).exists() and not aside.exists():
            (folder / FEEDBACK).rename(aside)
        (folder / RESULTS).rename(folder / name)
    except OSError as error:
        raise UsageError(f"cannot move {folder / RESULTS}: {error.strerror or error}") from None
    return name
