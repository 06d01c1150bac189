"""Mail that came back later: the notices of a mailbox are read, each is of one message of ours, and
what it was about goes on without the address.

A message that an address gave back counts as not sent (*returned*). Its address is held, as one of
which somebody says that it is another's: nothing more goes by it until somebody looked at it, and
the clinic has an alert. What waits goes by the other way, where the patient agreed to that one too:
a question at the next run of reminders, what somebody sent by hand at once. Of a question of safety
that no way is left for, somebody calls.

A notice is mail from strangers, and whoever once had one mail of ours can write one. It counts only
for the address that its message went to, while that is the address of the record, and for so long
as a mail server tries (``LASTS``). Any other is told in the trail, and changes nothing.

A mailbox that is full, or a server that refused this one mail, is no address that is dead: the
message counts as not taken, by the same rules as one that was refused at once.
"""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.utils import timezone

from dolenti.access import audit, clock
from dolenti.access.actors import Actor, worker_at
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import writing
from dolenti.diary import alerts, notices, reaching, reminding, ways
from dolenti.diary.hours import next_hour
from dolenti.diary.models import Message, Reach
from dolenti.diary.notices import Notice
from dolenti.diary.noting import note
from dolenti.guideline.errors import InputError
from dolenti.ledger import locking

State = Message.State
LARGEST: Final = 1_000_000
"""Bytes of a mail that is looked at: a notice is a few thousand."""
GONE: Final = (State.SENT, State.IN_DOUBT)
"""What became of a message that may still come back."""


LASTS: Final = timedelta(days=7)
"""For so long after a mail went a notice of it counts: a server gives up after four or five days
(RFC 5321, 4.5.4.1), and the rest is for a notice that waits somewhere itself. """


class MailboxError(InputError):
    """What was named is no mailbox that can be read."""


@dataclass(frozen=True)
class Heard:
    """Of the mails of a box: how many told of a message of ours, and how many stay there, which are
    of somebody else or no notice."""

    returned: int
    left: int


def hear_all(box: Path) -> Heard:
    """Hear every notice of a mailbox, a folder (maildir) or a file (mbox). What told of a message
    of ours is taken out of it; everything else stays as it lies. Killed in the middle, it is read
    again, and says nothing twice. Raises ``MailboxError``."""
    returned = left = 0
    with _opened(box) as mails:
        for key, raw in _each(mails):
            notice = notices.read(raw)
            if notice is not None and hear(notice):
                mails.discard(key)
                mails.flush()
                returned += 1
            else:
                left += 1
    return Heard(returned, left)


class _opened:  # noqa: N801 - a context, read as the verb
    """A mailbox, locked while it is read."""

    def __init__(self, box: Path) -> None:
        if box.is_dir() and (box / "cur").is_dir() and (box / "new").is_dir():
            self.mails: mailbox.Mailbox = mailbox.Maildir(box, factory=None, create=False)
        elif box.is_file():
            self.mails = mailbox.mbox(box, factory=None, create=False)
        else:
            raise MailboxError(
                "no mailbox is there: name a maildir (a folder with “cur” and “new”) or an mbox "
                "file that Dolenti may read and write",
                str(box),
                fr="il n’y a pas de boîte aux lettres ici\u00a0: indiquez un dossier maildir (avec "
                "«\u00a0cur\u00a0» et «\u00a0new\u00a0») ou un fichier mbox que Dolenti peut lire "
                "et modifier",
            )
        self.box = box

    def __enter__(self) -> mailbox.Mailbox:
        try:
            self.mails.lock()
        except (OSError, mailbox.Error) as error:
            raise MailboxError(
                "the mailbox is in use or cannot be written: try again in a few minutes",
                str(self.box),
                fr="la boîte aux lettres est occupée ou ne peut pas être modifiée\u00a0: réessayez "
                "dans quelques minutes",
            ) from error
        return self.mails

    def __exit__(self, *_: object) -> None:
        self.mails.flush()
        self.mails.unlock()
        self.mails.close()


def _each(mails: mailbox.Mailbox) -> Iterator[tuple[str, bytes]]:
    for key in mails.keys():  # noqa: SIM118 - a mailbox that is iterated gives its mails
        with mails.get_file(key) as lying:
            raw = lying.read(LARGEST + 1)
        yield key, raw if len(raw) <= LARGEST else b""


def hear(notice: Notice) -> bool:
    """A mail of ours came back: whether it is one that we know. Heard twice it is heard once."""
    found = sole(Message.objects.select_related(
        "patient__site", "course__patient__site", "course__complaint", "course__site",
        "link__patient__site",
    ).filter(public_id=notice.message))  # fmt: skip
    if found is None:
        return False
    with clock.at_site(found.patient.site):
        came_back(worker_at(found.patient.site), found, timezone.now(), is_dead=notice.is_dead)
    return True


def came_back(actor: Actor, message: Message, now: datetime, *, is_dead: bool) -> None:
    """A mail that was sent was not delivered; ``is_dead``: its address takes none. Said twice it is
    said once; of an address that is no longer the patient's, or too late, it changes nothing.
    Raises ``NotAllowedError``."""
    patient, mail = message.patient, Reach.Channel.MAIL
    with writing(actor, Permission.REMIND, patient.site_id, patient_id=patient.public_id):
        locking.hold(patient)
        state = State.RETURNED if is_dead else State.FAILED
        gone = Message.objects.filter(pk=message.pk, channel=mail, state__in=GONE)
        there = gone.first()
        if there is None:
            return
        if not _counts(there, now):
            note(actor, message, audit.FAILED, state=str(state), channel=str(mail), counts=False)
            return
        gone.update(state=state, over_at=now)
        note(actor, message, audit.FAILED, state=str(state), channel=str(mail))
        if is_dead:
            alerts.watch_returned(actor, message.link)
        onward = reaching.way_of(patient, mail) if is_dead else ""
        if not onward:
            reminding.look_into(actor, message)
        elif message.course is None:
            _go_on(message, onward, now)


def _counts(message: Message, now: datetime) -> bool:
    """Whether a notice of a message may say anything of its patient's address."""
    sent = message.over_at or message.created_at
    return now - sent < LASTS and reaching.is_on_record(
        message.patient, message.channel, message.sent_to
    )


def _go_on(message: Message, channel: str, now: datetime) -> None:
    """What somebody sent by hand goes by the other way, when messages may go. A question of a
    course is written down anew by the next run of reminders, which knows the hours and the day."""
    ways.went(message.link, message.channel)
    again = Message.objects.filter(pk=message.pk)
    again.update(state=State.WAITING, channel=channel, over_at=None)
    reminding.deliver.using(run_after=next_hour(message.patient.site, now)).enqueue(
        message.public_id
    )
