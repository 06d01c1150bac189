"""The key of the site is changed: nothing that it sealed is lost, and nothing it signs is taken."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core import signing
from django.test import Client

from dolenti.access import secret
from dolenti.access.clock import today
from dolenti.access.models import AuditEntry, User
from dolenti.diary import links
from dolenti.diary.models import Link, Message
from dolenti.guideline.errors import InputError
from dolenti.records.models import Assessment
from dolenti.safekeeping import in_use, rekeying
from dolenti.safekeeping.encrypted import tried
from dolenti.treatment import photos
from dolenti.treatment.models import Session, SessionPhoto
from tests.people import code_now, give_app, log_in
from tests.web import room as make
from tests.web.diary import after, link_to, treated
from tests.web.world import begun_anew, sent, under_way

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
FORMER, NEW = "the key before", "the key from now on"


@pytest.fixture
def session(alice: User, stored: Assessment) -> Session:
    return under_way(alice, begun_anew(stored))


def seen(alice: User, session: Session) -> bytes:
    return SessionPhoto.objects.defer(None).get(record__session=session).unsealed()


def secret_of(user: User) -> str:
    kept = Authenticator.objects.get(user=user, type="totp").data["secret"]
    return str(get_adapter().decrypt(kept))


def test_what_a_former_key_sealed_opens_by_the_new_one_alone(
    alice: User, session: Session, client: Client, settings: Any
) -> None:
    settings.SECRET_KEY, settings.FORMER_KEYS = FORMER, []
    photos.add(sent(alice), session, make.a_photo(), agreed=True)
    app, picture = give_app(alice), seen(alice, session)
    # Changed, and not sealed anew yet: all is read.
    settings.SECRET_KEY, settings.FORMER_KEYS = NEW, [FORMER]
    assert (secret_of(alice), seen(alice, session)) == (app, picture)
    done = rekeying.seal_anew([NEW, FORMER])
    assert (done.secrets, done.photos) == (1, 1)
    # The former one is taken away.
    settings.FORMER_KEYS = []
    assert (secret_of(alice), seen(alice, session)) == (app, picture)
    alice.set_password(PASSWORD)
    alice.save()
    log_in(client, alice.email, PASSWORD)
    client.post("/login/code/", {"code": code_now(app)})
    assert client.get("/").status_code == 200
    line = AuditEntry.objects.get(action="change-key")
    assert line.detail == {"second-steps": 1, "photos": 1}


def test_what_opens_by_no_key_stops_all_of_it(alice: User, session: Session, settings: Any) -> None:
    settings.SECRET_KEY, settings.FORMER_KEYS = FORMER, []
    app = give_app(alice)
    settings.SECRET_KEY = "a key that was lost"
    photos.add(sent(alice), session, make.a_photo(), agreed=True)
    with pytest.raises(InputError, match="DOLENTI_FORMER_KEYS"):
        rekeying.seal_anew([NEW, FORMER])
    settings.SECRET_KEY = FORMER
    assert secret_of(alice) == app
    assert not AuditEntry.objects.filter(action="change-key").exists()


def test_a_former_key_signs_nothing_any_more(settings: Any) -> None:
    settings.SECRET_KEY = FORMER
    said = signing.dumps({"link": "x"}, salt="dolenti.portal")
    settings.SECRET_KEY, settings.FORMER_KEYS = NEW, [FORMER]
    with pytest.raises(signing.BadSignature):
        signing.loads(said, salt="dolenti.portal")


def test_a_link_that_was_laid_before_is_sent_as_it_opens(settings: Any) -> None:
    key = uuid.uuid4()
    settings.SECRET_KEY = FORMER
    before = links.token_of(key)
    laid = Link(token_sha256=links._hash(before))
    settings.SECRET_KEY, settings.FORMER_KEYS = NEW, ["an older one", FORMER]
    assert links.token_of(key) != before
    assert links.token_into(laid, key) == before
    laid.token_sha256 = links._hash(links.token_of(key))
    assert links.token_into(laid, key) == links.token_of(key)


def test_a_new_key_goes_before_the_former_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOLENTI_SECRET_KEY", raising=False)
    monkeypatch.setenv("DOLENTI_FORMER_KEYS", "given, too")
    first = secret.secret_key(tmp_path)
    second = secret.change(tmp_path)
    third = secret.change(tmp_path)
    assert len({first, second, third}) == 3
    assert secret.secret_key(tmp_path) == third
    assert secret.former_keys(tmp_path) == ["given", "too", second, first]
    for file in (secret.KEY, secret.FORMER):
        assert (tmp_path / file).stat().st_mode & 0o777 == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {secret.KEY, secret.FORMER}


def test_a_key_of_the_environment_is_changed_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DATA, settings.FORMER_KEYS = tmp_path, []
    monkeypatch.setenv("DOLENTI_SECRET_KEY", NEW)
    with pytest.raises(InputError, match="put the new one there"):
        rekeying.change()
    settings.FORMER_KEYS = [FORMER]
    assert rekeying.change().key is None
    assert not (tmp_path / secret.KEY).exists()


def test_no_key_is_changed_under_a_running_site(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    in_use.hold(tmp_path)
    with pytest.raises(InputError, match="running"):
        rekeying.change()


def test_a_drill_knows_whose_key_made_a_link(settings: Any) -> None:
    key = uuid.uuid4()
    settings.SECRET_KEY, settings.FORMER_KEYS = FORMER, []
    laid = Link(token_sha256=links._hash(links.token_of(key)))
    assert list(links.tokens_of(laid, key, [NEW, FORMER])) == [links.token_of(key)]
    assert list(links.tokens_of(laid, key, [NEW])) == []


def test_the_drill_tries_the_links_that_messages_lead_to_and_no_key_that_made_none(
    alice: User, settings: Any
) -> None:
    settings.SECRET_KEY, settings.FORMER_KEYS = FORMER, []
    course, key = treated(alice), uuid.uuid4()
    with after(hours=48):
        link = link_to(alice, course).link
        link.token_sha256 = links._hash(links.token_of(key))
        link.save()

        def write(kind: str, made: uuid.UUID, day: int) -> None:
            Message.objects.create(
                patient=course.patient, link=link, kind=kind, channel="sms", key=made,
                day=today() - timedelta(days=day), state="sent",
            )  # fmt: skip

        write("call-us", uuid.uuid4(), 1)
        assert "links" in tried("default", [FORMER]).none
        write("to-read", key, 2)
        assert "links" in tried("default", [FORMER]).opened
        assert "links" in tried("default", [NEW]).shut
