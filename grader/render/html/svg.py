"""A Matplotlib figure as an element of the page: its colours are the page's, its text is text."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1d232b"
MUTED = "#59636f"
GRID = "#dfe3e8"
YOURS = "#b4500f"
RIGHT = "#1f5a94"
ABOVE, BELOW = "#e07016", "#2f7dc2"
"""Of cells: they are seen on white and on black alike."""

_VARIABLES = MappingProxyType(
    {INK: "--ink", MUTED: "--muted", GRID: "--line", YOURS: "--orange", RIGHT: "--blue"}
)
"""A picture is drawn in the light colours; the page's variables stand in for them, so that it is
dark where the page is dark."""

_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_FONT = re.compile(r"font-family:[^;]*;?\s*")
_LOCAL = re.compile(r"url\(#([^)]+)\)")
_SHORT = re.compile(r"(\d+\.\d{2})\d+")
_SETTINGS: Mapping[Any, Any] = MappingProxyType(
    {
        "svg.fonttype": "none",
        "font.size": 12.0,
        "axes.titlesize": 13.0,
        "xtick.labelsize": 11.0,
        "ytick.labelsize": 11.0,
        "axes.unicode_minus": False,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.8,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "grid.color": GRID,
        "savefig.transparent": True,
    }
)


_P = ParamSpec("_P")
_T = TypeVar("_T")


def styled(draw: Callable[_P, _T]) -> Callable[_P, _T]:
    """Draw in the page's style, whatever a matplotlibrc of the machine's says."""

    @wraps(draw)
    def in_style(*arguments: _P.args, **named: _P.kwargs) -> _T:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(_SETTINGS)
            return draw(*arguments, **named)

    return in_style


@dataclass(frozen=True, slots=True)
class Margins:
    """What is left free around the axes, in CSS pixels."""

    left: int = 0
    right: int = 0
    bottom: int = 0
    top: int = 0


def canvas(width: int, height: int, free: Margins) -> tuple[Figure, Axes]:
    """A figure, and its axes of this many CSS pixels; for functions that are styled."""
    whole = width + free.left + free.right, height + free.bottom + free.top
    figure = Figure(figsize=(whole[0] / 72, whole[1] / 72), dpi=72)
    axes = figure.add_axes(
        (free.left / whole[0], free.bottom / whole[1], width / whole[0], height / whole[1])
    )
    # Patches of the background would cover the page's own, whatever their colour.
    axes.patch.set_visible(False)
    figure.patch.set_visible(False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    return figure, axes


def element(figure: Figure, key: str, title: str, description: str) -> str:
    """The figure as an <svg> element for a page; the same bytes for the same figure.

    Args:
        figure: made by canvas.
        key: a word that no other picture of the page has; the identifiers in it begin so.
        title: what the picture is, in a few words.
        description: what is to be seen, for those who do not see it.
    """
    out = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with mpl.rc_context({"svg.hashsalt": key}):
        figure.savefig(out, format="svg", metadata=metadata)
    root = ET.fromstring(out.getvalue())  # noqa: S314  Matplotlib wrote it, of numbers alone
    width = root.get("viewBox", "").split()[2]
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    for child in list(root):
        if child.tag == f"{{{_SVG}}}metadata":
            root.remove(child)
    _tidy(root, key)
    labels = (("title", title), ("desc", description))
    for at, (tag, text) in enumerate(labels):
        label = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{key}-{tag}"})
        label.text = text
        root.insert(at, label)
    root.set("role", "img")
    root.set("aria-labelledby", f"{key}-title")
    root.set("aria-describedby", f"{key}-desc")
    root.set("style", f"max-width: {round(float(width))}px")
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return _coloured(ET.tostring(root, encoding="unicode"))


def _tidy(root: ET.Element, key: str) -> None:
    """Take away styles for the whole page, fonts, and identifiers that nothing refers to."""
    used = {node.get(_LINK, "")[1:] for node in root.iter()}
    for node in root.iter():
        used |= {match for value in node.attrib.values() for match in _LOCAL.findall(value)}
        for child in [child for child in node if child.tag == f"{{{_SVG}}}style"]:
            node.remove(child)
    for node in root.iter():
        name = node.attrib.pop("id", None)
        if name in used:
            node.set("id", f"{key}-{name}")
        if (node.get(_LINK) or "").startswith("#"):
            node.set(_LINK, f"#{key}-{node.attrib[_LINK][1:]}")
        for attribute, value in node.attrib.items():
            if attribute in {_LINK, "id"}:
                continue
            value = _LOCAL.sub(rf"url(#{key}-\1)", value)  # noqa: PLW2901  step by step
            node.set(attribute, _SHORT.sub(r"\1", _FONT.sub("", value)))
    root.set("stroke-linejoin", "round")


def _coloured(text: str) -> str:
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    return text
