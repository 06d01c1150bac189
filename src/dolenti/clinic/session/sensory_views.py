"""The sensory maps of a freeze side by side: before, 15 minutes after, and on the days on which
feeling is tested again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.common.typed import DayField, TypedText
from dolenti.clinic.session import sensory
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import sensory as felt
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.content import content as session_content
from dolenti.guideline.words import date_in_words
from dolenti.records import engine
from dolenti.safety import lost
from dolenti.treatment import feeling
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.earlier import FREEZING
from dolenti.treatment.feeling import Maps
from dolenti.treatment.models import Course, SensoryMap, Session
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

LATER: Final = "later_"


class MapForm(sensory.Areas, TokenForm):
    """What is felt again, area by area, on a day after the freeze."""

    moment = forms.ChoiceField(
        label=_("When it is tested"),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    day = DayField(label=_("Day of the test"))
    note = TypedText(label=_("Note on this map"), required=False, longest=500)

    def __init__(self, *args: Any, maps: Maps, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content = content
        field = self.fields["moment"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.id, one.label.in_language(current())) for one in maps.moments]
        sensory.add_fields(self, content, LATER)
        self.sensory = sensory.rows(self, content, LATER)

    def found(self) -> feeling.Found:
        """What was typed, as the service takes it."""
        said = self.cleaned_data
        return feeling.Found(
            moment=said["moment"],
            day=said["day"],
            felt=sensory.read(said, self.content, LATER),
            moves=sensory.moves(said, LATER),
            note=said.get("note") or "",
        )


@dataclass(frozen=True)
class Column:
    """One moment: its name, the day of its test or the one on which it is due, what was felt;
    ``lost``: strength was."""

    label: str
    on: date | None
    due: date | None
    late: bool
    by: str
    note: str
    alarm: str
    lost: bool = False


@dataclass(frozen=True)
class Table:
    """The maps side by side: a column a moment, a row an area."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, bool, tuple[tuple[str, str], ...]], ...]

    @property
    def alarms(self) -> list[Column]:
        """The moments that raise the alarm."""
        return [one for one in self.columns if one.alarm]

    @property
    def is_lost(self) -> bool:
        """Whether strength was lost at one of them."""
        return any(one.lost for one in self.columns)

    @property
    def is_due(self) -> bool:
        """Whether a map is to be recorded by now: its form stands open."""
        return any(one.late for one in self.columns)


def table_of(maps: Maps, content: Content, frozen_on: date, day: date) -> Table:
    """The maps of a freeze as they stand on a ``day``."""
    names = [felt.BEFORE, felt.AFTER, *(one.moment.id for one in maps.due)]
    tested = [one for one in names if one in maps.later or one in (felt.BEFORE, felt.AFTER)]
    labels = _labels(maps, frozen_on)
    due = {one.moment.id: one.on for one in maps.due}
    columns = []
    for name in names:
        one = maps.later.get(name)
        waits = due.get(name) if one is None else None
        found, moves = maps.felt_at(name)
        columns.append(
            Column(
                label=labels[name],
                on=one.day if one is not None else None if waits else frozen_on,
                due=waits,
                late=waits is not None and waits <= day,
                by=one.author.name if one is not None else "",
                note=one.note if one is not None else "",
                alarm=""
                if name == felt.BEFORE
                else sensory.alarm_of(content, maps.freezing.felt, found, moves),
                lost=name != felt.BEFORE and moves is False,
            )
        )
    return Table(tuple(columns), tuple(_rows(maps, content, tested, labels)))


def _labels(maps: Maps, frozen_on: date) -> dict[str, str]:
    """How each moment is called: one whose map was made on another day, by its own."""
    found = {one.id: one.label.in_language(current()) for one in maps.test.when}
    for name, one in maps.later.items():
        days = felt.belated(maps.due, name, frozen_on, one.day)
        if days is not None:
            said = {"days": days, "moment": found[name]}
            found[name] = now("On day %(days)s (%(moment)s)") % said
    return found


def _rows(
    maps: Maps, content: Content, names: list[str], labels: dict[str, str]
) -> Iterator[tuple[str, bool, tuple[tuple[str, str], ...]]]:
    language = current()
    told = {name: dict(sensory.lines(content, *maps.felt_at(name), language)) for name in names}
    untested = now("Not stated")
    for area in maps.test.areas:
        label = area.label.in_language(language)
        cells = tuple((labels[name], told[name].get(label, untested)) for name in names)
        yield label, area.alarm, cells
    strength = now("Knee extension, foot and big toe raised")
    kept = [
        (labels[name], LABELS["felt-moves"].get({True: "kept", False: "lost", None: ""}[moves]))
        for name in names
        for moves in (maps.felt_at(name)[1],)
    ]
    yield strength, True, tuple((label, str(word or untested)) for label, word in kept)


def maps_shown(request: HttpRequest, found: Session) -> tuple[Maps, Table] | None:
    """The maps of the freeze of a session, with their table; nothing where nothing was frozen."""
    user = user_of(request)
    record = treatment_gate.records_of(user, found).filter(amended_by=None).first()
    if record is None or record.delivered_at is None or not record.injected.get("freezing"):
        return None
    maps = feeling.maps(record, treatment_gate.sensory_maps_of(user, found))
    if maps is None:
        return None
    content = session_content(engine.edition_in_force())
    return maps, table_of(maps, content, feeling.day_of(record), today())


@dataclass(frozen=True)
class OfSession:
    """The maps of the freeze of one session of a course, under its name."""

    name: str
    session: Session
    table: Table


def tables_in(user: User, course: Course, day: date) -> list[OfSession]:
    """The maps of every freeze of a course as they stand on a ``day``. Two queries; none of a
    course that freezes nothing."""
    if course.therapy != FREEZING:
        return []
    later: dict[int, list[SensoryMap]] = {}
    for one in treatment_gate.sensory_maps_in(user, course):
        later.setdefault(one.record.session_id, []).append(one)
    content = session_content(engine.edition_in_force())
    records = treatment_gate.records_in(user, course)
    amended = {one.amends_id for one in records}
    found = []
    for record in records:
        maps = feeling.maps(record, later.get(record.session_id, ()))
        if maps is not None and record.pk not in amended:
            name = now("Session %(number)s") % {"number": record.session.number}
            table = table_of(maps, content, feeling.day_of(record), day)
            found.append(OfSession(name, record.session, table))
    return found


def in_lines(tables: list[OfSession]) -> Iterator[str]:
    """The same for paper, a moment a line: what was felt, or when it is to be tested."""
    language, colon = current(), pgettext("colon", ": ")
    for of in tables:
        for one in of.table.columns:
            if one.on is None and one.due is not None:
                said = {"label": one.label, "day": date_in_words(one.due, language)}
                yield f"{of.name} · " + now("%(label)s: to be tested on %(day)s.") % said
            elif one.on is not None:
                told = (
                    f"{area}{colon}{word}"
                    for area, _alarm, cells in of.table.rows
                    for label, word in cells
                    if label == one.label
                )
                day = date_in_words(one.on, language)
                yield " · ".join((of.name, one.label, day, *told))


@page("sessions/<slug:public_id>/sensory/", "session-sensory", Permission.READ_RECORDS)
def session_sensory(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was felt before the freeze and after it, side by side."""
    found = treatment_gate.session(user_of(request), public_id)
    return _page(request, found, None)


@page(
    "sessions/<slug:public_id>/sensory/new/", "session-sensory-new", Permission.PREPARE, form=True
)
def session_sensory_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is felt again, on a day after the freeze."""
    found = treatment_gate.session(user_of(request), public_id)
    if request.method != "POST":
        return redirect("session-sensory", public_id)
    shown = maps_shown(request, found)
    if shown is None:
        raise Http404
    form = MapForm(request.POST, maps=shown[0], content=session_content(engine.edition_in_force()))
    edit, sent = Edit(request, form), submission(request)
    if edit.writes(
        lambda _said: feeling.record_map(sent, found, form.found()), beside=_at_its_field
    ):
        return edit.done("session-sensory", public_id, said=now("The map is recorded."))
    return _page(request, found, edit)


def _at_its_field(error: InputError) -> str | None:
    return error.where if error.where in ("moment", "day") else None


def _page(request: HttpRequest, found: Session, edit: Edit[Any] | None) -> HttpResponse:
    shown = maps_shown(request, found)
    context: dict[str, Any] = {"session": found, "patient": found.course.patient}
    if shown is None:
        opened = edit or Edit(request, TokenForm())
        return opened.page("clinic/session/maps-felt.html", context, of=found.course.patient)
    maps, table = shown
    content = session_content(engine.edition_in_force())
    if edit is None:
        waits = maps.waits
        begun = {"moment": waits[0].moment.id if waits else "", "day": today()}
        edit = Edit(request, MapForm(maps=maps, content=content, initial=begun))
    context |= {
        "table": table,
        "to_tell": table.is_lost and lost.untold().filter(session=found).exists(),
        "deficit": lost.DEFICIT,
        "sensory_ways": sensory.ways(content),
        "expected": maps.test.expected.in_language(current()),
        "all": edit.form[f"{LATER}{sensory.ALL}"],
        "moves": edit.form[f"{LATER}{sensory.MOVES}"],
    }
    return edit.page("clinic/session/maps-felt.html", context, of=found.course.patient)
