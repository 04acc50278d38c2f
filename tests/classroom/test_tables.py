"""Tables are read as the csv module reads them, and changed in the cells that are named alone."""

import codecs
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.books import sheet

from grader.classroom import cells, tables
from grader.errors import UsageError

QUICK = settings(max_examples=40, deadline=None, database=None)

new = st.text(alphabet=" ,;\"'\r\n\tab=é王\u2028\ufeff", max_size=6)
# Whether a carriage return alone is quoted depends on the version of the csv module.
texts = st.text(alphabet=" ,;\"'\n\tab=é王\u2028\ufeff", max_size=6)
rows = st.lists(st.lists(texts, min_size=3, max_size=3), max_size=5)
dialects = st.tuples(
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(",;\t"),
)
encodings = st.sampled_from(
    [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", b"\xff\xfe")]
)


def made(body, dialect):
    """A CSV with three headings and this body, by the csv module."""
    quoting, end, separator = dialect
    buffer = io.StringIO(newline="")
    out = csv.writer(buffer, quoting=quoting, lineterminator=end, delimiter=separator)
    out.writerows([["id", "name", "grade"], *body])
    return buffer.getvalue()


@QUICK
@given(rows, dialects, encodings)
def test_what_is_not_changed_stays_byte_for_byte(body, dialect, encoding):
    """A sheet in which nothing is changed is the very sheet that was read."""
    codec, mark = encoding
    content = mark + made(body, dialect).encode(codec)
    assert tables.parse(content, "x").rewritten({}) == content


@QUICK
@given(rows, dialects, encodings, st.tuples(st.integers(0, 4), st.integers(0, 2), new))
def test_a_changed_cell_is_the_only_change(body, dialect, encoding, change):
    """Read again, a changed cell says what was written, and all others what they said."""
    codec, mark = encoding
    table = tables.parse(mark + made(body, dialect).encode(codec), "x")
    if not table.records:
        return
    at, column, text = change
    at %= len(table.records)
    changed = tables.parse(table.rewritten({(table.records[at].line, column): text}), "x")
    expected = [list(record.cells) for record in table.records]
    expected[at][column] = text
    kept = [line for line in expected if any(cell.strip() for cell in line)]
    assert [list(record.cells) for record in changed.records] == kept


def test_a_line_that_ends_early_is_filled_up():
    """Where a line has no cell in the column yet, the cells before it are added."""
    assert sheet("id,name,grade\n7\n").rewritten({(2, 2): "5"}) == b"id,name,grade\n7,,5\n"


def test_lines_without_anything_stay():
    """Empty lines, and lines of empty cells, stay where they were."""
    text = "\n,,\nid,name,grade\n\n7,a,\n,,\n\n8,b,\n \n"
    table = sheet(text)
    assert [record.line for record in table.records] == [5, 8]
    assert table.rewritten({(8, 2): "5"}).decode() == text.replace("8,b,", "8,b,5")


def test_what_is_written_is_quoted_where_it_must_be():
    """Quotes, separators and line breaks in a new cell are part of the cell."""
    changed = sheet("id,name\n7,a\n").rewritten({(2, 1): 'say "a, b"\nc'})
    assert changed == b'id,name\n7,"say ""a, b""\nc"\n'


def test_a_quote_in_the_middle_of_a_cell_is_text():
    """It passes through, in lines that are changed as well."""
    text = 'id,name,grade\n7,a"b,\n8,c,\n'
    assert sheet(text).rewritten({(3, 2): "5"}) == text.replace("8,c,", "8,c,5").encode()
    assert sheet(text).rewritten({(2, 2): "5"}) == text.replace("b,", "b,5").encode()


def test_a_cell_too_long_for_the_csv_module_is_told():
    """What the csv module cannot read is a usage error that names the line."""
    with pytest.raises(UsageError, match=r"sheet\.csv, line 2"):
        sheet("id,name\n7," + "x" * 200_000 + "\n")


def test_a_character_that_the_encoding_lacks_is_a_question_mark():
    """In a sheet in Windows-1252 our text loses what cannot be written; nothing else changes."""
    changed = sheet("name,grade\nJosé,\n", encoding="cp1252").rewritten({(2, 1): "王é"})
    assert changed == "name,grade\nJosé,?é\n".encode("cp1252")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\tx",
        "\rx",
        "  =1",
        "\u00a0@x",
        "\u200b=1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        '=HYPERLINK("x")',
    ],
)
def test_formulas_are_made_text(text):
    """What a spreadsheet would run begins with an apostrophe, and can be told back."""
    assert cells.neutral(text) == f"'{text}"
    assert cells.written(text).startswith("'") or text[0] in "\t\r"
    assert cells.restored(cells.neutral(text)) == text.strip()


@pytest.mark.parametrize("text", ["", "Jane", "5-1", "'Abd", "a=b", "😀 -1", "Ünal"])
def test_ordinary_text_is_left(text):
    """What is no formula stays as it is, an apostrophe of its own as well."""
    assert cells.neutral(text) == text
    assert cells.restored(text) == text


@QUICK
@given(st.text())
def test_written_text_is_one_bounded_line_in_utf8(text):
    """Whatever a name is, its cell is a line that can be encoded, bounded, and no formula."""
    cell = cells.written(text, 40)
    assert len(cell) <= 41
    assert cell.encode().decode() == cell
    assert not set(cell) & set("\r\n\t\0\x1b\u202e")
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (100, "100"), (94.67, "94.67"), (2.5, "2.5"), (12345.678, "12345.68")],
)
def test_numbers_are_plain(value, text):
    """Two decimals at most, none that say nothing, and a comma where one is wanted."""
    assert cells.number(value) == text
    assert cells.number(value, comma=True) == text.replace(".", ",")
