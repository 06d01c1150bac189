"""One lot: what moved, who received it; counted, discarded, kept apart, recalled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, patient_page, typed
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.safety.shown import alarm_lines
from dolenti.clinic.stock.forms import (
    CountForm,
    DiscardForm,
    HoldForm,
    LetterForm,
    RecallForm,
)
from dolenti.clinic.stock.jobs import make_letters
from dolenti.clinic.stock.shown import lot_line, received_lines
from dolenti.safety import gate as safety_gate
from dolenti.stock import gate, letters, life, lots
from dolenti.stock.models import Lot
from dolenti.ui.documents import inline
from dolenti.ui.paging import page_of


@page("lots/<slug:public_id>/", "lot", Permission.KEEP_STOCK)
def lot(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lot: how it stands, every patient who received it, every movement."""
    user = user_of(request)
    found = gate.lot(user, public_id)
    context = {
        "lot": found,
        "line": lot_line(found, today()),
        "received": received_lines(gate.received(user, found)),
        "beyond": gate.beyond(user, found),
        "alarms": alarm_lines(user, safety_gate.of_a_lot(user, found.public_id)),
        "letters": list(gate.letters(user, found)) if found.state == Lot.State.RECALLED else [],
        "movements": page_of(request, gate.movements(user, found)),
    }
    return render(request, "clinic/stock/lot.html", context)


Write = Callable[[dict[str, Any]], Any]


def _form(
    request: HttpRequest, found: Lot, form: TokenForm, write: Write, words: dict[str, str]
) -> HttpResponse:
    """A form about a lot, on a page of its own."""
    edit = Edit(request, form)

    def beside(error: Any) -> str | None:
        return error.where if error.where in form.fields else None

    if edit.writes(
        write, beside=beside, stale=_("Somebody changed this lot meanwhile: look again.")
    ):
        return edit.done("lot", found.public_id, said=words["done"])
    context = {"form": form, "lot": found, "words": words}
    return render(request, "clinic/stock/lot-form.html", context, status=edit.status)


@page("lots/<slug:public_id>/count/", "lot-count", Permission.KEEP_STOCK, form=True)
def lot_count(request: HttpRequest, public_id: str) -> HttpResponse:
    """How many pieces somebody counted."""
    found = gate.lot(user_of(request), public_id)
    words = {
        "title": _("Count a lot"),
        "press": _("Record the count"),
        "done": _("The count is recorded."),
    }
    return _form(
        request, found, CountForm(typed(request, {})),
        lambda said: lots.count(submission(request), found, said["counted"], said["reason"]),
        words,
    )  # fmt: skip


@page("lots/<slug:public_id>/discard/", "lot-discard", Permission.KEEP_STOCK, form=True)
def lot_discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Pieces thrown away or sent back."""
    found = gate.lot(user_of(request), public_id)
    words = {
        "title": _("Discard pieces of a lot"),
        "press": _("Record what is discarded"),
        "done": _("What was discarded is recorded."),
    }
    return _form(
        request, found, DiscardForm(typed(request, {}), initial={"quantity": found.left or ""}),
        lambda said: lots.discard(submission(request), found, said["quantity"], said["reason"]),
        words,
    )  # fmt: skip


@page("lots/<slug:public_id>/hold/", "lot-hold", Permission.KEEP_STOCK, form=True)
def lot_hold(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lot put in quarantine for a doubt; or freed, where it is there."""
    user = user_of(request)
    found = gate.lot(user, public_id)
    held = found.state == Lot.State.QUARANTINED
    words = {
        "title": _("Free a lot from quarantine") if held else _("Put a lot in quarantine"),
        "press": _("Free the lot") if held else _("Put it in quarantine"),
        "done": _("The lot is free again.") if held else _("The lot is in quarantine."),
        "says": "" if held else _("From now on nobody can use it, until somebody frees it."),
    }
    take = life.free if held else life.quarantine
    return _form(
        request, found, HoldForm(typed(request, {}), initial={"based_on": found.version}),
        lambda said: take(user, found, said["based_on"], said["reason"]), words,
    )  # fmt: skip


@page("lots/<slug:public_id>/recall/", "lot-recall", Permission.KEEP_STOCK, form=True)
def lot_recall(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lot recalled, and a letter begun to each who received it."""
    user = user_of(request)
    found = gate.lot(user, public_id)
    words = {
        "title": _("Recall a lot"),
        "press": _("Recall the lot and write the letters"),
        "done": _("The lot is recalled."),
        "says": _(
            "From now on nobody can use it, and this is never taken back. A letter is made for "
            "each patient who received it."
        ),
    }

    def recall(said: dict[str, Any]) -> None:
        now = life.recall(user, found, said["based_on"], said["reason"], said["told"])
        letters.write(submission(request), now, make_letters.enqueue)

    return _form(
        request, found, RecallForm(typed(request, {}), initial={"based_on": found.version}),
        recall, words,
    )  # fmt: skip


@page("lots/<slug:public_id>/letters/", "lot-letters", Permission.KEEP_STOCK, form=True)
def lot_letters(request: HttpRequest, public_id: str) -> HttpResponse:
    """The letters that are missing of a recall: to whom somebody else could not write."""
    found = gate.lot(user_of(request), public_id)
    if request.method == "POST" and found.state == Lot.State.RECALLED:
        made = letters.write(submission(request), found, make_letters.enqueue)
        said = ngettext("%(n)s letter is being made.", "%(n)s letters are being made.", made)
        messages.success(request, said % {"n": made})
    return redirect("lot", public_id)


@page("letters/<slug:public_id>/", "recall-letter", Permission.KEEP_STOCK, form=True)
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """One letter of a recall: its document, and what became of it."""
    user = user_of(request)
    found = gate.letter(user, public_id)
    take = {"send": letters.send, "reach": letters.reach, "lose": letters.lose}
    form = LetterForm(typed(request, {}), initial={"based_on": found.version})
    edit = Edit(request, form)
    stale = _("Somebody changed this letter meanwhile: look again.")

    def write(said: dict[str, Any]) -> Any:
        return take[said["step"]](user, found, said["based_on"], said["note"])

    if edit.writes(write, stale=stale):
        return edit.done("lot", found.lot.public_id, said=_("It is recorded."))
    context = {"form": form, "letter": found}
    page_shown = "clinic/stock/letter.html"
    return patient_page(request, page_shown, context, of=found.patient, status=edit.status)


@page("letters/<slug:public_id>/file/", "recall-letter-file", Permission.KEEP_STOCK)
def letter_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The document of a letter, once a worker has made it."""
    found = gate.letter(user_of(request), public_id)
    if found.pdf is None:
        return redirect("recall-letter", public_id)
    return inline(bytes(found.pdf), f"{_('letter')}-{public_id}.pdf")
