"""The system calls that a worker may make, and those that end it: a table to be read.

What is in neither table answers EPERM, so that honest code that is merely curious (opens a file,
starts a thread) sees an ordinary exception and can be told so. Nothing here takes a path, makes a
descriptor, a process, a socket or an executable page, or reaches another process.

x86-64 numbers are tested. The aarch64 numbers are transcribed and have never run.
"""

from dataclasses import dataclass
from typing import Literal

PROT_EXEC = 4


@dataclass(frozen=True, slots=True)
class Check:
    """What one argument of a system call must be.

    Attributes:
        argument: its position, from 0.
        must: "be_null" (all 64 bits), "be_one_of" values, "lack" every bit of values[0]
            (the low 32 bits), or "be_own_pid".
        values: for be_one_of and lack.
    """

    argument: int
    must: Literal["be_null", "be_one_of", "lack", "be_own_pid"]
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Syscall:
    """One row: a number is None where the architecture lacks the call."""

    name: str
    x86_64: int | None
    aarch64: int | None
    why: str
    checks: tuple[Check, ...] = ()


_NOT_EXECUTABLE = (Check(2, "lack", (PROT_EXEC,)),)
_OWN_LIMITS_READ_ONLY = (Check(0, "be_one_of", (0,)), Check(2, "be_null"))
# MADV_DONTNEED, MADV_FREE, MADV_HUGEPAGE, MADV_NOHUGEPAGE.
_ALLOCATOR_ADVICE = (Check(2, "be_one_of", (4, 8, 14, 15)),)

# The most frequent first: before Linux 5.11 the filter is walked on every call.
ALLOWED = (
    Syscall("read", 0, 63, "requests arrive on a pipe"),
    Syscall("write", 1, 64, "replies and prints leave on pipes"),
    Syscall("futex", 202, 98, "the interpreter's lock, and threading.Lock"),
    Syscall("mmap", 9, 222, "memory for large arrays", _NOT_EXECUTABLE),
    Syscall("munmap", 11, 215, "the same, given back"),
    Syscall("brk", 12, 214, "memory for small objects"),
    Syscall("mremap", 25, 216, "realloc of a large array"),
    Syscall("madvise", 28, 233, "NumPy asks for huge pages, malloc gives back", _ALLOCATOR_ADVICE),
    Syscall("mprotect", 10, 226, "malloc grows its arenas this way", _NOT_EXECUTABLE),
    Syscall("clock_gettime", 228, 113, "time.time() where it is not answered without a call"),
    Syscall("gettimeofday", 96, 169, "the same, in older libraries"),
    Syscall("time", 201, None, "the same, older still"),
    Syscall("clock_getres", 229, 114, "time.get_clock_info()"),
    Syscall("clock_nanosleep", 230, 115, "time.sleep()"),
    Syscall("nanosleep", 35, 101, "time.sleep() in older libraries"),
    Syscall("restart_syscall", 219, 128, "the kernel's own, when a sleep is interrupted"),
    Syscall("getrandom", 318, 278, "np.random.default_rng() and random seed themselves"),
    Syscall("poll", 7, None, "waiting for a pipe"),
    Syscall("ppoll", 271, 73, "the same"),
    Syscall("select", 23, None, "the same"),
    Syscall("pselect6", 270, 72, "the same"),
    Syscall("readv", 19, 65, "large arrays are read into place"),
    Syscall("writev", 20, 66, "replies; the C library's last words ('double free or corruption')"),
    Syscall("close", 3, 57, "closes what it was given; it cannot open anything"),
    Syscall("fstat", 5, 80, "asked of a descriptor only, never of a path"),
    Syscall("lseek", 8, 62, "Python asks whether stdout can seek"),
    Syscall("rt_sigaction", 13, 134, "signal.signal(), faulthandler"),
    Syscall("rt_sigprocmask", 14, 135, "around abort() and sigsetjmp"),
    Syscall("rt_sigreturn", 15, 139, "the return from every signal handler"),
    Syscall("sigaltstack", 131, 132, "faulthandler"),
    Syscall("tgkill", 234, 131, "abort() and raise(), on itself", (Check(0, "be_own_pid"),)),
    Syscall("sched_yield", 24, 124, "OpenBLAS spins politely"),
    Syscall("getcpu", 309, 168, "malloc and OpenBLAS pick a pool by it"),
    Syscall("sched_getaffinity", 204, 123, "os.cpu_count()", (Check(0, "be_one_of", (0,)),)),
    Syscall("getrusage", 98, 165, "resource.getrusage(), of itself"),
    Syscall("times", 100, 153, "os.times()"),
    Syscall("prlimit64", 302, 261, "resource.getrlimit(), of itself", _OWN_LIMITS_READ_ONLY),
    Syscall("getpid", 39, 172, "seeds, logging, abort()"),
    Syscall("gettid", 186, 178, "threading.get_native_id(), abort()"),
    Syscall("getppid", 110, 173, "os.getppid(); says nothing of use"),
    Syscall("getuid", 102, 174, "os.getuid()"),
    Syscall("geteuid", 107, 175, "os.geteuid()"),
    Syscall("getgid", 104, 176, "os.getgid()"),
    Syscall("getegid", 108, 177, "os.getegid()"),
    Syscall("getcwd", 79, 17, "os.path.abspath(__file__); the answer is always /"),
    Syscall("uname", 63, 160, "platform.system()"),
    Syscall("exit", 60, 93, "the end"),
    Syscall("exit_group", 231, 94, "the end"),
)

# No student's program has a use for these: they reach into other processes or into the corners
# of the kernel where exploits live. A first try is the last.
FATAL = (
    Syscall("ptrace", 101, 117, "drives another process"),
    Syscall("process_vm_readv", 310, 270, "reads another process's memory"),
    Syscall("process_vm_writev", 311, 271, "writes it"),
    Syscall("process_madvise", 440, 440, "disturbs it"),
    Syscall("pidfd_getfd", 438, 438, "steals another process's descriptors"),
    Syscall("kcmp", 312, 272, "compares kernel pointers"),
    Syscall("io_uring_setup", 425, 425, "makes calls that no filter sees"),
    Syscall("io_uring_enter", 426, 426, "the same"),
    Syscall("io_uring_register", 427, 427, "the same"),
    Syscall("bpf", 321, 280, "loads programs into the kernel"),
    Syscall("perf_event_open", 298, 241, "watches other processes"),
    Syscall("userfaultfd", 323, 282, "stops the kernel at a chosen moment"),
    Syscall("add_key", 248, 217, "the kernel's key rings outlive the process"),
    Syscall("request_key", 249, 218, "the same"),
    Syscall("keyctl", 250, 219, "the same"),
    Syscall("unshare", 272, 97, "namespaces: root in a world of its own"),
    Syscall("setns", 308, 268, "the same"),
    Syscall("mount", 165, 40, "changes what paths mean"),
    Syscall("umount2", 166, 39, "the same"),
    Syscall("pivot_root", 155, 41, "the same"),
    Syscall("open_tree", 428, 428, "the same"),
    Syscall("move_mount", 429, 429, "the same"),
    Syscall("fsopen", 430, 430, "the same"),
    Syscall("open_by_handle_at", 304, 265, "opens files past every directory"),
    Syscall("personality", 135, 92, "makes readable memory executable"),
    Syscall("modify_ldt", 154, None, "16-bit segments"),
    Syscall("iopl", 172, None, "hardware ports"),
    Syscall("ioperm", 173, None, "the same"),
    Syscall("init_module", 175, 105, "kernel modules"),
    Syscall("finit_module", 313, 273, "the same"),
    Syscall("kexec_load", 246, 104, "another kernel"),
    Syscall("kexec_file_load", 320, 294, "the same"),
)


@dataclass(frozen=True, slots=True)
class Architecture:
    """How one kind of processor numbers its calls.

    Attributes:
        name: as `uname -m` says it, and as a column of Syscall.
        audit: AUDIT_ARCH_*, what the kernel tells the filter.
        ceiling: the first number that belongs to a foreign table (x32), or None.
        tested: whether this table has ever run; an untested one is never installed.
    """

    name: Literal["x86_64", "aarch64"]
    audit: int
    ceiling: int | None
    tested: bool

    def number(self, call: Syscall) -> int | None:
        """The call's number here, or None where it does not exist."""
        return call.x86_64 if self.name == "x86_64" else call.aarch64


X86_64 = Architecture("x86_64", 0xC000003E, 0x40000000, tested=True)
AARCH64 = Architecture("aarch64", 0xC00000B7, None, tested=False)
ARCHITECTURES = (X86_64, AARCH64)
