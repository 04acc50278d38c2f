"""A handout, unpacked, and a quick way to practise on a text with what is in it."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader import rubric
from grader.handout.build import build
from grader.practice.run import practise
from grader.practice.settings import load
from grader.submission import Submission


@pytest.fixture(scope="session")
def made():
    """The handout of the package's own rubric."""
    return build(rubric.load())


@pytest.fixture(scope="session")
def unpacked(made, tmp_path_factory):
    """The folder that a student gets."""
    folder = tmp_path_factory.mktemp("handout")
    for name, content in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def settings(unpacked):
    """The handout's settings, with few cases and a short training."""
    found = load(unpacked / "grader" / "practice" / "settings.json")
    training = replace(found.training, train_size=500, iters=40, threshold=0.7)
    return replace(found, examples=1, training=training)


@pytest.fixture(scope="session")
def folders(unpacked):
    """Where the handout's checks are."""
    return unpacked / "grader" / "checks", unpacked / "grader" / "practice" / "checks"


@pytest.fixture(scope="session")
def practise_text(settings, folders, warden, tmp_path_factory):
    """Practises on a text, with all checks or with those of some files alone."""

    def run(text, *only, **limits):
        source = text.encode() if isinstance(text, str) else text
        where = folders
        if only:
            where = (tmp_path_factory.mktemp("some"),)
            for path in (found for folder in folders for found in folder.glob("test_*.py")):
                if path.stem.removeprefix("test_") in only:
                    (Path(where[0]) / path.name).write_bytes(path.read_bytes())
        mine = replace(settings, limits=replace(settings.limits, **limits))
        return practise(Submission("nn.py", source), mine, warden=warden, folders=where)

    return run
