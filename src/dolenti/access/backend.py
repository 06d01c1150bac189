"""Who is behind a session."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from dolenti.access.models import User


class Backend(AuthenticationBackend):
    """allauth's, which also brings the person's site: no page does without it."""

    def get_user(self, user_id: int) -> User | None:
        try:
            user = User.objects.select_related("site").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None
