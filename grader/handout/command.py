"""`grader handout`: options in; a zip, what is in it, and an exit code out."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import rubric as rubrics
from grader.ending import ended
from grader.errors import UsageError
from grader.exits import OK
from grader.handout.build import STUDENT, Handout, build
from grader.interrupts import heeded
from grader.render.files import STDOUT, write
from grader.solution import FOLDER
from grader.submission import printable

_INPUTS = ("nn.py", "README.md")


@dataclass(frozen=True, slots=True)
class HandoutCommand:
    """The options of `grader handout`, as they were given."""

    out: Path
    rubric: Path | None

    def run(self) -> int:
        """Build, write and tell; returns the exit code. The zip is whole, or not there."""
        return ended(self._run, after="nothing was written")

    def _run(self) -> int:
        with heeded() as check:
            self._check_options()
            made = build(rubrics.load(self.rubric))
            content = made.zip()
            check()
            try:
                write(content, self.out)
            except OSError as error:
                why = error.strerror or error
                raise UsageError(f"cannot write {printable(self.out)}: {why}") from None
        aside = sys.stderr if self.out == STDOUT else sys.stdout
        aside.write("\n".join(self._told(made, len(content))) + "\n")
        return OK

    def _check_options(self) -> None:
        """Refuse to write over what is read."""
        inputs = [STUDENT / name for name in _INPUTS] + [FOLDER / "nn.py"]
        inputs += [self.rubric] if self.rubric else []
        if self.out.is_dir():
            raise UsageError(f"{printable(self.out)} is a folder; name the zip to write")
        for path in inputs:
            if self.out.exists() and path.exists() and self.out.samefile(path):
                raise UsageError(f"{printable(self.out)} is what is to be read; name another file")

    def _told(self, made: Handout, size: int) -> Iterator[str]:
        choice = made.choice
        methods = Counter(check.method for check in choice.taken)
        yield f"{printable(self.out)}: {len(made.files)} files, {size / 1024:.0f} kB"
        yield ""
        yield "In it: nn.py (the skeleton), README.md, LICENSE, and a practice grader with"
        yield f"{len(choice.taken)} checks of {len(methods)} methods that need no right answers."
        yield "Not in it: the worked solution (no line of it), the hints of the catalogue,"
        yield (
            f"and the {len(choice.hidden)} checks that the rubric hides."
            if choice.hidden
            else ("and hidden checks (this rubric hides none).")
        )
        yield f"{len(choice.left_out)} visible checks are named in it as what only you can run."
        yield ""
        yield "A student unpacks it and, in that folder, types:"
        yield "  python3 -m venv .venv && .venv/bin/pip install ."
        yield "  .venv/bin/grader grade nn.py"
