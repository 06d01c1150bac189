"""Registering a patient: what is refused, who is on file already, what an identity rests on."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.ledger.models import Revision
from dolenti.records.models import Contact, Patient
from dolenti.records.patients import registering
from dolenti.records.patients.registering import LikelyDuplicateError
from tests.web.world import INS, PAUL, ZOE, namesake, registered, typed

pytestmark = pytest.mark.each

ANNE = {"birth_name": "Petit", "first_name": "Anne", "birth_date": "03/08/1955"}


def send(browser: Client, **changes: str) -> Any:
    return browser.post(reverse("patient-new"), typed(**changes))


def edit(browser: Client, patient: Patient, **changes: str) -> Any:
    form = typed(based_on=str(patient.version), used_name="Durand", reference="N-17",
                 birth_place="75056", **changes)  # fmt: skip
    return browser.post(reverse("patient-edit", args=[patient.public_id]), form)


def test_a_patient_is_registered_in_the_care_of_their_practitioner(
    alice: User, at_alice: Client
) -> None:
    response = send(at_alice, given_names="Zoé Marie", used_name="d’Aubigné", birth_place="75056")
    made = Patient.objects.get()
    assert response.headers["Location"] == reverse("patient", args=[made.public_id])
    assert (made.identity, made.given_names, made.used_name) == (
        "provisional", "Zoé Marie", "d’Aubigné",
    )  # fmt: skip
    assert made.sort_name == "D AUBIGNE ZOE"
    assert AuditEntry.objects.filter(action="register", patient=made.public_id).count() == 1
    assert at_alice.get(response.headers["Location"]).status_code == 200


def test_a_patient_is_reached_by_what_was_typed_on_the_same_page(
    alice: User, at_alice: Client
) -> None:
    form = typed(phone="06 12 34 56 78", email="zoe@exemple.fr")
    for _ in range(2):  # a double click makes neither two patients nor two contacts
        assert at_alice.post(reverse("patient-new"), form).status_code == 302
    contact = Contact.objects.get()
    assert (contact.patient, contact.kind) == (Patient.objects.get(), "self")
    assert (contact.phone, contact.email) == ("06 12 34 56 78", "zoe@exemple.fr")


BAD: list[tuple[dict[str, str], str]] = [
    ({"birth_name": ""}, "À remplir"),
    ({"birth_name": "M4rtin"}, "ne s’écrit pas dans un nom"),
    ({"birth_date": ""}, "À remplir"),
    ({"birth_date": "31/02/1968"}, "pas une date"),
    ({"birth_date": "01/01/2199"}, "dans le futur"),
    ({"birth_date": "01/01/1850"}, "entre 1900 et 2200"),
    ({"sex": ""}, "Choisissez une"),
    ({"birth_place": "Paris"}, "code INSEE de cinq"),
    ({"given_names": "Marie Zoé"}, "recopiez-les"),
    ({"ins": "255081416802539"}, "sa clé ne concordent pas"),
    ({"ins": "2550814168025"}, "la clé manque"),
    ({"ins": "abc"}, "il en faut 15"),
    ({"phone": "06 12 34 56"}, "compte 8 chiffres"),
    ({"phone": "demander"}, "pas un numéro de téléphone"),
    ({"email": "zoe"}, "adresse électronique"),
    ({"ins_retrieved": "on"}, "Saisissez le matricule"),
    ({"ins": INS, "ins_retrieved": "on", "doubtful": "on"}, "identité douteuse"),
    ({"proof": "passport", "proof_on": "01/01/2199"}, "est à venir"),
]


@pytest.mark.parametrize("changes,said", BAD)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_saved(
    changes: dict[str, str], said: str, at_alice: Client
) -> None:
    response = send(at_alice, **changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert said.lower() in page.lower()
    assert "Zoé" in page  # what was typed is still there
    assert not Patient.objects.exists()


TEXTS = ["birth_name", "first_name", "birth_place_name", "given_names", "used_name",
         "used_first_name", "reference", "doctor", "doctor_contact", "birth_place", "ins",
         "birth_date"]  # fmt: skip
TROUBLES = {
    "right to left": "Mar\u202etin",
    "long": "x" * 100_000,
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_text_field_takes_what_cannot_be_read(name: str, trouble: str, at_alice: Client) -> None:
    response = send(at_alice, **{name: TROUBLES[trouble]})
    assert response.status_code == 422
    assert "field-wrong" in response.content.decode()
    assert not Patient.objects.exists()


@pytest.mark.parametrize("name", ["reference", "doctor", "doctor_contact", "birth_place_name"])
def test_markup_is_text_like_any_other(name: str, at_alice: Client) -> None:
    text = "<script>alert(1)</script>"
    response = send(at_alice, **{name: text})
    assert response.status_code == 302
    made = Patient.objects.get()
    assert getattr(made, name) == text
    page = at_alice.get(reverse("patient-identity", args=[made.public_id])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_likely_duplicate_is_shown_before_anything_is_saved(
    alice: User, at_alice: Client
) -> None:
    zoe = registered(alice)
    response = send(at_alice, birth_name="Martain", birth_place="75056")
    page = response.content.decode()
    assert response.status_code == 422
    assert reverse("patient-identity", args=[zoe.public_id]) in page
    assert "Même date de naissance" in page
    assert "diffère" in page
    assert 'value="Martain"' in page
    assert Patient.objects.count() == 1


def test_somebody_says_that_it_is_another_person_and_the_trail_keeps_it(
    alice: User, at_alice: Client
) -> None:
    zoe = registered(alice)
    first = send(at_alice, first_name="Chloé")
    assert first.status_code == 422
    unsaid = send(at_alice, first_name="Chloé", others=zoe.public_id)
    assert "Indiquez comment vous le savez" in unsaid.content.decode()
    response = send(at_alice, first_name="Chloé", others=zoe.public_id, ground="twins")
    assert response.status_code == 302
    made = Patient.objects.exclude(pk=zoe.pk).get()
    assert made.namesake
    line = AuditEntry.objects.get(action="register", patient=made.public_id)
    assert line.detail["ground"] == "twins"
    assert list(line.detail["not"]) == [zoe.public_id]


def test_two_patients_of_the_same_identity_need_a_word_for_it(
    alice: User, at_alice: Client
) -> None:
    zoe = registered(alice)
    response = send(at_alice, birth_place="75056")
    assert "Doublon certain" in response.content.decode()
    other = namesake(alice, zoe)
    assert other.pk != zoe.pk


def test_a_word_about_one_person_does_not_cover_another(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    namesake(alice, zoe)
    response = send(at_alice, others=zoe.public_id, ground="documents")
    assert response.status_code == 422
    assert Patient.objects.count() == 2


def test_a_health_number_on_file_is_never_taken_twice(alice: User, at_alice: Client) -> None:
    assert send(at_alice, **ANNE, ins=INS).status_code == 302
    anne = Patient.objects.get()
    again = {"ins": "2 55 08 14 168 025 38", "others": anne.public_id, "ground": "documents"}
    response = send(at_alice, **again)
    assert response.status_code == 422
    assert "figure déjà dans un dossier" in response.content.decode()
    assert Patient.objects.count() == 1


def test_the_other_sites_patients_are_nobodys_duplicates(
    chloe: User, at_alice: Client, alice: User
) -> None:
    registered(chloe)
    assert send(at_alice).status_code == 302


def test_a_form_sent_twice_is_one_patient(at_alice: Client) -> None:
    form = typed()
    first, second = (at_alice.post(reverse("patient-new"), form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Patient.objects.count() == 1


def test_back_after_sending_and_sending_something_else_makes_no_second_patient(
    at_alice: Client,
) -> None:
    form = typed()
    at_alice.post(reverse("patient-new"), form)
    at_alice.post(reverse("patient-new"), {**form, "first_name": "Autre"})
    assert [one.first_name for one in Patient.objects.all()] == ["Zoé"]


@pytest.mark.parametrize(
    "changes,status",
    [
        ({}, "provisional"),
        ({"proof": "passport"}, "validated"),
        ({"proof": "vitale-card"}, "provisional"),
        ({"ins": INS}, "provisional"),
        ({"ins": INS, "ins_retrieved": "on"}, "retrieved"),
        ({"ins": INS, "ins_retrieved": "on", "proof": "identity-card"}, "qualified"),
        ({"proof": "passport", "doubtful": "on"}, "provisional"),
    ],
)
def test_an_identity_is_as_sure_as_what_it_rests_on(
    changes: dict[str, str], status: str, at_alice: Client
) -> None:
    assert send(at_alice, **ANNE, **changes).status_code == 302
    assert Patient.objects.get().identity == status


def test_a_number_that_does_not_agree_with_the_traits_is_told_and_kept(
    at_alice: Client,
) -> None:
    response = at_alice.post(reverse("patient-new"), typed(ins=INS), follow=True)
    assert "n’est pas celle qui a été saisie" in response.content.decode()
    assert Patient.objects.get().ins == INS


def test_a_changed_trait_undoes_what_was_verified(alice: User, at_alice: Client) -> None:
    zoe = registered(alice, proof="passport", proof_on=timezone.localdate())
    assert zoe.identity == "validated"
    seen = f"{timezone.localdate():%d/%m/%Y}"
    response = at_alice.post(
        reverse("patient-edit", args=[zoe.public_id]),
        typed(based_on="1", birth_date="03/03/1968", proof="passport", proof_on=seen),
        follow=True,
    )
    assert "ne vaut plus" in response.content.decode()
    zoe.refresh_from_db()
    assert (zoe.identity, zoe.proof) == ("provisional", "")


def test_what_stood_before_a_change_is_kept(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    assert edit(at_alice, zoe, doctor="Dr Roux").status_code == 302
    revision = Revision.objects.get(kind="records.patient", row=zoe.pk)
    assert (revision.before["doctor"], revision.after["doctor"]) == ("", "Dr Roux")


def test_a_stale_edit_shows_both_texts_and_loses_neither(
    alice: User, bob: User, at_alice: Client, browser_of: Callable[[User], Client]
) -> None:
    zoe = registered(alice)
    edit(browser_of(bob), zoe, doctor="Dr Blanc", doctor_contact="01 02 03 04 05")
    response = edit(at_alice, zoe, doctor="Dr Roux")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Bob a modifié ceci" in page
    assert "Dr Blanc" in page
    assert 'value="Dr Roux"' in page
    zoe.refresh_from_db()
    assert zoe.doctor == "Dr Blanc"

    still_open = {"against": "2", "conflicting": "doctor"}
    zoe.version = 1
    assert edit(at_alice, zoe, doctor="Dr Roux", **still_open).status_code == 409
    chosen = {"conflicting": "doctor", "keep-doctor": "mine", "against": "2"}
    # The field she did not touch keeps what Bob wrote.
    response = edit(
        at_alice, zoe, doctor="Dr Roux", **{**chosen, "doctor_contact": "01 02 03 04 05"}
    )
    assert response.status_code == 302
    zoe.refresh_from_db()
    assert (zoe.doctor, zoe.doctor_contact) == ("Dr Roux", "01 02 03 04 05")


def test_theirs_is_kept_where_it_is_chosen(
    alice: User, bob: User, at_alice: Client, browser_of: Callable[[User], Client]
) -> None:
    zoe = registered(alice)
    edit(browser_of(bob), zoe, doctor="Dr Blanc")
    chosen = {"conflicting": "doctor", "keep-doctor": "theirs", "against": "2"}
    assert edit(at_alice, zoe, doctor="Dr Roux", **chosen).status_code == 302
    zoe.refresh_from_db()
    assert zoe.doctor == "Dr Blanc"


def test_changing_somebody_into_somebody_else_on_file_is_noticed(
    alice: User, at_alice: Client
) -> None:
    registered(alice)
    paul = registered(alice, PAUL)
    response = at_alice.post(
        reverse("patient-edit", args=[paul.public_id]), typed(based_on=str(paul.version))
    )
    assert response.status_code == 422
    assert "peut-être déjà un dossier" in response.content.decode()


def test_the_second_of_two_desks_sees_whom_the_first_registered(alice: User, bob: User) -> None:
    registered(alice)
    with pytest.raises(LikelyDuplicateError):
        registered(bob)


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_the_same_moment_make_one_patient(alice: User, bob: User) -> None:
    from django.db import connection

    refused: list[LikelyDuplicateError] = []
    ready = threading.Barrier(2)

    def at_the_desk(user: User) -> None:
        ready.wait()
        try:
            registered(user)
        except LikelyDuplicateError as error:
            refused.append(error)
        finally:
            connection.close()

    desks = [threading.Thread(target=at_the_desk, args=[user]) for user in (alice, bob)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert Patient.objects.filter(birth_name="Martin").count() == 1
    assert len(refused) == 1


def test_candidates_come_by_one_query_among_many(
    alice: User, django_assert_num_queries: Any
) -> None:
    from tests.web.world import crowd

    crowd(alice, 200)
    zoe = registered(alice)
    with django_assert_num_queries(1):
        found = registering.likely(alice, replace(ZOE.identity, birth_name="Martain"))
    assert [one.id for one in found] == [zoe]


def test_contacts_are_added_changed_and_ended(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    new = reverse("contact-new", args=[zoe.public_id])
    form = {"token": str(uuid.uuid4()), "kind": "trusted", "name": "Luc", "phone": "06 11 22 33 44"}
    nothing = at_alice.post(new, {"token": str(uuid.uuid4()), "kind": "self"})
    assert nothing.status_code == 422
    assert "au moins un moyen" in nothing.content.decode()
    for _ in range(2):
        assert at_alice.post(new, form).status_code == 302
    contact = zoe.contacts.get()
    change = reverse("contact-edit", args=[contact.public_id])
    assert at_alice.post(change, {**form, "name": "Lucie", "based_on": "1"}).status_code == 302
    stale = at_alice.post(change, {**form, "name": "Luce", "based_on": "1"})
    assert stale.status_code == 409
    assert "Lucie" in stale.content.decode()
    assert 'value="Luce"' in stale.content.decode()
    at_alice.post(reverse("contact-end", args=[contact.public_id]), {"based_on": "2"})
    contact.refresh_from_db()
    assert contact.ended_at is not None
    page = at_alice.get(reverse("patient-identity", args=[zoe.public_id])).content.decode()
    assert "is-struck" in page


def test_a_birth_date_of_tomorrow_is_in_the_future(at_alice: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert send(at_alice, birth_date=f"{tomorrow:%d/%m/%Y}").status_code == 422


def test_a_record_made_from_a_hole_of_the_agenda_keeps_the_hole(
    alice: User, at_alice: Client
) -> None:
    hole = f"day=2026-11-25&who={alice.public_id}&at=10%3A30"
    finder = at_alice.get(f"{reverse('appointment-find')}?{hole}").content.decode()
    way = f"{reverse('patient-new')}?book=1&{hole}"
    assert way.replace("&", "&amp;") in finder
    response = at_alice.post(way, typed())
    made = Patient.objects.get()
    booking = f"{reverse('patient-appointment', args=[made.public_id])}?{hole}"
    assert response.headers["Location"] == booking
    # Of somebody who is on file already, the appointment is booked in the same hole.
    again = at_alice.post(way, typed())
    assert again.status_code == 422
    assert booking.replace("&", "&amp;") in again.content.decode()
    # Nothing else of an address is carried on, and whoever books nothing comes to the record.
    other = at_alice.post(f"{reverse('patient-new')}?next=//example.org", typed(**ANNE))
    assert other.headers["Location"].startswith("/patients/")
