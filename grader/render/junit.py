"""The result as JUnit XML: a test case a check, its points as properties."""

from datetime import datetime
from xml.etree import ElementTree as ET

from grader.render.seen import out_of, seen
from grader.render.words import case, lost, note, plain, refusal, told
from grader.report import Finding, Report, Status

SUITE = "nn-grader"


def render(report: Report, now: datetime) -> bytes:
    """The Report as UTF-8 XML, as a student may see it.

    A fault of the submission is a <failure>; an <error> is ours, and says that nothing was graded.

    Args:
        report: the result.
        now: when it was made, in UTC.
    """
    shown = seen(report)
    failed = sum(_fails(finding) for finding in shown.checks)
    skipped = sum(finding.status is Status.SKIPPED for finding in shown.checks)
    counts = {
        "tests": str(len(shown.checks) or 1),
        "failures": str(failed),
        "errors": str(int(not shown.graded)),
        "skipped": str(skipped),
        "time": f"{shown.duration_s:.3f}",
    }
    root = ET.Element("testsuites", {"name": SUITE, **counts})
    about = {"timestamp": f"{now:%Y-%m-%dT%H:%M:%S}", "hostname": "localhost"}
    suite = ET.SubElement(root, "testsuite", {"name": SUITE, **counts, **about})
    _properties(suite, score=f"{shown.score:g}", max_score=f"{out_of(shown):g}")
    if not shown.checks:
        place = {"classname": "submission", "name": "grading", "time": "0.000"}
        test = ET.SubElement(suite, "testcase", place)
        if not shown.graded:
            ET.SubElement(test, "error", {"message": refusal(shown), "type": "not_graded"})
    for finding in shown.checks:
        _case(suite, finding)
    if note(shown) and shown.graded:
        ET.SubElement(suite, "system-out").text = note(shown)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _case(suite: ET.Element, finding: Finding) -> None:
    test = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": finding.method,
            "name": plain(finding.title),
            "time": f"{finding.duration_s:.3f}",
        },
    )
    _properties(test, points=f"{finding.points:g}", max_points=f"{finding.max_points:g}")
    message = plain(finding.message)
    if finding.status is Status.SKIPPED:
        ET.SubElement(test, "skipped", {"message": message})
    elif _fails(finding):
        failure = ET.SubElement(test, "failure", {"message": message, "type": str(finding.status)})
        failure.text = "\n\n".join(filter(None, [told(finding), case(finding)]))
    elif finding.message:
        ET.SubElement(test, "system-out").text = message


def _fails(finding: Finding) -> bool:
    return lost(finding) and finding.status is not Status.SKIPPED


def _properties(parent: ET.Element, **values: str) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", {"name": name, "value": value})
