"""The second wall: a Landlock domain that handles all the kernel knows and allows nothing.

It refuses opening, making, removing and renaming files, TCP, and (from ABI 6) signals and abstract
sockets to the outside. It does not see stat, chmod, utime or UDP: seccomp does.
"""

import ctypes
import errno
import os

from grader.sandbox.libc import UnavailableError, syscall

# The same numbers on every architecture.
_CREATE_RULESET = 444
_RESTRICT_SELF = 446
_VERSION = 1

# ABI -> access rights to files that it knows (13 in the first, one more in 2, 3 and 5).
_FILES = ((5, (1 << 16) - 1), (3, (1 << 15) - 1), (2, (1 << 14) - 1), (1, (1 << 13) - 1))
_NETWORK = (4, 0b11)  # bind and connect over TCP
_SCOPE = (6, 0b11)  # abstract unix sockets, signals


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def abi() -> int:
    """The kernel's Landlock version, from 1.

    Raises:
        UnavailableError: it has none, or has it switched off.
    """
    try:
        return syscall("landlock_create_ruleset", _CREATE_RULESET, 0, 0, _VERSION)
    except OSError as error:
        reason = {
            errno.ENOSYS: "this kernel has no Landlock",
            errno.EOPNOTSUPP: "Landlock is switched off at boot",
        }.get(error.errno or 0, f"landlock: {error.strerror}")
        raise UnavailableError(reason) from error


def restrict() -> None:
    """Enter the domain, for good. no_new_privs must be set.

    Raises:
        UnavailableError: the kernel has no Landlock.
        OSError: the kernel refused.
    """
    version = abi()
    ruleset = _Ruleset(
        next(rights for since, rights in _FILES if version >= since),
        _NETWORK[1] if version >= _NETWORK[0] else 0,
        _SCOPE[1] if version >= _SCOPE[0] else 0,
    )
    # An older kernel takes a longer struct as long as what it does not know is zero.
    descriptor = syscall(
        "landlock_create_ruleset",
        _CREATE_RULESET,
        ctypes.addressof(ruleset),
        ctypes.sizeof(ruleset),
    )
    try:
        syscall("landlock_restrict_self", _RESTRICT_SELF, descriptor)
    finally:
        os.close(descriptor)
