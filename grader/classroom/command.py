"""`grader batch`: options in; results, feedback, a gradebook, a summary and an exit code out."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console

from grader import data as datasets
from grader import rubric as rubrics
from grader.classroom import results, roster, standing, summary
from grader.classroom.batch import How, Result, grade_class
from grader.classroom.changes import changes
from grader.classroom.cluster import Cluster
from grader.classroom.fingerprint import Fingerprint, fingerprint
from grader.classroom.grading import Maker, Settings, trouble
from grader.classroom.journal import Journal, locked
from grader.classroom.layouts import collect
from grader.classroom.layouts.only import kept
from grader.classroom.progress import Progress
from grader.classroom.records import Collected, Entry
from grader.classroom.standing import Standing, member
from grader.data import DataError
from grader.ending import ended
from grader.errors import UsageError
from grader.exits import BELOW, INTERRUPTED, NOT_GRADED, OK
from grader.interrupts import stopping
from grader.pool import Pool, Processes
from grader.report import Report
from grader.rubric import MOST_SEED, Rubric
from grader.running import know_checks
from grader.walls import required


class _Ended(NamedTuple):
    """What became of an entry: whether it has a verdict, and how that was come by."""

    graded: bool
    how: How


@dataclass(frozen=True, slots=True)
class BatchCommand:
    """The options of `grader batch`, as they were given."""

    folder: Path
    out: Path
    jobs: int | None = None
    roster: Path | None = None
    only: tuple[str, ...] = ()
    regrade: bool = False
    quiet: bool = False
    data: str | None = None
    profile: str = "standard"
    seed: int | None = None
    rubric: Path | None = None
    require_sandbox: str | None = None
    scheduler: str | None = None

    def run(self) -> int:
        """Grade, write and print; returns the exit code.

        A result is in DIR as soon as it is known, so nothing is lost whenever this ends.
        """
        return ended(self._run_alone, after=_GO_ON)

    def _run_alone(self) -> int:
        self._check_place()
        with locked(self.out):
            return self._run()

    def _check_place(self) -> None:
        if self.out.resolve().is_relative_to(self.folder.resolve()):
            raise UsageError(
                f"--out {self.out} is inside {self.folder}, and would be taken for a student's; "
                "name a folder beside it"
            )

    def _run(self) -> int:
        console = Console(highlight=False, quiet=self.quiet)
        rules = rubrics.load(self.rubric)
        settings = self._settings(rules)
        try:
            data = datasets.load(self.data)
        except DataError as error:
            raise UsageError(str(error)) from None
        rule = fingerprint(rules, seed=settings.seed, profile=self.profile, data=data)
        settings = msgspec.structs.replace(settings, maker=Maker(rule.judging))
        people = roster.read(self.roster, console.print) if self.roster else None
        with stopping() as stopped:
            found = collect(self.folder, limit_kb=rules.limits.file_kb)
            chosen = replace(found, entries=kept(found.entries, self.only))
            summary.told(chosen, console)
            current = self._begin(found, rule)
            journal = Journal(self.out, rule)
            journal.begin()
            graded = self._graded(chosen.entries, settings, journal, stopped)
        results.tidy(self.out, results.read_all(self.out, current))
        matched = roster.match(standing.entries(current), people)
        summary.write(self.out, current, matched, console)
        if current.before is not None:
            moved = changes(self._pairs(graded, current.before))
            summary.moved(self.out, moved, matched, console)
        if self.regrade:
            summary.judged(Counter(each.how for each in graded.values()), console)
        return self._end(chosen, graded, console)

    def _settings(self, rules: Rubric) -> Settings:
        rules.profile(self.profile)
        know_checks(rules.visibility)
        if self.scheduler is not None and self.jobs is not None:
            raise UsageError(
                "--jobs is for the processes of this machine; with --scheduler, each worker grades "
                "one submission at a time. Leave one of the two out"
            )
        seed = rules.seed if self.seed is None else self.seed
        if not 0 <= seed < MOST_SEED:
            raise UsageError(f"--seed {seed}: a whole number from 0 to 2**62 - 1")
        data = self.data
        if self.scheduler is not None and data is not None and Path(data).is_file():
            data = str(Path(data).absolute())  # workers were started in folders of their own
        return Settings(rules, self.profile, seed, data, required(self.require_sandbox))

    def _begin(self, found: Collected, rules: Fingerprint) -> Standing:
        """Say who is in the class; put older results aside where they are made anew.

        Raises:
            UsageError: there are results by other rules, and nobody asked for new ones.
        """
        last = standing.read(self.out)
        before = last.before if last else None
        if last is None:
            results.put_aside(self.out)  # by rules that nobody knows any more
        elif not last.is_by(rules) and results.there(self.out):
            if not self.regrade:
                raise UsageError(
                    f"the results in {self.out} were made by another rubric, other checks, options "
                    "or data. --regrade makes them anew and shows who moves by how much (the old "
                    "ones are kept); or name another folder with --out"
                )
            if self.only:
                raise UsageError(
                    "by other rules --regrade makes all results anew; leave --only out"
                )
            before = results.put_aside(self.out)
        current = Standing(
            standing.SCHEMA,
            rules.judging,
            rules.weighing,
            found.layout,
            tuple(map(member, found.entries)),
            found.unread,
            before,
        )
        standing.write(self.out, current)
        return current

    def _graded(
        self,
        entries: Sequence[Entry],
        settings: Settings,
        journal: Journal,
        stopped: Callable[[], bool],
    ) -> dict[str, _Ended]:
        """Grade them; how each ended, by key. The Reports are in DIR: a class may be large."""
        graded: dict[str, _Ended] = {}
        total = sum(entry.submission is not None for entry in entries)
        with (
            Progress(total, quiet=self.quiet, stopped=stopped) as progress,
            self._pool(settings, stopped) as pool,
        ):
            # Some by name, by the same rules: whoever asks for that wants them judged once more.
            again = self.regrade and bool(self.only)
            for result in grade_class(entries, settings, journal, pool, again=again, stop=stopped):
                self._keep(result)
                graded[result.entry.key] = _Ended(result.report.graded, result.how)
                progress.advance(result)
        return graded

    def _pool(
        self, settings: Settings, stopped: Callable[[], bool]
    ) -> AbstractContextManager[Pool]:
        """The processes of this machine, or the workers of a scheduler."""
        if self.scheduler is None:
            return Processes(self.jobs or len(os.sched_getaffinity(0)))
        console = Console(stderr=True, highlight=False, quiet=self.quiet)
        check = partial(trouble, msgspec.json.encode(settings))
        return Cluster(self.scheduler, check=check, tell=console.print, stop=stopped)

    def _keep(self, result: Result) -> None:
        """Write a result down, unless it is there already as it is."""
        source = result.entry.submission.source if result.entry.submission else b""
        old = results.read(self.out, result.entry.key)
        if result.new or old != result.report or not results.whole(self.out, result.entry.key):
            results.write(self.out, result.entry.key, result.report, source)

    def _pairs(self, keys: Iterable[str], before: str) -> Iterator[tuple[str, Report, Report]]:
        """The Reports from before and the new ones, of all who have both, of the same file."""
        for key in keys:
            old, new = results.before(self.out, key, before), results.read(self.out, key)
            if old and new and old.submission.sha256 == new.submission.sha256:
                yield key, old, new

    def _end(self, found: Collected, graded: dict[str, _Ended], console: Console) -> int:
        handed_in = sum(entry.submission is not None for entry in found.entries)
        if len(graded) < handed_in:
            console.print(f"Interrupted: {len(graded)} of {handed_in} were graded; {_GO_ON}")
            return INTERRUPTED
        if not all(each.graded for each in graded.values()):
            return NOT_GRADED
        return BELOW if handed_in < len(found.entries) or found.unread else OK


_GO_ON = "run the same command again to go on: what was graded is kept."
