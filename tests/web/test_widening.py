"""Nothing that widens who may read or act goes by another door than the one with the question."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from dolenti.access import accounts, audit, trail
from dolenti.access.models import AuditEntry, Clinic, Invitation, Membership, Site, User
from dolenti.access.roles import Role
from dolenti.diary import links
from dolenti.diary.models import Link
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.guideline.reasons import says_why
from dolenti.records import engine, gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import (
    Assessment,
    CareRelation,
    Merge,
    MergeProposal,
    Opening,
    Patient,
)
from dolenti.records.patients import care, merge_proposals, merging, opening
from dolenti.rights import copy_requests
from dolenti.treatment import laying, usual
from dolenti.treatment.models import Session
from tests.people import give_app, put_in_role
from tests.web import diary
from tests.web.merges import asked_for, merged
from tests.web.world import PAUL, allow, begun, named, open_every_weekday, person, registered, sent

BrowserOf = Callable[[User], Client]
REASON = "Consultation urgente, confrère absent"
PASSWORD = "correct horse battery"


@pytest.fixture
def denis(north: Site) -> User:
    """A practitioner of Alice's site, with no patient of hers in care."""
    return person("Denis", Role.PRACTITIONER, north)


@pytest.fixture
def nina(north: Site) -> User:
    return person("Nina", Role.ADMINISTRATOR, north)


@pytest.fixture
def closed(alice: User) -> Patient:
    """Alice's patient: closed to Denis."""
    return registered(alice)


@pytest.fixture
def own(denis: User) -> Patient:
    """Denis's."""
    return registered(denis, PAUL)


def glass_broken(user: User, patient: Patient) -> Opening:
    return opening.break_glass(sent(user), patient, REASON)


def press_merge(browser: Client, one: Patient, other: Patient, **changes: Any) -> Any:
    address = reverse("patient-merge-with", args=[one.public_id, other.public_id])
    form = {"token": str(uuid.uuid4()), "keep": one.public_id, "reason": "same person, twice"}
    form["read"] = merging.stamp(one, other)
    return browser.post(address, {**form, "checked": list(merging.TRAITS), **changes})


# --- Merging -------------------------------------------------------------------------------------


def test_a_closed_record_is_not_opened_by_merging_it(
    denis: User, own: Patient, closed: Patient, browser_of: BrowserOf
) -> None:
    browser = browser_of(denis)
    for answer in (press_merge(browser, own, closed), press_merge(browser, closed, own)):
        assert answer.status_code == 403
        assert reverse("patient-open", args=[closed.public_id]) in answer.content.decode()
    with pytest.raises(gate.ClosedRecordError):  # nor by the service alone
        merging.merge(sent(denis), own, closed, "same person", merging.TRAITS)
    assert not Merge.objects.exists()
    assert not patient_gate.is_open(denis, closed)


def test_an_hours_opening_is_not_made_lasting_by_merging(
    denis: User, own: Patient, closed: Patient, browser_of: BrowserOf
) -> None:
    glass_broken(denis, closed)
    answer = press_merge(browser_of(denis), own, closed)
    assert answer.status_code == 422
    assert "que pour une heure" in answer.content.decode()
    assert not Merge.objects.exists()


def test_a_merge_is_not_taken_apart_by_whoever_opened_it_for_an_hour(
    alice: User, denis: User, closed: Patient
) -> None:
    made = merged(alice, closed, registered(alice, PAUL))
    with pytest.raises(gate.ClosedRecordError):
        merging.unmerge(denis, made, "two sisters")
    glass_broken(denis, closed)
    with pytest.raises(InputError, match="for an hour only"):
        merging.unmerge(denis, made, "two sisters")


def test_to_whom_a_merge_opens_a_record_is_said_first_and_stands_in_the_trail(
    nina: User,
    alice: User,
    denis: User,
    own: Patient,
    closed: Patient,
    browser_of: BrowserOf,
) -> None:
    """Also to whoever confirms what somebody else proposed."""
    care.entrust(alice, closed, denis)
    asked = asked_for(closed, own, author=nina)
    browser = browser_of(denis)
    address = reverse("merge-confirm", args=[asked.public_id])
    page = browser.get(address).content.decode()
    assert f'name="told" value="{alice.public_id}"' in page
    assert alice.name in page
    read = merging.stamp(closed, own)
    form = {"token": str(uuid.uuid4()), "sure": "on", "read": read}
    untold = browser.post(address, form)  # Alice came since
    assert untold.status_code == 422
    assert "d’autres personnes" in untold.content.decode()
    assert not Merge.objects.exists()
    assert browser.post(address, {**form, "told": [alice.public_id]}).status_code == 302
    line = AuditEntry.objects.get(action="merge")
    assert line.detail["opens_to"] == [alice.public_id]
    assert line.detail["proposed_by"] == nina.public_id


@pytest.mark.parametrize("through", ["own", "closed"])
def test_everybody_to_whom_care_opens_a_merged_record_is_named_and_can_be_ended(
    through: str,
    alice: User,
    denis: User,
    own: Patient,
    closed: Patient,
    browser_of: BrowserOf,
) -> None:
    """Whichever of the two is kept, and whichever they had in care."""
    kept, absorbed = (own, closed) if through == "own" else (closed, own)
    merged(None, kept, absorbed)
    assert {one.user for one in care.team(kept)} == {alice, denis}
    care.entrust(alice, kept, denis)  # has the patient already, by the other record
    assert CareRelation.objects.filter(user=denis, ended_at=None).count() == 1
    browser = browser_of(alice)
    assert (
        denis.name
        in browser.get(reverse("patient-identity", args=[kept.public_id])).content.decode()
    )
    ended = browser.post(
        reverse("patient-care-end", args=[kept.public_id]), {"user": denis.public_id}
    )
    assert ended.status_code == 302
    assert [one.user for one in care.team(kept)] == [alice]
    for record in (own, closed):
        record.refresh_from_db()
        assert not patient_gate.is_open(denis, record)
        assert patient_gate.is_open(alice, record)


def test_what_differs_is_confirmed_point_by_point_by_whoever_proposes(
    nina: User, closed: Patient, own: Patient, browser_of: BrowserOf
) -> None:
    """An administrator reads no records: they propose, and merge nothing by themselves."""
    browser = browser_of(nina)
    address = reverse("patient-merge-with", args=[closed.public_id, own.public_id])
    page = browser.get(address).content.decode()
    for trait in merging.TRAITS:
        assert f'value="{trait}"' in page
    for checked in ([], ["sex"], list(merging.TRAITS)[:-1]):
        answer = press_merge(browser, closed, own, checked=checked)
        assert answer.status_code == 422
        assert "peut être de deux personnes" in answer.content.decode()
    with pytest.raises(InputError, match="differ"):
        merge_proposals.propose(sent(nina), closed, own, "same person", ["sex"])
    assert not MergeProposal.objects.exists()
    assert press_merge(browser, closed, own).status_code == 302
    assert not Merge.objects.exists()
    line = AuditEntry.objects.get(action="propose-merge")
    assert sorted(line.detail["checked"]) == sorted(merging.TRAITS)


def test_what_only_one_of_the_two_says_or_spells_otherwise_does_not_differ() -> None:
    one = Patient(birth_name="Lefèvre", first_name="Paul", birth_date=date(1961, 5, 14), sex="male")
    other = Patient(birth_name="LEFEVRE", first_name="Paul", birth_date=None, sex="")
    assert merging.differing(one, other) == []
    other.birth_date = date(1961, 5, 15)
    assert merging.differing(one, other) == ["birth_date"]


# --- What was opened for an hour -----------------------------------------------------------------


def test_an_hours_opening_entrusts_the_patient_to_nobody_and_ends_no_colleagues_care(
    alice: User, denis: User, closed: Patient, browser_of: BrowserOf
) -> None:
    glass_broken(denis, closed)
    browser = browser_of(denis)
    for name, carer in (("patient-care", denis), ("patient-care-end", alice)):
        address = reverse(name, args=[closed.public_id])
        assert browser.post(address, {"user": carer.public_id}).status_code == 403
    for act in (care.entrust, care.leave):
        with pytest.raises(PermissionDenied):
            act(denis, closed, alice)
    assert list(CareRelation.objects.filter(ended_at=None).values_list("user", flat=True)) == [
        alice.pk
    ]
    page = browser.get(reverse("patient-identity", args=[closed.public_id])).content.decode()
    assert reverse("patient-care-end", args=[closed.public_id]) not in page


def test_who_has_the_patient_in_care_and_the_reception_still_entrust(
    alice: User, denis: User, closed: Patient, north: Site
) -> None:
    sarah = person("Sarah", Role.SECRETARY, north)
    care.entrust(sarah, closed, denis)
    assert patient_gate.is_lasting(denis, closed)
    care.leave(alice, closed, denis)
    assert not patient_gate.is_lasting(denis, closed)


def test_an_hours_opening_is_not_made_lasting_by_planning_a_course(
    alice: User, denis: User, stored: Assessment
) -> None:
    named(stored.complaint)
    patient = stored.complaint.patient
    glass_broken(denis, patient)
    open_every_weekday(alice.site)
    allow(denis)
    course = begun(denis, stored)
    assert Session.objects.filter(course=course).exists()
    assert not patient_gate.is_lasting(denis, patient)


def test_a_whole_copy_is_not_made_by_whoever_opened_the_record_for_an_hour(
    denis: User, closed: Patient
) -> None:
    glass_broken(denis, closed)
    with pytest.raises(InputError, match="for an hour only"):
        copy_requests.ask(
            sent(denis), closed, copy_requests.For("patient"), lambda _: str(uuid.uuid4())
        )


LENT: dict[str, tuple[Callable[[User], links.Made], Callable[[User, Any], links.Made]]] = {
    "history": (
        diary.history_link,
        lambda user, link: links.make_for_history(user, link.complaint, link.appointment),
    ),
    "consent": (diary.to_read, lambda user, link: links.make_for_consent(user, link.course)),
    "leaflet": (
        diary.aftercare_link,
        lambda user, link: links.make_for_aftercare(user, link.session),
    ),
    "answer": (
        lambda user: links.make(user, diary.to_read(user).link.of_course, "baseline", "first"),
        lambda user, link: links.make(user, link.course, link.window, link.anchor),
    ),
}


@pytest.mark.parametrize("what", LENT)
def test_an_hours_opening_makes_no_link_to_a_phone(what: str, alice: User, denis: User) -> None:
    """It opens for days or weeks, to whoever holds it and knows a birth date."""
    make, again = LENT[what]
    link = make(alice).link
    glass_broken(denis, link.patient)
    with pytest.raises(links.LinkRefusedError, match="for an hour only"):
        again(denis, link)
    link.refresh_from_db()
    assert link.revoked_at is None
    assert not Link.objects.filter(author=denis).exists()
    care.entrust(alice, link.patient, denis)
    assert again(denis, link).link.author == denis


def test_a_page_says_why_it_makes_no_link(alice: User, denis: User, browser_of: BrowserOf) -> None:
    link = diary.to_read(alice).link
    glass_broken(denis, link.patient)
    address = reverse("course-consent-home", args=[link.of_course.public_id])
    answer = browser_of(denis).post(address, {"token": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "que pour une heure" in answer.content.decode()


def test_the_leaflet_goes_by_itself_after_whoever_treats_in_a_colleagues_stead(
    alice: User, denis: User
) -> None:
    """It is shown to nobody here, and the patient is not left without one."""
    link = diary.aftercare_link(alice).link
    glass_broken(denis, link.patient)
    assert link.session is not None
    assert links.make_for_aftercare(denis, link.session, goes_by_itself=True).link.pk != link.pk


def test_nobody_reviews_an_opening_of_their_own(
    denis: User, closed: Patient, browser_of: BrowserOf
) -> None:
    made = glass_broken(denis, closed)
    put_in_role(denis, Role.AUDITOR)  # who has changed roles since
    address = reverse("opening-review", args=[made.public_id])
    form = {"token": str(uuid.uuid4()), "reason": "Le motif était fondé"}
    answer = browser_of(denis).post(address, form)
    assert answer.status_code == 422
    assert "vous-même" in answer.content.decode()
    assert not hasattr(Opening.objects.get(), "review")


# --- Reasons -------------------------------------------------------------------------------------

NO_REASONS = [
    "..........",
    "aaaaaaaaaa",
    "urgence",
    "aaaa aaaa aaaa",
    "12 34 56 78 90",
    "a b c d e f g h",
]
REASONS = ["deux sœurs", "même carte vitale", "seen in person", "Dr Roux absent"]


@pytest.mark.parametrize("text", NO_REASONS)
def test_characters_are_no_reason(
    text: str, denis: User, closed: Patient, browser_of: BrowserOf
) -> None:
    assert not says_why(text)
    form = {"token": str(uuid.uuid4()), "reason": text}
    address = reverse("patient-open", args=[closed.public_id])
    assert browser_of(denis).post(address, form).status_code == 422
    assert not Opening.objects.exists()
    other, mixture = registered(denis, PAUL), usual.mixtures()[0].id
    protocol = engine.edition_in_force().therapies[0].protocol
    left = [laying.Departure(date(2026, 11, 23), Text(fr="trop tôt", en="too soon"))]
    for write in (
        lambda: opening.break_glass(sent(denis), closed, text),
        lambda: merging.merge(sent(denis), closed, other, text),
        lambda: usual.switch(sent(denis), denis.site, mixture, on=False, reason=text),
        lambda: laying.as_planned(protocol, [], left, text),
    ):
        with pytest.raises(InputError, match="in words"):
            write()


@pytest.mark.parametrize("text", REASONS)
def test_two_words_that_say_something_are_one(text: str) -> None:
    assert says_why(text)


# --- Accounts of several sites -------------------------------------------------------------------


@pytest.fixture
def omar(north: Site, south: Site) -> User:
    """The administrator of the other site of the house."""
    house = Clinic.objects.create(name="House")
    Site.objects.filter(pk__in=[north.pk, south.pk]).update(clinic=house)
    return User.objects.select_related("site").get(pk=person("Omar", Role.ADMINISTRATOR, south).pk)


def asked(omar: User, someone: User, role: Role = Role.NURSE) -> Invitation:
    made = accounts.add(omar, someone.email, someone.name, role)
    assert isinstance(made, Invitation)
    return made


def test_nobody_works_at_another_site_before_they_said_yes(
    omar: User, alice: User, browser_of: BrowserOf
) -> None:
    at_omar = browser_of(omar)
    form = {"token": str(uuid.uuid4()), "email": alice.email, "name": "X", "role": "nurse"}
    assert at_omar.post(reverse("people"), form).status_code == 302
    assert not Membership.objects.filter(user=alice, site=omar.site).exists()
    assert at_omar.get(reverse("person", args=[alice.public_id])).status_code == 404
    with pytest.raises(Http404):
        accounts.go_to(alice, omar.site.public_id)
    invitation = Invitation.objects.get()
    at_alice = browser_of(alice)
    assert "South" in at_alice.get(reverse("places")).content.decode()
    answer = {"invitation": invitation.public_id, "answer": "yes"}
    for _ in range(2):  # pressed twice, it is one
        assert at_alice.post(reverse("places"), answer).status_code == 302
    assert Membership.objects.get(user=alice, site=omar.site).role == "nurse"


@pytest.mark.parametrize("how", ["declined", "withdrawn"])
def test_an_invitation_that_was_answered_is_not_accepted_any_more(
    how: str, omar: User, alice: User
) -> None:
    invitation = asked(omar, alice)
    if how == "declined":
        accounts.answer(alice, invitation.public_id, accepted=False)
    else:
        accounts.withdraw(omar, invitation)
    accounts.answer(alice, invitation.public_id, accepted=True)
    assert not Membership.objects.filter(user=alice, site=omar.site).exists()
    assert Invitation.objects.get().answer == how


def test_nobody_answers_for_somebody_else(omar: User, alice: User, bob: User) -> None:
    invitation = asked(omar, alice)
    for other in (bob, omar):
        with pytest.raises(Http404):
            accounts.answer(other, invitation.public_id, accepted=True)


def test_the_second_step_of_an_account_is_for_the_site_that_answers_for_it(
    omar: User, nina: User, alice: User, browser_of: BrowserOf
) -> None:
    accounts.answer(alice, asked(omar, alice).public_id, accepted=True)
    give_app(alice)
    address = reverse("person-second-step", args=[alice.public_id])
    reason = {"reason": "vu en personne ce matin"}
    answer = browser_of(omar).post(address, reason)
    assert answer.status_code == 422
    assert "Un autre site répond" in answer.content.decode()
    assert alice.authenticator_set.exists()
    assert browser_of(nina).post(address, reason).status_code == 302
    assert not alice.authenticator_set.exists()


def test_leaving_one_site_ends_nothing_at_the_other(
    omar: User, alice: User, nina: User, browser_of: BrowserOf
) -> None:
    accounts.answer(alice, asked(omar, alice).public_id, accepted=True)
    at_alice = browser_of(alice)
    accounts.leave(omar, alice)
    assert at_alice.get(reverse("patients")).status_code == 200
    alice.refresh_from_db()
    assert (alice.is_active, alice.home_id) == (True, nina.site_id)
    accounts.leave(nina, alice)  # the last one
    alice.refresh_from_db()
    assert not alice.is_active
    assert at_alice.get(reverse("patients")).status_code == 302


def test_whoever_leaves_the_site_that_answers_for_them_is_answered_for_where_they_go_on(
    nina: User, omar: User, alice: User
) -> None:
    nina.site.refresh_from_db()
    accounts.answer(alice, asked(omar, alice).public_id, accepted=True)
    accounts.leave(nina, alice)
    alice.refresh_from_db()
    assert (alice.home, alice.site, alice.role) == (omar.site, omar.site, "nurse")
    back = accounts.come_back(nina, alice)  # they work elsewhere: they are asked
    assert isinstance(back, Invitation)
    accounts.leave(omar, alice)
    alice.refresh_from_db()
    accounts.withdraw(nina, back)
    with pytest.raises(accounts.AccountRefusedError, match="account-of-another-site"):
        accounts.come_back(nina, alice)
    assert accounts.come_back(omar, alice) is None
    alice.refresh_from_db()
    assert alice.is_active


def test_lines_about_an_account_are_seen_at_every_site_of_its_memberships(
    omar: User, alice: User, ada: User, nina: User
) -> None:
    auditor = person("Odile", Role.AUDITOR, omar.site)
    elsewhere = person("Tess", Role.AUDITOR, Site.objects.create(name="Third"))
    equal = {"kind": "account"}

    def seen_by(one: User) -> list[str]:
        found = trail.lines(one, trail.Looked(equal=equal)).order_by("sequence")
        return list(found.filter(object_id=alice.public_id).values_list("action", flat=True))

    invitation = asked(omar, alice)
    assert seen_by(ada) == seen_by(auditor) == ["invite-person"]
    accounts.answer(alice, invitation.public_id, accepted=True)
    accounts.forget_second_step(nina, alice, "vu en personne")
    accounts.leave(nina, alice)
    assert seen_by(ada) == seen_by(auditor)
    assert seen_by(auditor)[-2:] == ["second-step-reset", "close-account"]
    assert seen_by(elsewhere) == []


def test_a_failed_log_in_is_seen_where_the_person_works_and_nowhere_else(
    ada: User, alice: User, chloe: User, client: Client
) -> None:
    client.post("/login/", {"login": alice.email, "password": "wrong"})
    there = person("Odile", Role.AUDITOR, chloe.site)
    looked = trail.Looked(equal={"outcome": audit.FAILED})
    assert trail.lines(ada, looked).count() == 1
    assert trail.lines(there, looked).count() == 0
    client.post("/login/", {"login": "nobody@example.org", "password": "wrong"})
    assert trail.lines(there, looked).count() == 1  # of no account: everybody's
