"""One submission of a class, judged in a process of a pool: bytes in, JSON out."""

from functools import lru_cache

import msgspec
import numpy as np

from grader import data as datasets
from grader.assemble import Judgement
from grader.classroom.fingerprint import fingerprint
from grader.data import DataError
from grader.earlier import Earlier
from grader.errors import UsageError
from grader.grade import examine
from grader.options import Options
from grader.rubric import Rubric
from grader.sandbox.confine import Level
from grader.sandbox.warden import Warden
from grader.submission import Submission

PRELOAD = ("numpy", "matplotlib")
_MOST = 300


class Maker(msgspec.Struct, frozen=True):
    """What a process must be made of to judge for this class.

    Attributes:
        judging: see fingerprint.Fingerprint.
        numpy: NumPy's version.
    """

    judging: str
    numpy: str = np.__version__


class Settings(msgspec.Struct, frozen=True):
    """How a class is graded: options.Options, as data that can travel.

    Attributes:
        maker: who may judge; None lets every process.
    """

    rubric: Rubric
    profile: str
    seed: int
    data: str | None
    require: Level | None
    maker: Maker | None = None


class Task(msgspec.Struct, frozen=True):
    """A submission to judge.

    Attributes:
        path: where it was read, for people.
        source: its bytes.
        earlier: a judgement of them by other checks.
    """

    path: str
    source: bytes
    earlier: Earlier | None = None


class Answer(msgspec.Struct, frozen=True):
    """What became of it.

    Attributes:
        judgement: None where there is none.
        reason: why there is none.
        partly: whether only some checks ran; see grade.Grading.
    """

    judgement: Judgement | None
    reason: str | None = None
    partly: bool = False


def judge(settings: bytes, task: Task) -> bytes:
    """An Answer as JSON.

    Args:
        settings: Settings as JSON.
        task: what to judge.

    Raises:
        UsageError: the settings make no sense, or the data cannot be read.
    """
    refusal = trouble(settings)
    if refusal is not None:
        return msgspec.json.encode(Answer(None, f"a worker could not judge: {refusal}"))
    given = msgspec.json.decode(settings, type=Settings)
    options = Options(given.rubric, given.profile, given.seed, given.data, given.require)
    try:
        submission = Submission(task.path, task.source)
        grading = examine(submission, options, warden=_warden(), earlier=task.earlier)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001  a bug of ours is this submission's, not the class's
        fault = f"a fault of the grader: {error!r}"[:_MOST]
        return msgspec.json.encode(Answer(None, fault))
    judgement = grading.judgement if grading.report.graded else None
    reason = None if grading.report.graded else grading.report.reason
    return msgspec.json.encode(Answer(judgement, reason, grading.partly))


@lru_cache(maxsize=1)
def trouble(settings: bytes) -> str | None:
    """Why this process must not judge by these settings; found out once, as files are read for it.

    Args:
        settings: Settings as JSON.
    """
    given = msgspec.json.decode(settings, type=Settings)
    if given.maker is None:
        return None
    try:
        data = datasets.load(given.data)
        own = fingerprint(given.rubric, seed=given.seed, profile=given.profile, data=data)
    except (DataError, OSError) as error:
        return f"it cannot read what it needs: {error}"[:_MOST]
    if np.__version__ != given.maker.numpy:
        return f"it has NumPy {np.__version__}, and the batch {given.maker.numpy}"
    if own.judging != given.maker.judging:
        return "its grader, checks or data are not those of the batch"
    return None


@lru_cache(maxsize=1)
def _warden() -> Warden:
    """This process's own, warm from one submission to the next; it ends when the process does."""
    return Warden.start(preload=PRELOAD)
