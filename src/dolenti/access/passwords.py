"""A rule for passwords whose own words would name a column of the database."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.utils.translation import gettext


class NotLikeTheirName(UserAttributeSimilarityValidator):
    """A password may not resemble its owner's name or e-mail address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(user_attributes=("email", "name"), **options)

    def get_error_message(self) -> str:
        return gettext("This password is too much like your name or your e-mail address.")

    def get_help_text(self) -> str:
        return gettext("A password may not be like your name or your e-mail address.")
