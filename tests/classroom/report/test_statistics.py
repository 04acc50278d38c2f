"""Statistics of a class, against hand-made and SciPy's numbers."""

import numpy as np
import pytest
from support.hand_made import check
from support.reports import bare, finding, partial, perfect

from grader.classroom.report.statistics import (
    checks,
    histogram,
    methods,
    point_biserial,
    spread,
)
from grader.report import MethodResult, MethodStatus, Status


def test_point_biserial_by_hand():
    """Two of four pass, with 8 and 6 elsewhere against 4 and 2: r is 2 / sqrt(5)."""
    # M1 = 7, M0 = 3, s = sqrt((9 + 1 + 1 + 9) / 4) = sqrt(5), sqrt(p (1 - p)) = 1/2
    assert point_biserial([True, True, False, False], [8, 6, 4, 2]) == pytest.approx(2 / 5**0.5)


@pytest.mark.parametrize("seed", range(5))
def test_point_biserial_is_scipys(seed):
    """It is what SciPy calls pointbiserialr, and the correlation of NumPy."""
    stats = pytest.importorskip("scipy.stats", reason="pip install -e '.[test]'")
    dice = np.random.default_rng(seed)
    passed = dice.random(40) < 0.3 + 0.1 * seed
    rest = dice.normal(50, 20, 40)
    found = point_biserial(passed.tolist(), rest.tolist())
    assert found == pytest.approx(stats.pointbiserialr(passed, rest).statistic)
    assert found == pytest.approx(np.corrcoef(passed, rest)[0, 1])


@pytest.mark.parametrize(
    ("passed", "rest"),
    [
        ([], []),
        ([True], [5.0]),
        ([True, True], [1.0, 2.0]),
        ([False, False], [1.0, 2.0]),
        ([True, False], [3.3, 3.3]),
    ],
    ids=["nobody", "one", "all pass", "none passes", "equal rests"],
)
def test_point_biserial_undefined(passed, rest):
    """Where all pass, none does, or all rests are equal there is no number."""
    assert point_biserial(passed, rest) is None


def test_point_biserial_stays_within_one():
    """Rounding never takes it beyond 1."""
    rest = [0.1 + 0.2] * 3 + [0.0] * 3
    found = point_biserial([True] * 3 + [False] * 3, rest)
    assert 1 - 1e-12 < found <= 1


def test_spread_is_numpys():
    """Mean, deviation and quartiles are NumPy's."""
    numbers = [3.0, 99.5, 41.0, 41.0, 77.25, 0.0, 100.0]
    found = spread(numbers)
    assert (found.lower, found.median, found.upper) == tuple(np.percentile(numbers, [25, 50, 75]))
    assert found.mean == pytest.approx(np.mean(numbers))
    assert found.deviation == pytest.approx(np.std(numbers))
    assert (found.n, found.low, found.high) == (7, 0.0, 100.0)


def test_spread_of_none_and_of_one():
    """Nobody has no spread; one student is every quartile."""
    assert spread([]) is None
    one = spread([42.0])
    assert (one.low, one.lower, one.median, one.upper, one.high) == (42.0,) * 5
    assert one.deviation == 0


def test_histogram_is_numpys():
    """Ends belong where NumPy puts them, the highest score to the last part."""
    scores = [0, 9.99, 10, 50, 89.99, 90, 99, 100, 100]
    assert histogram(scores, 100) == tuple(np.histogram(scores, bins=10, range=(0, 100))[0])


def test_histogram_keeps_everybody():
    """What lies outside is counted at the end where it lies."""
    assert histogram([-3, 250], 100) == (1, *[0] * 8, 1)


def graded(*made, score):
    """A Report with this score."""
    mine = sum(one.points for one in made)
    status = MethodStatus.PASSED if mine == 5 else MethodStatus.FAILED
    return bare(made, [MethodResult("softmax", status, mine, 5.0, own_merit=False)], score=score)


PASS = check("softmax", Status.PASSED, points=5.0)
FAIL = check("softmax")


def test_checks_are_held_against_the_rest():
    """The item's own points are taken away before: here only those are what tells the two apart."""
    reports = [graded(PASS, score=25), graded(FAIL, score=20)]
    (item,) = checks(reports)
    assert (item.asked, item.passed, item.difficulty) == (2, 1, 0.5)
    assert item.discrimination is None
    assert methods(reports)[0].discrimination is None
    reports = [graded(PASS, score=65), graded(FAIL, score=20)]
    assert checks(reports)[0].discrimination == pytest.approx(1)
    assert methods(reports)[0].discrimination == pytest.approx(1)


def test_left_out_is_not_asked():
    """A check of what may be left out, and was, counts neither as passed nor as failed."""
    items = {item.id: item for item in checks([partial(), perfect()])}
    assert items["one_hot::check1"].asked == 1
    names = {item.method: item for item in methods([partial(), perfect()])}
    assert names["one_hot"].asked == 1
    assert names["softmax"].asked == 2


def test_nobody_asked():
    """Where nobody was asked there is no difficulty, and no division by nothing."""
    skipped = finding("one_hot", 1, Status.SKIPPED)
    (item,) = checks([bare([skipped], [])])
    assert item.difficulty is None
    assert item.discrimination is None


def test_nobody():
    """A class of nobody has no items."""
    assert checks([]) == methods([]) == ()
