"""The catalogue of misconceptions: every entry applies, is a mistake, and is told from the rest."""

import ast
import re
from itertools import combinations

import numpy as np
import pytest
from support.files import REFERENCE

from reference.misconceptions import (
    CATALOGUE,
    CatalogueError,
    Misconception,
    NotApplicableError,
    catalogue,
)

ENTRIES = catalogue()
METHODS = (
    *("ReLU", "softmax", "forward_propagation", "one_hot", "cross_entropy_loss"),
    *("backward_propagation", "update_params", "get_predictions", "get_accuracy"),
    "gradient_descent",
)
TRAINING = "training"
METHOD_OF_TRAINING = {TRAINING: "gradient_descent"}

FORWARD = ("A0", "Z1", "A1", "Z2", "A2")
PARAMETERS = ("W1", "b1", "W2", "b2")
GRADIENTS = ("dW1", "db1", "dW2", "db2")


def functions(source):
    """The text of every function of a program, and of the rest of it."""
    lines, parts = source.splitlines(), {}
    nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    for node in sorted(nodes, key=lambda node: -node.lineno):
        parts[node.name] = lines[node.lineno - 1 : node.end_lineno]
        del lines[node.lineno - 1 : node.end_lineno]
    return {**parts, "the rest": lines}


def test_each_changes_its_own_method_alone():
    """An entry makes a program that differs from the worked solution in its method alone."""
    right = functions(REFERENCE)
    for entry in ENTRIES:
        wrong = functions(entry.apply(REFERENCE))
        assert right.keys() == wrong.keys(), entry.id
        changed = {name for name in right if right[name] != wrong[name]}
        assert changed == {METHOD_OF_TRAINING.get(entry.method, entry.method)}, entry.id


def test_covers_the_contract():
    """There are at least 95 entries, at least three for every method, and one for training."""
    assert len(ENTRIES) >= 95
    methods = [entry.method for entry in ENTRIES]
    assert set(methods) == {*METHODS, TRAINING}
    assert all(methods.count(method) >= 3 for method in METHODS)


def test_ids_are_unique_and_alike():
    """Ids are unique, in kebab-case."""
    ids = [entry.id for entry in ENTRIES]
    assert len(set(ids)) == len(ids)
    assert not [name for name in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)]


def test_an_entry_is_short():
    """Nine entries of ten take fewer than ten lines."""
    blocks = re.split(r"\n(?=\[)", CATALOGUE.read_text("utf-8"))[1:]
    lines = sorted(len(block.strip().splitlines()) for block in blocks)
    assert len(lines) == len(ENTRIES)
    assert lines[len(lines) * 9 // 10] < 10


def body_lines():
    """The lines of the worked solution's functions, without their docstrings."""
    for node in ast.walk(ast.parse(REFERENCE)):
        if isinstance(node, ast.FunctionDef):
            for statement in node.body[ast.get_docstring(node) is not None :]:
                text = ast.get_source_segment(REFERENCE, statement)
                yield from (line.strip() for line in text.splitlines())


def test_hints_give_nothing_away():
    """A hint is a sentence of at most 240 characters, with no code of the solution in it."""
    lines = set(body_lines())
    assert "return self.A2" in lines
    for entry in ENTRIES:
        assert entry.hint.endswith("."), entry.id
        assert len(entry.hint) <= 240, entry.id
        code = lines | {right.strip() for right, _ in entry.changes}
        assert not [text for text in code if text in entry.hint], entry.id


def test_hints_differ():
    """No two entries say the same."""
    assert len({entry.hint for entry in ENTRIES}) == len(ENTRIES)


# What each entry computes


def make_network(program, sizes, rng):
    """A network of the program with random weights."""
    inputs, hidden, outputs = sizes
    network = program["NN"](*sizes, 0.3)
    network.W1 = rng.standard_normal((hidden, inputs))
    network.b1 = rng.standard_normal((hidden, 1))
    network.W2 = rng.standard_normal((outputs, hidden))
    network.b2 = rng.standard_normal((outputs, 1))
    return network


def matrices():
    """Wide and tall; columns of very different scores; a vector; three axes."""
    rng = np.random.default_rng(1)
    yield 3 * rng.standard_normal((4, 6))
    yield 3 * rng.standard_normal((5, 3))
    yield 1000 * np.linspace(-1, 1, 12).reshape(4, 3).T
    yield rng.standard_normal(5)
    yield rng.standard_normal((2, 3, 4))


def outcomes(method, source):
    """All that a program's method returns, stores and changes on the probes, piece by piece."""
    program = {"__name__": "probe"}
    exec(compile(source, "nn.py", "exec"), program)  # noqa: S102  a text of our own
    found = []

    def note(action):
        try:
            found.append(action())
        except Exception as error:  # noqa: BLE001  whatever a mistake raises
            found.append(f"{type(error).__name__}: {error}")

    if method in {"ReLU", "softmax"}:
        for Z in matrices():
            note(lambda: program[method](Z))  # noqa: B023  called at once
            found.append(Z)
        return found
    for seed, sizes, m, absent in (
        (1, (5, 4, 3), 6, 0),
        (2, (3, 6, 4), 7, 1),
        (3, (2, 5, 10), 12, 0),
    ):
        rng = np.random.default_rng(seed)
        network = make_network(program, sizes, rng)
        X = rng.standard_normal((sizes[0], m))
        y = np.resize(np.arange(sizes[2] - absent), m)
        np.random.seed(seed)  # noqa: NPY002  for those that draw as the notebook does
        if method == "update_params":
            for name in PARAMETERS:
                shape = getattr(network, name).shape
                setattr(network, f"d{name}", rng.standard_normal(shape))
        elif method not in {"forward_propagation", "gradient_descent"}:
            network.forward_propagation(rng.permuted(X) if method.startswith("get_") else X)
        arguments = {
            "forward_propagation": (X,),
            "one_hot": (y,),
            "update_params": (),
            "get_predictions": (X,),
            "gradient_descent": (X, y, 7 + seed),
        }.get(method, (X, y))
        note(lambda: getattr(network, method)(*arguments))  # noqa: B023  called at once
        found += [X, y, *(getattr(network, n, None) for n in (*FORWARD, *GRADIENTS, *PARAMETERS))]
    return found


def same(one, other):
    """Whether two outcomes agree: shapes exactly, numbers nearly, all else literally."""
    if not isinstance(one, np.ndarray | float | np.generic):
        return type(one) is type(other) and one == other
    if not isinstance(other, np.ndarray | float | np.generic):
        return False
    return np.shape(one) == np.shape(other) and np.allclose(one, other, 1e-6, 1e-9, equal_nan=True)


@pytest.mark.parametrize("method", METHODS)
def test_mistakes_are_told_apart(method):
    """No two entries of a method compute the same, and none what the worked solution does."""
    ids = ["the solution", *(entry.id for entry in ENTRIES if entry.method == method)]
    sources = [REFERENCE, *(e.apply(REFERENCE) for e in ENTRIES if e.method == method)]
    with np.errstate(all="ignore"):
        results = [outcomes(method, source) for source in sources]
    equal = [
        (one, other)
        for (one, a), (other, b) in combinations(zip(ids, results, strict=True), 2)
        if all(map(same, a, b))
    ]
    assert equal == []


# Making the mistake


def test_changes_are_made_at_once():
    """What one change writes is no text for the next to find: two texts can be exchanged."""
    swap = Misconception("swap", "ReLU", "Swapped.", (("one", "two"), ("two", "one")))
    assert swap.apply("one, two") == "two, one"


@pytest.mark.parametrize(
    ("source", "said"), [("b", "'a' 0 times"), ("a a", "'a' 2 times")], ids=["absent", "twice"]
)
def test_a_text_must_be_there_once(source, said):
    """A text that is absent, or there twice, is refused with the id and the text."""
    with pytest.raises(NotApplicableError, match=f"gone: .*{said}"):
        Misconception("gone", "ReLU", "Gone.", (("a", "c"),)).apply(source)


def test_texts_must_not_overlap():
    """Two texts of an entry that share characters are refused."""
    with pytest.raises(NotApplicableError, match="crossed: 'ab' overlaps"):
        Misconception("crossed", "ReLU", "Crossed.", (("ab", ""), ("bc", ""))).apply("abc")


# Reading the file

GOOD = '[ReLU.one]\nhint = "H."\nright = "a"\nwrong = "b"\n'


def test_one_place_or_several(tmp_path):
    """`right` and `wrong` may be texts, or lists of texts."""
    path = tmp_path / "some.toml"
    path.write_text(GOOD + '[softmax.two]\nhint="H."\nright=["a", "b"]\nwrong=["c", ""]\n', "utf-8")
    assert catalogue(path) == (
        Misconception("one", "ReLU", "H.", (("a", "b"),)),
        Misconception("two", "softmax", "H.", (("a", "c"), ("b", ""))),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{GOOD}method = 'x'", "some.toml: ReLU.one.method: unknown key"),
        ('[ReLU.one]\nright = "a"\nwrong = "b"', "some.toml: ReLU.one.hint: missing"),
        ('[ReLU.one]\nhint = "H."\nwrong = "b"', "some.toml: ReLU.one.right: missing"),
        (GOOD.replace("H.", " "), "some.toml: ReLU.one.hint: a sentence is expected"),
        (GOOD.replace('"H."', "3"), "some.toml: ReLU.one.hint: a sentence is expected"),
        (GOOD.replace('"b"', '["b", "c"]'), "some.toml: ReLU.one.wrong: 2 texts, and right has 1"),
        (GOOD.replace('"b"', "1"), "some.toml: ReLU.one.wrong: a text, or a list"),
        (GOOD.replace('"a"', "[]"), "some.toml: ReLU.one.right: a text, or a list"),
        (GOOD.replace('"a"', '""'), "some.toml: ReLU.one.right: .* not an empty one"),
        (f"{GOOD}{GOOD}", "some.toml: .*line 5"),
        (
            GOOD + GOOD.replace("ReLU", "softmax"),
            "some.toml: softmax.one: ReLU has an entry of this name",
        ),
        ("ReLU = 3", "some.toml: ReLU: a table"),
        ("[ReLU]\none = 3", "some.toml: ReLU.one: a table"),
        ("ReLU = ", "some.toml: Invalid value"),
    ],
)
def test_a_bad_file_is_refused(tmp_path, text, said):
    """An error of the file names the file, the entry and the key."""
    path = tmp_path / "some.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(CatalogueError, match=f"^{said}"):
        catalogue(path)


def test_a_missing_file_is_refused(tmp_path):
    """A file that is not there is an error of the catalogue."""
    with pytest.raises(CatalogueError, match=r"^absent\.toml: "):
        catalogue(tmp_path / "absent.toml")
