"""The workflows and the pipeline are what their services take, and ask for no more than needed."""

import re
import subprocess
import sys

import pytest
from support.files import ROOT
from support.runner import evaluated, load, parsed

ACTION = ROOT / ".github" / "actions" / "grade"
CI = ROOT / ".github" / "workflows" / "ci.yml"
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"

FILES = (
    ("vendor.github-workflows", CI),
    ("vendor.github-workflows", RELEASE),
    ("vendor.dependabot", ROOT / ".github" / "dependabot.yml"),
    ("vendor.github-issue-config", FORMS / "config.yml"),
    *(("vendor.github-issue-forms", FORMS / f"{n}.yml") for n in ("message", "problem")),
    ("vendor.github-issue-forms", FORMS / "wrong-verdict.yml"),
    ("vendor.github-workflows", ACTION / "class-workflow.yml"),
    ("vendor.github-actions", ACTION / "action.yml"),
    ("vendor.gitlab-ci", ACTION / "gitlab-ci.yml"),
)


def validated(schema, path):
    """How check-jsonschema judges a file by a schema that it brings along."""
    return subprocess.run(
        [sys.executable, "-I", "-m", "check_jsonschema", "--builtin-schema", schema, path],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(("schema", "path"), FILES, ids=lambda value: getattr(value, "name", value))
def test_schemas(schema, path, tmp_path):
    """Each file is valid by its service's schema; with a key that there is not, it is not."""
    done = validated(schema, path)
    assert done.returncode == 0, done.stdout
    text = path.read_text("utf-8")
    broken = tmp_path / path.name
    key = {
        "action.yml": "using: composite",
        "gitlab-ci.yml": "when: always",
        "dependabot.yml": "package-ecosystem: pip",
        "config.yml": "blank_issues_enabled: true",
    } | dict.fromkeys(("message.yml", "problem.yml", "wrong-verdict.yml"), "type: textarea")
    old = key.get(path.name, "runs-on: ubuntu-24.04")
    assert old in text
    broken.write_text(text.replace(old, old.replace(": ", "-: ")), "utf-8")
    assert validated(schema, broken).returncode == 1


def steps(path):
    """Every step of a workflow or an action."""
    content = load(path)
    if "runs" in content:
        return content["runs"]["steps"]
    return [step for job in content["jobs"].values() for step in job["steps"]]


GITHUB = [CI, ACTION / "class-workflow.yml", ACTION / "action.yml", RELEASE]


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_no_script_holds_an_expression(path):
    """What comes from outside reaches a shell as a variable: nothing can be injected."""
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        assert "secrets" not in str(step)


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_actions_are_pinned(path):
    """Every action is used at a major version, those of others included."""
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+", name) for name in used)


@pytest.mark.parametrize("path", GITHUB[:2], ids=lambda path: path.name)
def test_least_permissions(path):
    """A workflow may read the repository and nothing more, ends in time, and replaces its like."""
    content = load(path)
    assert content["permissions"] == {"contents": "read"}
    assert content["concurrency"]["cancel-in-progress"] is True
    assert "pull_request_target" not in content["on"]
    for job in content["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= 90
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_a_release_is_built_without_the_right_to_publish():
    """What runs the project's own code may only read; the job that may write runs none of it."""
    content = load(RELEASE)
    assert content["permissions"] == {"contents": "read"}
    assert "permissions" not in content["jobs"]["build"]
    release = content["jobs"]["release"]
    assert release["permissions"] == {"contents": "write"}
    assert not any("checkout" in step.get("uses", "") for step in release["steps"])
    assert release["needs"] == "build"


def test_the_project_is_tested_on_every_python():
    """CI runs .ci/run on each minor version that pyproject and the README promise."""
    job = load(CI)["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert job["steps"][-1]["run"] == "bash .ci/run"


def test_the_reporter_gets_the_result():
    """The class's workflow hands the payload on under the name that the reporter looks for."""
    step = next(s for s in steps(ACTION / "class-workflow.yml") if "reporter" in s.get("uses", ""))
    name = f"{step['with']['runners'].upper()}_RESULTS"
    assert step["env"] == {name: "${{ steps.grade.outputs.result }}"}
    outputs = load(ACTION / "action.yml")["outputs"]
    assert set(outputs) == {"score", "max-score", "status", "result", "reports"}


def test_the_pipeline_keeps_its_report():
    """GitLab shows the JUnit report of a job that failed, too; nothing is set by variables."""
    content = load(ACTION / "gitlab-ci.yml")
    assert set(content) == {"grade"}
    artifacts = content["grade"]["artifacts"]
    assert artifacts["when"] == "always"
    assert artifacts["reports"]["junit"] == "nn-grader/result.xml"


def test_outputs_are_parsed_as_the_runner_does():
    """Of two lines with one name the last counts; a value may have lines."""
    assert parsed("a=1\nb<<X\none\na=2\nX\na=3=4\n") == {"a": "3=4", "b": "one\na=2"}
    with pytest.raises(AssertionError, match="refuses"):
        parsed("nonsense\n")
    assert evaluated("x${{ a.b }}y", {"a.b": "$(c)"}) == "x$(c)y"
    with pytest.raises(KeyError):
        evaluated("${{ secrets.KEY }}", {})
