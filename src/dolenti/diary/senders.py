"""How a message leaves: by mail through the site's mail server, by SMS through whatever the site
named; in the demo and in development, into a file.

At a real clinic a file reaches no patient: where nothing is named that sends, the way is not there
(``is_there``), and no message is ever noted as sent by it.

A sender is a function ``(to, subject, text, key)``. The same ``key`` is the same message: where a
worker was killed between the sending and its note of it, a sender that keeps keys (it says so by an
attribute, ``keeps_keys = True``) is handed the message once more and sends it once; any other is
not, and the message is in doubt. It raises ``BouncedError`` where the address takes nothing,
and ``OSError`` where it is to be tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Final, TypeAlias

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from dolenti.access.mail import is_invented
from dolenti.access.secret import write_private
from dolenti.diary.models import Reach

Sender: TypeAlias = Callable[[str, str, str, str], None]


class BouncedError(Exception):
    """The address takes no message."""


def by_mail(to: str, subject: str, text: str, key: str) -> None:
    """A mail. Its own id is the key's, by which a mail server knows it again."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    mail = EmailMessage(subject, text, to=[to], headers={"Message-ID": f"<{key}@{host}>"})
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        raise BouncedError from error


def into_file(to: str, subject: str, text: str, key: str) -> None:
    """A file in the site's folder in the place of an SMS: in the demo, and in development."""
    folder: Path = settings.DATA / "sms"
    folder.mkdir(mode=0o700, exist_ok=True)
    write_private(folder / f".{key}", f"{to}\n\n{text}", folder / f"{key}.txt")


into_file.keeps_keys = True  # type: ignore[attr-defined] # one file a key


def to_console(to: str, subject: str, text: str, key: str) -> None:
    """Said on the console, without the number it is for."""
    print(f"SMS {key}\n{text}")  # noqa: T201 - that is what it is for


def is_there(channel: str) -> bool:
    """Whether what is sent to a patient by a channel leaves this site at all."""
    if settings.DEBUG or is_invented(settings.DATA):
        return True
    if channel == Reach.Channel.MAIL:
        return settings.MAIL is not None
    return settings.SMS_SENDER not in ("", *_REACH_NOBODY)


def keeps_keys(channel: str) -> bool:
    """Whether what sends by a channel sends once what it is handed twice by the same key. A mail
    server does not: the same ``Message-ID`` comes twice."""
    return bool(getattr(sender_of(channel), "keeps_keys", False))


def sender_of(channel: str) -> Sender:
    """Who sends what goes by a channel. Raises ``ImportError`` where the site names none."""
    return _SENDERS[Reach.Channel(channel)]()


def _sms() -> Sender:
    sender: Sender = import_string(settings.SMS_SENDER) if settings.SMS_SENDER else into_file
    return sender


_REACH_NOBODY: Final = tuple(f"{__name__}.{one.__name__}" for one in (into_file, to_console))
_SENDERS: Final[dict[str, Callable[[], Sender]]] = {
    Reach.Channel.MAIL: lambda: by_mail,
    Reach.Channel.SMS: _sms,
}
