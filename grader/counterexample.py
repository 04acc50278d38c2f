"""A failing case as a short program, to run beside nn.py with NumPy alone."""

import textwrap
from collections.abc import Iterator, Mapping
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from grader.assignment import CLASS, FUNCTIONS, METHODS
from grader.example import Example

MOST_NUMBERS = 150
"""A case of more numbers is too large to think through."""

MOST_LINES = 28
WIDTH = 100

_DRAWS = "show_predictions"
"""It needs more than NumPy, and what is wrong with it is not a number."""

_DIGITS = 6
"""Of the largest element that is expected; the comparison's own tolerance is a little above."""

_GLUE = "\N{NO-BREAK SPACE}"

_HOW = "Save beside your nn.py as example.py and run: python example.py"


def script(example: Example | None, *, helped: bool = False) -> str | None:
    """The program, or None where it would be too long or have nothing to show.

    It prints what comes out under "got:" and what should come out under "want:", and holds the
    contract's names and numbers alone, nothing of the submission's text.

    Args:
        example: the case.
        helped: it failed with what it calls made right, which a program beside nn.py cannot do.
    """
    if example is None or example.method == _DRAWS or not _is_showable(example):
        return None
    lines = list(_lines(example, helped=helped))
    if len(lines) > MOST_LINES or max(map(len, lines)) > WIDTH:
        return None
    return "\n".join(lines) + "\n"


def _is_showable(example: Example) -> bool:
    if example.shows and example.want is None:
        return False
    want = np.asarray(0.0 if example.want is None else example.want, np.float64)
    return bool(example.size + want.size <= MOST_NUMBERS and np.isfinite(want).all())


def _lines(example: Example, *, helped: bool) -> Iterator[str]:
    function = example.method in FUNCTIONS
    yield f'"""{_title(example)}'
    yield ""
    yield _HOW
    yield '"""'
    yield ""
    yield "import numpy as np"
    yield ""
    yield f"from nn import {example.method if function else CLASS}"
    yield ""
    if helped:
        yield "# Something that it calls is wrong as well: mend that first."
    if not function:
        yield from _network(example)
    given = example.calls[-1][1]
    arrays = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
    for name, value in arrays.items():
        yield from _assigned(name, value)
    if example.shows in arrays:
        yield f"want = {example.shows}.copy()"
    for at, (method, arguments) in enumerate(example.calls, 1):
        call = f"{method}({', '.join(_named(value, arrays) for value in arguments.values())})"
        is_result = at == len(example.calls) and example.shows == "result"
        yield f"{'result = ' if is_result else ''}{'' if function else 'net.'}{call}"
    if example.shows:
        yield from _printed(example)


def _title(example: Example) -> str:
    name, shows = example.method, example.shows
    if not shows:
        return f"{name} raises an exception."
    if shows in example.calls[-1][1]:
        return f"{name} changes its argument {shows}."
    wrong = "of a wrong shape" if example.of_shape else "wrong"
    what = f"result of {name}" if shows == "result" else f"{shows} after {name}"
    return f"The {what} is {wrong}."


def _network(example: Example) -> Iterator[str]:
    hidden, inputs = example.parameters["W1"].shape
    outputs = example.parameters["W2"].shape[0]
    yield f"net = {CLASS}({inputs}, {hidden}, {outputs}, {example.learning_rate!r})"
    read = {name for method, _ in example.calls for name in METHODS[method].reads}
    state = {**example.parameters, **example.gradients}
    for name, value in ((name, value) for name, value in state.items() if name in read):
        yield from _assigned(f"net.{name}", value)


def _named(value: object, arrays: Mapping[str, NDArray[np.generic]]) -> str:
    """An argument of a call: an array by its name, anything else as it is."""
    if not isinstance(value, np.ndarray):
        return repr(value)
    for name, known in arrays.items():
        # Before a question about X, other samples (-X) may go through the network.
        for sign, factor in (("", 1), ("-", -1)):
            if np.array_equal(value, np.multiply(factor, known)):
                return f"{sign}{name}"
    return _literal(value)


def _printed(example: Example) -> Iterator[str]:
    shows = example.shows
    is_argument = shows in example.calls[-1][1]
    got = shows if shows == "result" or is_argument else f"net.{shows}"
    if example.of_shape:
        yield f'print("got:", np.shape({got}), sep="\\n")'
        yield f'print("want:", {example.want!r}, sep="\\n")'
        return
    want = np.atleast_1d(np.asarray(example.want))
    largest = float(np.abs(want.astype(np.float64)).max(initial=0.0))
    decimals = max(0, _DIGITS - floor(log10(largest))) if largest else _DIGITS
    if not is_argument:
        yield from _assigned("want", want.round(decimals))
    yield f"np.set_printoptions(precision={decimals}, suppress=True)"
    yield f'print("got:", np.atleast_1d({got}), sep="\\n")'
    yield 'print("want:", want, sep="\\n")'


def _assigned(name: str, array: NDArray[np.generic]) -> list[str]:
    line = f"{name} = {_literal(array)}"
    by_rows = [part.replace(_GLUE, " ") for part in _wrapped(_glued(line))]
    return by_rows if max(map(len, by_rows)) <= WIDTH else _wrapped(line)


def _glued(line: str) -> str:
    """Rows that textwrap does not break."""
    return line.replace(", ", f",{_GLUE}").replace(f"],{_GLUE}[", "], [")


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _literal(array: NDArray[np.generic]) -> str:
    return f"np.array({array.tolist()!r})"
