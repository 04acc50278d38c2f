"""How a process ended, in words."""

import os
import signal
from collections.abc import Mapping

_SIGNALS: Mapping[int, str] = {
    signal.SIGSEGV: "was killed by a segmentation fault",
    signal.SIGBUS: "was killed by a bus error",
    signal.SIGABRT: "aborted its process",
    signal.SIGFPE: "was killed by an arithmetic error of the processor",
    signal.SIGILL: "was killed by an illegal instruction",
    signal.SIGKILL: "was killed (most likely it ran out of memory)",
    signal.SIGXCPU: "used up its processor time",
    signal.SIGSYS: "made a system call that is not allowed",
}


def in_words(status: int) -> str:
    """What a wait status says."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return _SIGNALS.get(-code, f"was killed by signal {-code}")
    return f"exited (os._exit or similar) with code {code}"
