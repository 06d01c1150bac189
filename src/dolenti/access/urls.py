"""The door's addresses: those of allauth's pages that we use, and no other."""

from __future__ import annotations

from django.urls import path, re_path

from dolenti.access import views

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("login/code/", views.second_step_page, name="mfa_authenticate"),
    path("login/passkey/", views.login_by_passkey, name="mfa_login_webauthn"),
    path("login/closed/", views.closed, name="account_inactive"),
    path("logout/", views.logout, name="account_logout"),
    path("password/reset/", views.reset_password, name="account_reset_password"),
    path("password/reset/sent/", views.reset_password_sent, name="account_reset_password_done"),
    path(
        "password/reset/done/",
        views.reset_password_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9a-z]{16})-(?P<key>[-\w]+)/$",
        views.reset_password_from_link,
        name="account_reset_password_from_key",
    ),
    path("account/", views.security, name="mfa_index"),
    path("account/confirm/", views.confirm_password, name="account_reauthenticate"),
    path("account/confirm/code/", views.confirm_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", views.confirm_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/password/", views.change_password, name="account_change_password"),
    path("account/app/", views.add_app, name="mfa_activate_totp"),
    path("account/app/remove/", views.remove_app, name="mfa_deactivate_totp"),
    path("account/passkeys/", views.add_passkey, name="mfa_add_webauthn"),
    path(
        "account/passkeys/<slug:passkey>/remove/", views.remove_passkey, name="mfa_remove_webauthn"
    ),
    path("account/codes/", views.show_codes, name="mfa_view_recovery_codes"),
    path("account/codes/renew/", views.renew_codes, name="mfa_generate_recovery_codes"),
    path("account/sessions/", views.sessions, name="usersessions_list"),
]
