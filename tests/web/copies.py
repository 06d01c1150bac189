"""A copy of a record, for tests: asked for on its page, made by the worker, fetched."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

from django.test import Client
from django.urls import reverse

from dolenti.records.models import Patient
from dolenti.work import worker


def ask(browser: Client, patient: Patient, **fields: Any) -> Any:
    """The form of a copy, sent; the answer leads to the copy's page."""
    form = {"token": str(uuid.uuid4()), "reason": "patient", **fields}
    return browser.post(reverse("patient-copy", args=[patient.public_id]), form)


def fetched(browser: Client, asked: Any) -> bytes:
    """The file of a copy that was asked for, once the worker was there."""
    assert asked.status_code == 302, asked.status_code
    worker.do_all()
    answer: Any = browser.get(asked.headers["Location"] + "file/")
    assert answer.status_code == 200, answer.status_code
    data = b"".join(answer.streaming_content)
    assert answer.headers["Content-Length"] == str(len(data))
    return data


def copy_of(browser: Client, patient: Patient, **fields: Any) -> zipfile.ZipFile:
    """The same from its beginning, opened."""
    return zipfile.ZipFile(io.BytesIO(fetched(browser, ask(browser, patient, **fields))))
