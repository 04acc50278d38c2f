"""The pyproject.toml of a handout: what pip needs to install its practice grader."""

import re
from collections.abc import Collection
from importlib import metadata

import grader

DISTRIBUTION = "nn-grader"
NAME = "nn-grader-practice"

_TEMPLATE = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "{name}"
version = "{version}"
description = "Practice for one homework: a two-layer NumPy network for MNIST."
readme = "README.md"
license = "MIT"
license-files = ["LICENSE"]
requires-python = "{python}"
dependencies = [
{dependencies}
]

[project.scripts]
grader = "grader.practice.command:main"

[tool.setuptools.packages.find]
include = ["grader*"]

[tool.setuptools.package-data]
"*" = ["*.json", "*.npz", "py.typed"]
"""


def pyproject(libraries: Collection[str]) -> str:
    """The text; versions are those that the grader itself asks for.

    Args:
        libraries: what the handout imports.

    Raises:
        PackageNotFoundError: the grader is not installed.
    """
    asked = metadata.requires(DISTRIBUTION) or []
    by_name = {re.split(r"[^\w.-]", one, maxsplit=1)[0]: one for one in asked if ";" not in one}
    dependencies = [f'  "{by_name.get(name, name)}",' for name in sorted(libraries)]
    python = metadata.metadata(DISTRIBUTION)["Requires-Python"]
    return _TEMPLATE.format(
        name=NAME,
        version=grader.__version__,
        python=python,
        dependencies="\n".join(dependencies),
    )


def license_text() -> str:
    """The grader's own licence."""
    for file in metadata.files(DISTRIBUTION) or ():
        if file.name == "LICENSE":
            return file.read_text()
    return ""
