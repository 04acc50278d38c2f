"""The result as JSON: what every outside tool reads, held to result.schema.json."""

import msgspec

from grader.report import Report


def render(report: Report) -> bytes:
    """The Report as UTF-8 JSON with a newline at the end: all of it, for the instructor."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
