"""Other machines, played on this one: an ordinary user, Docker, old kernels, and faulty walls."""

import ctypes
import errno
import os
from typing import Any

from grader.sandbox import privileges, seccomp
from grader.sandbox.libc import call, prctl
from grader.sandbox.seccomp import ALLOW, JUMP_EQUAL, LOAD, RETURN, Instruction

USER = 65534

_CAPABILITIES = {
    # What Docker grants by default.
    "docker": (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31),
    "docker without CAP_SYS_CHROOT": (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 27, 29, 31),
    "docker without CAP_KILL": (0, 1, 3, 4, 6, 7, 8, 10, 13, 18, 27, 29, 31),
    "root without capabilities": (),
}

_PRCTL, _PR_SET_SECCOMP = 157, 22
_EXECVE = 59
# By machine: number of a call -> what it answers.
_ANSWERS = {
    # unshare, setns, mount, umount2, add_key, keyctl, bpf, perf_event_open; clone3.
    "docker": {272: 1, 308: 1, 165: 1, 166: 1, 248: 1, 250: 1, 321: 1, 298: 1, 435: errno.ENOSYS},
    "no Landlock": {444: errno.ENOSYS},
    "Landlock off": {444: errno.EOPNOTSUPP},
}


def _filter(answers: dict[int, int]) -> tuple[Instruction, ...]:
    return (
        Instruction(LOAD, 0),
        *(
            one
            for number, answer in answers.items()
            for one in (
                Instruction(JUMP_EQUAL, number, no=1),
                Instruction(RETURN, 0x00050000 | answer),
            )
        ),
        Instruction(RETURN, ALLOW),
    )


_NO_SECCOMP = (
    Instruction(LOAD, 0),
    Instruction(JUMP_EQUAL, _PRCTL, no=3),
    Instruction(LOAD, 16),
    Instruction(JUMP_EQUAL, _PR_SET_SECCOMP, no=1),
    Instruction(RETURN, 0x00050000 | errno.EINVAL),
    Instruction(RETURN, ALLOW),
)


def _keep_capabilities(kept: tuple[int, ...]) -> None:
    word = sum(1 << number for number in kept)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)(word, word, 0, 0, 0, 0)
    call("capset", ctypes.addressof(header), ctypes.addressof(sets))


def become(order: dict[str, Any]) -> None:
    """Turn this process into one of the machine that the order names."""
    machine = order.get("machine", "")
    if machine:
        prctl("no_new_privs", 38, 1)
    if machine in _ANSWERS or machine.startswith("docker"):
        seccomp.install(
            seccomp.pack(_filter(_ANSWERS[machine if machine in _ANSWERS else "docker"]))
        )
    if machine == "no seccomp":
        seccomp.install(seccomp.pack(_NO_SECCOMP))
    if machine in _CAPABILITIES:
        _keep_capabilities(_CAPABILITIES[machine])
    if order.get("user") and os.getuid() == 0:
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)
        # A process that was root is closed to itself in /proc; one of a user's is not.
        prctl("dumpable", 4, 1)


def sabotage(what: str | None) -> None:
    """Plant a fault in a wall that will claim to be up."""
    if what == "seccomp allows everything":
        seccomp.packed = lambda *_: seccomp.pack((Instruction(RETURN, ALLOW),))
    elif what == "seccomp lets programs be executed":
        hole = (Instruction(JUMP_EQUAL, _EXECVE, no=1), Instruction(RETURN, ALLOW))
        whole = seccomp.program(seccomp.here(), os.getpid())
        faulty = (*whole[:4], *hole, *whole[4:])  # after the number is loaded
        seccomp.packed = lambda *_: seccomp.pack(faulty)
    elif what == "Landlock does nothing":
        from grader.sandbox import landlock  # noqa: PLC0415

        landlock.restrict = lambda: None
    elif what == "uid stays":
        privileges.become_nobody = lambda: None
    elif what == "capabilities stay":
        privileges.drop_capabilities = lambda: None
    elif what == "root stays":
        privileges.enter_empty_root = lambda: None
