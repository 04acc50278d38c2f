"""Which column of a table says what of a person, whoever made the table."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from grader.classroom.cells import restored
from grader.classroom.records import Person

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": (
            *("id", "sid", "studentid", "studentnumber", "studentno", "idnumber", "sisuserid"),
            *("sisid", "matriculationnumber", "matrikelnummer", "matrnr", "orgdefinedid"),
            *("canvasid", "canvasuserid", "userid", "externalid", "githubid"),
        ),
        "identifier": ("identifier", "rosteridentifier"),
        "name": (
            *("name", "fullname", "student", "studentname", "displayname", "vollstandigername"),
            *("nomcomplet", "nombrecompleto", "nomecompleto"),
        ),
        "first": (
            *("firstname", "first", "givenname", "givennames", "forename", "vorname", "prenom"),
            *("nombre", "nome"),
        ),
        "last": (
            *("lastname", "last", "surname", "familyname", "nachname", "nom", "apellido"),
            *("apellidos", "cognome"),
        ),
        "email": (
            *("email", "emailaddress", "mail", "mailaddress", "emailadresse", "mailadresse"),
            *("adressedecourriel", "courriel", "direcciondecorreo", "correo"),
        ),
        "login": (
            *("login", "loginid", "sisloginid", "username", "githubusername", "githublogin"),
            *("github", "githubuser", "githubhandle", "netid", "account", "user", "anmeldename"),
        ),
        "section": ("section", "sections", "sectionname", "group", "groups", "class", "tutorial"),
        "role": ("role", "roles"),
    }
)
"""For each thing to know, how its column may be called; in one person the earlier name wins.

Without case, accents and anything that is not a letter or a digit. `identifier` holds whatever an
instructor, or Moodle, has chosen: its values say what they are.
"""

WHO = ("id", "identifier", "name", "first", "last", "email", "login")
"""What tells who somebody is; a table of people has one of these at least."""

STAFF = frozenset(
    {"instructor", "teacher", "ta", "teachingassistant", "reader", "grader", "observer"}
    | {"designer", "noneditingteacher", "manager", "admin", "staff"}
)
"""Roles of people that hand nothing in."""

_MEANT: Mapping[str, tuple[str, int]] = MappingProxyType(
    {name: (field, place) for field, names in COLUMNS.items() for place, name in enumerate(names)}
)
_PARTICIPANT = re.compile(
    r"(?:participante?|teilnehmer(?:/?in)?|deelnemer|partecipante|deltager|deltagare)\s+(\d+)",
    re.IGNORECASE,
)


def folded(heading: str) -> str:
    """The heading of a column without case, accents, spaces and punctuation."""
    letters = unicodedata.normalize("NFKD", heading).casefold()
    return "".join(c for c in letters if c.isalnum())


def recognised(headings: Sequence[str]) -> int:
    """How many of the headings say something of a person."""
    return sum(folded(heading) in _MEANT for heading in headings)


def tells_who(headings: Sequence[str]) -> bool:
    """Whether a table with these headings says whom its lines are about."""
    return any(_MEANT.get(folded(heading), ("", 0))[0] in WHO for heading in headings)


def place(headings: Sequence[str], field: str) -> int | None:
    """The column of the field, of several the one whose name stands first in COLUMNS."""
    found = [(_MEANT[folded(h)][1], i) for i, h in enumerate(headings) if _is(h, field)]
    return min(found)[1] if found else None


def staff(headings: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether the line is about somebody who teaches."""
    at = place(headings, "role")
    return at is not None and at < len(cells) and folded(cells[at]) in STAFF


def person(headings: Sequence[str], cells: Sequence[str]) -> Person:
    """The person that a line is about; nothing of it is known where its cells are empty."""
    found: dict[str, list[tuple[int, str]]] = {}
    for heading, cell in zip(headings, cells, strict=False):
        field, rank = _MEANT.get(folded(heading), ("", 0))
        value = restored(cell)
        if field and value:
            found.setdefault(field, []).append((rank, value))
    values = {field: [value for _, value in sorted(ranked)] for field, ranked in found.items()}
    for value in values.pop("identifier", ()):
        field, said = _identified(value)
        values.setdefault(field, []).append(said)
        if field == "id" and any(c.isalpha() for c in said):
            values.setdefault("name", []).append(said)
    ids = list(dict.fromkeys(_number(value) for value in values.get("id", ())))
    parts = [*values.get("first", ())[:1], *values.get("last", ())[:1]]
    full = values.get("name", [" ".join(parts)])[0]
    return Person(
        id=ids[0] if ids else "",
        name=full,
        email=values.get("email", [""])[0],
        login=values.get("login", [""])[0],
        section=values.get("section", [""])[0],
        also=tuple(ids[1:]),
    )


def _is(heading: str, field: str) -> bool:
    return _MEANT.get(folded(heading), ("", 0))[0] == field


def _identified(value: str) -> tuple[str, str]:
    """What an identifier is: a mail address, Moodle's number, or a code of the school's own."""
    if "@" in value and " " not in value:
        return "email", value
    return "id", _number(value)


def _number(value: str) -> str:
    """The number of «Participant 123»; anything else is as it is."""
    numbered = _PARTICIPANT.fullmatch(value)
    return numbered.group(1) if numbered else value
