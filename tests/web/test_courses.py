"""From an assessment to a course: what may be chosen, by whom, when, and never without consent."""

from __future__ import annotations

import html
import uuid
from datetime import timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from msgspec import structs
from rich.console import Console

from dolenti.access.models import AuditEntry, User
from dolenti.agenda import privileges, timetable
from dolenti.agenda.models import Appointment, Closure
from dolenti.guideline import consent as text
from dolenti.guideline.errors import InputError
from dolenti.records import engine
from dolenti.records.judging import choosing, overridden, passings
from dolenti.records.judging.assessing import ChangedMeanwhileError
from dolenti.records.judging.overridden import most_overridden
from dolenti.records.models import Assessment, Passing, Referral, Statement
from dolenti.terminal import reviews
from dolenti.treatment import consents, courses, quotations
from dolenti.treatment.models import Consent, Course, Quotation
from tests.printed import Print
from tests.web.asked_page import parsed
from tests.web.world import (
    CAUTION,
    POSSIBLE,
    REDIRECT,
    STROKES,
    THERAPY,
    allow,
    assessed,
    begun,
    clinic,
    complaint_of,
    named,
    no_document,
    open_every_weekday,
    quoted,
    sent,
    signed,
    slot,
    workday,
)


def made_once(alice: User) -> Assessment:
    open_every_weekday(alice.site)
    allow(alice)
    return assessed(alice, named(complaint_of(alice, POSSIBLE)))


@pytest.fixture
def assessment(standing: Any) -> Assessment:
    found: Assessment = standing.made
    return found


@pytest.fixture
def course(alice: User, assessment: Assessment) -> Course:
    return begun(alice, assessment)


def red_flag(alice: User, course: Course) -> None:
    """What makes the whole complaint stop, told since the course was chosen."""
    Statement.objects.create(
        patient=course.patient, complaint=course.complaint, fact="hot-swollen-joint", value=True,
        at=timezone.localdate(), author=alice, submission=uuid.uuid4(),
    )  # fmt: skip


def plan(alice: User, **changes: object) -> courses.Plan:
    return courses.Plan((), alice, {1: slot(alice, **changes)})  # type: ignore[arg-type]


def open_it(alice: User, assessment: Assessment, planned: courses.Plan) -> Course:
    choice = choosing.choose(alice, assessment, THERAPY, timezone.localdate())
    return courses.open_course(sent(alice), choice, planned, timezone.localdate())


# --- Going past a verdict -----------------------------------------------------------------------


def test_a_caution_is_passed_once_with_a_reason_and_a_name(alice: User) -> None:
    stored = assessed(alice, named(complaint_of(alice, CAUTION)))
    with pytest.raises(InputError, match="in words"):
        passings.go_past(sent(alice), stored, THERAPY, "..........")
    made = passings.go_past(sent(alice), stored, THERAPY, "Seen with the diabetologist")
    again = passings.go_past(sent(alice), stored, THERAPY, "Another reason")
    assert made == again
    assert (made.author, made.reason) == (alice, "Seen with the diabetologist")
    assert AuditEntry.objects.filter(action="go-past", object_id=stored.public_id).count() == 1


def test_the_rules_gone_past_are_counted_and_no_patient_is_named(alice: User) -> None:
    for number in range(2):
        stored = assessed(alice, named(complaint_of(alice, CAUTION)))
        passings.go_past(sent(alice), stored, THERAPY, f"Discussed with colleague {number}")
    told = most_overridden()
    assert (told.verdicts, told.syringes) == (2, 0)
    (verdict,) = (v for v in stored.results["fr"]["verdicts"] if v["therapy"] == THERAPY)
    held = {
        reason["criterion"]
        for reason in verdict["reasons"]
        if reason["holds"] is True and reason["kind"] == "relative-contraindication"
    }
    assert held
    assert {(one.kind, one.therapy, one.rule, one.times) for one in told.rules} == {
        ("verdict", THERAPY, rule, 2) for rule in held
    }
    patient = stored.complaint.patient
    assert patient.public_id not in repr(told)
    assert "Reason" not in repr(told)
    edition = engine.edition_in_force()
    written = reviews.as_json(edition, timezone.localdate(), told, "fr")
    assert written["overridden"]["verdicts"] == 2
    assert {one["rule"] for one in written["overridden"]["rules"]} == held
    console = Console(width=400, file=StringIO())
    reviews.show(console, edition, timezone.localdate(), told, "fr")
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Verdicts auxquels on a passé outre sur ce site : 2" in shown.replace("\u00a0", " ")
    for reason in verdict["reasons"]:
        assert (reason["criterion"] in held) <= (reason["because"] in shown)


def test_a_syringe_that_was_gone_past_is_counted_with_the_verdicts_by_its_rules(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room that keeps such decisions tells of them, and the review counts them by rule."""
    monkeypatch.setattr(overridden, "_SOURCES", [*overridden._SOURCES])
    syringe = frozenset({"nsaid-lithium", "strength-of-no-ampoule"})
    overridden.counts(lambda: 2 * [overridden.GonePast("syringe", "mesotherapy", syringe)])
    stored = assessed(alice, named(complaint_of(alice, CAUTION)))
    passings.go_past(sent(alice), stored, THERAPY, "Discussed with the patient")
    told = most_overridden()
    assert (told.verdicts, told.syringes) == (1, 2)
    assert [(one.kind, one.rule, one.times) for one in told.rules[:2]] == [
        ("syringe", "nsaid-lithium", 2), ("syringe", "strength-of-no-ampoule", 2),
    ]  # fmt: skip
    edition = engine.edition_in_force()
    written = reviews.as_json(edition, timezone.localdate(), told, "en")["overridden"]
    assert (written["syringes"], written["rules"][0]["of"]) == (2, "syringe")
    console = Console(width=400, file=StringIO())
    reviews.show(console, edition, timezone.localdate(), told, "fr")
    shown = console.file.getvalue().replace("\u00a0", " ")  # type: ignore[attr-defined]
    assert "Seringues préparées malgré un avertissement, par décision écrite : 2" in shown
    assert "lithémie" in shown


def test_nobody_goes_past_a_red_flag(alice: User) -> None:
    stored = assessed(alice, named(complaint_of(alice, REDIRECT)))
    with pytest.raises(passings.NotPassableError, match="refer the patient"):
        passings.go_past(sent(alice), stored, THERAPY, "I insist")
    with pytest.raises(IntegrityError), transaction.atomic():
        Passing.objects.create(
            assessment=stored, therapy=THERAPY, status="redirect", reason="x", author=alice
        )
    assert Referral.objects.get(assessment=stored).closed_at is None


@pytest.mark.parametrize("status", ["redirect", "contraindicated", "needs-information"])
def test_every_refusal_says_what_to_do_in_both_languages(status: str) -> None:
    refusal = passings.refusal(status)
    assert ":" in refusal.what
    assert ":" in refusal.fr


def test_a_caution_that_nobody_passed_cannot_be_planned(alice: User) -> None:
    stored = assessed(alice, named(complaint_of(alice, CAUTION)))
    with pytest.raises(choosing.ChoiceRefusedError, match="override it"):
        choosing.choose(alice, stored, THERAPY, timezone.localdate())


def test_an_assessment_that_another_followed_cannot_be_planned_from(
    alice: User, assessment: Assessment
) -> None:
    assessed(alice, assessment.complaint)
    with pytest.raises(choosing.ChoiceRefusedError, match="later assessment"):
        choosing.choose(alice, assessment, THERAPY, timezone.localdate())


def test_a_patient_without_identity_is_assessed_and_not_treated(alice: User) -> None:
    stored = assessed(alice, complaint_of(alice, POSSIBLE))
    with pytest.raises(choosing.ChoiceRefusedError, match="no identity"):
        choosing.choose(alice, stored, THERAPY, timezone.localdate())


# --- A course and its slots ---------------------------------------------------------------------


def test_a_course_has_its_dated_session_and_is_only_proposed(course: Course) -> None:
    (session,) = course.sessions.all()
    appointment = session.appointment
    assert (course.state, appointment.state, session.number) == ("proposed", "planned", 1)
    assert timezone.localtime(appointment.start).hour == 10


def test_a_form_sent_twice_makes_one_course(alice: User, assessment: Assessment) -> None:
    submission = sent(alice)
    choice = choosing.choose(alice, assessment, THERAPY, timezone.localdate())
    made = [
        courses.open_course(submission, choice, plan(alice), timezone.localdate()) for _ in range(2)
    ]
    assert made[0] == made[1]
    assert Appointment.objects.count() == 1


def test_a_second_course_of_the_same_therapy_is_refused(
    alice: User, assessment: Assessment, course: Course
) -> None:
    with pytest.raises(courses.CourseRefusedError, match="already has such a course"):
        open_it(alice, assessment, plan(alice, hour=14))


def test_a_session_on_a_closed_day_is_refused_and_nothing_is_written(
    alice: User, assessment: Assessment
) -> None:
    day = workday()
    Closure.objects.create(site=alice.site, first=day, last=day, why="works")
    with pytest.raises(timetable.SlotRefusedError, match="not open"):
        open_it(alice, assessment, plan(alice, day=day))
    assert not Course.objects.exists()


def test_a_session_outside_opening_hours_is_refused(alice: User, assessment: Assessment) -> None:
    with pytest.raises(timetable.SlotRefusedError, match="not open"):
        open_it(alice, assessment, plan(alice, hour=20))


def test_a_slot_that_the_practitioner_has_given_away_is_refused(
    alice: User, assessment: Assessment, course: Course
) -> None:
    other = assessed(alice, named(complaint_of(alice, POSSIBLE)))
    with pytest.raises(timetable.SlotRefusedError, match="Alice already has a patient"):
        open_it(alice, other, plan(alice))


def test_nobody_performs_without_a_privilege_valid_on_the_day(
    alice: User, assessment: Assessment
) -> None:
    privilege = alice.privileges.get()
    privilege.last = workday() - timedelta(days=1)
    privilege.save()
    with pytest.raises(privileges.NoPrivilegeError, match="administrator"):
        open_it(alice, assessment, plan(alice))


# --- Consent ------------------------------------------------------------------------------------


def test_a_course_without_a_consent_does_not_begin(alice: User, course: Course) -> None:
    with pytest.raises(InputError):
        consents.activate(alice, course, course.version)
    course.refresh_from_db()
    assert course.state == "proposed"


@pytest.mark.parametrize("state", ["consented", "active"])
def test_the_database_itself_refuses_a_course_without_consent(course: Course, state: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(state=state)


def test_a_signed_course_begins(alice: User, course: Course) -> None:
    signed(alice, course)
    course.refresh_from_db()
    assert course.state == "consented"
    assert consents.activate(alice, course, course.version).state == "active"


def test_other_products_ask_for_a_new_consent(alice: User, course: Course) -> None:
    signed(alice, course)
    course.refresh_from_db()
    changed = courses.change_products(
        alice, course, course.version, ["lidocaine"], timezone.localdate()
    )
    assert changed.state == "proposed"
    assert consents.standing(alice, changed).state == "changed"


def test_another_price_asks_for_a_new_consent(alice: User, course: Course) -> None:
    signed(alice, course)
    quoted(alice, course)
    course.refresh_from_db()
    with pytest.raises(courses.CourseRefusedError, match="sign the new text"):
        consents.activate(alice, course, course.version)


@pytest.mark.parametrize(
    "name", ["course-consent", "course-consent-document", "course-consent-details"]
)
def test_what_nobody_could_sign_is_not_offered(
    name: str, alice: User, course: Course, at_alice: Client
) -> None:
    address = reverse(name, args=[course.public_id])
    page = reverse("course", args=[course.public_id])
    offered = reverse("course-consent", args=[course.public_id])
    assert at_alice.get(address).status_code == 200
    assert offered in at_alice.get(page).content.decode()
    red_flag(alice, course)
    with pytest.raises(choosing.ChoiceRefusedError):  # as the signing itself would
        consents.words_to_sign(alice, course, timezone.localdate())
    answer = at_alice.get(address)
    assert answer.status_code == 409
    assert "ce verdict n’est plus le même" in answer.content.decode()
    because = [one.because.fr.rstrip(".") for one in engine.edition_in_force().red_flags]
    said = html.unescape(answer.content.decode())
    assert any(one in said for one in because)  # what changed is said
    shown = at_alice.get(page).content.decode()
    assert "ce verdict n’est plus le même" in shown
    assert offered not in shown
    assert "status-possible" not in shown


def test_a_consented_course_is_not_shown_ready_under_a_red_flag_raised_since(
    alice: User, course: Course, at_alice: Client
) -> None:
    signed(alice, course)
    begin = reverse("course-start", args=[course.public_id])
    page = reverse("course", args=[course.public_id])
    assert begin in at_alice.get(page).content.decode()
    red_flag(alice, course)
    assert begin not in at_alice.get(page).content.decode()


def test_a_course_has_one_next_step_at_each_of_its_states(
    alice: User, course: Course, at_alice: Client
) -> None:
    """One filled button, and no address under two names."""
    page = reverse("course", args=[course.public_id])

    def steps() -> list[str]:
        main = parsed(at_alice.get(page).content.decode()).all("main")[0]
        pressed = [*main.all("a", class_="button"), *main.all("button", class_="button")]
        names: dict[str, set[str]] = {}
        for link in main.all("a", class_="button"):
            names.setdefault(link.attributes["href"], set()).add(link.text)
        assert [said for said in names.values() if len(said) > 1] == []
        return [one.text for one in pressed if "button-quiet" not in one.attributes["class"]]

    assert steps() == ["Lire et signer le consentement"]
    signed(alice, course)
    assert steps() == ["Commencer la cure"]
    course.refresh_from_db()
    consents.activate(alice, course, course.version)
    assert steps() == ["Commencer la séance 1"]
    Appointment.objects.filter(session__course=course).update(state=Appointment.State.MISSED)
    assert steps() == ["Terminer la cure"]


def test_a_text_that_was_not_the_one_read_is_not_signed(alice: User, course: Course) -> None:
    drawn = consents.Signed("Paul Lefèvre", timezone.now(), STROKES)
    with pytest.raises(ChangedMeanwhileError):
        consents.sign(sent(alice), course, "0" * 64, drawn, no_document)
    assert not Consent.objects.exists()


def test_a_dot_is_no_signature() -> None:
    with pytest.raises(InputError, match="signature is missing"):
        consents.Signed("Paul Lefèvre", timezone.now(), [[(5, 5), (6, 6)]])


def test_a_withdrawal_stops_the_course_and_cancels_what_is_ahead(
    alice: User, course: Course
) -> None:
    consent = signed(alice, course)
    submission = sent(alice)
    for _ in range(2):
        stopped = consents.withdraw(submission, consent, "Paul Lefèvre", "")
    assert stopped.state == "stopped"
    assert stopped.stop_reason
    assert [one.appointment.state for one in stopped.sessions.all()] == ["cancelled"]


# --- Quotation ----------------------------------------------------------------------------------


def test_quotations_are_numbered_without_a_gap(alice: User, course: Course) -> None:
    year = timezone.localdate().year
    numbers = [quoted(alice, course, cents).number for cents in (8000, 9000, 9500)]
    assert numbers == [f"{year}-{n:05}" for n in (1, 2, 3)]


def test_a_number_taken_meanwhile_is_taken_anew(alice: User, course: Course) -> None:
    taken: list[str] = []

    def document(number: str, *_: object) -> bytes:
        if not taken:  # someone else is quicker, once
            taken.append(quoted(alice, course, 8000).number)
        return number.encode()

    lines = [quotations.Line("Infiltration", 1, 9000)]
    made = quotations.quote(sent(alice), course, lines, document)
    assert taken[0].endswith("-00001")
    assert made.number.endswith("-00002")
    assert bytes(made.pdf) == made.number.encode()
    assert Quotation.objects.count() == 2


def test_the_sources_of_a_signed_text_are_those_of_its_own_edition(
    alice: User, course: Course, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also once another edition is in force; the paper, the details and the row say of one text."""
    consent = signed(alice, course)
    own = engine.edition_in_force()
    edition = structs.replace(own, sha256="0" * 64, sources=())
    monkeypatch.setattr(engine, "edition_in_force", lambda: edition)
    printed = Print()
    monkeypatch.setattr(import_module("dolenti.ui.print.consent_details"), "pdf", printed.pdf)
    answer = at_alice.get(reverse("consent-details", args=[consent.public_id]))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert printed.content is not None
    assert printed.content["hash"].replace(" ", "") == consent.text_sha256
    titles = " ".join(source["text"] for source in printed.content["sources"])
    cited = {c.id for s in text.from_json(consent.content).risks for c in s.statement.sources}
    assert cited
    for source in own.sources:
        assert source.id not in cited or source.title in titles
    assert "consent-details" in set(AuditEntry.objects.values_list("kind", flat=True))


def test_a_consent_on_paper_says_so_and_where_it_is_kept_and_nobody_is_named_for_them(
    alice: User, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = clinic(alice).with_complaint(POSSIBLE).course
    address = reverse("course-consent", args=[course.public_id])
    form = at_alice.get(address).context["form"]
    assert not form["signed_by"].value()
    printed = Print()
    monkeypatch.setattr(import_module("dolenti.ui.print.consent"), "fitted", printed.fitted)
    sent_form = {
        "token": str(uuid.uuid4()), "seen": form["seen"].value(), "signed_by": "Zoé Martin",
        "how": "paper", "kept": "Classeur A, 12",
    }  # fmt: skip
    there = at_alice.post(address, sent_form, follow=True)
    text = " ".join(there.content.decode().split())
    assert "Signé sur papier par Zoé Martin" in text
    assert "Classeur A, 12" in text
    assert "Texte remis (PDF)" in text
    assert "Document signé (PDF)" not in text
    assert printed.content is not None
    assert "Classeur A, 12" in printed.content["signature"]["how"]
    assert printed.drawing == ""
