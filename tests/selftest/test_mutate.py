"""Mechanical mutants: each operator on a tiny program, and all mutants of the reference."""

import ast

import pytest
from support.files import REFERENCE

from grader.assignment import METHODS
from grader.selftest.mutate import mutants

WRITTEN = METHODS.keys() - {"show_predictions"}


def made(body):
    """What becomes of a one-line function: the mutants' lines, by what was done."""
    source = f"def f(a, b):\n    {body}\n"
    return {m.id: m.source.split("\n", 1)[1].strip() for m in mutants(source, {"f"})}


@pytest.mark.parametrize(
    ("body", "done", "line"),
    [
        ("return a + b", "Add-to-Sub", "return a - b"),
        ("return a - b", "Sub-to-Add", "return a + b"),
        ("return a * b", "Mult-to-Div", "return a / b"),
        ("return a / b", "Div-to-Mult", "return a * b"),
        ("return a @ b", "MatMult-to-Mult", "return a * b"),
        ("return a > b", "Gt-to-GtE", "return a >= b"),
        ("return a > b", "Gt-to-Lt", "return a < b"),
        ("return a == b", "Eq-to-NotEq", "return a != b"),
        ("return a + 0", "0-to-1", "return a + 1"),
        ("return a + 1", "1-to-2", "return a + 2"),
        ("return a.sum(axis=0)", "0-to-1", "return a.sum(axis=1)"),
        ("return a.sum(axis=1)", "1-to-0", "return a.sum(axis=0)"),
        ("m = a.shape[1]", "1-to-0", "m = a.shape[0]"),
        ("return g(a, keepdims=True)", "True-to-False", "return g(a, keepdims=False)"),
        ("a = b", "drop-statement", "pass"),
        ("return a", "drop-statement", "pass"),
        ("return -a", "drop-minus", "return a"),
        ("return -(a + b) * 3", "drop-minus", "return (a + b) * 3"),
        ("return np.log(a)", "drop-log", "return a"),
        ("return 3 * np.log(a + b)", "drop-log", "return 3 * (a + b)"),
        ("return a.mean()", "drop-mean", "return a"),
        ("return np.maximum(0, a)", "drop-maximum", "return a"),
        ("return a.T @ b", "drop-T", "return a @ b"),
        ("return dZ1", "dZ1-to-dZ2", "return dZ2"),
        ("self.W1 = a", "W1-to-W2", "self.W2 = a"),
        ("return self.A1", "A1-to-Z1", "return self.Z1"),
        ("return (Größe  +  a)", "Add-to-Sub", "return (Größe - a)"),
    ],
)
def test_operator(body, done, line):
    """Each operator changes its expression, and leaves the rest of the line alone."""
    assert made(body)[f"f:1:{done}"] == line


def test_what_happens_twice_is_counted():
    """The same change in two places of a line has two ids."""
    assert made("self.W1 = self.W1") == {
        "f:1:drop-statement": "pass",
        "f:1:W1-to-W2": "self.W2 = self.W1",
        "f:1:W1-to-W2-2": "self.W1 = self.W2",
    }


def test_a_docstring_and_other_functions_stay():
    """Only the functions that are asked for change, and not in their docstrings."""
    source = 'def f(a):\n    """0 + 1"""\n    return a\n\n\ndef g(a):\n    return -a\n'
    assert [m.id for m in mutants(source, {"f"})] == ["f:2:drop-statement"]


def functions(source):
    """Each function of a program, without its name: its syntax tree as a text."""
    tree = ast.parse(source)
    return {n.name: ast.dump(n) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}


def test_mutants_of_the_reference():
    """Each compiles, differs from the reference and all others, and in the method it names only."""
    found = list(mutants(REFERENCE, WRITTEN))
    whole = functions(REFERENCE)
    for mutant in found:
        compile(mutant.source, mutant.id, "exec")
        changed = functions(mutant.source)
        assert {name for name in whole if whole[name] != changed[name]} == {mutant.method}
        assert changed.keys() == whole.keys()
    assert len({mutant.id for mutant in found}) == len({m.source for m in found}) == len(found)
    assert len(found) > 80
    assert {mutant.method for mutant in found} == WRITTEN
