"""What a submission may import for real is a list, and nothing beside it can be used."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.sandbox import preload
from grader.sandbox.errors import StudentError
from grader.sandbox.request import Call, Request, Value
from grader.sandbox.session import Session
from grader.sandbox.warden import Warden

Open = Callable[..., Session]

LISTED = (Path(__file__).parent / "importable.txt").read_text("utf-8").split()

FRAMEWORKS = ("autograd", "jax", "keras", "scipy", "sklearn", "tensorflow", "torch")
"""What would do the homework."""

ASKED = {
    "autograd": ("import autograd.numpy as np_", "np_.maximum(0, Z)"),
    "jax": ("import jax, jax.numpy as jnp", "jax.nn.relu(Z)"),
    "keras": ("import keras", "keras.ops.relu(Z)"),
    "scipy": ("import scipy.special", "scipy.special.softmax(Z, axis=0)"),
    "sklearn": ("from sklearn.neural_network import MLPClassifier", "MLPClassifier()"),
    "tensorflow": ("import tensorflow as tf", "tf.nn.relu(Z)"),
    "torch": ("import torch", "torch.relu(torch.from_numpy(Z))"),
}


def ask(session: Session) -> Value:
    """What ReLU of [[1, -2]] returns, in ten seconds."""
    request = Request((Call("ReLU", {"Z": np.array([[1.0, -2.0]])}),))
    reply = session.run(request, deadline_s=10, max_body=1000)
    return reply.returned[0]  # type: ignore[return-value]


def refusal(session: Session) -> StudentError:
    """What ReLU raises."""
    with pytest.raises(StudentError) as caught:
        ask(session)
    return caught.value


@pytest.fixture(scope="module")
def drawing() -> Iterator[Warden]:
    """A warden that has Matplotlib, too."""
    with Warden.start(preload=("numpy", "matplotlib")) as started:
        yield started


def test_the_list_is_frozen() -> None:
    """What is preloaded is what importable.txt lists: a change of either must be meant."""
    assert sorted({*preload.NUMPY, *preload.MATPLOTLIB, *preload.STANDARD}) == LISTED


IMPORTS = """
import importlib

def ReLU(Z):
    missing = []
    for name in {names!r}:
        try:
            kind = type(importlib.import_module(name)).__name__
        except ImportError:
            kind = "nothing"
        if kind in ("nothing", "StandIn"):
            missing.append(name)
    return missing
"""


def test_all_of_it_can_be_imported(drawing: Warden) -> None:
    """Behind the walls, every module of the list is itself; only what this Python lacks is not."""
    lacking = {name for name in preload.STANDARD if not _has(name)}
    with Session.open(IMPORTS.format(names=LISTED).encode(), warden=drawing) as session:
        missing = ask(session)
    assert isinstance(missing, list)
    assert set(missing) == lacking
    assert lacking <= {"bz2", "ctypes", "lzma", "ssl", "zlib"}, "these alone are optional"


def _has(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


@pytest.mark.parametrize("name", ["sqlite3", "asyncio.subprocess", "tkinter", "numpy.no_such"])
def test_the_rest_of_the_libraries(open_session: Open, name: str) -> None:
    """What is real but not on the list cannot be imported, and the error says what can."""
    assert name not in LISTED
    error = refusal(open_session(f"def ReLU(Z):\n    import {name}\n"))
    assert error.type_name == "ModuleNotFoundError"
    assert "only NumPy, Matplotlib and the usual parts of the standard library" in error.message


def test_optional_imports_still_work(open_session: Open) -> None:
    """`try: import x / except ImportError`, and asking for a name that is not there, go on."""
    session = open_session(
        """
        try:
            import sqlite3
        except ImportError:
            sqlite3 = None
        try:
            from numpy import no_such
        except ImportError as error:
            no_such = str(error)
        def ReLU(Z):
            return f"{sqlite3}: {no_such}"
        """
    )
    assert session.loaded.policy == "full"
    assert str(ask(session)).startswith("None: cannot import name 'no_such' from 'numpy'")


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_frameworks_are_stand_ins(open_session: Open, name: str) -> None:
    """A framework that does the homework can be imported; a call of it says what is allowed."""
    statement, expression = ASKED[name]
    error = refusal(open_session(f"{statement}\ndef ReLU(Z):\n    return {expression}\n"))
    assert error.type_name == "StandInError"
    assert error.message.startswith(name)
    assert "only NumPy, Matplotlib and the standard library are there" in error.message


WAYS = {
    "without the finder": "sys.meta_path[:] = [f for f in sys.meta_path if 'standins' not in "
    "type(f).__module__]; return importlib.import_module({name!r}).__name__",
    "by its path": "return importlib.machinery.PathFinder.find_spec({name!r}, [{folder!r}]).name",
    "by its file": "spec = importlib.util.spec_from_file_location({name!r}, {file!r}); "
    "module = importlib.util.module_from_spec(spec); sys.modules[{name!r}] = module; "
    "spec.loader.exec_module(module); return module.__name__",
    "by its text": "compile(open({file!r}).read(), '', 'exec'); return {name!r}",
    "by its machine code": "ctypes.CDLL({library!r}); return {name!r}",
}


def attempt(name: str, way: str) -> str:
    """A file whose ReLU loads an installed framework in this way and returns its name."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        pytest.skip(f"{name} is not installed here")
    folder = Path(spec.origin).parent
    library = next((str(path) for path in folder.rglob("*.so")), None)
    if "library" in WAYS[way] and library is None:
        pytest.skip(f"{name} has no machine code of its own")
    body = WAYS[way].format(name=name, folder=str(folder.parent), file=spec.origin, library=library)
    return f"import ctypes, importlib.machinery, importlib.util, sys\ndef ReLU(Z):\n    {body}\n"


@pytest.mark.parametrize("way", WAYS)
def test_ways_in_work_without_walls(way: str) -> None:
    """Control: outside the sandbox, each of these ways loads a framework."""
    done = subprocess.run(
        [sys.executable, "-c", attempt("scipy", way) + "print(ReLU(None))"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "scipy", done.stderr


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_installed_frameworks_are_out_of_reach(open_session: Open, name: str, way: str) -> None:
    """Installed or not, no way of loading a framework gets it past the walls."""
    error = refusal(open_session(attempt(name, way)))
    assert error.type_name in {
        "AttributeError",  # None has no name: the path finder found nothing
        "ModuleNotFoundError",
        "OSError",
        "PermissionError",
    }


def test_nothing_of_them_is_in_memory(drawing: Warden) -> None:
    """No module, class or function of a framework can be found by walking the heap."""
    source = f"""
import gc, sys
def ReLU(Z):
    def root(thing):
        name = getattr(thing, "__module__", None)
        return name.partition(".")[0] if isinstance(name, str) else ""
    roots = {{root(thing) for thing in gc.get_objects() if isinstance(thing, type)}}
    roots |= {{name.partition(".")[0] for name in sys.modules}}
    assert "numpy" in roots
    return sorted(roots & set({FRAMEWORKS!r}))
"""
    with Session.open(source.encode(), warden=drawing) as session:
        assert ask(session) == []


def test_the_list_holds_what_a_student_reaches_for() -> None:
    """The modules that homework is known to import are on the list."""
    usual = "copy csv itertools json math matplotlib.pyplot numpy os pickle random sys time typing"
    assert set(usual.split()) <= set(LISTED)
