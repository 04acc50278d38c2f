"""Attacks by and on processes: start some, signal, trace and slow down others."""

import ctypes
import fcntl
import os
import resource
import signal
import threading

from grader.sandbox.libc import syscall
from hostile.arena import EXECUTED, Arena, Attack, held_by

_CLONE3 = 435
_PTRACE, _PTRACE_SEIZE = 101, 0x4206
_PROCESS_VM_READV = 310
_PIDFD_OPEN, _PIDFD_GETFD = 434, 438
_TGKILL = 234
_HARMLESS = signal.SIGURG  # ignored by default, and no exception for one's own session as SIGCONT
_SHELL = ["sh", "-c", f"exit {EXECUTED}"]


def _reap(child: int) -> None:
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def shell(_: Arena) -> None:
    """Run a shell command."""
    status = os.system(_SHELL[-1])  # noqa: S605  that is the attack
    if os.waitstatus_to_exitcode(status) != EXECUTED:
        raise PermissionError(status)


def execute(_: Arena) -> None:
    """Become another program."""
    os.execv("/bin/sh", _SHELL)  # noqa: S606  that is the attack


def spawn(_: Arena) -> None:
    """Start another program without fork."""
    child = os.posix_spawn("/bin/sh", _SHELL, {})
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != EXECUTED:
        raise PermissionError


def fork(_: Arena) -> None:
    """Fork."""
    _reap(os.fork())


def daemon(_: Arena) -> None:
    """Leave a process behind in a session of its own."""
    child = os.fork()
    if child == 0:
        os.setsid()
        _reap(os.fork())
        os._exit(0)
    os.waitpid(child, 0)


def fork_bomb(_: Arena) -> None:
    """Fork again and again (here: sixteen times)."""
    for _turn in range(16):
        _reap(os.fork())


def clone3(_: Arena) -> None:
    """Fork by the newest call."""
    arguments = (ctypes.c_uint64 * 8)()
    arguments[4] = signal.SIGCHLD  # what the parent gets when it ends
    _reap(syscall("clone3", _CLONE3, ctypes.addressof(arguments), 64))


def thread(_: Arena) -> None:
    """Start a thread."""
    started = threading.Thread(target=int)
    started.start()
    started.join()


def thread_bomb(_: Arena) -> None:
    """Start threads again and again (here: thirty-two)."""
    for _turn in range(32):
        thread(_)


def kill(arena: Arena) -> None:
    """Signal another process."""
    os.kill(arena.victim, _HARMLESS)


def tgkill(arena: Arena) -> None:
    """Signal another process by the call that is allowed for oneself."""
    syscall("tgkill", _TGKILL, arena.victim, arena.victim, _HARMLESS)


def trace(arena: Arena) -> None:
    """Attach a debugger to another process."""
    syscall("ptrace", _PTRACE, _PTRACE_SEIZE, arena.victim)


def read_memory(arena: Arena) -> None:
    """Read another process's memory by a call."""
    memory = ctypes.create_string_buffer(16)
    here = (ctypes.c_uint64 * 2)(ctypes.addressof(memory), 16)
    there = (ctypes.c_uint64 * 2)(arena.address, 16)
    syscall(
        "process_vm_readv",
        _PROCESS_VM_READV,
        arena.victim,
        ctypes.addressof(here),
        1,
        ctypes.addressof(there),
        1,
    )


def steal_descriptor(arena: Arena) -> None:
    """Take a descriptor out of another process."""
    process = syscall("pidfd_open", _PIDFD_OPEN, arena.victim)
    os.close(syscall("pidfd_getfd", _PIDFD_GETFD, process, 0))
    os.close(process)


def limit_other(arena: Arena) -> None:
    """Change another process's limits."""
    limits = resource.prlimit(arena.victim, resource.RLIMIT_NOFILE)
    resource.prlimit(arena.victim, resource.RLIMIT_NOFILE, limits)


def slow_other(arena: Arena) -> None:
    """Lower another process's priority."""
    os.setpriority(os.PRIO_PROCESS, arena.victim, 5)


def pin_other(arena: Arena) -> None:
    """Choose another process's processors."""
    os.sched_setaffinity(arena.victim, os.sched_getaffinity(arena.victim))


def signal_by_descriptor(arena: Arena) -> None:
    """Have the kernel signal another process whenever a descriptor is ready."""
    fcntl.fcntl(0, fcntl.F_SETOWN, arena.victim)


_PROCESSES = held_by("seccomp")
_NUMBER = held_by("limits")
_PROGRAMS = _PROCESSES | held_by("landlock", "root")
_OTHERS = held_by("seccomp", "uid")
_SIGNALS = _OTHERS | held_by("landlock")

ATTACKS = (
    Attack(shell, _PROGRAMS, _NUMBER),
    Attack(execute, _PROGRAMS),
    Attack(spawn, _PROGRAMS, _NUMBER),
    Attack(fork, _PROCESSES, _NUMBER),
    Attack(daemon, _PROCESSES, _NUMBER),
    Attack(fork_bomb, _PROCESSES, _NUMBER),
    Attack(clone3, _PROCESSES, _NUMBER),
    Attack(thread, _PROCESSES, _NUMBER),
    Attack(thread_bomb, _PROCESSES, _NUMBER),
    Attack(kill, _SIGNALS),
    Attack(tgkill, _SIGNALS),
    Attack(trace, _SIGNALS, closed=True),
    Attack(read_memory, _SIGNALS, closed=True),
    Attack(steal_descriptor, _SIGNALS, closed=True),
    Attack(limit_other, _OTHERS),
    Attack(slow_other, _OTHERS),
    Attack(pin_other, _OTHERS),
    Attack(signal_by_descriptor, held_by("seccomp")),
)
