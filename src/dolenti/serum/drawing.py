"""Blood drawn for the units of a course: planned, drawn from the patient, the donor's tests.

A tube has its number before there is blood in it, and its label only after. Its device comes from
the stock: a lot that is expired or recalled is refused there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Max

from dolenti.access import audit
from dolenti.access import clock as site_clock
from dolenti.access.actors import Actor
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.calendar.moments import local_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.serum.machine import THERAPY
from dolenti.ledger import locking, versions
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.scanning.keyed import with_key
from dolenti.serum import chain, clock, identity, opening, steps
from dolenti.serum.chain import BY_ORIGIN, CIRCUIT, MARKERS
from dolenti.serum.identity import Proof
from dolenti.serum.models import Draw, Step, Tube
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import Act
from dolenti.stock import lots
from dolenti.stock.models import Item, Lot
from dolenti.treatment.models import Consent, Course

DEVICES = (Item.Kind.DEVICE, Item.Kind.KIT)
NEGATIVE, POSITIVE = "negative", "positive"


def has_consent(course: Course) -> bool:
    """Whether the course is under way and a consent stands that was not taken back."""
    signed = Consent.objects.filter(course=course, withdrawal=None)
    return course.state == Course.State.ACTIVE and signed.exists()


def doses(course: Course) -> int:
    """How many doses a course is of: the sessions of its protocol, or those that were planned."""
    planned = course.protocol.get("sessions", ())
    return len(planned) or course.sessions.filter(standing=True).count()


def has_circuit(site: Site) -> bool:
    """Whether the site declares a separate circuit for infected blood."""
    return bool(site.policies.get(CIRCUIT) == "present")


def are_known(draw: Draw) -> bool:
    """Whether each marker that must be known has its result."""
    return draw.tests_on is not None and set(MARKERS) <= set(draw.tests)


def is_positive(draw: Draw) -> bool:
    """Whether a marker is known to be positive."""
    return POSITIVE in draw.tests.values()


def plan(submission: Submission, course: Course, count: int, device: Lot) -> Draw:
    """A draw of so many tubes, each with its number, none with blood. A form sent twice is one.

    Raises ``SerumRefusedError`` where the chain is off, without a consent that stands, for too much
    blood and for a device that is none; ``LotRefusedError`` for a lot that cannot be used.
    """
    user, patient = submission.actor, course.patient

    def make() -> Draw:
        locking.hold(patient)
        statement = opening.insist_on(user, "draw")
        assert statement is not None, "the chain is on by a statement"
        _insist_planned(course, count, device)
        made = _numbered(submission, course, statement.code, count)
        machine = chain.in_force().tube
        for position in range(1, count + 1):
            Tube.objects.create(
                draw=made,
                patient=patient,
                number=_number_of(made, f"T{position}"),
                position=position,
                state=machine.start.state,
                device=device,
            )
        _tell(user, made, "plan-draw")
        return made

    with writing_record(user, Permission.PREPARE_SERUM, patient):
        return once(submission, Draw, make)


def _insist_planned(course: Course, count: int, device: Lot) -> None:
    limits = chain.in_force()
    if course.therapy != THERAPY or not has_consent(Course.objects.get(pk=course.pk)):
        raise SerumRefusedError(
            "blood is drawn in a serum course under way, with a valid consent",
            fr="on prélève dans une cure de sérum en cours, avec un consentement valable",
        )
    most = int(limits.most("blood-in-all") // limits.most("blood-per-tube"))
    usual = int(limits.most("blood-in-all") // 10)
    if not 1 <= count <= max(most, usual):
        raise SerumRefusedError(
            f"draw from 1 to {max(most, usual)} tubes",
            "count",
            fr=f"prélevez de 1 à {max(most, usual)} tubes",
        )
    if device.site_id != course.patient.site_id or device.item.kind not in DEVICES:
        raise SerumRefusedError(
            "this lot is no device of this site: choose one from the list",
            "device",
            fr="ce lot n’est pas un dispositif de ce site\u00a0: choisissez dans la liste",
        )
    lots.insist_usable(device, count)


def _numbered(submission: Submission, course: Course, code: str, count: int) -> Draw:
    site = Site.objects.select_for_update().get(pk=course.patient.site_id)
    day = site_clock.today()
    last = Draw.objects.filter(code=code, day=day).aggregate(last=Max("number"))["last"] or 0
    return Draw.objects.create(
        site=site,
        patient=course.patient,
        course=course,
        code=code,
        day=day,
        number=last + 1,
        tubes=count,
        author=submission.user,
    )


def _number_of(draw: Draw, part: str) -> str:
    """``LILA-20261128-0001-T1-K``: site, day, draw, tube or unit, check character."""
    return with_key(f"{draw.code}-{draw.day:%Y%m%d}-{draw.number:04}-{part}")


def unit_number(draw: Draw, position: int) -> str:
    """The number of a unit: ``LILA-20261128-0001-01-K``."""
    return _number_of(draw, f"{position:02}")


def draw_blood(
    submission: Submission, draw: Draw, proof: Proof, volumes: Mapping[Tube, Decimal]
) -> None:
    """The blood is in these tubes, so many mL in each, from the patient who is there and said who
    they are. Sent twice it is one.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``LotRefusedError``.
    """
    actor, patient = submission.actor, draw.patient

    def make() -> Step:
        locking.hold(patient)
        opening.insist_on(actor, "draw")
        identity.insist_spoken(proof)
        identity.insist_identified(actor, patient, proof, "draw")
        now = clock.read()
        course = Course.objects.get(pk=draw.course_id)
        at = Draw.objects.values_list("checked_at", flat=True).get(pk=draw.pk)
        checked = at is not None and local_day(at) == site_clock.today()
        for tube, volume in volumes.items():
            if tube.draw_id != draw.pk:
                raise SerumRefusedError("of another draw", fr="d’un autre prélèvement")
            guards = {
                "checked-today": checked,
                "patient-match": True,
                "consent-valid": has_consent(course),
                "device-valid": _is_usable(tube.device),
                # Not yet known is no hindrance to a draw: it is to a release.
                "tests-negative-or-circuit": not is_positive(draw) or has_circuit(draw.site),
            }
            values = {"drawn_at": now.at, "volume": volume}
            steps.write(
                actor,
                tube,
                Act("draw", guards, values, hand_over="patient", said={"mL": str(volume)}),
            )
            record = lots.Record("serum.tube", tube.public_id)
            lots.uses(actor, patient, record, {tube.device: 1})
        return Step.objects.filter(draw=draw).latest("pk")

    with writing_record(actor, Permission.PREPARE_SERUM, patient):
        once(submission, Step, make)


def _is_usable(lot: Lot) -> bool:
    try:
        lots.insist_usable(Lot.objects.get(pk=lot.pk))
    except InputError:
        return False
    return True


def cancel(submission: Submission, tube: Tube, note: str) -> None:
    """A tube that was planned and not drawn: its number stays void, its device in stock."""
    actor = submission.actor

    def make() -> Step:
        locking.hold(tube.patient)
        act = Act("cancel", {"reason-coded": True}, reason="not-drawn", note=note)
        steps.write(actor, tube, act)
        return Step.objects.filter(tube=tube).latest("pk")

    with writing_record(actor, Permission.PREPARE_SERUM, tube.patient):
        once(submission, Step, make)


def record_tests(
    actor: Actor, draw: Draw, based_on: int, results: Mapping[str, str], on: date
) -> Draw:
    """The donor's results, of the day they were taken. What has no result stays unknown.

    Raises ``SerumRefusedError``, ``StaleEditError``.
    """
    known = {name: said for name, said in results.items() if said}
    if not set(known) <= {*MARKERS, BY_ORIGIN} or not set(known.values()) <= {NEGATIVE, POSITIVE}:
        raise SerumRefusedError(
            "a result is negative or positive",
            fr="un résultat est négatif ou positif",
        )
    if on > site_clock.today():
        raise SerumRefusedError(
            "this day is to come: give the day of the tests",
            "on",
            fr="ce jour est à venir\u00a0: donnez la date des tests",
        )
    with writing_record(actor, Permission.PREPARE_SERUM, draw.patient):
        return versions.change(
            actor,
            draw,
            based_on,
            {"tests": known, "tests_on": on},
            patient_id=draw.patient.public_id,
            action="record-tests",
        )


def _tell(user: Actor, made: Draw, action: str) -> None:
    audit.record(
        action,
        actor=user,
        kind="draw",
        object_id=made.public_id,
        patient_id=made.patient.public_id,
        detail={"tubes": made.tubes},
    )
