"""The job that makes a copy: the document to read is of the screens' words, and so made here."""

from __future__ import annotations

from typing import Literal

from django_tasks import task

from dolenti.access.models import User
from dolenti.clinic.copies.document import record_pdf
from dolenti.fhir import record_values
from dolenti.records import access_counts
from dolenti.rights import copy_requests
from dolenti.rights.models import CopyRequest
from dolenti.ui.labels import LABELS


@task
def make_copy(public_id: str) -> None:
    """Make the copy of a request; once, however often it is begun."""
    copy_requests.make(public_id, _document)


def _document(
    asked: CopyRequest, user: User, record: record_values.Record, language: Literal["fr", "en"]
) -> bytes:
    opened = access_counts.of(user, asked.patient, record.made)
    made_for = (asked.recipient, LABELS["copy-reason"][asked.reason])
    return record_pdf(record, asked.patient, opened, made_for, language)
