r"""Right programs in other people's styles: variations of the reference, each worth full marks.

styles.txt, beside this file, holds one program a paragraph. `== name` begins it. A line
`old => new` replaces a text that the reference holds once (or one of PIECES, by its key); SAME in
`new` is the old text, and `\n` a line end. `top: ...` goes after the imports, `bottom: ...` to the
end. All other lines are functions: they take the place of the reference's, or join its class.

Loaded by its path, as nn.py is: it imports nothing that stands beside it.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from textwrap import indent

STYLES = Path(__file__).with_name("styles.txt")


class NotApplicableError(ValueError):
    """The program does not hold what the style wants to change."""


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write it right.

    Attributes:
        name: what is different.
        text: how; as in styles.txt.
        finish: the last touch, e.g. other line ends.
        costs: the checks that this style fails; it earns all points but theirs.
    """

    name: str
    text: str = ""
    finish: Callable[[str], str | bytes] = str
    costs: frozenset[str] = frozenset()

    def apply(self, reference: str) -> bytes:
        """The program, made from the text of the reference.

        Raises:
            NotApplicableError: a text to be replaced is not there exactly once.
        """
        program, code, bottom = reference, "", ""
        for line in self.text.splitlines():
            raw = line.replace("\\n", "\n")
            if line.startswith("top: "):
                numpy = "import numpy as np\n"
                program = program.replace(numpy, f"{numpy}{raw.removeprefix('top: ')}\n", 1)
            elif line.startswith("bottom: "):
                bottom += raw.removeprefix("bottom: ") + "\n"
            elif " => " in line:
                old, _, new = raw.partition(" => ")
                old = PIECES.get(old, old)
                if program.count(old) != 1:
                    raise NotApplicableError(f"{self.name}: {old!r} is not there exactly once")
                program = program.replace(old, new.replace("SAME", old))
            else:
                code += line + "\n"
        finished = self.finish(f"{_redefine(program, code)}\n{bottom}")
        return finished if isinstance(finished, bytes) else finished.encode()


def _redefine(program: str, code: str) -> str:
    """Put each function of the code where the program has one of its name, or into its class."""
    for node in ast.parse(code).body:
        if not isinstance(node, ast.FunctionDef):
            raise NotApplicableError(f"{ast.unparse(node)!r} is no function")
        first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
        source = "\n".join(code.splitlines()[first - 1 : node.end_lineno])
        lines, tree = program.splitlines(), ast.parse(program)
        cls = next((n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "NN"), None)
        if cls is None:
            raise NotApplicableError("there is no class NN")
        same = [n for n in (*tree.body, *cls.body) if getattr(n, "name", "") == node.name]
        column, begin, end = 4, cls.end_lineno or 0, cls.end_lineno
        if same:
            column, begin, end = same[0].col_offset, same[0].lineno - 1, same[0].end_lineno
        lines[begin:end] = ["", indent(source, " " * column)]
        program = "\n".join(lines)
    return program


PIECES = {
    "RELU": "np.maximum(0, Z)",
    "EXP": "E = np.exp(Z - Z.max(axis=0, keepdims=True))",
    "DIVIDE": "return E / E.sum(axis=0, keepdims=True)",
    "RETURN A2": "        return self.A2\n",
    "HOT": "np.eye(self.output_size, dtype=self.W2.dtype)[:, y]",
    "LOSS": "float(-np.log(self.A2[y, np.arange(m)]).mean())",
    "MASK": "(self.Z1 > 0)",
    "DZ2": "dZ2 = (self.A2 - self.one_hot(y)) / m",
    "DB1": "dZ1.sum(axis=1, keepdims=True)",
    "DB2": "dZ2.sum(axis=1, keepdims=True)",
    "BACKWARD": "backward_propagation(self, X: Floats, y: Labels)",
    "RUN BACKWARD": "            self.backward_propagation(X, y)",
    "UPDATE": "            self.update_params()\n",
    "PREDICT": "self.forward_propagation(X).argmax(axis=0)",
    "COUNT": "float(np.mean(self.get_predictions(X) == y))",
    "ACCURACY": "get_accuracy(self, X: Floats, y: Labels)",
    "LOOP": "for _ in range(iters):",
    "RATE": "        self.learning_rate = learning_rate\n",
    "W1": "np.random.randn(hidden_size, input_size) * 0.01",
    "SHOW": "        predictions = self.get_predictions(X)\n",
    "CLASS": "class NN:\n",
    "FREE RELU": "def ReLU(Z: Floats) -> Floats:\n",
    "SIZES": "        input_size: int = 784,\n        hidden_size: int = 128,\n"
    "        output_size: int = 10,\n",
}

_TOP = r"""top: import pandas as pd\nimport tensorflow as tf\nfrom tensorflow import keras
top: from tensorflow.keras.datasets import mnist\nimport matplotlib.pyplot as plt
"""
_BOTTOM = r"""bottom: (X_train, Y_train), _ = mnist.load_data()\nmodel = NN()
bottom: model.gradient_descent(X_train.reshape(60000, -1).T / 255, Y_train, iters=1000)
"""
_NOTEBOOK = _TOP + _BOTTOM
_LOGGER = r"""top: import logging\nlogger = logging.getLogger(__name__)\nEPS = float("1e-12")
UPDATE => SAME            logger.info("step %d, guard %g", _, EPS)
"""


def _bare(text: str) -> str:
    """The program without type aliases, docstrings and annotations, as most people write it."""
    tree = ast.parse(text)
    tree.body = [n for n in tree.body if "NDArray" not in ast.unparse(n)[:30]]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in (*node.args.args, *node.args.kwonlyargs):
                argument.annotation = None
            node.body = node.body[ast.get_docstring(node) is not None :]
            for at, inner in enumerate(node.body):
                if isinstance(inner, ast.AnnAssign) and inner.value:
                    node.body[at] = ast.Assign([inner.target], inner.value, lineno=inner.lineno)
    return ast.unparse(tree)


FILES = (
    Style("no docstrings, no types", finish=_bare),
    Style("notebook", _NOTEBOOK, _bare),
    Style("notebook with type aliases", _NOTEBOOK),
    Style("notebook, exported", _NOTEBOOK + "top: get_ipython().magic('pylab inline')", _bare),
    Style("notebook with a logger and a constant", _NOTEBOOK + _LOGGER, _bare),
    Style("notebook that reads a file", _TOP + "bottom: data = pd.read_csv('train.csv')", _bare),
    Style("__main__", _TOP + r"bottom: if __name__ == '__main__':\n    mnist.load_data()"),
    Style("CRLF", finish=lambda text: text.replace("\n", "\r\n")),
    Style("BOM", finish=lambda text: b"\xef\xbb\xbf" + text.encode()),
    Style("tabs", finish=lambda text: text.replace("    ", "\t")),
    Style("two spaces", finish=lambda text: text.replace("    ", "  ")),
    Style("Latin-1", finish=lambda text: f"# coding: latin-1\n# Größe\n{text}".encode("latin-1")),
)

_UNSTABLE = {"softmax: not stabilised", "softmax: global maximum"}
_STABILITY = frozenset({"activations::softmax_of_large_scores"})


def styles(path: Path = STYLES) -> tuple[Style, ...]:
    """All styles: those of the file at `path`, and whole files that differ in form.

    Raises:
        OSError: the file cannot be read.
    """
    lines = path.read_text("utf-8").splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("== ")]
    found = []
    for start, end in pairwise([*starts, len(lines)]):
        name = lines[start].removeprefix("== ")
        costs = _STABILITY if name in _UNSTABLE else frozenset()
        found.append(Style(name, "\n".join(lines[start + 1 : end]), costs=costs))
    return (*found, *FILES)
