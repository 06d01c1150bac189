"""Log in, log out."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from dolenti.access.forms import LoginForm

urlpatterns = [
    path(
        "login/",
        LoginView.as_view(
            template_name="ui/login.html",
            authentication_form=LoginForm,
            redirect_authenticated_user=True,
        ),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
]
