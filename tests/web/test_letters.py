"""Letters: made from the record, signed once, kept as they were sent, answered or not."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.actors import worker_at
from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.access.writing import NotAllowedError
from dolenti.clinic.letters.gathering import FIELDS, PROPOSED, Gatherer
from dolenti.clinic.letters.of_complaint import NotYetError
from dolenti.diary.models import Answer
from dolenti.guideline import diary, letters
from dolenti.guideline.words import date_in_words
from dolenti.letters import gate, replies, writing
from dolenti.letters.models import AwaitedReply, Letter
from dolenti.letters.writing import About, LetterRefusedError
from dolenti.records import engine
from dolenti.records.judging import choosing
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Assessment, Complaint
from dolenti.work import worker
from tests.web.letters import awaited, signed_letter, somebody, wanted
from tests.web.world import clinic, colleague, complaint_of, named

State = AwaitedReply.State


@pytest.fixture
def knee(knee: Complaint) -> Complaint:
    return somebody(knee)


def page_of(complaint: Complaint, model: str = "surgeon") -> str:
    return reverse("complaint-letter", args=[complaint.public_id, model])


def fields_of(page: Any) -> dict[str, Any]:
    """What the page would send as it stands."""
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "blanks"}
    return {**sent, "basis": page.context["basis"], "to_name": "Dr Anne Roy", "press": "sign"}


def test_every_field_of_the_knowledge_is_said_by_whom_it_names() -> None:
    content = diary.content(engine.edition_in_force())
    by_record = {one.id for one in content.letter_fields if one.said_by == "record"}
    by_author = {one.id for one in content.letter_fields if one.said_by == "author"}
    assert set(FIELDS) == by_record - {writing.REPLY_BY}
    assert set(PROPOSED) <= by_author


def test_a_letter_is_read_with_its_lines_to_fill_then_signed_and_kept(
    alice: User, knee: Complaint, stored: Assessment, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    page = browser.get(page_of(knee))
    assert page.status_code == 200
    assert "letter-blank" in page.content.decode()
    unfilled = browser.post(page_of(knee), fields_of(page))
    assert unfilled.status_code == 422
    assert 'aria-invalid="true"' in unfilled.content.decode()
    assert not Letter.objects.exists()
    filled = {**fields_of(page), "blanks": "on", "line-question": "une prothèse ?"}
    filled |= {"line-urgency": "Aujourd’hui", "line-to.specialty": "chirurgie orthopédique"}
    first, second = (browser.post(page_of(knee), filled) for _ in range(2))
    assert first.status_code == second.status_code == 302
    (letter,) = Letter.objects.all()
    assert writing.is_sealed(letter)
    said = str(letter.body)
    assert "une prothèse ?" in said
    assert writing.NOT_SAID in said
    kept = browser.get(first["Location"])
    assert "Dr Anne Roy" in kept.content.decode()
    document = browser.get(f"{first['Location']}document/")
    assert document.content == bytes(letter.pdf)
    assert knee.patient.birth_name not in document["Content-Disposition"]


def test_what_was_shown_is_what_is_signed(alice: User, knee: Complaint) -> None:
    about = About(knee.patient, knee)
    shown = wanted(alice, about)
    Complaint.objects.filter(pk=knee.pk).update(side="left")
    knee.refresh_from_db()
    with pytest.raises(LetterRefusedError, match="changed since"):
        writing.sign(
            writing.Submission(alice, uuid.uuid4()), about, shown,
            Gatherer(alice, about).known, lambda *_: b"",
        )  # fmt: skip
    assert not Letter.objects.exists()


def test_a_line_that_is_empty_keeps_the_letter_from_being_signed(
    alice: User, knee: Complaint, stored: Assessment
) -> None:
    with pytest.raises(LetterRefusedError) as caught:
        signed_letter(alice, knee, blanks_said=False)
    assert "imaging" in caught.value.missing


def test_the_record_is_never_typed_over(alice: User, knee: Complaint, stored: Assessment) -> None:
    letter = signed_letter(alice, knee, typed={"patient.name": "Somebody Else"})
    assert "Somebody Else" not in str(letter.body)
    assert knee.patient.birth_name in str(letter.body)


def test_a_letter_says_nothing_of_another_pain_or_of_the_notes(
    alice: User, knee: Complaint, stored: Assessment
) -> None:
    other = named(complaint_of(alice))
    Complaint.objects.filter(pk=knee.pk).update(note="a private note")
    Complaint.objects.filter(pk=other.pk).update(patient=knee.patient, note="ANOTHER")
    letter = signed_letter(alice, Complaint.objects.get(pk=knee.pk))
    assert "private" not in str(letter.body)
    assert "ANOTHER" not in str(letter.body)


def test_the_letter_of_an_assessment_needs_one(alice: User, knee: Complaint) -> None:
    about = About(knee.patient, knee)
    with pytest.raises(NotYetError):
        Gatherer(alice, about).known(writing.model_of("referring-doctor-assessment"))


def test_each_verdict_is_told_in_the_words_of_the_product(
    alice: User, knee: Complaint, stored: Assessment
) -> None:
    about = About(knee.patient, knee)
    known = Gatherer(alice, about).known(writing.model_of("referring-doctor-assessment"))
    assert len(known["verdicts"]) == len(stored.statuses)
    assert all(" : " in line.replace("\u00a0", " ") for line in known["verdicts"])


def test_the_database_refuses_to_change_a_signed_letter(
    alice: User, knee: Complaint, stored: Assessment
) -> None:
    letter = signed_letter(alice, knee)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(to_name="X")


def test_a_correction_is_another_letter_and_the_first_awaits_no_reply(
    alice: User, knee: Complaint, stored: Assessment
) -> None:
    first = awaited(alice, knee)
    second = signed_letter(alice, knee, amends=first.letter, reason="wrong side")
    first.refresh_from_db()
    assert first.state == State.NOT_AWAITED
    assert second.amends_id == first.letter_id
    assert second.reply.state == State.WAITING
    with pytest.raises(LetterRefusedError, match="corrected already"):
        signed_letter(alice, knee, amends=first.letter, reason="again")


def test_a_reply_is_due_by_the_urgency_and_ends_once(
    alice: User, bob: User, knee: Complaint, stored: Assessment
) -> None:
    reply = awaited(alice, knee)
    assert reply.due_on == reply.letter.reply_by == timezone.localdate() + timedelta(days=7)
    with pytest.raises(replies.ReplyRefusedError):
        replies.receive(bob, reply, reply.version, "  ")
    ended = replies.receive(bob, reply, reply.version, "Seen, knee replacement in May")
    assert (ended.state, ended.ended_by) == (State.RECEIVED, bob)
    with pytest.raises(replies.ReplyRefusedError):
        replies.decline(bob, ended, ended.version, "no")


def test_the_nurse_is_told_of_what_nobody_answered_once(
    alice: User, bob: User, knee: Complaint, stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:  # fmt: skip
    reply = awaited(alice, knee)
    now = timezone.now()
    assert replies.tell_of_late(worker_at(alice.site), now) == 0
    assert not gate.waiting(bob, timezone.localdate())["late_letters"].exists()
    AwaitedReply.objects.filter(pk=reply.pk).update(due_on=timezone.localdate())
    assert [replies.tell_of_late(worker_at(alice.site), now) for _ in range(2)] == [1, 0]
    worker.do_all()
    assert [one.to for one in mail.outbox] == [[bob.email]]
    assert gate.waiting(bob, timezone.localdate())["late_letters"].count() == 1
    browser = browser_of(bob)
    assert "/sent-letters/" in browser.get("/").content.decode()
    assert reply.letter.public_id in browser.get("/sent-letters/").content.decode()
    assert not any(knee.patient.birth_name in one.body for one in mail.outbox)


@pytest.mark.parametrize("who", ["author", "another", "nobody"])
def test_where_there_is_no_nurse_somebody_else_is_told_of_a_late_reply(
    alice: User, knee: Complaint, stored: Assessment, who: str
) -> None:
    """Whoever signed, or who is there instead; where nobody is there, it waits for somebody."""
    reply = awaited(alice, knee)
    AwaitedReply.objects.filter(pk=reply.pk).update(due_on=timezone.localdate())
    actor, now = worker_at(alice.site), timezone.now()
    if who != "author":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    later = colleague(alice, "David", Role.PRACTITIONER) if who != "nobody" else None
    assert replies.tell_of_late(actor, now) == (who != "nobody")
    if later is None:
        later = colleague(alice, "David", Role.PRACTITIONER)
        assert replies.tell_of_late(actor, now) == 1
    assert replies.tell_of_late(actor, now) == 0
    worker.do_all()
    assert [one.to for one in mail.outbox] == [[alice.email if who == "author" else later.email]]


def test_a_nurse_signs_no_letter_and_notes_its_reply(
    alice: User, bob: User, knee: Complaint, stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:  # fmt: skip
    with pytest.raises(NotAllowedError):
        signed_letter(bob, knee)
    reply = awaited(alice, knee)
    browser = browser_of(bob)
    path = f"/sent-letters/{reply.letter.public_id}/"
    sent = {"outcome": "received", "note": "Seen by Dr Roy", "based_on": reply.version}
    sent["token"] = str(uuid.uuid4())
    assert browser.post(path, {**sent, "note": ""}).status_code == 422
    assert browser.post(path, sent).status_code == 302
    reply.refresh_from_db()
    assert reply.state == State.RECEIVED


def test_the_reception_certifies_that_a_patient_came_and_reads_no_other_letter(
    alice: User, knee: Complaint, stored: Assessment, browser_of: Callable[[User], Client]
) -> None:
    sam = colleague(alice, "Sam", Role.SECRETARY)
    of_health = signed_letter(alice, knee)
    browser = browser_of(sam)
    path = f"/patients/{knee.patient.public_id}/certificate/"
    page = browser.get(path)
    filled = {**fields_of(page), "line-site.name_neutral": "Maison médicale", "blanks": "on"}
    made = browser.post(path, {**filled, "line-arrived": "9 h", "line-left": "10 h"})
    assert made.status_code == 302
    certificate = Letter.objects.latest("pk")
    assert "Maison médicale" in str(certificate.body)
    assert browser.get(made["Location"]).status_code == 200
    assert browser.get(f"/sent-letters/{of_health.public_id}/").status_code == 404


def test_a_stranger_finds_no_letter(
    alice: User, chloe: User, knee: Complaint, stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:  # fmt: skip
    letter = signed_letter(alice, knee)
    browser = browser_of(chloe)
    assert browser.get(f"/sent-letters/{letter.public_id}/").status_code == 404
    assert browser.get(page_of(knee)).status_code == 404


def test_somebody_else_is_never_in_a_corrected_letter(
    alice: User, knee: Complaint, stored: Assessment
) -> None:
    first = signed_letter(alice, knee)
    other = named(complaint_of(alice))
    assert other.patient_id != knee.patient_id
    with pytest.raises(LetterRefusedError, match="somebody else"):
        signed_letter(alice, other, amends=first, reason="mixed up")


def test_a_model_of_a_course_is_not_offered_of_a_pain(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    assert browser.get(page_of(knee, "referring-doctor-course")).status_code == 404
    assert browser.get(page_of(knee, "no-such")).status_code == 404
    names = letters.names_of(letters.parse(writing.model_of("referring-doctor-course").body))
    assert "therapy.label" in names


def test_a_letter_agrees_with_the_patient_s_sex_and_guesses_none(
    alice: User, knee: Complaint, stored: Assessment
) -> None:
    complaint = somebody(knee)
    said = {
        "female": "cette patiente", "male": "ce patient", "": "Merci de m’avoir adressé LEROY",
    }  # fmt: skip
    model = writing.model_of("referring-doctor-assessment")
    body = letters.parse(model.body)
    for sex, words in said.items():
        complaint.patient.sex, complaint.patient.doctor = sex, "Mme Anne Roy"
        gatherer = Gatherer(alice, About(complaint.patient, complaint))
        filled = letters.fill(body, {**gatherer.known(model), **gatherer.proposed(model)})
        assert words in filled.text, sex
        assert ("examinée le" in filled.text) is (sex == "female")
        assert "Chère consœur," in filled.text
        assert sum(one in filled.text for one in said.values()) == 1, sex
        complaint.patient.doctor = "Dr Anne Roy"
        assert "to.salutation" not in gatherer.proposed(model), "a Dr may be either"
    assert "Cher confrère, chère consœur," in letters.fill(body, gatherer.known(model)).text


def model_text(name: str, **known: str) -> str:
    """A model filled with what is given, its lines to fill left out."""
    body = letters.parse(writing.model_of(name).body)
    return letters.fill(body, {k.replace("__", "."): v for k, v in known.items()}).text


@pytest.mark.parametrize(
    "field, says, never",
    [
        ("after__skin", "mycobactérie", "arthrite septique"),
        ("after__joint", "arthrite septique", "mycobactérie"),
        ("after__nerve", "nécrose cutanée", "mycobactérie"),
    ],
)
def test_what_is_to_be_watched_for_is_that_of_the_therapy(
    field: str, says: str, never: str
) -> None:
    text = model_text("referring-doctor-course", **{field: "oui"})
    assert says in text
    assert never not in text


@pytest.mark.parametrize("condition", ["low-back-pain", "knee-osteoarthritis", "carpal-tunnel"])
def test_the_weeks_of_a_letter_are_those_of_the_plan(
    alice: User, knee: Complaint, condition: str
) -> None:
    complaint = somebody(knee)
    complaint.condition = condition
    model = writing.model_of("physiotherapist")
    assert not re.search(r"[Ss]emaines? \d", model.body)
    stages = Gatherer(alice, About(complaint.patient, complaint)).proposed(model)
    plan = next(o for o in diary.content(engine.edition_in_force()).plans if o.id == condition)
    for place, stage in enumerate(plan.stages, 1):
        first, last = stage.weeks
        said = f"semaine {first}" if first == last else f"semaines {first} à {last}"
        assert stages[f"stage{place}"].startswith(f"{said}\u00a0: ")
    assert f"stage{len(plan.stages) + 1}" not in stages


def test_a_letter_says_nothing_in_the_author_s_name_that_nobody_said() -> None:
    surgeon = model_text("surgeon")
    assert "appeler le 15" not in surgeon
    assert "Sphincters" not in surgeon
    assert "Prothèse" not in surgeon
    said = model_text("surgeon", told_when_15="oui", steroid="3 mai", sphincters="pas de trouble")
    for words in ("appeler le 15 ont été expliqués", "au moins trois mois", "pas de trouble."):
        assert words in said


def test_nothing_begins_with_a_small_letter_after_a_full_stop() -> None:
    """What the record says begins small: a heading before it ends with a colon."""
    for model in diary.content(engine.edition_in_force()).letters:
        assert not re.search(r"\.\*\* (?=\{\{)", model.body), model.id


def test_the_letter_of_an_act_says_what_happened_that_day_and_judges_no_effect(
    alice: User, knee: Complaint
) -> None:
    world = clinic(alice).with_complaint(knee)
    record = world.record
    course = record.session.course
    model = writing.model_of("referring-doctor-act")
    known = Gatherer(alice, About(course.patient, course.complaint, course)).known(model)
    assert "6 avant le geste, 3 après" in str(known["act.pain"])
    side = {"right": "côté droit", "left": "côté gauche"}[course.complaint.side]
    assert side in str(known["act.table"])
    text = model_text("referring-doctor-act", diabetes="équilibré", act__watch="la glycémie.")
    assert "équilibré" in text
    assert "la glycémie." in text
    assert "repère" not in text
    assert "fin de cure" not in text
    named = letters.names_of(letters.parse(model.body))
    assert not {"pain.percent", "change.words", "next.step"} & set(named)


def test_what_the_rules_ask_to_be_careful_of_is_told_in_the_letter_of_an_act(
    alice: User, knee: Complaint
) -> None:
    world = clinic(alice).with_complaint(knee)
    record = world.record
    course = record.session.course
    criteria = {
        one.id: one.because.fr
        for therapy in engine.edition_in_force().therapies
        if therapy.id == course.therapy
        for one in therapy.criteria
        if one.kind in ("precaution", "relative-contraindication")
    }
    held = choosing.holding(course.assessment.results["fr"], course.therapy)
    model = writing.model_of("referring-doctor-act")
    known = Gatherer(alice, About(course.patient, course.complaint, course)).known(model)
    told = known.get("act.watch") or ()
    assert list(told) == [says for name, says in criteria.items() if name in held]


def test_what_the_patient_answered_is_told_in_a_letter_with_its_day(
    alice: User, knee: Complaint
) -> None:
    world = clinic(alice).with_complaint(knee)
    course = world.record.session.course
    about = About(course.patient, course.complaint, course)
    model = writing.model_of("referring-doctor-course")
    assert "satisfaction" not in Gatherer(alice, about).known(model)
    assert "activity" not in Gatherer(alice, about).proposed(model), "nobody answered"
    answer = {"activity": "part", "work": "adapted", "satisfaction": "2", "pain-night": 3,
              "medicine-today": "less", "medicine-which": ["paracetamol"]}  # fmt: skip
    Answer.objects.create(**of_the_phone(course), answers=answer)
    # What nobody knows takes nothing back, and says nothing.
    Answer.objects.create(**of_the_phone(course), answers={"medicine-today": "unknown"})
    day = date_in_words(timezone.localdate(), "fr")
    told = f"(réponse du patient, le {day})"
    found = Gatherer(alice, about)
    assert found.known(model)["satisfaction"] == f"plutôt oui {told}"
    assert found.proposed(model)["activity"] == f"je les ai reprises en partie {told}"
    assert found.known(model)["medicines"] == (
        f"contre la douleur, oui, moins que d’habitude\u00a0: paracétamol {told}",
    )
    # A letter about the pain reads the last course of it.
    pain = Gatherer(alice, About(course.patient, course.complaint))
    proposed = pain.proposed(writing.model_of("pain-clinic"))
    assert proposed["work"] == f"repris avec des aménagements {told}"
    assert proposed["pain.night"] == f"3/10 {told}"
    Answer.objects.create(**of_the_phone(course), answers={"work": "full"}, answered_by="Zoé R.")
    proposed = Gatherer(alice, about).proposed(writing.model_of("pain-clinic"))
    assert proposed["work"].startswith("repris normalement (réponse d’un proche pour le patient, ")


def test_the_list_of_medicines_of_the_record_goes_before_what_was_answered(
    alice: User, knee: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = clinic(alice).with_complaint(knee).record.session.course
    Answer.objects.create(**of_the_phone(course), answers={"medicine-today": "none"})
    found = Gatherer(alice, About(course.patient, course.complaint, course))
    monkeypatch.setattr(type(found.complaint), "medicines", lambda _: ("METFORMINE 500 mg",))
    known = found.known(writing.model_of("referring-doctor-course"))
    assert known["medicines"] == ("METFORMINE 500 mg",)


def of_the_phone(course: Any) -> dict[str, Any]:
    now = timezone.now()
    return {"patient": course.patient, "course": course, "window": "m12", "anchor": "",
            "unscheduled": True, "form_key": uuid.uuid4(), "opened_at": now, "received_at": now,
            "edition": snapshot_in_force(), "author": course.author}  # fmt: skip


def test_a_line_that_nobody_can_fill_is_left_out_where_the_letter_reads_well_without() -> None:
    for name, words in (
        ("pain-clinic", ("La nuit", "Activités", "Travail", "Sommeil")),
        ("referring-doctor-course", ("Activités", "Satisfaction")),
    ):
        assert not any(one in model_text(name) for one in words), name
        fields = {"pain__night": "3/10", "activity": "a", "work": "w", "sleep": "s",
                  "satisfaction": "t"}  # fmt: skip
        assert all(one in model_text(name, **fields) for one in words), name
