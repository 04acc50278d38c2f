"""The counterexamples as files: one small program a method, to run beside nn.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

HEADER = "# Written by grader grade --examples: the next run may write it anew."
"""The first line of every such file. What begins otherwise is somebody else's, and stays."""


class Shown(Protocol):
    """A check that may have a program."""

    @property
    def method(self) -> str:
        """That it judges."""

    @property
    def counterexample(self) -> str | None:
        """The program."""


class Checked(Protocol):
    """A Report, or what else has checks."""

    @property
    def checks(self) -> Sequence[Shown]:
        """All of them, in order."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the examples, by method.

    Attributes:
        files: that were written.
        kept: that were there before and are not ours.
    """

    files: Mapping[str, Path] = field(default_factory=dict)
    kept: Mapping[str, Path] = field(default_factory=dict)


def scripts(result: Checked) -> dict[str, str]:
    """For each method the program of its first failing check that has one."""
    found: dict[str, str] = {}
    for finding in result.checks:
        if finding.counterexample is not None:
            found.setdefault(finding.method, finding.counterexample)
    return found


def write(result: Checked, folder: Path) -> Written:
    """Write METHOD.py into the folder, which is made if need be.

    Raises:
        OSError: it cannot be written.
    """
    files: dict[str, Path] = {}
    kept: dict[str, Path] = {}
    found = scripts(result)
    if found:
        folder.mkdir(parents=True, exist_ok=True)
    for method, script in found.items():
        path = folder / f"{method}.py"
        if path.exists() and not _is_ours(path):
            kept[method] = path
            continue
        path.write_text(f"{HEADER}\n{script}", "utf-8")
        files[method] = path
    return Written(files, kept)


def _is_ours(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.readline(len(HEADER) + 2).rstrip() == HEADER.encode()
