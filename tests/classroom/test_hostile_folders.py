"""What strangers put into folders and archives stops nobody else and leads nowhere."""

import os
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from support.classes import packed, write

from grader.classroom.layouts import collect, disk, gradescope, zipped
from grader.classroom.layouts.tree import UnreadableError
from grader.errors import UsageError

GOOD = {"bob/nn.py": b"bob = 1\n", "cem/nn.py": b"cem = 1\n"}


def read(path):
    """The entries by key, and what was unread."""
    found = collect(path, limit_kb=64)
    return {entry.key: entry for entry in found.entries}, dict(found.unread)


def class_zip(tmp_path, made=(), **options):
    """A .zip of bob, cem and more."""
    path = tmp_path / "class.zip"
    path.write_bytes(packed(GOOD | dict(made), **options))
    return path


def only_others_are_read(entries, key="ada"):
    """The problem of one, after a look at all others."""
    assert entries["bob"].submission.source == b"bob = 1\n"
    assert entries["cem"].submission.source == b"cem = 1\n"
    assert entries[key].submission is None
    return entries[key].problem


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_file_without_end_is_not_read_to_its_end(form, tmp_path):
    """20 MB of zeros cost far less memory than that, and are refused by the limit's name."""
    made = {"ada/nn.py": bytes(20 << 20)}
    path = class_zip(tmp_path, made, compression=zipfile.ZIP_DEFLATED)
    if form == "folder":
        path = write(GOOD | made, tmp_path / "class")
    del made
    tracemalloc.start()
    entries, _ = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "larger than 64 kB" in only_others_are_read(entries)
    assert peak < 5 << 20


def test_a_size_that_is_a_lie(tmp_path):
    """A member that says it is small, and is not, is damaged, and its file alone is unread."""
    path = class_zip(tmp_path, {"ada/nn.py": bytes(1 << 20)}, compression=zipfile.ZIP_DEFLATED)
    raw = path.read_bytes()
    true = struct.pack("<L", 1 << 20)
    assert raw.count(true) == 2
    path.write_bytes(raw.replace(true, struct.pack("<L", 100)))
    assert "damaged" in only_others_are_read(read(path)[0])


def test_an_archive_in_an_archive_that_expands(tmp_path):
    """A .zip in the .zip that would expand by more than two hundred times is not opened."""
    bomb = packed({"nn.py": bytes(8 << 20)}, compression=zipfile.ZIP_STORED)
    path = class_zip(tmp_path, {"ada.zip": bomb}, compression=zipfile.ZIP_DEFLATED)
    assert "expand to 8 MB" in only_others_are_read(read(path)[0])


def test_too_many_members(tmp_path, monkeypatch):
    """An archive of one student's may have so many members; the class has its own limit."""
    monkeypatch.setattr(zipped, "MOST_OF_ONE", 300)
    many = {f"data/{at}": b"" for at in range(301)}
    made = GOOD | {"ada.zip": packed(many | {"nn.py": b""}), "eve.zip": packed({"nn.py": b"1\n"})}
    entries, _ = read(write(made, tmp_path / "class"))
    assert "302 files" in only_others_are_read(entries)
    assert entries["eve"].submission.source == b"1\n"


def test_a_table_of_contents_without_end_is_not_read(tmp_path):
    """What says that its table of contents is huge is refused before that is read."""
    path = tmp_path / "x.zip"
    path.write_bytes(packed({"x" * 300 + f"{at}.py": b"" for at in range(10)}))
    with (
        path.open("rb") as stream,
        pytest.raises(UnreadableError, match="contents is too long"),
        zipped.archive(stream, "x", "x", most=20),
    ):
        pass


def test_names_that_lead_out(tmp_path):
    """Absolute names and names with .. are nobody's, listed with why, and replace nothing."""
    evil = {
        "../../bob/nn.py": b"1",
        "ada/../bob/nn.py": b"2",
        "/bob/nn.py": b"3",
        "C:/bob/nn.py": b"4",
        "/".join(["deep"] * 40) + "/nn.py": b"5",
    }
    entries, unread = read(class_zip(tmp_path, evil))
    assert {key: entry.submission.source for key, entry in entries.items()} == {
        "bob": b"bob = 1\n",
        "cem": b"cem = 1\n",
    }
    assert len(unread) == len(evil)
    assert sum("leads out" in why for why in unread.values()) == 4


def test_thousands_of_names_that_lead_out_are_told_in_short(tmp_path):
    """However many there are, the list of what was not read stays one that somebody may read."""
    _, unread = read(class_zip(tmp_path, {f"../{at}": b"" for at in range(2000)}))
    assert len(unread) <= 60
    assert any("1950 more" in why for why in unread.values())


def test_links_in_archives(tmp_path):
    """A link in a .zip is not followed."""
    path = class_zip(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("ada/nn.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "link" in only_others_are_read(read(path)[0])


def test_encrypted_members(tmp_path):
    """An encrypted file is told to be so."""
    path = class_zip(tmp_path, {"ada/nn.py": b"ada = 1\n"})
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"ada/nn.py"))
    raw[at + 8] |= 1
    path.write_bytes(raw)
    assert "encrypted" in only_others_are_read(read(path)[0])


def test_unusual_packing(tmp_path):
    """Methods of which no piece can be read alone are refused."""
    path = class_zip(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ada/nn.py", b"ada = 1\n", zipfile.ZIP_BZIP2)
    assert "unusual" in only_others_are_read(read(path)[0])


def test_damage_costs_one_file(tmp_path):
    """A byte that was flipped in one member leaves the others readable."""
    path = class_zip(tmp_path, {"ada/nn.py": b"ada = 1\n"})
    path.write_bytes(path.read_bytes().replace(b"ada = 1\n", b"ada = 2\n"))
    assert "damaged" in only_others_are_read(read(path)[0])


@pytest.mark.parametrize("content", [b"", b"no zip", packed({"nn.py": b"a = 1\n" * 99})[:-40]])
def test_archives_of_students_that_are_none(content, tmp_path):
    """A student's .zip that is cut off, empty or something else is that student's problem alone."""
    entries, _ = read(write(GOOD | {"ada.zip": content}, tmp_path / "class"))
    assert "no .zip" in only_others_are_read(entries)


def test_the_class_archive_is_damaged(tmp_path):
    """A class that cannot be opened at all is a usage error that says so."""
    path = class_zip(tmp_path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(UsageError, match=r"class\.zip: it is no \.zip that can be read"):
        read(path)


def test_of_two_members_with_one_name_the_last_counts(tmp_path):
    """As it would after unpacking."""
    path = class_zip(tmp_path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("bob/nn.py", b"bob = 2\n")
    entries, _ = read(path)
    assert entries["bob"].submission.source == b"bob = 2\n"


@pytest.mark.parametrize("target", ["/etc/passwd", "../bob/nn.py", "nowhere", "nn.py"])
def test_links_of_the_disk(target, tmp_path):
    """A link is not followed: not out of the folder, and not to what another has handed in."""
    root = write(GOOD, tmp_path / "class")
    (root / "ada").mkdir()
    (root / "ada" / "nn.py").symlink_to(target)
    assert "link" in only_others_are_read(read(root)[0])


@pytest.mark.parametrize("target", ["bob", "/", "ada"])
def test_folders_that_are_links(target, tmp_path):
    """Nor is a folder that is one; it is told, under its name."""
    root = write(GOOD, tmp_path / "class")
    (root / "ada").symlink_to(target)
    entries, unread = read(root)
    if target == "ada":  # it leads to itself, and is not even a folder
        assert any("ada" in where for where in unread)
    else:
        assert "link" in only_others_are_read(entries)


def test_pipes_do_not_hang(tmp_path):
    """A FIFO called nn.py is no regular file, and is not waited for."""
    root = write(GOOD, tmp_path / "class")
    (root / "ada").mkdir()
    os.mkfifo(root / "ada" / "nn.py")
    assert "no regular file" in only_others_are_read(read(root)[0])


def test_a_pipe_that_takes_the_place_of_a_file(tmp_path):
    """What was a file when it was listed, and is a FIFO when it is opened, does not hang either."""
    os.mkfifo(tmp_path / "nn.py")
    with pytest.raises(UnreadableError, match="no regular"), disk.opened(str(tmp_path / "nn.py")):
        pass


def test_a_link_that_takes_the_place_of_a_file(tmp_path):
    """What was a file when it was listed, and is a link when it is opened, is not followed."""
    (tmp_path / "other.py").write_bytes(b"x = 1\n")
    (tmp_path / "nn.py").symlink_to("other.py")
    with pytest.raises(OSError, match="link"), disk.opened(str(tmp_path / "nn.py")):
        pass


def test_folders_without_permission(tmp_path, monkeypatch):
    """A folder that may not be listed is its owner's problem, in the system's words."""
    root = write(GOOD | {"ada/nn.py": b""}, tmp_path / "class")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("ada"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(disk.os, "scandir", refuse)  # root may list everything
    assert "Permission denied" in only_others_are_read(read(root)[0])


def test_deep_folders(tmp_path):
    """A file under a hundred folders is not looked for, and that is said."""
    deep = "/".join(["d"] * 100)
    entries, _ = read(write(GOOD | {f"ada/{deep}/nn.py": b""}, tmp_path / "class"))
    assert "folders" in only_others_are_read(entries)


def test_names_that_are_no_text(tmp_path):
    """Bytes that are no UTF-8, line breaks and escapes are shown as escapes, and keyed."""
    root = write(GOOD, tmp_path / "class")
    for name in (b"\xff\xfe", b"a\nb\x1b[31m"):
        (root / os.fsdecode(name)).mkdir()
    entries, _ = read(root)
    assert len(entries) == 4
    told = repr(entries)
    assert "\\\\xff" in told or "\\\\udcff" in told
    for entry in entries.values():
        assert entry.key.isprintable()
        assert all(person.name.isprintable() for person in entry.people)


@pytest.mark.parametrize(
    "name", ["__MACOSX/bob/._nn.py", ".DS_Store", "bob/.DS_Store", "bob/._nn.py", "Thumbs.db"]
)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_droppings_are_no_news(name, form, tmp_path):
    """What file managers leave behind is neither graded nor listed."""
    made = GOOD | {name: b"\0", "desktop.ini": b""}
    path = write(made, tmp_path / "class")
    if form == "zip":
        path = class_zip(tmp_path, made)
    entries, unread = read(path)
    assert set(entries) == {"bob", "cem"}
    assert not unread
    assert not any(entry.note for entry in entries.values())


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Jürgen".encode("cp437"), "Jürgen"),  # Windows
        ("Jürgen".encode(), "Jürgen"),  # macOS, which does not say that it is UTF-8
        ("王".encode(), "王"),
    ],
)
def test_names_in_the_ways_of_old_archives(written, name, tmp_path):
    """Names without a word on their encoding are UTF-8 where they can be, and else CP437."""
    stand_in = b"Q" * len(written)
    path = class_zip(tmp_path, {f"{stand_in.decode()}/nn.py": b"1\n"})
    path.write_bytes(path.read_bytes().replace(stand_in, written))
    found = collect(path, limit_kb=64)
    assert name in {person.name for entry in found.entries for person in entry.people}


def test_names_in_an_extra_field(tmp_path):
    """The Unicode name that some programs add beside the raw one counts."""
    name = "Łukasz/nn.py".encode()
    member = zipfile.ZipInfo("_ukasz/nn.py")
    body = struct.pack("<BL", 1, zlib.crc32(b"_ukasz/nn.py")) + name
    member.extra = struct.pack("<HH", 0x7075, len(body)) + body
    path = class_zip(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(member, b"1\n")
    found = collect(path, limit_kb=64)
    assert "Łukasz" in {person.name for entry in found.entries for person in entry.people}


def test_backslashes_of_old_programs_for_windows(tmp_path):
    """A member that was packed under DOS has folders between backslashes."""
    member = zipfile.ZipInfo("ada\\nn.py")
    member.create_system = 0
    path = class_zip(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(member, b"1\n")
    assert read(path)[0]["ada"].submission.source == b"1\n"


BOMB = (
    b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [*%c,*%c,*%c,*%c]\n" % (c, c, *[c - 1] * 4) for c in range(98, 120))
    + b"submission_1: *w\n"
)
MERGES = b"a: &a {x: 1}\n" + b"".join(
    b"%c: &%c {<<: [*%c, *%c]}\n" % (c, c, c - 1, c - 1) for c in range(98, 122)
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB, None),
        (MERGES, None),
        (b"&a [*a]", "does not list"),
        (b"submission_1: &a {:submitters: [*a], :history: *a}", None),
        (b"[" * 100_000, "it is n"),  # "nested", or "no YAML" where libyaml says so itself
        (b"- " * 100_000, "it is n"),
        (b"? " * 100_000, "it is n"),
        (b"submission_1: !!python/object/apply:os.system [touch x]\n", None),
        (b"\xff\xfe\x00", "no YAML"),
        (b"just text", "does not list"),
        (b"[1, 2]", "does not list"),
        (b"a: b: c", "no YAML"),
        (b"", "does not list"),
    ],
)
def test_hostile_metadata(text, why, tmp_path):
    """Metadata that expands, nests, makes objects or is none costs names, and no submission."""
    made = {"submission_1/nn.py": b"1\n", "submission_2/nn.py": b"2\n"}
    root = write(made | {"submission_metadata.yml": text}, tmp_path / "assignment_1_export")
    found = collect(root, limit_kb=64)
    read_ones = {entry.submission.source for entry in found.entries if entry.submission}
    assert read_ones == {b"1\n", b"2\n"}
    assert not (tmp_path / "x").exists()
    if why:
        assert any(why in told for _, told in found.unread)


def test_metadata_that_is_too_large(tmp_path, monkeypatch):
    """It is not parsed at all."""
    monkeypatch.setattr(gradescope, "_MOST_BYTES", 1000)
    text = b"# " + b"x" * 1000
    made = {"submission_1/nn.py": b"1\n", "submission_metadata.yml": text}
    found = collect(write(made, tmp_path / "x"), limit_kb=64)
    assert "larger than" in found.unread[0][1]
    assert found.entries[0].submission
