"""The rules for what students read, as data, and what of them a text breaks.

`grader/README.md`, "Message style", says why each of them is there.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from support.files import REFERENCE, ROOT, SKELETON

HINT = 240
TITLE = 110
MESSAGE = 360
"""Characters. A message quotes at most an exception besides, which is not counted."""

FEW = 6
"""So many numbers of an array may be shown."""

DIGITS = 7
"""So many digits may a number have; the shortest that tells 1.00016 from 1 has six."""

TONE = (
    *("simply", "just", "obviously", "of course", "trivial", "trivially", "easy", "easily"),
    *("clearly", "merely", "naturally", "surely", "basic", "unfortunately", "oops", "sorry"),
    *("you forgot", "you failed", "your fault", "your mistake", "careless", "stupid", "you must"),
    *("forgot", "forgotten", "incorrectly", "invalid", "illegal", "fatal"),
)
"""Belittles the work, blames, or frightens."""

JARGON = (
    *("pytest", "hypothesis", "fixture", "assert", "assertion", "traceback", "parametrize"),
    *("stub", "stubs", "worker", "warden", "oracle", "probe", "probes", "collaborator"),
    *("collaborators", "helper", "mutant", "misconception", "catalogue", "counterexample"),
    *("sandbox", "harness", "wire", "frame", "reference", "mismatch", "outcome", "finding"),
    *(
        "unbound",
        "standin",
        "standinerror",
        "wireerror",
        "own merit",
        "seed",
        "shrink",
        "falsifying",
    ),
)
"""Names of the grader's own parts and tools, which the class has never met."""

NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ReLU": ("ReLU",),
        "softmax": ("softmax",),
        "forward_propagation": ("forward_propagation", "A0", "Z1", "A1", "Z2", "A2"),
        "one_hot": ("one_hot",),
        "cross_entropy_loss": ("cross_entropy_loss", "loss"),
        "backward_propagation": (
            *("backward_propagation", "dW1", "db1", "dW2", "db2", "dZ1", "dZ2"),
            *("gradient", "gradients"),
        ),
        "update_params": ("update_params", "W1", "b1", "W2", "b2"),
        "get_predictions": ("get_predictions",),
        "get_accuracy": ("get_accuracy", "accuracy"),
        "gradient_descent": ("gradient_descent", "iters"),
        "training": ("gradient_descent",),
    }
)
"""By which words a hint says what it is about: the method, or what belongs to it alone."""

GIVEN = ("__init__", "show_predictions")
"""What the skeleton has already."""

_THEIRS = re.compile(r"(?<= raised )\w+\b.*|(?<=cannot be run: ).*|(?<= fails \().*", re.DOTALL)
_LIST = re.compile(r"\[[^a-zA-Z]*\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def ours(text: str) -> str:
    """A message without the exception and the line of the student's that it quotes."""
    return _THEIRS.sub("...", text)


def broken(text: str, most: int, method: str | None = None) -> set[str]:
    """The rules that a text breaks, by their names.

    Args:
        text: a hint, a title or a message.
        most: how many characters it may have.
        method: what it must name; None: nothing.
    """
    said = ours(text)
    low = said.lower()
    names = NAMES[method] if method else ()
    rules = {
        "empty": not text.strip(),
        "long": len(said) > most,
        "tone": "!" in said or any(_has(low, word) for word in TONE),
        "jargon": any(_has(low, word) for word in JARGON),
        "control": any(not character.isprintable() for character in text),
        "spaces": "  " in said or text != text.strip(),
        "end": not text.endswith((".", "?")) or text.endswith(".."),
        "array": any(len(_NUMBER.findall(part)) > FEW for part in _LIST.findall(said)),
        "digits": any(len(n.replace(".", "").lstrip("0")) > DIGITS for n in _NUMBER.findall(said)),
        "solution": any(piece in normal(said) for piece in SOLUTION),
        "unnamed": bool(names) and not any(_has(said, name) for name in names),
    }
    return {name for name, holds in rules.items() if holds}


def _has(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def normal(text: str) -> str:
    """Code as it can be compared: without white space, and without `self.`."""
    return re.sub(r"\s+", "", text.replace("self.", ""))


def _pieces() -> Iterator[str]:
    """The statements of the worked solution, and what stands on their right-hand sides."""
    for function in ast.walk(ast.parse(REFERENCE)):
        if not isinstance(function, ast.FunctionDef) or function.name in GIVEN:
            continue
        for node in ast.walk(ast.Module(function.body[1:], [])):
            if isinstance(node, ast.stmt) and not isinstance(node, ast.For):
                yield ast.get_source_segment(REFERENCE, node) or ""
            if isinstance(node, ast.BinOp | ast.Call | ast.Compare | ast.Subscript | ast.UnaryOp):
                yield ast.get_source_segment(REFERENCE, node) or ""


LEAST = 7
"""Characters of code that give something away; fewer, as in m - 1, are in many a sentence."""

_GIVEN = normal(SKELETON) + normal((ROOT / "student" / "README.md").read_text("utf-8"))

SOLUTION = frozenset(
    piece for piece in map(normal, _pieces()) if len(piece) >= LEAST and piece not in _GIVEN
)
"""What no text may hold: code of the worked solution that the class was not given."""
