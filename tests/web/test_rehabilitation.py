"""Exercise plans: proposed, adjusted, accepted, shown to the patient; work and sport with dates."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.rehabilitation import shown
from dolenti.diary import following
from dolenti.followup import gate, planned, rehabilitating, returning
from dolenti.followup.models import RehabilitationPlan
from dolenti.followup.planned import Restriction, Written
from dolenti.followup.rehabilitating import PlanRefusedError
from dolenti.followup.sheet import hold_in_words
from dolenti.guideline import diary
from dolenti.guideline.diary import Exercised, Washout, Weeks
from dolenti.ledger.versions import StaleEditError, history
from dolenti.records import engine
from dolenti.records.models import Complaint, Statement
from dolenti.treatment.models import Course, Session
from tests.web import room as make
from tests.web.diary import after, link_to
from tests.web.phones import Phone
from tests.web.world import clinic, sent

pytestmark = pytest.mark.django_db

KNEE = "knee-osteoarthritis"


def made_once(alice: User) -> Session:
    """An infiltration of the knee with a steroid, given and signed today."""
    made: Session = clinic(alice).with_course().session
    make.signed_off(alice, made)
    return made


@pytest.fixture
def session(standing: Any) -> Session:
    found: Session = standing.made
    return found


@pytest.fixture
def complaint(session: Session) -> Complaint:
    found = Course.objects.select_related("complaint__patient__site").get(pk=session.course_id)
    return found.complaint


def now() -> Any:
    return timezone.now()


def written(days: int = 3, **changes: Any) -> Written:
    begins = timezone.localdate() + timedelta(days=days)
    stage = Weeks(1, 2, (Exercised("bridge", own="2 x 8, le matin"),))
    return replace(Written(begins, (stage,)), **changes)


def proposed(user: User, complaint: Complaint, source: str = KNEE) -> RehabilitationPlan:
    return rehabilitating.propose(sent(user), complaint, source, now())


def accepted(user: User, complaint: Complaint) -> RehabilitationPlan:
    made = proposed(user, complaint)
    return rehabilitating.accept(user, made, made.version, now())


def state(user: User, complaint: Complaint, fact: str, *, value: Any) -> None:
    about = None if fact == "athlete-tested" else complaint
    Statement.objects.create(
        patient=complaint.patient, complaint=about, fact=fact, value=value,
        at=timezone.localdate(), author=user, submission=uuid.uuid4(),
    )  # fmt: skip


# --- The record -----------------------------------------------------------------------------


def test_a_plan_is_proposed_as_the_knowledge_has_it_and_begins_when_the_act_allows(
    alice: User, complaint: Complaint
) -> None:
    made = proposed(alice, complaint)
    own = next(one for one in following.content().plans if one.id == KNEE)
    assert planned.stages_of(made.stages) == diary.proposed(own)
    assert made.begins == timezone.localdate() + timedelta(days=2)
    assert AuditEntry.objects.filter(action="propose-exercises").count() == 1


def test_proposed_twice_by_the_same_form_it_is_one(alice: User, complaint: Complaint) -> None:
    form = sent(alice)
    first = rehabilitating.propose(form, complaint, KNEE, now())
    assert rehabilitating.propose(form, complaint, KNEE, now()) == first
    with pytest.raises(PlanRefusedError, match="already"):
        proposed(alice, complaint)


def test_a_plan_that_is_not_on_file_is_refused(alice: User, complaint: Complaint) -> None:
    with pytest.raises(PlanRefusedError, match="no plan"):
        proposed(alice, complaint, "running")


def test_a_proposed_plan_is_adjusted_by_versions_and_never_from_a_stale_form(
    alice: User, complaint: Complaint
) -> None:
    made = proposed(alice, complaint)
    said = written(goals="Reprendre le jardin", restrictions=(Restriction("Pas de vélo", None),))
    changed = rehabilitating.adjust(alice, made, made.version, said, now())
    assert changed.version == 2
    assert rehabilitating.adjust(alice, made, made.version, said, now()).version == 2
    assert history(changed)[0].before["goals"] == ""
    with pytest.raises(StaleEditError):
        rehabilitating.adjust(alice, made, made.version, written(goals="Autre"), now())


@pytest.mark.parametrize(
    "changes, where",
    [
        ({"stages": ()}, "stages"),
        ({"begins": date(2020, 1, 1)}, "begins"),
        ({"sport_stage": "s1"}, "sport_since"),
        ({"flare_on": date(2199, 1, 1)}, "flare_on"),
        ({"sport_stage": "s1", "sport_since": date(2199, 1, 1)}, "sport_since"),
        ({"work": {"w1": date(2026, 5, 2), "w2": date(2026, 5, 1)}}, "work"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_says_where(
    alice: User, complaint: Complaint, changes: dict[str, Any], where: str
) -> None:
    made = proposed(alice, complaint)
    with pytest.raises(PlanRefusedError) as refused:
        rehabilitating.adjust(alice, made, made.version, written(**changes), now())
    assert refused.value.where.startswith(where)
    made.refresh_from_db()
    assert made.version == 1


def test_accepted_it_says_who_and_when_and_accepting_twice_is_once(
    alice: User, complaint: Complaint
) -> None:
    made = accepted(alice, complaint)
    assert (made.state, made.accepted_by) == ("accepted", alice)
    again = rehabilitating.accept(alice, made, 1, now())
    assert again.version == made.version
    with pytest.raises(PlanRefusedError, match="is accepted"):
        rehabilitating.adjust(alice, made, made.version, written(), now())


def test_a_change_stands_beside_the_accepted_plan_until_it_is_accepted(
    alice: User, complaint: Complaint
) -> None:
    first = accepted(alice, complaint)
    second = proposed(alice, complaint, "")
    assert second.stages == first.stages
    first.refresh_from_db()
    assert first.state == "accepted"
    rehabilitating.accept(alice, second, second.version, now())
    first.refresh_from_db()
    assert first.state == "replaced"
    states = list(gate.plans(alice, complaint).values_list("state", flat=True))
    assert states == ["accepted", "replaced"]


def test_a_plan_ends_for_a_reason_and_another_may_follow(alice: User, complaint: Complaint) -> None:
    made = accepted(alice, complaint)
    with pytest.raises(PlanRefusedError, match="say why"):
        rehabilitating.end(alice, made, made.version, " ")
    ended = rehabilitating.end(alice, made, made.version, "Douleur trop forte")
    assert (ended.state, ended.end_reason) == ("ended", "Douleur trop forte")
    assert proposed(alice, complaint).replaces is None


@pytest.mark.parametrize("fact", ["tendon-rupture"])
def test_a_plan_is_not_accepted_while_something_stops_it(
    alice: User, complaint: Complaint, fact: str
) -> None:
    made = proposed(alice, complaint)
    state(alice, complaint, fact, value=True)
    with pytest.raises(PlanRefusedError, match="rupture"):
        rehabilitating.accept(alice, made, made.version, now())
    state(alice, complaint, fact, value=False)
    rehabilitating.accept(alice, made, made.version, now())


def test_progress_leaves_the_exercises_as_they_were_accepted(
    alice: User, complaint: Complaint
) -> None:
    made = accepted(alice, complaint)
    today = timezone.localdate()
    said = written(settled={"block-rupture": False}, sport_stage="s1", sport_since=today)
    noted = rehabilitating.note_progress(alice, made, made.version, said, now())
    assert (noted.stages, noted.begins) == (made.stages, made.begins)
    assert (noted.settled, noted.settled_on) == ({"block-rupture": False}, today)


def test_the_database_keeps_one_accepted_plan_of_a_complaint(
    alice: User, complaint: Complaint
) -> None:
    made = accepted(alice, complaint)
    other = proposed(alice, complaint)
    with pytest.raises(IntegrityError), transaction.atomic():
        RehabilitationPlan.objects.filter(pk=other.pk).update(
            state="accepted", accepted_by=alice, accepted_at=now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RehabilitationPlan.objects.filter(pk=made.pk).update(state="ended")


def test_a_nurse_and_another_site_write_no_plan(
    alice: User, bob: User, chloe: User, complaint: Complaint
) -> None:
    for stranger in (bob, chloe):
        with pytest.raises(NotAllowedError):
            proposed(stranger, complaint)
    assert list(gate.plans(chloe, complaint)) == []


# --- What the record says to the way back ---------------------------------------------------


def test_what_was_given_is_read_from_the_record_of_the_session(
    alice: User, complaint: Complaint
) -> None:
    (act,) = returning.known(complaint, None, now()).acts
    assert act.therapy == "infiltration"
    assert (act.corticosteroid, act.anaesthetic, act.beside_tendon) == (True, False, False)
    assert act.washout == Washout(3, 2022)


def test_what_nobody_said_is_to_be_settled_and_a_rupture_excluded_answers_the_snap(
    alice: User, complaint: Complaint
) -> None:
    content = following.content()

    def open_() -> set[str]:
        found = diary.standing(content, returning.known(complaint, None, now()))
        return {one.id for one in found.to_settle}

    for fact in ("tendon-rupture", "athlete-tested"):
        state(alice, complaint, fact, value=None)
    assert {"block-rupture", "block-steroid-competition"} <= open_()
    assert "block-weakness" not in open_()  # a knee is not asked of the strength of a root
    state(alice, complaint, "tendon-rupture", value=False)
    assert "block-rupture" not in open_()
    state(alice, complaint, "athlete-tested", value=True)
    held = diary.standing(content, returning.known(complaint, None, now())).holds
    (by_list,) = (one for one in held if one.block.id == "block-steroid-competition")
    now_known = returning.known(complaint, None, now())
    told = hold_in_words(by_list, now_known, "fr")
    year = now_known.today.year
    assert f"(Liste antidopage 2022, celle de {year} n’a jamais été saisie\u00a0: vérifiez)" in told


def test_what_was_settled_is_asked_again_after_the_next_act(
    alice: User, complaint: Complaint
) -> None:
    made = proposed(alice, complaint)
    said = written(settled={"block-rupture": False})
    made = rehabilitating.adjust(alice, made, made.version, said, now())
    assert returning.known(complaint, made, now()).settled == {"block-rupture": False}
    made.settled_on = timezone.localdate() - timedelta(days=1)
    assert returning.known(complaint, made, now()).settled == {}


# --- The pages ------------------------------------------------------------------------------


def page(browser: Client, complaint: Complaint) -> str:
    return browser.get(reverse("rehabilitation", args=[complaint.public_id])).content.decode()


def as_it_stands(browser: Client, name: str, plan: RehabilitationPlan) -> dict[str, Any]:
    """The fields of a form, as its page fills them."""
    answer = browser.get(reverse(name, args=[plan.public_id]))
    form = answer.context["form"]
    return {
        one.html_name: form.fields[one.name].prepare_value(one.value())
        for one in form
        if one.value() not in (None, "")
    }


def test_a_plan_is_proposed_adjusted_and_accepted_on_its_pages(
    alice: User, complaint: Complaint, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    assert "Proposer ce plan" in page(browser, complaint)
    browser.post(
        reverse("rehabilitation-propose", args=[complaint.public_id]),
        {"source": KNEE, "token": uuid.uuid4()},
    )
    (plan,) = gate.plans(alice, complaint)
    fields = as_it_stands(browser, "rehabilitation-adjust", plan)
    fields |= {"goals": "Jardiner", "dose-0-0": "3 × 5, doucement", "exercise-0-3": "heel-up",
               "dose-0-3": "2 × 8"}  # fmt: skip
    answer = browser.post(reverse("rehabilitation-adjust", args=[plan.public_id]), fields)
    assert answer.status_code == 302
    plan.refresh_from_db()
    first = planned.stages_of(plan.stages)[0]
    assert [one.said("fr") for one in first.does] == [
        "3 × 5, doucement", "2 × 8, chaise haute, tous les jours", "2 × 8, tous les jours", "2 × 8",
    ]  # fmt: skip
    assert first.does[1].said("en") == "2 x 8, high chair, daily"
    accept = reverse("rehabilitation-accept", args=[plan.public_id])
    for _ in range(2):
        browser.post(accept, {"based_on": plan.version})
    plan.refresh_from_db()
    assert (plan.state, plan.version) == ("accepted", 3)
    shown = page(browser, complaint)
    assert "Visible par le patient" in shown
    assert "Jardiner" in shown
    assert "pas avant le" in shown


@pytest.mark.parametrize(
    "changes, wrong",
    [
        ({"dose-0-0": ""}, "dose-0-0"),
        ({"exercise-0-0": ""}, "exercise-0-0"),
        ({"first-1": "2"}, "first-1"),
        ({"first-0": ""}, "first-0"),
        ({"begins": "hier matin"}, "begins"),
        ({"begins": "01/01/2020"}, "begins"),
        ({"until-0": "01/01/2030"}, "what-0"),
    ],
)
def test_what_is_wrong_is_marked_and_nothing_typed_is_lost(
    alice: User, complaint: Complaint, browser_of: Callable[[User], Client],
    changes: dict[str, str], wrong: str,
) -> None:  # fmt: skip
    browser, plan = browser_of(alice), proposed(alice, complaint)
    fields = as_it_stands(browser, "rehabilitation-adjust", plan) | {"goals": "Jardiner"} | changes
    answer = browser.post(reverse("rehabilitation-adjust", args=[plan.public_id]), fields)
    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    assert "Jardiner" in answer.content.decode()
    plan.refresh_from_db()
    assert plan.version == 1


def test_progress_is_noted_and_moves_the_dates(
    alice: User, complaint: Complaint, browser_of: Callable[[User], Client]
) -> None:
    browser, plan = browser_of(alice), accepted(alice, complaint)
    fields = as_it_stands(browser, "rehabilitation-progress", plan)
    today = timezone.localdate()
    said = {"sport_stage": "s2", "sport_since": f"{today:%d/%m/%Y}"}
    path = reverse("rehabilitation-progress", args=[plan.public_id])
    assert browser.post(path, fields | said).status_code == 302
    plan.refresh_from_db()
    assert (plan.sport_stage, plan.sport_since) == ("s2", today)
    assert "atteint le" in page(browser, complaint)
    wrong = browser.post(path, as_it_stands(browser, "rehabilitation-progress", plan) | {
        "sport_since": ""
    })  # fmt: skip
    assert wrong.status_code == 422
    assert "sport_since" in wrong.context["form"].errors


def test_what_is_ended_is_on_paper_no_more(
    alice: User, complaint: Complaint, browser_of: Callable[[User], Client]
) -> None:
    browser, plan = browser_of(alice), accepted(alice, complaint)
    paper = reverse("rehabilitation-document", args=[plan.public_id])
    for size in ("", "?size=large"):
        answer = browser.get(paper + size)
        assert answer["Content-Type"] == "application/pdf"
    browser.post(
        reverse("rehabilitation-end", args=[plan.public_id]),
        {"based_on": plan.version, "reason": "La douleur a disparu.", "token": uuid.uuid4()},
    )
    assert browser.get(paper).status_code == 404
    assert "La douleur a disparu." in page(browser, complaint)


def test_a_nurse_reads_the_plan_and_is_offered_no_change(
    alice: User, bob: User, complaint: Complaint, browser_of: Callable[[User], Client]
) -> None:
    accepted(alice, complaint)
    shown = page(browser_of(bob), complaint)
    assert "Le lever de chaise" in shown
    assert "Modifier ce plan" not in shown


# --- The phone ------------------------------------------------------------------------------


def test_the_patient_sees_the_accepted_plan_and_no_proposed_one(
    alice: User, session: Session, complaint: Complaint
) -> None:
    with after(50):
        made = link_to(alice, session.course)
    browser, path = Phone(), reverse("phone-exercises", args=[made.token])
    birth = {"day": "2", "month": "3", "year": "1968"}
    with after(50):
        browser.post(reverse("phone", args=[made.token]), birth)
    proposed(alice, complaint)
    assert browser.get(path).headers["Location"] == reverse("phone-form", args=[made.token])
    plan = RehabilitationPlan.objects.get()
    rehabilitating.accept(alice, plan, plan.version, now())
    shown = browser.get(path).content.decode()
    for said in ("Mes exercices", "Le genou tendu", "0 à 3, continuez", "Arrêtez et appelez",
                 "Reprise du sport"):  # fmt: skip
        assert said in shown
    rehabilitating.end(alice, RehabilitationPlan.objects.get(), 2, "Terminé")
    assert browser.get(path).headers["Location"] == reverse("phone-form", args=[made.token])
    assert Phone().get(path).headers["Location"] == reverse("phone", args=[made.token])


def test_the_doses_of_a_plan_are_told_to_be_ours_and_its_doubts_are_said(knee: Complaint) -> None:
    """A trial of exercises is no trial of these sets and repetitions."""
    edition = engine.edition_in_force()
    content, words = diary.content(edition), lookup(edition, "fr")
    for plan in content.plans:
        lines = shown.rules(content, knee, plan.id, words)
        (ours,) = [one for one in lines if one.says == content.rehabilitation.doses.says.fr]
        assert not ours.verified, plan.id
        assert (plan.note is None) or any(one.says == plan.note.fr for one in lines), plan.id
