"""Whether pauses, cards, kit, events, reports and leaflets hold together, with their examples."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from dolenti.guideline.asking import refs_of
from dolenti.guideline.conditions import Compare, Holds, leaves
from dolenti.guideline.dates import read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.parts_checking import Found
from dolenti.guideline.session.checking.common import DIAGNOSTIC_BLOCK
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.doses import Someone, figures
from dolenti.guideline.session.pause import KIT
from dolenti.guideline.session.reporting import AT_ONCE, GRADE, GRADES
from dolenti.guideline.session.shapes.emergency import Dose
from dolenti.guideline.session.shapes.events import Event
from dolenti.guideline.session.shapes.pause import PauseLine

COUNTS = frozenset({"acs-all-complications", "acs-adverse-events-five-years"})
"""Adverse effects that are how many there were, and no event."""


def problems(edition: Edition, content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    yield from _pauses(edition, content)
    for line in content.lines:
        yield from _line(line)
    yield from _cards(content)
    for dose in content.doses:
        yield from _dose(dose)
    yield from _kit(content)
    yield from _events(edition, content)
    yield from _routes(content)


# --- The pause ------------------------------------------------------------------------------------


def _pauses(edition: Edition, content: Content) -> Found:
    used = set()
    for one in content.checklists:
        used |= {*one.lines, *one.then}
        if one.deep is not None:
            used.add(one.deep.use)
            if one.deep.instead_of not in one.lines:
                yield one.id, f"“{one.deep.instead_of}” is not in it, and cannot be replaced"
        if len(one.lines) > content.pause.first_page:
            yield one.id, f"has {len(one.lines)} lines; the first page holds fewer"
        if len({*one.lines, *one.then}) < len(one.lines) + len(one.then):
            yield one.id, "asks a line twice"
    denied = {fact.id for fact in edition.facts if fact.reassuring is False}
    members = {
        fact.id: {option.id for option in fact.options}
        for fact in edition.facts
        if fact.type == "set" and not fact.reassuring
    }
    for line in content.lines:
        if line.id not in used:
            yield line.id, "stands in no list"
        for ref in refs_of(line.answers):
            known = members.get(ref.fact, {None} if ref.fact in denied & {*line.facts} else set())
            if ref.member not in known:
                yield line.id, f"answers no to “{ref}”, which it does not ask, or which is no yes"
    yield from _waiting(edition, content)
    yield from _denied(content)
    yield from _lists(content)
    acts = {one.therapy for one in content.checklists}
    for name in (*(therapy.id for therapy in edition.therapies), DIAGNOSTIC_BLOCK):
        if name not in acts:
            yield name, "has no safety pause"


def _waiting(edition: Edition, content: Content) -> Found:
    """A fact that waits until it is relevant waits for one that its own line asks: a line never
    passes because nobody was asked what decides it."""
    waits = {one.id: one.relevant for one in edition.facts if one.waits and one.relevant}
    for line in content.lines:
        for fact in line.facts:
            if fact in waits and not {leaf.fact for leaf in leaves(waits[fact])} <= {*line.facts}:
                yield line.id, f"waits for “{fact}”, and does not ask what decides it"


def _denied(content: Content) -> Found:
    """What a line says is not so, it asks too: else nobody could say otherwise."""
    for line in content.lines:
        for fact in line.denies:
            if fact not in line.facts:
                yield line.id, f"denies “{fact}”, which it does not ask"
        if (line.answers or line.denies) and line.safe == "yes":
            yield line.id, "would answer no to a danger by a yes: ask for the danger"


def _lists(content: Content) -> Found:
    """The lists before the needle, beside the leaflets and what is injected."""
    listed = {(one.therapy, one.product_class) for one in content.checklists}
    for leaflet in content.leaflets:
        if leaflet.product_class is not None and (
            (leaflet.therapy, leaflet.product_class) not in listed
        ):
            yield leaflet.id, "has a leaflet, and no list of its own before the needle"
    for one in content.checklists:
        # What is injected is looked at: the ampoules, or the patient's own unit.
        if one.step != "draw" and not {"products", "unit-match"} & {*one.lines, *one.then}:
            yield one.id, "looks at nothing of what goes in"


TURNED_ROUND: Final = {
    "fr": re.compile(r"\b(?:ne|n’\w+)\b", re.IGNORECASE),
    "en": re.compile(r"\bnot\b|n’t\b|\bnever\b", re.IGNORECASE),
}
"""A question that holds a negation of its own: a “no” to it is heard either way."""


def _asked(line: PauseLine) -> Found:
    """A line is pressed with a yes or a no: it is one question, in both languages, and whoever
    answers it negates nothing twice."""
    for language, negation in TURNED_ROUND.items():
        ask = line.ask.in_language(language)
        if not ask.endswith("?") or ask.count("?") > 1:
            yield (
                line.id,
                f"is answered yes or no, so it is one question, and is not in “{language}”",
            )
        if negation.search(ask):
            yield line.id, f"asks by a negation in “{language}”: its “no” would be heard either way"


def _line(line: PauseLine) -> Found:
    yield from _asked(line)
    for degree in line.degrees:
        causes = (degree.when is not None, degree.kit is not None)
        if sum(causes) != 1:
            yield line.id, "a degree holds by a condition or by the kit; one of the two"
        if degree.kit is not None and line.id != KIT:
            yield line.id, "only the line of the kit is judged by it"
        if not set(degree.unknown) <= set(line.facts):
            yield line.id, "a degree waits for a fact that the line does not ask"
        if degree.when is not None:
            asked = {*line.facts, *(ref.fact for ref in refs_of(line.answers)), "zone"}
            for leaf in leaves(degree.when):
                if leaf.fact not in asked:
                    yield line.id, f"is judged by “{leaf.fact}”, which it does not ask"
    if (line.automatic == "part") != (line.automatic_part is not None):
        yield line.id, "says what part the program answers, if and only if it answers a part"


# --- The emergency --------------------------------------------------------------------------------


def _cards(content: Content) -> Found:
    used = set()
    for card in content.cards:
        used |= {step.dose for step in card.steps}
        if not card.steps:
            yield card.id, "says nothing to do"
        if not card.write:
            yield card.id, "says nothing to write down"
    for dose in content.doses:
        if dose.id not in used:
            yield dose.id, "is on no card"
    names = [card.id for card in content.cards]
    if sorted(content.call.gravity) != sorted(names):
        yield "call", "does not put every card in its order of gravity, each once"
    for state in content.call.telling_apart:
        if state.card is not None and state.card not in names:
            yield state.id, f"leads to no card “{state.card}”"


def _dose(dose: Dose) -> Found:
    known = {amount.id: amount for amount in dose.amounts}
    for amount in dose.amounts:
        if amount.step <= 0:
            yield dose.id, f"{amount.id} is rounded to a step above 0"
        for band in amount.bands:
            if (band.per_kg is None) == (band.fixed is None):
                yield dose.id, f"a band of {amount.id} gives per_kg or fixed; one of the two"
            if band.to is not None and (band.fixed is None or band.to < band.fixed):
                yield dose.id, f"a band of {amount.id} goes from fixed up to a greater figure"
            if band.per_kg is not None and amount.most is None:
                yield dose.id, f"{amount.id} is by weight, and has no ceiling (most)"
    if not dose.examples:
        yield dose.id, "has no example"
    for example in dose.examples:
        someone = Someone(kg=example.kg, months=example.months)
        found = {figure.amount.id: figure.value for figure in figures(dose, someone)}
        for name, wanted in example.gives.items():
            if name not in known:
                yield dose.id, f"“{name}” is no amount of it"
            elif found.get(name) != Decimal(repr(float(wanted))):
                who = f"{example.kg} kg, {example.months} months"
                yield dose.id, f"{name} of {who} should be {wanted} and is {found.get(name)}"


GROWN = Someone(kg=70, months=480)


def _kit_covers(content: Content) -> Found:
    """What a kit holds, at the least that lets a session open, is all that its cards may give an
    adult of 70 kg; and each of their doses is in it."""
    doses = {dose.id: dose for dose in content.doses}
    for item in content.kit.items:
        for one in item.holds:
            found = figures(doses[one.dose], GROWN)
            same = [f.to or f.value for f in found if f.amount.unit == one.unit]
            # What is optional may fall short: the card goes on without it.
            if one.each is None or item.blocks == "none" or not same:
                continue
            if item.least * exact(one.each) < max(same):
                yield item.id, f"{item.least} hold less than the {max(same)} {one.unit} of its card"
    held = {one.dose for item in content.kit.items for one in item.holds}
    yield from ((name, "is a dose of a card, and in no kit") for name in sorted({*doses} - held))


def _kit(content: Content) -> Found:
    yield from _kit_covers(content)
    said = {block.id for block in content.kit.blocks}
    for item in content.kit.items:
        if not 0 < item.least <= item.quantity:
            yield item.id, "the least is above 0, and at most the quantity"
        if item.blocks not in said:
            yield item.id, f"nothing says what “{item.blocks}” blocks"
    if content.kit.warn_unchecked_days >= content.kit.block_unchecked_days:
        yield "kit", "it is warned before it is blocked"


# --- What happened --------------------------------------------------------------------------------


def _events(edition: Edition, content: Content) -> Found:
    for scale in content.scales:
        if [step.grade for step in scale.grades] != list(GRADES):
            yield scale.id, "goes from grade 1 to grade 5"
    for event in content.events:
        if event.starts_before_h is not None and event.starts_before_h < event.starts_after_h:
            yield event.id, "starts before it may start"
    yield from _reports(content)
    told = {name for event in content.events for name in event.effects}
    for therapy in edition.therapies:
        for effect in therapy.adverse_effects:
            if effect.id not in told and effect.id not in COUNTS:
                yield effect.id, "is no event: whoever sees it cannot write it down"
    for event in content.events:
        yield from _told(edition, event)
    for cluster in content.clusters:
        yield from _readable(cluster.id, cluster.within)
        if cluster.cases < 2 or not cluster.sharing:
            yield cluster.id, "is of two cases or more that share something"


def _told(edition: Edition, event: Event) -> Found:
    """What is known as a risk of an act stands among the adverse effects of its therapy: those are
    what the patient is told before consenting."""
    if event.expected != "known" or event.about != "patient":
        return
    for therapy in edition.therapies:
        mine = {effect.id for effect in therapy.adverse_effects}
        if therapy.id in event.therapies and mine.isdisjoint(event.effects):
            yield event.id, f"is a known risk that {therapy.id} tells nobody before consent"


def _reports(content: Content) -> Found:
    circumstances = {one.id for one in content.circumstances}
    asked = set()
    for event in content.events:
        conditions = [rule.when for rule in event.report if rule.when is not None]
        for leaf in (leaf for condition in conditions for leaf in leaves(condition)):
            if isinstance(leaf, Holds):
                asked.add(leaf.fact)
                if leaf.fact not in circumstances:
                    yield event.id, f"“{leaf.fact}” is no circumstance"
            elif not _is_grade(leaf):
                yield event.id, "a report compares the grade, as {grade: {at-least: 3}}"
    for name in sorted(circumstances - asked):
        yield name, "is asked, and decides nothing"


def _is_grade(leaf: Compare) -> bool:
    return leaf.fact == GRADE and leaf.operator == "at-least" and leaf.operand in GRADES


def _routes(content: Content) -> Found:
    used = {rule.route for event in content.events for rule in event.report}
    used |= {name for card in content.cards for name in card.report}
    for route in content.routes:
        if route.id not in used:
            yield route.id, "no event and no card leads to it"
        if not route.deadlines:
            yield route.id, "says by when"
        for deadline in route.deadlines:
            if deadline.within != AT_ONCE:
                yield from _readable(route.id, deadline.within)


def _readable(name: str, duration: str) -> Found:
    try:
        read_duration(duration)
    except InputError as error:
        yield name, error.what
