"""grader batch --scheduler: machines may die, and everybody is graded once, or for a reason not."""

import os
import sys
import threading
from collections import Counter

import msgspec
import pytest
from support.clusters import begun, full_marks, machines, standing_in, until
from support.files import REFERENCE, SKELETON

from grader import rubric
from grader.classroom import batch, cluster
from grader.classroom.batch import grade_class
from grader.classroom.cluster import Cluster
from grader.classroom.command import BatchCommand
from grader.classroom.fingerprint import Fingerprint
from grader.classroom.grading import Answer, Maker, Settings, Task, judge, trouble
from grader.classroom.journal import Journal
from grader.classroom.layouts import collect
from grader.errors import GraderError, UsageError
from grader.exits import INTERRUPTED, NOT_GRADED, OK, USAGE
from grader.pool import TRIES

pytest.importorskip("distributed")

SETTINGS = Settings(rubric.load(), "quick", 0, "digits", None)
RULES = Fingerprint("1" * 64, "2" * 64, "3" * 64, {})
slow = pytest.mark.slow


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """Judging is replaced by what a file says of itself; returns where that is noted."""
    monkeypatch.setattr(batch, "judge", standing_in(tmp_path))
    return tmp_path


def handed_in(folder, texts):
    """A class: a file for each name."""
    (folder / "class").mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / "class" / f"{name}.py").write_text(f"# {name}\n{text}\n", "utf-8")
    return folder / "class"


def entries(folder, texts):
    """The class, collected."""
    return collect(handed_in(folder, texts), limit_kb=1000).entries


def counts(folder):
    """How often each was begun."""
    return Counter(key for key, _ in begun(folder))


def test_a_missing_extra_is_told(monkeypatch):
    """Without distributed: what to install."""
    monkeypatch.setattr(cluster, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"nn-grader\[cluster\]"), Cluster("tcp://127.0.0.1:1"):
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "no-such-protocol://x:1"])
def test_no_scheduler_there(monkeypatch, address):
    """An address where nothing answers: refused within the time for it, with how to start one."""
    monkeypatch.setattr(cluster, "REACH_S", 0.3)
    with pytest.raises(UsageError, match="`dask scheduler` starts one"), Cluster(address):
        pass


def test_jobs_and_scheduler_exclude_each_other(tmp_path, capsys):
    """--jobs with --scheduler: refused, and why."""
    command = BatchCommand(
        tmp_path / "class", tmp_path / "out", jobs=2, scheduler="tcp://127.0.0.1:1"
    )
    assert command.run() == USAGE
    assert "Leave one of the two out" in " ".join(capsys.readouterr().err.split())


def test_a_process_grades_one_at_a_time():
    """Of two threads of a worker, the second waits until the first has done its job."""
    inside, free, second = threading.Event(), threading.Event(), threading.Event()

    def first_job():
        inside.set()
        assert free.wait(30)
        return second.wait(0.2)

    said = []
    one = threading.Thread(target=lambda: said.append(cluster._in_turn(first_job)))  # noqa: SLF001
    two = threading.Thread(target=lambda: cluster._in_turn(second.set))  # noqa: SLF001
    one.start()
    assert inside.wait(30)
    two.start()
    free.set()
    one.join(30)
    two.join(30)
    assert said == [False]
    assert second.is_set()


@pytest.mark.parametrize(
    ("maker", "why"),
    [(Maker("0" * 64), "not those of the batch"), (Maker("0" * 64, "1.0"), "NumPy 1.0")],
)
def test_another_grader_gives_no_verdict(maker, why):
    """A process with other checks, data or NumPy than the batch judges nothing, and says why."""
    settings = msgspec.json.encode(msgspec.structs.replace(SETTINGS, maker=maker))
    task = Task("nn.py", b"raise SystemExit\n")
    answer = msgspec.json.decode(judge(settings, task), type=Answer)
    assert answer.judgement is None
    assert "could not judge" in answer.reason
    assert why in answer.reason or "and the batch 1.0" in answer.reason


def test_data_that_is_not_there_gives_no_verdict(tmp_path):
    """A process that cannot read the batch's data says so."""
    there = msgspec.structs.replace(SETTINGS, maker=Maker("0" * 64), data=str(tmp_path / "x.npz"))
    assert "cannot read" in trouble(msgspec.json.encode(there))


@slow
def test_everybody_is_graded_once(stand_in):
    """Two workers grade a class; each is begun once, both have a part in it, the journal has it."""
    known = entries(stand_in, {f"s{n:02}": "" for n in range(30)})
    journal = Journal(stand_in, RULES)
    with machines(stand_in) as there, Cluster(there.address) as pool:
        until(lambda: len(pool._threads()) == 2, "two workers")  # noqa: SLF001
        found = list(grade_class(known, SETTINGS, journal, pool))
    assert all(result.report.graded and result.new for result in found)
    assert counts(stand_in) == dict.fromkeys((entry.key for entry in known), 1)
    assert all(journal.find(entry.submission.sha256) for entry in known)


@slow
def test_a_killed_worker_loses_nobody(stand_in):
    """SIGKILL to a worker and its nanny: its submission goes to the other one, nobody else's."""
    known = entries(stand_in, {"a": "hold"} | {f"s{n:02}": "" for n in range(12)})
    with machines(stand_in) as there, Cluster(there.address) as pool:
        until(lambda: len(pool._threads()) == 2, "two workers")  # noqa: SLF001
        results = grade_class(known, SETTINGS, Journal(stand_in, RULES), pool)
        found = [next(results)]
        until(lambda: "a" in counts(stand_in), "the one that holds")
        there.kill_with(dict(begun(stand_in))["a"])
        (stand_in / "go").touch()
        found += results
    assert {result.entry.key for result in found} == {entry.key for entry in known}
    assert all(result.report.graded for result in found)
    assert counts(stand_in) == dict.fromkeys((entry.key for entry in known), 1) | {"a": 2}
    assert len({pid for key, pid in begun(stand_in) if key == "a"}) == 2


@slow
@pytest.mark.parametrize("allowed", [0, 3])
def test_a_poisonous_submission_ends_alone(stand_in, allowed):
    """One that kills each process it is in: not graded, with a reason; all others are.

    What such a process had judged before may die with it, on its way to us, and is judged again.
    """
    known = entries(stand_in, {"m": "die"} | {f"s{n:02}": "" for n in range(12)})
    with machines(stand_in, allowed_failures=allowed) as there, Cluster(there.address) as pool:
        found = list(grade_class(known, SETTINGS, Journal(stand_in, RULES), pool))
    lost = [result for result in found if not result.report.graded]
    assert [result.entry.key for result in lost] == ["m"]
    assert "died" in lost[0].report.reason
    assert sorted(result.entry.key for result in found) == sorted(entry.key for entry in known)
    assert counts(stand_in)["m"] == max(TRIES, allowed) + 1


@slow
def test_a_dead_scheduler_ends_the_batch(stand_in, capsys):
    """SIGKILL to the scheduler: exit 3, how to go on, what was graded is kept and not redone."""
    texts = {f"s{n:02}": "" for n in range(8)}
    # What the stand-in judges is judged without walls.
    options = {"data": "digits", "profile": "quick", "quiet": True, "require_sandbox": "none"}
    out = stand_in / "out"
    (stand_in / "one").mkdir()
    with machines(stand_in / "one", workers=1) as there:
        folder = handed_in(stand_in, texts | {"z": f"# end {there.scheduler.pid}"})
        command = BatchCommand(folder, out, scheduler=there.address, **options)
        assert command.run() == NOT_GRADED
        (stand_in / "go").touch()
    assert "run the same command" in " ".join(capsys.readouterr().err.split())
    assert len(list((out / "journal").glob("*.json"))) == len(texts)
    handed_in(stand_in, {"z": ""})
    (stand_in / "two").mkdir()
    with machines(stand_in / "two", workers=1) as there:
        command = BatchCommand(folder, out, scheduler=there.address, **options)
        assert command.run() == OK
    assert counts(stand_in) == dict.fromkeys(texts, 1) | {"z": 2}


@slow
def test_ctrl_c_finishes_what_runs(stand_in):
    """Ctrl-C in the middle: what a worker has begun is kept, nothing else begins there."""
    folder = handed_in(stand_in, {"a": "", "b": f"# interrupt {os.getpid()}", "c": "", "d": ""})
    with machines(stand_in, workers=1) as there:
        command = BatchCommand(
            folder, stand_in / "out", scheduler=there.address, data="digits", quiet=True
        )
        assert command.run() == INTERRUPTED
    assert counts(stand_in) == {"a": 1, "b": 1}
    assert len(list((stand_in / "out" / "journal").glob("*.json"))) == 2


@slow
def test_workers_that_are_missing_or_wrong(stand_in, monkeypatch):
    """None, one with two threads, one that must not judge, all gone: each is told in time."""
    told = []
    with machines(stand_in, workers=0) as there:
        pool = Cluster(there.address, tell=told.append, wait_s=0.5)
        with pytest.raises(UsageError, match=r"no workers.*--nthreads 1"), pool:
            pass
        assert "Waiting for workers" in told[0]
        pool = Cluster(there.address, stop=lambda: True)
        with pytest.raises(KeyboardInterrupt), pool:
            pass

        two = there.worker("--nthreads", "2")
        with pytest.raises(UsageError, match="several threads"), Cluster(there.address):
            pass
        there.kill(two)

        one = there.worker()
        settings = msgspec.structs.replace(SETTINGS, maker=Maker("0" * 64))
        encoded = msgspec.json.encode(settings)
        with Cluster(there.address) as pool:
            until(lambda: list(pool._threads().values()) == [1], "the worker")  # noqa: SLF001
        with pytest.raises(UsageError, match=r"not those of the batch.*Install the same"):
            Cluster(there.address, check=lambda: trouble(encoded)).__enter__()

        monkeypatch.setattr(cluster, "_LOOK_S", 0.05)
        known = entries(stand_in, {"a": "hold"})
        killer = threading.Thread(
            target=lambda: (until(lambda: begun(stand_in), "a"), there.kill(one))
        )
        killer.start()
        with Cluster(there.address, wait_s=0.5) as pool:
            results = grade_class(known, SETTINGS, Journal(stand_in, RULES), pool)
            with pytest.raises(GraderError, match=r"has had no workers.*run the same command"):
                next(results)
        killer.join()


@slow
def test_a_worker_without_the_code_spoils_one(tmp_path, monkeypatch):
    """A job that a worker cannot even import is answered with the reason, and the next one runs."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "only_here.py").write_text("def job():\n    return 1\n", "utf-8")
    monkeypatch.syspath_prepend(str(here))
    import only_here  # noqa: PLC0415  made just now

    with machines(tmp_path, workers=1) as there, Cluster(there.address) as pool:
        answer = msgspec.json.decode(pool.submit(only_here.job).result(60), type=Answer)
        assert "a worker could not run it" in answer.reason
        assert pool.submit(full_marks).result(60) == full_marks()
    sys.modules.pop("only_here")


@slow
def test_real_gradings_are_the_same_there(tmp_path):
    """Two submissions, graded on this machine and by two workers: gradebooks are byte-equal."""
    folder = handed_in(tmp_path, {"ada": REFERENCE, "ben": SKELETON})
    rules = tmp_path / "rules.toml"
    rules.write_text("examples = 2\n", "utf-8")
    options = {"data": "digits", "profile": "quick", "rubric": rules, "quiet": True}
    with machines(tmp_path) as there:
        command = BatchCommand(folder, tmp_path / "far", scheduler=there.address, **options)
        assert command.run() == OK
    assert BatchCommand(folder, tmp_path / "near", jobs=1, **options).run() == OK
    far, near = (tmp_path.joinpath(name, "gradebook.csv").read_bytes() for name in ("far", "near"))
    assert far == near
    assert os.linesep.encode() in near
