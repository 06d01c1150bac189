"""What a record says and nobody understands: named on the page, asked once, kept for the site."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint, Meaning, Statement
from tests.web.world import SPEAKING, complaint_of, person

ITEM = "allergy|POUDRE DE PERLIMPINPIN"
Browser = Callable[[User], Client]


def today():  # type: ignore[no-untyped-def]
    return timezone.localdate()


def answer(browser: Client, complaint: Complaint, **form: object) -> object:
    address = reverse("complaint-item", args=[complaint.public_id])
    return browser.post(address, {"token": uuid.uuid4(), "item": ITEM} | form)


def items_of(user: User, complaint: Complaint) -> list[str]:
    case = assessing.look(user, complaint, today()).case
    return [one.says for one in case.unread if not one.understood]


def known(user: User, complaint: Complaint) -> object:
    found = assessing.look(user, complaint, today()).case.facts.get("allergy")
    return dict(found.value) if found else None  # type: ignore[call-overload]


def test_it_stands_above_the_verdicts(alice: User, at_alice: Client) -> None:
    complaint = complaint_of(alice, SPEAKING)
    page = at_alice.get(reverse("complaint", args=[complaint.public_id])).content.decode()
    assert page.index("poudre de perlimpinpin") < page.index('id="questions"')
    assert page.index("poudre de perlimpinpin") < page.index("verdict")


def test_nothing_assumes_it_away(alice: User) -> None:
    complaint = complaint_of(alice, SPEAKING)
    assert known(alice, complaint) is None
    assert "allergy" in assessing.look(alice, complaint, today()).case.in_doubt


def test_an_answer_is_of_this_patient_and_of_every_record_that_says_the_same(
    alice: User, at_alice: Client
) -> None:
    first, second = complaint_of(alice, SPEAKING), complaint_of(alice, SPEAKING)
    answer(at_alice, first, answers=["allergy=lidocaine"])
    assert items_of(alice, first) == []
    assert known(alice, first) == {"lidocaine": True}
    assert known(alice, second) == {"lidocaine": True}  # imported before
    assert known(alice, complaint_of(alice, SPEAKING)) == {"lidocaine": True}  # and after
    row = Meaning.objects.get()
    assert (row.author, row.answers, row.site) == (alice, ["allergy=lidocaine"], alice.site)
    assert AuditEntry.objects.filter(action="give-meaning", kind="meaning").count() == 1


def test_none_of_these_is_an_answer(alice: User, at_alice: Client) -> None:
    complaint = complaint_of(alice, SPEAKING)
    answer(at_alice, complaint, none="yes")
    assert items_of(alice, complaint) == []
    assert not Statement.objects.filter(fact="allergy").exists()
    assert "allergy" not in assessing.look(alice, complaint, today()).case.in_doubt


def test_no_answer_two_answers_and_strange_answers_are_refused(
    alice: User, at_alice: Client
) -> None:
    complaint = complaint_of(alice, SPEAKING)
    for form in ({}, {"none": "yes", "answers": ["allergy=latex"]}, {"answers": ["sickle-cell"]}):
        assert answer(at_alice, complaint, **form).status_code == 422  # type: ignore[attr-defined]
    assert items_of(alice, complaint) == ["poudre de perlimpinpin"]
    assert not Meaning.objects.exists()


def test_what_is_taken_back_is_asked_again_and_stays_for_whom_it_was_said(
    alice: User, at_alice: Client
) -> None:
    first, second = complaint_of(alice, SPEAKING), complaint_of(alice, SPEAKING)
    answer(at_alice, first, answers=["allergy=lidocaine"])
    page = at_alice.get(reverse("meanings")).content.decode()
    assert "poudre de perlimpinpin" in page
    assert "Alice" in page
    at_alice.post(reverse("meaning-end", args=[Meaning.objects.get().public_id]))
    assert items_of(alice, second) == ["poudre de perlimpinpin"]
    assert known(alice, first) == {"lidocaine": True}
    assert Meaning.objects.get().ended_by == alice
    assert AuditEntry.objects.filter(action="end-meaning").count() == 1


def test_it_is_the_sites_own(
    alice: User, at_alice: Client, chloe: User, browser_of: Browser, south: Site
) -> None:
    answer(at_alice, complaint_of(alice, SPEAKING), none="yes")
    elsewhere = complaint_of(chloe, SPEAKING)
    assert items_of(chloe, elsewhere) == ["poudre de perlimpinpin"]
    page = browser_of(chloe).get(reverse("meanings")).content.decode()
    assert "poudre de perlimpinpin" not in page


def test_a_doubt_about_the_patient_stands_at_another_pain(alice: User) -> None:
    imported = complaint_of(alice, SPEAKING)
    other = Complaint.objects.create(
        patient=imported.patient, condition="hip-osteoarthritis", zone="hip", author=alice
    )
    assert items_of(alice, other) == ["poudre de perlimpinpin"]


def test_who_may_not_write_records_gives_no_meaning(
    alice: User, north: Site, browser_of: Browser
) -> None:
    complaint = complaint_of(alice, SPEAKING)
    secretary = browser_of(person("Sofia", Role.SECRETARY, north))
    assert answer(secretary, complaint, none="yes").status_code == 403  # type: ignore[attr-defined]
    assert not Meaning.objects.exists()


def test_what_is_of_this_patient_alone_is_kept_for_nobody_else(
    alice: User, at_alice: Client
) -> None:
    first, second = complaint_of(alice, SPEAKING), complaint_of(alice, SPEAKING)
    answer(at_alice, first, none="yes", alone="yes")
    assert items_of(alice, first) == []
    assert known(alice, first) is None  # open for itself: it was not said that there is none
    assert items_of(alice, second) == ["poudre de perlimpinpin"]
    assert not Meaning.objects.exists()


def test_a_part_that_was_not_filled_in_is_never_answered_for_the_site(
    alice: User, at_alice: Client
) -> None:
    before, _, _ = SPEAKING.partition(' {"resource": {"resourceType": "AllergyIntolerance"')
    empty = f"""{before}
 {{"resource": {{"resourceType": "List", "id": "l", "status": "current",
  "code": {{"coding": [{{"system": "http://loinc.org", "code": "48765-2"}}]}},
  "emptyReason": {{"coding": [{{"code": "unavailable"}}]}}}}}}]}}
"""
    complaint = complaint_of(alice, empty)
    (one,) = assessing.look(alice, complaint, today()).case.unread
    assert one.alone
    answer(at_alice, complaint, item=one.item, answers=["allergy=latex"])
    assert known(alice, complaint) == {"latex": True}
    assert items_of(alice, complaint) == []
    assert not Meaning.objects.exists()


def test_what_frightened_is_not_over_because_time_went_by(alice: User, knee: Complaint) -> None:
    for fact in ("fever", "infection-local"):
        Statement.objects.create(
            patient=knee.patient,
            fact=fact,
            value=fact == "fever",
            at=today() - timedelta(days=20),
            author=alice,
            submission=uuid.uuid4(),
        )
    case = assessing.look(alice, knee, today()).case
    assert "fever" in case.in_doubt
    assert "infection-local" not in case.in_doubt  # it was no, and is asked again with its row
    assert case.facts.keys().isdisjoint({"fever", "infection-local"})


def test_what_nobody_here_understood_is_named_above_the_verdicts(
    alice: User, at_alice: Client
) -> None:
    strange = """,
 {"resource": {"resourceType": "Observation", "id": "strange", "status": "final",
  "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-01-02",
  "code": {"text": "Score de Truc"}, "valueQuantity": {"value": 3}}}
]}
"""
    complaint = complaint_of(alice, SPEAKING.rstrip().removesuffix("]}").rstrip() + strange)
    page = at_alice.get(reverse("complaint", args=[complaint.public_id])).content.decode()
    assert page.index('id="not-read"') < page.index('id="questions"')
    assert "Score de Truc" in page
    plain = complaint_of(alice, SPEAKING)
    page = at_alice.get(reverse("complaint", args=[plain.public_id])).content.decode()
    assert 'id="not-read"' not in page
