"""The address of every page, with what it shows made for it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.urls import get_resolver, reverse
from django.utils import timezone

from dolenti.records import engine
from dolenti.records.models import Absence, Assessment, Complaint, Opening
from dolenti.records.once import Submission
from dolenti.records.patients import contacting, merging
from tests.web.courses import arguments_of
from tests.web.keeping import kept
from tests.web.patients import PAUL, registered

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
Maker = Callable[[str, Complaint, Assessment], list[str]]


def _contact(name: str, knee: Complaint, stored: Assessment) -> list[str]:
    values = {"kind": "self", "phone": "0102030405"}
    made = contacting.add(Submission(knee.author, uuid.uuid4()), knee.patient, values)
    return [made.public_id]


def _merge(name: str, knee: Complaint, stored: Assessment) -> list[str]:
    other = registered(knee.author, PAUL)
    sent = Submission(knee.author, uuid.uuid4())
    return [merging.merge(sent, knee.patient, other, "same card").public_id]


def _document(name: str, knee: Complaint, stored: Assessment) -> list[str]:
    assert knee.document is not None
    return [knee.document.public_id]


def _absence(name: str, knee: Complaint, stored: Assessment) -> list[str]:
    now = timezone.now()
    made = Absence.objects.create(user=knee.author, start=now + DAY, end=now + 2 * DAY)
    return [made.public_id]


def _opening(name: str, knee: Complaint, stored: Assessment) -> list[str]:
    ends_at = timezone.now() + HOUR
    made = Opening.objects.create(
        patient=knee.patient, user=knee.author, reason="colleague away", ends_at=ends_at
    )
    return [made.public_id]


def _kept(name: str, knee: Complaint, stored: Assessment) -> list[str]:
    return [kept(name, knee.author, knee.patient).public_id]


# By the name of an address, or the beginning of it: the first that fits.
MAKERS: Final[tuple[tuple[str, Maker], ...]] = (
    ("knowledge-therapy-part", lambda *_: [_therapy(), "rules"]),
    ("knowledge-therapy", lambda *_: [_therapy()]),
    ("knowledge-products", lambda *_: []),
    ("knowledge-product", lambda *_: [engine.edition_in_force().products[0].id]),
    ("knowledge-attest", lambda *_: ["acs-status-fr"]),
    ("mfa_remove_webauthn", lambda *_: ["0123456789abcdef"]),
    ("agenda-list", lambda *_: ["unclosed"]),
    ("draft-", lambda *_: ["patient-new"]),
    ("patient-facts", lambda name, knee, stored: [knee.patient.public_id]),
    ("patient-fact", lambda name, knee, stored: [knee.patient.public_id, "allergy"]),
    (
        "patient-merge-with",
        lambda name, knee, stored: [knee.patient.public_id, registered(knee.author).public_id],
    ),
    ("contact-new", lambda name, knee, stored: [knee.patient.public_id]),
    ("contact-", _contact),
    ("merge-undo", _merge),
    ("document", _document),
    ("absence", _absence),
    ("opening-", _opening),
    ("person", lambda name, knee, stored: [knee.author.public_id]),
    ("site-", _kept),
    ("erasure-", _kept),
    ("patient", lambda name, knee, stored: [knee.patient.public_id]),
    ("complaint", lambda name, knee, stored: [knee.public_id]),
    ("assessment-pass", lambda name, knee, stored: arguments_of(name, stored)),
    ("assessment", lambda name, knee, stored: [stored.public_id]),
    ("", lambda name, knee, stored: arguments_of(name, stored)),
)


def _therapy() -> str:
    return engine.edition_in_force().therapies[0].id


def address(name: str, knee: Complaint, stored: Assessment) -> str:
    """The address of a page by its name; what stands in it is made where it must be there."""
    if not takes_arguments(name):
        return reverse(name)
    make = next(make for start, make in MAKERS if name.startswith(start))
    return reverse(name, args=make(name, knee, stored))


def takes_arguments(name: str) -> bool:
    """Whether something stands in an address, besides its own words."""
    (possibilities, *_), *_ = get_resolver().reverse_dict.getlist(name)
    _, parameters = possibilities[0]
    return bool(parameters)
