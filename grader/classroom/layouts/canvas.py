"""Canvas's "Download submissions": flat, `<name>_[LATE_]<user id>_<attachment id>_<filename>`."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from grader.classroom.layouts.names import clean, folded, listed, numbered, sentence
from grader.classroom.layouts.reading import Handed, Reading, Unread
from grader.classroom.layouts.tree import File, Folder, Listing, hidden
from grader.classroom.records import Person

LAYOUT = "Canvas download"

# Canvas takes care that no name contains _123_; the filename is the student's, and may. So the
# first place counts where the numbers fit.
_NAME = re.compile(
    r"(?:(?P<late_anon>LATE_)?anon_(?P<anon>[A-Za-z0-9]{5})"
    r"|(?P<name>.*?)_(?P<late>LATE_)?(?P<id>\d+))"
    r"_(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<kind>text|link)\.html)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Attached:
    """One file, under the name that the student gave it, and the same without a number."""

    file: File
    name: str
    attachment: int
    base: str
    number: int


def recognise(folder: Folder, listing: Listing) -> Reading | None:
    """Read a download, or return None for anything else."""
    del folder
    files = [one for one in listing.files if not hidden(one.name)]
    matches = [(one, _NAME.fullmatch(one.name)) for one in files]
    places = len(files) + sum(not hidden(one.name) for one in listing.folders)
    known = sum(match is not None for _, match in matches)
    if not known or 2 * known < places:
        return None
    unread: list[Unread] = [
        (one.where, "it is a folder, and Canvas makes none")
        for one in listing.folders
        if not hidden(one.name)
    ]
    found: dict[str, list[tuple[File, re.Match[str]]]] = defaultdict(list)
    for file, match in matches:
        if match is None:
            unread.append((file.where, "its name does not say whose it is"))
        else:
            found[match["id"] or f"anon {match['anon']}"].append((file, match))
    handed = tuple(_handed(some) for some in found.values())
    return Reading(LAYOUT, handed, tuple(unread))


def _handed(some: list[tuple[File, re.Match[str]]]) -> Handed:
    first = some[0][1]
    number = first["id"] or first["anon"]
    name = clean(first["name"] or "") or f"anon {number}"
    files, note, attempt = _newest(some)
    kind = next((match["kind"] for _, match in some if match["kind"]), None)
    told = {"text": "text in a box", "link": "a link", None: ""}[kind]
    return Handed(
        people=(Person(id=number, name=name),),
        label=name if name.endswith(f" {number}") else f"{name} {number}",
        identity=f"canvas {number}",
        places=files,
        problem=None if files else f"handed in as {told}, not as a file",
        late=any(match["late"] or match["late_anon"] for _, match in some),
        attempt=attempt,
        note=note,
    )


def _newest(some: list[tuple[File, re.Match[str]]]) -> tuple[tuple[File, ...], str, int]:
    """The files under the names that they were handed in with, each in its last attempt.

    Handed in again, nn.py comes out as nn-1.py, nn-2.py and so on.
    """
    groups: dict[str, list[_Attached]] = defaultdict(list)
    for file, match in some:
        if match["file"]:
            base, number = numbered(match["file"])
            groups[folded(base)].append(
                _Attached(file, match["file"], int(match["attachment"]), base, number)
            )
    files: list[File] = []
    notes: list[str] = []
    attempt = 1
    for base, group in groups.items():
        best = max(group, key=lambda one: (one.number, one.attachment))
        if len(group) == 1 and base != "nn.py":  # the number may be its own: week-2.py
            files.append(replace(best.file, name=best.name))
            continue
        files.append(replace(best.file, name=best.base))
        attempt = max(attempt, best.number + 1, len(group))
        if len(group) > 1:
            notes.append(f"of {len(group)} attempts at {listed([best.base])} the last was taken")
    return tuple(files), sentence(*notes), attempt
