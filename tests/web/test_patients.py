"""The list of patients, the search, the Patient page, the strip on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.calendar.moments import to_local
from dolenti.guideline.errors import InputError
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.facts import stating
from dolenti.records.facts.stating import Said
from dolenti.records.judging import complaints as pains
from dolenti.records.models import Complaint, Patient, Statement
from dolenti.records.patients import contacting, danger, registering
from tests.web.asked_page import parsed
from tests.web.queries import MORE, MOST, own_queries
from tests.web.world import PAUL, ZOE, crowd, registered, secretary, sent, visit

pytestmark = pytest.mark.each


def page_of(browser: Client, name: str, *args: str) -> str:
    response = browser.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def look_for(browser: Client, text: str) -> str:
    return browser.post(reverse("patients"), {"q": text}, follow=True).content.decode()


def say(user: User, patient: Patient, fact: str, value: Any, at: date) -> None:
    definition = stating.definition_of(fact)
    assert definition is not None
    said = Said(value, at, Statement.SaidBy.PATIENT)
    stating.state(Submission(user, uuid.uuid4()), patient, definition, said)


@pytest.mark.parametrize(
    "text",
    ["dur", "Durand Z", "MARTIN", "zoé", "Zoé Mart", "02/03/1968", "2.3.68", "2 mars 1968",
     "1968-03-02", "02031968", "n-17"],
)  # fmt: skip
def test_a_patient_is_found_by_what_the_desk_knows(
    text: str, alice: User, at_alice: Client
) -> None:
    zoe, paul = registered(alice), registered(alice, PAUL)
    found = look_for(at_alice, text)
    assert zoe.public_id in found
    assert paul.public_id not in found


def test_a_patient_is_found_by_the_health_number(alice: User, at_alice: Client) -> None:
    from dolenti.identity.ins import read_ins

    zoe = registered(alice)
    number = read_ins("255081416802538")
    other = registered(alice, PAUL, identity=PAUL.identity.__class__(
        "Petit", "Anne", date(1955, 8, 3), "female", ins=number))  # fmt: skip
    for text in ("2 55 08 14 168 025 38", "2550814168025"):
        found = look_for(at_alice, text)
        assert other.public_id in found
        assert zoe.public_id not in found


@pytest.mark.parametrize(
    "text",
    ["Lefèvre 14/05/1961", "14051961 lefevre", "paul lefevre", "LEFEVRE 1961", "Lefvre", "Pual",
     "lefebvre paul", "lefebvre", "lefaivre", "né en 1961 lefèvre", "06 39 98",
     "+33 6 39 98 61 40", "PAUL@exemple.fr"],
)  # fmt: skip
def test_a_patient_is_found_by_what_was_half_heard(
    text: str, alice: User, at_alice: Client
) -> None:
    zoe, paul = registered(alice), registered(alice, PAUL)
    reached = {"kind": "self", "phone": "06 39 98 61 40", "email": "Paul@exemple.fr"}
    contacting.add(sent(alice), paul, reached)
    found = look_for(at_alice, text)
    assert paul.public_id in found
    assert zoe.public_id not in found


def test_a_contact_that_ended_finds_nobody(alice: User, at_alice: Client) -> None:
    paul = registered(alice, PAUL)
    contact = contacting.add(sent(alice), paul, {"kind": "self", "phone": "06 39 98 61 40"})
    assert paul.public_id in look_for(at_alice, "0639986140")
    contacting.end(alice, contact, contact.version)
    assert paul.public_id not in look_for(at_alice, "0639986140")


@pytest.mark.parametrize("text", ["%", "*", "_", "D" * 300, "' OR 1=1", "0612345678 ou bien"])
def test_what_names_nobody_finds_nobody(text: str, alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    found = look_for(at_alice, text)
    assert "Aucun patient trouvé" in found
    assert zoe.public_id not in found


def test_one_letter_is_the_beginning_of_the_list(alice: User, at_alice: Client) -> None:
    zoe, paul = registered(alice), registered(alice, PAUL)
    found = look_for(at_alice, "d")
    assert zoe.public_id in found
    assert paul.public_id not in found


def test_the_bar_answers_as_one_types_and_says_how_many(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    crowd(alice, 30)

    def typed(text: str) -> str:
        with own_queries() as asked:
            answer = at_alice.post(
                reverse("patient-find"), {"q": text}, headers={"HX-Request": "true"}
            )
        assert len(asked) <= MOST, asked.own
        return answer.content.decode()

    assert "au moins deux lettres" in typed("d")
    assert "1 patient trouvé" in typed("dur")
    assert zoe.public_id in typed("durnad 1968")
    assert "1 patient au nom proche" in typed("durnad 1968")
    assert "Plus de 8 patients" in typed("za")
    assert AuditEntry.objects.filter(action="read", patient=zoe.public_id).exists()
    assert 'id="find"' in page_of(at_alice, "home")


def test_what_is_looked_for_never_stands_in_an_address(alice: User, at_alice: Client) -> None:
    registered(alice)
    response = at_alice.post(reverse("patients"), {"q": "Durand \u202e<b>"})
    assert response.status_code == 302
    assert "urand" not in response.headers["Location"]
    assert at_alice.get(response.headers["Location"]).status_code == 200


def test_another_site_finds_nobody(
    alice: User, chloe: User, browser_of: Callable[[User], Client]
) -> None:
    zoe = registered(alice)
    assert zoe.public_id not in look_for(browser_of(chloe), "Durand")


def test_a_practitioner_sees_first_who_is_in_their_care_and_finds_the_others_closed(
    alice: User, bob: User, at_alice: Client
) -> None:
    others = registered(bob)
    assert others.public_id not in page_of(at_alice, "patients")
    found = look_for(at_alice, "Durand")
    assert reverse("patient-identity", args=[others.public_id]) in found
    assert "Patient que vous ne suivez pas" in found
    assert at_alice.get(reverse("patient", args=[others.public_id])).status_code == 403
    identity = page_of(at_alice, "patient-identity", others.public_id)
    assert "Allergies" not in identity


def test_pages_follow_by_position_and_show_everyone_once(alice: User, at_alice: Client) -> None:
    crowd(alice, 60)
    seen: list[str] = []
    address = reverse("patients") + "?show=all"
    for _ in range(3):
        response = at_alice.get(address)
        seen += [line.public_id for line in response.context["patients"]]
        address = f"{reverse('patients')}?show=all&after={response.context['last']}"
    assert len(seen) == len(set(seen)) == 60
    assert response.context["last"] == ""


def test_the_list_asks_as_few_questions_of_many_patients_as_of_a_few(
    alice: User, at_alice: Client
) -> None:
    counts = []
    for size in (10, 190):
        crowd(alice, size) if size == 10 else crowd_more(alice, size)
        with own_queries() as asked:
            at_alice.get(reverse("patients") + "?show=all")
        assert len(asked) <= MOST, asked.own
        counts.append(len(asked))
    assert counts[0] == counts[1]


def crowd_more(user: User, count: int) -> None:
    rows = crowd(user, count)
    assert len(rows) == count


def full(alice: User, complaints: int) -> Patient:
    zoe = registered(alice)
    today = timezone.localdate()
    for _ in range(complaints):
        values = {"condition": "knee-osteoarthritis", "side": "right"}
        pains.describe(Submission(alice, uuid.uuid4()), zoe, values, another=True)
        say(alice, zoe, "weight", 62, today)
    return zoe


@pytest.mark.parametrize("name", ["patient", "patient-identity", "patient-facts"])
def test_a_patients_pages_ask_few_questions_whatever_the_record_holds(
    name: str, alice: User, at_alice: Client
) -> None:
    counts = []
    for complaints in (1, 12):
        Patient.objects.update(in_error="made for another count")
        zoe = full(alice, complaints)
        with own_queries() as asked:
            at_alice.get(reverse(name, args=[zoe.public_id]))
        assert len(asked) <= MORE.get(name, MOST), asked.own
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_nobody_said_is_to_be_asked(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    page = page_of(at_alice, "patient", zoe.public_id)
    assert page.count("À préciser") >= 3  # allergy, anticoagulant, red flags
    assert "58" in page or "ans" in page
    assert "Identité provisoire" in page


def test_a_record_without_a_complaint_has_its_red_flags_to_be_asked(
    alice: User, at_alice: Client
) -> None:
    strip = page_of(at_alice, "patient", registered(alice).public_id)
    flags = strip[strip.index("Drapeaux rouges") : strip.index("</dl>")]
    assert "À préciser" in flags
    assert "Aucun" not in flags


def test_red_flags_that_nobody_can_judge_are_to_be_asked(
    alice: User, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoe = registered(alice)
    described = {"condition": "knee-osteoarthritis", "side": "right"}
    pains.describe(Submission(alice, uuid.uuid4()), zoe, described)
    # As a document of an older edition leaves it: its choices mean nothing to this one.
    monkeypatch.setattr(danger.assessing, "policies_of", lambda _: {"gone": "yes"})
    with pytest.raises(InputError):
        engine.judge(engine.edition_in_force(), {"gone": "yes"})
    strip = page_of(at_alice, "patient", zoe.public_id)
    flags = strip[strip.index("Drapeaux rouges") : strip.index("</dl>")]
    assert "À préciser" in flags
    assert "Aucun" not in flags


def test_the_strip_hides_no_danger_on_any_page_of_the_patient(
    alice: User, at_alice: Client
) -> None:
    zoe = registered(alice)
    today = timezone.localdate()
    say(alice, zoe, "allergy", {"has": ["lidocaine"], "not": []}, today)
    say(alice, zoe, "anticoagulant", "vka", today)
    pain = pains.describe(
        Submission(alice, uuid.uuid4()), zoe, {"condition": "knee-osteoarthritis", "side": "right"}
    )
    pages = [
        ("patient", zoe), ("patient-identity", zoe), ("patient-facts", zoe), ("patient-edit", zoe),
        ("patient-error", zoe), ("contact-new", zoe), ("patient-merge", zoe),
        ("patient-import-into", zoe), ("patient-complaint-new", zoe), ("complaint", pain),
        ("complaint-edit", pain), ("complaint-error", pain),
    ]  # fmt: skip
    for name, row in pages:
        page = page_of(at_alice, name, row.public_id)
        strip = page[page.index("strip-section") : page.index("</dl>")]
        assert strip.count("strip-danger") == 2, name
        assert "DURAND" in strip, name


def test_a_value_too_old_to_count_shows_its_age(alice: User, at_alice: Client) -> None:
    zoe = registered(alice, identity=ZOE.identity.__class__(
        "Martin", "Zoé", date(1996, 3, 2), "female"))  # fmt: skip
    today = timezone.localdate()
    say(alice, zoe, "pregnancy", True, today - timedelta(days=200))
    page = page_of(at_alice, "patient", zoe.public_id)
    assert "À redemander" in page
    assert "il y a 6 mois" in page


def test_a_red_flag_is_told_on_every_page(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    today = timezone.localdate()
    pains.describe(Submission(alice, uuid.uuid4()), zoe, {"condition": "low-back-pain", "side": ""})
    say(alice, zoe, "saddle-anaesthesia", True, today)
    page = page_of(at_alice, "patient-facts", zoe.public_id)
    assert "flag-stops" in page


def test_a_secretary_sees_who_a_patient_is_and_nothing_of_their_health(
    alice: User, bob: User, browser_of: Callable[[User], Client]
) -> None:
    zoe = registered(alice)
    say(alice, zoe, "anticoagulant", "vka", timezone.localdate())
    bob.role = "secretary"
    bob.save()
    browser = browser_of(bob)
    for name in ("patient", "patient-identity"):
        page = page_of(browser, name, zoe.public_id)
        assert "DURAND" in page
        assert "strip-item" not in page
    assert browser.get(reverse("patient-facts", args=[zoe.public_id])).status_code == 403


def test_opening_a_patient_is_written_in_the_trail(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    page_of(at_alice, "patient", zoe.public_id)
    assert AuditEntry.objects.filter(action="read", patient=zoe.public_id, kind="record").exists()


def test_a_record_entered_in_error_is_struck_and_found_only_where_asked(
    alice: User, at_alice: Client
) -> None:
    zoe = registered(alice)
    form = {"token": str(uuid.uuid4()), "based_on": zoe.version, "reason": "invented by mistake"}
    address = reverse("patient-error", args=[zoe.public_id])
    assert at_alice.post(address, form).status_code == 302
    assert zoe.public_id not in look_for(at_alice, "Durand")
    assert zoe.public_id in at_alice.get(reverse("patients") + "?show=in-error").content.decode()
    page = page_of(at_alice, "patient", zoe.public_id)
    assert "invented by mistake" in page
    assert "is-in-error" in page
    assert reverse("patient-complaint-new", args=[zoe.public_id]) not in page
    zoe.refresh_from_db()
    form = {"token": str(uuid.uuid4()), "based_on": zoe.version}
    assert at_alice.post(address, form).status_code == 302
    assert zoe.public_id in look_for(at_alice, "Durand")


def test_a_mark_of_error_asks_why(alice: User, at_alice: Client) -> None:
    zoe = registered(alice)
    form = {"token": str(uuid.uuid4()), "based_on": zoe.version, "reason": " "}
    response = at_alice.post(reverse("patient-error", args=[zoe.public_id]), form)
    assert response.status_code == 422
    assert "Indiquez le motif" in response.content.decode()
    assert Patient.objects.get(pk=zoe.pk).in_error == ""


def test_who_puts_a_patient_in_whose_care(
    alice: User, bob: User, at_alice: Client, browser_of: Callable[[User], Client]
) -> None:
    zoe = registered(bob)
    take, end = (reverse(n, args=[zoe.public_id]) for n in ("patient-care", "patient-care-end"))
    # A record that is closed to her she cannot open for herself.
    assert at_alice.post(take, {"user": alice.public_id}).status_code == 403
    assert browser_of(bob).post(take, {"user": alice.public_id}).status_code == 302
    assert at_alice.get(reverse("patient", args=[zoe.public_id])).status_code == 200
    assert browser_of(bob).post(end, {"user": alice.public_id}).status_code == 302
    assert at_alice.get(reverse("patient", args=[zoe.public_id])).status_code == 403


def test_nobody_of_another_site_is_put_in_care(alice: User, chloe: User, at_alice: Client) -> None:
    zoe = registered(alice)
    response = at_alice.post(
        reverse("patient-care", args=[zoe.public_id]), {"user": chloe.public_id}
    )
    assert response.status_code == 404


def test_a_case_without_identity_is_given_one_later(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    from tests.web.world import typed

    whose = knee.patient
    assert whose.identity == Patient.Identity.NONE
    form = typed(based_on=str(whose.version))
    response = at_alice.post(reverse("patient-edit", args=[whose.public_id]), form)
    assert response.status_code == 302
    whose.refresh_from_db()
    assert (whose.identity, whose.birth_name) == ("provisional", "Martin")
    assert whose.public_id in look_for(at_alice, "Martin")
    assert registering.likely(alice, ZOE.identity)[0].id == whose


def test_the_list_says_when_each_came_and_comes_next(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    """What was called off, or missed, is neither; whoever never came has neither."""
    zoe = registered(alice, ZOE)
    registered(alice, PAUL)
    now = timezone.now()
    came, comes = now - timedelta(days=30), now + timedelta(days=7)
    for start, state in (
        (came, "done"), (now - timedelta(days=60), "done"), (now - timedelta(days=2), "missed"),
        (now + timedelta(days=1), "cancelled"), (comes, "planned"),
        (now + timedelta(days=9), "planned"),
    ):  # fmt: skip
        visit(alice, zoe, start, state=state)
    browser = browser_of(secretary(alice))
    with own_queries() as asked:
        page = parsed(browser.get(reverse("patients")).content.decode())
    assert len(asked) <= MOST, asked.own
    lines = {line.all("a")[0].text: line.text for line in page.all("li", class_="summary-line")}
    of_zoe = next(text for name, text in lines.items() if "DURAND" in name)
    last, following = (f"{to_local(one):%d/%m/%Y}" for one in (came, comes))
    assert f"venue le {last}" in of_zoe
    assert f"prochaine le {following}" in of_zoe
    assert [text for text in lines.values() if "venue" in text or "prochaine" in text] == [of_zoe]


def test_the_search_has_the_focus_and_a_new_record_says_what_may_be_left_empty(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(secretary(alice))
    (field,) = parsed(browser.get(reverse("patients")).content.decode()).all("input", id="q")
    assert "autofocus" in field.attributes
    form = parsed(browser.get(reverse("patient-new")).content.decode())
    (first,) = form.all("input", name="birth_name")
    assert "autofocus" in first.attributes
    said = {one.text for tag in ("label", "legend") for one in form.all(tag)}
    assert {"Nom de naissance", "Premier prénom de naissance", "Date de naissance", "Sexe"} <= said
    assert {"Téléphone (facultatif)", "Lieu de naissance (facultatif)"} <= said
    assert not [one for one in said if "facultatif" in one and "Sexe" in one]
