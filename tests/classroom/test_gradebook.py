"""The gradebook: one row a person; no verdict, no points; nothing in it runs in a spreadsheet."""

import msgspec
import pytest
from support import reports
from support.books import book, entry, lines, person

from grader.assignment import GRADED
from grader.classroom import feedback, gradebook, roster
from grader.classroom.gradebook import COLUMNS, RowStatus
from grader.render.seen import seen

POINTS = ("score", "max_score", *GRADED)


def table(rows):
    """The canonical CSV, each line by its headings."""
    headings, *body = lines(gradebook.canonical(rows))
    assert tuple(headings) == COLUMNS
    return [dict(zip(headings, line, strict=True)) for line in body]


@pytest.fixture
def whole():
    """A class in which everything happens."""
    entries = [
        entry("ada", person("Ada", id="1"), late=True),
        entry("pair", person("Li Wu", id="2"), person("Zoe", id="3"), note="the newest of 2"),
        entry("broken", person("Bo", id="4")),
        entry("empty", person("Cy", id="5"), submission=None, problem="no nn.py: a.txt, b.txt"),
        entry("new", person("Di", id="6")),
        entry("jane", person("Jane Doe")),
        entry("stranger", person("Nobody Known", id="99")),
    ]
    names = ("Ada", "Li Wu", "Zoe", "Bo", "Cy", "Di")
    people = [person(name, id=str(i)) for i, name in enumerate(names, 1)]
    people += [person("Jane Doe", id="7"), person("Doe, Jane", id="8"), person("Mia", id="9")]
    made = {key: reports.partial() for key in ("ada", "pair", "jane", "stranger")}
    made["pair"] = reports.hidden()
    made["broken"] = reports.refused()
    return book(entries, people, made)


def test_one_row_a_person(whole):
    """Everybody of the roster and everybody who handed in has one row, members of groups too."""
    found = [(line["name"], line["key"], line["status"]) for line in table(whole)]
    assert found == [
        ("Ada", "ada", "graded"),
        ("Li Wu", "pair", "graded"),
        ("Zoe", "pair", "graded"),
        ("Bo", "broken", "not_graded"),
        ("Cy", "empty", "unread"),
        ("Di", "new", "not_graded"),
        ("Jane Doe", "", "unclear"),
        ("Doe, Jane", "", "unclear"),
        ("Mia", "", "missing"),
        ("Jane Doe", "jane", "graded"),
        ("Nobody Known", "stranger", "graded"),
    ]


def test_no_verdict_no_points(whole):
    """Who is missing, unread or not graded has empty cells for points, and never a 0."""
    for line in table(whole):
        empty = [line[name] == "" for name in POINTS]
        assert all(empty) if line["status"] != "graded" else not empty[0]


def test_points_are_the_reports(whole):
    """Each method has its points; one that was left out, and is worth nothing, has none."""
    ada = table(whole)[0]
    report = reports.partial()
    assert ada["score"] == "94.67"
    assert ada["max_score"] == "100"
    for method in report.methods:
        expected = f"{method.points:g}" if method.max_points else ""
        assert ada[method.name] == expected
    assert ada["one_hot"] == ""


def test_what_else_is_said(whole):
    """Late, flags, reasons and the result file stand in their columns."""
    by_name = {(line["name"], line["key"]): line for line in table(whole)}
    assert by_name["Ada", "ada"]["late"] == "late"
    assert by_name["Ada", "ada"]["result"] == "results/ada.json"
    assert by_name["Zoe", "pair"]["flags"] == "group of 2; timed out"
    assert by_name["Zoe", "pair"]["reason"] == "the newest of 2"
    assert by_name["Bo", "broken"]["reason"] == "the worker could not be run: no memory"
    assert by_name["Cy", "empty"]["reason"] == "no nn.py: a.txt, b.txt"
    assert "may have handed in jane" in by_name["Jane Doe", ""]["reason"]
    assert "same name" in by_name["Jane Doe", "jane"]["reason"]
    assert "not on the roster" in by_name["Nobody Known", "stranger"]["reason"]


def test_only_a_clear_verdict_fills_sheets(whole):
    """In doubt about whose it is, a graded entry is no verdict on anybody."""
    assert [row.verdict is not None for row in whole] == [
        *([True] * 3),
        *([False] * 7),
        True,
    ]
    assert all(row.lacking for row in whole if row.verdict is None)
    assert not any(row.lacking for row in whole if row.verdict is not None)


def test_for_a_spreadsheet():
    """The file has a byte order mark, and no text of it is a formula."""
    evil = '=HYPERLINK("http://x","y")'
    person_ = person(evil, id="-5", email="+a@b", login="@me", section="\t=1")
    entries = [entry("k", person_, note="@SUM(A1)")]
    content = gradebook.canonical(book(entries))
    assert content.startswith(b"\xef\xbb\xbfid,name,")
    (line,) = table(book(entries))
    assert line["name"] == f"'{evil}"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line.values())


def test_names_in_any_script_and_hostile_ones_are_one_cell():
    """Quotes, line breaks, control and half characters break no line; scripts stay as they are."""
    names = [
        'a "b", c',
        "x\r\ny",
        "z\0\x1b[31m\ud800",
        "王伟",
        "נגה כהן",
        "नेहा",
        "🦊" * 9,
        "n" * 999,
    ]
    found = table(book([entry(f"k{i}", person(name)) for i, name in enumerate(names)]))
    shown = [line["name"] for line in found]
    assert shown[:3] == ['a "b", c', "x y", "z[31m"]
    assert shown[3:7] == names[3:7]
    assert len(shown[7]) <= 500


def test_a_gradebook_is_a_roster(tmp_path, whole):
    """The canonical CSV, read as a roster, gives the same people back."""
    path = tmp_path / "gradebook.csv"
    clear = [row for row in whole if row.person.id]
    path.write_bytes(gradebook.canonical(clear))
    assert roster.read(path) == tuple(row.person for row in clear)


def test_the_same_class_gives_the_same_bytes(whole):
    """Nothing of it depends on when or how it was made."""
    assert gradebook.canonical(whole) == gradebook.canonical(whole)


def test_statuses():
    """The words in the column are these."""
    assert {*RowStatus} == {"graded", "not_graded", "missing", "unread", "unclear"}


def test_comment_says_the_score_and_what_is_first():
    """A comment begins with the score; each failing method has one line."""
    said = feedback.comment(reports.partial()).splitlines()
    assert said[0] == "Score 94.67 of 100."
    assert [line for line in said if line.startswith("- ")] == [
        "- softmax: softmax is wrong in case 2."
    ]
    assert feedback.comment(reports.perfect()) == "Score 100 of 100."


@pytest.mark.parametrize("name", reports.REPORTS)
def test_comment_is_for_the_student(name):
    """Whatever the Report, the comment is bounded, shows nothing hidden, and is no formula."""
    report = reports.REPORTS[name]()
    said = feedback.comment(report)
    assert len(said) <= feedback.MOST
    assert not any(secret in said for secret in reports.SECRETS)
    assert not set(said) & set("\r\t\0\x1b\ud800\u202e")
    assert said.startswith(feedback.OURS) if report.graded else said == ""


def test_comment_counts_the_score_that_can_be_seen():
    """The score of a comment is of the visible checks, and it says what the others are worth."""
    said = feedback.comment(reports.hidden()).splitlines()
    assert said[0].startswith(f"Score {seen(reports.hidden()).score:g} of ")
    assert "18 points are for checks that are not shown" in said[1]


def test_a_long_comment_counts_what_it_leaves_out():
    """Of a file in which all is wrong with many words, what finds no place is counted."""
    base = reports.hostile()
    checks = [msgspec.structs.replace(f, message="word " * 200) for f in base.checks]
    said = feedback.comment(msgspec.structs.replace(base, checks=tuple(checks))).splitlines()
    assert said[-1].startswith("- and ")
    assert said[-1].endswith(" more methods")
