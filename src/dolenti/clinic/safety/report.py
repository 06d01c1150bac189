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
from dolenti.clinic.safety.shown import device_in_words, grade_words, label_of
from dolenti.guideline.birth import PartialDate
from dolenti.guideline.facts import Case
from dolenti.guideline.knowledge import Text
from dolenti.guideline.numbers import dose_unit
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.shapes.events import ReportField, Route
from dolenti.guideline.session.shapes.places import Needle
from dolenti.guideline.words import birth_as_written, date_in_words, value_in_words
from dolenti.identity.phone import as_read
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.judging import assessing
from dolenti.safety import events, reports
from dolenti.safety.models import AdverseEvent
from dolenti.safety.shared import Act
from dolenti.stock import gate as stock_gate
from dolenti.treatment.content import plain
from dolenti.treatment.content import products as products_of
from dolenti.treatment.room import days_of, records_of
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


DAYS_OF_A_YEAR: Final = 366
"""Nobody born longer ago is a newborn, whatever the form means by it."""
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
        wanted = events.content().report_fields.of_route(route)
        return tuple(self._field(one) for one in wanted)

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

    def newborn(self) -> Filled:
        """Not asked of whoever was born more than a year before it; of others nobody guesses."""
        born = self.event.patient.birth_date
        last = born.last if isinstance(born, PartialDate) else born
        if last is None or (self.event.began - last).days <= DAYS_OF_A_YEAR:
            return (), []
        return [_("does not apply: no newborn")], []

    def dispensed(self) -> Filled:
        """Where it was given; who dispensed it is no part of the record."""
        if self.act.record is None:
            return (), []
        return [self.event.patient.site.name], [_("pharmacy")]

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
        if record is None or not (preparation.drawn or preparation.unit):
            return (), []
        lines = [f"{_('Serum unit')} {preparation.unit}"] if preparation.unit else []
        lines += [
            f"{one.item}, {_('lot')} {one.number}"
            + (f", {_('expires')} {self._day(one.expiry)}" if one.expiry else "")
            + f", {plain(one.volume, self.language)} mL, {_('dose')} "
            + f"{plain(one.volume * one.strength, self.language)} "
            + dose_unit(one.unit, self.language)
            + beside_in_words(one, self.language)
            for one in preparation.drawn
        ]
        if preparation.fluid != "none":
            lines.append(
                f"{_('Diluted in')}\u00a0: {LABELS['vehicle'][preparation.fluid]} "
                f"{plain(preparation.fluid_ml, self.language)} mL"
            )
        injected = self.act.injected
        if injected.volume_ml is not None:
            lines.append(f"{_('Injected')}\u00a0: {plain(injected.volume_ml, self.language)} mL")
        lines += self._route()
        if record.delivered_at is not None:
            at = to_local(record.delivered_at)
            lines.append(f"{self._day(at.date())}, {at:%H:%M}")
        if self.event.session is not None:
            found = self.event.session.course.complaint
            lines.append(self.words.complaint(found.condition, found.zone, found.side))
        said, missing = self._off_label()
        return [*lines, *said], missing

    def _off_label(self) -> Filled:
        """Which of what was drawn up is used outside its authorisation, as far as a source says;
        of the rest nobody guesses."""
        session = self.event.session
        therapy = session.course.therapy if session else ""
        known = {one.id: one for one in self.words.edition.products}
        said, silent = [], []
        for name in dict.fromkeys(products_of(self.act.preparation)):
            product = known.get(name)
            label = product.label.in_language(self.language) if product else name
            use = product.off_label if product else None
            if use is None or therapy not in use.therapies:
                silent.append(label)
                continue
            says = use.says.in_language(self.language)
            said.append(_("%(product)s, off label: %(says)s") % {"product": label, "says": says})
        missing = [_("off label or not: %(products)s") % {"products": ", ".join(silent)}]
        return said, missing if silent else []

    def _route(self) -> list[str]:
        """By what technique, into what, how deep: as far as the record says."""
        injected, language = self.act.injected, self.language
        session = self.event.session
        therapy = self.words.therapies.get(session.course.therapy) if session else None
        techniques = {one.id: one.label for one in therapy.techniques} if therapy else {}
        labels = {
            **{one.id: one.label for one in self._content.targets},
            **self._content.nerve_labels,
        }
        technique = techniques.get(self.act.preparation.technique)
        nerve = injected.freezing or injected.block
        where = labels.get(nerve.nerve if nerve else injected.target)
        lines = [one.in_language(language) for one in (technique, where) if one is not None]
        if injected.depth_mm is not None:
            lines.append(f"{_('Depth')}\u00a0: {plain(injected.depth_mm, language)} mm")
        return lines

    def used(self) -> Filled:
        """How a device was used: where, by whom, and what it froze."""
        lines, freezing = self._route(), self.act.injected.freezing
        if freezing is not None:
            lines.append(f"{_('Coldest')}\u00a0: {plain(freezing.nadir_c, self.language)} °C")
            for number, cycle in enumerate(freezing.cycles, 1):
                frozen = plain(cycle.freeze_s, self.language)
                lines.append(_("Cycle %(n)s: %(s)s s of freezing") % {"n": number, "s": frozen})
        return lines, []

    def results(self) -> Filled:
        """What was measured and is known today; the rest is typed by hand."""
        said = self._fact("inr")
        missing = [_("other tests")] if said else []
        return [f"{self.words.fact('inr')}\u00a0: {said}"] if said else (), missing

    def again(self) -> Filled:
        """On how many days the same products were given here before; what came of it is theirs to
        say who know it."""
        products, session = set(products_of(self.act.preparation)), self.event.session
        if not products or session is None:
            return (), []
        # Of every session of the patient: the page of the event has opened the record.
        days = days_of(one for one in records_of(session) if one.session_id != session.pk)
        before = {day for name in products for day in days.get(name, ()) if day < self.event.began}
        said = ngettext(
            "given here before on %(n)s day", "given here before on %(n)s days", len(before)
        )
        return [said % {"n": len(before)}], [_("effect of stopping, and of giving it again")]

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
            _serious_words(event),
            *self._circumstances(),
            str(LABELS["event-outcome"][event.outcome]),
            event.treated,
            event.note,
        ]
        missing = []
        if event.grade is None:
            missing.append(_("grade"))
        if event.serious is None:
            missing.append(_("serious or not, as the law says"))
        if event.outcome == AdverseEvent.Outcome.UNKNOWN:
            missing.append(_("outcome"))
        if not event.treated:
            missing.append(_("what was done about it"))
        return lines, missing

    def _circumstances(self) -> list[str]:
        """What was answered of what the law calls serious, and of what decides the route."""
        asked = {one.id: one.ask.in_language(self.language) for one in self._content.circumstances}
        return [
            f"{asked.get(name, name)} {_('Yes') if said else _('No')}"
            for name, said in self.event.circumstances.items()
        ]

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


def _serious_words(event: AdverseEvent) -> str:
    """Whether it is serious as the law says; nothing where nobody said."""
    if event.serious is None:
        return ""
    return _("serious, as the law says") if event.serious else _("not serious, as the law says")


_FILLED: Final[dict[str, Callable[[Reporter], Filled]]] = {
    "reporter": Reporter.reporter,
    "patient": Reporter.patient,
    "newborn": Reporter.newborn,
    "given-and-dispensed": Reporter.dispensed,
    "history": Reporter.history,
    "products": Reporter.products,
    "devices": Reporter.devices,
    "event": Reporter.told,
    "results": Reporter.results,
    "again": Reporter.again,
    "how-used": Reporter.used,
    "others": Reporter.exposed,
    "exposed-count": Reporter.exposed,
    "room-device-operator": Reporter.place,
}


def report_pdf(
    user: User, event: AdverseEvent, act: Act, known: dict[str, bool], route: Route, words: Lookup
) -> bytes:
    """The report as a document, in the words of the edition in force."""
    language = words.language
    one = next((p for p in reports.proposed(event, known) if p.route.id == route.id), None)

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
