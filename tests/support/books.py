"""People, what they handed in, and sheets: what tests of rosters and gradebooks begin with."""

import csv
import io

from support import reports

from grader.classroom import gradebook, roster, tables
from grader.classroom.records import Entry, Person
from grader.submission import Submission


def person(name="", **more):
    """Somebody of this name."""
    return Person(name=name, **more)


def entry(key, *people, **more):
    """Something that these people, or one called like the key, handed in."""
    submission = more.pop("submission", Submission("nn.py", b"pass\n"))
    return Entry(key, people or (Person(name=key),), submission, **more)


def sheet(text, name="sheet.csv", encoding="utf-8"):
    """The table that these lines are."""
    return tables.parse(text.encode(encoding), name)


def book(entries, people=None, graded=None):
    """The rows of a class: each entry with the Report of its key, by default all with partial()."""
    made = {e.key: reports.partial() for e in entries} if graded is None else graded
    results = {key: f"results/{key}.json" for key in made}
    return gradebook.rows(roster.match(entries, people), made, results)


def lines(content):
    """The cells of a CSV, by the csv module's own reading."""
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))
