"""Who was ended, or lost the role, while they were writing writes nothing: the right is asked once
more when all is written, whatever the request read when it began."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client

from dolenti.access import accounts
from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Permission, Role
from dolenti.access.writing import NotAllowedError, insist, writing
from tests.people import enter
from tests.web.world import administrator, person

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
