"""Who was ended, or lost the role, while they were writing writes nothing: the right is asked once
more when all is written, whatever the request read when it began. What they gave and held goes with
the role."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from dolenti.access import accounts
from dolenti.access.models import AuditEntry, Clinic, Site, User
from dolenti.access.roles import Permission, Role
from dolenti.access.writing import NotAllowedError, insist, writing
from dolenti.agenda import privileges
from dolenti.portal import steps
from tests.people import enter
from tests.web.world import administrator, person, sent

Change = Callable[[User, User], object]
CHANGES: list[Change] = [
    accounts.leave,
    lambda boss, who: accounts.change_role(boss, who, Role.NURSE),
]


class Slow(io.BytesIO):
    """A body of which the rest comes when something has happened."""

    def __init__(self, body: bytes, meanwhile: Callable[[], object]) -> None:
        super().__init__(body)
        self.meanwhile = meanwhile

    def read(self, size: int | None = -1) -> bytes:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return super().read(size)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_written_after_its_author_was_ended_is_undone(north: Site, change: Change) -> None:
    boss, mallory = administrator(north, "Boss"), administrator(north, "Mallory")
    as_read = User.objects.select_related("site").get(pk=mallory.pk)
    change(boss, mallory)
    with pytest.raises(NotAllowedError):
        accounts.add(as_read, "back@example.org", "Back Door", Role.ADMINISTRATOR)
    assert not User.objects.filter(email="back@example.org").exists()
    line = AuditEntry.objects.order_by("-sequence").first()
    assert line is not None
    assert (line.actor, line.outcome) == (mallory.public_id, "refused")


def test_every_right_that_was_asked_for_within_a_write_is_asked_again(north: Site) -> None:
    boss, doctor = administrator(north, "Boss"), person("Doc", Role.PRACTITIONER, north)
    as_read = User.objects.select_related("site").get(pk=doctor.pk)
    accounts.change_role(boss, doctor, Role.SECRETARY)
    with writing(as_read, Permission.WRITE_PATIENTS, north.pk):
        pass  # a secretary may, too
    with pytest.raises(NotAllowedError), writing(as_read, Permission.WRITE_PATIENTS, north.pk):
        insist(as_read, Permission.WRITE_RECORDS, north.pk)


@pytest.mark.parametrize("change", CHANGES)
def test_a_form_that_comes_slowly_is_read_before_who_sent_it(north: Site, change: Change) -> None:
    boss, mallory = administrator(north, "Boss"), administrator(north, "Mallory")
    client = Client()
    enter(client, mallory)
    said = {"name": "Back Door", "email": "back@example.org", "role": "administrator"}
    body = urlencode(said).encode()
    asked_by: list[bool] = []
    slow = Slow(body, lambda: asked_by.append(bool(change(boss, mallory))))
    kind = "application/x-www-form-urlencoded"
    answer = client.generic("POST", "/people/", body, kind, **{"wsgi.input": slow})
    assert asked_by, "the body was never read"
    refused = answer.status_code == 403
    assert refused or answer.headers["Location"].startswith("/login/")
    assert not User.objects.filter(email="back@example.org").exists()


@pytest.mark.parametrize("change", CHANGES)
def test_whom_somebody_asked_to_the_site_is_asked_no_more_when_they_are_ended(
    north: Site, south: Site, change: Change
) -> None:
    house = Clinic.objects.create(name="House")
    Site.objects.filter(pk__in=(north.pk, south.pk)).update(clinic=house)
    north.refresh_from_db()
    boss, eve = administrator(north, "Boss"), administrator(north, "Eve")
    victor = person("Victor", Role.NURSE, Site.objects.get(pk=south.pk))
    made = accounts.invite(eve, victor, Role.ADMINISTRATOR)
    change(boss, eve)
    assert accounts.invited(boss) == []
    assert accounts.invitations(victor) == []
    assert not accounts.answer(victor, made.public_id, accepted=True)
    assert not victor.memberships.filter(site=north).exists()
    client = Client()
    enter(client, victor)
    said = {"invitation": made.public_id, "answer": "yes"}
    assert "l’a retirée" in client.post("/places/", said, follow=True).text


@pytest.mark.parametrize("change", CHANGES)
def test_privileges_end_with_the_role_and_do_not_come_back_with_it(
    north: Site, change: Change
) -> None:
    boss, doctor = administrator(north, "Boss"), person("Doc", Role.PRACTITIONER, north)
    today = timezone.localdate()
    privileges.grant(sent(boss), doctor, "infiltration", "DIU 2020", today, None)
    assert privileges.may_perform(doctor, north, "infiltration", today)
    change(boss, doctor)
    doctor.refresh_from_db()
    if doctor.is_active:
        accounts.change_role(boss, doctor, Role.PRACTITIONER)
    else:
        accounts.come_back(boss, doctor)
    assert doctor.memberships.get(ended_at=None).role == Role.PRACTITIONER
    assert not privileges.may_perform(doctor, north, "infiltration", today)
    (held,) = privileges.of_site(boss)
    assert held.withdrawn_by == boss


def test_what_strangers_send_to_the_phone_fills_no_table(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_OF_STRANGERS", 3)
    wrong = {"day": "99", "month": "1", "year": "1900"}
    answers = [Client().post(f"/s/any{n}/", wrong) for n in range(6)]
    assert [one.status_code for one in answers] == [302] * 3 + [422] * 3
    assert Session.objects.count() == 3
