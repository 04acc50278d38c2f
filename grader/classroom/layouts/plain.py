"""Folders as an instructor keeps them: `<student>/nn.py`, `<student>.py`, or a .zip for each."""

import re

from grader.classroom.layouts.names import clean, folded, normal
from grader.classroom.layouts.reading import Handed, Reading, Unread
from grader.classroom.layouts.tree import File, Folder, Listing, UnreadableError, hidden
from grader.classroom.records import Person

LAYOUT = "a folder or a file for each student"

_ENDINGS = (".py", ".ipynb", ".zip")
_NOBODY = frozenset({"nn.py", "nn.ipynb"})
_USUAL = frozenset({"student", "src", "code", "submission", "solution", "homework", "hw"})
_ACCOUNT = re.compile(r"[A-Za-z0-9._-]+")


def read(folder: Folder, listing: Listing) -> Reading:
    """Every folder, and every file of Python, notebook or .zip, is a student's."""
    del folder
    groups: list[list[Folder | File]] = [[one] for one in listing.folders if not hidden(one.name)]
    by_name = {some[0].name: some for some in groups}
    unread: list[Unread] = []
    for file in listing.files:
        stem = file.name.rpartition(".")[0]
        if hidden(file.name):
            continue
        if folded(file.name) in _NOBODY:
            unread.append((file.where, "its name does not say whose it is"))
        elif not is_code(file):
            unread.append((file.where, "it is no folder, Python file, notebook or .zip"))
        elif stem in by_name and all(one.name != file.name for one in by_name[stem]):
            by_name[stem].append(file)  # beside ada/ or ada.ipynb, ada.py is hers
        else:
            groups.append([file])
            by_name[stem] = groups[-1]
    return Reading(LAYOUT, tuple(map(_handed, groups)), tuple(unread))


def is_code(file: File) -> bool:
    """Whether a file may be what one student handed in."""
    return folded(file.name).endswith(_ENDINGS)


def wraps(folder: Folder) -> bool:
    """Whether the only folder in a folder holds the class, rather than one student's files."""
    try:
        listing = folder.listed()
    except UnreadableError:
        return False
    folders = [one for one in listing.folders if not hidden(one.name)]
    files = [one for one in listing.files if is_code(one) and not hidden(one.name)]
    if any(folded(one.name) in _NOBODY for one in files):
        return False
    if any(folded(one.name) in _USUAL for one in folders):
        return False
    return bool(folders) or len(files) > 1


def _handed(places: list[Folder | File]) -> Handed:
    first = places[0]
    raw = first.name if isinstance(first, Folder) else first.name.rpartition(".")[0]
    name = clean(raw)
    return Handed(
        people=(
            Person(
                id=name if name.isdecimal() else "",
                name=name,
                email=name if re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", name) else "",
                login=name if _ACCOUNT.fullmatch(name) else "",
            ),
        ),
        label=raw,
        identity=f"place {normal(raw)}",
        places=tuple(places),
    )
