"""Gradescope's container, as far as a test can have it: its own root, no CAP_SYS_ADMIN, 768 MB.

The root is made in a mount namespace: the system's own folders, read-only, and /autograder. Nothing
of it is seen outside. Memory is limited by a control group, of either version, where one can be
made; where not, the largest process is measured.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

MIB = 1 << 20
LIMIT = 768 * MIB

_ENTER = """
set -eu
root=$1 autograder=$2; shift 2
mount -t tmpfs none "$root"
for name in usr bin lib lib32 lib64 sbin etc $PREFIX; do
  name=${name#/}
  if [ -L "/$name" ]; then
    cp -P "/$name" "$root/$name"
  elif [ -d "/$name" ]; then
    mkdir -p "$root/$name"
    mount --rbind "/$name" "$root/$name"
    mount -o remount,bind,ro "$root/$name"
  fi
done
mkdir "$root/proc" "$root/dev" "$root/tmp" "$root/autograder"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$autograder" "$root/autograder"
exec chroot "$root" setpriv --bounding-set -sys_admin --inh-caps -sys_admin -- "$@"
"""


_MEASURED = """
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
if code < 0:
    os.kill(os.getpid(), -code)
sys.exit(code)
"""
"""Runs a program and writes down how large its largest process became. A process of its own, and a
small one: what is forked of a large one counts as large, whatever it becomes."""


@dataclass(frozen=True)
class Ended:
    """How a program in the box ended; `largest` is its largest process in bytes."""

    code: int
    said: str
    largest: int
    killed_for_memory: int


@dataclass
class Box:
    """A root folder that is empty outside, and what is /autograder inside; without a network."""

    root: Path
    autograder: Path
    group: "Group | None" = None

    def start(self, *command, environment=(), through=()):
        """Start a program inside, in the folder /autograder; from outside, `through` another."""
        inner = ["bash", "-c", 'cd /autograder && exec "$@"', "-", *command]
        log = (self.autograder.parent / "log").open("wb")
        with log:
            return subprocess.Popen(
                [
                    *through,
                    *("unshare", "--mount", "--net", "bash", "-c", _ENTER, "-"),
                    *(self.root, self.autograder, *inner),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"PATH": _path(), "PREFIX": sys.base_prefix, **dict(environment)},
                preexec_fn=self.group.enter if self.group else None,  # noqa: PLW1509  one thread
                start_new_session=True,
            )

    def run(self, *command, environment=(), deadline_s=400):
        """Run a program inside to its end."""
        before = self.group.kills() if self.group else 0
        through = (sys.executable, "-I", "-c", _MEASURED, self._peak)
        process = self.start(*command, environment=environment, through=through)
        end = time.monotonic() + deadline_s
        try:
            while True:
                pid, status = os.waitpid(process.pid, os.WNOHANG)
                if pid:
                    break
                assert time.monotonic() < end, f"not done in {deadline_s} s\n{self.log()}"
                time.sleep(0.05)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.returncode = os.waitstatus_to_exitcode(status)
        return Ended(
            process.returncode,
            self.log(),
            int(self._peak.read_text("ascii")) * 1024,
            self.group.kills() - before if self.group else 0,
        )

    @property
    def _peak(self):
        return self.autograder.parent / "peak"

    def log(self):
        """What the last program printed."""
        return (self.autograder.parent / "log").read_text("utf-8", "backslashreplace")


@dataclass
class Group:
    """A control group of its own for memory."""

    folder: Path
    version: int

    @classmethod
    def make(cls):
        """One that may use LIMIT; None where none can be made."""
        for version, parent in ((2, "/sys/fs/cgroup"), (1, "/sys/fs/cgroup/memory")):
            if not Path(parent, "cgroup.procs").exists():  # an ordinary folder, or none
                continue
            folder = Path(parent, f"nn-grader-test-{os.getpid()}")
            name = "memory.max" if version == 2 else "memory.limit_in_bytes"
            try:
                folder.mkdir()
            except OSError:
                continue
            try:
                with (folder / name).open("r+", encoding="ascii") as file:
                    file.write(str(LIMIT))
            except OSError:
                folder.rmdir()
                continue
            return cls(folder, version)
        return None

    def enter(self):
        """Move the calling process into it."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()), "ascii")

    def kills(self):
        """How many processes were killed in it for want of memory."""
        name = "memory.events" if self.version == 2 else "memory.oom_control"
        lines = (self.folder / name).read_text("ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))

    def remove(self):
        """Take it away, once its processes are gone."""
        for _ in range(100):
            try:
                return self.folder.rmdir()
            except OSError:
                time.sleep(0.05)
        return None


def may_unshare():
    """Whether a box can be made here: as root, with the right to mount."""
    if sys.platform != "linux" or os.getuid():
        return False
    if not all(map(shutil.which, ("unshare", "setpriv", "chroot", "mount"))):
        return False
    tried = subprocess.run(
        ["unshare", "--mount", "--net", "true"],  # noqa: S607  whichever there is
        check=False,
        capture_output=True,
    )
    return tried.returncode == 0


def require():
    """Skip where no box can be made; where CI runs as root, that is a failure."""
    if may_unshare():
        return
    if os.environ.get("CI") and not os.getuid():
        pytest.fail("CI runs as root, and may not unshare: Gradescope's container is not tested")
    pytest.skip("needs root and unshare, to make a container like Gradescope's")


def _path():
    """The system's folders, after that of the Python that runs the tests."""
    return f"{sys.base_prefix}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
