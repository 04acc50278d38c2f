"""The checks against right programs in other people's styles: none of them loses a point."""

import pytest
from support.files import REFERENCE
from support.styles import STYLES

QUICK = {
    "softmax: not stabilised",
    "forward: returns a tuple",
    "descent: alpha and iterations",
    "constructor: n_x, n_h, n_y, lr",
    "notebook",
}


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(style, id=style.name, marks=() if style.name in QUICK else pytest.mark.slow)
        for style in STYLES
    ],
)
def test_a_style_costs_nothing(grade_text, style):
    """A right program earns every point, whatever its style; an unstable softmax pays for that."""
    report = grade_text(style.apply(REFERENCE))
    assert report.status == "graded", report.reason
    lost = {check.id: check.message for check in report.checks if check.points < check.max_points}
    assert set(lost) == style.costs, lost
    kept = 100 - sum(check.max_points for check in report.checks if check.id in style.costs)
    assert report.score == pytest.approx(kept)


def test_styles_differ():
    """No two styles make the same program, and none makes the reference."""
    programs = [style.apply(REFERENCE) for style in STYLES]
    assert len({*programs, REFERENCE}) == len(STYLES) + 1
    assert {style.name for style in STYLES} >= QUICK
