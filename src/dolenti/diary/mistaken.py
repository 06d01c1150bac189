"""« Ce n’est pas moi »: whoever holds the phone says that a link reached the wrong person.

The link ends at once, with those that led to the same before it; its messages count as not sent,
and the clinic is told by an alert; once somebody looked at the address, its question is asked
again. Meanwhile no message leads to it, but for a question of safety: that goes by the other way,
or once more by the same. Whoever had opened the link by the birth date is believed further: nothing
more is sent by the way it came until somebody looked. Who only holds a link could else silence the
questions that watch over a patient. What is said back is the same whoever presses, on whatever
link.
"""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from dolenti.access import clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.diary import alerts, codes, links, standing
from dolenti.diary.models import AlertEvent, Link, Message, Reach
from dolenti.ledger import locking

State = Message.State
CAME: Final = (State.SENT, State.SENDING, State.IN_DOUBT)
"""What became of a message that somebody may have got."""


def hear(token: str, *, opened: bool) -> None:
    """Somebody pressed. Of a link that nobody knows nothing is kept; the phone is told the same. No
    network address is refused: one is shared by many, and a link says it once."""
    link = links.of_token(token)
    if link is not None:
        with clock.at_site(link.patient.site):
            say(links.patient_by(link), link, opened=opened)


def say(actor: Actor, link: Link, *, opened: bool) -> None:
    """Whoever holds a link says that they are not its patient; ``opened``: they had given the birth
    date. A link says it once, however often it is pressed. Raises ``NotAllowedError``."""
    patient = link.patient
    with writing(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id):
        links.insist_own(actor, link)
        locking.hold(patient)
        if AlertEvent.objects.filter(kind=AlertEvent.Kind.NOT_ME, link=link).exists():
            return
        if Link.objects.filter(pk=link.pk, revoked_at=None).exists():
            standing.to_the_same(link).filter(pk__lte=link.pk).update(revoked_at=timezone.now())
        gone = Message.objects.filter(link=link, state__in=CAME)
        ways = _ways(link) if opened else ()
        gone.exclude(kind=codes.KIND).update(state=Message.State.ASTRAY)
        alerts.watch_not_me(actor, link, ways)


def _ways(link: Link) -> set[str]:
    """By which ways a link went; of one that was handed over it is not known, and may be any."""
    sent = Message.objects.filter(link=link).exclude(kind=codes.KIND)
    return set(sent.values_list("channel", flat=True)) or {Reach.Channel.MAIL, Reach.Channel.SMS}
