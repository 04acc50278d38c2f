"""Every format at one time and in one environment, and the schema that it is held to."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import xmlschema

from grader.render.formats import FORMATS, Surroundings

SCHEMAS = Path(__file__).parent / "schemas"

ENVIRONMENT = {
    "CLASSROOM": "ml",
    "ASSIGNMENT": "nn",
    "OWNER": "ada",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://git.example/commit/1",
    "RELEASE_URL": "https://git.example/release/1",
}


@pytest.fixture
def environment():
    """What classroom50's runner sets."""
    return dict(ENVIRONMENT)


@pytest.fixture(scope="session")
def rendered():
    """Renders a Report in the format of this name."""
    at = Surroundings(ENVIRONMENT, datetime(2026, 6, 2, 8, 30, 1, tzinfo=UTC))
    return lambda name, report: FORMATS[name](report, at)


@pytest.fixture(scope="session")
def hold():
    """Holds bytes to the schema of the format of this name."""
    xsd = xmlschema.XMLSchema(SCHEMAS / "junit.xsd")

    def check(name, content):
        if name == "junit":
            xsd.validate(content)
        else:
            schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
            jsonschema.Draft202012Validator.check_schema(schema)
            jsonschema.validate(json.loads(content), schema)

    return check
