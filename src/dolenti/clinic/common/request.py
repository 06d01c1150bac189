"""What the views share: who asks, what day it is, and the token of a form."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from django.http import HttpRequest

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.clinic.common.lookup import Lookup, lookup
from dolenti.clinic.common.strip import PatientStrip, of_patient
from dolenti.guideline.knowledge import Edition
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.models import Patient, Statement
from dolenti.records.patients import danger
from dolenti.treatment.lately import Sign
from dolenti.ui.language import current


def user_of(request: HttpRequest) -> User:
    """The person behind the guard."""
    assert isinstance(request.user, User)
    return request.user


def today() -> date:
    """The day where the site stands."""
    return clock.today()


def words(edition: Edition | None = None) -> Lookup:
    """The words of an edition in the page's language."""
    return lookup(edition or engine.edition_in_force(), current())


def submission(request: HttpRequest) -> Submission:
    """Who sends this form, and its token. One that is missing or damaged is a new one."""
    try:
        token = uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        token = uuid.uuid4()
    return Submission(user_of(request), token, _about(request))


NAMED = ("patient", "complaint", "course", "session", "draw", "unit", "item", "lot", "document")
"""The fields that name what a form is about, where its address does not."""


def _about(request: HttpRequest) -> str:
    named = [(name, request.POST.getlist(name)) for name in NAMED if name in request.POST]
    return sha256(repr((request.get_full_path(), named)).encode()).hexdigest()


def strip_of(
    request: HttpRequest,
    patient: Patient,
    *,
    opened: bool = True,
    stated: Sequence[Statement] | None = None,
    happened: Sequence[Sign] | None = None,
) -> PatientStrip:
    """The strip of a patient that the gate gave, to be put under ``strip`` in the context.

    What can hurt them is said to whoever may read records, unless theirs is not ``opened``. Four
    queries, whatever the record holds; one less where what was ``stated`` of them is read already,
    two less where what ``happened`` to them is.
    """
    user = user_of(request)
    may_know = opened and user.may(Permission.READ_RECORDS)
    found = danger.of(user, patient, today(), stated) if may_know else None
    return of_patient(patient, found, words(), today(), happened)
