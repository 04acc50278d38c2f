"""Renders the page: a Report and its exhibits into one file that asks for nothing else."""

from functools import lru_cache

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined

from grader.exhibits.records import Exhibits
from grader.render.html.exhibition import album
from grader.render.html.view import view
from grader.render.seen import exhibited, seen
from grader.render.words import fitting
from grader.report import Report

ALLOWED = 2_000_000
"""Bytes: what a mail or a course's page takes without a murmur."""

TEMPLATE = "report.html.jinja"


def render(report: Report, exhibits: Exhibits | None = None) -> bytes:
    """The Report as UTF-8 HTML, as a student may see it.

    Args:
        report: the whole of it, hidden checks too.
        exhibits: likewise; None where there is nothing to look at.
    """
    shown, pictures = seen(report), exhibited(report, exhibits)
    drawn = album(pictures)
    file = pictures.source if pictures else b""
    template = _own().get_template(TEMPLATE)
    return fitting(
        lambda most: template.render(page=view(shown, file, drawn, most)).encode(), ALLOWED
    )


@lru_cache(maxsize=1)
def _own() -> Environment:
    """The environment of these pages, which keeps its compiled template: a class has many."""
    return environment()


def environment(loader: BaseLoader | None = None) -> Environment:
    """Jinja2 that escapes everything, and knows of no name that is not there."""
    return Environment(
        loader=loader or PackageLoader("grader.render.html", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
