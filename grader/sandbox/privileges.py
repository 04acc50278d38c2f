"""Who a worker is: its descriptors, session, root directory, uid, capabilities and parent."""

import ctypes
import errno
import os
import signal
from collections.abc import Callable, Collection
from functools import partial

from grader.sandbox.libc import UnavailableError, call, prctl

NOT_ROOT = "not root"

# Above every account, container range and dynamic user. The pid makes it this worker's alone, so
# that two workers cannot signal one another.
_FIRST_UID = 0x70000000
_NOBODY = 65534

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38

_CAPABILITY_VERSION_3 = 0x20080522
_CAP_KILL = 5


def close_descriptors(keep: Collection[int]) -> None:
    """Close every descriptor but 0, 1, 2 and those to keep; leave the session and terminal."""
    kept = {0, 1, 2, *keep}
    try:
        found = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208  plain numbers
    except OSError:
        found = list(range(os.sysconf("SC_OPEN_MAX")))
    for descriptor in found:
        if descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError as error:
                if error.errno != errno.EBADF:  # EBADF: the one that listed the directory
                    raise
    if os.getsid(0) != os.getpid():
        os.setsid()


def is_root() -> bool:
    """Whether any of the user ids is 0."""
    return 0 in (os.getuid(), os.geteuid())


def enter_empty_root() -> None:
    """Make a folder without files the root directory.

    It is /proc/self/fdinfo, which holds a line about each open descriptor and where nobody can
    create anything: nothing has to be made for it, so nothing is left behind.

    Raises:
        UnavailableError: not root.
        OSError: no CAP_SYS_CHROOT, or no /proc. The working directory is then / all the same.
    """
    os.chdir("/")
    if not is_root():
        raise UnavailableError(NOT_ROOT)
    os.chroot("/proc/self/fdinfo")
    os.chdir("/")


def become_nobody() -> None:
    """Take a uid and gid that nothing else has, and no group.

    Raises:
        UnavailableError: not root, or some step was refused; those that were not are taken all
            the same.
    """
    if not is_root():
        raise UnavailableError(NOT_ROOT)
    if not _has_capability(_CAP_KILL):
        raise UnavailableError("without CAP_KILL nobody could stop a process of another uid")
    own = _FIRST_UID + os.getpid()
    ids = (own, _NOBODY)  # a user namespace may lack the first
    steps: tuple[tuple[str, tuple[Callable[[], None], ...]], ...] = (
        ("setgroups", (lambda: os.setgroups([]),)),
        ("setresgid", tuple(partial(os.setresgid, one, one, one) for one in ids)),
        ("setresuid", tuple(partial(os.setresuid, one, one, one) for one in ids)),
    )
    refused = []
    for name, attempts in steps:
        for attempt in attempts:
            try:
                attempt()
            except OSError as error:
                reason = f"{name}: {error.strerror}"
            else:
                break
        else:
            refused.append(reason)
    if refused:
        raise UnavailableError(", ".join(refused))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Capabilities(ctypes.Structure):
    # Effective, permitted and inheritable: of capabilities 0 to 31, then of 32 to 63.
    _fields_ = (("words", ctypes.c_uint32 * 6),)


def _capability_call(name: str, sets: _Capabilities) -> None:
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    call(name, ctypes.addressof(header), ctypes.addressof(sets))


def _has_capability(number: int) -> bool:
    sets = _Capabilities()
    _capability_call("capget", sets)
    return bool(sets.words[0] & (1 << number))


def drop_capabilities() -> None:
    """Give up every capability: what is left of root where the uid could not be changed.

    Raises:
        OSError: the kernel refused.
    """
    _capability_call("capset", _Capabilities())


def has_capabilities() -> bool:
    """Whether any capability is left."""
    sets = _Capabilities()
    _capability_call("capget", sets)
    return any(sets.words)


def die_with_parent(parent_pid: int) -> None:
    """Be killed when the parent dies, and be closed to debuggers and core dumps.

    To be called after the uid has changed, which clears both.

    Raises:
        ProcessLookupError: the parent has died already.
        OSError: the kernel refused.
    """
    prctl("dumpable", _PR_SET_DUMPABLE, 0)
    prctl("pdeathsig", _PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        raise ProcessLookupError(errno.ESRCH, "the parent has died")


def no_new_privileges() -> None:
    """Make set-uid programs harmless; seccomp and Landlock ask for it.

    Raises:
        OSError: the kernel refused.
    """
    prctl("no_new_privs", _PR_SET_NO_NEW_PRIVS, 1)
