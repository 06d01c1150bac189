"""How a course goes: what the record holds of it, what is suggested, and who decides."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.diary import alerts, answers, following, links
from dolenti.diary.answers import Sent
from dolenti.followup import deciding, gate, readings
from dolenti.followup.going import Going, going
from dolenti.followup.models import StepDecision
from dolenti.guideline import diary
from dolenti.records import engine
from dolenti.records.models import Medicine, Statement
from dolenti.safety import events
from dolenti.safety.events import Told
from dolenti.treatment import given
from dolenti.treatment.content import Happened
from dolenti.treatment.models import Course, Session
from dolenti.ui.print.pages import page_count, pdf
from tests.people import enter
from tests.printed import Print
from tests.web import diary as phone
from tests.web import room as make
from tests.web.world import clinic, sent, state

pytestmark = pytest.mark.django_db


def made_once(alice: User) -> Session:
    """An infiltration that was given and signed: pain 6 before it, 3 within minutes."""
    made: Session = clinic(alice).with_course().session
    make.signed_off(alice, made)
    return made


@pytest.fixture
def session(standing: Any) -> Session:
    found: Session = standing.made
    return found


@pytest.fixture
def course(session: Session) -> Course:
    found = Course.objects.select_related("patient__site", "complaint__patient", "site")
    return found.get(pk=session.course_id)


def said(user: User, course: Course, days: int, value: float, by: str = "clinician") -> None:
    """The pain of the complaint, so many days after the session."""
    Statement.objects.create(
        patient=course.patient, complaint=course.complaint, fact="pain-nrs", value=value,
        at=timezone.localdate() + timedelta(days=days), said_by=by, author=user,
        submission=uuid.uuid4(),
    )  # fmt: skip


def after(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def seen(user: User, course: Course, days: float) -> Going:
    return going(user, course, after(days))


def decide(user: User, course: Course, days: float, *, accepted: bool, reason: str = "") -> None:
    deciding.decide(
        sent(user), course, deciding.key_of(seen(user, course, days)), after(days),
        accepted=accepted, reason=reason,
    )  # fmt: skip


# --- What the record holds -------------------------------------------------------------------


def test_the_pain_before_the_act_is_the_baseline_and_that_of_the_minutes_after_counts_nowhere(
    alice: User, course: Course
) -> None:
    said(alice, course, 30, 2, by="patient")
    found = seen(alice, course, 40).so_far.readings
    assert [(float(one.value or 0), one.by) for one in found] == [(6, "clinician"), (2, "patient")]
    stands = seen(alice, course, 31)
    assert stands.response.baseline == found[0]
    assert stands.response.suggestion is not None
    assert stands.response.suggestion.rule == "infiltration-substantial-relief"


def page_of(user: User, course: Course, client: Client) -> str:
    enter(client, user)
    return client.get(reverse("course-follow-up", args=[course.public_id])).content.decode()


def test_the_beginning_never_disappears_when_the_phone_answers(
    alice: User, course: Course, client: Client
) -> None:
    made = course
    with phone.after(50):
        assert "6 avant" in page_of(alice, made, client)
        phone.answered(phone.opened(phone.link_to(alice, made)), pain_24h="5")
        text = page_of(alice, made, client)
    assert "Aucune douleur de départ" not in text
    assert "Départ\u00a0: 6 sur 10" in text
    assert "départ, par une autre question" in text
    assert "6 avant" in text


def test_the_question_that_judges_is_asked_before_the_first_session_too(
    alice: User, session: Session, course: Course
) -> None:
    amended = given.amend(sent(alice), session.records.get(), "the average was forgotten")
    said = Happened(pain_24h=7, pain_before=6, events=(), **make.SEEN_TO)
    make.recording.happen(sent(alice), session, amended.version, said, sign=True)
    with phone.after(50):
        phone.answered(phone.opened(phone.link_to(alice, course)), pain_24h="5")
        stands = going(alice, course, timezone.now())
        facts = following.facts_of(course, timezone.now())
    assert stands.response.baseline is not None
    assert (stands.response.scale, stands.response.baseline.value) == ("pain-24h", 7)
    assert facts["baseline-nrs"] == 7.0, "an alarm compares with it too"


def test_an_amended_record_counts_as_it_was_amended(
    alice: User, session: Session, course: Course
) -> None:
    record = session.records.get()
    amended = given.amend(sent(alice), record, "the pain was 8")
    make.recording.happen(
        sent(alice),
        session,
        amended.version,
        Happened(pain_before=8, events=(), **make.SEEN_TO),
        sign=True,
    )
    assert [float(one.value or 0) for one in seen(alice, course, 40).so_far.readings] == [8]


def test_an_infiltration_is_not_judged_in_its_first_two_weeks(alice: User, course: Course) -> None:
    said(alice, course, 8, 6)
    stands = seen(alice, course, 9)
    assert stands.response.suggestion is not None
    assert stands.response.suggestion.step == "collect-response"


def test_where_the_day_forbids_the_therapy_that_is_the_step_whatever_the_answers(
    alice: User, course: Course
) -> None:
    said(alice, course, 30, 2)
    state(alice, course.patient, **{"infection-systemic": True})
    stands = seen(alice, course, 0)
    assert stands.response.suggestion is not None
    assert (stands.response.suggestion.step, stands.response.suggestion.rule) == (
        "stop-and-reassess", None
    )  # fmt: skip


@pytest.mark.parametrize(
    "cis, dose, said",
    [
        ("62484259", "4 par jour", "40\u00a0mg par jour"),  # TRAMADOL ARROW 50 mg
        ("62484259", "2 gouttes", "non calculé"),
        ("62484259", "1 de temps en temps", "non calculé"),
        ("69995434", "4 par jour", "non calculé"),  # with paracetamol: two strengths
        ("63071772", "1 par jour", "non calculé"),  # a patch is worn for three days
        ("63071772", "1 tous les 3 jours", "180\u00a0mg par jour"),  # FENTANYL 75 µg/h
        ("63420708", "2 patchs toutes les 72 heures", "120\u00a0mg par jour"),  # 25 µg/h, two
        ("61915863", "2 par jour", "non calculé"),  # OXYCODONE BGR LP: no composition in the base
    ],
)
def test_an_opioid_is_named_and_summed_only_where_its_dose_can_mean_one_thing(
    cis: str, dose: str, said: str, alice: User, course: Course, client: Client
) -> None:
    Medicine.objects.create(
        patient=course.patient, name="AN OPIOID", cis=cis, dose=dose, author=alice
    )
    enter(client, alice)
    page = reverse("patient-medicines", args=[course.patient.public_id])
    text = client.get(page).content.decode()
    assert "AN OPIOID" in text
    assert said in text
    assert "Il ne sert jamais à passer d’un opioïde à un autre" in text


def on_the_list(course: Course, author: User, *rows: tuple[str, str, str]) -> None:
    for name, cis, dose in rows:
        Medicine.objects.create(
            patient=course.patient, name=name, cis=cis, dose=dose, author=author,
            started_on=clock.today() - timedelta(days=200),
        )  # fmt: skip


def medicines_page(user: User, course: Course, client: Client) -> str:
    enter(client, user)
    url = reverse("patient-medicines", args=[course.patient.public_id])
    return client.get(url).content.decode()


@pytest.mark.parametrize("name", ["OXYCODONE BGR LP 15 mg", "Skenan 30 mg", "tramadol"])
def test_an_opioid_that_is_only_named_makes_the_total_at_least(
    name: str, alice: User, course: Course, client: Client
) -> None:
    tramadol = ("TRAMADOL ARROW 50 mg", "62484259", "4 par jour")
    on_the_list(course, alice, tramadol, (name, "", "2 par jour"))
    text = medicines_page(alice, course, client)
    assert "au moins 40\u00a0mg par jour" in text
    assert f"non calculé\u00a0: {name}" in text


def test_what_holds_of_the_opioids_of_a_patient_is_said(
    alice: User, course: Course, client: Client
) -> None:
    patch = ("FENTANYL SANDOZ 75", "63071772", "1 tous les 3 jours")
    on_the_list(course, alice, patch, ("ALPRAZOLAM 0,5 mg", "", ""))
    text = medicines_page(alice, course, client)
    for said in (
        "proposer la naloxone",
        "Opioïde et sédatif ensemble",
        "90 mg ou plus",
        "150 mg ou plus",
        "Plus de trois mois",
        "À dire au patient qui prend un opioïde",
        "un proche appelle le 15",
        "La dose du jour est celle qui est prise",
    ):
        assert said in text.replace("\u00a0", " "), said
    state(alice, course.patient, **{"cancer-active": True})
    assert "Plus de trois mois" not in medicines_page(alice, course, client)


def test_what_does_not_hold_of_the_opioids_of_a_patient_is_not_said(
    alice: User, course: Course, client: Client
) -> None:
    on_the_list(course, alice, ("TRAMADOL ARROW 50 mg", "62484259", "4 par jour"))
    text = medicines_page(alice, course, client)
    assert "Opioïde en cours" in text
    for said in ("proposer la naloxone", "Opioïde et sédatif", "hors du cadre français"):
        assert said not in text


def test_without_an_opioid_nothing_is_said_of_them(
    alice: User, course: Course, client: Client
) -> None:
    on_the_list(course, alice, ("ALPRAZOLAM 0,5 mg", "", ""), ("NALOXONE", "", ""))
    text = medicines_page(alice, course, client)
    assert "Opioïde" not in text
    assert "À dire au patient qui prend un opioïde" not in text


# --- What the patient answers from the phone ---------------------------------------------------


def from_the_phone(user: User, course: Course, days: float, window: str, **values: Any) -> None:
    """An answer of the patient to a window of the session, so many days after it."""
    with phone.after(24 * days):
        anchor = "last" if window == "m1" else "session-1"
        link = phone.opened(links.make(user, course, window, anchor))
        sent_values = {name.replace("_", "-"): value for name, value in values.items()}
        answers.receive(links.patient_by(link), link, Sent(uuid.uuid4(), sent_values, window, ""))


def test_an_answer_from_the_phone_is_judged_like_one_that_was_given_here(
    alice: User, course: Course
) -> None:
    from_the_phone(alice, course, 7, "d7", pain_24h=2, change="2", signs_late=["none"])
    from_the_phone(alice, course, 30, "m1", pain_24h=1, change="1", signs_late=["none"])
    found = seen(alice, course, 31)
    told = [one for one in found.so_far.readings if one.window]
    assert [(one.scale, float(one.value or 0), one.by, one.window) for one in told] == [
        ("change", 2, "patient", "d7"), ("pain-24h", 2, "patient", "d7"),
        ("change", 1, "patient", "m1"), ("pain-24h", 1, "patient", "m1"),
    ]  # fmt: skip
    assert found.response.numbers.pgic == 1
    assert found.response.last is not None
    assert found.response.last.window == "m1"
    asked = {one.window.id: one.status for one in found.so_far.asked}
    assert asked == {"d7": "answered", "m1": "answered"}, "what nobody sent was not asked"


def test_what_a_patient_corrected_counts_as_corrected(alice: User, course: Course) -> None:
    with phone.after(7 * 24):
        link = phone.opened(links.make(alice, course, "d7", "session-1"))
        for pain in (8, 2):
            values = {"pain-24h": pain, "change": "2", "signs-late": ["none"]}
            form = Sent(uuid.uuid4(), values, "d7", "")
            answers.receive(links.patient_by(link), link, form)
    pains = [one for one in seen(alice, course, 8).so_far.readings if one.scale == "pain-24h"]
    assert [float(one.value or 0) for one in pains] == [2]


def test_an_alarm_of_the_phone_holds_the_next_step_until_it_is_ended(
    alice: User, course: Course
) -> None:
    said(alice, course, 30, 2)
    decide(alice, course, 31, accepted=True)
    alert = phone.alert_on(course)
    found = seen(alice, course, 31)
    assert "alarm-open" in {one.id for one in found.response.held}
    assert deciding.in_force(list(gate.decisions(alice, course)), found) is None
    alerts.end(alice, alert, alert.version, "phone-advice", "well")
    found = seen(alice, course, 31)
    assert "alarm-open" not in {one.id for one in found.response.held}
    assert deciding.in_force(list(gate.decisions(alice, course)), found) is not None


def test_an_accepted_step_is_told_no_more_once_the_record_suggests_another(
    alice: User, course: Course
) -> None:
    said(alice, course, 30, 2)
    decide(alice, course, 31, accepted=True)
    rows = list(gate.decisions(alice, course))
    assert deciding.in_force(rows, seen(alice, course, 31)) == rows[0]
    state(alice, course.patient, **{"infection-systemic": True})
    assert deciding.in_force(rows, seen(alice, course, 0)) is None


# --- Who decides -----------------------------------------------------------------------------


def test_a_patient_reads_a_step_once_it_was_accepted_and_no_more_once_it_was_refused(
    alice: User, course: Course
) -> None:
    said(alice, course, 30, 2)

    def told() -> bool:
        stands = seen(alice, course, 31)
        rows = list(gate.decisions(alice, course))
        return deciding.told_to_patient(stands.content, rows, stands) is not None

    assert not told()
    decide(alice, course, 31, accepted=True)
    assert told()
    decide(alice, course, 31, accepted=False, reason="Pain is back since this morning")
    assert not told()
    assert AuditEntry.objects.filter(action__in=["accept-step", "refuse-step"]).count() == 2


def test_nothing_is_told_while_the_response_cannot_be_judged(alice: User, course: Course) -> None:
    said(alice, course, 30, 2)
    decide(alice, course, 31, accepted=True)
    rows = list(gate.decisions(alice, course))
    early = seen(alice, course, 31)
    held = replace(early.response, held=(early.content.not_judged[0],))
    assert deciding.told_to_patient(
        early.content, rows, replace(early, response=held)
    ) is None  # fmt: skip


def test_who_may_not_plan_decides_nothing(alice: User, bob: User, course: Course) -> None:
    key = deciding.key_of(seen(alice, course, 0))
    with pytest.raises(NotAllowedError):
        deciding.decide(sent(bob), course, key, after(0), accepted=True)
    assert not StepDecision.objects.exists()


def test_a_refusal_without_a_reason_is_refused_and_the_database_says_so_too(
    alice: User, course: Course
) -> None:
    with pytest.raises(deciding.DecisionRefusedError):
        decide(alice, course, 0, accepted=False, reason=" ")
    decide(alice, course, 0, accepted=True)
    row = StepDecision.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        StepDecision.objects.filter(pk=row.pk).delete()


def test_nobody_accepts_a_suggestion_that_has_changed(alice: User, course: Course) -> None:
    said(alice, course, 30, 5.9)
    key = deciding.key_of(seen(alice, course, 31))
    said(alice, course, 31, 1)
    with pytest.raises(deciding.DecisionRefusedError, match="the answers changed"):
        deciding.decide(sent(alice), course, key, after(32), accepted=True)


# --- The page --------------------------------------------------------------------------------


def test_the_page_shows_the_pain_the_event_and_the_step_and_takes_the_decision(
    alice: User, session: Session, course: Course, client: Client
) -> None:
    events.tell(
        sent(alice), course.patient, session, Told("skin-infection", timezone.localdate(), 2)
    )
    enter(client, alice)
    page = reverse("course-follow-up", args=[course.public_id])
    text = client.get(page).content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="curve"' in text
    assert "Recueillir la réponse" in text
    assert reverse("event", args=[events.AdverseEvent.objects.get().public_id]) in text
    assert "infiltration-collect-response" not in text.replace(
        f'value="{deciding.key_of(seen(alice, course, 0))}"', ""
    ), "no id in a sentence"
    to = reverse("course-decide-step", args=[course.public_id])
    form = {"token": str(uuid.uuid4()), "suggested": deciding.key_of(seen(alice, course, 0))}
    refused = client.post(to, form | {"answer": "refuse", "reason": ""})
    assert refused.status_code == 422
    assert not StepDecision.objects.exists()
    for _ in range(2):  # sent twice it is one
        assert client.post(to, form | {"answer": "accept"}).status_code == 302
    assert StepDecision.objects.count() == 1
    assert "Votre réponse nous aide à décider." in client.get(page).content.decode()


def test_what_was_asked_and_not_answered_is_counted_and_breaks_the_curve(
    alice: User, course: Course, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = seen(alice, course, 0).so_far
    zone = ZoneInfo(course.site.time_zone)
    asked = diary.due(
        diary.content(engine.edition_in_force()),
        diary.Course(course.therapy, zone, found.sessions[0].ended, found.sessions),
        [],
        after(400),
    )
    monkeypatch.setattr(readings, "so_far", lambda *_: replace(found, asked=asked, silent=asked))
    enter(client, alice)
    text = client.get(reverse("course-follow-up", args=[course.public_id])).content.decode()
    assert 'class="curve-missing"' in text
    assert "0 réponse, sur" in text


def test_the_printed_page_has_the_step_once_it_was_accepted(
    alice: User, course: Course, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = Print()
    monkeypatch.setattr("dolenti.ui.print.followup.pdf", printed.pdf)
    enter(client, alice)
    to = reverse("course-follow-up-document", args=[course.public_id])
    client.get(to)
    assert printed.content is not None
    assert (printed.content["step"], printed.content["step_of"]) == ("", "")
    decide(alice, course, 0, accepted=True)
    answer = client.get(to)
    assert answer.content.startswith(b"%PDF")
    assert printed.content["step"] == "Recueillir la réponse"
    assert printed.content["says"].startswith("Douleur de 6 sur 10")
    assert "ouleur" in printed.content["judged"], "what the curve measures"
    assert any("redemandée" in one or "rien" in one for one in printed.content["answered"])
    assert printed.content["step_why"], "the rule, as the page says it"
    assert AuditEntry.objects.filter(action="export", kind="course").count() == 2


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("answers", [0, 1, 5])
def test_the_follow_up_for_other_doctors_is_one_page(
    alice: User, course: Course, client: Client, answers: int, language: str
) -> None:
    for number in range(answers):
        said(alice, course, 10 * (number + 1), 4 - number / 2, by="patient")
    decide(alice, course, 10 * answers + 1, accepted=True)
    to = reverse("course-follow-up-document", args=[course.public_id])
    with time_machine.travel(after(10 * answers + 2), tick=False):
        enter(client, alice)
        answer = client.get(to, HTTP_ACCEPT_LANGUAGE=language)
    assert page_count(answer.content) == 1


def test_a_long_course_is_one_page_too(
    alice: User, course: Course, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With three scores, six sessions and three events, as a year of serum may have them."""
    printed = Print()
    monkeypatch.setattr("dolenti.ui.print.followup.pdf", printed.pdf)
    decide(alice, course, 0, accepted=True)
    enter(client, alice)
    client.get(reverse("course-follow-up-document", args=[course.public_id]))
    assert printed.content is not None
    score = ["KOOS-12", "38", "61", "23 points de plus", "Au-dessus du seuil", "15,4 points"]
    event = "Douleur qui augmente, 12 mars 2026, levée le 14 mars 2026 : conseil au téléphone"
    content = {
        **printed.content, "scores": [score] * 3, "events": [event] * 3,
        "sessions": [f"Séance {n}, {n} mars 2026" for n in range(1, 7)],
        "where": ["12 mars 2026, genou droit, en dedans"],
    }  # fmt: skip
    assert page_count(pdf("followup", content, after(0), drawing=SQUARE)) == 1


SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 232"></svg>'
"""As large as the curve on paper."""


# --- What is said, and the patient's own numbers ---------------------------------------------


def rising(alice: User, course: Course) -> None:
    """The pain from the phone: 1, then 7 of 10 at one month, with « très nettement mieux »."""
    from_home(alice, course, "d7", 8, "1")
    from_home(alice, course, "m1", 29, "7")


def from_home(alice: User, course: Course, window: str, days: int, pain: str) -> None:
    with phone.after(24 * days):
        anchor = "session-1" if window == "d7" else "last"
        link = phone.opened(links.make(alice, course, window, anchor))
        phone.answered(link, window, pain_24h=pain, change="1", signs_late=["none"])


def test_much_better_beside_a_rising_pain_is_said_and_no_enough_is_offered_or_told(
    alice: User, course: Course, client: Client
) -> None:
    rising(alice, course)
    with phone.after(24 * 30):
        found = going(alice, course, timezone.now())
        text = page_of(alice, course, client)
    assert found.response.suggestion is not None
    assert found.response.suggestion.step == "discuss"
    assert "Les deux se contredisent" in text
    assert "De 1 sur 10" in text
    assert "à 7 sur 10" in text
    assert text.index("Les deux se contredisent") < text.index("Accepter la proposition")
    assert "une infiltration a suffi" not in text
    assert "Le traitement peut s’arrêter là" not in text
    assert "réponses non comparables" in text
    assert "Non comparables au départ" in text
    assert "Contredit par la douleur" in text
    assert "Différence cliniquement importante" not in text
    assert "Pas encore de réponse après" not in text


def test_a_rule_that_waits_for_an_answer_is_read_before_the_suggestion_is_accepted(
    alice: User, course: Course, client: Client
) -> None:
    rising(alice, course)
    with phone.after(24 * 30):
        text = page_of(alice, course, client)
    named = text.index("La douleur dépasse son niveau de départ")
    assert "<details" not in text[text.index("Avant d’accepter") : named], "it is not folded away"
    assert named < text.index("Accepter la proposition")
    assert "Il manque\u00a0: la douleur d’avant la première séance" in text


def test_what_was_accepted_before_the_numbers_contradicted_it_is_told_no_more(
    alice: User, course: Course
) -> None:
    from_home(alice, course, "m1", 29, "1")
    decide(alice, course, 30, accepted=True)
    from_home(alice, course, "m3", 85, "7")
    with phone.after(24 * 86):
        found = going(alice, course, timezone.now())
        decisions = list(gate.decisions(alice, course))
        assert [one.step for one in decisions] == ["complete"]
        assert deciding.in_force(decisions, found) is None
        assert deciding.told_to_patient(found.content, decisions, found) is None


def test_who_accepts_has_read_why_the_patient_will_not_read_it(
    alice: User, course: Course, client: Client
) -> None:
    rising(alice, course)
    with phone.after(24 * 30):
        text = page_of(alice, course, client)
    why = text.index("Un seul moyen de joindre le patient est renseigné")
    assert why < text.index("Accepter la proposition")


def test_the_paper_says_the_contradiction_and_no_enough_on_one_page(
    alice: User, course: Course, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rising(alice, course)
    to = reverse("course-follow-up-document", args=[course.public_id])
    printed = Print()
    with phone.after(24 * 30):
        decide(alice, course, 0, accepted=True)
        enter(client, alice)
        assert page_count(client.get(to).content) == 1
        monkeypatch.setattr("dolenti.ui.print.followup.pdf", printed.pdf)
        client.get(to)
    assert printed.content is not None
    assert printed.content["step"] == "En parler avant de décider"
    said = str(printed.content)
    assert "Les deux se contredisent" in said
    assert "De 1 sur 10" in said
    assert "a suffi" not in said
    assert "Terminer" not in said
