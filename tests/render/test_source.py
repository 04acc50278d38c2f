"""The student's own lines: which are shown of a method, whatever the file looks like."""

import pytest

from grader.render.source import AFTER, BEFORE, MOST, defined, excerpt

FILE = b"""import numpy as np

def ReLU(Z):
    return np.maximum(0, Z)


class NN:
    def one_hot(
        self, y
    ):
        rows = 3

        return rows

    def update_params(self):
        pass
    x = 1
"""


def numbers(lines):
    """Their numbers; a gap is 0."""
    return [line.number for line in lines]


@pytest.mark.parametrize(
    ("method", "lines"),
    [("ReLU", [3, 4]), ("one_hot", [*range(8, 14)]), ("update_params", [15, 16]), ("softmax", [])],
)
def test_a_method(method, lines):
    """A method is shown from its def to its last line, without what follows it."""
    assert numbers(excerpt(FILE, method)) == lines
    assert numbers(excerpt(FILE.replace(b"\n", b"\r\n"), method)) == lines


def test_a_long_method():
    """Of a long method the beginning is shown."""
    long = b"def ReLU(Z):\n" + b"    Z = Z\n" * 50
    assert numbers(excerpt(long, "ReLU")) == [*range(1, MOST + 1)]


def test_the_line_of_an_exception():
    """The line that an exception names is marked, with its surroundings and the def."""
    long = b"def ReLU(Z):\n" + b"    Z = Z\n" * 50 + b"\ndef softmax(Z):\n    return Z\n"
    lines = excerpt(long, "ReLU", 30)
    assert numbers(lines) == [1, 0, *range(30 - BEFORE, 30 + AFTER + 1)]
    assert [line.number for line in lines if line.named] == [30]
    assert numbers(excerpt(long, "ReLU", 50))[-1] == 51, "what follows the method is not shown"
    assert numbers(excerpt(long, "ReLU", 54)) == [1, 0, 50, 51, 52, 53, 54]
    assert numbers(excerpt(long, "no such", 2)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("named", [0, -1, 10**6])
def test_a_line_that_is_not_there(named):
    """A message may name any line: one that is not there is not looked for."""
    assert numbers(excerpt(FILE, "ReLU", named)) == [3, 4]


def test_bytes_that_are_no_text():
    """Bytes that are no UTF-8, tabs and an empty file are shown as far as they can be."""
    (first, second) = excerpt(b"def ReLU(Z):\n\treturn '\xff'", "ReLU")
    assert (first.text, second.text) == ("def ReLU(Z):", "    return '\ufffd'")
    assert excerpt(b"", "ReLU", 1) == ()
    assert defined(b"") == {}
