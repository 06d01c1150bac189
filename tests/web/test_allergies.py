"""An allergy typed by the name of a medicine: its substances and excipients, and what nobody knows
of it stays to be asked.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access import clock
from dolenti.access.covered import cover
from dolenti.access.models import User
from dolenti.ledger.once import Submission
from dolenti.records.facts import allergens
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint, Patient, Statement

TODAY = clock.today
LIDOCAINE = {"lidocaine", "amide-local-anaesthetic"}
EXCIPIENTS = {"sulfite", "paraben", "benzyl-alcohol", "polysorbate", "macrogol", "benzalkonium"}
pytestmark = pytest.mark.django_db


def add(client: Client, patient: Patient, name: str, **more: Any) -> Any:
    query = f"?complaint={more.pop('complaint')}" if "complaint" in more else ""
    form = {"token": str(uuid.uuid4()), "name": name, "said_by": "patient", **more}
    return client.post(reverse("allergy-new", args=[patient.public_id]) + query, form)


def allergy(user: User, complaint: Complaint) -> dict[str, bool]:
    """What the judge hears of the fact."""
    known = assessing.look(user, complaint, TODAY()).case.facts.get("allergy")
    return {} if known is None else dict(known.value)  # type: ignore[call-overload]


def present(user: User, complaint: Complaint) -> set[str]:
    return {member for member, is_so in allergy(user, complaint).items() if is_so}


def say_none(user: User, complaint: Complaint) -> None:
    """Somebody said before that there is no allergy at all."""
    sent = Submission(user, uuid.uuid4())
    assessing.answer(sent, complaint, {"allergy": []}, TODAY())


# --- What a name means -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed,members",
    [
        ("XYLOCAINE 1 %", LIDOCAINE),
        ("xilocaïne", LIDOCAINE),  # an accent, a slip
        ("xylocaine adrénaline", LIDOCAINE | {"sulfite"}),  # every one of that name holds it
        ("lidocaïne", LIDOCAINE),
        ("Kenacort", {"corticosteroid", "benzyl-alcohol", "polysorbate", "carmellose"}),
        ("Dépo-médrol 40", {"corticosteroid", "macrogol", "benzalkonium"}),
        ("Hyalgan", {"hyaluronic-acid", "avian-protein"}),
        ("Voltarène", {"nsaid"}),
        ("latex", {"latex"}),  # no medicine, and one of ours by its own name
        ("SULFITES", {"sulfite"}),
        ("Augmentin", set()),
    ],
)
def test_a_name_becomes_its_substances_and_the_excipients_that_are_certain(
    typed: str, members: set[str]
) -> None:
    found = allergens.named(typed)
    assert found.understood
    assert set(found.members) == members


def test_what_only_some_hold_and_labels_that_nobody_read_are_left_unsaid() -> None:
    some = allergens.named("XYLOCAINE")
    assert set(some.unsaid) >= EXCIPIENTS, "some hold a sulfite; of the others nobody knows"
    assert allergens.named("xylocaine adrénaline").unsaid == (), "both labels were read"
    assert allergens.named("lidocaïne").unsaid == (), "the substance itself, no presentation"
    assert not {*some.members} & {*some.unsaid}


@pytest.mark.parametrize(
    "typed", ["poudre de perlimpinpin", "arachide", "produit de contraste iodé"]
)
def test_what_is_not_understood_is_said_to_be_so(typed: str) -> None:
    assert not allergens.named(typed).understood


# --- Stated on the page ----------------------------------------------------------------------


def test_a_speciality_typed_as_an_allergy_becomes_its_substances(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    answer = add(at_alice, knee.patient, "XYLOCAINE 1 %")
    assert answer.status_code == 302
    assert present(alice, knee) == LIDOCAINE
    said = Statement.objects.get(fact="allergy")
    assert (said.place, said.said_by, said.author) == ("XYLOCAINE 1 %", "patient", alice)
    page = at_alice.get(answer.url).content.decode()
    assert "XYLOCAINE 1 %" in page
    assert "vaut allergie à\u00a0: lidocaïne, anesthésiques locaux à fonction amide" in page


def test_what_the_label_does_not_tell_is_no_longer_taken_for_absent(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    say_none(alice, knee)
    add(at_alice, knee.patient, "XYLOCAINE 1 %")
    known = allergy(alice, knee)
    assert present(alice, knee) == LIDOCAINE
    assert not EXCIPIENTS & set(known), "unknown again, so asked"
    assert known["latex"] is False, "what it cannot be stays excluded"


def test_an_earlier_allergy_is_kept_beside_the_new_one(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    for name in ("Voltarène", "latex", "xylocaine adrénaline"):
        add(at_alice, knee.patient, name)
    assert present(alice, knee) == LIDOCAINE | {"sulfite", "nsaid", "latex"}


def test_a_chosen_proposal_counts_as_that_speciality_alone(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    add(at_alice, knee.patient, "xylo", cis="68649778")
    assert present(alice, knee) == LIDOCAINE | {"sulfite"}
    assert Statement.objects.get(fact="allergy").place.startswith("XYLOCAINE 10 mg/ml ADRENALINE")


def test_a_name_that_is_not_understood_is_asked_once_and_loses_nothing(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    asked = add(at_alice, knee.patient, "Iopamiron 300 (vieux)", said_by="relative")
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "Iopamiron 300 (vieux)" in page
    assert 'name="is_one_of"' in page
    assert not Statement.objects.filter(fact="allergy").exists()
    both = add(at_alice, knee.patient, "perlimpinpin", is_one_of=["none", "latex"])
    assert both.status_code == 422
    add(at_alice, knee.patient, "perlimpinpin", is_one_of=["iodinated-contrast"])
    assert present(alice, knee) == {"iodinated-contrast"}


def test_none_of_ours_is_kept_under_its_name_and_answers_nothing(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    add(at_alice, knee.patient, "perlimpinpin", is_one_of=["none"])
    assert allergy(alice, knee) == {}
    assert Statement.objects.get(fact="allergy").place == "perlimpinpin"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"cis": "00000000"}, {"is_one_of": ["moon"]}, {"said_by": "the moon"}]
)
def test_bad_input_is_shown_again_and_writes_nothing(
    at_alice: Client, knee: Complaint, wrong: dict[str, Any]
) -> None:
    answer = add(at_alice, knee.patient, **{"name": "perlimpinpin", **wrong})
    assert answer.status_code == 422
    assert not Statement.objects.filter(fact="allergy").exists()


def test_sent_twice_it_is_one(alice: User, at_alice: Client, knee: Complaint) -> None:
    say_none(alice, knee)
    before = Statement.objects.count()
    token = str(uuid.uuid4())
    for _ in range(2):
        add(at_alice, knee.patient, "Kenacort", token=token)
    assert Statement.objects.count() == before + 1


def test_from_an_assessment_one_comes_back_to_it(at_alice: Client, knee: Complaint) -> None:
    found = at_alice.post(
        reverse("complaint-find", args=[knee.public_id]), {"q": "kenacort", "for": "infiltration"}
    ).content.decode()
    address = reverse("allergy-new", args=[knee.patient.public_id])
    assert f"{address}?complaint={knee.public_id}&amp;name={cover('kenacort')}" in found
    answer = add(at_alice, knee.patient, "Kenacort", complaint=knee.public_id)
    assert answer.url == reverse("complaint", args=[knee.public_id])
