"""A code of six digits for what a birth date alone does not open, such as a signature.

It goes by the other way than the link where the record knows one (by SMS where the link went by
mail, and inversely), ends after ten minutes, and is taken once. What may be read of the record by
it needs two ways: where there is but one, no code goes (``Use.CURVE``). Its digits are kept
nowhere: only the site's key can work them out. A wrong code, one that ended, was taken, or is of
another link: one refusal.
"""

from __future__ import annotations

import hmac
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.rows import sole
from dolenti.diary import link_life, reaching, ways
from dolenti.diary.models import Code, Link, Message, Reach
from dolenti.guideline.errors import InputError

Use = Code.Use
KIND: Final = ways.CODE
"""The kind of its message, by its id in the knowledge."""
LASTS: Final = timedelta(minutes=10)
TRIES: Final = 5
"""Wrong codes before one is taken no more."""
TRIES_A_DAY: Final = 10
"""Wrong codes of one patient in a day, whatever codes they were sent."""
SENT_AN_HOUR: Final = 3
"""Codes that go to one patient in an hour."""
_AGAIN: Final = timedelta(minutes=1)
"""Typed again within this time, a code was pressed twice."""
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_DIGITS: Final = 6


class CodeRefusedError(InputError):
    """The code opens nothing. There is one refusal, whatever the cause."""

    def __init__(self) -> None:
        super().__init__(
            "this code does not open: type the last one that was sent, or ask for another",
            "code",
            fr="ce code n’est pas valable\u00a0: saisissez le dernier reçu, ou demandez-en "
            "un autre",
        )


def way(link: Link, use: Code.Use = Code.Use.SIGN) -> str:
    """By which channel a code goes to whoever was sent this link; empty where the record knows
    none, or none that is fit for the use."""
    known = [
        one for one in (Reach.Channel.SMS, Reach.Channel.MAIL)
        if reaching.address_of(link.patient, one)
    ]  # fmt: skip
    came = ways.of(link)
    apart = [one for one in known if one not in came] if came else []
    if use == Use.CURVE:  # whoever reads all messages of one address must not read the record
        return str(apart[0]) if apart and len(known) > 1 else ""
    return str((apart or known)[0]) if known else ""


def lay(actor: Actor, link: Link, use: Code.Use) -> Code | None:
    """Another code, the only one that opens from now on; nothing where no way is known, or as many
    went as may go. Inside the transaction of whoever sends it, who holds the patient."""
    now, channel = timezone.now(), way(link, use)
    theirs = Code.objects.filter(patient=link.patient)
    if not channel or theirs.filter(created_at__gt=now - _HOUR).count() >= SENT_AN_HOUR:
        return None
    made = Code.objects.create(
        patient=link.patient, link=link, use=use, channel=channel, key=uuid.uuid4(),
        expires_at=now + LASTS,
    )  # fmt: skip
    _tell("ask-code", actor, made, audit.DONE)
    return made


def take(actor: Actor, link: Link, use: Code.Use, typed: str) -> Code | None:
    """The code that was typed, now used; ``None`` where it does not open, and that is counted.
    One that opens a page to read is typed once and may be pressed twice.

    Inside a transaction that holds the patient. What is counted stays only if it is not undone: who
    refuses does so once the transaction ended.
    """
    now, last = timezone.now(), _last(link, use)
    if use == Use.CURVE and last is not None and _is_pressed_twice(last, typed, now):
        return last
    right = _if_right(last, typed)
    if right is not None and not _too_often(link, now):
        Code.objects.filter(pk=right.pk).update(used_at=now)
        _tell("enter-code", actor, right, audit.DONE)
        return right
    if last is not None:
        Code.objects.filter(pk=last.pk).update(tries=F("tries") + 1)
        _tell("enter-code", actor, last, audit.REFUSED)
    return None


def seems_right(link: Link, use: Code.Use, typed: str) -> Code | None:
    """The code that was typed, if it is the last that went and still opens. It counts nothing and
    opens nothing: ``take`` does."""
    return _if_right(_last(link, use), typed)


def _if_right(last: Code | None, typed: str) -> Code | None:
    right = _is_of(last, typed)
    return last if last is not None and right and _opens(last, timezone.now()) else None


def _is_of(last: Code | None, typed: str) -> bool:
    said = "".join(one for one in typed if one.isascii() and one.isdigit())
    known = digits(last.key if last else uuid.uuid4())  # without one it takes as long
    return hmac.compare_digest(said.encode(), known.encode())


def _is_pressed_twice(last: Code, typed: str, now: datetime) -> bool:
    lately = last.used_at is not None and now - last.used_at < _AGAIN
    return lately and last.closed_at is None and _is_of(last, typed)


def _last(link: Link, use: Code.Use) -> Code | None:
    return Code.objects.filter(link=link, use=use).order_by("-pk").first()


def is_proved(link: Link, use: Code.Use, public_id: str, within: timedelta) -> bool:
    """Whether a code of a link was taken a short while ago."""
    found = Code.objects.filter(
        link=link, use=use, public_id=public_id, used_at__gt=timezone.now() - within
    )
    return bool(public_id) and found.exists()


def proved_until(link: Link, use: Code.Use, public_id: str) -> datetime | None:
    """Until when what a taken code opened stays open, whatever is done meanwhile: ten minutes from
    its taking. Nothing where it is over or was closed, or no such code was taken."""
    if not public_id:
        return None
    found = sole(Code.objects.filter(link=link, use=use, public_id=public_id))
    if found is None or found.used_at is None or found.closed_at is not None:
        return None
    until = found.used_at + LASTS
    return until if timezone.now() < until else None


def close(link: Link, use: Code.Use, public_id: str) -> None:
    """What a taken code opened is closed, in every browser. Inside the transaction of whoever
    closes it."""
    taken = Code.objects.filter(link=link, use=use, public_id=public_id, closed_at=None)
    taken.exclude(used_at=None).update(closed_at=timezone.now())


def is_awaited(message: Message, now: datetime) -> bool:
    """Whether the code of a message still opens: an earlier one does not, once another went."""
    last = Code.objects.filter(link=message.link).order_by("-pk").first()
    return (
        last is not None
        and last.key == message.key
        and _opens(last, now)
        and link_life.is_live(message.link, now)
    )


def digits(key: uuid.UUID) -> str:
    """The six digits of a code, that only the site's key can tell."""
    made = salted_hmac("dolenti.diary.codes", key.bytes, algorithm="sha256").digest()
    return f"{int.from_bytes(made) % 10**_DIGITS:0{_DIGITS}}"


def _opens(code: Code, now: datetime) -> bool:
    return code.used_at is None and now < code.expires_at and code.tries < TRIES


def _too_often(link: Link, now: datetime) -> bool:
    theirs = Code.objects.filter(patient=link.patient, created_at__gt=now - _DAY)
    return (theirs.aggregate(n=Sum("tries"))["n"] or 0) >= TRIES_A_DAY


def _tell(action: str, actor: Actor, code: Code, outcome: str) -> None:
    audit.record(
        action,
        actor=actor,
        outcome=outcome,
        kind="code",
        object_id=code.public_id,
        patient_id=code.patient.public_id,
        detail={"use": code.use, "channel": code.channel},
    )
