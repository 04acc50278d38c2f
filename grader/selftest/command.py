"""`grader selftest`: options in; the kill matrix, what went wrong, and an exit code out."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from grader import rubric as rubrics
from grader.ending import ended
from grader.errors import UsageError
from grader.exits import BELOW, INTERRUPTED, NOT_GRADED, OK
from grader.options import Options
from grader.progress import Rate
from grader.render import files
from grader.rubric import MOST_SEED
from grader.selftest import table
from grader.selftest.programs import Corpus, collect
from grader.selftest.run import grade_all
from grader.selftest.summary import Summary, summarise
from grader.selftest.verdict import Verdict

SCHEMA = "nn-grader/selftest/v1"

QUICK_EXAMPLES = 4
"""Cases a check draws in a quick run; its programs are no subtle ones."""


TOLD_EVERY = 50
"""Programs after which a log hears of the progress."""


class Matrix(msgspec.Struct, frozen=True):
    """What --json writes: every verdict, and what they come to."""

    schema: str
    finished: bool
    profile: str
    data: str
    seeds: tuple[int, ...]
    programs: int
    verdicts: tuple[Verdict, ...]
    summary: Summary
    inapplicable: tuple[str, ...]
    stale: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelftestCommand:
    """The options of `grader selftest`, as they were given."""

    only: tuple[str, ...] = ()
    quick: bool = False
    seeds: int = 1
    seed: int | None = None
    profile: str = "quick"
    data: str = "digits"
    rubric: Path | None = None
    jobs: int | None = None
    json: Path | None = None

    def run(self, corpus: Corpus | None = None) -> int:
        """Grade, print and write; returns the exit code.

        Args:
            corpus: the programs to choose from; all that can be made of the reference if None.
        """
        console = Console(highlight=False)
        return ended(lambda: self._run(corpus or collect(), console))

    def _run(self, corpus: Corpus, console: Console) -> int:
        if self.json and not self.json.absolute().parent.is_dir():
            raise UsageError(f"--json {self.json}: there is no folder {self.json.parent}")
        chosen, options, seeds = self._chosen(corpus), self._options(), self._seeds()
        order = {(p.group, p.id): place for place, p in enumerate(chosen.programs)}
        verdicts: list[Verdict] = []
        finished = False
        running = grade_all(chosen.programs, options, seeds, self.jobs or os.cpu_count() or 1)
        try:
            with closing(running):
                for verdict in _shown(running, len(chosen.programs) * len(seeds)):
                    verdicts.append(verdict)  # noqa: PERF402  Ctrl-C leaves what came before
            finished = True
        except KeyboardInterrupt:
            pass  # what is there is told
        verdicts.sort(key=lambda v: (v.seed, order[v.group, v.id]))
        summary = summarise(chosen, verdicts)
        self._write(chosen, verdicts, summary, seeds, finished=finished)
        table.render(summary, chosen, console, finished=finished)
        if not finished:
            total = len(chosen.programs) * len(seeds)
            console.print(f"Interrupted: {len(verdicts)} of {total} gradings were done.")
            return INTERRUPTED
        if summary.faults:
            return NOT_GRADED
        return BELOW if summary.complaints else OK

    def _chosen(self, corpus: Corpus) -> Corpus:
        chosen = corpus.only(self.only)
        if not chosen.programs:
            raise UsageError(
                f"--only {' '.join(self.only)}: no program is called so; a pattern is of an id or "
                "of group/id, e.g. 'softmax:*' or 'right/*'"
            )
        return chosen.few() if self.quick else chosen

    def _options(self) -> Options:
        rules = rubrics.load(self.rubric)
        rules.profile(self.profile)  # a wrong name is told before anything starts
        if self.quick:
            rules = msgspec.structs.replace(rules, examples=QUICK_EXAMPLES)
        return Options(rules, profile=self.profile, seed=rules.seed, data=self.data)

    def _seeds(self) -> tuple[int, ...]:
        first = rubrics.load(self.rubric).seed if self.seed is None else self.seed
        if not (first >= 0 and first + self.seeds <= MOST_SEED):
            raise UsageError(f"--seed {first}: a whole number from 0 to 2**62 - 1")
        return tuple(range(first, first + self.seeds))

    def _write(
        self,
        corpus: Corpus,
        verdicts: Sequence[Verdict],
        summary: Summary,
        seeds: tuple[int, ...],
        *,
        finished: bool,
    ) -> None:
        if self.json is None:
            return
        matrix = Matrix(
            schema=SCHEMA,
            finished=finished,
            profile=self.profile,
            data=self.data,
            seeds=seeds,
            programs=len(corpus.programs),
            verdicts=tuple(verdicts),
            summary=summary,
            inapplicable=corpus.inapplicable,
            stale=corpus.stale,
        )
        content = msgspec.json.format(msgspec.json.encode(matrix), indent=2) + b"\n"
        try:
            files.write(content, self.json)
        except OSError as error:
            raise UsageError(f"cannot write {self.json}: {error.strerror or error}") from None


def _shown(verdicts: Iterator[Verdict], total: int) -> Iterator[Verdict]:
    """The verdicts, with a bar on a terminal, and elsewhere a line now and then."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as p:
        task = p.add_task("starting", total=total)
        for count, verdict in enumerate(verdicts, start=1):
            if not console.is_terminal and count % TOLD_EVERY == 0:
                console.print(f"{count} of {total}")
            p.update(task, description=verdict.id[:30].ljust(30), advance=1)
            yield verdict
