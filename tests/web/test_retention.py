"""How long what is kept: the table, the terms it makes, and the page that lists what may go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dolenti.access.models import AuditEntry, User
from dolenti.agenda.models import Appointment
from dolenti.guideline.errors import InputError
from dolenti.ledger import drafts
from dolenti.ledger.models import Draft
from dolenti.records import engine
from dolenti.records.models import Complaint, Patient
from dolenti.rights import retention, terms
from tests.web.merges import merged
from tests.web.queries import MOST, own_queries
from tests.web.world import (
    KNEE,
    administrator,
    clinic,
    complaint_of,
    crowd,
    of_old,
    registered,
)

pytestmark = pytest.mark.each

DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@pytest.fixture
def rene(alice: User) -> User:
    return administrator(alice.site, "Rene")


@pytest.fixture
def at_rene(rene: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(rene)


def page(browser: Client) -> str:
    return browser.get(reverse("retention")).content.decode()


def over(user: User) -> list[Patient]:
    return list(terms.at_term(user, timezone.localdate()))


def test_every_kind_of_the_table_is_said_in_both_languages_with_its_source() -> None:
    table = retention.kinds()
    known = {source.id for source in engine.edition_in_force().sources}
    for kind in table.values():
        assert kind.label.fr
        assert kind.label.en
        assert kind.says.fr
        assert kind.says.en
        assert {citation.id for citation in kind.sources} <= known
        assert kind.sources or not kind.verified, kind.id
    assert (table["record"].years, table["serum"].years) == (20, 30)


@pytest.mark.parametrize(
    "before, after",
    [
        ("years: 20", "years: twenty"),
        ("years: 20", "yeers: 20"),
        ("- id: serum\n", "- id: serums\n"),
        ("- id: serum\n", "- id: record\n"),
        ("then: never", "then: sometimes"),
    ],
)
def test_a_mistyped_table_is_refused(before: str, after: str) -> None:
    text = retention.FILE.read_text("utf-8")
    assert before in text
    with pytest.raises(InputError):
        retention.read(text.replace(before, after, 1), "retention.yaml")


@given(DAYS, DAYS, st.integers(0, 40))
def test_the_days_of_a_query_say_what_the_term_says(day: date, today: date, years: int) -> None:
    over = retention.years_after(day, years) < today
    assert (day <= retention.latest_over(today, years)) == over


@pytest.mark.parametrize(
    "last, birth, serum, until",
    [
        (date(2004, 2, 29), date(1960, 1, 1), False, date(2024, 2, 29)),
        (date(2004, 2, 29), date(1960, 1, 1), True, date(2034, 3, 1)),
        (date(2004, 6, 1), date(2000, 5, 1), False, date(2028, 5, 1)),
        (date(2004, 6, 1), date(2000, 5, 1), True, date(2034, 6, 1)),
        (date(2004, 6, 1), None, False, date(2032, 6, 1)),
    ],
)
def test_a_term_counts_from_the_last_contact_and_never_before_the_28th_birthday(
    last: date, birth: date | None, serum: bool, until: date
) -> None:
    term = retention.term(last, birth, serum=serum)
    assert term.until == until
    assert not term.is_over(until)
    assert term.is_over(until + timedelta(days=1))


def test_only_records_past_their_term_are_listed(alice: User, rene: User, at_rene: Client) -> None:
    old, young, child, unknown = crowd(alice, 4)
    of_old(old, 20.1)
    of_old(young, 19.9)
    of_old(child, 20.1, timezone.localdate() - timedelta(days=26 * 365))
    of_old(unknown, 27.9, None)
    assert over(rene) == [old]
    assert old.public_id in page(at_rene)
    of_old(unknown, 28.1, None)
    assert set(over(rene)) == {old, unknown}


def test_every_listed_record_is_past_the_term_that_is_said_of_it(alice: User, rene: User) -> None:
    today = timezone.localdate()
    for number, patient in enumerate(crowd(alice, 30)):
        birth = today - timedelta(days=(15 + number) * 365)
        of_old(patient, 18 + number / 2, birth if number % 3 else None)
    listed = set(over(rene))
    everyone = terms.dated(Patient.objects.filter(site=alice.site))
    assert listed == {one for one in everyone if terms.term_of(one).is_over(today)}
    assert 0 < len(listed) < 30


def test_the_last_contact_is_that_of_any_record_merged_in(
    alice: User, rene: User, knee: Complaint
) -> None:
    old = of_old(registered(alice), 25)
    assert over(rene) == [old]
    merged(alice, old, knee.patient)
    assert over(rene) == []
    of_old(knee.patient, 22)
    assert over(rene) == [old]


def test_a_session_that_was_missed_is_no_contact_and_serum_keeps_thirty_years(
    alice: User, rene: User, knee: Complaint
) -> None:
    world = clinic(alice).with_complaint(knee).with_course("autologous-conditioned-serum")
    patient = of_old(knee.patient, 29)
    assert over(rene) == []
    of_old(patient, 31)
    assert over(rene) == [patient]
    appointments = Appointment.objects.filter(session__course=world.course)
    appointments.update(start=timezone.now(), end=timezone.now() + timedelta(hours=1))
    assert over(rene) == []
    appointments.update(state="missed")
    assert over(rene) == [patient]


def test_a_record_in_error_is_kept_as_long_as_any(alice: User, rene: User) -> None:
    wrong = registered(alice)
    Patient.objects.filter(pk=wrong.pk).update(in_error="typed twice")
    assert over(rene) == []


def test_the_page_asks_as_much_for_many_records(alice: User, at_rene: Client) -> None:
    def asked() -> int:
        with own_queries() as found:
            text = page(at_rene)
        assert len(found) <= MOST, found.own
        assert "dossiers peuvent être effacés" in text
        return len(found)

    for patient in crowd(alice, 2):
        of_old(patient, 21)
    few = asked()
    for patient in Patient.objects.bulk_create(
        Patient(site=alice.site, author=alice, birth_name=f"Y{n}") for n in range(40)
    ):
        of_old(patient, 22)
    assert asked() == few


def test_a_site_without_old_records_says_before_which_day_none_can_go(
    alice: User, at_rene: Client
) -> None:
    registered(alice)
    text = page(at_rene)
    assert "Aucun dossier de ce site n’a atteint son terme" in text
    assert str(timezone.localdate().year + 20) in text


def test_another_sites_records_are_not_listed(
    alice: User, chloe: User, browser_of: Callable[[User], Client]
) -> None:
    old = of_old(registered(alice), 25)
    other = administrator(chloe.site, "Zora")
    assert over(other) == []
    assert old.public_id not in page(browser_of(other))


def test_forgotten_drafts_go_and_fresh_ones_stay(alice: User, chloe: User, at_rene: Client) -> None:
    for name in ("contact-new", "patient-new"):
        drafts.keep(alice, name, "", {"name": ["x"]}, None)
    drafts.keep(chloe, "contact-new", "", {"name": ["x"]}, None)
    month_ago = timezone.now() - timedelta(days=31)
    Draft.objects.filter(form="contact-new").update(updated_at=month_ago)
    assert "1 brouillon jamais envoyé" in page(at_rene)
    at_rene.post(reverse("drafts-forget"))
    assert set(Draft.objects.values_list("owner", "form")) == {
        (alice.pk, "patient-new"),
        (chloe.pk, "contact-new"),
    }
    line = AuditEntry.objects.get(action="erase")
    assert line.detail == {"rule": "draft", "count": 1}


def test_a_practitioner_erases_nothing(alice: User, at_alice: Client) -> None:
    of_old(complaint_of(alice, KNEE).patient, 25)
    assert at_alice.get(reverse("retention")).status_code == 403
    assert over(alice) == []
    assert not terms.forgotten_drafts(alice).exists()
