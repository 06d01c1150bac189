"""The questions that wait are told to the patients, once each, within the hours, and never after an
answer, a withdrawal or a death.

A run looks, in groups, at those whom the days let be asked something now (``awaiting``), and writes
the messages of a group down with the jobs that send them in one transaction; a job reads everything
again just before it sends. However often either is
killed, no message is lost, and none is written twice: the database refuses it. None is handed over
twice either: that it is being handed over is written first, and where a worker found it so later,
only a sender that keeps keys gets it again. Any other is in doubt, and somebody calls.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from dolenti.access import at_once, audit, clock
from dolenti.access.actors import Actor, worker_at
from dolenti.access.identifiers import new_public_id
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import insist, writing
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import day_bounds, day_in_words, local_day, to_local
from dolenti.diary import (
    alerts,
    awaiting,
    calling_back,
    codes,
    following,
    link_life,
    links,
    reaching,
    senders,
)
from dolenti.diary.hours import is_last_day, next_hour, tomorrow
from dolenti.diary.models import Message, Reach
from dolenti.diary.models.messages import ASKED, BY_HAND, COUNTED, UNCOUNTED
from dolenti.diary.noting import note
from dolenti.diary.quiet_days import closed_at
from dolenti.guideline import diary as guided
from dolenti.guideline.diary import sms
from dolenti.guideline.diary.windows import Due
from dolenti.identity.phone import as_read
from dolenti.ledger import locking
from dolenti.ledger.jobs import enqueue_all
from dolenti.records.models import Patient
from dolenti.treatment.models import Course

AT_ONCE: Final = 4_000
"""Patients that a run looks at together: memory stays flat however many there are. Of so many keys
a database reads a table once from end to end, and not once for every few hundred of them."""
WRITTEN_AT_ONCE: Final = 1_000
"""Messages that are written together: whoever writes to one of these patients waits so long."""
AFTER_THE_REST: Final = -10
"""A run writes thousands of jobs: a code that somebody waits for, or an alert, goes before them."""
State = Message.State
NOT_OVER: Final = (State.WAITING, State.SENDING)
NOT_THERE: Final = (State.FAILED, State.IN_DOUBT)
"""What became of a message that nobody may take for received."""
# Of each patient a run looks at a few columns: most who are looked at get nothing today.
_OF_WAY: Final = ("channel", *(f"patient__{name}" for name in (
    "public_id", "site", "birth_date", "ins", "reference", "in_error", "absorbed_by",
)))  # fmt: skip
_OF_COURSE: Final = (
    "public_id", "site", "patient", "therapy", "complaint__in_error", "complaint__patient",
)  # fmt: skip


@dataclass(frozen=True)
class _Ready:
    """A message that goes to a patient by a way."""

    channel: str
    course: Course
    goes: guided.Next

    @property
    def about(self) -> tuple[int, str, str]:
        return self.course.pk, self.goes.due.window.id, self.goes.due.anchor


def remind(actor: Actor, now: datetime) -> int:
    """Write down the messages that go now at the actor's site, each with the job that sends it; how
    many."""
    site = actor.site
    insist(actor, Permission.REMIND, site.pk)
    written = 0
    with clock.at_site(site):
        if not following.content().rules.sending.is_open_at(to_local(now)):
            return 0
        asked = awaiting.reached(site, now)
        for start in range(0, len(asked), AT_ONCE):
            group = Reach.objects.filter(pk__among=asked[start : start + AT_ONCE])
            there = _with_address(group.select_related("patient").only(*_OF_WAY))
            due = _due([one.patient for one in there], site, now)
            ready = [_Ready(one.channel, *due[one.patient_id]) for one in there
                     if one.patient_id in due]  # fmt: skip
            for first in range(0, len(ready), WRITTEN_AT_ONCE):
                written += _write(actor, ready[first : first + WRITTEN_AT_ONCE], now)
    return written


def _with_address(group: Iterable[Reach]) -> list[Reach]:
    """Those to whom a message can go and a link can open: with an address, and a birth date."""
    theirs = [one for one in group if links.can_open(one.patient)]
    found = []
    for channel in (Reach.Channel.MAIL, Reach.Channel.SMS):
        by_it = [one for one in theirs if one.channel == channel]
        known = reaching.addresses_of([one.patient for one in by_it], channel)
        found += [one for one in by_it if one.patient_id in known]
        missing = [one for one in by_it if one.patient_id not in known]
        dead = reaching.dead([one.patient for one in missing], channel) if missing else set()
        for one in missing:
            if one.patient_id in dead and (other := reaching.way_of(one.patient, channel)):
                one.channel = other  # of this run; what its patient chose stands
                found.append(one)
    return found


def _due(
    patients: Collection[Patient], site: Site, now: datetime
) -> dict[int, tuple[Course, guided.Next]]:
    """The message that goes now to each of some patients of a site, and of which course, by the
    patient's row. Four queries."""
    content, zone = following.content(), ZoneInfo(site.time_zone)
    known = {one.pk: one for one in patients}
    courses = {
        one.public_id: one
        for one in Course.objects.filter(patient__among=known)
        .select_related("complaint")
        .only(*_OF_COURSE)
    }
    for course in courses.values():
        course.patient, course.site = known[course.patient_id], site
    given = following.sessions_of_all(courses.values())
    happened = following.between_all(courses.values())
    gone: dict[int, list[guided.Gone]] = {}
    told: dict[str, set[tuple[str, str]]] = {}
    rows = Message.objects.filter(ASKED, patient__among=known)
    for patient, *row in rows.values_list(
        "patient_id", "course__public_id", "window", "anchor", "stage", "day", "created_at"
    ):
        one = guided.Gone(*row)  # type: ignore[arg-type] # those of a course have a stage
        gone.setdefault(patient, []).append(one)
        told.setdefault(one.course, set()).add((one.window, one.anchor))
    asked: dict[int, list[guided.Asked]] = {}
    for name, course in courses.items():
        between = happened[course.pk]
        timeline = following.timeline_of(course, given[course.pk], between)
        answered = following.answered_of(between.answers)
        windows = guided.askable(content, timeline, answered, told.get(name, ()), now)
        theirs = asked.setdefault(course.patient_id, [])
        theirs += [guided.Asked(name, each) for each in windows]
    closed, found = closed_at(site), {}
    for patient, windows_of in asked.items():
        goes = guided.next_message(content, windows_of, gone.get(patient, ()), zone, closed, now)
        if goes is not None:
            found[patient] = courses[goes.course], goes
    return found


def _write(actor: Actor, ready: Sequence[_Ready], now: datetime) -> int:
    """Write messages down, each with its job; how many. What changed since they were worked out is
    seen before they are sent; what another worker wrote meanwhile is seen here, and the database
    refuses it besides: then the rest is written without it."""
    if not ready:
        return 0
    try:
        with writing(actor, Permission.REMIND, actor.site.pk):
            locking.hold(*(one.course.patient for one in ready))
            made = _made(actor, _still_ready(ready, now), now)
            enqueue_all(deliver.using(priority=AFTER_THE_REST), made)
            return len(made)
    except IntegrityError:
        half = len(ready) // 2
        return _write(actor, ready[:half], now) + _write(actor, ready[half:], now) if half else 0


def _still_ready(ready: Sequence[_Ready], now: datetime) -> list[_Ready]:
    """Those to whom nothing went meanwhile, by the way that stands. Somebody who sent the patient a
    message that counts today holds back any question but one of safety, and one that nobody told of
    and that ends before it could go on another day. Four queries."""
    patients, today = [one.course.patient_id for one in ready], local_day(now)
    rows = Message.objects.filter(patient__among=patients, day=today)
    asked, by_hand = (
        set(rows.filter(one).values_list("patient_id", flat=True)) for one in (ASKED, BY_HAND)
    )
    pressed = alerts.said_not_me([one.course for one in ready])
    given_up = reaching.given_up(patients)
    found = []
    for one in ready:
        patient, safety = one.course.patient_id, one.goes.due.window.safety
        channel = _way(one.course, one.channel, one.goes.due, pressed[one.about])
        if not safety and (patient, channel) in given_up:
            continue  # somebody was told to look at the address
        due, is_first = one.goes.due, one.goes.message == "answer-due"
        last = is_first and is_last_day(one.course.site, due.expires, today)
        if channel and patient not in asked and (safety or last or patient not in by_hand):
            found.append(replace(one, channel=channel))
    return found


def _made(actor: Actor, ready: Sequence[_Ready], now: datetime) -> list[str]:
    """The messages by their public ids, and the links that they lead to: a reminder leads to the
    one that the first message led to, as long as that still opens."""
    today = local_day(now)
    rows = Message.objects.filter(
        course__among=[one.course.pk for one in ready], link__revoked_at=None,
        link__tries__lt=link_life.TRIES,
    ).order_by("pk").values_list("course_id", "window", "anchor", "link_id", "key")  # fmt: skip
    leads = {row[:3]: row[3:] for row in rows}
    new = [links.ToLay(one.course, one.goes.due, uuid.uuid4())
           for one in ready if one.about not in leads]  # fmt: skip
    for asked, link in zip(new, links.lay_all(actor, new), strict=True):
        leads[asked.about] = link, asked.key
    named = [(one, new_public_id()) for one in ready]
    at_once.insert(Message, ({
        "public_id": name, "patient_id": one.course.patient_id, "course_id": one.course.pk,
        "link_id": leads[one.about][0], "window": one.goes.due.window.id,
        "anchor": one.goes.due.anchor, "stage": one.goes.stage, "kind": one.goes.message,
        "channel": one.channel, "key": leads[one.about][1], "day": today,
    } for one, name in named))  # fmt: skip
    return [name for _, name in named]


def _way(course: Course, channel: str, due: Due, pressed: int) -> str:
    """By which channel a question goes to whoever is asked by this one; empty where it waits until
    somebody looked at the address: whoever got it said (``pressed`` so often) that they are not the
    patient. Who only holds a link must not silence a question of safety: it goes by the other way,
    or, where there is none, once more by the same."""
    if not pressed:
        return channel
    if not due.window.safety or pressed > 1:
        return ""
    other = reaching.other_of(channel)
    return next((str(o) for o in (other, channel) if reaching.address_of(course.patient, o)), "")


@task
def deliver(public_id: str) -> None:
    """Send one message, unless it is not needed any more. Raises ``OSError`` where it is to be
    tried again."""
    found = sole(Message.objects.select_related(
        "patient__site", "course__patient", "course__complaint", "course__site",
        "link__patient__site", "link__complaint", "link__appointment", "link__course__site",
    ).filter(public_id=public_id, state__in=NOT_OVER))  # fmt: skip
    if found is None:
        return
    actor = worker_at(found.patient.site)
    with clock.at_site(found.patient.site):
        now = timezone.now()
        again = found.state == State.SENDING  # a worker was killed while it was handed over
        if not senders.is_there(found.channel):  # taken out of the settings since it was written
            _over(actor, found, State.IN_DOUBT if again else State.FAILED)
            return
        if again and not senders.keeps_keys(found.channel):
            _over(actor, found, State.IN_DOUBT)
            return
        if _waits_for_the_hour(found, now):
            deliver.using(run_after=next_hour(found.patient.site, now)).enqueue(public_id)
            return
        to = reaching.address_of(found.patient, found.channel)
        if not to or not _is_needed(found, now):
            _over(actor, found, State.IN_DOUBT if again else State.NOT_NEEDED)
            return
        if not _may_go_today(found, now):
            deliver.using(run_after=next_hour(found.patient.site, tomorrow(now))).enqueue(public_id)
            return
        tried = found.channel
        for channel, address in _ways(found, to):
            found.channel = channel
            if _went(found, address):
                _over(actor, found, State.SENT)
                return
        found.channel = tried
        _over(actor, found, State.FAILED)


def _went(message: Message, to: str) -> bool:
    """Whether an address took it. Raises ``OSError`` where it is to be tried again."""
    subject, text = composed(message)
    rows = Message.objects.filter(pk=message.pk, state__in=NOT_OVER)
    to_whom = reaching.mark_of(to)
    if not rows.update(state=State.SENDING, channel=message.channel, sent_to=to_whom):
        return False  # another worker had it meanwhile
    try:
        senders.sender_of(message.channel)(to, subject, text, message.public_id)
    except senders.BouncedError:
        return False
    except OSError:
        rows.update(state=State.WAITING)
        raise
    return True


def _is_of_safety(message: Message) -> bool:
    windows = following.content().windows
    return any(one.safety and one.id == message.window for one in windows)


def _ways(message: Message, to: str) -> Iterator[tuple[str, str]]:
    """By which channel and to which address a message goes, until one takes it: its own; and the
    other, where the patient agreed to that one too, of a question of safety, and of any other where
    the last one bounced as well."""
    own = message.channel
    yield own, to
    if _is_of_safety(message) or reaching.bounced(message.patient, own):
        other = reaching.other_of(own)
        address = reaching.address_of(message.patient, other)
        if address and reaching.agreed(message.patient, other):
            yield other, address


def _is_needed(message: Message, now: datetime) -> bool:
    """Whether all still stands: the hour, the way, the question; of a code, that it opens."""
    if message.kind == codes.KIND:
        return codes.is_awaited(message, now)
    if message.kind == calling_back.KIND:
        return calling_back.is_awaited(message, now)
    sending = following.content().rules.sending
    standing = reaching.of(message.patient)
    return (
        sending.is_open_at(to_local(now))
        and _is_of_today(message, now)
        and standing is not None
        and standing.channel != Reach.Channel.NONE
        and link_life.is_live(message.link, now)
        and _waits(message, reaching.way_of(message.patient, standing.channel), now)
    )


def _waits_for_the_hour(message: Message, now: datetime) -> bool:
    """Whether what somebody sent by hand comes to be sent outside the hours, its worker having been
    away: it waits for the next. What is sent whatever the hour does not, nor a question, which the
    next run writes anew."""
    if message.course_id is not None or message.kind in (codes.KIND, calling_back.KIND):
        return False
    if message.state != State.WAITING:
        return False
    return not following.content().rules.sending.is_open_at(to_local(now))


def _is_of_today(message: Message, now: datetime) -> bool:
    """Whether a question that was written down for a day goes on that day, and on a day on which it
    may. A worker that was away sends none of yesterday's: the next run writes it anew, for its own
    day, and a patient gets one."""
    if message.course is None:
        return True
    today = local_day(now)
    may = _is_of_safety(message) or not closed_at(message.patient.site)(today)
    return message.day == today and may


def _may_go_today(message: Message, now: datetime) -> bool:
    """Whether what is no question of a course may go on this day: a worker that was away meanwhile
    sends it on no Sunday, and what counts not beside another one that does. It is somebody’s, and
    waits. A code that somebody waits for goes on any day."""
    if message.course is not None or message.kind == codes.KIND:
        return True
    if closed_at(message.patient.site)(local_day(now)):
        return False
    begins, ends = day_bounds(local_day(now))
    others = Message.objects.filter(COUNTED, patient=message.patient).exclude(pk=message.pk)
    beside = Q(over_at__gte=begins, over_at__lt=ends, state=State.SENT) | (
        ASKED & Q(day=local_day(now), state__in=NOT_OVER)
    )
    return message.kind in UNCOUNTED or not others.filter(beside).exists()


def _waits(message: Message, channel: str, now: datetime) -> bool:
    """Whether what it is about still waits, and goes by this way to whoever is asked by a channel;
    a link for another purpose waits as long as it opens."""
    course = message.course
    if course is None:
        return channel == message.channel and not following.stops_of(message.patient)
    due = following.window_of(course, message.window, message.anchor, now)
    if due is None or due.status not in following.WAITING:
        return False
    pressed = alerts.said_not_me([course])[course.pk, due.window.id, due.anchor]
    return _way(course, channel, due, pressed) == message.channel


def _over(actor: Actor, message: Message, state: str) -> None:
    patient = message.patient
    with writing(actor, Permission.REMIND, patient.site_id, patient_id=patient.public_id):
        locking.hold(patient)
        waiting = Message.objects.filter(pk=message.pk, state__in=NOT_OVER)
        if waiting.update(state=state, over_at=timezone.now(), channel=message.channel):
            outcome = audit.FAILED if state in NOT_THERE else audit.DONE
            note(actor, message, outcome, state=state, channel=message.channel)
            if state in NOT_THERE:
                look_into(actor, message)


def look_into(actor: Actor, message: Message) -> None:
    """Somebody looks into a message that may not be there, where its patient has to be reached.
    Inside the transaction that notes it, which holds the patient."""
    if message.course is not None and _is_unreached(message):
        alerts.watch_unreached(actor, message.course)


def _is_unreached(message: Message) -> bool:
    """Whether somebody has to look into a message of a course that may not be there: a question of
    safety that still waits, or the second one that a number or an address did not take."""
    if not _is_of_safety(message):
        return senders.is_there(message.channel) and reaching.bounced(
            message.patient, message.channel, times=2
        )
    assert message.course is not None
    due = following.window_of(message.course, message.window, message.anchor, timezone.now())
    return due is not None and due.status in following.WAITING


def composed(message: Message) -> tuple[str, str]:
    """The subject and the text of a message, in the patient's language: no word of health, and no
    name but the site's. A line whose field is not known is left out."""
    language = "en" if message.patient.language == "en" else "fr"
    text = next(one for one in following.content().messages if one.id == message.kind)
    address = settings.ADDRESS + reverse(
        "phone", args=[links.token_into(message.link, message.key)]
    )
    until = to_local(link_life.ends_at(message.link))
    day = when = day_in_words(until.date(), language)
    is_short = message.channel == Reach.Channel.SMS  # sixteen characters at most
    if is_short:
        when = f"{until:%d/%m}"
    if message.link.appointment is not None:
        start = to_local(message.link.appointment.start)
        day_of = f"{start:%d/%m}" if is_short else day_in_words(start.date(), language)
        when = f"{day_of}, {hour_in_words(start.time(), language)}"
    fields = {
        "sender": message.patient.site.name,
        "link": address,
        "stop": f"{address}stop/",
        "expires": f"{day}, {hour_in_words(until.time(), language)}",
        "when": when,
        "code": codes.digits(message.key) if message.kind == codes.KIND else "",
        "phone": as_read(message.patient.site.phone),
    }
    if is_short:
        length = following.content().message_rules.sms_length
        return "", sms.filled(text.sms.in_language(language), fields, length)
    body = text.mail.in_language(language).split("\n")
    return _filled([text.subject.in_language(language)], fields), _filled(body, fields)


def _filled(lines: Iterable[str], fields: dict[str, str]) -> str:
    missing = [f"{{{name}}}" for name, value in fields.items() if not value]
    said = (line for line in lines if not any(name in line for name in missing))
    return "\n".join(line.format(**fields) for line in said)
