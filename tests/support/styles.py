"""Right programs in other people's styles: variations of the reference, all worth full marks.

Used by test_styles.py. A style names what is different about it. It redefines functions of the
reference or adds some to its class (`defs`), replaces pieces of text (`edits`), has something after
the imports (`top`) or at the end (`bottom`), or is a whole program of its own (`whole`).
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import indent


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write it right.

    Attributes:
        name: what is different.
        defs: functions that take the place of the reference's of that name; others join its class.
        edits: pairs of a text that the reference holds once, and what stands in its place.
        top: goes after the imports.
        bottom: goes to the end.
        whole: a whole program, in place of the reference.
        finish: the last touch to the text, e.g. its line ends.
        costs: the checks that this style does not pass; it earns all points but theirs.
    """

    name: str
    defs: str = ""
    edits: tuple[tuple[str, str], ...] = ()
    top: str = ""
    bottom: str = ""
    whole: str = ""
    finish: Callable[[str], str | bytes] = str
    costs: frozenset[str] = frozenset()

    def apply(self, reference: str) -> str | bytes:
        """The program, from the text of the reference."""
        text = self.whole or reference
        for old, new in self.edits:
            assert text.count(old) == 1, f"{self.name}: {old!r} is not there once"
            text = text.replace(old, new)
        for node in ast.parse(self.defs).body:
            source = ast.get_source_segment(self.defs, node)
            assert isinstance(node, ast.FunctionDef)
            assert source
            marks = "".join(f"@{ast.unparse(mark)}\n" for mark in node.decorator_list)
            text = _redefine(text, node.name, marks + source)
        if self.top:
            text = text.replace("import numpy as np\n", f"import numpy as np\n{self.top}\n", 1)
        return self.finish(f"{text}\n{self.bottom}")


def _redefine(text: str, name: str, source: str) -> str:
    """Put a function in the place of the one of its name, or at the end of the class NN."""
    lines = text.splitlines()
    tree = ast.parse(text)
    cls = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "NN")
    for node in (*tree.body, *cls.body):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            lines[first - 1 : node.end_lineno] = [indent(source, " " * node.col_offset)]
            return "\n".join(lines) + "\n"
    assert cls.end_lineno
    lines.insert(cls.end_lineno, "\n" + indent(source, "    "))
    return "\n".join(lines) + "\n"


_MAX = "np.maximum(0, Z)"
_SOFTMAX = """    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)"""
_HOT = "np.eye(self.output_size, dtype=self.W2.dtype)[:, y]"
_LOSS = "return float(-np.log(self.A2[y, np.arange(m)]).mean())"
_MASK = "(self.Z1 > 0)"
_DZ2 = "dZ2 = (self.A2 - self.one_hot(y)) / m"
_A2 = "        return self.A2\n"
_A0 = "        self.A0 = X\n        self.Z1 = self.W1 @ self.A0"
_PREDICT = "return self.forward_propagation(X).argmax(axis=0)"
_COUNT = "float(np.mean(self.get_predictions(X) == y))"
_LOOP = "for _ in range(iters):"
_STEP = """            self.backward_propagation(X, y)
            self.update_params()
"""
_INIT = "        self.learning_rate = learning_rate\n"
_W1 = "np.random.randn(hidden_size, input_size) * 0.01"
_SHOWN = "predictions = self.get_predictions(X)"
_HEAD = '"""The worked solution:'


def _ReLU(name: str, expression: str) -> Style:
    return Style(f"ReLU by {name}", edits=((_MAX, expression),))


def _softmax(name: str, body: str, *, costs: frozenset[str] = frozenset()) -> Style:
    return Style(f"softmax: {name}", edits=((_SOFTMAX, indent(body, "    ")),), costs=costs)


def _loss(name: str, expression: str) -> Style:
    return Style(f"loss: {name}", edits=((_LOSS, f"return {expression}"),))


def _mask(name: str, expression: str) -> Style:
    return Style(f"mask: {name}", edits=((_MASK, expression),))


def _hot(name: str, body: str) -> Style:
    return Style(f"one_hot: {name}", edits=((f"return {_HOT}", indent(body, " " * 8).lstrip()),))


def _accuracy(name: str, expression: str) -> Style:
    return Style(f"accuracy: {name}", edits=((_COUNT, expression),))


_UNSTABLE = frozenset({"activations::softmax_of_large_scores"})

FUNCTIONS = (
    _ReLU("where", "np.where(Z > 0, Z, 0)"),
    _ReLU("product", "Z * (Z > 0)"),
    _ReLU("clip", "Z.clip(min=0)"),
    _ReLU("absolute value", "(np.abs(Z) + Z) / 2"),
    Style("ReLU by a copy", "def ReLU(Z):\n    A = Z.copy()\n    A[A < 0] = 0\n    return A"),
    Style("ReLU as a lambda", "def ReLU(Z): ...", bottom=f"ReLU = lambda Z: {_MAX}"),
    Style("ReLU vectorised", "@np.vectorize\ndef ReLU(z):\n    return max(0.0, z)"),
    _softmax(
        "in place on its argument",
        "Z -= Z.max(axis=0)\nE = np.exp(Z)\nE /= E.sum(axis=0)\nreturn E",
    ),
    _softmax(
        "loop over columns",
        "A = np.zeros(Z.shape)\nfor j in range(Z.shape[1]):\n    e = np.exp(Z[:, j] - max(Z[:, j]))\n"
        "    A[:, j] = e / sum(e)\nreturn A",
    ),
    _softmax("guarded", f"{_SOFTMAX.strip()} + 1e-12".replace("E / E.sum", "E / (E.sum") + ")")
    if False
    else _softmax("guarded", "E = np.exp(Z - np.max(Z, axis=0))\nreturn E / (E.sum(axis=0) + 1e-9)"),
    _softmax(
        "by logarithms",
        "Z = Z - Z.max(axis=0)\nreturn np.exp(Z - np.log(np.sum(np.exp(Z), axis=0)))",
    ),
    _softmax(
        "along an axis",
        "def one(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()\n"
        "return np.apply_along_axis(one, 0, Z)",
    ),
    _softmax("not stabilised", "return np.exp(Z) / sum(np.exp(Z))", costs=_UNSTABLE),
    _softmax(
        "global maximum",
        "E = np.exp(Z - np.max(Z))\nreturn E / np.sum(E, axis=0)",
        costs=_UNSTABLE,
    ),
)
