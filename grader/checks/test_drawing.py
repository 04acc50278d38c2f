"""show_predictions, which is given: worth no points, but it should draw."""

import pytest

from grader.checks.cases import make_case


@pytest.mark.check("show_predictions", points=0)
def test_show_predictions(student, assigned):
    """show_predictions draws samples with their labels."""
    case = make_case(assigned, assigned.output_size + 2, seed=1)
    student.network(case.parameters).show_predictions(case.X, case.y, 2)
