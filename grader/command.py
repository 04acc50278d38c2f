"""`grader grade`: options in; a result file, a summary and an exit code out."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from grader import rubric as rubrics
from grader.assemble import not_graded
from grader.errors import UsageError
from grader.exits import BELOW, INTERRUPTED, NOT_GRADED, OK, USAGE
from grader.render import json as as_json
from grader.render import terminal
from grader.report import Outcome, Report
from grader.rubric import Rubric
from grader.sandbox.confine import LEVELS, Level
from grader.sandbox.session import preloads_for
from grader.sandbox.warden import Warden
from grader.submission import read


def required(option: str | None) -> Level | None:
    """How high the walls must be: as asked, or "strong" where strangers' files are graded.

    Raises:
        UsageError: there is no such level.
    """
    if option is None:
        unattended = os.environ.get("CI", "").lower() not in {"", "0", "false"}
        return "strong" if unattended or Path("/autograder").is_dir() else None
    if option == "none":
        return None
    if option not in LEVELS[1:]:
        raise UsageError(f"--require-sandbox {option}: there are none, strong and full")
    return option


@dataclass(frozen=True, slots=True)
class GradeCommand:
    """The options of `grader grade`, as they were given."""

    file: Path
    json: Path | None
    data: str | None
    profile: str
    seed: int | None
    rubric: Path | None
    fail_under: float | None
    require_sandbox: str | None
    timeout: float | None

    def run(self) -> int:
        """Grade, print and write; returns the exit code.

        The result file says "not graded" from the start, and is replaced when there is more to
        say: whatever happens to this process, no stale verdict stands there.
        """
        console = Console(highlight=False)
        errors = Console(stderr=True, highlight=False)
        try:
            self._write(self._blank("the grading did not finish"))
            report = self._graded(errors)
        except UsageError as error:
            report, code = self._blank(str(error)), USAGE
        except KeyboardInterrupt:
            report, code = self._blank("the grading was interrupted"), INTERRUPTED
        else:
            code = self._code(report)
        try:
            self._write(report)
        except UsageError as error:
            report, code = self._blank(str(error)), USAGE
        if report.graded:
            terminal.render(report, console)
        else:
            errors.print(Text(f"grader: not graded: {report.reason}", style="red"))
        return code

    def _code(self, report: Report) -> int:
        if not report.graded:
            return NOT_GRADED
        below = self.fail_under is not None and report.score < self.fail_under
        return BELOW if below else OK

    def _graded(self, errors: Console) -> Report:
        rubric = self._rubric()
        rubric.profile(self.profile)
        required(self.require_sandbox)
        submission = read(self.file, limit_kb=rubric.limits.file_kb)
        # The warden imports NumPy while this process imports pytest and Hypothesis.
        with Warden.start(preload=preloads_for(submission.source)) as warden:
            from grader.grade import Options, grade  # noqa: PLC0415

            options = Options(
                rubric,
                profile=self.profile,
                seed=rubric.seed if self.seed is None else self.seed,
                data=self.data,
                require=required(self.require_sandbox),
            )
            with _progress(errors) as progress:
                return grade(submission, options, progress, warden)

    def _rubric(self) -> Rubric:
        rubric = rubrics.load(self.rubric)
        if self.timeout is None:
            return rubric
        limits = msgspec.structs.replace(rubric.limits, submission_s=self.timeout)
        return msgspec.structs.replace(rubric, limits=limits)

    def _blank(self, reason: str) -> Report:
        return not_graded(reason, self.file, self.seed or 0, self.profile)

    def _write(self, report: Report) -> None:
        if self.json is None:
            return
        try:
            as_json.write(report, self.json)
        except OSError as error:
            raise UsageError(
                f"cannot write the result to {self.json}: {error.strerror or error}"
            ) from None


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[Outcome, int], None]]:
    """A bar on a terminal, and nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("starting", total=None)

        def advance(outcome: Outcome, total: int) -> None:
            bar.update(task, description=outcome.method, total=total, advance=1)

        yield advance
