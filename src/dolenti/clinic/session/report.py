"""What a record says, in words: on the page of a signed session, and in the document of the chart.

What nobody said is said to be so; nothing is left out because it is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dolenti.calendar.moments import clock, local_day, to_local
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.injections.control import SETTINGS
from dolenti.clinic.injections.shown import shown
from dolenti.clinic.session import sensory
from dolenti.clinic.session.taken_back import answer_in_words, was_in_words
from dolenti.guideline import session as room
from dolenti.guideline.body.map import SIDE_WORDS
from dolenti.guideline.numbers import dose_unit, unit_in_words
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.findings import rule_in_words
from dolenti.guideline.words import date_in_words
from dolenti.treatment import content, mapped, treated, watching
from dolenti.treatment.content import (
    Felt,
    Freezing,
    Happened,
    Injected,
    Override,
    Pause,
    Preparation,
    TakenBack,
)
from dolenti.treatment.models import SensoryMap, SessionRecord
from dolenti.treatment.taken_back import LOOKS
from dolenti.treatment.vials import beside_in_words
from dolenti.ui.labels import LABELS

Lines = list[tuple[str, str]]


def supply_lines(preparation: Preparation) -> Iterator[tuple[str, str]]:
    """The needles, kits and probes of a preparation: what, then how many of which lot."""
    for one in preparation.supplies:
        pieces = ngettext("%(n)s piece", "%(n)s pieces", one.pieces) % {"n": one.pieces}
        until = f"{one.expiry:%d/%m/%Y}" if one.expiry else "–"
        said = {"pieces": pieces, "lot": one.number, "until": until}
        yield one.item, _("%(pieces)s; lot %(lot)s, until %(until)s") % said


@dataclass(frozen=True)
class Chapter:
    """Some lines of a record under a heading."""

    heading: str
    lines: Lines
    amiss: frozenset[str] = frozenset()
    """The lines, by their label, that say what was not as planned."""


class Reporter:
    """Says a record in the language of the moment."""

    def __init__(
        self, record: SessionRecord, words: Lookup, felt_later: Sequence[SensoryMap] = ()
    ) -> None:
        self.felt_later = felt_later
        self.words = words
        self.language = words.language
        self.record = record
        self.session = record.session
        self.therapy = record.session.course.therapy
        self.pause = content.read(Pause, record.pause)
        self.preparation = content.read(Preparation, record.preparation)
        self.injected = content.read(Injected, record.injected)
        self.happened = content.read(Happened, record.happened)
        self.drawn = mapped.read(record.points)
        self.given_on = local_day(record.delivered_at) if record.delivered_at else None
        self.content: Content = room.content(words.edition)

    def chapters(self, *, with_points: bool = False) -> list[Chapter]:
        """The whole record, top to bottom; ``with_points``, those of the map in words: where no
        picture of it stands beside."""
        found = [
            Chapter(_("Safety pause"), list(self._pause())),
            *self.of_the_act(with_points=with_points),
            Chapter(_("Corrected after the procedure"), list(self._corrected())),
            self.of_what_happened(),
        ]
        return [one for one in found if one.lines]

    def of_the_act(self, *, with_points: bool = False) -> list[Chapter]:
        """What was prepared and what was injected."""
        return [
            Chapter(_("What was prepared"), list(self._preparation())),
            Chapter(_("What was injected"), list(self._injected()), frozenset(self._amiss())),
            Chapter(_("Injection map"), list(self._points()) if with_points else []),
        ]

    def _amiss(self) -> Iterator[str]:
        """The lines of what was not as planned, by their label: the rule, and the figure."""
        blocked = self._blocked(self.injected)
        for one in self.injected.overrides:
            if one.rule in blocked:
                yield self._label_of(one, blocked)
        if room.COLDEST in blocked:
            yield _("Lowest temperature")

    @staticmethod
    def _blocked(part: Preparation | Injected) -> set[str]:
        return {one.rule for one in part.said if one.severity == "block"}

    def _label_of(self, one: Override, blocked: set[str]) -> str:
        """What was gone past; or was so, where a rule would have refused it."""
        says = rule_in_words(self.words.edition, one.rule, self.language)
        if one.rule in blocked:
            return _("Not as planned: %(rule)s") % {"rule": says}
        return _("Overridden: %(rule)s") % {"rule": says}

    def of_what_happened(self) -> Chapter:
        """The pain before and after, the events, and how the patient left."""
        return Chapter(_("What happened"), list(self._happened()))

    def _corrected(self) -> Iterator[tuple[str, str]]:
        for heading, part in (
            (_("What was prepared"), self.preparation),
            (_("What was injected"), self.injected),
        ):
            for one in part.corrected:
                at = clock(to_local(one.at).time(), self.language)
                yield heading, f"{one.reason} ({one.name}, {at})"

    def _pause(self) -> Iterator[tuple[str, str]]:
        lines = {line.id: line for line in self.content.lines}
        asked = {name: line.ask.in_language(self.language) for name, line in lines.items()}
        for name, one in self.pause.answers.items():
            says = answer_in_words(one.safe, lines[name].safe if name in lines else "yes")
            who = f"{one.name}, {clock(to_local(one.at).time(), self.language)}"
            said = f"{says} ({who})"
            if one.together:
                said += ", " + _("in one press with other lines")
            if one.confirmed_by:
                said += ", " + _("confirmed by %(name)s") % {"name": one.confirmed_by}
            if one.reason:
                said += f". {one.reason}"
            if one.lacks:
                lacked = " ; ".join(one.lacks)
                said += ". " + _("Missing from the kit then: %(items)s") % {"items": lacked}
            if told := self._was(
                self.pause.was, name, lines[name].safe if name in lines else "yes"
            ):
                said += f". {told}"
            yield asked.get(name, name), said
        for name in dict.fromkeys(one.line for one in self.pause.was):
            if name not in self.pause.answers:
                yield asked.get(name, name), self._was(self.pause.was, name, lines[name].safe)
        for past in self.pause.past:
            who = f"{past.name}, {clock(to_local(past.at).time(), self.language)}"
            yield _("Open alert, overridden"), f"{' ; '.join(past.says)} ({who}). {past.reason}"
        if self.pause.elsewhere is not None:
            yield _("Received elsewhere today"), self._elsewhere()

    def _was(self, taken: tuple[TakenBack, ...], line: str, where_well: str) -> str:
        """What was taken back of a line, one sentence each."""
        told = []
        for one in taken:
            if one.line != line:
                continue
            was = was_in_words(one, where_well)
            said = str(LABELS["syringe"].get(was.said, was.said)) if line == LOOKS else was.said
            at, then = (
                clock(to_local(one).time(), self.language) if one else pgettext("earlier", "before")
                for one in (was.at, was.on)
            )
            sentence = _(
                "It was “%(said)s” (%(name)s, %(at)s), changed by %(by)s, %(then)s: %(why)s"
            ) % {
                "said": said, "name": was.name or "–", "at": at, "by": was.by, "then": then,
                "why": was.reason,
            }  # fmt: skip
            if was.seen_by and was.seen_by != was.by:
                sentence += ", " + _("confirmed by %(name)s") % {"name": was.seen_by}
            told.append(sentence)
        return ". ".join(told)

    def _elsewhere(self) -> str:
        names = self._products()
        units = {one.id: one.unit for one in self.words.edition.products}
        doses = [
            f"{names.get(one.product, one.product)} {self._n(one.dose)} "
            f"{unit_in_words(units.get(one.product), self.language)}"
            for one in self.pause.elsewhere or ()
        ]
        return ", ".join(doses) or _("Nothing")

    def _products(self) -> dict[str, str]:
        return {p.id: p.label.in_language(self.language) for p in self.words.edition.products}

    def _preparation(self) -> Iterator[tuple[str, str]]:
        preparation = self.preparation
        if preparation.unit:
            yield _("Serum unit"), preparation.unit
        if preparation.nerve:
            yield _("Nerve"), self._nerve(preparation.nerve)
        yield from self._drawn()
        yield from supply_lines(preparation)

    def _drawn(self) -> Iterator[tuple[str, str]]:
        preparation = self.preparation
        if not preparation.drawn:
            return
        if preparation.technique:
            yield _("Technique"), self._technique(preparation.technique)
        for one in preparation.drawn:
            until = f"{one.expiry:%d/%m/%Y}" if one.expiry else "–"
            dose = f"{self._n(one.strength * one.volume)} {dose_unit(one.unit, self.language)}"
            dose += beside_in_words(one, self.language)
            yield (
                one.item,
                _("%(volume)s mL, that is %(dose)s; lot %(lot)s, until %(until)s")
                % {
                    "volume": self._n(one.volume),
                    "dose": dose,
                    "lot": one.number,
                    "until": until,
                },
            )
        if preparation.fluid != "none":
            yield str(LABELS["vehicle"][preparation.fluid]), f"{self._n(preparation.fluid_ml)} mL"
        yield _("Volume of the syringe"), f"{self._n(preparation.volume)} mL"
        looks = str(LABELS["syringe"][preparation.looks]) if preparation.looks else _("Not stated")
        if preparation.looked_at:
            at = clock(to_local(preparation.looked_at).time(), self.language)
            looks = f"{looks} ({preparation.looked_by}, {at})"
        if told := self._was(preparation.was, LOOKS, "yes"):
            looks += f". {told}"
        yield _("Looked at against the light"), looks
        yield from self._overrides(preparation)

    def _overrides(self, part: Preparation | Injected) -> Iterator[tuple[str, str]]:
        blocked = self._blocked(part)
        for one in part.overrides:
            who = one.name
            if one.confirmed_by:
                who += ", " + _("confirmed by %(name)s") % {"name": one.confirmed_by}
            yield self._label_of(one, blocked), f"{one.reason} ({who})"

    def _technique(self, name: str) -> str:
        therapy = self.words.therapies.get(self.therapy)
        found = therapy.techniques if therapy else ()
        return next((t.label.in_language(self.language) for t in found if t.id == name), name)

    def _injected(self) -> Iterator[tuple[str, str]]:
        injected = self.injected
        targets = {one.id: one.label.in_language(self.language) for one in self.content.targets}
        devices = {one.id: one.label.in_language(self.language) for one in self.content.devices}
        needles = {
            one.id: f"{one.gauge} · {self._n(one.length_mm)} mm" for one in self.content.needles
        }
        if injected.block is not None:
            yield _("Procedure"), str(LABELS["act"]["block"])
            yield _("Nerve"), self._sided(self._nerve(injected.block.nerve))
            guided = self._label("freezing-guidance", injected.block.guidance)
            yield _("Guided by"), guided or _("Not stated")
        if injected.unit is not None:
            yield _("Serum unit"), injected.unit.number
            yield _("How the unit looked"), self._label("serum-look", injected.unit.look)
            yield _("Left over and destroyed"), f"{self._n(injected.unit.thrown_ml)} mL"
        told: list[tuple[str, Any]] = [
            (_("Target"), self._sided(targets.get(injected.target, injected.target))),
            (_("Guided by"), self._label("guidance", injected.guidance)),
            (
                pgettext("injection", "Needle"),
                needles.get(injected.needle, injected.needle),
            ),
            (_("By hand, or by what"), devices.get(injected.device, injected.device)),
            (_("Depth"), self._with(injected.depth_mm, "mm")),
            (_("Number of points"), "" if injected.points is None else str(injected.points)),
            (_("Points on the figure"), str(len(self.drawn.points)) if self.drawn else ""),
            (_("Volume of a point"), self._with(injected.per_point_ml, "mL")),
            (_("Volume injected"), self._with(injected.volume_ml, "mL")),
            (
                _("Local anaesthetic of the skin, in a syringe of its own"),
                self._with(injected.beside_ml, "mL"),
            ),
        ]
        yield from ((label, value) for label, value in told if value)
        names = self._products()
        units = content.units(self.preparation)
        for product, dose in content.doses(self.preparation, injected).items():
            amount = dose.quantize(Decimal("0.01"))
            yield (
                _("Dose given"),
                f"{names.get(product, product)} {self._n(amount)} {units[product]}",
            )
        if injected.freezing is not None:
            yield from self._freezing(injected.freezing)
        if self.drawn is not None:
            there = room.places_of(room.places(self.words.edition), self.drawn)
            labels = [one.label.in_language(self.language) for one in there]
            yield from ((_("Where it was injected"), " ; ".join(labels)) for _one in labels[:1])
        yield from self._overrides(injected)

    def _points(self) -> Iterator[tuple[str, str]]:
        if self.drawn is None:
            return
        for line in shown(room.places(self.words.edition), self.drawn, "words").lines:
            yield line.place, f"{line.count} × {line.how}"
        for name, value in self.drawn.settings.items():
            yield str(SETTINGS.get(name, name)), value

    def _freezing(self, freezing: Freezing) -> Iterator[tuple[str, str]]:
        yield _("Nerve"), self._sided(self._nerve(freezing.nerve))
        yield _("Guided by"), self._label("freezing-guidance", freezing.guidance) or _("Not stated")
        yield _("Device"), freezing.device or _("Not stated")
        probes = {one.id: one.label for one in self.content.cryoneurolysis.skin.probes}
        probe = freezing.probe
        if probe in probes:
            probe = probes[probe].in_language(self.language)
        yield _("Probe"), probe or _("Not stated")
        yield _("Lowest temperature"), self._with(freezing.nadir_c, "°C").replace("-", "−")
        for number, one in enumerate(freezing.cycles, 1):
            thaw = _("thaw not timed") if one.thaw_s is None else f"{self._n(one.thaw_s)} s"
            yield (
                _("Cycle %(n)s: freeze, thaw") % {"n": number},
                f"{self._n(one.freeze_s)} s, {thaw}",
            )
        yield _("Depth"), self._with(freezing.depth_mm, "mm") or _("Not stated")
        skin = self._with(freezing.probe_to_skin_mm, "mm")
        yield _("From the probe to the skin"), skin or _("Not stated")
        moved = {True: _("Yes"), False: _("No"), None: _("Not stated")}[freezing.twitch]
        yield _("A muscle moved on motor stimulation"), moved
        if freezing.recovered is not None:
            again = _("Yes") if freezing.recovered else _("No")
            yield _("Feeling is back, or stable, since the last freeze"), again
        if freezing.worst_grade is not None:
            yield _("Worst effect of the last freeze, grade"), str(freezing.worst_grade)
        if self.given_on is not None:
            free = self.content.cryoneurolysis.repeat.again_from(self.given_on)
            yield _("May be repeated from"), date_in_words(free, self.language)
        yield (
            _("Strength and feeling were written down before"),
            (_("Yes") if freezing.tested_before else _("Not stated")),
        )
        if freezing.minutes is not None:
            yield _("Length of the whole procedure, minutes"), self._n(freezing.minutes)
        before = dict(sensory.lines(self.content, freezing.felt, freezing.moves, self.language))
        after = dict(
            sensory.lines(self.content, self.happened.felt, self.happened.moves, self.language)
        )
        yield _("Feeling before"), freezing.sensory_before or ("" if before else _("Not stated"))
        yield from before.items()
        yield _("Feeling after"), freezing.sensory_after or ("" if after else _("Not stated"))
        yield from after.items()
        if alarm := sensory.alarm(self.content, freezing, self.happened):
            yield _("Alarm after the freeze"), alarm
        for later in self.felt_later:
            yield from self._felt_again(later)

    def _felt_again(self, one: SensoryMap) -> Iterator[tuple[str, str]]:
        """A map of later: its moment and its day, then area by area."""
        moments = {point.id: point.label for point in self.content.cryoneurolysis.sensory_test.when}
        when = moments[one.moment].in_language(self.language) if one.moment in moments else ""
        day = date_in_words(one.day, self.language)
        yield _("Feeling again"), " · ".join(filter(None, (when, day, one.author.name, one.note)))
        felt = msgspec.convert(tuple(one.felt), tuple[Felt, ...])
        yield from sensory.lines(self.content, felt, one.moves, self.language)

    def _sided(self, place: str) -> str:
        """“Genou, à droite”: a place with the side of the pain that was treated."""
        side = treated.of_record(self.record).side
        if not place or not side:
            return place
        return f"{place}, {SIDE_WORDS[side].in_language(self.language)}"

    def _nerve(self, name: str) -> str:
        labels = self.content.nerve_labels
        return labels[name].in_language(self.language) if name in labels else name

    def _happened(self) -> Iterator[tuple[str, str]]:
        happened = self.happened
        if happened.pain_24h is not None:
            yield _("Pain on average over 24 hours, before"), f"{happened.pain_24h}/10"
        pain = _("%(before)s before, %(after)s after")
        known = (happened.pain_before, happened.pain_after)
        before, after = (_("not stated") if one is None else str(one) for one in known)
        yield _("Pain, 0 to 10"), pain % {"before": before, "after": after}
        if happened.events is None:
            yield _("Events"), _("Not stated")
        else:
            names = {one.id: one.label.in_language(self.language) for one in self.content.events}
            listed = [names.get(one.event, one.event) for one in happened.events]
            yield _("Events"), ", ".join(listed) or _("Nothing to report")
            for event in happened.events:
                grade = _("grade %(n)s") % {"n": event.grade} if event.grade else ""
                if said := " · ".join(filter(None, (event.at, grade, event.treated, event.note))):
                    yield names.get(event.event, event.event), said
        if happened.relief_percent is not None:
            relief = f"{happened.relief_percent} %"
            if happened.relief_hours is not None:
                relief += f", {self._n(happened.relief_hours)} h"
            yield _("Relief after the block"), relief
        short = watching.cut_short(self.record)
        for one in self.content.leaving.lines:
            done = _("Yes") if one.id in happened.leaving else _("Not stated")
            if one.id == watching.LINE and one.id in happened.leaving and short is not None:
                done = _("Cut short, after %(n)s min") % {"n": short}
            yield one.says.in_language(self.language), done
        if happened.leaving_why:
            yield _("Why one of these was not done, or was shorter"), happened.leaving_why
        if happened.untested_why:
            yield _("Why the sensory map of 15 minutes after is missing"), happened.untested_why
        if happened.note:
            yield pgettext("session", "Note"), happened.note

    def _label(self, family: str, value: str) -> str:
        return str(LABELS[family].get(value, value)) if value else ""

    def _with(self, value: Decimal | None, unit: str) -> str:
        return "" if value is None else f"{self._n(value)} {unit}"

    def _n(self, value: Decimal | float) -> str:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        return content.plain(number, self.language)
