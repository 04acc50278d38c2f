"""Each format is what its readers expect, whatever the Report holds."""

import json
from datetime import UTC, datetime
from importlib import resources
from xml.etree import ElementTree as ET

import jsonschema
import msgspec
import pytest
import xmlschema
from markdown_it import MarkdownIt
from support.files import REFERENCE
from support.reports import HOSTILE, REPORTS, finding, hostile, partial, perfect, refused, report

from grader.cli import app
from grader.errors import UsageError
from grader.render import classroom50, github, gradescope, markdown, prairielearn
from grader.render.formats import FORMATS
from grader.report import Report, Status

SCHEMATIC = ("junit", "gradescope", "github", "classroom50", "prairielearn")


@pytest.mark.parametrize("which", REPORTS)
@pytest.mark.parametrize("name", SCHEMATIC)
def test_schema(name, which, rendered, hold):
    """Every format keeps to its schema for every kind of Report."""
    hold(name, rendered(name, REPORTS[which]()))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("gradescope", b'"passed"', b'"skipped"'),
        ("gradescope", b'"execution_time"', b'"executionTime"'),
        ("github", b'"version": 3', b'"version": 1'),
        ("github", b'"score": 0', b'"score": "0"'),
        ("classroom50", b'"max-score": 8', b'"max-score": 8.5'),
        ("classroom50", b"submit/", b"hand-in/"),
        ("prairielearn", b'"score": 0.9467', b'"score": 94.67'),
        ("prairielearn", b'"gradable"', b'"gradeable"'),
    ],
)
def test_the_schemas_refuse(name, old, new, rendered, hold):
    """The schemas can fail: one word changed is enough."""
    content = rendered(name, partial())
    assert old in content
    with pytest.raises(jsonschema.ValidationError):
        hold(name, content.replace(old, new))


@pytest.mark.parametrize(("old", "new"), [(b"hostname", b"host"), (b"<failure", b"<failed")])
def test_the_xsd_refuses(old, new, rendered, hold):
    """So can the XSD: an attribute or an element that it does not know."""
    content = rendered("junit", partial()).replace(b"</failure", b"</" + new[1:])
    with pytest.raises((xmlschema.XMLSchemaException, ET.ParseError)):
        hold("junit", content.replace(old, new))


@pytest.mark.slow
def test_a_real_grading(grade_text, rendered, hold):
    """A file with two mistakes, really graded: every format keeps to its schema and tells them."""
    text = REFERENCE.replace("np.maximum(0, Z)", "np.abs(Z)")
    graded = grade_text(text.replace("E.sum(axis=0, keepdims=True)", "E.sum()"))
    assert graded.graded
    assert graded.score < 100
    for name in SCHEMATIC:
        content = rendered(name, graded)
        hold(name, content)
        assert b"softmax" in content
    assert b"Likely: " in rendered("markdown", graded)


def test_json_is_the_whole_report(rendered):
    """--json holds everything, hidden checks too, and reads back as the same Report."""
    for which in ("perfect", "partial", "hidden"):
        made = REPORTS[which]()
        assert msgspec.json.decode(rendered("json", made), type=Report) == made
    schema = resources.files("grader").joinpath("result.schema.json").read_text("utf-8")
    jsonschema.validate(json.loads(rendered("json", perfect())), json.loads(schema))


def test_each_format_is_an_option():
    """`grader grade` has an option for every row of the table."""
    command = next(c for c in app.registered_commands if c.name == "grade")
    assert set(FORMATS) <= set(command.callback.__annotations__)


@pytest.mark.parametrize("name", FORMATS)
def test_not_graded(name, rendered):
    """A result that is no verdict says so, with the reason, and gives nobody points."""
    content = rendered(name, refused("no memory left")).decode()
    assert "no memory left" in content
    assert "not graded" in content or "not_graded" in content
    if name == "github":
        told = json.loads(content)
        assert (told["status"], [t["status"] for t in told["tests"]]) == ("error", ["error"])
    if name == "prairielearn":
        assert json.loads(content)["gradable"] is False
    if name == "junit":
        assert ET.fromstring(content).find(".//error") is not None  # noqa: S314  our own
    if name in {"gradescope", "github", "classroom50", "prairielearn"}:
        told = json.loads(content)
        assert not told.get("score")
        assert not sum(test["score"] for test in told["tests"])


@pytest.mark.parametrize("name", [*SCHEMATIC, "markdown"])
def test_what_went_wrong_is_told(name, rendered):
    """Message and likely mistake are in every format that has a place for words."""
    content = rendered(name, partial()).decode()
    if name == "classroom50":  # which has none
        return
    assert "softmax is wrong in case 2" in content
    assert "Likely: The sum runs over the wrong axis" in content
    if name != "github":  # whose output has 500 characters
        assert "import numpy as np" in content


def test_points_are_the_reports(rendered):
    """Totals are the Report's own, to the hundredth; points are whole where they are."""
    made = partial()
    told = json.loads(rendered("gradescope", made))
    assert told["score"] == 94.67
    github = json.loads(rendered("github", made))
    assert round(sum(test["score"] for test in github["tests"]), 2) == 94.67
    assert github["max_score"] == 100
    assert '"score": 15,' in rendered("github", made).decode()
    assert json.loads(rendered("prairielearn", made))["score"] == 0.9467
    suite = ET.fromstring(rendered("junit", made)).find("testsuite")  # noqa: S314  our own
    assert suite.find("properties/property[@name='score']").get("value") == "94.67"
    assert suite.get("failures") == "2"
    assert suite.get("skipped") == "1"


def whole(made, environment):
    """What classroom50 is told."""
    return json.loads(classroom50.render(made, environment, datetime(2026, 6, 2, tzinfo=UTC)))


def test_classroom50_rounds_honestly(environment):
    """Whole points: the sums agree, no row exceeds what it can be, only a full method is full."""
    told = whole(partial(), environment)
    assert (told["score"], told["max-score"]) == (95, 100)
    rows = {test["test-name"]: test for test in told["tests"]}
    assert rows["softmax"] == {
        "test-name": "softmax",
        "passed": False,
        "score": 3,
        "max-score": 8,
    }
    nearly = report([finding("ReLU", worth=3.9), finding("ReLU", 2, Status.FAILED, worth=0.1)])
    told = whole(nearly, environment)
    assert (told["score"], told["max-score"]) == (99, 100)
    assert whole(perfect(), environment)["score"] == 100
    assert all(test["passed"] for test in whole(perfect(), environment)["tests"])


def test_classroom50_dates_by_the_tag(environment):
    """A regrade changes graded_at; when it was handed in stands in the tag."""
    told = whole(perfect(), environment)
    assert told["datetime"] == "2026-06-01T14:32:05Z"
    assert told["graded_at"] == "2026-06-02T00:00:00Z"
    told = whole(perfect(), {**environment, "SUBMISSION_TAG": "submit/7"})
    assert told["datetime"] == told["graded_at"]


def test_classroom50_names_what_is_missing(environment):
    """Without its runner's environment it is a usage error that names every missing variable."""
    with pytest.raises(UsageError, match="CLASSROOM, OWNER, RELEASE_URL"):
        whole(perfect(), {**environment, "OWNER": "", "RELEASE_URL": "", "CLASSROOM": ""})
    with pytest.raises(UsageError, match="must begin with submit/"):
        whole(perfect(), {**environment, "SUBMISSION_TAG": "v1"})
    with pytest.raises(UsageError, match="ASSIGNMENT_TYPE"):
        whole(perfect(), {**environment, "ASSIGNMENT_TYPE": "pair"})


def test_what_is_limited_fits():
    """Four hundred checks with 64 kB each: PrairieLearn's, a job's and a step's limits are kept."""
    made = hostile(120)
    made = msgspec.structs.replace(made, checks=made.checks * 8)
    for render in (prairielearn.render, markdown.render):
        assert 10_000 < len(render(made)) <= 1_000_000
    assert len(github.render(made)) * 4 / 3 < 1_000_000


def test_a_program_is_whole_or_absent():
    """A counterexample is never cut in two, for half of it does not run."""
    long = "\n".join(f"x{n} = {'1' * 90}" for n in range(200))
    for text, there in ((long, False), (long[: 30 * 98], True)):
        made = report([finding("ReLU", 1, Status.FAILED, worth=4.0, counterexample=text)])
        content = json.loads(gradescope.render(made))
        output = next(t["output"] for t in content["tests"] if t["name"].startswith("ReLU"))
        assert (text.rstrip() in output) is there
        assert ("x0 =" in output) is there


TAGS = {"html_block", "html_inline", "link_open", "image", "em_open", "strong_open", "s_open"}


def tokens(content):
    """All tokens of a Markdown text, as GitHub's dialect has them."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for token in parser.parse(content):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize("which", ["hostile", "64 kB", "not graded, hostile"])
def test_markdown_of_others_stays_text(which):
    """The student's text makes no tag, link, picture, emphasis, heading, list, quote or table."""
    made = REPORTS[which]()
    found = list(tokens(markdown.render(made).decode()))
    assert not TAGS & {token.type for token in found}
    assert not {"blockquote_open", "ordered_list_open", "hr", "code_block"} & {
        t.type for t in found
    }
    assert sum(token.type == "table_open" for token in found) == int(made.graded)
    headings = [t for t in found if t.type == "heading_open"]
    assert len(headings) == (1 + len(made.methods) if made.graded else 1)


def test_markdown_text_is_unchanged():
    """What was escaped reads as it was written."""
    text = "W1[0, 1] is -0.5 * x_1 <b> `c` #1 self.__init__ = a|b & http://x.y (1) \\n 1.5e-3 ~ !"
    (inline,) = (t for t in tokens(markdown.escaped(text)) if t.type == "inline")
    assert "".join(child.content for child in inline.children) == text


def test_xml_holds_what_xml_forbids(rendered):
    """Characters that XML 1.0 forbids are written visibly, and none is lost without a sign."""
    content = rendered("junit", hostile())
    messages = [f.get("message") for f in ET.fromstring(content).iter("failure")]  # noqa: S314
    assert messages
    for message in messages:
        assert all(
            code in message for code in (r"\x00", r"\x1b[31m", r"\x08", r"\ud800", r"\uffff")
        )
        assert "<script>alert(1)</script> & ]]>" in message
    assert b"\x1b" not in content
    assert HOSTILE.count("\x00") == 1
