"""A class of 300, graded for real: by one process, by two, by dask, and killed ten times."""

import csv
import io
import os
import random
import signal
import subprocess
import sys

import pytest
from support.classes import LAYOUTS, pack, write
from support.clusters import machines, until
from support.files import ROOT
from support.whole_class import DISTINCT, SIZE, pupils

from grader import rubric
from grader.classroom.layouts import collect
from grader.exits import OK
from grader.grade import grade
from grader.options import Options
from grader.submission import Submission

pytestmark = pytest.mark.slow

RULES = "examples = 2\n[limits]\ncall_s = 20\n"
KILLS = 10


@pytest.fixture(scope="module", name="place")
def _place(tmp_path_factory):
    """A folder with the class, as a Canvas download, and the rules it is graded by."""
    place = tmp_path_factory.mktemp("class")
    write(LAYOUTS["canvas"][0](pupils()), place / "submissions")
    (place / "rules.toml").write_text(RULES, "utf-8")
    return place


def line(place, out, *more):
    """The command line of a batch."""
    options = ("--data", "digits", "--profile", "quick", "--rubric", place / "rules.toml", "-q")
    command = (sys.executable, "-m", "grader", "batch", place / "submissions", "--out", out)
    return [*map(str, (*command, *options, *more))]


def run(place, out, *more):
    """A batch to its end; the bytes of its gradebook."""
    done = subprocess.run(line(place, out, *more), cwd=ROOT, check=False, timeout=3000)
    assert done.returncode == OK
    return (out / "gradebook.csv").read_bytes()


@pytest.fixture(scope="module", name="one_job")
def _one_job(place):
    """The gradebook of one process."""
    return run(place, place / "one", "--jobs", "1")


def rows(book):
    """The lines of a gradebook."""
    return list(csv.DictReader(io.StringIO(book.decode("utf-8-sig"))))


def test_everybody_has_the_result_of_being_graded_alone(place, one_job, warden):
    """300 lines, 300 results; each score is that of `grader grade` on the same bytes."""
    rules = rubric.load(place / "rules.toml")
    options = Options(rules, profile="quick", seed=rules.seed, data="digits")
    by_id = {row["id"]: row for row in rows(one_job)}
    assert len(by_id) == len(list((place / "one" / "results").glob("*.json"))) == SIZE
    alone = {}
    for pupil in pupils():
        if pupil.source not in alone:
            submission = Submission("nn.py", pupil.source)
            alone[pupil.source] = grade(submission, options, warden=warden)
        report, row = alone[pupil.source], by_id[pupil.id]
        assert row["status"] == report.status == "graded"
        assert row["score"] == f"{report.score:g}"
        for method in report.methods:
            assert method.max_points == 0 or row[method.name] == f"{method.points:g}"
    assert len(alone) == DISTINCT
    assert len({report.score for report in alone.values()}) > DISTINCT / 10


def test_two_jobs_give_the_same_book(place, one_job):
    """Byte by byte."""
    assert run(place, place / "two", "--jobs", "2") == one_job


def test_dask_gives_the_same_book(place, one_job, tmp_path):
    """Two workers of a real scheduler; byte by byte."""
    pytest.importorskip("distributed", reason="needs the extra: cluster")
    with machines(tmp_path) as there:
        assert run(place, place / "dask", "--scheduler", there.address) == one_job


def test_killed_ten_times_it_gives_the_same_book(place, one_job):
    """SIGKILL to the whole batch at ten random moments, and once more to the end."""
    dice = random.Random(6)  # noqa: S311  no secret
    out = place / "killed"
    journal = out / "journal"
    judged: dict[str, int] = {}
    for _ in range(KILLS):
        with subprocess.Popen(line(place, out), cwd=ROOT, start_new_session=True) as process:
            more = len(judged) + dice.randint(1, 6)
            until(lambda: len(pages(journal)) >= more or process.poll() is not None, "pages")  # noqa: B023
            os.killpg(process.pid, signal.SIGKILL)
        now = pages(journal)
        assert judged.items() <= now.items()
        judged = now
    assert run(place, out) == one_job
    assert judged.items() <= pages(journal).items()
    assert len(pages(journal)) == DISTINCT


def pages(journal):
    """The journal's files, with when they were written."""
    return {path.name: path.stat().st_mtime_ns for path in journal.glob("*.json")}


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "notebooks"])
def test_every_layout_hands_on_the_same_files(tmp_path, layout):
    """Whatever the platform, as a folder or zipped: each of the 300 is there, byte by byte."""
    build, root, _, by = LAYOUTS[layout]
    want = {getattr(pupil, by): pupil.source for pupil in pupils()}
    made = build(pupils())
    for form in (write(made, tmp_path / root), pack(made, tmp_path / "download.zip", root)):
        entries = collect(form, limit_kb=64).entries
        got = {getattr(entry.people[0], by): entry.submission for entry in entries}
        assert {known: submission.source for known, submission in got.items()} == want
