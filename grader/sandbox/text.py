"""Text from the student's process, made fit to show."""

import re
import unicodedata

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_CONTROL = re.compile(r"[^\n\t -~]")


def _shown(match: re.Match[str]) -> str:
    character = match.group()
    return "" if unicodedata.category(character).startswith("C") else character


def clean(text: str, limit: int) -> str:
    """Drop escape sequences, control, format and half characters; cut at limit characters."""
    # Twice the limit is enough to look at: what is dropped is rarely half of it.
    shown = _CONTROL.sub(_shown, _ESCAPE.sub("", text[: 2 * limit].replace("\r\n", "\n")))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def one_line(text: str, limit: int) -> str:
    """Like clean, with every run of white space made one space."""
    return " ".join(clean(text, limit).split())
