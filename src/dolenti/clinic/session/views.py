"""The page of a session, and what each of its forms writes.

A form that cannot be written comes back on the same page with all that was typed: 422 where it is
refused, 409 where somebody else wrote the same part meanwhile; both are then shown.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dolenti.access.covered import uncover
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import privileges
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.clinic.assess.answers import AnswerError, answered
from dolenti.clinic.common.forms import ReasonForm
from dolenti.clinic.common.request import strip_of, submission, today, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.drafts import views as drafts
from dolenti.clinic.medicines.shown import said, unlisted
from dolenti.clinic.readiness.in_session import in_session
from dolenti.clinic.serum.forms import PROOF
from dolenti.clinic.session import amendments, corrections, gone, mapping, sensory
from dolenti.clinic.session import pause as pausing
from dolenti.clinic.session.lacking import lacking
from dolenti.clinic.session.preparation_forms import DrawnForm
from dolenti.clinic.session.report import Reporter
from dolenti.clinic.session.seen_again import seen_again
from dolenti.clinic.session.sensory_views import maps_shown
from dolenti.clinic.session.shown import (
    Checked,
    Sheet,
    Spoken,
    checked,
    drawn_lines,
    finding_lines,
    try_mixture,
)
from dolenti.clinic.session.supply_forms import SUPPLIES, PartForm
from dolenti.clinic.session.unit_forms import SerumForm
from dolenti.clinic.stock.forms import scanned
from dolenti.diary import gate as diary_gate
from dolenti.diary import reaching
from dolenti.diary.models import Message
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.guideline.numbers import unit_in_words
from dolenti.guideline.session import Finding
from dolenti.guideline.session.content import content as session_content
from dolenti.guideline.session.findings import rule_in_words
from dolenti.ledger import drafts as ledger_drafts
from dolenti.ledger.versions import StaleEditError, version_sent
from dolenti.records.gate import of_patient as patient_gate
from dolenti.serum import at_session
from dolenti.stock import gate as stock_gate
from dolenti.stock import lots, typed
from dolenti.stock.life import LotRefusedError
from dolenti.stock.models import Item, Lot
from dolenti.treatment import earlier, given, mapped, recording, room, watching
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.content import Act, Happened, Preparation, plain, read
from dolenti.treatment.earlier import FREEZING
from dolenti.treatment.lately import earlier_events
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.ready import ASK, LOOKS_AT, before_the_act
from dolenti.treatment.taken_back import LOOKS
from dolenti.ui.language import alphabetical, current

MANY = ("events", "leaving")
PARTS = ("pause", "preparation", "injected", "happened")
PAUSED = ("pause", "tray")
"""The two forms of the pause: before the tray is opened, and once it is."""
TICKS = ("tested_before", "confirmed", "spoken")
AT_MOST_IN_A_NUMBER = 20
"""Characters of a lot’s number: what is longer was read off a code."""
ACTS: Mapping[str, Act] = {"treatment": "", "block": "block"}
PLAINLY = ("last", "empty")
"""What a syringe may begin from that names nothing; a mixture is covered in the address."""
State = SessionRecord.State


@dataclass
class Trouble:
    """What stood in the way of a form: at which part, why, and what stands now."""

    part: str
    why: str
    status: int
    where: str = ""
    stale: bool = False
    typed: bool = True
    errors: Mapping[str, str] = field(default_factory=dict)
    others: list[Trouble] = field(default_factory=list)

    @classmethod
    def of(cls, part: str, error: InputError, *, typed: bool = True) -> Trouble:
        """What refused a form, with all else that is in its way."""
        others = [cls.of(part, one) for one in error.others]
        return cls(part, sentence(error), 422, error.where, typed=typed, others=others)

    @property
    def at(self) -> str:
        """The question that stands in the way, on the page; empty where it is none."""
        return f"#{self.where}" if self.where.startswith(ASK) else ""

    @property
    def leads(self) -> str:
        """The part of the page where it is put right."""
        apart = (given.ARRIVAL, given.STOPS, "held", "pause", "preparation")
        if self.where == LOOKS_AT:
            return "#preparation"
        return f"#{self.where if self.where in apart else self.part}"


def sheet_of(request: HttpRequest, session: Session) -> Sheet:
    """The session as it stands for whoever looks."""
    user = user_of(request)
    stated = list(patient_gate.statements(user, session.course.patient))
    return Sheet(room.standing(user, session, stated), words(), user)


@page("sessions/<slug:public_id>/", "session", Permission.READ_RECORDS)
def session(request: HttpRequest, public_id: str) -> HttpResponse:
    """A session from top to bottom: the pause, the syringe, what went in, what happened, sign."""
    return _page(request, treatment_gate.session(user_of(request), public_id))


def _page(  # what a page of many forms may come back with, by name
    request: HttpRequest,
    found: Session,
    trouble: Trouble | None = None,
    form: Any = None,
    filled: dict[str, Any] | None = None,
    scanned: str = "",
) -> HttpResponse:
    sheet = sheet_of(request, found)
    now = sheet.now
    if trouble is not None and trouble.typed:
        sheet.sent[trouble.part] = request.POST
        if form is not None and trouble.stale:
            seen_again(sheet, trouble.part, form)
        _keep_typed(request, found, trouble.part, form)
    context: dict[str, Any] = {
        "session": found,
        "course": found.course,
        "record": now.record,
        "version": sheet.version,
        "state": sheet.state,
        "stage": sheet.stage,
        "other_day": not now.is_given and local_day(found.appointment.start) != today(),
        "to_arrive": _waits_for_the_patient(now),
        "therapy": _therapy(sheet),
        "complaint": sheet.words.complaint(
            now.treated.condition, now.treated.zone, now.treated.side
        ),
        "in_person": sheet.in_person,
        "trouble": trouble,
        "serum": sheet.is_serum,
        "begun": found.course.state == "active",
        "not_begun": now.record is None and found.course.state in ("proposed", "consented"),
        "leaflet_token": uuid.uuid4(),
        "held": now.held,
        "stops": now.stops,
        "lately": [o for o in now.lately if o.kind != "open" and not o.is_of_a_session],
        "earlier_events": earlier_events(now.lately),
        "past_token": uuid.uuid4(),
        "typed_reason": request.POST.get("reason", "") if _is_about(trouble, "held") else "",
        "sent": _leaflets_sent(sheet),
        **in_session(now),
    }
    if taken := said(now.case.facts):
        listed = patient_gate.medicines(sheet.user, found.course.patient)
        context["unlisted"] = unlisted(taken, listed, today())
    if sheet.state != State.PREPARED and now.record is not None:
        signed = sheet.state == State.SIGNED
        context["leaflet_lacks"], context["no_leaflet"] = lacking(sheet.user, now, signed=signed)
        context["leaflet_why_not"] = reaching.why_not(found.course.patient)
    if sheet.state == State.SIGNED:
        context |= _signed(request, found, sheet)
    else:
        context |= _amendment(request, found, sheet)
        if filled is not None:
            sheet.taken_up["preparation"] = filled
            context["scanned"] = scanned
        context |= _parts(request, sheet, trouble, form)
    status = trouble.status if trouble else 200
    of = found.course.patient
    # The pause asked already what happened lately: the strip asks it no second time.
    context["strip"] = strip_of(request, of, stated=now.stated, happened=now.happened)
    return render(request, "clinic/session/page.html", context, status=status)


def _keep_typed(request: HttpRequest, found: Session, part: str, form: Any) -> None:
    """What was sent and not written is a draft, as it stands in the form that comes back."""
    if part == "pause":
        part = request.POST.get("part", "")
        part = part if part in PAUSED else ""
    if part in (*PAUSED, *PARTS):
        sent = request.POST if form is None else form.data
        drafts.refused(request, f"session-{part}", found.public_id, sent)


def _amendment(request: HttpRequest, found: Session, sheet: Sheet) -> dict[str, Any]:
    """What the page of an amendment says it is; nothing of a record that amends none."""
    record = sheet.now.record
    if record is None or not record.amends_id:
        return {}
    records = treatment_gate.records_of(user_of(request), found)
    one = amendments.under_way(record, records, sheet.words)
    assert one is not None
    return {"amendment": one, "amendment_chapters": Reporter(one.signed, sheet.words).chapters()}


def _waits_for_the_patient(now: room.Standing) -> bool:
    """Whether the patient of today is not there yet: nothing is given before somebody notes it."""
    appointment = now.session.appointment
    on_the_day = local_day(appointment.start) <= today()
    return not now.is_given and on_the_day and appointment.state == Appointment.State.PLANNED


def _is_about(trouble: Trouble | None, part: str) -> bool:
    return trouble is not None and trouble.part == part


def _leaflets_sent(sheet: Sheet) -> list[Message]:
    """The messages that led the patient to the leaflet; none goes before it was given."""
    if sheet.state == State.PREPARED:
        return []
    return diary_gate.messages_of_aftercare(sheet.user, sheet.now.session)


def _therapy(sheet: Sheet) -> str:
    therapy = sheet.words.therapies.get(sheet.now.therapy)
    return therapy.description.label.in_language(current()) if therapy else sheet.now.therapy


def _signed(request: HttpRequest, found: Session, sheet: Sheet) -> dict[str, Any]:
    """Every version of what was signed, side by side, the last first."""
    records = list(treatment_gate.records_of(user_of(request), found))
    records.reverse()
    by_key = {one.pk: one for one in records}
    for one in records:
        one.session = found
        one.amends = by_key.get(one.amends_id or 0)
    versions = [
        {
            "record": one,
            "chapters": Reporter(one, sheet.words).chapters(),
            "sealed": given.is_sealed(one),
            "changes": amendments.between(one.amends, one, sheet.words) if one.amends else None,
            "map": mapping.shown_of(one, f"map-{one.public_id}"),
        }
        for one in records
    ]
    now = sheet.now
    drawn_now = bool(now.preparation.drawn) and sheet.state == State.SIGNED
    amending = ReasonForm(label=_("Why it is amended"))
    shown = maps_shown(request, found) if now.therapy == FREEZING else None
    return {
        "versions": versions,
        "amending": amending,
        "drawn_now": drawn_now,
        "comparable": any(
            one.session.course_id == found.course_id and one.delivered_at is not None
            for one in now.others
        ),
        "felt_maps": shown[1] if shown is not None else None,
    }


def _later(sheet: Sheet, trouble: Trouble | None, *, asked: bool) -> set[str]:
    """The parts whose turn has not come, which a phone folds: nothing is injected before the pause,
    and nothing happened before that. ``asked`` where lines of the pause are open: whoever answers
    them prepares afterwards; a nurse prepares first."""
    if sheet.state != State.PREPARED:
        return set()
    parts = {"happened"}
    if sheet.now.looked.verdict != "go":
        parts.add("injected")
    if asked and sheet.in_person and not sheet.begun_from:
        parts.add("preparation")
    if asked:
        parts.add("tray")
    return parts if trouble is None else set()


def _two_lists(
    now: room.Standing, lines: Sequence[pausing.Line]
) -> tuple[list[pausing.Line], list[pausing.Line]]:
    """The lines before the tray is opened, and those with it open. A red line of the tray comes to
    where the session stops: the tray itself is closed by it."""
    tray = {
        state.line.id
        for state in now.looked.lines
        if state.then or not {"preparation", "unit", "nerve"}.isdisjoint(state.line.stamps)
    }
    before = [one for one in lines if one.id not in tray or one.status == "red"]
    return before, [one for one in lines if one not in before]


def _parts(
    request: HttpRequest, sheet: Sheet, trouble: Trouble | None, form: Any
) -> dict[str, Any]:
    now = sheet.now
    begun = _begun(request, sheet)
    shower = sheet.shower()
    if trouble is not None:
        shower.errors = trouble.errors
    lines = shower.lines()
    before, after = _two_lists(now, lines)
    waits = pausing.waiting(before) or pausing.waiting(after)
    given_already = sheet.state == State.DELIVERED
    # Once it was given nothing stops it any more, whatever is red since.
    red = [one for one in lines if one.status == "red" and not given_already]
    asked = request.GET.get("from", "")
    sheet.begun_from = asked if asked in PLAINLY else uncover(asked) or ""
    preparation_form, offered = sheet.preparation_form()
    forms = {
        "unit": sheet.unit_form() if sheet.is_serum else None,
        "preparation": preparation_form,
        "injected": sheet.injected_form(),
        "happened": sheet.happened_form(),
    }
    if trouble is not None and form is not None:
        forms[trouble.part] = form
    injected_form: Any = forms["injected"]
    found = finding_lines(_once(now.findings(now.injected, drawn=now.drawn)), current())
    # Until it is given, a needle is changed where its lot was taken.
    of_needles = [one for one in found if one.rule == guided.LENGTH and not given_already]
    return {
        "before": before,
        "before_together": pausing.Together.of(before),
        "after_together": pausing.Together.of(after),
        "after": after,
        "red": red,
        "first_open": waits[0].id if waits else "",
        "missing": next((one for one in (*before, *after) if one.status == "open"), None),
        "to_do": [] if given_already else _to_do(now),
        "before_asks": any(one.status in ("open", "red") for one in before),
        "after_asks": any(one.status in ("open", "red") for one in after),
        "answered": [one for one in (*before, *after) if one.name],
        "open_lines": len(waits),
        "verdict": now.looked.verdict,
        "later": _later(sheet, trouble, asked=any(one.status == "open" for one in before)),
        "to_confirm": sheet.in_person
        and any("confirm" in state.wants for state in now.looked.lines if state.status == "open"),
        "locked": bool(red or now.held) and not given_already,
        # What is red only for what was drawn up is put right by drawing up something else.
        "mends": not now.held and all("preparation" in one.line.stamps for one in now.looked.red),
        "given": given_already,
        "products": sorted(
            ((one.label.in_language(current()), one.id) for one in now.edition.products),
            key=lambda one: alphabetical(one[0]),
        ),
        "elsewhere_rows": shower.elsewhere(),
        "received": [(*_received(sheet, one), one.at) for one in now.received],
        "forms": forms,
        "drafts": begun,
        "offered": offered,
        "planned": [name for _product, name in sheet.planned],
        "gone": [] if given_already or "preparation" in sheet.sent else gone.of_syringe(sheet),
        "not_offered": [] if given_already else gone.held(sheet),
        "left_out": sheet.left_out,
        "unusable": sheet.unusable,
        "supplies_from": sheet.supplies_from,
        "asks_for_supplies": sheet.asks_for_supplies,
        "gone_supplies": [] if given_already else gone.of_supplies(sheet),
        "favourites": [(one.id, one.label.in_language(current())) for one in sheet.favourites()],
        "check": Checked() if given_already else _check(sheet, _drawn_form(forms)),
        "drawn": drawn_lines(now.preparation, current()),
        "preparation": now.preparation,
        "looks_right": now.looks_right(),
        "looks_why": _looks_why(sheet),
        "suspension": now.is_suspension(),
        **_of_units(sheet, given_already),
        "injected": now.injected,
        "units": at_session.usable(now.session) if sheet.is_serum and not given_already else [],
        "findings": [one for one in found if one not in of_needles],
        "of_needles": of_needles,
        "chapters": Reporter(now.record, sheet.words).chapters() if now.record else [],
        "pause_token": uuid.uuid4(),
        "tray_token": uuid.uuid4(),
        "undo_token": uuid.uuid4(),
        "act_token": uuid.uuid4(),
        "is_block": now.is_block,
        "sensory_ways": sensory.ways(session_content(now.edition)),
        "sensory_alarm": sensory.alarm(
            session_content(now.edition), now.injected.freezing, _happened_of(now)
        ),
        "freezes": now.therapy == FREEZING and not now.is_block,
        "may_block": now.therapy in room.BLOCKED_BEFORE and not given_already,
        "watch_until": _watch_until(now),
        "watched": _watched(now) if given_already else [],
        "correction_asked": given_already and not (now.record and now.record.amends_id),
        "correction": request.POST.get(f"reason-{recording.CORRECTION}", ""),
        "corrected": corrections.of(now.record, sheet.words) if given_already else [],
        "earlier_block": _earlier_block(now),
        "earlier_freeze": _earlier_freeze(now),
        "of_no_nerve": earlier.of_no_nerve(now.session, now.others)
        if now.therapy == FREEZING
        else [],
        "to_confirm_past": [] if given_already else _to_confirm(now, forms["injected"]),
        "to_justify": _to_justify(sheet, forms["injected"]),
        "barred": _barred(sheet),
        "to_decide": _to_decide(sheet, forms["injected"]),
        "freeze_waits": finding_lines(_once(now.freeze_waits), current()),
        "map": mapping.drawing(sheet, injected_form, _of_the_map(trouble)),
        "ticks": TICKS,
        "has_last": now.last is not None,
        "map_of_last": now.last is not None and bool(now.last.points),
    }


def _to_do(now: room.Standing) -> list[Trouble]:
    """All that is to be done before it is said that something was injected."""
    return [Trouble.of("injected", one) for one in before_the_act(now)]


def _looks_why(sheet: Sheet) -> str:
    sent = sheet.sent.get("preparation")
    return str(sent.get(f"reason-{LOOKS}", "")) if sent is not None else ""


def _of_units(sheet: Sheet, given_already: bool) -> dict[str, Any]:
    """Of a session of serum, how many units of the patient are held, and in the cold."""
    if not sheet.is_serum or given_already:
        return {}
    there = at_session.standing_of(sheet.now.session)
    return {"units_held": there.get("held", 0), "units_cold": there.get("frozen", 0)}


def _barred(sheet: Sheet) -> str:
    """Why whoever looks could not give this session today, where the program refuses it at the end:
    nobody prepares it first."""
    course = sheet.now.session.course
    if not sheet.in_person or sheet.now.is_given or sheet.user.account is None:
        return ""
    try:
        privileges.insist(sheet.user, course.patient.site, course.therapy, [today()])
    except privileges.NoPrivilegeError as error:
        return sentence(error)
    return ""


def _drawn_form(forms: dict[str, Any]) -> Any:
    """Where the syringe stands: beside a unit of serum it may have been sent with its label."""
    unit = forms["unit"]
    return unit if unit is not None and unit.is_bound else forms["preparation"]


def _happened_of(now: room.Standing) -> Happened:
    return read(Happened, now.record.happened if now.record else {})


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Each rule once, as it spoke first: of a map it speaks of every point."""
    by_rule: dict[str, Finding] = {}
    for one in found:
        by_rule.setdefault(one.rule, one)
    return list(by_rule.values())


def _of_the_map(trouble: Trouble | None) -> list[str]:
    """What stood in the way that is of a point of the map."""
    found = trouble is not None and trouble.where.startswith("points")
    return [trouble.why] if trouble is not None and found else []


def _earlier_block(now: room.Standing) -> list[tuple[str, str]]:
    """Each nerve that was put to sleep before for this complaint, and by how much the pain fell."""
    if now.therapy not in room.BLOCKED_BEFORE:
        return []
    found = []
    for nerve in guided.content(now.edition).nerves:
        fall = earlier.block_before(nerve.id, now.session, now.others, now.now)
        if fall is not None:
            found.append(
                (nerve.label.in_language(current()), plain(fall.quantize(Decimal(1)), current()))
            )
    return found


def _watch_until(now: room.Standing) -> datetime | None:
    """When the patient was watched long enough; nothing once that is over."""
    record = now.record
    until = watching.until(record) if record is not None else None
    return until if until is not None and until > now.now else None


def _watched(now: room.Standing) -> list[tuple[str, bool]]:
    """What is watched for after the target that was infiltrated, of what went in there, and whether
    it was verified."""
    content = guided.content(now.edition)
    target = next((one for one in content.targets if one.id == now.injected.target), None)
    if target is None:
        return []
    classes = now.classes() or frozenset()
    return [
        (one.says.in_language(current()), one.mark == "R")
        for one in content.infiltration.watch
        if one.id in target.watch and not (one.classes and classes.isdisjoint(one.classes))
    ]


def _earlier_freeze(now: room.Standing) -> list[tuple[str, date, date]]:
    """Each nerve that was frozen before on this side: when, and from which day it may be again."""
    if now.therapy != FREEZING:
        return []
    found = []
    for nerve in guided.content(now.edition).nerves:
        days = earlier.may_freeze_from(nerve.id, now.session, now.others)
        if days is not None:
            found.append((nerve.label.in_language(current()), *days))
    return found


def _to_confirm(now: room.Standing, form: Any) -> list[tuple[str, str, str, str, bool]]:
    """What the nurse went past and nobody has confirmed: the rule and its sentence, who and why,
    and whether it is ticked."""
    ticked = form.confirmed() if form.is_bound else set()
    return [
        (
            one.rule,
            rule_in_words(now.edition, one.rule, current()),
            one.name,
            one.reason,
            one.rule in ticked,
        )
        for one in now.preparation.overrides
        if one.is_open
    ]


def _to_decide(sheet: Sheet, form: Any) -> list[Spoken]:
    """The rules of the syringe that somebody who may not decide left open, each with the reason as
    it is typed."""
    if not sheet.in_person:
        return []
    typed = form.reasons_typed() if form.is_bound else {}
    again = form.said_again() if form.is_bound else {}
    found = [
        Spoken(
            one.rule, one.severity, one.because.in_language(current()), "", True,
            typed.get(one.rule, ""),
        )
        for one in recording.undecided(sheet.now)
    ]  # fmt: skip
    return _beside_last(sheet, found, again)


def _to_justify(sheet: Sheet, form: Any) -> list[Spoken]:
    """The rules of the act that whoever gives it may go past with a reason, as it is typed; of what
    was given, also those that would have stopped it."""
    if not form.is_bound or not form.is_valid():
        return []
    reasons = form.reasons_typed()
    try:
        drawn = form.drawn()
        injected = mapped.summed(drawn, form.injected())
        every = _once(sheet.now.findings(injected, drawn=drawn))
        found = finding_lines(
            [one for one in every if recording.may_say_why(sheet.now, one)], current()
        )
    except InputError:
        return []
    return [replace(one, reason=reasons.get(one.rule, "")) for one in found]


def _begun(request: HttpRequest, sheet: Sheet) -> dict[str, drafts.Begun]:
    """What was typed here and never sent, by part: offered, or taken up."""
    about = sheet.now.session.public_id
    found = {}
    parts = (*PAUSED, *PARTS[1:])
    names = [f"session-{part}" for part in parts]
    some = sheet.now.session.drafts  # type: ignore[attr-defined] # annotated by the gate
    kept = ledger_drafts.all_begun(sheet.user, names, about) if some else {}
    for part in parts:
        draft = kept.get(f"session-{part}")
        wanted = draft is not None and request.GET.get("draft") == draft.public_id
        if draft is not None and wanted and part in PAUSED:
            sheet.sent.setdefault("pause", pausing.typed_in(draft.content))
        elif draft is not None and wanted:
            sheet.taken_up[part] = {
                name: values if name in MANY else values[0]
                for name, values in draft.content.items()
                if values
            }
        # What stands in the form already, as it was just sent, is not offered beside itself.
        there = wanted or part in sheet.taken_up or part in sheet.sent
        found[part] = drafts.Begun(f"session-{part}", about, None if there else draft)
    return found


def _received(sheet: Sheet, one: room.Received) -> tuple[str, str]:
    """What was received, and how much of it."""
    product = next((p for p in sheet.now.edition.products if p.id == one.product), None)
    amount = plain(one.dose, current())
    if product is None:
        return one.product, amount
    return product.label.in_language(
        current()
    ), f"{amount}\u00a0{unit_in_words(product.unit, current())}"


def _check(sheet: Sheet, form: Any) -> Checked:
    """What the rules say of the syringe as it stands in the form."""
    reasons = {one.rule: one.reason for one in sheet.now.preparation.overrides}
    again: Mapping[str, str] = {}
    if form.is_bound:
        form.is_valid()
        reasons |= form.reasons_typed()
        again = form.said_again()
        try:
            asked = form.asked() if hasattr(form, "cleaned_data") else None
        except InputError as error:
            return Checked(wrong=sentence(error))
    else:
        bound = sheet.form_of_preparation({name: form[name].value() for name in form.fields})
        bound.is_valid()
        asked = bound.asked()
    if asked is None:
        return Checked()
    of_freeze = _of_the_freeze(sheet, asked, reasons)
    if not asked.rows:
        return Checked(of_freeze=of_freeze)
    patient = sheet.now.session.course.patient
    try:
        known = {lot.public_id: lot for lot in (*sheet.lots, *sheet.supplies)}
        if any(lot not in known for lot in asked.lots):
            known = recording.lots_for(patient, asked)
        syringe = recording.drawn_up(sheet.now, asked, known, sheet.user.name, to_write=False)
    except InputError as error:
        return Checked(wrong=sentence(error))
    result, wrong = try_mixture(sheet, syringe)
    if wrong:
        return Checked(wrong=wrong)
    now, sent = sheet.now, sheet.sent.get("preparation")
    in_pause = {fact for state in now.looked.lines for fact in now.to_ask(state)}
    shown = checked(result, syringe.volume, sheet.words, reasons, sent, in_pause)
    beside = finding_lines(now.beside_the_consent(syringe), current())
    beside = [replace(one, reason=reasons.get(one.rule, "")) for one in beside]
    grave = tuple(_beside_last(sheet, (*beside, *shown.grave), again))
    verdict = "override" if beside and shown.verdict == "allowed" else shown.verdict
    return replace(shown, verdict=verdict, grave=grave, of_freeze=of_freeze)


def _of_the_freeze(
    sheet: Sheet, asked: recording.Asked, reasons: Mapping[str, str]
) -> tuple[Spoken, ...]:
    """What the rules say of the nerve as it stands in the form, before anything is cold."""
    planned = Preparation(nerve=asked.nerve, to_freeze=asked.to_freeze)
    found = finding_lines(_once(sheet.now.of_the_freeze(planned)), current())
    return tuple(replace(one, reason=reasons.get(one.rule, "")) for one in found)


def _reasons_of_last(sheet: Sheet) -> dict[str, str]:
    """Why the rules of a syringe were gone past at the last session of this course: shown to
    whoever decides, and never in the place of what they write."""
    last = sheet.now.last
    if last is None or not sheet.in_person:
        return {}
    return {one.rule: one.reason for one in read(Preparation, last.preparation).overrides}


def _beside_last(sheet: Sheet, spoken: Sequence[Spoken], again: Mapping[str, str]) -> list[Spoken]:
    """The rules that may be gone past, each with why it was at the last session and its day."""
    before, last = _reasons_of_last(sheet), sheet.now.last
    day = local_day(last.delivered_at) if last is not None and last.delivered_at else None
    return [
        replace(one, last=before[one.rule], last_on=day, again=one.rule in again)
        if one.rule in before and one.severity == "override"
        else one
        for one in spoken
    ]


def refused_page(
    request: HttpRequest, found: Session, part: str, error: InputError
) -> HttpResponse:
    """The page with why something about a part cannot be done yet; nothing typed was sent."""
    return _page(request, found, Trouble(part, sentence(error), 422, typed=False))


def refused_form(
    request: HttpRequest, found: Session, part: str, why: str, form: Any
) -> HttpResponse:
    """The page with why a form cannot be read, and what was typed in it."""
    return _page(request, found, Trouble(part, why, 422), form)


def _tried(
    request: HttpRequest,
    found: Session,
    part: str,
    write: Callable[[], Any],
    form: Any = None,
    *,
    typed: bool = True,
) -> HttpResponse | None:
    """Write a part; the page again where that is refused, with what was ``typed`` of it. ``None``
    where it is written."""
    try:
        write()
    except StaleEditError as error:
        why = _meanwhile(error)
        trouble = Trouble(part, why, 409, stale=True, typed=typed)
        return _page(request, found, trouble, form)
    except InputError as error:
        where = error.where if not isinstance(error, LotRefusedError) else ""
        if form is not None and where in getattr(form, "fields", {}):
            form.add_error(where, sentence(error))
        return _page(request, found, Trouble.of(part, error, typed=typed), form)
    return None


def _meanwhile(error: StaleEditError) -> str:
    """Who wrote meanwhile, and what can be done with what was typed."""
    name = {"name": error.author or _("Somebody")}
    if isinstance(error.row, SessionRecord) and error.row.state == State.SIGNED:
        return _("%(name)s signed this session meanwhile: nothing of what you typed is saved. "
                 "What is wrong is amended.") % name  # fmt: skip
    if error.conflicts:
        return (
            _(
                "%(name)s wrote this part meanwhile. What stands now is shown; what you typed is "
                "still in the form: compare, then save again."
            )
            % name
        )
    return (
        _(
            "%(name)s went on with this session meanwhile: nothing of what you sent is saved. "
            "What stands now is shown; what you typed is still in the form. Once the "
            "procedure is done, a correction says why."
        )
        % name
    )


def _opened(request: HttpRequest, public_id: str) -> Session:
    return treatment_gate.session(user_of(request), public_id)


def _on(public_id: str, to: str) -> HttpResponse:
    return redirect(f"{reverse('session', args=[public_id])}#{to}")


@page("sessions/<slug:public_id>/pause/", "session-pause", Permission.PREPARE, form=True)
def session_pause(request: HttpRequest, public_id: str) -> HttpResponse:
    """Lines of the pause that somebody pressed."""
    found = _opened(request, public_id)
    if request.method != "POST":
        return redirect("session", public_id)
    sheet = sheet_of(request, found)
    read = pausing.read(sheet.now, sheet.words, request.POST, today())
    if read.errors:
        why = _("Something is missing in the pause: see the marked lines.")
        return _page(request, found, Trouble("pause", why, 422, errors=read.errors))
    refused = _tried(
        request,
        found,
        "pause",
        lambda: recording.answer(
            submission(request),
            found,
            version_sent(request.POST),
            read.pressed,
            elsewhere=read.elsewhere,
            confirm=_confirms(request),
            facts=read.facts,
        ),
    )
    if refused is not None:
        return refused
    if request.POST.get("part") in PAUSED:
        drafts.done(request, f"session-{request.POST['part']}", public_id)
    return _on(public_id, _after_the_pause(request, found))


def _after_the_pause(request: HttpRequest, found: Session) -> str:
    """The first line of the list that still waits for whoever pressed; else where the session goes
    on."""
    sheet = sheet_of(request, found)
    before, after = _two_lists(sheet.now, sheet.shower().lines())
    waits = pausing.waiting(after if request.POST.get("part") == "tray" else before)
    return "waits" if waits and not sheet.now.looked.red else _next_of(request, found)


def _confirms(request: HttpRequest) -> bool:
    """Whether the button that was pressed says that what the nurse answered was seen."""
    seen = request.POST.get("seen") == "yes" and pausing.TOGETHER in request.POST
    return seen or request.POST.get("confirm") == "yes"


@page("sessions/<slug:public_id>/act/", "session-act", Permission.PREPARE, form=True)
def session_act(request: HttpRequest, public_id: str) -> HttpResponse:
    """What this session is: what its course is for, or a diagnostic block before it."""
    found = _opened(request, public_id)
    act = request.POST.get("act", "")
    if request.method != "POST" or act not in ACTS:
        return redirect("session", public_id)
    refused = _tried(
        request,
        found,
        "pause",
        lambda: recording.choose(submission(request), found, version_sent(request.POST), ACTS[act]),
    )
    return refused or _on(public_id, "pause")


@page("sessions/<slug:public_id>/go-past/", "session-go-past", Permission.GIVE, form=True)
def session_go_past(request: HttpRequest, public_id: str) -> HttpResponse:
    """A practitioner goes past what holds the sessions back, for this one, with the reason."""
    found = _opened(request, public_id)
    if request.method != "POST":
        return redirect("session", public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, Trouble("held", _("Say why: it stays in the record."), 422))
    sent, seen = submission(request), request.POST.getlist("seen")
    refused = _tried(request, found, "held", lambda: recording.go_past(
        sent, found, version_sent(request.POST), seen, form.cleaned_data["reason"]
    ))  # fmt: skip
    return refused or _on(public_id, "pause")


def _next_of(request: HttpRequest, found: Session) -> str:
    """Where the eye goes once a part is written."""
    now = room.standing(user_of(request), found)
    if now.is_given:
        return "happened"
    if now.looked.red:
        return "stops"
    nothing_said = now.preparation.at is None and now.therapy == FREEZING
    if (not now.preparation.drawn and now.therapy in room.DRAWN_UP) or nothing_said:
        return "preparation"
    if not now.preparation.unit and now.therapy == room.SERUM:
        return "unit"
    return "injected" if now.looked.verdict == "go" else "tray"


@page(
    "sessions/<slug:public_id>/preparation/", "session-preparation", Permission.PREPARE, form=True
)
def session_preparation(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is drawn up, of which lots."""
    found = _opened(request, public_id)
    if request.method != "POST":
        return redirect("session", public_id)
    sheet = sheet_of(request, found)
    sheet.sent["preparation"] = request.POST
    form, _offered = sheet.preparation_form()
    if request.POST.get("scan") and "scan" in form.fields:
        return _scanned(request, sheet, form)
    why = _("Something is missing in the preparation: see the marked fields.")
    try:
        facts = facts_of(request, sheet, form)
    except AnswerError as error:
        return refused_form(request, found, "preparation", str(error), form)
    return written(request, found, "preparation", form, why, lambda: recording.prepare(
        submission(request), found, form.cleaned_data["based_on"], form.asked(), facts
    ))  # fmt: skip


def facts_of(request: HttpRequest, sheet: Sheet, form: DrawnForm) -> dict[str, Any]:
    """What was answered of what the rules of this syringe ask. Raises ``AnswerError``."""
    if not any(name.startswith("fact-") for name in request.POST) or not form.is_valid():
        return {}
    found = {}
    for question in _check(sheet, form).questions:
        definition = sheet.words.definition(question.fact)
        if definition is None or question.field is None:
            continue
        raw = answered(definition, question.field.name, request.POST, today())
        if raw is not None:
            found[question.fact] = raw
    return found


def _scanned(request: HttpRequest, sheet: Sheet, form: DrawnForm) -> HttpResponse:
    """A package was scanned: its lot stands in a row of its kind. Nothing is written."""
    found = sheet.now.session
    lot, wrong = _lot_of(request, sheet)
    filled = {name: request.POST.get(name, "") for name in form.fields} | {"scan": ""}
    kind = ""
    if lot is not None:
        try:
            lots.insist_usable(lot)
            kind = "product" if lot.item.kind == Item.Kind.PRODUCT else "supply"
            if kind == "product":
                wrong = _row_of_product(lot, sheet, form, filled)
            else:
                wrong = _row_of_supply(lot, sheet, filled)
        except LotRefusedError as error:
            wrong = sentence(error)
    if not wrong:
        return _page(request, found, filled=filled, scanned=kind)
    form.is_valid()
    form.errors.clear()
    form.add_error("scan", wrong)
    return _page(request, found, Trouble("preparation", wrong, 422), form)


def _lot_of(request: HttpRequest, sheet: Sheet) -> tuple[Lot | None, str]:
    """The lot whose package was scanned, or whose number was typed whole; or why there is none."""
    typed_one = request.POST["scan"].strip()
    wanted = typed.plainly(typed_one)
    same = {
        one.public_id: one
        for one in (*sheet.lots, *sheet.supplies)
        if wanted and typed.plainly(one.number) == wanted
    }
    if len(same) > 1:
        return None, _("Several lots have this number: choose the one in the list.")
    if same:
        return next(iter(same.values())), ""
    # One that the site knows and that is in no list is refused by why it is in none.
    for one in stock_gate.named(user_of(request), typed_one):
        return one, ""
    package, wrong = scanned(typed_one)
    if package is None:
        return None, wrong if len(wanted) > AT_MOST_IN_A_NUMBER else _no_such_lot(sheet, typed_one)
    try:
        return stock_gate.scanned(user_of(request), package), ""
    except LotRefusedError as error:
        return None, sentence(error)


def _no_such_lot(sheet: Sheet, number: str) -> str:
    """That no lot has the number that was typed, with those that are near it."""
    there = {typed.plainly(one.number): one for one in (*sheet.lots, *sheet.supplies)}
    near = get_close_matches(typed.plainly(number), there, n=3, cutoff=0.6)
    said = _("No lot of number “%(number)s” is in stock here.") % {"number": number}
    if not near:
        return said + " " + _("Read the number again, or receive the lot first.")
    named = [f"{there[one].number} ({there[one].item.name})" for one in near]
    return said + " " + _("Near it: %(lots)s.") % {"lots": ", ".join(named)}


def _row_of_product(lot: Lot, sheet: Sheet, form: DrawnForm, filled: dict[str, Any]) -> str:
    """Put a lot into its row of products; why not, where that cannot be."""
    if lot not in sheet.lots:
        return _("This code belongs to no lot used at this session.")
    row = form.row_for(lot, filled)
    if row is None:
        return _("Every line is taken: save, or empty one.")
    filled[f"lot_{row}"] = lot.public_id
    return ""


def _row_of_supply(lot: Lot, sheet: Sheet, filled: dict[str, Any]) -> str:
    """Put a lot of needles into its row; why not, where that cannot be. What was offered is
    confirmed by its scan, and gives way to another lot of the same item; what is scanned once more
    is one piece more."""
    there = {one.public_id: one for one in sheet.supplies}
    if lot.public_id not in there:
        return _("This code belongs to no lot used at this session.")
    rows = [(n, there.get(filled.get(f"supply_{n}", ""))) for n in range(SUPPLIES)]
    offered = [
        n for n, one in rows if one is not None and filled.get(f"offered_{n}") == one.public_id
    ]
    same = next((n for n, one in rows if one == lot), None)
    if same is not None and same not in offered:
        pieces = str(filled.get(f"pieces_{same}", ""))
        known_count = re.fullmatch(r"[0-9]{1,2}", pieces)
        filled[f"pieces_{same}"] = str(int(pieces) + 1 if known_count else 1)
        return ""
    like = (n for n, one in rows if n in offered and one and one.item_id == lot.item_id)
    empty = (n for n, _one in rows if not filled.get(f"supply_{n}"))
    row = same if same is not None else next(like, next(empty, None))
    if row is None:
        return _("Every line is taken: save, or empty one.")
    filled[f"supply_{row}"], filled[f"offered_{row}"] = lot.public_id, ""
    return ""


@page("sessions/<slug:public_id>/injected/", "session-injected", Permission.GIVE, form=True)
def session_injected(request: HttpRequest, public_id: str) -> HttpResponse:
    """It was given: what went in."""
    found = _opened(request, public_id)
    if request.method != "POST":
        return redirect("session", public_id)
    sheet = sheet_of(request, found)
    sheet.sent["injected"] = request.POST
    form = sheet.injected_form()
    why = _("Something is missing in what was injected: see the marked fields.")
    sent = submission(request)

    def write() -> Any:
        based_on, injected, reasons = (
            form.cleaned_data["based_on"], form.injected(), form.reasons(),
        )  # fmt: skip
        if isinstance(form, SerumForm):
            given = form.given(sheet.side)
            return at_session.give(sent, found, based_on, form.proof(), given, injected, reasons)
        return recording.inject(
            sent, found, based_on, injected, reasons, form.drawn(), form.confirmed()
        )

    return written(request, found, "injected", form, why, write)


@page("sessions/<slug:public_id>/happened/", "session-happened", Permission.PREPARE, form=True)
def session_happened(request: HttpRequest, public_id: str) -> HttpResponse:
    """What happened; with ``sign``, the practitioner then signs."""
    found = _opened(request, public_id)
    if request.method != "POST":
        return redirect("session", public_id)
    sheet = sheet_of(request, found)
    sheet.sent["happened"] = request.POST
    form = sheet.happened_form()
    sign = request.POST.get("sign") == "yes"
    why = _("Something is missing in what happened: see the marked fields.")
    return written(request, found, "happened", form, why, lambda: recording.happen(
        submission(request), found, form.cleaned_data["based_on"], form.happened(), sign=sign
    ))  # fmt: skip


def written(
    request: HttpRequest,
    found: Session,
    part: str,
    form: PartForm,
    why: str,
    write: Callable[[], Any],
) -> HttpResponse:
    """A part written from its form, and on; the page again where that cannot be."""
    if not form.is_valid():
        return _page(request, found, Trouble(part, why, 422), form)
    refused = _tried(request, found, part, write, form)
    if refused is not None:
        return refused
    drafts.done(request, f"session-{part}", found.public_id)
    return _on(found.public_id, _next_of(request, found))


@page("sessions/<slug:public_id>/check/", "session-check", Permission.PREPARE, form=True)
def session_check(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the rules say of a syringe while it is typed; nothing is written."""
    found = _opened(request, public_id)
    if request.method != "POST":
        return redirect("session", public_id)
    sheet = sheet_of(request, found)
    sheet.sent["preparation"] = request.POST
    form, _offered = sheet.preparation_form()
    given_already = sheet.state != State.PREPARED
    context = {
        "check": Checked() if given_already else _check(sheet, form),
        "in_person": sheet.in_person,
    }
    return render(request, "clinic/session/check.html", context)


@page("sessions/<slug:public_id>/undo/", "session-undo", Permission.PREPARE, form=True)
def session_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """A part as it stood before it was written last."""
    found = _opened(request, public_id)
    part = request.POST.get("part", "")
    if request.method != "POST" or part not in ("preparation", "happened"):
        return redirect("session", public_id)
    undo = partial(recording.undo, submission(request), found, part, version_sent(request.POST))
    return _tried(request, found, part, undo, typed=False) or _on(public_id, part)


@page("sessions/<slug:public_id>/amend/", "session-amend", Permission.GIVE, form=True)
def session_amend(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another version beside a signed record, with the reason."""
    found = _opened(request, public_id)
    form = ReasonForm(
        request.POST if request.method == "POST" else None, label=_("Why it is amended")
    )
    record = room.standing(user_of(request), found).record
    if request.method != "POST" or record is None:
        return redirect("session", public_id)
    if not form.is_valid():
        return _page(request, found, Trouble("amend", _("Say why: it stays in the record."), 422))
    refused = _tried(
        request,
        found,
        "amend",
        lambda: given.amend(submission(request), record, form.cleaned_data["reason"]),
    )
    if refused is None:
        messages.success(request, _("Correct what is wrong, then sign: both versions stay."))
    return refused or redirect("session", public_id)


drafts.forms(*(f"session-{part}" for part in (*PAUSED, *PARTS[1:])))
drafts.forms("session-injected", never=PROOF)
