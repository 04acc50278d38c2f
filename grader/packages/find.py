"""Finds the file to grade among whatever was handed in; nothing of it is run."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.render.words import one_line
from grader.submission import printable

NAME = "nn.py"

_MOST = 20_000
_SHOWN = 4
_LONGEST = 80
_ASIDE = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages"})


def find(folder: Path) -> Path:
    """The file to grade: the one nn.py, wherever it lies, or else the one Python file.

    Hidden files and folders are left aside, and links to folders are not followed.

    Raises:
        UsageError: there is none, or more than one; it is no file, or a link that leads elsewhere.
            The message is for the student.
    """
    files = list(_files(folder))
    named = [path for path in files if path.name.lower() == NAME]
    python = [path for path in files if path.suffix.lower() == ".py"]
    if len(named) > 1:
        raise UsageError(
            f"there are {len(named)} files called {NAME} ({_listed(named, folder)}), and it is not "
            f"clear which one to grade; hand in only the one that counts"
        )
    for found in (named, python):
        if len(found) == 1:
            return within(folder, found[0])
    if python:
        raise UsageError(
            f"there is no {NAME}, and of the {len(python)} Python files it is not clear which one "
            f"to grade ({_listed(python, folder)}); call it {NAME}"
        )
    notebooks = [path for path in files if path.suffix.lower() == ".ipynb"]
    if notebooks:
        raise UsageError(
            f"there is a notebook ({_listed(notebooks, folder)}) and no {NAME}; put the class NN "
            f"with ReLU and softmax into a file called {NAME} and hand that in"
        )
    among = f" among the files ({_listed(files, folder)})" if files else ""
    raise UsageError(f"there is no {NAME}{among}; hand in your file under that name")


def within(folder: Path, path: Path) -> Path:
    """The file that `path` leads to, links followed, as long as it lies inside the folder.

    Raises:
        UsageError: it leads out of the folder, or to nothing, or is no regular file.
    """
    name = _shown(path, folder)
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        what = "is a link that leads nowhere" if path.is_symlink() else "is not there"
        raise UsageError(f"{name} {what}; hand in the file itself") from None
    if not real.is_relative_to(folder.resolve()):
        raise UsageError(
            f"{name} is a link that leads out of what was handed in; hand in the file itself"
        )
    if not real.is_file():
        raise UsageError(f"{name} is not a regular file; hand in the file itself")
    return real


def _files(folder: Path) -> Iterator[Path]:
    """What is no folder, from the top down, in the order of names."""
    seen = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and _kept(name))
        for name in sorted(files):
            seen += 1
            if seen > _MOST:
                raise UsageError(
                    f"there are more than {_MOST} files; hand in {NAME} and nothing else"
                )
            if not name.startswith("."):
                yield Path(parent, name)


def _kept(name: str) -> bool:
    return name not in _ASIDE


def _listed(paths: Sequence[Path], folder: Path) -> str:
    names = [_shown(path, folder) for path in paths[:_SHOWN]]
    more = len(paths) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _shown(path: Path, folder: Path) -> str:
    inside = path.relative_to(folder) if path.is_relative_to(folder) else path
    return one_line(printable(inside), _LONGEST)
