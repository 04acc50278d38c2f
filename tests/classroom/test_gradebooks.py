"""Sheets of the platforms: points in the right cells, all else as it was, nobody forgotten."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import reports
from support.books import book, entry, lines, person, sheet

from grader.classroom import feedback
from grader.classroom.gradebooks import canvas, github_classroom, gradescope, moodle
from grader.classroom.gradebooks.filling import amount
from grader.errors import UsageError

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW1 (77),NN (1234),Final Score\r\n"
    ",,,,,,Manual Posting,(read only)\r\n"
    '"    Points Possible",,,,,10,50,(read only)\r\n'
    '"Doe, Jane",456,S1,jdoe,A,3,,"50"\r\n'
    '"Öz, Ünal",457,S2,uoz,A,"=4",EX,-1\r\n'
    '"Wei, Li",458,S3,lw,A,5,7,"a ""q"" b"\r\n'
    '"Zed, Zoe",459,S4,zz,A,,12,@x\r\n'
    '"Ray, Ann",460,S5,ra,A,,,\r\n'
    '"Student, Test",9,,,A,,,\r\n'
)

MOODLE = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\r\n"
    'Participant 11,Jane Doe,jane@u,"Submitted for grading - ",,100.00,Yes,"Monday, 1 June",-,\r\n'
    'Participant 12,Ünal Öz,uoz@u,,,100.00,No,-,"Tuesday, 2 June, 9:00","old, words"\r\n'
    'Participant 13,"Li Wei",lw@u,,"7.00",100.00,Yes,-,-,"Score 7 of 100.\n- old"\r\n'
    "Participant 14,Zoe Zed,zz@u,,12.00,100.00,Yes,-,-,\r\n"
    'Participant 15,Ann Ray,ra@u,,,100.00,Yes,-,-,"Well done."\r\n'
)

CLASSROOM = (
    "assignment_name,assignment_url,starter_code_url,github_username,roster_identifier,"
    "student_repository_name,student_repository_url,submission_timestamp,points_awarded,"
    "points_available\n"
    "nn,u,s,jdoe,S1,nn-jdoe,r,2026-06-01,0,0\n"
    "nn,u,s,uoz,S2,nn-uoz,r,,0,0\n"
)


@pytest.fixture
def rows():
    """Jane, Ünal and Li are graded, Ann's grading failed, Zoe handed nothing in, Max is a guest."""
    people = [
        person("Doe, Jane", id="456", login="jdoe", section="A", also=("S1",)),
        person("Öz, Ünal", id="457", login="uoz", email="uoz@u", section="A"),
        person("Wei, Li", id="458", email="lw@u"),
        person("Zed, Zoe", id="459", email="zz@u"),
        person("Ray, Ann", id="460", email="ra@u"),
    ]
    entries = [
        entry("jane", person("doejane", id="456")),
        entry("pair", person("Ünal Öz", id="457"), person("Li Wei", id="458")),
        entry("ann", person("Ann Ray", id="460")),
        entry("max", person("Max Guest", id="500")),
    ]
    made = {key: reports.partial() for key in ("jane", "pair", "max")}
    return book(entries, people, made | {"ann": reports.refused()})


def left(filled, *parts):
    """The one line about somebody that has these words."""
    found = [line for line in filled.left if all(part in line for part in parts)]
    assert len(found) == 1, filled.left
    return found[0]


def test_canvas_fills_one_column(rows):
    """Only the assignment's cells of those with a verdict change, scaled to the points possible."""
    filled = canvas.fill(rows, sheet(CANVAS), assignment="1234")
    expected = CANVAS.replace('jdoe,A,3,,"50"', 'jdoe,A,3,47.34,"50"').replace("A,5,7", "A,5,47.34")
    assert filled.content == expected.encode()
    assert filled.filled == 2
    assert left(filled, "Öz", "EX", "kept")
    assert left(filled, "Zed", "nothing handed in", "12")
    assert left(filled, "Ray", "not graded", "no memory")
    assert left(filled, "Max Guest", "not on the sheet")
    assert len(filled.left) == 4
    assert filled.notes == ("scores are scaled to the 50 points possible in Canvas",)


def test_canvas_is_not_scaled_where_it_need_not_be(rows):
    """With as many points possible as the result has, scores are as they are, and nothing said."""
    filled = canvas.fill(rows, sheet(CANVAS.replace("10,50,", "10,100,")), assignment="NN")
    assert "94.67" in filled.content.decode()
    assert not filled.notes
    bare = "\r\n".join(line for line in CANVAS.split("\r\n") if "Possible" not in line)
    assert canvas.fill(rows, sheet(bare), assignment="nn (1234)").content.count(b"94.67") == 2


def test_canvas_with_commas():
    """A sheet with semicolons and decimal commas gets decimal commas."""
    text = (
        "Student;ID;SIS User ID;SIS Login ID;Section;NN (1)\nPoints Possible;;;;;100,00\nJ;7;;;;\n"
    )
    filled = canvas.fill(book([entry("j", person("J", id="7"))]), sheet(text))
    assert filled.content.endswith(b"J;7;;;;94,67\n")


@pytest.mark.parametrize(
    ("text", "assignment", "says"),
    [
        (CANVAS, None, "several assignments: «HW1 (77)», «NN (1234)»"),
        (CANVAS, "12", "no assignment «12»"),
        ("Student,ID\nJ,7\n", None, "no column of an assignment"),
        ("name,id,NN (12)\nJ,7,\n", None, "begins with a column «Student»"),
    ],
)
def test_canvas_sheets_that_are_none(rows, text, assignment, says):
    """A sheet of another kind, or with several assignments, is told with what it has."""
    with pytest.raises(UsageError) as caught:
        canvas.fill(rows, sheet(text), assignment=assignment)
    assert says in str(caught.value)


def test_canvas_made_anew(rows):
    """A new sheet has Canvas's headings, no mark, and everybody; without a verdict, no points."""
    made = canvas.make(rows, title="NN", assignment_id="1234")
    found = lines(made.content)
    assert found[0] == [*canvas.HEADINGS, "NN (1234)"]
    assert found[1] == ["    Points Possible", "", "", "", "", "100"]
    assert found[2] == ["Doe, Jane", "456", "", "jdoe", "A", "94.67"]
    assert [line[5] for line in found[2:]] == ["94.67", "94.67", "94.67", "", "", "94.67"]
    assert not made.content.startswith(b"\xef\xbb\xbf")
    assert made.filled == 4
    assert len(made.left) == 2
    school = lines(canvas.make(rows, title="NN", ids="SIS User ID").content)
    assert school[2][1:3] == ["", "456"]
    assert school[0][5] == "NN"


def test_moodle_fills_grades_and_comments(rows):
    """Grade and comment of those with a verdict change; mark, line ends and quotes stay."""
    filled = moodle.fill(rows, sheet(MOODLE))
    said = feedback.comment(reports.partial())
    expected = MOODLE.replace(
        '- ",,100.00,Yes,"Monday, 1 June",-,\r\n',
        f'- ",94.67,100.00,Yes,"Monday, 1 June",-,"{said}"\r\n',
    ).replace('"7.00",100.00,Yes,-,-,"Score 7 of 100.\n- old"', f'"94.67",100.00,Yes,-,-,"{said}"')
    assert filled.content == expected.encode()
    assert filled.filled == 2
    assert left(filled, "Öz", "cannot be changed")
    assert left(filled, "Zed", "nothing handed in", "12.00")
    assert left(filled, "Ann Ray", "not graded")
    assert left(filled, "Max Guest", "not on the sheet")
    assert len(filled.left) == 4


def test_moodle_keeps_a_comment_of_somebody_else():
    """A comment that is not ours stays, the grade is filled in, and a note says so."""
    filled = moodle.fill(book([entry("ann", person("Ann Ray"))]), sheet(MOODLE))
    assert b'ra@u,,94.67,100.00,Yes,-,-,"Well done."' in filled.content
    assert any("Ann Ray" in note and "kept" in note for note in filled.notes)


def test_moodle_scales_to_the_maximum():
    """With another maximum the score is scaled, in the sheet's own decimals; a note says so."""
    text = MOODLE.replace("100.00", '"20,00"')
    filled = moodle.fill(book([entry("jane", person("Jane Doe"))]), sheet(text))
    assert b'"18,93","20,00"' in filled.content
    assert filled.notes == ("scores are scaled to the maximum grade of 20",)


@pytest.mark.parametrize("maximum", ["", "Excellent", "0.00", "-1", "nan", "inf"])
def test_moodle_without_a_number_for_a_maximum(maximum):
    """Where the maximum is no number, as with a scale, nothing is filled in and it is told."""
    text = MOODLE.replace("100.00", maximum)
    filled = moodle.fill(book([entry("jane", person("Jane Doe"))]), sheet(text))
    assert filled.content == text.encode()
    assert left(filled, "Jane", "maximum grade")


def test_moodle_with_hidden_names():
    """Where names are hidden, people are found by Participant and number."""
    text = (
        "Identifier,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade)\n"
        "Participant 11,,,100.00,Yes,-\nParticipant 111,,,100.00,Yes,-\n"
    )
    handed = [entry("p", person("Participant 111", id="111"))]
    filled = moodle.fill(book(handed), sheet(text))
    assert filled.content.decode() == text.replace("111,,,100", "111,,94.67,100")


def test_moodle_in_german_and_utf16():
    """Headings in German do, and UTF-16 stays UTF-16."""
    text = (
        "ID\tVollständiger Name\tBewertung\tBestwertung\tBewertung kann geändert werden\t"
        "Zuletzt geändert (Bewertung)\nTeilnehmer/in 7\tÜnal Öz\t\t100,00\tJa\t-\n"
    )
    filled = moodle.fill(book([entry("u", person("Öz, Ünal"))]), sheet(text, encoding="utf-16"))
    assert filled.content.decode("utf-16") == text.replace("\t\t100", "\t94,67\t100")


def test_moodle_takes_comments_for_html():
    """What a student's program said is no markup, and no formula, in a comment."""
    handed = [entry("jane", person("Jane Doe"))]
    rows = book(handed, None, {"jane": reports.hostile()})
    comment = lines(moodle.fill(rows, sheet(MOODLE)).content)[1][-1]
    assert "<script>" not in comment
    assert "&lt;script&gt;" in comment


@pytest.mark.parametrize("heading", ["Grade", "Last modified (grade)"])
def test_moodle_needs_its_columns(rows, heading):
    """Without a column that Moodle needs, it is told which and what is there."""
    text = MOODLE.replace(f",{heading},", ",Other,")
    with pytest.raises(UsageError) as caught:
        moodle.fill(rows, sheet(text))
    assert f"no column «{heading}»" in str(caught.value)
    assert "«Full name»" in str(caught.value)


def test_github_classroom(rows):
    """Both columns of points are filled; without a verdict Classroom's own 0 stays and is told."""
    filled = github_classroom.fill(rows[:1], sheet(CLASSROOM))
    assert filled.content == CLASSROOM.replace("06-01,0,0", "06-01,94.67,100").encode()
    assert left(filled, "uoz", "nothing of theirs was graded here", "says 0")


def test_gradescope(rows):
    """A sheet for Gradescope has SID and mail; empty scores and people without either are told."""
    guest = book([entry("x", person("Guest"))])
    made = gradescope.make([*rows, *guest])
    found = lines(made.content)
    assert found[0] == list(gradescope.HEADINGS)
    assert found[1] == ["Doe, Jane", "456", "", "94.67", "100"]
    assert found[4] == ["Zed, Zoe", "459", "zz@u", "", ""]
    assert not made.content.startswith(b"\xef\xbb\xbf")
    assert left(made, "Zed", "nothing handed in")
    assert left(made, "Guest [x]", "by hand")


@pytest.mark.parametrize("make", [gradescope.make, lambda rows: canvas.make(rows, title="NN")])
def test_a_made_sheet_gives_nobody_two_scores(make):
    """Who stands in two rows, as without a roster may be, gets points in neither, and is told."""
    made = make(book([entry(key, person("Jane", id="7")) for key in ("a", "b")]))
    assert made.filled == 0
    assert len(made.left) == 2
    assert "several rows" in made.left[0]


def test_what_identifies_is_no_formula():
    """An id that is a formula is made text, and the instructor is told to enter it by hand."""
    made = gradescope.make(book([entry("a", person("=1", id="=2", email=""))]))
    assert lines(made.content)[1][:3] == ["'=1", "'=2", ""]
    assert left(made, "formula")


def test_a_doubtful_row_fills_nothing():
    """Two of one name on the roster: neither line of the sheet gets the points of the one entry."""
    people = [person("Jane Doe", id="11"), person("Doe, Jane", id="99")]
    rows = book([entry("jane", person("Jane Doe"))], people)
    filled = moodle.fill(rows, sheet(MOODLE))
    assert filled.content == MOODLE.encode()
    assert filled.filled == 0


def test_no_column_that_says_who(rows):
    """A sheet about nobody is refused."""
    text = "points_awarded,points_available\n0,0\n"
    with pytest.raises(UsageError, match="who somebody is"):
        github_classroom.fill(rows, sheet(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100", (100, False)),
        ("100.00", (100, False)),
        ("100,00", (100, True)),
        ("7,5", (7.5, True)),
        ("1,000", (1000, False)),
        ("1,000.5", (1000.5, False)),
        ("1.000,50", (1000.5, True)),
        (" 20 ", (20, False)),
        ("", None),
        ("-5", None),
        ("(read only)", None),
    ],
)
def test_amounts(text, expected):
    """Numbers are read with either decimal sign."""
    assert amount(text) == expected


CLASS = st.lists(
    st.tuples(
        st.sampled_from(["Jane Doe", "Doe Jane", "Li Wei", "王伟"]), st.booleans(), st.booleans()
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, database=None)
@given(CLASS, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_points_only_on_the_line_of_their_owner(people, end, quoting):
    """Whoever is graded, and however names repeat, a line has points only if its person has."""
    buffer = io.StringIO(newline="")
    out = csv.writer(buffer, lineterminator=end, quoting=quoting)
    out.writerow(["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"])
    out.writerows([f"Participant {i}", p[0], "", "100.00", "-"] for i, p in enumerate(people))
    table = sheet(buffer.getvalue())
    known = [
        (i, person(name, id=str(i) if by_id else "")) for i, (name, by_id, _) in enumerate(people)
    ]
    handed = [entry(f"k{i}", who) for i, who in known]
    made = {f"k{i}": reports.perfect() for i, (_, _, graded) in enumerate(people) if graded}
    filled = moodle.fill(book(handed, None, made), table)
    found = lines(filled.content)[1:]
    assert len(found) == len(people)
    for line, (name, by_id, graded) in zip(found, people, strict=True):
        assert line[2] in ({"100", ""} if graded else {""})
        assert line[2] or not (graded and by_id)
        assert line[1] == name
    assert filled.filled == sum(bool(line[2]) for line in found)
