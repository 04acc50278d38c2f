"""A judgement that stands but for some checks: the verdict is that of judging everything."""

from dataclasses import dataclass

import msgspec
import pytest
from support.files import REFERENCE, SKELETON

from grader import judging as opened
from grader import rubric
from grader.earlier import Earlier
from grader.grade import examine
from grader.options import Options
from grader.report import Status
from grader.sandbox.errors import SandboxError
from grader.submission import Submission

OPTIONS = Options(
    msgspec.structs.replace(rubric.load(), examples=3), profile="quick", data="digits"
)

PROGRAMS = {
    "right": REFERENCE,
    "empty": SKELETON,
    "scalar db1": REFERENCE.replace("dZ1.sum(axis=1, keepdims=True)", "dZ1.sum()"),
    "softmax over rows": REFERENCE.replace("E.sum(axis=0", "E.sum(axis=1"),
    "a typing error": REFERENCE + "\ndef broken(:\n",
}


assert len(set(PROGRAMS.values())) == len(PROGRAMS)


@dataclass
class Seen:
    """What ran: the ids of the checks of each pass over a submission."""

    passes: list[set[str]]


@pytest.fixture(name="seen")
def _seen(monkeypatch):
    """Notes the checks that run."""
    seen = Seen([])

    class Noting(opened.Plugin):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            ran, judge = set(), self._judge.judge
            seen.passes.append(ran)
            self._judge.judge = lambda check, body: (ran.add(check.id), judge(check, body))[1]

    monkeypatch.setattr(opened, "Plugin", Noting)
    return seen


@pytest.fixture(scope="module", name="first")
def _first(warden):
    """The judgement of each program, made once."""
    made = {}

    def judgement(name):
        if name not in made:
            made[name] = again(PROGRAMS[name], warden)
        return made[name]

    return judgement


def again(text, warden, earlier=None):
    """The judgement of a text."""
    submission = Submission("nn.py", text.encode())
    return examine(submission, OPTIONS, warden=warden, earlier=earlier).judgement


def bare(judgement):
    """A judgement without what the clock says."""
    outcomes = tuple(msgspec.structs.replace(o, duration_s=0) for o in judgement.outcomes)
    return msgspec.structs.replace(judgement, outcomes=outcomes, duration_s=0)


def ids(judgement):
    """Of the checks that pytest ran."""
    return {o.id for o in judgement.outcomes if o.method != "submission"}


def with_status(judgement, check, status):
    """The judgement, with another end of one check."""
    outcomes = tuple(
        msgspec.structs.replace(o, status=status) if o.id == check else o
        for o in judgement.outcomes
    )
    return msgspec.structs.replace(judgement, outcomes=outcomes)


CHANGED = {"loss::other_sizes", "backward::db1", "activations::softmax", "predictions::accuracy"}


@pytest.mark.parametrize("name", ["right", "scalar db1"])
def test_only_changed_checks_run(first, warden, seen, name):
    """Where they come out as before, the judgement is the whole one, and nothing else ran."""
    whole = first(name)
    seen.passes.clear()
    changed = CHANGED & ids(whole)
    assert changed == CHANGED
    found = again(PROGRAMS[name], warden, Earlier(whole, frozenset(ids(whole) - changed)))
    assert bare(found) == bare(whole)
    assert seen.passes == [changed]


def test_where_one_comes_out_otherwise_all_run(first, warden, seen):
    """A check that passed before and fails now: what was found out before is not used."""
    whole = first("scalar db1")
    seen.passes.clear()
    before = with_status(whole, "backward::db1", Status.PASSED)
    found = again(PROGRAMS["scalar db1"], warden, Earlier(before, ids(whole) - {"backward::db1"}))
    assert bare(found) == bare(whole)
    assert seen.passes == [{"backward::db1"}, ids(whole)]


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_any_check_may_have_changed(first, warden, name):
    """Whichever check is run again: the judgement is the whole one. Every sixth is tried."""
    whole = first(name)
    for check in sorted(ids(whole))[::6]:
        found = again(PROGRAMS[name], warden, Earlier(whole, frozenset(ids(whole) - {check})))
        assert bare(found) == bare(whole), check


@pytest.mark.parametrize("status", [Status.TIMED_OUT, Status.CRASHED, Status.GRADER_ERROR])
def test_what_was_stopped_is_judged_whole(first, status):
    """After a stop nothing more is called of a part: that is found out again, from the start."""
    earlier = Earlier(with_status(first("right"), "loss::loss", status), ids(first("right")))
    assert Earlier(first("right"), earlier.same).is_of_use()
    assert not earlier.is_of_use()


def test_the_training_stands_or_runs_as_a_whole(first):
    """The accuracy is of the run that it was found in."""
    whole = first("right")
    assert Earlier(whole, ids(whole)).training_stands
    assert not Earlier(whole, ids(whole) - {"training::training"}).training_stands


def moved(judgement, **changes):
    """The judgement, with some fields changed."""
    return msgspec.structs.replace(judgement, **changes)


def test_when_it_does_not_bear(first):
    """Other walls, another order, a new check that fails, a lost one that failed: judge it all."""
    whole = first("scalar db1")
    earlier = Earlier(whole, ids(whole))
    assert earlier.bears(whole)
    assert not earlier.bears(moved(whole, layers={}))
    assert not earlier.bears(moved(whole, fault="a fault"))
    assert not earlier.bears(moved(whole, outcomes=whole.outcomes[::-1]))
    passed = [o for o in whole.outcomes if o.status is Status.PASSED and o.method == "softmax"][-1]
    failed = next(o for o in whole.outcomes if o.status is Status.FAILED)
    for one, bears in ((passed, True), (failed, False)):
        fewer = moved(whole, outcomes=tuple(o for o in whole.outcomes if o != one))
        assert earlier.bears(fewer) is bears
        assert Earlier(fewer, ids(fewer)).bears(whole) is bears


def test_the_first_check_of_a_part_has_a_say(first):
    """From its first check on a part counts as judged; so that one may not come or go unnoticed."""
    whole = first("right")
    one = next(o for o in whole.outcomes if o.method == "softmax")
    fewer = moved(whole, outcomes=tuple(o for o in whole.outcomes if o != one))
    assert not Earlier(whole, ids(whole)).bears(fewer)


def test_who_calls_what_is_missing_has_a_say(first):
    """Whether an optional part that is not there was called decides what it costs."""
    whole = first("right")
    missing = tuple(
        msgspec.structs.replace(o, status=Status.MISSING) if o.method == "one_hot" else o
        for o in whole.outcomes
    )
    judged = moved(whole, outcomes=missing)
    assert Earlier(judged, ids(judged)).bears(judged)
    assert not Earlier(judged, ids(judged)).bears(moved(judged, asked=frozenset({"one_hot"})))


def test_a_worker_that_cannot_be_run_is_our_fault(monkeypatch, first):
    """The second look at a submission may fail as the first may: not graded, with the reason."""

    def broken(*_):
        raise SandboxError("no more processes")

    monkeypatch.setattr("grader.grade.judging", broken)
    whole = first("right")
    grading = examine(Submission("nn.py", b""), OPTIONS, earlier=Earlier(whole, ids(whole)))
    assert grading.judgement is None
    assert "no more processes" in grading.report.reason
