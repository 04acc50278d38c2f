"""A page, taken apart: its elements and its text, and what no page of ours may hold."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "wbr", "br", "hr", "img", "input"}
SCRIPTS = {"script", "iframe", "object", "embed", "form", "input", "base", "img", "video", "audio"}
ADDRESSES = {"href", "src", "srcset", "xlink:href", "action", "data", "poster", "background"}


@dataclass(eq=False)
class Element:
    """One element; `text` is that of itself and of all within."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def within(self, tag):
        """All elements of this tag in it."""
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.within(tag)


class Page(HTMLParser):
    """A page as a tree; it must be closed and nested as it should."""

    def __init__(self, content):
        """Parse the bytes of a page."""
        super().__init__()
        self.root = Element("", {})
        self.all = []
        self._at = self.root
        self.feed(content.decode("utf-8"))
        self.close()
        assert self._at is self.root, f"<{self._at.tag}> is never closed"

    def handle_starttag(self, tag, attrs):
        """Go into an element."""
        element = Element(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.children.append(element)
        self.all.append(element)
        if tag not in VOID:
            self._at = element

    def handle_startendtag(self, tag, attrs):
        """An element of SVG without content."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        """Go out of an element."""
        assert self._at.tag == tag, f"</{tag}> ends <{self._at.tag}>"
        self._at = self._at.parent

    def handle_data(self, data):
        """Text belongs to all around it."""
        element = self._at
        while element is not None:
            element.text += data
            element = element.parent

    def named(self, tag):
        """All elements of this tag, in order."""
        return [element for element in self.all if element.tag == tag]


def assert_harmless(page):
    """Nothing runs, nothing is loaded, nothing leads away from the page."""
    for element in page.all:
        assert element.tag not in SCRIPTS, f"<{element.tag}>"
        for name, value in element.attributes.items():
            assert not name.startswith("on"), f"{name}={value}"
            if name in ADDRESSES:
                assert value.startswith(("#", "data:image/png;base64,")) or value == "data:,", value
            assert "url(" not in value.replace("url(#", ""), value
