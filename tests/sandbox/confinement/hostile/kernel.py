"""Attacks through the network and the corners of the kernel."""

import ctypes
import fcntl
import mmap
import os
import resource
import socket
import struct
import termios

import numpy as np

from grader.sandbox.libc import call, prctl, syscall
from hostile.arena import Arena, Attack, held_by

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_MAP_PRIVATE_ANONYMOUS = 0x22


def tcp(arena: Arena) -> None:
    """Connect over TCP."""
    with socket.socket() as sender:
        sender.connect(("127.0.0.1", arena.tcp))


def udp(arena: Arena) -> None:
    """Send a datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"SECRET", ("127.0.0.1", arena.udp))


def abstract_socket(arena: Arena) -> None:
    """Connect to an abstract unix socket."""
    with socket.socket(socket.AF_UNIX) as sender:
        sender.connect("\0" + arena.unix)


def netlink(_: Arena) -> None:
    """Ask the kernel for its network interfaces."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0):
        pass


def shared_memory(_: Arena) -> None:
    """Make a SysV shared memory segment, which outlives its maker."""
    identifier = syscall("shmget", 29, 0, 4096, 0o1600)
    syscall("shmctl", 31, identifier, 0)


def message_queue(_: Arena) -> None:
    """Make a message queue, which outlives its maker."""
    name = ctypes.create_string_buffer(f"probe-{os.getpid()}".encode())
    queue = syscall("mq_open", 240, ctypes.addressof(name), os.O_CREAT | os.O_RDWR, 0o600)
    os.close(queue)
    syscall("mq_unlink", 241, ctypes.addressof(name))


def io_uring(_: Arena) -> None:
    """Open a ring through which calls are made that no filter sees."""
    parameters = ctypes.create_string_buffer(120)
    os.close(syscall("io_uring_setup", 425, 4, ctypes.addressof(parameters)))


def namespace(_: Arena) -> None:
    """Become root in a world of one's own."""
    syscall("unshare", 272, _CLONE_NEWUSER)


def userfaultfd(_: Arena) -> None:
    """Handle page faults, of user mode only."""
    os.close(syscall("userfaultfd", 323, 1))


def add_key(_: Arena) -> None:
    """Put a key into the session's key ring."""
    kind, name = ctypes.create_string_buffer(b"user"), ctypes.create_string_buffer(b"probe")
    syscall(
        "add_key",
        248,
        ctypes.addressof(kind),
        ctypes.addressof(name),
        ctypes.addressof(name),
        4,
        (1 << 64) - 2,  # this process's own key ring
    )


def load_bpf(_: Arena) -> None:
    """Make a BPF map in the kernel."""
    attributes = ctypes.create_string_buffer(struct.pack("=IIII", 2, 4, 4, 1), 72)
    os.close(syscall("bpf", 321, 0, ctypes.addressof(attributes), 72))


def perf_events(_: Arena) -> None:
    """Count events of the processor."""
    # A software event (the CPU clock), of this process, user mode only.
    attributes = ctypes.create_string_buffer(struct.pack("=IIQQQQQ", 1, 64, 0, 0, 0, 0, 0x60), 64)
    os.close(
        syscall(
            "perf_event_open", 298, ctypes.addressof(attributes), 0, (1 << 64) - 1, (1 << 64) - 1
        )
    )


def personality(_: Arena) -> None:
    """Make all readable memory executable."""
    syscall("personality", 135, 0x0400000)


def mount(_: Arena) -> None:
    """Mount a file system over a folder (in a namespace of its own)."""
    syscall("unshare", 272, 0x00020000)
    root = ctypes.create_string_buffer(b"/")
    everywhere_private = (1 << 14) | (1 << 18)
    syscall("mount", 165, 0, ctypes.addressof(root), 0, everywhere_private)
    place, kind = ctypes.create_string_buffer(b"/mnt"), ctypes.create_string_buffer(b"tmpfs")
    syscall("mount", 165, ctypes.addressof(kind), ctypes.addressof(place), ctypes.addressof(kind))


def become_root(_: Arena) -> None:
    """Become root again."""
    os.setresuid(0, 0, 0)


def change_root(arena: Arena) -> None:
    """Change the root directory."""
    os.chroot(arena.folder)


def executable_mapping(_: Arena) -> None:
    """Map executable memory."""
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def executable_protection(_: Arena) -> None:
    """Make memory executable that is not."""
    page = syscall("mmap", 9, 0, 4096, 3, _MAP_PRIVATE_ANONYMOUS, (1 << 64) - 1)
    syscall("mprotect", 10, page, 4096, 5)


def load_library(_: Arena) -> None:
    """Load machine code from a file."""
    ctypes.CDLL("libanl.so.1")  # comes with the C library, and hardly anything uses it


def i386_call(arena: Arena) -> None:
    """Make a call by the i386 table, where other numbers mean other things."""
    if ctypes.CFUNCTYPE(ctypes.c_int)(arena.machine_code)() != os.getpid():
        raise AssertionError


def x32_call(_: Arena) -> None:
    """Make a call by the x32 table (or be told that this kernel has none)."""
    try:
        syscall("x32", 0x40000000 | 39)
    except OSError as error:
        if error.errno != 38:  # ENOSYS: an honest answer
            raise


def huge_array(_: Arena) -> None:
    """Take 4 GiB of memory."""
    np.zeros(1 << 29)


def huge_shared_mapping(_: Arena) -> None:
    """Take 4 GiB of shared memory, which the data limit does not count."""
    mmap.mmap(-1, 1 << 32, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS).close()


def exhaust_descriptors(_: Arena) -> None:
    """Open a hundred descriptors."""
    descriptors = []
    try:
        descriptors += [os.dup(0) for _turn in range(100)]
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def allow_core_dumps(_: Arena) -> None:
    """Ask for core dumps."""
    resource.prlimit(0, resource.RLIMIT_CORE, (4096, 4096))


def outlive_parent(_: Arena) -> None:
    """Not be killed with the parent."""
    prctl("pdeathsig", _PR_SET_PDEATHSIG, 0)


def be_dumpable(_: Arena) -> None:
    """Open oneself to debuggers again."""
    prctl("dumpable", _PR_SET_DUMPABLE, 1)


def stall_pipe(_: Arena) -> None:
    """Change how a shared descriptor reads."""
    fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK)


def change_terminal(_: Arena) -> None:
    """Use a descriptor's own commands."""
    fcntl.ioctl(1, termios.FIOCLEX)


def lock_memory(_: Arena) -> None:
    """Lock memory so that others have less."""
    page = mmap.mmap(-1, 1 << 20)
    call("mlock", ctypes.addressof(ctypes.c_char.from_buffer(page)), 1 << 20)


def odd_advice(_: Arena) -> None:
    """Give the kernel advice about memory that no allocator gives (here: leave it out of dumps)."""
    page = mmap.mmap(-1, 4096)
    call("madvise", ctypes.addressof(ctypes.c_char.from_buffer(page)), 4096, 16)


_ONLY_SECCOMP = held_by("seccomp")

ATTACKS = (
    Attack(tcp, held_by("seccomp", "landlock")),
    Attack(udp, _ONLY_SECCOMP),
    Attack(abstract_socket, held_by("seccomp", "landlock")),
    Attack(netlink, _ONLY_SECCOMP),
    Attack(shared_memory, _ONLY_SECCOMP),
    Attack(message_queue, held_by("seccomp", "limits"), closed=True),
    Attack(io_uring, _ONLY_SECCOMP, closed=True),
    Attack(namespace, _ONLY_SECCOMP, closed=True),
    Attack(userfaultfd, _ONLY_SECCOMP, closed=True),
    Attack(add_key, _ONLY_SECCOMP, closed=True),
    Attack(load_bpf, held_by("seccomp", "uid", "capabilities"), needs_root=True, closed=True),
    Attack(perf_events, _ONLY_SECCOMP, closed=True),
    Attack(personality, _ONLY_SECCOMP, closed=True),
    Attack(mount, held_by("seccomp", "uid", "capabilities"), needs_root=True, closed=True),
    Attack(become_root, held_by("seccomp", "uid"), needs_root=True),
    Attack(change_root, held_by("seccomp", "uid", "capabilities"), needs_root=True),
    Attack(executable_mapping, _ONLY_SECCOMP),
    Attack(executable_protection, _ONLY_SECCOMP),
    Attack(load_library, held_by("seccomp", "landlock", "root")),
    Attack(i386_call, _ONLY_SECCOMP, closed=True),
    Attack(x32_call, _ONLY_SECCOMP, closed=True),
    Attack(huge_array, held_by("limits")),
    Attack(huge_shared_mapping, held_by("limits")),
    Attack(exhaust_descriptors, held_by("seccomp", "limits")),
    Attack(allow_core_dumps, held_by("seccomp", "limits")),
    Attack(outlive_parent, _ONLY_SECCOMP),
    Attack(be_dumpable, _ONLY_SECCOMP),
    Attack(stall_pipe, _ONLY_SECCOMP),
    Attack(change_terminal, _ONLY_SECCOMP),
    Attack(odd_advice, _ONLY_SECCOMP),
    Attack(lock_memory, _ONLY_SECCOMP, held_by("limits"), closed=True),
)
