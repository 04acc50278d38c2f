"""The pictures with their captions, and the same numbers as tables."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from grader.exhibits.records import Counts, Course, Exhibits, Gradient, Training
from grader.render.html import captions, pictures
from grader.render.words import plain


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers in words: a row begins with its heading."""

    summary: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One or more drawings that belong together, what is to be seen, and its numbers."""

    kind: str
    drawings: tuple[Markup, ...]
    caption: tuple[str, ...]
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures of the training; `note` says what had to be replaced in it."""

    note: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A gradient as maps of its numbers."""

    name: str
    drawings: tuple[Markup, ...]
    told: str


@dataclass(frozen=True, slots=True)
class Album:
    """All pictures; `heat_note` is said once of all maps of gradients."""

    gallery: Gallery | None = None
    heats: tuple[Heat, ...] = ()
    heat_note: str = ""


def album(exhibits: Exhibits | None) -> Album:
    """The pictures of these exhibits: those that may be seen."""
    if exhibits is None:
        return Album()
    return Album(
        gallery(exhibits.training) if exhibits.training else None,
        heats(exhibits.gradients),
        captions.maps(exhibits.gradients) if exhibits.gradients else "",
    )


def gallery(training: Training) -> Gallery:
    """All that there is to see of a training."""
    found = []
    if training.course:
        drawings = (
            pictures.losses(training.course),
            pictures.accuracies(training.course, training.threshold),
        )
        caption = captions.course(training.course)
        found.append(Picture("course", _markup(drawings), caption, _steps(training.course)))
    if training.confusion is not None:
        worst = captions.worst(training.confusion)
        found.append(
            Picture(
                "confusion",
                _markup([pictures.confusions(training.confusion, worst)]),
                captions.confusion(training.confusion),
                _read_as(training.confusion),
            )
        )
    if training.digits:
        caption = captions.digits(training.digits, training.confusion)
        found.append(Picture("digits", _markup([pictures.sheet(training.digits)]), caption))
    return Gallery(captions.replaced(training), tuple(found))


def heats(gradients: Sequence[Gradient]) -> tuple[Heat, ...]:
    """The gradients that are wrong."""
    return tuple(
        Heat(gradient.name, _markup(pictures.maps(gradient)), plain(gradient.told))
        for gradient in gradients
    )


def _markup(drawings: Sequence[str]) -> tuple[Markup, ...]:
    """<svg> elements that Matplotlib drew of numbers alone: they are markup, and nobody's text."""
    return tuple(Markup(drawing) for drawing in drawings)  # noqa: S704  see above


def _steps(course: Course) -> Table:
    right = {point.steps: point for point in course.reference}
    head = ["steps", "your loss", "your accuracy"]
    rows = []
    for point in course.student:
        row = [str(point.steps), f"{point.loss:.4f}", f"{point.accuracy:.1%}"]
        if right:
            beside = right.get(point.steps)
            row += [f"{beside.loss:.4f}", f"{beside.accuracy:.1%}"] if beside else ["", ""]
        rows.append(tuple(row))
    if right:
        head += ["reference's loss", "reference's accuracy"]
    return Table("The course in numbers", "The training, step by step", tuple(head), tuple(rows))


def _read_as(counts: Counts) -> Table:
    classes = np.arange(len(counts))
    return Table(
        "The confusions in numbers",
        "How many unseen images of each digit are read as each",
        ("is a", *(f"as {c}" for c in classes)),
        tuple((str(c), *(str(n) for n in counts[c])) for c in classes),
    )
