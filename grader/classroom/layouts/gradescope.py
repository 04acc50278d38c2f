"""A Gradescope export: submission_metadata.yml beside a folder for each submission."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from grader.classroom.layouts import yamltext
from grader.classroom.layouts.names import clean, folded
from grader.classroom.layouts.reading import Handed, Reading, Unread
from grader.classroom.layouts.tree import File, Folder, Listing, UnreadableError, hidden
from grader.classroom.records import Person

LAYOUT = "Gradescope export"
METADATA = ("submission_metadata.yml", "submission_metadata.yaml")

_MOST_BYTES = 32 << 20
_MOST_PEOPLE = 50
_FOLDER = re.compile(r"submission_(\d+)", re.IGNORECASE)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,6})?\d* ?(Z|UTC|[+-]\d\d:?\d\d)?")


def recognise(folder: Folder, listing: Listing) -> Reading | None:
    """Read an export, or return None for anything else.

    Without metadata that can be read, submissions are known by their numbers alone.
    """
    file = next((one for one in listing.files if folded(one.name) in METADATA), None)
    numbered = [one for one in listing.folders if _FOLDER.fullmatch(one.name)]
    if file is None and (not numbered or len(numbered) < len(listing.folders)):
        return None
    folders = {one.name: one for one in listing.folders if not hidden(one.name)}
    unread: list[Unread] = [
        (one.where, "it belongs to no submission")
        for one in listing.files
        if one is not file and not hidden(one.name)
    ]
    told: Mapping[str, Any] = {}
    try:
        told = _metadata(file)
    except UnreadableError as error:
        where = file.where if file else f"{folder.where}/{METADATA[0]}"
        unread.append((where, f"{error}; submissions are known by their numbers alone"))
    handed = [_handed(name, one, folders.get(name)) for name, one in told.items()]
    for name, one in folders.items():
        if name in told:
            continue
        if _FOLDER.fullmatch(name):
            handed.append(_handed(name, {}, one))
        else:
            unread.append((one.where, "it belongs to no submission"))
    return Reading(LAYOUT, tuple(handed), tuple(unread))


def _metadata(file: File | None) -> dict[str, Any]:
    """What the file says of each submission, by the name of its folder."""
    if file is None:
        raise UnreadableError("there is none")
    raw = file.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise UnreadableError(f"it is larger than {_MOST_BYTES >> 20} MB")
    told = yamltext.load(raw)
    if not isinstance(told, dict):
        raise UnreadableError("it does not list submissions")
    return told


def _handed(name: str, told: object, folder: Folder | None) -> Handed:
    people = tuple(_people(_of(told, "submitters")))
    names = sorted(person.name or person.email or person.id for person in people)
    alone = people[0].id if len(people) == 1 else ""
    history = _of(told, "history")
    return Handed(
        people=people or (Person(name=clean(name)),),
        label=" ".join([*names, alone]) if people else name,
        identity="gradescope "
        + " ".join(sorted(person.id or person.email or person.name for person in people) or [name]),
        places=(folder,) if folder else (),
        problem=None if folder else "its folder is not in the export",
        submitted_at=_time(_of(told, "created_at")),
        attempt=1 + (len(history) if isinstance(history, list) else 0),
        note="" if people else "the metadata does not say who handed it in",
    )


def _people(submitters: object) -> Iterator[Person]:
    if not isinstance(submitters, list):
        return
    for one in submitters[:_MOST_PEOPLE]:
        known = {part: clean(_text(_of(one, part))) for part in ("sid", "name", "email")}
        if any(known.values()):
            yield Person(id=known["sid"], name=known["name"], email=known["email"])


def _of(told: object, key: str) -> object:
    """What stands under a key, which Ruby writes with a colon before it."""
    if not isinstance(told, dict):
        return None
    return told.get(f":{key}", told.get(key))


def _text(value: object) -> str:
    return value if isinstance(value, str) and value not in {"null", "~"} else ""


def _time(value: object) -> str | None:
    """In ISO 8601 where it can be read, or as it is written."""
    text = _text(value if isinstance(value, str) else _of(value, "utc"))
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return clean(text, 40) or None
    zone = match[4] or ""
    zone = "+00:00" if zone in {"Z", "UTC"} else zone
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}").isoformat()
    except ValueError:
        return clean(text, 40)
