"""The composite action, step by step on a runner: right, wrong and hostile files."""

import base64
import json
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest
from support.files import REFERENCE, SKELETON
from support.packages import HOSTILE, WRONG, checkout, traps
from support.runner import Runner

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runner(tmp_path_factory, wheels):
    """A runner on which the action has installed the grader; its environment is a hostile one."""
    temp = tmp_path_factory.mktemp("runner")
    (temp / "home").mkdir()
    repository = checkout(temp / "_actions" / "owner" / "nn-grader" / "v1")
    workspace = temp / "empty"
    workspace.mkdir()
    traps(workspace, temp / "was-run")
    environment = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PYTHONPATH": str(workspace),
        "PYTHONSTARTUP": str(workspace / "conftest.py"),
        "GRADER_DATA": "/none",
        "PYTEST_ADDOPTS": "-p evil_plugin",
        "PYTEST_PLUGINS": "evil_plugin",
        "HYPOTHESIS_PROFILE": "none",
    }
    runner = Runner(temp, repository / ".github" / "actions" / "grade", environment)
    installed = runner.run(workspace, only=("python", "install"))
    assert installed.code == 0, installed.log
    assert not (temp / "was-run").exists()
    return runner


@pytest.fixture
def grade(runner, tmp_path):
    """Runs the last step on a repository with this nn.py among traps, and checks what holds always.

    The repository itself is as it was; nothing of it was run; nothing is left for later steps.
    """

    def run(text, name="student/nn.py", prepare=lambda _repository: None, **inputs):
        workspace = tmp_path / "repository"
        traps(workspace, runner.temp / "was-run")
        (workspace / name).parent.mkdir(exist_ok=True)
        if text is not None:
            (workspace / name).write_text(text, "utf-8")
        prepare(workspace)
        before = listed(workspace)
        source = str(runner.action.parents[2])
        ended = runner.run(
            workspace, only=("grade",), steps={"install": {"source": source}}, **inputs
        )
        assert not (runner.temp / "was-run").exists()
        assert listed(workspace) == before
        assert ended.environment == {}
        assert ended.path == ""
        return ended

    return run


def listed(folder):
    """Everything in a folder."""
    return sorted(
        (path.relative_to(folder), path.is_file() and path.read_bytes())
        for path in folder.rglob("*")
    )


def payload(ended):
    """What the reporter gets."""
    return json.loads(base64.b64decode(ended.outputs["result"], validate=True))


def test_a_right_file(grade, hold, tmp_path):
    """All points, no annotation, a summary, and reports in a folder of the runner's."""
    ended = grade(REFERENCE, profile="quick", fail_under="100")
    assert ended.code == 0, ended.log
    points = {name: ended.outputs[name] for name in ("score", "max-score", "status")}
    assert points == {"score": "100", "max-score": "100", "status": "pass"}
    assert ended.commands == []
    assert ended.summary.startswith("## Score 100 / 100")
    hold("github", json.dumps(payload(ended)).encode())
    reports = ended.outputs["reports"]
    assert str(tmp_path) not in reports
    suite = ET.parse(f"{reports}/result.xml").getroot()  # noqa: S314  our own
    assert suite.get("failures") == "0"


def test_a_wrong_file(grade):
    """The annotation stands at the method that is wrong; the step fails below the threshold."""
    ended = grade(WRONG, profile="quick", fail_under="99")
    assert ended.code == 1, ended.log
    assert 50 < float(ended.outputs["score"]) < 99
    assert ended.outputs["status"] == "fail"
    line = WRONG[: WRONG.index("def ReLU(")].count("\n") + 1
    assert len(ended.commands) == 1
    assert ended.commands[0].startswith(f"::error file=student/nn.py,line={line},title=ReLU%3A ")
    assert "### ReLU" in ended.summary
    assert payload(ended)["status"] == "fail"


def test_any_score_passes(grade):
    """Without a threshold the step passes; nn.py at the top is found as well."""
    ended = grade(SKELETON, "nn.py", profile="quick")
    assert ended.code == 0
    assert ended.commands[0].startswith("::error file=nn.py,line=")


def test_a_hostile_file(grade):
    """No command of the student's reaches the runner, and no output is forged."""
    ended = grade(HOSTILE, profile="quick")
    assert ended.code == 0, ended.log
    assert float(ended.outputs["score"]) < 20
    assert ended.outputs["status"] == "fail"
    assert payload(ended)["status"] == "fail"
    assert ended.commands
    for command in ended.commands:
        assert command.startswith("::error file=student/nn.py,line=")


@pytest.mark.parametrize(
    ("prepare", "inputs", "says"),
    [
        (lambda _: None, {}, "student/nn.py is not there"),
        (
            lambda folder: (folder / "student" / "nn.py").symlink_to("/etc/passwd"),
            {},
            "a link that leads out",
        ),
        (
            lambda folder: (folder / "nn.py").symlink_to(folder.parent / "none"),
            {},
            "leads nowhere",
        ),
        (lambda _: None, {"file": "../other/nn.py"}, "name it relative"),
        (lambda _: None, {"file": "$(touch was-run); x.py"}, "is not there"),
        (lambda f: (f / "nn.py").touch(), {"rubric": "rubric.toml"}, "no such file in the grader"),
        (lambda f: (f / "nn.py").touch(), {"rubric": "../../../x"}, "no such file in the grader"),
        (lambda f: (f / "nn.py").touch(), {"rubric": "[points]\nReLU = 5"}, "add up to 101"),
        (lambda f: (f / "nn.py").touch(), {"profile": "--json=x"}, "no profile"),
    ],
)
def test_what_cannot_be_graded(grade, prepare, inputs, says):
    """Not graded: exit code 2, one annotation that says why, a payload that the reporter reads."""
    ended = grade(None, prepare=prepare, **inputs)
    assert ended.code == 2, ended.log
    assert len(ended.commands) == 1
    assert says in ended.commands[0]
    assert ended.outputs["status"] == "error"
    assert payload(ended)["status"] == "error"
    assert payload(ended)["tests"]
    assert "Not graded" in ended.summary


def test_a_bad_threshold(grade):
    """An input that is no number fails the step, and what stands there is no verdict."""
    ended = grade(REFERENCE, fail_under="many")
    assert ended.code == 2
    assert ended.outputs["status"] == "error"
    assert payload(ended)["status"] == "error"


def test_a_rubric_of_the_class(grade, runner):
    """The rubric may be a file of the action's own repository."""
    (runner.action / "mine.toml").write_text("[points]\nReLU = 12\nsoftmax = 0\n", "utf-8")
    ended = grade(SKELETON, profile="quick", rubric=".github/actions/grade/mine.toml")
    assert ended.code == 0, ended.log
    relu = next(test for test in payload(ended)["tests"] if test["name"] == "ReLU")
    assert relu["message"].startswith("0 / 12")


def test_another_ref(runner, tmp_path):
    """A ref of the action's repository is fetched into the runner's folder, and used."""
    origin = runner.temp / "owner" / "nn-grader"
    shutil.copytree(runner.action.parents[2], origin)
    (origin / "grader" / "__init__.py").write_text('"""A."""\n\n__version__ = "9.8.7"\n', "utf-8")
    for command in (
        ["init", "--quiet", "--initial-branch", "next"],
        ["add", "--all"],
        ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "x"],
    ):
        subprocess.run(["git", *command], cwd=origin, check=True)  # noqa: S607  whichever there is
    other = Runner(tmp_path, runner.action, {**runner.environment, "PIP_NO_DEPS": "1"})
    (tmp_path / "owner").symlink_to(origin.parent)
    (tmp_path / "home").mkdir()
    ended = other.run(tmp_path, only=("python", "install"), grader_ref="next")
    assert ended.code == 0, ended.log
    version = subprocess.run(
        [
            tmp_path / "nn-grader" / "bin" / "python",
            "-Ic",
            "import grader as g; print(g.__version__)",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert version.stdout == "9.8.7\n"
