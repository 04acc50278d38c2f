"""The core wall: a seccomp filter, built from the table in syscalls.py.

A program for the kernel's classic BPF machine: one accumulator, forward jumps only. Every call in
the table becomes a block of its own that ends in a verdict, so blocks can be read one by one.
"""

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass
from functools import cache

from grader.sandbox.libc import UnavailableError, prctl
from grader.sandbox.syscalls import ALLOWED, ARCHITECTURES, FATAL, Architecture, Check

ALLOW = 0x7FFF0000
KILL = 0x80000000
DENY = 0x00050000 | errno.EPERM

LOAD = 0x20  # A = the 32-bit word of seccomp_data at k
JUMP_EQUAL = 0x15
JUMP_GREATER_EQUAL = 0x35
JUMP_BITS = 0x45
RETURN = 0x06

# struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6].
_NUMBER = 0
_ARCH = 4
_ARGUMENTS = 16

_INSTRUCTION_BYTES = 8

# Above any pid that the kernel gives: marks where the pid is to be filled in.
_ANY_PID = 0x7FFFFFFF

_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2


@dataclass(frozen=True, slots=True)
class Instruction:
    """One BPF instruction.

    Attributes:
        code: what to do.
        k: its operand.
        yes: how many instructions a true comparison skips.
        no: how many a false one skips.
    """

    code: int
    k: int
    yes: int = 0
    no: int = 0

    def pack(self) -> bytes:
        """As struct sock_filter."""
        return struct.pack("=HBBI", self.code, self.yes, self.no, self.k)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _check(check: Check, own_pid: int, after: int) -> list[Instruction]:
    """Instructions that fall through when the check holds.

    Args:
        check: what to test.
        own_pid: for checks on it.
        after: how many instructions of the block lie between these and its DENY.
    """
    low = _ARGUMENTS + 8 * check.argument  # both architectures are little-endian
    if check.must == "be_null":
        return [
            Instruction(LOAD, low),
            Instruction(JUMP_EQUAL, 0, no=after + 2),
            Instruction(LOAD, low + 4),
            Instruction(JUMP_EQUAL, 0, no=after),
        ]
    if check.must == "lack":
        return [Instruction(LOAD, low), Instruction(JUMP_BITS, check.values[0], yes=after)]
    values = (own_pid,) if check.must == "be_own_pid" else check.values
    last = len(values) - 1
    return [
        Instruction(LOAD, low),
        *(
            Instruction(JUMP_EQUAL, value, yes=last - i, no=after if i == last else 0)
            for i, value in enumerate(values)
        ),
    ]


def _block(number: int, checks: tuple[Check, ...], own_pid: int, verdict: int) -> list[Instruction]:
    """If the call is `number`, end in a verdict; otherwise fall through, accumulator untouched."""
    body = [Instruction(RETURN, verdict)]
    if checks:
        body.append(Instruction(RETURN, DENY))
    # From the last check to the first: only then is the distance to DENY known.
    for check in reversed(checks):
        body = [*_check(check, own_pid, len(body) - 1), *body]
    return [Instruction(JUMP_EQUAL, number, no=len(body)), *body]


def program(architecture: Architecture, own_pid: int) -> tuple[Instruction, ...]:
    """The whole filter.

    Args:
        architecture: whose numbers to use; a call made through any other kills.
        own_pid: the only process that may be signalled.
    """
    code = [
        Instruction(LOAD, _ARCH),
        Instruction(JUMP_EQUAL, architecture.audit, yes=1),
        Instruction(RETURN, KILL),
        Instruction(LOAD, _NUMBER),
    ]
    if architecture.ceiling is not None:
        code += [
            Instruction(JUMP_GREATER_EQUAL, architecture.ceiling, no=1),
            Instruction(RETURN, KILL),
        ]
    for calls, verdict in ((ALLOWED, ALLOW), (FATAL, KILL)):
        for call in calls:
            number = architecture.number(call)
            if number is not None:
                code += _block(number, call.checks, own_pid, verdict)
    return (*code, Instruction(RETURN, DENY))


def here(machine: str | None = None) -> Architecture:
    """The architecture whose filter can be installed.

    Args:
        machine: as `uname -m` says it; None for this one.

    Raises:
        UnavailableError: there is no table for it, or only an untested one.
    """
    machine = machine or platform.machine()
    for architecture in ARCHITECTURES:
        if architecture.name == machine:
            if not architecture.tested:
                raise UnavailableError(f"the table for {machine} has never been tested")
            if ctypes.sizeof(ctypes.c_void_p) != 8:  # noqa: PLR2004  bytes in a 64-bit pointer
                raise UnavailableError("a 32-bit Python")
            return architecture
    raise UnavailableError(f"no table of system calls for {machine}")


def pack(instructions: tuple[Instruction, ...]) -> bytes:
    """A filter as the kernel reads it: an array of struct sock_filter."""
    return b"".join(instruction.pack() for instruction in instructions)


@cache
def _template(architecture: Architecture) -> bytes:
    return pack(program(architecture, _ANY_PID))


def packed(architecture: Architecture, own_pid: int) -> bytes:
    """What pack(program(...)) gives. The first call takes a millisecond, later ones nothing.

    So a first call in the warden, for any pid, spares every worker that millisecond.
    """
    mark, pid = (struct.pack("=I", one) for one in (_ANY_PID, own_pid))
    return _template(architecture).replace(mark, pid)


def install(filter_: bytes) -> None:
    """Put a packed filter on this process, for good. no_new_privs must be set.

    Raises:
        UnavailableError: this is not Linux.
        OSError: the kernel has no seccomp filters, or refused this one.
    """
    memory = ctypes.create_string_buffer(filter_, len(filter_))
    length = len(filter_) // _INSTRUCTION_BYTES
    loaded = _Program(length, ctypes.addressof(memory))
    prctl("seccomp", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(loaded))
