"""What is in memory before a worker is forked: it cannot open a file to import anything more."""

import importlib
import io
from contextlib import suppress

from grader.sandbox import fonts, pictures

NUMPY = (
    "numpy",
    "numpy.fft",
    "numpy.lib.stride_tricks",
    "numpy.linalg",
    "numpy.ma",
    "numpy.polynomial",
    "numpy.random",
    "numpy.testing",
    "numpy.typing",
)

MATPLOTLIB = (
    "matplotlib",
    "matplotlib.animation",
    "matplotlib.backends.backend_agg",
    "matplotlib.cm",
    "matplotlib.colors",
    "matplotlib.gridspec",
    "matplotlib.image",
    "matplotlib.patches",
    "matplotlib.pylab",
    "matplotlib.pyplot",
    "matplotlib.style",
    "matplotlib.ticker",
    "mpl_toolkits.axes_grid1",
    "mpl_toolkits.mplot3d",
    "pylab",
)

STANDARD = (
    *("_strptime", "abc", "argparse", "array", "ast", "base64", "binascii", "bisect", "bz2"),
    *("cProfile", "cmath", "codecs", "collections", "collections.abc", "colorsys"),
    *("concurrent.futures.thread", "configparser", "contextlib", "contextvars", "copy", "csv"),
    *("ctypes", "dataclasses", "datetime", "decimal", "dis", "doctest", "encodings.ascii"),
    *("encodings.cp1252", "encodings.cp437", "encodings.idna", "encodings.latin_1"),
    *("encodings.utf_16", "encodings.utf_8_sig", "enum", "errno", "filecmp", "fnmatch"),
    *("fractions", "functools", "gc", "getopt", "getpass", "glob", "graphlib", "gzip", "hashlib"),
    *("heapq", "hmac", "html", "http", "importlib.util", "inspect", "io", "itertools", "json"),
    *("keyword", "linecache", "locale", "logging", "lzma", "math", "multiprocessing", "numbers"),
    *("operator", "optparse", "os", "pathlib", "pdb", "pickle", "pkgutil", "platform", "pprint"),
    *("pstats", "queue", "random", "re", "reprlib", "sched", "secrets", "shutil", "signal"),
    *("socket", "ssl", "stat", "statistics", "string", "struct", "subprocess", "sys", "tarfile"),
    *("tempfile", "textwrap", "threading", "time", "timeit", "token", "tokenize", "tomllib"),
    *("traceback", "tracemalloc", "types", "typing", "unicodedata", "unittest", "urllib.parse"),
    *("urllib.request", "uuid", "warnings", "weakref", "zipfile", "zlib"),
)


def preload(wanted: tuple[str, ...]) -> None:
    """Import the standard library, NumPy, and Matplotlib if "matplotlib" is wanted.

    What this Python lacks (an optional module such as lzma) is left out.

    Raises:
        ImportError: there is no NumPy, or no Matplotlib though it is wanted.
    """
    for name in STANDARD:
        with suppress(ImportError):
            importlib.import_module(name)
    for name in NUMPY:
        importlib.import_module(name)
    if "matplotlib" in wanted:
        for name in MATPLOTLIB:
            importlib.import_module(name)
        _draw()


def _draw() -> None:
    """Draw one figure, so that fonts, and all that is read on first use, are in memory."""
    fonts.hold()
    pictures.hold()
    pyplot = importlib.import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(figsize=(2, 1.5))
    axes.imshow([[0, 1], [1, 0]], cmap="gray")
    axes.plot([0, 1], [1, 0], label="loss $x^2$")
    axes.set_title("Actual: 1, Predicted: 1", fontweight="bold", style="italic")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    pyplot.close("all")
