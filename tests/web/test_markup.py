"""Texts with markup, and texts that run from right to left, on every page that shows them.

They are put where people's words are kept, past every form, as an older program or a restored
backup may have left them; then every page is opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from dolenti.access.models import AppendOnly, Clinic, Site, User
from dolenti.agenda.models import Appointment, Closure, Privilege, Room
from dolenti.diary.models import Alert, ConsentReply, Wish
from dolenti.followup.models import OpioidTaper, RehabilitationPlan
from dolenti.letters.models import AwaitedReply
from dolenti.records.models import (
    Complaint,
    Contact,
    Imaging,
    Meaning,
    Medicine,
    Merge,
    MergeProposal,
    Patient,
    Referral,
    VisitNote,
)
from dolenti.safety.models import AdverseEvent, Alarm, Report
from dolenti.serum.models import LogWithdrawal, Place, Proposal, Stay, Tube, Unit
from dolenti.stock.models import Item, Lot, RecallLetter
from dolenti.treatment.models import Course, Fee, SensoryMap, SessionPhoto, SessionRecord
from tests.web.addresses import address
from tests.web.matrix import GUARDED, PAGES
from tests.web.world import ZOE, registered

pytestmark = pytest.mark.any_database

MARKUP: Final = "<img src=x>#$*_@\\`\"'&{{x}}"  # of HTML, of Typst, of the templates
TAKEN_AS_A_TAG: Final = "<img src=x"
SHOWN_AS_TEXT: Final = "&lt;img src=x&gt;#$*_@"
# Where people's words are kept and may be changed later. What is written once is tested by the
# forms that write it (every_form/bad_input.py): the database refuses to change it.
WORDS: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Clinic: ("name",),
    Site: ("name", "address", "phone", "emergency_number"),
    User: ("name",),
    Patient: (
        "birth_name", "used_name", "first_name", "given_names", "used_first_name",
        "birth_place_name", "reference", "doctor", "doctor_contact", "in_error",
    ),
    Contact: ("name", "phone", "address"),
    MergeProposal: ("reason",),
    Imaging: ("finding", "read_by", "source", "withdrawn"),
    Medicine: ("name", "dose", "prescriber"),
    VisitNote: ("note", "withdrawn"),
    RehabilitationPlan: ("goals", "end_reason"),
    OpioidTaper: ("aim", "prescriber", "end_reason"),
    Meaning: ("item", "says"),
    Merge: ("reason", "undone_reason"),
    Complaint: ("note", "called", "in_error"),
    Course: ("stop_reason",),
    SessionPhoto: ("note", "dropped"),
    SensoryMap: ("note",),
    SessionRecord: ("reason",),
    Appointment: ("motive", "reason"),
    Referral: ("outcome",),
    Room: ("name",),
    Closure: ("why",),
    Fee: ("label",),
    Privilege: ("proof",),
    Item: ("name",),
    Lot: ("number", "reason", "told"),
    RecallLetter: ("note",),
    Place: ("name",),
    Tube: ("held_for",),
    Unit: ("held_for",),
    Proposal: ("note", "slot", "reason"),
    LogWithdrawal: ("reason",),
    Stay: ("slot",),
    AdverseEvent: ("device", "treated", "note"),
    Report: ("sent_by", "reference"),
    Alarm: ("name", "reason"),
    Alert: ("reason",),
    Wish: ("note", "answer"),
    ConsentReply: ("text", "answered_by", "note"),
    AwaitedReply: ("note",),
}  # fmt: skip
# Codes, ids and hashes of ours: nobody types them.
CODES: Final = re.compile(
    r"public_id|.*sha256|therapy|equipped|state|status|urgency|condition|zone|side|since|region|map_edition|rule|route|part"
    r"|ins|ins_oid|cis|birth_place|sort_name|language|rpps|form|about|fact|key|patient|proof|email|time_zone"
    r"|product|with_product|unit|with_unit|gtin|kind|record|code|number|origin|event|seal|card|window|anchor|outcome"
    r"|source|sport_stage|birth_date|done|finess|siret|led_by|sent_to"
)
# These would close the record, and so hide the rest of it.
CLOSING: Final = {"in_error", "undone_reason"}


def test_every_column_that_keeps_peoples_words_is_here() -> None:
    for model in apps.get_models():
        ours = model.__module__.startswith("dolenti.")
        if not ours or issubclass(model, AppendOnly):
            continue
        for field in model._meta.concrete_fields:
            free = isinstance(field, models.CharField | models.TextField) and not field.choices
            if free and not isinstance(field, models.EmailField) and field.name != "password":
                told = field.name in WORDS.get(model, ())
                assert told or CODES.fullmatch(field.name), f"{model.__name__}.{field.name}"


def marked_up(but: set[str]) -> None:
    """Put markup wherever people's words are kept."""
    for model, names in WORDS.items():
        for name in set(names) - but:
            longest = model._meta.get_field(name).max_length
            rows = model._default_manager.all()
            if model is Report:  # only one that was sent says by whom
                rows = rows.exclude(sent_on=None)
            if model is SessionRecord:  # only an amendment has a reason
                rows = rows.exclude(amends=None)
            if model is SessionPhoto and name == "dropped":  # only of one that was taken away
                rows = rows.exclude(dropped="")
            if model is AwaitedReply:  # and only a reply that ended, a word on how
                rows = rows.exclude(state=AwaitedReply.State.WAITING)
            if name == "end_reason":
                rows = rows.filter(state="ended")
            if model in (Alarm, Alert) and name == "reason":  # only one that was ended
                rows = rows.filter(state=model.State.ENDED)
            for pk, stands in rows.values_list("pk", name):  # each its own: a site has no two alike
                text = f"{pk}{MARKUP}"[:longest]
                if stands != text:
                    model._default_manager.filter(pk=pk).update(**{name: text})


@pytest.mark.parametrize("but", [CLOSING, set()], ids=["as usual", "entered in error"])
def test_markup_is_shown_as_text_on_every_page(
    but: set[str],
    alice: User,
    knee: Complaint,
    stored: Any,
    browser_of: Callable[[User], Client],
) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    # What was entered in error changes the pages of a record, and no other.
    names = GUARDED if but else [name for name in GUARDED if "public_id" in PAGES[name].arguments]
    paths = {name: address(name, knee, stored) for name in names}
    marked_up(but)
    browser, shown = browser_of(alice), set()
    for name, path in paths.items():
        User.objects.filter(pk=alice.pk).update(role=PAGES[name].reader)
        answer = browser.get(path)
        assert answer.status_code in (200, 302, 404, 405, 409), name
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = answer.content.decode()
        assert TAKEN_AS_A_TAG not in page, name
        if SHOWN_AS_TEXT in page:
            shown.add(name)
    assert {"patient", "patient-identity", "person"} <= shown
    assert not but or {"patients", "site", "agenda"} <= shown
    assert len(shown) > 30


@pytest.mark.parametrize("name", ["course-consent-document", "quotation-document"])
def test_a_document_prints_markup_as_it_stands(
    name: str,
    alice: User,
    knee: Complaint,
    stored: Any,
    browser_of: Callable[[User], Client],
) -> None:
    path = address(name, knee, stored)
    marked_up(CLOSING)
    answer = browser_of(alice).get(path)
    assert answer.status_code == 200
    document = b"".join(answer) if answer.streaming else answer.content
    assert document.startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["course-calendar", "appointment-calendar"])
def test_a_calendar_file_takes_no_line_from_a_text(
    name: str,
    alice: User,
    knee: Complaint,
    stored: Any,
    browser_of: Callable[[User], Client],
) -> None:
    path = address(name, knee, stored)
    text = "Here\r\nBEGIN:VTODO\nX-A:b,c;d"
    for model in (Clinic, Site, User):
        model._default_manager.update(name=text)  # type: ignore[attr-defined]
    Site.objects.update(address=text)
    answer = browser_of(alice).get(path)
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    assert not any(line.startswith(("BEGIN:VTODO", "X-A:")) for line in lines)


# --- From right to left --------------------------------------------------------------------------

HEBREW: Final = "כהן"


def test_a_name_from_right_to_left_moves_nothing_beside_it(alice: User, at_alice: Client) -> None:
    """A Hebrew name is a name. It is set apart, so that the birth date after it stays in order."""
    zoe = registered(alice)
    Patient.objects.filter(pk=zoe.pk).update(used_name=HEBREW, reference=HEBREW)
    page = at_alice.get(reverse("patient", args=[zoe.public_id])).content.decode()
    strip = page[page.index("strip-section") : page.index("</section>")]
    for place in [found.start() for found in re.finditer(HEBREW, strip)]:
        before = strip[:place]
        assert before.rfind("<bdi") > before.rfind("</bdi>"), strip[max(0, place - 80) : place]


def test_marks_that_an_older_record_holds_turn_nothing_round_on_the_strip(
    alice: User, at_alice: Client
) -> None:
    zoe = registered(alice, ZOE)
    Patient.objects.filter(pk=zoe.pk).update(used_name="\u202enitraM", reference="\u202e21")
    page = at_alice.get(reverse("patient", args=[zoe.public_id])).content.decode()
    strip = page[page.index("strip-section") : page.index("</section>")]
    for place in [found.start() for found in re.finditer("\u202e", strip)]:
        before = strip[:place]
        assert before.rfind("<bdi") > before.rfind("</bdi>")
