"""The report of an event, field by field: what the record knows, and what it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.access.models import User
from dolenti.calendar.moments import local_day, to_local
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.request import today
from dolenti.clinic.injections.control import SETTINGS
from dolenti.clinic.safety.shown import device_in_words, grade_words, label_of, proposed
from dolenti.guideline.facts import Case
from dolenti.guideline.knowledge import Text
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.shapes.events import ReportField, Route
from dolenti.guideline.session.shapes.places import Needle
from dolenti.guideline.words import birth_as_written, date_in_words, value_in_words
from dolenti.identity.phone import as_read
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.judging import assessing
from dolenti.safety import events
from dolenti.safety.models import AdverseEvent
from dolenti.safety.shared import Act
from dolenti.stock import gate as stock_gate
from dolenti.treatment.content import plain
from dolenti.treatment.vials import beside_in_words
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of
from dolenti.ui.labels import LABELS

HISTORY: Final = (
    "allergy", "anticoagulant", "antiplatelet", "diabetes", "immunosuppression", "pregnancy",
)  # fmt: skip
"""What the history of a report names first, known or not."""


def needle_in_words(needle: Needle, language: str) -> str:
    """A needle as people name it."""
    return f"{needle.gauge} · {plain(Decimal(str(needle.length_mm)), language)} mm"


Filled = tuple[Iterable[str], list[str]]
"""What is known, and the names of what is not."""


class Reporter:
    """Fills in the fields of one report. What it cannot say is left blank, never guessed."""

    def __init__(self, user: User, event: AdverseEvent, act: Act, words: Lookup) -> None:
        self.user, self.event, self.act, self.words = user, event, act, words
        self.language = words.language
        self._case = self._judged()

    def _judged(self) -> Case | None:
        session = self.event.session
        if session is None:
            return None
        return assessing.judged(self.user, session.course.complaint, today()).case

    def fields(self, route: str) -> tuple[printing.ReportField, ...]:
        """The fields of a route, filled in."""
        wanted = events.content().report_fields.fields
        mine = (one for one in wanted if not one.routes or route in one.routes)
        return tuple(self._field(one) for one in mine)

    def _field(self, one: ReportField) -> printing.ReportField:
        fill = _FILLED.get(one.id)
        lines, missing = fill(self) if fill else ((), ())
        return printing.ReportField(
            one.label.in_language(self.language),
            tuple(line for line in lines if line),
            ", ".join(missing),
        )

    def _day(self, day: object) -> str:
        return date_in_words(day, self.language) if day else ""  # type: ignore[arg-type]

    def reporter(self) -> Filled:
        user, site = self.user, self.event.patient.site
        return (
            (
                user.name, str(LABELS["role"][user.role]), site.name, site.address,
                as_read(site.phone),
            ),
            [] if site.phone else [_("telephone")],
        )  # fmt: skip

    def patient(self) -> Filled:
        patient, missing = self.event.patient, []
        letters = f"{patient.birth_name[:3].upper()} {patient.first_name[:1].upper()}".strip()
        lines = [letters] if letters else []
        if patient.birth_date:
            born = birth_as_written(patient.birth_date, self.language)
            lines.append(_("born %(day)s") % {"day": born})
        else:
            missing.append(_("birth date"))
        if patient.sex:
            lines.append(self.words.value("sex", patient.sex, today()))
        for fact in ("weight", "height"):
            said = self._fact(fact)
            if said:
                lines.append(f"{self.words.fact(fact)}\u00a0: {said}")
            else:
                missing.append(self.words.fact(fact))
        return lines, missing

    def _fact(self, fact: str) -> str:
        known = self._case.facts.get(fact) if self._case else None
        definition = self.words.definition(fact)
        if known is None or definition is None:
            return ""
        return value_in_words(known.value, definition, self.language)

    def history(self) -> Filled:
        lines, missing = [], []
        for fact in HISTORY:
            said = self._fact(fact)
            name = self.words.fact(fact)
            if said:
                lines.append(f"{name}\u00a0: {said}")
            else:
                missing.append(name)
        taken = patient_gate.medicines(self.user, self.event.patient)
        names = [one.name for one in taken if one.stopped_on is None]
        if names:
            lines.append(", ".join(names))
        else:
            missing.append(_("medicines of the day"))
        return lines, missing

    def products(self) -> Filled:
        preparation, record = self.act.preparation, self.act.record
        if not preparation.drawn or record is None:
            return (), []
        lines = [
            f"{one.item}, {_('lot')} {one.number}"
            + (f", {_('expires')} {self._day(one.expiry)}" if one.expiry else "")
            + f", {plain(one.volume, self.language)} mL, {_('dose')} "
            + f"{plain(one.volume * one.strength, self.language)} {one.unit.removesuffix('/mL')}"
            + beside_in_words(one, self.language)
            for one in preparation.drawn
        ]
        if preparation.fluid != "none":
            lines.append(
                f"{_('Vehicle')}\u00a0: {LABELS['vehicle'][preparation.fluid]} "
                f"{plain(preparation.fluid_ml, self.language)} mL"
            )
        injected = self.act.injected
        if injected.volume_ml is not None:
            lines.append(f"{_('Injected')}\u00a0: {plain(injected.volume_ml, self.language)} mL")
        if record.delivered_at is not None:
            at = to_local(record.delivered_at)
            lines.append(f"{self._day(at.date())}, {at:%H:%M}")
        if self.event.session is not None:
            found = self.event.session.course.complaint
            lines.append(self.words.complaint(found.condition, found.zone, found.side))
        return lines, [_("off label or not")]

    def devices(self) -> Filled:
        injected = self.act.injected
        probe = injected.freezing.probe if injected.freezing else ""
        needles = {one.id: needle_in_words(one, self.language) for one in self._content.needles}
        lines = [device_in_words(self.act, self.language), *self._settings()]
        lines += [needles.get(injected.needle, injected.needle), probe]
        lines = [line for line in lines if line]
        lines += [
            f"{one.item}, {_('lot')} {one.number}"
            + (f", {_('expires')} {self._day(one.expiry)}" if one.expiry else "")
            for one in self.act.preparation.supplies
        ]
        return lines, [_("UDI, manufacturer, where it is kept")] if lines else []

    @property
    def _content(self) -> Content:
        return events.content()

    def _settings(self) -> list[str]:
        """What the device was set to, and its numbers."""
        return [
            f"{SETTINGS.get(name, name)}\u00a0: {value}"
            for name, value in self.act.settings.items()
            if value
        ]

    def told(self) -> Filled:
        event = self.event
        lines = [
            label_of(event.event),
            _("began %(day)s") % {"day": self._day(event.began)},
            _("ended %(day)s") % {"day": self._day(event.ended)} if event.ended else "",
            grade_words(event),
            str(LABELS["event-outcome"][event.outcome]),
            event.treated,
            event.note,
        ]
        missing = []
        if event.grade is None:
            missing.append(_("grade"))
        if event.outcome == AdverseEvent.Outcome.UNKNOWN:
            missing.append(_("outcome"))
        if not event.treated:
            missing.append(_("what was done about it"))
        return lines, missing

    def exposed(self) -> Filled:
        """How many others received the same lots: counted over the site, nobody is named."""
        if not self.act.lots:
            return (), []
        others = stock_gate.others_of(self.user, self.act.lots, self.event.patient)
        said = ngettext("same lots: %(n)s other patient", "same lots: %(n)s other patients", others)
        return (
            [said % {"n": others}],
            [_("same device, same room")],
        )

    def place(self) -> Filled:
        event, record = self.event, self.act.record
        room = event.room or (event.session.appointment.room if event.session else None)
        operator = record.delivered_by.name if record and record.delivered_by else ""
        parts = {
            _("room"): room.name if room else "",
            _("device"): device_in_words(self.act, self.language),
        }
        parts[_("operator")] = operator
        lines = [f"{name}\u00a0: {value}" for name, value in parts.items() if value]
        return lines, [name for name, value in parts.items() if not value]


_FILLED: Final[dict[str, Callable[[Reporter], Filled]]] = {
    "reporter": Reporter.reporter,
    "patient": Reporter.patient,
    "history": Reporter.history,
    "products": Reporter.products,
    "devices": Reporter.devices,
    "event": Reporter.told,
    "others": Reporter.exposed,
    "exposed-count": Reporter.exposed,
    "room-device-operator": Reporter.place,
}


def report_pdf(
    user: User, event: AdverseEvent, act: Act, known: dict[str, bool], route: Route, words: Lookup
) -> bytes:
    """The report as a document, in the words of the edition in force."""
    language = words.language
    one = next((p for p in proposed(event, known) if p.route.id == route.id), None)

    def said(text: Text) -> str:
        return text.in_language(language)

    limits = [said(route.limit)]
    for due in one.due if one else ():
        at = to_local(due.by)
        day = date_in_words(local_day(due.by), language)
        limits.append(f"{said(due.label)}\u00a0: {day}, {at:%H:%M}")
    because = [said(text) for text in one.because] if one else []
    notices = [said(route.note)] if route.note else []
    if route.mark != "R":
        notices.append(_("Nobody has read the text of this channel: check it before sending."))
    report = printing.EventReport(
        route=said(route.label),
        to=said(route.to),
        limits=tuple(limits),
        because=tuple(because),
        notice=" ".join(notices),
        clinic=clinic_of(event.patient.site),
        fields=Reporter(user, event, act, words).fields(route.id),
        code=event.public_id,
        made_at=to_local(timezone.now()),
    )
    return printing.event_report(report, language)
