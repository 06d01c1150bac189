"""What is written of a session, part by part: the pause, what is drawn up, what went in, what
happened. Each is one transaction; a form sent twice is one write, and a killed server leaves a part
written or not.

Two people may write different parts at once. Where both wrote the same one, the second is told, and
loses nothing of what was typed. What is in the way of the needle is asked again when it is given.

A page that was opened before the act was given, or signed, writes no part of it any more. What was
given is corrected with a reason, which whoever signs has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.language import current
from dolenti.access.roles import Permission
from dolenti.calendar.moments import clock, local_day, to_local
from dolenti.guideline.mixture import Finding as MixtureFinding
from dolenti.guideline.mixture import MixtureResult, insist_dose, insist_hours
from dolenti.guideline.reasons import insist as insist_reason
from dolenti.guideline.reasons import says_why
from dolenti.guideline.session import COLDEST, OF_THE_COLD, DrawnMap, Finding
from dolenti.guideline.session import content as room_content
from dolenti.guideline.session.pause import KIT
from dolenti.ledger import locking, versions
from dolenti.ledger.belonging import kind_of
from dolenti.ledger.lifecycle import Step, Taking
from dolenti.ledger.models import Revision
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.records.facts import stating
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Patient, Statement
from dolenti.stock import lots, typed
from dolenti.stock.models import Lot
from dolenti.treatment import (
    beside,
    content,
    feeling,
    given,
    holds,
    mapped,
    ready,
    supplying,
    taken_back,
    vials,
    watching,
)
from dolenti.treatment.content import (
    Answered,
    Corrected,
    Dose,
    Drawn,
    Happened,
    Injected,
    Override,
    Part,
    Pause,
    Preparation,
)
from dolenti.treatment.given import RECORDS, RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.room import BESIDE_ANY, BLOCKED_BEFORE, SERUM, Standing, standing

State = SessionRecord.State
SIGNED_FOR: Final = ("state", "pause", "preparation", "injected", "points")
"""What whoever signs has seen as it stands, beside what happened."""
P = TypeVar("P", Preparation, Injected)
GRAVE: Final = ("block", "override")
"""What a rule says that is not only a caution."""
DEVICE_FAULT: Final = "broken-needle-device-fault"
"""The event of the knowledge that tells of a device at fault: a wrong temperature too."""
CORRECTION: Final = "correction"
"""Among the reasons of whoever writes: why what was given is corrected."""


def unit_stands() -> RecordRefusedError:
    """That a unit, once injected, is chosen no more."""
    return RecordRefusedError(
        "a unit was injected: what left the freezer stands",
        fr="une unité est injectée\u00a0: ce qui a quitté le congélateur ne change plus",
    )


@dataclass(frozen=True)
class Pressed:
    """What somebody pressed on a line: ``None`` is “I do not know”. ``beside``: it is no answer,
    but the reason why facts of the line change, or that a red answer that was taken back was
    seen (``saw``)."""

    safe: bool | None
    reason: str = ""
    second: bool = False
    together: bool = False
    beside: bool = False
    saw: bool = False


@dataclass(frozen=True)
class Asked:
    """What is to be drawn up: of each lot, by its public id, so many mL; ``supplies``, so many
    pieces. ``reasons`` are by the id of the rule that somebody goes past, and under ``CORRECTION``
    why what was given is corrected; ``not_used``: a recalled lot that falls away was really not
    used."""

    rows: tuple[tuple[str, Decimal], ...] = ()
    supplies: tuple[tuple[str, int], ...] = ()
    technique: str = ""
    fluid: str = "none"
    fluid_ml: Decimal = Decimal(0)
    looks: content.Look | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    usual: str = ""
    nerve: str = ""
    to_freeze: content.ToFreeze | None = None
    not_used: bool = False

    @property
    def lots(self) -> list[str]:
        """The lots that are asked for, by their public ids."""
        return [lot for lot, _ in (*self.rows, *self.supplies)]


def answer(
    submission: Submission,
    session: Session,
    based_on: int,
    pressed: Mapping[str, Pressed],
    *,
    elsewhere: tuple[Dose, ...] | None = None,
    confirm: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> SessionRecord:
    """What was pressed on lines of the pause, by whoever is there; ``confirm``: the practitioner
    has seen what the nurse answered, but for a red answer that was taken back, which is confirmed
    by itself. ``elsewhere``: what was given elsewhere today, where it
    was asked. ``facts`` are what the patient said today of what the lines rest on, as a file writes
    them: they are stated in the record, as from any other page.

    Raises ``RecordRefusedError``, ``StaleEditError`` where somebody else answered one of these
    lines meanwhile.
    """
    at = timezone.now()
    in_person = submission.actor.may(Permission.GIVE)
    _insist_plausible(elsewhere or ())
    reasons = {line: press.reason for line, press in pressed.items()}
    saw = {line for line, press in pressed.items() if press.saw}
    pressed = {line: press for line, press in pressed.items() if not press.beside}
    stood_red: list[taken_back.Stood] = []

    def value(now: Standing) -> Pause:
        author, language = submission.user, current()
        answers = dict(now.pause.answers)
        seen_now = {*saw, *pressed} if in_person else set()
        was = tuple(
            _with(one, seen_by=author.name) if one.line in seen_now and not one.seen_by else one
            for one in now.pause.was
        )
        was += taken_back.kept(stood_red, reasons, author.name, at, in_person=in_person)
        unseen = taken_back.unseen(was)
        for name, one in answers.items():
            confirms = (confirm or name in saw) and in_person and name not in unseen
            if one.by == "nurse" and confirms:
                answers[name] = _with(one, confirmed_by=author.name)
        for name, press in pressed.items():
            if in_person and press.reason:
                insist_reason(press.reason)
            lacks: tuple[str, ...] = ()
            if name == KIT:
                insist_kit_reason(now, press)
                lacks = tuple(one.in_language(language) for one in now.kit_lacks)
            goes_on = bool(lacks and press.safe and now.is_short_of)
            answers[name] = Answered(
                safe=press.safe,
                by="practitioner" if in_person else "nurse",
                who=author.public_id,
                name=author.name,
                at=at,
                reason=press.reason if in_person or goes_on else "",
                second=press.second,
                together=press.together,
                lacks=lacks,
                stamps=dict(now.stamps),
            )
        told = now.pause.elsewhere if elsewhere is None else elsewhere
        return _with(now.pause, answers=answers, elsewhere=told, was=was)

    def others(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        old, new = before.get("answers", {}), after.get("answers", {})
        return any(old.get(name) != new.get(name) for name in (*pressed, *saw))

    with writing_record(submission.actor, Permission.PREPARE, session.course.patient):
        locking.hold(session.course.patient)
        safe = [line for line, press in pressed.items() if press.safe]
        now = standing(submission.actor, session)
        stood_red += taken_back.found(now, safe, facts or {}, local_day(at), current())
        # Whoever did not see the red answer is shown it first, and asked nothing of it.
        if (
            now.record is None
            or _based(now.record, "pause", based_on, others) == now.record.version
        ):
            taken_back.insist_why(stood_red, reasons)
        _state(submission, session, facts or {}, local_day(at))
        return _write(submission, session, based_on, "pause", value, others=others)


def _insist_plausible(elsewhere: Iterable[Dose]) -> None:
    """Raises ``InputError`` for a dose nobody can have received, and for hours of another day."""
    known = {one.id: one for one in engine.edition_in_force().products}
    for one in elsewhere:
        insist_hours(one.hours_ago)
        if one.product in known:
            insist_dose(known[one.product], one.dose)


def insist_kit_reason(now: Standing, press: Pressed) -> None:
    """Nobody says of a kit that lacks something that all is well, without saying why the session
    goes on beside it. Raises ``RecordRefusedError``."""
    if now.is_short_of and press.safe and not says_why(press.reason):
        raise RecordRefusedError(
            "the room’s kit lacks something: say why the session goes on without it",
            KIT,
            fr="il manque quelque chose à la trousse de la salle\u00a0: indiquez pourquoi la "
            "séance continue sans cela",
        )


def choose(
    submission: Submission, session: Session, based_on: int, act: content.Act
) -> SessionRecord:
    """What this session is: what its course is for, or a diagnostic block before it. The pause is
    then that act’s. Raises ``RecordRefusedError``, ``StaleEditError``."""
    if act == "block" and session.course.therapy not in BLOCKED_BEFORE:
        raise RecordRefusedError(
            "no block is done in this course", fr="aucun bloc n’est fait dans cette cure"
        )
    return _write(
        submission,
        session,
        based_on,
        "pause",
        lambda now: _with(now.pause, act=act),
        others=lambda before, after: before.get("act", "") != after.get("act", ""),
    )


def go_past(
    submission: Submission, session: Session, based_on: int, seen: Collection[str], reason: str
) -> SessionRecord:
    """A practitioner goes past what holds the sessions back, for this session, and says why.
    ``seen`` are the ids of what was read: what came meanwhile still holds.

    Raises ``RecordRefusedError``, ``StaleEditError``, ``NotAllowedError``.
    """
    insist_reason(reason, "held")

    def value(now: Standing) -> Pause:
        author, held = author_of(submission.actor), [one for one in now.held if one.id in seen]
        if not held:
            return now.pause
        language = current()
        past = content.Past(
            holds=tuple(one.id for one in held),
            says=tuple(one.says.in_language(language) for one in held),
            reason=reason.strip()[:500],
            who=author.public_id,
            name=author.name,
            at=now.now,
        )
        return _with(now.pause, past=(*now.pause.past, past))

    def others(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        return bool(before.get("past", []) != after.get("past", []))

    with writing_record(submission.actor, Permission.GIVE, session.course.patient):
        return _write(submission, session, based_on, "pause", value, others=others)


def _state(submission: Submission, session: Session, facts: Mapping[str, Any], day: date) -> None:
    """One statement a fact, each with a token that follows from the form's."""
    complaint = session.course.complaint
    for fact, raw in facts.items():
        definition = stating.definition_of(fact)
        if definition is None:
            continue
        said = stating.Said(raw, day, Statement.SaidBy.PATIENT)
        one = submission.of_part(fact)
        stating.state(one, complaint.patient, definition, said, complaint)


def prepare(
    submission: Submission,
    session: Session,
    based_on: int,
    asked: Asked,
    facts: Mapping[str, Any] | None = None,
) -> SessionRecord:
    """What is drawn up and which supplies are taken, of which lots; whether it is limpid; who goes
    past which rule and why. ``facts`` are what the patient said of what its rules ask, as a file
    writes them: they are stated in the record, and the mixture is judged on them.

    Raises ``RecordRefusedError``, ``LotRefusedError`` for a lot that is of another site, of another
    kind or not usable today, ``InputError`` for what the rules block, ``StaleEditError``.
    """
    lots_of = _lots(session.course.patient, asked.lots)

    def value(now: Standing) -> Preparation:
        holds.insist_none(now.held)
        after = drawn_up(now, asked, lots_of, author_of(submission.actor).name)
        if not asked.not_used:
            _insist_recalled_stay(now, after)
        return _corrected(now, now.preparation, after, asked.reasons)

    with writing_record(submission.actor, Permission.PREPARE, session.course.patient):
        locking.hold(session.course.patient, *lots_of.values())
        _state(submission, session, facts or {}, local_day(timezone.now()))
        return _write(submission, session, based_on, "preparation", value, wanted=lots_of.values())


def choose_unit(
    submission: Submission,
    session: Session,
    based_on: int,
    number: str,
    scan: str,
    asked: Asked | None = None,
    facts: Mapping[str, Any] | None = None,
) -> SessionRecord:
    """The unit of serum that is to be injected, by the label that was scanned: whoever keeps the
    chain has looked whose it is. What is ``asked`` is drawn up beside it and taken with it;
    ``None`` leaves that as it is.

    Raises ``RecordRefusedError`` once it was given, and what ``prepare`` raises.
    """
    lots_of = _lots(session.course.patient, asked.lots if asked else ())

    def value(now: Standing) -> Preparation:
        if now.is_given:
            raise unit_stands()
        holds.insist_none(now.held)
        author = author_of(submission.actor).name
        beside = now.preparation
        if asked is not None:
            beside = drawn_up(now, asked, lots_of, author)
        return _with(beside, unit=number, unit_scan=scan, by=author, at=now.now)

    with writing_record(submission.actor, Permission.PREPARE, session.course.patient):
        locking.hold(session.course.patient, *lots_of.values())
        _state(submission, session, facts or {}, local_day(timezone.now()))
        return _write(submission, session, based_on, "preparation", value, wanted=lots_of.values())


def drawn_up(
    now: Standing,
    asked: Asked,
    lots_of: Mapping[str, Lot],
    name: str,
    *,
    to_write: bool = True,
) -> Preparation:
    """A preparation as it would be kept. Without ``to_write`` nothing is refused but what no rule
    can read: it is looked at while it is typed."""
    drawn = tuple(_drawn(now, lots_of[lot], volume, to_write) for lot, volume in asked.rows)
    if now.therapy == SERUM:
        _insist_beside_a_unit(now, drawn, asked.fluid)
    plain = Preparation(
        technique=asked.technique,
        fluid=asked.fluid,  # type: ignore[arg-type]
        fluid_ml=asked.fluid_ml if asked.fluid != "none" else Decimal(0),
        drawn=drawn,
        usual=asked.usual,
    )
    result = now.mixture(plain)
    aimed = _with(plain, nerve=asked.nerve, to_freeze=asked.to_freeze)
    of_freeze = () if now.is_given else now.of_the_freeze(aimed)
    beside = now.beside_the_consent(plain)
    overrides = _overrides(
        now, result, (*of_freeze, *beside), asked.reasons, now.preparation.overrides, name
    )
    if now.is_given:
        # It was given: the record says what was, also where a rule was broken. The session itself
        # is in the patient's history by now, and must not speak against itself.
        overrides = now.preparation.overrides
    elif to_write:
        ready.insist_may_be_frozen(of_freeze)
        decides = now.actor.may(Permission.GIVE)
        ready.insist_may_be_drawn_up(result, beside, overrides, decided=decides)
    same = plain.fingerprint == now.preparation.fingerprint and asked.looks == now.preparation.looks
    looked_by, looked_at = (
        (now.preparation.looked_by, now.preparation.looked_at) if same else (name, now.now)
    )
    was = _looked_before(now, plain, asked, name, to_write=to_write)
    return Preparation(
        technique=plain.technique,
        fluid=plain.fluid,
        fluid_ml=plain.fluid_ml,
        drawn=drawn,
        supplies=supplying.taken(now, asked.supplies, lots_of, to_write=to_write),
        usual=plain.usual,
        nerve=asked.nerve,
        to_freeze=asked.to_freeze,
        unit=now.preparation.unit,
        unit_scan=now.preparation.unit_scan,
        looks=asked.looks,
        looked_by=looked_by if asked.looks else "",
        looked_at=looked_at if asked.looks else None,
        was=was,
        overrides=overrides,
        verdict=_verdict(result, beside),
        said=tuple(
            content.Said(rule=rule, severity=severity)
            for rule, severity in (
                *((one.rule, one.severity) for one in beside),
                *((f.rule, f.severity) for f in (result.findings if result else ())),
            )
        ),
        by=name,
        at=now.now,
    )


def _looked_before(
    now: Standing, plain: Preparation, asked: Asked, name: str, *, to_write: bool
) -> tuple[content.TakenBack, ...]:
    """How this syringe looked wrong before it looked right: said with why. Another syringe begins
    anew. Raises ``RecordRefusedError`` where nobody says why."""
    before = now.preparation
    if plain.fingerprint != before.fingerprint:
        return ()
    looked_wrong = bool(before.looks) and not now.looks_right()
    if now.is_given or not to_write or not looked_wrong or asked.looks != now.must_look:
        return before.was
    reason = asked.reasons.get(taken_back.LOOKS, "")
    if not says_why(reason):
        raise RecordRefusedError(
            "this same syringe looked otherwise before: prepare another, or say why it looks right",
            f"reason-{taken_back.LOOKS}",
            fr="cette même seringue avait un autre aspect : préparez-en une autre, ou écrivez "
            "pourquoi l’aspect change",
        )
    one = content.TakenBack(
        line=taken_back.LOOKS,
        says=before.looks or "",
        name=before.looked_by,
        at=before.looked_at,
        reason=reason.strip()[:500],
        by=name,
        on=now.now,
    )
    return (*before.was, one)


def _insist_beside_a_unit(now: Standing, drawn: Sequence[Drawn], fluid: str) -> None:
    """Beside a unit of serum an anaesthetic is drawn up in a syringe of its own, and nothing else:
    of what is mixed into the serum nobody knows what becomes. Raises ``RecordRefusedError``."""
    strange = [
        one.item
        for one in drawn
        for part in one.ingredients
        if BESIDE_ANY.isdisjoint(now.edition.classes_of({part.product}))
    ]
    if strange or fluid != "none":
        raise RecordRefusedError(
            "beside a serum unit only a local anaesthetic is drawn up, undiluted, in a syringe "
            "of its own: nothing is mixed into the serum",
            "preparation",
            fr="à côté d’une unité de sérum, seul un anesthésique local est préparé, non dilué, "
            "dans une seringue à part\u00a0: rien ne se mélange au sérum",
        )


def _insist_recalled_stay(now: Standing, after: Preparation) -> None:
    """Whom a record does not name is not told of a recall. Raises ``RecordRefusedError`` where a
    recalled lot of what was given would fall away."""
    gone = now.preparation.pieces_of_lots.keys() - after.pieces_of_lots.keys()
    if not gone or not now.is_given:
        return
    lot = Lot.objects.filter(public_id__in=gone, state=Lot.State.RECALLED).first()
    if lot is not None:
        raise RecordRefusedError(
            f"lot {lot.number} is recalled, and without it this patient is not told: take it out "
            "by a correction, and confirm that nothing of it was used",
            "not_used",
            fr=f"le lot {lot.number} est rappelé, et sans lui ce patient n’en sera pas averti"
            "\u00a0: retirez-le par une correction, en confirmant que rien n’en a été utilisé",
        )


def lots_for(patient: Patient, asked: Asked) -> dict[str, Lot]:
    """The lots of a preparation, by their public ids. Raises ``RecordRefusedError`` for one that is
    of another site."""
    return _lots(patient, asked.lots)


def _lots(patient: Patient, wanted: Iterable[str]) -> dict[str, Lot]:
    ids = list(wanted)
    found = Lot.objects.filter(site_id=patient.site_id, public_id__in=ids).select_related("item")
    by_id = {lot.public_id: lot for lot in found}
    if any(one not in by_id for one in ids):
        raise RecordRefusedError(
            "this lot is not in the stock of this site: choose one from the list",
            "lot",
            fr="ce lot n’est pas dans le stock de ce site\u00a0: choisissez dans la liste",
        )
    return by_id


def _drawn(now: Standing, lot: Lot, volume: Decimal, to_write: bool) -> Drawn:
    item = lot.item
    product = next((one for one in now.edition.products if one.id == item.product), None)
    if product is None or (item.strength is None and product.unit != "mL"):
        raise RecordRefusedError(
            f"{item.name} says no product with its strength: complete it in the stock",
            "lot",
            fr=f"{item.name} n’indique pas de produit avec son dosage\u00a0: complétez-le dans le "
            "stock",
        )
    if not 0 < volume <= content.MOST_ML:
        raise RecordRefusedError(
            f"give the volume drawn up of {item.name}, above 0 mL",
            "volume",
            fr=f"donnez le volume préparé de {item.name}, au-dessus de 0\u00a0mL",
        )
    pieces = content.pieces(volume, item.volume)
    if to_write and not now.is_given:
        lots.insist_usable(lot, pieces)
    return Drawn(
        product=item.product,
        item=item.name,
        lot=lot.public_id,
        number=lot.number,
        expiry=lot.expiry,
        strength=item.strength if item.strength is not None else Decimal(1),
        unit=item.unit or "mL",
        volume=volume,
        pieces=pieces,
        beside=vials.beside_of(item),
    )


def _verdict(result: MixtureResult | None, beside: tuple[Finding, ...]) -> str:
    """What is beside the consent is no syringe that the rules accept as it is."""
    if result is None:
        return ""
    return "override" if beside and result.verdict == "allowed" else result.verdict


def _overrides(
    now: Standing,
    result: MixtureResult | None,
    of_choice: Iterable[Finding],
    reasons: Mapping[str, str],
    before: tuple[Override, ...],
    name: str,
) -> tuple[Override, ...]:
    rules = {f.rule for f in result.findings if f.severity == "override"} if result else set()
    rules |= {one.rule for one in of_choice if one.severity == "override"}
    return _reasons(now, rules, reasons, before, name)


def _reasons(
    now: Standing,
    rules: Iterable[str],
    reasons: Mapping[str, str],
    before: tuple[Override, ...],
    name: str,
) -> tuple[Override, ...]:
    """Whoever gave a reason first is the one who gave it, while it stays as it was; a practitioner
    who leaves the nurse's as it stands confirms it. To go past a rule is a practitioner’s decision:
    of anybody else no new reason is taken, and none of a practitioner's is taken away."""
    in_person = now.actor.may(Permission.GIVE)
    standing = {one.rule: one for one in before}
    found: list[Override] = []
    for rule in sorted(rules):
        reason, same = reasons.get(rule, ""), standing.get(rule)
        if reason:
            insist_reason(reason)
        if not in_person:
            found.extend(() if same is None else (same,))
            continue
        if not reason:
            continue
        if same is not None and same.reason == reason:
            found.append(_with(same, confirmed_by=name) if same.is_open else same)
            continue
        found.append(
            Override(
                rule=rule,
                reason=reason,
                by="practitioner",
                who=author_of(now.actor).public_id,
                name=name,
                at=now.now,
            )
        )
    return tuple(found)


def inject(
    submission: Submission,
    session: Session,
    based_on: int,
    injected: Injected,
    reasons: Mapping[str, str] | None = None,
    drawn: DrawnMap | None = None,
    confirmed: Collection[str] = (),
) -> SessionRecord:
    """It was given: what went in, where, how; ``drawn`` is the map of its points, and says how many
    and how much. From now on the pause and the lots are as they were,
    and the stock has fallen. Said again it is a correction, until it is signed, and ``reasons``
    says why. ``confirmed`` are the rules that the nurse went past, and that whoever gives it has
    seen named and confirms.

    Raises ``RecordRefusedError`` for what is still in the way, ``NoPrivilegeError``,
    ``LotRefusedError``, ``InputError`` for volumes that do not agree, ``StaleEditError``.
    """
    actor, patient = submission.actor, session.course.patient

    injected = mapped.summed(drawn, injected)
    said_why = {} if reasons is None else reasons

    def value(now: Standing) -> Injected:
        found = now.findings(injected, drawn=drawn)
        overridable = [one.rule for one in found if may_say_why(now, one)]
        after = _with(
            injected,
            overrides=_reasons(
                now,
                overridable,
                _why(now, found, overridable, said_why),
                now.injected.overrides,
                author_of(actor).name,
            ),
            said=tuple(
                dict.fromkeys(content.Said(rule=one.rule, severity=one.severity) for one in found)
            ),
        )
        corrected = _corrected(now, now.injected, after, said_why, moved=drawn != now.drawn)
        if now.is_given and corrected is not now.injected:
            _insist_reasons(found, now.injected, corrected)
        return corrected

    def make() -> SessionRecord:
        before = standing(actor, session)
        _hold(patient, before.preparation)
        record = given.begun(session, actor)
        _insist_seen(record, based_on, "state")
        now = standing(actor, session)
        if drawn is not None and mapped.consumable(drawn) != mapped.consumable(now.drawn):
            typed.insist_not_held(patient.site_id, mapped.consumable(drawn), "points")
        values = {"injected": content.kept(value(now)), "points": mapped.kept(drawn)}
        if record.state == State.PREPARED:
            based = _based(record, "injected", based_on)
            values["preparation"] = content.kept(_decided(now, confirmed, said_why))
            return _told(now, given.deliver(actor, record, based, **values))
        ready.insist_of_a_piece(now, injected, drawn)
        return _told(now, _kept(actor, record, based_on, "injected", values))

    def _told(now: Standing, record: SessionRecord) -> SessionRecord:
        faulty = _is_device_at_fault(content.read(Injected, record.injected))
        if faulty and not _is_device_at_fault(now.injected):
            beside.caught(actor, session, DEVICE_FAULT)
        return record

    with writing_record(actor, Permission.GIVE, patient):
        return once(submission, SessionRecord, make)


def may_say_why(now: Standing, one: Finding) -> bool:
    """Whether a rule of the act is gone past with a reason: of what was given already, also one
    that would have blocked it; of what the cold showed, from the first, since the record says what
    was measured."""
    blocked = now.is_given or one.rule in OF_THE_COLD
    return one.severity in (GRAVE if blocked else ("override",))


def _is_device_at_fault(injected: Injected) -> bool:
    """Whether what was measured of the cold is nothing that a device in order does."""
    return content.Said(rule=COLDEST, severity="block") in injected.said


def _why(
    now: Standing, found: Iterable[Finding], rules: Iterable[str], typed: Mapping[str, str]
) -> dict[str, str]:
    """The reasons that were typed; else those that stand: of what was given, with it; before, those
    of what was gone past when it was prepared, where the same is found now."""
    planned = {(one.rule, one.detail) for one in now.of_the_freeze()}
    same = {one.rule for one in found if (one.rule, one.detail) in planned}
    stands = (
        {one.rule: one.reason for one in now.injected.overrides}
        if now.is_given
        else {one.rule: one.reason for one in now.preparation.overrides if one.rule in same}
    )
    return {rule: typed.get(rule, stands.get(rule, "")) for rule in rules}


def _insist_reasons(found: Iterable[Finding], before: Injected, after: Injected) -> None:
    """A correction says what was done, also against a rule; but of each rule that did not speak
    before, why. Raises ``RecordRefusedError``."""
    heard = {one.rule for one in before.said if one.severity in GRAVE}
    heard -= {one.rule for one in before.overrides}
    written = {one.rule for one in after.overrides}
    for one in found:
        if one.severity in GRAVE and one.rule not in heard | written:
            raise RecordRefusedError(
                f"a rule speaks against this: write why it was done all the same: {one.because.en}",
                f"reason-{one.rule}",
                fr="une règle s’y oppose\u00a0: écrivez pourquoi cela a été fait malgré tout"
                f"\u00a0: {one.because.fr}",
            )


def _decided(now: Standing, confirmed: Collection[str], reasons: Mapping[str, str]) -> Preparation:
    """What was prepared, with what the nurse went past confirmed by whoever gives it, and what was
    left to them to decide decided by their reason."""
    name = author_of(now.actor).name
    overrides = tuple(
        _with(one, confirmed_by=name) if one.is_open and one.rule in confirmed else one
        for one in now.preparation.overrides
    )
    left = [one.rule for one in undecided(now)]
    new = _reasons(now, left, reasons, (), name)
    return _with(now.preparation, overrides=(*overrides, *new))


def undecided(now: Standing) -> list[MixtureFinding | Finding]:
    """The rules of the syringe that nobody went past yet, of what is beside the consent too:
    whoever gives it decides, and says why. None once it was given."""
    if now.is_given:
        return []
    result = now.mixture()
    past = {one.rule for one in now.preparation.overrides}
    found: list[MixtureFinding | Finding] = [*now.beside_the_consent()]
    found += result.findings if result is not None else ()
    return [one for one in found if one.severity == "override" and one.rule not in past]


def happen(
    submission: Submission,
    session: Session,
    based_on: int,
    happened: Happened,
    *,
    sign: bool = False,
) -> SessionRecord:
    """What happened, at once and until the patient leaves; with ``sign``, the practitioner then
    stands for all of it, as it stood on the page. Raises ``RecordRefusedError``,
    ``StaleEditError``."""
    actor, patient = submission.actor, session.course.patient

    def make() -> SessionRecord:
        locking.hold(patient)
        record = given.begun(session, actor)
        _insist_seen(record, based_on, *(SIGNED_FOR if sign else ()))
        what = {"happened": content.kept(happened)}
        saved = _kept(actor, record, based_on, "happened", what)
        return given.sign(actor, saved, saved.version) if sign else saved

    permission = Permission.GIVE if sign else Permission.PREPARE
    with writing_record(actor, permission, patient):
        return once(submission, SessionRecord, make)


def undo(submission: Submission, session: Session, name: str, based_on: int) -> SessionRecord:
    """A part as it stood before it was written last. Raises ``RecordRefusedError`` where there is
    nothing before it, where a recalled lot would fall away, and of what was given, which is
    corrected with a reason (an amendment has one); ``StaleEditError``."""

    def value(now: Standing) -> Part:
        assert now.record is not None
        if now.is_given and name != "happened" and not now.record.amends_id:
            raise RecordRefusedError(
                "it was given: correct it, and say why",
                fr="le geste est fait\u00a0: corrigez, en indiquant le motif",
            )
        last = _written(now.record, name).last()
        if last is None:
            raise RecordRefusedError(
                "nothing was written here before", fr="rien n’avait été écrit ici auparavant"
            )
        before = content.read(content.PARTS[name], last.before[name])
        if isinstance(before, Preparation):
            _insist_recalled_stay(now, before)
            same = before.fingerprint == now.preparation.fingerprint
            if now.preparation.looks and same and before.looks != now.preparation.looks:
                raise RecordRefusedError(
                    "how a syringe looked is not undone: say how it looks now, and why",
                    fr="l’aspect d’une seringue ne s’annule pas\u00a0: indiquez l’aspect actuel, "
                    "et pourquoi",
                )
            if now.is_given and before.unit != now.preparation.unit:
                raise unit_stands()
        return before

    return _write(submission, session, based_on, name, value)


def _write(
    submission: Submission,
    session: Session,
    based_on: int,
    name: str,
    value: Callable[[Standing], Part],
    *,
    wanted: Iterable[Lot] = (),
    others: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] | None = None,
) -> SessionRecord:
    actor, patient = submission.actor, session.course.patient
    held = list(wanted)

    def make() -> SessionRecord:
        _hold(patient, standing(actor, session).preparation, held)
        record = given.begun(session, actor)
        if name != "happened" and record.state == State.PREPARED:
            given.insist_not_stopped(session.course)
        _insist_seen(record, based_on, *(("state",) if name != "happened" else ()))
        what = {name: content.kept(value(standing(actor, session)))}
        return _kept(actor, record, based_on, name, what, others)

    with writing_record(actor, Permission.PREPARE, patient):
        return once(submission, SessionRecord, make)


def _hold(patient: Patient, preparation: Preparation, more: Iterable[Lot] = ()) -> None:
    """Wait for the patient and the lots before anything is written: the trail's lock is the last.
    A use that falls away is given back to its lot, so those of before are held too."""
    found = Lot.objects.filter(public_id__in=preparation.pieces_of_lots)
    locking.hold(patient, *found, *more)


def _kept(
    actor: Actor,
    record: SessionRecord,
    based_on: int,
    name: str,
    what: Mapping[str, Any],
    others: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] | None = None,
) -> SessionRecord:
    _insist_open(record, name)
    based = _based(record, name, based_on, others)
    patient = record.session.course.patient
    saved = versions.change(
        actor, record, based, what, patient_id=patient.public_id, action="write-session"
    )
    if saved.state != State.PREPARED and name in ("preparation", "injected"):
        preparation = content.read(Preparation, saved.preparation)
        content.insist_coherent(preparation, content.read(Injected, saved.injected))
        _use(actor, saved, preparation)
    return saved


def _insist_open(record: SessionRecord, name: str) -> None:
    if record.state == State.SIGNED:
        raise RecordRefusedError(
            "this record is signed and never changes: amend it",
            fr="ce compte rendu est signé et ne change plus\u00a0: rectifiez-le",
        )
    if name == "pause" and record.state != State.PREPARED:
        raise RecordRefusedError(
            "it was given: what was checked before stays as it was",
            fr="le geste est fait\u00a0: ce qui a été vérifié avant reste tel quel",
        )


def _written(record: SessionRecord, name: str, after: int = 0) -> Any:
    fields = ["injected", "points"] if name == "injected" else [name]
    return _changed(record, fields, after)


def _changed(record: SessionRecord, fields: Sequence[str], after: int) -> Any:
    found = Revision.objects.filter(
        kind=kind_of(SessionRecord), row=record.pk, version__gt=after, after__has_any_keys=fields
    )
    return found.order_by("version")


def as_opened(record: SessionRecord, name: str, based_on: int) -> Part:
    """A part as it stood when a page of this version was opened."""
    later = _written(record, name, based_on).first() if based_on < record.version else None
    kept = later.before.get(name) if later is not None else None
    return content.read(content.PARTS[name], getattr(record, name) if kept is None else kept)


def _insist_seen(record: SessionRecord, based_on: int, *fields: str) -> None:
    """None of these fields changed since the page was opened, and it is this record that the page
    showed: an amendment goes on from the version that it amends. Raises ``StaleEditError``."""
    if record.amends is not None and based_on <= record.amends.version:
        raise versions.StaleEditError(record, [], record.author.name)
    if not fields or based_on >= record.version:
        return
    last = _changed(record, fields, based_on).last()
    if last is not None:
        raise versions.StaleEditError(record, [], last.by)


def _corrected(
    now: Standing, before: P, after: P, reasons: Mapping[str, str], *, moved: bool = False
) -> P:
    """What was given, corrected: with a reason, which an amendment has already. Sent again as it
    stands it is no correction. Raises ``RecordRefusedError``."""
    after = _with(after, corrected=before.corrected)
    if not now.is_given:
        return after
    if not moved and _as_said(before) == _as_said(after):
        return before
    if now.record is not None and now.record.amends_id:
        return after
    reason = reasons.get(CORRECTION, "").strip()
    if not reason:
        raise RecordRefusedError(
            "it was given: say why you correct it",
            f"reason-{CORRECTION}",
            fr="le geste est fait\u00a0: écrivez le motif de la correction",
        )
    insist_reason(reason)
    who = author_of(now.actor)
    one = Corrected(reason=reason[:500], who=who.public_id, name=who.name, at=now.now)
    return _with(after, corrected=(*before.corrected, one))


def _as_said(part: Part) -> Part:
    """A part without what the program itself writes into it."""
    if isinstance(part, Preparation):
        return _with(part, by="", at=None, verdict="", said=(), looked_by="", looked_at=None)
    return _with(part, said=())


def _based(
    record: SessionRecord,
    name: str,
    based_on: int,
    others: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] | None = None,
) -> int:
    """The version to write upon: the last, unless this part was written since the page was
    opened."""
    later = _written(record, name, based_on).first() if based_on < record.version else None
    if later is None:
        return record.version
    if others is not None and not others(later.before[name], getattr(record, name)):
        return record.version
    return based_on


def _use(actor: Actor, record: SessionRecord, preparation: Preparation) -> None:
    """The stock follows: the lots of a session are those of its record as it stands. They are said
    of its first record, so that an amendment takes nothing twice."""
    session = record.session
    first = SessionRecord.objects.get(session=session, amends=None)
    by_id = _lots(session.course.patient, preparation.pieces_of_lots)
    amounts = {by_id[lot]: pieces for lot, pieces in preparation.pieces_of_lots.items()}
    use = lots.Record(kind_of(SessionRecord), first.public_id)
    lots.uses(actor, session.course.patient, use, amounts, at=first.delivered_at)


def _with(part: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(part, **changes)


# --- What stands in the way of the needle, and of the signature ---------------------------------


def _nothing_is_in_the_way(taking: Taking[SessionRecord]) -> None:
    """The safety pause lets it go, what is drawn up is allowed and limpid, and volumes agree."""
    session = Session.objects.select_related(
        "course__complaint__document", "course__patient__site", "appointment__room"
    ).get(pk=taking.row.session_id)
    now = standing(taking.actor, session)
    prepared = content.read(Preparation, taking.values.get("preparation", taking.row.preparation))
    ready.insist_confirmed(prepared.overrides)
    injected = content.read(Injected, taking.values.get("injected", taking.row.injected))
    drawn = mapped.read(taking.values.get("points", taking.row.points))
    ready.insist_ready(now, injected, drawn, prepared.overrides)
    _hold(session.course.patient, now.preparation)


def _events_were_said(taking: Taking[SessionRecord]) -> None:
    """Somebody said what happened at once, or that nothing did."""
    if content.read(Happened, taking.row.happened).events is None:
        raise RecordRefusedError(
            "say whether anything happened, then sign",
            "events",
            fr="indiquez si un événement est survenu, puis signez",
        )


def _leaving_was_seen_to(taking: Taking[SessionRecord]) -> None:
    """Each line before the patient leaves was seen to, or somebody wrote why one was not."""
    happened = content.read(Happened, taking.row.happened)
    lines = room_content(engine.edition_in_force()).leaving.lines
    left = next((one for one in lines if one.id not in happened.leaving), None)
    if left is None:
        return
    if not happened.leaving_why:
        raise RecordRefusedError(
            f"before leaving the room: tick this, or write why it was not done: {left.says.en}",
            "leaving_why",
            fr="avant de quitter la salle\u00a0: cochez, ou écrivez pourquoi ce n’est pas fait"
            f"\u00a0: {left.says.fr}",
        )
    insist_reason(happened.leaving_why, "leaving_why")


def _felt_was_tested(taking: Taking[SessionRecord]) -> None:
    """After a freeze, feeling or strength was tested before the patient leaves, or somebody wrote
    why not: the map may then be noted beside the record."""
    happened = content.read(Happened, taking.row.happened)
    froze = content.read(Injected, taking.row.injected).freezing is not None
    if not froze or feeling.tested_after(happened) or feeling.noted_after(taking.row):
        return
    if not happened.untested_why:
        raise RecordRefusedError(
            "the sensory map of 15 minutes after is empty: fill it in, or write why it is missing",
            "untested_why",
            fr="la carte sensitive de 15\u00a0minutes après est vide\u00a0: remplissez-la, ou "
            "écrivez pourquoi elle manque",
        )
    insist_reason(happened.untested_why, "untested_why")


def _watched_long_enough(taking: Taking[SessionRecord]) -> None:
    """Nobody says that the patient was watched before the time is over, without saying why."""
    happened, until = content.read(Happened, taking.row.happened), watching.until(taking.row)
    if watching.LINE not in happened.leaving or happened.leaving_why or until is None:
        return
    if timezone.now() < until:
        at = to_local(until).time()
        raise RecordRefusedError(
            f"the watch lasts until {clock(at, 'en')}: sign then, or write why it was shorter",
            "leaving_why",
            fr=f"la surveillance dure jusqu’à {clock(at, 'fr')}\u00a0: signez à cette heure, ou "
            "écrivez pourquoi elle a été plus courte",
        )


def _stock_falls(taking: Taking[SessionRecord]) -> None:
    """The lots that were drawn up leave the stock."""
    _use(taking.actor, taking.row, content.read(Preparation, taking.row.preparation))


def _seal_is_told(taking: Taking[SessionRecord]) -> None:
    """The seal of what was signed stands in the trail."""
    audit.record(
        "seal-session",
        actor=taking.actor,
        kind="sessionrecord",
        object_id=taking.row.public_id,
        patient_id=taking.row.session.course.patient.public_id,
        detail={"sha256": taking.values["seal"]},
    )


RECORDS.add(
    Step("deliver-session", (State.PREPARED,), State.DELIVERED, Permission.GIVE,
         (given.course_is_under_way, given.patient_came, given.may_perform,
          _nothing_is_in_the_way), as_good=(State.SIGNED,)),
    Step("sign-session", (State.DELIVERED,), State.SIGNED, Permission.GIVE,
         (_events_were_said, _felt_was_tested, _leaving_was_seen_to, _watched_long_enough)),
)  # fmt: skip
RECORDS.then(_stock_falls, "deliver-session")
RECORDS.then(_seal_is_told, "sign-session")
