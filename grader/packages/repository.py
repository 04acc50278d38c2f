"""In CI: grades one file of a student's repository, and looks at nothing else there.

The file is copied to a folder of its own and graded in that, under the same relative path (so that
annotations find it), with an environment made anew. What a workflow says comes in variables, which
no shell takes apart:

    GRADE_REPOSITORY   the student's repository
    GRADE_FILE         the file in it; if empty, the first of DEFAULTS that is there
    GRADE_REPORTS      where the results go: a folder that is empty or not there yet
    GRADE_PROFILE, GRADE_FAIL_UNDER    as for grader grade; may be empty
    GRADE_RUBRIC       TOML text, or the path of such a file in GRADE_HOME; may be empty
    GRADE_HOME         the grader's own repository; needed for such a path alone
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from grader.assemble import not_graded
from grader.errors import UsageError
from grader.exits import USAGE
from grader.packages.find import within
from grader.render import github
from grader.render.files import append
from grader.render.formats import FORMATS
from grader.render.outputs import Outputs
from grader.render.words import one_line
from grader.rubric import TOTAL

DEFAULTS = ("student/nn.py", "nn.py")

REPORTS: Mapping[str, str] = {
    "markdown": "result.md",
    "junit": "result.xml",
    "html": "result.html",
    "github": "github.json",
}
"""What is written, by the name of the format; all of it is for students."""

_PASSED_ON = ("HOME", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "SSL_CERT_FILE", "LD_LIBRARY_PATH")
_MOST = 300


class _Test(msgspec.Struct, frozen=True):
    score: float


class Payload(msgspec.Struct, frozen=True):
    """As much as is needed of what the GitHub format holds."""

    status: str = "error"
    max_score: float = TOTAL
    tests: tuple[_Test, ...] = ()

    @property
    def outputs(self) -> str:
        """Lines for $GITHUB_OUTPUT; the points are those that a student may see."""
        score = round(sum(test.score for test in self.tests), 2)
        named = {"score": f"{score:g}", "max-score": f"{self.max_score:g}", "status": self.status}
        return "".join(f"{name}={value}\n" for name, value in named.items())


@dataclass(frozen=True, slots=True)
class Job:
    """One grading, as the variables ask for it."""

    variables: Mapping[str, str]

    @property
    def places(self) -> dict[str, Path]:
        """Where each format goes."""
        folder = Path(self.variables.get("GRADE_REPORTS") or "nn-grader").absolute()
        return {name: folder / file for name, file in REPORTS.items() if name in FORMATS}

    @property
    def file(self) -> str:
        """Which file is graded, relative to the repository."""
        asked = self.variables.get("GRADE_FILE", "").strip()
        repository = Path(self.variables["GRADE_REPOSITORY"])
        there = (name for name in DEFAULTS if os.path.lexists(repository / name))
        return asked or next(there, DEFAULTS[0])

    def run(self) -> int:
        """Grade; returns the exit code of `grader grade`."""
        try:
            self._make_reports()
        except (UsageError, OSError) as error:
            # What lies there is somebody else's: nothing is written to it, and nothing believed.
            self._announce(Payload())
            return self._told(one_line(str(error), _MOST))
        try:
            with tempfile.TemporaryDirectory(prefix="nn-grader-") as folder:
                return self._grade(Path(folder))
        except UsageError as error:
            return self._refuse(str(error))
        except OSError as error:
            return self._refuse(one_line(f"a fault of the machine: {error}", _MOST))
        finally:
            self._announce(self._payload())

    def _make_reports(self) -> None:
        folder = self.places["github"].parent
        if folder.is_symlink() or (folder.exists() and any(folder.iterdir())):
            raise UsageError(f"{folder} is for the results, and must be empty or not be there")
        folder.mkdir(parents=True, exist_ok=True)
        self._write("the grading did not finish", final=False)

    def _grade(self, folder: Path) -> int:
        graded = folder / "submission"
        copy = graded / self._copy(graded)
        options = [f"--{name}={path}" for name, path in self.places.items()]
        options += ["--data=digits", "--require-sandbox=strong"]
        for option, variable in (("profile", "GRADE_PROFILE"), ("fail-under", "GRADE_FAIL_UNDER")):
            value = self.variables.get(variable, "").strip()
            options += [f"--{option}={value}"] if value else []
        rubric = self._rubric(folder)
        options += [f"--rubric={rubric}"] if rubric else []
        command = [sys.executable, "-I", "-m", "grader", "grade", *options, "--"]
        return subprocess.run(  # noqa: S603  our own program, and no shell
            [*command, str(copy.relative_to(graded))],
            cwd=graded,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode

    def _copy(self, graded: Path) -> PurePosixPath:
        """Copy the one file; returns its path in the repository, which is its path here, too."""
        name = PurePosixPath(self.file)
        if name.is_absolute() or ".." in name.parts or not name.parts:
            raise UsageError(f"the file {self.file!r}: name it relative to the repository")
        repository = Path(self.variables["GRADE_REPOSITORY"])
        (graded / name).parent.mkdir(parents=True)
        source = within(repository, repository / name)
        self._check_single(repository, source)
        shutil.copyfile(source, graded / name)
        return name

    def _check_single(self, repository: Path, source: Path) -> None:
        """Two files, and nobody said which: the other one may be the student's work."""
        if self.variables.get("GRADE_FILE", "").strip():
            return
        for other in DEFAULTS:
            if os.path.lexists(repository / other) and (
                within(repository, repository / other).read_bytes() != source.read_bytes()
            ):
                raise UsageError(
                    f"there are two files, {' and '.join(DEFAULTS)}, and they are not the same: "
                    "remove the one that is not to be graded"
                )

    def _rubric(self, folder: Path) -> Path | None:
        asked = self.variables.get("GRADE_RUBRIC", "").strip()
        if not asked:
            return None
        if "=" in asked or "\n" in asked:
            text = folder / "rubric.toml"
            text.write_text(f"{asked}\n", "utf-8")
            return text
        home = self.variables.get("GRADE_HOME", "")
        if not home:
            raise UsageError(f"the rubric {asked}: give the text of the file in place of its path")
        try:
            return within(Path(home), Path(home) / asked)
        except UsageError:
            raise UsageError(
                f"the rubric {asked}: there is no such file in the grader's own repository, and "
                f"none is taken from anywhere else; give a path in it, or the text of the file"
            ) from None

    def _environment(self) -> dict[str, str]:
        passed = {name: self.variables[name] for name in _PASSED_ON if name in self.variables}
        return {"PATH": os.defpath, "LANG": "C.UTF-8", "CI": "true"} | passed

    def _refuse(self, reason: str) -> int:
        self._write(reason)
        return self._told(reason)

    def _told(self, reason: str) -> int:
        told = not_graded(reason, Path(self.file), 0, "standard")
        sys.stdout.write(f"Not graded: {one_line(reason)}\n{github.annotations(told)}")
        return USAGE

    def _write(self, reason: str, *, final: bool = True) -> None:
        told = not_graded(reason, Path(self.file), 0, "standard")
        Outputs(self.places, (), self.variables).write(told, final=final)

    def _payload(self) -> Payload:
        try:
            return msgspec.json.decode(self.places["github"].read_bytes(), type=Payload)
        except (OSError, msgspec.DecodeError):
            return Payload()

    def _announce(self, payload: Payload) -> None:
        """Tell a workflow the points; of two lines with one name the last counts."""
        if self.variables.get("GITHUB_OUTPUT"):
            append(payload.outputs.encode(), Path(self.variables["GITHUB_OUTPUT"]))


def main() -> int:
    """Grade what the environment says."""
    return Job(dict(os.environ)).run()


if __name__ == "__main__":
    sys.exit(main())
