"""Which layout a folder has."""

from dataclasses import replace

from grader.classroom.layouts import canvas, gradescope, moodle, plain, repositories
from grader.classroom.layouts.reading import Reading, Recogniser, Unread
from grader.classroom.layouts.tree import File, Folder, Listing, UnreadableError, hidden

RECOGNISERS: tuple[Recogniser, ...] = (
    gradescope.recognise,
    moodle.recognise,
    canvas.recognise,
    repositories.recognise,
)
"""Those that no other folder looks like; what none of them knows is plain."""

_DEEPEST = 3


def recognised(folder: Folder) -> Reading:
    """The class in a folder, or in the one folder inside it.

    Raises:
        UnreadableError: the folder itself cannot be listed.
    """
    listing = folder.listed()
    beside: list[Unread] = []
    reading = _special(folder, listing)
    for _ in range(_DEEPEST):
        inner = _only(listing)
        if reading is not None or inner is None:
            break
        try:
            below = inner.listed()
        except UnreadableError:
            break
        reading = _special(inner, below)
        if reading is None and not plain.wraps(inner):
            break
        beside += [(one.where, "it lies beside the class") for one in _seen(listing)]
        folder, listing = inner, below
    reading = reading or plain.read(folder, listing)
    return replace(reading, unread=(*beside, *reading.unread))


def _special(folder: Folder, listing: Listing) -> Reading | None:
    readings = (recognise(folder, listing) for recognise in RECOGNISERS)
    return next((one for one in readings if one is not None), None)


def _only(listing: Listing) -> Folder | None:
    """The one folder, where nothing beside it could be a student's."""
    folders = [one for one in listing.folders if not hidden(one.name)]
    if len(folders) != 1 or any(plain.is_code(one) for one in _seen(listing)):
        return None
    return folders[0]


def _seen(listing: Listing) -> list[File]:
    return [one for one in listing.files if not hidden(one.name)]
