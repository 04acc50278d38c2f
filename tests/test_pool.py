"""Many jobs in processes that may die: each is done, or lost for a reason, and none twice."""

from concurrent.futures import Future
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.jobs import inverse, poisonous

from grader.pool import TRIES, Processes, run_all


class Dead(Exception):  # noqa: N818  what a future raises here
    """A process died."""


class Mortal:
    """A pool in this process. Jobs below 0 kill what they run beside, when it is waited for."""

    broken = (Dead,)

    def __init__(self, width):
        """So many jobs at once."""
        self.width = width
        self.running = {}
        self.dead = False

    def submit(self, job):
        """Begin a job."""
        if self.dead:
            raise Dead
        assert len(self.running) < self.width
        future = Future()
        self.running[future] = job
        return future

    def wait(self, futures, **_):
        """End the oldest job, and all others if it kills the process."""
        first = next(iter(self.running))
        self.dead = self.running[first].args[0] < 0
        for future in [*self.running] if self.dead else [first]:
            job = self.running.pop(future)
            if self.dead:
                future.set_exception(Dead())
            else:
                future.set_result(job())
        return [future for future in futures if future.done()], []

    def renew(self):
        """Begin anew."""
        assert self.dead
        self.dead = False


@given(jobs=st.lists(st.integers(-20, 20), unique=True), width=st.integers(1, 4))
def test_each_job_ends_once(jobs, width):
    """Jobs that kill their process are lost, all others are done, whatever they ran beside."""
    pool = Mortal(width)
    with patch("grader.pool.wait", pool.wait):
        found = list(run_all(abs, jobs, pool))
    for done in found:
        assert done.result == (None if done.job < 0 else done.job)
        assert (done.lost is not None) == (done.job < 0)
    assert sorted(done.job for done in found) == sorted(jobs)


def test_nothing_begins_after_a_stop():
    """Once told to stop, what runs is waited for and the rest is left."""
    pool, ended = Mortal(2), []
    with patch("grader.pool.wait", pool.wait):
        found = list(run_all(ended.append, range(10), pool, stop=lambda: len(ended) >= 3))
    assert ended == [0, 1, 2, 3]
    assert [done.job for done in found] == ended


def test_what_a_job_raises_ends_it():
    """An exception of the function comes through."""
    with pytest.raises(ZeroDivisionError), Processes(1) as pool:
        list(run_all(inverse, [1, 0], pool))


def test_real_processes_that_are_killed():
    """A job that kills its process is lost after TRIES alone; its neighbours are done."""
    with Processes(2) as pool:
        found = {done.job: done for done in run_all(poisonous, [1, 2, 10, 3, 4], pool)}
    assert {job for job, done in found.items() if done.result == job} == {1, 2, 3, 4}
    assert f"died, {TRIES} times" in found[10].lost
