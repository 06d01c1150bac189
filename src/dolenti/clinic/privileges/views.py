"""The administrator's page: who may perform which therapy at the site."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import gate as agenda_gate
from dolenti.agenda import privileges
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import refused
from dolenti.clinic.courses.shown import therapy_name
from dolenti.clinic.privileges.forms import PrivilegeForm
from dolenti.clinic.privileges.shown import therapy_groups
from dolenti.guideline.errors import InputError
from dolenti.records import engine


@page("privileges/", "privileges", Permission.ADMINISTER, form=True)
def privilege_list(request: HttpRequest) -> HttpResponse:
    """Every privilege of the site by therapy, those that end soon first; a new one."""
    user = user_of(request)
    form = PrivilegeForm(
        request.POST if request.method == "POST" else None,
        people=list(privileges.people(user)),
        therapies=engine.edition_in_force().therapies,
        today=today(),
        initial={"first": today()},
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            privileges.grant(
                submission(request), form.people[cleaned["person"]], cleaned["therapy"],
                cleaned["proof"], cleaned["first"], cleaned["last"],
            )  # fmt: skip
        except InputError as error:
            form.add_error(None, refused(error))
        else:
            messages.success(request, _("The privilege is recorded."))
            return redirect("privileges")
    groups, soon = therapy_groups(privileges.of_site(user), words(), today())
    context = {"form": form, "groups": groups, "soon": soon}
    status = 422 if form.errors else 200
    return render(request, "clinic/privileges/list.html", context, status=status)


@page(
    "privileges/<slug:public_id>/withdraw/",
    "privilege-withdraw",
    Permission.ADMINISTER,
    form=True,
)
def privilege_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """A privilege taken back, from now on."""
    user = user_of(request)
    privilege = agenda_gate.privilege(user, public_id)
    if request.method == "POST":
        privileges.withdraw(user, privilege)
        messages.success(request, _("The privilege is withdrawn."))
        return redirect("privileges")
    context = {"privilege": privilege, "therapy": therapy_name(privilege.therapy, words())}
    return render(request, "clinic/privileges/withdraw.html", context)
