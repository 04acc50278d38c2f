"""`grader grade`: options in; a result file, a summary and an exit code out."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
from rich.console import Console

from grader import rubric as rubrics
from grader.assemble import not_graded
from grader.errors import GraderError, UsageError
from grader.exhibits.records import Exhibits
from grader.exits import BELOW, INTERRUPTED, NOT_GRADED, OK, USAGE
from grader.interrupts import heeded
from grader.progress import Bar
from grader.render import github, scripts, terminal
from grader.render.outputs import Outputs
from grader.render.seen import seen
from grader.report import Report, Visibility
from grader.rubric import MOST_SEED, TOTAL, Rubric
from grader.sandbox.session import preloads_for
from grader.sandbox.warden import Warden
from grader.submission import read
from grader.walls import required

DAY = 86_400
_MOST = 300


@dataclass(frozen=True, slots=True)
class GradeCommand:
    """The options of `grader grade`, as they were given; `results` by the name of the format."""

    file: Path
    data: str | None
    profile: str
    seed: int | None
    rubric: Path | None
    fail_under: float | None
    require_sandbox: str | None
    timeout: float | None
    examples: Path | None = None
    results: Mapping[str, Path] = field(default_factory=dict)

    def run(self) -> int:
        """Grade, print and write; returns the exit code.

        The result files say "not graded" from the start, and are replaced when there is more to
        say: whatever happens to this process, no stale verdict stands there.
        """
        exhibits = None
        try:
            with heeded() as check:
                self._check_options()
                self._outputs.write(self._blank("the grading did not finish"), final=False)
                report, exhibits = self._graded(check)
            code = self._code(report)
        except UsageError as error:
            report, code = self._blank(str(error)), USAGE
        except KeyboardInterrupt:
            report, code = self._blank("the grading was interrupted"), INTERRUPTED
        except Exception as error:  # noqa: BLE001  no bug of ours may look like a low score
            report, code = self._blank(f"a fault of the grader: {error!r}"[:_MOST]), NOT_GRADED
        written = None
        try:
            written = self._write_examples(report)
            self._outputs.write(report, exhibits=exhibits)
        except GraderError as error:
            told = self._blank(str(error))
            if report.graded:  # no place may hold a verdict while we say there is none
                with suppress(GraderError):
                    self._outputs.write(told)
            report, code = told, USAGE if isinstance(error, UsageError) else NOT_GRADED
        try:
            self._print(report, written)
        except Exception as error:  # noqa: BLE001  an exit code of 1 would be a low score
            said = f"grader: the result could not be printed: {error!r}"[:_MOST]
            sys.stderr.write(f"{said}\n")
            return code or NOT_GRADED
        return code

    @property
    def _outputs(self) -> Outputs:
        inputs = filter(None, (self.file, self.rubric, Path(self.data) if self.data else None))
        return Outputs(self.results, tuple(inputs), os.environ)

    def _write_examples(self, report: Report) -> scripts.Written | None:
        if self.examples is None or not report.graded:
            return None
        try:
            return scripts.write(seen(report), self.examples)
        except OSError as error:
            raise UsageError(
                f"cannot write examples into {self.examples}: {error.strerror or error}"
            ) from None

    def _print(self, report: Report, written: scripts.Written | None) -> None:
        # With a result on standard output, words go to the other one.
        aside = self._outputs.take_stdout or not report.graded
        console = Console(stderr=aside, highlight=False)
        try:
            source = self._judged(report)
            terminal.render(report, console, written, source)
            if "github" in self.results:
                terminal.lines(console, github.annotations(report, source))
        except BrokenPipeError:  # `| head` has seen enough; Python must not complain at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _judged(self, report: Report) -> bytes:
        """The bytes that were judged, if they are still there: annotations stand at their lines."""
        if report.submission.sha256 is None or not self.file.is_file():
            return b""
        try:
            with self.file.open("rb") as file:
                source = file.read(report.submission.bytes or 0)
        except OSError:
            return b""
        return source if sha256(source).hexdigest() == report.submission.sha256 else b""

    def _check_options(self) -> None:
        """Refuse what makes no sense, before anything is written.

        Raises:
            UsageError: an option is out of range, or the result would overwrite an input.
        """
        self._outputs.check()
        if self.fail_under is not None and not 0 <= self.fail_under <= TOTAL:
            raise UsageError(f"--fail-under {self.fail_under}: a number from 0 to {TOTAL}")
        if self.seed is not None and not 0 <= self.seed < MOST_SEED:
            raise UsageError(f"--seed {self.seed}: a whole number from 0 to 2**62 - 1")
        if self.timeout is not None and not 1 <= self.timeout <= DAY:
            raise UsageError(f"--timeout {self.timeout}: seconds, from 1 to {DAY}")
        if self.examples is not None and self.examples.exists() and not self.examples.is_dir():
            raise UsageError(f"--examples {self.examples} is a file; name a folder")
        required(self.require_sandbox)

    def _code(self, report: Report) -> int:
        if not report.graded:
            return NOT_GRADED
        below = self.fail_under is not None and report.score < self.fail_under
        return BELOW if below else OK

    def _graded(self, check: Callable[[], None]) -> tuple[Report, Exhibits | None]:
        rubric = self._rubric()
        rubric.profile(self.profile)
        submission = read(self.file, limit_kb=rubric.limits.file_kb)
        # The warden imports NumPy while this process imports pytest and Hypothesis.
        with Warden.start(preload=preloads_for(submission.source)) as warden:
            from grader.grade import examine  # noqa: PLC0415
            from grader.options import Options  # noqa: PLC0415

            options = Options(
                rubric,
                profile=self.profile,
                seed=rubric.seed if self.seed is None else self.seed,
                data=self.data,
                require=required(self.require_sandbox),
                exhibits="html" in self.results,
            )
            # Rich takes a pipe for a terminal where FORCE_COLOR is set.
            console = Console(stderr=True, force_terminal=sys.stderr.isatty())
            with Bar(console, check, self._shows(rubric)) as progress:
                graded = examine(submission, options, progress, warden)
            return graded.report, graded.exhibits

    @staticmethod
    def _shows(rubric: Rubric) -> Callable[[str], bool]:
        return lambda check: rubric.seen(check) is Visibility.VISIBLE

    def _rubric(self) -> Rubric:
        rubric = rubrics.load(self.rubric)
        if self.timeout is None:
            return rubric
        limits = msgspec.structs.replace(rubric.limits, submission_s=self.timeout)
        return msgspec.structs.replace(rubric, limits=limits)

    def _blank(self, reason: str) -> Report:
        return not_graded(reason, self.file, max(self.seed or 0, 0), self.profile)
