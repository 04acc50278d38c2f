"""What submissions have in common."""

from support.hand_made import check, report
from support.reports import perfect

from grader.classroom.report.patterns import clusters, misconceptions

AXIS = check("softmax", named="axis", name="a")
AXIS_TOO = check("softmax", named="axis", name="b")
SUM = check("backward_propagation", named="sum", name="c")
PLAIN = check("backward_propagation", name="c")


def test_a_submission_counts_once():
    """Two checks with one diagnosis are one misconception of one submission."""
    (found,) = misconceptions({"ada": report(AXIS, AXIS_TOO)})
    assert (found.id, found.method, found.hint) == ("axis", "softmax", "A hint.")
    assert found.keys == ("ada",)


def test_the_most_frequent_first():
    """They are ordered by how many have them, whatever the order of the reports."""
    reports = {"eve": report(SUM), "ben": report(AXIS, SUM), "ada": report(SUM)}
    assert [(one.id, one.keys) for one in misconceptions(reports)] == [
        ("sum", ("ada", "ben", "eve")),
        ("axis", ("ben",)),
    ]
    assert misconceptions(dict(sorted(reports.items()))) == misconceptions(reports)


def test_a_cluster_is_the_same_checks_with_the_same_diagnoses():
    """Another diagnosis is another cluster, and who is alone is in none."""
    reports = {
        "ada": report(AXIS, SUM),
        "ben": report(SUM, AXIS),
        "eve": report(AXIS, PLAIN),
        "kim": report(AXIS),
    }
    (found,) = clusters(reports)
    assert found.keys == ("ada", "ben")
    assert len(found.findings) == 2


def test_who_fails_nothing_is_no_cluster():
    """A class in which all is right has neither."""
    reports = {"ada": perfect(), "ben": perfect()}
    assert clusters(reports) == misconceptions(reports) == ()
