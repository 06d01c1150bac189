"""What was given and not signed waits for whoever gave it, whatever the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.records.models import Complaint
from dolenti.treatment import recording
from dolenti.treatment.models import SessionRecord
from tests.web import room as make
from tests.web.world import clinic, colleague, sent


def test_what_was_given_days_ago_and_not_signed_waits_for_whoever_gave_it(
    alice: User, bob: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    session = clinic(alice).with_complaint(knee).session
    record = make.given_in(alice, session)
    SessionRecord.objects.filter(pk=record.pk).update(
        delivered_at=timezone.now() - timedelta(days=5)
    )
    address = "/agenda/lists/unsigned/"
    page = browser_of(alice).get("/agenda/").content.decode()
    assert "séance faite, à signer" in page
    assert f'href="{address}"' in page
    listed = browser_of(alice).get(address).content.decode()
    assert reverse("session", args=[session.public_id]) in listed
    assert browser_of(bob).get(address).status_code == 404
    assert "à signer" not in browser_of(bob).get("/agenda/").content.decode()
    other = colleague(alice)
    assert "à signer" not in browser_of(other).get("/agenda/").content.decode()
    assert session.public_id not in browser_of(other).get(address).content.decode()
    record.refresh_from_db()
    signed = recording.happen(sent(alice), session, record.version, make.NOTHING, sign=True)
    assert signed.state == "signed"
    assert "à signer" not in browser_of(alice).get("/agenda/").content.decode()
