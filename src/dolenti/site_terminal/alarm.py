"""One message to whoever looks after the machine: that a unit of the system failed.

It names the unit and the machine, and nothing of what went on: no database is opened, and what is
sent holds no word about a patient.
"""

from __future__ import annotations

import re
import socket
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

from dolenti.guideline.errors import InputError
from dolenti.guideline.near import shown

_UNIT: Final = re.compile(r"[A-Za-z0-9:_.@\\-]{1,255}")


def send(unit: str) -> tuple[str, ...]:
    """Send it to the addresses of ``DOLENTI_ALARM_TO``; gives them.

    Raises ``InputError`` where nobody is named, where no mail server is set, and for what is no
    name of a unit; ``OSError`` where the server does not take it.
    """
    if not _UNIT.fullmatch(unit):
        raise InputError(
            f"“{shown(unit)}” is no name of a unit",
            fr=f"«\u00a0{shown(unit)}\u00a0» n’est pas le nom d’une unité",
        )
    if not settings.ALARM_TO:
        raise InputError(
            "nobody is named who is told of a failure; write their e-mail there",
            "DOLENTI_ALARM_TO",
            fr="personne n’est désigné pour être prévenu d’un échec\u00a0; indiquez son adresse "
            "de messagerie",
        )
    if settings.MAIL is None:
        raise InputError(
            "no mail server is set: the message would reach nobody",
            "DOLENTI_MAIL",
            fr="aucun serveur de messagerie n’est réglé\u00a0: le message n’atteindrait personne",
        )
    host = socket.gethostname()
    text = (
        f"{unit} a échoué sur {host}. Voyez pourquoi\u00a0: journalctl --unit {unit}\n"
        "dolenti-verify\u00a0: sortie 3, le journal a été altéré\u00a0; sortie 4, un témoin de sa "
        "fin est perdu.\n\n"
        f"{unit} failed on {host}. See why: journalctl --unit {unit}\n"
        "dolenti-verify: exit 3, the trail was tampered with; exit 4, a witness of its end is "
        "lost.\n"
    )
    EmailMessage(f"Dolenti: {unit}", text, to=list(settings.ALARM_TO)).send()
    return tuple(settings.ALARM_TO)
