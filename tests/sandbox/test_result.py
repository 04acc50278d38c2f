"""The result file under attack: whatever is tried, a whole and true result stands there."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.files import ROOT, SKELETON

SCHEMA = json.loads(resources.files("grader").joinpath("result.schema.json").read_text("utf-8"))
STALE = '{"schema": "nn-grader/result/v1", "score": 100}\n'
SLOW = "import time\ntime.sleep(5)\n"
HANGS = "while True: pass\n"


class Grading:
    """One `grader grade --json` as a program, with a stale result in its place."""

    def __init__(self, folder: Path, text: str, out: Path | None = None) -> None:
        """Write the submission, and the stale result."""
        self.file = folder / "nn.py"
        self.file.write_text(text, "utf-8")
        self.out = out or folder / "out.json"
        self.out.write_text(STALE, "utf-8")

    def start(self, *, largest_file: int | None = None) -> "subprocess.Popen[str]":
        """Run the program; largest_file is in bytes, and stands for a full disk."""

        def limit() -> None:
            if largest_file is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        command = [sys.executable, "-m", "grader", "grade", str(self.file)]
        command += ["--json", str(self.out), "--data", "digits", "--profile", "quick"]
        return subprocess.Popen(  # the limit is for this process alone
            command,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=limit,  # noqa: PLW1509  no thread runs here
        )

    def result(self) -> dict[str, Any]:
        """The result, held to the schema."""
        found: dict[str, Any] = json.loads(self.out.read_text("utf-8"))
        jsonschema.validate(found, SCHEMA)
        return found

    def begun(self) -> bool:
        """Whether the stale result is gone."""
        return self.out.read_text("utf-8") != STALE

    def rubbish(self) -> list[str]:
        """What lies beside the result."""
        return [path.name for path in self.out.parent.iterdir() if path.name.startswith(".")]


def wait_for(condition: Callable[[], bool]) -> bool:
    """Wait until something is so, for at most a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def test_killed_while_grading(tmp_path: Path) -> None:
    """SIGKILL in the middle leaves a valid result that says not graded, and no stale one."""
    grading = Grading(tmp_path, HANGS)
    with grading.start() as process:
        assert wait_for(grading.begun)
        process.send_signal(signal.SIGKILL)
    found = grading.result()
    assert (found["status"], found["score"]) == ("not_graded", 0)
    assert "did not finish" in found["reason"]
    assert grading.rubbish() == []


def test_full_disk_from_the_start(tmp_path: Path) -> None:
    """When not a byte can be written: exit 2 before anything is graded; the old file is whole."""
    grading = Grading(tmp_path, SKELETON)
    with grading.start(largest_file=0) as process:
        said, errors = process.communicate()
    assert process.returncode == 2
    assert "cannot write the result" in " ".join(errors.split())
    assert "Score" not in said
    assert not grading.begun()
    assert grading.rubbish() == []


@pytest.mark.slow
def test_full_disk_at_the_end(tmp_path: Path) -> None:
    """When the verdict does not fit any more: exit 2, and the result says not graded."""
    grading = Grading(tmp_path, SKELETON)
    with grading.start(largest_file=4096) as process:
        _, errors = process.communicate()
    assert process.returncode == 2
    assert "cannot write the result" in " ".join(errors.split())
    assert grading.result()["status"] == "not_graded"
    assert grading.rubbish() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A file system of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a file system")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)  # noqa: S607  root's own


def fill(disk: Path) -> None:
    """Leave not a byte free."""
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


@pytest.mark.slow
def test_disk_filled_while_grading(tmp_path: Path, small_disk: Path) -> None:
    """When a real disk fills up meanwhile: exit 2, and the result says not graded."""
    grading = Grading(tmp_path, SLOW + SKELETON, out=small_disk / "out.json")
    with grading.start() as process:
        assert wait_for(grading.begun)
        fill(small_disk)
        process.communicate()
    assert process.returncode == 2
    assert grading.result()["status"] == "not_graded"
    assert grading.rubbish() == []


def test_real_full_disk(tmp_path: Path, small_disk: Path) -> None:
    """On a real disk that is full: exit 2, and the old file is whole."""
    grading = Grading(tmp_path, SKELETON, out=small_disk / "out.json")
    fill(small_disk)
    with grading.start() as process:
        process.communicate()
    assert process.returncode == 2
    assert not grading.begun()
    assert grading.rubbish() == []


ATTACKS = """
import os, shutil, subprocess, sys, time
from pathlib import Path

OUT = {out!r}
FORGED = '{{"score": 100, "forged": true}}'

def write(): Path(OUT).write_text(FORGED)
def write_low(): os.write(os.open(OUT, os.O_WRONLY | os.O_TRUNC), FORGED.encode())
def append(): open(OUT, "a").write(FORGED)
def truncate(): os.truncate(OUT, 0)
def remove(): os.remove(OUT)
def rename(): os.rename(OUT, OUT + ".old")
def replace():
    Path(OUT + ".new").write_text(FORGED)
    os.replace(OUT + ".new", OUT)
def link():
    os.link(OUT, OUT + ".link")
    os.remove(OUT)
def folder(): shutil.rmtree(os.path.dirname(OUT))
def shell(): subprocess.run(["sh", "-c", "rm -f " + OUT], check=True)
def system():
    if os.system("rm -f " + OUT): raise PermissionError
def daemon():
    if os.fork() == 0:
        os.setsid()
        time.sleep({delay})
        write()
        os._exit(0)
def spawned():
    code = f"import time; time.sleep({delay}); open({{OUT!r}}, 'w').write({{FORGED!r}})"
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)

ALL = [write, write_low, append, truncate, remove, rename, replace, link, folder, shell, system,
       daemon, spawned]

def outcome(attack):
    try:
        attack()
    except OSError as error:
        return type(error).__name__
    except BaseException as error:
        return repr(error)
    return "succeeded"
"""

NAMES = (
    *("write", "write_low", "append", "truncate", "remove", "rename", "replace", "link", "folder"),
    *("shell", "system", "daemon", "spawned"),
)


@pytest.mark.parametrize("name", NAMES)
def test_attacks_work_without_walls(tmp_path: Path, name: str) -> None:
    """Control: run as an ordinary program, each of the attacks destroys or forges the result."""
    out = tmp_path / "results" / "out.json"
    out.parent.mkdir()
    out.write_text(STALE, "utf-8")
    code = ATTACKS.format(out=str(out), delay=0) + f"\nprint(outcome({name}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["succeeded"]
    assert wait_for(lambda: not out.exists() or out.read_text("utf-8") != STALE)


def test_hostile_files_leave_a_true_result(tmp_path: Path) -> None:
    """A file that tries all of them, on import and in a call, gets its own verdict: 0, and why."""
    out = tmp_path / "results" / "out.json"
    out.parent.mkdir()
    text = ATTACKS.format(out=str(out), delay=3) + (
        "\nFIRST = [outcome(attack) for attack in ALL]\n"
        "def ReLU(Z):\n"
        "    seen = {*FIRST, *[outcome(attack) for attack in ALL]}\n"
        "    raise RuntimeError(f'{len(FIRST)} attacks, twice: {sorted(seen)}')\n"
    )
    grading = Grading(tmp_path, text, out=out)
    with grading.start() as process:
        process.communicate()
    assert process.returncode == 0
    found = grading.result()
    assert (found["status"], found["score"]) == ("graded", 0)
    messages = [check["message"] for check in found["checks"] if check["method"] == "ReLU"]
    assert any(f"{len(NAMES)} attacks, twice: ['PermissionError']" in m for m in messages), messages
    assert sorted(path.name for path in out.parent.iterdir()) == ["out.json"]


@pytest.mark.slow
def test_a_worker_that_hangs_does_not_keep_the_result(tmp_path: Path) -> None:
    """A file that ignores every signal and never ends: graded, and its process is gone."""
    text = "import signal\n[signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]\n" + HANGS
    grading = Grading(tmp_path, text)
    with grading.start() as process:
        process.communicate()
    assert process.returncode == 0
    assert grading.result()["score"] == 0
    words = str(process.pid).encode()
    left = [p for p in Path("/proc").glob("[0-9]*/cmdline") if words in p.read_bytes().split(b"\0")]
    assert left == []
