"""The questions of safety that nobody answered: due, overdue or expired, of what was given lately,
also of patients to whom no message goes. Whoever follows patients calls them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.diary import following
from dolenti.diary.models import Alert, AlertEvent, Answer, Stop
from dolenti.guideline import diary as guided
from dolenti.guideline.diary import windows
from dolenti.guideline.diary.windows import Due
from dolenti.records import gate
from dolenti.treatment.models import Course, SessionRecord

LATELY: Final = timedelta(days=10)
"""How long a question that nobody answered is listed: the last of a session ends after five days,
and an expired one is not forgotten that evening."""
_UTC: Final = ZoneInfo("UTC")
SILENT: Final = ("due", "overdue", "expired")


@dataclass(frozen=True)
class Unanswered:
    """A question of safety without an answer."""

    course: Course
    due: Due


def of(user: Actor, now: datetime) -> list[Unanswered]:
    """Those of the patients whose record is open to the user, the longest silent first; one a
    course, the last that is due. Two queries."""
    if not user.may(Permission.FOLLOW_UP):
        return []
    lately = now - LATELY
    given = SessionRecord.objects.filter(
        session__course=OuterRef("session__course"), delivered_at__gt=lately
    )
    # What an alarm asks is due days after it: a week after a lump, and as long after that listed.
    called_for = lately - max(
        windows.bounds(one.due)[1] for one in following.content().windows if one.safety
    )
    called = AlertEvent.objects.filter(created_at__gt=called_for, kind__in=following.CALLED)
    alerts = Alert.objects.filter(course=OuterRef("session__course")).filter(
        Q(pk__in=called.values("alert")) | Q(ended_at__gt=called_for)
    )
    rows = SessionRecord.objects.filter(
        Exists(given) | Exists(alerts),
        gate.open_here(user, "session__course__patient"),
        amended_by=None,
        delivered_at__isnull=False,
    ).select_related("session__course__patient__site", "session__course__complaint")
    unread = ("pause", "preparation", "injected", "points", "happened")  # the large ones
    by_course: dict[int, list[SessionRecord]] = {}
    for one in rows.defer(*unread).order_by("delivered_at", "pk"):
        by_course.setdefault(one.session.course_id, []).append(one)
    if not by_course:
        return []
    courses = [records[0].session.course for records in by_course.values()]
    happened = following.between_all(courses)
    found = []
    for course in courses:
        course.site = course.patient.site
        between = happened[course.pk]
        timeline = following.timeline(course, by_course[course.pk], between)
        answered = following.answered_of(between.answers)
        found_due = guided.due(following.content(), timeline, answered, now)
        last = f"session-{by_course[course.pk][-1].session.number}"
        silent = [one for one in found_due if _is_silent(one, between, lately, last)]
        if silent:
            found.append(Unanswered(course, max(silent, key=lambda one: one.due)))
    return sorted(found, key=lambda one: one.due.due)


def after_sessions(user: Actor, now: datetime) -> QuerySet[SessionRecord]:
    """The sessions given lately after which a question of safety is due, and nothing was heard of
    the patient since it opened: what Today counts, among the rest of what waits there, in one
    query. Each of them is listed by ``of``."""
    if not user.may(Permission.FOLLOW_UP):
        return SessionRecord.objects.none()
    of_course = {"session__course": OuterRef("session__course")}
    later = SessionRecord.objects.filter(
        **of_course, amended_by=None, delivered_at__gt=OuterRef("delivered_at")
    )
    stopped = Stop.objects.filter(patient__in=gate.family_of("session__course__patient"))
    silent = Q(pk__in=[])
    for window in following.content().windows:
        if window.safety and window.anchor == "each-session":
            due, opens = (
                windows.moment(offset, now, now, _UTC) - now
                for offset in (window.due, window.opens)
            )
            heard = Answer.objects.filter(
                course=OuterRef("session__course"),
                received_at__gte=ExpressionWrapper(
                    OuterRef("delivered_at") + Value(opens), output_field=DateTimeField()
                ),
            )
            silent |= Q(~Exists(heard), delivered_at__lte=now - due)
    found = SessionRecord.objects.filter(
        silent,
        ~Exists(later),
        ~Exists(stopped),
        gate.open_here(user, "session__course__patient"),
        amended_by=None,
        delivered_at__gt=now - LATELY,
        session__course__complaint__in_error="",
        session__course__patient__in_error="",
    )
    return found.order_by()


def _is_silent(due: Due, between: following.Between, lately: datetime, last: str) -> bool:
    """Whether nothing was heard of the patient since a question of safety opened: of a session
    before the ``last``, they came back since."""
    if due.window.anchor == "each-session" and due.anchor != last:
        return False
    if not due.window.safety or due.status not in SILENT or due.due <= lately:
        return False
    return not any(one.received_at >= due.opens for one in between.answers)
