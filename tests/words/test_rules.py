"""The rules for what students read bite: each is broken by a text that breaks no other."""

import pytest
from support.wording import HINT, SOLUTION, broken, ours

GOOD = "db1 is one single number: the sum runs over everything. Which axis holds the samples?"


def test_a_good_hint_breaks_no_rule():
    """What is well said passes."""
    assert broken(GOOD, HINT, "backward_propagation") == set()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        (f"db1 {'is one single number and ' * 10}is too long.", "long"),
        ("db1 simply needs the sum over the samples.", "tone"),
        ("You forgot the samples in db1.", "tone"),
        ("Wrong! It is db1.", "tone"),
        ("db1 differs from the reference.", "jargon"),
        ("The stub of db1 was not called.", "jargon"),
        ("db1 is \x1b[31mred.", "control"),
        ("db1 has two\nlines.", "control"),
        ("db1 has  two spaces.", "spaces"),
        ("db1 is one single number", "end"),
        ("db1 trails off...", "end"),
        ("db1 is [1, 2, 3, 4, 5, 6, 7] here.", "array"),
        ("db1 is [[1, 2], [3, 4], [5, 6], [7, 8]] here.", "array"),
        ("db1 is 0.30000000000000004 here.", "digits"),
        ("db1 is dZ1.sum( axis=1, keepdims=True ).", "solution"),
        ("db1 needs self.db1 = dZ1.sum(axis=1, keepdims=True) here.", "solution"),
        ("db1 follows from dZ1 = (W2.T @ dZ2) * (Z1 > 0).", "solution"),
        ("The sum runs over everything.", "unnamed"),
    ],
)
def test_a_rule_bites(text, rule):
    """A text that breaks a rule is found out, and for that rule."""
    found = broken(text, HINT, "backward_propagation")
    assert rule in found
    assert found <= {rule, *({"end", "unnamed"} if rule == "empty" else {"unnamed"})}


def test_what_is_quoted_is_the_students():
    """An exception and a line of the student's are theirs to word; what stands around is ours."""
    said = "softmax raised ValueError: a mismatch!  (line 3: return E / E.sum(axis=0))."
    assert ours(said) == "softmax raised ..."
    assert broken(said, HINT) == set()
    assert broken(f"It is simply so: {said}", HINT) == {"tone"}


def test_the_solution_is_known():
    """Code of every part of the worked solution is among what no text may hold."""
    for piece in (
        "np.maximum(0,Z)",
        "E/E.sum(axis=0,keepdims=True)",
        "W1@A0+b1",
        "np.eye(output_size,dtype=W2.dtype)[:,y]",
        "A2-one_hot(y)",
        "dZ1@X.T",
        "W1-learning_rate*dW1",
        "forward_propagation(X).argmax(axis=0)",
        "get_predictions(X)==y",
        "-np.log(A2[y,np.arange(m)]).mean()",
    ):
        assert piece in SOLUTION
