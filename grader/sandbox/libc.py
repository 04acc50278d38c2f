"""Kernel calls that Python has no function for, made to raise OSError as Python's own do."""

import ctypes
import os
import platform

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long


class UnavailableError(Exception):
    """This machine cannot do what was asked; the text says why, in a few words."""


def _checked(name: str, result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _padded(values: tuple[int, ...], length: int) -> list[ctypes.c_ulong]:
    # Both functions are variadic: an argument that is not given would be whatever the register
    # held, and prctl refuses some options unless the rest is zero.
    return [ctypes.c_ulong(value) for value in (*values, *[0] * (length - len(values)))]


def syscall(name: str, number: int, *arguments: int) -> int:
    """Make a system call by number. Pointers are passed as ctypes.addressof(...).

    Args:
        name: what an error calls it.
        number: of the running architecture.
        *arguments: at most six.

    Raises:
        UnavailableError: this is not Linux.
        OSError: the kernel refused.
    """
    if platform.system() != "Linux":
        raise UnavailableError("not Linux")
    return _checked(name, _LIBC.syscall(ctypes.c_long(number), *_padded(arguments, 6)))


def prctl(name: str, option: int, *arguments: int) -> int:
    """Set or ask a property of this process; arguments that are not given are zero.

    Raises:
        UnavailableError: this is not Linux.
        OSError: the kernel refused.
    """
    if platform.system() != "Linux":
        raise UnavailableError("not Linux")
    return _checked(name, _LIBC.prctl(ctypes.c_int(option), *_padded(arguments, 4)))


def call(name: str, *arguments: int) -> int:
    """Call a function of the C library, whose arguments are integers or addresses.

    Raises:
        UnavailableError: this C library has no such function.
        OSError: the kernel refused.
    """
    function = getattr(_LIBC, name, None)
    if function is None:
        raise UnavailableError(f"no {name} on this system")
    return _checked(name, function(*_padded(arguments, len(arguments))))
