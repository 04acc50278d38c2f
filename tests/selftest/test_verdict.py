"""Verdicts on hand-made Reports: caught, blamed, named, and whose fault."""

from support.hand_made import check, mutant, report

from grader.report import Status
from grader.selftest.programs import Program
from grader.selftest.verdict import judge

PASSED = Status.PASSED


def verdict(program, *checks, **more):
    """The verdict on a program whose grading came to these checks."""
    return judge(program, report(*checks, **more), seconds=1.0)


def test_its_own_method_alone():
    """Points lost in the wrong method and nowhere else: caught and blamed."""
    found = verdict(mutant("ReLU"), check("ReLU"), check("softmax", PASSED))
    assert (found.caught, found.blamed, found.lost) == (True, True, {"ReLU": 5.0})
    assert found.failed == ("ReLU::right",)


def test_a_survivor():
    """No points lost: neither caught nor blamed."""
    found = verdict(mutant("ReLU"), check("ReLU", PASSED), check("softmax", PASSED))
    assert (found.caught, found.blamed, found.lost) == (False, False, {})


def test_another_method_pays():
    """Points lost in another method only: not caught; in both: caught, not blamed, and told."""
    elsewhere = verdict(mutant("ReLU"), check("ReLU", PASSED), check("softmax"))
    assert (elsewhere.caught, elsewhere.blamed) == (False, False)
    both = verdict(mutant("ReLU"), check("ReLU"), check("softmax"))
    assert (both.caught, both.blamed) == (True, False)
    assert both.said == {"softmax::right": "softmax is wrong."}


def test_a_pair():
    """Of two wrong methods both must lose points, and no third."""
    pair = mutant("ReLU", "one_hot", group="pairs", mistakes=("leaky", "too-short"))
    one = verdict(pair, check("ReLU"), check("one_hot", PASSED))
    both = verdict(pair, check("ReLU"), check("one_hot"))
    third = verdict(pair, check("ReLU"), check("one_hot"), check("softmax"))
    assert [(v.caught, v.blamed) for v in (one, both, third)] == [
        (False, False),
        (True, True),
        (True, False),
    ]


def test_training_with_two_of_its_parts_wrong():
    """Two wrong parts of the training excuse it, as the judge says; one does not."""
    lost = (check("forward_propagation"), check("update_params"), check("training"))
    assert verdict(mutant("forward_propagation", "update_params", group="pairs"), *lost).blamed
    alone = verdict(mutant("update_params"), check("update_params"), check("training"))
    assert not alone.blamed


def test_training_with_a_part_that_is_not_there():
    """A part of the training that is as good as not written excuses it; a wrong one does not."""
    absent = (
        check("update_params", Status.MISSING),
        check("update_params", Status.SKIPPED, name="leaves X alone"),
        check("training"),
    )
    assert verdict(mutant("update_params"), *absent).blamed
    partly = (*absent, check("update_params", PASSED, name="moves"))
    assert not verdict(mutant("update_params"), *partly).blamed


def test_named():
    """A mistake is named by its own id in its own method; a mechanical mutant by any."""
    entry = mutant("ReLU", mistakes=("leaky",))
    assert verdict(entry, check("ReLU", named="leaky")).named
    assert not verdict(entry, check("ReLU", named="identity")).named
    assert not verdict(entry, check("ReLU"), check("softmax", named="leaky")).named
    assert not verdict(entry, check("ReLU")).named
    mechanical = mutant("ReLU", group="mechanical")
    assert verdict(mechanical, check("ReLU", named="identity")).named
    assert not verdict(mechanical, check("ReLU")).named


def test_both_of_a_pair_are_named():
    """A pair is named when each mistake is, in its own method."""
    pair = mutant("ReLU", "softmax", group="pairs", mistakes=("leaky", "rows"))
    assert verdict(pair, check("ReLU", named="leaky"), check("softmax", named="rows")).named
    assert not verdict(pair, check("ReLU", named="leaky"), check("softmax")).named


def test_a_method_worth_nothing():
    """Where the rubric gives a method no points, its failing checks count as losing them."""
    worthless = check("ReLU", worth=0.0)
    found = verdict(mutant("ReLU"), worthless, check("softmax", PASSED))
    assert (found.caught, found.blamed, found.lost) == (True, True, {"ReLU": 0.0})
    survived = verdict(mutant("ReLU"), check("ReLU", PASSED, worth=0.0))
    assert not survived.caught
    other = verdict(mutant("softmax"), worthless, check("softmax"))
    assert other.blamed, "a check without points costs nobody any"


def test_a_right_program():
    """A right program that loses a point is caught at it, but for the checks that it may fail."""
    style = Program("a style", "right", (), b"", costs=frozenset({"softmax::stable"}))
    allowed = check("softmax", name="stable")
    assert not verdict(style, allowed, check("ReLU", PASSED)).caught
    punished = verdict(style, allowed, check("ReLU", points=2.0))
    assert punished.caught
    assert (punished.lost, punished.said) == ({"ReLU": 3.0}, {"ReLU::right": "ReLU is wrong."})


def test_no_verdict():
    """What could not be graded is a fault of the grader, with its reason."""
    found = verdict(mutant("ReLU"), check("ReLU", Status.GRADER_ERROR), status="not_graded")
    assert found.fault == "a check broke"
