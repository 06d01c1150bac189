"""A reply that a letter wishes: noted, no longer waited for, or declined by the patient.

Nothing is forgotten: the letter stays on the list of the site until somebody says how it ended, and
once its day has passed the nurses are told; where there is none, its author, or whoever may write
how it ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils import timezone

from dolenti.access import audit, clock, messages
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import User
from dolenti.access.roles import Permission, Role
from dolenti.access.writing import insist, writing
from dolenti.calendar.moments import local_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger.lifecycle import LifeCycle, Step, Taking, Voice
from dolenti.letters.models import AwaitedReply
from dolenti.records.gate.writing import insist_open

State = AwaitedReply.State
LATE: Final = "alert/reply-late"
"""The mail that says that a reply is late, and nothing of whose it is or of what."""


class ReplyRefusedError(InputError):
    """The reply cannot end so."""


def receive(user: Actor, reply: AwaitedReply, based_on: int, note: str) -> AwaitedReply:
    """The reply came: who answered, and what. Raises ``ReplyRefusedError``, ``StaleEditError``."""
    return _end(user, reply, based_on, "note-reply", note)


def stop_waiting(user: Actor, reply: AwaitedReply, based_on: int, note: str) -> AwaitedReply:
    """Nobody waits for it any more, and why. Raises as ``receive`` does."""
    return _end(user, reply, based_on, "stop-awaiting-reply", note)


def decline(user: Actor, reply: AwaitedReply, based_on: int, note: str) -> AwaitedReply:
    """The patient does not wish to go there, in their words. Raises as ``receive`` does."""
    return _end(user, reply, based_on, "patient-declines", note)


def _end(user: Actor, reply: AwaitedReply, based_on: int, step: str, note: str) -> AwaitedReply:
    patient = reply.letter.patient
    insist(user, Permission.WRITE_RECORDS, patient.site_id, patient_id=patient.public_id)
    values = {"note": note.strip(), "ended_by": author_of(user), "ended_at": timezone.now()}
    return REPLIES.take(user, reply, based_on, step, values=values)


def _says_how(taking: Taking[AwaitedReply]) -> None:
    """How it ended is said in words."""
    if not taking.values.get("note"):
        raise ReplyRefusedError(
            "write how it ended: who answered, and what",
            "note",
            fr="indiquez la suite\u00a0: qui a répondu, et quoi",
        )


def tell_of_late(actor: Actor, now: datetime) -> int:
    """Tell those of the actor's site by mail that replies are late, each reply once; of how many
    they were told. A reply that there is nobody to tell of waits until there is."""
    site = actor.site
    with clock.at_site(site), writing(actor, Permission.REMIND, site.pk):
        late = AwaitedReply.objects.filter(
            letter__patient__site=site, state=State.WAITING, told_at=None,
            due_on__lte=local_day(now),
        ).select_related("letter")  # fmt: skip
        there = User.objects.filter(site=site, is_active=True).order_by("pk")
        able = [one for one in there if one.may(Permission.WRITE_RECORDS)]
        told, called = [], set()
        for reply in late:
            theirs = _told_of(reply, able)
            called.update(theirs)
            told += [reply.pk] if theirs else []
        AwaitedReply.objects.filter(pk__in=told).update(told_at=now)
        if told:
            audit.record("tell-of-late-replies", actor=actor, kind="site", object_id=site.public_id,
                         detail={"replies": len(told)})  # fmt: skip
        for person in able:
            if person in called:
                messages.tell(person, LATE, {"site": site.name})
        return len(told)


def _told_of(reply: AwaitedReply, able: Sequence[User]) -> list[User]:
    """Of those who may write how a reply ended, who is told that it is late: the nurses; where
    there is none, whoever signed the letter; where they are not there either, everyone."""
    nurses = [one for one in able if one.role == Role.NURSE]
    return nurses or [one for one in able if one.pk == reply.letter.author_id] or list(able)


REPLIES: Final = LifeCycle(
    "reply to a letter",
    AwaitedReply,
    patient="letter__patient",
    open_to=insist_open,
    refusal=ReplyRefusedError,
    voices={
        "reply": Voice(
            Text(fr="cette réponse", en="this reply"),
            {
                State.WAITING: Text(fr="est attendue", en="is waited for"),
                State.RECEIVED: Text(fr="est notée", en="is noted"),
                State.NOT_AWAITED: Text(fr="n’est plus attendue", en="is no longer waited for"),
                State.DECLINED: Text(
                    fr="n’est plus attendue, le patient a refusé",
                    en="is no longer waited for, the patient declined",
                ),
            },
            Text(fr="cette étape n’est pas possible", en="this step is not possible"),
        )
    },
    voice=lambda _reply: "reply",
)
REPLIES.add(
    Step("note-reply", (State.WAITING,), State.RECEIVED, Permission.WRITE_RECORDS, (_says_how,)),
    Step("stop-awaiting-reply", (State.WAITING,), State.NOT_AWAITED, Permission.WRITE_RECORDS,
         (_says_how,)),
    Step("patient-declines", (State.WAITING,), State.DECLINED, Permission.WRITE_RECORDS,
         (_says_how,)),
)  # fmt: skip
