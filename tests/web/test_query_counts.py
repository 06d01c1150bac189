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
from django.utils import timezone

from bench import bench_pages
from dolenti.access import audit
from dolenti.access.guard import LOGGED_IN
from dolenti.access.models import User
from dolenti.access.roles import PERMISSIONS, Role
from dolenti.clinic.demo import agenda
from dolenti.clinic.demo.filing import file_patients
from dolenti.records.models import Assessment, Complaint, Opening, Session, Statement
from tests.e2e.test_every_page import NO_PAGE
from tests.web.addresses import address
from tests.web.queries import MOST, own_queries
from tests.web.test_permissions import MATRIX, OF_ONES_OWN

# Sent away where there is nothing to ask, or open only before the second step.
NEVER_SHOWN = {"mfa_view_recovery_codes", *OF_ONES_OWN}
PAGES = [
    name
    for name, permission in MATRIX.items()
    if permission is not None and name not in NO_PAGE | NEVER_SHOWN
]


def reader_of(name: str, alice: User) -> User:
    """Alice, in a role that opens the page; a practitioner where that role does."""
    permission = MATRIX[name]
    roles = [Role.PRACTITIONER, *Role]
    alice.role = next(r for r in roles if permission == LOGGED_IN or permission in PERMISSIONS[r])
    alice.set_password("correct horse battery")
    alice.save()
    return alice


def many_more(alice: User, knee: Complaint, seed: int) -> None:
    """Patients, complaints, facts, visits, openings and lines of the trail, by the dozen."""
    today = timezone.localdate()
    filed = file_patients(Random(seed), alice.site, [alice], range(40), today)
    Session.objects.bulk_create(agenda.past_visits(Random(seed), filed))
    now = timezone.now()
    Session.objects.bulk_create(
        agenda.session(one, now + timedelta(minutes=30 * place))
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


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_more_where_there_is_more(
    name: str,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    where = address(name, knee, stored)
    browser = browser_of(reader_of(name, alice))
    browser.get(where)  # what is kept between requests is kept now

    def asked() -> list[str]:
        with own_queries() as counted:
            response = browser.get(where)
        assert response.status_code in (200, 302), response.status_code
        return counted.own

    many_more(alice, knee, 1)
    some = asked()
    many_more(alice, knee, 2)
    more = asked()
    assert len(more) == len(some), "\n".join(more)
    assert len(more) <= MOST, "\n".join(more)


def test_every_page_is_measured_or_left_out_for_a_reason() -> None:
    assert set(bench_pages.PAGES).isdisjoint(bench_pages.LEFT_OUT)
    assert set(bench_pages.PAGES) | set(bench_pages.LEFT_OUT) == set(PAGES)
