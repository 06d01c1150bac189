"""Blood drawn for the units of a course: planned, drawn from the patient, the donor's tests.

A tube has its number before there is blood in it, and its label only after. Its device comes from
the stock: a lot that is expired or recalled is refused there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Max, Sum

from dolenti.access import audit
from dolenti.access import clock as site_clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.calendar.moments import local_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.serum import windows
from dolenti.guideline.serum.machine import THERAPY
from dolenti.ledger import locking, versions
from dolenti.ledger.belonging import kind_of
from dolenti.ledger.models import Revision
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.scanning.keyed import with_key
from dolenti.serum import chain, clock, identity, opening, steps
from dolenti.serum.chain import BY_ORIGIN, CIRCUIT, MARKERS
from dolenti.serum.identity import Proof
from dolenti.serum.models import Draw, Place, Step, Tube, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import Act
from dolenti.stock import lots
from dolenti.stock.models import Item, Lot
from dolenti.treatment import stops
from dolenti.treatment.models import Course

DEVICES = (Item.Kind.DEVICE, Item.Kind.KIT)
NEGATIVE, POSITIVE = "negative", "positive"
RELEASED: Final = ("frozen", "in-transit", "issued", "thawed")
"""Where a unit stands that was released on its donor's results, and is not given yet."""
INFECTED: Final = "infectious-marker"
UNTESTED: Final = "tests-withdrawn"
"""Why what was released is held: a marker is positive; or is no longer known."""


def has_consent(course: Course) -> bool:
    """Whether the course is under way, what it treats stands, and the consent is that of it."""
    return course.state == Course.State.ACTIVE and not stops.anew(course)


def doses(course: Course) -> int:
    """How many doses a course is of: the sessions of its protocol, or those that were planned."""
    planned = course.protocol.get("sessions", ())
    return len(planned) or course.sessions.filter(standing=True).count()


def has_circuit(site: Site) -> bool:
    """Whether the site declares a separate circuit for infected blood."""
    return bool(site.policies.get(CIRCUIT) == "present")


def are_known(draw: Draw) -> bool:
    """Whether each marker that must be known has its result, of about the day of the draw: what was
    negative years ago says nothing of this blood."""
    if draw.tests_on is None or not set(MARKERS) <= set(draw.tests):
        return False
    return abs((draw.tests_on - draw.day).days) <= chain.in_force().most("tests-around-draw")


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


def usual_blood() -> float:
    """The mL of a tube: the middle of its limit."""
    limits = chain.in_force()
    return (limits.least("blood-per-tube") + limits.most("blood-per-tube")) / 2


def too_much_blood(draw: Draw) -> Decimal | None:
    """The mL drawn of a patient on the day of a draw, where they are more than its limit."""
    drawn = Tube.objects.filter(patient=draw.patient_id, draw__day=draw.day)
    total: Decimal = drawn.aggregate(total=Sum("volume"))["total"] or Decimal(0)
    return total if total > Decimal(str(chain.in_force().most("blood-in-all"))) else None


def _insist_planned(course: Course, count: int, device: Lot) -> None:
    limits = chain.in_force()
    if course.therapy != THERAPY or not has_consent(Course.objects.get(pk=course.pk)):
        raise SerumRefusedError(
            "blood is drawn in a serum course under way, with a valid consent",
            fr="on prélève dans une cure de sérum en cours, avec un consentement valable",
        )
    usual, limit = usual_blood(), limits.most("blood-in-all")
    today = Tube.objects.filter(patient=course.patient, draw__day=site_clock.today())
    volumes = today.exclude(state="discarded", drawn_at=None).values_list("volume", flat=True)
    there = sum(usual if one is None else float(one) for one in volumes)
    most = int((limit - there) // usual)
    if not 1 <= count <= most:
        raise SerumRefusedError(
            f"{most} tubes at most may still be drawn today: {there:g} mL of {limit:g} are planned "
            "or drawn",
            "count",
            fr=f"{most} tubes au plus restent possibles aujourd’hui\u00a0: {there:g}\u00a0mL sur "
            f"{limit:g} sont prévus ou prélevés",
        )
    if device.site_id != course.patient.site_id or device.item.kind not in DEVICES:
        raise SerumRefusedError(
            "this lot is no device of this site: choose one from the list",
            "device",
            fr="ce lot n’est pas un dispositif de ce site\u00a0: choisissez dans la liste",
        )
    lots.insist_usable(device, count)
    _insist_places(course.patient.site, count)


def _insist_places(site: Site, count: int) -> None:
    """No blood is drawn that could not be incubated; nor more than one tube where nothing is
    frozen, since each is a dose and one is injected a day. Raises ``SerumRefusedError``."""
    kinds = set(Place.objects.filter(site=site, closed=False).values_list("kind", flat=True))
    if Place.Kind.INCUBATOR not in kinds:
        raise SerumRefusedError(
            "no incubator is in use at this site: add it under “Temperatures” before blood is "
            "drawn",
            fr="aucune étuve n’est en service sur ce site\u00a0: ajoutez-la à la page "
            "«\u00a0Températures\u00a0» avant de prélever",
        )
    if count > 1 and Place.Kind.FREEZER not in kinds:
        raise SerumRefusedError(
            "no freezer is in use at this site: draw one tube, or add the freezer under "
            "“Temperatures” first",
            "count",
            fr="aucun congélateur n’est en service sur ce site\u00a0: prélevez un seul tube, ou "
            "ajoutez d’abord le congélateur à la page «\u00a0Températures\u00a0»",
        )


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


def is_usual(volume: Decimal) -> bool:
    """Whether so many mL of blood are what a tube holds."""
    return windows.volume_is_kept(chain.in_force(), "blood-per-tube", volume)


def _insist_of_tube(volume: Decimal, *, sure: bool) -> None:
    known = chain.in_force()
    low, high, most = (
        known.least("blood-per-tube"), known.most("blood-per-tube"), known.most("blood-in-all")
    )  # fmt: skip
    if volume > most or not (sure or is_usual(volume)):
        raise SerumRefusedError(
            f"a tube holds {low:g} to {high:g} mL: {volume:f} mL were typed",
            "sure",
            fr=f"un tube contient {low:g} à {high:g}\u00a0mL\u00a0: "
            f"{f'{volume:f}'.replace('.', ',')}\u00a0mL sont saisis",
        )


def draw_blood(
    submission: Submission,
    draw: Draw,
    proof: Proof,
    volumes: Mapping[Tube, Decimal],
    *,
    sure: bool = False,
) -> None:
    """The blood is in these tubes, so many mL in each, from the patient who is there and said who
    they are. Sent twice it is one. What no tube usually holds is looked at again, and then
    ``sure``.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``LotRefusedError``, ``SerumRefusedError``.
    """
    actor, patient = submission.actor, draw.patient
    for volume in volumes.values():
        _insist_of_tube(volume, sure=sure)

    def make() -> Step:
        locking.hold(patient)
        opening.insist_on(actor, "draw")
        identity.insist_spoken(proof)
        identity.insist_identified(actor, patient, proof, "draw")
        _insist_places(draw.site, len(volumes))
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
    actor: Actor,
    draw: Draw,
    based_on: int,
    results: Mapping[str, str],
    on: date,
    reason: str = "",
) -> Draw:
    """The donor's results, of the day they were taken. What has no result stays unknown. A positive
    one is taken back by somebody else than who recorded it, and for a ``reason``.

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
        locking.hold(draw.patient)
        now = Draw.objects.get(pk=draw.pk)
        if any(now.tests[name] == POSITIVE != known.get(name) for name in now.tests):
            _insist_by_another(actor, now, reason)
        changed = versions.change(
            actor,
            draw,
            based_on,
            {"tests": known, "tests_on": on},
            reason=reason,
            patient_id=draw.patient.public_id,
            action="record-tests",
        )
        _hold_released(actor, changed, was_known=are_known(now))
        return changed


def _hold_released(actor: Actor, draw: Draw, *, was_known: bool) -> None:
    """What was released on results that no longer stand is held, as long as it is not given."""
    if is_positive(draw) and not has_circuit(draw.site):
        why = INFECTED
    elif was_known and not are_known(draw):
        why = UNTESTED
    else:
        return
    for unit in Unit.objects.filter(draw=draw, state__in=RELEASED).order_by("pk"):
        steps.write(actor, unit, Act("hold", {"reason-coded": True}, reason=why, held_for=why))


def _insist_by_another(actor: Actor, draw: Draw, reason: str) -> None:
    """Raises ``SerumRefusedError`` unless two people answer for it that a marker is not positive:
    who recorded it, and another who says why."""
    rows = Revision.objects.filter(kind=kind_of(Draw), row=draw.pk, before__has_key="tests")
    last = rows.order_by("-version").first()
    if last is None or last.author_id == author_of(actor).pk:
        raise SerumRefusedError(
            "you recorded this positive result: somebody else withdraws it, and says why",
            fr="vous avez enregistré ce résultat positif\u00a0: une autre personne le retire, et "
            "dit pourquoi",
        )
    if not reason:
        raise SerumRefusedError(
            "say why a positive result is withdrawn",
            "reason",
            fr="dites pourquoi un résultat positif est retiré",
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
