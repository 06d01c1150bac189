"""“Né en 1950”: a birth date of which the day is not known, from the desk to the phone."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from dolenti.clinic.common.ages import age_in_words
from dolenti.clinic.common.documents import patient_of
from dolenti.clinic.readiness.in_session import months_of
from dolenti.diary import links
from dolenti.diary.links import LinkRefusedError, NotOpenedError
from dolenti.fhir import record_people
from dolenti.fhir.record_values import Organisation, Person
from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, OneOf
from dolenti.identity.likeness import SAME_YEAR, Level
from dolenti.identity.person import Identity
from dolenti.ledger.models import Revision
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.facts.inputs import case_as_json, case_from_json
from dolenti.records.models import Patient
from dolenti.records.patients import merging, registering, searching
from dolenti.records.patients.registering import Verdict
from dolenti.rights import retention, terms
from dolenti.serum.identity import Proof, WrongIdentityError, insist_identified
from dolenti.ui.print.heads import patient_head
from tests.web.diary import after, link_to, treated
from tests.web.phones import Phone
from tests.web.world import ZOE, typed

pytestmark = pytest.mark.each
TODAY = date(2026, 11, 29)
YEAR, MONTH, DAY = PartialDate(1950), PartialDate(1950, 5), date(1950, 5, 12)


def born(user: Any, name: str, when: BirthDate, **changes: Any) -> Patient:
    """Somebody of this name; whoever is alike is said to be another."""
    who = Identity(name, "Anne", when, "female")
    alike = frozenset(match.id.public_id for match in registering.likely(user, who))
    person = replace(ZOE, identity=who, reference="", **changes)
    return registering.register(Submission(user, uuid.uuid4()), person, Verdict(alike, "documents"))


def test_the_desk_writes_what_is_known_and_the_page_says_no_more(
    alice: Any, at_alice: Client
) -> None:
    told = typed(birth_date="1950", conventional_birth_date="01/01/1950")
    assert at_alice.post(reverse("patient-new"), told).status_code == 302
    zoe = Patient.objects.get()
    assert (zoe.birth_date, zoe.conventional_birth_date) == (YEAR, date(1950, 1, 1))
    page = at_alice.get(reverse("patient-identity", args=[zoe.public_id])).content.decode()
    assert "<span>née en 1950</span>" in page  # of a woman
    assert "01/01/1950 (écrite par un registre" in page
    assert "\u00a0ans" in page
    form = at_alice.get(reverse("patient-edit", args=[zoe.public_id])).content.decode()
    assert 'value="1950"' in form
    # A day that became known takes the convention's place, and the history says both.
    edited = typed(birth_date="mai 1950", based_on=str(zoe.version))
    assert at_alice.post(reverse("patient-edit", args=[zoe.public_id]), edited).status_code == 302
    zoe.refresh_from_db()
    assert (zoe.birth_date, zoe.conventional_birth_date) == (MONTH, None)
    change = Revision.objects.get()
    assert (change.before["birth_date"], change.after["birth_date"]) == ("1950", "1950-05")
    assert "née en mai 1950" in at_alice.get(reverse("patients")).content.decode()


@pytest.mark.parametrize(
    "changes,said",
    [
        ({"birth_date": "13/1950"}, "Écrivez 12/05/1950, ou ce qui est connu"),
        ({"birth_date": "2199"}, "dans le futur"),
        ({"birth_date": "1850"}, "entre 1900 et 2200"),
        ({"conventional_birth_date": "01/01/1968"}, "La date de naissance est complète"),
        ({"birth_date": "1950", "conventional_birth_date": "01/01/1951"}, "l’année de naissance"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    changes: dict[str, str], said: str, at_alice: Client
) -> None:
    answer = at_alice.post(reverse("patient-new"), typed(**changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Patient.objects.exists()


def test_whoever_may_be_born_then_is_found(alice: Any) -> None:
    made = {
        when: born(alice, "Durand", when).public_id
        for when in (YEAR, MONTH, DAY, date(1950, 12, 31), PartialDate(1951), date(1951, 1, 1))
    }

    def found(text: str) -> set[BirthDate]:
        page = searching.find(alice, searching.look(text, TODAY)).patients
        return {
            when for when, public_id in made.items() if public_id in {p.public_id for p in page}
        }

    assert found("Durand 1950") == {YEAR, MONTH, DAY, date(1950, 12, 31)}
    assert found("durand 05/1950") == found("05/1950") == {YEAR, MONTH, DAY}
    assert found("12/05/1950 Durand") == {YEAR, MONTH, DAY}
    assert found("31/12/1950") == {YEAR, date(1950, 12, 31)}
    assert found("durand 1951") == {PartialDate(1951), date(1951, 1, 1)}
    assert found("Durand") == set(made)


def test_a_year_is_a_possible_double_of_every_day_of_it_and_of_like_names(alice: Any) -> None:
    whole, month = born(alice, "Lefèvre", DAY), born(alice, "Lefèvre", MONTH)
    born(alice, "Lefèvre", date(1951, 5, 12))
    born(alice, "Martin", date(1950, 5, 12))
    alike = registering.likely(alice, Identity("Lefebvre", "Anne", YEAR, "female"))
    assert {match.id.pk for match in alike} == {whole.pk, month.pk}
    assert all(SAME_YEAR in match.likeness.reasons for match in alike)
    # Two of one year, known no better, are never certain: many share a year.
    same = registering.likely(alice, Identity("Lefèvre", "Anne", MONTH, "female"))
    assert {match.likeness.level for match in same} == {Level.LIKELY}


def test_a_merge_keeps_the_more_precise_and_asks_where_they_contradict(alice: Any) -> None:
    year, day, other = (born(alice, "Durand", when) for when in (YEAR, DAY, PartialDate(1951)))
    assert merging.differing(year, day) == []
    assert merging.differing(year, other) == ["birth_date"]
    with pytest.raises(InputError, match="more precisely"):
        merging.merge(Submission(alice, uuid.uuid4()), year, day, "one person")
    merging.merge(Submission(alice, uuid.uuid4()), day, year, "one person")
    year.refresh_from_db()
    assert year.absorbed_by == day


def test_the_phone_opens_by_the_year_and_a_number_never_by_the_year_alone(alice: Any) -> None:
    course = treated(alice)
    patient = course.patient
    Patient.objects.filter(pk=patient.pk).update(birth_date=PartialDate(1968), reference="N-17")
    with after(50):
        course.refresh_from_db()
        made = link_to(alice, course)
        for said, number in (
            (PartialDate(1968), ""), (PartialDate(1969), "N-17"), (PartialDate(1968), "N-18"),
        ):  # fmt: skip
            with pytest.raises(NotOpenedError):
                links.open_(made.token, said, "", number)
        answer = Phone().post(f"/s/{made.token}/", {"year": "1968", "day": "00", "number": "n 17"})
        assert answer.status_code == 302
        assert links.open_(made.token, date(1968, 3, 2), "", "N-17").patient == patient
        # Without a number there is nothing to ask, so no link is made.
        Patient.objects.filter(pk=patient.pk).update(reference="", ins="")
        course.patient.refresh_from_db()
        assert not links.can_open(course.patient)
        with pytest.raises(LinkRefusedError, match="not known whole"):
            link_to(alice, course)


def test_serum_is_handed_over_by_a_number_where_the_day_is_not_known(alice: Any) -> None:
    anne = born(alice, "Durand", YEAR)
    with pytest.raises(WrongIdentityError):
        insist_identified(alice, anne, Proof(born=date(1950, 1, 1)), "draw")
    Patient.objects.filter(pk=anne.pk).update(reference="N-17")
    anne.refresh_from_db()
    with pytest.raises(WrongIdentityError):
        insist_identified(alice, anne, Proof(born=date(1950, 1, 1)), "draw")
    insist_identified(alice, anne, Proof(number="N-17"), "draw")


def test_a_record_is_kept_until_the_last_day_that_it_may_be() -> None:
    seen = date(2000, 1, 1)
    year = retention.term(seen, PartialDate(1999), serum=False)
    assert year == retention.term(seen, date(1999, 12, 31), serum=False)
    assert year.until > retention.term(seen, date(1999, 1, 1), serum=False).until


@pytest.mark.parametrize("day", [date(1950, 12, 31), date(1950, 12, 30), date(1950, 5, 31), DAY])
def test_the_query_of_terms_says_what_the_term_says(alice: Any, day: date) -> None:
    every = [YEAR, MONTH, DAY, PartialDate(1950, 12), PartialDate(1949), date(1951, 1, 1)]
    for when in every:
        born(alice, "Durand", when)
    found = set(Patient.objects.filter(terms._born_by(day)).values_list("birth_date", flat=True))
    last = {when: getattr(when, "last", when) for when in every}
    assert found == {when for when in every if last[when] <= day}


def test_on_paper_and_in_files_it_is_as_precise_as_it_was_said(alice: Any) -> None:
    anne = born(alice, "Durand", MONTH)
    head = patient_head(patient_of(anne), "fr")
    assert head["born"].replace("\u00a0", " ") == "Née en mai 1950"
    assert patient_head(patient_of(born(alice, "Petit", YEAR)), "en")["born"].endswith(
        "in\u00a01950"
    )
    told = Person(id="1", birth_date=MONTH, conventional_birth_date=date(1950, 5, 1))
    written = record_people.patient(told, Organisation(id="2", name="Nord"))
    assert written["birthDate"] == "1950-05"
    assert written["extension"][0]["valueDate"] == "1950-05-01"


def test_an_assessment_is_read_again_as_it_was_judged(alice: Any) -> None:
    judge = engine.judge(engine.edition_in_force(), {})
    case = Case(TODAY, Complaint("1"), {}, PartialDate(2008))
    again = case_from_json(case_as_json(case, {}), judge.dictionary)
    assert again == case
    assert judge.assess(again).values["age"].value == OneOf(17.0, 18.0)


def test_an_age_is_all_that_it_may_be() -> None:
    with override("fr"):
        assert age_in_words(YEAR, TODAY) == "75 ou 76\u00a0ans"
        assert age_in_words(MONTH, TODAY) == "76\u00a0ans"
        assert age_in_words(PartialDate(2026), TODAY) == "moins de 1\u00a0an"
    assert months_of(YEAR, TODAY) == 75 * 12 + 10
    assert months_of(PartialDate(2015), TODAY) is None  # a child's dose is of no guessed age
