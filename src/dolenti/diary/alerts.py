"""The alerts of patients: raised by an answer, taken by somebody, ended by a person for a reason.

Nothing else ends one: no later answer, no end of the course, no withdrawal from the follow-up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language

from dolenti.access import audit, clock, messages
from dolenti.access.actors import Actor, author_of
from dolenti.access.language import current
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission, Role
from dolenti.access.writing import insist, writing
from dolenti.agenda import timetable
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import clock as clock_in_words
from dolenti.calendar.moments import day_in_words, to_local
from dolenti.calendar.opening import Opening
from dolenti.diary import deadlines, following, links, said_back
from dolenti.diary.models import Alert, AlertEvent, Answer, History, Link, Reach, Wish
from dolenti.guideline import diary as guided
from dolenti.guideline.diary.shapes.alarms import AlertOutcome, Urgency, UrgencyId
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import RedFlag
from dolenti.ledger import locking, versions
from dolenti.records import gate
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Patient
from dolenti.treatment.models import Course

_About: TypeAlias = dict[str, Any]
"""What an alert is about: a course, a complaint or a link, by the name of its key."""
State, Kind = Alert.State, AlertEvent.Kind
CALL: Final[UrgencyId] = "soon"
"""How soon somebody is called who wishes it and has no alarm."""
WAITS: Final = "alert/waits"
"""The mail that says that an alert waits."""
NOTED: Final = "sign-noted"
"""Among the alarms of an alert: a sign that no rule makes an alarm of, and somebody reads."""
PASSED_ON: Final = "passed-on"
"""Among the alarms of an alert: a wish that the reception passed on."""
PASSED_ON_BY: Final[UrgencyId] = "same-day"
"""How soon it is read: nobody has judged yet what it says."""
NOT_ME: Final = "not-me"
"""Among the alarms of an alert: an address or a number that may not be the patient's."""
DEAD: Final = "address-dead"
"""Among the alarms of an alert: an address of the patient that takes no mail."""
CHECKED: Final = "reach-checked"
"""How an alert of an address ended: somebody looked at it."""
_CHECKED: Final = {"fr": "Coordonnées vérifiées", "en": "Address and number checked"}
_SIGNED: Final = {
    "fr": "Un consentement a été signé par ce lien\u00a0: vérifiez qui a signé",
    "en": "A consent was signed by this link: check who signed",
}
CALL_LATE: Final = 100
"""From this number on the steps of an escalation are those of patients who were not called again:
one an attempt."""
AGAIN_FROM: Final = 1000
"""From this number on they are the tellings again of what is still nobody's."""
LAST_STEP: Final = 32_767
"""The greatest number of a step that a database keeps."""
NO_MESSAGES: Final = following.NO_MESSAGES
UNREACHED: Final = following.UNREACHED
OF_MESSAGES: Final = frozenset({NO_MESSAGES, UNREACHED, NOT_ME, DEAD})
"""Alarms of how a patient is reached: of these the patient told nothing of how they are."""
AGAIN: Final = timedelta(minutes=10)
"""Pressed again within this time, a button was pressed twice."""


class AlertRefusedError(InputError):
    """The alert cannot take this step."""


UNANSWERED: Final[list[Callable[[Alert], bool]]] = []
"""Who writes to a patient whom nobody reached by telephone, and says whether a message goes
(``telling``)."""
HELD_BACK: Final[list[Callable[[Alert], Appointment | None]]] = []
"""Who knows the visit that an alert holds back (``holding``)."""


def urgency_of(name: str) -> Urgency:
    """What the edition in force says of an urgency."""
    return next(one for one in following.content().urgencies if one.id == name)


def watch(actor: Actor, answer: Answer, outcome: guided.Outcome) -> Alert | None:
    """Raise the alert of an answer, or add the answer to the one that stands, whatever it says.
    Inside the transaction that takes the answer, which holds the patient."""
    alarms = [one.id for one in outcome.alarms] + [NOTED] * bool(outcome.noted)
    urgency = outcome.urgency or (CALL if outcome.noted else None)
    return _told(actor, {"course": answer.course}, urgency, alarms, {"answer": answer})


def watch_history(
    actor: Actor, history: History, flags: Sequence[RedFlag], news: Collection[str]
) -> Alert | None:
    """Raise the alert of the red flags that a history told at home raised, or add it to the one
    that stands, whatever it says: an answer that was taken back stands there beside the first.
    ``news`` are the flags that its form had not raised before: what somebody ended is not raised
    again by the same answers. Inside the transaction that takes the history."""
    about: _About = {"complaint": history.complaint}
    urgency = flags[0].urgency if flags else None
    if standing_of(about) is None and not news:
        return None
    return _told(actor, about, urgency, [one.id for one in flags], {"history": history})


def _told(
    actor: Actor,
    about: _About,
    urgency: str | None,
    alarms: list[str],
    said: dict[str, Any],
) -> Alert | None:
    there = standing_of(about)
    if there is None and urgency is None:
        return None
    if there is None:
        assert urgency is not None
        made = _raise(actor, about, urgency, alarms)
        _event(made, Kind.RAISED, alarms=alarms, **said)
        _call(made, 0)
        return made
    was, news = there.owner, [one for one in alarms if one not in there.alarms]
    graver = _grow(there, urgency, alarms)
    more = {"urgency": there.urgency, "to": was} if graver else {}
    _event(there, Kind.ADDED, alarms=alarms, **more, **said)
    if graver:
        _call(there, 0)
    elif news and urgency is not None:
        _call_for_more(there, urgency)
    _tell("add-to-alert", actor, there)
    return there


def watch_not_me(actor: Actor, link: Link, ways: Collection[str]) -> Alert:
    """Whoever holds the phone of a link says that they are not the patient: raise the alert of the
    patient's address, or add it to the one that stands. Nothing goes by these ``ways`` while it
    does. Inside the transaction that ends the link, which holds the patient."""
    there = _of_address(actor, link, NOT_ME, ways)
    note = _SIGNED[current()] if link.consent_id is not None else ""
    _event(there, Kind.NOT_ME, link=link, note=note)
    _tell("say-not-me", actor, there)
    return there


def watch_returned(actor: Actor, link: Link) -> Alert:
    """The mail that led to a link came back, for its address takes none: raise the alert of the
    patient's address, or add it to the one that stands. No mail goes while it does. Inside the
    transaction that notes it, which holds the patient."""
    there = _of_address(actor, link, DEAD, [Reach.Channel.MAIL])
    _event(there, Kind.RETURNED, link=link)
    _tell("return-mail", actor, there)
    return there


def _of_address(actor: Actor, link: Link, alarm: str, ways: Collection[str]) -> Alert:
    there = standing_of_address(link.patient)
    if there is None:
        there = _raise(actor, {"link": link}, CALL, [alarm])
        _call(there, 0)
    else:
        _grow(there, CALL, [alarm])  # nothing is less urgent
    held = {
        name: True
        for name, way in (("holds_mail", Reach.Channel.MAIL), ("holds_sms", Reach.Channel.SMS))
        if way in ways
    }
    Alert.objects.filter(pk=there.pk).update(version=F("version") + 1, **held)
    return there


def said_not_me(courses: Collection[Course]) -> Counter[tuple[int, str, str]]:
    """How many links to a window were said to have reached somebody else, since somebody last
    looked at the address: by the course’s row, the window and its anchor. One query."""
    pressed = AlertEvent.objects.filter(
        kind=Kind.NOT_ME,
        alert__state=State.RAISED,
        link__course__among=[one.pk for one in courses],
    )
    return Counter(pressed.values_list("link__course_id", "link__window", "link__anchor"))


def watch_declined(actor: Actor, courses: Collection[Course]) -> None:
    """Whoever holds a link, and gave no birth date, wants no more messages: of each of these
    courses somebody confirms it with the patient. Inside the transaction that writes it, which
    holds the patient."""
    for course in courses:
        there = standing_of({"course": course})
        if there is None:
            there = _raise(actor, {"course": course}, CALL, [NO_MESSAGES])
            _call(there, 0)
        else:
            _grow(there, CALL, [NO_MESSAGES])  # nothing is less urgent
        _event(there, Kind.DECLINED)
        _tell("decline-messages", actor, there)


def watch_unreached(actor: Actor, course: Course) -> None:
    """No address of a patient takes the question of safety of a course: somebody calls. Inside the
    transaction that writes it, which holds the patient."""
    about: _About = {"course": course}
    there = standing_of(about)
    if there is None or UNREACHED not in there.alarms:
        _told(actor, about, CALL, [UNREACHED], {})


def watch_wish(actor: Actor, wish: Wish) -> Alert:
    """The reception passes on a wish in which it read a word of health: whoever cares for the
    patient reads it today. Inside the transaction that settles the wish, which holds the
    patient."""
    there = Alert.objects.filter(wish=wish).first()
    if there is None:
        there = _raise(actor, {"wish": wish}, PASSED_ON_BY, [PASSED_ON])
        _event(there, Kind.PASSED_ON, person=author_of(actor), note=wish.note)
        _call(there, 0)
    return there


def watch_written(actor: Actor, about: _About, text: str, outcome: guided.Outcome) -> Alert | None:
    """Raise the alert of a word of danger in what a patient wrote freely, elsewhere than in an
    answer, or add it to the one that stands: of a course, or of a wish, which goes on waiting.
    Nothing where the text calls for nothing. Inside the transaction that keeps the text, which
    holds the patient."""
    if outcome.urgency is None:
        return None
    alarms = [one.id for one in outcome.alarms]
    return _told(actor, about, outcome.urgency, alarms, {"note": text[:1000]})


def open_of(patient: Patient) -> Alert | None:
    """The gravest alert of how a patient is that nobody has ended, whatever it is of. One query."""
    found = Alert.objects.filter(
        patient__in=gate.family(patient), state=State.RAISED, link__isnull=True
    )
    about_health = [one for one in found.order_by("-pk") if not set(one.alarms) <= OF_MESSAGES]
    order = guided.URGENCIES
    return min(about_health, key=lambda one: order.index(one.urgency), default=None)


def said_called(alert: Alert) -> bool:
    """Whether the patient said that they called, and told nothing new since."""
    told = (Kind.RAISED, Kind.ADDED, Kind.CALLED)
    last = alert.events.filter(kind__in=told).order_by("-pk").first()
    return last is not None and last.kind == Kind.CALLED


def want_call(actor: Actor, link: Link) -> Alert:
    """The patient wishes to be called: an alert, or a line of the one that stands. While one call
    is waited for another wish is none. Raises ``NotAllowedError``."""
    patient = link.patient
    with writing(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id):
        links.insist_own(actor, link)
        locking.hold(patient)
        about = _about(link)
        there = standing_of(about)
        if there is None:
            there = _raise(actor, about, CALL, [])
            _call(there, 0)
        elif said_back.call_awaited(there) is None:
            _call_for_more(there, CALL)
        if said_back.call_awaited(there) is None:
            _event(there, Kind.CALL_WANTED)
            _tell("want-call", actor, there)
        return there


def say_called(actor: Actor, link: Link) -> None:
    """The patient says that they called. It ends nothing. Raises ``NotAllowedError``."""
    patient = link.patient
    with writing(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id):
        links.insist_own(actor, link)
        locking.hold(patient)
        there = standing_of(_about(link))
        if there is not None:
            _once(actor, there, Kind.CALLED, "say-called")


def take(user: Actor, alert: Alert, based_on: int) -> Alert:
    """From now on it is this person who looks into it. Raises ``AlertRefusedError``,
    ``StaleEditError``, ``NotAllowedError``."""
    with writing_record(user, Permission.FOLLOW_UP, alert.patient):
        return _give(user, _held(alert), based_on, author_of(user), "take-alert", Kind.TAKEN)


def hand_over(user: Actor, alert: Alert, based_on: int, to: User | None) -> Alert:
    """It is another one of the site who looks into it, to whom the record is open. Raises as
    ``take`` does."""
    with writing_record(user, Permission.FOLLOW_UP, alert.patient):
        now = _held(alert)
        if to is None or not looks(to, now):
            raise AlertRefusedError(
                "hand it over to somebody of this site who looks into alerts and may open this "
                "record",
                "to",
                fr="transmettez-la à quelqu’un de ce site qui suit les alertes et peut ouvrir ce "
                "dossier",
            )
        return _give(user, now, based_on, to, "hand-alert", Kind.HANDED)


def looks(person: User, alert: Alert) -> bool:
    """Whether somebody can look into an alert now: of its site, there still, with the right to
    follow alerts and the record open to them."""
    return (
        person.is_active
        and person.site_id == alert.patient.site_id
        and person.may(Permission.FOLLOW_UP)
        and bool(gate.open_to([person], alert.patient))
    )


def is_taken(alert: Alert) -> bool:
    """Whether somebody looks into it. Who left, or follows no alerts any more, does not."""
    owner = alert.owner
    return owner is not None and owner.is_active and owner.may(Permission.FOLLOW_UP)


def is_nobodys(alert: Alert, now: datetime) -> bool:
    """Whether an open alert has nobody: nobody took it, who took it left, or the patient whom they
    did not reach is not called again in time."""
    return alert.state == State.RAISED and (not is_taken(alert) or is_call_late(alert, now))


def _give(
    user: Actor, alert: Alert, based_on: int, to: User, action: str, kind: AlertEvent.Kind
) -> Alert:
    now = timezone.now()
    late = is_call_late(alert, now)
    if alert.owner_id == to.pk and not late:
        return alert  # pressed twice
    values: dict[str, Any] = {"owner": to}
    if late:  # whoever takes it now calls the patient, by a time again
        values["call_again_at"] = _again_at(alert, now)
    elif alert.call_again_at is None and alert.link_id is None and not is_reached(alert):
        values["call_again_at"] = _reach_by(alert, alert.urgency, now)
    changed = _change(user, alert, based_on, values, action)
    _event(changed, kind, person=author_of(user), to=to if kind == Kind.HANDED else None)
    return changed


def note(user: Actor, alert: Alert, text: str) -> AlertEvent:
    """What was done or heard. Raises ``AlertRefusedError``, ``NotAllowedError``."""
    with writing_record(user, Permission.FOLLOW_UP, alert.patient):
        now = _held(alert)
        if not text.strip():
            raise AlertRefusedError("write what was done", "note", fr="écrivez ce qui a été fait")
        said, last = text.strip()[:1000], now.events.order_by("-pk").first()
        told = (last.kind, last.person, last.note) if last is not None else None
        if last is not None and told == (Kind.NOTED, author_of(user), said):
            return last  # sent twice
        _tell("note-alert", user, now)
        return _event(now, Kind.NOTED, person=author_of(user), note=said)


def reached(user: Actor, alert: Alert, based_on: int, text: str) -> Alert:
    """Somebody spoke to the patient, and what was heard: nobody is to call again, and the alert
    stays open until it is ended. Raises as ``take`` does."""
    with writing_record(user, Permission.FOLLOW_UP, alert.patient):
        now = _held(alert)
        if not text.strip():
            raise AlertRefusedError(
                "write what the patient said, or what was agreed",
                "note",
                fr="écrivez ce que le patient a dit, ou ce qui a été convenu",
            )
        said, last = text.strip()[:1000], now.events.order_by("-pk").first()
        told = (last.kind, last.person, last.note) if last is not None else None
        if told == (Kind.REACHED, author_of(user), said):
            return now  # sent twice
        values: dict[str, Any] = {"call_again_at": None}
        changed = _change(user, now, based_on, values, "reached-alert")
        _event(changed, Kind.REACHED, person=author_of(user), note=said)
        return changed


def is_reached(alert: Alert) -> bool:
    """Whether somebody spoke to the patient since they last told something."""
    told = (Kind.RAISED, Kind.ADDED, Kind.CALL_WANTED, Kind.REACHED)
    last = alert.events.filter(kind__in=told).order_by("-pk").first()
    return last is not None and last.kind == Kind.REACHED


def not_reached(user: Actor, alert: Alert, based_on: int, text: str) -> Alert:
    """Somebody tried to reach the patient and did not: the alert stays open, and they are called
    again by a time; after the third call they are also written to. Raises as ``take`` does."""
    with writing_record(user, Permission.FOLLOW_UP, alert.patient):
        current, at = _held(alert), timezone.now()
        again = {"call_again_at": _again_at(current, at)}
        changed = _change(user, current, based_on, again, "not-reached-alert")
        _event(changed, Kind.NOT_REACHED, person=author_of(user), note=text.strip()[:1000])
        if any(write(changed) for write in UNANSWERED):
            _event(changed, Kind.ASKED_BACK)
        return changed


def _reach_by(alert: Alert, urgency: str, now: datetime) -> datetime:
    with clock.at_site(alert.patient.site):
        return deadlines.reach_by(urgency_of(urgency), alert.patient.site, now)


def _again_at(alert: Alert, now: datetime) -> datetime:
    with clock.at_site(alert.patient.site):
        return deadlines.again_at(urgency_of(alert.urgency), alert.patient.site, now)


def attempts(alert: Alert) -> int:
    """How often somebody tried to reach the patient since it became as urgent as it is."""
    return alert.events.filter(kind=Kind.NOT_REACHED, created_at__gte=alert.since).count()


def outcomes(alert: Alert, tried: int) -> list[AlertOutcome]:
    """How an alert may end after so many ``attempts``."""
    every = following.content().alarm_rules.outcomes
    return [
        one for one in every if alert.urgency not in one.never_of and one.after_attempts <= tried
    ]


def is_call_late(alert: Alert, now: datetime) -> bool:
    """Whether somebody should have spoken to the patient by now, or called them again."""
    again = alert.call_again_at
    return alert.state == State.RAISED and again is not None and again < now


def may_end(user: Actor, alert: Alert) -> bool:
    """Whether somebody who follows alerts may end one as urgent as this."""
    return urgency_of(alert.urgency).closed_by != "practitioner" or user.may(Permission.PLAN)


def end(
    user: Actor, alert: Alert, based_on: int, outcome: str, reason: str, after: str = ""
) -> Alert:
    """End an alert, by name, with how it ended and why; and, of one that held a visit back, what
    becomes of that (``Alert.After``). The alert moves no visit. Raises as ``take`` does."""
    with writing_record(user, Permission.FOLLOW_UP, alert.patient):
        now = _held(alert)
        if now.link_id is not None:
            raise AlertRefusedError(
                "this alert is about an address: say that it was checked",
                fr="cette alerte porte sur des coordonnées\u00a0: dites qu’elles ont été vérifiées",
            )
        if outcome not in {one.id for one in outcomes(now, attempts(now))}:
            if outcome in {one.id for one in following.content().alarm_rules.outcomes}:
                raise AlertRefusedError(
                    "a patient who was not reached is called again: note the attempt, the alert "
                    "stays open",
                    "outcome",
                    fr="un patient non joint est rappelé\u00a0: notez l’essai, l’alerte reste "
                    "ouverte",
                )
            raise AlertRefusedError(
                "choose how it ended", "outcome", fr="choisissez comment elle s’est terminée"
            )
        if not reason.strip():
            raise AlertRefusedError(
                "no alert ends without a reason: write what was found",
                "reason",
                fr="aucune alerte n’est levée sans motif\u00a0: écrivez ce qui a été constaté",
            )
        if not may_end(user, now):
            raise AlertRefusedError(
                "an alert as urgent as this is ended by a practitioner: hand it over",
                "reason",
                fr="une alerte de cette urgence est levée par un praticien\u00a0: transmettez-la "
                "à l’un d’eux",
            )
        return _end(user, now, based_on, outcome, reason.strip(), _after(now, after))


def _after(now: Alert, after: str) -> dict[str, Any]:
    """What is kept of the visit that an alert held back. Raises ``AlertRefusedError`` where there
    is one and nothing is said of it."""
    visit = next((found for of in HELD_BACK if (found := of(now)) is not None), None)
    if visit is None:
        return {}
    if after not in Alert.After.values:
        raise AlertRefusedError(
            "this alert held the next visit back: say what becomes of it",
            "after",
            fr="cette alerte retenait la prochaine visite\u00a0: dites ce qu’elle devient",
        )
    return {"after": after, "after_visit": visit, "after_start": visit.start}


def end_checked(user: Actor, alert: Alert, based_on: int) -> Alert:
    """Somebody looked at the address of a patient: what was held back goes again, and its alert
    ends. Raises as ``take`` does."""
    with writing_record(user, Permission.FOLLOW_UP, alert.patient):
        now = _held(alert)
        if now.link_id is None:
            raise AlertRefusedError(
                "this alert is about care: end it with how it ended",
                fr="cette alerte porte sur les soins\u00a0: levez-la en disant comment elle s’est "
                "terminée",
            )
        return _end(user, now, based_on, CHECKED, _CHECKED[current()])


def _end(
    user: Actor,
    now: Alert,
    based_on: int,
    outcome: str,
    reason: str,
    after: Mapping[str, Any] | None = None,
) -> Alert:
    values = {
        "state": State.ENDED, "outcome": outcome, "reason": reason[:500],
        "ended_by": author_of(user), "ended_at": timezone.now(), **(after or {}),
    }  # fmt: skip
    changed = _change(user, now, based_on, values, "end-alert", reason=reason[:500])
    _event(changed, Kind.ENDED, person=author_of(user), note=reason[:1000])
    return changed


def escalate(actor: Actor, now: datetime) -> int:
    """Tell on what nobody took in time, each step once; how many steps. One site at a time.

    What is still nobody's after the last step, or after a patient who was to be called again was
    not, is told again and again to everyone who may take it, until somebody does.

    What holds messages back is told on even if somebody took it, and once more for each question of
    safety that ends unasked meanwhile: a hold that everybody forgot watches over nobody. So is,
    once an attempt, a patient who was not reached and is not called again in time."""
    site, told = actor.site, 0
    insist(actor, Permission.ESCALATE, site.pk)
    with clock.at_site(site):
        raised = Alert.objects.filter(patient__site=site, state=State.RAISED)
        for alert in raised.select_related("patient", "owner", "course").iterator(chunk_size=500):
            if is_call_late(alert, now):
                told += _escalated(actor, alert, CALL_LATE + attempts(alert), now)
            if is_nobodys(alert, now) and (again := _again(alert, now)) is not None:
                told += _escalated(actor, alert, min(AGAIN_FROM + again, LAST_STEP), now)
            if is_taken(alert) and not _holds(alert):
                continue
            steps = urgency_of(alert.urgency).escalation
            for number, step in enumerate(steps):
                if number and deadlines.escalates_at(site, step, alert.since) <= now:
                    told += _escalated(actor, alert, number, now)
            for more in range(_ended_unasked(alert, now)):
                told += _escalated(actor, alert, len(steps) + more, now)
    return told


def _begun(alert: Alert, opening: Opening) -> datetime:
    """When others were told last of an alert that is nobody's, before it is told again."""
    if is_taken(alert) and alert.call_again_at is not None:
        return alert.call_again_at
    urgency, site = urgency_of(alert.urgency), alert.patient.site
    return deadlines.told_through(site, urgency, alert.since, opening)


def _again(alert: Alert, now: datetime) -> int | None:
    opening = timetable.opening_of(alert.patient.site)
    if deadlines.open_from(opening, now) > now:
        return None
    return deadlines.again(urgency_of(alert.urgency), alert.since, _begun(alert, opening), now)


def _holds(alert: Alert) -> bool:
    return alert.holds_mail or alert.holds_sms


def _ended_unasked(alert: Alert, now: datetime) -> int:
    """How many questions of safety ended since an alert holds messages back."""
    if not _holds(alert):
        return 0
    courses = Course.objects.filter(patient__in=gate.family(alert.patient))
    return sum(
        due.window.safety and due.status == "expired" and due.expires > alert.since
        for course in courses.select_related("patient", "site", "complaint")
        for due in following.due_of(course, now)
    )


def _escalated(actor: Actor, alert: Alert, number: int, at: datetime) -> bool:
    this = {"urgency": alert.urgency, "step": number}
    if AlertEvent.objects.filter(alert=alert, kind=Kind.ESCALATED, **this).exists():
        return False
    patient = alert.patient
    try:
        with writing(actor, Permission.ESCALATE, patient.site_id, patient_id=patient.public_id):
            locking.hold(patient)
            now = Alert.objects.select_related("owner", "patient", "course").get(pk=alert.pk)
            if now.state != State.RAISED or now.urgency != alert.urgency:
                return False
            if not is_nobodys(now, at) and not _holds(now):
                return False
            called = ", ".join(one.name for one in _call(now, number))
            _event(now, Kind.ESCALATED, note=called[:1000], **this)
            _tell("escalate-alert", actor, now)
            return True
    except IntegrityError:
        return False  # somebody else told it at the same moment


def next_call(alert: Alert, now: datetime) -> datetime | None:
    """When others are told on next, of an alert that is nobody's."""
    if not is_nobodys(alert, now):
        return None
    site, urgency, ahead = alert.patient.site, urgency_of(alert.urgency), []
    with clock.at_site(site):
        opening = timetable.opening_of(site)
        if not is_taken(alert):
            steps = urgency.escalation[1:]
            ahead = [deadlines.escalates_at(site, one, alert.since, opening) for one in steps]
        begun = _begun(alert, opening)
        again = deadlines.next_again(opening, urgency, alert.since, begun, now)
    return min((at for at in [*ahead, again] if at > now), default=None)


def standing(link: Link) -> Alert | None:
    """The alert that nobody has ended, of what a link is about."""
    return standing_of(_about(link))


def standing_of(about: _About) -> Alert | None:
    """The alert of a course, or of a complaint, that nobody has ended."""
    return Alert.objects.filter(state=State.RAISED, **about).first()


def standing_of_address(patient: Patient) -> Alert | None:
    """The alert of an address of a patient, or of a record merged with theirs, that nobody has
    ended."""
    about = {"patient__in": gate.family(patient), "link__isnull": False, "state": State.RAISED}
    return Alert.objects.filter(**about).first()


def _about(link: Link) -> _About:
    return {"course": link.course} if link.course is not None else {"complaint": link.complaint}


def _patient_of(about: _About) -> Patient:
    """Whose course, complaint or link it is."""
    (one,) = about.values()
    patient: Patient = one.patient
    return patient


def _held(alert: Alert) -> Alert:
    locking.hold(alert.patient)
    now = Alert.objects.select_related("patient__site", "owner").get(pk=alert.pk)
    if now.state != State.RAISED:
        raise AlertRefusedError(
            "this alert is ended: it stays as it is", fr="cette alerte est levée\u00a0: elle reste "
            "telle quelle",
        )  # fmt: skip
    return now


def _change(
    user: Actor, alert: Alert, based_on: int, values: dict[str, Any], action: str, reason: str = ""
) -> Alert:
    return versions.change(
        user, alert, based_on, values,
        patient_id=alert.patient.public_id, action=action, reason=reason,
    )  # fmt: skip


def _raise(actor: Actor, about: _About, urgency: str, alarms: list[str]) -> Alert:
    now, patient = timezone.now(), _patient_of(about)
    with clock.at_site(patient.site):
        due_at = deadlines.take_by(patient.site, urgency_of(urgency), now)
    made = Alert.objects.create(
        patient=patient, alarms=alarms, urgency=urgency, since=now,
        due_at=due_at, edition=snapshot_in_force(), **about,
    )  # fmt: skip
    _tell("raise-alert", actor, made)
    return made


def _grow(alert: Alert, urgency: str | None, alarms: list[str]) -> bool:
    """What another answer calls for beside. A graver one has to be taken anew, by its own limit:
    whether it is."""
    news: dict[str, Any] = {
        "alarms": [*alert.alarms, *(a for a in alarms if a not in alert.alarms)]
    }
    order = guided.URGENCIES
    if urgency is not None and order.index(urgency) < order.index(alert.urgency):
        now = timezone.now()
        with clock.at_site(alert.patient.site):
            due_at = deadlines.take_by(alert.patient.site, urgency_of(urgency), now)
        news |= {
            "urgency": urgency, "owner": None, "since": now, "due_at": min(due_at, alert.due_at)
        }  # fmt: skip
    Alert.objects.filter(pk=alert.pk).update(version=F("version") + 1, **news)
    alert.refresh_from_db()
    return "urgency" in news


def _call_for_more(alert: Alert, urgency: str) -> None:
    """Something new, and no graver than what stands: whoever has the alert hears of it at once, and
    speaks to the patient by a time again. Where nobody has it, those who were told first are told
    again."""
    if not is_taken(alert):
        _call(alert, 0)
        return
    by = _reach_by(alert, urgency, timezone.now())
    by = min(by, alert.call_again_at or by)
    Alert.objects.filter(pk=alert.pk).update(version=F("version") + 1, call_again_at=by)
    alert.refresh_from_db()
    owner = alert.owner
    assert owner is not None, "it is taken"
    _mail(alert, [owner])


def _call(alert: Alert, number: int) -> list[User]:
    """Tell by mail those whom a step of the escalation names: that an alert waits, and how soon,
    and nothing of whose it is or of what. They are those who may take it."""
    steps = urgency_of(alert.urgency).escalation
    to = steps[min(number, len(steps) - 1)].to  # what comes after the last goes to the same
    called = _called(alert, to)
    _mail(alert, called, again=number >= AGAIN_FROM)
    return called


def _mail(alert: Alert, called: Collection[User], *, again: bool = False) -> None:
    site, language = alert.patient.site, get_language() or "fr"
    at = to_local(alert.since)
    since = f"{day_in_words(at.date(), language)}, {clock_in_words(at.time(), language)}"
    said = {"site": site.name, "since": since, "urgency": alert.urgency}
    if again:
        said["again"] = clock_in_words(to_local(timezone.now()).time(), language)
    for person in called:
        messages.tell(person, WAITS, said)


def _called(alert: Alert, to: Collection[str]) -> list[User]:
    """Of those of the site who follow alerts, those whom a step names; where there are none, the
    practitioner of the course; where they are not there either, everyone."""
    treating = _practitioner_of(alert)
    able = who_take(alert.patient.site)
    named = [one for one in able if any(_is(one, who, treating) for who in to)]
    return named or [one for one in able if one.pk == treating] or able


def who_take(site: Site) -> list[User]:
    """Who may take an alert at a site, and so is told of one."""
    there = User.objects.filter(site=site, is_active=True).order_by("pk")
    return [one for one in there if one.may(Permission.FOLLOW_UP)]


def _practitioner_of(alert: Alert) -> int | None:
    """The key of the practitioner of its course; before there is one, of whoever the patient comes
    to at the appointment that the history was told for."""
    if alert.course is not None:
        return alert.course.practitioner_id
    if alert.wish is not None:
        visit = alert.wish.appointment
        return visit.practitioner_id if visit else None
    link = alert.link
    led_to = None if link is None else link.course or link.appointment
    if led_to is not None:
        return led_to.practitioner_id
    told = alert.events.filter(history__isnull=False).order_by("-pk")
    found = told.values_list("history__link__appointment__practitioner", flat=True).first()
    if found is None:
        links_of = Link.objects.filter(complaint=alert.complaint).order_by("-pk")
        found = links_of.values_list("appointment__practitioner", flat=True).first()
    return found


def _is(person: User, who: str, practitioner: int | None) -> bool:
    """Whether somebody who follows alerts is whom a step names. Nobody is kept as the manager on
    duty: their step is told to everyone who may take the alert."""
    return {
        "nurse": person.role == Role.NURSE,
        "practitioner": person.pk == practitioner,
        "every-practitioner": person.role == Role.PRACTITIONER,
        "duty-manager": True,
    }[who]


def _event(alert: Alert, kind: AlertEvent.Kind, **said: Any) -> AlertEvent:
    return AlertEvent.objects.create(alert=alert, kind=kind, **said)


def _once(actor: Actor, alert: Alert, kind: AlertEvent.Kind, action: str) -> None:
    if _is_new(alert, kind):
        _event(alert, kind)
        _tell(action, actor, alert)


def _is_new(alert: Alert, kind: AlertEvent.Kind) -> bool:
    """Whether a button was not pressed a moment ago."""
    lately = alert.events.filter(kind=kind, created_at__gt=timezone.now() - AGAIN)
    return not lately.exists()


def _tell(action: str, actor: Actor, alert: Alert) -> None:
    audit.record(
        action,
        actor=actor,
        kind="alert",
        object_id=alert.public_id,
        patient_id=alert.patient.public_id,
        detail={"urgency": alert.urgency},
    )
