"""grader gradebook: the results of a batch on a platform's sheets."""

import csv
import io

import msgspec
import pytest
from support.reports import partial, perfect

from grader.classroom import results, standing
from grader.classroom.records import Person
from grader.classroom.sheets import GradebookCommand
from grader.exits import BELOW, OK, USAGE

MOODLE = (
    "Identifier,Full name,Email address,Grade,Maximum Grade,Last modified (grade),"
    "Feedback comments\r\n"
    "Participant 1,Ada Lovelace,ada@x.org,,100.00,-,\r\n"
    "Participant 3,Kim Park,kim@x.org,,100.00,-,\r\n"
)
CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,NN (77),Other (78)\nLovelace,1,a,ada,,,5\n"


@pytest.fixture
def graded(tmp_path):
    """DIR of a class of two, of whom one is half right."""
    members = []
    for key, name, report in (("ada", "Ada Lovelace", perfect()), ("ben", "Ben Ott", partial())):
        results.write(tmp_path, key, report)
        person = Person(id=f"{len(members) + 1}", name=name, email=f"{key}@x.org", login=key)
        sha = report.submission.sha256
        members.append(
            standing.Member(key, (person,), sha, None, None, late=False, attempt=1, note="")
        )
    layout = "Moodle download"
    made = standing.Standing(standing.SCHEMA, "1", "2", layout, tuple(members), ())
    standing.write(tmp_path, made)
    return tmp_path


def lines(path):
    """The rows of a sheet."""
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def test_moodle(graded, capsys):
    """Whom the sheet has gets a grade, the others are listed: exit 1; the own file stays."""
    sheet = graded / "sheet.csv"
    sheet.write_bytes(MOODLE.encode())
    assert GradebookCommand(graded, moodle=sheet).run() == BELOW
    found = lines(graded / "moodle.csv")
    assert (found[1][3], found[2][3]) == ("100", "")
    assert "Ben Ott" in capsys.readouterr().out
    assert sheet.read_bytes() == MOODLE.encode()


def test_canvas(graded):
    """One column of the instructor's export is filled in, the other stays."""
    sheet = graded / "sheet.csv"
    sheet.write_text(CANVAS, "utf-8")
    assert GradebookCommand(graded, canvas=sheet, assignment="77").run() == BELOW
    assert lines(graded / "canvas.csv")[1] == ["Lovelace", "1", "a", "ada", "", "100", "5"]


def test_canvas_anew(graded):
    """A new sheet has everybody; numbers that are not Canvas's own stand as the school's."""
    assert GradebookCommand(graded, canvas_new="NN (77)", gradescope=True).run() == OK
    found = lines(graded / "canvas.csv")
    assert found[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "NN (77)"]
    assert found[2] == ["Ada Lovelace", "", "1", "ada", "", "100"]
    assert len(lines(graded / "gradescope.csv")) == 3
    current = standing.read(graded)
    standing.write(graded, msgspec.structs.replace(current, layout="Canvas download"))
    assert GradebookCommand(graded, canvas_new="NN").run() == OK
    assert lines(graded / "canvas.csv")[2][1:3] == ["1", ""]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "name a sheet"),
        ({"canvas_new": "NN", "assignment": "NN"}, "--assignment"),
        ({"canvas_new": "NN", "canvas": "sheet.csv"}, "--canvas-new"),
        ({"moodle": "nowhere.csv"}, "nowhere.csv"),
        ({"roster": "nowhere.csv", "gradescope": True}, "nowhere.csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_mistakes_of_the_call(graded, options, says, capsys):
    """What cannot be meant is told, exit 2, and no sheet is written."""
    options = {
        name: graded / value if str(value).endswith(".csv") else value
        for name, value in options.items()
    }
    assert GradebookCommand(graded, **options).run() == USAGE
    assert says in " ".join(capsys.readouterr().err.split())
    assert list(graded.glob("*.csv")) == []


def test_a_folder_without_results(tmp_path, capsys):
    """A folder that no batch has written: exit 2, and how to make results."""
    assert GradebookCommand(tmp_path, gradescope=True).run() == USAGE
    assert "grader batch" in " ".join(capsys.readouterr().err.split())


def test_one_bad_sheet_spoils_no_other(graded):
    """Of several sheets none is written if one cannot be."""
    options = {"moodle": graded / "nowhere.csv", "canvas_new": "NN"}
    assert GradebookCommand(graded, **options).run() == USAGE
    assert list(graded.glob("*.csv")) == []
