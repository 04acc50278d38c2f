"""A class, graded: what the journal has is taken from there, the rest is judged in a pool."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from hashlib import sha256

import msgspec

from grader.assemble import Judgement, graded, info_of, not_graded
from grader.classroom.fingerprint import unchanged
from grader.classroom.grading import Answer, Settings, Task, judge
from grader.classroom.journal import Journal
from grader.classroom.records import Entry
from grader.earlier import Earlier
from grader.errors import GraderError
from grader.pool import Done, Pool, run_all
from grader.report import Report
from grader.sandbox.confine import LEVELS, level


class How(Enum):
    """How a judgement was come by: by all checks, by those that had changed, or it was there."""

    WHOLE = "whole"
    PARTLY = "partly"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one entry.

    Attributes:
        entry: what was handed in.
        report: its Report; "not_graded", with a reason, where that was the grader's fault or the
            machine's.
        how: how its judgement was come by.
    """

    entry: Entry
    report: Report
    how: How

    @property
    def new(self) -> bool:
        """Whether it was judged now, and not before."""
        return self.how is not How.BEFORE


def grade_class(  # noqa: PLR0913  what a batch depends on
    entries: Iterable[Entry],
    settings: Settings,
    journal: Journal,
    pool: Pool,
    *,
    again: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Result]:
    """Grade every entry that has a submission; results come as they are known.

    A judgement depends on nothing of a submission but its bytes: of equal ones, one is judged.

    Args:
        entries: of the class.
        settings: how to grade.
        journal: where judgements are looked up, and written down before they are told.
        pool: where student code runs.
        again: whether to judge what the journal has once more.
        stop: whether nothing more is to begin.

    Raises:
        GraderError: the grader's files were changed meanwhile.
        OSError: the journal cannot be written.
        UsageError: the settings make no sense, or the data cannot be read.
    """
    waiting: dict[bytes, list[Entry]] = {}
    for entry in entries:
        if entry.submission is None:
            continue
        known = None if again else journal.find(entry.submission.sha256)
        if known is None or not _walled(known, settings):
            waiting.setdefault(entry.submission.source, []).append(entry)
        else:
            yield Result(entry, _report(entry, known, settings), How.BEFORE)
    tasks = [
        Task(entries[0].key, source, None if again else _earlier(source, settings, journal))
        for source, entries in waiting.items()
    ]
    for done in run_all(partial(judge, msgspec.json.encode(settings)), tasks, pool, stop=stop):
        yield from _results(waiting[done.job.source], done, settings, journal)


def _results(
    entries: list[Entry], done: Done[Task, bytes], settings: Settings, journal: Journal
) -> Iterator[Result]:
    answer = (
        Answer(None, done.lost)
        if done.result is None
        else msgspec.json.decode(done.result, type=Answer)
    )
    if answer.judgement is not None:
        if not unchanged():
            raise GraderError(
                "the grader's own files were changed while it ran; run the same command again"
            )
        journal.enter(sha256(done.job.source).hexdigest(), answer.judgement)
    for entry in entries:
        if answer.judgement is not None:
            report = _report(entry, answer.judgement, settings)
            yield Result(entry, report, How.PARTLY if answer.partly else How.WHOLE)
        elif entry.submission is not None:
            reason = answer.reason or "for no known reason"
            report = not_graded(reason, entry.submission, settings.seed, settings.profile)
            yield Result(entry, report, How.WHOLE)


def _earlier(source: bytes, settings: Settings, journal: Journal) -> Earlier | None:
    """What other checks found out of these bytes, behind walls that are as high as they must be."""
    found = journal.earlier(sha256(source).hexdigest())
    if found is None or not found.is_of_use() or not _walled(found.judgement, settings):
        return None
    return found


def _walled(known: Judgement, settings: Settings) -> bool:
    """Whether a judgement was made behind walls as high as they must be now."""
    least = settings.require
    return least is None or LEVELS.index(level(known.layers)) >= LEVELS.index(least)


def _report(entry: Entry, judgement: Judgement, settings: Settings) -> Report:
    """The Report of a judgement that may have been made of another entry's equal file."""
    if entry.submission is not None:
        info = info_of(entry.submission)
        judgement = msgspec.structs.replace(judgement, submission=info)
    return graded(judgement, settings.rubric)
