"""The history before a visit, told from home: asked as the rules need it, kept as it was said,
known only once a clinician confirmed it."""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from dolenti.access.covered import cover
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.diary import (
    alerts,
    following,
    history,
    link_life,
    links,
    offering,
    reaching,
    reminding,
    stops,
    telling,
)
from dolenti.diary import gate as diary_gate
from dolenti.diary.answers import ClosedError
from dolenti.diary.links import LinkRefusedError, Made
from dolenti.diary.models import Alert, AlertEvent, History, Link, Message, Stop
from dolenti.diary.reading import AnswerRefusedError
from dolenti.portal import door
from dolenti.records.judging import asking, assessing, questions
from dolenti.records.judging.assessing import ChangedMeanwhileError
from dolenti.records.models import Statement
from dolenti.records.patients import contacting
from dolenti.work import worker as work
from tests.web.copies import copy_of
from tests.web.diary import (
    BACK,
    BORN,
    answered,
    awaited,
    history_link,
    link_to,
    opened,
    told_at_home,
    treated,
)
from tests.web.phones import Phone
from tests.web.world import complaint_of, named, registered, sent, state

pytestmark = pytest.mark.django_db
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
RETENTION = "sphincter-disturbance"
MESO = ("mesotherapy",)
NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


@pytest.fixture
def made(alice: User) -> Made:
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    return history_link(alice)


@pytest.fixture
def link(made: Made) -> Link:
    return opened(made)


def asked_of(link: Link, said: dict[str, Any] | None = None) -> list[str]:
    """The facts that are asked after what was said."""
    return [one.id for one in history.form_of(link, link.form_key).left(said or {})]


def page(phone: Client, made: Made, **sent: Any) -> Any:
    return phone.post(f"/s/{made.token}/history/", sent)


def carried(answer: Any) -> dict[str, Any]:
    """What a page carries on: its key, its question, what was said so far."""
    text = answer.content.decode()
    found = {
        name: [html.unescape(one) for one in re.findall(rf'name="{name}" value="([^"]*)"', text)]
        for name in ("key", "fact", "said")
    }
    return {
        "key": found["key"][0],
        "fact": found["fact"][0] if found["fact"] else "",
        "said": found["said"],
    }


def at_home(phone: Client, made: Made) -> Any:
    """The first question, on the patient's own phone."""
    phone.post(f"/s/{made.token}/", BIRTH)
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    return page(phone, made, do="begin", key=str(Link.objects.get(pk=made.link.pk).form_key))


class TestWhatIsAsked:
    def test_what_the_rules_need_and_somebody_tells_the_emergencies_first(self, link: Link) -> None:
        asked = asked_of(link)
        assert asked[0] == RETENTION
        assert asked.index("fever") < asked.index("night-pain") < asked.index("allergy")
        assert asked.index("allergy") < asked.index("anticoagulant") < asked.index("diabetes")
        sheet = questions.sheet_in_force()
        seen = {one.id for one in following.content().home_questions if one.seen}
        assert "saddle-anaesthesia" in asked
        assert {sheet.how(fact) for fact in asked if fact not in seen} == {"asked"}
        for examined in ("motor-deficit", "mass", "altered-general-state"):
            assert examined not in asked  # somebody has to look
        for secret in ("intravenous-drug-use", "blood-borne-virus"):
            assert secret not in asked  # told face to face
        assert not {"pregnancy", "breastfeeding"} & set(asked)  # a man

    def test_what_the_record_knows_is_not_asked(self, alice: User, link: Link) -> None:
        assert "anticoagulant" in asked_of(link)
        state(alice, link.patient, anticoagulant="none")
        assert "anticoagulant" not in asked_of(link)

    def test_an_answer_leads_to_what_hangs_on_it(self, link: Link) -> None:
        assert "inr" not in asked_of(link)
        vka = {"anticoagulant": {"value": "vka"}}
        assert "inr" in asked_of(link, vka)

    def test_what_is_not_known_is_not_asked_twice_and_what_was_passed_over_is(
        self, alice: User, link: Link
    ) -> None:
        first = {"diabetes": {"unknown": True}, "osteoporosis": {"skipped": True}}
        assert not {"diabetes", "osteoporosis"} & set(asked_of(link, first))
        told_at_home(link, first)
        again = opened(history_link(alice, link.complaint))
        assert "diabetes" not in asked_of(again)
        assert ("osteoporosis" in asked_of(again)) == ("osteoporosis" in asked_of(link))


class TestWhatIsKept:
    def test_a_form_sent_twice_is_one_and_other_answers_are_kept_beside(self, link: Link) -> None:
        first = told_at_home(link, {RETENTION: False})
        assert told_at_home(link, {RETENTION: False}) == first
        second = told_at_home(link, {RETENTION: False, "fever": False})
        assert second != first
        assert History.objects.count() == 2
        assert not Alert.objects.exists()

    @pytest.mark.parametrize(
        "bad",
        [
            {"motor-deficit": {"value": True}},
            {"nonsense": {"value": True}},
            {RETENTION: {"value": "perhaps"}},
            {RETENTION: {"value": None}},
            {RETENTION: {"value": True, "unknown": True}},
            {"anticoagulant": {"value": "aspirin"}},
            {"anticoagulant": {"told": "vka"}},
            {"inr": {"value": 99}},
            {"inr": {"value": {"value": "x"}}},
            {"allergy": {"value": ["latex"]}},
            {"allergy": {"names": []}},
            {"allergy": {"names": ["x" * 101]}},
            {"allergy": {"names": ["latex\x00"]}},
            {"last-corticosteroid-infiltration": {"value": "2099-01-01"}},
            {"diabetes": "none"},
        ],
    )
    def test_an_answer_that_cannot_be_keeps_nothing(self, link: Link, bad: dict[str, Any]) -> None:
        by = links.patient_by(link)
        assert link.form_key is not None
        with pytest.raises(AnswerRefusedError):
            history.receive(by, link, history.Sent(link.form_key, bad, True))
        assert not History.objects.exists()

    def test_only_its_own_patient_writes_by_a_link(self, alice: User, link: Link) -> None:
        other = links.OtherActor(links.Kind.PATIENT, registered(alice).public_id, "", alice.site)
        assert link.form_key is not None
        for actor in (other, alice):
            with pytest.raises(NotAllowedError):
                history.receive(actor, link, history.Sent(link.form_key, {}, True))

    def test_the_trail_says_that_it_came_and_nothing_of_what_it_says(self, link: Link) -> None:
        told_at_home(link, {"diabetes": "controlled"})
        entry = AuditEntry.objects.filter(action="receive-history").get()
        assert entry.detail == {"whole": True, "for": False}


class TestARedFlag:
    def test_it_alerts_the_clinic_at_once_and_an_answer_taken_back_stands_beside(
        self, link: Link
    ) -> None:
        told_at_home(link, {RETENTION: True}, whole=False)
        alert = Alert.objects.get()
        assert (alert.urgency, alert.complaint) == ("emergency", link.complaint)
        assert alert.alarms == ["red-flag-cauda-equina"]
        told_at_home(link, {RETENTION: False})
        alert.refresh_from_db()
        assert (alert.state, alert.urgency) == ("raised", "emergency")
        events = AlertEvent.objects.filter(history__isnull=False).order_by("pk")
        said = [one.history.answers[RETENTION]["value"] for one in events if one.history]
        assert said == [True, False]

    def test_what_somebody_ended_is_not_raised_again_by_the_same_answers(
        self, alice: User, link: Link
    ) -> None:
        told_at_home(link, {RETENTION: True}, whole=False)
        alert = Alert.objects.get()
        alerts.end(alice, alert, alert.version, "phone-advice", "seen in hospital")
        told_at_home(link, {RETENTION: True, "fever": False})
        assert Alert.objects.count() == 1

    def test_what_nobody_knows_raises_nothing(self, link: Link) -> None:
        told_at_home(link, {RETENTION: {"unknown": True}, "fever": {"skipped": True}})
        assert not Alert.objects.exists()

    def test_the_practitioner_of_the_appointment_is_told(self, alice: User, link: Link) -> None:
        told_at_home(link, {RETENTION: True}, whole=False)
        work.do_all()
        assert [one.to for one in mail.outbox] == [[alice.email]]
        for word in ("Lefèvre", "uriner", "dos"):
            assert word not in mail.outbox[0].subject + mail.outbox[0].body

    def test_the_page_says_what_to_do_and_the_form_stops(self, made: Made) -> None:
        phone = Phone()
        first = at_home(phone, made)
        assert "Question 1" in first.content.decode()
        assert carried(first)["fact"] == RETENTION
        stop = page(phone, made, **carried(first), value="yes", do="answer")
        text = stop.content.decode()
        assert 'href="tel:15"' in text
        assert "Appelez maintenant" in text
        assert "queue de cheval" not in text  # what is feared is said by a person
        assert "Question 2" not in text
        assert Alert.objects.get().urgency == "emergency"
        # Opened again it says the same; a mistake is mended, the alert stays.
        assert 'href="tel:15"' in phone.get(f"/s/{made.token}/history/").content.decode()
        mend = page(phone, made, **{**carried(stop), "do": "mend"})
        assert "Question 1" in mend.content.decode()
        on = page(phone, made, **carried(mend), value="no", do="answer")
        assert "Question 2" in on.content.decode()
        assert Alert.objects.get().state == "raised"
        assert [one.is_whole for one in History.objects.all()] == [False, False]

    def test_one_that_can_wait_is_told_and_the_form_goes_on(self, made: Made) -> None:
        phone = Phone()
        first = at_home(phone, made)
        said = [json.dumps({"fact": RETENTION, "value": False})]
        told = page(
            phone, made, key=carried(first)["key"], said=said, fact="weight-loss", value="yes",
            do="answer",
        )  # fmt: skip
        text = told.content.decode()
        assert "Nous vous rappelons" in text
        assert "Vous avez maigri" in text
        assert Alert.objects.get().urgency == "soon"
        on = page(phone, made, **{**carried(told), "do": "go-on"})
        assert "Question 3" in on.content.decode()


class TestTheForm:
    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_without_script_it_is_answered_looked_over_and_sent_once(
        self, made: Made, language: str
    ) -> None:
        phone = Phone()
        phone.cookies["django_language"] = language
        answer, questions_asked = at_home(phone, made), 0
        while 'name="do" value="send"' not in answer.content.decode():
            form = carried(answer)
            assert answer.status_code == 200
            said = {"do": "skip"} if questions_asked % 2 else {"do": "answer", "value": "unknown"}
            answer = page(phone, made, **form, **said)
            questions_asked += 1
            assert questions_asked < 40
        assert not History.objects.exists()
        form = carried(answer)
        for _ in range(2):
            done = phone.post(f"/s/{made.token}/history/", {**form, "do": "send"}, follow=True)
        row = History.objects.get()
        assert row.is_whole
        assert len(row.answers) == questions_asked
        text = done.content.decode()
        assert ("Votre médecin relira" if language == "fr" else "Your doctor will go") in text
        file = phone.get(f"/s/{made.token}/calendar/").content.decode()
        assert "SUMMARY" in file
        for word in ("Lefèvre", "dos", "back-pain", "Alice", "mésothérapie"):
            assert word not in file

    def test_going_back_keeps_what_was_answered(self, made: Made) -> None:
        phone = Phone()
        first = at_home(phone, made)
        second = page(phone, made, **carried(first), value="no", do="answer")
        back = page(phone, made, **{**carried(second), "do": "back"})
        assert carried(back)["fact"] == RETENTION
        assert re.search(r'value="no"\s+checked', back.content.decode())

    def test_an_answer_that_cannot_be_keeps_what_was_typed(self, made: Made) -> None:
        phone = Phone()
        first = at_home(phone, made)
        key = carried(first)["key"]
        bad = page(phone, made, key=key, said=[], fact="inr", value="very high", do="answer")
        assert bad.status_code == 422
        assert "very high" in bad.content.decode()
        assert 'aria-invalid="true"' in bad.content.decode()
        for instead in ("unknown", "skip"):
            both = page(phone, made, key=key, said=[], fact="inr", value="2,5", do=instead)
            assert (both.status_code, 'value="2,5"' in both.content.decode()) == (422, True)
        nothing = page(phone, made, **carried(first), do="answer")
        assert nothing.status_code == 422
        forged = page(phone, made, key="x", said=["{", "[]", '{"fact": "x"}'], do="begin")
        assert forged.status_code == 200

    def test_names_are_added_taken_away_and_kept_as_typed(self, made: Made) -> None:
        phone = Phone()
        key = carried(at_home(phone, made))["key"]
        ask = {"key": key, "said": [], "fact": "allergy"}
        one = page(phone, made, **ask, new="Pénicilline", do="add")
        assert "Pénicilline" in one.content.decode()
        for instead in ("none", "unknown", "skip"):  # beside a name: which is right?
            both = page(phone, made, **ask, name=["Pénicilline"], do=instead)
            assert both.status_code == 422, instead
            assert "Pénicilline" in both.content.decode()
        gone = page(phone, made, **ask, name=["Pénicilline", "Latex"], remove="Latex")
        assert "Latex" not in gone.content.decode()
        on = page(phone, made, **ask, name=["Pénicilline"], new="Noix", do="answer")
        assert json.loads(carried(on)["said"][0])["names"] == ["Pénicilline", "Noix"]

    def test_a_page_holds_no_name_no_complaint_and_its_title_no_health(self, made: Made) -> None:
        phone = Phone()
        text = at_home(phone, made).content.decode()
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        assert title is not None
        assert "uriner" not in title[1]
        for word in ("Lefèvre", "Lombalgie", "lombalgie"):
            assert word not in text
        assert phone.get(f"/s/{made.token}/history/").headers["Cache-Control"] == "no-store"


class TestOnePurpose:
    def test_a_link_opens_only_what_it_is_for(self, alice: User, made: Made) -> None:
        phone = Phone()
        at_home(phone, made)
        own = f"/s/{made.token}/history/"  # a leaflet only once a course is planned
        for place in ("answer/", "consent/", "done/", "leaflet/"):
            leads = phone.get(f"/s/{made.token}/{place}").headers["Location"]
            assert leads == (own if place == "leaflet/" else f"/s/{made.token}/")
            assert phone.post(f"/s/{made.token}/{place}", {}).status_code in (302, 405)

    def test_an_answer_by_a_link_to_a_history_is_refused_and_the_other_way_round(
        self, alice: User, link: Link
    ) -> None:
        with pytest.raises(ClosedError):
            answered(link, window="problem", signs=["fever"])
        course = treated(alice)
        with time_machine.travel(timezone.now() + timedelta(hours=50)):
            other = opened(link_to(alice, course))
            with pytest.raises(ClosedError):
                told_at_home(other, {})

    def test_it_ends_with_the_day_of_the_appointment_and_moves_with_it(self, link: Link) -> None:
        appointment = link.appointment
        assert appointment is not None
        at_noon = link_life.ends_at(link)
        assert at_noon > appointment.start
        assert link_life.is_live(link, appointment.start)
        assert not link_life.is_live(link, at_noon)
        appointment.start += timedelta(days=7)
        assert link_life.is_live(link, at_noon)


def _cancelled(link: Link, alice: User) -> None:
    Link.objects.get(pk=link.pk).appointment.__class__.objects.filter(
        pk=link.appointment_id
    ).update(state="cancelled")


def _resolved(link: Link, alice: User) -> None:
    type(link.complaint).objects.filter(pk=link.complaint_id).update(state="resolved")


def _in_error(link: Link, alice: User) -> None:
    type(link.complaint).objects.filter(pk=link.complaint_id).update(in_error="twice")


def _died(link: Link, alice: User) -> None:
    stops.stop(sent(alice), link.patient, Stop.Why.DIED, "")


def _merged(link: Link, alice: User) -> None:
    type(link.patient).objects.filter(pk=link.patient_id).update(
        absorbed_by=registered(alice), ins=""
    )


def _revoked(link: Link, alice: User) -> None:
    Link.objects.filter(pk=link.pk).update(revoked_at=timezone.now())


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "happened", [_cancelled, _resolved, _in_error, _died, _merged, _revoked]
    )
    def test_nothing_is_taken_after(
        self, alice: User, made: Made, happened: Callable[[Link, User], None]
    ) -> None:
        link = opened(made)
        happened(link, alice)
        with pytest.raises(ClosedError):
            told_at_home(link, {RETENTION: True})
        assert not History.objects.exists()
        phone = Phone()
        refused = phone.post(f"/s/{made.token}/", BIRTH)
        assert refused.status_code == 422

    def test_nothing_is_asked_of_a_closed_complaint_or_without_a_visit(self, alice: User) -> None:
        made = history_link(alice)
        complaint, appointment = made.link.complaint, made.link.appointment
        assert complaint is not None
        assert appointment is not None
        _cancelled(made.link, alice)
        with pytest.raises(LinkRefusedError):
            links.make_for_history(alice, complaint, appointment)


class TestConfirmed:
    def test_what_was_told_is_known_nowhere_before_it_is_confirmed(
        self, alice: User, link: Link
    ) -> None:
        complaint = link.complaint
        assert complaint is not None
        today = timezone.localdate()
        before = assessing.look(alice, complaint, today)
        told_at_home(link, {RETENTION: False, "diabetes": "none", "allergy": []})
        after = assessing.look(alice, complaint, today)
        assert after.inputs == before.inputs
        assert after.fingerprint == before.fingerprint
        assert not Statement.objects.filter(fact__in=(RETENTION, "diabetes", "allergy")).exists()

    def test_one_press_confirms_a_group_in_the_words_of_the_patient(
        self, at_alice: Client, alice: User, link: Link
    ) -> None:
        complaint = link.complaint
        assert complaint is not None
        told_at_home(
            link,
            {
                "diabetes": "none", "cancer-history": False, "cancer-active": {"unknown": True},
                "immunosuppression": {"told": "yes"}, "saddle-anaesthesia": False,  # examined still
            },
        )  # fmt: skip
        address = f"/complaints/{complaint.public_id}/"
        text = at_alice.get(address).content.decode()
        assert "Dit par le patient chez lui, à confirmer" in text
        assert "ne sait pas" in text
        holding = [html.unescape(one) for one in re.findall(r'"holding" value="([^"]*)"', text)]
        assert sorted(holding) == ["cancer-history=false", 'diabetes="none"']
        form = {"holding": holding, "token": str(uuid.uuid4())}
        for _ in range(2):
            assert at_alice.post(f"{address}from-home/", form).status_code == 302
        stated = Statement.objects.filter(said_by="patient", patient=link.patient)
        assert {one.fact: one.value for one in stated} == {
            "cancer-history": False, "diabetes": "none"
        }  # fmt: skip
        assert {(one.how, one.author) for one in stated} == {("asked", alice)}
        known = assessing.look(alice, complaint, timezone.localdate()).judgement.values
        assert known["diabetes"].value == "none"
        assert "immunosuppression" not in known  # a yes without its degree is no value
        assert "cancer-active" not in known  # « I don't know » stays unknown

    def test_an_alarm_that_was_taken_back_is_shown_as_told_and_confirmed_by_itself_alone(
        self, at_alice: Client, link: Link
    ) -> None:
        told_at_home(link, {"fever": True}, whole=False)
        told_at_home(link, {"fever": False, "cancer-history": False, "diabetes": "none"})
        assert link.complaint is not None
        address = f"/complaints/{link.complaint.public_id}/"
        text = at_alice.get(address).content.decode()
        said = " ".join(re.sub(r"<[^>]+>", " ", text).split())
        assert "a d’abord répondu : oui ( alerte en cours )" in said.replace("\u00a0", " ")
        token = {"token": str(uuid.uuid4())}
        batch = {"holding": ["fever=false", "cancer-history=false"], **token}
        assert at_alice.post(f"{address}from-home/", batch).status_code == 409
        assert not Statement.objects.filter(fact="fever").exists()
        alone = {"holding": ["fever=false"], "token": str(uuid.uuid4())}
        assert at_alice.post(f"{address}from-home/", alone).status_code == 302
        assert Statement.objects.get(fact="fever").value is False
        forms = re.findall(r"<form.*?</form>", text, re.DOTALL)
        batches = [one for one in forms if one.count('name="holding"') > 1]
        assert not any("fever=false" in html.unescape(one) for one in batches)

    def test_what_a_clinician_answered_meanwhile_stands(self, alice: User, link: Link) -> None:
        complaint = link.complaint
        assert complaint is not None
        told_at_home(link, {"diabetes": "none"})
        state(alice, link.patient, diabetes="uncontrolled")
        with pytest.raises(ChangedMeanwhileError):
            offering.confirm(
                sent(alice), complaint, ['diabetes="none"'], MESO, timezone.localdate()
            )
        assert not Statement.objects.filter(said_by="patient").exists()

    def test_none_is_never_stated_over_an_allergy_that_is_known(
        self, alice: User, link: Link
    ) -> None:
        complaint = link.complaint
        assert complaint is not None
        told_at_home(link, {"allergy": []})
        state(alice, link.patient, allergy={"has": ["latex"], "not": []})
        today = timezone.localdate()
        seen = assessing.look(alice, complaint, today)
        dictionary = questions.sheet_in_force().dictionary
        rows = diary_gate.histories(alice, complaint)
        found = offering.offered(rows, complaint, seen, dictionary, today, "fr")["allergy"]
        assert not found.is_value
        assert found.said == "aucun"

    def test_what_holds_of_a_day_is_only_read_the_day_after(self, alice: User, link: Link) -> None:
        complaint = link.complaint
        assert complaint is not None
        told_at_home(link, {"fever": False})
        dictionary = questions.sheet_in_force().dictionary
        rows = diary_gate.histories(alice, complaint)
        for days, is_value in ((0, True), (1, False)):
            today = timezone.localdate() + timedelta(days=days)
            seen = assessing.look(alice, complaint, today)
            found = offering.offered(rows, complaint, seen, dictionary, today, "fr")
            assert found["fever"].is_value is is_value

    def test_a_confirmation_that_was_undone_is_not_said_to_be_kept_again(
        self, alice: User, link: Link
    ) -> None:
        complaint, today = link.complaint, timezone.localdate()
        assert complaint is not None
        told_at_home(link, {"diabetes": "none"})
        press = sent(alice)
        for _ in range(2):  # sent twice, it is one
            offering.confirm(press, complaint, ['diabetes="none"'], MESO, today)
        asking.undo(sent(alice), complaint, press.token, today)
        with pytest.raises(ChangedMeanwhileError):
            offering.confirm(press, complaint, ['diabetes="none"'], MESO, today)
        assert "diabetes" not in assessing.look(alice, complaint, today).case.facts

    def test_a_stranger_reads_and_confirms_nothing(
        self, chloe: User, bob: User, link: Link
    ) -> None:
        complaint = link.complaint
        assert complaint is not None
        told_at_home(link, {"diabetes": "none"})
        assert diary_gate.histories(chloe, complaint) == []
        with pytest.raises(NotAllowedError):
            offering.confirm(
                sent(chloe), complaint, ['diabetes="none"'], MESO, timezone.localdate()
            )

    def test_it_is_read_with_its_complaint_and_its_alert(
        self, at_alice: Client, alice: User, link: Link
    ) -> None:
        complaint = link.complaint
        assert complaint is not None
        told_at_home(link, {RETENTION: True}, whole=False)
        text = at_alice.get(f"/complaints/{complaint.public_id}/before/").content.decode()
        assert "inachevé" in text
        alert = Alert.objects.get()
        assert 'href="/alerts/"' in text
        page_of_alert = at_alice.get(f"/alerts/{alert.public_id}/").content.decode()
        assert "queue de cheval" in page_of_alert
        assert f"/complaints/{complaint.public_id}/" in page_of_alert


class TestTheClinic:
    def test_a_link_is_shown_once_and_opens_the_questions(
        self, client: Client, bob: User, made: Made
    ) -> None:
        complaint, appointment = made.link.complaint, made.link.appointment
        assert complaint is not None
        assert appointment is not None
        client.force_login(bob)
        form = {"appointment": appointment.public_id, "token": str(uuid.uuid4())}
        address = f"/complaints/{complaint.public_id}/before/"
        for _ in range(2):  # sent twice it is one link
            text = client.post(address, form).content.decode()
        token = re.search(r"/s/([\w-]+)/", text)
        assert token is not None
        assert Link.objects.filter(purpose="history").count() == 2
        assert Phone().post(f"/s/{token[1]}/", BIRTH).status_code == 302
        assert client.post(address, {"appointment": "x"}).status_code == 422

    def test_a_link_is_sent_by_the_way_the_patient_agreed_to(
        self, browser_of: Callable[[User], Client], alice: User, settings: Any, tmp_path: Path
    ) -> None:
        settings.DATA = tmp_path
        (tmp_path / OF_DEMO).touch()
        with time_machine.travel(NOON):
            complaint = named(complaint_of(alice, BACK))
            appointment = awaited(alice, complaint)
            client = browser_of(alice)
            address = f"/complaints/{complaint.public_id}/before/"
            form = {
                "appointment": appointment.public_id, "send": "1", "token": str(uuid.uuid4())
            }  # fmt: skip
            assert client.post(address, form).status_code == 422  # no way to the patient yet
            values = {"kind": "self", "phone": "06 00 00 00 00"}
            contacting.add(sent(alice), complaint.patient, values)
            client.post(f"{address}reach/", {"channel": "sms", "token": str(uuid.uuid4())})
            for _ in range(2):
                assert client.post(address, form).status_code == 302
            message = Message.objects.get()
            reminding.deliver.call(message.public_id)
            again = {**form, "token": str(uuid.uuid4())}
            assert client.post(address, again).status_code == 422  # one a day
        (file,) = (tmp_path / "sms").glob("*.txt")
        text = file.read_text().partition("\n\n")[2]
        assert "/s/" in text
        assert "avant le rendez-vous du 28/11" in text
        for word in ("Lefèvre", "dos", "lombalgie"):
            assert word not in text
        message.refresh_from_db()
        assert (message.state, message.kind) == ("sent", "history")

    def test_what_is_sent_out_of_the_hours_leaves_at_the_next(self, alice: User) -> None:
        with time_machine.travel(NOON.replace(hour=20)):
            complaint = named(complaint_of(alice, BACK))
            values = {"kind": "self", "phone": "06 00 00 00 00"}
            contacting.add(sent(alice), complaint.patient, values)
            reaching.reach(sent(alice), complaint.patient, "sms")
            visit = awaited(alice, complaint)
            message = telling.send_history(alice, complaint, visit, uuid.uuid4())
            leaves = telling.leaves_at(message)
            work.do_all()
        message.refresh_from_db()
        assert leaves is not None
        assert (leaves.hour, leaves.date(), message.state) == (10, message.day, "waiting")
        with time_machine.travel(leaves + timedelta(minutes=1)):
            work.do_all()
        message.refresh_from_db()
        assert message.state == "sent"


def test_an_answer_is_changed_from_the_review(made: Made) -> None:
    phone = Phone()
    key = carried(at_home(phone, made))["key"]
    said = [json.dumps({"fact": RETENTION, "value": False})]
    again = page(phone, made, key=key, said=said, change=RETENTION)
    assert carried(again)["fact"] == RETENTION
    assert re.search(r'value="no"\s+checked', again.content.decode())


def test_a_name_told_at_home_is_stated_from_its_row(
    at_alice: Client, alice: User, link: Link
) -> None:
    told_at_home(link, {"allergy": {"names": ["Pénicilline"]}})
    complaint = link.complaint
    assert complaint is not None
    text = at_alice.get(f"/complaints/{complaint.public_id}/").content.decode()
    assert "Enregistrer l’allergie à Pénicilline" in text
    patient = link.patient.public_id
    form = at_alice.get(f"/patients/{patient}/allergies/new/?name={cover('Pénicilline')}").content
    assert 'value="Pénicilline"' in form.decode()
    medicine = at_alice.get(f"/patients/{patient}/medicines/new/?name={cover('Doliprane')}").content
    assert 'value="Doliprane"' in medicine.decode()
    strip = at_alice.get(f"/patients/{patient}/").content.decode()
    assert "Pénicilline" not in strip  # known nowhere else


def plain(answer: Any) -> str:
    """A page without what is of one asking."""
    return re.sub(r'value="[0-9a-zA-Z_-]{32,}"|nonce="[^"]*"', "", answer.content.decode())


def test_no_page_takes_what_was_told_for_what_is_known(
    at_alice: Client, alice: User, made: Made
) -> None:
    """The strip, the day, the facts, the assessment as it would be stored: as before."""
    complaint = made.link.complaint
    assert complaint is not None
    patient = complaint.patient.public_id
    places = (
        f"/patients/{patient}/",
        f"/patients/{patient}/facts/",
        f"/patients/{patient}/medicines/",
        f"/complaints/{complaint.public_id}/facts/",
        "/agenda/to-ask/",
        "/agenda/",
    )
    told = {"anticoagulant": "vka", "allergy": [], "medicines": {"names": ["Eliquis"]}}
    for place in places:
        at_alice.get(place)  # what is kept between requests is kept now
    with time_machine.travel(timezone.now(), tick=False):
        before = {place: plain(at_alice.get(place)) for place in places}
        told_at_home(opened(made), told)
        for place in places:
            assert plain(at_alice.get(place)) == before[place], place


def test_a_copy_says_that_it_was_told_and_states_no_fact(at_alice: Client, made: Made) -> None:
    told_at_home(opened(made), {"diabetes": "controlled"})
    copy = copy_of(at_alice, made.link.patient)
    bundle = json.loads(copy.read(next(n for n in copy.namelist() if n.endswith("json"))))
    told = [
        one["resource"]
        for one in bundle["entry"]
        if one["resource"]["resourceType"] == "QuestionnaireResponse"
    ]
    assert [one["item"][0]["linkId"] for one in told] == ["diabetes"]
    others = [one for one in bundle["entry"] if one["resource"] not in told]
    assert "diabetes" not in json.dumps(others)


def test_what_was_told_and_reassures_nobody_stands_out_in_its_row(alice: User, link: Link) -> None:
    told_at_home(
        link,
        {"night-pain": True, "diabetes": "none", "allergy": {"names": ["Noix"]},
         "immunosuppression": {"told": "yes"}, "osteoporosis": {"unknown": True}},
    )  # fmt: skip
    complaint = link.complaint
    assert complaint is not None
    today = timezone.localdate()
    seen = assessing.look(alice, complaint, today)
    rows, dictionary = diary_gate.histories(alice, complaint), questions.sheet_in_force().dictionary
    found = offering.offered(rows, complaint, seen, dictionary, today, "fr")
    assert {fact for fact, one in found.items() if not one.is_calm} == {
        "night-pain", "allergy", "immunosuppression"
    }  # fmt: skip


class TestANumberFarFromTheLast:
    """It is asked again, once, with both values said; “it is so” keeps it."""

    def ask(self, made: Made, alice: User, typed: str, **more: str) -> Any:
        state(alice, made.link.patient, inr=2.5)
        phone = Phone()
        key = carried(at_home(phone, made))["key"]
        said = '{"fact": "anticoagulant", "value": "vka"}'
        return page(phone, made, key=key, said=[said], fact="inr", value=typed, do="answer", **more)

    def test_it_is_asked_again_with_both_values(self, made: Made, alice: User) -> None:
        answer = self.ask(made, alice, "12,5")
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "2,5" in text
        assert f"{timezone.localdate():%d/%m/%Y}" in text
        assert 'name="sure" value="12.5"' in text
        assert 'value="12,5"' in text

    def test_it_is_so_goes_on(self, made: Made, alice: User) -> None:
        answer = self.ask(made, alice, "12,5", sure="12.5")
        assert answer.status_code == 200
        assert any("12.5" in said for said in carried(answer)["said"])

    def test_a_plausible_one_goes_on(self, made: Made, alice: User) -> None:
        assert self.ask(made, alice, "3,1").status_code == 200
