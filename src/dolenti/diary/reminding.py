"""The questions that wait are told to the patients, once each, within the hours, and never after an
answer, a withdrawal or a death.

A run looks at everybody in small groups, and writes a message down with the job that sends it in
one transaction; the job reads everything again just before it sends. However often either is
killed, no message is lost, and none is written twice: the database refuses it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from dolenti.access import audit, clock
from dolenti.access.actors import Actor, worker_at
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import day_in_words, local_day, to_local
from dolenti.calendar.opening import Region, public_holiday
from dolenti.diary import alerts, codes, following, links, reaching, senders
from dolenti.diary.models import Link, Message, Reach
from dolenti.diary.models.messages import ASKED, BY_HAND
from dolenti.guideline import diary as guided
from dolenti.guideline.diary.windows import Due
from dolenti.guideline.schedule import Closed
from dolenti.ledger import locking
from dolenti.records.models import Patient
from dolenti.treatment.models import Course

AT_ONCE: Final = 500
"""Patients that a run looks at together: memory stays flat however many there are."""
SUNDAY: Final = 7
State = Message.State


def remind(actor: Actor, now: datetime) -> int:
    """Write down the messages that go now at the actor's site, each with the job that sends it; how
    many."""
    site = actor.site
    insist(actor, Permission.REMIND, site.pk)
    written = 0
    with clock.at_site(site):
        content = following.content()
        if not content.rules.sending.is_open_at(to_local(now)):
            return 0
        rows = reaching.reached(site.pk).iterator(AT_ONCE)
        while group := list(islice(rows, AT_ONCE)):
            there = _with_address(group)
            due = _due([one.patient for one in there], site, now)
            for one in there:
                if one.patient_id in due:
                    course, goes = due[one.patient_id]
                    written += _write(actor, one, course, goes, now)
    return written


def _with_address(group: Iterable[Reach]) -> list[Reach]:
    """Those to whom a message can go and a link can open: with an address, and a birth date."""
    found = []
    for channel in (Reach.Channel.MAIL, Reach.Channel.SMS):
        theirs = [one for one in group if one.channel == channel and links.can_open(one.patient)]
        known = reaching.addresses_of([one.patient for one in theirs], channel)
        found += [one for one in theirs if one.patient_id in known]
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
        for one in Course.objects.filter(patient__in=known).select_related("complaint")
    }
    for one in courses.values():
        one.patient, one.site = known[one.patient_id], site
    given = following.records_of_all(courses.values())
    happened = following.between_all(courses.values())
    asked: dict[int, list[guided.Asked]] = {}
    for name, course in courses.items():
        between = happened[course.pk]
        timeline = following.timeline(course, given[course.pk], between)
        windows = guided.due(content, timeline, following.answered_of(between.answers), now)
        theirs = asked.setdefault(course.patient_id, [])
        theirs += [guided.Asked(name, one) for one in windows]
    gone: dict[int, list[guided.Gone]] = {}
    rows = Message.objects.filter(ASKED, patient__in=known)
    for row in rows.values_list(
        "patient_id", "course__public_id", "window", "anchor", "stage", "day"
    ):
        gone.setdefault(row[0], []).append(guided.Gone(*row[1:]))  # type: ignore[arg-type] # those of a course have a stage
    closed, found = closed_at(site), {}
    for patient, windows_of in asked.items():
        goes = guided.next_message(content, windows_of, gone.get(patient, ()), zone, closed, now)
        if goes is not None:
            found[patient] = courses[goes.course], goes
    return found


def closed_at(site: Site) -> Closed:
    """On which days a site sends nothing but what concerns safety: Sundays and holidays."""
    region = Region.of_zone(site.time_zone)

    def closed(day: date) -> bool:
        return day.isoweekday() == SUNDAY or public_holiday(day, region) is not None

    return closed


def _write(actor: Actor, reach: Reach, course: Course, goes: guided.Next, now: datetime) -> bool:
    """Write a patient's message down. What changed since it was worked out is seen before it is
    sent; what another worker wrote meanwhile the database refuses to write again."""
    patient = course.patient
    try:
        with writing(actor, Permission.REMIND, patient.site_id, patient_id=patient.public_id):
            locking.hold(patient)
            channel = _way(course, reach.channel, goes.due)
            if not channel or (not goes.due.window.safety and _was_written_to(patient, now)):
                return False
            link, key = _link(actor, course, goes)
            made = Message.objects.create(
                patient=patient, course=course, link=link, window=goes.due.window.id,
                anchor=goes.due.anchor, stage=goes.stage, kind=goes.message,
                channel=channel, key=key, day=local_day(now),
            )  # fmt: skip
            deliver.enqueue(made.public_id)
            return True
    except IntegrityError:
        return False


def _was_written_to(patient: Patient, now: datetime) -> bool:
    """Whether somebody sent the patient a message that counts today: any question waits then, but
    one of safety."""
    return Message.objects.filter(BY_HAND, patient=patient, day=local_day(now)).exists()


def _way(course: Course, channel: str, due: Due) -> str:
    """By which channel a question goes to whoever is asked by this one; empty where it waits until
    somebody looked at the address: whoever got it said that they are not the patient. Who only
    holds a link must not silence a question of safety: it goes by the other way, or, where there is
    none, once more by the same."""
    pressed = alerts.said_not_me(course, due)
    if not pressed:
        return channel
    if not due.window.safety or pressed > 1:
        return ""
    other = _other(channel)
    return next((str(o) for o in (other, channel) if reaching.address_of(course.patient, o)), "")


def _other(channel: str) -> str:
    return str(Reach.Channel.MAIL if channel == Reach.Channel.SMS else Reach.Channel.SMS)


def _link(actor: Actor, course: Course, goes: guided.Next) -> tuple[Link, uuid.UUID]:
    """The link of a message: a reminder leads to the one that the first message led to, as long as
    that still opens."""
    before = (
        Message.objects.filter(
            course=course, window=goes.due.window.id, anchor=goes.due.anchor,
            link__revoked_at=None, link__tries__lt=links.TRIES,
        ).select_related("link").order_by("-pk").first()
    )  # fmt: skip
    if before is not None:
        return before.link, before.key
    key = uuid.uuid4()
    return links.lay(actor, course, goes.due, key).link, key


@task
def deliver(public_id: str) -> None:
    """Send one message, unless it is not needed any more. Raises ``OSError`` where it is to be
    tried again."""
    found = Message.objects.select_related(
        "patient__site", "course__patient", "course__complaint", "course__site",
        "link__patient__site", "link__complaint", "link__appointment", "link__course__site",
    ).filter(public_id=public_id, state=State.WAITING).first()  # fmt: skip
    if found is None:
        return
    actor = worker_at(found.patient.site)
    with clock.at_site(found.patient.site):
        now = timezone.now()
        if not senders.is_there(found.channel):  # taken out of the settings since it was written
            _over(actor, found, State.FAILED)
            return
        to = reaching.address_of(found.patient, found.channel)
        if not to or not _is_needed(found, now):
            _over(actor, found, State.NOT_NEEDED)
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
    try:
        senders.sender_of(message.channel)(to, subject, text, message.public_id)
    except senders.BouncedError:
        return False
    return True


def _is_of_safety(message: Message) -> bool:
    windows = following.content().windows
    return any(one.safety and one.id == message.window for one in windows)


def _ways(message: Message, to: str) -> Iterator[tuple[str, str]]:
    """By which channel and to which address a message goes, until one takes it: its own; and of a
    question of safety the other, where the patient agreed to that one too."""
    own = message.channel
    yield own, to
    if _is_of_safety(message):
        other = _other(own)
        address = reaching.address_of(message.patient, other)
        if address and reaching.agreed(message.patient, other):
            yield other, address


def _is_needed(message: Message, now: datetime) -> bool:
    """Whether all still stands: the hour, the way, the question; of a code, that it opens."""
    if message.kind == codes.KIND:
        return codes.is_awaited(message, now)
    sending = following.content().rules.sending
    standing = reaching.of(message.patient)
    return (
        sending.is_open_at(to_local(now))
        and standing is not None
        and standing.channel != Reach.Channel.NONE
        and links.is_live(message.link, now)
        and _waits(message, standing.channel, now)
    )


def _waits(message: Message, channel: str, now: datetime) -> bool:
    """Whether what it is about still waits, and goes by this way to whoever is asked by a channel;
    a link for another purpose waits as long as it opens."""
    course = message.course
    if course is None:
        return channel == message.channel and not following.stops_of(message.patient)
    due = following.window_of(course, message.window, message.anchor, now)
    if due is None or due.status not in following.WAITING:
        return False
    return _way(course, channel, due) == message.channel


def _over(actor: Actor, message: Message, state: str) -> None:
    patient = message.patient
    with writing(actor, Permission.REMIND, patient.site_id, patient_id=patient.public_id):
        locking.hold(patient)
        waiting = Message.objects.filter(pk=message.pk, state=State.WAITING)
        if waiting.update(state=state, over_at=timezone.now(), channel=message.channel):
            audit.record(
                "send-message",
                actor=actor,
                outcome=audit.FAILED if state == State.FAILED else audit.DONE,
                kind="message",
                object_id=message.public_id,
                patient_id=patient.public_id,
                detail={"state": state, "channel": message.channel},
            )
            if state == State.FAILED and message.course is not None and _is_of_safety(message):
                alerts.watch_unreached(actor, message.course)


def composed(message: Message) -> tuple[str, str]:
    """The subject and the text of a message, in the patient's language: no word of health, and no
    name but the site's. A line whose field is not known is left out."""
    language = "en" if message.patient.language == "en" else "fr"
    text = next(one for one in following.content().messages if one.id == message.kind)
    address = settings.ADDRESS + reverse("phone", args=[links.token_of(message.key)])
    until = to_local(links.ends_at(message.link))
    day = when = day_in_words(until.date(), language)
    if message.link.appointment is not None:
        start = to_local(message.link.appointment.start)
        hour = hour_in_words(start.time(), language)
        when = f"{day_in_words(start.date(), language)}, {hour}"
        if message.channel == Reach.Channel.SMS:  # sixteen characters at most
            when = f"{start:%d/%m}, {hour}".replace("\u00a0", " ")
    fields = {
        "sender": message.patient.site.name,
        "link": address,
        "stop": f"{address}stop/",
        "expires": f"{day}, {hour_in_words(until.time(), language)}",
        "when": when,
        "code": codes.digits(message.key) if message.kind == codes.KIND else "",
        "phone": message.patient.site.phone,
    }
    if message.channel == Reach.Channel.SMS:
        return "", _filled([text.sms.in_language(language)], fields)
    body = text.mail.in_language(language).split("\n")
    return _filled([text.subject.in_language(language)], fields), _filled(body, fields)


def _filled(lines: Iterable[str], fields: dict[str, str]) -> str:
    missing = [f"{{{name}}}" for name, value in fields.items() if not value]
    said = (line for line in lines if not any(name in line for name in missing))
    return "\n".join(line.format(**fields) for line in said)
