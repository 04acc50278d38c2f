"""Right programs in other people's styles: none loses a point. `grader selftest` tries them all."""

import pytest
from support.files import REFERENCE

from grader.solution import load_styles

STYLES = {style.name: style for style in load_styles()}

QUICK = (
    "softmax: not stabilised",
    "forward: returns a tuple",
    "descent: alpha and iterations",
    "constructor: n_x, n_h, n_y, lr",
    "notebook",
)


@pytest.mark.parametrize("name", QUICK)
def test_a_style_costs_nothing(grade_text, name):
    """A right program earns every point, whatever its style; an unstable softmax pays for that."""
    style = STYLES[name]
    report = grade_text(style.apply(REFERENCE))
    assert report.status == "graded", report.reason
    lost = {check.id: check.message for check in report.checks if check.points < check.max_points}
    assert set(lost) == style.costs, lost
    kept = 100 - sum(check.max_points for check in report.checks if check.id in style.costs)
    assert report.score == pytest.approx(kept)


def test_styles_differ():
    """There are a hundred styles; no two make the same program, and none makes the reference."""
    programs = {style.apply(REFERENCE) for style in load_styles()}
    assert len(programs | {REFERENCE.encode()}) == len(load_styles()) + 1 > 100
    assert len(STYLES) == len(load_styles())


def test_a_style_that_does_not_apply_says_why():
    """A style whose text the reference does not hold raises, and names the text."""
    with pytest.raises(ValueError, match=r"softmax: not stabilised: 'E = np\.exp"):
        STYLES["softmax: not stabilised"].apply(REFERENCE.replace("E = np.exp(", "E = exp("))
