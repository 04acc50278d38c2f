"""What of the checks runs again after an edit: that check, and whatever could be touched by it."""

import pytest

from grader.classroom.checks import digests
from grader.classroom.fingerprint import TEXTS
from grader.running import check_ids

HELPER = '''"""A file of checks."""
import pytest

LIMIT = 1


@pytest.mark.check("ReLU", points=1)
def test_one(student):
    """One."""
    assert student.ReLU(LIMIT)


@pytest.mark.check("ReLU", points=1)
def test_two(student, exam):
    """Two."""
'''
USER = '''from grader.checks.test_helper import LIMIT


def test_three(student):
    """Three."""
'''
FILES = {"test_helper": HELPER, "test_user": USER}


def changed(old="", new="", *, file="test_helper", training="t"):
    """Which checks have another digest after an edit."""
    before = digests(FILES, "t")
    after = digests(FILES | {file: FILES[file].replace(old, new, 1)}, training)
    assert before.keys() == {"helper::one", "helper::two", "user::three"}
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("student.ReLU(LIMIT)", "student.ReLU(2)", {"helper::one", "user::three"}),
        ("points=1", "points=2", {"helper::one", "user::three"}),
        ("LIMIT = 1", "LIMIT = 2", {"helper::one", "helper::two", "user::three"}),
        ("test_one", "test_four", {"helper::one", "helper::four", "user::three"}),
    ],
)
def test_an_edit_touches_its_check(old, new, runs):
    """A check's own text touches it and whoever imports its file; what is shared touches all."""
    assert changed(old, new) == runs


def test_an_edit_of_another_file_touches_nothing_here():
    """Nobody imports test_user."""
    assert changed("Three.", "Four.", file="test_user") == {"user::three"}


BASE = "WIDTH = 1\n"
OVER = "from grader.checks.test_base import WIDTH\n"
TOP = """from grader.checks.test_over import WIDTH


def test_a(student):
    \"\"\"A.\"\"\"


def test_b(student):
    \"\"\"B.\"\"\"
    test_a(student)


def test_c(student):
    \"\"\"C.\"\"\"
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "runs"),
    [
        ("test_base", "1", "2", {"top::a", "top::b", "top::c"}),
        ("test_base", "1", "1  # of exam", {"top::a", "top::b", "top::c"}),
        ("test_top", "A.", "Other.", {"top::a", "top::b"}),
        ("test_top", "C.", "Other.", {"top::b", "top::c"}),
    ],
)
def test_an_edit_touches_whoever_reaches_it(file, old, new, runs):
    """Through another file, or by calling another check, whose whole file then counts."""
    files = {"test_base": BASE, "test_over": OVER, "test_top": TOP}
    before, after = digests(files, "t"), digests(files | {file: files[file].replace(old, new)}, "t")
    assert {name for name in before if before[name] != after[name]} == runs


def test_training_reaches_through_a_file():
    """Who names a file that asks for the training depends on it, too."""
    files = {"test_base": "def lesson(exam): pass\n", "test_over": OVER, "test_top": TOP}
    one, other = digests(files, "one"), digests(files, "other")
    assert all(one[name] != other[name] for name in one)


def test_line_ends_of_other_kinds_shift_nothing():
    """A form feed in a text is no line of Python's."""
    files = {"test_top": "SHAPE = '\f\x85\u2028'\n" + TOP}
    edited = {"test_top": files["test_top"].replace("C.", "D.")}
    one, other = digests(files, "t"), digests(edited, "t")
    assert one["top::a"] == other["top::a"] != one["top::c"]


def test_other_digits_touch_what_trains():
    """Data and budget of the training belong to whoever asks for `exam`, or names such a file."""
    assert changed(training="other") == {"helper::two", "user::three"}


def test_every_check_has_a_digest():
    """The grader's own checks: each has one, and the training's alone depend on the digits."""
    one, other = digests(TEXTS, "one"), digests(TEXTS, "other")
    assert one.keys() == check_ids()
    assert {name for name in one if one[name] != other[name]} == {"training::training"}
    assert len(set(one.values())) == len(one)
