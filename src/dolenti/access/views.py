"""The pages at the door: allauth's, each behind our guard where it is for somebody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as usersessions
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dolenti.access import accounts, audit, recovery, second_step
from dolenti.access.devices import device
from dolenti.access.guard import logged_in
from dolenti.access.models import User
from dolenti.access.passkeys import passkey_id

View = Callable[..., HttpResponse]


def says_no(view: View) -> View:
    """A form that is sent back carries the status for it: 422."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and form and form.errors:
            response.status_code = 422
        return response

    return wrapped


# --- For everyone ------------------------------------------------------------------------------

_log_in = says_no(account.login)


def login(request: HttpRequest) -> HttpResponse:
    """The log-in; where no clinic stands yet, what makes one: nobody could pass."""
    if request.method == "GET" and not accounts.clinic_stands():
        return render(request, "account/no_clinic.html", status=503)
    return _log_in(request)


logout = require_POST(account.logout)
closed = account.account_inactive
second_step_page = says_no(base.authenticate)
login_by_passkey = passkeys.login_webauthn
reset_password = says_no(account.password_reset)
reset_password_sent = account.password_reset_done
reset_password_from_link = says_no(account.password_reset_from_key)
reset_password_done = account.password_reset_from_key_done


# --- For whoever is logged in, before the second step too ----------------------------------------


class SecurityView(base.IndexView):
    """What protects an account: password, second step, sessions."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        return {
            **super().get_context_data(**kwargs),
            "owed": second_step.is_owed(self.request),
            "required": second_step.is_required(user),
            "waived": second_step.is_waived(user),
        }


class ShowCodesView(codes.ViewRecoveryCodesView):
    """The recovery codes, shown once."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            return redirect("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The codes wait in the session; what is kept of them shows nothing."""
        context = super().get_context_data(**kwargs)
        codes = recovery.take_from(self.request.session)
        shown = {"unused_codes": codes, "can_view_codes": True} if codes else {}
        return {**context, "can_view_codes": False, "can_generate_codes": not codes, **shown}


security = logged_in(SecurityView.as_view(), before_second_step=True)
add_app = logged_in(says_no(app.activate_totp), before_second_step=True)
add_passkey = logged_in(says_no(passkeys.add_webauthn), before_second_step=True)
show_codes = logged_in(ShowCodesView.as_view(), before_second_step=True)
confirm_password = logged_in(says_no(account.reauthenticate), before_second_step=True)
confirm_code = logged_in(says_no(base.reauthenticate), before_second_step=True)
confirm_passkey = logged_in(passkeys.reauthenticate_webauthn, before_second_step=True)


# --- For whoever is logged in --------------------------------------------------------------------


class ChangePasswordView(account.PasswordChangeView):
    """A new password. Every other session ends with the old one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        assert isinstance(request.user, User)
        if not request.user.has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        return reverse("mfa_index")


class RemovePasskeyView(passkeys.RemoveWebAuthnView):
    """Removing a passkey, found by what it is and not by the number of its row."""

    success_url = reverse_lazy("mfa_index")

    def get_object(self, queryset: Any = None) -> Authenticator:
        for one in self.get_queryset():
            if passkey_id(one) == self.kwargs["passkey"]:
                return one
        raise Http404

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            said = adapter.error_messages["cannot_delete_authenticator"]
            messages.warning(self.request, str(said))
            return redirect("mfa_index")
        return super().form_valid(form)


class SessionsView(usersessions.ListUserSessionsView):
    """Where this account is logged in, and the means to end it elsewhere."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for one in context["sessions"]:
            one.device = device(one.user_agent)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        user = self.request.user
        assert isinstance(user, User)
        audit.record_account("sessions-end", actor=user, account=user)
        messages.success(self.request, _("You are logged out everywhere else."))
        return super().form_valid(form)


change_password = logged_in(says_no(ChangePasswordView.as_view()))
remove_app = logged_in(app.deactivate_totp)
remove_passkey = logged_in(RemovePasskeyView.as_view())
renew_codes = logged_in(codes.generate_recovery_codes)
sessions = logged_in(SessionsView.as_view())
