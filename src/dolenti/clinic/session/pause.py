"""The safety pause as its page shows it, line by line, and what was pressed on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from dolenti.clinic.assess.answers import AnswerError, Field, answered, blank, filled
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.typed import ReasonField, sentence
from dolenti.clinic.session.seen_to import seen_to
from dolenti.clinic.session.taken_back import Was, answer_in_words, was_in_words
from dolenti.clinic.session.typed import figure
from dolenti.guideline.asking import Ref, refs_of
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import read_value
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.mixture import insist_dose, insist_hours
from dolenti.guideline.reasons import says_why
from dolenti.guideline.session import LineState
from dolenti.guideline.session import content as room_content
from dolenti.guideline.session.pause import KIT
from dolenti.guideline.session.shapes.pause import PauseLine
from dolenti.guideline.words import value_in_words
from dolenti.ledger.versions import version_sent
from dolenti.records.facts.knowing import told_by
from dolenti.treatment import taken_back
from dolenti.treatment.content import Dose
from dolenti.treatment.lately import asks_of_event, asks_of_infection, speak_of_infection
from dolenti.treatment.recording import Pressed
from dolenti.treatment.room import NERVE, Standing
from dolenti.ui.labels import LABELS

SAFE: Final[dict[str, bool | None]] = {"yes": True, "no": False, "unknown": None}
"""What a press sends: whether it is as it should be. The word on the button is what was heard, and
where a line asks for dangers that is a no."""
PRESS: Final = "line-"
TOGETHER: Final = "together"
"""What one press on a whole list sends: the lines that stood open on the screen."""
WHY: Final = "why-"
SAW: Final = "saw-"
"""That a practitioner has seen that a red answer was taken back, line by line."""
SAME: Final = "same-"
"""What whoever goes past a line says of the facts that it rests on: none of them changed."""
ELSEWHERE_ROWS: Final = 2
TYPED: Final = ("fact-", WHY, "elsewhere-")
FEWEST: Final = 2
"""So many lines may be said together."""
GIVEN_TODAY: Final = "given-today"


@dataclass
class Line:
    """One line. ``safe`` is the word that is heard where all is well, ``answer`` what was heard.
    ``covers`` are the facts to which the safe answer says no, ``fields`` those that are
    asked beside it; of a red one, ``known`` is what is known of them, and ``same`` the name of
    the box that says that it stays so. ``says`` and ``turn_to`` are what a red one calls for.
    ``alone``: something speaks against it, so that it is answered by itself; ``goes_on``: with the
    reason why the session goes on. ``takes_back``: whoever says otherwise says why; ``was`` is
    what was taken back, ``to_see`` whether whoever looks has to say that they saw it."""

    id: str
    ask: str
    status: str
    open: bool
    mine: bool
    verified: bool
    safe: str = "yes"
    answer: str = ""
    pressed: str = ""
    name: str = ""
    at: datetime | None = None
    says: str = ""
    turn_to: str = ""
    decides: bool = False
    reason: str = ""
    waits: str = ""
    program: str = ""
    covers: list[str] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    known: list[tuple[str, str]] = field(default_factory=list)
    same: str = ""
    elsewhere: bool = False
    automatic: bool = False
    stops: bool = False
    error: str = ""
    alone: bool = False
    goes_on: bool = False
    takes_back: bool = False
    was: list[Was] = field(default_factory=list)
    to_see: bool = False


@dataclass(frozen=True)
class Together:
    """Lines that one press says are well: all of them are on the screen. ``gravest`` are those that
    stop everything where they are not, by name: the button says them. ``asking`` are so many more
    that have a question of their own: the press says those of which it is answered."""

    ids: str
    count: int
    gravest: tuple[str, ...]
    asking: int

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Together | None:
        """The open lines of a list that whoever looks may answer; none where a press would spare
        nothing."""
        ask = [
            one for one in lines if one.open and one.mine and not one.automatic and not one.alone
        ]
        at_once = [one for one in ask if not one.fields]
        if len(at_once) < FEWEST:
            return None
        names = LABELS["pause-line"]
        gravest = tuple(str(names.get(one.id, one.id)) for one in at_once if one.stops)
        ids = " ".join(one.id for one in ask)
        return cls(ids, len(at_once), gravest, len(ask) - len(at_once))


def stands_alone(now: Standing, line: PauseLine) -> bool:
    """Whether something speaks against a line: no press on the whole list answers it."""
    told = now.pause.answers.get(line.id)
    if (told is not None and told.safe is False) or any(o.line == line.id for o in now.pause.was):
        return True
    if line.id == KIT:
        return now.is_short_of
    if line.id == NERVE:
        return bool(now.freeze_waits)
    if asks_of_event(now.lately, line):
        return True
    return asks_of_infection(line) and speak_of_infection(now.lately)


def waiting(lines: Sequence[Line]) -> list[Line]:
    """The lines of a list that is begun which whoever looks has still to answer."""
    if not any(one.name for one in lines):
        return []
    return [one for one in lines if one.open and one.mine and not one.automatic]


def typed_in(kept: Mapping[str, Sequence[str]]) -> QueryDict:
    """What a draft of the pause brings back: what was typed. Nothing is ticked beforehand."""
    found = QueryDict(mutable=True)
    for name, values in kept.items():
        if name.startswith(TYPED):
            found.setlist(name, list(values))
    return found


class Shower:
    """Shows the pause of a session to whoever is there."""

    def __init__(
        self, now: Standing, words: Lookup, in_person: bool, sent: QueryDict | None = None
    ) -> None:
        self._now = now
        self._words = words
        self._in_person = in_person
        self._sent = sent
        self.errors: Mapping[str, str] = {}

    def lines(self) -> list[Line]:
        """Every line that stands before this act."""
        return [self._line(state) for state in self._now.looked.lines]

    def _line(self, state: LineState) -> Line:
        line, language = state.line, self._words.language
        told = self._now.pause.answers.get(line.id)
        waits_for_me = "practitioner" not in state.wants or self._in_person
        shown = Line(
            id=line.id,
            ask=line.ask.in_language(language),
            safe=line.safe,
            status=state.status,
            open=state.status == "open" and set(state.wants) != {"confirm"},
            mine=waits_for_me,
            verified=line.mark == "R",
            program=seen_to(self._now, line)
            or self._nerve(line.id, line.stamps)
            or self._noted(state),
            covers=[self._named(one) for one in self._covered(state)],
            fields=[self._field(one) for one in self._now.to_ask(state)],
            elsewhere=line.syringe and self._now.pause.elsewhere is None,
            automatic=line.automatic == "all",
            stops=line.red.kind == "stop",
            error=self.errors.get(line.id, ""),
            alone=stands_alone(self._now, line),
            goes_on=line.id == KIT and self._now.is_short_of,
        )
        if told is not None:
            shown.name, shown.at, shown.reason = told.name, told.at, told.reason
            shown.answer = answer_in_words(told.safe, line.safe)
            shown.takes_back = told.safe is False
        was = [one for one in self._now.pause.was if one.line == line.id]
        shown.was = [was_in_words(one, line.safe) for one in was]
        shown.to_see = self._in_person and any(not one.seen_by for one in was)
        if state.status in ("red", "decided"):
            shown.says = (state.says or line.red.says).in_language(language)
            shown.turn_to = state.turn_to.label.in_language(language) if state.turn_to else ""
            shown.decides = state.kind == "doctor"
        if state.status == "red":
            shown.known = self._known(state)
            shown.same = SAME + line.id if _unsaid(self._now, state) else ""
            shown.takes_back = shown.takes_back or bool(shown.fields or shown.known)
        if state.status == "open":
            shown.waits = self._waits(state, told is not None)
        if self._sent is not None:
            shown.pressed = self._sent.get(PRESS + line.id, "")
            shown.reason = self._sent.get(WHY + line.id, "") or shown.reason
        return shown

    def _known(self, state: LineState) -> list[tuple[str, str]]:
        """What is known of the facts that a red line rests on, each by its name, in words."""
        found, facts = [], self._now.case.facts
        for fact in self._now.to_ask(state):
            definition, known = self._words.definition(fact), facts.get(fact)
            assert definition is not None
            value = None if known is None else known.value
            said = value_in_words(value, definition, self._words.language)
            found.append((self._words.fact(fact), said))
        return found

    def elsewhere(self) -> list[dict[str, str]]:
        """The rows of what was received elsewhere, as they were typed."""
        sent: Mapping[str, Any] = self._sent or {}
        names = {"product": "", "dose": "-dose", "hours": "-hours"}
        return [
            {name: sent.get(f"elsewhere-{row}{tail}", "") for name, tail in names.items()}
            for row in range(ELSEWHERE_ROWS)
        ]

    def _waits(self, state: LineState, was_answered: bool) -> str:
        wants = set(state.wants)
        if "confirm" in wants:
            return _("to be confirmed by the practitioner")
        if "practitioner" in wants:
            return _("to be said again by the practitioner in person")
        if state.line.id == NERVE and self._now.freeze_waits:
            return _("waits for the preparation")
        if was_answered and "answer" in wants:
            return _("answered more than half an hour ago, or about something else: say it again")
        return ""

    def _noted(self, state: LineState) -> str:
        """That the record holds the answer already, from the same day or as long as it counts: it
        is asked once more before the needle, and nobody has to wonder why."""
        line = state.line
        if state.status != "open" or not line.answers or state.unknown:
            return ""
        if self._now.covered(state):
            return ""
        return _("On record already: none of these. It is confirmed here once more.")

    def _nerve(self, line: str, stamps: Sequence[str]) -> str:
        """Of which nerve a line is asked, and what the rules still ask of it."""
        if "nerve" not in stamps:
            return ""
        chosen = self._now.stamps["nerve"]
        if not chosen:
            return _("Choose the nerve in the preparation first: this is confirmed of one nerve.")
        names = room_content(self._now.edition).nerve_labels
        language = self._words.language
        name = names[chosen].in_language(language) if chosen in names else chosen
        asked = _("Asked of: %(nerve)s") % {"nerve": name}
        if line != NERVE or not self._now.freeze_waits:
            return asked
        waits = dict.fromkeys(one.because.in_language(language) for one in self._now.freeze_waits)
        still = _("To be settled in the preparation, before the freeze: %(what)s")
        return f"{asked}. {still % {'what': ' '.join(waits)}}"

    def _covered(self, state: LineState) -> tuple[Ref, ...]:
        return self._now.covered(state)

    def _named(self, ref: Ref) -> str:
        """What a fact is called, or the member of a set that is meant."""
        definition = self._words.definition(ref.fact)
        options = definition.options if definition is not None else ()
        label = next((one.label for one in options if one.id == ref.member), None)
        return label.in_language(self._words.language) if label else self._words.fact(ref.fact)

    def _field(self, fact: str) -> Field:
        definition = self._words.definition(fact)
        assert definition is not None
        name = f"fact-{fact}"
        if self._sent is None:
            return blank(definition, name, self._words.language)
        error = self.errors.get(fact, "")
        return filled(definition, name, self._words.language, self._sent, error)


@dataclass
class Read:
    """What was pressed. ``errors`` are by line or fact; with one nothing is written."""

    pressed: dict[str, Pressed] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    elsewhere: tuple[Dose, ...] | None = None
    errors: dict[str, str] = field(default_factory=dict)


_WHY: Final = ReasonField(longest=500, required=False)


def read(now: Standing, words: Lookup, sent: QueryDict, today: date) -> Read:
    """What somebody pressed on the pause of a session."""
    found = Read()
    together = set(sent.get(TOGETHER, "").split())
    for state in now.looked.lines:
        press = sent.get(PRESS + state.line.id, "")
        said_together = state.line.id in together and not stands_alone(now, state.line)
        grouped = press not in SAFE and said_together and state.status == "open"
        # Where its own question waits, nobody said all of it.
        says_all = grouped and _says_all(words, now.to_ask(state), sent, today)
        if press not in SAFE and not says_all:
            continue
        safe = True if grouped else SAFE[press]
        reason = _why(state, sent, found)
        found.pressed[state.line.id] = Pressed(safe, reason, together=grouped)
        if safe:
            _covered(now, state, found)
            if state.line.id == KIT and now.is_short_of and not says_why(reason):
                found.errors[KIT] = _("Say why the session goes on without what is missing.")
        if state.line.syringe and safe is not None:
            found.elsewhere = _elsewhere(words, sent, found)
            if not safe and not found.elsewhere:
                found.errors[state.line.id] = _("Write which product, and which dose.")
            elif not safe:  # it is written and counted: that is what the line asks
                found.pressed[state.line.id] = Pressed(safe=True)
    for state in now.looked.lines:
        asked = now.to_ask(state)
        for fact in asked:
            _fact(words, fact, sent, today, found)
    _contradictions(now, words, found, today)
    _unexplained(now, sent, found)
    _taken_back(now, sent, words, found, today)
    return found


def _taken_back(now: Standing, sent: QueryDict, words: Lookup, found: Read, today: date) -> None:
    """A red answer is taken back: whoever does it says why."""
    whys = {}
    for state in now.looked.lines:
        line = state.line.id
        saw = bool(sent.get(SAW + line))
        whys[line] = _why(state, sent, found) if sent.get(WHY + line) else ""
        if line in found.pressed:
            found.pressed[line] = replace(found.pressed[line], reason=whys[line], saw=saw)
        elif whys[line] or saw:
            found.pressed[line] = Pressed(None, whys[line], beside=True, saw=saw)
    if now.record is not None and version_sent(sent) != now.record.version:
        return  # what stands is shown first, if it was said since
    safe = [line for line, press in found.pressed.items() if press.safe]
    for one in taken_back.found(now, safe, found.facts, today, words.language):
        if not says_why(whys.get(one.line, "")):
            why = _("The answer was another before: write why it changes. It stays in the record.")
            found.errors.setdefault(one.line, why)


def _unexplained(now: Standing, sent: QueryDict, found: Read) -> None:
    """Somebody goes past a line that a press made red, and says neither what changed nor that
    nothing did."""
    for state in now.looked.lines:
        asked = now.to_ask(state)
        pressed = found.pressed.get(state.line.id)
        goes_past = pressed is not None and not pressed.safe and pressed.reason
        if not goes_past or not _unsaid(now, state) or sent.get(SAME + state.line.id):
            continue
        if found.facts.keys().isdisjoint(asked):
            found.errors[state.line.id] = _(
                "Write below what has changed, so that the mixture is assessed on it, or tick "
                "that nothing has changed."
            )


def _contradictions(now: Standing, words: Lookup, found: Read, today: date) -> None:
    """Two answers to one fact: a line said to be as it should, now or before, beside a fact that
    its sentence denies. Neither is believed over the other: both are named, nothing is written."""
    last = told_by(now.stated or (), words.dictionary, today).stale
    on_record = {**last, **now.case.facts}
    for state in now.looked.lines:
        line, said = state.line, found.pressed.get(state.line.id)
        before = now.pause.answers.get(line.id)
        safe = said.safe if said is not None else before is not None and before.safe
        if not safe:
            continue
        for fact, member in (*refs_of(line.answers), *refs_of(line.denies)):
            definition, raw = words.definition(fact), found.facts.get(fact)
            if definition is None or raw is None or fact in found.errors:
                continue
            value = read_value(definition, raw, today).value
            if member is not None and isinstance(value, Mapping):
                value = {member: value.get(member, False)}
            held = fact in on_record and on_record[fact].value == value
            if _is_calm(value, definition) or (held and fact in line.denies):
                continue
            why = _(
                "Two answers contradict each other: “%(answer)s” to “%(line)s”, and “%(value)s” to "
                "“%(fact)s”. Correct one of them; nothing is saved yet."
            ) % {
                "answer": answer_in_words(True, line.safe),
                "line": line.ask.in_language(words.language),
                "fact": words.fact(fact),
                "value": value_in_words(value, definition, words.language),
            }
            found.errors[line.id] = found.errors[fact] = why


def _is_calm(value: Any, definition: FactDefinition) -> bool:
    """Whether a value says that there is nothing of what a fact names."""
    if isinstance(value, Mapping):
        return not any(value.values())
    return bool(value == definition.reassuring)


def _why(state: LineState, sent: QueryDict, found: Read) -> str:
    try:
        return str(_WHY.clean(sent.get(WHY + state.line.id, "")))
    except ValidationError as error:
        found.errors[state.line.id] = " ".join(error.messages)
        return ""


def _says_all(words: Lookup, facts: Sequence[str], sent: QueryDict, today: date) -> bool:
    """Whether each of these facts was answered, be it wrongly: that is said beside it."""
    for fact in facts:
        read_here = Read()
        _fact(words, fact, sent, today, read_here)
        if not read_here.facts and not read_here.errors:
            return False
    return True


def _unsaid(now: Standing, state: LineState) -> bool:
    """Whether a line is red because somebody pressed it so, and no fact says why: whoever goes past
    it would have the syringe judged on what was known before."""
    return state.status == "red" and not state.facts and bool(now.to_ask(state))


def _covered(now: Standing, state: LineState, found: Read) -> None:
    found.facts |= now.denied(state)


def _fact(words: Lookup, fact: str, sent: QueryDict, today: date, found: Read) -> None:
    definition = words.definition(fact)
    if definition is None:
        return
    try:
        raw = answered(definition, f"fact-{fact}", sent, today)
    except AnswerError as error:
        found.errors[fact] = str(error)
        return
    if raw is not None:
        found.facts[fact] = raw


def _elsewhere(words: Lookup, sent: QueryDict, found: Read) -> tuple[Dose, ...]:
    known = {product.id: product for product in words.edition.products}
    doses: list[Dose] = []
    for number in range(ELSEWHERE_ROWS):
        product = sent.get(f"elsewhere-{number}", "")
        dose = figure(sent.get(f"elsewhere-{number}-dose", ""))
        since = sent.get(f"elsewhere-{number}-hours", "").strip()
        hours = figure(since)
        if not product:
            continue
        if product not in known or dose is None:
            found.errors[GIVEN_TODAY] = _("Write which product, and which dose.")
            continue
        if since and hours is None:
            found.errors[GIVEN_TODAY] = _("Give a number, for example 10 or 2.5.")
            continue
        try:
            insist_dose(known[product], dose)
            insist_hours(hours)
        except InputError as error:
            found.errors[GIVEN_TODAY] = sentence(error)
            continue
        doses.append(Dose(product=product, dose=dose, hours_ago=hours))
    return tuple(doses)
