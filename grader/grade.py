"""One submission, graded: opens the worker, runs the checks, and makes a Report of it all."""

from dataclasses import dataclass
from time import monotonic

import msgspec

from grader.assemble import Judgement, environment, graded, info_of, not_graded
from grader.earlier import Earlier
from grader.exhibits.records import Exhibits
from grader.judging import Judging, judging
from grader.options import Options
from grader.progress import SILENT, Progress
from grader.report import Report
from grader.running import know_checks, run_checks
from grader.sandbox.errors import SandboxError
from grader.sandbox.warden import Warden
from grader.submission import Submission


def grade(
    submission: Submission,
    options: Options,
    progress: Progress = SILENT,
    warden: Warden | None = None,
) -> Report:
    """Grade a submission; see examine."""
    return examine(submission, options, progress, warden).report


@dataclass(frozen=True, slots=True)
class Grading:
    """What became of a submission.

    Attributes:
        report: its Report.
        judgement: what that was made of.
        exhibits: what pictures to it are drawn from, if asked for.
        partly: whether only some checks ran, and an earlier judgement stands for the others.
    """

    report: Report
    judgement: Judgement | None = None
    exhibits: Exhibits | None = None
    partly: bool = False


def examine(
    submission: Submission,
    options: Options,
    progress: Progress = SILENT,
    warden: Warden | None = None,
    earlier: Earlier | None = None,
) -> Grading:
    """Grade a submission, and gather what there is to look at.

    Every outcome of the student's is a Report with status "graded"; what is our fault or the
    machine's is one with status "not_graded" and a reason.

    Args:
        submission: the student's nn.py, read.
        options: how to grade.
        progress: hears of every check, and of the training.
        warden: one that has been started already, while this module was imported.
        earlier: a judgement of the same bytes by other checks; what it has in common with these is
            not run again where that cannot change the verdict, and no exhibits are wanted.

    Raises:
        UsageError: an option makes no sense, or the data cannot be read.
        KeyboardInterrupt: the worker is gone by then.
    """
    started = monotonic()
    know_checks(options.rubric.visibility)
    try:
        if earlier is not None and not options.exhibits and earlier.is_of_use():
            with judging(submission, options, progress, warden, earlier) as opened:
                judgement = _judge(opened, submission, options, started)
            if earlier.stands(judgement, options.rubric.limits.submission_s):
                judgement = _together(earlier.judgement, judgement)
                return Grading(graded(judgement, options.rubric), judgement, partly=True)
        with judging(submission, options, progress, warden) as opened:
            opened.exam  # noqa: B018  wrong data or sizes are told before anything runs
            judgement = _judge(opened, submission, options, started)
            report = graded(judgement, options.rubric)
            wanted = options.exhibits and report.graded
            return Grading(report, judgement, opened.exhibits() if wanted else None)
    except SandboxError as error:
        reason = f"the worker could not be run: {error}"
        seconds = monotonic() - started
        return Grading(not_graded(reason, submission, options.seed, options.profile, seconds))


def _together(before: Judgement, now: Judgement) -> Judgement:
    """What was found out now, with what running all checks took and asked for."""
    return msgspec.structs.replace(
        now,
        asked=before.asked | now.asked,
        spent_s=before.spent_s + now.spent_s,
        duration_s=before.duration_s,
    )


def _judge(opened: Judging, submission: Submission, options: Options, started: float) -> Judgement:
    """Run the checks of a submission whose grading began at `started`, by the monotonic clock."""
    opened.catalogue  # noqa: B018  one with an error is told before anything runs
    fault = run_checks(opened.plugin)
    # By the checks; what the diagnosis asks and stops decides nothing.
    asked, stopped = opened.plugin.asked, opened.plugin.stopped
    spent_s = opened.student.spent_s
    return Judgement(
        submission=info_of(submission),
        seed=options.seed,
        profile=options.profile,
        outcomes=(opened.loading(), opened.size(), *opened.outcomes()),
        asked=asked,
        stopped=stopped,
        spent_s=spent_s,
        training=opened.training,
        layers=opened.session.layers,
        fault=fault,
        note=opened.note,
        duration_s=monotonic() - started,
        environment=environment(),
    )
