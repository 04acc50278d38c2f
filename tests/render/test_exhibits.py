"""What is gathered to be looked at: the truth, of the exam's own numbers, or nothing."""

from contextlib import contextmanager
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from support.files import REFERENCE

from grader import rubric
from grader.assignment import PARAMETERS
from grader.exhibits import gradients, training
from grader.exhibits.gather import Judged, gather
from grader.exhibits.training import RIGHT, WRONG, halves
from grader.grade import examine
from grader.judging import judging
from grader.network import Network
from grader.options import Options
from grader.report import Outcome, Status
from grader.submission import Submission

ITERS, IMAGES = 12, 200
RULES = msgspec.structs.replace(rubric.load(), examples=2)
QUICK = msgspec.structs.replace(RULES.profile("quick"), iters=ITERS, train_size=IMAGES)
RULES = msgspec.structs.replace(RULES, profiles={"quick": QUICK})
OPTIONS = Options(RULES, profile="quick", seed=5, data="digits")
STEP = "for _ in range(iters):"
BACKWARD = "m = X.shape[1]\n        dZ2"


@contextmanager
def opened(warden, text):
    """A submission with its worker, of which nothing has been checked."""
    with judging(Submission("nn.py", text.encode()), OPTIONS, warden=warden) as judged:
        yield judged


def right(judged):
    """The reference's parameters after the exam."""
    exam = judged.exam
    network = judged.reference.NN(*exam.parameters["W1"].shape[::-1], len(exam.labels))
    network.learning_rate = exam.learning_rate
    for name, value in exam.parameters.items():
        setattr(network, name, value)
    network.gradient_descent(exam.X_train, exam.y_train, exam.iters)
    return {name: getattr(network, name) for name in PARAMETERS}


def failed(name, status=Status.FAILED, method="backward_propagation"):
    """The outcome of a check that failed."""
    return Outcome(f"backward::{name}", method, "A title.", status, 1)


def gathered(judged, outcomes=(), trained=None, stubs=(), called=()):
    """The exhibits, as if the checks had ended so."""
    recorded = (trained, frozenset(stubs), frozenset(called)) if trained else None
    return gather(
        Judged(b"", judged.student, judged.reference, judged.exam, tuple(outcomes), recorded)
    )


@pytest.mark.parametrize("iters", [1, 2, 3, 40, 100, 999])
def test_halves_cost_less_than_the_training(iters):
    """All points of the course together take fewer steps than the training itself."""
    found = halves(iters)
    assert sum(found) < iters
    assert list(found) == sorted(set(found))
    assert all(0 < steps < iters for steps in found)


def test_a_right_file(warden):
    """Its course is the reference's at every step, and ends with what the training check got."""
    with opened(warden, REFERENCE) as judged:
        trained = right(judged)
        shown = gathered(judged, trained=trained)
        found = shown.training
        accuracy = judged.exam.accuracy({n: training.Got(v, n, "") for n, v in trained.items()})
    assert not shown.gradients
    assert [p.steps for p in found.course.student] == [0, 1, 3, 6, 12]
    for mine, its in zip(found.course.student, found.course.reference, strict=True):
        assert mine.steps == its.steps
        assert mine.loss == pytest.approx(its.loss, rel=1e-6)
        assert mine.accuracy == pytest.approx(its.accuracy, abs=0.003)
    assert found.course.student[0].loss == pytest.approx(np.log(10), abs=0.05)
    assert found.course.student[-1].accuracy == accuracy
    assert np.trace(found.confusion) / found.confusion.sum() == pytest.approx(accuracy)


def test_digits_are_as_they_were(warden):
    """On the sheet pixels and labels are in order again, and wrong ones come first."""
    with opened(warden, REFERENCE) as judged:
        found = gathered(judged, trained=right(judged)).training
        data = judged.dataset
    assert (data.x_test[0].shape, len(found.digits)) == ((28, 28), WRONG + RIGHT)
    wrong = [digit.actual != digit.predicted for digit in found.digits]
    assert wrong == [True] * WRONG + [False] * RIGHT
    images = data.x_test.astype(float)
    for digit in found.digits:
        scaled = 255 * (images - images.min((1, 2), keepdims=True))
        scaled /= np.ptp(images, axis=(1, 2))[:, None, None]
        same = np.abs(scaled - digit.pixels).max(axis=(1, 2)) <= 1
        assert digit.actual in set(data.y_test[same])
    actual = np.bincount(data.y_test, minlength=10)
    assert found.confusion.sum(axis=1).tolist() == actual.tolist()


@pytest.mark.parametrize(
    "body",
    [
        "[0 for _ in iter(int, 1)]",
        "import os; os._exit(3)",
        "raise ValueError(0)",
        "return self.W9",
    ],
    ids=["hang", "crash", "exception", "attribute"],
)
def test_a_course_that_fails(body, warden, monkeypatch):
    """A training that hangs, crashes or raises the second time costs the course, and no more."""
    monkeypatch.setattr(training, "COURSE_S", 0.5)
    with opened(warden, REFERENCE.replace(STEP, f"if iters > 1: {body}\n        {STEP}")) as judged:
        found = gathered(judged, [failed("dW1")], right(judged)).training
    assert found.course is None
    assert found.confusion is not None
    assert found.digits


def test_after_a_hang_nothing_more_is_asked(warden, monkeypatch):
    """What has hung once is asked for nothing else: the gradients are left out too."""
    monkeypatch.setattr(training, "COURSE_S", 0.5)
    text = REFERENCE.replace(BACKWARD, f"X = 2 * X\n        {BACKWARD}")
    with opened(warden, text) as judged:
        assert gathered(judged, [failed("dW1")]).gradients
    with opened(warden, text.replace(STEP, f"while True: pass\n        {STEP}")) as judged:
        shown = gathered(judged, [failed("dW1")], right(judged))
    assert not shown.gradients


def test_no_numbers(warden):
    """Trained parameters that are no numbers, or none at all, leave nothing to look at."""
    with opened(warden, REFERENCE) as judged:
        trained = right(judged)
        assert gathered(judged).training is None
        assert gathered(judged, trained={**trained, "b2": trained["b2"] * np.nan}).training is None
        assert gathered(judged, trained={**trained, "b2": trained["b2"][:3]}).training is None


def test_a_course_without_numbers(warden):
    """Points whose loss is no number are left out of the course, and it ends where it did."""
    bad = f"self.W2 = self.W2 * (np.nan if iters == 6 else 1)\n        {STEP}"
    with opened(warden, REFERENCE.replace(STEP, bad)) as judged:
        course = gathered(judged, trained=right(judged)).training.course
    assert [point.steps for point in course.student] == [0, 1, 3, 12]


def test_a_long_training_is_not_repeated(warden, monkeypatch):
    """Where the training takes minutes only its ends are shown, and the reference not at all."""
    monkeypatch.setattr(training, "LONG", 100)
    with opened(warden, REFERENCE.replace(STEP, f"raise OSError\n        {STEP}")) as judged:
        course = gathered(judged, trained=right(judged)).training.course
    assert [point.steps for point in course.student] == [0, 12]
    assert course.reference == ()


def test_with_parts_made_right(warden):
    """A course is followed with the parts replaced that were replaced in the check."""
    broken = REFERENCE.replace("E / E.sum(axis=0, keepdims=True)", "0 * E")
    with opened(warden, broken) as judged:
        found = gathered(judged, (), right(judged), {"softmax"}, {"softmax"}).training
        lame = gathered(judged, (), right(judged)).training
    assert (found.made_right, found.called) == (("softmax",), ("softmax",))
    losses = [[point.loss for point in course.student] for course in (found.course, lame.course)]
    assert losses[0] == pytest.approx([point.loss for point in found.course.reference], rel=1e-6)
    assert losses[1][1] != pytest.approx(losses[0][1], rel=1e-6)


MISTAKES = {
    "twice": ("self.dW1 = dZ1 @ X.T", "self.dW1 = 2 * dZ1 @ X.T", "dW1", "2 times"),
    "no mask": (" * (self.Z1 > 0)", "", "dW1", "Z1 <= 0"),
    "scalar": (
        "self.db1 = dZ1.sum(axis=1, keepdims=True)",
        "self.db1 = dZ1.sum()",
        "db1",
        "single",
    ),
    "m": (" / m", "", "db2", "7 times"),
    "last class": ("[:, y]", "[:, y] * (y.max() < self.output_size - 1)", "dW2", "expected"),
}


@pytest.mark.parametrize("which", MISTAKES)
def test_a_wrong_gradient(which, warden):
    """A gradient whose check failed is shown on a small case, with what is wrong in words."""
    old, new, name, says = MISTAKES[which]
    assert REFERENCE.count(old) == 1
    with opened(warden, REFERENCE.replace(old, new)) as judged:
        (shown,) = gathered(judged, [failed(name), failed("shapes")]).gradients
    assert (shown.name, shown.check) == (name, f"backward::{name}")
    assert says in shown.told
    if which == "scalar":
        assert (shown.error, shown.shape, shown.got.shape) == (None, (), (1, 1))
    else:
        assert np.array_equal(shown.got - shown.want, shown.error)
        assert np.abs(shown.error).max() > 1e-3


@pytest.mark.parametrize(
    "value",
    ["None", "'a'", "np.nan * self.dW1", "np.zeros((50, 50))", "np.zeros((2, 2, 2))", "1e999"],
)
def test_a_gradient_that_cannot_be_drawn(value, warden):
    """What is no small array of finite numbers is left out; the others are shown."""
    text = REFERENCE.replace("self.db1 = dZ1.sum(axis=1, keepdims=True)", f"self.dW1 = {value}")
    text = text.replace("self.db2 = dZ2", "self.db2 = 3 * dZ2")
    with opened(warden, text) as judged:
        shown = gathered(judged, [failed("dW1"), failed("db2")]).gradients
    assert [gradient.name for gradient in shown] == ["db2"]


def test_gradients_that_are_not_shown(warden):
    """None whose check did not fail, none that is right, none after an exception."""
    raising = REFERENCE.replace(BACKWARD, f"raise ValueError\n        {BACKWARD}")
    for text, outcomes in (
        (REFERENCE.replace(" / m", ""), [failed("shapes"), failed("dW1", Status.RAISED)]),
        (REFERENCE, [failed("dW1"), failed("db1")]),
        (raising, [failed("dW1")]),
    ):
        with opened(warden, text) as judged:
            assert not gathered(judged, outcomes).gradients


def test_gradients_with_parts_made_right(warden):
    """Where what backward_propagation calls is faulty, the maps show its own fault alone."""
    text = REFERENCE.replace("np.maximum(0, Z)", "Z").replace("self.db2 = ", "self.db2 = 3 * ")
    relu = Outcome("activations::relu", "ReLU", "A title.", Status.FAILED, 1)
    loss = Outcome("loss::x", "cross_entropy_loss", "A title.", Status.MISSING, 1)
    with opened(warden, text) as judged:
        outcomes = [failed("db2"), failed("dW2")]
        assert [g.name for g in gathered(judged, outcomes).gradients] == ["dW2", "db2"]
        (shown,) = gathered(judged, [relu, loss, *outcomes]).gradients
    assert "3 times" in shown.told
    assert (shown.made_right, shown.called) == (("ReLU",), ())


def test_the_cases_are_what_they_say():
    """All sizes of a case differ, and every hidden unit is off for some samples, on for others."""
    for case in gradients.cases():
        n = case.sizes
        sizes = {n.input_size, n.hidden_size, n.output_size, case.X.shape[1]}
        assert len(sizes) == 4
        Z1 = case.parameters["W1"] @ case.X + case.parameters["b1"]
        assert (Z1 < 0).any(axis=1).all()
        assert (Z1 > 0).any(axis=1).all()
        assert (case.X.round(2) == case.X).all()


def test_a_file_that_does_not_load(warden):
    """Of a file with a syntax error there is its text."""
    with opened(warden, "def") as judged:
        shown = gathered(judged)
    assert (shown.training, shown.gradients) == (None, ())


def test_gathering_never_fails(warden, monkeypatch):
    """A fault of the grader's in here, or of the machine's, leaves out a picture and no more."""
    for error in (MemoryError(), ZeroDivisionError()):

        def broken(*_, error=error):
            raise error

        monkeypatch.setattr(Network, "backward_propagation", broken)
        monkeypatch.setattr(training, "marked", broken)
        with opened(warden, REFERENCE) as judged:
            shown = gathered(judged, [failed("dW1")], right(judged))
        assert (shown.training, shown.gradients) == (None, ())


@pytest.mark.slow
def test_exhibits_change_no_verdict(warden):
    """With exhibits and without them the Report is the same, and without there are none."""
    text = REFERENCE.replace(" * (self.Z1 > 0)", "").replace(
        "E.sum(axis=0, keepdims=True)", "E.sum()"
    )
    submission = Submission("nn.py", text.encode())
    found = []
    for wanted in (False, True):
        graded = examine(submission, replace(OPTIONS, exhibits=wanted), warden=warden)
        assert (graded.exhibits is not None) is wanted
        checks = (msgspec.structs.replace(f, duration_s=0.0) for f in graded.report.checks)
        found.append(msgspec.structs.replace(graded.report, checks=tuple(checks), duration_s=0.0))
    assert found[0] == found[1]
    assert graded.exhibits.source == text.encode()
    assert graded.exhibits.training.course
    assert "softmax" in graded.exhibits.training.called
    assert [g.name for g in graded.exhibits.gradients] == ["dW1", "db1"]
