"""A Report as a student may see it: what is hidden has left no trace but its points.

A grading in which something is hidden tells on it in more places than its finding: in the totals
of its method, in the accuracy of the training, in another check's message that repeats it, in the
reason why nothing was graded. All of that is taken away here and nowhere else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from grader.assignment import GRADED, TRAINING
from grader.exhibits.records import Exhibits
from grader.report import Finding, MethodResult, MethodStatus, Report, Status, Visibility

FAULT = "a fault of the grader or of its rubric, not of the submission; the instructor can see it"
"""Why nothing was graded, where the true reason may name a hidden check."""

LEFT_OUT = "(a check that is not shown)"

_NAMES_CHECKS = re.compile(r"::|visibility")


def seen(report: Report) -> Report:
    """The Report of the visible checks alone.

    What was not graded keeps its reason only. Otherwise score and methods are those of the visible
    checks, and `reason` says how many points the others are for.
    """
    hidden = [finding for finding in report.checks if not _visible(finding)]
    if not report.graded:
        # Without checks it was the rubric that was refused, and it may speak of any of them.
        secret = hidden or (not report.checks and _NAMES_CHECKS.search(report.reason or ""))
        reason = FAULT if secret else report.reason
        return msgspec.structs.replace(report, reason=reason, methods=(), checks=(), training=None)
    if not hidden:
        return report
    shown = _without_traces([finding for finding in report.checks if _visible(finding)], hidden)
    methods = tuple(_methods(report.methods, shown, {finding.method for finding in hidden}))
    withheld = round(report.max_score - sum(method.max_points for method in methods), 2)
    return msgspec.structs.replace(
        report,
        score=round(sum(method.points for method in methods), 2),
        methods=methods,
        checks=tuple(shown),
        training=None if any(f.method == TRAINING for f in hidden) else report.training,
        reason="; ".join(filter(None, [report.reason, _note(withheld)])),
    )


def exhibited(report: Report, exhibits: Exhibits | None) -> Exhibits | None:
    """The exhibits that a student may see.

    Of the training where each of its checks is shown; of a gradient where its own check is. Neither
    where a part had to be made right for it that seems right by what is shown.

    Args:
        report: the whole Report.
        exhibits: all of them.
    """
    if exhibits is None or not report.graded:
        return None
    hidden = {f.method for f in report.checks if not _visible(f)}
    visible = {f.id for f in report.checks if _visible(f)}
    blamed = {f.method for f in report.checks if _visible(f) and f.status is not Status.PASSED}
    training = exhibits.training
    if training and (TRAINING in hidden or hidden & set(training.made_right) - blamed):
        training = None
    gradients = tuple(
        gradient
        for gradient in exhibits.gradients
        if gradient.check in visible and not hidden & set(gradient.made_right) - blamed
    )
    return replace(exhibits, training=training, gradients=gradients)


def out_of(report: Report) -> float:
    """What the checks of this Report are worth together: all, less what is not shown."""
    if not report.graded:
        return report.max_score
    return round(sum(method.max_points for method in report.methods), 2)


def _visible(finding: Finding) -> bool:
    return finding.visibility is Visibility.VISIBLE


def _note(withheld: float) -> str:
    if withheld <= 0:
        return "some checks are not shown here"
    points = "1 point is" if withheld == 1 else f"{withheld:g} points are"
    return f"{points} for checks that are not shown here"


def _methods(
    methods: Iterable[MethodResult], shown: Sequence[Finding], touched: set[str]
) -> Iterable[MethodResult]:
    """The methods, as their visible checks alone make them."""
    for method in methods:
        findings = [finding for finding in shown if finding.method == method.name]
        if method.name not in touched:
            yield method
        elif findings:
            yield MethodResult(
                name=method.name,
                status=method.status
                if method.status is MethodStatus.SKIPPED
                else _status(findings),
                points=round(sum(finding.points for finding in findings), 2),
                max_points=round(sum(finding.max_points for finding in findings), 2),
                # It may be a hidden check that was judged so.
                own_merit=False,
            )


def _status(findings: Sequence[Finding]) -> MethodStatus:
    counted = [finding for finding in findings if finding.max_points] or findings
    statuses = {finding.status for finding in counted}
    if statuses == {Status.PASSED}:
        return MethodStatus.PASSED
    if statuses == {Status.MISSING}:
        return MethodStatus.MISSING
    return MethodStatus.PARTIAL if Status.PASSED in statuses else MethodStatus.FAILED


def _without_traces(shown: Sequence[Finding], hidden: Sequence[Finding]) -> list[Finding]:
    """The visible findings, where none repeats or blames what only hidden checks have shown."""
    known = {finding.message for finding in shown}
    secrets = sorted(
        {text for f in hidden for text in (f.id, f.title, f.message) if text} - known,
        key=len,
        reverse=True,
    )
    failing = {f.method for f in shown if f.status is not Status.PASSED}
    blamed = {f.method for f in hidden if f.status is not Status.PASSED} - failing
    # A diagnosis is of a whole method: of what its hidden checks have seen, too.
    partly = {f.method for f in hidden}
    return [
        _clean(
            msgspec.structs.replace(finding, diagnosis=None)
            if finding.method in partly
            else finding,
            secrets,
            blamed & set(GRADED),
        )
        for finding in shown
    ]


def _clean(finding: Finding, secrets: Iterable[str], blamed: Iterable[str]) -> Finding:
    message = finding.message
    if (finding.status is Status.PASSED or "had to be stopped before" in message) and any(
        re.search(rf"\b{re.escape(name)}\b", message) for name in set(blamed) - {finding.method}
    ):
        message = ""  # it says that another method, which seems right, is not
    diagnosis = finding.diagnosis
    for secret in secrets:
        message = message.replace(secret, LEFT_OUT)
        if diagnosis and secret in diagnosis.hint:
            hint = diagnosis.hint.replace(secret, LEFT_OUT)
            diagnosis = msgspec.structs.replace(diagnosis, hint=hint)
    return msgspec.structs.replace(finding, message=message, diagnosis=diagnosis)
