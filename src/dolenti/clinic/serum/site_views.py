"""The chain of a site: on what it is on; the cold and its logs; the accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, typed
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.drafts import views as drafts
from dolenti.clinic.serum import shown
from dolenti.clinic.serum.forms import CloseForm, StatementForm
from dolenti.clinic.serum.site_forms import CountForm, LogForm, PeriodForm, PlaceForm, WithdrawForm
from dolenti.guideline.errors import InputError
from dolenti.serum import accounts, chain, gate, opening, silence, temperature, withdrawing
from dolenti.serum.opening import Said
from dolenti.serum.temperature import File

WEEKS = timedelta(weeks=8)

(STATEMENT,) = drafts.forms("serum-statement", never=("code",))  # of the second step
(COUNT,) = drafts.forms("serum-count")
(WITHDRAW,) = drafts.forms("serum-log")


@page("serum/chain/statement/", "serum-statement", Permission.ATTEST, form=True)
def statement(request: HttpRequest) -> HttpResponse:
    """On what the chain of the site is on."""
    user = user_of(request)
    found = opening.standing(user)
    last = found.statement
    initial = {} if last is None else {
        "code": last.code, "advice": last.advice, "advice_on": last.advice_on,
        "agreement": last.agreement, "appointed": last.appointed, "strict": last.strict,
        "responsible": last.responsible.public_id if last.responsible else "",
    }  # fmt: skip
    draft = drafts.of(request, STATEMENT)
    form = StatementForm(
        typed(request, {}), people=opening.people(user), initial={**initial, **draft.initial}
    )
    edit = Edit(request, form)

    def write(said: dict[str, Any]) -> Any:
        return opening.open_chain(
            submission(request),
            Said(
                said["code"], said["advice"], said["advice_on"], said["agreement"],
                form.people[said["responsible"]], said["appointed"], said["strict"],
            ),
        )  # fmt: skip

    if edit.writes(write, beside=lambda error: error.where if error.where in form.fields else None):
        drafts.done(request, STATEMENT)
        return edit.done(_back(user), said=_("The serum chain is on."))
    context = {"form": form, "draft": draft, "standing": found}
    return render(request, "clinic/serum/statement.html", context, status=edit.status)


def _back(user: User) -> str:
    """Where whoever stated it goes on: to the chain, if they may see it."""
    return "serum-chain" if user.may(Permission.PREPARE_SERUM) else "knowledge-choices"


@page("serum/chain/close/", "serum-close", Permission.ATTEST, form=True)
def close(request: HttpRequest) -> HttpResponse:
    """The chain turned off."""
    form = CloseForm(typed(request, {}))
    edit = Edit(request, form)
    if edit.writes(lambda said: opening.close_chain(submission(request), said["reason"])):
        return edit.done(_back(user_of(request)), said=_("The serum chain is off."))
    return render(request, "clinic/serum/close.html", {"form": form}, status=edit.status)


@page("serum/cold/", "serum-cold", Permission.PREPARE_SERUM, form=True)
def cold(request: HttpRequest) -> HttpResponse:
    """The incubators, freezers and boxes, each with how far it was measured; excursions."""
    user = user_of(request)
    form = PlaceForm(typed(request, {}))
    edit = Edit(request, form)

    def add(said: dict[str, Any]) -> Any:
        return temperature.add_place(submission(request), said["kind"], said["name"])

    if edit.writes(add, beside=lambda error: error.where or None):
        return edit.done("serum-place", edit.made.public_id, said=_("The place is added."))
    latest: dict[int, Any] = {}
    for log in gate.logs(user):
        if any(one.confirmed_by_id for one in log.withdrawal):  # type: ignore[attr-defined]
            continue
        latest.setdefault(log.place_id, log)
    places = list(gate.places(user))
    often = temperature.often_open(places, timezone.now())
    context = {
        "form": form,
        "places": [(one, latest.get(one.pk), often.get(one.pk)) for one in places],
        "silent": set(silence.silent(user.site_id, timezone.now()).values_list("pk", flat=True)),
        "excursions": [_excursion(one) for one in gate.excursions(user)[:20]],
        "withdrawals": list(gate.withdrawals(user)),
    }
    return render(request, "clinic/serum/cold.html", context, status=edit.status)


def _excursion(row: Any) -> tuple[Any, Any]:
    rules = {one.id: one for one in chain.in_force().said.excursions}
    return row, rules.get(row.rule)


@page("places/<slug:public_id>/", "serum-place", Permission.PREPARE_SERUM, form=True)
def place(request: HttpRequest, public_id: str) -> HttpResponse:
    """One place: its recorder’s file taken in, its logs, its excursions."""
    user = user_of(request)
    found = gate.place(user, public_id)
    sent = request.method == "POST"
    form = LogForm(request.POST if sent else None, request.FILES if sent else None)
    edit = Edit(request, form)

    def take_in(said: dict[str, Any]) -> Any:
        file = said["file"]
        return temperature.take_in(
            submission(request), found, File(file.name, file.read(), said["zone"], said["sure"])
        )

    if sent and request.POST.get("closed"):
        return _closed(request, found)
    if edit.writes(take_in, beside=lambda error: error.where if error.where == "sure" else "file"):
        return edit.done("serum-place", public_id, said=_("The log is imported."))
    context = {
        "form": form,
        "place": found,
        "logs": list(gate.logs(user).filter(place=found)[:20]),
        "excursions": [_excursion(one) for one in gate.excursions(user).filter(place=found)[:20]],
        "counts": list(gate.counts(user).filter(place=found)[:5]),
    }
    return render(request, "clinic/serum/place.html", context, status=edit.status)


def _closed(request: HttpRequest, found: Any) -> HttpResponse:
    closing = request.POST["closed"] == "yes"
    try:
        temperature.close_place(user_of(request), found, found.version, closed=closing)
    except InputError as error:
        messages.error(request, sentence(error))
    return redirect("serum-place", found.public_id)


@page("logs/<slug:public_id>/", "serum-log", Permission.PREPARE_SERUM, form=True)
def log(request: HttpRequest, public_id: str) -> HttpResponse:
    """One log: what it says; withdrawn by two people where it is not of its place."""
    user = user_of(request)
    found = gate.log(user, public_id)
    asked = next(iter(found.withdrawal), None)  # type: ignore[attr-defined]
    if request.method == "POST" and asked is not None:
        return _answered(request, asked)
    draft = drafts.of(request, WITHDRAW, public_id)
    form = WithdrawForm(typed(request, {}), initial=draft.initial)
    edit = Edit(request, form)

    def propose(said: dict[str, Any]) -> Any:
        return withdrawing.propose(submission(request), found, said["reason"])

    if edit.writes(propose, beside=lambda error: error.where or None):
        drafts.done(request, WITHDRAW, public_id)
        return edit.done("serum-log", public_id, said=_("Proposed. Somebody else must confirm it."))
    about = gate.excursions(user).filter(place=found.place_id)
    about = about.filter(began__lte=found.last, ended__gte=found.first)
    context = {
        "form": form,
        "draft": draft,
        "log": found,
        "asked": asked,
        "own": asked is not None and asked.author_id == user.pk,
        "read": "" if asked is None else withdrawing.stamp(asked),
        "excursions": [_excursion(one) for one in about[:20]],
    }
    return render(request, "clinic/serum/log.html", context, status=edit.status)


def _answered(request: HttpRequest, asked: Any) -> HttpResponse:
    """The second person confirms what was proposed of a log, or drops it."""
    user = user_of(request)
    try:
        if request.POST.get("answer") == "drop":
            withdrawing.drop(user, asked)
            messages.success(request, _("The proposal is dropped."))
        else:
            withdrawing.confirm(user, asked, request.POST.get("read", ""))
            messages.success(
                request, _("The log is withdrawn. What it held is to be decided unit by unit.")
            )
    except InputError as error:
        messages.error(request, sentence(error))
    return redirect("serum-log", asked.log.public_id)


@page("excursions/<slug:public_id>/", "serum-excursion", Permission.PREPARE_SERUM)
def excursion(request: HttpRequest, public_id: str) -> HttpResponse:
    """One excursion: when, how far, and what it did to which units."""
    user = user_of(request)
    found = gate.excursion(user, public_id)
    touched = gate.touched(user, found)
    known = chain.in_force()
    row, rule = _excursion(found)
    context = {
        "excursion": row,
        "rule": rule,
        "given": [one for one in touched if one.before == "injected"],
        "touched": [
            (thing, shown.who(one.draw.patient), known.machine(thing.kind).states[thing.state])
            for one in touched
            if (thing := one.tube or one.unit) is not None
        ],
    }
    return render(request, "clinic/serum/excursion.html", context)


@page("serum/report/", "serum-report", Permission.PREPARE_SERUM)
def report(request: HttpRequest) -> HttpResponse:
    """Every number accounted for, of the draws of some days."""
    user = user_of(request)
    last, first = today(), today() - WEEKS
    form = PeriodForm(request.GET or None, initial={"first": first, "last": last})
    if form.is_bound and form.is_valid():
        first, last = sorted((form.cleaned_data["first"], form.cleaned_data["last"]))
    found = accounts.report(user, first, last)
    known = chain.in_force()
    context = {
        "form": form,
        "first": first,
        "last": last,
        "report": found,
        "states": {
            machine.kind: [(machine.states[state], n) for state, n in equation.by_state.items()]
            for machine, equation in ((known.tube, found.tubes), (known.unit, found.units))
        },
        "lines": [
            (line, shown.who(line.thing.patient),
             known.machine(line.thing.kind).states[line.thing.state])
            for line in found.lines
        ],
    }  # fmt: skip
    return render(request, "clinic/serum/report.html", context)


@page("places/<slug:public_id>/count/", "serum-count-new", Permission.PREPARE_SERUM, form=True)
def count_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything in a freezer scanned."""
    found = gate.place(user_of(request), public_id)
    draft = drafts.of(request, COUNT, public_id)
    form = CountForm(typed(request, {}), initial=draft.initial)
    edit = Edit(request, form)

    def write(said: dict[str, Any]) -> Any:
        return accounts.count(submission(request), found, said["scans"])

    if edit.writes(write, beside=lambda _error: "scans"):
        drafts.done(request, COUNT, public_id)
        return edit.done("serum-count", edit.made.public_id, said=_("The count is recorded."))
    context = {"form": form, "place": found, "draft": draft}
    return render(request, "clinic/serum/count-new.html", context, status=edit.status)


@page("counts/<slug:public_id>/", "serum-count", Permission.PREPARE_SERUM, form=True)
def count(request: HttpRequest, public_id: str) -> HttpResponse:
    """One count: what was not there, what was not to be there; confirmed by another person."""
    user = user_of(request)
    found = gate.count(user, public_id)
    refused, status = "", 200
    if request.method == "POST":
        try:
            accounts.confirm_count(user, found)
            return redirect("serum-count", public_id)
        except InputError as error:
            refused, status = sentence(error), 422
    absent = list(gate.units(user).filter(number__in=found.absent))
    context = {"count": found, "absent": absent, "own": found.author_id == user.pk,
               "refused": refused}  # fmt: skip
    return render(request, "clinic/serum/count.html", context, status=status)
