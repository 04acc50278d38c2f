"""Verdicts in numbers: what is counted, what is listed, and when that is not good enough."""

import msgspec
import pytest
from rich.console import Console
from support.hand_made import check, mutant, report

from grader.report import Status
from grader.selftest.programs import Corpus, Program
from grader.selftest.summary import summarise
from grader.selftest.table import render
from grader.selftest.verdict import judge

NAMED = check("ReLU", named="leaky")
PASSED = check("ReLU", Status.PASSED)
OTHER = check("softmax")


def verdict(name, *checks, group="catalogue", seed=7, **more):
    """The verdict on a mutant of ReLU of that name."""
    mistakes = ("leaky",) if group == "catalogue" else ()
    program = mutant("ReLU", group=group, mistakes=mistakes, **more)
    found = judge(program, report(*checks, seed=seed), seconds=1.0)
    return msgspec.structs.replace(found, id=name)


def right(name, *checks):
    """The verdict on a right program."""
    return judge(Program(name, "right", (), b""), report(*checks), seconds=1.0)


def summary(*verdicts, stale=()):
    """The Summary of these verdicts."""
    return summarise(Corpus((), stale=stale), verdicts)


def test_all_is_well():
    """Everything caught, blamed and named, all right programs with full marks: no complaint."""
    found = summary(
        verdict("a", NAMED),
        verdict("b", check("ReLU"), group="mechanical"),
        verdict("c", PASSED, group="mechanical", equivalent="It is the same."),
        right("d", PASSED),
    )
    assert found.complaints == ()
    assert (found.right, found.full, len(found.equivalent)) == (1, 1, 1)
    counted = [(r.group, r.method, r.mutants, r.caught, r.blamed, r.named) for r in found.rows]
    assert counted == [
        ("catalogue", "ReLU", 1, 1, 1, 1),
        ("catalogue", None, 1, 1, 1, 1),
        ("mechanical", "ReLU", 1, 1, 1, 0),
        ("mechanical", None, 1, 1, 1, 0),
    ]


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        ([verdict("a", PASSED, group="mechanical")], "mutants were caught"),
        ([verdict("a", NAMED, OTHER)], "blamed exactly"),
        ([verdict("a", check("ReLU"))], "named"),
        ([right("a", check("ReLU"))], "full marks"),
        ([verdict("a", check("ReLU"), equivalent="Really?")], "out of date"),
        ([verdict("a", NAMED), verdict("a", PASSED, seed=8)], "another seed"),
    ],
)
def test_each_failure_is_complained_of(verdicts, says):
    """One survivor, one wrong blame, one unnamed, one punished, one flip: each is enough."""
    found = summary(*verdicts)
    assert any(says in complaint for complaint in found.complaints)


def test_one_in_a_hundred_may_be_blamed_wrongly():
    """99 of 100 blamed exactly are enough, 98 are not; but every mutant must be caught."""
    good = [verdict(str(n), NAMED) for n in range(98)]
    assert not summary(*good, verdict("x", NAMED), verdict("y", NAMED, OTHER)).complaints
    assert summary(*good, verdict("x", NAMED, OTHER), verdict("y", NAMED, OTHER)).complaints
    assert summary(*good, verdict("x", NAMED), verdict("y", PASSED)).complaints


def test_a_fault_of_the_grader_is_counted_apart():
    """What could not be graded is no survivor, and is complained of."""
    program = mutant("ReLU")
    fault = judge(program, report(PASSED, status="not_graded"), seconds=1.0)
    found = summary(fault)
    assert (len(found.faults), found.survivors, found.rows) == (1, (), ())
    assert "fault of the grader" in found.complaints[0]


def test_stale_entries():
    """An entry of equivalent.toml that is no mutant any more is complained of."""
    assert "out of date" in summary(stale=("ReLU:99:drop-T",)).complaints[0]


def test_flips():
    """Other parts lost with another seed is a flip; other checks of the same part are told only."""
    other_check = check("ReLU", named="leaky", name="other")
    found = summary(verdict("a", NAMED), verdict("a", other_check, seed=8))
    assert (len(found.flips), len(found.wavering), found.complaints) == (0, 1, ())
    found = summary(verdict("a", NAMED), verdict("a", NAMED, OTHER, seed=8))
    assert (len(found.flips), len(found.wavering)) == (1, 0)


def test_everything_that_went_wrong_is_printed(capsys):
    """Survivors, wrong blame, unnamed, punished, equivalents, flips: each by its name."""
    found = summary(
        verdict("survivor", PASSED),
        verdict("misjudged", NAMED, OTHER),
        verdict("unnamed", check("ReLU")),
        verdict("equivalent", PASSED, equivalent="It is the same."),
        right("punished", check("ReLU")),
        verdict("flipping", NAMED),
        verdict("flipping", PASSED, seed=8),
    )
    render(found, Corpus((), inapplicable=("no-such: text",)), Console(width=80))
    said = capsys.readouterr().out
    for name in ("survivor", "misjudged", "unnamed", "punished", "flipping", "no-such: text"):
        assert name in said
    assert "equivalent: It is the same." in said
    assert "softmax::right: softmax is wrong." in said
    assert "Right programs 1, full marks 0" in said
    assert said.count("Not good enough") == len(found.complaints) == 5
