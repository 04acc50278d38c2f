"""YAML as text, lists and mappings, whatever it says.

Made from the parser's events one by one. PyYAML's own loaders turn an id such as 0123 into a
number, refuse what Ruby writes as an object, expand merges without end, and die of nesting.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from grader.classroom.layouts.tree import UnreadableError

_DEEPEST = 32
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(slots=True)
class _Open:
    """A list or a mapping that is not closed yet, and the key whose value comes next."""

    made: list[object] | dict[str, object]
    key: object = None
    waits: bool = False

    def add(self, value: object) -> None:
        if isinstance(self.made, list):
            self.made.append(value)
        elif not self.waits:
            self.key, self.waits = value, True
        else:
            if isinstance(self.key, str):
                self.made[self.key] = value
            self.waits = False


def load(raw: bytes) -> object:
    """The first document: str, list and dict with keys of str; an alias is what it stands for.

    Raises:
        UnreadableError: it is no YAML, or nested too deep.
    """
    documents: list[object] = []
    path = [_Open(documents)]
    anchors: dict[str | None, object] = {}
    try:
        for event in yaml.parse(raw, Loader=_Loader):
            if isinstance(event, yaml.CollectionEndEvent):
                path.pop()
            elif isinstance(event, yaml.NodeEvent):
                value = _value(event, anchors)
                path[-1].add(value)
                if isinstance(event, yaml.CollectionStartEvent):
                    path.append(_Open(value))
            if len(path) > _DEEPEST:
                raise UnreadableError("it is nested too deep")
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UnreadableError("it is no YAML that can be read") from None
    return documents[0] if documents else None


def _value(event: yaml.NodeEvent, anchors: dict[str | None, object]) -> Any:  # noqa: ANN401  a container's own type
    """What begins with an event; a list or a mapping is still empty."""
    value: object = None
    match event:
        case yaml.AliasEvent():
            return anchors.get(event.anchor)
        case yaml.ScalarEvent():
            value = event.value
        case yaml.SequenceStartEvent():
            value = []
        case yaml.MappingStartEvent():
            value = {}
    if event.anchor:
        anchors[event.anchor] = value
    return value
