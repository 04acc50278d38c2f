"""Every layout, as a folder and as a .zip: recognised, nobody lost, nobody invented."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.classes import CLASS, LAYOUTS, Pupil, pack, write

from grader.classroom.layouts import collect
from grader.classroom.layouts.names import clean, folded

ALL = pytest.mark.parametrize("layout", LAYOUTS)


def known(entry, by):
    """By what a layout knows the one person of an entry."""
    (person,) = entry.people
    return getattr(person, by)


def sources(collected):
    """What everybody handed in, notebooks without their comments."""
    return {
        entry.key: b"".join(
            line + b"\n"
            for line in entry.submission.source.splitlines()
            if not line.startswith(b"#") and line
        )
        for entry in collected.entries
    }


def forms(folder, made, root):
    """The same files as a folder, as a .zip of it and of what is in it, and each one deeper."""
    inner = folder / "folder" / root
    yield write(made, inner)
    yield inner.parent
    yield pack(made, folder / "bare" / f"{root}.zip")
    yield pack(made, folder / "download.zip", root)
    yield pack(made, folder / "downloads.zip", f"export of today/{root}")


@ALL
def test_a_class_is_the_same_in_every_form(layout, tmp_path):
    """Folder or .zip, nested or not: same layout, same keys, same files, nobody more or less."""
    build, root, called, by = LAYOUTS[layout]
    everybody = [collect(form, limit_kb=64) for form in forms(tmp_path, build(CLASS), root)]
    wanted = sorted(pupil.source for pupil in CLASS)
    for found in everybody:
        assert called in found.layout
        assert sorted(sources(found).values()) == wanted
        assert {known(entry, by) for entry in found.entries} == {getattr(p, by) for p in CLASS}
        assert [entry.key for entry in found.entries] == [e.key for e in everybody[0].entries]
        assert sources(found) == sources(everybody[0])


def names():
    """Names as people have them, and as they make them."""
    scripts = st.characters(categories=("L", "M", "N", "Pd", "Pc", "Po", "So", "Zs"))
    usual = st.sampled_from("_- .'éßøł李明محمדנא🙂👩🏽\u200d0123")
    spelled = st.text(st.one_of(usual, scripts), min_size=1, max_size=12)
    special = st.sampled_from(
        (
            *("con", "NUL", "nn_1", "a_LATE", "x-1", "ada", "Ada", "Ada Lovelace", "Álvaro", "-"),
            *("Álvaro", "O'Brien-Smith_jr", "x" * 150, "名" * 50, "🙂", "a.b", "\u202eevil", "7"),
        )
    )
    return st.one_of(spelled, special).filter(fit)


def fit(name):
    """Whether a folder can have this name, and is not meant to be overlooked."""
    return (
        name == name.strip()
        and len(name.encode()) <= 180
        and not name.startswith((".", "~$"))
        and not any(one in name for one in "/\\:\0")
        and clean(name) != ""
        and folded(name) not in {"nn", "student", "src", "code", "submission", "solution", "hw"}
    )


def canvas_can_tell(name):
    """Whether Canvas's own name for it ends in no number after a line, as none of theirs should."""
    return not any(part.isdigit() for part in name.lower().split("_"))


@ALL
@settings(max_examples=8, deadline=None, database=None)
@given(drawn=st.lists(names(), min_size=2, max_size=5))
def test_nobody_is_lost_and_nobody_invented(layout, drawn):
    """Whatever people are called, also alike: each is there once, under one key in both forms."""
    build, root, called, by = LAYOUTS[layout]
    if by == "name":
        drawn = list(dict.fromkeys(drawn))  # the file system sees to that
    if layout == "canvas":
        drawn = [name for name in drawn if canvas_can_tell(name)]
    pupils = [
        Pupil(name, str(500 + at), f"{chr(97 + at)}-user", b"a = %d\n" % at)
        for at, name in enumerate(drawn)
    ]
    with tempfile.TemporaryDirectory() as folder:
        made = build(pupils)
        if len(pupils) < 2:
            return
        read = [
            collect(write(made, Path(folder, root)), limit_kb=64),
            collect(pack(made, Path(folder, "x.zip"), root), limit_kb=64),
        ]
    for found in read:
        assert called in found.layout
        assert sorted(sources(found).values()) == sorted(pupil.source for pupil in pupils)
        wanted = Counter(clean(getattr(pupil, by)) for pupil in pupils)
        assert Counter(known(entry, by) for entry in found.entries) == wanted
        keys = [entry.key for entry in found.entries]
        assert len({key.casefold() for key in keys}) == len(keys)
        assert all(key.isascii() and len(key) <= 80 and key.strip("-._") for key in keys)
        assert not any(one in key for one in "/\\: \0" for key in keys)
        assert found.entries == tuple(sorted(found.entries, key=lambda entry: entry.key))
    assert sources(read[0]) == sources(read[1])
