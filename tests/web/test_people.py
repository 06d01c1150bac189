"""The people of a site: accounts, roles over time, ways in; and someone of several sites."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from dolenti.access import accounts
from dolenti.access.models import AuditEntry, Clinic, Membership, Site, User
from dolenti.access.roles import Role
from dolenti.work.worker import do_all
from tests.people import give_app
from tests.web.world import person, registered


@pytest.fixture
def nina(north: Site) -> User:
    return person("Nina", Role.ADMINISTRATOR, north)


@pytest.fixture
def at_nina(nina: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(nina)


def typed(**changes: str) -> dict[str, str]:
    return {
        "token": str(uuid.uuid4()),
        "name": "Dr Claire Morel",
        "email": "claire@example.org",
        "role": "practitioner",
        "rpps": "",
        **changes,
    }


def test_an_account_is_made_and_its_owner_sets_the_password(at_nina: Client) -> None:
    response = at_nina.post(reverse("people"), typed(rpps="10 00 123 456 5"))
    assert response.status_code == 302, response.content.decode()
    claire = User.objects.get(email="claire@example.org")
    assert (claire.role, claire.rpps, claire.has_usable_password()) == (
        "practitioner",
        "10001234565",
        False,
    )
    do_all()
    (message,) = mail.outbox
    assert message.to == ["claire@example.org"]
    assert claire.public_id in message.body
    assert AuditEntry.objects.filter(action="add-person", object_id=claire.public_id).exists()


@pytest.mark.parametrize(
    "field,value,said",
    [
        ("rpps", "10001234566", "Ce n’est pas un numéro RPPS"),
        ("email", "claire@", "Ce n’est pas une adresse électronique"),
        ("name", "", "Écrivez le nom"),
        ("role", "director", ""),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_rest_stays(
    field: str, value: str, said: str, at_nina: Client
) -> None:
    response = at_nina.post(reverse("people"), typed(**{field: value}))
    assert response.status_code == 422
    page = response.content.decode().replace("\u00a0", " ")
    assert said in page
    assert "claire@" in page
    assert not User.objects.filter(name="Dr Claire Morel").exists()


def test_a_role_is_changed_by_a_new_membership_and_the_old_one_stays(
    bob: User, at_nina: Client
) -> None:
    at_nina.post(reverse("person-role", args=[bob.public_id]), {"role": "secretary"})
    bob.refresh_from_db()
    assert bob.role == "secretary"
    roles = list(Membership.objects.filter(user=bob).order_by("pk").values_list("role", "ended_at"))
    assert [role for role, _ in roles] == ["nurse", "secretary"]
    assert roles[0][1] is not None
    assert AuditEntry.objects.filter(action="change-role", object_id=bob.public_id).exists()


def test_the_last_administrator_stays(nina: User, at_nina: Client) -> None:
    response = at_nina.post(reverse("person-leave", args=[nina.public_id]), follow=True)
    assert "dernier administrateur" in response.content.decode()
    nina.refresh_from_db()
    assert nina.role == "administrator"
    assert nina.is_active


def test_nobody_gives_themselves_another_role(north: Site, nina: User, at_nina: Client) -> None:
    person("Noah", Role.ADMINISTRATOR, north)  # so that she is not the last
    address = reverse("person-role", args=[nina.public_id])
    response = at_nina.post(address, {"role": "practitioner"})
    assert response.status_code == 422
    nina.refresh_from_db()
    assert nina.role == "administrator"


def test_a_closed_access_ends_at_once_and_may_be_opened_again(
    bob: User, at_nina: Client, browser_of: Callable[[User], Client]
) -> None:
    at_bob = browser_of(bob)
    assert at_bob.get(reverse("patients")).status_code == 200
    at_nina.post(reverse("person-leave", args=[bob.public_id]))
    assert at_bob.get(reverse("patients")).status_code == 302
    bob.refresh_from_db()
    assert not bob.is_active
    at_nina.post(reverse("person-back", args=[bob.public_id]))
    bob.refresh_from_db()
    assert bob.is_active
    assert bob.role == "nurse"


def test_a_link_is_said_to_be_in_a_file_where_nothing_is_mailed(bob: User, at_nina: Client) -> None:
    answer = at_nina.post(reverse("person-invite", args=[bob.public_id]), follow=True)
    assert "Aucun serveur de messagerie n’est configuré" in answer.content.decode()


def test_a_link_sent_again_is_a_line_of_the_trail(
    bob: User, at_nina: Client, settings: Any
) -> None:
    settings.MAIL = object()
    answer = at_nina.post(reverse("person-invite", args=[bob.public_id]), follow=True)
    assert "Le lien est envoyé" in answer.content.decode()
    line = AuditEntry.objects.get(action="send-password-link")
    assert line.object_id == bob.public_id


def test_what_changes_nothing_is_not_said_to_be_done(bob: User, at_nina: Client) -> None:
    back = at_nina.post(reverse("person-back", args=[bob.public_id]), follow=True)
    assert "travaille déjà sur ce site" in back.content.decode()
    at_nina.post(reverse("person-leave", args=[bob.public_id]))
    lines = AuditEntry.objects.exclude(action__in=["read", "enter", "refuse"]).count()
    for name in ("person-leave", "person-invite"):
        again = at_nina.post(reverse(name, args=[bob.public_id]), follow=True)
        assert "ne travaille plus sur ce site" in again.content.decode()
    assert AuditEntry.objects.exclude(action__in=["read", "enter", "refuse"]).count() == lines


def test_a_lost_second_step_is_forgotten_for_a_reason(bob: User, at_nina: Client) -> None:
    give_app(bob)
    address = reverse("person-second-step", args=[bob.public_id])
    assert at_nina.post(address, {"reason": ""}).status_code == 422
    assert bob.authenticator_set.exists()
    assert at_nina.post(address, {"reason": "Vu en personne, carte contrôlée"}).status_code == 302
    assert not bob.authenticator_set.exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "name",
    ["person", "person-role", "person-leave", "person-back", "person-invite", "person-second-step"],
)
def test_an_administrator_of_another_site_finds_nobody(
    name: str, method: str, bob: User, south: Site, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(person("Omar", Role.ADMINISTRATOR, south))
    response = getattr(browser, method)(reverse(name, args=[bob.public_id]))
    assert response.status_code == (405 if (name, method) == ("person", "post") else 404)
    bob.refresh_from_db()
    assert bob.is_active


# --- Several sites -------------------------------------------------------------------------------


@pytest.fixture
def both(north: Site, south: Site, chloe: User) -> User:
    """Chloé works at both sites of one clinic: a physician in the south, a nurse in the north."""
    house = Clinic.objects.create(name="House")
    Site.objects.filter(pk__in=[north.pk, south.pk]).update(clinic=house)
    Membership.objects.create(user=chloe, site=north, role=Role.NURSE)
    return chloe


def test_someone_of_two_sites_goes_from_one_to_the_other_with_the_role_of_each(
    both: User, north: Site, alice: User, browser_of: Callable[[User], Client]
) -> None:
    zoe, browser = registered(alice), browser_of(both)
    address = reverse("patient", args=[zoe.public_id])
    assert browser.get(address).status_code == 404
    assert browser.post(reverse("places"), {"site": north.public_id}).status_code == 302
    both.refresh_from_db()
    assert (both.site, both.role) == (north, "nurse")
    assert browser.get(address).status_code == 200
    assert AuditEntry.objects.filter(action="go-to-site", actor=both.public_id).count() == 1


@pytest.mark.parametrize("case", ["never a member", "a membership that ended", "no such site"])
def test_nobody_goes_where_they_do_not_work(
    case: str, both: User, north: Site, browser_of: Callable[[User], Client]
) -> None:
    site = north.public_id
    if case == "never a member":
        site = Site.objects.create(name="West").public_id
    elif case == "no such site":
        site = "0123456789abcdef"
    else:
        nina = person("Nina", Role.ADMINISTRATOR, north)
        accounts.leave(nina, both)
    response = browser_of(both).post(reverse("places"), {"site": site})
    assert response.status_code == 404
    both.refresh_from_db()
    assert both.site != north
