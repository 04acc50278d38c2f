"""Reads the file that counts of all that somebody has handed in."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from grader.classroom.layouts import notebook
from grader.classroom.layouts.names import clean, folded, listed, sentence
from grader.classroom.layouts.reading import Handed
from grader.classroom.layouts.rules import Candidate, choose
from grader.classroom.layouts.tree import File, Folder, UnreadableError, hidden
from grader.classroom.layouts.zipped import inside
from grader.submission import Submission

CODE = (".py", ".ipynb")
ARCHIVE = ".zip"

_MOST = 20_000
_DEEPEST = 12
_ASIDE = frozenset({"__pycache__", "node_modules", "site-packages"})


@dataclass(frozen=True, slots=True)
class Picked:
    """What there is to grade, or why there is nothing.

    Attributes:
        submission: the file, or None.
        problem: why there is none, in words; None where there is one.
        note: how it was chosen, where that is not plain.
        attempt: which attempt it is, as far as its name tells, or 0.
        empty: whether nothing at all was found that could be it.
    """

    submission: Submission | None = None
    problem: str | None = None
    note: str = ""
    attempt: int = 0
    empty: bool = False


def pick(handed: Handed, *, limit_kb: int) -> Picked:
    """The file that counts, read: no more of it than is allowed, and nothing else at all.

    Whatever is wrong with a place is told in `problem`: this raises nothing for it.
    """
    if handed.problem is not None:
        return Picked(problem=handed.problem)
    with ExitStack() as stack:
        found = _Found.of(handed.places)
        try:
            if not found.code and len(found.archives) == 1:
                packed = found.archives[0].file
                try:
                    found = _Found.of([stack.enter_context(inside(packed)).root])
                except UnreadableError as error:
                    return Picked(problem=f"{clean(packed.name, 80)}: {error}")
            chosen = choose(found.code, handed.first)
        except UnreadableError as error:
            return Picked(problem=_problem(found, str(error)), empty=not found.anything)
        try:
            source, note = _source(chosen.file, limit_kb)
        except UnreadableError as error:
            return Picked(problem=f"{clean(chosen.file.name, 80)}: {error}")
    note = sentence(chosen.note, note)
    return Picked(Submission(chosen.file.where, source), note=note, attempt=chosen.attempt)


def _source(file: File, limit_kb: int) -> tuple[bytes, str]:
    """The file's code, and a note where it is that of a notebook."""
    limit = limit_kb * 1024
    code, note = b"", ""
    if folded(file.name).endswith(".ipynb"):
        made = notebook.code(file.read(notebook.MOST_BYTES + 1))
        cells = "1 code cell" if made.cells == 1 else f"{made.cells} code cells"
        note = f"{cells} of {clean(file.name, 80)} in order, each after a comment with its number"
        code = made.source
    else:
        code = file.read(limit + 1)
    if len(code) > limit:
        raise UnreadableError(
            f"it is larger than {limit_kb} kB; a submission holds code, not data "
            f"(the limit is limits.file_kb in the rubric)"
        )
    return code, note


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies in somebody's places: code, archives, the rest by name, and what was in the way."""

    code: Sequence[Candidate]
    archives: Sequence[Candidate]
    others: Sequence[str]
    unread: Sequence[str]

    @property
    def anything(self) -> bool:
        return bool(self.code or self.archives or self.unread)

    @classmethod
    def of(cls, places: Sequence[Folder | File]) -> "_Found":
        """Look through places, without opening a file."""
        unread: list[str] = []
        files = [found for place in places for found in _walk(place, unread)]
        code = [one for one in files if folded(one.path[-1]).endswith(CODE)]
        archives = [one for one in files if folded(one.path[-1]).endswith(ARCHIVE)]
        rest = [one.shown for one in files if not folded(one.path[-1]).endswith((*CODE, ARCHIVE))]
        return cls(code, archives, rest, unread)


def _walk(place: Folder | File, unread: list[str]) -> Iterator[Candidate]:
    """The files in a place from the top down; `unread` is told of folders that stay closed."""
    if isinstance(place, File):
        yield Candidate(place, (place.name,))
        return
    level: list[tuple[Folder, tuple[str, ...]]] = [(place, ())]
    seen = 0
    for _ in range(_DEEPEST):
        below: list[tuple[Folder, tuple[str, ...]]] = []
        for folder, path in level:
            try:
                listing = folder.listed()
            except UnreadableError as error:
                unread.append(f"{clean('/'.join(path), 120) or 'the folder'}: {error}")
                continue
            seen += len(listing.files) + len(listing.folders)
            for file in listing.files:
                if not hidden(file.name):
                    yield Candidate(file, (*path, file.name))
            below += [(one, (*path, one.name)) for one in listing.folders if not _aside(one.name)]
            if seen > _MOST:
                unread.append(f"there are more than {_MOST} files; not all of them were looked at")
                return
        level = below
    if level:
        unread.append(f"there are more than {_DEEPEST} folders, one in another")


def _aside(name: str) -> bool:
    return hidden(name) or name in _ASIDE


def _problem(found: _Found, said: str) -> str:
    """What is said, and what was found in the file's stead."""
    if found.code:
        return said
    if len(found.archives) > 1:
        names = listed(one.shown for one in found.archives)
        return f"there is no nn.py, and it is not clear which .zip to look into: {names}"
    among = f" among {listed(found.others)}" if found.others else ""
    nothing = not (found.others or found.archives or found.unread)
    empty = " (there are no files at all)" if nothing else ""
    return sentence(f"{said}{among}{empty}", *found.unread[:3])
