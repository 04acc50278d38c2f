"""What collect says of a class as a whole: keys, equal files, who was asked for, what is none."""

import unicodedata
from pathlib import Path

import pytest
from support.classes import CLASS, canvas, folders, moodle, write

from grader.classroom.layouts import collect
from grader.classroom.layouts.only import kept
from grader.errors import UsageError


def people(tmp_path, *names):
    """The keys of students with these folders."""
    made = {f"{name}/nn.py": b"%d\n" % at for at, name in enumerate(names)}
    found = collect(write(made, tmp_path / "class"), limit_kb=64)
    return {entry.submission.source: entry.key for entry in found.entries}


def test_keys_are_readable_where_they_can_be(tmp_path):
    """Plain names are themselves; accents fall off; what is lost makes a few digits follow."""
    keys = people(
        tmp_path, "ada", "Ada Lovelace", "Élodie", "Søren", "王小明", "con", "a.b_c-d", "Bo 王"
    )
    assert keys[b"0\n"] == "ada"
    assert keys[b"1\n"] == "ada-lovelace"
    assert keys[b"2\n"] == "elodie"
    assert keys[b"3\n"] == "soren"
    assert keys[b"4\n"].startswith("student-")
    assert keys[b"5\n"].startswith("con-")
    assert keys[b"6\n"] == "a.b_c-d"
    assert keys[b"7\n"].startswith("bo-")


def test_names_that_come_out_alike_each_get_digits(tmp_path):
    """Also where they differ in case alone, or in how an accent is written."""
    decomposed = unicodedata.normalize("NFD", "José")
    keys = people(tmp_path, "Ada", "ada", "José", "Jose", decomposed)
    assert len(set(keys.values())) == 5
    assert all(key.startswith(("ada-", "jose-")) for key in keys.values())


def test_files_whose_names_differ_in_how_an_accent_is_written(tmp_path):
    """They are two students', though they look alike."""
    made = {unicodedata.normalize(form, "José.py"): form.encode() for form in ("NFC", "NFD")}
    found = collect(write(made, tmp_path / "class"), limit_kb=64)
    assert {entry.submission.source for entry in found.entries} == {b"NFC", b"NFD"}


def test_keys_do_not_hang_on_who_else_is_there(tmp_path):
    """Who has a name of their own keeps the key when others come or go."""
    few = people(tmp_path / "few", "ada", "王小明")
    many = people(tmp_path / "many", "ada", "王小明", "bo", "李", "张")
    assert few.items() <= many.items()


def test_equal_files_are_noted_on_both(tmp_path):
    """Each note names the others; an empty file is nobody's in particular."""
    made = {f"{name}/nn.py": b"x = 1\n" for name in ("ada", "bo", "cy")}
    made |= {f"{name}/nn.py": b" \n" for name in ("dee", "eve")} | {"flo/nn.py": b"y = 1\n"}
    notes = {
        entry.key: entry.note
        for entry in collect(write(made, tmp_path / "class"), limit_kb=64).entries
    }
    assert "that of bo, cy" in notes["ada"]
    assert "that of ada, bo" in notes["cy"]
    assert not notes["dee"] + notes["eve"] + notes["flo"]


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        (["ada lovelace"], {"101"}),
        (["ADA*"], {"101"}),
        (["10[12]"], {"101", "102"}),
        (["王*", "ada-lovelace-101"], {"101", "103"}),
        ([unicodedata.normalize("NFD", "élodie*")], {"102"}),
        ([], {"101", "102", "103", "104", "105"}),
    ],
)
def test_only_those_who_were_asked_for(only, wanted, tmp_path):
    """A pattern is held against key, name, id, login and mail, in any case and normal form."""
    found = collect(write(moodle(CLASS), tmp_path / "class"), limit_kb=64)
    assert {entry.people[0].id for entry in kept(found.entries, only)} == wanted


def test_a_pattern_that_fits_nobody(tmp_path):
    """Even beside one that fits: it is told, with who is near."""
    entries = collect(write(moodle(CLASS), tmp_path / "class"), limit_kb=64).entries
    with pytest.raises(UsageError, match="nobody is called Ada Lovelac; near it are Ada Lovelace"):
        kept(entries, ["101", "Ada Lovelac"])
    with pytest.raises(UsageError, match="nobody is called zzz; a pattern such as"):
        kept(entries, ["zzz"])


def test_what_is_no_class(tmp_path):
    """Nothing there, one file, one submission, nothing of Python: each says what is wrong."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "ada.py").write_bytes(b"")
    (tmp_path / "x.tar").write_bytes(b"no zip")
    write({"nn.py": b""}, tmp_path / "one")
    write({"ada/report.pdf": b"", "readme.txt": b""}, tmp_path / "papers")
    for name, said in (
        ("nowhere", "there is no .*nowhere"),
        ("empty", "no class is in .*Gradescope.*Moodle.*Canvas.*GitHub.*classroom50.*student"),
        ("ada.py", "is one file.*grader grade"),
        ("x.tar", r"it is no \.zip that can be read"),
        ("one", "nn.py alone is graded with `grader grade`"),
        ("papers", "no file of a student's"),
    ):
        with pytest.raises(UsageError, match=said):
            collect(tmp_path / name, limit_kb=64)


def test_a_class_of_which_nothing_can_be_read_is_one_where_its_layout_is_known(tmp_path):
    """A platform's own names are enough: everybody is there, each with a problem."""
    made = {name.replace("nn.py", "x.pdf"): b"" for name in canvas(CLASS)}
    found = collect(write(made, tmp_path / "class"), limit_kb=64)
    assert len(found.entries) == len(CLASS)
    assert all(entry.problem and entry.submission is None for entry in found.entries)


def test_links_to_the_class_itself_are_followed(tmp_path):
    """The path that was given is the instructor's, and may be a link."""
    root = write(folders(CLASS), tmp_path / "class")
    (tmp_path / "link").symlink_to(root)
    assert len(collect(tmp_path / "link", limit_kb=64).entries) == len(CLASS)


def test_a_folder_of_clones_from_within(tmp_path, monkeypatch):
    """Given as a dot, a folder still has the name that says what the assignment is."""
    write(
        {f"nn-{name}/nn.py": name.encode() for name in ("ada", "ann")}, tmp_path / "nn-submissions"
    )
    monkeypatch.chdir(tmp_path / "nn-submissions")
    assert [entry.key for entry in collect(Path(), limit_kb=64).entries] == ["ada", "ann"]


def test_reading_changes_nothing(tmp_path):
    """No file is made or touched beside the class."""
    root = write(folders(CLASS), tmp_path / "class")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    collect(root, limit_kb=64)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
