"""The page: what stands on it, that nobody's text becomes markup, and what it never shows."""

import os
import re
import subprocess
import sys
from itertools import pairwise

import msgspec
import pytest
from jinja2 import DictLoader
from support.exhibits import SOURCE, exhibits, gradient, half, hostile_source, training
from support.pages import Page, assert_harmless
from support.reports import HOSTILE, finding, hidden, hostile, partial, perfect, refused, report

from grader.exhibits.records import Exhibits
from grader.render.html import page
from grader.render.html.page import ALLOWED, render
from grader.render.seen import exhibited
from grader.render.words import plain
from grader.report import Status, Visibility

MADE = {
    "perfect": lambda: render(perfect(), exhibits(gradients=())),
    "half": lambda: render(half(), exhibits()),
    "hostile": lambda: render(hostile(), exhibits(hostile_source())),
    "hidden": lambda: render(hidden(), exhibits()),
    "refused": lambda: render(refused(), None),
    "without exhibits": lambda: render(partial()),
}


@pytest.fixture(scope="session")
def pages():
    """Pages of all kinds, as bytes, each made once."""
    return {name: make() for name, make in MADE.items()}


@pytest.mark.parametrize("which", MADE)
def test_harmless(which, pages):
    """No page runs, loads or leads anywhere; it forbids so itself, and is far below 2 MB."""
    assert_harmless(Page(pages[which]))
    assert b"default-src 'none'; style-src 'unsafe-inline'; img-src data:" in pages[which]
    assert len(pages[which]) < 400_000


@pytest.mark.parametrize("which", MADE)
def test_structure(which, pages):
    """Landmarks, headings in order, distinct ids that are referred to, tables with their heads."""
    made = Page(pages[which])
    for landmark in ("main", "header", "h1", "title"):
        tops = [e for e in made.named(landmark) if e.parent.tag in {"body", "header", "head"}]
        assert len(tops) == 1, landmark
    levels = [int(e.tag[1]) for e in made.all if re.fullmatch(r"h\d", e.tag)]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    ids = [e.attributes["id"] for e in made.all if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for element in made.all:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(element.attributes.get(name, "").split()) <= set(ids)
        for name in ("href", "xlink:href"):
            if (address := element.attributes.get(name, "")).startswith("#"):
                assert address[1:] in ids
    for table in made.named("table"):
        assert len(list(table.within("caption"))) == 1
        heads = list(table.within("th"))
        assert heads
        assert {head.attributes.get("scope") for head in heads} <= {"row", "col"}


@pytest.mark.parametrize("which", ["half", "perfect"])
def test_pictures_have_words(which, pages):
    """Every picture is an image with a title and a description, and a caption stands beside it."""
    made = Page(pages[which])
    pictures = made.named("svg")
    assert len(pictures) == (4 if which == "perfect" else 4 + 11)
    for svg in pictures:
        assert svg.attributes["role"] == "img"
        title, description = svg.children[:2]
        assert (title.tag, description.tag) == ("title", "desc")
        assert len(title.text) > 5
        assert len(description.text) > 20
        figure = svg.parent.parent
        assert (figure.tag, len(list(figure.within("figcaption")))) == ("figure", 1)


def test_what_the_page_says(pages):
    """Score, verdicts, findings, the likely mistake, the student's lines, a program, the record."""
    text = re.sub(r"\s+", " ", Page(pages["half"]).root.text)
    for said in (
        "59 of 100 points",
        "8 of 11 parts are right. Start with softmax, which 7 other parts build on.",
        "Claim 1 about softmax holds. 0 of 4",
        "softmax is wrong in case 1.",
        "Likely: The sum in softmax runs over the whole matrix.",
        "7 E = np.exp(Z)",
        "16 self.W1 = self.W1 - self.learning_rate * self.dw1 ← raised here",
        "python example.py",
        "Right; what fails is softmax.",
        "In this training softmax was made right",
        "self.dW1 is 2 times what is expected",
        "grader grade nn.py --seed 7 --profile quick --data digits",
        "0" * 64,
    ):
        assert said in text, said
    assert "Everything that was looked at is right." in Page(pages["perfect"]).root.text


def test_the_start_is_what_others_build_on(pages):
    """The first thing to mend is linked from the top, and each failing method from its row."""
    links = [a.attributes["href"] for a in Page(pages["half"]).named("a")]
    assert links[:2] == ["#main", "#of-softmax"]
    assert links[2:] == ["#of-softmax", "#of-backward_propagation", "#of-update_params"]


def test_a_file_that_cannot_be_run():
    """Where the file itself is at fault that comes first, with its line, and nothing else."""
    error = "nn.py cannot be run: SyntaxError: invalid syntax (line 3: def ReLU(Z):)"
    made = half()
    broken = msgspec.structs.replace(made.checks[0], status=Status.RAISED, message=error)
    made = msgspec.structs.replace(made, checks=(broken, *made.checks[1:]))
    text = re.sub(r"\s+", " ", Page(render(made, Exhibits(SOURCE))).root.text)
    assert "Start with nn.py itself." in text
    assert "3 def ReLU(Z): ← raised here" in text
    assert "Claim 1 about softmax" not in text.partition("For the record")[0]


def test_what_costs_nothing_is_not_the_start():
    """A note about the file, and a part worth nothing, are told but are nothing to start with."""
    note = finding("submission", message="It was graded from its definitions.")
    worthless = finding("show_predictions", status=Status.MISSING, message="It is not there.")
    made = perfect()
    made = msgspec.structs.replace(made, checks=(note, worthless, *made.checks[1:]))
    text = re.sub(r"\s+", " ", Page(render(made)).root.text)
    assert "graded from its definitions" in text
    assert "It is not there." in text
    assert "Start with" not in text


def hostile_words(made):
    """Text of the hostile Report as it should read on the page, and where it does not."""
    wanted = [line.strip() for line in plain(HOSTILE).splitlines()]
    return [line for line in wanted if line not in made.root.text]


def test_hostile_text_stays_text(pages):
    """What a student writes stands on the page as it is, and makes no element and no attribute."""
    made, plainer = Page(pages["hostile"]), Page(render(half(), exhibits()))
    assert not hostile_words(made)
    assert {e.tag for e in made.all} <= {e.tag for e in plainer.all}
    assert "</li></ol><script>alert(2)</script>" in made.root.text
    assert "A" * 161 not in made.root.text, "a line of the file is cut"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e\ufeff]", made.root.text)


SLOTS = (
    "{{ said.message }}",
    "{{ title }}",
    "{{ hint }}",
    "{{ line.text }}",
    "{{ section.program }}",
    "{{ page.path }}",
    "{{ page.reason }}",
)


@pytest.mark.parametrize("slot", SLOTS)
def test_a_template_that_trusts_is_caught(slot, monkeypatch):
    """A single `safe` in the template is found by the tests above."""
    loader = page.environment().loader
    names = page.environment().list_templates(["jinja"])
    texts = {name: loader.get_source(page.environment(), name)[0] for name in names}
    assert slot in texts[page.TEMPLATE]
    texts[page.TEMPLATE] = texts[page.TEMPLATE].replace(slot, slot.replace(" }}", " | safe }}"))
    trusting = page.environment(DictLoader(texts))
    monkeypatch.setattr(page, "_own", lambda: trusting)
    made = render(hostile(), Exhibits(hostile_source()))
    with pytest.raises(AssertionError):
        assert_harmless(Page(made))


def test_no_template_trusts():
    """The templates mark nothing as safe and turn no escaping off."""
    environment = page.environment()
    assert environment.autoescape is True
    for name in environment.list_templates(["jinja"]):
        source = environment.loader.get_source(environment, name)[0]
        assert not re.search(r"\bsafe\b|autoescape|Markup", source), name


def test_large_pages_are_cut():
    """Forty checks with 64 kB of text each: the page stays below its limit, and whole."""
    made = render(hostile(120), exhibits(b"x" * 1_000_000))
    assert len(made) < ALLOWED
    assert made.rstrip().endswith(b"</html>")


def test_not_graded(pages):
    """Why, what to do, and no points: nothing that looks like a verdict."""
    made = Page(pages["refused"])
    assert "the worker could not be run: no memory" in made.root.text
    assert "nothing was judged" in made.root.text
    assert not made.named("table")
    assert "points" not in made.named("title")[0].text


def test_not_graded_shows_no_exhibits():
    """Where nothing counts nothing is shown, whatever had been gathered."""
    made = msgspec.structs.replace(half(), status="not_graded", reason="a check broke")
    assert render(made, exhibits()) == render(made, None)


def hide(made, *ids):
    """The Report with these checks hidden."""
    checks = (
        msgspec.structs.replace(f, visibility=Visibility.HIDDEN) if f.id in ids else f
        for f in made.checks
    )
    return msgspec.structs.replace(made, checks=tuple(checks))


def test_hidden_training():
    """Where a check of the training is hidden nothing of the training is shown."""
    assert exhibited(half(), exhibits()).training
    made = hide(half(), "training::check1")
    assert exhibited(made, exhibits()).training is None
    content = Page(render(made, exhibits()))
    assert "unseen" not in content.root.text
    assert not [e for e in content.named("svg") if "steps" in e.text or "read" in e.text]


def test_hidden_gradient():
    """Where the check of a gradient is hidden its maps are not shown; those of others are."""
    made = hide(half(), "backward::dW1", "backward::db2")
    assert [g.name for g in exhibited(made, exhibits()).gradients] == ["db1", "dW2"]
    text = Page(render(made, exhibits())).root.text
    assert "self.dW1 is 2 times" not in text
    assert "self.dW2 is 2 times" in text


@pytest.mark.parametrize("part", ["one_hot", "ReLU"])
def test_hidden_blame(part):
    """That a part was made right is not told of one which seems right by what is shown."""
    fault = finding(part, 1, Status.FAILED, worth=4.0)
    drawn = exhibits(
        training=training(threshold=0.7, made_right=(part,), called=(part,)),
        gradients=(gradient("dW1", made_right=(part,), called=(part,)),),
    )
    made = report([fault, *(f for f in half().checks if f.id == "backward::dW1")])
    shown = exhibited(made, drawn)
    assert shown.training
    assert shown.gradients
    shown = exhibited(hide(made, fault.id), drawn)
    assert shown.training is None
    assert not shown.gradients


RENDER = """
import sys
from support.exhibits import exhibits, half
from grader.render.html.page import render
sys.stdout.buffer.write(render(half(), exhibits()))
"""


def test_same_bytes(pages, tmp_path):
    """The same Report gives the same bytes, in another process with another style of Matplotlib."""
    style = tmp_path / "matplotlibrc"
    style.write_text("font.size: 30\naxes.grid: True\nsvg.fonttype: path\nlines.linewidth: 9\n")
    surroundings = {
        **os.environ,
        "MATPLOTLIBRC": str(style),
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    made = subprocess.run(
        [sys.executable, "-c", RENDER], capture_output=True, check=True, env=surroundings
    )
    assert made.stdout == pages["half"]


def test_the_plain_path_is_free_of_it():
    """Grading and all other formats import neither Jinja2 nor Matplotlib."""
    code = (
        "import sys, grader.grade, grader.command, grader.render.formats; "
        "print(sorted({'jinja2', 'matplotlib'} & set(sys.modules)))"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert made.stdout.strip() == "[]"
