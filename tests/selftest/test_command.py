"""`grader selftest`, run for real on a few programs: exit codes, the table, the file, Ctrl-C."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.files import REFERENCE, ROOT

from grader.exits import BELOW, INTERRUPTED, NOT_GRADED, OK, USAGE
from grader.selftest.command import SelftestCommand
from grader.selftest.programs import Corpus, Program

COMMAND = (sys.executable, "-m", "grader", "selftest", "--jobs", "1")


def run(*options):
    """Run the command; returns the finished process."""
    return subprocess.run(
        [*COMMAND, *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80"},
        timeout=300,
    )


def rubric(tmp_path, text):
    """A rubric that draws few cases, and differs by this text as well."""
    file = tmp_path / "rubric.toml"
    file.write_text(f"examples = 2\n{text}", "utf-8")
    return file


def test_all_is_well(tmp_path):
    """A mutant, one that is no mistake, and a right program: exit 0, and it is all in the file."""
    out = tmp_path / "out.json"
    only = ("ReLU:2:drop-maximum", "one_hot:2:W2-to-W1", "right/tabs")
    options = [option for pattern in only for option in ("--only", pattern)]
    done = run(*options, "--rubric", rubric(tmp_path, ""), "--json", out)
    assert done.returncode == OK, done.stdout + done.stderr
    assert "The grader tells right from wrong" in done.stdout
    assert "one_hot:2:W2-to-W1: All weights have the same type." in done.stdout
    assert "Right programs 1, full marks 1" in done.stdout
    found = json.loads(out.read_text("utf-8"))
    assert found["schema"] == "nn-grader/selftest/v1"
    assert [v["id"] for v in found["verdicts"]] == ["ReLU:2:drop-maximum", only[1], "tabs"]
    assert [v["caught"] for v in found["verdicts"]] == [True, False, False]
    assert found["verdicts"][0]["lost"].keys() == {"ReLU"}
    assert found["verdicts"][0]["seconds"] > 0
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.slow
def test_an_unfair_rubric_is_found_out(tmp_path):
    """A threshold that nobody reaches: a right program loses points, it is told, exit 1."""
    unfair = rubric(tmp_path, "[profiles.quick.threshold]\ndigits = 1.0\n")
    done = run("--only", "the reference", "--rubric", unfair)
    assert done.returncode == BELOW
    assert "Right programs that lost points\n  the reference  (lost: training 10)" in done.stdout
    assert "training::training: " in done.stdout
    assert "Not good enough: 0 of 1 right programs got full marks" in done.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"only": ("no-such-mistake",)}, "no-such-mistake"),
        ({"profile": "fast"}, "full, quick, standard"),
        ({"rubric": Path("nowhere.toml")}, "nowhere.toml"),
        ({"seed": -1}, "--seed"),
        ({"json": Path("no/such/folder/out.json")}, "no/such/folder"),
        pytest.param({"data": "nowhere.npz"}, "nowhere.npz", marks=pytest.mark.slow),
    ],
)
def test_usage_errors(capsys, options, says):
    """A wrong option: exit 2, before anything is graded, naming what was found."""
    program = Program("the reference", "right", (), REFERENCE.encode())
    assert SelftestCommand(jobs=1, **options).run(Corpus((program,))) == USAGE
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == ""


def test_help():
    """--help says what is graded, what is shown, and what the exit codes mean."""
    said = run("--help").stdout
    for word in ("mistakes", "blamed exactly", "named", "--only", "Exit code 0"):
        assert word in said


def test_a_blind_grader_is_found_out(capsys):
    """A "mutant" that is the reference is a survivor: it is named, and the exit code is 1."""
    blind = Program("blind", "mechanical", ("ReLU",), REFERENCE.encode())
    assert SelftestCommand(jobs=1, quick=True).run(Corpus((blind,))) == BELOW
    said = capsys.readouterr().out
    assert "Survived: full marks for a wrong method\n  blind  (ReLU; lost: nothing)" in said


@pytest.mark.slow
def test_a_fault_of_the_grader_is_no_verdict(tmp_path, capsys):
    """Points for what no check judges: nothing can be graded, and the exit code is 3."""
    points = rubric(tmp_path, "[points]\nReLU = 0\nshow_predictions = 4\n")
    program = Program("the reference", "right", (), REFERENCE.encode())
    assert SelftestCommand(jobs=1, rubric=points).run(Corpus((program,))) == NOT_GRADED
    said = " ".join(capsys.readouterr().out.split())
    assert "Could not be judged the reference" in said
    assert "no check judges show_predictions" in said


@pytest.mark.slow
def test_seeds(tmp_path):
    """With two seeds every program is graded twice, and verdicts that agree are no flips."""
    out = tmp_path / "out.json"
    command = SelftestCommand(
        jobs=1, seeds=2, seed=5, rubric=rubric(tmp_path, ""), json=out, only=("ReLU:2:0-to-1",)
    )
    assert command.run() == OK
    found = json.loads(out.read_text("utf-8"))
    assert [v["seed"] for v in found["verdicts"]] == [5, 6]
    assert found["summary"]["flips"] == []


@pytest.mark.slow
def test_interrupted(tmp_path):
    """Ctrl-C: exit 130 within moments, what was done is told, and no process is left behind."""
    out = tmp_path / "out.json"
    command = [*COMMAND, "--only", "mechanical/*", "--json", str(out)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A suite that was started in the background ignores Ctrl-C, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        children = [os.pidfd_open(child) for child in _children_of(process)]
        os.killpg(process.pid, signal.SIGINT)
        said, errors = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert b"Interrupted: " in said
    assert b"Traceback" not in errors
    assert json.loads(out.read_text("utf-8"))["finished"] is False
    for child in children:
        ended, _, _ = select.select([child], [], [], 60)
        os.close(child)
        assert ended


def _children_of(process):
    """The processes that it started, once there is one that grades."""
    listed = f"/proc/{process.pid}/task/{process.pid}/children"
    while True:
        assert process.poll() is None
        with open(listed, encoding="ascii") as file:  # noqa: PTH123  a file of /proc
            children = [int(pid) for pid in file.read().split()]
        if len(children) > 1:  # multiprocessing's own tracker is the other one
            return children
