"""The catalogue on the probes: every mistake differs from every other, and is found by itself."""

import numpy as np
import pytest

from grader.assignment import ASSIGNED, GRADED
from grader.diagnosis.match import agree, match, rehearse, same, variant, wrong
from grader.diagnosis.observe import Raised, labels, of_module
from grader.diagnosis.probes import probes
from grader.errors import UsageError
from grader.solution import load_catalogue, load_reference, read_reference

RANDOM = {"reinitialises", "shuffles-samples-alone"}
"""Mistakes that no other run repeats: they are known by that (test_behaviour.py)."""

METHODS = [name for name in GRADED if name != "show_predictions"]


@pytest.mark.parametrize("method", METHODS)
def test_every_mistake_is_named(method):
    """What a mistake answers on the probes is matched by that entry alone, in all its parts."""
    reference, source, catalogue = load_reference(), read_reference(), load_catalogue()
    cases = [labels(reference, method, probe) for probe in probes(method, ASSIGNED)]
    right = [of_module(reference, method, case) for case in cases]
    known = rehearse(catalogue, reference, source, method, cases)
    assert {e.id for e in catalogue if e.method == method} == {mistake.id for mistake in known}
    for mistake, have in known.items():
        if mistake.id not in RANDOM:
            assert match(known, have, right)[0] == mistake


def test_the_reference_matches_nothing():
    """Right answers are no mistake's, and nothing of them is wrong."""
    reference, source = load_reference(), read_reference()
    cases = list(probes("backward_propagation", ASSIGNED))
    right = [of_module(reference, "backward_propagation", case) for case in cases]
    known = rehearse(load_catalogue(), reference, source, "backward_propagation", cases)
    assert match(known, right, right) == (None, {})
    assert wrong(right, right) == ()


def test_two_mistakes_in_one_method_are_named_apart():
    """Where no entry answers alike in everything, each wrong array is named by its own."""
    reference, source, catalogue = load_reference(), read_reference(), load_catalogue()
    by_id = {entry.id: entry for entry in catalogue}
    both = by_id["flat-db1"].apply(by_id["dw2-of-z1"].apply(source))
    namespace = type(reference)("both")
    exec(both, vars(namespace))  # noqa: S102  our own text
    cases = list(probes("backward_propagation", ASSIGNED))
    right, have = (
        [of_module(module, "backward_propagation", case) for case in cases]
        for module in (reference, namespace)
    )
    known = rehearse(catalogue, reference, source, "backward_propagation", cases)
    whole, parts = match(known, have, right)
    assert whole is None
    assert parts["dW2"].id == "dw2-of-z1"
    assert "dW1" not in parts


def test_a_mistake_that_does_not_fit_is_left_out():
    """An entry whose text another reference does not hold matches nothing, and breaks nothing."""
    entry = load_catalogue()[0]
    assert variant(entry, "class NN: pass") is None


def test_same():
    """Equal means equal in shape and value, to float32's rounding, not to a mistake of 0.1 %."""
    one = np.array([[1.0, np.nan, np.inf]])
    assert same(one, one * (1 + 1e-7))
    assert not same(one, one.T)
    assert not same(np.array([1.0]), np.array([1.001]))
    assert same(None, None)
    assert not same(None, one)


def test_exceptions_agree_by_what_they_say():
    """An exception equals one of the same type and text, and no other."""
    one = Raised("ValueError", "a")
    assert agree(one, Raised("ValueError", "a"))
    assert not agree(one, Raised("ValueError", "b"))
    assert not agree(one, {"dW1": np.zeros(1)})


def test_a_catalogue_with_an_error_is_told(tmp_path, monkeypatch):
    """Whoever breaks the catalogue is told the entry and the key; hints do not just vanish."""
    (tmp_path / "misconceptions.py").write_text(read_reference("misconceptions.py"), "utf-8")
    (tmp_path / "misconceptions.toml").write_text('[ReLU.odd]\nright = "a"\nwrong = "b"\n', "utf-8")
    monkeypatch.setattr("grader.solution.FOLDER", tmp_path)
    with pytest.raises(UsageError, match=r"ReLU\.odd\.hint: missing"):
        load_catalogue()
