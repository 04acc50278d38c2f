"""What a Report says, in plain text that may stand anywhere, and which findings say it together."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from grader.report import (
    Finding,
    MethodResult,
    MethodStatus,
    Report,
    Status,
    TrainingResult,
    Visibility,
)

MOST = 2000
"""Characters of one text. A message has a few hundred; what is longer is not read."""

UNLISTED = frozenset({Status.MISSING, Status.PASSED})
"""Where a list of titles says nothing: all of them fail alike, or none does."""

_UNUSUAL = re.compile(r"[^\n\t -~]")
_COMMAND = re.compile(r"^([ \t]*):(?=:)", re.MULTILINE)


def plain(text: str, most: int = MOST) -> str:
    r"""Text that is safe to show: cut at `most`, and what cannot be seen is written as \x1b.

    No line of it is a command to the log of a CI runner, which obeys `::` at the beginning of a
    line, after white space too, and `##[` anywhere.
    """
    text = _UNUSUAL.sub(_shown, text[: most + 1].replace("\r\n", "\n"))
    text = _COMMAND.sub(r"\1: ", text).replace("##[", "## [")
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _shown(match: re.Match[str]) -> str:
    character = match.group()
    if unicodedata.category(character)[0] != "C" and character not in "\u2028\u2029":
        return character
    return character.encode("unicode_escape").decode("ascii")


def one_line(text: str, most: int = MOST) -> str:
    """Like plain, with every run of white space made one space."""
    return " ".join(plain(text, most).split())


def lost(finding: Finding) -> bool:
    """Whether the check did not pass, and that matters to somebody."""
    left_out = finding.status is Status.SKIPPED and not finding.max_points
    return finding.status is not Status.PASSED and not left_out


def told(finding: Finding, most: int = MOST) -> str:
    """The message, and which mistake it probably is."""
    return "\n".join(filter(None, [plain(finding.message, most), likely(finding, most)]))


def all_told(findings: Sequence[Finding], most: int = MOST) -> str:
    """What several findings say, each thing once: all messages, then the likely mistakes."""
    messages = (plain(finding.message, most) for finding in findings)
    hints = (likely(finding, most) for finding in findings)
    return "\n".join(dict.fromkeys(filter(None, (*messages, *hints))))


def likely(finding: Finding, most: int = MOST) -> str:
    """Which mistake it probably is, unless the message has said so."""
    if finding.diagnosis is None or finding.diagnosis.hint in finding.message:
        return ""
    return f"Likely: {plain(finding.diagnosis.hint, most)}"


def case(finding: Finding, most: int = MOST) -> str:
    """The small program that shows the fault; nothing, rather than a part of it."""
    program = (finding.counterexample or "").rstrip()
    room = 2 * most  # thirty lines of a hundred characters find a place
    return plain(program, room) if len(program) <= room else ""


def refusal(report: Report, most: int = MOST) -> str:
    """Why nothing was graded."""
    return f"not graded: {one_line(report.reason or 'for no known reason', most)}"


def verdict(method: MethodResult) -> str:
    """How a method fared."""
    if method.status is MethodStatus.SKIPPED:
        return "left out, as is allowed"
    if method.own_merit:
        return f"{method.status}, with what it calls made right"
    return str(method.status)


def trained(training: TrainingResult | None) -> str:
    """How the training went, or nothing where it did not."""
    if training is None or training.test_accuracy is None:
        return ""
    return (
        f"Training on {training.train_size} images of {training.dataset}, {training.iters} steps: "
        f"{training.test_accuracy:.1%} of unseen images (threshold {training.threshold:.1%})"
    )


def note(report: Report, most: int = MOST) -> str:
    """What a reader should know of a graded result, or nothing."""
    return f"Note: {one_line(report.reason, most)}" if report.reason else ""


def number(points: float) -> float:
    """The points, whole where they are."""
    return int(points) if points == int(points) else points


def by_method(checks: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """The visible findings that have something to say, in order."""
    grouped: dict[str, list[Finding]] = {}
    loads = next((f for f in checks if f.method == "submission"), None)
    if loads and loads.status is not Status.PASSED and loads.visibility is Visibility.VISIBLE:
        return [(loads.method, [loads])]  # all others fail for this one reason
    for finding in checks:
        silent = finding.status is Status.PASSED and not finding.message
        if not silent and finding.visibility is Visibility.VISIBLE:
            grouped.setdefault(finding.method, []).append(finding)
    return list(grouped.items())


def by_message(findings: Iterable[Finding]) -> list[tuple[str, list[str]]]:
    """Checks with the same message share it; beside each title stands what it cost."""
    grouped: dict[str, list[str]] = {}
    for finding in findings:
        cost = f"  (0 of {finding.max_points:g})" if finding.max_points else ""
        grouped.setdefault(finding.message, []).append(f"{finding.title}{cost}")
    return list(grouped.items())


def fitting(render: Callable[[int], bytes], bytes_allowed: int) -> bytes:
    """The rendering with the longest texts that is not larger than is allowed.

    Args:
        render: renders with every text cut at so many characters.
        bytes_allowed: how large it may be; the shortest is taken if none is small enough.
    """
    content = b""
    for most in (MOST, MOST // 4, MOST // 20):
        content = render(most)
        if len(content) <= bytes_allowed:
            break
    return content
