"""The seccomp filter decides as its table says, for every number, on both architectures.

The kernel runs the same program in the other tests; here an interpreter of our own does, which can
ask about calls that cannot be made on this machine.
"""

import itertools
import re
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.sandbox import seccomp
from grader.sandbox.libc import UnavailableError
from grader.sandbox.seccomp import ALLOW, DENY, KILL, Instruction
from grader.sandbox.syscalls import AARCH64, ALLOWED, FATAL, X86_64, Architecture, Syscall

PID = 4242
ARCHITECTURES = pytest.mark.parametrize("architecture", [X86_64, AARCH64], ids=lambda a: a.name)


def verdict(
    program: Sequence[Instruction],
    number: int,
    arguments: Sequence[int] = (),
    audit: int = X86_64.audit,
) -> int:
    """What a filter answers to one call."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("=iIQ6Q", number, audit, 0, *padded)
    accumulator, at = 0, 0
    while True:
        one = program[at]
        at += 1
        if one.code == seccomp.RETURN:
            return one.k
        if one.code == seccomp.LOAD:
            (accumulator,) = struct.unpack_from("=I", data, one.k)
            continue
        holds = {
            seccomp.JUMP_EQUAL: accumulator == one.k,
            seccomp.JUMP_GREATER_EQUAL: accumulator >= one.k,
            seccomp.JUMP_BITS: bool(accumulator & one.k),
        }[one.code]
        at += one.yes if holds else one.no


def passing(call: Syscall) -> list[int]:
    """Arguments that satisfy every check of a call."""
    arguments = [0] * 6
    for check in call.checks:
        if check.must == "be_one_of":
            arguments[check.argument] = check.values[0]
        elif check.must == "be_own_pid":
            arguments[check.argument] = PID
    return arguments


@ARCHITECTURES
def test_every_number(architecture: Architecture) -> None:
    """A number is allowed or fatal exactly when the table says so; any other answers EPERM."""
    program = seccomp.program(architecture, PID)
    allowed = {architecture.number(call): call for call in ALLOWED}
    fatal = {architecture.number(call) for call in FATAL}
    for number in range(1024):
        arguments = passing(allowed[number]) if number in allowed else []
        expected = ALLOW if number in allowed else KILL if number in fatal else DENY
        assert verdict(program, number, arguments, architecture.audit) == expected, number


@ARCHITECTURES
def test_arguments(architecture: Architecture) -> None:
    """Breaking any one check of a call denies it, whatever the other arguments are."""
    program = seccomp.program(architecture, PID)
    for call in ALLOWED:
        number = architecture.number(call)
        for check in call.checks if number is not None else ():
            wrong = {
                "lack": [4, 5, 7, (1 << 32) | 4],
                "be_null": [1, 1 << 32, (1 << 64) - 1],
                "be_one_of": [3, 99, (1 << 32) - 1],
                "be_own_pid": [0, 1, PID + 1, (1 << 32) - PID],
            }[check.must]
            for value in wrong:
                arguments = passing(call)
                arguments[check.argument] = value
                answer = verdict(program, number or 0, arguments, architecture.audit)
                assert answer == DENY, (call.name, check, value)


def test_every_value_of_a_choice() -> None:
    """All the values that a check lists are allowed, not only the first."""
    program = seccomp.program(X86_64, PID)
    for call in ALLOWED:
        choices = [c.values if c.must == "be_one_of" else (None,) for c in call.checks]
        for choice in itertools.product(*choices):
            arguments = passing(call)
            for check, value in zip(call.checks, choice, strict=True):
                if value is not None:
                    arguments[check.argument] = value
            assert verdict(program, call.x86_64 or 0, arguments) == ALLOW, (call.name, choice)


@pytest.mark.parametrize("audit", [0x40000003, AARCH64.audit, 0], ids=["i386", "aarch64", "none"])
def test_foreign_architecture(audit: int) -> None:
    """A call through another architecture's table kills, whatever its number means there."""
    program = seccomp.program(X86_64, PID)
    assert {verdict(program, number, audit=audit) for number in range(512)} == {KILL}


def test_x32() -> None:
    """A number of the x32 table kills, and so does a negative one."""
    program = seccomp.program(X86_64, PID)
    for number in (0x40000000, 0x40000000 | 39, 0x40000209, -1, -(1 << 31)):
        assert verdict(program, number) == KILL


@ARCHITECTURES
def test_within_the_kernels_bounds(architecture: Architecture) -> None:
    """The program is short enough, and no jump leaves it or exceeds a byte."""
    program = seccomp.program(architecture, PID)
    assert len(program) < 4096
    for at, one in enumerate(program):
        for skip in (one.yes, one.no):
            assert 0 <= skip < 256
            assert at + 1 + skip < len(program) or one.code == seccomp.RETURN


@ARCHITECTURES
def test_filling_in_the_pid(architecture: Architecture) -> None:
    """The filter with the pid filled in afterwards is the one that is built for that pid."""
    for pid in (1, PID, 1 << 22):
        expected = seccomp.pack(seccomp.program(architecture, pid))
        assert seccomp.packed(architecture, pid) == expected


def test_table_is_consistent() -> None:
    """No call is listed twice, no number has two meanings, each row has its reason."""
    rows = (*ALLOWED, *FATAL)
    assert len({row.name for row in rows}) == len(rows)
    for architecture in (X86_64, AARCH64):
        numbers = [n for n in map(architecture.number, rows) if n is not None]
        assert len(set(numbers)) == len(numbers)
    assert all(row.why for row in rows)


def test_calls_that_need_their_arguments_checked() -> None:
    """Calls that are harmless only with some arguments are never allowed with any."""
    checked = {row.name for row in ALLOWED if row.checks}
    assert checked == {"mmap", "mprotect", "madvise", "prlimit64", "sched_getaffinity", "tgkill"}


def _header(*candidates: str) -> dict[str, int]:
    for path in map(Path, candidates):
        if path.exists():
            text = path.read_text(encoding="utf-8")
            found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)
            return {name: int(number) for name, number in found}
    return pytest.skip("the kernel's headers are not installed")


def test_x86_64_numbers() -> None:
    """The x86-64 column agrees with the kernel's headers."""
    numbers = _header(
        "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"
    )
    for row in (*ALLOWED, *FATAL):
        assert row.x86_64 == numbers.get(row.name), row.name


def test_aarch64_numbers() -> None:
    """The aarch64 column agrees with the headers of the architectures that share one table."""
    numbers = _header("/usr/include/asm-generic/unistd.h")
    for row in (*ALLOWED, *FATAL):
        assert row.aarch64 == numbers.get(row.name), row.name


@pytest.mark.parametrize("machine", ["aarch64", "riscv64", "arm64", "i686"])
def test_untested_machines(machine: str) -> None:
    """Where no tested table exists no filter is made, and the reason names the machine."""
    with pytest.raises(UnavailableError, match=machine):
        seccomp.here(machine)
