"""The stock: the list of what there is, items, receipts, lots."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, typed
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.common.typed import refused
from dolenti.clinic.stock.forms import ItemEditForm, ItemForm, ReceiveForm, scanned
from dolenti.clinic.stock.shown import item_lines
from dolenti.guideline.errors import InputError
from dolenti.records import engine
from dolenti.stock import gate, items, lots
from dolenti.stock.models import Item
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

LASTING = (
    "kind",
    "name",
    "product",
    "strength",
    "unit",
    "with_product",
    "with_strength",
    "volume",
    "minimum",
    "ahead",
)


@page("stock/", "stock", Permission.KEEP_FORMULARY)
def stock(request: HttpRequest) -> HttpResponse:
    """What the site keeps, by kind, with what is to be ordered and what expires first."""
    user = user_of(request)
    kept = list(gate.items(user))
    there = gate.lots(user).filter(left__gt=0)
    products = {name for one in kept for name in (one.product, one.with_product)}
    lines = item_lines(kept, there, today(), items.not_used(*products))
    kept_now = [line for line in lines if not line.item.closed or line.lots]
    groups = [
        (label, mine)
        for kind, label in LABELS["item-kind"].items()
        if (mine := [line for line in kept_now if line.item.kind == kind])
    ]
    context = {
        "groups": groups,
        "short": [line for line in kept_now if line.short and not line.item.closed],
        "letters_left": gate.letters_left(user),
        "ending": [lot for line in kept_now for lot in line.lots if _to_look_at(lot)],
    }
    return render(request, "clinic/stock/list.html", context)


def _to_look_at(lot: Any) -> bool:
    return lot.soon or lot.stands != "usable"


@page("stock/items/new/", "item-new", Permission.KEEP_FORMULARY, form=True)
def item_new(request: HttpRequest) -> HttpResponse:
    """Something that the site keeps from now on."""
    form = ItemForm(
        request.POST if request.method == "POST" else None,
        products=engine.edition_in_force().products,
        initial={"minimum": 0, "ahead": 60},
    )
    if request.method == "POST" and form.is_valid():
        what = form.presentation()
        if what is not None:
            try:
                made = items.add(submission(request), what, seen=form.cleaned_data[items.SEEN])
            except InputError as error:
                form.add_error(
                    error.where if error.where in form.fields else "name", refused(error)
                )
            else:
                messages.success(request, _("The item is added. Now receive its first lot."))
                return redirect("item", made.public_id)
    status = 422 if form.errors else 200
    return render(request, "clinic/stock/item-form.html", {"form": form}, status=status)


@page("stock/items/<slug:public_id>/", "item", Permission.KEEP_FORMULARY)
def item(request: HttpRequest, public_id: str) -> HttpResponse:
    """One item: its level, and every lot of it that ever was there."""
    user = user_of(request)
    found = gate.item(user, public_id)
    every = list(gate.lots(user).filter(item=found))
    (line,) = item_lines([found], every, today())
    beside = next(
        (p.label.in_language(current()) for p in engine.edition_in_force().products
         if p.id == found.with_product), found.with_product,
    )  # fmt: skip
    context = {
        "item": found,
        "not_used": items.not_used(found.product, found.with_product),
        "beside": beside,
        "line": line,
        "past": [one for one in every if not one.left],
    }
    return render(request, "clinic/stock/item.html", context)


@page("stock/items/<slug:public_id>/edit/", "item-edit", Permission.KEEP_FORMULARY, form=True)
def item_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another name, another level."""
    user = user_of(request)
    found = gate.item(user, public_id)
    stands = {name: getattr(found, name) for name in LASTING} | {"based_on": found.version}
    form = ItemEditForm(
        typed(request, stands), products=engine.edition_in_force().products, initial=stands
    )
    edit = Edit(request, form)

    def change(said: dict[str, Any]) -> Item:
        what = form.presentation()
        if what is None:
            raise InputError("look at the marked fields", fr="voyez les champs signalés")
        return items.change(submission(request), found, said["based_on"], what)

    if edit.writes(change, beside=lambda error: error.where if error.where == "name" else None):
        return edit.done("item", public_id, said=_("The item is changed."))
    context = {"form": form, "conflict": edit.conflict, "item": found}
    return render(request, "clinic/stock/item-form.html", context, status=edit.status)


@page("stock/items/<slug:public_id>/close/", "item-close", Permission.KEEP_FORMULARY, form=True)
def item_close(request: HttpRequest, public_id: str) -> HttpResponse:
    """An item no longer kept, or kept again."""
    found = gate.item(user_of(request), public_id)
    if request.method == "POST":
        closing = request.POST.get("closed") == "yes"
        items.close(submission(request), found, found.version, closed=closing)
        said = _("The item is no longer kept.") if closing else _("The item is kept again.")
        messages.success(request, said)
    return redirect("item", public_id)


@page("stock/receive/", "stock-receive", Permission.KEEP_STOCK, form=True)
def receive(request: HttpRequest) -> HttpResponse:
    """Pieces that came in: scanned or typed. A scan fills in the form and writes nothing."""
    user = user_of(request)
    kept = list(gate.items(user).filter(closed=False))
    sent = request.method == "POST"
    form = ReceiveForm(
        request.POST if sent else None, items=kept, initial={"item": request.GET.get("item", "")}
    )
    if sent and request.POST.get("scan"):
        package, wrong = scanned(request.POST["scan"])
        if package is not None:
            form = form.filled(package, gate.item_of(user, package.gtin))
            context = {"form": form, "read": True}
            return render(request, "clinic/stock/receive.html", context)
        form.is_valid()
        form.errors.clear()
        form.add_error("scan", wrong)
    elif sent and form.is_valid():
        said = form.cleaned_data
        try:
            arrival = lots.Arrival(said["number"], said["quantity"], said["expiry"], said["gtin"])
            lot = lots.receive(submission(request), form.items[said["item"]], arrival)
        except InputError as error:
            form.add_error(error.where if error.where in form.fields else None, refused(error))
        else:
            messages.success(request, _("The lot is in stock."))
            for one in items.not_used(lot.item.product, lot.item.with_product):
                messages.warning(request, one.says.in_language(current()))
            return redirect("lot", lot.public_id)
    status = 422 if form.errors else 200
    return render(request, "clinic/stock/receive.html", {"form": form}, status=status)
