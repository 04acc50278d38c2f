"""A handout as a student uses it: unpacked, installed into an empty environment, run."""

import io
import subprocess
import sys
import zipfile

import pytest
from support.files import REFERENCE, SKELETON

from reference.misconceptions import catalogue

ENTRIES = {entry.id: entry for entry in catalogue()}

pytestmark = pytest.mark.slow

HANGS = REFERENCE.replace("return np.maximum(0, Z)", "while True: pass")


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory):
    """The zip, unpacked, with its practice grader installed in .venv."""
    place = tmp_path_factory.mktemp("homework")
    zipfile.ZipFile(io.BytesIO(made.zip())).extractall(place)
    subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=place, check=True)
    install = [".venv/bin/pip", "install", "--quiet", "."]
    done = subprocess.run(install, cwd=place, check=False, capture_output=True, text=True)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("no package index is at hand")
    assert done.returncode == 0, done.stderr
    return place


def practised(folder, text, *options):
    """What `grader grade nn.py` prints on this file; it ends with 0."""
    (folder / "nn.py").write_text(text, "utf-8")
    command = [".venv/bin/grader", "grade", "nn.py", *options]
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(folder)}
    done = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "Practice cannot check" in done.stdout
    assert "Practice gives no points" in done.stdout
    return done.stdout


def test_the_skeleton(folder):
    """As it is handed out, nothing is written yet, and one is told where to begin."""
    text = practised(folder, SKELETON)
    assert text.count("not written yet") == 10
    assert "Next: write ReLU." in text


def test_a_right_file(folder):
    """A right file passes everything, its training too."""
    text = practised(folder, REFERENCE)
    assert "training              1 of 1 practice check passes" in text
    assert "everything that practice can see is right" in text


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("leaky", "ReLU", "nothing negative comes through"),
        ("scalar-db1", "backward_propagation", "self.db1 is a single number"),
        ("percent", "get_accuracy", "expected 1"),
    ],
)
def test_a_wrong_file(folder, name, line, told):
    """The method that is wrong is named, with what came out; the others pass."""
    text = practised(folder, ENTRIES[name].apply(REFERENCE))
    assert told in text
    assert f"{line}  (line " in text
    assert f"look at {line}" in text


def test_a_hanging_file(folder):
    """An endless loop is stopped and told; softmax is still looked at."""
    text = practised(folder, HANGS)
    assert "ReLU did not finish within 4 s; is there an endless loop?" in text
    assert "✓  softmax" in text


def test_small_cases(folder):
    """--examples writes a program that shows the case, beside nn.py."""
    practised(folder, ENTRIES["scalar-db1"].apply(REFERENCE), "--examples", "cases", "--seed", "5")
    assert "from nn import NN" in (folder / "cases" / "backward_propagation.py").read_text()


def test_a_file_that_is_not_there(folder):
    """A wrong name is a usage error, in one line."""
    done = subprocess.run(
        [".venv/bin/grader", "grade", "other.py"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
