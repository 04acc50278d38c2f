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


def test_other_digits_touch_what_trains():
    """Data and budget of the training belong to the checks that ask for `exam`, and no others."""
    assert changed(training="other") == {"helper::two"}


def test_every_check_has_a_digest():
    """The grader's own checks: each has one, and the training's alone depend on the digits."""
    one, other = digests(TEXTS, "one"), digests(TEXTS, "other")
    assert one.keys() == check_ids()
    assert {name for name in one if one[name] != other[name]} == {"training::training"}
    assert len(set(one.values())) == len(one)
