"""The way back in from the machine, for an administrator whom no other one can help."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from dolenti.access import messages
from dolenti.access.letting_in import let_in, who_could
from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.guideline.errors import InputError
from tests.people import give_app
from tests.web.world import administrator, person

WHY = "the key of the site is lost; I know Irene, and called her at home"


@pytest.fixture
def irene(north: Site) -> User:
    found = administrator(north, "Irene")
    give_app(found)
    return found


def test_the_only_administrator_gets_a_link_and_sets_a_second_step_up_again(
    irene: User, client: Client
) -> None:
    person("Alice", Role.PRACTITIONER, irene.site)
    assert let_in(irene.email.upper(), WHY) == irene
    assert not Authenticator.objects.filter(user=irene).exists()
    page = client.get(messages.reset_path(irene), follow=True)
    assert page.status_code == 200
    told = list(AuditEntry.objects.order_by("-sequence")[:2])
    assert [one.action for one in told] == ["send-password-link", "second-step-reset"]
    for one in told:
        assert (one.object_id, one.detail["reason"]) == (irene.public_id, WHY)


def test_where_another_administrator_can_do_it_they_do(irene: User, settings: Any) -> None:
    paul = administrator(irene.site, "Paul")
    paul.set_password("sept grues sur le toit")
    paul.save()
    give_app(paul)
    with pytest.raises(InputError, match="Paul"):
        let_in(irene.email, WHY)
    assert Authenticator.objects.filter(user=irene).exists()
    assert let_in(irene.email, WHY, forced=True) == irene
    give_app(irene)
    settings.SECRET_KEY, settings.FORMER_KEYS = "another, after a restore", []
    assert who_could(irene) == [], "Paul is locked out as well"
    assert let_in(irene.email, WHY) == irene


def test_who_never_chose_a_password_can_help_nobody(irene: User) -> None:
    paul = administrator(irene.site, "Paul")
    paul.set_unusable_password()
    paul.save()
    assert who_could(irene) == []


def test_a_reason_and_an_open_account_are_asked(irene: User) -> None:
    with pytest.raises(InputError, match="stays in the trail"):
        let_in(irene.email, " ")
    with pytest.raises(InputError, match="no open account"):
        let_in("nobody@example.org", WHY)
    User.objects.filter(pk=irene.pk).update(is_active=False)
    with pytest.raises(InputError, match="no open account"):
        let_in(irene.email, WHY)
    assert Authenticator.objects.filter(user=irene).exists()
