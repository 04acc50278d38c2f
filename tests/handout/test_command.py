"""`grader handout`: what it writes, what it says, what it refuses."""

import zipfile

import pytest

from grader.errors import GraderError
from grader.exits import INTERRUPTED, NOT_GRADED, OK, USAGE
from grader.handout import command
from grader.handout.command import HandoutCommand


def test_writes_a_zip_and_says_what_is_in_it(tmp_path, capsys):
    """The zip is there, and the words tell what is in it, what is not, and how one starts."""
    out = tmp_path / "practice.zip"
    assert HandoutCommand(out, None).run() == OK
    said = capsys.readouterr().out
    assert "nn.py" in zipfile.ZipFile(out).namelist()
    assert "Not in it: the worked solution" in said
    assert "grader grade nn.py" in said


@pytest.mark.parametrize("kind", ["folder", "rubric"])
def test_never_writes_over_what_it_reads(tmp_path, capsys, kind):
    """A folder, or the rubric that it reads, is no place for the zip."""
    rubric = tmp_path / "own.toml"
    rubric.write_text("seed = 1\n")
    out = tmp_path if kind == "folder" else rubric
    assert HandoutCommand(out, rubric).run() == USAGE
    assert rubric.read_text() == "seed = 1\n"
    assert "name" in capsys.readouterr().err


def test_a_wrong_rubric_is_told(tmp_path, capsys):
    """An error in the rubric is a usage error that names the key."""
    rubric = tmp_path / "own.toml"
    rubric.write_text("[points]\nReLU = 90\n")
    assert HandoutCommand(tmp_path / "a.zip", rubric).run() == USAGE
    assert "points" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"), [(GraderError("x.py, line 3"), NOT_GRADED), (KeyboardInterrupt, INTERRUPTED)]
)
def test_what_is_refused_leaves_the_old_zip(tmp_path, monkeypatch, error, code):
    """Where the guard refuses, or somebody stops it, what stood there before still does."""

    def refuse(_rubric):
        raise error

    monkeypatch.setattr(command, "build", refuse)
    out = tmp_path / "a.zip"
    out.write_bytes(b"old")
    assert HandoutCommand(out, None).run() == code
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]
