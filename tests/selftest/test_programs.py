"""The corpus: what is in it, what --only and --quick choose, and what does not apply."""

from collections import Counter

import pytest
from support.files import REFERENCE

from grader.assignment import GRADED, METHODS, TRAINING
from grader.selftest import programs
from grader.selftest.programs import GROUPS, collect


@pytest.fixture(scope="module")
def corpus():
    """Everything that can be made of the reference."""
    return collect()


def test_what_there_is(corpus):
    """All of the catalogue applies, alone and in a pair; the list of equivalents is up to date."""
    count = Counter(program.group for program in corpus.programs)
    assert set(count) == set(GROUPS)
    assert count["catalogue"] >= 80
    assert count["mechanical"] >= 80
    assert count["right"] >= 60
    assert (corpus.inapplicable, corpus.stale) == ((), ())
    assert len({(p.group, p.id) for p in corpus.programs}) == len(corpus.programs)
    sources = [p.source for p in corpus.programs if p.group != "mechanical"]
    assert len(set(sources)) == len(sources)
    paired = [name for p in corpus.programs if p.group == "pairs" for name in p.mistakes]
    assert set(paired) == {p.id for p in corpus.programs if p.group == "catalogue"}
    assert len(paired) < 1.2 * len(set(paired)), "hardly any has two partners"


def test_wrong_programs_differ_from_the_reference(corpus):
    """Every mutant differs from the reference and names the parts that it is wrong in."""
    for program in corpus.programs:
        if program.group != "right":
            assert program.source != REFERENCE.encode()
            assert len(set(program.methods)) == (2 if program.group == "pairs" else 1)
            assert set(program.methods) <= set(GRADED)


def test_few(corpus):
    """A quick run has some forty programs: each group, and each method in each group."""
    few = corpus.few()
    assert 30 <= len(few.programs) <= 50
    parts = (METHODS.keys() | {TRAINING}) - {"show_predictions"}
    for group, wanted in (("catalogue", parts), ("mechanical", parts - {TRAINING})):
        assert {p.methods[0] for p in few.programs if p.group == group} == wanted
    assert few == collect().few()
    assert any(program.equivalent for program in few.programs)


def test_only(corpus):
    """A pattern is of an id or of group/id; several add up; none means all."""
    assert {p.id for p in corpus.only(["ReLU:2:*"]).programs} == {
        "ReLU:2:drop-statement",
        "ReLU:2:drop-maximum",
        "ReLU:2:0-to-1",
    }
    assert {p.group for p in corpus.only(["right/*", "pairs/*"]).programs} == {"right", "pairs"}
    assert [p.id for p in corpus.only(["tabs"]).programs] == ["tabs"]
    assert corpus.only([]) == corpus
    assert corpus.only(["no such"]).programs == ()


def test_another_reference(monkeypatch):
    """What does not apply to an instructor's own reference is listed, and the rest is tried."""
    text = REFERENCE.replace("E = np.exp(", "E = numpy_exp(")
    read = programs.read_reference
    monkeypatch.setattr(programs, "read_reference", lambda *name: read(*name) if name else text)
    found = collect()
    assert any("softmax: not stabilised" in reason for reason in found.inapplicable)
    assert "softmax:5:drop-numpy_exp" in {p.id for p in found.programs}
    assert "tabs" in {p.id for p in found.programs}
