"""grader report: what a batch left becomes a page, and nothing that is read is written over."""

import hashlib

import msgspec
import pytest
from support.files import REFERENCE
from support.reports import partial, perfect, refused
from typer.testing import CliRunner

from grader.classroom import results, standing
from grader.classroom.records import Person
from grader.classroom.report import command
from grader.classroom.standing import Member, Standing
from grader.cli import app
from grader.exits import INTERRUPTED, NOT_GRADED, OK, USAGE

SOURCE = REFERENCE.encode()


def keep(folder, key, report, source):
    """Put a result where a batch puts it; returns its member."""
    digest = hashlib.sha256(source).hexdigest()
    info = msgspec.structs.replace(report.submission, sha256=digest)
    results.write(folder, key, msgspec.structs.replace(report, submission=info), source)
    return member(key, digest)


def member(key, digest=None, problem=None):
    """One of the class."""
    people = (Person(name=key.title()),)
    return Member(key, people, digest, problem, None, late=False, attempt=1, note="")


@pytest.fixture
def graded(tmp_path):
    """The folder of a batch: two equal files, one that could not be graded, one unread."""
    folder = tmp_path / "graded"
    folder.mkdir()
    members = (
        keep(folder, "ada", perfect(), SOURCE),
        keep(folder, "ben", partial(), SOURCE),
        keep(folder, "eve", refused(), b"eve = 1\n"),
        member("kim", problem="no Python file"),
    )
    made = Standing(standing.SCHEMA, "j", "w", "a plain folder", members, (("junk", "no file"),))
    standing.write(folder, made)
    return folder


def run(*arguments):
    """Run the command line."""
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_a_page(graded):
    """The page is in DIR, with everybody on it, and the pair of equal files flagged."""
    done = run(graded)
    assert done.exit_code == OK, done.output
    assert "instructor" in done.output
    text = (graded / "report.html").read_text("utf-8")
    for said in ("2 graded", "Kim", "Eve", "junk", "the same file"):
        assert said in text
    assert "Nothing handed in" not in text
    assert not list(graded.glob(".report*"))


def test_roster_and_threshold(graded, tmp_path):
    """Who of the roster is missing is listed, and who is near the threshold."""
    roster = tmp_path / "roster.csv"
    roster.write_text("name\nAda\nBen\nEve\nKim\nNina\n", "utf-8")
    out = tmp_path / "page.html"
    done = run(graded, "--roster", roster, "--threshold", "95", "--out", out)
    assert done.exit_code == OK, done.output
    text = out.read_text("utf-8")
    assert "Nothing handed in" in text
    assert "94.67 points, below" in text
    assert not (graded / "report.html").exists()


def test_another_skeleton(graded, tmp_path):
    """What the class was given makes no two submissions similar: here, all of it."""
    given = tmp_path / "given.py"
    given.write_bytes(SOURCE)
    assert run(graded, "--skeleton", given).exit_code == OK
    text = (graded / "report.html").read_text("utf-8")
    assert "the same file" not in text
    assert "Too little of their own to compare (2)" in text


def test_a_file_that_was_changed_is_not_compared(graded):
    """Only what was judged is compared; a file that is another now counts as not kept."""
    (graded / "sources" / "ben.py").write_bytes(b"x = 1\n")
    assert run(graded).exit_code == OK
    text = (graded / "report.html").read_text("utf-8")
    assert "the same file" not in text
    assert "of 1 the folder does not keep the file" in text


def test_the_bytes_are_kept(tmp_path):
    """A result's source is kept byte by byte, and none where there is none."""
    source = b"\xef\xbb\xbfx = '\xff'\r\n"
    results.write(tmp_path, "ada", perfect(), source)
    results.write(tmp_path, "ben", perfect())
    assert (tmp_path / "sources" / "ada.py").read_bytes() == source
    assert not (tmp_path / "sources" / "ben.py").exists()


def test_standard_output(graded):
    """With --out - the page is all there is on standard output."""
    done = run(graded, "--out", "-")
    assert done.exit_code == OK
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert done.stdout.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--threshold", "101"], "points from 0 to 100"),
        (["--skeleton", "{tmp}/none.py"], "--skeleton"),
        (["--roster", "{tmp}/none.csv"], "there is no file"),
        (["--out", "{tmp}"], "is a folder"),
        (["--out", "{graded}/class.json"], "is what is to be read"),
    ],
)
def test_usage(graded, tmp_path, options, said):
    """A wrong option is told with its cure, and nothing is written."""
    before = (graded / "class.json").read_bytes()
    done = run(graded, *(o.format(tmp=tmp_path, graded=graded) for o in options))
    assert done.exit_code == USAGE
    assert said in " ".join(done.output.split())
    assert not (graded / "report.html").exists()
    assert (graded / "class.json").read_bytes() == before


def test_no_results(tmp_path):
    """A folder without results is told how to get some."""
    done = run(tmp_path)
    assert done.exit_code == USAGE
    assert "grader batch" in done.output


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), INTERRUPTED),
        (OSError(28, "No space left", "x"), NOT_GRADED),
        (ValueError("bug"), NOT_GRADED),
    ],
)
def test_what_goes_wrong(graded, monkeypatch, error, code):
    """Ctrl-C, a full disk and a bug have codes of their own, and the old page stays."""
    (graded / "report.html").write_text("old", "utf-8")

    def fail(_):
        raise error

    monkeypatch.setattr(command, "render", fail)
    assert run(graded).exit_code == code
    assert (graded / "report.html").read_text("utf-8") == "old"
