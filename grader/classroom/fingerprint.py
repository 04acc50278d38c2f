"""What a judgement depends on besides the submission: equal digests, equal judgements.

What only weighs a judgement (points, visibility) is a digest of its own: a change of those needs
no student's code to run again.
"""

import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import hypothesis
import msgspec
import numpy as np

import grader
from grader.classroom.checks import digests
from grader.data import Dataset
from grader.rubric import Rubric
from grader.running import CHECKS
from grader.solution import FOLDER

_PACKAGE = Path(grader.__file__).parent

ASIDE = frozenset({"classroom", "cli", "handout", "packages", "practice", "render", "selftest"})
"""Rooms that no judgement depends on: they call for one, or tell of it."""

_ENVIRONMENT = (
    np.__version__.encode(),
    hypothesis.__version__.encode(),
    "{}.{}".format(*sys.version_info).encode(),
)
"""NumPy, and Python without its last number: sums may be made in another order. Hypothesis: it may
draw other cases."""

_KINDS = frozenset({".py", ".toml", ".txt", ".npz"})


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digests, in hexadecimal.

    Attributes:
        judging: of the grader's code and checks, the reference, the data, and all of the rubric
            that has a say in what is found out.
        weighing: of the rest of the rubric.
        common: the part of `judging` that every check depends on.
        checks: the part that each check depends on besides, by its name.
    """

    judging: str
    weighing: str
    common: str
    checks: Mapping[str, str]


def fingerprint(rubric: Rubric, *, seed: int, profile: str, data: Dataset) -> Fingerprint:
    """The fingerprint of a way to grade.

    Raises:
        OSError: a file of the grader's cannot be read.
    """
    weighing = _digest(_json((rubric.points, rubric.visibility)))
    bare = msgspec.structs.replace(rubric, points={}, visibility={}, seed=0, profiles={})
    budget = rubric.profile(profile)
    common = _digest(_json((bare, seed, profile, budget.memory_mb)), *_ENVIRONMENT, CODE.encode())
    checks = digests(TEXTS, _digest(_json((budget, data.name)), *_pictures(data)))
    # The texts besides: the order of checks has a say, too, where something has to be stopped.
    judging = _digest(_json((common, checks, dict(TEXTS))))
    return Fingerprint(judging, weighing, common, checks)


def _files() -> Iterator[Path]:
    """The files that have a say in a judgement."""
    for folder, aside in ((_PACKAGE, ASIDE), (FOLDER, frozenset[str]())):
        for path in folder.rglob("*"):
            inside = path.relative_to(folder).parts
            if path.suffix in _KINDS and inside[0] not in aside and path.name != "rubric.toml":
                yield path


def _is_of_checks(path: Path) -> bool:
    return path.parent == CHECKS and path.name.startswith("test_")


def unchanged() -> bool:
    """Whether the grader's files are as they were when this process began, by size and date.

    Asked for each submission, so that only the checks, which are read anew each time, are listed.

    Raises:
        OSError: one of them cannot be looked at.
    """
    checks = {path for path in _FILES if path.parent == CHECKS}
    return checks == set(CHECKS.glob("*.py")) and _stamps() == _STAMPS


def _stamps() -> tuple[tuple[int, int], ...]:
    states = (path.stat() for path in _FILES)
    return tuple((state.st_size, state.st_mtime_ns) for state in states)


def _pictures(data: Dataset) -> Iterator[bytes]:
    for array in (data.x_train, data.y_train, data.x_test, data.y_test):
        yield str(array.shape).encode()
        yield array.tobytes()


def _json(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _digest(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


_FILES = tuple(sorted(_files()))
_STAMPS = _stamps()
CODE = _digest(
    *(
        part
        for path in _FILES
        if not _is_of_checks(path)
        for part in (path.name.encode(), path.read_bytes())
    )
)
"""The digest of the grader's files as they were when this process read its own: what changes later
is not what judges here."""

TEXTS = MappingProxyType({p.stem: p.read_text("utf-8") for p in _FILES if _is_of_checks(p)})
"""The files of checks, likewise."""
