"""A judgement that stands but for some checks: the verdict is that of judging everything."""

from dataclasses import dataclass, replace

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
    "two named faults": REFERENCE.replace("self.W1 @ self.A0", "self.A0.T @ self.W1.T").replace(
        "self.W1 - self.learning_rate", "self.W1 + self.learning_rate"
    ),
    "nothing but update_params missing": REFERENCE.replace(
        '"""Take one step of gradient descent."""', "return"
    ),
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
    return msgspec.structs.replace(judgement, outcomes=outcomes, duration_s=0, spent_s=0)


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


def stands(earlier, now):
    """Whether it does, with time enough."""
    return earlier.stands(now, 300)


CHANGED = {"loss::other_sizes", "backward::db2", "activations::softmax", "predictions::accuracy"}


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


def test_where_one_fails_now_all_run(first, warden, seen):
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


def test_what_was_stopped_is_judged_whole(first):
    """After a stop nothing more is called of a part: that is found out again, from the start."""
    whole = first("right")
    stopped = moved(whole, stopped=frozenset({"softmax"}))
    assert Earlier(whole, ids(whole)).is_of_use()
    assert not Earlier(stopped, ids(whole)).is_of_use()
    assert not stands(Earlier(whole, ids(whole)), stopped)


def test_what_hangs_is_known_to_have_been_stopped(warden):
    """A part that hangs stands in the judgement, also where a check was passed without it."""
    judged = again(REFERENCE.replace("for _ in range(iters):", "while True:"), warden)
    assert judged.stopped == {"gradient_descent"}
    assert judged.spent_s > 1


def test_a_changed_check_that_fails_makes_all_run(first, warden, seen):
    """Only passed checks are without consequences: a failed one is judged with all others."""
    whole = first("scalar db1")
    changed = {"backward::db1"}
    assert not Earlier(whole, frozenset(ids(whole) - changed)).is_of_use()
    seen.passes.clear()
    found = again(PROGRAMS["scalar db1"], warden, Earlier(whole, frozenset(ids(whole) - changed)))
    assert bare(found) == bare(whole)
    assert seen.passes == [ids(whole)]


def test_time_is_counted_together(first):
    """Two halves that would not have fitted into the submission's time are judged as one."""
    whole = first("right")
    earlier = Earlier(moved(whole, spent_s=200.0), ids(whole))
    assert stands(earlier, moved(whole, spent_s=99.0))
    assert not stands(earlier, moved(whole, spent_s=101.0))


def test_a_file_that_loads_otherwise_is_judged_whole(first):
    """One whose import took too long then, and does not now, has other outcomes altogether."""
    whole = first("right")
    slow = with_status(whole, "submission::loads", Status.RAISED)
    assert not stands(Earlier(slow, ids(whole)), whole)


def test_no_pictures_of_what_did_not_run(first, warden):
    """Whoever wants exhibits has everything run."""
    whole, options = first("right"), replace(OPTIONS, exhibits=True)
    submission = Submission("nn.py", REFERENCE.encode())
    earlier = Earlier(whole, ids(whole))
    grading = examine(submission, options, warden=warden, earlier=earlier)
    assert grading.exhibits is not None
    assert not grading.partly


def test_the_training_is_recalled_as_a_whole(first):
    """The accuracy is of the run that it was found in: of two checks that train, both or none."""
    whole = first("right")
    one = next(o for o in whole.outcomes if o.id == "training::training")
    two = moved(whole, outcomes=(*whole.outcomes, msgspec.structs.replace(one, id="training::b")))
    assert Earlier(two, ids(two)).recalled().keys() == ids(two)
    assert Earlier(two, ids(two) - {"training::b"}).recalled().keys() == ids(whole) - {one.id}


def moved(judgement, **changes):
    """The judgement, with some fields changed."""
    return msgspec.structs.replace(judgement, **changes)


def test_when_it_does_not_stand(first):
    """Other walls, another order, a check more or less in a part that fails: judge it all."""
    whole = first("scalar db1")
    earlier = Earlier(whole, ids(whole))
    assert stands(earlier, whole)
    assert not stands(earlier, moved(whole, layers={}))
    assert not stands(earlier, moved(whole, fault="a fault"))
    assert not stands(earlier, moved(whole, outcomes=whole.outcomes[::-1]))
    passed = [o for o in whole.outcomes if o.status is Status.PASSED and o.method == "softmax"][-1]
    failed = next(o for o in whole.outcomes if o.status is Status.FAILED)
    for one, bears in ((passed, True), (failed, False)):
        fewer = moved(whole, outcomes=tuple(o for o in whole.outcomes if o != one))
        assert stands(earlier, fewer) is bears
        assert stands(Earlier(fewer, ids(fewer)), whole) is bears


def test_the_first_check_of_a_part_has_a_say(first):
    """From its first check on a part counts as judged; so that one may not come or go unnoticed."""
    whole = first("right")
    one = next(o for o in whole.outcomes if o.method == "softmax")
    fewer = moved(whole, outcomes=tuple(o for o in whole.outcomes if o != one))
    assert not stands(Earlier(whole, ids(whole)), fewer)


def test_who_calls_what_is_missing_has_a_say(first):
    """Whether an optional part that is not there was called decides what it costs."""
    whole = first("right")
    missing = tuple(
        msgspec.structs.replace(o, status=Status.MISSING) if o.method == "one_hot" else o
        for o in whole.outcomes
    )
    judged = moved(whole, outcomes=missing)
    assert stands(Earlier(judged, ids(judged)), judged)
    assert not stands(Earlier(judged, ids(judged)), moved(judged, asked=frozenset({"one_hot"})))


def test_a_worker_that_cannot_be_run_is_our_fault(monkeypatch, first):
    """The second look at a submission may fail as the first may: not graded, with the reason."""

    def broken(*_):
        raise SandboxError("no more processes")

    monkeypatch.setattr("grader.grade.judging", broken)
    whole = first("right")
    grading = examine(Submission("nn.py", b""), OPTIONS, earlier=Earlier(whole, ids(whole)))
    assert grading.judgement is None
    assert "no more processes" in grading.report.reason
