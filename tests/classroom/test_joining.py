"""Who handed in is found on the roster: nobody lost, nobody twice, nobody taken for another."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import classes
from support.books import entry, person

from grader.classroom import names, roster
from grader.classroom.joining import Kind
from grader.classroom.layouts import collect
from grader.classroom.records import Person
from grader.classroom.roster import State


def matched(handed, listed):
    """The Matched of people, each of whom handed something in alone."""
    return roster.match([entry(f"k{i}", p) for i, p in enumerate(handed)], listed)


@pytest.mark.parametrize(
    ("handed", "listed"),
    [
        (person("Doe, Jane"), person("Jane Doe")),
        (person("JANE   doe"), person("Jane Doe")),
        (person("Jose Nunez"), person("Núñez, José")),
        (person("Jose\u0301 Nu\u0301n\u0303ez"), person("José Núñez")),
        (person("Lukasz Sorensen"), person("Łukasz Sørensen")),
        (person("Jean Luc O\u2019Brien"), person("O'Brien, Jean-Luc")),
        (person("\uff2a\uff21\uff2e\uff25\u3000\uff24\uff2f\uff25"), person("Jane Doe")),
        (person("doejane", id="5"), person("Jane Doe", id="A5")),
        (person("vandoejane", id="5"), person("Jane van Doe")),
        (person("\u200fנגה כהן"), person("כהן, נגה")),
        (person("🦊"), person("🦊")),
        (person("J. Doe", id="007"), person("Jane Doe", id="7")),
        (person("", id="7"), person("Jane Doe", id="0007")),
        (person("", id="7.0"), person("Jane Doe", id="7")),
        (person("", login="@JDoe"), person("Jane Doe", login="jdoe")),
        (person("", id="s-1"), person("Jane", id="9", also=("S-1",))),
        (person("jdoe"), person("Jane Doe", login="JDoe")),
        (person("j@u.example"), person("Jane Doe", email="J@U.example")),
        (person("", login="j@u.example"), person("Jane", email="j@u.example")),
        (person("Jay D.", email="J@u"), person("Jane Doe", email="j@U")),
        (person("王伟", id="3"), person("Wang Wei", id="3")),
        (person("Participant 12", id="12"), person("Jane", id="12")),
    ],
)
def test_joined(handed, listed):
    """One person, written in two ways, is one."""
    others = [person("Somebody Else", id="900", email="else@u"), person("Ana Not")]
    found = matched([handed], [others[0], listed, others[1]])
    assert [(m.entry.key, m.person.name) for m in found.joined] == [
        ("k0", listed.name or handed.name)
    ]
    assert len(found.missing) == 2
    assert not [*found.ambiguous, *found.unknown, *found.unclear]


@pytest.mark.parametrize(
    ("handed", "listed", "why"),
    [
        ([person("Jane Doe")], [person("Jane Doe", id="1"), person("Doe Jane", id="2")], "same"),
        ([person("Jane Doe", id="1")], [person("Jane Doe"), person("Li Wu", id="1")], "several"),
        ([person("", id="1", email="b@u")], [person(id="1"), person(email="b@u")], "several"),
        ([person("Jane Doe", id="17")], [person("Xu Li", id="17")], "another name"),
        ([person("Jane Doe")] * 1 + [person("Doe, Jane")], [person("Jane Doe")], "else"),
        ([person(id="1"), person("J", id="1")], [person("J", id="1")], "else"),
        (
            [person("Jo", id="2"), person("Jane Doe", id="9")],
            [person("Jo", id="2"), person("Jane Doe", id="1")],
            "another id",
        ),
    ],
)
def test_in_doubt_nobody_is_joined(handed, listed, why):
    """Two of one name, or two things that point to two people, are told and not joined."""
    found = matched(handed, listed)
    assert found.ambiguous
    assert all(why in m.why for m in found.ambiguous)
    assert len(found.unclear) >= 1
    assert not {m.person.name for m in found.joined} & {m.person.name for m in found.ambiguous}
    assert any(why in line for line in found.told())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("राम कुमार", "रामू कुमार"),
        ("Jane Doe", "Jane Do"),
        ("❤️", "☀️"),
        ("Ali", "Ali Hassan"),
        ("annalee", "Anna Lee"),
        ("Андрей", "Андреи"),
        ("", "\u200b"),
    ],
)
def test_names_that_differ(one, other):
    """Names of two people are not made one: in most scripts a mark is a vowel."""
    assert names.key(one) != names.key(other) or not names.key(one)
    found = matched([person(one, section="x")], [person(other, section="y")])
    assert not found.joined


def test_a_name_without_letters_is_nobody_elses():
    """A name of signs alone is found as it is written, and is not any other such name."""
    assert not matched([person("☀️", id="1")], [person("🦊, 🐻", id="2")]).joined
    assert matched([person("☀️", id="1")], [person("☀️", id="2")]).joined


def test_a_namesake_does_not_take_what_is_somebodys_by_number():
    """Who is found by number keeps the place; one of the same name without a number is told."""
    found = matched([person("Jane Doe"), person("Jane Doe", id="1")], [person("Jane Doe", id="1")])
    assert [m.entry.key for m in found.joined] == ["k1"]
    assert [m.entry.key for m in found.ambiguous] == ["k0"]


def test_numbers_of_the_platform_do_not_speak_against_a_name():
    """Where no number is the school's, people are found by name all the same."""
    handed = [person("Jane Doe", id="98765"), person("Li Wu", id="98766")]
    found = matched(handed, [person("Li Wu", id="1"), person("Jane Doe", id="2")])
    assert [m.person.id for m in found.joined] == ["1", "2"]
    assert [m.person.also for m in found.joined] == [("98766",), ("98765",)]


def test_a_folders_name_may_be_a_login_or_a_name():
    """Where some folders are named after logins and some after names, both are found."""
    handed = [person("jdoe", login="jdoe"), person("Li-Wu", login="Li-Wu"), person("7", id="7")]
    listed = [person("Jane Doe", login="jdoe"), person("Li Wu", login="x12"), person("Zoe", id="7")]
    assert len(matched(handed, listed).joined) == 3


def test_a_number_that_is_the_same_by_chance_takes_nobody_elses_place():
    """Of many with the platform's numbers, one that is also a number of the school's is told."""
    handed = [person(name, id=str(i)) for i, name in enumerate(("Al", "Bo", "Cy", "Di"), 100)]
    listed = [person(name, id=str(i)) for i, name in enumerate(("Al", "Di", "Cy", "Bo"), 103)]
    found = matched(handed, listed)
    assert {m.person.name for m in found.joined} == {"Al", "Bo", "Cy"}
    assert [m.person.name for m in found.ambiguous] == ["Di"]


@pytest.mark.parametrize("layout", classes.LAYOUTS)
@pytest.mark.parametrize("numbers", ["the school's", "the platform's too"])
def test_everybody_of_every_layout_is_found(layout, numbers, tmp_path):
    """What each layout tells of people is enough to find them all on a roster."""
    build, folder, _, known_by = classes.LAYOUTS[layout]
    found = collect(classes.write(build(classes.CLASS), tmp_path / folder), limit_kb=64)
    too = numbers != "the school's"
    listed = [
        Person(f"S{p.id}", p.name, p.email, p.login, also=(p.id,) if too else ())
        for p in classes.CLASS
    ]
    matched_ = roster.match(found.entries, listed)
    if layout == "moodle, blind" and not too:
        assert len(matched_.unknown) == len(listed)
    elif layout == "gradescope":
        assert {m.by for m in matched_.joined} == {Kind.ID if too else Kind.MAIL}
    else:
        assert not matched_.told(), known_by
        assert [m.person.name for m in matched_.joined] == [p.name for p in classes.CLASS]


def test_every_member_of_a_group_is_found():
    """A group's entry is joined with each of its members, once."""
    group = entry("g", person("Jane Doe"), person("Li Wu"), person("Jane Doe"))
    found = roster.match([group], [person("Li Wu"), person("Jane Doe"), person("Zoe")])
    assert [m.person.name for m in found.joined] == ["Li Wu", "Jane Doe"]
    assert [m.person.name for m in found.missing] == ["Zoe"]


def test_without_a_roster_everybody_is_as_they_are():
    """Without a roster nobody is missing or unknown."""
    found = roster.match([entry("g", person("A"), person("B")), entry("h", person("A"))], None)
    assert [(m.person.name, m.entry.key) for m in found.joined] == [
        ("A", "g"),
        ("B", "g"),
        ("A", "h"),
    ]
    assert not found.told()


QUICK = settings(max_examples=50, deadline=None, database=None)

NAMES = ("Jane Doe", "Doe Jane", "José Núñez", "Jose Nunez", "Li Wu", "王伟", "An Li", "נגה", "Al")
WRITTEN = (
    lambda name: name,
    str.upper,
    lambda name: ", ".join(reversed(name.split(" ", 1))),
    lambda name: f" {name}\u200f ",
)
FIELDS = ("id", "email", "login", "also")

HIDES = st.integers(0, 2 ** len(FIELDS) - 1)
"""What a platform does not show of a person: a bit for each of FIELDS."""

WRITES = st.integers(0, len(WRITTEN) - 1)
TRUTH = st.lists(
    st.tuples(
        st.sampled_from(NAMES), HIDES, WRITES, HIDES, WRITES, st.booleans(), st.integers(0, 9)
    ),
    max_size=6,
)
"""A class: for each the name, how the roster and the platform show them, whether they hand in."""


def shown(number, name, hides, writes):
    """One of the people, whose numbers and addresses are their own, as somebody shows them."""
    name = WRITTEN[writes](name)
    true = Person(f"s{number}", name, f"m{number}@u", f"l{number}", also=(f"p{number}",))
    hidden = [field for bit, field in enumerate(FIELDS) if hides >> bit & 1]
    return replace(true, **{field: () if field == "also" else "" for field in hidden})


def whole(handed, listed, found):
    """Everybody is there exactly once, the roster first and in its order."""
    keys = [m.entry.key for m in found.people if m.entry]
    assert sorted(keys) == sorted(f"k{i}" for i in range(len(handed)))
    on_it, others = found.people[: len(listed)], found.people[len(listed) :]
    assert [m.person.name for m in on_it] == [p.name for p in listed]
    assert {m.state for m in on_it} <= {State.JOINED, State.MISSING, State.UNCLEAR}
    assert {m.state for m in others} <= {State.AMBIGUOUS, State.UNKNOWN}


@QUICK
@given(TRUTH)
def test_nobody_is_lost_and_nobody_taken_for_another(truth):
    """Of people who are all on the roster, none is lost, twice, or joined with somebody else."""
    listed = [shown(i, *who[:3]) for i, who in enumerate(truth)]
    hands_in = sorted((i for i, who in enumerate(truth) if who[5]), key=lambda i: truth[i][6])
    handed = [shown(i, truth[i][0], *truth[i][3:5]) for i in hands_in]
    found = matched(handed, listed)
    whole(handed, listed, found)
    for place, m in enumerate(found.people[: len(listed)]):
        assert m.entry is None or hands_in[int(m.entry.key[1:])] == place


@QUICK
@given(TRUTH, st.lists(st.sampled_from(NAMES), max_size=6))
def test_strangers_of_the_same_name_are_told(truth, strangers):
    """Who is not on the roster never takes the place of a namesake who is, where numbers are known.

    That is where at least half of those who handed in are found by their numbers.
    """
    listed = [shown(i, who[0], who[1] & ~1, who[2]) for i, who in enumerate(truth)]
    handed = [shown(i, who[0], who[3] & ~1, who[4]) for i, who in enumerate(truth)]
    handed += [Person(f"x{i}", name) for i, name in enumerate(strangers[: len(truth)])]
    found = matched(handed, listed)
    whole(handed, listed, found)
    assert {m.entry.key for m in found.joined} == {f"k{i}" for i in range(len(truth))}
