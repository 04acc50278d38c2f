"""Fetching MNIST gives the whole of it or nothing, shown with a stand-in for TensorFlow."""

import errno
import hashlib
import importlib.util
import io
import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from rich.console import Console
from rich.progress import Progress, TaskID

from grader import data
from grader.datasets import mnist

BLOB = b"MNIST, all of it" * 1000


class Fake(Protocol):
    """Makes a TensorFlow that does as it is told."""

    def __call__(self, lines: str, at_import: str = "") -> None:
        """Run `lines` in load_data() and `at_import` before."""


class Display(Progress):
    """A progress display that remembers, and lets a test act on what is shown."""

    def __init__(self, act: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
        """Draw nowhere."""
        super().__init__(console=Console(file=io.StringIO()))
        self.act = act

    def update(self, task_id: TaskID, **fields: Any) -> None:
        """Show, then act."""
        super().update(task_id, **fields)
        self.act(fields)


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where MNIST belongs, with BLOB declared to be MNIST."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(mnist, "BYTES", len(BLOB))
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(BLOB).hexdigest())
    return tmp_path / "keras" / "datasets" / "mnist.npz"


@pytest.fixture
def tensorflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Makes a TensorFlow whose load_data() runs the given lines, with `path` to write to."""

    def make(lines: str, at_import: str = "") -> None:
        folder = tmp_path / "site"
        folder.mkdir()
        (tmp_path / "blob").write_bytes(BLOB)
        (folder / "tensorflow.py").write_text(
            "import os, sys, errno, time, types, pathlib\n"
            f"here = pathlib.Path({str(tmp_path)!r})\n"
            f"{at_import}\n"
            "print('chatter', flush=True); os.write(2, b'chatter')\n"
            "def load_data():\n"
            "    path = pathlib.Path(os.environ['KERAS_HOME'], 'datasets', 'mnist.npz')\n"
            "    path.parent.mkdir(parents=True)\n"
            "    blob = (here / 'blob').read_bytes()\n"
            f"{textwrap.indent(textwrap.dedent(lines), '    ')}\n"
            "new = types.SimpleNamespace\n"
            "keras = new(datasets=new(mnist=new(load_data=load_data)))\n"
        )
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return make


def left(target: Path) -> list[str]:
    """What lies in the cache's folder."""
    return sorted(path.name for path in target.parent.iterdir()) if target.parent.exists() else []


def test_what_keras_downloads_is_moved_into_place(
    target: Path, tensorflow: Fake, capfd: pytest.CaptureFixture[str]
) -> None:
    """The cache holds the file and nothing else, the display ends full, no chatter is heard."""
    tensorflow("os.write(1, b'bytes of C'); path.write_bytes(blob)")
    display = Display()
    assert data.fetch(display) == target
    assert target.read_bytes() == BLOB
    assert left(target) == ["mnist.npz"]
    assert display.tasks[0].completed == display.tasks[0].total == len(BLOB)
    assert mnist.find().blob == BLOB
    assert capfd.readouterr() == ("", "")


def test_bytes_are_shown_as_they_come(tmp_path: Path, target: Path, tensorflow: Fake) -> None:
    """The display first says that TensorFlow is imported, then how much of the file there is."""
    tensorflow(
        """
        path.write_bytes(blob[:4000])
        while not (here / 'go').exists():
            time.sleep(0.01)
        path.write_bytes(blob)
        """
    )
    shown: list[int] = []

    def act(fields: dict[str, Any]) -> None:
        shown.append(fields["completed"])
        if fields["completed"] == 4000:
            assert display.tasks[0].total == len(BLOB)
            (tmp_path / "go").touch()

    display = Display(act)
    first: list[str] = []
    add = display.add_task
    display.add_task = lambda text, **more: (first.append(text), add(text, **more))[1]  # type: ignore[method-assign,func-returns-value]
    data.fetch(display)
    assert first == ["importing TensorFlow"]
    assert 4000 in shown
    assert shown[-1] == len(BLOB)
    assert target.exists()


def test_a_verified_cache_is_left_alone(target: Path, tensorflow: Fake) -> None:
    """What is here already is not fetched again, and TensorFlow is not imported."""
    tensorflow("pass", at_import="(here / 'imported').touch()")
    target.parent.mkdir(parents=True)
    target.write_bytes(BLOB)
    before = target.stat()
    assert data.fetch(Display()) == target
    assert target.stat() == before
    assert not (target.parents[2] / "imported").exists()


def test_a_corrupt_cache_is_replaced(target: Path, tensorflow: Fake) -> None:
    """Fetching is the cure for half a file."""
    tensorflow("path.write_bytes(blob)")
    target.parent.mkdir(parents=True)
    target.write_bytes(BLOB[:99])
    data.fetch(Display())
    assert target.read_bytes() == BLOB


FAILURES = {
    "no network": (
        "path.write_bytes(blob[:9]); raise Exception('URL fetch failure on x: None -- refused')",
        "could not be downloaded .*URL fetch failure.*Check the network.*--data digits",
    ),
    "stalled": ("raise TimeoutError('timed out')", "timed out.*Check the network"),
    "disk full": (
        "path.write_bytes(blob[:9]); raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))",
        "No room for MNIST in .*another disk",
    ),
    "other bytes": ("path.write_bytes(blob[:-1] + b'?')", "is not MNIST: its SHA-256"),
    "no bytes": ("pass", "is not MNIST: there is no file"),
    "killed": ("path.write_bytes(blob[:9]); os.kill(os.getpid(), 9)", "exit status -9"),
    "exits": ("path.write_bytes(blob[:9]); os._exit(0)", "exit status 0"),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("before", [None, b"an older, corrupt copy"])
def test_a_failure_leaves_everything_as_it_was(
    target: Path, tensorflow: Fake, name: str, before: bytes | None
) -> None:
    """Whatever goes wrong is named with its cure; no half file is left, no old one is touched."""
    lines, said = FAILURES[name]
    tensorflow(lines)
    if before is not None:
        target.parent.mkdir(parents=True)
        target.write_bytes(before)
    with pytest.raises(data.DataError, match=said):
        data.fetch(Display())
    assert left(target) == ([] if before is None else ["mnist.npz"])
    assert before is None or target.read_bytes() == before


def test_a_broken_tensorflow_is_named(target: Path, tensorflow: Fake) -> None:
    """An import that fails is not taken for a missing network."""
    tensorflow("", at_import="raise ImportError('libfoo.so.1 not found')")
    with pytest.raises(data.DataError, match=r"cannot be imported.*libfoo\.so\.1.*pip install"):
        data.fetch(Display())
    assert left(target) == []


def test_without_tensorflow_the_cure_is_named(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says how to install it, and what else there is."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(data.DataError, match=r"not installed.*pip install tensorflow.*digits"):
        data.fetch(Display())
    assert left(target) == []


def test_a_python_that_cannot_be_started_is_named(
    target: Path, tensorflow: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for a folder that cannot be written."""
    tensorflow("path.write_bytes(blob)")
    monkeypatch.setattr("sys.executable", str(target.parents[2] / "no-python"))
    with pytest.raises(data.DataError, match=r"cannot be started .*no-python"):
        data.fetch(Display())
    assert left(target) == []


def test_interrupting_leaves_no_half_file_and_no_process(target: Path, tensorflow: Fake) -> None:
    """Ctrl-C in the middle of the download ends the child and removes what it wrote."""
    tensorflow(
        """
        (here / 'pid').write_text(str(os.getpid()))
        path.write_bytes(blob[:4000])
        time.sleep(600)
        """
    )

    def act(_fields: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        data.fetch(Display(act))
    assert left(target) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((target.parents[2] / "pid").read_text()), 0)


def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, target: Path, tensorflow: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KERAS_HOME inside a file, and a folder where the file belongs."""
    tensorflow("path.write_bytes(blob)")
    (tmp_path / "file").touch()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    with pytest.raises(data.DataError, match=r"cannot be written to .*set KERAS_HOME"):
        data.fetch(Display())
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    target.mkdir(parents=True)
    with pytest.raises(data.DataError, match=os.strerror(errno.EISDIR)):
        data.fetch(Display())


@pytest.mark.slow
def test_the_real_keras_without_a_network(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorFlow itself, its proxy a closed port: the failure is the network's, nothing is left."""
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(data.DataError, match=r"URL fetch failure.*Check the network"):
        data.fetch(Display())
    assert left(target) == []
