"""What is installed: a wheel holds every file of the packages that is in the repository."""

import subprocess
import sys
import zipfile

import pytest
from support.files import ROOT


@pytest.mark.slow
def test_the_wheel_is_whole(tmp_path):
    """Every tracked file of grader, reference and student is in the wheel, and no test is."""
    listed = subprocess.run(
        ["git", "ls-files", "grader", "reference", "student"],  # noqa: S607  whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    # From a copy: a build leaves folders behind, and takes what older ones left.
    subprocess.run(["git", "clone", "--quiet", ROOT, tmp_path / "clone"], check=True)  # noqa: S607
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path]
    subprocess.run([*build, tmp_path / "clone"], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(listed.stdout.split()) - names == set()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "grader",
        "reference",
        "student",
    }
