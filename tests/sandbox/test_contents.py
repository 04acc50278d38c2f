"""What a file holds beside the contract is told by its worker, and believed only in form."""

import json
from collections.abc import Callable

import pytest

from grader.sandbox.errors import WireError
from grader.sandbox.messages import read_loaded
from grader.sandbox.request import MAX_IDENTIFIER, MAX_NAMES, MAX_PARAMETERS, Value
from grader.sandbox.session import Session

Open = Callable[..., Session]

FILE = """
import numpy as np
relu = lambda Z: np.maximum(0, Z)
def softmax(Z): return Z
def helper(): pass
class Layer:
    def forward(self, X): self.cache = X
class NN:
    scale: float = 1.0
    def __init__(me, n):
        me.W1, me.b1 = n, None
        me.Z1 = me.A1 = None
        me.A2: object
        other.thing = 1
    @property
    def size(self): return 1
    def forward_prop(self, X):
        self.z1 = self.a1 = 1
        (self.z2, *self.rest), self.box[0] = (1, 2), 3
        for self.step in (1, 2): pass
        self.total += 1
        self.z1 = 2
    def backward_propagation(self, X, Y, *more, lr=1, **rest): pass
    @staticmethod
    def one_hot(y, k): pass
"""


def test_names_are_read_off_the_tree(open_session: Open) -> None:
    """Other functions, attributes that get a value, and parameters come with their first lines."""
    loaded = open_session(FILE).loaded
    assert loaded.classes == {"Layer": 6}
    assert loaded.others == {"relu": 3, "helper": 5, "size": 16, "forward_prop": 17}
    assert loaded.attributes == {
        "W1": 11,
        "scale": 9,
        "size": 16,
        "z1": 18,
        "a1": 18,
        "z2": 19,
        "rest": 19,
        "step": 20,
        "total": 21,
    }
    assert loaded.parameters == {
        "softmax": ("Z",),
        "backward_propagation": ("X", "Y", "lr"),
        "one_hot": ("y", "k"),
    }


def test_definitions_alone_tell_as_much(open_session: Open) -> None:
    """A file whose top level fails is read no less; a file that is no program holds nothing."""
    assert open_session(FILE + "1 / 0\n").loaded.attributes["z1"] == 18
    broken = open_session("def f(:\n").loaded
    assert not any((broken.classes, broken.others, broken.attributes, broken.parameters))


def test_a_base_class_counts(open_session: Open) -> None:
    """Where the network inherits, the methods of the file's other classes are its own."""
    source = "class Base:\n    def forward(self): self.z1 = 1\nclass NN(Base): pass\n"
    loaded = open_session(source).loaded
    assert (loaded.others, loaded.attributes) == ({"forward": 2}, {"z1": 2})


def test_few_names_cross(open_session: Open) -> None:
    """A file of a thousand names, odd or long ones, is cut short; the contract's own stay."""
    many = "".join(f"        self.name{n} = 1\n" for n in range(1000))
    odd = f"        self.δ = self.{'x' * 61} = 1\n        self.dW1 = 1\n"
    functions = "".join(f"def f{n}(): pass\n" for n in range(1000))
    source = f"class NN:\n    def __init__(self):\n{odd.splitlines()[0]}\n{many}"
    source += f"{odd.splitlines()[1]}\n    def one_hot({', '.join(f'a{n}' for n in range(100))}):"
    loaded = open_session(f"{source} pass\n{functions}").loaded
    assert len(loaded.attributes) == len(loaded.others) == MAX_NAMES
    assert "dW1" in loaded.attributes
    assert "δ" not in loaded.attributes
    assert len(loaded.parameters["one_hot"]) <= MAX_PARAMETERS


EMPTY: dict[str, Value] = {"classes": {}, "others": {}, "attributes": {}, "parameters": {}}
FLOOD: dict[str, Value] = {f"n{n}": 1 for n in range(MAX_NAMES + 1)}
WRONG: list[Value] = [
    None,
    {},
    [EMPTY],
    {**EMPTY, "parameters": []},
    {**EMPTY, "parameters": {"one_hot": "y"}},
    {**EMPTY, "parameters": {"one_hot": [1]}},
    {**EMPTY, "parameters": {"one_hot": ["y"] * (MAX_PARAMETERS + 1)}},
    {**EMPTY, "parameters": {"helper": ["y"]}},
    *(
        {**EMPTY, kind: names}
        for kind in ("classes", "others", "attributes")
        for names in (
            None,
            ["forward"],
            {"forward": "1"},
            {"forward": 1.5},
            {"forward": True},
            {"forward": 0},
            {"forward": -1},
            {"forward": 1 << 70},
            {"two words": 1},
            {"": 1},
            {"\x1b[2J": 1},
            {"a\n": 1},
            {"δ": 1},
            {"x" * (MAX_IDENTIFIER + 1): 1},
            FLOOD,
        )
    ),
]


@pytest.mark.parametrize("contents", WRONG)
def test_contents_of_no_known_form(contents: Value) -> None:
    """Wrong types, odd names, impossible lines and floods are nonsense, not data."""
    assert read_loaded(["full", {}, None, None, EMPTY]).others == {}
    with pytest.raises(WireError):
        read_loaded(["full", {}, None, None, contents])


FORGE = """
import json, os, struct, sys
def forge(*fields):
    frame = sys._getframe()
    while frame is not None:
        for thing in frame.f_locals.values():
            identity = getattr(thing, "_identity", None)
            if isinstance(identity, str):
                header = json.dumps(["loaded", identity, *fields]).encode()
                os.write(4, struct.pack("<4sIQ", b"NNW1", len(header), 0) + header)
                return
        frame = frame.f_back
"""


def test_a_forged_flood_is_no_answer(open_session: Open) -> None:
    """A file that answers for its worker, with a flood, is loaded again without a say."""
    names = {"d": FLOOD}
    empty = {"d": {}}
    contents = {"classes": names, "others": empty, "attributes": empty, "parameters": empty}
    fields = ["full", empty, None, None, {"d": contents}]
    loaded = open_session(f"{FORGE}\nforge(*json.loads({json.dumps(fields)!r}))\n").loaded
    assert loaded.policy == "definitions"
    assert "could not be read" in str(loaded.note)
    assert loaded.others == {"forge": 3}
