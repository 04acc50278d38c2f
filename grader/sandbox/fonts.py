"""Matplotlib's own fonts, held in memory: so that it draws where no file can be opened.

Matplotlib forgets its fonts in a forked process (it registers that with os.register_at_fork) and
opens their files again. One figure drawn before the fork is therefore not enough.
"""

import importlib
import io
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any


class _Overlay(ModuleType):
    """A module with some names replaced, for one user of it; the module itself is untouched."""

    def __init__(self, module: ModuleType, **names: object) -> None:
        super().__init__(module.__name__)
        self.__dict__.update(names)
        self.__dict__["_module"] = module

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the module has
        return getattr(self._module, name)


def _read(folder: Path) -> Mapping[bytes, bytes]:
    """The folder's fonts by path, as it is written and as links resolve it.

    Paths are bytes: Matplotlib's own kind of path is a str that equals no plain one.
    """
    held: dict[bytes, bytes] = {}
    for path in sorted(folder.glob("*.ttf")):
        held[os.fsencode(path)] = held[os.fsencode(path.resolve())] = path.read_bytes()
    return MappingProxyType(held)


def hold() -> None:
    """Have Matplotlib take its bundled fonts (7 MB) from memory, and use no others.

    To be called after matplotlib.font_manager has been imported, and before the first figure. A
    machine's own fonts are left out: a picture is then the same on every machine.
    """
    manager: Any = importlib.import_module("matplotlib.font_manager")
    matplotlib: Any = importlib.import_module("matplotlib")
    held = _read(Path(matplotlib.get_data_path(), "fonts", "ttf"))
    open_font = manager.ft2font.FT2Font

    def font(path: str, *arguments: object, **named: object) -> object:
        content = held.get(os.fsencode(path))
        return open_font(path if content is None else io.BytesIO(content), *arguments, **named)

    def is_there(path: str) -> bool:
        return os.fsencode(path) in held or os.path.exists(path)  # noqa: PTH110  it stands in for it

    manager.fontManager.ttflist = [
        entry for entry in manager.fontManager.ttflist if os.fsencode(entry.fname) in held
    ]
    manager.ft2font = _Overlay(manager.ft2font, FT2Font=font)
    # A font in a new size, or one for a formula, is first asked whether its file is still there.
    there = _Overlay(os, path=_Overlay(os.path, exists=is_there, isfile=is_there))
    for name in ("matplotlib.font_manager", "matplotlib._mathtext"):
        importlib.import_module(name).__dict__["os"] = there
