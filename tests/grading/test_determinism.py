"""The same file, the same seed: the same score and the same findings."""

import pytest
from support.files import REFERENCE

from reference.misconceptions import catalogue

WRONG = "no-mask", "as-tall-as-the-batch", "a-step-short"


def verdict(report):
    """What must not change: score, points, statuses and messages."""
    return report.score, [(c.id, c.status, c.points, c.message) for c in report.checks]


def wrong_in_three_methods():
    """The reference with three mistakes."""
    text = REFERENCE
    for entry in catalogue():
        if entry.id in WRONG:
            text = entry.apply(text)
    return text


@pytest.mark.slow
def test_twenty_gradings_agree(grade_text):
    """Twenty gradings of one wrong file give one verdict, word for word."""
    text = wrong_in_three_methods()
    first = verdict(grade_text(text))
    for _ in range(19):
        assert verdict(grade_text(text)) == first


@pytest.mark.slow
@pytest.mark.parametrize("text", [REFERENCE, wrong_in_three_methods()], ids=["right", "wrong"])
def test_seeds_do_not_change_the_verdict(grade_text, text):
    """Ten other seeds give other cases and the same points."""
    scores = {
        (report.score, tuple(c.status for c in report.checks))
        for report in (grade_text(text, seed=seed) for seed in range(10))
    }
    assert len(scores) == 1
