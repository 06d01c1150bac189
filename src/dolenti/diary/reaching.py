"""By which way a patient is asked: said by the clinic with the patient there, or taken back by the
patient from the phone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.diary import alerts, following, links, senders
from dolenti.diary.models import Alert, Link, Message, Reach
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Contact, Patient
from dolenti.treatment.models import Course

Channel = Reach.Channel
_HANDED_OVER: Final = (Message.State.SENT, Message.State.FAILED)
IN_DOUBT: Final = (
    "whoever got a message said that they are not the patient: check the address, on the alert, "
    "then send again",
    "la personne qui a reçu un message dit ne pas être le patient\u00a0: vérifiez ses coordonnées, "
    "depuis l’alerte, avant tout envoi",
)
"""Why nothing goes by a way that is in doubt, in English and in French."""
GAVE_BACK: Final = (
    "the e-mail address of this patient takes no messages: check it, on the alert, then send again",
    "l’adresse électronique de ce patient ne reçoit plus les messages\u00a0: vérifiez-la, depuis "
    "l’alerte, avant tout envoi",
)
"""Why nothing goes to an address that gave a message back."""


NO_SENDER: Final = {
    Channel.MAIL: (
        "no e-mail leaves this site: no mail server is set; the administrator sees to it",
        "aucun courriel ne part de ce site\u00a0: aucun serveur de messagerie n’est réglé\u00a0; "
        "l’administrateur peut y remédier",
    ),
    Channel.SMS: (
        "no SMS leaves this site: nothing is set that sends one; the administrator sees to it",
        "aucun SMS ne part de ce site\u00a0: aucun service d’envoi n’est réglé\u00a0; "
        "l’administrateur peut y remédier",
    ),
}
"""Why a way is not there, in English and in French."""


class ReachRefusedError(InputError):
    """The patient cannot be reached by this way."""


def no_sender(channel: Reach.Channel) -> ReachRefusedError:
    """The refusal to go by a way by which nothing leaves this site."""
    why, pourquoi = NO_SENDER[channel]
    return ReachRefusedError(why, "channel", fr=pourquoi)


def reach(submission: Submission, patient: Patient, channel: str) -> Reach:
    """From now on the patient is asked by this way, or by none. Said twice, it is said once.
    Raises ``ReachRefusedError``, ``NotAllowedError``."""
    if channel not in Channel.values:
        raise ReachRefusedError(
            "choose one from the list", "channel", fr="choisissez dans la liste"
        )
    if channel in doubted(patient):
        why, pourquoi = why_held(patient, channel)
        raise ReachRefusedError(why, "channel", fr=pourquoi)
    if channel != Channel.NONE and not senders.is_there(channel):
        raise no_sender(Channel(channel))
    if channel != Channel.NONE and not address_of(patient, channel):
        missing = {
            Channel.MAIL: ("e-mail address", "adresse électronique"),
            Channel.SMS: ("telephone number", "numéro de téléphone"),
        }[Channel(channel)]
        raise ReachRefusedError(
            f"this record has no {missing[0]} of the patient: write it first",
            "channel",
            fr=f"ce dossier n’a pas de {missing[1]} du patient\u00a0: renseignez-le d’abord",
        )

    def make() -> Reach:
        locking.hold(patient)
        standing = of(patient)
        if standing is not None and standing.channel == channel:
            return standing
        return _write(submission.actor, patient, channel)

    with writing_record(submission.actor, Permission.FOLLOW_UP, patient):
        return once(submission, Reach, make)


def decline(actor: Actor, link: Link) -> None:
    """The patient wants no more messages, whichever of their merged records they are of: visits and
    alerts stay as they are. It asks for no birth date: while a question of safety waits or is to
    come, somebody confirms it with the patient. Raises ``NotAllowedError``."""
    patient = link.patient
    with writing(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id):
        links.insist_own(actor, link)
        locking.hold(patient)
        asked = [one for one in gate.family(patient).order_by("pk") if _is_asked(one)]
        for one in asked:
            _write(actor, one, Channel.NONE)
        alerts.watch_declined(actor, _watched(asked))


def _is_asked(patient: Patient) -> bool:
    standing = of(patient)
    return standing is not None and standing.channel != Channel.NONE


def _watched(patients: Collection[Patient]) -> list[Course]:
    """The courses of patients that a question of safety waits of, or is to come."""
    now, safe = timezone.now(), ("not-open", *following.WAITING)
    found = Course.objects.filter(patient__in=patients).select_related(
        "patient__site", "site", "complaint__patient"
    )
    return [
        one
        for one in found.order_by("pk")
        if any(due.window.safety and due.status in safe for due in following.due_of(one, now))
    ]


def of(patient: Patient) -> Reach | None:
    """What was said last of the way to a patient."""
    return Reach.objects.filter(patient=patient).order_by("-pk").first()


def why_not(patient: Patient) -> Text | None:
    """Why no message can leave to a patient now, in a sentence; nothing where one can."""
    standing = of(patient)
    channel = standing.channel if standing is not None else Channel.NONE
    if channel == Channel.NONE:
        return Text(
            fr="Aucun moyen d’envoyer un message à ce patient n’est choisi\u00a0: créez le lien et "
            "remettez-le. Un soignant choisit l’envoi sur la page de la cure.",
            en="No way to send this patient a message is chosen: make the link and hand it over. "
            "A clinician chooses it on the page of the course.",
        )
    if not address_of(patient, channel):
        return Text(
            fr="Ce dossier n’a pas le numéro ou l’adresse par où partent les messages\u00a0: "
            "renseignez-le, ou créez le lien et remettez-le.",
            en="This record lacks the number or address that messages go to: write it, or make the "
            "link and hand it over.",
        )
    return None


def agreed(patient: Patient, channel: str) -> bool:
    """Whether a patient agreed to a channel, now or before another one, and to no messages at all
    since."""
    said = Reach.objects.filter(patient=patient).order_by("-pk").values_list("channel", flat=True)
    for one in said:
        if one in (channel, Channel.NONE):
            return bool(one == channel)
    return False


def reached(site_id: int) -> QuerySet[Reach]:
    """The patients of a site who are asked by some way, as it stands, in the order of the rows."""
    later = Reach.objects.filter(pk__gt=OuterRef("pk")).order_by()
    # Of records that were merged, no more messages to one is no more to the other. One condition
    # each: joined by an "or" they would look through every row for every row.
    stopped = later.filter(channel=Channel.NONE)
    found = Reach.objects.annotate(read_in=gate.READ_IN).exclude(channel=Channel.NONE).filter(
        ~Exists(later.filter(patient=OuterRef("patient"))),
        ~Exists(stopped.filter(patient=OuterRef("read_in"))),
        ~Exists(stopped.filter(patient__absorbed_by=OuterRef("read_in"))),
        patient__site=site_id, patient__in_error="",
    )  # fmt: skip
    return found.select_related("patient__site").order_by("pk")


def address_of(patient: Patient, channel: str) -> str:
    """Where the patient's own messages go by a channel; empty where the record has no such, where
    nothing leaves the site by it, or somebody said that it is another's and nobody looked at it
    yet."""
    return addresses_of([patient], channel).get(patient.pk, "")


def addresses_of(patients: Collection[Patient], channel: str) -> dict[int, str]:
    """The same of many patients, by their row. One query."""
    if not senders.is_there(channel):
        return {}
    field = "email" if channel == Channel.MAIL else "phone"
    doubts = _doubts(channel).annotate(read_in=gate.READ_IN).filter(read_in=OuterRef("read_in"))
    rows = Contact.objects.annotate(read_in=gate.READ_IN).filter(
        ~Exists(doubts),
        patient__among=[one.pk for one in patients], kind=Contact.Kind.SELF, ended_at=None,
    ).exclude(**{field: ""})  # fmt: skip
    return dict(rows.order_by("pk").values_list("patient_id", field))


def mark_of(address: str) -> str:
    """What is kept of the address of a message: only the site's key can work it out again."""
    said = address.strip().casefold().encode()
    return salted_hmac("dolenti.diary.reaching", said, algorithm="sha256").hexdigest()


def is_on_record(patient: Patient, channel: str, mark: str) -> bool:
    """Whether a mark is of the patient's own address by a channel, as the record has it now."""
    field = "email" if channel == Channel.MAIL else "phone"
    own = Contact.objects.filter(
        patient__in=gate.family(patient), kind=Contact.Kind.SELF, ended_at=None
    )
    known = own.exclude(**{field: ""}).values_list(field, flat=True)
    return bool(mark) and mark in map(mark_of, known)


def way_of(patient: Patient, channel: str) -> str:
    """By which channel the messages of whoever is asked by this one go: by it; by the other, where
    its own takes none any more and the patient agreed to that one too; empty where no message can
    go."""
    if channel == Channel.NONE:
        return ""
    if address_of(patient, channel):
        return str(channel)
    other = other_of(channel)
    if not dead([patient], channel) or not agreed(patient, other):
        return ""
    return other if address_of(patient, other) else ""


def other_of(channel: str) -> str:
    """The other way."""
    return str(Channel.MAIL if channel == Channel.SMS else Channel.SMS)


def dead(patients: Collection[Patient], channel: str) -> set[int]:
    """Of these patients, by their row, those whose address takes nothing any more by a channel, and
    at whose address nobody looked since. Of records that were merged, it is of them all. One
    query."""
    rows = _doubts(channel).annotate(read_in=gate.READ_IN).values_list("read_in", "alarms")
    found = {read_in for read_in, alarms in rows if alerts.DEAD in alarms}
    return {one.pk for one in patients if (one.absorbed_by_id or one.pk) in found}


def doubted(patient: Patient) -> set[str]:
    """The channels by which nothing goes: whoever got a link said that they are not the patient,
    and nobody looked at the address since. Of records that were merged, a doubt is of them all."""
    ways, family = (Channel.MAIL, Channel.SMS), gate.family(patient)
    return {str(one) for one in ways if _doubts(one).filter(patient__in=family).exists()}


def why_held(patient: Patient, channel: str) -> tuple[str, str]:
    """Why nothing goes by a way that is held, in English and in French."""
    return GAVE_BACK if dead([patient], channel) else IN_DOUBT


def _doubts(channel: str) -> QuerySet[Alert]:
    held = "holds_mail" if channel == Channel.MAIL else "holds_sms"
    return Alert.objects.filter(state=Alert.State.RAISED, **{held: True}).order_by()


def bounced(patient: Patient, channel: str, times: int = 1) -> bool:
    """Whether the last so many messages that were handed over by a channel were not taken."""
    rows = Message.objects.filter(patient=patient, channel=channel, state__in=_HANDED_OVER)
    last = list(rows.order_by("-over_at", "-pk").values_list("state", flat=True)[:times])
    return last == [Message.State.FAILED] * times


def given_up(patients: Collection[int]) -> set[tuple[int, str]]:
    """Of these patients, by their row, the ways by which only questions of safety still go: the
    last two messages were not taken, and the alert that says so stands. Whoever ends it has looked
    at the address, and all goes by it again. One query, and two where there is such an alert."""
    standing = Alert.objects.filter(
        patient__among=patients, state=Alert.State.RAISED, course__isnull=False
    ).order_by()
    told = [pk for pk, alarms in standing.values_list("patient_id", "alarms")
            if following.UNREACHED in alarms]  # fmt: skip
    if not told:
        return set()
    rows = Message.objects.filter(patient__among=told, state__in=_HANDED_OVER)
    states: dict[tuple[int, str], list[str]] = {}
    for patient, channel, state in rows.order_by("over_at", "pk").values_list(
        "patient_id", "channel", "state"
    ):
        states.setdefault((patient, channel), []).append(state)
    return {way for way, each in states.items() if each[-2:] == [Message.State.FAILED] * 2}


def _write(actor: Actor, patient: Patient, channel: str) -> Reach:
    made = Reach.objects.create(patient=patient, channel=channel, author=actor.account)
    audit.record(
        "choose-reach",
        actor=actor,
        kind="reach",
        object_id=made.public_id,
        patient_id=patient.public_id,
        detail={"channel": channel},
    )
    return made
