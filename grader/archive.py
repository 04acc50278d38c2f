"""Makes zip files that are the same, byte for byte, whenever they hold the same."""

import io
import zipfile
from collections.abc import Collection, Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_UNIX = 3
_FILE, _PROGRAM = 0o100644, 0o100755
_PACKED = (".whl", ".npz", ".zip", ".gz", ".png")


def pack(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """A zip of these files, in the order of their names, without times, users or folders.

    Args:
        files: the content of each, by its path in the zip, with / between folders.
        programs: which of them are executable.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = (_PROGRAM if name in programs else _FILE) << 16
            # What is compressed already only takes time.
            stored = name.endswith(_PACKED)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return buffer.getvalue()
