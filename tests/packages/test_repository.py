"""One file of a repository, and nothing else of it: what is copied, passed on, told, refused."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.files import REFERENCE
from support.packages import traps

from grader.packages import repository
from grader.packages.repository import Job, Payload


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Runs a Job with the grading replaced; what would have been run is in `job.started`."""

    class Started:
        def __init__(self):
            self.command, self.options, self.source = None, {}, None

        def __call__(self, grading=lambda: 0, **variables):
            def run(command, **options):
                self.command, self.options = command, options
                self.source = (options["cwd"] / command[-1]).read_text("utf-8")
                self.held = [p.name for p in options["cwd"].rglob("*") if p.is_file()]
                rubric = [o for o in command if o.startswith("--rubric=")]
                self.rubric = rubric and Path(rubric[0][9:]).read_text("utf-8")
                return subprocess.CompletedProcess(command, grading())

            monkeypatch.setattr(repository.subprocess, "run", run)
            return Job(
                {
                    "GRADE_REPOSITORY": str(tmp_path / "repository"),
                    "GRADE_REPORTS": str(tmp_path / "reports"),
                    "GITHUB_OUTPUT": str(tmp_path / "output"),
                    **variables,
                }
            ).run()

    (tmp_path / "repository" / "student").mkdir(parents=True)
    (tmp_path / "repository" / "student" / "nn.py").write_text("mine", "utf-8")
    return Started()


def told(tmp_path):
    """The outputs; the last of each name counts."""
    lines = (tmp_path / "output").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_one_file_is_copied(job, tmp_path):
    """It lies alone in a folder, under the path that it has in the repository."""
    traps(tmp_path / "repository", tmp_path / "was-run")
    assert job() == 0
    assert job.source == "mine"
    assert job.held == ["nn.py"]
    assert job.command[:5] == [sys.executable, "-I", "-m", "grader", "grade"]
    assert job.command[-2:] == ["--", "student/nn.py"]
    assert "--require-sandbox=strong" in job.command
    assert "--data=digits" in job.command
    assert not [option for option in job.command if option.startswith("--rubric")]
    assert not job.options["cwd"].exists()


def test_two_files_that_are_not_the_same(job, tmp_path, capsys):
    """Where nobody says which of two is meant, neither is graded; a name will do, or equal ones."""
    root = tmp_path / "repository" / "nn.py"
    root.write_text("the skeleton", "utf-8")
    assert job() == 2
    assert "two files" in capsys.readouterr().out
    assert told(tmp_path)["status"] == "error"
    assert job.source is None
    shutil.rmtree(tmp_path / "reports")
    assert job(GRADE_FILE="nn.py") == 0
    assert job.source == "the skeleton"
    shutil.rmtree(tmp_path / "reports")
    root.write_text("mine", "utf-8")
    assert job() == 0


def test_the_environment_is_made_anew(job):
    """What Python, pytest, the grader or the loader would read from it is not passed on."""
    bad = ("PYTHONPATH", "PYTEST_ADDOPTS", "GRADER_DATA", "LD_PRELOAD", "KERAS_HOME", "CLASSROOM")
    assert job(**dict.fromkeys(bad, "x"), GITHUB_STEP_SUMMARY="s", HOME="h") == 0
    environment = job.options["env"]
    assert not set(bad) & set(environment)
    assert environment["GITHUB_STEP_SUMMARY"] == "s"
    assert environment["CI"] == "true"


def test_options_are_values(job):
    """What a workflow gives stays one argument, whatever is in it."""
    assert job(GRADE_PROFILE="--json=x y", GRADE_FAIL_UNDER="60", GRADE_FILE="student/nn.py") == 0
    assert "--profile=--json=x y" in job.command
    assert "--fail-under=60" in job.command


def test_the_rubric(job, tmp_path):
    """It is text, or a file in the grader's repository; never one of the student's."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "mine.toml").write_text("seed = 1", "utf-8")
    (tmp_path / "repository" / "rubric.toml").write_text("seed = 2", "utf-8")
    (home / "out.toml").symlink_to(tmp_path / "repository" / "rubric.toml")
    assert job(GRADE_RUBRIC="seed = 3", GRADE_HOME=str(home)) == 0
    assert job.rubric == "seed = 3\n"
    assert job(GRADE_RUBRIC="mine.toml", GRADE_HOME=str(home), GRADE_REPORTS=f"{home}/r") == 0
    assert job.rubric == "seed = 1"
    for number, named in enumerate(
        ("rubric.toml", "../repository/rubric.toml", "out.toml", str(tmp_path / "repository"))
    ):
        reports = str(tmp_path / f"r{number}")
        assert job(GRADE_RUBRIC=named, GRADE_HOME=str(home), GRADE_REPORTS=reports) == 2, named
    assert job(GRADE_RUBRIC="mine.toml", GRADE_REPORTS=str(tmp_path / "r")) == 2


@pytest.mark.parametrize("name", ["/etc/passwd", "../x.py", "a/../../x.py", ".", "none.py"])
def test_only_files_of_the_repository(job, tmp_path, name, capsys):
    """A path that leads out of it, or to nothing, is refused in every result."""
    (tmp_path / "x.py").write_text("secret", "utf-8")
    assert job(GRADE_FILE=name) == 2
    assert job.command is None
    assert told(tmp_path)["status"] == "error"
    assert capsys.readouterr().out.count("::error title=nn-grader::not graded") == 1
    assert json.loads((tmp_path / "reports" / "github.json").read_bytes())["status"] == "error"


def test_links(job, tmp_path):
    """A link is copied as what it leads to inside the repository, and refused if it leads out."""
    path = tmp_path / "repository" / "student" / "nn.py"
    path.rename(path.with_name("net.py"))
    path.symlink_to("net.py")
    assert job() == 0
    assert job.source == "mine"
    path.unlink()
    (tmp_path / "secret.py").write_text("secret", "utf-8")
    path.symlink_to(tmp_path / "secret.py")
    (tmp_path / "repository" / "nn.py").write_text("another", "utf-8")
    assert job(GRADE_REPORTS=str(tmp_path / "again")) == 2


def test_a_result_that_was_there_is_not_believed(job, tmp_path):
    """A folder of results with something in it, or a link, is refused, not read or written."""
    reports = tmp_path / "repository" / "nn-grader"
    reports.mkdir()
    forged = '{"status": "pass", "max_score": 100, "tests": [{"score": 100}]}'
    (reports / "github.json").write_text(forged, "utf-8")
    assert job(GRADE_REPORTS=str(reports)) == 2
    assert told(tmp_path) == {"score": "0", "max-score": "100", "status": "error"}
    assert (reports / "github.json").read_text("utf-8") == forged
    link = tmp_path / "repository" / "link"
    (tmp_path / "elsewhere").mkdir()
    link.symlink_to(tmp_path / "elsewhere")
    assert job(GRADE_REPORTS=str(link)) == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert job.command is None


def test_points_come_from_the_payload(job, tmp_path):
    """The outputs are those of the result; without one, that nothing was graded."""
    place = tmp_path / "reports" / "github.json"
    content = '{"status": "fail", "max_score": 90, "tests": [{"score": 2.67}, {"score": 40}]}'

    def grading():
        place.write_text(content, "utf-8")
        return 1

    assert job(grading) == 1
    points = {name: told(tmp_path)[name] for name in ("score", "max-score", "status")}
    assert points == {"score": "42.67", "max-score": "90", "status": "fail"}
    assert Payload().outputs == "score=0\nmax-score=100\nstatus=error\n"


def test_a_grader_that_dies(job, tmp_path):
    """Where the grading is killed, every result says that it did not finish."""
    assert job(lambda: -9) == -9
    assert told(tmp_path)["status"] == "error"
    for name in ("result.md", "result.xml", "github.json"):
        assert "did not finish" in (tmp_path / "reports" / name).read_text("utf-8")


_AUDITED = """
import os, sys
opened = []

def hook(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "import", "exec"):
        name = arguments[0]
        if event == "import":
            name = arguments[1] or ""
        if isinstance(name, (str, bytes)) and name:
            path = os.path.realpath(os.fsdecode(name))
            if path.startswith(ROOT + os.sep):
                opened.append(os.path.relpath(path, ROOT))

ROOT = os.path.realpath(os.getcwd())
sys.addaudithook(hook)
sys.argv = ["grader", *sys.argv[1:]]
from grader.cli import main
try:
    main()
finally:
    sys.__stdout__.flush()
    print("OPENED", sorted(set(opened)), file=sys.stderr)
"""


@pytest.mark.slow
def test_grade_reads_one_file(tmp_path):
    """`grader grade` in a hostile repository opens, lists and imports nothing of it but nn.py."""
    traps(tmp_path / "repository", tmp_path / "was-run")
    (tmp_path / "repository" / "student").mkdir()
    (tmp_path / "repository" / "student" / "nn.py").write_text(REFERENCE, "utf-8")
    out = tmp_path / "result.json"
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-c", _AUDITED, "grade", "student/nn.py", "--json", str(out)),
            *("--profile", "quick", "--data", "digits"),
        ],
        cwd=tmp_path / "repository",
        env={"PATH": os.defpath, "HOME": str(tmp_path), "PYTEST_ADDOPTS": "-p evil_plugin"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "was-run").exists()
    assert done.stderr.splitlines()[-1] == "OPENED ['student/nn.py']"
    assert json.loads(out.read_bytes())["score"] == 100
