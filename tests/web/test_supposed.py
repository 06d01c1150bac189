"""What nobody stated, and was only supposed, is shown as supposed wherever it is shown, never as
known, never in green, and decides nothing."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.clinic.assess.shown import show
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.copies import document
from dolenti.demo.asked import answer_with_a_no
from dolenti.fhir import BundleReader
from dolenti.guideline.facts import Known
from dolenti.guideline.judge import ASSUMED
from dolenti.guideline.report import as_json
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.facts.inputs import case_as_json
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint, Statement
from dolenti.records.patients import dangers
from tests.web.copies import copy_of

TODAY = timezone.localdate
SUPPOSED = (("allergy", []), ("blood-borne-virus", False))


@pytest.fixture
def supposed(alice: User, knee: Complaint) -> Complaint:
    """A knee of whom an allergy and a virus were supposed absent."""
    Statement.objects.bulk_create(
        Statement(
            patient=knee.patient, fact=fact, value=value, at=TODAY(), origin="assumed",
            author=alice, submission=uuid.uuid4(),
        )
        for fact, value in SUPPOSED
    )  # fmt: skip
    return knee


def page_of(browser: Client, name: str, *arguments: str) -> str:
    return unescape(str(browser.get(reverse(name, args=arguments)).content.decode()))


def allergies(page: str) -> str:
    """The item of the strip."""
    strip = page[page.index('<dl class="strip"') :]
    return next(one for one in strip.split('class="strip-item')[1:] if "Allergies" in one)


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("name", ["patient", "patient-facts", "patient-medicines", "complaint"])
def test_the_strip_says_supposed_and_is_not_green(
    who: str,
    name: str,
    supposed: Complaint,
    alice: User,
    bob: User,
    browser_of: Callable[[User], Client],
) -> None:
    about = supposed.public_id if name == "complaint" else supposed.patient.public_id
    item = allergies(page_of(browser_of({"alice": alice, "bob": bob}[who]), name, about))
    assert item.startswith(" strip-unknown")
    assert "supposé" in item
    assert "#true" not in item


def test_the_facts_of_the_record_say_supposed(supposed: Complaint, at_alice: Client) -> None:
    page = page_of(at_alice, "patient-facts", supposed.patient.public_id)
    line = page[page.index("<span>Virus transmissible par le sang") :]
    assert 'class="badge tone-ask"' in line[: line.index("</li>")]
    assert "Supposé" in line[: line.index("</li>")]
    assert "supposé, personne ne l’a dit" in line


def test_nothing_is_judged_on_it(supposed: Complaint, alice: User) -> None:
    seen = assessing.look(alice, supposed, TODAY())
    assert not {fact for fact, _ in SUPPOSED} & set(seen.case.facts)
    assert set(seen.supposed) == {fact for fact, _ in SUPPOSED}
    assert "blood-borne-virus" in seen.judgement.questions


def test_the_assess_page_asks_it_and_lists_it_as_supposed(
    supposed: Complaint, at_alice: Client
) -> None:
    page = page_of(at_alice, "complaint", supposed.public_id)
    assert 'value="allergy"' in page  # in its row
    panel = page[page.index('aria-labelledby="assumed"') :]
    assert "Virus transmissible par le sang" in panel[: panel.index("</section>")]


def test_the_agenda_counts_it_among_what_is_to_be_asked(supposed: Complaint, alice: User) -> None:
    found = dangers.of_patients(alice, [supposed.patient_id], TODAY())
    assert "allergy" in found[supposed.patient_id].core


def test_what_somebody_states_goes_before_it_and_takes_nothing_of_it(
    supposed: Complaint, alice: User
) -> None:
    for value, known in (({"has": ["latex"], "not": []}, {"latex": True}),):
        assessing.answer(Submission(alice, uuid.uuid4()), supposed, {"allergy": value}, TODAY())
        assert assessing.look(alice, supposed, TODAY()).case.facts["allergy"].value == known


def test_a_later_supposition_takes_nothing_back(supposed: Complaint, alice: User) -> None:
    assessing.answer(
        Submission(alice, uuid.uuid4()), supposed, {"blood-borne-virus": True}, TODAY()
    )
    Statement.objects.create(
        patient=supposed.patient, fact="blood-borne-virus", value=False, at=TODAY(),
        origin="assumed", author=alice, submission=uuid.uuid4(),
    )  # fmt: skip
    seen = assessing.look(alice, supposed, TODAY())
    assert seen.case.facts["blood-borne-virus"].value is True
    assert "blood-borne-virus" not in seen.supposed


def test_the_copy_of_the_record_says_supposed_and_another_program_asks_it(
    supposed: Complaint, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    printing = document.printing.record
    monkeypatch.setattr(
        document.printing, "record", lambda doc, lang: told.append(doc) or printing(doc, lang)
    )
    data = copy_of(at_alice, supposed.patient).read("dossier-fhir.json")
    lines = [fact for fact in told[0].facts if fact.label == "Virus transmissible par le sang"]
    assert [fact.said_by.partition(" (")[0] for fact in lines] == ["Supposé"]
    observations = [
        entry["resource"]
        for entry in json.loads(data)["entry"]
        if entry["resource"]["resourceType"] == "Observation"
        and any(c["code"] == "blood-borne-virus" for c in entry["resource"]["code"]["coding"])
    ]
    assert [one["status"] for one in observations] == ["preliminary"]
    read = BundleReader(engine.edition_in_force()).read(data, TODAY()).case(supposed.public_id)
    assert "blood-borne-virus" not in read.facts
    assert "blood-borne-virus" in read.in_doubt


def test_what_an_older_assessment_supposed_is_replayed_as_supposed_and_never_in_green(
    knee: Complaint, alice: User
) -> None:
    answer_with_a_no(lambda: Submission(alice, uuid.uuid4()), knee, TODAY())
    seen = assessing.look(alice, knee, TODAY()).judgement
    case = replace(
        seen.case, facts={**seen.case.facts, "blood-borne-virus": Known(False, None, ASSUMED)}
    )
    judged = engine.assess(engine.judge(engine.edition_in_force(), {}), case)
    words = lookup(engine.edition_in_force(), "fr")
    shown = show(as_json(judged, "fr"), case_as_json(case, judged.policies), {}, words)
    assert [line.fact for line in shown.assumed] == ["blood-borne-virus"]
    assert "blood-borne-virus" not in {line.fact for line in shown.stated}
    columns = {column.therapy: column for column in shown.columns}
    serum, cold = columns["autologous-conditioned-serum"], columns["cryoneurolysis"]
    assert serum.supposed == ["Virus transmissible par le sang"]
    assert cold.supposed == []
    page = render_to_string(
        "clinic/assess/verdicts.html",
        {"shown": shown, "prices": {}, "decisions": {}, "against": {}},
    )
    heads = re.findall(r'class="(column status-[^"]+)"', page)
    assert [("rests-on-supposed" in head) for head in heads] == [
        bool(column.supposed) for column in shown.columns
    ]
    assert "Sous réserve de ce qui n’a pas été recueilli" in page
