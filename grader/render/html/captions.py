"""The page's own sentences: what to begin with, and what is to be seen in a picture."""

from collections.abc import Iterator, Sequence

import numpy as np

from grader.assignment import METHODS
from grader.exhibits.records import Counts, Course, Digit, Gradient, Training
from grader.render.words import one_line
from grader.report import MethodStatus, Report

SAME = 0.02
"""Two losses are the same to the eye when they are as near, as a fraction."""

FULL = frozenset({MethodStatus.PASSED})


def headline(report: Report) -> str:
    """How much is right."""
    counted = [m for m in report.methods if m.max_points]
    right = [m for m in counted if m.status in FULL]
    if not counted:
        return ""
    if len(right) == len(counted):
        return "Everything that was looked at is right. Well done."
    return f"{len(right)} of {len(counted)} parts are right."


def built_on(name: str) -> str:
    """How much depends on a part, to say why it comes first; or nothing."""
    builders = sum(name in method.collaborators for method in METHODS.values())
    return f", which {builders} other parts build on" if builders > 1 else ""


def course(course: Course) -> tuple[str, ...]:
    """What is to be seen in the course of a training."""
    first, last = course.student[0], course.student[-1]
    said = [f"After {last.steps} steps your loss is {last.loss:.3g}; it began at {first.loss:.3g}."]
    if not course.reference:
        said.append(
            "Only the beginning and the end are shown: a training that takes minutes is not done "
            "once more for a picture."
        )
        return tuple(said)
    right = course.reference[-1]
    if abs(last.loss - right.loss) <= SAME * max(right.loss, first.loss * SAME):
        said.append("Your line lies on the reference's: the training goes as it should.")
    elif last.loss > right.loss:
        said.append(f"The reference gets down to {right.loss:.3g}: yours learns less in a step.")
    else:
        said.append(f"The reference gets down to {right.loss:.3g}: yours learns more in a step.")
    said.append(
        "Each of your points is a training of its own, from the same initial weights: the broad "
        "line is the reference's, the thin one with dots is yours."
    )
    return tuple(said)


def worst(counts: Counts) -> str:
    """The most frequent confusion."""
    wrong = counts * ~np.eye(len(counts), dtype=bool)
    if not wrong.any():
        return "None is confused with another."
    is_a, read_as = np.unravel_index(int(wrong.argmax()), wrong.shape)
    n = int(wrong.max())
    times = "once" if n == 1 else f"{n} times"
    return f"Most often, {times}, a {is_a} is read as {read_as}."


def confusion(counts: Counts) -> tuple[str, ...]:
    """What is to be seen in a table of confusions."""
    said = [
        "A row is what a digit is, a column what it is read as; the framed diagonal is right.",
        worst(counts),
    ]
    read_as = counts.sum(axis=0)
    if counts.sum() and read_as.max() > counts.sum() / 2:
        said.append(f"More than half of all are read as {int(read_as.argmax())}.")
    return tuple(said)


def digits(shown: Sequence[Digit], counts: Counts | None) -> tuple[str, ...]:
    """What is to be seen on a sheet of digits."""
    wrong = sum(digit.actual != digit.predicted for digit in shown)
    said = [f"{len(shown)} digits that the network has never seen."]
    if wrong:
        said.append(f"Framed are {wrong} that it reads wrongly: 3 → 5 is a 3 that is read as 5.")
    if counts is not None:
        total, right = int(counts.sum()), int(np.trace(counts))
        said.append(f"Of all {total}, {total - right} are read wrongly.")
    return tuple(said)


def maps(gradients: Sequence[Gradient]) -> str:
    """What is to be known of all maps of gradients."""
    said = (
        "Orange is above zero and blue below, the stronger the larger; below each map stands what "
        "full colour means. Whole rows that are off, whole columns, or the expected picture in "
        "another strength each point to another place in the formula."
    )
    called = tuple(dict.fromkeys(name for gradient in gradients for name in gradient.called))
    if not called:
        return said
    were = "was" if len(called) == 1 else "were"
    return f"{said} {_listed(called)} {were} made right for these maps."


def replaced(training: Training) -> str:
    """What had to be made right for a training, or nothing."""
    names = training.called
    if not names:
        return ""
    return (
        f"In this training {_listed(names)} {'was' if len(names) == 1 else 'were'} made right, so "
        "that the rest could show what it does. The pictures are of that training."
    )


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """What somebody needs who must defend the points, or grade the same file again."""
    info, at = report.submission, report.environment
    yield "File", one_line(info.path)
    if info.sha256:
        yield "SHA-256 of the file", info.sha256
        yield "Size of the file", f"{info.bytes} bytes"
    yield "Seed", str(report.seed)
    yield "Profile", one_line(report.profile)
    if report.training:
        yield "Images", f"{report.training.dataset}, {report.training.train_size} to train on"
    again = f"grader grade nn.py --seed {report.seed} --profile {one_line(report.profile)}"
    if report.training and report.training.dataset != "file":
        again += f" --data {one_line(report.training.dataset)}"
    yield "The same again", again
    yield "Time", f"{report.duration_s:.1f} s"
    yield "Sandbox", report.sandbox.level
    layers = {one_line(name): one_line(state) for name, state in report.sandbox.layers.items()}
    active = [name for name, state in layers.items() if state == "active"]
    if active:
        yield "Its layers", ", ".join(active)
    for name, state in layers.items():
        if name not in active:
            yield f"Without {name}", state
    yield "Grader", at.grader
    yield "Python, NumPy", f"{at.python}, {at.numpy}"
    yield "Machine", one_line(at.platform)


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
