"""Who waits for a grading sees how far it has come, and sees nothing that decides anything."""

import io

import msgspec
import pytest
from rich.console import Console
from support.files import REFERENCE

from grader import rubric
from grader.grade import grade
from grader.options import Options
from grader.progress import Bar
from grader.report import Outcome, Status
from grader.submission import Submission

CHECK = Outcome("softmax::softmax", "softmax", "Every [b]column[/b] sums to 1.", Status.PASSED, 1)


class Ear:
    """Remembers what it hears."""

    watching = True

    def __init__(self):
        """Nothing has been heard."""
        self.heard = []
        self.losses = []

    def begins(self, check, total):
        """A check begins."""
        self.heard.append((check.id, total))

    def trains(self, step, steps, loss):
        """A training goes on."""
        if steps == 40:
            self.losses.append((step, loss))

    def ends(self, outcome):
        """A check ends: the one that began last."""
        assert self.heard[-1][0] == outcome.id


def shown(*, terminal, seen=lambda _id: True):
    """What a bar draws of one check and one step."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80, color_system=None)
    with Bar(console, lambda: None, seen) as bar:
        bar.begins(CHECK, 3)
        bar._bar.refresh()  # noqa: SLF001  else it draws by the clock
        bar.trains(7, 40, 0.5)
        bar._bar.refresh()  # noqa: SLF001  likewise
        bar.ends(CHECK)
    return console.file.getvalue()


def test_a_bar(monkeypatch):
    """On a terminal it tells the check and the step with its loss, brackets and all."""
    monkeypatch.setenv("TERM", "xterm")
    text = shown(terminal=True)
    assert "softmax: Every [b]column[/b] sums to 1." in text
    assert "training: step 7 of 40, loss 0.5" in text


def test_a_hidden_check_has_no_title(monkeypatch):
    """Of a check that the rubric hides neither title nor loss is drawn."""
    monkeypatch.setenv("TERM", "xterm")
    text = shown(terminal=True, seen=lambda name: name != CHECK.id)
    assert "softmax: a check that is not shown" in text
    assert "column" not in text
    assert "loss" not in text


def test_no_bar_in_a_pipe(monkeypatch):
    """In a pipe, and where TERM is dumb, nothing is drawn, and nobody watches."""
    monkeypatch.setenv("TERM", "dumb")
    assert shown(terminal=False).strip() == shown(terminal=True).strip() == ""
    assert not Bar(Console(file=io.StringIO()), lambda: None).watching


def test_a_bar_can_be_stopped(monkeypatch):
    """Whoever is asked at every step may raise, and the terminal is left as it was."""
    monkeypatch.setenv("TERM", "xterm")

    def stop():
        raise KeyboardInterrupt

    console = Console(file=io.StringIO(), force_terminal=True)
    with pytest.raises(KeyboardInterrupt), Bar(console, stop) as bar:
        bar.begins(CHECK, 3)
    assert "\x1b[?25h" in console.file.getvalue()  # the cursor is back


SLOW = "def update_params(self):\n        import time; time.sleep(0.03)"
"""So that a training of forty steps lasts longer than it takes until it is looked at."""


@pytest.mark.slow
def test_a_training_is_followed(warden):
    """Every check is heard, the loss falls, and the verdict is that of an unwatched grading."""
    text = REFERENCE.replace("def update_params(self) -> None:", SLOW, 1)
    assert "time.sleep" in text
    rules = msgspec.structs.replace(rubric.load(), examples=1)
    options = Options(rules, profile="quick", data="digits")
    submission, ear = Submission("nn.py", text.encode()), Ear()
    watched = grade(submission, options, ear, warden)
    alone = grade(submission, options, warden=warden)
    assert watched.score == alone.score == 100
    assert watched.training == alone.training
    graded = [check.id for check in watched.checks if check.method != "submission"]
    assert [name for name, _ in ear.heard] == graded
    assert {total for _, total in ear.heard} == {len(graded)}
    steps, losses = zip(*ear.losses, strict=True)
    assert sorted(set(steps)) == list(steps)
    assert losses[-1] < losses[0]
