"""Similar submissions: disguises are seen through, strangers and the skeleton are not flagged."""

import re

import pytest
from support.files import REFERENCE, SKELETON

from grader.classroom.report import similarity
from grader.classroom.report.normal import MOST_TOKENS, normal, skeleton
from grader.classroom.report.similarity import SHORTEST, compare

RIGHT = REFERENCE.encode()
GIVEN = SKELETON.encode()
BASE = skeleton(GIVEN)

OTHER = b"""
import numpy as np


def ReLU(Z):
    return Z * (Z > 0)


def softmax(Z):
    shifted = Z - np.amax(Z, axis=0)
    powers = np.exp(shifted)
    total = np.sum(powers, axis=0, keepdims=True)
    return np.divide(powers, total)


class NN:
    def forward_propagation(self, X):
        self.A0 = X.copy()
        hidden = np.dot(self.W1, X)
        hidden += self.b1
        self.Z1 = hidden
        self.A1 = ReLU(hidden)
        self.Z2 = np.add(np.dot(self.W2, self.A1), self.b2)
        self.A2 = softmax(self.Z2)

    def one_hot(self, y):
        table = np.zeros((y.size, self.output_size))
        for row, label in enumerate(y):
            table[row][label] = 1
        return table.T

    def gradient_descent(self, X, y, iters=1000):
        step = 0
        while step < iters:
            self.forward_propagation(X)
            self.backward_propagation(X, y)
            self.update_params()
            step += 1
            if step % 10 == 0:
                print("step", step, self.get_accuracy(X, y))
"""


def disguised(source):
    """A copy with other names, comments and spaces, and its first two functions swapped."""
    text = source.decode()
    for old, new in (("m", "count"), ("dZ2", "delta"), ("dZ1", "inner"), ("shifted", "moved")):
        text = re.sub(rf"(?<![\w.]){old}\b", new, text)
    text = re.sub(r"\n    def ", "\n    # mine, all mine\n    def ", text)
    parts = re.split(r"(?m)^(?=def |class )", text)
    parts[1], parts[2] = parts[2], parts[1]
    return "".join(parts).encode()


def test_a_disguise_is_seen_through():
    """Renamed, commented and reordered it is still the same but for names and comments."""
    copy = disguised(RIGHT)
    assert copy != RIGHT
    found = compare({"ada": RIGHT, "ben": copy}, GIVEN)
    (pair,) = found.pairs
    assert (pair.one, pair.other, pair.similarity, pair.identical) == ("ada", "ben", 1.0, False)


def test_a_changed_line_is_still_similar():
    """A copy of which a line was changed is flagged, below 1."""
    changed = RIGHT.replace(b"np.maximum(0, Z)", b"np.where(Z > 0, Z, 0)")
    assert changed != RIGHT
    (pair,) = compare({"ada": RIGHT, "ben": changed}, GIVEN).pairs
    assert similarity.FROM <= pair.similarity < 1


def test_strangers_are_not_flagged():
    """Two who solved the same homework on their own are not a pair."""
    found = compare({"ada": RIGHT, "eve": OTHER}, GIVEN)
    assert found.pairs == ()
    assert found.compared == 2
    assert found.usual < 0.6


def test_the_skeleton_alone_is_nobodys():
    """Who handed in the skeleton has nothing of their own, and is no pair with anybody."""
    found = compare({"ada": GIVEN, "ben": GIVEN, "eve": RIGHT}, GIVEN)
    assert found.short == ("ada", "ben")
    assert found.pairs == ()


def test_identical_files_are_told_apart_from_equal_ones():
    """Byte by byte the same comes first, and is said."""
    found = compare({"eve": disguised(RIGHT), "ada": RIGHT, "ben": RIGHT}, GIVEN)
    assert [(p.one, p.other, p.identical) for p in found.pairs] == [
        ("ada", "ben", True),
        ("ada", "eve", False),
        ("ben", "eve", False),
    ]
    assert found.found == 3


def test_a_bounded_list(monkeypatch):
    """All pairs are counted, and not more are listed than a person reads."""
    monkeypatch.setattr(similarity, "MOST_PAIRS", 4)
    found = compare({f"s{at}": RIGHT for at in range(5)}, GIVEN)
    assert (len(found.pairs), found.found) == (4, 10)


def test_a_bounded_comparison(monkeypatch):
    """Of too many different files the last are named as left out."""
    monkeypatch.setattr(similarity, "MOST_FILES", 1)
    found = compare({"ada": RIGHT, "eve": OTHER}, GIVEN)
    assert found.left_out == ("eve",)
    assert found.pairs == ()


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"def f(:\n  '''never closed\n" * 50,
        b"if x:\n        a\n   b\n",
        b"# coding: no-such-codec\nx = 1\n",
        b"(" * 5000,
        b"x = f'{y!r:>{z}}' 'and' \"more\"\n",
    ],
    ids=["empty", "binary", "broken", "dedent", "codec", "brackets", "f-strings"],
)
def test_anything_is_read_as_far_as_it_goes(source):
    """A file that is no Python breaks nothing."""
    assert isinstance(normal(source, BASE), tuple)
    assert compare({"ada": source, "ben": source, "eve": RIGHT}, GIVEN).found in {0, 1}


def test_a_long_file_is_cut():
    """A huge file costs no more than MOST_TOKENS."""
    assert len(normal(b"x = y + 1\n" * 10_000, BASE)) == MOST_TOKENS


def test_what_a_name_says():
    """Names of the student's own are all alike; those of the contract and of libraries are not."""
    assert normal(b"mine = self.A1 @ np.ones(3)\n", BASE) == normal(
        b"other = self.A1 @ np.ones(42)  # a\n", BASE
    )
    assert normal(b"a = self.A1\n", BASE) != normal(b"a = self.Z1\n", BASE)
    assert normal(b"a = np.maximum(b)\n", BASE) != normal(b"a = np.minimum(b)\n", BASE)
    assert normal(b"self.mine = 1\n", BASE) == normal(b"self.yours = 1\n", BASE)
    assert normal(b"import numpy\n'''A docstring.'''\n", BASE) == ()


def test_a_whole_solution_is_long_enough():
    """What the thresholds are meant for lies between them."""
    assert SHORTEST * 3 < len(normal(RIGHT, BASE)) < MOST_TOKENS / 3


def test_the_same_whatever_the_order():
    """The order of the submissions changes nothing."""
    sources = {"eve": disguised(RIGHT), "ada": RIGHT, "kim": OTHER}
    assert compare(sources, GIVEN) == compare(dict(sorted(sources.items())), GIVEN)


def test_none():
    """Nothing is compared with nothing."""
    assert compare({}, GIVEN).compared == 0
