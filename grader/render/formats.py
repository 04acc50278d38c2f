"""The formats, one row each: the name of the option, and who renders it.

To add one: a module in this folder, a row here, and the option of `grader grade` in cli/grade.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from grader.exhibits.records import Exhibits
from grader.render import (
    classroom50,
    github,
    gradescope,
    json,
    junit,
    markdown,
    prairielearn,
)
from grader.report import Report


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a format may ask for beside the Report.

    Attributes:
        environment: the environment variables.
        now: the time, in UTC.
        exhibits: what there is to look at, hidden checks' too; None where none were gathered.
    """

    environment: Mapping[str, str]
    now: datetime
    exhibits: Exhibits | None = None


Renderer = Callable[[Report, Surroundings], bytes]


def _html(report: Report, at: Surroundings) -> bytes:
    from grader.render.html import page  # noqa: PLC0415  Jinja2 and Matplotlib, for a page alone

    return page.render(report, at.exhibits)


FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {
        "json": lambda report, _: json.render(report),
        "html": _html,
        "markdown": lambda report, _: markdown.render(report),
        "junit": lambda report, at: junit.render(report, at.now),
        "gradescope": lambda report, _: gradescope.render(report),
        "github": lambda report, _: github.render(report),
        "classroom50": lambda report, at: classroom50.render(report, at.environment, at.now),
        "prairielearn": lambda report, _: prairielearn.render(report),
    }
)
"""All but json and gradescope are for students, and show the visible checks alone."""
