"""The class report as a page: everybody is on it, once, and all text is text."""

import hashlib
import re
from base64 import b64encode
from xml.etree import ElementTree as ET

import msgspec
import pytest
from support.hand_made import check
from support.hand_made import report as made_of
from support.made_up import book, hostile_row, row
from support.reports import finding, partial, perfect, report

from grader.classroom.gradebook import Row, RowStatus
from grader.classroom.records import Person
from grader.classroom.report.attention import noticed
from grader.classroom.report.page import render
from grader.classroom.report.similarity import Pair, Similar
from grader.classroom.report.view import Class, view
from grader.report import Status

ABSENT = Row(Person(name="Nina"))
UNREAD = Row(Person(name="Ivo"), key="ivo", status=RowStatus.UNREAD, note="no Python file")
CLASSES = {
    "nobody": (),
    "nobody graded": (ABSENT, UNREAD),
    "one": (row("Ada", partial()),),
    "all equal": tuple(row(name, partial()) for name in ("Ada", "Ben", "Eve")),
    "all right": tuple(row(name, perfect()) for name in ("Ada", "Ben")),
    "made up": book(40),
    "hostile": (hostile_row(), hostile_row(), *book(3)),
}


def words(page):
    """What is to be read on a page, tags away."""
    body = page.decode().partition("<body>")[2].partition("<script>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("which", CLASSES)
def test_any_class_is_a_page(which):
    """Every class makes a well-formed page, the same every time, that says for whom it is."""
    given = Class(CLASSES[which], (("junk", "no file"),), "a plain folder", rosters=True)
    page = render(given)
    assert page == render(given)
    text = page.decode()
    assert "For the instructor" in words(page)[:200]
    assert "Hidden checks" in words(page)[:200]
    closed = re.sub(r"<(meta|link|input)\b([^>]*)>", r"<\1\2/>", text.partition("<html")[2])
    closed = closed.replace("&middot;", "·").replace(" hidden>", ">")
    script = re.compile(r"<script>.*?</script>", re.DOTALL)
    ET.fromstring("<html" + script.sub("", closed))  # noqa: S314  our own


def test_the_script_is_the_one_that_the_policy_names():
    """The only script is ours: its digest stands in the policy, and no handler in an attribute."""
    text = render(Class(CLASSES["hostile"])).decode()
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "script-src" not in text.replace(f"script-src 'sha256-{digest}'", "")
    assert not re.search(r"<[^>]+\son\w+=", text)


def test_hostile_text_is_text():
    """What looks like markup is escaped, what cannot be seen is written out or left out."""
    text = render(Class(CLASSES["hostile"])).decode()
    assert "<img" not in text
    assert text.count("<script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not set(text) & set("\x00\x1b\u202e\u2028")


def test_hidden_checks_are_shown():
    """The instructor sees hidden checks, and that they are hidden."""
    assert "Claim 3 about softmax holds. (hidden)" in words(render(Class(book(5))))


def test_a_misconception_counts_people():
    """Both members of a group have it, and a student with two such checks has it once."""
    wrong = made_of(
        check("softmax", named="axis", name="a"), check("softmax", named="axis", name="b")
    )
    pair = [row(name, wrong, key="team", members=2) for name in ("Ada", "Ben")]
    page = view(Class((*pair, row("Eve", wrong))))
    (found,) = page.misconceptions
    assert (found.people, found.names, found.title) == (3, ("Eve", "Ada", "Ben"), "A hint.")
    assert page.clusters[0].people == 3
    assert (page.graded, page.submissions) == (3, 2)
    assert {item.asked for item in page.items} == {2}


def test_the_map_has_a_cell_for_every_method():
    """A method that somebody left out has no points there, and a cell all the same."""
    page = view(Class((row("Ada", partial()), row("Ben", perfect()))))
    assert {len(line.cells) for line in page.lines} == {len(page.methods)}
    at = [name for name, _ in page.methods].index("one_hot")
    ada, ben = (line.cells[at] for line in page.lines)
    assert (ada.step, ben.step, ben.text) == (None, 0, "5")


@pytest.mark.parametrize(
    ("points", "step"), [(8, 0), (7.9, 1), (6, 2), (4, 3), (2, 4), (0.1, 4), (0, 5)]
)
def test_shades(points, step):
    """Nothing lost has no shade, everything lost alone the darkest."""
    check_of = finding("softmax", 1, Status.FAILED, points=points, max_points=8.0)
    page = view(Class((row("Ada", report([check_of])),)))
    at = [name for name, _ in page.methods].index("softmax")
    assert page.lines[0].cells[at].step == step


def titles(*rows, threshold=None, rosters=True, unread=()):
    """The lists that somebody is on, by title."""
    return {one.title: one.lines for one in noticed(rows, unread, threshold, rosters)}


def test_who_is_missing():
    """Missing people are listed where there was a roster; who could not be read, always."""
    found = titles(ABSENT, UNREAD)
    assert found["Nothing handed in"] == (("Nina", "nothing handed in"),)
    assert found["Could not be read"] == (("Ivo [ivo]", "could not be read: no Python file"),)
    assert "Nothing handed in" not in titles(ABSENT, UNREAD, rosters=False)


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (44.99, None),
        (45, "45 points, below"),
        (49.99, "49.99 points, below"),
        (50, "50 points, at or above"),
        (55, "55 points, at or above"),
        (55.01, None),
    ],
)
def test_near_the_threshold(score, said):
    """Within five points of it, on both sides; nobody where there is no threshold."""
    ada = row("Ada", report([], score=score))
    found = titles(ada, threshold=50.0).get("Near the threshold")
    assert found == (None if said is None else (("Ada", said),))
    assert "Near the threshold" not in titles(ada)


def test_at_risk():
    """Stopped calls, thin walls, large files and notes; a note of everybody's is nobody's risk."""
    slow = report([finding("softmax", 1, Status.TIMED_OUT), finding("ReLU", 1, Status.CRASHED)])
    thin = msgspec.structs.replace(perfect().sandbox, level="degraded")
    large = msgspec.structs.replace(perfect().submission, bytes=200 * 1024)
    rows = (
        row("Ada", slow),
        row("Ben", report([], sandbox=thin)),
        row("Eve", report([], submission=large)),
        row("Kim", report([], reason="only functions were loaded")),
        row("Max", perfect()),
    )
    assert titles(*rows)["At risk"] == (
        ("Ada", "timed out in softmax; crashed in ReLU"),
        ("Ben", "degraded sandbox"),
        ("Eve", "a file of 200 kB"),
        ("Kim", "only functions were loaded"),
    )
    same = [row(name, report([], reason="the digits")) for name in ("Ada", "Ben", "Eve")]
    assert "At risk" not in titles(*same)


def test_the_slowest():
    """The ten slowest, the slowest first, a group as one."""
    rows = [row(f"s{at}", report([], duration_s=float(at))) for at in range(12)]
    rows.append(row("Eve", rows[11].report, key="s11"))
    found = titles(*rows)["Slowest"]
    assert len(found) == 10
    assert found[0] == ("s11, Eve", "11.0 s")


def test_similar_submissions_are_named():
    """A pair has both names, and it is said that no points depend on it."""
    rows = (row("Ada", perfect(), key="a"), row("Ben", perfect(), key="b"))
    similar = Similar((Pair("a", "b", 0.934, identical=False),), 1, 2, usual=0.4)
    said = words(render(Class(rows, similar=similar)))
    assert "Ada Ben 93 % similar" in said
    assert "no points depend on it" in said
    assert "usually 40 % similar" in said


def test_without_files_nothing_is_compared():
    """Where the folder keeps no files, that is said instead of "none is similar"."""
    for similar in (None, Similar()):
        said = words(render(Class((row("Ada", perfect()),), similar=similar)))
        assert "no files to compare" in said
        assert "No two are" not in said
