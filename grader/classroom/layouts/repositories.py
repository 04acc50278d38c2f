"""Clones of a class's repositories: one folder each, `<assignment>-<user>`."""

import itertools
import re
from collections.abc import Sequence

from grader.classroom.layouts.names import clean, folded, normal
from grader.classroom.layouts.reading import Handed, Reading
from grader.classroom.layouts.tree import File, Folder, Listing, UnreadableError, hidden
from grader.classroom.records import Person

GITHUB = "GitHub Classroom clones"
CLASSROOM50 = "classroom50 clones"
FIRST = ("student/nn.py", "nn.py")
"""Where the file is in a repository that was made from the template."""

_ROOT = re.compile(
    r"(?P<assignment>.+?)(?:-submissions|(?P<fifty>_submissions(?:_[\dT_]+)?))", re.IGNORECASE
)
_ASKED = 40


def recognise(folder: Folder, listing: Listing) -> Reading | None:
    """Read a folder of clones, or return None for anything else.

    The folder's own name says what the assignment is. Where it does not, that is what all names
    have in common up to a hyphen, as long as most of the folders look like repositories.
    """
    folders: list[Folder | File] = [one for one in listing.folders if not hidden(one.name)]
    zips = [one for one in listing.files if folded(one.name).endswith(".zip")]
    places = folders + zips
    root = _ROOT.fullmatch(folder.name)
    prefix = f"{root['assignment']}-" if root else ""
    fifty = bool(root and root["fifty"])
    mine = [one for one in places if prefix and _after(one, prefix)]
    if not mine or 2 * len(mine) < len(places):
        prefix, fifty = _common(places), False
        mine = [one for one in places if prefix and _after(one, prefix)]
        if not mine or not _repositories(folders):
            return None
    handed = tuple(_handed(one, _after(one, prefix)) for one in mine)
    unread = tuple(
        (one.where, "it is no repository of this assignment")
        for one in (*places, *(one for one in listing.files if one not in zips))
        if one not in mine and not hidden(one.name)
    )
    return Reading(CLASSROOM50 if fifty else GITHUB, handed, unread)


def _after(place: Folder | File, prefix: str) -> str:
    """The account's name, or nothing where the name does not begin with the assignment's."""
    name = _stem(place)
    return name[len(prefix) :] if folded(name).startswith(folded(prefix)) else ""


def _stem(place: Folder | File) -> str:
    return place.name if isinstance(place, Folder) else place.name.rpartition(".")[0]


def _common(places: Sequence[Folder | File]) -> str:
    """What all names begin with, up to and with a hyphen."""
    names = sorted(_stem(one) for one in places)
    if not names or names[0] == names[-1]:
        return ""
    pairs = zip(names[0], names[-1], strict=False)  # what these two share, all between them do
    shared = "".join(a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    return shared[: shared.rfind("-") + 1]


def _repositories(folders: Sequence[Folder | File]) -> bool:
    """Whether at least half of some folders are clones, or have the file where clones do."""
    asked = [one for one in folders if isinstance(one, Folder)][:_ASKED]
    return bool(asked) and 2 * sum(_is_repository(one) for one in asked) >= len(asked)


def _is_repository(folder: Folder) -> bool:
    try:
        inner = folder.listed()
        if any(one.name in {".git", ".github"} for one in inner.folders):
            return True
        student = next((one for one in inner.folders if folded(one.name) == "student"), None)
        return student is not None and any(
            folded(one.name) == "nn.py" for one in student.listed().files
        )
    except UnreadableError:
        return False


def _handed(place: Folder | File, login: str) -> Handed:
    return Handed(
        people=(Person(login=clean(login)),),
        label=login,
        identity=f"repository {normal(login)}",
        places=(place,),
        first=FIRST,
    )
