"""Two sessions of a course side by side: what was prepared, what was injected, what happened, and
where both were drawn their maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.request import user_of, words
from dolenti.clinic.session.mapping import compared_maps, name_of
from dolenti.clinic.session.report import Reporter
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment import room
from dolenti.treatment.models import Session, SessionRecord


@dataclass(frozen=True)
class Row:
    """What both say under one name; several lines where there are several products. ``same``: no
    word differs."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.before == self.after


@dataclass(frozen=True)
class Part:
    """A chapter of both records."""

    heading: str
    rows: tuple[Row, ...]


Chapters = dict[str, dict[str, tuple[str, ...]]]


def parts(before: SessionRecord, after: SessionRecord, lookup: Lookup) -> Iterator[Part]:
    """The chapters of two records, line by line under the same names; what one alone says stands
    beside nothing."""
    one, other = _said(Reporter(before, lookup)), _said(Reporter(after, lookup))
    for heading in dict.fromkeys((*one, *other)):
        left, right = one.get(heading, {}), other.get(heading, {})
        names = dict.fromkeys((*left, *right))
        yield Part(heading, tuple(Row(n, left.get(n, ()), right.get(n, ())) for n in names))


def _said(reporter: Reporter) -> Chapters:
    found: Chapters = {_("The session"): dict(_of_the_session(reporter.record))}
    for chapter in (*reporter.of_the_act(), reporter.of_what_happened()):
        lines = found.setdefault(chapter.heading, {})
        for name, says in chapter.lines:
            lines[name] = (*lines.get(name, ()), says)
    return {heading: lines for heading, lines in found.items() if lines}


def _of_the_session(record: SessionRecord) -> Iterator[tuple[str, tuple[str, ...]]]:
    place = record.session.appointment.room
    if place is not None:
        yield _("Room"), (place.name,)
    if record.delivered_by is not None:
        yield _("Given by"), (record.delivered_by.name,)


def to_compare(session: Session) -> list[SessionRecord]:
    """What was given, or is drawn already, in the course of a session that the gate gave, as it
    stands now, in its order."""
    return [
        one
        for one in room.records_of(session)
        if one.session.course_id == session.course_id and (one.delivered_at or one.points)
    ]


@page("sessions/<slug:public_id>/maps/", "session-maps", Permission.READ_RECORDS)
def session_maps(request: HttpRequest, public_id: str) -> HttpResponse:
    """A session held against another one of its course: the one before, or the one that is
    chosen."""
    found = treatment_gate.session(user_of(request), public_id)
    given = {one.session_id: one for one in to_compare(found)}
    mine = given.pop(found.pk, None)
    if mine is None or not given:
        return redirect("session", public_id)
    wanted = request.GET.get("with", "")
    before = [one for one in given.values() if one.session.number < found.number]
    other = next(
        (one for one in given.values() if one.session.public_id == wanted),
        before[-1] if before else next(iter(given.values())),
    )
    context = {
        "session": found,
        "parts": list(parts(other, mine, words())),
        "compared": compared_maps(other, mine) if other.points and mine.points else None,
        "others": [(one.session.public_id, name_of(one)) for one in given.values()],
        "other": other.session.public_id,
        "mine": name_of(mine),
        "theirs": name_of(other),
    }
    return patient_page(request, "clinic/session/maps.html", context, of=found.course.patient)
