"""The board of serum; a draw, a tube, a unit; what two people answer for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4, uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.calendar.moments import to_local
from dolenti.clinic.common.editing import Edit, patient_page, typed
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.drafts import views as drafts
from dolenti.clinic.serum import shown
from dolenti.clinic.serum.forms import AskForm, CheckForm, DrawForm, TestsForm
from dolenti.clinic.stock.shown import not_offered
from dolenti.guideline.errors import InputError
from dolenti.records import engine
from dolenti.serum import (
    chain,
    deadlines,
    drawing,
    eligibility,
    gate,
    identity,
    labelling,
    opening,
    pairs,
    temperature,
)
from dolenti.serum.models import Label, Place, Proposal, Thing, Tube, Unit
from dolenti.stock import gate as stock_gate
from dolenti.stock.standing import Stands, stands
from dolenti.treatment import lately
from dolenti.treatment.models import Course
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, inline, patient_of
from dolenti.ui.language import current
from dolenti.ui.templatetags.dolenti import figure

MOST_ABSENT = 12
"""So many patients whose arrival nobody noted are listed beside the form."""
MARKED = (*chain.MARKERS, chain.BY_ORIGIN)
PLAN, TESTS, ASK = drafts.forms("serum-plan", "serum-tests", "serum-ask")


@page("serum/", "serum", Permission.PREPARE_SERUM)
def board(request: HttpRequest) -> HttpResponse:
    """What is where, for how long, what is next. Asked for by itself (htmx), only the board."""
    user = user_of(request)
    tubes, units = gate.alive(user)
    things: list[Thing] = [*tubes, *units]
    silent = shown.silent_places(units)
    context = {
        "standing": opening.standing(user),
        "stages": shown.board(things, silent),
        "proposals": [(one, shown.event_name(one.event)) for one in gate.proposals(user)],
        "draws": [(one, shown.who(one.patient)) for one in gate.draws_today(user)],
        "sessions": [
            (one, shown.who(one.course.patient), _count(units, one.course.patient_id, silent))
            for one in gate.sessions_today(user)
        ],
        "beyond": gate.beyond(user),
        "empty": not things,
    }
    part = "HX-Request" in request.headers
    return render(
        request, "clinic/serum/stages.html" if part else "clinic/serum/board.html", context
    )


def _count(units: list[Unit], patient: int, silent: dict[int, Place]) -> int:
    ready = (one for one in units if shown.silent_of(one, silent) is None)
    return sum(1 for one in ready if one.patient_id == patient and one.state in ("frozen", "fresh"))


def _here(course: Course) -> str:
    """Whether the patient of a course to draw for is there, as reception noted it."""
    is_here: bool = course.is_here  # type: ignore[attr-defined]
    return _(" (arrival noted)") if is_here else _(" (arrival not noted)")


@page("draws/new/", "serum-draw-new", Permission.PREPARE_SERUM, form=True)
def draw_new(request: HttpRequest) -> HttpResponse:
    """A draw planned: of whom, how many tubes, of which lot of devices."""
    user = user_of(request)
    courses = [
        (one, f"{shown.who(one.patient)}{_here(one)}") for one in gate.courses_to_draw(user)[:50]
    ]
    there = list(stock_gate.there(user).filter(item__kind__in=drawing.DEVICES))
    devices = [one for one in there if stands(one, today()) is Stands.USABLE]
    # One that was chosen and is held since stays in the list: it is refused by name.
    held = [one for one in there if one not in devices]
    chosen = [one for one in held if one.public_id == request.POST.get("device")]
    draft = drafts.of(request, PLAN)
    initial = {"course": request.GET.get("course", ""), **draft.initial}
    lots = [*devices, *chosen]
    form = DrawForm(typed(request, {}), courses=courses, devices=lots, initial=initial)
    edit = Edit(request, form)

    def plan(said: dict[str, Any]) -> Any:
        course, device = form.courses[said["course"]], form.devices[said["device"]]
        return drawing.plan(submission(request), course, said["count"], device)

    if edit.writes(plan, beside=lambda error: error.where if error.where in form.fields else None):
        drafts.done(request, PLAN)
        return edit.done("serum-draw", edit.made.public_id, said=_("The draw is planned."))
    absent = [one for one, _said in courses if not one.is_here]  # type: ignore[attr-defined]
    context = {
        "form": form,
        "draft": draft,
        "standing": opening.standing(user),
        "courses": courses,
        "devices": devices,
        "not_offered": not_offered(held, today()),
        "absent": [(one.patient, shown.who(one.patient)) for one in absent[:MOST_ABSENT]],
    }
    return render(request, "clinic/serum/draw-new.html", context, status=edit.status)


@page("draws/<slug:public_id>/", "serum-draw", Permission.PREPARE_SERUM)
def draw(request: HttpRequest, public_id: str) -> HttpResponse:
    """One draw: the donor’s tests, its tubes and units, what is next."""
    user = user_of(request)
    found = gate.draw(user, public_id)
    tubes = list(gate.tubes(user).filter(draw=found).order_by("position"))
    kept = gate.units(user).prefetch_related(gate.KEPT_IN)
    units = list(kept.filter(draw=found).order_by("position"))
    machine = chain.in_force()
    context = {
        "draw": found,
        "lines": shown.lines([one for one in (*tubes, *units) if _is_alive(one)]),
        "things": [(one, machine.machine(one.kind).states[one.state]) for one in (*tubes, *units)],
        "known": drawing.are_known(found),
        "positive": drawing.is_positive(found),
        "checked": eligibility.is_checked(found),
        "to_draw": any(one.state == "planned" for one in tubes),
        "doses": drawing.doses(found.course),
        "markers": [(m, found.tests.get(m, "")) for m in MARKED],
    }
    return patient_page(request, "clinic/serum/draw.html", context, of=found.patient)


def _is_alive(thing: Thing) -> bool:
    return not chain.in_force().machine(thing.kind).is_end(thing.state)


@page("draws/<slug:public_id>/check/", "serum-check", Permission.ASSESS, form=True)
def draw_check(request: HttpRequest, public_id: str) -> HttpResponse:
    """“Check before drawing”, by a practitioner."""
    user = user_of(request)
    found = gate.draw(user, public_id)
    stands = {"based_on": found.version}
    form = CheckForm(typed(request, stands), initial=stands)
    edit = Edit(request, form)

    def write(said: dict[str, Any]) -> Any:
        return eligibility.check(
            user, found, said["based_on"], identified=said["identified"], today=said["today"]
        )

    stale = _("Somebody changed this draw meanwhile: look again.")
    if edit.writes(write, beside=lambda error: error.where or None, stale=stale):
        return edit.done("serum-draw", public_id, said=_("The check is recorded."))
    whose = found.patient
    happened = lately.of_patient(whose.absorbed_by_id or whose.pk, sessions=True)
    context = {
        "earlier_events": lately.earlier_events(happened),
        "draw": found,
        "told": next(one for one in chain.in_force().said.steps if one.id == "eligibility"),
        "flags": eligibility.open_flags(user, found),
        "consent": drawing.has_consent(found.course),
        "known": drawing.are_known(found),
        "positive": drawing.is_positive(found),
    }
    return edit.page("clinic/serum/check.html", context, of=found.patient)


@page("draws/<slug:public_id>/tests/", "serum-tests", Permission.PREPARE_SERUM, form=True)
def draw_tests(request: HttpRequest, public_id: str) -> HttpResponse:
    """The donor’s results."""
    user = user_of(request)
    found = gate.draw(user, public_id)
    stands = {**found.tests, "on": found.tests_on or found.day, "based_on": found.version}
    draft = drafts.of(request, TESTS, public_id)
    form = TestsForm(typed(request, stands), initial={**stands, **draft.initial})
    edit = Edit(request, form)

    def write(said: dict[str, Any]) -> Any:
        return drawing.record_tests(
            user, found, said["based_on"], form.results(), said["on"], said["reason"]
        )

    stale = _("Somebody recorded results meanwhile: look again.")
    if edit.writes(write, beside=lambda error: error.where or None, stale=stale):
        drafts.done(request, TESTS, public_id)
        return edit.done("serum-draw", public_id, said=_("The results are recorded."))
    context = {"draw": found, "draft": draft, "positive": drawing.is_positive(found)}
    return edit.page("clinic/serum/tests.html", context, of=found.patient)


def _thing_page(request: HttpRequest, thing: Thing) -> HttpResponse:
    user = user_of(request)
    printed, printable = labelling.label_of(thing) is not None, labelling.may_print(thing)
    waits = gate.proposals(user).filter(**{thing.kind: thing}).first()
    stay = gate.stay_of(user, thing) if isinstance(thing, Unit) else None
    context = {
        "thing": thing,
        "silent": shown.silent_places([thing]).get(stay.place_id) if stay else None,
        "state": chain.in_force().machine(thing.kind).states[thing.state],
        "window": shown.window_of(thing),
        "history": shown.told(thing, gate.steps_of(user, thing)),
        "choices": shown.choices(thing, labelled=printed and not printable),
        "printable": printable,
        "token": uuid4(),
        "next": shown.NEXT.get(thing.state, ""),
        "next_name": _next_name(thing.state),
        "why": shown.held_for([thing]).get(thing.number, ""),
        "stay": stay,
        "waits": waits,
        "positive": drawing.is_positive(thing.draw),
    }
    return patient_page(
        request, "clinic/serum/thing.html", context, of=thing.patient, opened=_is_open(thing)
    )


def _is_open(row: Any) -> bool:
    """Whether the record is open of what the gate gave, or only this to be decided of."""
    return bool(row.is_open)


def _next_name(state: str) -> Any:
    event = shown.NEXT.get(state)
    return shown.event_name(event) if event else None


@page("tubes/<slug:public_id>/", "serum-tube", Permission.PREPARE_SERUM)
def tube(request: HttpRequest, public_id: str) -> HttpResponse:
    """One tube: where it stands, everything that happened to it."""
    return _thing_page(request, gate.tube(user_of(request), public_id))


@page("units/<slug:public_id>/", "serum-unit", Permission.PREPARE_SERUM)
def unit(request: HttpRequest, public_id: str) -> HttpResponse:
    """One unit: where it stands, everything that happened to it."""
    return _thing_page(request, gate.unit(user_of(request), public_id))


def _print(request: HttpRequest, thing: Thing) -> HttpResponse:
    """A label, printed once: the answer is its document, and no address shows it again."""
    if request.method == "POST":
        sent = submission(request)
        # The page of the step prints, and then takes the step with the same form.
        sent = replace(sent, token=uuid5(sent.token, "label"))
        try:
            return _document(thing, labelling.print_label(sent, thing))
        except InputError as error:
            messages.error(request, sentence(error))
    return redirect(f"serum-{thing.kind}", thing.public_id)


def _document(thing: Thing, label: Label) -> HttpResponse:
    known = drawing.are_known(thing.draw)
    document = printing.SerumLabel(
        clinic_of(thing.patient.site),
        patient_of(thing.patient),
        thing.number,
        label.code,
        thing.patient.reference or thing.patient.public_id,
        to_local(label.at),
        volume=figure(float(thing.volume)) if thing.volume and thing.kind == "unit" else "",
        expires=thing.expires if isinstance(thing, Unit) else None,
        **(_of_its_tube(thing) if isinstance(thing, Unit) else {}),
        duplicate=label.serial > 1,
        positive=label.positive is True,
        untested=not known,
    )
    return inline(printing.serum_label(document, current()), f"{thing.public_id}.pdf")


def _of_its_tube(unit: Unit) -> dict[str, Any]:
    """Which of how many units of its tube it is: they are made together, so that one that is lost
    is seen; and until when it may be used before it is frozen."""
    place, of = labelling.place_in_tube(unit)
    return {
        "place": f"{place} / {of}",
        "tube": str(unit.tube.position),
        "fresh_until": _local_or_none(unit),
    }


def _local_or_none(unit: Unit) -> datetime | None:
    until = None if unit.frozen_at is not None else deadlines.fresh_until(unit)
    return None if until is None else to_local(until)


@page("tubes/<slug:public_id>/print/", "serum-tube-print", Permission.PREPARE_SERUM, form=True)
def tube_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """The label of a tube printed, once."""
    return _print(request, gate.tube(user_of(request), public_id))


@page("units/<slug:public_id>/print/", "serum-unit-print", Permission.PREPARE_SERUM, form=True)
def unit_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """The label of a unit printed, once."""
    return _print(request, gate.unit(user_of(request), public_id))


def _ask(request: HttpRequest, thing: Thing, event: str) -> HttpResponse:
    """Something that two people answer for is proposed; a hold, or a tube not drawn, is done."""
    user = user_of(request)
    known = {one.event: one for one in shown.choices(thing, labelled=True)}
    if event not in known:
        raise Http404
    slot = event == "lift-to-quarantine"
    stay = gate.stay_of(user, thing) if isinstance(thing, Unit) else None
    about = f"{thing.public_id}-{event}"[:40]
    draft = drafts.of(request, ASK, about)
    initial = {**({"slot": stay.slot} if stay is not None else {}), **draft.initial}
    form = AskForm(typed(request, {}), event=event, slot=slot, initial=initial)
    edit = Edit(request, form)
    makes: dict[str, Callable[[dict[str, Any]], Any]] = {
        "hold": lambda said: pairs.hold(submission(request), thing, said["note"]),
        "cancel": lambda said: drawing.cancel(submission(request), _tube(thing), said["note"]),
    }

    def propose(said: dict[str, Any]) -> Any:
        return pairs.propose(
            submission(request), thing, event, reason=said.get("reason", ""), note=said["note"],
            slot=said.get("slot", ""), volume=said.get("volume"),
        )  # fmt: skip

    beside = {"reason": "reason", "note": "note"}
    if event == identity.CORRECT:
        beside["volume"] = "volume"
    if edit.writes(makes.get(event, propose), beside=lambda error: beside.get(error.where)):
        drafts.done(request, ASK, about)
        two = known[event].two
        said = _("Proposed. Somebody else must confirm it.") if two else _("It is recorded.")
        return edit.done(f"serum-{thing.kind}", thing.public_id, said=said)
    context = {"thing": thing, "asked": known[event], "draft": draft, **_what_happened(thing)}
    return edit.page("clinic/serum/ask.html", context, of=thing.patient, opened=_is_open(thing))


def _what_happened(thing: Thing) -> dict[str, Any]:
    """What whoever proposes or confirms decides of: why it is held, how it was made."""
    tests = [(marker, thing.draw.tests.get(marker, "")) for marker in MARKED]
    return {
        "why": shown.held_for([thing]).get(thing.number, ""),
        "made": shown.made(thing),
        "waited": shown.waited(thing),
        "excursions": shown.excursions_of(thing) if thing.state == "held" else [],
        "tests": tests if thing.kind == "unit" else [],
        "tests_known": drawing.are_known(thing.draw),
    }


def _tube(thing: Thing) -> Tube:
    assert isinstance(thing, Tube)
    return thing


@page("tubes/<slug:public_id>/ask/<slug:event>/", "serum-tube-ask", Permission.PREPARE_SERUM,
      form=True)  # fmt: skip
def tube_ask(request: HttpRequest, public_id: str, event: str) -> HttpResponse:
    """Ask for something of a tube."""
    return _ask(request, gate.tube(user_of(request), public_id), event)


@page("units/<slug:public_id>/ask/<slug:event>/", "serum-unit-ask", Permission.PREPARE_SERUM,
      form=True)  # fmt: skip
def unit_ask(request: HttpRequest, public_id: str, event: str) -> HttpResponse:
    """Ask for something of a unit."""
    return _ask(request, gate.unit(user_of(request), public_id), event)


@page("proposals/<slug:public_id>/", "serum-proposal", Permission.PREPARE_SERUM, form=True)
def proposal(request: HttpRequest, public_id: str) -> HttpResponse:
    """What waits for a second person: confirmed, or dropped."""
    user = user_of(request)
    found = gate.proposal(user, public_id)
    thing: Any = found.unit if found.unit is not None else found.tube
    refused, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "drop":
                pairs.drop(user, found)
                messages.success(request, _("The proposal is dropped."))
            else:
                pairs.confirm(user, found, request.POST.get("read", ""))
                messages.success(request, _("It is done, in both names."))
                if found.event in identity.OF_LABELS:  # the paper is printed from its page, once
                    return redirect(f"serum-{thing.kind}", thing.public_id)
            return redirect("serum")
        except InputError as error:
            refused, status = sentence(error), 422
    reasons = {one.id: one for one in chain.in_force().said.discard_reasons}
    context = {
        "proposal": found,
        "thing": thing,
        "name": shown.event_name(found.event),
        "reason": reasons.get(found.reason),
        "own": found.author_id == user.pk,
        "refused": refused,
        "barred": _barred(thing, found),
        "read": pairs.stamp(found),
        **_what_happened(thing),
    }
    return patient_page(
        request, "clinic/serum/proposal.html", context, of=found.draw.patient,
        opened=_is_open(found), status=status,
    )  # fmt: skip


def _barred(thing: Thing, found: Proposal) -> str:
    """Why what was proposed cannot be confirmed, whoever would."""
    why = pairs.why_not(thing, found.event) if found.ended_at is None else None
    return (
        f"{why.in_language(current())[:1].upper()}{why.in_language(current())[1:]}." if why else ""
    )


@page("serum/chain/", "serum-chain", Permission.PREPARE_SERUM)
def how(request: HttpRequest) -> HttpResponse:
    """How the chain goes, step by step, with what each rests on; and on what it is on here."""
    user = user_of(request)
    edition = engine.edition_in_force()
    known = chain.in_force()
    context = {
        "standing": opening.standing(user),
        "notice": next((one for one in edition.notices if one.id == chain.NOTICE), None),
        "steps": [(one, edition.verified(one.sources)) for one in known.said.steps],
        "limits": [(one, edition.verified(one.sources)) for one in known.said.limits],
        "excursions": known.said.excursions,
    }
    return render(request, "clinic/serum/chain.html", context)


def covered(user: Any) -> list[tuple[Any, Any]]:
    """Each freezer of the site, and up to when it was measured."""
    return [(one, temperature.covered_until(one)) for one in gate.places(user)]
