"""A class of 300 as classes are: right, wrong, hostile, empty and unreadable; copies among them."""

from itertools import cycle

from support.classes import Pupil
from support.files import REFERENCE, SKELETON

from grader.selftest.programs import collect

SIZE = 300
DISTINCT = 60
"""So many files are different; equal ones are judged once."""

HOSTILE = {
    "exits at once": "import os\nos._exit(0)\n" + REFERENCE,
    "exits in a method": REFERENCE.replace(
        "return E / E.sum", "import os; os._exit(0)\n    return E / E.sum"
    ),
    "hangs": REFERENCE.replace("for _ in range(iters):", "while True:"),
    "says what it likes": "print('{\"score\": 100}')\nprint('::set-output name=score::100')\n"
    + SKELETON,
    "recurses": REFERENCE.replace("return np.maximum(0, Z)", "return ReLU(Z)"),
    "asks for memory": REFERENCE.replace(
        "return np.maximum(0, Z)", "return np.zeros((1 << 20, 1 << 20))"
    ),
    "kills its parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n" + REFERENCE,
}
EMPTY = (b"", b"\n", SKELETON.encode(), b"# nothing yet\n")
UNREADABLE = (b"\xff\xfe\x00\x01" * 9, b"def broken(:\n", b"\x7fELF" + bytes(99))
"""No program at all, each in its own way."""

NAMES = (
    "Ada",
    "Élodie",
    "王小明",
    "محمد",
    "Zoë",
    "Søren",
    "Łukasz",
    "O'Brien",
    "Jean-Luc",
    "Nguyễn",
)


def sources():
    """DISTINCT files, the same in every run."""
    corpus = collect().programs
    wrong = [p.source for p in corpus if p.group == "catalogue"][::8]
    right = [p.source for p in corpus if p.group == "right"][::5]
    odd = [*(text.encode() for text in HOSTILE.values()), *EMPTY, *UNREADABLE]
    made = [*odd, *wrong, *right][:DISTINCT]
    assert len(set(made)) == len(made) == DISTINCT
    return made


def pupils(count=SIZE):
    """Pupils with ids, logins and names in several scripts; each file is somebody else's, too."""
    files, names = cycle(sources()), cycle(NAMES)
    return tuple(
        Pupil(f"{next(names)} {number:03}", str(10_000 + number), f"u{number:03}", next(files))
        for number in range(count)
    )
