"""How a session stands: its safety pause, what was drawn up, what the rules say of it, what the
patient has already received today. It reads, and decides nothing by itself.

What the room's kit holds is another room’s business: ``readiness.kits`` adds itself to ``KITS``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final, Literal

from django.utils import timezone

from dolenti.access.actors import Actor
from dolenti.agenda.models import Room
from dolenti.calendar.moments import local_day
from dolenti.guideline import session as room
from dolenti.guideline.asking import Ref, is_open, raw_of, refs_of
from dolenti.guideline.facts import Case
from dolenti.guideline.knowledge import Edition, FactDefinition, Text
from dolenti.guideline.mixture import MixtureJudge, MixtureResult, read_mixture
from dolenti.guideline.session import DrawnMap, Pauses
from dolenti.guideline.session.shapes.infiltration import Target
from dolenti.records import engine, gate
from dolenti.records.judging import assessing
from dolenti.records.models import Statement
from dolenti.records.places import zones_of
from dolenti.stock.models import Item
from dolenti.treatment import content, earlier, holds, lately, mapped, stops, treated
from dolenti.treatment.content import Happened, Injected, Pause, Preparation, Treated
from dolenti.treatment.lately import Sign
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.treated import Stop

SERUM: Final = "autologous-conditioned-serum"
INJECTED_STEP: Final = "inject"
BLOCK: Final = "diagnostic-block"
SUSPENDED: Final = "particulate-corticosteroid"
"""The class of products that are milky by their nature."""
"""How the content of a session calls a diagnostic block, which is no therapy."""
BLOCKED_BEFORE: Final = ("cryoneurolysis",)
"""The therapies whose rules ask what a diagnostic block changed."""
MESOTHERAPY: Final = "mesotherapy"
DRAWN_UP: Final = (MESOTHERAPY, "infiltration")
"""The therapies of which something is always drawn up."""

COUNTED: Final = timedelta(hours=12)
"""How far back a dose counts across midnight: as the longest ceiling that is not a day’s."""

KitLevel = Literal["all", "anaesthetic", "warn", "fine"]
KITS: Final[list[Callable[[Room | None], KitLevel | None]]] = []
"""Who knows what a room's kit lacks; ``None`` where they know nothing of it."""
LACKING: Final[list[Callable[[Room | None], Sequence[Text]]]] = []
"""Who says in words what a room's kit lacks."""
SHORT_OF: Final = ("warn", "anaesthetic")
"""The levels of a kit beside which a session may go on, though something is missing."""
AIMED: Final = ("infiltration", SERUM)
"""The therapies that aim at a target."""
UNITS: Final[list[Callable[[Session, str], bool]]] = []
"""Who knows whether a unit of serum, by its number, may be injected at a session now."""
BESIDE_ANY: Final = frozenset({"local-anaesthetic", "vasoconstrictor"})
"""Classes of what may be drawn up at a session of any therapy; beside a unit of serum, of nothing
else."""
NERVE: Final = "nerve"
"""The line of the pause that is about a nerve: it waits for what the rules still ask of it."""
OF_UNIT: Final = ("unit-state", "unit-match")
"""The lines of the pause about a unit: its state is looked up, its label was scanned."""


@dataclass(frozen=True)
class Received:
    """What was given to the patient lately at another session, of one product."""

    product: str
    dose: Decimal
    at: datetime


def records_of(session: Session) -> list[SessionRecord]:
    """Every record of the patient as it stands now, of whatever session; an amended one stands for
    what it amends. One query, whatever is asked of them."""
    found = SessionRecord.objects.filter(
        session__course__patient__in=gate.family(session.course.patient), amended_by=None
    )
    people = ("author", "delivered_by", "signed_by")
    rows = found.select_related("session__course__complaint", "edition", *people)
    # Sorted here: of rows so wide the database's own sorting doubles the writing of the query.
    rows = rows.defer("edition__packed").order_by()
    return sorted(rows, key=lambda one: (one.session.number, one.pk))


def given_lately(records: Iterable[SessionRecord], now: datetime) -> list[Received]:
    """What these records gave on the day of ``now``, or within the hours before it that a ceiling
    counts: midnight between two doses makes neither of them less."""
    return [
        Received(product, dose, one.delivered_at)
        for one in records
        if one.delivered_at is not None
        and (local_day(one.delivered_at) == local_day(now) or now - one.delivered_at < COUNTED)
        for product, dose in doses_of(one).items()
    ]


def days_of(records: Iterable[SessionRecord]) -> dict[str, set[date]]:
    """The days on which these records gave each product."""
    found: dict[str, set[date]] = {}
    for one in records:
        if one.delivered_at is not None:
            for product in doses_of(one):
                found.setdefault(product, set()).add(local_day(one.delivered_at))
    return found


def days_up_to(given: Collection[date], today: date) -> int:
    """How many days in a row, up to yesterday."""
    days = 0
    while today - timedelta(days=days + 1) in given:
        days += 1
    return days


def doses_of(record: SessionRecord) -> dict[str, Decimal]:
    """What a record says was given, of each product in its unit."""
    return content.doses(
        content.read(Preparation, record.preparation), content.read(Injected, record.injected)
    )


@dataclass
class Standing:
    """A session as it stands for somebody at a moment."""

    actor: Actor
    session: Session
    record: SessionRecord | None
    now: datetime
    others: list[SessionRecord] = field(default_factory=list)  # of the patient's other sessions
    stated: Sequence[Statement] | None = None  # of the patient, where that was read already

    @cached_property
    def edition(self) -> Edition:
        """The edition in force: what is about to be done is judged by today's rules."""
        return engine.edition_in_force()

    @property
    def therapy(self) -> str:
        """The course's."""
        return self.session.course.therapy

    @cached_property
    def pause(self) -> Pause:
        """What was answered of the pause."""
        return content.read(Pause, self.record.pause if self.record else {})

    @cached_property
    def preparation(self) -> Preparation:
        """What was drawn up."""
        return content.read(Preparation, self.record.preparation if self.record else {})

    @cached_property
    def injected(self) -> Injected:
        """What went in."""
        return content.read(Injected, self.record.injected if self.record else {})

    @cached_property
    def drawn(self) -> DrawnMap | None:
        """Where it went, on the figure."""
        return mapped.read(self.record.points if self.record else None)

    @cached_property
    def held(self) -> list[holds.Hold]:
        """What holds the session back, and nobody went past; nothing once it was given."""
        if self.is_given:
            return []
        return holds.in_the_way(holds.of(self.session.course.patient), self.pause)

    @cached_property
    def stops(self) -> list[Stop]:
        """What stops the course as a whole, which no reason lifts; nothing once it was given."""
        return [] if self.is_given else stops.of(self.session.course)

    @cached_property
    def lately(self) -> list[Sign]:
        """What happened to the patient that this session is asked of; nothing once it was given."""
        return [] if self.is_given else self.happened

    @cached_property
    def happened(self) -> list[Sign]:
        """What happened to the patient lately, or is open of them: each page of theirs says it."""
        patient = self.session.course.patient
        return lately.of_patient(patient.absorbed_by_id or patient.pk, sessions=True)

    @property
    def is_given(self) -> bool:
        """Whether it was given: its lots left the stock then."""
        return self.record is not None and self.record.state != SessionRecord.State.PREPARED

    @property
    def is_block(self) -> bool:
        """Whether a nerve is put to sleep to see, and nothing is treated yet."""
        return self.pause.act == "block"

    @property
    def places(self) -> room.Places:
        """The figure with what is to be avoided on it."""
        return room.places(self.edition)

    @property
    def bmi(self) -> float | None:
        """The patient’s body mass index, where height and weight are known."""
        weight, height = (self._number(name) for name in ("weight", "height"))
        if not weight or not height:
            return None
        return float(round(weight / (height / 100) ** 2, 1))

    def _number(self, fact: str) -> Decimal | None:
        """What is known of a fact that is a number."""
        known = self.case.facts.get(fact)
        value = None if known is None else known.value
        return Decimal(str(value)) if isinstance(value, (int, float)) else None

    @property
    def pain_now(self) -> Decimal | None:
        """The pain today, 0 to 10: as it was said before the act, else as the record has it."""
        said = content.read(Happened, self.record.happened if self.record else {}).pain_before
        return self._number("pain-nrs") if said is None else Decimal(said)

    @cached_property
    def case(self) -> Case:
        """What is known of the patient today, for this complaint; of this session’s own record
        nothing: what was given at it does not count against giving it."""
        complaint, day = self.session.course.complaint, local_day(self.now)
        return assessing.judged(
            self.actor, complaint, day, self.stated, besides=self.session.pk
        ).case

    @cached_property
    def last(self) -> SessionRecord | None:
        """What was given at the session before, of the same course."""
        course, number = self.session.course_id, self.session.number
        before = [
            one
            for one in self.others
            if one.session.course_id == course
            and one.session.number < number
            and one.delivered_at is not None
        ]
        return before[-1] if before else None

    @cached_property
    def received(self) -> list[Received]:
        """What the patient received here today, and in the night before it, at every session but
        this one."""
        return given_lately(self.others, self.now)

    def classes(self, preparation: Preparation | None = None) -> frozenset[str] | None:
        """Of the products drawn up, or planned; ``None`` where nobody said."""
        drawn = set(content.products(preparation or self.preparation))
        planned = drawn or set(self.session.course.products)
        if not planned:
            return None
        return self.edition.classes_of(planned)

    @property
    def act(self) -> room.PlannedAct:
        """What is about to be done, as the pause looks at it."""
        return room.PlannedAct(
            BLOCK if self.is_block else self.therapy,
            step=INJECTED_STEP if self.therapy == SERUM else None,
            classes=self.classes(),
            later_session=self.last is not None,
            given_today_known=self.pause.elsewhere is not None,
            kit=self.kit,
            stamps=self.stamps,
        )

    @property
    def stamps(self) -> dict[Any, str]:
        """What an answer given now is about."""
        place = self.session.appointment.room
        injected = self.injected
        nerve = injected.freezing or injected.block
        return {
            "side": self.treated.side,
            "preparation": self.preparation.fingerprint,
            "nerve": nerve.nerve if nerve else self.preparation.nerve,
            "room": place.public_id if place else "",
            "unit": self.preparation.unit,
        }

    @cached_property
    def kit(self) -> KitLevel | None:
        """What the room's kit lacks. Where nobody keeps an inventory of it, whoever answered the
        line has looked at it."""
        for known in KITS:
            level = known(self.session.appointment.room)
            if level is not None:
                return level
        seen = self.pause.answers.get("kit")
        return "fine" if seen is not None and seen.safe else None

    @property
    def is_short_of(self) -> bool:
        """Whether the kit lacks something beside which the session may go on: with a reason."""
        return self.kit in SHORT_OF

    @property
    def kit_lacks(self) -> tuple[Text, ...]:
        """What the room's kit lacks, each in words."""
        place = self.session.appointment.room
        return tuple(one for known in LACKING for one in known(place))

    @cached_property
    def looked(self) -> room.Pause:
        """The pause, line by line, and whether the needle may come near."""
        unseen = {one.line for one in self.pause.was if not one.seen_by}
        answers = {
            name: room.Answer(
                one.safe,
                # A red answer that the nurse took back waits for a practitioner, whoever answers.
                "nurse" if name in unseen else one.by,
                one.at,
                confirmed=bool(one.confirmed_by) and name not in unseen,
                second=one.second,
                reason=one.reason,
                stamps=one.stamps,  # type: ignore[arg-type]
            )
            for name, one in self.pause.answers.items()
        }
        if self.freeze_waits:
            answers.pop(NERVE, None)
        seen = {**answers, **self._of_unit(answers), **self._of_stops()}
        judged = pauses().judge(self.act, self.case, seen, self.now)
        says = {one.line: one.says for one in reversed(self.stops)}
        lines = (
            replace(one, says=says.get(one.line.id, one.says)) if one.status == "red" else one
            for one in judged.lines
        )
        return replace(judged, lines=tuple(lines))

    def _of_stops(self) -> dict[str, room.Answer]:
        """The lines that the program itself answers with no, whatever was pressed."""
        stamps: Any = dict(self.stamps)
        return {
            one.line: room.Answer(False, "program", self.now, stamps=stamps) for one in self.stops
        }

    def _of_unit(self, answers: Mapping[str, room.Answer]) -> dict[str, room.Answer]:
        """What the program answers of the unit that was chosen."""
        state, match = OF_UNIT
        if not self.preparation.unit:
            return {}
        fit = all(may(self.session, self.preparation.unit) for may in UNITS)
        stamps: Any = dict(self.stamps)
        found = {state: room.Answer(fit, "program", self.now, stamps=stamps)}
        if match in answers:
            found[match] = replace(answers[match], second=True)
        return found

    def covered(self, line: room.LineState) -> tuple[Ref, ...]:
        """What is not known today and to which “it is so”, pressed on this line, answers no: the
        facts, and the members of sets, that its sentence names. The page names each beside the
        button. What the line asks and is of no concern here is not covered."""
        if line.status == "red" and line.facts:
            return ()  # something that is known speaks against the answer
        unknown, known = {*line.unknown}, self.case.facts
        beside = {*line.line.facts} - unknown  # known, or of no concern here

        def is_unsaid(one: Ref) -> bool:
            if one.member is None:
                return one.fact in unknown
            return one.fact not in beside and is_open(one, self._definition(one.fact), known)

        return tuple(filter(is_unsaid, refs_of(line.line.answers)))

    def denied(self, line: room.LineState) -> dict[str, Any]:
        """The answers that “it is so” gives to what it covers, as a file writes them."""
        refs = self.covered(line)
        definitions = {one.fact: self._definition(one.fact) for one in refs}
        return raw_of(refs, definitions, self.case.facts)

    def to_ask(self, line: room.LineState) -> tuple[str, ...]:
        """The facts not known today that a line rests on, and that no button answers; of a red line
        those that decide it, else all that it rests on: what is wrong can be said there, and is
        judged from then on."""
        if line.status == "red":
            decide = line.facts or line.line.facts
            return tuple(one for one in decide if not self._definition(one).from_header)
        if line.status != "open":
            return ()
        covered = self.covered(line)
        whole = {one.fact for one in covered if one.member is None or self._is_whole(one, covered)}
        return tuple(fact for fact in line.facts if fact not in whole)

    def _is_whole(self, ref: Ref, covered: Iterable[Ref]) -> bool:
        """Whether nothing of a set is left to ask beside what is covered."""
        definition = self._definition(ref.fact)
        named = {one.member for one in covered if one.fact == ref.fact}
        every = (Ref(ref.fact, option.id) for option in definition.options)
        return all(
            one.member in named or not is_open(one, definition, self.case.facts) for one in every
        )

    def _definition(self, fact: str) -> FactDefinition:
        return engine.judge(self.edition, {}).dictionary.definition(fact)

    def looks_right(self) -> bool:
        """Whether what is drawn up was looked at, and looks as it must."""
        return self.preparation.looks == self.must_look

    @property
    def must_look(self) -> content.Look:
        """How what is drawn up must look."""
        return "even" if self.is_suspension() else "limpid"

    def is_suspension(self) -> bool:
        """Whether what is drawn up is milky by its nature."""
        return bool(self.preparation.drawn) and SUSPENDED in (self.classes() or ())

    def mixture(self, preparation: Preparation | None = None) -> MixtureResult | None:
        """What the rules say of a syringe; ``None`` where nothing is drawn up.

        Raises ``InputError`` for what no rule can read.
        """
        syringe = preparation or self.preparation
        if not syringe.drawn:
            return None
        vehicle: dict[str, Any] = {"fluid": syringe.fluid}
        if syringe.fluid != "none":
            vehicle["volume"] = float(syringe.fluid_ml)
        file = {
            "therapy": self.therapy,
            "preparation": {"vehicle": vehicle, "components": list(_together(syringe))},
            "given-today": self._given_today(),
            "given-before": self.days_before(syringe),
        }
        if syringe.technique:
            file["technique"] = syringe.technique
        mixture = read_mixture(file, self.edition, local_day(self.now))
        policies = assessing.policies_of(self.session.course.complaint)
        return judge(policies).judge(replace(mixture, case=self.case, policies=policies))

    def _given_today(self) -> list[dict[str, Any]] | None:
        if self.pause.elsewhere is None:
            return None
        here: list[dict[str, Any]] = [
            {"product": one.product, "dose": float(one.dose), "hours-ago": self._hours_since(one)}
            for one in self.received
        ]
        return here + [
            {"product": one.product, "dose": float(one.dose)}
            | ({"hours-ago": float(one.hours_ago)} if one.hours_ago is not None else {})
            for one in self.pause.elsewhere
        ]

    def days_before(self, syringe: Preparation) -> list[dict[str, Any]] | None:
        """On how many days in a row up to yesterday each product was given here; nothing until
        somebody said what was received elsewhere."""
        if self.pause.elsewhere is None:
            return None
        given = days_of(self.others)
        today = local_day(self.now)
        return [
            {"product": name, "days": days_up_to(given.get(name, frozenset()), today)}
            for name in content.products(syringe)
        ]

    def _hours_since(self, received: Received) -> float:
        """None of a clock that was moved back; of the longest day, no more than a day has."""
        hours = (self.now - received.at) / timedelta(hours=1)
        return min(max(hours, 0.0), 24.0)

    def findings(
        self,
        injected: Injected,
        preparation: Preparation | None = None,
        drawn: DrawnMap | None = None,
    ) -> tuple[room.Finding, ...]:
        """What the rules of the act itself say: of where it is, of a map, a target, a freeze, a
        block."""
        return (
            *room.judge_places(self.edition, self.meant, self.where(injected, drawn)),
            *self._of_the_needles(injected, preparation, drawn),
            *self._of_the_act(injected, preparation, drawn),
        )

    def of_the_freeze(self, preparation: Preparation | None = None) -> tuple[room.Finding, ...]:
        """What the rules say of a nerve that is to be frozen, before anything is cold; nothing
        where no nerve was chosen, or it is put to sleep alone."""
        planned = preparation or self.preparation
        if self.therapy != earlier.FREEZING or self.is_block or not planned.nerve:
            return ()
        known = earlier.as_planned(planned, self.session, self.others, self.now, self.pain_now)
        return room.judge_to_freeze(self.edition, known)

    def beside_the_consent(self, syringe: Preparation | None = None) -> tuple[room.Finding, ...]:
        """What a syringe holds that is none of the products of the course, which are those that
        were read and agreed to."""
        drawn = content.products(syringe or self.preparation)
        return room.judge_consented(self.edition, self.session.course.products, drawn)

    @cached_property
    def freeze_waits(self) -> tuple[room.Finding, ...]:
        """Of that, what is still in the way: refused or still to be said, or to be gone past with
        a practitioner’s reason. Nothing once it was given."""
        past = {one.rule for one in self.preparation.overrides if not one.is_open}
        return () if self.is_given else tuple(
            one for one in self.of_the_freeze()
            if one.severity == "block" or (one.severity == "override" and one.rule not in past)
        )  # fmt: skip

    def needles(self, preparation: Preparation | None = None) -> list[str]:
        """The needles whose lots were taken, by the names of these."""
        supplies = (preparation or self.preparation).supplies
        return [one.item for one in supplies if one.kind == Item.Kind.NEEDLE]

    def _of_the_needles(
        self, injected: Injected, preparation: Preparation | None, drawn: DrawnMap | None
    ) -> tuple[room.Finding, ...]:
        points = drawn.points if drawn is not None else ()
        written = {injected.needle, *(one.needle for one in points if one.needle)}
        names = [injected.needle] if injected.needle else self.needles(preparation)
        return (
            *room.judge_needles(self.edition, self.needles(preparation), written),
            *room.judge_lengths(self.edition, self.targets(injected.target), names),
        )

    def targets(self, chosen: str = "") -> list[Target]:
        """What may be aimed at here: the target that is ``chosen``, else those of the zone of the
        pain; none of a therapy that aims at nothing."""
        if self.therapy not in AIMED:
            return []
        known = room.content(self.edition).targets
        near = [one for one in known if one.zone in self.meant.zones]
        return [one for one in known if one.id == chosen] if chosen else near

    @property
    def treated(self) -> Treated:
        """The pain that is treated: as it stood when it was given, until then as it is now."""
        if self.is_given and self.record is not None:
            return treated.of_record(self.record)
        return treated.of_pain(self.session.course.complaint)

    @property
    def meant(self) -> room.Meant:
        """Where the pain is that is treated, and that the patient agreed to."""
        pain = self.treated
        return room.Meant(zones_of(pain.condition, pain.zone), pain.side)

    def where(
        self, injected: Injected | None = None, drawn: DrawnMap | None = None
    ) -> tuple[room.Where, ...]:
        """Where it is given, as far as the record says: by the points, the target, the nerve."""
        if injected is None:
            injected, drawn = self.injected, self.drawn
        act = injected.freezing or injected.block
        return (
            *(room.places_of(self.places, drawn) if drawn is not None else ()),
            *room.place_of_target(self.places, injected.target),
            *(room.place_of_nerve(self.places, act.nerve) if act is not None else ()),
        )

    def _of_the_act(
        self, injected: Injected, preparation: Preparation | None, drawn: DrawnMap | None
    ) -> tuple[room.Finding, ...]:
        syringe = preparation or self.preparation
        if injected.freezing is not None:
            return room.judge_freezing(
                self.edition,
                earlier.as_frozen(injected, self.session, self.others, self.now, self.pain_now),
            )
        if injected.block is not None:
            return room.judge_block(self.edition, injected.block.nerve, injected.volume_ml)
        if drawn is not None and drawn.points:
            return room.judge_injection(self.places, drawn.injection(syringe.volume, self.bmi))
        if self.therapy == MESOTHERAPY:
            return room.judge_typed(self.places, self._typed(injected, syringe))
        if (
            self.therapy not in AIMED
            or not injected.target
            or not self._has_volume(injected, syringe)
        ):
            return ()
        return room.judge_infiltration(self.edition, self._infiltration(injected, syringe))

    def _typed(self, injected: Injected, preparation: Preparation) -> room.TypedInjection:
        zones = self.meant.zones
        return room.TypedInjection(
            technique=preparation.technique,
            depth_mm=injected.depth_mm,
            points=injected.points,
            per_point_ml=injected.per_point_ml,
            total_ml=injected.volume_ml,
            needle=injected.needle,
            device=injected.device,
            zone=zones[0] if len(zones) == 1 else "",
        )

    @staticmethod
    def _has_volume(injected: Injected, preparation: Preparation) -> bool:
        return bool(preparation.volume if injected.volume_ml is None else injected.volume_ml)

    def _infiltration(
        self, injected: Injected, preparation: Preparation
    ) -> room.PlannedInfiltration:
        # Beside a unit of serum it is the skin’s: the serum is alone in its syringe.
        given = {} if self.therapy == SERUM else content.doses(preparation, injected)
        joint = injected.target, self.treated.side
        return room.PlannedInfiltration(
            injected.target,
            tuple(room.Given(product, dose) for product, dose in given.items()),
            injected.volume_ml if injected.volume_ml is not None else preparation.volume,
            injected.guidance or None,  # type: ignore[arg-type]
            serum=self.therapy == SERUM,
            large_joints_today=earlier.large_joints_on(
                self.edition, joint, self.others, local_day(self.now)
            ),
            before=earlier.times_infiltrated(injected.target, self.treated.side, self.others),
        )


def standing(actor: Actor, session: Session, stated: Sequence[Statement] | None = None) -> Standing:
    """A session as it stands now. The last amendment is the record. ``stated`` is what is stated of
    the patient, for whom no gate opens it: whoever gives it has asked whose it is."""
    records = records_of(session)
    record = next((one for one in records if one.session_id == session.pk), None)
    if record is not None:
        record.session = session
    others = [one for one in records if one.session_id != session.pk]
    return Standing(actor, session, record, timezone.now(), others, stated)


def _together(preparation: Preparation) -> Iterator[dict[str, Any]]:
    """Components as a mixture file writes them: two lots of one strength are one; what came ready
    mixed is drawn up once."""
    found: dict[tuple[content.Ingredient, ...], Decimal] = {}
    for one in preparation.drawn:
        found[one.ingredients] = found.get(one.ingredients, Decimal(0)) + one.volume
    for (whole, *beside), volume in found.items():
        part, *others = (
            {"product": one.product, "strength": float(one.strength), "unit": one.unit}
            for one in (whole, *beside)
        )
        yield {**part, "volume": float(volume), **({"with": others} if others else {})}


def pauses() -> Pauses:
    """The pauses of the edition in force."""
    edition = engine.edition_in_force()
    return _pauses(edition.sha256)


def judge(policies: Mapping[str, str]) -> MixtureJudge:
    """The judge of mixtures of the edition in force, under these choices."""
    return _judge(engine.edition_in_force().sha256, tuple(sorted(policies.items())))


# Compiled once an edition: a page looks at all of it for each patient.
@lru_cache(maxsize=2)
def _pauses(sha256: str) -> Pauses:
    return Pauses(engine.edition_in_force())


@lru_cache(maxsize=8)
def _judge(sha256: str, policies: tuple[tuple[str, str], ...]) -> MixtureJudge:
    return MixtureJudge(engine.edition_in_force(), dict(policies))
