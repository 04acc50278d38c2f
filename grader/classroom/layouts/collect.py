"""Reads a class: from a path to entries with keys, problems and notes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from grader.classroom.layouts import canvas, disk, gradescope, moodle, plain, repositories
from grader.classroom.layouts.keys import keys
from grader.classroom.layouts.names import listed, sentence
from grader.classroom.layouts.pick import Picked, pick
from grader.classroom.layouts.reading import Handed, Unread
from grader.classroom.layouts.recognise import recognised
from grader.classroom.layouts.tree import Folder, UnreadableError
from grader.classroom.layouts.zipped import archive
from grader.classroom.records import Collected, Entry
from grader.errors import UsageError
from grader.submission import printable

MOST_BYTES = 1 << 30
"""Of all sources together."""

_LAYOUTS = "; ".join(
    (
        f"{gradescope.LAYOUT} (submission_metadata.yml and submission_123/)",
        f"{moodle.LAYOUT} (Full Name_123_assignsubmission_file/)",
        f"{canvas.LAYOUT} (name_123_456_nn.py)",
        f"{repositories.GITHUB} or {repositories.CLASSROOM50} (assignment-user/student/nn.py)",
        f"{plain.LAYOUT} (student/nn.py, student.py or student.zip)",
    )
)


def collect(path: Path, *, limit_kb: int) -> Collected:
    """Everything that a class has handed in, by student or group.

    Args:
        path: a folder, or a .zip of the same.
        limit_kb: how large a file of a student's may be.

    Raises:
        UsageError: there is nothing at `path`, or no class is in it.
    """
    shown = printable(path)
    with _opened(path, shown) as (folder, refused):
        try:
            reading = recognised(folder)
        except UnreadableError as error:
            raise UsageError(f"cannot read {shown}: {error}") from None
        picked = list(_picked(reading.handed, limit_kb))
    bare = reading.layout == plain.LAYOUT and all(one.empty for one in picked)
    if bare or not reading.handed:
        raise UsageError(
            f"no class is in {shown}: no file of a student's was found{_single(folder)}. "
            f"What can be read, as a folder or as a .zip of it: {_LAYOUTS}"
        )
    entries = map(_entry, reading.handed, picked, keys(reading.handed))
    told = _alike(sorted(entries, key=lambda entry: entry.key))
    unread: tuple[Unread, ...] = (*refused, *reading.unread)
    return Collected(reading.layout, tuple(told), unread)


@contextmanager
def _opened(path: Path, shown: str) -> Iterator[tuple[Folder, tuple[Unread, ...]]]:
    if path.is_dir():
        yield disk.folder(str(path), shown), ()
        return
    if not path.exists():
        raise UsageError(f"there is no {shown}; check the name and the folder")
    if not path.is_file():
        raise UsageError(f"{shown} is neither a folder nor a file")
    if path.suffix.lower() == ".py":
        raise UsageError(f"{shown} is one file, not a class; grade it with `grader grade`")
    try:
        with path.open("rb") as stream, archive(stream, path.stem, shown) as found:
            yield found.root, found.refused
    except UnreadableError as error:
        raise UsageError(
            f"cannot read {shown}: {error}; a class is a folder, or a .zip of one"
        ) from None
    except OSError as error:
        raise UsageError(f"cannot read {shown}: {error.strerror or error}") from None


def _single(folder: Folder) -> str:
    """A word on a folder that holds one submission."""
    try:
        names = {file.name.casefold() for file in folder.listed().files}
    except (UnreadableError, ValueError):
        return ""
    return " (nn.py alone is graded with `grader grade`)" if "nn.py" in names else ""


def _picked(handed: Sequence[Handed], limit_kb: int) -> Iterator[Picked]:
    """What there is to grade of each, as long as all of it together stays in bounds."""
    total = 0
    for one in handed:
        found = pick(one, limit_kb=limit_kb)
        total += len(found.submission.source) if found.submission else 0
        if total > MOST_BYTES and found.submission:
            total -= len(found.submission.source)
            size = MOST_BYTES >> 20
            found = Picked(problem=f"the files of the class are larger than {size} MB together")
        yield found


def _entry(handed: Handed, picked: Picked, key: str) -> Entry:
    return Entry(
        key=key,
        people=handed.people,
        submission=picked.submission,
        problem=picked.problem,
        submitted_at=handed.submitted_at,
        late=handed.late,
        attempt=max(handed.attempt, picked.attempt),
        note=sentence(handed.note, picked.note),
    )


def _alike(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, with a note on each whose file is another's as well."""
    same: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.submission and entry.submission.source.strip():
            same[entry.submission.sha256].append(entry)
    told: list[Entry] = []
    for entry in entries:
        group = same[entry.submission.sha256] if entry.submission else []
        others = [one.key for one in group if not set(one.people) & set(entry.people)]
        note = f"the same file, byte for byte, as that of {listed(others)}" if others else ""
        told.append(replace(entry, note=sentence(entry.note, note)))
    return told
