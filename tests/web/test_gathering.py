"""One request, one line of the trail for all that it reads, and none of it without the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dolenti.access import audit, chain, trail
from dolenti.access.audit import Read
from dolenti.access.middleware import GatheringMiddleware
from dolenti.access.models import AuditEntry, AuditKey, Site, User
from dolenti.access.roles import Permission, Role
from dolenti.access.writing import NotAllowedError, insist
from dolenti.records import access_counts, gate
from dolenti.records.models import Complaint, Patient
from dolenti.records.patients import searching
from tests.web.world import crowd, person, registered

pytestmark = pytest.mark.each

SEARCHED = 50


def lines_in(captured: CaptureQueriesContext) -> int:
    """How many lines were put at the end of the chain, each of which holds its lock."""
    return sum('INSERT INTO "access_auditentry"' in one["sql"] for one in captured)


@pytest.fixture
def found(alice: User) -> list[Patient]:
    return crowd(alice, SEARCHED)


def test_a_search_of_fifty_costs_one_locked_line_and_names_all_fifty(
    bob: User, ada: User, found: list[Patient]
) -> None:
    with CaptureQueriesContext(connection) as captured, audit.gathered():
        for patient in found:
            gate.record(bob, patient.public_id)
    assert lines_in(captured) == 1
    line = AuditEntry.objects.get()
    codes = sorted(one.public_id for one in found)
    assert (line.action, line.kind, line.outcome) == ("read", "record", audit.DONE)
    assert line.patients == codes
    assert sorted(line.detail["read"]["record"]) == codes
    for patient in found:
        looked = trail.Looked(patient=patient.public_id)
        assert trail.lines(ada, looked).get() == line
    assert chain.verify() == (1, [])


def test_a_page_of_the_list_is_one_line_that_is_found_by_each_of_its_patients(
    at_alice: Client, alice: User, ada: User, browser_of: Callable[[User], Client]
) -> None:
    rows = crowd(alice, 30)
    with CaptureQueriesContext(connection) as captured:
        at_alice.get(reverse("patients"), {"show": "all"})
    assert lines_in(captured) == 1
    line = AuditEntry.objects.get(kind="listed")
    assert len(line.patients) == searching.PER_PAGE
    page = browser_of(ada).get(reverse("trail"), {"patient": line.patients[0]})
    assert "liste de patients" in page.content.decode()
    last = next(one for one in rows if one.public_id not in line.patients)
    assert not trail.lines(ada, trail.Looked(patient=last.public_id)).exists()


def test_what_is_read_twice_in_a_request_is_said_once(bob: User, found: list[Patient]) -> None:
    with audit.gathered():
        for _ in range(3):
            gate.record(bob, found[0].public_id)
    line = AuditEntry.objects.get()
    assert (line.kind, line.object_id, line.patient) == ("record", *[found[0].public_id] * 2)
    assert (line.patients, line.detail) == ([], {})


def test_things_of_several_kinds_about_one_patient_are_one_line_about_them(
    alice: User, knee: Complaint
) -> None:
    before = AuditEntry.objects.count()
    with audit.gathered():
        gate.record(alice, knee.patient.public_id)
        gate.complaint(alice, knee.public_id)
    assert AuditEntry.objects.count() == before + 1
    line = AuditEntry.objects.order_by("-sequence")[0]
    assert (line.kind, line.patient) == (audit.SEVERAL, knee.patient.public_id)
    assert line.detail["read"] == {
        "record": [knee.patient.public_id],
        "complaint": [knee.public_id],
    }


def test_two_readers_of_one_gathering_have_a_line_each(alice: User, bob: User) -> None:
    with audit.gathered():
        for reader in (alice, bob, alice):
            audit.seen(reader, [Read("knowledge", "x")])
    assert sorted(AuditEntry.objects.values_list("actor_name", flat=True)) == ["Alice", "Bob"]


def test_of_more_than_a_line_holds_nothing_is_lost(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "MOST", 20)
    with audit.gathered():
        audit.seen(alice, [Read("record", f"p{n}", f"p{n}") for n in range(50)])
    assert [len(one.patients) for one in AuditEntry.objects.order_by("sequence")] == [20, 20, 10]
    assert AuditKey.objects.filter(key="p49").exists()


def test_writes_stay_a_line_each_in_their_own_transaction(alice: User) -> None:
    with audit.gathered():
        registered(alice)
        assert AuditEntry.objects.filter(action="register").count() == 1
        assert AuditEntry.objects.filter(action="care-begins").count() == 1


def test_a_read_is_told_even_where_what_was_to_be_written_is_undone(
    bob: User, found: list[Patient]
) -> None:
    def read_and_fail() -> None:
        gate.record(bob, found[0].public_id)
        raise ZeroDivisionError

    with audit.gathered(), pytest.raises(ZeroDivisionError), transaction.atomic():
        read_and_fail()
    assert AuditEntry.objects.get().patient == found[0].public_id


def test_a_refusal_to_write_is_told_although_it_undoes_the_transaction(
    ada: User, alice: User
) -> None:
    with audit.gathered(), pytest.raises(NotAllowedError), transaction.atomic():
        insist(ada, Permission.WRITE_RECORDS, alice.site_id)
    assert AuditEntry.objects.get().outcome == audit.REFUSED


def test_an_answer_whose_line_cannot_be_written_does_not_leave(
    at_alice: Client, knee: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(audit, "_write", full)
    at_alice.raise_request_exception = False
    answer = at_alice.get(reverse("complaint", args=[knee.public_id]))
    assert answer.status_code == 500
    assert knee.public_id not in answer.content.decode()


def test_what_a_request_gathered_is_no_matter_of_the_next(alice: User) -> None:
    def read(_: Any) -> HttpResponse:
        audit.seen(alice, [Read("record", "p", "p")])
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    for _ in range(2):
        GatheringMiddleware(read)(request)
    audit.seen(alice, [Read("record", "p", "p")])  # outside of any: at once
    assert AuditEntry.objects.count() == 3


def test_to_have_stood_in_a_list_is_no_opening_of_the_record(
    alice: User, bob: User, found: list[Patient]
) -> None:
    one = found[0]
    with audit.gathered():
        gate.listed(bob, found)
    assert access_counts.of(alice, one, timezone.now()) == []
    with audit.gathered():
        for patient in found[:3]:
            gate.record(bob, patient.public_id)
    (opened,) = access_counts.of(alice, one, timezone.now())
    assert (opened.name, opened.times) == ("Bob", 1)


# --- Who finds a line ----------------------------------------------------------------------------


def test_a_refused_read_is_found_by_the_auditors_of_both_houses_and_by_no_third(
    ada: User, chloe: User, knee: Complaint
) -> None:
    omar = person("Omar", Role.AUDITOR, chloe.site)
    third = person("Tess", Role.AUDITOR, Site.objects.create(name="Third"))
    with pytest.raises(Http404):
        gate.complaint(chloe, knee.public_id)
    looked = trail.Looked(equal={"outcome": audit.REFUSED}, patient=knee.patient.public_id)
    assert trail.lines(ada, looked).count() == 1
    assert trail.lines(omar, looked).count() == 1
    assert trail.lines(third, looked).count() == 0


def test_a_patients_lines_are_found_without_reading_the_trail_through(
    ada: User, alice: User
) -> None:
    for number in range(200):
        audit.record("read", actor=alice, kind="record", patient_id=f"p{number % 20}")
    if connection.vendor != "sqlite":
        return  # a table this small is rightly read through; see docs/adr/0018
    plan = trail.lines(ada, trail.Looked(patient="p3")).explain()
    assert "SCAN" not in plan, plan
