"""grader batch: nothing is judged twice, nothing is lost, and nobody moves unseen."""

import csv
import io
import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from support.files import REFERENCE, ROOT, SKELETON
from support.reports import partial, perfect

from grader import data as datasets
from grader import rubric
from grader.assemble import Judgement, environment
from grader.classroom import command, fingerprint, grading, results, standing
from grader.classroom.command import BatchCommand
from grader.classroom.fingerprint import Fingerprint
from grader.classroom.grading import Answer
from grader.classroom.journal import Journal, locked
from grader.earlier import Earlier
from grader.errors import UsageError
from grader.exits import BELOW, INTERRUPTED, NOT_GRADED, OK, USAGE
from grader.handout.closure import modules
from grader.report import Outcome, Status, SubmissionInfo
from grader.running import check_ids

MARKED = re.compile(r'mark\.check\("(\w+)".*?\ndef test_(\w+)\(', re.DOTALL)
REAL = {
    method: f"{stem.removeprefix('test_')}::{name}"
    for stem, text in fingerprint.TEXTS.items()
    for method, name in MARKED.findall(text)
}
FULL = [
    Outcome(REAL[name], name, "A claim.", Status.PASSED, 1)
    for name, points in rubric.load().points.items()
    if points
]
"""A check of each method, by its real name."""


def judgement(source, failing=()):
    """What a grading of these bytes would find out; the named methods fail."""
    outcomes = tuple(
        msgspec.structs.replace(o, status=Status.FAILED, message="Wrong.")
        if o.method in failing
        else o
        for o in FULL
    )
    return Judgement(
        submission=SubmissionInfo("nn.py", "0" * 64, len(source)),
        seed=0,
        profile="quick",
        outcomes=outcomes,
        asked=frozenset(),
        stopped=frozenset(),
        spent_s=1.0,
        training=None,
        layers={"seccomp": "active"},
        fault=None,
        note=None,
        duration_s=1.0,
        environment=environment(),
    )


class Bench:
    """Stands in for the pool and for the grading: each job is done at once, and counted."""

    broken = (ChildProcessError,)
    width = 1

    def __init__(self):
        """Nothing is judged yet."""
        self.judged = []
        self.earlier = []
        self.failing = ("softmax",)
        self.lost = b"no such bytes"
        self.stop_after = 10**9

    def __call__(self, _width):
        """The pool of a command."""
        return self

    def __enter__(self):
        """Itself."""
        return self

    def __exit__(self, *_):
        """Nothing to end."""

    def submit(self, job):
        """Do a job."""
        future = Future()
        source = job.args[-1].source
        self.judged.append(source)
        self.earlier.append(job.args[-1].earlier)
        if len(self.judged) == self.stop_after:
            os.kill(os.getpid(), signal.SIGINT)
        if self.lost in source:
            future.set_exception(ChildProcessError())
        else:
            failing = self.failing if b"mistake" in source else ()
            future.set_result(msgspec.json.encode(Answer(judgement(source, failing))))
        return future

    def renew(self):
        """Nothing to renew."""


@pytest.fixture
def bench(monkeypatch):
    """The stand-in, in place."""
    made = Bench()
    monkeypatch.setattr(command, "Processes", made)
    return made


@pytest.fixture
def handed_in(tmp_path):
    """A folder with a file for each of five students."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("ada", "ben", "eve", "kim", "max"):
        text = f"{name} = 1\n" + ("mistake = 1\n" if name in {"ben", "eve"} else "")
        folder.joinpath(f"{name}.py").write_text(text, "utf-8")
    return folder


def run(folder, **more):
    """Run the command on the embedded digits."""
    options = {"data": "digits", "profile": "quick", "jobs": 1, "quiet": True}
    options |= {"require_sandbox": "none"} | more
    return BatchCommand(folder, folder.parent / "out", **options).run()


def book(folder):
    """The gradebook, by key."""
    text = (folder.parent / "out" / "gradebook.csv").read_text("utf-8-sig")
    return {row["key"]: row for row in csv.DictReader(io.StringIO(text))}


def own_rules(folder, text):
    """A rubric of one's own."""
    path = folder.parent / "rules.toml"
    path.write_text(text, "utf-8")
    return path


def test_everybody_is_graded_once(bench, handed_in):
    """All five are in the gradebook with their points; a second run judges nothing."""
    assert run(handed_in) == OK
    assert {k: row["score"] for k, row in book(handed_in).items()} == {
        "ada": "100",
        "ben": "92",
        "eve": "92",
        "kim": "100",
        "max": "100",
    }
    assert len(bench.judged) == 5
    before = (handed_in.parent / "out/gradebook.csv").read_bytes()
    assert run(handed_in) == OK
    assert len(bench.judged) == 5
    assert (handed_in.parent / "out/gradebook.csv").read_bytes() == before
    feedback = handed_in.parent / "out/feedback"
    assert {p.name for p in feedback.iterdir()} == {
        f"{key}.{kind}" for key in book(handed_in) for kind in ("md", "html")
    }


def test_a_new_attempt_is_judged_alone(bench, handed_in):
    """Of a class that was graded, only what somebody handed in since then is judged."""
    run(handed_in)
    handed_in.joinpath("ben.py").write_text("ben = 2\n", "utf-8")
    assert run(handed_in) == OK
    assert bench.judged[5:] == [b"ben = 2\n"]
    assert book(handed_in)["ben"]["score"] == "100"


def test_equal_files_are_judged_once(bench, handed_in):
    """A file that two handed in is judged once, and each gets its result."""
    handed_in.joinpath("max.py").write_bytes(handed_in.joinpath("ben.py").read_bytes())
    assert run(handed_in) == OK
    assert len(bench.judged) == 4
    assert book(handed_in)["max"]["score"] == "92"
    report = results.read(handed_in.parent / "out", "max")
    assert report.submission.path.endswith("max.py")


def test_an_interrupted_batch_goes_on(bench, handed_in, capsys):
    """Ctrl-C: what runs is finished and kept, the rest waits for the same command."""
    bench.stop_after = 2
    assert run(handed_in, quiet=False) == INTERRUPTED
    assert "2 of 5" in capsys.readouterr().out
    assert {row["status"] for row in book(handed_in).values()} == {"graded", "not_graded"}
    assert [row["score"] for row in book(handed_in).values()].count("") == 3
    assert run(handed_in) == OK
    assert len(bench.judged) == len(set(bench.judged)) == 5


def test_a_lost_process_costs_nobody_points(bench, handed_in):
    """A submission whose process dies is not graded, exit 3; its row has no points, and no 0."""
    bench.lost = b"eve"
    assert run(handed_in) == NOT_GRADED
    row = book(handed_in)["eve"]
    assert (row["status"], row["score"], row["ReLU"]) == ("not_graded", "", "")
    assert "died" in row["reason"]
    assert sum(r["status"] == "graded" for r in book(handed_in).values()) == 4
    bench.lost = b"no such bytes"
    assert run(handed_in) == OK
    assert book(handed_in)["eve"]["score"] == "92"


def test_other_points_need_no_new_judgement(bench, handed_in, capsys):
    """A rubric with other points: refused unasked; with --regrade who moves is told and kept."""
    run(handed_in)
    rules = own_rules(handed_in, "[points]\nReLU = 2\nsoftmax = 10\n")
    assert run(handed_in, rubric=rules) == USAGE
    assert "--regrade" in capsys.readouterr().err
    assert book(handed_in)["ben"]["score"] == "92"
    assert run(handed_in, rubric=rules, regrade=True, quiet=False) == OK
    assert len(bench.judged) == 5
    assert book(handed_in)["ben"]["score"] == "90"
    said = capsys.readouterr().out
    assert "5 move" in said
    assert "ben: 92 to 90 (-2): ReLU 4 to 2" in said
    assert results.read(handed_in.parent / "out", "ben", "results-1").score == 92
    # The next run of the same rules needs no --regrade.
    assert run(handed_in, rubric=rules) == OK


def test_other_rules_of_judging_need_one(bench, handed_in):
    """Another seed, or another limit: everything is judged anew, and only by --regrade."""
    run(handed_in)
    assert run(handed_in, seed=7) == USAGE
    bench.failing = ()
    assert run(handed_in, seed=7, regrade=True) == OK
    assert len(bench.judged) == 10
    changes = (handed_in.parent / "out/changes.csv").read_text("utf-8-sig")
    assert "ben,ben,92,100,8,softmax 0 to 8" in changes
    # Back again: the old judgements are still in the journal.
    assert run(handed_in, regrade=True) == OK
    assert len(bench.judged) == 10
    assert book(handed_in)["ben"]["score"] == "92"


def test_a_changed_check_is_judged_alone(bench, handed_in, monkeypatch, capsys):
    """After a change of one check, what is handed on of all others is the judgement there was."""
    run(handed_in)
    assert bench.earlier == [None] * 5
    texts = dict(fingerprint.TEXTS)
    texts["test_loss"] = texts["test_loss"].replace("points=4", "points=5")
    monkeypatch.setattr(fingerprint, "TEXTS", texts)
    assert run(handed_in) == USAGE
    assert run(handed_in, regrade=True, quiet=False) == OK
    assert "Judged anew by all checks: 5" in capsys.readouterr().out  # as the stand-in says
    all_checks = check_ids()
    for source, earlier in zip(bench.judged[5:], bench.earlier[5:], strict=True):
        failing = bench.failing if b"mistake" in source else ()
        assert earlier.judgement == judgement(source, failing)
        assert earlier.same == all_checks - {"loss::loss"}
    # And by other common rules nothing is handed on.
    run(handed_in, seed=7, regrade=True)
    assert bench.earlier[10:] == [None] * 5


def test_the_nearest_judgement_is_handed_on(tmp_path):
    """Of several old judgements it is the one with most checks in common, by the same rest."""
    now = Fingerprint("0" * 64, "", "rest", {"a": "1", "b": "1", "c": "1"})
    near = replace(now, judging="1" * 64, checks={"a": "1", "b": "1", "c": "0"})
    far = replace(now, judging="2" * 64, checks={"a": "1", "b": "0", "old": "1"})
    other = replace(now, judging="3" * 64, common="another rest")
    for rules, source in ((near, b"near"), (far, b"far"), (other, b"other")):
        journal = Journal(tmp_path, rules)
        journal.begin()
        journal.enter("f" * 64, judgement(source))
    far_alone = Journal(tmp_path, far)
    far_alone.enter("e" * 64, judgement(b"far"))
    found = Journal(tmp_path, now)
    assert found.find("f" * 64) is None
    assert found.earlier("f" * 64) == Earlier(judgement(b"near"), frozenset({"a", "b"}))
    assert found.earlier("e" * 64) == Earlier(judgement(b"far"), frozenset({"a"}))
    assert found.earlier("d" * 64) is None
    assert Journal(tmp_path, replace(now, common="nothing alike")).earlier("f" * 64) is None


def test_an_interrupted_regrade_is_finished(bench, handed_in):
    """A regrade that was interrupted goes on without another --regrade, and tells all moves."""
    run(handed_in)
    bench.failing, bench.stop_after = (), 7
    assert run(handed_in, seed=7, regrade=True) == INTERRUPTED
    assert run(handed_in, seed=7) == OK
    assert len(bench.judged) == 10
    changes = (handed_in.parent / "out/changes.csv").read_text("utf-8-sig")
    assert {line.split(",")[0] for line in changes.splitlines()[1:]} == {"ben", "eve"}


def test_killed_while_putting_results_aside(bench, handed_in):
    """A regrade that was killed after the old results were moved still compares with them."""
    run(handed_in)
    out = handed_in.parent / "out"
    (out / "results").rename(out / "results-1")
    bench.failing = ()
    assert run(handed_in, seed=7, regrade=True) == OK
    changes = (out / "changes.csv").read_text("utf-8-sig")
    assert {line.split(",")[0] for line in changes.splitlines()[1:]} == {"ben", "eve"}


@pytest.mark.usefixtures("bench")
def test_a_regrade_is_of_everybody(handed_in, capsys):
    """Under other rules some cannot be graded alone: two rules in one gradebook are no verdict."""
    run(handed_in)
    assert run(handed_in, seed=7, regrade=True, only=("ben",)) == USAGE
    assert "leave --only out" in " ".join(capsys.readouterr().err.split())
    assert book(handed_in)["ada"]["score"] == "100"


def test_only_some(bench, handed_in):
    """--only grades those; who else handed in anew is not graded yet, and all stay in the book."""
    run(handed_in)
    for name in ("ada", "ben"):
        handed_in.joinpath(f"{name}.py").write_text(f"{name} = 3\n", "utf-8")
    assert run(handed_in, only=("be*",)) == OK
    assert bench.judged[5:] == [b"ben = 3\n"]
    assert [row["score"] for row in book(handed_in).values()] == ["", "100", "92", "100", "100"]
    assert book(handed_in)["ada"]["status"] == "not_graded"


@pytest.mark.usefixtures("bench")
def test_what_cannot_be_read_is_told(handed_in, capsys):
    """A student without a file stands in the gradebook, unread; exit 1."""
    handed_in.joinpath("zoe").mkdir()
    handed_in.joinpath("zoe/notes.txt").write_text("later", "utf-8")
    assert run(handed_in, quiet=False) == BELOW
    assert "zoe" in capsys.readouterr().out
    assert (book(handed_in)["zoe"]["status"], book(handed_in)["zoe"]["score"]) == ("unread", "")


def test_two_batches_do_not_meet(bench, handed_in, capsys):
    """A second batch in the same folder is refused, and touches nothing."""
    with locked(handed_in.parent / "out"):
        assert run(handed_in) == USAGE
    assert "another" in capsys.readouterr().err
    assert bench.judged == []


def test_the_journal_believes_nothing_half(tmp_path):
    """A page that is cut, or is of another submission or other rules, is as good as none."""
    rules = Fingerprint("1" * 64, "", "", {})
    journal = Journal(tmp_path, rules)
    found = judgement(b"x")
    journal.enter("2" * 64, found)
    assert journal.find("2" * 64) == found
    assert Journal(tmp_path, replace(rules, judging="1" * 63 + "0")).find("2" * 64) is None
    assert journal.find("2" * 63 + "0") is None
    (page,) = (tmp_path / "journal").iterdir()
    page.write_bytes(page.read_bytes()[:-9])
    assert journal.find("2" * 64) is None


@pytest.mark.usefixtures("bench")
def test_a_spoilt_class_file_is_told(handed_in, capsys):
    """class.json that cannot be read: exit 2, what to do, and nothing is overwritten."""
    run(handed_in)
    path = handed_in.parent / "out" / standing.FILE
    path.write_text("{", "utf-8")
    assert run(handed_in) == USAGE
    assert "move it away" in " ".join(capsys.readouterr().err.split())
    assert path.read_text("utf-8") == "{"


def test_stale_results_are_no_results(tmp_path):
    """A result of an earlier attempt is not the result of what was handed in since."""
    results.write(tmp_path, "ada", perfect())
    results.write(tmp_path, "ben", partial())
    people = (standing.Person(name="x"),)
    members = tuple(
        standing.Member(key, people, sha, None, None, False, 1, "")  # noqa: FBT003  not late
        for key, sha in (("ada", perfect().submission.sha256), ("ben", "f" * 64))
    )
    current = standing.Standing(standing.SCHEMA, "1", "2", "plain", members, ())
    assert results.read_all(tmp_path, current) == {"ada": perfect()}


def test_a_misspelt_check_is_told_first(bench, handed_in, capsys):
    """A name under visibility that is no check's: exit 2, and no result has moved."""
    run(handed_in)
    rules = own_rules(handed_in, '[visibility]\n"backward::other_sizez" = "hidden"\n')
    assert run(handed_in, rubric=rules, regrade=True) == USAGE
    assert "other_sizez" in " ".join(capsys.readouterr().err.split())
    assert not (handed_in.parent / "out" / "results-1").exists()
    assert len(bench.judged) == 5


def test_a_first_run_that_failed_binds_nobody(bench, handed_in):
    """A folder without any result yet takes whatever rules come next."""
    bench.stop_after = 1
    bench.lost = b"ada"  # the first, so that there is nothing yet
    out = handed_in.parent / "out"
    run(handed_in)
    for path in (out / "results").glob("*"):
        path.unlink()
    assert run(handed_in, seed=7) == NOT_GRADED


def test_results_without_a_class_file_are_kept(bench, handed_in):
    """Whoever moves class.json away loses no result: they are put aside."""
    run(handed_in)
    (handed_in.parent / "out" / standing.FILE).unlink()
    assert run(handed_in) == OK
    assert results.read(handed_in.parent / "out", "ben", "results-1").score == 92
    assert len(bench.judged) == 5


@pytest.mark.usefixtures("bench")
def test_the_folder_of_results_is_no_student(handed_in, capsys):
    """--out inside the folder of the class: exit 2, and nothing is made there."""
    command_ = BatchCommand(handed_in, handed_in / "out", data="digits")
    assert command_.run() == USAGE
    assert "inside" in capsys.readouterr().err
    assert not (handed_in / "out").exists()


@pytest.mark.usefixtures("bench")
def test_feedback_is_made_whole_again(handed_in):
    """A text that is not there is written, though the result is."""
    run(handed_in)
    page = handed_in.parent / "out/feedback/ada.html"
    whole = page.read_bytes()
    page.unlink()
    assert run(handed_in) == OK
    assert page.read_bytes() == whole


@pytest.mark.usefixtures("bench")
def test_no_feedback_of_what_does_not_count(handed_in):
    """Whose last attempt cannot be read, or who has left, has no feedback of an older one."""
    run(handed_in)
    for name in ("ada", "ben"):
        handed_in.joinpath(f"{name}.py").unlink()
    handed_in.joinpath("ada").mkdir()
    handed_in.joinpath("ada/notes.txt").write_text("later", "utf-8")
    assert run(handed_in) == BELOW
    left = {path.stem for path in (handed_in.parent / "out/feedback").iterdir()}
    assert left == {"eve", "kim", "max"}


def test_some_are_judged_again(bench, handed_in):
    """--regrade --only by the same rules: those, once more, whatever the journal has."""
    run(handed_in)
    bench.failing = ()
    assert run(handed_in, regrade=True, only=("ben",)) == OK
    assert len(bench.judged) == 6
    assert {k: row["score"] for k, row in book(handed_in).items()} == {
        "ada": "100",
        "ben": "100",
        "eve": "92",
        "kim": "100",
        "max": "100",
    }


def test_walls_that_were_too_low_do_not_count(bench, handed_in):
    """What was judged behind lower walls than are asked for now is judged again."""
    run(handed_in)
    assert run(handed_in, require_sandbox="full") == OK
    assert len(bench.judged) == 10


def test_a_grader_that_is_edited_meanwhile_judges_nothing(bench, handed_in, monkeypatch, capsys):
    """Files of the grader that change while it runs: exit 3, and the journal has nothing of it."""
    monkeypatch.setattr("grader.classroom.fingerprint._STAMPS", ())
    assert run(handed_in) == NOT_GRADED
    assert "changed while it ran" in " ".join(capsys.readouterr().err.split())
    assert len(bench.judged) == 1
    assert not list((handed_in.parent / "out/journal").glob("*.json"))


def test_a_new_attempt_is_no_move(bench, handed_in):
    """Who hands in anew after a regrade is not among those whom the rules have moved."""
    run(handed_in)
    bench.failing = ()
    run(handed_in, seed=7, regrade=True)
    handed_in.joinpath("ben.py").write_text("ben = 5\n", "utf-8")
    run(handed_in, seed=7)
    changes = (handed_in.parent / "out/changes.csv").read_text("utf-8-sig")
    assert [line.split(",")[0] for line in changes.splitlines()[1:]] == ["eve"]


def test_a_regrade_that_was_cut_short_is_no_before(bench, handed_in):
    """Of whom a regrade that was cut short did not reach, the result before that is compared."""
    run(handed_in)
    bench.stop_after = 6
    run(handed_in, seed=7, regrade=True)
    bench.failing = ()
    assert run(handed_in, seed=8, regrade=True) == OK
    changes = (handed_in.parent / "out/changes.csv").read_text("utf-8-sig")
    assert {line.split(",")[0] for line in changes.splitlines()[1:]} == {"ben", "eve"}


def test_the_grader_knows_its_own_files(monkeypatch, tmp_path):
    """A check that is added, or changed, is noticed; an untouched grader is not."""
    assert fingerprint.unchanged()
    checks = tmp_path / "checks"
    shutil.copytree(fingerprint.CHECKS, checks)
    files = tuple(sorted(checks.glob("*.py")))
    monkeypatch.setattr(fingerprint, "CHECKS", checks)
    monkeypatch.setattr(fingerprint, "_FILES", files)
    monkeypatch.setattr(fingerprint, "_STAMPS", fingerprint._stamps())  # noqa: SLF001  of those
    assert fingerprint.unchanged()
    (checks / "test_more.py").write_text("", "utf-8")
    assert not fingerprint.unchanged()
    (checks / "test_more.py").unlink()
    assert fingerprint.unchanged()
    files[0].write_text("x = 1\n", "utf-8")
    assert not fingerprint.unchanged()


def test_what_a_fingerprint_is_of():
    """Whatever has a say in a judgement makes another one; what only weighs it does not."""
    rules, data = rubric.load(), datasets.load("digits")

    def of(changed=rules, seed=1, profile="quick"):
        return fingerprint.fingerprint(changed, seed=seed, profile=profile, data=data)

    base = of()
    weighed = msgspec.structs.replace(rules, points=rules.points | {"ReLU": 5, "softmax": 7})
    assert of(weighed).judging == base.judging
    assert of(weighed).weighing != base.weighing
    limits = msgspec.structs.replace(rules.limits, call_s=rules.limits.call_s + 1)
    others = (
        of(msgspec.structs.replace(rules, limits=limits)),
        of(msgspec.structs.replace(rules, examples=rules.examples + 1)),
        of(seed=2),
        of(profile="standard"),
    )
    assert len({base.judging, *(other.judging for other in others)}) == 5
    assert {other.weighing for other in others} == {base.weighing}


def test_no_judgement_depends_on_what_is_left_aside():
    """The rooms that the fingerprint leaves out are imported by nothing that judges."""
    checks = {path.name: path.read_text("utf-8") for path in fingerprint.CHECKS.glob("*.py")}
    judging = modules(checks, roots=["grader.grade"])
    assert "grader.judge" in judging
    rooms = {name.split(".")[1] for name in judging if "." in name}
    assert not rooms & fingerprint.ASIDE


def test_settings_travel():
    """What the processes are told survives JSON."""
    settings = grading.Settings(rubric.load(), "quick", 7, None, "strong")
    found = msgspec.json.decode(msgspec.json.encode(settings), type=grading.Settings)
    assert found == settings


def test_a_folder_that_cannot_be_written(handed_in):
    """--out in a place that is a file: refused before anything runs."""
    with pytest.raises(UsageError, match="cannot write"), locked(handed_in / "ada.py"):
        pass


@pytest.mark.slow
def test_killed_and_run_again(tmp_path):
    """A kill -9 in the middle: what was judged stays as it was, the rest is judged."""
    folder, out = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    rules = tmp_path / "rules.toml"
    rules.write_text("examples = 2\n", "utf-8")
    for number in range(5):
        text = f"{REFERENCE if number else SKELETON}\n# {number}\n"
        folder.joinpath(f"s{number}.py").write_text(text, "utf-8")
    options = ["--out", out, "--data", "digits", "--profile", "quick", "--rubric", rules]
    line = [sys.executable, "-m", "grader", "batch", folder, *options, "--jobs", "1"]
    journal = out / "journal"
    with subprocess.Popen([*map(str, line)], cwd=ROOT, start_new_session=True) as process:
        while not (journal.exists() and len(list(journal.glob("*.json"))) >= 2):
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
    first = {path: path.stat().st_mtime_ns for path in journal.glob("*.json")}
    done = subprocess.run([*map(str, line)], cwd=ROOT, check=False, timeout=300)
    assert done.returncode == OK
    assert {path: Path(path).stat().st_mtime_ns for path in first} == first
    assert len(list(journal.glob("*.json"))) == 5
    text = (out / "gradebook.csv").read_text("utf-8-sig")
    scores = [row["score"] for row in csv.DictReader(io.StringIO(text))]
    assert scores == ["0", "100", "100", "100", "100"]


@pytest.mark.slow
def test_a_changed_check_for_real(tmp_path):
    """In a checkout whose check of ReLU is edited, whoever passes it has that one run alone."""
    checkout, folder = tmp_path / "checkout", tmp_path / "class"
    subprocess.run(["git", "clone", "--quiet", ROOT, checkout], check=True)  # noqa: S607
    folder.mkdir()
    (folder / "ada.py").write_text(REFERENCE, "utf-8")
    wrong = REFERENCE.replace("np.maximum(0, Z)", "np.maximum(0, -Z)")
    (folder / "ben.py").write_text(wrong, "utf-8")
    options = ("--out", tmp_path / "out", "--data", "digits", "--profile", "quick")
    line = [*map(str, (sys.executable, "-m", "grader", "batch", folder, *options))]

    def graded(*more):
        done = subprocess.run([*line, *more], cwd=checkout, capture_output=True, text=True)  # noqa: PLW1510  told below
        assert done.returncode == OK, done.stderr
        return " ".join(done.stdout.split())

    graded()
    before = (tmp_path / "out" / "gradebook.csv").read_bytes()
    edited = checkout / "grader" / "checks" / "test_activations.py"
    text = edited.read_text("utf-8")
    title = "Negative elements become 0, all others"
    assert text.count(title) == 1
    edited.write_text(text.replace(title, f"{title} of them"), "utf-8")
    said = graded("--regrade")
    assert "by all checks: 1; by new or changed checks alone: 1; not at all" in said
    assert "nobody moves" in said
    assert (tmp_path / "out" / "gradebook.csv").read_bytes() == before
    assert "alone: 0; not at all, as all checks had been run: 2" in graded("--regrade")
