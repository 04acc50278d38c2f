"""The terminal: what a person reads, at 80 columns, in a pipe, in ASCII, and read aloud."""

import io

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console
from support.reports import bare, finding, partial, perfect, report

from grader.render.terminal import render
from grader.report import MethodResult, MethodStatus, Status

SOURCE = b"def softmax(Z):\n    return Z\n\n\nclass NN:\n    def one_hot(self, y):\n        pass\n"


def printed(made, *, terminal=False, encoding="utf-8", source=SOURCE):
    """What is printed of a Report."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict")
    console = Console(file=file, width=80, force_terminal=terminal, color_system=None)
    render(made, console, source=source)
    file.flush()
    return file.buffer.getvalue().decode(encoding)


def with_points(points, most, *, own_merit=True):
    """A Report of one method with so many points."""
    status = MethodStatus.PARTIAL if points else MethodStatus.FAILED
    status = MethodStatus.PASSED if points == most else status
    return bare([], [MethodResult("backward_propagation", status, points, most, own_merit)])


@pytest.mark.parametrize("made", [perfect(), partial(), with_points(25, 25), with_points(14, 25)])
def test_eighty_columns(made, monkeypatch):
    """On a terminal of 80 columns no line is longer, and a row of the summary is one line."""
    monkeypatch.setenv("TERM", "xterm")
    text = printed(made, terminal=True)
    assert all(cell_len(line) <= 80 for line in text.splitlines())
    rows = [line for line in text.splitlines() if " / " in line and "Score" not in line]
    shown = [m for m in made.methods if m.max_points or m.status is MethodStatus.SKIPPED]
    assert len(rows) == len(shown)


@pytest.mark.parametrize(
    ("points", "bar"),
    [(0, "......"), (0.5, "#....."), (12, "###..."), (24.9, "#####."), (25, "######")],
)
def test_bars(points, bar, monkeypatch):
    """A bar is empty only for no points, and full only for all; in ASCII where there is no more."""
    monkeypatch.setenv("TERM", "xterm")
    text = printed(with_points(points, 25), terminal=True, encoding="ascii")
    assert f" {bar} " in text


def test_no_bar_in_a_pipe(monkeypatch):
    """In a pipe, and where TERM is dumb (to be read aloud), there are numbers and words only."""
    monkeypatch.setenv("TERM", "xterm")
    assert "━" in printed(partial(), terminal=True)
    piped = printed(partial())
    monkeypatch.setenv("TERM", "dumb")
    for text in (piped, printed(partial(), terminal=True)):
        assert not {"━", "╌", "\x1b"} & set(text)


def test_headings():
    """A method that has something to say is named with its points and its line, where known."""
    text = printed(partial())
    assert f"softmax  ({points_of(partial(), 'softmax')}, line 1)\n" in text
    assert f"softmax  ({points_of(partial(), 'softmax')})\n" in printed(partial(), source=b"")


def points_of(made, name):
    """A method's points, as a heading tells them."""
    method = next(method for method in made.methods if method.name == name)
    return f"{method.points:g} of {method.max_points:g} points"


def test_a_shared_cause_is_told_once():
    """Methods that fail for one reason stand above it; many of them in one line."""
    names = ("softmax", "one_hot", "get_accuracy", "update_params")
    for many in (names[:2], names):
        made = report(
            [finding(n, status=Status.MISSING, worth=4.0, message="Not there yet.") for n in many]
        )
        text = printed(made)
        assert text.count("Not there yet.") == 1
        assert (", ".join(many) in text) == (len(many) > 3)
        assert all(name in text for name in many)


def test_how_to_see_it_fail():
    """The last thing before the summary is how to get the small cases, and how to run one."""
    text = printed(partial())
    assert "grader grade student/nn.py --examples student\n" in text
    assert "then: python student/softmax.py\n" in text
    spaced = msgspec.structs.replace(
        partial(), submission=msgspec.structs.replace(partial().submission, path="my work/nn.py")
    )
    assert "grader grade 'my work/nn.py' --examples 'my work'\n" in printed(spaced)
    assert "--examples" not in printed(perfect())
