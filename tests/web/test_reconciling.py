"""Medicines gone through at a visit: what was found of each, and nothing of what was left alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.medicines.meaning import About, Meant
from dolenti.records.models import (
    Complaint,
    Medicine,
    ReconciledMedicine,
    Reconciliation,
    Statement,
)
from dolenti.records.patients import medicating, reconciling
from dolenti.records.patients.reconciling import Line, ReconciliationRefusedError
from tests.web.world import clinic, sent

pytestmark = pytest.mark.django_db

WARFARIN = medicating.Named(
    "COUMADINE 5 mg", Meant(says=((About("anticoagulant", None), "vitamin-k-antagonist"),))
)


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def two(alice: User, knee: Complaint) -> tuple[Medicine, Medicine]:
    """An anticoagulant, and something that says nothing."""
    values = {"dose": "1 par jour", "started_on": today() - timedelta(days=30)}
    plain = medicating.Named("DOLIPRANE 1000 mg", medicating.answered([]))
    add = medicating.add
    return (
        add(sent(alice), knee.patient, WARFARIN, values, today()),
        add(sent(alice), knee.patient, plain, {"dose": "3 par jour"}, today()),
    )


def gone_through(user: User, knee: Complaint, **lines: Line) -> Reconciliation:
    return reconciling.reconcile(sent(user), knee.patient, lines, today())


def said() -> list[Any]:
    return list(Statement.objects.filter(fact="anticoagulant").order_by("pk").values_list("value"))


def test_what_is_taken_as_written_changes_no_fact(
    alice: User, knee: Complaint, two: tuple[Medicine, Medicine]
) -> None:
    before = said()
    for found in ("taken", "unknown"):
        gone_through(alice, knee, **{one.public_id: Line(found, 1) for one in two})
    assert said() == before
    assert [one.version for one in Medicine.objects.order_by("pk")] == [1, 1]
    assert AuditEntry.objects.filter(action="reconcile-medicines").count() == 2


def test_what_was_left_alone_has_no_review_and_stays_as_it_was(
    alice: User, knee: Complaint, two: tuple[Medicine, Medicine]
) -> None:
    gone_through(alice, knee, **{two[0].public_id: Line("taken", 1)})
    last = reconciling.last_of(list(reconciling.of(alice, knee.patient)))
    assert set(last) == {two[0].pk}
    assert (last[two[0].pk].on, last[two[0].pk].by) == (today(), "Alice")


def test_what_is_stopped_is_stopped_as_by_hand(
    alice: User, knee: Complaint, two: tuple[Medicine, Medicine]
) -> None:
    gone_through(alice, knee, **{two[0].public_id: Line("stopped", 1, stopped_on=today())})
    two[0].refresh_from_db()
    assert two[0].stopped_on == today()
    assert said()[-1] == (None,)  # to be asked again, as when it is stopped on its own page


def test_what_is_taken_otherwise_has_its_new_dose_and_who_prescribes_it(
    alice: User, knee: Complaint, two: tuple[Medicine, Medicine]
) -> None:
    began = today() - timedelta(days=9)
    line = Line("changed", 1, dose="2 par jour", prescriber="Dr Roux", started_on=began)
    gone_through(alice, knee, **{two[1].public_id: line})
    two[1].refresh_from_db()
    assert (two[1].dose, two[1].prescriber, two[1].started_on) == ("2 par jour", "Dr Roux", began)
    assert ReconciledMedicine.objects.get().dose == "2 par jour"


def test_sent_twice_it_is_one(alice: User, knee: Complaint, two: tuple[Medicine, Medicine]) -> None:
    form, lines = sent(alice), {two[0].public_id: Line("taken", 1)}
    first = reconciling.reconcile(form, knee.patient, lines, today())
    assert reconciling.reconcile(form, knee.patient, lines, today()) == first
    assert Reconciliation.objects.count() == 1


@pytest.mark.parametrize(
    "line, says",
    [
        (Line("stopped", 1), "day it was stopped"),
        (Line("stopped", 1, stopped_on=date(2199, 1, 1)), "day it was stopped"),
        (Line("stopped", 1, stopped_on=date(2001, 1, 1)), "before it began"),
        (Line("changed", 1), "how it is taken"),
        (Line("changed", 1, dose="1 par jour"), "how it is taken"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_half_saved(
    alice: User, knee: Complaint, two: tuple[Medicine, Medicine], line: Line, says: str
) -> None:
    lines = {two[1].public_id: Line("changed", 1, dose="2 par jour"), two[0].public_id: line}
    with pytest.raises(ReconciliationRefusedError, match=says):
        gone_through(alice, knee, **lines)
    assert not Reconciliation.objects.exists()
    two[1].refresh_from_db()
    assert two[1].version == 1


def test_an_empty_review_another_list_and_a_stale_one_are_refused(
    alice: User, knee: Complaint, two: tuple[Medicine, Medicine]
) -> None:
    with pytest.raises(ReconciliationRefusedError, match="one medicine at least"):
        gone_through(alice, knee)
    with pytest.raises(ReconciliationRefusedError, match="not on the patient"):
        gone_through(alice, knee, elsewhere=Line("taken", 1))
    medicating.change(alice, two[0], 1, {"dose": "½ par jour"}, today())
    with pytest.raises(ReconciliationRefusedError, match="meanwhile"):
        gone_through(alice, knee, **{two[0].public_id: Line("taken", 1)})
    assert not Reconciliation.objects.exists()


def test_nobody_of_another_site_goes_through_the_list(
    chloe: User, knee: Complaint, two: tuple[Medicine, Medicine]
) -> None:
    with pytest.raises(NotAllowedError):
        gone_through(chloe, knee, **{two[0].public_id: Line("taken", 1)})
    assert list(reconciling.of(chloe, knee.patient)) == []


def test_the_database_keeps_the_day_of_what_was_found_stopped(
    alice: User, knee: Complaint, two: tuple[Medicine, Medicine]
) -> None:
    made = gone_through(alice, knee, **{two[0].public_id: Line("taken", 1)})
    with pytest.raises(IntegrityError), transaction.atomic():
        ReconciledMedicine.objects.create(reconciliation=made, medicine=two[1], found="stopped")


def test_the_pages_say_since_when_a_line_was_not_looked_at(
    alice: User,
    knee: Complaint,
    two: tuple[Medicine, Medicine],
    browser_of: Callable[[User], Client],
) -> None:
    browser, first = browser_of(alice), two[0].public_id
    path = reverse("medicines-review", args=[knee.patient.public_id])
    form = browser.get(path).context["form"]
    fields = {one.html_name: one.field.prepare_value(one.value()) for one in form
              if one.value() not in (None, "")}  # fmt: skip
    fields["token"] = str(uuid.uuid4())
    refused = browser.post(path, fields | {f"found-{first}": "stopped"})
    assert refused.status_code == 422
    assert f"found-{first}" in refused.context["form"].errors
    kept = browser.post(
        path, fields | {f"found-{first}": "taken", f"prescriber-{first}": "Dr Roux"}
    )
    assert kept.status_code == 302
    shown = browser.get(kept.headers["Location"]).content.decode()
    assert shown.count("pris comme indiqué") == 1
    assert shown.count("non revu depuis le") == 1
    assert "prescrit par Dr Roux" in shown


@pytest.mark.parametrize(
    "found, field, typed",
    [
        ("", "prescriber", "Dr Roux"),
        ("", "dose", "2 par jour"),
        ("taken", "dose", "2 par jour"),
        ("taken", "stopped", "01/11/2026"),
        ("taken", "since", ""),
    ],
)
def test_nothing_that_was_typed_is_passed_over(
    alice: User,
    knee: Complaint,
    two: tuple[Medicine, Medicine],
    browser_of: Callable[[User], Client],
    found: str,
    field: str,
    typed: str,
) -> None:
    browser, name = browser_of(alice), two[0].public_id
    path = reverse("medicines-review", args=[knee.patient.public_id])
    form = browser.get(path).context["form"]
    fields = {one.html_name: one.field.prepare_value(one.value()) for one in form
              if one.value() not in (None, "")}  # fmt: skip
    answer = browser.post(path, fields | {f"found-{name}": found, f"{field}-{name}": typed})
    assert answer.status_code == 422
    assert not Reconciliation.objects.exists()
    assert f'value="{typed}"' in answer.content.decode()


def test_the_assessment_and_the_session_say_since_when_the_list_was_not_gone_through(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    session = clinic(alice).with_complaint(knee).session
    pages = [
        reverse("complaint", args=[knee.public_id]),
        reverse("session", args=[session.public_id]),
    ]
    browser = browser_of(alice)

    def said() -> list[str]:
        return [browser.get(one).content.decode().partition('id="unreviewed"')[2] for one in pages]

    assert said() == ["", ""], "nothing is taken"
    plain = medicating.Named("DOLIPRANE 1000 mg", medicating.answered([]))
    medicating.add(sent(alice), knee.patient, plain, {"dose": "3 par jour"}, today())
    assert all("jamais revus" in one for one in said())
    Reconciliation.objects.create(
        patient=knee.patient, on=today() - timedelta(days=20), author=alice
    )
    assert all("non revus depuis le" in one for one in said())
    way = reverse("medicines-review", args=[knee.patient.public_id])
    assert all(way in one for one in said())
    Reconciliation.objects.create(patient=knee.patient, on=today(), author=alice)
    assert said() == ["", ""]
