"""The way back in for who can be helped by no administrator: from the machine itself.

Whoever holds the machine may take a second step away and make a link to a new password, for an
account that they name and a reason that they give; the trail says both. It is for the last
administrator: where another one can enter, that one does it on the person's page.
"""

from __future__ import annotations

from django.db import transaction

from dolenti.access import at_rest, audit, second_step
from dolenti.access.models import Membership, User
from dolenti.access.roles import Role
from dolenti.guideline.errors import InputError


def let_in(email: str, reason: str, *, forced: bool = False) -> User:
    """Take the second step of an account away, and end its sessions: then a link to a new password
    may be given to its owner. Raises ``InputError``, and changes nothing."""
    if not reason.strip():
        raise InputError(
            "say why, and how you know that it is this person; it stays in the trail",
            "--reason",
            fr="dites pourquoi, et comment vous savez que c’est bien cette personne\u00a0; cela "
            "reste dans le journal",
        )
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise InputError(
            "no open account here has this address; an administrator opens a closed one again",
            "EMAIL",
            fr="aucun compte ouvert n’a cette adresse ici\u00a0; un administrateur rouvre un "
            "compte fermé",
        )
    if not forced and (able := who_could(person)):
        names = ", ".join(one.name for one in able)
        raise InputError(
            f"an administrator can do this on the person’s page, and knows them: {names}. Where "
            "none of them can, --force",
            fr="un administrateur peut le faire à la page de cette personne, et la connaît\u00a0: "
            f"{names}. Si aucun d’eux ne le peut, --force",
        )
    with transaction.atomic():
        second_step.forget(person, None, reason.strip())
        detail = {"reason": reason.strip(), "forced": forced}
        audit.record_account("send-password-link", actor=None, account=person, detail=detail)
    return person


def who_could(person: User) -> list[User]:
    """The other administrators of the site that answers for an account, as far as they can enter:
    they have chosen a password, and what they have of a second step can be read."""
    standing = Membership.objects.filter(
        site_id=person.home_id, role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True
    ).exclude(user=person)
    people = [one.user for one in standing.select_related("user").order_by("user__name")]
    keys = at_rest.site_keys()
    return [
        one for one in people if one.has_chosen_password and second_step.can_be_taken(one, keys)
    ]


__all__ = ["let_in", "who_could"]
