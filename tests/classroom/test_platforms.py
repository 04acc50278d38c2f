"""What each platform does in its own way."""

import pytest
from support.classes import CLASS, canvas, gradescope, notebook, pack, packed, write

from grader.classroom.layouts import collect
from grader.classroom.records import Person


def read(tmp_path, made, root="export"):
    """The class in these files."""
    return collect(write(made, tmp_path / root), limit_kb=64)


def entries(tmp_path, made, root="export"):
    """Its entries by key."""
    return {one.key: one for one in read(tmp_path, made, root).entries}


GRADESCOPE = """---
submission_1:
  :submitters:
  - :name: Bo
    :sid: 007
    :email: bo@x.example
  - :name: Ann
    :sid: '5'
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: &1 2024-03-01 12:00:00.123456000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: Etc/UTC
    time: *1
  :score: 1.0
  :history:
  - :id: 11
    :created_at: 2024-02-01 12:00:00 Z
  - :id: 12
submission_2:
  :submitters:
  - :name: 'Null: "x" 王'
    :sid:
    :email: n@x.example
  :created_at: 2024-03-02 08:30:00 -08:00
submission_3:
  :submitters:
  - :name: Gone
    :sid: '9'
submission_5: []
"""


def test_gradescope_says_who_and_when(tmp_path):
    """Groups, ids as written, times in any form, attempts, what is missing and what is unknown."""
    made = {f"submission_{at}/nn.py": b"x = %d\n" % at for at in (1, 2, 4, 5)}
    extra = {"submission_metadata.yml": GRADESCOPE.encode(), "notes/nn.py": b"", "log.txt": b""}
    found = read(tmp_path, made | extra)
    by_key = {one.key: one for one in found.entries}
    group = by_key["ann-bo"]
    assert group.people == (
        Person(id="007", name="Bo", email="bo@x.example"),
        Person(id="5", name="Ann"),
    )
    assert (group.submitted_at, group.attempt) == ("2024-03-01T12:00:00+00:00", 3)
    other = next(one for one in found.entries if one.people[0].email == "n@x.example")
    assert other.people[0].name == 'Null: "x" 王'
    assert other.submitted_at == "2024-03-02T08:30:00-08:00"
    assert "not in the export" in by_key["gone-9"].problem
    assert by_key["submission_4"].submission.source == b"x = 4\n"
    assert "does not say who" in by_key["submission_5"].note
    assert len(found.entries) == 5
    assert {where.rpartition("/")[2] for where, _ in found.unread} == {"notes", "log.txt"}


def test_gradescope_without_metadata(tmp_path):
    """Folders called submission_123 are known by that, and it is said what is missing."""
    found = read(tmp_path, {"submission_1/nn.py": b"1", "submission_2/main.py": b"2"})
    assert "Gradescope" in found.layout
    assert [one.key for one in found.entries] == ["submission_1", "submission_2"]
    assert "there is none" in found.unread[0][1]


def test_canvas_numbers_what_was_handed_in_again(tmp_path):
    """nn-1.py and nn-2.py are nn.py in its second and third attempt; the last one counts."""
    found = entries(
        tmp_path,
        {
            "doejane_LATE_123_456_nn-1.py": b"jane\n",
            "roe_7_480_nn.py": b"old\n",
            "roe_7_470_nn-2.py": b"new\n",
            "roe_7_465_nn-1.py": b"mid\n",
            "poe_8_471_week-2.py": b"poe\n",
        },
    )
    jane, roe, poe = found["doejane-123"], found["roe-7"], found["poe-8"]
    assert (jane.submission.source, jane.late, jane.attempt) == (b"jane\n", True, 2)
    assert (roe.submission.source, roe.late, roe.attempt) == (b"new\n", False, 3)
    assert "of 3 attempts" in roe.note
    assert (poe.submission.source, poe.attempt) == (b"poe\n", 1)
    assert "week-2.py" in poe.note


def test_canvas_files_of_one_student_belong_together(tmp_path):
    """Several attachments are one entry, in which the usual rules decide."""
    made = {
        "doe_1_2_report.pdf": b"",
        "doe_1_3_nn.py": b"x = 1\n",
        "doe_1_4_hw.zip": packed({"nn.py": b"other\n"}),
        "roe_5_6_hw.zip": packed({"hw/nn.py": b"roe\n"}),
        "poe_7_8_hw.ipynb": notebook("poe = 1"),
    }
    found = entries(tmp_path, made)
    assert found["doe-1"].submission.source == b"x = 1\n"
    assert found["roe-5"].submission.source == b"roe\n"
    assert b"poe = 1" in found["poe-7"].submission.source
    assert len(found) == 3


def test_canvas_text_links_and_anonymous(tmp_path):
    """What was typed into a box is no file, and who has no name has a code."""
    made = {
        "doe_1_text.html": b"<p>",
        "roe_LATE_2_link.html": b"<p>",
        "anon_aB3xZ_77_nn.py": b"x = 1\n",
        "LATE_anon_Q9rst_78_nn.py": b"y = 1\n",
    }
    found = entries(tmp_path, made)
    assert "text in a box" in found["doe-1"].problem
    assert "a link" in found["roe-2"].problem
    assert found["roe-2"].late
    assert {p.id for one in found.values() for p in one.people} == {"1", "2", "aB3xZ", "Q9rst"}
    assert found["anon-q9rst"].late


def test_canvas_file_names_make_nobody_somebody_else(tmp_path):
    """A file called like another's is still the file of who handed it in."""
    made = {"mal_666_777_ada_101_7000_nn.py": b"mal\n", "ada_101_7000_nn.py": b"ada\n"}
    found = entries(tmp_path, made)
    assert found["ada-101"].submission.source == b"ada\n"
    assert found["mal-666"].submission.source == b"mal\n"


def test_canvas_with_something_beside(tmp_path):
    """What has no student's name in it is listed, not graded."""
    found = read(tmp_path, canvas(CLASS) | {"grades.csv": b"", "old/nn.py": b""})
    assert len(found.entries) == len(CLASS)
    assert {where.rpartition("/")[2] for where, _ in found.unread} == {"grades.csv", "old"}


def test_moodle_online_text_is_not_read(tmp_path):
    """Alone it is a problem; beside a file it is listed, and the file counts."""
    made = {
        "Ada Lovelace_1_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
        "Bo_2_assignsubmission_onlinetext/onlinetext.html": b"<p>",
        "Bo_2_assignsubmission_file/nn.py": b"bo\n",
        "Cy_3_assignsubmission_/nn.py": b"cy\n",
        "grades.csv": b"",
    }
    found = read(tmp_path, made)
    by_key = {one.key: one for one in found.entries}
    assert "online text" in by_key["ada-lovelace-1"].problem
    assert by_key["bo-2"].submission.source == b"bo\n"
    assert by_key["cy-3"].submission.source == b"cy\n"
    assert len(found.unread) == 2


def test_moodle_file_names_make_nobody_somebody_else(tmp_path):
    """In a flat download too, the first name in a file's name is the owner's."""
    made = {
        "Mal_6_assignsubmission_file_Ada_1_assignsubmission_file_nn.py": b"mal\n",
        "Ada_1_assignsubmission_file_nn.py": b"ada\n",
    }
    found = entries(tmp_path, made)
    assert found["ada-1"].submission.source == b"ada\n"
    assert found["mal-6"].submission.source == b"mal\n"


def test_moodle_participants(tmp_path):
    """Under blind marking the number stands once in the key, and is the id."""
    made = {f"Participant {at}_{at}_assignsubmission_file_/nn.py": b"%d" % at for at in (12, 7)}
    found = entries(tmp_path, made)
    assert set(found) == {"participant-12", "participant-7"}
    assert found["participant-7"].people == (Person(id="7", name="Participant 7"),)


def test_repositories_prefer_the_place_of_the_template(tmp_path):
    """student/nn.py before one at the top, and the latter where it is the only one."""
    made = {
        "nn-ada/student/nn.py": b"ada\n",
        "nn-ada/nn.py": b"scratch\n",
        "nn-bo-x/nn.py": b"bo\n",
        "nn-cy.zip": packed({"nn-cy-1a2b3c/student/nn.py": b"cy\n"}),
        "other/nn.py": b"",
    }
    found = read(tmp_path, made, "nn-submissions")
    read_ones = {one.people[0].login: one.submission.source for one in found.entries}
    assert read_ones == {"ada": b"ada\n", "bo-x": b"bo\n", "cy": b"cy\n"}
    assert [where.rpartition("/")[2] for where, _ in found.unread] == ["other"]


def test_teams_are_no_repositories(tmp_path):
    """Folders that begin alike, and hold no clones, are students' own."""
    found = entries(tmp_path, {"group-a/nn.py": b"a\n", "group-b/nn.py": b"b\n"})
    assert set(found) == {"group-a", "group-b"}


def test_plain_places_beside_each_other(tmp_path):
    """ada/, ada.zip and ada.py are one student's; nn.py and a list of names are nobody's."""
    made = {
        "ada/notes.txt": b"",
        "ada.py": b"ada\n",
        "ada.zip": packed({"nn.py": b"older\n"}),
        "nn.py": b"whose?\n",
        "names.csv": b"",
        ".git/config": b"",
        "bo@x.example/nn.py": b"bo\n",
        "4711/nn.py": b"4711\n",
    }
    found = read(tmp_path, made)
    by_key = {one.key: one for one in found.entries}
    assert by_key["ada"].submission.source == b"ada\n"
    assert by_key["4711"].people[0].id == "4711"
    assert by_key["bo-x.example"].people[0].email == "bo@x.example"
    assert len(by_key) == 3
    assert {where.rpartition("/")[2] for where, _ in found.unread} == {"nn.py", "names.csv"}


@pytest.mark.parametrize("inside", ["", "export", "a/b"])
def test_platforms_inside_folders(inside, tmp_path):
    """An export that was unpacked into a folder, or packed with one, is still that."""
    found = collect(pack(gradescope(CLASS), tmp_path / "x.zip", inside), limit_kb=64)
    assert "Gradescope" in found.layout
    assert len(found.entries) == len(CLASS)
