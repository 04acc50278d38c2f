"""The whole of it in a container like Gradescope's: setup.sh and run_autograder as they are."""

import json
import os
import shutil
import signal
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from support.box import MIB, Box, Group, require
from support.files import REFERENCE, SKELETON
from support.packages import HOSTILE, WRONG, traps

from grader import rubric
from grader.packages.gradescope import GradescopePackage
from grader.packages.subset import subset

pytestmark = pytest.mark.slow

CONTRADICTED = {"GRADER_DATA": "/none", "PYTHONPATH": "/autograder/submission"} | {
    "PYTEST_ADDOPTS": "-p evil_plugin",
    "PYTHONSTARTUP": "/autograder/submission/conftest.py",
    "PYTHONHOME": "/autograder/submission",
}
"""What an environment might say, and has no say in."""


@pytest.fixture(scope="module")
def box(tmp_path_factory, wheels):
    """A container in which setup.sh has run, without a network."""
    require()
    folder = tmp_path_factory.mktemp("gradescope")
    out = folder / "autograder.zip"
    made = GradescopePackage(out, wheels=wheels)
    assert made.run() == 0
    for name in ("root", "autograder/source", "autograder/submission", "autograder/results"):
        (folder / name).mkdir(parents=True)
    source = folder / "autograder" / "source"
    with zipfile.ZipFile(out) as archive:
        archive.extractall(source)
    # As Gradescope's own Dockerfile does; a zip's permissions are lost on the way.
    shutil.copy(source / "run_autograder", folder / "autograder")
    (folder / "autograder" / "run_autograder").chmod(0o755)
    group = Group.make()
    box = Box(folder / "root", folder / "autograder", group)
    try:
        ended = box.run("bash", "/autograder/source/setup.sh")
        assert ended.code == 0, ended.said
        assert "the autograder is ready" in ended.said
        yield box
    finally:
        if group:
            group.remove()


@pytest.fixture
def grade(box, hold):
    """Grades a folder of these files; returns how run_autograder ended, and its valid result."""

    def run(files, prepare=lambda _folder: None, environment=()):
        submission = box.autograder / "submission"
        shutil.rmtree(submission)
        for name, text in files.items():
            (submission / name).parent.mkdir(parents=True, exist_ok=True)
            (submission / name).write_text(text, "utf-8")
        submission.mkdir(exist_ok=True)
        prepare(submission)
        results = box.autograder / "results" / "results.json"
        results.write_text('{"score": 100, "output": "of an earlier run"}', "utf-8")
        ended = box.run("/autograder/run_autograder", environment=environment)
        hold("gradescope", results.read_bytes())
        return ended, json.loads(results.read_bytes())

    return run


def test_nothing_outside_has_changed(box):
    """The container leaves no folder /autograder, and nothing in its root, for others to see."""
    assert not os.path.lexists("/autograder")
    assert list(box.root.iterdir()) == []


def test_the_container_is_one(box):
    """Inside, root may not mount or write to the system, and what takes 900 MB is killed."""
    for attempt in ("mount -t tmpfs none /tmp", "touch /usr/mine", "touch /etc/mine"):
        assert box.run("bash", "-c", attempt).code != 0
    if box.group is None:
        pytest.skip("no control group can be made here: memory is measured, and not limited")
    ended = box.run("/autograder/venv/bin/python", "-c", "bytearray(900 << 20)")
    assert (ended.code, ended.killed_for_memory) == (-signal.SIGKILL, 1)


def test_a_right_file(grade):
    """The worked solution gets all points, in 768 MB and without CAP_SYS_ADMIN."""
    ended, result = grade({"nn.py": REFERENCE}, environment=CONTRADICTED)
    assert ended.code == 0, ended.said
    assert result["score"] == 100, ended.said
    assert result["execution_time"] > 0
    assert ended.killed_for_memory == 0
    # A grader, a warden and a worker, none larger than the largest.
    assert 3 * ended.largest < 500 * MIB, ended.largest / MIB


def test_on_mnist(grade, box, mnist):
    """With all test images of MNIST it fits, too."""
    source = box.autograder / "source"
    before = (source / "autograder.json").read_bytes()
    (source / "data.npz").write_bytes(subset(str(mnist), rubric.load(), "standard").content)
    (source / "autograder.json").write_text(
        '{"profile": "standard", "rubric": false, "data": true}', "utf-8"
    )
    try:
        ended, result = grade({"nn.py": REFERENCE})
    finally:
        (source / "autograder.json").write_bytes(before)
    assert result["score"] == 100, ended.said
    assert "of mnist" in result["output"]
    assert ended.killed_for_memory == 0
    assert ended.largest < 350 * MIB, ended.largest / MIB


def test_a_wrong_file_in_a_folder(grade):
    """A mistake costs its method, and all tests have a name and a place."""
    ended, result = grade({"my homework/nn.py": WRONG})
    assert ended.code == 0
    assert 0 < result["score"] < 100
    failed = {t["name"].partition(":")[0] for t in result["tests"] if t.get("status") == "failed"}
    assert failed == {"ReLU"}


def test_one_file_of_another_name(grade):
    """One Python file is the one that is meant, whatever it is called."""
    _, result = grade({"homework_final(2).py": SKELETON})
    assert result["tests"]
    assert result["score"] < 50


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "there is no nn.py"),
        ({"a/nn.py": REFERENCE, "b/nn.py": REFERENCE}, "2 files called nn.py (a/nn.py, b/nn.py)"),
        ({"one.py": REFERENCE, "two.py": REFERENCE}, "call it nn.py"),
    ],
    ids=["missing", "two", "two others"],
)
def test_no_one_file(grade, files, says):
    """None, or more than one: the result says so, and that its 0 is no verdict."""
    ended, result = grade(files)
    assert ended.code == 0
    assert says in result["output"]
    assert "no verdict" in result["output"]
    assert result["tests"] == []


def test_a_hostile_folder(grade, box):
    """All that programs like to read beside a file is there, and none of it is run or believed."""
    mark = box.autograder / "home" / "was-run"
    ended, result = grade(
        {"nn.py": HOSTILE},
        lambda folder: traps(folder, "/autograder/home/was-run"),
        environment=CONTRADICTED,
    )
    assert not mark.exists()
    assert ended.code == 0, ended.said
    assert 0 <= result["score"] < 50
    assert len(result["tests"]) > 20
    lines = [line.lstrip() for line in ended.said.splitlines()]
    assert not [line for line in lines if line.startswith(("::", "##["))]


def test_a_link_to_the_reference(grade):
    """A link called nn.py earns nothing of what it leads to."""
    ended, result = grade(
        {}, lambda folder: (folder / "nn.py").symlink_to("/autograder/source/reference/nn.py")
    )
    assert ended.code == 0
    assert "a link that leads out" in result["output"]
    assert result["tests"] == []


def has_a_warden(pid):
    """Whether this process has started the one that workers are forked from."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1]
            if parent == str(pid) and b"sandbox.nursery" in (folder / "cmdline").read_bytes():
                return True
    return False


def test_killed_half_way(box, hold):
    """Stopped while it grades, the earlier result is gone, and what stands there is no verdict."""
    submission = box.autograder / "submission"
    shutil.rmtree(submission)
    submission.mkdir()
    # It waits for its first call to end, which will not happen: the kill comes before any verdict.
    slow = REFERENCE.replace("def ReLU(Z):", "def ReLU(Z):\n    while True: pass")
    (submission / "nn.py").write_text(slow, "utf-8")
    results = box.autograder / "results" / "results.json"
    results.write_text('{"score": 100, "output": "of an earlier run"}', "utf-8")
    process = box.start("/autograder/run_autograder")
    try:
        end = time.monotonic() + 120
        while not has_a_warden(process.pid):
            assert time.monotonic() < end, box.log()
            time.sleep(0.01)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    hold("gradescope", results.read_bytes())
    assert "the grading did not finish" in json.loads(results.read_bytes())["output"]
