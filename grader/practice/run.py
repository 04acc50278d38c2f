"""One file, practised on: opens the worker and runs the checks that need no right answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from threadpoolctl import threadpool_limits

from grader import conventions
from grader.errors import GraderError
from grader.judge import located
from grader.plugin import Plugin
from grader.practice.settings import Settings
from grader.practice.task import Task, set_task
from grader.progress import SILENT, Progress
from grader.report import Outcome, Status
from grader.running import CHECKS, run_checks
from grader.sandbox.confine import Level, level
from grader.sandbox.errors import SandboxError
from grader.sandbox.session import Session
from grader.sandbox.warden import Warden
from grader.student import Student
from grader.submission import Submission

FOLDERS = (CHECKS, Path(__file__).parent / "checks")


@dataclass(frozen=True, slots=True)
class Practised:
    """What came of it.

    Attributes:
        outcomes: of all checks, in the contract's order.
        error: why the file could not be run at all, for the student; else empty.
        note: what a student should know of how the file was read; mostly empty.
        level: how high the walls around the file were.
        defined: the lines where its methods begin, by their names.
    """

    outcomes: tuple[Outcome, ...]
    error: str
    note: str
    level: Level
    defined: Mapping[str, int] = field(default_factory=dict)

    @property
    def checks(self) -> tuple[Outcome, ...]:
        """The outcomes, as a Report calls them."""
        return self.outcomes


def practise(  # noqa: PLR0913  how to practise, and who hears of it
    submission: Submission,
    settings: Settings,
    *,
    seed: int | None = None,
    progress: Progress = SILENT,
    warden: Warden | None = None,
    folders: tuple[Path, ...] = FOLDERS,
) -> Practised:
    """Run the practice checks on a file.

    Args:
        submission: the student's nn.py, read.
        settings: of the handout.
        seed: of the cases; None: the handout's.
        progress: hears of every check.
        warden: one that has been started already.
        folders: where the checks are.

    Raises:
        GraderError: practice itself failed, through no fault of the file.
        KeyboardInterrupt: the worker is gone by then.
    """
    seed = settings.seed if seed is None else seed
    limits = settings.limits

    def task() -> Task:
        if settings.training is None:
            raise GraderError("practice has no training, and a check asks for it")
        return set_task(settings.training, settings.sizes, seed)

    try:
        with (
            threadpool_limits(1, "blas"),
            Session.open(
                submission.source,
                memory_mb=limits.memory_mb,
                load_deadline_s=limits.load_s,
                warden=warden,
            ) as session,
        ):
            plugin = Plugin(
                Student(session, None, limits),
                None,
                settings.sizes,
                task,
                seed=seed,
                examples=settings.examples,
                check_s=limits.check_s,
                progress=progress,
            )
            fault = run_checks(plugin, *folders)
            broken = [o for o in plugin.outcomes if o.status is Status.GRADER_ERROR]
            if broken and not fault:
                fault = f"the check {broken[0].id} broke: {broken[0].message}"
            if fault:
                raise GraderError(f"a fault of the practice grader, not of your file: {fault}")
            loaded = session.loaded
            return Practised(
                outcomes=plugin.outcomes,
                error=located(loaded.error) if loaded.error else "",
                note=" ".join([*filter(None, [loaded.note]), *conventions.notices(loaded)]),
                level=level(session.layers),
                defined=loaded.defined,
            )
    except SandboxError as error:
        raise GraderError(f"your file could not be run on this machine: {error}") from None
