"""What every page answers about a thing in each state in which that may be, to every role, to
nobody, to a patient's phone, and to another program. The rules, each said once:

- what there never was: 404;
- what is another site's: the very same answer as if there were none;
- a closed record: 403 with the way to open it, to whoever may; what the desk's own pages show of it
  all the same has no word of health;
- a record merged into another one: its pages lead to those of the one that was kept; what is sent
  to it is refused, with the way there;
- an erased record: the very same answer as if there had never been one;
- whoever has no role that opens the page: 403, whatever it is about; who is not logged in, by
  whatever they carry: the log-in;
- nothing is written on any of these but the line of the trail.

The pages are those of the site's addresses: none is listed here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.diary import links
from dolenti.diary.links import Made
from dolenti.diary.models import Link
from dolenti.identity.person import Identity
from dolenti.portal import door
from tests.nasty import LARGE
from tests.web.diary import (
    after,
    aftercare_link,
    awaited,
    history_link,
    link_to,
    to_read,
    treated,
)
from tests.web.matrix import GUARDED, PAGES, Listed
from tests.web.merges import merged
from tests.web.phones import Phone
from tests.web.standing import (
    OF_THE_DESK,
    OF_WHO_ASKED,
    House,
    ask,
    asked,
    everything,
)
from tests.web.world import complaint_of, named, person, registered

Purpose = Link.Purpose
pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("states")]

ABOUT_A_THING = [page for page in PAGES.values() if "public_id" in page.arguments]
PHONE = [page for page in PAGES.values() if "token" in page.arguments]
NAMES = ("Adèle", "Bérénice", "Capucine", "Delphine", "Eulalie")
HEALTH = ("DOLIPRANE", "Pincement", "Va mieux", "gonarthrose", "perlimpinpin")
"""Words of the record, and of nothing that the desk needs."""


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock(), transaction.atomic():
        north = Site.objects.create(name="North", phone="0102030405")
        alice = person("Alice", Role.PRACTITIONER, north)
        yield everything(alice, Site.objects.create(name="South"))
        transaction.set_rollback(True)


@pytest.fixture
def wrong() -> Iterator[list[str]]:
    """What is not as the rule has it: everything is asked, and all of it is said at once."""
    found: list[str] = []
    nothing_to.cache_clear()  # what waits stands in the head of every page
    yield found
    assert not found, f"{len(found)} answers are not as the rule has them:\n" + "\n".join(found)


def roles_of(page: Listed) -> list[Role]:
    return [role for role in Role if page.opens_to(role)]


def test_what_is_ones_own_is_there(house: House, wrong: list[str]) -> None:
    """Or the answers below would be those of a thing that nobody made. A text says in which
    characters it is written."""
    for page in ABOUT_A_THING:
        if page.opens_to(Role.PRACTITIONER):
            answer = ask(house.own, house.path(page), "get")
            is_text = answer.kind.startswith("text/")
            if answer.status in (403, 404) or (is_text and "charset=utf-8" not in answer.kind):
                wrong.append(f"{page.name}: {answer}")


def test_what_another_site_has_is_as_if_there_were_none(house: House, wrong: list[str]) -> None:
    for page, method, role in asked_by_turns(roles_of):
        path = house.path(page)
        theirs = ask(house.there[role], path, method)
        if theirs.hidden(path) != nothing_to(house.there[role]) or theirs.written:
            wrong.append(f"{page.name} {method} {role}: {theirs}")


def test_what_there_never_was_is_nothing(house: House, wrong: list[str]) -> None:
    for page, method, role in asked_by(lambda page: [page.reader]):
        never = house.path(page, never=True)
        answer = ask(house.here[role], never, method)
        if answer.hidden(never) != nothing_to(house.here[role]) or answer.written:
            wrong.append(f"{page.name} {method} {role}: {answer}")


@cache
def nothing_to(browser: Client) -> tuple[int, str, str]:
    """What somebody is answered at an address of the site that there is not: 404."""
    path = "/no-such-page/"
    return ask(browser, path, "get").hidden(path)


def asked_by(roles: Callable[[Listed], Collection[Role]]) -> Iterator[tuple[Listed, str, Role]]:
    """Every page about a thing, in each way in which it may be asked, by some roles."""
    for page in ABOUT_A_THING:
        for method in asked(page):
            for role in roles(page):
                yield page, method, role


def asked_by_turns(
    roles: Callable[[Listed], Collection[Role]],
) -> Iterator[tuple[Listed, str, Role]]:
    """The same, each by one of the roles and the next page by the next one, where a table of roles
    decides for all of them at one place. ``make fuzz`` asks by every role."""
    if LARGE:
        yield from asked_by(roles)
        return
    turns = dict.fromkeys(Role, 0)
    for page in ABOUT_A_THING:
        for method in asked(page):
            if some := sorted(roles(page), key=lambda role: (turns[role], role)):
                turns[some[0]] += 1
                yield page, method, some[0]


def test_a_role_that_does_not_open_the_page_does_not_whatever_it_is_about(
    house: House, wrong: list[str]
) -> None:
    for page, method, role in asked_by_turns(lambda page: set(Role) - set(roles_of(page))):
        answer = ask(house.here[role], house.path(page), method)
        if answer.status != 403 or answer.written:
            wrong.append(f"{page.name} {method} {role}: {answer}")


def test_who_is_not_logged_in_is_led_to_the_log_in_whatever_they_carry(
    house: House, phones: dict[Purpose, Made], wrong: list[str]
) -> None:
    by_link = phone_of(phones[Purpose.ANSWER])
    keys = ("Bearer 0123456789abcdef", "Token 0123456789abcdef", "Basic YWxpY2U6cGFzc3dvcmQ=")
    programs = (Client(headers={"Authorization": key}) for key in keys)
    whoever = {"nobody": Phone(), "a patient": by_link, **dict(zip(keys, programs, strict=True))}
    for name in GUARDED:
        for method in asked(PAGES[name]):
            for who, browser in whoever.items():
                answer = ask(browser, house.path(PAGES[name]), method)
                if (answer.status, answer.goes[:7]) != (302, "/login/") or answer.written:
                    wrong.append(f"{name} {method} {who}: {answer}")


def test_a_closed_record_is_told_so_and_may_be_opened_for_a_reason(
    house: House, wrong: list[str]
) -> None:
    for page, method, role in asked_by(lambda page: {Role.PRACTITIONER} & set(roles_of(page))):
        if not house.of_a_patient(page):
            continue
        answer = ask(house.here[role], house.path(page), method)
        ways = [reverse("patient-open", args=[one.public_id]) for one in house.whose[page.kind]]
        told = answer.status == 403 and bool(answer.says(ways)) and not answer.written
        if page.kind in OF_WHO_ASKED:
            right = answer.status == 404 and not answer.written
        elif opens_closed(page) and answer.status != 403:
            right = not answer.says(HEALTH)
        else:
            right = told
        if not right:
            wrong.append(f"{page.name} {method}: {answer}")


def opens_closed(page: Listed) -> bool:
    """Whether a page opens though the record does not: it is the desk's."""
    return page.permission in OF_THE_DESK and page.name != "patient"


def test_a_role_that_reads_no_record_reads_no_word_of_one(house: House, wrong: list[str]) -> None:
    blind = {Role.SECRETARY, Role.ADMINISTRATOR, Role.AUDITOR, Role.ANALYST}
    for page, method, role in asked_by(lambda page: blind & set(roles_of(page))):
        answer = ask(house.here[role], house.path(page), method)
        if said := answer.says(HEALTH):
            wrong.append(f"{page.name} {method} {role}: {said}")


@pytest.fixture
def survivor(house: House) -> Iterator[str]:
    """The record into which the patient's own was merged."""
    with transaction.atomic():
        yield house.merged_away().public_id
        transaction.set_rollback(True)


def browser_of(house: House, role: Role) -> Client:
    """Of somebody of the role, to whom the patients' records are open if to anybody."""
    return house.own if role is Role.PRACTITIONER else house.here[role]


def test_a_record_merged_away_leads_to_the_one_that_was_kept(
    house: House, survivor: str, wrong: list[str]
) -> None:
    for page, method, role in asked_by(roles_of):
        if page.kind != "patients":
            continue
        path = house.path(page)
        answer = ask(browser_of(house, role), path, method)
        if method == "get":
            kept = path.replace(house.patient.public_id, survivor)
            right = (answer.status, answer.goes, answer.written) == (302, kept, [])
        else:
            right = answer.status == 409 and bool(answer.says([survivor]))
            # What was sent twice is answered like the first time: see the view.
            right = right or (page.name == "patient-merge-with" and answer.status == 422)
            right = right and not answer.written
        if not right:
            wrong.append(f"{page.name} {method} {role}: {answer}")


def test_what_a_record_merged_away_held_is_asked_and_answered_as_before(
    house: House, wrong: list[str]
) -> None:
    """No row moves: a course stays where it was begun."""

    def answers() -> dict[tuple[str, str, Role], tuple[int, str]]:
        found = {}
        for page, method, role in asked_by_turns(roles_of):
            if page.kind not in ("patients", "merges", "merge-proposals"):
                answer = ask(browser_of(house, role), house.path(page), method)
                found[page.name, method, role] = (answer.status, answer.goes)
        return found

    before = answers()
    with transaction.atomic():
        survivor = house.merged_away().public_id
        for key, (status, goes) in answers().items():
            was, went = before[key]
            if (status, goes.replace(survivor, house.patient.public_id)) != (was, went):
                wrong.append(f"{key}: {status} {goes}, and not {was} {went}")
        transaction.set_rollback(True)


def test_another_site_learns_nothing_of_a_merge(
    house: House, survivor: str, wrong: list[str]
) -> None:
    for page, method, role in asked_by_turns(roles_of):
        path = house.path(page)
        theirs = ask(house.there[role], path, method)
        if theirs.hidden(path) != nothing_to(house.there[role]) or theirs.written:
            wrong.append(f"{page.name} {method} {role}: {theirs}")


def test_a_record_merged_away_that_is_closed_stays_closed(
    house: House, survivor: str, wrong: list[str]
) -> None:
    """It leads nobody past the door of the one that was kept: that one is closed too."""
    reader = house.here[Role.PRACTITIONER]
    for page, method, _ in asked_by(lambda page: {Role.PRACTITIONER} & set(roles_of(page))):
        if not house.of_a_patient(page):
            continue
        path = house.path(page)
        answer = ask(reader, path, method)
        if page.kind == "patients" and method == "get" and answer.status == 302:
            kept = path.replace(house.patient.public_id, survivor)
            led = ask(reader, kept, method)
            right = answer.goes == kept and not answer.written
            right = right and (led.status == 403 or (opens_closed(page) and not led.says(HEALTH)))
        elif page.kind in OF_WHO_ASKED:
            right = answer.status == 404 and not answer.written
        elif page.kind == "patients" and method == "post":
            right = answer.status in (403, 409) and not answer.written
        elif opens_closed(page) and answer.status != 403:
            right = not answer.says(HEALTH)
        else:
            right = answer.status == 403 and not answer.written
        if not right:
            wrong.append(f"{page.name} {method}: {answer}")


def test_a_role_that_reads_no_record_reads_no_word_of_one_that_was_merged(
    house: House, survivor: str, wrong: list[str]
) -> None:
    blind = {Role.SECRETARY, Role.ADMINISTRATOR, Role.AUDITOR, Role.ANALYST}
    for page, method, role in asked_by(lambda page: blind & set(roles_of(page))):
        paths = {house.path(page), house.path(page).replace(house.patient.public_id, survivor)}
        said = [word for path in paths for word in ask(house.here[role], path, method).says(HEALTH)]
        if said:
            wrong.append(f"{page.name} {method} {role}: {said}")


def test_an_erased_record_is_as_if_there_had_never_been_one(house: House, wrong: list[str]) -> None:
    with transaction.atomic():
        house.erase(house.patients)
        for page, method, role in asked_by_turns(roles_of):
            if house.of_a_patient(page):
                browser = house.own if role is Role.PRACTITIONER else house.here[role]
                path = house.path(page)
                answer = ask(browser, path, method)
                if answer.hidden(path) != nothing_to(browser) or answer.written:
                    wrong.append(f"{page.name} {method} {role}: {answer}")
        transaction.set_rollback(True)


# --- The phone of a patient ----------------------------------------------------------------------


def links_of(alice: User) -> dict[Purpose, Made]:
    """A link for each purpose, each of a patient of its own."""
    made = {
        Purpose.HISTORY: history_link(alice),
        Purpose.CONSENT: to_read(alice, days=197),
        Purpose.AFTERCARE: aftercare_link(alice, days=167),
        Purpose.APPOINTMENT: links.make_for_appointment(
            alice, awaited(alice, named(complaint_of(alice)), days=147)
        ),
    }
    course = treated(alice, days=137)
    with after(50):
        made[Purpose.ANSWER] = link_to(alice, course)
    return made


def phone_of(made: Made) -> Client:
    """A browser in which a link was opened by the birth date."""
    phone, born = Phone(), made.link.patient.birth_date
    said = {"day": str(born.day), "month": str(born.month), "year": str(born.year)}
    phone.post(f"/s/{made.token}/", said)
    assert phone.cookies[door.COOKIE].value
    return phone


def at(house: House, page: Listed, token: str) -> str:
    arguments = {name: house.beside[name] for name in page.arguments} | {"token": token}
    return reverse(page.name, kwargs=arguments)


@pytest.fixture
def phones(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Purpose, Made]]:
    monkeypatch.setattr(door, "HELD", 0.0)
    with transaction.atomic():
        made = links_of(house.alice)
        assert made.keys() == set(Purpose), "make a link for each purpose"
        yield made
        transaction.set_rollback(True)


def test_a_link_opens_the_pages_of_its_own_purpose_alone(
    house: House, phones: dict[Purpose, Made], wrong: list[str]
) -> None:
    for purpose, made in phones.items():
        phone = phone_of(made)
        for page in PHONE:
            purposes = getattr(page.view, "purposes", ())
            for method in ("get", "post"):
                path = at(house, page, made.token)
                answer = ask(phone, path, method)
                right = answer.status not in (403, 404) and answer.status < 500
                if purposes and purpose not in purposes and answer.status != 405:
                    right = answer.goes == at(house, PAGES["phone"], made.token)
                    right = right and not answer.written
                if not right:
                    wrong.append(f"{page.name} {method} by a link to {purpose}: {answer}")


def test_a_link_opened_in_a_browser_opens_no_other(
    house: House, phones: dict[Purpose, Made], wrong: list[str]
) -> None:
    for (purpose, made), (_, other) in pairwise([*phones.items(), next(iter(phones.items()))]):
        phone = phone_of(other)
        for page in PHONE:
            if not getattr(page.view, "purposes", ()):
                continue
            path = at(house, page, made.token)
            for method in ("get", "post"):
                answer, closed = ask(phone, path, method), ask(Phone(), path, method)
                if answer.hidden() != closed.hidden() or answer.written:
                    wrong.append(f"{page.name} {method}, {purpose}: {answer}")


def test_a_link_to_a_record_that_is_merged_answers_as_before(
    house: House, phones: dict[Purpose, Made], wrong: list[str]
) -> None:
    """Whoever holds it is the same person, and what was asked of them still stands."""

    def answers() -> dict[tuple[str, str, Purpose], tuple[int, str]]:
        return {
            (page.name, method, purpose): (answer.status, answer.goes)
            for purpose, made in phones.items()
            for page in PHONE
            for method in ("get", "post")
            for answer in [ask(opened[purpose], at(house, page, made.token), method)]
        }

    opened = {purpose: phone_of(made) for purpose, made in phones.items()}
    before = answers()
    for made, name in zip(phones.values(), NAMES, strict=True):
        identity = Identity("Vasseur", name, date(1944, 4, 4), "female")
        merged(house.alice, registered(house.alice, identity=identity), made.link.patient)
    for key, answer in answers().items():
        if answer != before[key]:
            wrong.append(f"{key}: {answer}, and not {before[key]}")


def test_a_link_of_an_erased_patient_is_as_if_there_had_never_been_one(
    house: House, phones: dict[Purpose, Made], wrong: list[str]
) -> None:
    opened = {purpose: phone_of(made) for purpose, made in phones.items()}
    house.erase([made.link.patient for made in phones.values()])
    assert not Link.objects.filter(pk__in=[made.link.pk for made in phones.values()]).exists()
    for purpose, made in phones.items():
        for page in PHONE:
            for method in ("get", "post"):
                path, never = (at(house, page, token) for token in (made.token, "x" * 32))
                answer, none = ask(opened[purpose], path, method), ask(Phone(), never, method)
                # How often an address presses is counted, whatever it presses.
                written = set(answer.written) - {"access_attempts"}
                if answer.hidden(made.token) != none.hidden("x" * 32) or written:
                    wrong.append(f"{page.name} {method}, {purpose}: {answer}, and not {none}")
