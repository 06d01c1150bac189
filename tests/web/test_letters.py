"""Letters: made from the record, signed once, kept as they were sent, answered or not."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
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
from dolenti.clinic.letters.of_complaint import NotYetError, OfComplaint
from dolenti.diary.models import Answer
from dolenti.guideline import diary, letters
from dolenti.guideline.words import date_in_words
from dolenti.letters import gate, replies, writing
from dolenti.letters.models import AwaitedReply, Letter
from dolenti.letters.writing import About, LetterRefusedError
from dolenti.records import engine
from dolenti.records.judging import choosing
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Assessment, Complaint, Imaging
from dolenti.work import worker
from tests.web.letters import TYPED, awaited, signed_letter, somebody, wanted
from tests.web.world import clinic, colleague, complaint_of, named

State = AwaitedReply.State
MODELS = (
    "pain-clinic", "physiotherapist", "referring-doctor-act", "referring-doctor-assessment",
    "referring-doctor-course", "surgeon",
)  # fmt: skip
PAIN = ("pain-clinic", "physiotherapist", "referring-doctor-assessment", "surgeon")
"""Those that can be written of a pain without a course."""
OFFERED = {
    "course": list(MODELS),
    "course-follow-up": ["referring-doctor-course"],
    "complaint": list(PAIN),
}


@pytest.fixture
def knee(knee: Complaint) -> Complaint:
    return somebody(knee)


def page_of(complaint: Complaint, model: str = "surgeon") -> str:
    return reverse("complaint-letter", args=[complaint.public_id, model])


def fields_of(page: Any) -> dict[str, Any]:
    """What the page would send as it stands."""
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    return {**sent, "basis": page.context["basis"], "read": page.context["read"], "press": "sign"}


def test_every_field_of_the_knowledge_is_said_by_whom_it_names() -> None:
    content = diary.content(engine.edition_in_force())
    by_record = {one.id for one in content.letter_fields if one.said_by == "record"}
    by_author = {one.id for one in content.letter_fields if one.said_by == "author"}
    assert set(FIELDS) == by_record - {writing.REPLY_BY}
    assert set(PROPOSED) <= by_author


def test_a_changed_letter_is_read_again_then_signed_and_kept(
    alice: User, knee: Complaint, stored: Assessment, browser_of: Callable[[User], Client]
) -> None:
    """What was changed since the letter was shown is not signed before it was read in its place."""
    browser = browser_of(alice)
    page = browser.get(page_of(knee))
    assert page.status_code == 200
    assert "letter-blank" in page.content.decode()
    changed = {**fields_of(page), "to_name": "Dr Anne Roy", "line-question": "une prothèse ?"}
    changed |= {"line-urgency": "Aujourd’hui", "line-to.specialty": "chirurgie orthopédique"}
    unread = browser.post(page_of(knee), changed)
    assert unread.status_code == 409
    assert not Letter.objects.exists()
    assert "une prothèse ?" in str(unread.context["preview"])
    read = fields_of(unread)
    first, second = (browser.post(page_of(knee), read) for _ in range(2))
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


@pytest.mark.parametrize("name", MODELS)
def test_what_nobody_knows_is_printed_as_not_known_and_never_as_no(name: str) -> None:
    """H377: an anticoagulant of which nobody asked is not one that the patient does not take."""
    model = writing.model_of(name)
    made = writing.draft(model, {}, {}, timezone.localdate())
    text = made.filled.text.replace("\u00a0", " ")
    for field, heading in (
        ("anticoagulant", "Anticoagulant"), ("antiplatelet", "Antiagrégant"),
        ("allergy", "Allergies"), ("response", "Douleur (0 à 10)"), ("imaging", "Examens"),
    ):  # fmt: skip
        if field in made.unsaid:
            assert f"{heading} : {writing.NOT_SAID}" in text, field
    said_no = re.findall(r" : (?:non|aucune?|pas)\b [\w ]{,14}", text)
    rest = [one for one in said_no if not re.search("renseigné|événement|connu|cure|rendez", one)]
    assert not rest, "what is on this record may be none of; a fact about the patient may not"
    assert "[" not in text.replace("[urgency]", "")


def test_a_referral_with_an_alarm_is_not_signed_without_its_urgency(
    alice: User, knee: Complaint, stored: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H378: how soon is chosen where something alarms; elsewhere the usual delay holds."""
    quiet = {name: said for name, said in TYPED.items() if name != "urgency"}
    usual = signed_letter(alice, knee, typed=quiet)
    assert usual.reply_by == timezone.localdate() + timedelta(weeks=6)
    assert "Sans urgence" not in str(usual.body), "nobody said that it is not urgent"
    monkeypatch.setattr(OfComplaint, "is_alarming", True)
    with pytest.raises(LetterRefusedError) as caught:
        signed_letter(alice, knee, typed=quiet)
    assert caught.value.missing == ("urgency",)
    assert signed_letter(alice, knee).reply_by == timezone.localdate() + timedelta(days=7)


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
    filled = {**fields_of(page), "line-site.name_neutral": "Maison médicale"}
    filled |= {"line-site.town": "Lyon"}
    unfilled = browser.post(path, filled)
    assert unfilled.status_code == 422
    assert 'aria-invalid="true"' in unfilled.content.decode()
    read = browser.post(
        path, {**filled, "line-arrived": "9 h", "line-left": "10 h", "press": "read"}
    )
    made = browser.post(path, fields_of(read))
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
    assert "Sans urgence" not in surgeon
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


class Links(HTMLParser):
    """The addresses to which a page leads."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps where a link leads."""
        if tag == "a":
            self.found.append(dict(attrs).get("href") or "")


@pytest.mark.parametrize("start", ["course", "course-follow-up", "complaint"])
def test_each_letter_is_signed_in_two_presses(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client], start: str
) -> None:
    """A link of the page, then the one button beneath the whole text; nothing is typed."""
    course = clinic(alice).with_complaint(knee).record.session.course
    browser = browser_of(alice)
    about = course.complaint if start == "complaint" else course
    page = browser.get(reverse(start, args=[about.public_id]))
    ways = [one for one in dict.fromkeys(Links(page).found) if re.search(r"/letters/[^/]+/$", one)]
    told = []
    for way in (one for one in ways if not one.startswith("/patients/")):
        shown = browser.get(way)  # the first press
        html = shown.content.decode()
        in_order = ('id="letter-read"', 'value="sign"', 'name="line-')
        assert sorted(in_order, key=html.index) == list(in_order)
        signed = browser.post(way, fields_of(shown))  # the second
        assert signed.status_code == 302, (way, shown.context["missing"])
        letter = Letter.objects.latest("pk")
        assert writing.is_sealed(letter)
        told.append(letter.model)
        text = "".join(
            piece.text for one in shown.context["preview"] for line in one.lines for piece in line
        )
        kept = "".join(run["text"] for one in letter.body for line in one["lines"] for run in line)
        assert kept == text, "what was signed is what was read"
    assert sorted(told) == OFFERED[start]


def test_a_letter_tells_what_the_record_knows(
    alice: User, knee: Complaint, stored: Assessment
) -> None:
    """The examination with its kind, its day and what it showed; who operates there."""
    add_imaging(knee, alice)
    found = Gatherer(alice, About(knee.patient, knee)).proposed(writing.model_of("surgeon"))
    assert found["imaging"] == (
        "radiographie, 12 mars 2024\u00a0: pincement fémoro-tibial médial, stade 3 de "
        "Kellgren-Lawrence"
    )
    assert found["to.specialty"] == "chirurgie orthopédique"
    assert found["question"] == "Une intervention vous paraît-elle indiquée\u00a0?"


def add_imaging(complaint: Complaint, author: User) -> None:
    Imaging.objects.create(
        complaint=complaint, author=author, kind="radiograph", done="2024-03-12", grade=3,
        finding="Pincement fémoro-tibial médial.",
    )  # fmt: skip
    Imaging.objects.create(
        complaint=complaint, author=author, kind="mri", done="2025-03-12", finding="OTHER KNEE",
        withdrawn="another patient",
    )  # fmt: skip


def test_where_a_line_comes_from_is_said_with_the_way_to_it(
    alice: User, knee: Complaint, stored: Assessment, browser_of: Callable[[User], Client]
) -> None:
    """What is wrong is changed where it is kept; what only the model says is marked as such."""
    page = browser_of(alice).get(page_of(knee))
    ways = {one.url: one.lines for one in page.context["sources"]}
    assert "Allerg" in ways[reverse("complaint", args=[knee.public_id])]
    assert reverse("patient-identity", args=[knee.patient.public_id]) in ways
    assert "" in ways, "the usual text has no page"
    html = page.content.decode()
    assert 'class="letter-usual">MSSanté' in html
    assert set(ways) - {""} <= set(Links(page).found)


def test_a_referral_leads_to_its_due_day_and_its_end(
    alice: User, knee: Complaint, stored: Assessment, browser_of: Callable[[User], Client]
) -> None:
    """From the letter: by when, to whom it is told when nobody answers, and how it ended."""
    reply = awaited(alice, knee)
    browser = browser_of(alice)
    page = browser.get(reverse("letter", args=[reply.letter.public_id]))
    html = page.content.decode()
    assert page.context["reply"].due_on == reply.due_on
    assert reverse("letters") in Links(page).found, "the list of what is awaited, with what is late"
    assert "un rappel est envoyé" in html
    assert all(f'value="{state}"' in html for state in (State.RECEIVED, State.DECLINED))
