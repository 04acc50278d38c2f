"""Whole Reports made by hand: perfect, in part, with hidden checks, hostile, not graded."""

from pathlib import Path

import msgspec

from grader import rubric
from grader.assemble import not_graded
from grader.assignment import GRADED
from grader.report import (
    SCHEMA,
    Diagnosis,
    Environment,
    Finding,
    MethodResult,
    MethodStatus,
    Report,
    SandboxState,
    Status,
    SubmissionInfo,
    TrainingResult,
    Visibility,
)

POINTS = {name: rubric.load().points.get(name, 0) for name in GRADED}

HOSTILE = (
    "<script>alert(1)</script> & ]]> ![x](http://evil.example/x.png) www.evil.example "
    "*b* _i_ __bb__ `c`\n"
    "::error file=x::gotcha\n  ::stop-commands::t\n##[error]old style\n| a | b |\n|---|---|\n"
    "# heading\n===\n- item\n1. one\n1) one\n    code\n> quote\n~~~\n```\n[link](javascript:x)\n"
    "\x00\x1b[31mred\x1b[0m \x08\x7f\x85\u2028::warning::x\r::error::carriage \ud800 \uffff\ufffe "
    "\u202eright to left %0A::error::percent <https://evil.example> \\ a\\*b"
)


def finding(method, number=1, status=Status.PASSED, *, worth=0.0, **more):
    """A check; it is called after its method and number."""
    base = Finding(
        id=f"{method}::check{number}",
        method=method,
        title=f"Claim {number} about {method} holds.",
        status=status,
        points=worth if status is Status.PASSED else 0.0,
        max_points=worth,
        visibility=Visibility.VISIBLE,
        message="" if status is Status.PASSED else f"{method} is wrong in case {number}.",
        diagnosis=None,
        counterexample=None,
        duration_s=0.25,
    )
    return msgspec.structs.replace(base, **more)


def status_of(findings):
    """A method's status, by its checks."""
    statuses = {f.status for f in findings}
    if statuses == {Status.PASSED}:
        return MethodStatus.PASSED
    return MethodStatus.PARTIAL if Status.PASSED in statuses else MethodStatus.FAILED


def report(checks, **more):
    """A graded Report of these checks; a method that has none gets one that passed."""
    have = {f.method for f in checks}
    checks = [*checks, *(finding(n, worth=float(p)) for n, p in POINTS.items() if n not in have)]
    mine = {name: [f for f in checks if f.method == name] for name in POINTS}
    methods = (
        MethodResult(
            name=name,
            status=status_of(found),
            points=round(sum(f.points for f in found), 2),
            max_points=float(POINTS[name]),
            own_merit=False,
        )
        for name, found in mine.items()
    )
    made = bare(
        (finding("submission"), *checks),
        methods,
        score=round(sum(f.points for f in checks), 2),
        training=TrainingResult("digits", 500, 40, 0.8125, 0.7),
    )
    return msgspec.structs.replace(made, **more)


def bare(checks, methods, **more):
    """A graded Report of these checks and methods, and of no others."""
    base = Report(
        schema=SCHEMA,
        status="graded",
        reason=None,
        submission=SubmissionInfo("student/nn.py", "0" * 64, 2048),
        score=0.0,
        max_score=100,
        seed=7,
        profile="quick",
        duration_s=3.5,
        methods=tuple(methods),
        checks=tuple(checks),
        training=None,
        sandbox=SandboxState("full", {"seccomp": "active"}),
        environment=Environment("3.12", "2.1", "Linux x86_64", "0.1"),
    )
    return msgspec.structs.replace(base, **more)


def perfect():
    """Everything is right."""
    return report([])


def partial():
    """One method half right, with a diagnosis and a program; another right by its own merit."""
    made = report(
        [
            finding("softmax", 1, worth=2.67),
            finding("softmax", 2, Status.FAILED, worth=2.67),
            finding(
                "softmax",
                3,
                Status.RAISED,
                worth=2.66,
                diagnosis=Diagnosis("axis", "The sum runs over the wrong axis of softmax."),
                counterexample="import numpy as np\n\nprint('``` fence')\n",
            ),
            finding("one_hot", 1, Status.SKIPPED, message="Left out, as the assignment allows."),
            finding("forward_propagation", worth=15.0, message="Right; what fails is softmax."),
        ],
        reason="MNIST is not there; these are the embedded digits",
    )
    changed = {
        "one_hot": {"status": MethodStatus.SKIPPED, "max_points": 0.0},
        "forward_propagation": {"own_merit": True},
        "backward_propagation": {"points": 30.0, "max_points": 30.0},
    }
    methods = (msgspec.structs.replace(m, **changed.get(m.name, {})) for m in made.methods)
    return msgspec.structs.replace(made, methods=tuple(methods), score=94.67)


SECRETS = tuple(
    f"zq{word}qz"
    for word in (
        *("idword", "titleword", "messageword", "hintword", "misconception", "programword"),
        *("dueid", "duetitle", "duemessage", "trainingid", "trainingtitle", "trainingmessage"),
    )
)
"""Words that only hidden checks hold: one a field."""


def hidden():
    """Three hidden checks: one of a method, one that is shown later, and the training's."""
    s = SECRETS
    return report(
        [
            finding("softmax", 1, worth=4.0),
            finding(
                "softmax",
                2,
                Status.TIMED_OUT,
                worth=3.0,
                id=f"softmax::{s[0]}",
                title=f"A title with {s[1]}.",
                message=f"softmax took {s[2]} long",
                diagnosis=Diagnosis(s[4], f"A hint with {s[3]} about softmax."),
                counterexample=f"print('{s[5]}')\n",
                visibility=Visibility.HIDDEN,
            ),
            finding(
                "softmax",
                3,
                Status.TIMED_OUT,
                worth=1.0,
                message=f"Not called again: in an earlier check, softmax took {s[2]} long",
                diagnosis=Diagnosis("x", f"As softmax took {s[2]} long, it may loop."),
            ),
            finding(
                "one_hot",
                1,
                Status.FAILED,
                worth=5.0,
                id=f"one_hot::{s[6]}",
                title=f"A title with {s[7]}.",
                message=f"one_hot gave {s[8]}",
                visibility=Visibility.AFTER_DUE_DATE,
            ),
            finding(
                "backward_propagation",
                worth=25.0,
                message="It is right; what fails is one_hot, which it calls.",
            ),
            finding(
                "training",
                1,
                worth=10.0,
                id=f"training::{s[9]}",
                title=f"A title with {s[10]}.",
                message=f"It learns {s[11]}.",
                visibility=Visibility.AFTER_PUBLISHED,
            ),
        ]
    )


def hidden_fault():
    """A hidden check broke, and the reason says which."""
    base = hidden()
    return msgspec.structs.replace(
        base,
        status="not_graded",
        score=0.0,
        reason=f"a fault of the grader: the check {base.checks[2].id} broke: {SECRETS[2]}",
    )


def all_hidden():
    """A rubric that shows nothing."""
    base = partial()
    checks = (msgspec.structs.replace(f, visibility=Visibility.HIDDEN) for f in base.checks)
    return msgspec.structs.replace(base, checks=tuple(checks))


def hostile(size=1):
    """Every text that comes from a student's file or path is an attack; `size` times over."""
    text = HOSTILE * size
    checks = [
        finding(
            name,
            number,
            Status.RAISED,
            worth=points / 4,
            message=f"{text}{name}{number}",
            diagnosis=Diagnosis("x", f"{text} hint of {name}{number}"),
            counterexample=f"{text}\n",
            title=f"{text} title {number}",
        )
        for name, points in POINTS.items()
        for number in range(4)
    ]
    path = "::error,a:b=%\n::c\x1b[0m<b>.py"
    return report(checks, submission=SubmissionInfo(path, "0" * 64, 10), reason=f"note {text}")


def refused(reason="the worker could not be run: no memory"):
    """Nothing was graded."""
    made = not_graded(reason, Path("student/nn.py"), 7, "quick", 1.0)
    return msgspec.structs.replace(made, duration_s=1.5)


REPORTS = {
    "perfect": perfect,
    "partial": partial,
    "hidden": hidden,
    "hidden fault": hidden_fault,
    "all hidden": all_hidden,
    "hostile": hostile,
    "64 kB": lambda: hostile(120),
    "not graded": refused,
    "not graded, hostile": lambda: refused(HOSTILE),
}
