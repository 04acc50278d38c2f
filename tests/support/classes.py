"""The same students in every layout: the files that a platform or an instructor would make."""

import io
import json
import re
import zipfile
from dataclasses import dataclass

import yaml


@dataclass(frozen=True)
class Pupil:
    """A student and what they handed in."""

    name: str
    id: str
    login: str
    source: bytes = b"x = 1\n"

    @property
    def email(self):
        """At the school."""
        return f"{self.login}@school.example"


CLASS = (
    Pupil("Ada Lovelace", "101", "ada-l", b"ada = 1\n"),
    Pupil("Élodie d'Été", "102", "elodie", b"elodie = 1\n"),
    Pupil("王小明", "103", "wang-x", b"wang = 1\n"),
    Pupil("محمد علي", "104", "m-ali", b"ali = 1\n"),
    Pupil("O\u2019Brien_Smith-Jones", "105", "obrien", b"obrien = 1\n"),
)


def folders(pupils):
    """<student>/nn.py."""
    return {f"{one.name}/nn.py": one.source for one in pupils}


def files(pupils):
    """<student>.py."""
    return {f"{one.name}.py": one.source for one in pupils}


def notebooks(pupils):
    """<student>.ipynb."""
    return {f"{one.name}.ipynb": notebook(one.source.decode()) for one in pupils}


def zips(pupils):
    """<student>.zip of a folder."""
    return {f"{one.name}.zip": packed({"hand-in/nn.py": one.source}) for one in pupils}


def gradescope(pupils):
    """A folder for each submission, and the metadata with Ruby's colons."""
    told = {
        f"submission_{9000 + at}": {
            ":submitters": [{":name": one.name, ":sid": one.id, ":email": one.email}],
            ":created_at": "2024-03-01 12:00:00.123456000 Z",
            ":score": 0.0,
            ":history": [],
        }
        for at, one in enumerate(pupils)
    }
    made = {f"submission_{9000 + at}/nn.py": one.source for at, one in enumerate(pupils)}
    text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False)
    return made | {"submission_metadata.yml": text.encode()}


def canvas_name(name):
    """As Canvas writes it: in small letters, without numbers between lines and all but words."""
    return re.sub(r"\W", "", re.sub(r"_([0-9]+)_", r"\1", name).lower())


def canvas(pupils):
    """Flat, every other one late."""
    return {
        f"{canvas_name(one.name)}_{'LATE_' * (at % 2)}{one.id}_{7000 + at}_nn.py": one.source
        for at, one in enumerate(pupils)
    }


def moodle(pupils):
    """A folder for each, as newer versions call it."""
    return {f"{one.name}_{one.id}_assignsubmission_file/nn.py": one.source for one in pupils}


def moodle_older(pupils):
    """With a line at the end."""
    return {f"{one.name}_{one.id}_assignsubmission_file_/nn.py": one.source for one in pupils}


def moodle_flat(pupils):
    """Without folders."""
    return {f"{one.name}_{one.id}_assignsubmission_file_nn.py": one.source for one in pupils}


def moodle_blind(pupils):
    """Without names."""
    return {
        f"Participant {one.id}_{one.id}_assignsubmission_file/nn.py": one.source for one in pupils
    }


def github(pupils):
    """<assignment>-<user>/student/nn.py, with the rest of the template."""
    return {
        f"nn-{one.login}/{path}": content
        for one in pupils
        for path, content in (
            ("student/nn.py", one.source),
            ("reference/nn.py", b"not theirs\n"),
            (".git/HEAD", b"ref: refs/heads/main\n"),
        )
    }


def classroom50(pupils):
    """<classroom>-<assignment>-<user>, with what the program leaves beside."""
    made = {f"cs-nn-{one.login}/student/nn.py": one.source for one in pupils}
    return made | {"scores.csv": b"username,score\n"}


LAYOUTS = {
    "folders": (folders, "class", "a folder or a file", "name"),
    "files": (files, "class", "a folder or a file", "name"),
    "notebooks": (notebooks, "class", "a folder or a file", "name"),
    "zips": (zips, "class", "a folder or a file", "name"),
    "gradescope": (gradescope, "assignment_77_export", "Gradescope", "id"),
    "canvas": (canvas, "submissions", "Canvas", "id"),
    "moodle": (moodle, "course-nn-55", "Moodle", "id"),
    "moodle, older": (moodle_older, "course-nn-55", "Moodle", "id"),
    "moodle, flat": (moodle_flat, "course-nn-55", "Moodle", "id"),
    "moodle, blind": (moodle_blind, "course-nn-55", "Moodle", "id"),
    "github": (github, "nn-submissions", "GitHub Classroom", "login"),
    "github, renamed": (github, "whatever", "GitHub Classroom", "login"),
    "classroom50": (classroom50, "cs-nn_submissions_2026_05_09_T_14_30_45", "classroom50", "login"),
}
"""The builder, the folder's name, how the layout is called, and by what its people are known."""


def notebook(*cells):
    """A notebook with these code cells, a heading before the first."""
    head = {"cell_type": "markdown", "metadata": {}, "source": ["# A heading\n", "with %magic"]}
    code = [
        {"cell_type": "code", "metadata": {}, "outputs": [{"data": 1}], "source": cell}
        for cell in cells
    ]
    return json.dumps({"cells": [head, *code], "nbformat": 4, "nbformat_minor": 5}).encode()


def write(made, root):
    """The files under a folder of the disk."""
    for name, content in made.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def packed(made, inside="", **options):
    """The files as the bytes of a .zip, in a folder inside it where one is named."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, content in made.items():
            archive.writestr(f"{inside}/{name}" if inside else name, content)
    return buffer.getvalue()


def pack(made, path, inside=""):
    """The files as a .zip on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(made, inside))
    return path
