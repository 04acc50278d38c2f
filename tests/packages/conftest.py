"""The package and the wheels that several tests use."""

import json
from pathlib import Path

import jsonschema
import pytest
from support import packages

SCHEMAS = Path(__file__).parents[1] / "render" / "schemas"


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """A folder of wheels, as pip download makes it."""
    return packages.wheels(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="session")
def hold():
    """Holds JSON to the schema of the format of this name."""

    def check(name, content):
        schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
        jsonschema.validate(json.loads(content), schema)

    return check
