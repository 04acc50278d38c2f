"""A runner of GitHub's, as far as a composite action of ours needs one: its files and commands."""

import re
import subprocess
import sys
from dataclasses import dataclass, field

from ruamel.yaml import YAML

_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")


def load(path):
    """A YAML file, by the rules of YAML 1.2, in which `on` is a word."""
    return YAML(typ="safe").load(path.read_text("utf-8"))


@dataclass
class Ended:
    """What is left of an action: the exit code of its last step, and what that has told."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict = field(default_factory=dict)
    environment: dict = field(default_factory=dict)
    path: str = ""

    @property
    def commands(self):
        """The lines that the runner may obey: those of `::`, and the older `##[` anywhere."""
        lines = self.log.splitlines()
        return [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


@dataclass
class Runner:
    """A machine with a repository that is checked out, and an action beside it.

    Attributes:
        temp: the runner's folder for temporary files; environments made there stay.
        action: the action's folder.
        environment: what the job's environment holds besides.
    """

    temp: object
    action: object
    environment: dict

    def run(self, workspace, *, only=None, steps=None, **inputs):
        """Run the action's steps one by one, until one fails.

        Args:
            workspace: the student's repository.
            only: the ids of the steps to run; otherwise all.
            steps: outputs of steps that ran before, by their ids.
            inputs: of the action, with _ for -.
        """
        definition = load(self.action / "action.yml")
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) <= set(definition["inputs"]), "there is no such input"
        inputs = {k: given.get(k, v.get("default", "")) for k, v in definition["inputs"].items()}
        context = {
            **{f"inputs.{name}": value for name, value in inputs.items()},
            "github.action_path": str(self.action),
            "github.action_repository": "owner/nn-grader",
            "github.server_url": f"file://{self.temp}",
            "github.workspace": str(workspace),
        }
        for name, outputs in (steps or {}).items():
            context |= {f"steps.{name}.outputs.{k}": v for k, v in outputs.items()}
        ended = Ended()
        for step in definition["runs"]["steps"]:
            if only is not None and step["id"] not in only:
                continue
            outputs = self._step(step, context, workspace, ended)
            context |= {f"steps.{step['id']}.outputs.{k}": v for k, v in outputs.items()}
            if ended.code:
                break
        ended.outputs = {
            name: evaluated(output["value"], context, missing="")
            for name, output in definition["outputs"].items()
        }
        return ended

    def _step(self, step, context, workspace, ended):
        if "uses" in step:
            assert step["uses"].startswith("actions/setup-python@"), step["uses"]
            return {"python-path": sys._base_executable}  # noqa: SLF001  one with ensurepip
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an expression inside a script is an injection"
        names = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH")
        files = {name: self.temp / f"{name}.{step['id']}" for name in names}
        for file in files.values():
            file.write_text("", "utf-8")
        script = self.temp / "step.sh"
        script.write_text(step["run"], "utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],  # noqa: S607  the runner's
            cwd=workspace,
            env={
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "HOME": str(self.temp / "home"),
                **self.environment,
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_WORKSPACE": str(workspace),
                **{name: str(file) for name, file in files.items()},
                **{name: evaluated(text, context) for name, text in step["env"].items()},
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        ended.code = done.returncode
        ended.log += done.stdout.decode("utf-8", "backslashreplace")
        ended.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        ended.environment |= parsed(files["GITHUB_ENV"].read_text("utf-8"))
        ended.path += files["GITHUB_PATH"].read_text("utf-8")
        return parsed(files["GITHUB_OUTPUT"].read_text("utf-8"))


def evaluated(text, context, missing=None):
    """A text with its expressions resolved; they may only name something of the context."""

    def value(match):
        name = match[1]
        if missing is not None and name.startswith("steps."):
            return context.get(name, missing)
        return context[name]

    return _EXPRESSION.sub(value, str(text))


def parsed(text):
    """The file of a step's outputs, as the runner reads it: the last of one name counts."""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, equals, value = line.partition("=")
        heredoc = re.fullmatch(r"([^=]+?)<<(.+)", line)
        if heredoc and "<<" in name:
            taken = []
            for more in lines:
                if more == heredoc[2]:
                    break
                taken.append(more)
            name, value = heredoc[1], "\n".join(taken)
        elif not equals:
            assert not line, f"the runner refuses {line!r}"
            continue
        found[name] = value
    return found
