"""A made-up class: as many students as are wanted, with typical mistakes, the same every time."""

import random

import msgspec
from support.reports import HOSTILE, POINTS, finding, report

from grader.classroom.gradebook import Row, RowStatus
from grader.classroom.records import Person
from grader.report import Diagnosis, MethodStatus, Status, Visibility

HINTS = {
    "softmax": ("axis", "The sum runs over the wrong axis of softmax."),
    "backward_propagation": ("m-times", "dW1 is m times too large: it is a sum, not a mean."),
    "one_hot": ("short", "The table is only as tall as the largest label."),
}
FIRST = ("Ada", "Élodie", "王小明", "محمد", "Zoë", "Søren", "Nina", "Ivo")
LAST = ("Adams", "Åberg", "O'Brien", "Öztürk", "Young", "Zimmer", "Meyer", "Li")


def checks_of(method, wrong, hint):
    """Three checks of a method, of which some fail; the last one is hidden."""
    worth = round(POINTS[method] / 3, 2)
    made = []
    for at in range(3):
        bad = at < wrong
        diagnosis = Diagnosis(*HINTS[method]) if bad and hint and method in HINTS else None
        made.append(
            finding(
                method,
                at + 1,
                Status.FAILED if bad else Status.PASSED,
                worth=worth if at < 2 else round(POINTS[method] - 2 * worth, 2),
                diagnosis=diagnosis,
                visibility=Visibility.HIDDEN if at == 2 else Visibility.VISIBLE,
            )
        )
    return made


def member(at, dice):
    """One student's Report, by the dice."""
    talent = dice.random()
    found = []
    for method, points in POINTS.items():
        if points:
            wrong = sum(dice.random() > talent + 0.25 for _ in range(3))
            found += checks_of(method, wrong, dice.random() < 0.7)
    made = report(found, duration_s=round(2 + 8 * dice.random(), 2))
    methods = tuple(
        msgspec.structs.replace(m, status=MethodStatus.PASSED)
        if m.max_points and abs(m.points - m.max_points) < 0.05
        else m
        for m in made.methods
    )
    info = msgspec.structs.replace(made.submission, bytes=4000 + at, sha256=f"{at:064x}")
    return msgspec.structs.replace(made, methods=methods, submission=info)


def row(name, made, **more):
    """A graded person's row."""
    key = more.pop("key", name)
    return Row(Person(name=name), key=key, report=made, status=RowStatus.GRADED, **more)


def book(size, seed=1):
    """Rows of so many students; every twentieth has handed nothing in."""
    dice = random.Random(seed)  # noqa: S311  no secret
    rows = []
    for at in range(size):
        name = f"{dice.choice(FIRST)} {dice.choice(LAST)} {at:04d}"
        made = member(at, dice)
        if at % 20 == 19:
            rows.append(Row(Person(name=name)))
        else:
            rows.append(row(name, made, key=f"s{at:04d}"))
    return tuple(rows)


def hostile_row():
    """Somebody whose name, diagnosis and note look like markup."""
    diagnosis = Diagnosis("<i>id</i>", HOSTILE)
    check = finding("softmax", 1, Status.TIMED_OUT, worth=8.0, diagnosis=diagnosis, title=HOSTILE)
    made = report([check], reason=HOSTILE)
    return row("<img src=x onerror=alert(3)> \u202eeve", made, key="eve")
