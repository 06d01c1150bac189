"""A step of one person: labels scanned, one identifier, and what the step asks beside.

One address for every event of a draw; the scans say of which tubes and units. The page shows the
patient’s name and no birth date: that is read on the label, or heard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.drafts import views as drafts
from dolenti.clinic.serum import shown
from dolenti.clinic.serum.forms import (
    PROOF,
    BloodForm,
    EndForm,
    FreezeForm,
    IncubateForm,
    LabelForm,
    PackForm,
    PortionForm,
    ReceiveBoxForm,
    SpinForm,
    StepForm,
    ThawForm,
)
from dolenti.guideline.errors import InputError
from dolenti.serum import (
    bench,
    chain,
    drawing,
    eligibility,
    freezing,
    gate,
    labelling,
    steps,
    temperature,
)
from dolenti.serum.models import Draw, Place, Thing, Unit
from dolenti.treatment.models import Session
from dolenti.ui.templatetags.dolenti import figure


@dataclass
class Doing:
    """One event of one draw, on its page."""

    request: HttpRequest
    draw: Draw
    event: str
    things: list[Thing]
    one: Thing | None = None
    """The one of them that the page is about, where it is about one."""
    begun: drafts.Begun = field(default_factory=lambda: drafts.Begun(""))
    """What was typed of it before, and not sent."""

    @property
    def typed(self) -> dict[str, Any]:
        """What its form begins with."""
        return {"initial": self.begun.initial}

    @property
    def data(self) -> Any:
        return self.request.POST if self.request.method == "POST" else None

    def places(self, kind: str) -> list[Place]:
        return list(gate.places(user_of(self.request)).filter(kind=kind, closed=False))

    def place(self, form: StepForm, kind: str) -> Place:
        """The place that was chosen."""
        chosen = form.cleaned_data["place"]
        return next(one for one in self.places(kind) if one.public_id == chosen)


Make = Callable[[Doing], tuple[StepForm, Callable[[], Any]]]


def _draw(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    form = BloodForm(doing.data, **doing.typed, tubes=doing.things)
    return form, lambda: drawing.draw_blood(
        submission(doing.request), doing.draw, form.proof(spoken=form.cleaned_data["spoken"]),
        form.volumes(),  # type: ignore[arg-type]
        sure=form.cleaned_data.get("sure", False),
    )  # fmt: skip


def _label(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    thing = doing.one
    assert thing is not None
    form = LabelForm(doing.data, **doing.typed, thing=thing)
    return form, lambda: bench.label(
        submission(doing.request), thing, form.proof(), look=form.cleaned_data.get("look", "")
    )


def _incubate(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    form = IncubateForm(doing.data, **doing.typed, places=doing.places("incubator"))
    return form, lambda: bench.start_incubation(
        submission(doing.request), doing.draw, form.proof(), doing.place(form, "incubator")
    )


def _end(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    form = EndForm(
        doing.data, **doing.typed, early=any(bench.is_early(one) for one in doing.things)
    )
    return form, lambda: bench.end_incubation(
        submission(doing.request), doing.draw, form.proof(),
        early=form.cleaned_data.get("early", ""),
    )  # fmt: skip


def _spin(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    form = SpinForm(doing.data, **doing.typed)
    return form, lambda: bench.spin(
        submission(doing.request), doing.draw, form.proof(), run=form.cleaned_data["run"],
        whole=form.cleaned_data["whole"],
    )  # fmt: skip


def _portion(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    form = PortionForm(doing.data, **doing.typed)
    return form, lambda: bench.portion(
        submission(doing.request), doing.draw, form.proof(), form.cleaned_data["volumes"],
        bench_clear=form.cleaned_data["bench_clear"],
    )  # fmt: skip


def _freeze(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    form = FreezeForm(doing.data, **doing.typed, places=doing.places("freezer"))
    take = freezing.freeze if doing.event == "freeze" else freezing.move
    return form, lambda: take(
        submission(doing.request), doing.draw, form.proof(), doing.place(form, "freezer"),
        form.cleaned_data["slot"],
    )  # fmt: skip


def _pack(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    form = PackForm(doing.data, **doing.typed, places=doing.places("box"))
    return form, lambda: freezing.pack(
        submission(doing.request), doing.draw, form.proof(), doing.place(form, "box"),
        seal=form.cleaned_data["seal"], recorder=form.cleaned_data["recorder"],
    )  # fmt: skip


def _receive(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    form = ReceiveBoxForm(doing.data, **doing.typed, places=doing.places("freezer"))
    return form, lambda: freezing.receive(
        submission(doing.request), doing.draw, form.proof(),
        (doing.place(form, "freezer"), form.cleaned_data["slot"]),
        sealed=form.cleaned_data["sealed"],
    )  # fmt: skip


def _thaw(doing: Doing) -> tuple[StepForm, Callable[[], Any]]:
    now = timezone.now()
    early = any(freezing.is_thawed_soon(one, now) for one in doing.things if isinstance(one, Unit))
    form = ThawForm(doing.data, **doing.typed, early=early)
    return form, lambda: freezing.thaw(
        submission(doing.request), doing.draw, form.proof(), soon=form.cleaned_data.get("soon", "")
    )


MAKES: dict[str, Make] = {
    "draw": _draw, "label": _label, "start-incubation": _incubate, "end-incubation": _end,
    "spin": _spin, "portion": _portion, "freeze": _freeze, "move-slot": _freeze, "pack": _pack,
    "receive": _receive, "thaw-complete": _thaw,
}  # fmt: skip


drafts.forms(*(f"serum-{event}" for event in MAKES), never=PROOF)


@page("draws/<slug:public_id>/steps/<slug:step>/", "serum-step", Permission.PREPARE_SERUM,
      form=True)  # fmt: skip
def take_step(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """One step of the things of a draw."""
    event = step
    user = user_of(request)
    found = gate.draw(user, public_id)
    if event not in MAKES:
        raise Http404
    every: list[Thing] = [
        *gate.tubes(user).filter(draw=found).order_by("position"),
        *gate.units(user).filter(draw=found).order_by("position"),
    ]
    things = _waiting(every, event)
    one = _asked_for(request, things) if event == "label" else None
    if not things or (event == "label" and one is None):
        messages.warning(request, _("Nothing of this draw waits for that step any more."))
        return redirect("serum-draw", public_id)
    name, of = f"serum-{event}", one.public_id if one is not None else public_id
    begun = drafts.of(request, name, of, f"of={of}" if one is not None else "")
    doing = Doing(request, found, event, things, one, begun)
    form, write = MAKES[event](doing)
    edit = Edit(request, form)
    before = {(one.kind, one.pk): one.state for one in every}
    if edit.writes(lambda _said: write(), beside=lambda error: _beside(form, error)):
        drafts.done(request, name, of)
        _say(request, user, found, before)
        return redirect(_after(public_id, event, user, found))
    known = chain.in_force()
    about = doing.one or doing.things[0]
    context = {
        "form": form,
        "draft": begun,
        "draw": found,
        "who": shown.who(found.patient),
        "name": shown.event_name(event),
        "event": event,
        "things": [(one, known.machine(one.kind).states[one.state]) for one in doing.things],
        "told": next((one for one in known.said.steps if one.id == _told_by(event, about)), None),
        "about": about,
        "unchecked": event == "draw" and not eligibility.is_checked(found),
        "window": shown.window_of(about),
        "printed": event == "label" and labelling.label_of(about) is not None,
    }
    return render(request, "clinic/serum/step.html", context, status=edit.status)


TOLD = {
    "draw": "draw", "label": "label", "start-incubation": "incubate", "end-incubation": "incubate",
    "spin": "centrifuge", "portion": "portion", "freeze": "freeze", "move-slot": "freeze",
    "pack": "transport", "receive": "transport", "thaw-complete": "thaw",
}  # fmt: skip
"""The step of the knowledge that an event is told by."""


def _told_by(event: str, about: Thing) -> str:
    """A unit is labelled once it is portioned, by the rule of that step: how it must look."""
    return "portion" if (event, about.kind) == ("label", "unit") else TOLD[event]


def _waiting(every: Sequence[Thing], event: str) -> list[Thing]:
    """Those of a draw of which the machine lets a step be taken now."""
    return [one for one in every if steps.line_of(one, event) is not None]


def _asked_for(request: HttpRequest, things: Sequence[Thing]) -> Thing | None:
    """The one that is to be labelled: that whose page was opened, and no other where it was done
    meanwhile; the next one where none is named."""
    asked = request.GET.get("of", "")
    return next((one for one in things if asked in ("", one.public_id)), None)


def _beside(form: StepForm, error: InputError) -> str | None:
    return error.where if error.where in form.fields else None


def _say(request: HttpRequest, user: Any, draw: Draw, before: dict[Any, str]) -> None:
    """What became of it: what is held is said louder than what is done."""
    now: list[Thing] = [*gate.tubes(user).filter(draw=draw), *gate.units(user).filter(draw=draw)]
    held = [one for one in now if one.state == "held" and before.get((one.kind, one.pk)) != "held"]
    if held:
        said = _("On hold: %(numbers)s. %(why)s")
        numbers = ", ".join(one.number for one in held)
        why = "; ".join(dict.fromkeys(shown.held_for(held).values()))
        messages.warning(request, said % {"numbers": numbers, "why": f"{why[:1].upper()}{why[1:]}"})
    else:
        messages.success(request, _("The step is recorded."))
    drawn = any(one.state == "drawn" and before.get((one.kind, one.pk)) != "drawn" for one in now)
    if drawn and (blood := drawing.too_much_blood(draw)) is not None:
        said = _("%(mL)s mL of blood were drawn today, more than the limit: watch the patient.")
        messages.warning(request, said % {"mL": figure(float(blood))})


def _after(public_id: str, event: str, user: Any, draw: Draw) -> str:
    """The next thing that waits for the same step, or the draw."""
    every: list[Thing] = [*gate.tubes(user).filter(draw=draw).order_by("position"),
                          *gate.units(user).filter(draw=draw).order_by("position")]  # fmt: skip
    more = _waiting(every, event)
    if event not in ("label", "freeze", "portion") or not more:
        return reverse("serum-draw", args=[public_id])
    of = f"?of={more[0].public_id}" if event == "label" else ""
    return reverse("serum-step", args=[public_id, event]) + of


@page("serum/sessions/<slug:public_id>/", "serum-session", Permission.PREPARE_SERUM)
def session(request: HttpRequest, public_id: str) -> HttpResponse:
    """A session of a course of serum: its units, what is next, what was given."""
    user = user_of(request)
    found = gate.for_session(user, public_id)
    context = _at_session(user, found)
    context["given"] = list(gate.given_in(user, found.course))
    return render(request, "clinic/serum/session.html", context)


def _at_session(user: Any, found: Session) -> dict[str, Any]:
    units = list(gate.units_of(user, found.course.patient))
    known = chain.in_force().unit
    frozen = [one for one in units if one.state == "frozen"]
    return {
        "unread": temperature.to_read(frozen, timezone.now()) if frozen else [],
        "session": found,
        "who": shown.who(found.course.patient),
        "units": [(one, known.states[one.state]) for one in units],
        "ready": frozen,
        "thawing": [one for one in units if one.state == "issued"],
        "usable": [one for one in units if one.state in ("fresh", "thawed")],
        "arrived": found.appointment.state == "arrived",
    }


@page("serum/sessions/<slug:public_id>/issue/", "serum-issue", Permission.PREPARE_SERUM, form=True)
def issue(request: HttpRequest, public_id: str) -> HttpResponse:
    """A unit issued for a session: its patient has arrived."""
    user = user_of(request)
    found = gate.for_session(user, public_id)
    form = StepForm(request.POST if request.method == "POST" else None)
    edit = Edit(request, form)
    if edit.writes(
        lambda _said: freezing.issue(submission(request), found, form.proof()),
        beside=lambda error: _beside(form, error),
    ):
        return edit.done("serum-session", public_id, said=_("The unit is issued: let it thaw."))
    context = {**_at_session(user, found), "form": form}
    return render(request, "clinic/serum/issue.html", context, status=edit.status)
