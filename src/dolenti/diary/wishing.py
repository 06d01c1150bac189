"""What a patient says of their appointments by a link: that they come, or what they wish of the
reception (another time, an appointment, a call), until somebody settles it or they take it back.

Of each thing one wish waits at a time, whatever the phone and however often it is pressed: what is
said anew names the wish it takes the place of, and where another one waits nothing is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from dolenti.access import audit, clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import writing
from dolenti.agenda.models import Appointment
from dolenti.agenda.timetable import FARTHEST
from dolenti.calendar.preferred import Preferred
from dolenti.diary import alerts, following, link_life, links
from dolenti.diary.answers import ClosedError, judged_text
from dolenti.diary.models import Alert, Link, Wish
from dolenti.diary.visiting import held, insist_stands
from dolenti.guideline.errors import InputError
from dolenti.identity.text import TextRules, clean_text
from dolenti.ledger import locking
from dolenti.records.gate import family
from dolenti.records.models import Patient
from dolenti.treatment.models import Course
from dolenti.treatment.sessions import course_of

LONGEST: Final = 100
LONGEST_ANSWER: Final = 200
OF_TREATMENT: Final = (Link.Purpose.ANSWER, Link.Purpose.AFTERCARE, Link.Purpose.CONSENT)
"""The links by which an appointment is asked for: the others lead to one."""


class WishRefusedError(InputError):
    """The wish cannot be taken as it is."""


class WishChangedError(WishRefusedError):
    """The wish is not as it was when the page was shown: nothing was changed."""


@dataclass(frozen=True)
class Wished:
    """What is wished: which part of the day, which days of the week (none: any), between which
    days, a word."""

    kind: Wish.Kind
    part: str = Wish.Part.ANY
    days: Collection[int] = ()
    note: str = ""
    not_before: date | None = None
    not_after: date | None = None


@dataclass(frozen=True)
class _About:
    """What a wish is of: an appointment, or a treatment of which one is asked for."""

    appointment: Appointment | None
    course: Course | None


def waiting(link: Link) -> list[Wish]:
    """What its patient asked for and nobody settled yet, of what a link is about. Two queries at
    most."""
    return list(_waiting(link.patient, _about_of(link)).order_by("created_at", "pk"))


def passed_on(link: Link) -> list[Wish]:
    """What was asked of what a link is about, and the reception passed on to whoever cares for the
    patient, while nobody has looked into it. One query."""
    about = _about_of(link)
    found = Wish.objects.filter(
        _of(about), patient__in=family(link.patient), settled_at__isnull=False,
        alerts__state=Alert.State.RAISED,
    )  # fmt: skip
    return list(found.order_by("created_at", "pk"))


def booked(link: Link) -> list[Appointment]:
    """The appointments to come that the reception found for what was asked of the treatment of a
    link, the first first. One query."""
    found = Appointment.objects.filter(
        asked_for__course=link.course, patient__in=family(link.patient),
        state=Appointment.State.PLANNED, end__gt=timezone.now(),
    )  # fmt: skip
    return list(found.distinct().order_by("start")) if link.course is not None else []


def _about_of(link: Link) -> _About:
    if link.appointment is None:
        return _About(None, link.course)
    return _About(link.appointment, course_of(link.appointment))


def _waiting(patient: Patient, about: _About) -> QuerySet[Wish]:
    """Of an appointment what is wished of it; and the appointment that is asked for of the same
    treatment, by whatever link."""
    return Wish.objects.filter(Wish.WAITS, _of(about), patient__in=family(patient))


def _of(about: _About) -> Q:
    of = Q(kind=Wish.Kind.ANOTHER, course=about.course)
    if about.appointment is not None:
        of |= Q(kind__in=(Wish.Kind.MOVE, Wish.Kind.CALL), appointment=about.appointment)
    return of


def comes(appointment: Appointment) -> Wish | None:
    """The word of a patient that they come to an appointment; nothing where it moved since."""
    found = Wish.objects.filter(
        appointment=appointment, kind=Wish.Kind.COMES, start=appointment.start
    )
    return found.order_by("-pk").first()


def come(actor: Actor, link: Link, based_on: int) -> Wish:
    """« Je viens »: said once, seen by the reception. Raises as ``wish`` does."""
    return wish(actor, link, Wished(Wish.Kind.COMES), based_on)


def wish(actor: Actor, link: Link, wished: Wished, based_on: int, instead_of: str = "") -> Wish:
    """Say what is wished of the reception by the link of an appointment as the page showed it,
    ``instead_of`` the wish that it showed. The same said again is one. Raises
    ``StaleEditError`` (the appointment changed since), ``AppointmentRefusedError`` (nobody comes to
    it, or moves it, any more), ``WishRefusedError``, ``WishChangedError``, ``ClosedError``,
    ``NotAllowedError``."""
    patient = link.patient
    with writing(actor, Permission.KEEP_VISIT, patient.site_id, patient_id=patient.public_id):
        visit = held(actor, link)
        insist_stands(visit, based_on, planned=wished.kind in (Wish.Kind.COMES, Wish.Kind.MOVE))
        return _written(actor, patient, _About(visit, course_of(visit)), wished, instead_of)


def ask(actor: Actor, link: Link, wished: Wished, instead_of: str = "") -> Wish:
    """Ask the reception for an appointment, by a link of one's treatment. Otherwise as ``wish``."""
    patient, asked = link.patient, replace(wished, kind=Wish.Kind.ANOTHER)
    with writing(actor, Permission.KEEP_VISIT, patient.site_id, patient_id=patient.public_id):
        _hold_treatment(actor, link)
        return _written(actor, patient, _About(None, link.course), asked, instead_of)


def _hold_treatment(actor: Actor, link: Link) -> None:
    """A link of a treatment still opens; its patient is held, with the record it was merged into:
    from either one appointment is asked for."""
    patient = link.patient
    links.insist_own(actor, link)
    locking.hold(patient, patient.absorbed_by)
    fresh = Link.objects.select_related(*links.WITH).get(pk=link.pk)
    if (
        fresh.purpose not in OF_TREATMENT
        or fresh.opened_at is None
        or not link_life.is_live(fresh, timezone.now())
        or following.stops_of(patient)
    ):
        raise ClosedError


def _written(
    actor: Actor, patient: Patient, about: _About, wished: Wished, instead_of: str
) -> Wish:
    """The wish, written unless the same waits already, in the place of the one that waits."""
    visit, kind = about.appointment, wished.kind
    asks = kind == Wish.Kind.ANOTHER
    for refusal in problems(wished):
        raise refusal
    values = {
        "kind": kind, "part": wished.part, "note": _note(wished.note),
        "days": sorted({day for day in wished.days if 0 <= day < 7}),
        "not_before": wished.not_before, "not_after": wished.not_after,
    }  # fmt: skip
    of_kind = Wish.objects.filter(Wish.WAITS, kind=kind, patient__in=family(patient))
    now = of_kind.filter(course=about.course) if asks else of_kind.filter(appointment=visit)
    if kind == Wish.Kind.COMES:
        assert visit is not None
        now = now.filter(start=visit.start)
    standing = now.order_by("pk").last()
    if standing is not None and all(getattr(standing, name) == one for name, one in values.items()):
        return standing
    if instead_of != (standing.public_id if standing is not None else ""):
        raise _changed(standing)
    if standing is not None:
        _take_back(actor, standing)
    made = Wish.objects.create(
        patient=patient, appointment=visit, start=visit.start if visit else None,
        course=about.course if asks else None, **values,
    )  # fmt: skip
    _tell("tell-wish", actor, made)
    alerts.watch_written(actor, {"wish": made}, made.note, judged_text(made.note))
    return made


def problems(wished: Wished) -> Iterator[WishRefusedError]:
    """What is wrong with each field of what is wished: nobody could find such a time, or the word
    cannot be kept."""
    if wished.part not in Wish.Part.values:
        yield WishRefusedError("choose one from the list", "part", fr="choisissez dans la liste")
    today, first, last = clock.today(), wished.not_before, wished.not_after
    for name, day in (("not_before", first), ("not_after", last)):
        if day is not None and not today <= day <= today + FARTHEST:
            yield WishRefusedError(
                "this day is past, or too far ahead: choose another one, or leave it empty",
                name,
                fr="cette date est passée, ou trop lointaine\u00a0: choisissez-en une autre, ou "
                "laissez vide",
            )
    if first is not None and last is not None and last < first:
        yield WishRefusedError(
            "the last day is before the first one: change one of them",
            "not_after",
            fr="la dernière date est avant la première\u00a0: changez l’une des deux",
        )
    elif not Preferred(wished.days, wished.part, first, last).can_be:
        yield WishRefusedError(
            "none of the days chosen falls between these two dates: choose other days or other "
            "dates",
            "days",
            fr="aucun des jours choisis ne tombe entre ces deux dates\u00a0: changez les jours ou "
            "les dates",
        )
    try:
        _note(wished.note)
    except WishRefusedError as error:
        yield error


def withdraw(actor: Actor, link: Link, public_id: str) -> Wish | None:
    """Its patient takes a wish back. Said twice it is once; ``None`` where the link leads to no
    such wish. Raises ``WishChangedError`` where somebody settled it meanwhile, ``ClosedError``,
    ``NotAllowedError``."""
    patient = link.patient
    with writing(actor, Permission.KEEP_VISIT, patient.site_id, patient_id=patient.public_id):
        if link.purpose == Link.Purpose.APPOINTMENT:
            visit = held(actor, link)
            about = _About(visit, course_of(visit))
        else:
            _hold_treatment(actor, link)
            about = _About(None, link.course)
        standing = sole(_waiting(patient, about).filter(public_id=public_id))
        if standing is not None:
            _take_back(actor, standing)
            return standing
        theirs = Wish.objects.filter(patient__in=family(patient), public_id=public_id)
        if theirs.filter(settled_at__isnull=False).exists():
            raise _changed(None)
        return theirs.filter(withdrawn_at__isnull=False).first()


def _take_back(actor: Actor, found: Wish) -> None:
    Wish.objects.filter(Wish.WAITS, pk=found.pk).update(withdrawn_at=timezone.now())
    found.refresh_from_db(fields=["withdrawn_at"])
    _tell("withdraw-wish", actor, found)


def _changed(standing: Wish | None) -> WishChangedError:
    if standing is None:
        return WishChangedError(
            "reception dealt with your request meanwhile: look at it again",
            fr="le secrétariat a traité votre demande entre-temps\u00a0: regardez-la à nouveau",
        )
    return WishChangedError(
        "a request of yours waits already: change it, or take it back",
        fr="une de vos demandes est déjà en attente\u00a0: modifiez-la ou retirez-la",
    )


def _note(text: str, longest: int = LONGEST) -> str:
    try:
        return clean_text(text, TextRules(longest=longest), "note")
    except InputError as error:
        raise WishRefusedError(error.sentence("en"), "note", fr=error.sentence("fr")) from None


def is_done(found: Wish) -> bool:
    """Whether the agenda shows that a wish was done; of a call nothing shows it."""
    visit = found.appointment
    if found.kind == Wish.Kind.MOVE and visit is not None:
        return visit.start != found.start or visit.state != Appointment.State.PLANNED
    return found.kind != Wish.Kind.ANOTHER or _booked_since(found) is not None


def _booked_since(found: Wish) -> Appointment | None:
    """The appointment that was booked after an appointment was asked for."""
    later = Appointment.objects.filter(
        patient__in=family(found.patient), created_at__gt=found.created_at
    )
    return later.order_by("pk").first()


def settle(actor: Actor, found: Wish, answer: str = "") -> Wish:
    """Somebody of the reception did what was wished; or, where it was not done, says what the
    patient was answered. Said twice it is once. Raises ``WishRefusedError``, ``WishChangedError``
    (its patient changed it, or took it back), ``NotAllowedError``."""
    patient, said = found.patient, _note(answer, LONGEST_ANSWER)
    site_id = found.appointment.site_id if found.appointment else patient.site_id
    with writing(actor, Permission.SCHEDULE, site_id, patient_id=patient.public_id):
        locking.hold(patient, patient.absorbed_by)
        found.refresh_from_db(fields=["settled_at", "withdrawn_at"])
        if found.withdrawn_at is not None:
            raise WishChangedError(
                "the patient changed this request, or withdrew it: look at the list again",
                fr="le patient a modifié ou retiré cette demande\u00a0: regardez la liste à "
                "nouveau",
            )
        if not said and found.settled_at is None and not is_done(found):
            raise WishRefusedError(
                "the agenda has not changed: say why, or what the patient was told",
                "answer",
                fr="l’agenda n’a pas changé\u00a0: dites pourquoi, ou ce qui a été dit au patient",
            )
        _settle(actor, found, said)
        return found


def settle_done(actor: Actor, patient: Patient, only: Wish | None = None) -> int:
    """Settle the wishes of a patient that the agenda shows to be done, or ``only`` that one; how
    many. Raises ``NotAllowedError``."""
    with writing(actor, Permission.SCHEDULE, patient.site_id, patient_id=patient.public_id):
        locking.hold(patient, patient.absorbed_by)
        waits = Wish.objects.filter(
            Wish.WAITS, patient__in=family(patient), kind__in=(Wish.Kind.MOVE, Wish.Kind.ANOTHER)
        )
        if only is not None:
            waits = waits.filter(pk=only.pk)
        done = [one for one in waits.select_related("appointment", "patient") if is_done(one)]
        for one in done:
            _settle(actor, one, "")
        return len(done)


def _settle(actor: Actor, found: Wish, answer: str) -> None:
    leads_to = None
    if found.kind == Wish.Kind.ANOTHER and not answer:
        leads_to = _booked_since(found)
    if Wish.objects.filter(Wish.WAITS, pk=found.pk).update(
        settled_at=timezone.now(), settled_by=author_of(actor), answer=answer, booked=leads_to
    ):
        _tell("settle-wish", actor, found)
    found.refresh_from_db()


def pass_on(actor: Actor, found: Wish) -> Alert:
    """The reception passes a wish on to whoever cares for the patient: an alert is raised of it,
    and the wish is settled. What was read is passed on though its patient took it back meanwhile.
    Said twice it is once. Raises ``NotAllowedError``."""
    patient = found.patient
    site_id = found.appointment.site_id if found.appointment else patient.site_id
    with writing(actor, Permission.SCHEDULE, site_id, patient_id=patient.public_id):
        locking.hold(patient)
        made = alerts.watch_wish(actor, found)
        _settle(actor, found, "")
        return made


def _tell(action: str, actor: Actor, found: Wish) -> None:
    audit.record(
        action,
        actor=actor,
        kind="wish",
        object_id=found.public_id,
        patient_id=found.patient.public_id,
        detail={"kind": found.kind},
    )
