"""The alerts of patients at the clinic: seen by who follows them, taken, handed over, ended by
name; and the links that are handed to a patient."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from dolenti.access.actors import worker_at
from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.diary import alerts, following
from dolenti.diary.models import Alert, AlertEvent, Answer, Link
from dolenti.diary.reading import PROBLEM
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from dolenti.work import worker as work
from tests.web.diary import BORN, after, alert_of, answered, link_to, opened, treated
from tests.web.phones import Phone
from tests.web.world import clinic, colleague, open_every_weekday, sent, workday

PAULS = """
patient: {birth-date: 1961-05-14, sex: male}
complaint: {condition: knee-osteoarthritis, zone: knee, side: right, since: 2026-03-15}
facts: {}
"""


@pytest.fixture
def morning() -> Iterator[None]:
    """A Monday, two days before one at nine in the morning."""
    with time_machine.travel(datetime(2026, 11, 23, 7, tzinfo=ZoneInfo("Europe/Paris"))):
        yield


@pytest.fixture
def raised(alice: User) -> Alert:
    return alert_of(alice)


def page(browser: Client, alert: Alert) -> str:
    return str(browser.get(reverse("alert", args=[alert.public_id])).content.decode())


def press(browser: Client, name: str, alert: Alert, **said: Any) -> Any:
    said.setdefault("based_on", Alert.objects.get(pk=alert.pk).version)
    said.setdefault("token", str(uuid.uuid4()))
    return browser.post(reverse(name, args=[alert.public_id]), said)


def test_an_alert_stands_on_the_first_page_and_in_the_list_until_it_is_ended(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    first = browser.get(reverse("home"), follow=True).content.decode()
    assert "alerte de patient à examiner" in first
    told = browser.get(reverse("alerts")).content.decode()
    assert "À prendre en charge" in told
    assert reverse("alert", args=[raised.public_id]) in told
    assert "Aujourd’hui</span>" in re.sub(r"\s*\n\s*", "", told), "how urgent it is"
    contacting.add(sent(alice), raised.patient, {"kind": "self", "phone": "0601020304"})
    AlertEvent.objects.create(alert=raised, kind="call-wanted")
    AlertEvent.objects.create(alert=raised, kind="called")
    told = browser.get(reverse("alerts")).content.decode()
    for word in ('href="tel:0601020304"', "demande un appel", "dit avoir appelé"):
        assert word in told
    press(browser, "alert-not-reached", raised, note="Répondeur")
    with after(72):
        browser = browser_of(alice)
        assert "Patient non joint à temps" in browser.get(reverse("alerts")).content.decode()
    refused = press(browser, "alert-end", raised, outcome="not-reached", reason="Sans réponse")
    assert refused.status_code == 422
    assert Alert.objects.get(pk=raised.pk).state == Alert.State.RAISED
    press(browser, "alert-end", raised, outcome="seen-here", reason="Vu ce matin, pas de fièvre")
    assert "<strong>Consultation ici</strong>" in page(browser, raised)
    assert "<strong>Consultation ici</strong>" in browser.get(reverse("alerts")).content.decode()
    assert "Aucune alerte en cours" in browser.get(reverse("alerts")).content.decode()
    assert "Vu ce matin, pas de fièvre" in browser.get(reverse("alerts")).content.decode()


def test_the_page_says_what_the_patient_answered_and_who_looks_into_it(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    before = page(browser, raised)
    assert "Personne pour l’instant" in before
    assert "3/10" in before
    press(browser, "alert-take", raised)
    assert Alert.objects.get(pk=raised.pk).owner == alice
    assert "Personne pour l’instant" not in page(browser, raised)


def test_it_is_handed_to_a_colleague_and_every_step_stays(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    dora = colleague(alice, role=Role.NURSE)
    browser = browser_of(alice)
    press(browser, "alert-hand", raised, to=dora.public_id)
    press(browser, "alert-note", raised, note="Appelé, laissé un message")
    assert Alert.objects.get(pk=raised.pk).owner == dora
    kinds = list(AlertEvent.objects.filter(alert=raised).values_list("kind", flat=True))
    assert kinds == ["raised", "handed", "noted"]
    assert "Appelé, laissé un message" in page(browser, raised)


def test_a_note_that_reads_in_another_order_is_refused(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    answer = press(browser_of(alice), "alert-note", raised, note="Appelé \u202enu erutcel")
    assert answer.status_code in (409, 422)
    assert not AlertEvent.objects.filter(alert=raised, kind="noted").exists()


def test_it_is_handed_only_to_somebody_who_can_look_into_it(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    outsider = colleague(alice, "Emile")  # a practitioner in whose care the patient is not
    gone = colleague(alice, "Fanny", Role.NURSE)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    shown = page(browser, raised)
    for person in (outsider, gone):
        assert person.public_id not in shown
        assert press(browser, "alert-hand", raised, to=person.public_id).status_code == 422
    assert press(browser, "alert-hand", raised, to="nobody").status_code == 422
    assert Alert.objects.get(pk=raised.pk).owner is None


def test_an_alert_of_somebody_who_left_is_nobodys(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    dora = colleague(alice, role=Role.NURSE)
    browser = browser_of(alice)
    press(browser, "alert-hand", raised, to=dora.public_id)
    User.objects.filter(pk=dora.pk).update(is_active=False)
    assert "qui ne travaille plus ici" in page(browser, raised)
    with after(60):
        told = browser_of(alice).get(reverse("alerts")).content.decode()
    assert "Personne ne l’a prise à temps" in told


@pytest.mark.parametrize(
    "said,status",
    [
        ({"outcome": "", "reason": "Vu"}, 422),
        ({"outcome": "nothing-known", "reason": "Vu ce matin"}, 422),
        ({"outcome": "seen-here", "reason": " "}, 422),
        ({"outcome": "seen-here", "reason": "Vu ce matin", "based_on": 99}, 409),
    ],
)
def test_nothing_ends_without_how_and_why_nor_over_what_changed_meanwhile(
    alice: User, raised: Alert, browser_of: Callable[[User], Client], said: Any, status: int
) -> None:
    assert press(browser_of(alice), "alert-end", raised, **said).status_code == status
    assert Alert.objects.get(pk=raised.pk).state == Alert.State.RAISED


def test_a_practitioner_of_another_site_finds_nothing(
    raised: Alert, chloe: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(chloe)
    assert raised.public_id not in browser.get(reverse("alerts")).content.decode()
    assert browser.get(reverse("alert", args=[raised.public_id])).status_code == 404
    assert press(browser, "alert-take", raised).status_code == 404


def test_a_secretary_reads_no_alert(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    sophie = colleague(alice, "Sophie", Role.SECRETARY)
    assert browser_of(sophie).get(reverse("alerts")).status_code == 403


class TestLinks:
    @pytest.fixture
    def course(self, alice: User) -> Course:
        return treated(alice)

    def waits(self, browser: Client, course: Course) -> str:
        return str(browser.get(reverse("course-phone", args=[course.public_id])).content.decode())

    def test_a_link_is_shown_once_and_opens_the_form_of_its_patient(
        self, alice: User, course: Course, browser_of: Callable[[User], Client]
    ) -> None:
        with after(50):
            browser = browser_of(alice)
            assert 'name="window" value="h48"' in self.waits(browser, course)
            address = reverse("course-phone", args=[course.public_id])
            answer = browser.post(address, {"window": "h48", "anchor": "session-1"})
            assert answer.headers["Cache-Control"] == "no-store"
            (path,) = re.findall(r"<code[^>]*>\S*?(/s/\S+/)</code>", answer.content.decode())
            assert path not in self.waits(browser, course), "it is kept nowhere"
            phone = Phone()
            born = {"day": BORN.day, "month": BORN.month, "year": BORN.year}
            assert phone.post(path, born).status_code == 302
            assert Link.objects.get().opened_at is not None

    @pytest.mark.parametrize("window,anchor", [("h48", "session-9"), ("nothing", ""), ("", "")])
    def test_no_link_is_made_to_what_is_not_asked_now(
        self, alice: User, course: Course, browser_of: Callable[[User], Client],
        window: str, anchor: str,
    ) -> None:  # fmt: skip
        with after(50):
            answer = browser_of(alice).post(
                reverse("course-phone", args=[course.public_id]),
                {"window": window, "anchor": anchor},
            )
        assert answer.status_code == 422
        assert not Link.objects.exists()

    def test_what_was_answered_is_read_there_with_who_answered(
        self, alice: User, course: Course, browser_of: Callable[[User], Client]
    ) -> None:
        with after(50):
            answered(opened(link_to(alice, course)), by="Jeanne, sa fille")
            told = self.waits(browser_of(alice), course)
        assert "3/10" in told
        assert "Jeanne, sa fille" in told


def test_the_first_page_says_on_top_how_urgent_whose_and_by_when(
    alice: User, bob: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    title = "Alertes de patients que personne"
    for who in (alice, bob):
        first = browser_of(who).get(reverse("home"), follow=True).content.decode()
        top = first[first.index(title) :]
        top = top[: top.index("</section>")]
        assert first.index(title) < first.index("day-layout")
        assert "Aujourd’hui" in top
        assert raised.patient.birth_name.upper() in top.upper()
        assert " avant le " in top
        assert reverse("alert", args=[raised.public_id]) in top
    desk = colleague(alice, "Desk", Role.SECRETARY)
    assert title not in browser_of(desk).get(reverse("home"), follow=True).content.decode()
    press(browser_of(bob), "alert-take", raised)
    assert title not in browser_of(alice).get(reverse("home"), follow=True).content.decode()


def test_the_words_of_the_patient_come_before_what_they_may_mean(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    for whole in (page(browser, raised), browser.get(reverse("alerts")).content.decode()):
        told = whole[whole.index("<h1") :]  # below the strip, which names the danger on every page
        assert told.index("Fièvre") < told.index("Infection à rechercher")
        assert "à différer" in told
    (heading,) = re.findall(r"<h1>(.*?)</h1>", page(browser, raised), re.DOTALL)
    assert "Fièvre" in heading


H48 = {"window": "h48", "anchor": "session-1"}


class TestHeard:
    """What nobody answered: the number stands beside it, and what was heard is entered."""

    @pytest.fixture
    def course(self, alice: User) -> Course:
        return treated(alice)

    def listed(self, browser: Client) -> str:
        text = str(browser.get(reverse("alerts")).content.decode())
        return text.split('id="unanswered"')[1].split("</section>", maxsplit=1)[0]

    def heard(self, course: Course, window: str = "h48", anchor: str = "session-1") -> str:
        asked = f"window={window}&anchor={anchor}"
        return f"{reverse('course-heard', args=[course.public_id])}?{asked}"

    @pytest.mark.parametrize("hours", [50, 130])  # still asked; never answered
    def test_the_line_has_a_number_and_goes_once_something_was_heard(
        self, alice: User, course: Course, browser_of: Callable[[User], Client], hours: float
    ) -> None:
        with after(hours):
            browser = browser_of(alice)
            assert "Aucun numéro au dossier" in self.listed(browser)
            contacting.add(sent(alice), course.patient, {"kind": "self", "phone": "06 39 98 12 34"})
            assert 'href="tel:0639981234"' in self.listed(browser)
            address = self.heard(course)
            assert address.replace("&", "&amp;") in self.listed(browser)
            form = browser.get(address).content.decode()
            assert "tel:0639981234" in form
            said = {"pain-24h": "4", "pain-trend": "falling", "signs-early": ["none"]}
            said |= {"token": str(uuid.uuid4()), "by": "Jeanne, sa fille", **H48}
            for _ in range(2):  # sent twice it is once
                assert browser.post(address, said).status_code == 302
            made = Answer.objects.get()
            assert (made.author, made.link, made.answered_by) == (alice, None, "Jeanne, sa fille")
            assert made.answers == {"pain-24h": 4, "pain-trend": "falling", "signs-early": []}
            assert "/heard/" not in self.listed(browser)
            phone = browser.get(reverse("course-phone", args=[course.public_id]))
            assert "entendu et noté par l’équipe" in phone.content.decode()
        assert not Alert.objects.exists()

    def test_what_was_heard_is_judged_like_an_answer(
        self, alice: User, course: Course, browser_of: Callable[[User], Client]
    ) -> None:
        with after(50):
            browser = browser_of(alice)
            said = {"pain-24h": "8", "signs-early": ["fever"], "token": str(uuid.uuid4()), **H48}
            assert browser.post(self.heard(course), said).status_code == 302
            alert = Alert.objects.get()
            assert alert.urgency == "same-day"
            assert "8/10" in page(browser, alert)

    @pytest.mark.parametrize("said", [{}, {"pain-24h": "12", "signs-early": ["none"]}])
    def test_what_cannot_be_is_said_and_nothing_is_kept(
        self, alice: User, course: Course, browser_of: Callable[[User], Client], said: Any
    ) -> None:
        with after(50):
            said = {**said, "token": str(uuid.uuid4()), **H48}
            assert browser_of(alice).post(self.heard(course), said).status_code == 422
        assert not Answer.objects.exists()

    def test_no_other_question_is_entered(
        self, alice: User, course: Course, browser_of: Callable[[User], Client]
    ) -> None:
        with after(50):
            for window, anchor in (("h48", "session-9"), ("nothing", "x"), ("m1", "last")):
                answer = browser_of(alice).get(self.heard(course, window, anchor))
                assert answer.headers["Location"].endswith("/phone/")

    def test_the_beginning_is_entered_at_the_desk(
        self, alice: User, browser_of: Callable[[User], Client]
    ) -> None:
        planned = clinic(alice).with_course(days=[workday(7)]).course
        browser = browser_of(alice)
        listed = browser.get(reverse("course-phone", args=[planned.public_id])).content.decode()
        address = self.heard(planned, "baseline", "first")
        assert address.replace("&", "&amp;") in listed
        assert (
            browser.post(address, {"pain-24h": "7", "token": str(uuid.uuid4())}).status_code == 302
        )
        assert following.facts_of(planned, timezone.now())["baseline-nrs"] == 7.0


def test_an_alert_says_its_danger_in_a_few_words_as_grave_as_it_is_and_is_taken_from_the_list(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    """The suspected infection stood amber below questionnaires in red, with no button."""
    browser = browser_of(alice)
    told = browser.get(reverse("alerts")).content.decode()
    line = told[told.index(reverse("alert", args=[raised.public_id])) :].partition("</form>")[0]
    assert "tone-stop" in line
    assert "tone-stop" not in told[told.index('id="unanswered"') :].partition('id="ended"')[0]
    (bold,) = re.findall(r"<strong>([^<]*)</strong>", line)
    assert not re.search(r"[;:.]\s", bold)
    assert reverse("alert-take", args=[raised.public_id]) in line
    assert press(browser, "alert-take", raised).status_code == 302
    assert (
        reverse("alert-take", args=[raised.public_id])
        not in browser.get(reverse("alerts")).content.decode()
    )


def test_nobody_hands_an_alert_over_to_themselves(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    colleague(alice, "Bruno", Role.PRACTITIONER)
    told = page(browser_of(alice), raised)
    assert f'<option value="{alice.public_id}"' not in told


def told_to(browser: Client) -> str:
    """The red banner of the first page; empty where it is not there."""
    first = browser.get(reverse("home"), follow=True).content.decode()
    return first.partition('aria-labelledby="urgent"')[2].partition("</section>")[0]


class TestAnAlertThatSomebodyTookAndForgot:
    """A nurse took it, noted that nobody answered, and it stood for six weeks."""

    @pytest.fixture
    def forgotten(self, morning: None, raised: Alert, bob: User) -> Alert:
        open_every_weekday(raised.patient.site)
        with after(50):
            found = alerts.take(bob, raised, raised.version)
            return alerts.not_reached(bob, found, found.version, "Répondeur")

    def test_it_is_in_the_banner_and_is_taken_from_the_list(
        self, forgotten: Alert, alice: User, bob: User, browser_of: Callable[[User], Client]
    ) -> None:
        take = reverse("alert-take", args=[forgotten.public_id])
        with after(50.5):
            assert not told_to(browser_of(alice)), "somebody looks into it"
            assert take not in browser_of(alice).get(reverse("alerts")).content.decode()
        with after(24 * 44):
            for who in (alice, bob):
                top = told_to(browser_of(who))
                assert reverse("alert", args=[forgotten.public_id]) in top
                assert "à joindre avant le" in top
                listed = browser_of(who).get(reverse("alerts")).content.decode()
                assert take in listed
                assert bob.name in listed.partition(take)[0], "who has it"
            assert take in page(browser_of(bob), forgotten), "whoever forgot it takes it anew"
            assert press(browser_of(bob), "alert-take", forgotten).status_code == 302
            assert not told_to(browser_of(alice))
            forgotten.refresh_from_db()
            assert forgotten.call_again_at is not None
            assert forgotten.call_again_at > timezone.now(), "and calls again by a time"
        with after(24 * 46):
            assert told_to(browser_of(alice)), "forgotten again, it is nobody's again"

    def test_it_is_told_again_to_all_who_take_one_until_somebody_does(
        self, forgotten: Alert, alice: User, bob: User
    ) -> None:
        worker, begun = worker_at(alice.site), forgotten.call_again_at
        assert begun is not None
        told, again = [], 0
        for hour in range(1, 24 * 14):
            with time_machine.travel(begun + timedelta(hours=hour), tick=False):
                again = alerts.escalate(worker, timezone.now())
                assert not alerts.escalate(worker, timezone.now()), "once a time"
            if again:
                told.append(begun + timedelta(hours=hour))
        weeks = {at.isocalendar().week for at in told}
        assert len(weeks) >= 2
        assert len(told) > 20, "again and again"
        assert all(later - one >= timedelta(hours=1) for one, later in itertools.pairwise(told))
        assert all(at.isoweekday() < 6 for at in told[2:]), "nobody reads a mail on a closed day"
        last = forgotten.events.filter(kind="escalated").last()
        assert last is not None
        assert {alice.name, bob.name} <= set(last.note.split(", "))
        with time_machine.travel(told[-1] + timedelta(minutes=1), tick=False):
            now = Alert.objects.get()
            alerts.take(alice, now, now.version)
            assert not alerts.escalate(worker, timezone.now() + timedelta(minutes=30))


def test_an_alert_that_nobody_takes_is_told_again_in_opening_hours(
    morning: None, alice: User, raised: Alert
) -> None:
    open_every_weekday(alice.site)
    worker = worker_at(alice.site)
    counted = [
        alerts.escalate(worker, raised.since + timedelta(days=day, hours=1)) for day in (7, 14, 21)
    ]
    assert counted[1:] == [1, 1]
    assert not alerts.escalate(worker, raised.since + timedelta(days=21, hours=13)), "at night"


def test_the_most_urgent_stands_first_though_another_is_to_be_taken_before(
    alice: User, raised: Alert, browser_of: Callable[[User], Client]
) -> None:
    world = clinic(alice).with_complaint(PAULS).with_course(days=[workday(8)])
    paul = world.record.session.course
    with after(52):
        answered(opened(link_to(alice, paul)), PROBLEM, signs=["breathing"])
        grave = Alert.objects.get(course=paul)
        listed = browser_of(alice).get(reverse("alerts")).content.decode()
        both = [reverse("alert", args=[one.public_id]) for one in (grave, raised)]
        assert listed.index(f'"{both[0]}"') < listed.index(f'"{both[1]}"')
        top = told_to(browser_of(alice))
        assert top.index(f'"{both[0]}"') < top.index(f'"{both[1]}"')


def test_a_graver_sign_is_the_headline_and_the_history_says_who_lost_it(
    alice: User, bob: User, browser_of: Callable[[User], Client]
) -> None:
    course = treated(alice)
    with after(50):
        link = opened(link_to(alice, course))
        answered(link, signs_early=["fever", "redness"])
        first = Alert.objects.get()
        alerts.take(bob, first, first.version)
        answered(link, PROBLEM, signs=["breathing", "fever"])
        browser = browser_of(alice)
        told = page(browser, first)
    title = told.partition("<h1>")[2].partition("</h1>")[0]
    assert title.strip().lower().startswith("du mal à respirer")
    about = told.partition("</h1>")[2].partition("<strong>")[2].partition("</strong>")[0]
    assert "allergique" in about
    assert f"{bob.name} l’avait prise en charge et ne l’a plus" in told
    assert "devenue plus grave\u00a0: Immédiat" in told


def test_the_mail_says_how_soon_and_nothing_of_health(alice: User, bob: User) -> None:
    course = treated(alice)
    with after(50), translation.override("fr"):
        link = opened(link_to(alice, course))
        answered(link, signs_early=["fever"])
        answered(link, PROBLEM, signs=["breathing"])
        work.do_all()
    subjects = [one.subject for one in mail.outbox]
    assert subjects[0].startswith("Aujourd’hui\u00a0:")
    assert all(one.startswith("Immédiat\u00a0:") for one in subjects[1:])
    assert len(subjects) > 1
    for one in mail.outbox:
        assert one.subject.partition("\u00a0: ")[0] in one.body
        for word in ("fièvre", "respir", "genou", "Lefèvre"):
            assert word not in one.subject + one.body


def test_whoever_reads_an_alert_reads_the_message_there(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    course = treated(alice)
    with after(50):
        answered(opened(link_to(alice, course)), PROBLEM, signs=["other"], message="Je suis à bout")
        found = Alert.objects.get()
        listed = browser_of(alice).get(reverse("alerts")).content.decode()
        assert "Je suis à bout" in listed
        assert "Je suis à bout" in page(browser_of(alice), found)


def told_by_mail(user: User) -> int:
    """How many mails somebody was sent."""
    work.do_all()
    return sum(user.email in one.to for one in mail.outbox)


class TestWhatIsToldBesideAnAlertThatSomebodyTook:
    """Fever at 50 hours was taken by a nurse; what comes after is no graver, and is not lost."""

    @pytest.fixture
    def taken(self, morning: None, raised: Alert, bob: User) -> Alert:
        open_every_weekday(raised.patient.site)
        with after(50):
            return alerts.take(bob, raised, raised.version)

    def test_whoever_takes_it_speaks_to_the_patient_by_a_time(
        self, taken: Alert, alice: User, bob: User, browser_of: Callable[[User], Client]
    ) -> None:
        """A same-day alert: within three hours, or it is nobody's again."""
        by = taken.call_again_at
        assert by is not None
        assert not alerts.is_nobodys(taken, by)
        assert alerts.is_nobodys(taken, by + timedelta(minutes=1))
        with after(50.5):
            reached = alerts.reached(bob, taken, taken.version, "Pas de fièvre, vient demain.")
        assert not alerts.is_nobodys(reached, by + timedelta(days=9)), "it stays theirs"
        assert reached.state == Alert.State.RAISED

    def test_nobody_reaches_a_patient_without_a_word_of_what_they_said(
        self, taken: Alert, bob: User
    ) -> None:
        with pytest.raises(alerts.AlertRefusedError):
            alerts.reached(bob, taken, taken.version, " ")

    def test_a_new_sign_calls_who_has_it_and_they_speak_to_the_patient_anew(
        self, taken: Alert, bob: User
    ) -> None:
        with after(50.5):
            alerts.reached(bob, taken, taken.version, "Va mieux.")
        assert taken.course is not None
        before = told_by_mail(bob)
        with after(24 * 7):
            link = opened(link_to(bob, taken.course, "d7"))
            answered(link, PROBLEM, signs=["redness"], redness_size="spreading")
            taken.refresh_from_db()
            assert taken.owner == bob
            assert told_by_mail(bob) == before + 1
            assert taken.call_again_at is not None
            assert taken.call_again_at > timezone.now()

    def test_the_same_sign_again_calls_nobody(self, taken: Alert, bob: User) -> None:
        before, by = told_by_mail(bob), taken.call_again_at
        again = Alert.objects.get(pk=taken.pk)
        alerts._told(bob, {"course": again.course}, "same-day", list(again.alarms), {})
        again.refresh_from_db()
        assert (told_by_mail(bob), again.call_again_at) == (before, by)
