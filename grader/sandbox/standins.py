"""Imports in the worker: what is not there comes as an inert stand-in.

The standard library, NumPy and Matplotlib are real, as far as they were in memory before the walls
went up (preload.py); the rest of them cannot be imported, and the error says what can. Everything
else can be imported and looked into, so that a file which imports pandas at the top is graded all
the same; calling it is an error that says what is allowed. tqdm passes its iterable through.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any, Self

_REAL = sys.stdlib_module_names | {
    *("numpy", "matplotlib", "mpl_toolkits", "pylab", "nn", "__main__"),
    # What Matplotlib itself imports.
    *("PIL", "contourpy", "cycler", "dateutil", "fontTools", "kiwisolver", "packaging"),
    *("pyparsing", "six"),
}
_PROGRESS = frozenset({"tqdm"})
_SILENT = frozenset({"IPython"})  # displaying something in a notebook does no harm: it does nothing


class StandInError(ImportError):
    """The student's code calls something that is not there."""


class StandIn(ModuleType):
    """A module, or anything in it, that exists in name only."""

    def __getattr__(self, name: str) -> "StandIn":
        """Whatever is asked for is a stand-in, too."""
        if name.startswith("__"):
            raise AttributeError(name)
        inner = StandIn(f"{self.__name__}.{name}")
        setattr(self, name, inner)
        return inner

    def __call__(self, *arguments: object, **named: object) -> object:
        """Pass a decorated function through; anything else is an error."""
        if len(arguments) == 1 and not named and isinstance(arguments[0], FunctionType | type):
            return arguments[0]
        if self.__name__.partition(".")[0] in _SILENT:
            return None
        raise StandInError(
            f"{self.__name__} cannot be used, because only NumPy, Matplotlib and the standard"
            " library are there, and a single file is handed in"
        )

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """A class that derives from it derives from nothing."""
        return ()


class Progress:
    """tqdm without the bar: its iterable, and methods that do nothing."""

    def __init__(self, iterable: Iterable[Any] = (), *_: object, **__: object) -> None:
        """Take what would be iterated over."""
        self._iterable = iterable
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        """The items themselves."""
        return iter(self._iterable)

    def __len__(self) -> int:
        """How many items."""
        iterable: Any = self._iterable  # one without a length raises, as it does for tqdm
        return len(iterable)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  a method that does nothing
        """set_description, update, set_postfix, close ... do nothing."""
        if name.startswith("_"):
            raise AttributeError(name)
        return _nothing

    write = staticmethod(print)


def _nothing(*_: object, **__: object) -> None:
    """Do nothing."""


def _trange(*limits: int, **_: object) -> Progress:
    return Progress(range(*limits))


class _Loader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__path__ = []
        if module.__name__.partition(".")[0] in _PROGRESS:
            vars(module).update(tqdm=Progress, trange=_trange)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if is_real(fullname):
            return None
        return ModuleSpec(fullname, _Loader(), is_package=True)


class _Last(MetaPathFinder):
    """Asked when nobody else knows a module: says more than that there is none."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        raise ModuleNotFoundError(
            f"No module named {fullname!r} here: only NumPy, Matplotlib and the usual parts of the"
            " standard library can be imported",
            name=fullname,
        )


def is_real(module: str) -> bool:
    """Whether a module is itself, and not a stand-in."""
    return module.partition(".")[0] in _REAL


def install() -> None:
    """From now on, imports of this process get stand-ins for what is not there."""
    for name in [name for name in sys.modules if not is_real(name)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder())
    sys.meta_path.append(_Last())
