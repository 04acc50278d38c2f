"""A file is loaded as its author wrote it, or from its definitions, and either way is explained."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.sandbox.errors import StudentError
from grader.sandbox.request import Call, Reply, Request, Value
from grader.sandbox.session import Session

Open = Callable[..., Session]
Ask = Callable[[Session], Reply]

GOOD = """
import numpy as np
def ReLU(Z):
    return np.maximum(0, Z)
"""


@pytest.mark.parametrize(
    "source",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("    ", "\t").encode(),
        GOOD.replace("\n", "\r").encode(),
        b"# -*- coding: latin-1 -*-\nname = '\xe9'\n" + GOOD.encode(),
        GOOD.encode() + b"if __name__ == '__main__':\n    1 / 0\n",
        b"from __future__ import annotations\n" + GOOD.encode(),
    ],
)
def test_texts(open_session: Open, relu: Ask, source: bytes) -> None:
    """Byte-order marks, line ends, tabs and declared encodings are read as Python reads them."""
    session = open_session(source)
    assert session.loaded.policy == "full"
    assert session.loaded.note is None
    assert list(session.loaded.defined) == ["ReLU"]
    assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "type_name", "message", "line"),
    [
        (b"x = 1\ndef f(:\n    pass\n", "SyntaxError", "", 2),
        (b"x = 1\nreturn x\n", "SyntaxError", "outside function", 2),
        (b"def f():\nx = 1\n", "IndentationError", "expected an indented block", 2),
        (b"if True:\n\tx = 1\n        y = 2\n", "TabError", "", 3),
        (b"%matplotlib inline\n", "SyntaxError", "", 1),
        (b"x = '\0'\n", "ValueError", "NUL", None),
        (b"x = '\xff'\n", "ValueError", "UTF-8", None),
        (b"\x7fELF\x02\x01\x01\x00\x00", "ValueError", "NUL", None),
        (b"# coding: klingon\n", "ValueError", "UTF-8", None),
        (b"(" * 5000, "SyntaxError", "", 1),
        (b"x = " + b"-" * 200000 + b"1", "", "", None),
        (b"x = " + b"1+" * 200000 + b"1", "", "", None),
    ],
)
def test_no_program(
    open_session: Open, source: bytes, type_name: str, message: str, line: int | None
) -> None:
    """What is no Python program is an error of the file, with its line where there is one."""
    loaded = open_session(source).loaded
    assert loaded.error is not None
    assert type_name in loaded.error.type_name
    assert message in loaded.error.message
    if type_name:
        assert loaded.error.line == line
    assert loaded.error.during == "nn.py"
    assert not loaded.defined


@pytest.mark.parametrize("source", [b"", b"\n", b"# nothing\n", b"NN = 5\nReLU = None\n"])
def test_nothing_there(open_session: Open, source: bytes) -> None:
    """A file may define nothing of the contract."""
    loaded = open_session(source).loaded
    assert loaded.error is None
    assert not loaded.defined


TAIL = """
EPS = 1e-8
LAYERS = [784, 128, 10]
rng = np.random.default_rng(0)
helper = lambda Z: Z * (Z > 0) + 0 * EPS
def ReLU(Z):
    return helper(Z)
class Base:
    def one_hot(self, y):
        return rng.random(LAYERS[2])
class NN(Base):
    def __init__(self):
        pass
"""


@pytest.mark.parametrize(
    ("top", "why"),
    [
        ("print(undefined_name)", "line 3: NameError: name 'undefined_name' is not defined"),
        ("import sys; sys.exit(1)", "SystemExit"),
        ("x = open('train.csv')", "'train.csv'"),
        ("name = input('who are you? ')", "EOFError"),
        ("import pandas as pd; data = pd.read_csv('train.csv')", "pandas.read_csv cannot be used"),
        ("while True: pass", "had not finished after 1 s"),
        ("import os; os._exit(0)", "exited (os._exit or similar) with code 0"),
        ("while True: print('x' * 999)", "printed more than 16 MB"),
        ("import tensorflow as tf\n(X, y), _ = tf.keras.datasets.mnist.load_data()", "load_data"),
    ],
)
def test_definitions(open_session: Open, relu: Ask, top: str, why: str) -> None:
    """A top level that fails, hangs or dies is left out; definitions and constants remain."""
    deadline_s = 1 if "1 s" in why else 20  # only what hangs is to meet it
    session = open_session("import numpy as np\n\n" + top + TAIL, load_deadline_s=deadline_s)
    loaded = session.loaded
    assert loaded.policy == "definitions"
    assert loaded.note is not None
    assert why in loaded.note
    assert "imports, functions, classes and plain constants" in loaded.note
    assert set(loaded.defined) == {"ReLU", "one_hot", "NN"}
    assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]
    reply = session.run(
        Request((Call("one_hot", {"y": np.arange(3)}),), network={}), deadline_s=5, max_body=1000
    )
    assert np.shape(reply.returned[0]) == (10,)  # type: ignore[arg-type]


def test_future_statements_hold_for_definitions(open_session: Open, relu: Ask) -> None:
    """Annotations that are never evaluated may name what is not there, here as well."""
    session = open_session(
        """
        from __future__ import annotations
        import numpy as np
        1 / 0
        def ReLU(Z: np.Nonsense) -> Undefined:
            return np.maximum(0, Z)
        """
    )
    assert session.loaded.policy == "definitions"
    assert np.array_equal(relu(session).returned[0], [[1, 0]])  # type: ignore[arg-type]


def test_definitions_after_a_crash(open_session: Open, relu: Ask) -> None:
    """A new worker loads by the policy that was found, and does not wait for the deadline again."""
    session = open_session(
        """
        import numpy as np, os, time
        def ReLU(Z):
            return Z
        def softmax(Z):
            os._exit(0)
        if Z_is_never_defined:
            time.sleep(1000)
        """
    )
    for _ in range(3):
        with pytest.raises(BaseException, match="code 0"):
            session.run(Request((Call("softmax", {"Z": np.eye(2)}),)), deadline_s=5, max_body=100)
        assert relu(session).returned
    assert session.loaded.policy == "definitions"


def test_hang_in_both(open_session: Open) -> None:
    """A file that hangs in a class body, too, cannot be loaded, and says so."""
    session = open_session("class A:\n    while True: pass\n", load_deadline_s=1)
    assert session.loaded.error is not None
    assert session.loaded.error.type_name == "TimedOut"
    assert "had not finished after 1 s" in session.loaded.error.message


def test_lines(open_session: Open) -> None:
    """Every part of the contract is found with the line it begins on, wherever it is defined."""
    loaded = open_session(
        """\
        from functools import wraps
        def noisy(f):
            @wraps(f)
            def inner(*a): return f(*a)
            return inner
        @noisy
        def ReLU(Z): return Z
        def one_hot(y): return y
        class NN:
            softmax = staticmethod(lambda Z: Z)
            def forward_propagation(self, X): pass
            @classmethod
            def get_accuracy(cls, X, y): pass
            get_predictions = 3
        """
    ).loaded
    assert loaded.defined == {
        "ReLU": 6,
        "softmax": 10,
        "forward_propagation": 11,
        "one_hot": 8,
        "get_accuracy": 12,
        "NN": 9,
    }


@pytest.mark.parametrize(
    ("head", "body", "works"),
    [
        ("self, input_size, hidden_size, output_size, learning_rate", "", True),
        ("self, n_x=1, n_h=2, n_y=3, lr=4", "", True),
        ("self, a, b, c, d", "", True),
        ("self, a, b, c", "", True),
        ("self", "", True),
        ("self, *sizes", "", True),
        ("self, **options", "", True),
        ("self, hidden_dim, num_classes, input_dim", "", True),
        ("self, a, b, c, d, e, f", "", False),
        ("self, layers, activation", "", False),
        ("self, input_size, hidden_size, output_size", "1 / 0", False),
        ("self, input_size, hidden_size, output_size", "raise SystemExit", False),
    ],
)
def test_constructors(
    open_session: Open, sizes: dict[str, Value], head: str, body: str, *, works: bool
) -> None:
    """A constructor is called by its parameters' names, by position, or not at all, with a note."""
    session = open_session(
        f"""
        class NN:
            def __init__({head}):
                self.got = {{k: v for k, v in locals().items() if k != "self"}}
                {body or "pass"}
            def update_params(self):
                return self.input_size, self.hidden_size, self.output_size, self.learning_rate
        """
    )
    note = session.loaded.note
    assert (note is None) == works
    assert works or "The constructor of NN fails" in str(note)
    request = Request((Call("update_params"),), sizes, read=("got",))
    reply = session.run(request, deadline_s=5, max_body=1000)
    assert reply.returned == ((5, 4, 3, 0.5),)
    if "n_x" in head:
        assert reply.attributes["got"] == {"n_x": 5, "n_h": 4, "n_y": 3, "lr": 0.5}
    if "num_classes" in head:
        assert reply.attributes["got"] == {"hidden_dim": 4, "num_classes": 3, "input_dim": 5}
    if "a, b, c, d" in head and works:
        assert reply.attributes["got"] == {"a": 5, "b": 4, "c": 3, "d": 0.5}


@pytest.mark.parametrize("body", ["while True: pass", "import os; os._exit(0)"])
def test_constructor_that_hangs_or_dies(
    open_session: Open, sizes: dict[str, Value], body: str
) -> None:
    """A constructor that hangs or dies is left out; the methods are graded all the same."""
    session = open_session(
        f"""
        class NN:
            def __init__(self):
                {body}
            def update_params(self):
                return self.W1
        """,
        load_deadline_s=1,
    )
    assert "The constructor of NN" in str(session.loaded.note)
    request = Request((Call("update_params"),), sizes, {"W1": 7})
    assert session.run(request, deadline_s=5, max_body=1000).returned == (7,)


def test_source_line_of_an_error(open_session: Open) -> None:
    """An exception is told with its line's text, stripped."""
    session = open_session("def ReLU(Z):\r\n\tw = 1\r\n\treturn  Z[99] # here\r\n")
    with pytest.raises(StudentError) as caught:
        session.run(Request((Call("ReLU", {"Z": np.eye(2)}),)), deadline_s=5, max_body=1000)
    assert (caught.value.line, caught.value.source_line) == (3, "return Z[99] # here")
