"""Things a worker may do that are neither attacks nor honest work: look around, loop, crash."""

import ctypes
import os
import re
import resource
import signal

import numpy as np


def limits_as_seen() -> str:
    """The limits, as the worker sees them."""
    kinds = ("AS", "DATA", "CPU", "FSIZE", "CORE", "NOFILE", "NPROC", "MEMLOCK")
    return str({kind: resource.getrlimit(getattr(resource, f"RLIMIT_{kind}")) for kind in kinds})


def open_descriptors() -> str:
    """The descriptors that are open."""
    found = []
    for descriptor in range(64):
        try:
            os.fstat(descriptor)
        except OSError as error:
            # A newer C library asks by a call that takes paths too, and is refused: then
            # whether it is open is told by lseek.
            if error.errno != 1:
                continue
            try:
                os.lseek(descriptor, 0, os.SEEK_CUR)
            except OSError as other:
                if other.errno == 9:  # EBADF
                    continue
        found.append(str(descriptor))
    return " ".join(found)


def loop_in_python() -> str:
    """Loop in Python."""
    while True:
        pass


def loop_in_c() -> str:
    """Loop in C, where no signal handler of Python's ever runs."""
    return str(sum(range(10**12)))


def loop_in_blas() -> str:
    """Loop in a matrix product."""
    a = np.ones((4000, 4000), np.float32)
    while True:
        a @ a


def loop_in_regex() -> str:
    """Loop in a regular expression."""
    return str(re.match(r"(a+)+$", "a" * 60 + "b"))


def loop_ignoring_signals() -> str:
    """Loop, with every signal ignored that can be."""
    for one in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(one, signal.SIG_IGN)
        except OSError:
            continue
    return loop_in_python()


def abort() -> str:
    """Abort."""
    os.abort()


def segfault() -> str:
    """Read from nowhere."""
    return str(ctypes.string_at(0))


def raise_sigterm() -> str:
    """Signal itself."""
    signal.raise_signal(signal.SIGTERM)
    return "alive"


BEHAVIOUR = {
    function.__name__: function
    for function in (
        limits_as_seen,
        open_descriptors,
        loop_in_python,
        loop_in_c,
        loop_in_blas,
        loop_in_regex,
        loop_ignoring_signals,
        abort,
        segfault,
        raise_sigterm,
    )
}
