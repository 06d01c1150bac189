"""No page asks the database more where there are more rows, and none asks much.

Every page of the permission matrix is asked as somebody who may see it, with few rows and with
many; the queries of log-in, session, user and audit are the house's and do not count.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import bench_pages
from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment
from dolenti.demo import agenda
from dolenti.demo.filing import file_patients
from dolenti.records.models import Assessment, Complaint, Opening, Statement
from tests.web.addresses import address
from tests.web.matrix import GUARDED, PAGES, SHOWN
from tests.web.queries import MORE, MOST, own_queries

pytestmark = pytest.mark.any_database

PAGES_ASKED = [name for name in SHOWN if name in GUARDED]


def reader_of(name: str, alice: User) -> User:
    """Alice, in a role that opens the page; a practitioner where that role does."""
    alice.role = PAGES[name].reader
    alice.set_password("correct horse battery")
    alice.save()
    return alice


def many_more(alice: User, knee: Complaint, seed: int) -> None:
    """Patients, complaints, facts, visits, openings and lines of the trail, by the dozen."""
    today = timezone.localdate()
    filed = file_patients(Random(seed), alice.site, [alice], range(40), today)
    Appointment.objects.bulk_create(agenda.past_visits(Random(seed), filed))
    now = timezone.now()
    Appointment.objects.bulk_create(
        agenda.appointment(one, now + timedelta(minutes=30 * place))
        for place, one in enumerate(filed[:20])
    )
    Statement.objects.bulk_create(
        Statement(
            patient=knee.patient, fact="weight", value=60 + n, at=today, author=alice,
            submission=uuid.uuid4(),
        )
        for n in range(30)
    )  # fmt: skip
    Complaint.objects.bulk_create(
        Complaint(
            patient=knee.patient, condition="low-back-pain", zone="lumbar-spine", author=alice
        )
        for _ in range(8)
    )
    Opening.objects.bulk_create(
        Opening(patient=one.patient, user=alice, reason="x" * 20, ends_at=now) for one in filed
    )
    for one in filed:
        audit.record("read", actor=alice, kind="record", patient_id=one.patient.public_id)


# A course waits for its consent only while nothing newer stands: not beside the other pages.
ALONE = {"course-consent"}


def worlds() -> list[tuple[str, ...]]:
    """The pages, those of one role together: one world costs a second, and asks them all."""
    together: dict[str, list[str]] = {}
    for name in PAGES_ASKED:
        together.setdefault(name if name in ALONE else PAGES[name].reader, []).append(name)
    return [tuple(names) for _, names in sorted(together.items())]


@pytest.mark.parametrize(
    "names", worlds(), ids=lambda names: f"{PAGES[names[0]].reader}-{names[0]}"
)
def test_no_page_asks_more_where_there_is_more(
    names: tuple[str, ...],
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    where = {name: address(name, knee, stored) for name in names}
    browser = browser_of(reader_of(names[0], alice))

    def asked(name: str) -> list[str]:
        with own_queries() as counted:
            response = browser.get(where[name])
        assert response.status_code in (200, 302), (name, response.status_code)
        return counted.own

    many_more(alice, knee, 1)
    some = {name: asked(name) for name in names}
    many_more(alice, knee, 2)
    more = {name: asked(name) for name in names}
    # The first time, a page may ask for what is then kept between requests.
    if unlike := [name for name in names if len(more[name]) != len(some[name])]:
        many_more(alice, knee, 3)
        some.update({name: more[name] for name in unlike})
        more.update({name: asked(name) for name in unlike})
    wrong = {}
    for name in names:
        count, most = len(more[name]), MORE.get(name, MOST)
        if count != len(some[name]) or count > most:
            wrong[name] = [f"{len(some[name])}, then {count} of at most {most}", *more[name]]
    assert not wrong, "\n".join(
        f"{name}: {line}" for name, lines in wrong.items() for line in lines
    )


def test_a_refusal_looks_for_what_it_names_in_one_question(
    chloe: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    """A stranger's press is as cheap to refuse as it is to send."""
    User.objects.filter(pk=chloe.pk).update(role=Role.AUDITOR)
    browser = browser_of(chloe)
    path = reverse("complaint", args=[knee.public_id])
    assert browser.get(path).status_code == 403
    with own_queries() as asked:
        assert browser.get(path).status_code == 403
    assert len(asked) <= MOST, asked.own


def test_every_page_is_measured_or_left_out_for_a_reason() -> None:
    measured = set(bench_pages.pages())
    assert measured.isdisjoint(bench_pages.LEFT_OUT)
    assert set(PAGES_ASKED) - measured == set(bench_pages.LEFT_OUT)
