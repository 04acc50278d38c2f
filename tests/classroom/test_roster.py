"""Rosters are read whoever made them, and errors say where and what to do."""

import pytest

from grader.classroom import roster
from grader.classroom.records import Person
from grader.errors import UsageError


@pytest.fixture
def read(tmp_path):
    """Reads a text as a roster; `notes` is what was said meanwhile."""

    def run(text, encoding="utf-8", notes=None):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return roster.read(path, (notes if notes is not None else []).append)

    return run


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,NN (12)\n"
    "    Points Possible,,,,,100\n"
    '"Doe, Jane",456,S-1,jdoe,A,\n'
    '"Student, Test",9,,,A,\n'
)
MOODLE = (
    "\ufeffFirst name,Last name,ID number,Email address,Group\r\nJane,Doe,S-1,j@uni.example,A\r\n"
)
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade\n"
    "Participant 456,Jane Doe,jane@uni.example,,,100\n"
)
GRADESCOPE = (
    "First Name,Last Name,SID,Email,Role,Sections\n"
    "Jane,Doe,S-1,jane@uni.example,Student,A\n"
    "Ada,Prof,,ada@uni.example,Instructor,\n"
)
CLASSROOM = '"identifier","github_username","github_id","name"\n"S-1","jdoe","777","Jane Doe"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CANVAS, Person("456", "Doe, Jane", "", "jdoe", "A", ("S-1",))),
        (MOODLE, Person("S-1", "Jane Doe", "j@uni.example", "", "A")),
        (WORKSHEET, Person("456", "Jane Doe", "jane@uni.example")),
        (GRADESCOPE, Person("S-1", "Jane Doe", "jane@uni.example", "", "A")),
        (CLASSROOM, Person("777", "Jane Doe", "", "jdoe", "", ("S-1",))),
        ("name\nJane Doe\n", Person(name="Jane Doe")),
        ("E-Mail-Adresse;Vollständiger Name\nj@u;Jane\n", Person(name="Jane", email="j@u")),
        ("Identifier\njane@uni.example\n", Person(email="jane@uni.example")),
        ('id,name\n="0012",Jane\n', Person("0012", "Jane")),
    ],
    ids=[
        "canvas",
        "moodle",
        "worksheet",
        "gradescope",
        "classroom",
        "plain",
        "german",
        "mail",
        "=",
    ],
)
def test_rosters_of_every_make(read, text, expected):
    """A roster is understood by its headings; staff and lines about nobody are left out."""
    assert read(text) == (expected,)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(read, separator, end):
    """Any usual separator and line end does, and one that a cell holds is text where quoted."""
    cells = [["id", "name"], ["7", f'"Doe{separator} Jane"'], ["", ""], ["8", "Zoë"]]
    text = end.join(separator.join(line) for line in cells)
    assert read(text) == (Person("7", f"Doe{separator} Jane"), Person("8", "Zoë"))


def test_a_line_that_names_the_separator(read):
    """Excel's sep=; is obeyed."""
    assert read("sep=;\nname;note\nJane;a,b,c\n") == (Person(name="Jane"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(read, encoding):
    """Unicode is read in each of its encodings, with a mark or without, and nothing is said."""
    notes = []
    assert read("name,id\nŁukasz 王伟,1\n", encoding, notes) == (Person("1", "Łukasz 王伟"),)
    assert not notes


def test_windows_encoding_is_said(read):
    """What is not Unicode is taken for Windows-1252, and the instructor is told."""
    notes = []
    assert read("name\nJosé\n", "cp1252", notes) == (Person(name="José"),)
    assert len(notes) == 1
    assert "Windows-1252" in notes[0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["is empty"]),
        ("\n\n", ["is empty"]),
        ("Jane Doe,7\nJohn Roe,8\n", ["no column says who", "«Jane Doe»", "name, id, email"]),
        ("name\n", ["no students"]),
        ("id,name\n7,Jane\n,\n , \n8,Doe, Jane\n", ["line 5", "3 cells", "quotes"]),
        ("id,name,note\n7,Jane,x\n,,y\n", ["line 3", "«id», «name»", "fill one of them in"]),
        ('name\nJane\n"Joe\n\n', ["line 3", "close its quotes"]),
        ('name\n"Joe"s\n', ["line 2", "quote"]),
        ("SID,name\n7,Jane\n8,Joe\n7,Zoe\n", ["line 4", "«SID»", "Zoe", "Jane", "line 2"]),
        (b"PK\x03\x04rest", ["spreadsheet", "CSV"]),
        (b"name\nJane\n\x81\x8d\n", ["line 3", "UTF-8"]),
        (b"\xff\xfen\x00a\x00m\x00e\x00\n\x00\x00\xd8a\x00", ["not text"]),
    ],
)
def test_errors_say_where_and_what_to_do(read, text, parts):
    """A mistake in a roster is told with file, line, column and cure."""
    with pytest.raises(UsageError) as caught:
        read(text)
    assert "roster.csv" in str(caught.value)
    for part in parts:
        assert part in str(caught.value)


def test_no_file(tmp_path):
    """A roster that is not there, or is a folder, is a usage error."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="no file"):
            roster.read(path)


def test_the_same_person_twice_is_one(read):
    """Who is in two sections stands on the roster twice and is one person."""
    assert read("id,name,section\n7,Jane,A\n7,Jane,B\n") == (Person("7", "Jane", section="A"),)


def test_two_of_one_name_without_a_number_are_kept_apart(read):
    """Two lines that differ in a mail address are two people."""
    assert len(read("name,email\nJane Doe,a@u\nJane Doe,b@u\n")) == 2
