"""`grader package gradescope`: a zip that Gradescope makes an autograder of."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import msgspec

from grader import rubric as rubrics
from grader.archive import pack
from grader.assemble import not_graded
from grader.ending import ended
from grader.errors import UsageError
from grader.exits import OK
from grader.packages.settings import DATA, RUBRIC, SETTINGS, Settings
from grader.packages.sources import home, project, requirements, without_wheel
from grader.packages.subset import Subset, subset
from grader.render import gradescope
from grader.render.files import write

UNFINISHED = "not_graded.json"
"""In the zip: the result that stands there until there is another."""

WHEELS = "wheels"
"""In the zip: the folder of wheels, if there is one."""

SCRIPTS = ("setup.sh", "run_autograder")

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class GradescopePackage:
    """The options of `grader package gradescope`, as they were given."""

    out: Path
    rubric: Path | None = None
    data: str | None = None
    wheels: Path | None = None
    profile: str = "standard"

    def run(self) -> int:
        """Make the zip and say what is in it; returns the exit code."""
        return ended(self._run, after="nothing was written")

    def _run(self) -> int:
        made, words = self.build()
        self._write(made)
        lines = (f"{self.out}, {len(made) / _MIB:.1f} MiB:", *(f"  {word}" for word in words))
        sys.stdout.write("\n".join(lines) + "\n")
        return OK

    def build(self) -> tuple[bytes, tuple[str, ...]]:
        """The zip, and what is in it in words.

        Raises:
            UsageError: the rubric is not valid, the data do not fit it, a wheel is missing, or
                the project's own files are not there.
        """
        rules = rubrics.load(self.rubric)
        rules.profile(self.profile)
        files = project(home())
        needed = requirements(files["pyproject.toml"])
        words = [f"the grader: {len(files)} files"]
        part = subset(self.data, rules, self.profile) if self.data else None
        words.append(_data_words(part))
        if part:
            files[DATA] = part.content
        if self.rubric:
            files[RUBRIC] = self.rubric.read_bytes()
            words.append(f"the rubric {self.rubric}, profile {self.profile}")
        else:
            words.append(f"the grader's own rubric, profile {self.profile}")
        wheels = self._wheels(needed)
        files |= wheels
        words.append(_wheels_words(wheels))
        settings = Settings(self.profile, rubric=self.rubric is not None, data=part is not None)
        files[SETTINGS] = msgspec.json.format(msgspec.json.encode(settings)) + b"\n"
        files["requirements.txt"] = "".join(f"{line}\n" for line in needed).encode()
        files[UNFINISHED] = self._unfinished(rules.seed)
        scripts = resources.files("grader.packages")
        for name in SCRIPTS:
            files[name] = scripts.joinpath(f"{name.removesuffix('.sh')}.sh").read_bytes()
        return pack(files, SCRIPTS), tuple(words)

    def _wheels(self, needed: tuple[str, ...]) -> dict[str, bytes]:
        if self.wheels is None:
            return {}
        try:
            found = sorted(self.wheels.glob("*.whl"))
            lacking = without_wheel(needed, (path.name for path in found))
            if lacking:
                raise UsageError(
                    f"{self.wheels} has no wheel of {', '.join(lacking)}; fill it with "
                    f"pip download --only-binary :all: --dest {self.wheels} and these: "
                    f"{' '.join(needed)}"
                )
            return {f"{WHEELS}/{path.name}": path.read_bytes() for path in found}
        except OSError as error:
            raise UsageError(f"cannot read {self.wheels}: {error.strerror or error}") from None

    def _unfinished(self, seed: int) -> bytes:
        return gradescope.render(
            not_graded("the grading did not finish", Path("nn.py"), seed, self.profile)
        )

    def _write(self, made: bytes) -> None:
        inputs = filter(None, (self.rubric, Path(self.data) if self.data else None))
        if any(path.exists() and path.resolve() == self.out.resolve() for path in inputs):
            raise UsageError(f"{self.out} is what is to be read; name another file")
        try:
            write(made, self.out)
        except OSError as error:
            raise UsageError(f"cannot write {self.out}: {error.strerror or error}") from None


def _data_words(part: Subset | None) -> str:
    if part is None:
        return "no data of their own: it trains on the digits that come with the grader"
    size = len(part.content) / _MIB
    return f"data: {part.train} training and {part.test} test images, {size:.1f} MiB"


def _wheels_words(wheels: Mapping[str, bytes]) -> str:
    if not wheels:
        return "no wheels: the setup needs a network"
    size = sum(map(len, wheels.values())) / _MIB
    return f"{len(wheels)} wheels, {size:.1f} MiB: the setup needs no network"
