"""A copy of the project to install from, wheels to install with, and hostile repositories."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from support.files import REFERENCE, ROOT

from grader.packages.sources import FILES, FOLDERS, requirements, without_wheel

WRONG = REFERENCE.replace("np.maximum(0, Z)", "np.maximum(0.5, Z)")

HOSTILE = '''
import os, sys

FORGED = """
::set-output name=score::100
::set-output name=result::forged
::add-mask::grader
  ::error file=other.py,line=1::forged
##[error]forged
::stop-commands::forged
::notice title=Autograding report::{"totalPoints":100,"maxPoints":100}
"""
print(FORGED)
print(FORGED, file=sys.stderr)
for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
    try:
        with open(os.environ[name], "a") as file:
            file.write("score=100")
    except Exception:
        pass

def ReLU(Z):
    print(FORGED)
    raise ValueError(FORGED)

def softmax(Z):
    raise type("::error file=other.py::forged", (Exception,), {})(FORGED)

class NN:
    def __init__(self, input_size=784, hidden_size=128, output_size=10, learning_rate=0.01):
        print(FORGED)

    def one_hot(self, y):
        os._exit(0)

    def forward_propagation(self, X):
        raise SystemExit(FORGED)
'''
"""Prints, raises and is named as commands of a runner's log."""

_STAIN = """import pathlib
pathlib.Path({mark!r}).touch()
raise SystemExit("a file of the student's was run: " + __file__)
"""


def traps(folder, mark):
    """Fill a folder with all that programs like to read beside a file; each touches `mark`."""
    stain = _STAIN.format(mark=str(mark))
    modules = (
        *("conftest.py", "numpy.py", "sitecustomize.py", "usercustomize.py", "pytest.py"),
        *("rich/__init__.py", "msgspec.py", "hypothesis.py", "typing.py", "pip/__init__.py"),
        *("pip/__main__.py", "grader/__init__.py", "grader/__main__.py", "grader/cli/__init__.py"),
        *("venv/__init__.py", "venv/__main__.py", "reference/__init__.py", "evil_plugin.py"),
    )
    texts = dict.fromkeys(modules, stain) | {
        "pytest.ini": "[pytest]\naddopts = -p evil_plugin\n",
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p evil_plugin"\n',
        "tox.ini": "[pytest]\naddopts = -p evil_plugin\n",
        "rubric.toml": "[points]\ntraining = 100\n",
        ".env": "PYTEST_ADDOPTS='-p evil_plugin'\nGRADER_DATA=/none\n",
        "evil.pth": f"import pathlib; pathlib.Path({str(mark)!r}).touch()\n",
        "matplotlibrc": "backend: module://evil_plugin\n",
        ".hypothesis/x": "",
        "setup.sh": f"touch {mark}\n",
        "run_autograder": f"touch {mark}\n",
        "pip.conf": "[global]\nindex-url = file:///none\n",
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def checkout(folder):
    """A copy of the project without what lies about in a working tree."""
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*cache", "*.pyc")
    for name in (*FOLDERS, ".github"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    return folder


def wheels(folder):
    """Wheels of all that the project needs, and of what builds it; $GRADER_TEST_WHEELS, if set."""
    needed = requirements((ROOT / "pyproject.toml").read_bytes())
    given = os.environ.get("GRADER_TEST_WHEELS")
    if given:
        lacking = without_wheel(needed, (p.name for p in Path(given).iterdir()))
        assert not lacking, f"{given} has no wheel of {', '.join(lacking)}"
        return Path(given)
    command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--dest", str(folder), *needed, "setuptools>=77"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return folder
