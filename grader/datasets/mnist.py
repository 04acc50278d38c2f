"""Where Keras keeps MNIST on this machine, and whether what lies there is the whole of it.

The rules are those of keras.utils.get_file: the folder is $KERAS_HOME, else ~/.keras, else (where
that cannot be written) .keras in the folder for temporary files; the file's SHA-256 is known. So a
copy that any program fetched with tf.keras.datasets.mnist.load_data() is found and read without
importing TensorFlow.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
BYTES = 11_490_434

TEST_FINGERPRINT = "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b"
"""Of the official test images and labels, as Dataset.fingerprint has it."""


@dataclass(frozen=True, slots=True)
class Cache:
    """What lies where Keras keeps MNIST.

    Attributes:
        path: the file that Keras reads or would write.
        blob: its bytes if they are the right ones, else None.
        fault: what is wrong with the file that is there, else None. Both None: there is no file.
    """

    path: Path
    blob: bytes | None = None
    fault: str | None = None


def cache_paths() -> tuple[Path, ...]:
    """Where the file may lie, in the order to look; Keras would write it to the last."""
    home = os.environ.get("KERAS_HOME")
    if home is None:
        user = Path("~").expanduser()
        home = str((user if os.access(user, os.W_OK) else _temporary()) / ".keras")
    bases = [Path(home).expanduser()]
    if not _writable(bases[0]):
        # Keras would not even look into a folder that it cannot write; a good file there is good.
        bases.append(_temporary() / ".keras")
    return tuple(base / "datasets" / "mnist.npz" for base in bases)


def _writable(folder: Path) -> bool:
    """Whether it can be written, or made where it is to be."""
    # Path.exists() raises where a folder may not be looked into.
    while not os.path.exists(folder) and folder != folder.parent:  # noqa: PTH110
        folder = folder.parent
    return os.access(folder, os.W_OK)


def _temporary() -> Path:
    shared = Path("/tmp")  # noqa: S108  Keras's rule; the hash tells whether the file is to be trusted
    return shared if shared.is_dir() else Path(tempfile.gettempdir())


def find() -> Cache:
    """Read and verify the cache; nothing is written or downloaded."""
    seen = [inspect(path) for path in cache_paths()]
    right = [cache for cache in seen if cache.blob is not None]
    wrong = [cache for cache in seen if cache.fault is not None]
    return (right or wrong or seen[-1:])[0]


def inspect(path: Path) -> Cache:
    """Read and verify one file; what is wrong is said, never raised."""
    try:
        if not path.is_file():
            return Cache(path, fault="not a file") if path.exists() else Cache(path)
        size = path.stat().st_size
        if size != BYTES:
            return Cache(path, fault=f"{size} bytes where {BYTES} are right")
        blob = path.read_bytes()
    except OSError as error:
        return Cache(path, fault=f"cannot be read: {error.strerror}")
    if hashlib.sha256(blob).hexdigest() != SHA256:
        return Cache(path, fault="its SHA-256 is not that of Keras's file")
    return Cache(path, blob)
