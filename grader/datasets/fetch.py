"""Fetches MNIST through tf.keras into Keras's own cache: all of it, or nothing.

Keras downloads straight into the file that readers look for, and a killed download leaves half of
it there. Here Keras is given a folder of its own beside that file, and what it wrote is moved into
place once its SHA-256 is right.
"""

import contextlib
import errno
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from grader.datasets import mnist
from grader.datasets.npz import DataError

if TYPE_CHECKING:  # the grading path does without Rich's progress bars
    from rich.progress import Progress, TaskID

INSTALL = "pip install tensorflow"
ELSEWHERE = "or grade with --data FILE.npz, or --data digits, which needs no network"

_POLL_S = 0.1
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def fetch(progress: "Progress") -> Path:
    """Make sure that the whole of MNIST lies in Keras's cache.

    Args:
        progress: a started display; a task is added that first says that TensorFlow is being
            imported, and then counts bytes.

    Returns:
        The cache file, verified. If it was there already, nothing is imported or downloaded.

    Raises:
        DataError: no TensorFlow, no network, no room, no permission, or wrong bytes. Neither then
            nor on KeyboardInterrupt is a file left behind, nor a file touched that was there.
    """
    found = mnist.find()
    if found.blob is not None:
        progress.add_task("MNIST is here already", total=mnist.BYTES, completed=mnist.BYTES)
        return found.path
    if importlib.util.find_spec("tensorflow") is None:
        raise DataError(
            "MNIST is fetched through tf.keras, and TensorFlow is not installed. "
            f"Install it with {INSTALL} (it has no release for the newest Pythons), {ELSEWHERE}."
        )
    target = mnist.cache_paths()[-1]
    task = progress.add_task("importing TensorFlow", total=None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".nn-grader-", dir=target.parent, ignore_cleanup_errors=True
        ) as folder:
            copy = Path(folder) / "datasets" / "mnist.npz"
            _complain(_download(folder, copy, progress, task), target)
            got = mnist.inspect(copy)
            if got.blob is None:
                raise DataError(
                    f"What Keras downloaded is not MNIST: {got.fault or 'there is no file'}. "
                    f"Try again, {ELSEWHERE}."
                )
            copy.replace(target)
    except OSError as error:
        raise _unwritable(target, error.errno, error.strerror or str(error)) from error
    progress.update(task, description="MNIST", total=mnist.BYTES, completed=mnist.BYTES)
    return target


def _download(folder: str, copy: Path, progress: "Progress", task: "TaskID") -> dict[str, object]:
    """Run download.py with Keras's home in `folder`; return what it reports."""
    environment = os.environ | {
        "KERAS_HOME": folder,
        "KERAS_BACKEND": "tensorflow",
        "TF_USE_LEGACY_KERAS": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    program = [sys.executable, "-P", str(Path(__file__).with_name("download.py"))]
    try:
        child = subprocess.Popen(  # noqa: S603  our own program
            program,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C comes to this process alone, which ends the child
        )
    except OSError as error:
        raise DataError(
            f"The download cannot be started ({program[0]}: {error.strerror})."
        ) from error
    with child:
        try:
            while True:
                try:
                    output, _ = child.communicate(timeout=_POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    _show(copy, progress, task)
        finally:
            child.kill()
    lines = output.decode("utf-8", "replace").strip().rsplit("\n", 1)
    with contextlib.suppress(ValueError):
        report = json.loads(lines[-1])
        if isinstance(report, dict):
            return report
    return {"stage": "import", "kind": f"exit status {child.returncode}", "error": "no report"}


def _show(copy: Path, progress: "Progress", task: "TaskID") -> None:
    with contextlib.suppress(OSError):
        done = copy.stat().st_size
        progress.update(task, description="downloading MNIST", total=mnist.BYTES, completed=done)


def _complain(report: dict[str, object], target: Path) -> None:
    """Raise what the report amounts to, if it is not that all went well."""
    said = f"{report.get('kind')}: {report.get('error')}"
    match report.get("stage"):
        case "done":
            return
        case "import":
            raise DataError(
                f"TensorFlow is installed but cannot be imported ({said}). "
                f"Install it anew with {INSTALL}, {ELSEWHERE}."
            )
        case _ if report.get("errno") in _FULL:
            raise _unwritable(target, errno.ENOSPC, said)
        case _:
            raise DataError(
                f"MNIST could not be downloaded ({said}). Check the network (HTTPS_PROXY is "
                f"honoured) and run it again, {ELSEWHERE}."
            )


def _unwritable(target: Path, number: int | None, reason: str) -> DataError:
    if number in _FULL:
        return DataError(
            f"No room for MNIST in {target.parent} ({reason}): it takes {mnist.BYTES} bytes. "
            "Make room, or set KERAS_HOME to a folder on another disk."
        )
    return DataError(
        f"MNIST cannot be written to {target} ({reason}). "
        "Mend that, or set KERAS_HOME to a folder that you may write."
    )
