"""Attacks on files: read the reference, change the results, plant and leave things behind."""

import os

import numpy as np

from hostile.arena import Arena, Attack, held_by


def _contains(path: str, secret: bytes) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if secret not in os.read(descriptor, 1 << 16):
            raise AssertionError(path)
    finally:
        os.close(descriptor)


def read_reference(arena: Arena) -> None:
    """Read the reference solution."""
    _contains(arena.path("reference.py"), b"SECRET")


def read_labels_with_numpy(arena: Arena) -> None:
    """Read a file through NumPy's own reader."""
    np.fromfile(arena.path("reference.py"), dtype=np.uint8)


def list_folder(arena: Arena) -> None:
    """List a folder."""
    os.listdir(arena.folder)  # noqa: PTH208  the plain call is what is tried


def stat_file(arena: Arena) -> None:
    """Ask whether a file exists, how large it is, when it was changed."""
    os.stat(arena.path("reference.py"))  # noqa: PTH116  the plain call is what is tried


def read_environment(arena: Arena) -> None:
    """Read another process's environment."""
    _contains(f"/proc/{arena.victim}/environ", b"SECRET=42")


def read_command_line(arena: Arena) -> None:
    """Read another process's command line."""
    _contains(f"/proc/{arena.victim}/cmdline", b"mother")


def read_memory_file(arena: Arena) -> None:
    """Read another process's memory through /proc."""
    descriptor = os.open(f"/proc/{arena.victim}/mem", os.O_RDONLY)
    try:
        os.pread(descriptor, 16, arena.address)
    finally:
        os.close(descriptor)


def read_own_maps(_: Arena) -> None:
    """Read where things lie in one's own memory."""
    _contains("/proc/self/maps", b"-")


def read_inherited_descriptor(arena: Arena) -> None:
    """Read a file that somebody forgot to close."""
    os.lseek(arena.inherited, 0, os.SEEK_SET)
    if b"SECRET" not in os.read(arena.inherited, 100):
        raise AssertionError


def overwrite_results(arena: Arena) -> None:
    """Overwrite the results."""
    descriptor = os.open(arena.path("results.json"), os.O_WRONLY)
    os.write(descriptor, b"100")
    os.close(descriptor)


def truncate_results(arena: Arena) -> None:
    """Empty the results."""
    os.truncate(arena.path("results.json"), 0)


def rename_results(arena: Arena) -> None:
    """Move the results away."""
    os.rename(arena.path("results.json"), arena.path("gone.json"))  # noqa: PTH104  the plain call is what is tried


def remove_results(arena: Arena) -> None:
    """Remove the results."""
    os.unlink(arena.path("results.json"))  # noqa: PTH108  the plain call is what is tried


def change_mode(arena: Arena) -> None:
    """Make the results unwritable for everybody."""
    os.chmod(arena.path("results.json"), 0o444)  # noqa: PTH101  the plain call is what is tried


def change_times(arena: Arena) -> None:
    """Make the results look older than they are."""
    os.utime(arena.path("results.json"), (0, 0))


def change_owner(arena: Arena) -> None:
    """Change the owner of the results (to the same, which needs the same right)."""
    os.chown(arena.path("results.json"), -1, os.getgid())


def _plant(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))


def plant_conftest(arena: Arena) -> None:
    """Leave a conftest.py for the next pytest."""
    _plant(arena.path("conftest.py"))


def plant_sitecustomize(arena: Arena) -> None:
    """Leave a sitecustomize.py for the next interpreter."""
    _plant(arena.path("sitecustomize.py"))


def plant_bytecode(arena: Arena) -> None:
    """Leave bytecode in the place of the reference's."""
    os.mkdir(arena.path("__pycache__"))  # noqa: PTH102  the plain call is what is tried
    _plant(arena.path("__pycache__/reference.cpython-311.pyc"))


def make_symlink(arena: Arena) -> None:
    """Make a symbolic link."""
    os.symlink("/etc/passwd", arena.path("link"))  # noqa: PTH211  the plain call is what is tried


def make_hard_link(arena: Arena) -> None:
    """Make a hard link to the results."""
    os.link(arena.path("results.json"), arena.path("link"))


def make_fifo(arena: Arena) -> None:
    """Make a named pipe, at which a reader would hang."""
    os.mkfifo(arena.path("fifo"))


def leave_shared_memory_file(_: Arena) -> None:
    """Leave a file in /dev/shm."""
    path = f"/dev/shm/probe-{os.getpid()}"  # noqa: S108  that is the attack
    _plant(path)
    os.unlink(path)  # noqa: PTH108  the plain call is what is tried


def memory_file(_: Arena) -> None:
    """Make a file that has no name."""
    os.close(os.memfd_create("hidden"))


def fill_disk(arena: Arena) -> None:
    """Write to a file that was left open."""
    os.write(arena.writable, b"x" * 4096)


_OPENING = held_by("seccomp", "landlock", "root")
_CHANGING = _OPENING | held_by("uid")
# Landlock does not see these.
_METADATA = held_by("seccomp", "root", "uid")

ATTACKS = (
    Attack(read_reference, _OPENING),
    Attack(read_labels_with_numpy, _OPENING),
    Attack(list_folder, _OPENING),
    Attack(stat_file, held_by("seccomp", "root")),
    Attack(read_environment, _CHANGING),
    Attack(read_command_line, _OPENING),
    Attack(read_memory_file, _CHANGING, closed=True),
    Attack(read_own_maps, _OPENING),
    Attack(read_inherited_descriptor, held_by("descriptors")),
    Attack(overwrite_results, _CHANGING),
    Attack(truncate_results, _CHANGING),
    Attack(rename_results, _CHANGING),
    Attack(remove_results, _CHANGING),
    Attack(change_mode, _METADATA),
    Attack(change_times, _METADATA),
    Attack(change_owner, _METADATA),
    Attack(plant_conftest, _CHANGING),
    Attack(plant_sitecustomize, _CHANGING),
    Attack(plant_bytecode, _CHANGING),
    Attack(make_symlink, _CHANGING),
    Attack(make_hard_link, _CHANGING),
    Attack(make_fifo, _CHANGING),
    Attack(leave_shared_memory_file, _OPENING),
    Attack(memory_file, held_by("seccomp")),
    Attack(fill_disk, held_by("limits", "descriptors")),
)
