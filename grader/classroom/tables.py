"""Tables as people hand them to us: any CSV is read, and a few cells changed with the rest kept."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.classroom import columns
from grader.classroom.cells import clean
from grader.classroom.records import Person
from grader.errors import UsageError
from grader.submission import printable

MOST_BYTES = 64 * 2**20
"""More than any class; whoever names a video by mistake is told so at once."""

SEPARATORS = (",", ";", "\t", "|")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAYS_SEPARATOR = re.compile(r"sep=(.)\r?\n?")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAVE = "save it as CSV (UTF-8)"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Record:
    """A line of a table; it is several lines of the file where a cell holds a line break.

    Attributes:
        line: the number, from 1, of its first line in the file.
        cells: what its cells say.
        raw: how it stands in the file, with its line end.
    """

    line: int
    cells: tuple[str, ...]
    raw: str

    def cell(self, column: int) -> str:
        """What stands in the column; nothing where the line ends before."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file with headings.

    Attributes:
        name: of the file, for messages.
        headings: of its columns.
        records: the lines below the headings that hold anything.
        before: the file up to and with its headings.
        notes: what should be known about how it was read.
    """

    name: str
    headings: tuple[str, ...]
    records: tuple[Record, ...]
    before: str
    separator: str
    codec: str
    mark: bytes
    blanks: Mapping[int, str]
    notes: tuple[str, ...] = ()

    def person(self, record: Record) -> Person:
        """Whom the line is about, as far as its cells say."""
        return columns.person(self.headings, record.cells)

    def rewritten(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file with these cells changed, and every other byte of it as it was.

        A character that the file's encoding does not have becomes a question mark.

        Args:
            changes: new cells, by the line of their record and their column.

        Raises:
            UsageError: a line to be changed is quoted in a way that cannot be kept.
        """
        by_line: dict[int, dict[int, str]] = {}
        for (line, column), text in changes.items():
            by_line.setdefault(line, {})[column] = text
        parts = [self.before]
        for number, record in enumerate(self.records):
            parts.append(self.blanks.get(number, ""))
            parts.append(self._changed(record, by_line.get(record.line, {})))
        parts.append(self.blanks.get(len(self.records), ""))
        return self.mark + "".join(parts).encode(self.codec)

    def _changed(self, record: Record, new: Mapping[int, str]) -> str:
        if not new:
            return record.raw
        raw = list(_raw_cells(record.raw, self.separator))
        if tuple(map(_unquoted, raw)) != record.cells:
            raise UsageError(
                f"{self.name}, line {record.line}: its quotes stand where they cannot be kept; "
                f"export the file anew and do not edit it before"
            )
        end = record.raw[len(self.separator.join(raw)) :]
        raw += [""] * (max(new) + 1 - len(raw))
        for column, text in new.items():
            fitting = text.encode(self.codec, "replace").decode(self.codec)
            raw[column] = _quoted(fitting, self.separator, always=raw[column].startswith('"'))
        return self.separator.join(raw) + end


def read(path: Path) -> Table:
    """Read the table at `path`.

    Raises:
        UsageError: it cannot be read, or is no table; the message says where and what to do.
    """
    name = printable(path)
    try:
        if not path.is_file():
            raise UsageError(f"there is no file {name}; check the name and the folder")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}") from None
    return parse(content, name)


def parse(content: bytes, name: str) -> Table:
    """The table in these bytes.

    Separators may be commas, semicolons, tabs or bars; the encoding UTF-8, UTF-16, or else
    Windows-1252, and then a note says so.

    Args:
        content: of the file.
        name: what messages call it.

    Raises:
        UsageError: as for read.
    """
    text, codec, mark, notes = _decoded(content, name)
    said = _SAYS_SEPARATOR.match(text)
    start = said.end() if said else 0
    separator = said.group(1) if said else _separator(text)
    records: list[Record] = []
    blanks: dict[int, str] = {}
    head: Record | None = None
    before = text[:start]
    for record in _records(text[start:], separator, name, 2 if said else 1):
        empty = not any(cell.strip() for cell in record.cells)
        if head is None:
            before += record.raw
            head = None if empty else record
        elif empty:
            blanks[len(records)] = blanks.get(len(records), "") + record.raw
        else:
            records.append(record)
    if head is None:
        raise UsageError(f"{name} is empty; its first line must name the columns")
    headings = tuple(cell.strip() for cell in head.cells)
    for record in records:
        if any(cell.strip() for cell in record.cells[len(headings) :]):
            raise UsageError(
                f"{name}, line {record.line}: it has {len(record.cells)} cells, and the headings "
                f"are {len(headings)}; a {_SEPARATED[separator]} within a cell needs quotes around "
                f"the cell"
            )
    return Table(
        name, headings, tuple(records), before, separator, codec, mark, blanks, tuple(notes)
    )


def listed(headings: tuple[str, ...]) -> str:
    """The headings, for a message that says what was found."""
    shown = [f"«{clean(heading, 40)}»" for heading in headings if heading]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more or "none"


class _Separated(dict[str, str]):
    def __missing__(self, separator: str) -> str:
        return f"«{separator}»"


_SEPARATED = _Separated({",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"})


def _decoded(content: bytes, name: str) -> tuple[str, str, bytes, list[str]]:
    if len(content) > MOST_BYTES:
        raise UsageError(f"{name} is larger than {MOST_BYTES // 2**20} MB; is it the right file?")
    if content.startswith(_SPREADSHEETS):
        raise UsageError(f"{name} is a spreadsheet or an archive; open it and {_SAVE}")
    mark, codec = next(((m, c) for m, c in _MARKS if content.startswith(m)), (b"", ""))
    body = content[len(mark) :]
    notes: list[str] = []
    try:
        codec = codec or _without_mark(body)
        if codec == "cp1252":
            notes.append(
                f"{name} is not UTF-8; it was read as Windows-1252. "
                f"If names look wrong, {_SAVE} and try again"
            )
        return body.decode(codec), codec, mark, notes
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise UsageError(
            f"{name}, line {line}: this is not text in UTF-8, UTF-16 or Windows-1252; {_SAVE}"
        ) from None


def _without_mark(body: bytes) -> str:
    zeros = body.count(0)
    if zeros * 4 > len(body):  # every second byte of what is mostly Latin
        return "utf-16-le" if body[1::2].count(0) * 2 > zeros else "utf-16-be"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(text: str) -> str:
    """The separator with which most headings are known, and of those there are most."""
    first = next((line for line in io.StringIO(text, newline="") if line.strip()), "")

    def worth(separator: str) -> tuple[int, int]:
        try:
            headings = next(csv.reader([first], delimiter=separator), [])
        except csv.Error:  # it will be told when the whole is read
            return 0, 0
        return columns.recognised(headings), len(headings)

    return max(SEPARATORS, key=worth)  # the first of equals


def _records(text: str, separator: str, name: str, line: int) -> Iterator[Record]:
    consumed: list[str] = []

    def lines() -> Iterator[str]:
        for piece in io.StringIO(text, newline=""):
            consumed.append(piece)
            yield piece

    reader = csv.reader(lines(), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(
                f"{name}, line {line}: a cell that begins here is not quoted as CSV is ({error}); "
                f"close its quotes, or {_SAVE} anew"
            ) from None
        yield Record(line, tuple(cells), "".join(consumed))
        line += len(consumed)
        consumed.clear()


def _raw_cells(raw: str, separator: str) -> Iterator[str]:
    """The cells of a record as they stand in the file, quotes and all, without the line end."""
    mark = re.escape(separator)
    cell = re.compile(rf'"(?:[^"]|"")*"(?=[\r\n{mark}]|\Z)|[^\r\n{mark}]*')
    at = 0
    while True:
        found = cell.match(raw, at)
        if found is None:  # the second way to be a cell takes nothing as well
            return
        yield found.group()
        at = found.end()
        if raw[at : at + 1] != separator:
            return
        at += 1


def _unquoted(raw: str) -> str:
    quoted = len(raw) > 1 and raw.startswith('"') and raw.endswith('"')
    return raw[1:-1].replace('""', '"') if quoted else raw


def _quoted(text: str, separator: str, *, always: bool) -> str:
    if always or any(c in text for c in (separator, '"', "\r", "\n")) or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
