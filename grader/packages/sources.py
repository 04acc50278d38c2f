"""The project's own files, as a package takes them along, and what they need to run."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import grader
from grader.errors import UsageError

FOLDERS = ("grader", "reference", "student")
FILES = ("pyproject.toml", "LICENSE", "README.md")

_ASIDE = (".pyc", ".pyo", ".orig", ".rej", "~")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def home() -> Path:
    """The folder in which the project's packages lie."""
    return Path(grader.__file__).parents[1]


def project(root: Path) -> dict[str, bytes]:
    """The files of the project by their paths, with / between folders.

    Raises:
        UsageError: the project was installed without them: a package is made from a checkout.
    """
    missing = [name for name in (*FILES, *FOLDERS) if not (root / name).exists()]
    if missing:
        raise UsageError(
            f"{root} has no {', '.join(missing)}; a package is made from a checkout of the "
            f"project, installed with pip install -e"
        )
    paths = [root / name for name in FILES]
    for folder in FOLDERS:
        paths += [path for path in sorted((root / folder).rglob("*")) if _wanted(path, root)]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def requirements(pyproject: bytes) -> tuple[str, ...]:
    """What the project needs installed, with its bounds."""
    return tuple(tomllib.loads(pyproject.decode())["project"]["dependencies"])


def without_wheel(requirements: Iterable[str], wheels: Iterable[str]) -> tuple[str, ...]:
    """Which of the requirements have no wheel of any version among these file names."""
    have = {_normal(name.partition("-")[0]) for name in wheels}
    names = [match[0] for match in map(_NAME.match, requirements) if match]
    return tuple(name for name in names if _normal(name) not in have)


def _wanted(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    return path.is_file() and not hidden and not path.name.endswith(_ASIDE)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
