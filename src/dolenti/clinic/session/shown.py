"""The session as its page shows it: what is to be done next, and each part in its form."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, Final

import msgspec
from django.db.models import Q
from django.http import QueryDict

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.calendar.moments import local_day
from dolenti.clinic.assess.answers import Field, blank, filled
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.session.forms import (
    HappenedForm,
    InjectedForm,
    Near,
    stands_happened,
    stands_injected,
)
from dolenti.clinic.session.freeze_forms import Nerves, nerves_to_freeze, nerves_to_numb
from dolenti.clinic.session.pause import Shower
from dolenti.clinic.session.preparation_forms import (
    NO_NERVES,
    DrawnForm,
    PreparationForm,
    stands_prepared,
)
from dolenti.clinic.session.unit_forms import SerumForm, UnitForm
from dolenti.guideline import session as room
from dolenti.guideline.errors import InputError
from dolenti.guideline.mixture import MixtureResult, mixture_as_json
from dolenti.guideline.mixture.ceilings import ProductTotal
from dolenti.guideline.numbers import dose_unit, unit_in_words
from dolenti.guideline.session import DrawnMap
from dolenti.records.places import zone_of
from dolenti.stock import gate as stock_gate
from dolenti.stock import items, lots
from dolenti.stock.models import Item, Lot
from dolenti.stock.standing import Stands, stands
from dolenti.treatment import content, earlier, mapped, needles, supplying, usual, vials
from dolenti.treatment import room as room_of
from dolenti.treatment.content import (
    Drawn,
    Happened,
    Injected,
    Pause,
    Preparation,
    Supply,
    ToFreeze,
    plain,
)
from dolenti.treatment.earlier import FREEZING
from dolenti.treatment.models import SessionRecord
from dolenti.treatment.ready import ask_at
from dolenti.treatment.room import SERUM, Standing
from dolenti.treatment.usual import Usual

LEVELS: Final = ("block", "override", "warn", "info")


@dataclass
class Sheet:
    """One page of a session; ``sent`` is what was typed and could not be written, by part."""

    now: Standing
    words: Lookup
    user: User
    sent: dict[str, QueryDict] = field(default_factory=dict)
    taken_up: dict[str, dict[str, Any]] = field(default_factory=dict)  # from a draft, by part
    begun_from: str = ""  # what was asked for: the ``last`` session, ``empty``, a usual mixture

    @property
    def in_person(self) -> bool:
        """Whether whoever looks may give it."""
        return self.user.may(Permission.GIVE)

    @property
    def version(self) -> int:
        """Of the record as the page shows it."""
        return self.now.record.version if self.now.record else 0

    @property
    def state(self) -> str:
        """How far the record came."""
        return self.now.record.state if self.now.record else SessionRecord.State.PREPARED

    @property
    def stage(self) -> str:
        """How far the session came: nothing is called prepared before somebody prepared it."""
        nothing = self.now.preparation.at is None
        return "to-prepare" if nothing and not self.now.is_given else self.state

    def shower(self) -> Shower:
        """The pause."""
        return Shower(self.now, self.words, self.in_person, self.sent.get("pause"))

    @property
    def day(self) -> date:
        """The day on which the page is looked at, where the site stands."""
        return local_day(self.now.now)

    @cached_property
    def there(self) -> list[Lot]:
        """Every lot that lies in the stock and is of what is used here, also where it may not be
        used, and those that were recalled."""
        fit = Q(item__product__in=self._used_in) | ~Q(item__kind=Item.Kind.PRODUCT)
        return list(stock_gate.there(self.user).filter(fit))

    @cached_property
    def held_lots(self) -> list[Lot]:
        """Those of them that nobody may use."""
        return [one for one in self.there if stands(one, self.day) is not Stands.USABLE]

    def _choosable(self, lots: list[Lot], part: str) -> list[Lot]:
        """With the lots that were typed before they were held: they stand in the form with why, and
        are refused by name when it is sent."""
        values = [*self.sent.get(part, {}).values(), *self.taken_up.get(part, {}).values()]
        named = {str(one) for one in values}
        known = {one.public_id for one in lots}
        kinds = {one.item.kind for one in lots}
        more = [one for one in self.held_lots if one.public_id in named - known]
        return [*lots, *(one for one in more if not kinds or one.item.kind in kinds)]

    @cached_property
    def _usable(self) -> list[Lot]:
        """Every lot that may be chosen here: those usable today, and those of this record."""
        there = [one for one in self.there if stands(one, self.day) is Stands.USABLE]
        known = {lot.public_id for lot in there}
        mine = Q(public_id__in=self.now.preparation.pieces_of_lots)
        if self.now.is_given:  # what the record once had may be put back
            mine |= Q(pk__in=supplying.lots_ever(self.now.session))
        elif known.issuperset(self.now.preparation.pieces_of_lots):
            return there
        return [*there, *stock_gate.lots(self.user).filter(mine).exclude(public_id__in=known)]

    @property
    def unusable(self) -> list[str]:
        """Of what is prepared and not yet given, why a lot cannot be used any more."""
        if self.now.is_given:
            return []
        there = {lot.public_id: lot for lot in self._usable}
        pieces = self.now.preparation.pieces_of_lots.items()
        found = (lots.refused(there[lot], count) for lot, count in pieces if lot in there)
        return [sentence(one) for one in found if one is not None]

    @property
    def lots(self) -> list[Lot]:
        """The lots of products that may be chosen; last those that are never used, or not sold."""
        found = [one for one in self._usable if one.item.kind == Item.Kind.PRODUCT]
        return sorted(found, key=lambda one: bool(items.not_used(one.item.product)))

    @property
    def supplies(self) -> list[Lot]:
        """The lots of needles, kits, probes and the like that may be chosen, and those that stand:
        what is taken is seen, also where the session became another act since."""
        mine = {one.lot for one in self.now.preparation.supplies}
        there = [
            one for one in self._usable if one.item.kind in self.kinds or one.public_id in mine
        ]
        # A needle of the length of what may be aimed at is the first choice.
        return sorted(there, key=lambda one: not self._suits(one))

    def _suits(self, lot: Lot) -> bool:
        return lot.item.kind == Item.Kind.NEEDLE and needles.suits(self.now, lot.item.name)

    @property
    def _needles(self) -> list[str]:
        """The names of the needles that may be taken, those first that were."""
        kept = [one.item.name for one in self.supplies if one.item.kind == Item.Kind.NEEDLE]
        return list(dict.fromkeys([*self.now.needles(), *kept]))

    @property
    def kinds(self) -> set[str]:
        """The kinds of supplies that are used here: a probe where something is frozen."""
        without = {Item.Kind.PRODUCT.value} | (set() if self.freezes else {Item.Kind.PROBE.value})
        return set(Item.Kind.values) - without

    @property
    def _used_in(self) -> list[str]:
        therapy = "" if self.is_serum else self.now.therapy
        return [
            one.id
            for one in self.now.edition.products
            if therapy in one.used_in or not room_of.BESIDE_ANY.isdisjoint(one.classes)
        ]

    def techniques(self) -> list[tuple[str, str]]:
        """The techniques of the therapy."""
        therapy = self.words.therapies.get(self.now.therapy)
        found = therapy.techniques if therapy else ()
        return [(one.id, one.label.in_language(self.words.language)) for one in found]

    @property
    def freezes(self) -> bool:
        """Whether something is frozen at this session."""
        return self.now.therapy == FREEZING and not self.now.is_block

    def nerves(self) -> Nerves:
        """The nerves of an act on one; those that are refused with why."""
        if self.now.therapy != FREEZING:
            return NO_NERVES
        return nerves_to_freeze() if self.freezes else nerves_to_numb()

    @cached_property
    def _favourites(self) -> tuple[Usual, ...]:
        course = self.now.session.course
        if self.now.therapy not in room_of.DRAWN_UP or self.now.is_block:
            return ()
        return usual.offered(course.site, zone_of(course.complaint), self.now.therapy)

    def favourites(self) -> tuple[Usual, ...]:
        """The usual mixtures that the site offers for this zone and this therapy."""
        return self._favourites

    def preparation_form(self) -> tuple[DrawnForm, str]:
        """The syringe's form, and what it was begun from: the ``last`` session, a usual mixture.
        Beside a unit of serum, an anaesthetic in a syringe of its own."""
        sent = self.sent.get("preparation")
        stands, offered = self._first_offer(self.lots, self.begun_from)
        if self.freezes:
            stands = self._with_nerve(stands)
        shown = {**stands_prepared(self._with_supplies(stands)), **self._marks}
        initial = self._initial("preparation", shown)
        return self.form_of_preparation(sent, initial), "" if sent else offered

    def _with_nerve(self, stands: Preparation) -> Preparation:
        """With the nerve as it was said, and the probe that was taken where nobody said which."""
        kept = self.now.preparation
        known = kept.to_freeze or ToFreeze()
        if not known.probe:
            names = [one.item for one in kept.supplies if one.kind == Item.Kind.PROBE]
            probe = room.probe_named(room.content(self.now.edition), names)
            known = msgspec.structs.replace(known, probe=probe)
        return msgspec.structs.replace(stands, nerve=kept.nerve, to_freeze=known)

    def form_of_preparation(
        self, sent: Mapping[str, Any] | None, initial: dict[str, Any] | None = None
    ) -> DrawnForm:
        """The form of what is prepared here, with what was sent of it."""
        initial = initial or {}
        if self.is_serum:  # an anaesthetic beside a unit is never begun with
            lots, supplies = self._choosable(self.lots, "preparation"), self.supplies
            return DrawnForm(sent, lots=lots, supplies=supplies, initial=initial)
        return PreparationForm(
            sent,
            lots=self._choosable(self.lots, "preparation"),
            supplies=self._choosable(self.supplies, "preparation"),
            techniques=self.techniques(),
            nerves=self.nerves(),
            freezes=room.content(self.now.edition) if self.freezes else None,
            again=earlier.was_frozen(self.now.session, self.now.others),
            planned=self.planned,
            initial=initial,
        )

    @cached_property
    def planned(self) -> list[tuple[str, str]]:
        """The products of the plan, by their names, where nothing else says what to draw up: each
        is still to be drawn from a lot that somebody chooses."""
        last = self.now.last
        before = content.read(Preparation, last.preparation) if last else Preparation()
        if self.begun_from or self.is_serum or self.now.preparation.drawn or before.drawn:
            return []
        return self.named(self.now.session.course.products)

    @property
    def left_out(self) -> list[str]:
        """Of a syringe that is saved, what is planned and was not drawn up, by name."""
        preparation = self.now.preparation
        if not preparation.drawn or self.now.is_given or self.is_serum:
            return []
        missing = set(self.now.session.course.products) - set(content.products(preparation))
        return [name for _product, name in self.named(sorted(missing))]

    def named(self, products: Sequence[str]) -> list[tuple[str, str]]:
        labels = {p.id: p.label.in_language(self.words.language) for p in self.now.edition.products}
        return [(one, labels.get(one, one)) for one in products]

    @cached_property
    def offered_supplies(self) -> tuple[list[tuple[Supply, Lot | None]], str]:
        """What is offered of supplies where nobody has said yet, and from what: the ``last``
        session, or the ``usual`` ones of this practitioner."""
        if self.now.preparation.at is not None or self.begun_from == "empty":
            return [], ""
        last, since = self.now.last, "last"
        if last is not None and content.read(Pause, last.pause).act == self.now.pause.act:
            before = content.read(Preparation, last.preparation).supplies  # none is an answer too
        else:
            before, since = supplying.usual(self.now.session, self.now.pause.act), "usual"
        wanted = [one for one in before if one.kind in self.kinds]
        return supplying.again(wanted, self.supplies), since

    @property
    def supplies_from(self) -> str:
        """From what the supplies in the form come; empty where somebody has said them."""
        offered, since = self.offered_supplies
        return since if any(lot for _one, lot in offered) else ""

    @property
    def _marks(self) -> dict[str, str]:
        """The rows of the form that are offered, by their lots: a scan confirms them."""
        lots_of = [lot.public_id for _one, lot in self.offered_supplies[0] if lot is not None]
        return {f"offered_{number}": lot for number, lot in enumerate(lots_of)}

    @property
    def asks_for_supplies(self) -> bool:
        """Whether a needle, a kit or a probe would be there, or is missing, and none is saved."""
        kinds = {one.item.kind for one in self.supplies}
        there = not kinds.isdisjoint({Item.Kind.NEEDLE, Item.Kind.KIT, Item.Kind.PROBE})
        return (
            there or any(lot is None for _one, lot in self.offered_supplies[0])
        ) and not self.now.preparation.supplies

    def _with_supplies(self, stands: Preparation) -> Preparation:
        offered, _since = self.offered_supplies
        if self.now.preparation.at is not None and self.begun_from != "empty":
            return msgspec.structs.replace(stands, supplies=self.now.preparation.supplies)
        found = tuple(supplying.of_lot(lot, one.pieces) for one, lot in offered if lot is not None)
        return msgspec.structs.replace(stands, supplies=found)

    def _first_offer(self, lots: Sequence[Lot], begun_from: str) -> tuple[Preparation, str]:
        wanted = self.wanted
        if wanted is not None:
            return self._of_usual(wanted, lots), wanted.label.in_language(self.words.language)
        if self.now.preparation.drawn and begun_from != "last":
            return self.now.preparation, ""
        if self.now.last is None or not self.begins_from_last:
            return Preparation(), ""
        before = content.read(Preparation, self.now.last.preparation)
        return self._again(before, lots), "last" if before.drawn else ""

    @property
    def wanted(self) -> Usual | None:
        """The usual mixture that was asked for."""
        return next((one for one in self.favourites() if one.id == self.begun_from), None)

    @property
    def begins_from_last(self) -> bool:
        """Whether the syringe begins as at the last session. An anaesthetic beside a unit is never
        begun with: it is saved with the label."""
        if self.now.last is None or self.is_serum or self.wanted is not None:
            return False
        return self.begun_from == "last" or (
            self.begun_from != "empty" and not self.now.preparation.drawn
        )

    def _again(self, before: Preparation, lots: Sequence[Lot]) -> Preparation:
        """The same syringe from what is usable now."""
        drawn = [
            _of_lot(lot, one.volume)
            for one in before.drawn
            if (lot := vials.lot_again(one, lots)) is not None
        ]
        return Preparation(
            technique=before.technique,
            fluid=before.fluid,
            fluid_ml=before.fluid_ml,
            drawn=tuple(drawn),
            usual=before.usual,
        )

    def _of_usual(self, mixture: Usual, lots: Sequence[Lot]) -> Preparation:
        drawn = [
            _of_lot(lot, Decimal(str(part.volume)))
            for part, lot in zip(
                usual.parts_of(mixture), usual.lots_for(mixture, lots), strict=True
            )
            if lot is not None
        ]
        return Preparation(
            technique=mixture.technique,
            fluid=mixture.vehicle.fluid,
            fluid_ml=Decimal(str(mixture.vehicle.volume)),
            drawn=tuple(drawn),
            usual=mixture.id,
        )

    def injected_form(self) -> InjectedForm:
        """What went in: as it stands; else as the last time, with all that is in the syringe."""
        now = self.now
        stands, drawn = now.injected, now.drawn
        if stands == Injected():
            stands, drawn = self._as_last_time()
            # It was said when its lot was taken: what was used last is no answer beside it.
            if now.needles():
                stands = msgspec.structs.replace(stands, needle=needles.taken(now))
            near = now.targets()
            if not stands.target and len(near) == 1:  # of the zone of the pain: the only one
                stands = msgspec.structs.replace(stands, target=near[0].id)
        ended = now.injected.unit is not None
        beside = bool(now.preparation.drawn)
        make = partial(SerumForm, ended=ended, beside=beside) if self.is_serum else InjectedForm
        return make(
            self.sent.get("injected"),
            therapy=now.therapy,
            content=room.content(now.edition),
            near=Near(
                zone_of(now.session.course.complaint),
                now.preparation.technique,
                self._needles if now.therapy in room_of.AIMED else (),
            ),
            places=now.places,
            block=now.is_block,
            again=earlier.was_frozen(now.session, now.others),
            planned=None if now.is_given else now.preparation,
            initial=self._initial("injected", stands_injected(stands, drawn)),
        )

    def unit_form(self) -> UnitForm:
        """The label of the unit of serum, what is drawn up beside it, and the supplies that are
        taken with it."""
        drawn = self.now.preparation if self.now.preparation.drawn else Preparation()
        stands = stands_prepared(self._with_supplies(drawn))
        return UnitForm(
            self.sent.get("unit"),
            lots=self.lots,
            supplies=self.supplies,
            initial={"based_on": self.version, **stands, **self._marks},
        )

    @property
    def side(self) -> str:
        """The side of the complaint, in words; empty where it has none."""
        return self.words.complaint(None, None, self.now.treated.side)

    def _as_last_time(self) -> tuple[Injected, DrawnMap | None]:
        """What the session before says, as far as it can come from today’s syringe."""
        before = self.now.last
        last = content.read(Injected, before.injected) if before else Injected()
        drawn = mapped.read(before.points) if before else None
        prepared = self.now.preparation.volume
        summed = mapped.summed(drawn, last)
        if drawn is not None and not self._may_be_drawn(drawn, summed, prepared):
            drawn = None
        # Of a unit of serum it is read from its label; what is drawn up beside it is said apart.
        volume, points = None if self.is_serum else prepared or None, last.points
        if last.points and last.per_point_ml:
            by_points = last.points * last.per_point_ml
            fits = bool(prepared) and by_points <= prepared
            volume, points = (by_points, points) if fits else (volume, None)
        # What was seen and measured then (cold, feeling, a number read off a package) is nobody's
        # observation of today: only what is chosen is begun with.
        begun = msgspec.structs.replace(
            last, volume_ml=volume, points=points, overrides=(), said=(), unit=None, freezing=None,
            beside_ml=prepared if self.is_serum and prepared else None,
        )  # fmt: skip
        return begun, None if drawn is None else mapped.without_lot(drawn)

    def _may_be_drawn(self, drawn: DrawnMap, summed: Injected, prepared: Decimal) -> bool:
        """Whether a map can be begun with: of today’s figure, and no more than is in the
        syringe."""
        of_today = drawn.edition == self.now.places.body.edition
        return of_today and (summed.volume_ml or Decimal(0)) <= prepared

    def happened_form(self) -> HappenedForm:
        """What happened."""
        stands = content.read(Happened, self.now.record.happened if self.now.record else {})
        return HappenedForm(
            self.sent.get("happened"),
            therapy=room_of.BLOCK if self.now.is_block else self.now.therapy,
            block=self.now.is_block,
            first=self.now.session.number == 1,
            content=room.content(self.now.edition),
            initial=self._initial("happened", stands_happened(stands)),
        )

    def _initial(self, part: str, stands: dict[str, Any]) -> dict[str, Any]:
        return {**stands, "based_on": self.version, **self.taken_up.get(part, {})}

    @property
    def is_serum(self) -> bool:
        """Whether a unit of serum is injected."""
        return self.now.therapy == SERUM


def _of_lot(lot: Lot, volume: Decimal) -> Drawn:
    item = lot.item
    return Drawn(
        product=item.product,
        item=item.name,
        lot=lot.public_id,
        number=lot.number,
        expiry=lot.expiry,
        strength=item.strength or Decimal(1),
        unit=item.unit or "mL",
        volume=volume,
        pieces=content.pieces(volume, item.volume),
        beside=vials.beside_of(item),
    )


@dataclass(frozen=True)
class Spoken:
    """A rule that speaks, on the page. ``reason`` is why somebody goes past it, as they wrote it
    here; ``last`` why it was gone past at the last session, on the day ``last_on``: it is read
    beside, and never stands for today's unless it is ticked (``again``)."""

    rule: str
    severity: str
    says: str
    detail: str
    verified: bool
    reason: str = ""
    last: str = ""
    last_on: date | None = None
    again: bool = False


@dataclass(frozen=True)
class Share:
    """One product of the syringe: how much, and how much of its ceiling with what was given
    today. ``percent`` is ``None`` where no ceiling is known; else it is of this ``ceiling``, and
    of all that was given ``today`` where that is known."""

    label: str
    amount: str
    unit: str
    percent: int | None
    over: bool
    ceiling: str
    today: str = ""


@dataclass(frozen=True)
class Question:
    """What the rules of a syringe still ask: the field that answers it, or ``None`` where a line of
    the pause does. ``at`` is where it is answered on the page."""

    fact: str
    says: str
    at: str
    field: Field | None


@dataclass(frozen=True)
class Checked:
    """A syringe as the rules see it while it is typed; ``of_freeze`` is what they say of the nerve
    that is to be frozen."""

    verdict: str = ""
    volume: str = ""
    shares: tuple[Share, ...] = ()
    grave: tuple[Spoken, ...] = ()
    notes: tuple[Spoken, ...] = ()
    questions: tuple[Question, ...] = ()
    wrong: str = ""
    of_freeze: tuple[Spoken, ...] = ()


def checked(
    result: MixtureResult | None,
    volume: Decimal,
    words: Lookup,
    reasons: dict[str, str],
    sent: QueryDict | None = None,
    in_pause: Collection[str] = (),
) -> Checked:
    """What the rules say of a syringe, for the page; ``sent`` is what was typed there. The facts
    ``in_pause`` are asked there already."""
    if result is None:
        return Checked()
    language = words.language
    written = mixture_as_json(result, language)
    spoken = [
        Spoken(
            one["rule"],
            one["severity"],
            one["because"],
            one["detail"] or "",
            one["verified"],
            reasons.get(one["rule"], ""),
        )
        for one in written["findings"]
    ]
    return Checked(
        verdict=result.verdict,
        volume=plain(volume, language),
        shares=tuple(share_of(one, language) for one in result.totals),
        grave=tuple(one for one in spoken if one.severity in LEVELS[:3]),
        notes=tuple(one for one in spoken if one.severity == "info"),
        questions=tuple(
            _question(fact, one["ask"], words, sent, here=fact not in in_pause)
            for fact, one in zip(result.questions, written["questions"], strict=True)
        ),
    )


def _question(
    fact: str, says: str, words: Lookup, sent: QueryDict | None, *, here: bool
) -> Question:
    definition = words.definition(fact)
    if definition is None or definition.from_header or not here:
        return Question(fact, says, ask_at(fact), None)
    name = f"fact-{fact}"
    shown = (
        blank(definition, name, words.language)
        if sent is None
        else filled(definition, name, words.language, sent, "")
    )
    return Question(fact, says, ask_at(fact), shown)


def share_of(total: ProductTotal, language: str) -> Share:
    """One product as it is told: with today’s doses by the ceiling of the day, else this
    preparation alone by its strictest ceiling."""
    day = total.share_today is not None
    share, limit = (total.share_today, total.limit_today) if day else (total.share, total.limit)
    unit = unit_in_words(total.product.unit, language)
    given = total.amount + (total.given_today or 0)
    return Share(
        label=total.product.label.in_language(language),
        amount=_number(total.amount, language),
        unit=unit,
        percent=None if share is None else round(100 * share),
        over=share is not None and share > 1,
        ceiling="" if limit is None else f"{_number(limit, language)}\u00a0{unit}",
        today=f"{_number(given, language)}\u00a0{unit}" if day else "",
    )


def _number(value: float, language: str) -> str:
    return plain(Decimal(f"{value:.4g}"), language)


@dataclass(frozen=True)
class DrawnLine:
    """One product of a syringe, in words."""

    item: str
    number: str
    expiry: Any
    volume: str
    dose: str
    unit: str


def drawn_lines(preparation: Preparation, language: str) -> list[DrawnLine]:
    """A syringe in words."""
    return [
        DrawnLine(
            one.item,
            one.number,
            one.expiry,
            plain(one.volume, language),
            plain(one.volume * one.strength, language),
            dose_unit(one.unit, language) + vials.beside_in_words(one, language),
        )
        for one in preparation.drawn
    ]


def finding_lines(findings: Sequence[room.Finding], language: str) -> list[Spoken]:
    """What the rules of the act say."""
    return [
        Spoken(
            one.rule,
            one.severity,
            one.because.in_language(language),
            one.detail.in_language(language) if one.detail else "",
            one.verified,
        )
        for one in findings
    ]


def try_mixture(sheet: Sheet, preparation: Preparation) -> tuple[MixtureResult | None, str]:
    """The verdict on a syringe, or why no rule can read it."""
    try:
        return sheet.now.mixture(preparation), ""
    except InputError as error:
        text = error.sentence(sheet.words.language)
        return None, text[:1].upper() + text[1:]
