"""Moodle's "Download all submissions": `<Full name>_<id>_assignsubmission_file/`, or flat."""

import re
from dataclasses import replace

from grader.classroom.layouts.names import clean, normal
from grader.classroom.layouts.reading import Handed, Reading, Unread
from grader.classroom.layouts.tree import File, Folder, Listing, hidden
from grader.classroom.records import Person

LAYOUT = "Moodle download"

# The first place where it fits: what follows may be the name that a student gave to a file.
_NAME = re.compile(
    r"(?P<name>.*?)_(?P<id>\d+)_assignsubmission"
    r"(?:_(?P<kind>file|onlinetext|comments))?(?:_(?P<rest>.*))?",
    re.DOTALL,
)
_TEXT = "handed in as online text, which is not read"


def recognise(folder: Folder, listing: Listing) -> Reading | None:
    """Read a download, in folders or flat, or return None for anything else."""
    del folder
    places: list[Folder | File] = [
        *(one for one in listing.folders if not hidden(one.name)),
        *(one for one in listing.files if not hidden(one.name)),
    ]
    matches = [(one, _NAME.fullmatch(one.name)) for one in places]
    known = sum(match is not None for _, match in matches)
    if not known or 2 * known < len(places):
        return None
    files: dict[tuple[str, str], list[Folder | File]] = {}
    texts: dict[tuple[str, str], list[Folder | File]] = {}
    unread: list[Unread] = []
    for place, match in matches:
        if match is None:
            unread.append((place.where, "its name does not say whose it is"))
            continue
        which = texts if match["kind"] in {"onlinetext", "comments"} else files
        whose = (match["id"], match["name"])
        flat = isinstance(place, File) and match["rest"]
        which.setdefault(whose, []).append(replace(place, name=match["rest"]) if flat else place)
    unread += [
        (place.where, _TEXT) for whose, some in texts.items() if whose in files for place in some
    ]
    handed = [_handed(*whose, some) for whose, some in files.items()]
    handed += [replace(_handed(*whose, []), problem=_TEXT) for whose in texts if whose not in files]
    return Reading(LAYOUT, tuple(handed), tuple(unread))


def _handed(number: str, name: str, places: list[Folder | File]) -> Handed:
    return Handed(
        people=(Person(id=number, name=clean(name)),),
        label=name if name.endswith(f" {number}") else f"{name} {number}",
        identity=f"moodle {number} {normal(name)}",
        places=tuple(places),
    )
