"""The worker's own attempts to do what its walls forbid, made just after each wall is up.

A wall that answers "allowed" is not a lower level of safety but a mistake in the house: confine()
raises. A call that would end the process (syscalls.FATAL) cannot be tried; the tests do.
"""

import mmap
import os
import resource
import socket
from collections.abc import Callable, Mapping
from types import MappingProxyType

from grader.sandbox.libc import call
from grader.sandbox.privileges import has_capabilities

_PAGE = mmap.PAGESIZE
_PR_SET_PDEATHSIG = 1


def _open() -> None:
    os.close(os.open("/", os.O_RDONLY))


def _create() -> None:
    os.close(os.open("/probe", os.O_WRONLY | os.O_CREAT, 0o600))


def _fork() -> None:
    child = call("fork")
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _execute() -> None:
    # A file that does not exist: if the kernel looks for it, it would have run it. The
    # interpreter's own execve, so that nothing is imported to search for it.
    os.execve("/probe", ["probe"], {})  # noqa: S606  expected to be refused


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM):
        pass


def _executable_memory() -> None:
    mmap.mmap(-1, _PAGE, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)


def _limit_parent() -> None:
    resource.prlimit(os.getppid(), resource.RLIMIT_CPU)


def _raise_limit() -> None:
    resource.prlimit(0, resource.RLIMIT_NOFILE, (24, 25))


def _outlive_parent() -> None:
    call("prctl", _PR_SET_PDEATHSIG, 0, 0, 0, 0)


def _anonymous_file() -> None:
    os.close(os.memfd_create("probe"))


def _duplicate() -> None:
    os.close(os.dup(0))


def _become_root() -> None:
    os.setresuid(0, 0, 0)


def _use_capability() -> None:
    if not has_capabilities():
        raise PermissionError


def _see_files() -> None:
    if all(name.isdecimal() for name in os.listdir("/")):  # noqa: PTH208  names are all it takes
        raise PermissionError


Probe = Callable[[], None]

PROBES: Mapping[str, Mapping[str, Probe]] = MappingProxyType(
    {
        "root": {"see the machine's files": _see_files},
        "uid": {"become root again": _become_root},
        "capabilities": {"use a capability": _use_capability},
        "landlock": {"open a folder": _open},
        "seccomp": {
            "open a folder": _open,
            "create a file": _create,
            "make a file in memory": _anonymous_file,
            "duplicate a descriptor": _duplicate,
            "fork": _fork,
            "execute a program": _execute,
            "open a socket": _connect,
            "map executable memory": _executable_memory,
            "raise a limit": _raise_limit,
            "signal its parent": _signal_parent,
            "touch its parent's limits": _limit_parent,
            "outlive its parent": _outlive_parent,
        },
    }
)
"""Layer -> what it must refuse -> an attempt at it."""


def allowed(layer: str) -> tuple[str, ...]:
    """Try all that an active layer must refuse.

    Returns:
        What was not refused, in words; empty when the wall holds.
    """
    answers = []
    for what, attempt in PROBES.get(layer, {}).items():
        try:
            attempt()
        except PermissionError:
            continue
        except (OSError, ValueError) as error:
            # The kernel looked into it, and failed for a reason of its own.
            answers.append(f"{what} ({error})")
        else:
            answers.append(what)
    return tuple(answers)
