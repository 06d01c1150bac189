"""Every limit of what people and machines may send and how often, as ``docs/limits.md`` prints it.

``make pages`` runs this file as a script, which writes the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import django

django.setup()

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "limits.md"
HEAD = """# Limits

What is taken, how much of it, how often, and how long it lasts: each with the place in
`src/dolenti` that holds it. Beyond a limit the answer is a sentence that says what to do; nothing
is half kept. The limits of medicine (doses, volumes, days) are the knowledge’s, and stand there.

`make pages` writes this page from the code; a test holds the page to the code, and every limit that
the code names so to the page. The rates of the proxy stand in `deploy/nginx/dolenti.conf`.
"""
S = "config.settings"
RATES: Final = {
    "login": "log-ins", "login_failed": "wrong passwords", "reset_password": "links to a password",
}  # fmt: skip
Limit = tuple[str, str]
"""What it is of, and its name: ``module.NAME``."""
TABLES: Final[dict[str, list[Limit]]] = {
    "Log-in and sessions": [
        ("a session without a request", f"{S}.SESSION_IDLE"),
        ("a session, whatever is done", f"{S}.SESSION_LIFETIME"),
        ("a link to a password, once", f"{S}.PASSWORD_RESET_TIMEOUT"),
        ("a password or code counts as just given", "access.adapters.CONFIRMED_FOR"),
        ("the record of another’s patient, opened for a reason", "records.patients.opening.LASTS"),
    ],
    "A patient’s link": [
        ("wrong birth dates before it is blocked", "diary.link_life.TRIES"),
        ("wrong birth dates of one network address in an hour", "diary.networks.MOST"),
        ("it stays open on the patient’s own device", "portal.door.OWN_SECONDS"),
        ("it stays open on another device", "portal.door.SHARED_SECONDS"),
        ("and there, once all was sent", "portal.door.SENT_SECONDS"),
        ("a code that was sent", "diary.codes.LASTS"),
        ("wrong codes before one is taken no more", "diary.codes.TRIES"),
        ("wrong codes of one patient in a day", "diary.codes.TRIES_A_DAY"),
        ("codes sent to one patient in an hour", "diary.codes.SENT_AN_HOUR"),
        ("a notice of a mail that came back counts after it went", "diary.bounces.LASTS"),
        ("days to read and sign a consent at home", "diary.links.CONSENT_DAYS"),
        ("new dates of an appointment in a day", "diary.visiting.A_DAY"),
        ("times offered at once", "diary.visiting.MOST"),
        ("characters of a question before a consent", "diary.consenting.LONGEST"),
        ("characters of who signs for a patient", "diary.consenting.LONGEST_QUALITY"),
        ("characters of a wished time", "diary.wishing.LONGEST"),
        ("characters of the answer to it", "diary.wishing.LONGEST_ANSWER"),
        ("characters of a medicine’s name typed at home", "diary.history.LONGEST_NAME"),
        ("medicines typed at home", "diary.history.MOST_NAMES"),
    ],
    "Files": [
        ("a file that a browser sends", f"{S}.UPLOAD_LIMIT"),
        ("a form without its files", f"{S}.DATA_UPLOAD_MAX_MEMORY_SIZE"),
        ("fields of a form", f"{S}.DATA_UPLOAD_MAX_NUMBER_FIELDS"),
        ("a patient’s file, unpacked", "records.files.intake.LONGEST"),
        ("complaints of a file, and of a patient", "guideline.facts.MOST_COMPLAINTS"),
        ("a FHIR file of the command line, unpacked", "fhir.bundle.MAX_BYTES"),
        ("gzip members of such a file", "fhir.bundle.MOST_MEMBERS"),
        ("any file of the command line", "terminal.inputs.MOST_BYTES"),
        ("the base of medicines, unpacked", "medicines.unpacking.MOST_BYTES"),
        ("a file of a temperature logger", "serum.temperature.LONGEST"),
        ("a file of a questionnaire", "diary.questionnaires.LARGEST"),
        ("a mail that comes back and is looked at", "diary.bounces.LARGEST"),
        ("forms of a photo or a logo", "treatment.pictures.FORMS"),
        ("pixels of a photo before it is decoded", "treatment.pictures.MOST_PIXELS"),
        ("a photo as it is kept", "treatment.pictures.MOST_BYTES"),
        ("a logo as it is kept", "treatment.pictures.LOGO_BYTES"),
        ("photos of a session", "treatment.photos.MOST"),
        ("a copy of a record may be fetched", "rights.copy_requests.KEPT"),
    ],
    "What is typed and drawn": [
        ("characters of a line", "identity.text.LINE"),
        ("characters of a note", "identity.text.NOTE"),
        ("characters of a name", "identity.names.LONGEST"),
        ("characters of a search of people", "identity.asked.LONGEST"),
        ("characters of a search of medicines", "medicines.search.LONGEST_QUERY"),
        ("characters of it that the page looks at", "clinic.medicines.shown.LONGEST"),
        ("characters of a draft, all its fields", "ledger.drafts.LONGEST"),
        ("drafts of one person", "ledger.drafts.MOST"),
        ("an answer begun on one’s own phone is kept", "portal.drafts.LONGEST"),
        ("characters of a scanned code", "scanning.gs1.LONGEST"),
        ("characters of a drawn signature", "clinic.consents.forms.LONGEST"),
        ("characters of a map of injections", "guideline.session.map.drawn.LONGEST"),
        ("characters of a setting of it", "guideline.session.map.drawn.LONGEST_SETTING"),
        ("characters of labels scanned at once", "clinic.serum.forms.LONGEST"),
        ("characters of a line of a letter", "clinic.letters.forms.LONGEST"),
        ("characters of several lines of a letter", "clinic.letters.forms.LONGEST_OF_MANY"),
        (
            "characters of an origin in the file of a mixture",
            "guideline.mixture.file.LONGEST_ORIGIN",
        ),
        ("characters of what a name is found by", "records.patients.people.LONGEST_KEY"),
        ("characters of an entry that was given a meaning", "fhir.naming.LONGEST_ITEM"),
        ("characters of one text of a record that are read", "fhir.clauses.LONGEST_TEXT"),
    ],
}
"""Each limit that stands in the page, but for the rates."""
NO_LIMIT_OF_THIS: Final = {
    "calendar.opening.LONGEST_CLOSURE": "days of a closure: a rule of the agenda",
    "calendar.slots.LONGEST": "an appointment: a rule of the agenda",
    "guideline.diary.rehabilitation.LONGEST": "weeks of a programme: the knowledge’s",
    "treatment.quotations.TRIES": "numbers tried until one is free",
}
"""Named like a limit, and of something else."""
MEANT: Final = re.compile(
    r"^((?:TRIES|LASTS|LONGEST|LARGEST|SENT_AN)[A-Z_]*)\b.*? = ", re.MULTILINE
)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_rates(), *(line for name in TABLES for line in _table(name))])


def _table(name: str) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| of | limit | where |"
    yield "|---|---|---|"
    for about, place in TABLES[name]:
        yield f"| {about} | {said(place)} | `{place}` |"
    yield ""


def _rates() -> Iterator[str]:
    from django.conf import settings

    yield "## How often\n"
    yield "| of | limit | where |"
    yield "|---|---|---|"
    for name, about in RATES.items():
        rates = settings.ACCOUNT_RATE_LIMITS[name].split(",")
        yield f"| {about} | {', '.join(map(_rate, rates))} | `{S}.ACCOUNT_RATE_LIMITS` |"
    yield f"| log-ins by a passkey | {_rate(settings.MFA_RATE_LIMITS['webauthn_login'])} | " + (
        f"`{S}.MFA_RATE_LIMITS` |"
    )
    # The tests ask faster than people; the page says what stands in the settings.
    for name, most in _of_people().items():
        yield f"| {name} of one account in a minute, by each process | {most} | `{S}.RATES` |"
    yield ""


def _of_people() -> dict[str, int]:
    text = (ROOT / "src/dolenti/config/settings.py").read_text("utf-8")
    (line,) = re.findall(r"^RATES = \{(.*)\}$", text, re.MULTILINE)
    return {name: int(most) for name, most in re.findall(r'"(\w+)": (\d+)', line)}


def _rate(text: str) -> str:
    most, within, *of = text.split("/")
    time = {"m": "a minute", "5m": "five minutes", "h": "an hour"}[within]
    return f"{most} in {time} by {'an account' if of == ['key'] else 'a network address'}"


def said(place: str) -> str:
    """A limit in words."""
    module, _, name = place.rpartition(".")
    value = getattr(import_module(f"dolenti.{module}"), name)
    return _in_words(value, name)


def _in_words(value: Any, name: str) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{kind} {number:,}" for kind, number in value.items())
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, timedelta) or name in SECONDS:
        seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
        for unit, length in (("h", 3600), ("min", 60)):
            if seconds % length == 0:
                return f"{seconds // length} {unit}"
        return f"{seconds} s"
    number = int(getattr(value, "longest", value))
    if name in BYTES or (name == "LONGEST" and number % 2**20 == 0):
        return f"{number // 2**20} MB" if number % 2**20 == 0 else f"{number:,} bytes"
    return f"{number:,}"


SECONDS: Final = {
    "SESSION_IDLE", "SESSION_LIFETIME", "PASSWORD_RESET_TIMEOUT", "CONFIRMED_FOR", "OWN_SECONDS",
    "SHARED_SECONDS", "SENT_SECONDS",
}  # fmt: skip
BYTES: Final = {
    "UPLOAD_LIMIT", "DATA_UPLOAD_MAX_MEMORY_SIZE", "MAX_BYTES", "MOST_BYTES", "LOGO_BYTES",
    "LARGEST",
}  # fmt: skip


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_a_limit_of_the_code_stands_in_the_page() -> None:
    source = ROOT / "src" / "dolenti"
    named = {
        ".".join([*file.relative_to(source).with_suffix("").parts, name])
        for file in source.rglob("*.py")
        for name in MEANT.findall(file.read_text("utf-8"))
    }
    told = {place for rows in TABLES.values() for _, place in rows} | NO_LIMIT_OF_THIS.keys()
    assert named
    assert named - told == set()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
