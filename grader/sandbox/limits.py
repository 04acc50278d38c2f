"""What a worker may use: memory, processor time, files, descriptors, processes."""

import os
import resource

from grader.sandbox.libc import UnavailableError

_MIB = 1 << 20

# What NumPy needs on top of what is already mapped, before an array of the assignment's size fits.
_HEADROOM_MIB = 64


def _read(path: str) -> bytes:
    # Not pathlib: the first use of it in a forked process costs half a millisecond.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)


def first_to_go() -> None:
    """Ask the kernel to kill this process first when memory runs out.

    Raises:
        OSError: there is no writable /proc.
    """
    descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    try:
        os.write(descriptor, b"1000")
    finally:
        os.close(descriptor)


def _mapped_mib() -> int:
    """Address space in use, in MiB; 0 where /proc does not tell."""
    try:
        pages = int(_read("/proc/self/statm").split()[0])
    except (OSError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // _MIB


def set_limits(memory_mb: int, cpu_s: int) -> None:
    """Lower every limit that matters, hard limits too, so that none can be raised again.

    Args:
        memory_mb: address space, in MiB, of which the preloaded libraries take their part.
        cpu_s: processor time in seconds; one second later the kernel kills.

    Raises:
        UnavailableError: so little memory that honest code would fail.
        OSError: the kernel refused.
    """
    mapped = _mapped_mib()
    if mapped + _HEADROOM_MIB > memory_mb:
        raise UnavailableError(
            f"a memory limit of {memory_mb} MB leaves too little beside the {mapped} MB that "
            f"Python and NumPy map; allow at least {mapped + 2 * _HEADROOM_MIB} MB"
        )
    memory = memory_mb * _MIB
    wanted = {
        # Both: DATA does not count shared mappings, AS alone is generous with reserved ones.
        "RLIMIT_AS": (memory, memory),
        "RLIMIT_DATA": (memory, memory),
        "RLIMIT_CPU": (cpu_s, cpu_s + 1),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (24, 24),
        # Zero: no process, no thread. The kernel ignores it for uid 0.
        "RLIMIT_NPROC": (0, 0),
        "RLIMIT_MEMLOCK": (0, 0),
        "RLIMIT_MSGQUEUE": (0, 0),
    }
    for name, (soft, hard) in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:  # not on this system (MSGQUEUE outside Linux)
            continue
        ceiling = resource.getrlimit(kind)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)  # noqa: PLW2901  lowered, never raised
        try:
            resource.setrlimit(kind, (soft, hard))
        except (OSError, ValueError) as error:
            raise UnavailableError(f"{name}: {error}") from error
