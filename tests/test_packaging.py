"""What is released: a wheel and an sdist that hold the same, and work where nothing else is."""

import subprocess
import sys
import tarfile
import venv
import zipfile

import pytest
from support.files import ROOT

from grader import __version__
from grader.exits import OK

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", name="tracked")
def _tracked():
    """The files of the packages that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "grader", "reference", "student"],  # noqa: S607  whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return set(listed.stdout.split())


@pytest.fixture(scope="module", name="built")
def _built(tracked, tmp_path_factory):  # noqa: ARG001  skipped without git
    """The folder with a wheel and an sdist, as the release workflow builds them.

    From a copy: a build leaves folders behind, and takes what older ones left.
    """
    place = tmp_path_factory.mktemp("release")
    subprocess.run(["git", "clone", "--quiet", ROOT, place / "clone"], check=True)  # noqa: S607
    subprocess.run([sys.executable, "-m", "build", "--outdir", place, place / "clone"], check=True)
    return place


def test_the_wheel_is_whole(built, tracked):
    """Every tracked file of grader, reference and student is in the wheel, and no test is."""
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert tracked - names == set()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "grader",
        "reference",
        "student",
    }


def test_the_sdist_is_whole(built, tracked):
    """So it is in the sdist, which the wheel is built of, with what a build needs besides."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert (tracked | {"pyproject.toml", "README.md", "LICENSE"}) - inside == set()


def test_the_wheel_grades_where_nothing_else_is(built, tmp_path):
    """In an empty environment, far from the repository: full marks for the reference."""
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "empty", with_pip=True)
    programs = tmp_path / "empty" / "bin"
    pip = [programs / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", wheel], check=True)
    subprocess.run([*pip, "check"], check=True)
    options = ("--data", "digits", "--profile", "quick", "--fail-under", "100")
    line = [programs / "grader", "grade", ROOT / "reference" / "nn.py", *options]
    done = subprocess.run(line, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == OK, done.stdout + done.stderr
    said = subprocess.run(
        [programs / "grader", "--version"], check=True, capture_output=True, text=True
    )
    assert __version__ in said.stdout
