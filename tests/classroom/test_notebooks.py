"""A notebook's code cells are the file."""

import ast
import json

import pytest
from support.classes import notebook

from grader.classroom.layouts.notebook import code
from grader.classroom.layouts.tree import UnreadableError


def lines(*cells):
    """The lines that these cells make, without the comments with their numbers."""
    made = code(notebook(*cells)).source.decode()
    ast.parse(made)
    return [line for line in made.split("\n") if line and not line.startswith("# [cell")]


def test_cells_are_joined_in_order_each_under_its_number():
    """The numbers are those that a reader counts, text cells too."""
    made = code(notebook("a = 1", ["b = 2\n", "c = 3"], "  \n", "d = 4"))
    assert made.source == b"# [cell 2]\na = 1\n\n# [cell 3]\nb = 2\nc = 3\n\n# [cell 5]\nd = 4\n"
    assert made.cells == 3


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "!pip install numpy",
        "?np.dot",
        "np.dot?",
        "np.dot??",
        "files = !ls",
        "t = %timeit -o f()",
        "%%time",
        "%load_ext autoreload",
    ],
)
def test_what_only_a_notebook_understands_is_a_comment(line):
    """Magics, shell lines and questions stay on their lines, as comments."""
    assert lines(f"{line}\nx = 1") == [f"# {line}", "x = 1"]


@pytest.mark.parametrize(
    "source",
    [
        "x = (7\n% 4)",
        "x = 7 \\\n% 4",
        's = """\n%d and\n!bang\nwhat?\n"""',
        "s = '''a \\''' %\n% b'''",
        "x = [  # (\n1\n% 2]",
        "x = '(' # )\ny = 1 if x != ')' else 2",
        'd = {"a": "%s?" % 1,\n"b":\n!=1}'.replace("!=1", "2"),
    ],
)
def test_python_stays_as_it_is(source):
    """A line that goes on from the one before, or is in a string, is no magic."""
    assert lines(source) == source.split("\n")


def test_a_magic_alone_in_a_block_leaves_it_whole():
    """Where a block would be empty, something stands."""
    assert lines("if True:\n    %time f()") == ["if True:", "    pass  # %time f()"]


def test_a_magic_may_go_on():
    """A shell line with a backslash at its end takes the next one with it."""
    assert lines("!pip install \\\n  numpy\nx = 1")[-1] == "x = 1"


@pytest.mark.parametrize("head", ["%%bash", "%%html", "%%javascript", "%%latex", "%%R -i x"])
def test_cells_in_another_language_are_comments(head):
    """All of them, line for line."""
    assert lines(f"{head}\nrm -rf (\n", "x = 1") == [f"# {head}", "# rm -rf (", "# ", "x = 1"]


@pytest.mark.parametrize("head", ["%%time", "%%capture out", "%%writefile nn.py"])
def test_cells_of_python_under_a_magic_are_python(head):
    """Only the first line goes."""
    assert lines(f"{head}\nx = 1") == [f"# {head}", "x = 1"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no notebook"),
        (b"x = 1", "no notebook"),
        (b'{"cells": 7}', "no notebook"),
        (b'{"cells": [{"cell_type": "code", "source": 7}]}', "no notebook"),
        (b'{"worksheets": []}', "no notebook"),
        (b'{"cells": [' + b"[" * 200_000, "no notebook"),
        (b'{"a": ' * 200_000, "no notebook"),
        (b'{"cells": []}', "no code"),
        (notebook(), "no code"),
        (b" " * ((16 << 20) + 1), "larger than"),
    ],
)
def test_what_is_no_notebook(raw, why):
    """Broken, nested, empty or huge: said in words, and nothing worse."""
    with pytest.raises(UnreadableError, match=why):
        code(raw)


@pytest.mark.parametrize("unit", ["'", '"', "'''", "\\", " ", "(", "a=", "%", "'\\", "x ", "#"])
def test_a_hundred_thousand_of_anything_is_read_in_one_go(unit):
    """No line makes the reader try again and again; a test that hangs has failed."""
    raw = json.dumps({"cells": [{"cell_type": "code", "source": "x" + unit * 100_000}]})
    assert code(raw.encode()).cells == 1
