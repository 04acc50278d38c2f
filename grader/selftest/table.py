"""A Summary for people: the kill matrix in numbers, and by name everything that went wrong."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.selftest.programs import Corpus
from grader.selftest.summary import Pair, Summary
from grader.selftest.verdict import Verdict


def render(summary: Summary, corpus: Corpus, console: Console, *, finished: bool = True) -> None:
    """Print it, and the conclusion last, unless more was to come."""
    if summary.rows:
        console.print(_table(summary))
        console.print()
    if summary.right:
        _line(console, f"Right programs {summary.right}, full marks {summary.full}", "bold")
    for title, lines in _lists(summary, corpus):
        if lines:
            _line(console, f"\n{title}", "bold")
        for line in lines:
            _line(console, f"  {line}")
    console.print()
    if not finished:
        return
    if not summary.complaints:
        _line(console, "The grader tells right from wrong on all that was tried.", "bold green")
    for complaint in summary.complaints:
        _line(console, f"Not good enough: {complaint}.", "bold red")


def _table(summary: Summary) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for name in ("mutants", "caught", "blamed exactly", "named"):
        table.add_column(name, justify="right")
    group = None
    for row in summary.rows:
        if row.group != group:
            group = row.group
            table.add_row(Text(group, style="bold"))
        counts = (row.mutants, row.caught, row.blamed, row.named)
        style = "" if row.method else "bold"
        table.add_row(f"  {row.method or 'all'}", *map(str, counts), style=style)
    return table


def _lists(summary: Summary, corpus: Corpus) -> Iterable[tuple[str, list[str]]]:
    yield (
        "Survived: full marks for a wrong method",
        [f"{v.id}  ({_names(v.methods)}; lost: {_points(v)})" for v in summary.survivors],
    )
    yield (
        "Blamed wrongly: others lost points as well",
        _told(summary.misjudged),
    )
    yield "Not called by name", [f"{v.id}  ({_names(v.methods)})" for v in summary.unnamed]
    yield "Right programs that lost points", _told(summary.punished)
    yield "Mutants that are no mistakes", [f"{v.id}: {v.equivalent}" for v in summary.equivalent]
    yield (
        "Listed as no mistake, and caught",
        [f"{v.id}  (lost: {_points(v)})" for v in summary.outdated],
    )
    yield "Listed as no mistake, and not among the mutants", list(corpus.stale)
    yield "Does not apply to this reference", list(corpus.inapplicable)
    yield "Could not be judged", [f"{v.id}, seed {v.seed}: {v.fault}" for v in summary.faults]
    yield "Other verdicts with other seeds", [_turned(pair) for pair in summary.flips]
    yield "The same verdicts by other checks", [_by_others(pair) for pair in summary.wavering]


def _told(verdicts: Iterable[Verdict]) -> list[str]:
    lines = []
    for verdict in verdicts:
        lines.append(f"{verdict.id}  (lost: {_points(verdict)})")
        lines += [f"  {check}: {message}" for check, message in verdict.said.items()]
    return lines


def _turned(pair: Pair) -> str:
    said = (f"{_points(verdict)} with seed {verdict.seed}" for verdict in pair)
    return f"{pair[0].id}  (lost: {'; '.join(said)})"


def _by_others(pair: Pair) -> str:
    one, other = pair
    both = set(one.failed) & set(other.failed)
    said = (
        f"{', '.join(c for c in v.failed if c not in both) or 'none'} with seed {v.seed}"
        for v in pair
    )
    return f"{one.id}  (failed besides: {'; '.join(said)})"


def _names(methods: Sequence[str]) -> str:
    return " and ".join(methods)


def _points(verdict: Verdict) -> str:
    return ", ".join(f"{name} {points:g}" for name, points in verdict.lost.items()) or "nothing"


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), soft_wrap=True)
