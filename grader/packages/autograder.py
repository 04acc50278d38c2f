"""Inside Gradescope's image: grades what was handed in, or tries out whether that would work.

Started by run_autograder and setup.sh, with the package's folder in SOURCE:

    SOURCE/                    the project, and what the package adds to it
    SOURCE/../submission/      what was handed in; only the one file is read, nothing is run
    SOURCE/../results/         results.json
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.assemble import not_graded
from grader.errors import UsageError
from grader.exits import NOT_GRADED, OK
from grader.packages.find import NAME, find
from grader.packages.settings import DATA, RUBRIC, SETTINGS, Settings
from grader.packages.sources import home
from grader.render import gradescope
from grader.render.files import write
from grader.rubric import TOTAL


@dataclass(frozen=True, slots=True)
class Autograder:
    """A package that has been unpacked."""

    source: Path
    settings: Settings

    @classmethod
    def at(cls, source: Path) -> "Autograder":
        """The package in this folder."""
        return cls(source, msgspec.json.decode((source / SETTINGS).read_bytes(), type=Settings))

    @property
    def results(self) -> Path:
        """Where Gradescope looks for the result."""
        return self.source.parent / "results" / "results.json"

    def command(self, file: Path, results: Path) -> list[str]:
        """How that file is graded, wherever this is asked for."""
        options = [
            *("--gradescope", str(results)),
            *("--require-sandbox", "strong"),
            *("--profile", self.settings.profile),
            *("--data", str(self.source / DATA) if self.settings.data else "digits"),
        ]
        if self.settings.rubric:
            options += ["--rubric", str(self.source / RUBRIC)]
        return [*_grader("grade"), *options, "--", str(file)]

    def chosen(self) -> Path | None:
        """The file to grade; where there is none, a result that says why is written."""
        try:
            return find(self.source.parent / "submission")
        except UsageError as error:
            told = not_graded(str(error), Path(NAME), 0, self.settings.profile)
            write(gradescope.render(told), self.results)
            return None

    def check(self) -> str | None:
        """Grade the skeleton and the worked solution, as a submission would be.

        Returns:
            What does not work; None if all does.
        """
        tries = (
            ("grader doctor", _grader("doctor")),
            ("the grading of the skeleton", self._trial("student", ())),
            (
                "full marks for the worked solution",
                self._trial("reference", ("--fail-under", str(TOTAL))),
            ),
        )
        with tempfile.TemporaryDirectory() as folder:
            for what, command in tries:
                if subprocess.run(command, cwd=folder, check=False).returncode:  # noqa: S603  ours
                    return what
        return None

    def _trial(self, package: str, more: Sequence[str]) -> list[str]:
        graded = self.command(self.source / package / NAME, Path("results.json"))
        place = graded.index("--")
        return [*graded[:place], *more, *graded[place:]]


def _grader(command: str) -> list[str]:
    return [sys.executable, "-I", "-m", "grader", command]


def main(arguments: Sequence[str]) -> int:
    """Do as run_autograder or setup.sh asks; the exit code is 0 if a result stands there."""
    package = Autograder.at(home())
    if list(arguments) == ["check"]:
        broken = package.check()
        if broken:
            sys.stderr.write(f"setup: {broken} did not work; see above. Nothing can be graded.\n")
        return NOT_GRADED if broken else OK
    file = package.chosen()
    if file is None:
        return OK
    # In place of this process: Gradescope counts memory, and may stop the grading at any time.
    command = package.command(file, package.results)
    os.execv(command[0], command)  # noqa: S606  our own program, and no shell
    raise AssertionError  # execv does not return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
