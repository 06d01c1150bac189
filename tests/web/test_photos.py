"""Photos of a session: with the patient's yes, encrypted, under the seal, seen by few."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.urls import reverse

from dolenti.access import at_rest
from dolenti.access.models import AuditEntry, User
from dolenti.agenda.models import Appointment
from dolenti.guideline.errors import InputError
from dolenti.records.models import Assessment
from dolenti.safekeeping.encrypted import insist, tried
from dolenti.treatment import copied, given, photos
from dolenti.treatment.models import Session, SessionPhoto, SessionRecord
from tests.web import room as make
from tests.web.world import begun_anew, sent, under_way

pytestmark = pytest.mark.django_db
JPEG = make.a_photo()


@pytest.fixture
def session(alice: User, stored: Assessment) -> Session:
    """Under way, its patient there."""
    return under_way(alice, begun_anew(stored))


def add(user: User, session: Session, **more: Any) -> SessionPhoto:
    photo = photos.add(sent(user), session, JPEG, **{"agreed": True, **more})
    return SessionPhoto.objects.defer(None).get(pk=photo.pk)


def send(browser: Client, session: Session, data: bytes = JPEG, **more: Any) -> Any:
    form = {"token": str(uuid.uuid4()), "agreed": "on", **more}
    form["file"] = SimpleUploadedFile("IMG_0001.jpg", data, "image/jpeg")
    return browser.post(reverse("session-photo-new", args=[session.public_id]), form)


def test_what_lies_in_the_database_opens_with_the_key_and_beside_its_row_alone(
    alice: User, session: Session
) -> None:
    photo, other = add(alice, session), add(alice, session)
    assert b"\xff\xd8" not in bytes(photo.content)[:40]
    assert photo.unsealed().startswith(b"\xff\xd8")
    moved = SessionPhoto.objects.get(pk=other.pk)
    moved.content = photo.content
    with pytest.raises(at_rest.UnsealedError):
        moved.unsealed()
    changed = bytes(photo.content)
    photo.content = changed[:-1] + bytes([changed[-1] ^ 1])
    with pytest.raises(at_rest.UnsealedError):
        photo.unsealed()


def test_a_drill_says_that_the_key_is_lost_and_a_former_key_opens(
    alice: User, session: Session, settings: Any
) -> None:
    photo = add(alice, session)
    before = settings.SECRET_KEY
    assert "photos" in insist("default", [before]).opened
    with override_settings(SECRET_KEY="another key of the site, made after a fire"):
        other = [settings.SECRET_KEY]
        with pytest.raises(InputError, match=r"every row is there, but the photos .* this secret"):
            insist("default", other)
        with pytest.raises(InputError, match="which is not here"):
            insist("default", [])
        assert "photos" in insist("default", other, without_key=True).shut
        assert "photos" in insist("default", [*other, before]).opened
        with override_settings(FORMER_KEYS=[before]):
            assert photo.unsealed()


def test_what_was_sealed_since_with_another_key_hides_nothing(
    alice: User, session: Session, settings: Any
) -> None:
    add(alice, session)
    before, other = settings.SECRET_KEY, "another key of the site, made after a fire"
    with override_settings(SECRET_KEY=other):
        add(alice, session)
    for keys in ([before], [other]):
        assert "photos" in tried("default", keys).shut
    assert "photos" in tried("default", [before, other]).opened


def test_without_the_patients_yes_nothing_is_kept(alice: User, session: Session) -> None:
    with pytest.raises(InputError, match="ask the patient"):
        add(alice, session, agreed=False)
    record = given.prepare(sent(alice), session)
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionPhoto.objects.create(
            record=record,
            content=b"x",
            sha256="0" * 64,
            width=1,
            height=1,
            agreed=False,
            author=alice,
        )
    assert not SessionPhoto.objects.exists()


def test_a_signed_session_seals_its_photos(alice: User, session: Session) -> None:
    photo = add(alice, session, note="cheville")
    record = make.signed_off(alice, session)
    assert given.is_sealed(record)
    for refused in (lambda: add(alice, session), lambda: photos.drop(alice, photo, "floue")):
        with pytest.raises(InputError, match="signed"):
            refused()
    SessionPhoto.objects.filter(pk=photo.pk).update(sha256="0" * 64)
    assert not given.is_sealed(SessionRecord.objects.get(pk=record.pk))


def test_one_taken_away_before_the_signature_leaves_no_picture(
    alice: User, session: Session
) -> None:
    photo = add(alice, session)
    for _ in range(2):
        photos.drop(alice, photo, "prise par erreur")
    row = SessionPhoto.objects.defer(None).get(pk=photo.pk)
    assert (bytes(row.content), row.dropped, row.dropped_by) == (b"", "prise par erreur", alice)
    assert AuditEntry.objects.filter(action="drop-photo").count() == 1
    assert given.is_sealed(make.signed_off(alice, session))


def test_the_page_takes_a_photo_shows_it_and_says_no_in_words(
    alice: User, chloe: User, session: Session, at_alice: Client,
    browser_of: Callable[[User], Client],
) -> None:  # fmt: skip
    assert send(at_alice, session, note="<b>genou</b>").status_code == 302
    token = str(uuid.uuid4())
    for _ in range(2):
        assert send(at_alice, session, token=token).status_code == 302
    assert SessionPhoto.objects.count() == 2
    page = at_alice.get(reverse("session-photos", args=[session.public_id]))
    assert b"&lt;b&gt;genou" in page.content
    photo = SessionPhoto.objects.first()
    assert photo is not None
    answer = at_alice.get(reverse("session-photo", args=[photo.public_id]))
    assert answer.content.startswith(b"\xff\xd8")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'inline; filename="photo-{photo.public_id}.jpg"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert AuditEntry.objects.filter(action="read", kind="sessionphoto").exists()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for wrong in ({"data": svg}, {"data": JPEG[:200]}, {"data": b""}, {"agreed": ""},
                  {"data": b"\xff\xd8" + b"\0" * (10 * 1024 * 1024)}):  # fmt: skip
        assert send(at_alice, session, **wrong).status_code == 422
    assert SessionPhoto.objects.count() == 2
    stranger = browser_of(chloe)
    assert stranger.get(reverse("session-photo", args=[photo.public_id])).status_code == 404
    assert send(stranger, session).status_code == 404


def test_a_session_has_no_more_than_it_may(alice: User, session: Session) -> None:
    for _ in range(photos.MOST):
        add(alice, session)
    with pytest.raises(InputError, match="at most"):
        add(alice, session)


def test_the_copy_of_the_record_holds_the_pictures(alice: User, session: Session) -> None:
    add(alice, session)
    photos.drop(alice, add(alice, session), "floue")
    filing = copied.photo_files
    family = type(session.course.patient).objects.filter(pk=session.course.patient_id)
    rows = list(filing.rows(family))
    assert [filing.contents(one)[:2] for one in rows] == [b"\xff\xd8"]
    assert filing.form(rows[0]) == ("jpg", "image/jpeg")


def test_a_photo_begins_no_record_of_a_day_to_come(alice: User, session: Session) -> None:
    when = session.appointment.start + timedelta(days=3)
    Appointment.objects.filter(pk=session.appointment_id).update(
        start=when, end=when + timedelta(minutes=30)
    )
    ahead = Session.objects.select_related("appointment", "course__patient").get(pk=session.pk)
    with pytest.raises(photos.PhotoRefusedError):
        add(alice, ahead)
    assert not SessionRecord.objects.exists()
    assert not SessionPhoto.objects.exists()
