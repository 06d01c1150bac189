"""An assessment as the JSON of contract 2: keys may be added, never renamed.

``as_json`` gives plain values, for who looks into them; ``as_json_bytes`` the same as JSON text,
for who sends them on. Most of the text does not depend on the patient, so what was once written
of a rule or a question is kept: see ``_Encoded``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from dolenti.guideline.facts import Unread, Value, plain
from dolenti.guideline.judge import Assessment, Judged, Template, Verdict, calm_value
from dolenti.guideline.knowledge import (
    Citation,
    Criterion,
    Edition,
    FactDefinition,
    RedFlag,
    Rule,
    Text,
)
from dolenti.guideline.known import what_is_known
from dolenti.guideline.loading import ENGINE
from dolenti.guideline.signing import standing


def as_json(assessment: Assessment, language: str = "fr") -> dict[str, Any]:
    """The whole assessment in plain values, with its sentences in one language."""
    return _whole(assessment, language, _Writer(assessment, language))


def as_json_bytes(assessment: Assessment, language: str = "fr") -> bytes:
    """What encoding ``as_json`` gives, to the byte, in a quarter of the time."""
    writer = _Encoded(assessment, language)
    return writer.filled(msgspec.json.encode(_whole(assessment, language, writer)))


def _whole(assessment: Assessment, language: str, writer: _Writer) -> dict[str, Any]:
    case, complaint = assessment.case, assessment.case.complaint
    condition = complaint.condition or writer.stated("condition")
    return {
        "edition": edition_as_json(assessment.edition),
        "as_of": case.as_of.isoformat(),
        "language": language,
        "patient": {
            "birth_date": case.birth_date.isoformat() if case.birth_date else None,
            "age": writer.stated("age"),
            "sex": writer.stated("sex"),
        },
        "complaint": {
            "id": complaint.id,
            "condition": condition,
            "zone": writer.stated("zone"),
            "side": writer.stated("side"),
            "since": writer.stated("since"),
        },
        "unread": [unread_as_json(one, assessment, language) for one in case.unread],
        "verdicts": [writer.verdict(verdict) for verdict in assessment.verdicts],
        "red_flags": writer.rules(assessment.red_flags),
        "questions": writer.asked(assessment, assessment.questions),
        "assumed": [
            {"fact": fact, "value": value_as_json(value, writer.definitions[fact])}
            for fact, value in assessment.assumed.items()
        ],
        # Where there is none they are left out, as in what was stored before there were any.
        **({"not_assumed": list(assessment.not_assumed)} if assessment.not_assumed else {}),
        **(
            {"always_asked": writer.questions(assessment.always_asked)}
            if assessment.always_asked
            else {}
        ),
        "used": [dict(entry) for entry in case.used],
        "unmapped": [dict(entry) for entry in case.unmapped],
        "ignored": [
            {
                "fact": ignored.fact,
                "why": ignored.why,
                "at": ignored.at.isoformat() if ignored.at else None,
                "origin": ignored.origin,
            }
            for ignored in case.ignored
        ],
        "policies": dict(assessment.policies),
        "notices": writer.notices(assessment),
    }


def questions_as_json(
    assessment: Assessment, facts: Sequence[str], language: str
) -> list[dict[str, Any]]:
    """Facts as questions, whether the rules ask them or not."""
    return list(_Writer(assessment, language).questions(facts))


def edition_as_json(edition: Edition) -> dict[str, str]:
    """Which knowledge, to the letter, and which engine read it."""
    return {"version": edition.manifest.version, "sha256": edition.sha256, "engine": ENGINE}


def notices_as_json(
    edition: Edition, policies: Mapping[str, str], language: str
) -> list[dict[str, Any]]:
    """The standing notices of the jurisdiction in force."""
    jurisdiction = policies.get("jurisdiction", edition.manifest.default_jurisdiction)
    return [
        {
            "id": notice.id,
            "therapies": list(notice.therapies),
            "says": notice.says.in_language(language),
            "attestation": notice.attestation.in_language(language) if notice.attestation else None,
            "sources": citations_as_json(notice.sources),
        }
        for notice in edition.notices
        if notice.jurisdiction in (jurisdiction, "any")
    ]


def citations_as_json(citations: tuple[Citation, ...]) -> list[dict[str, str | None]]:
    """Sources as ``{id, at}``."""
    return [{"id": citation.id, "at": citation.at} for citation in citations]


def value_as_json(value: Value, definition: FactDefinition) -> Any:
    """A value as JSON writes it; a set that is wholly known is the list of its members."""
    written = plain(value)
    if isinstance(value, Mapping) and isinstance(written, dict):
        return written["has"] if len(value) == len(definition.options) else written
    return written


def question_as_json(definition: FactDefinition, language: str) -> dict[str, Any]:
    """A fact as a question, with what an answer may be."""
    return {
        "fact": definition.id,
        "ask": definition.ask.in_language(language),
        "type": definition.type,
        "options": [
            {"id": option.id, "label": option.label.in_language(language)}
            for option in definition.options
        ]
        or None,
        "unit": definition.unit,
        "about": definition.about,
        "help": definition.help.in_language(language) if definition.help else None,
    }


def unread_as_json(one: Unread, assessment: Assessment, language: str) -> dict[str, Any]:
    """Something that the record says and that was not understood; ``asked`` where the answer may
    change something, and ``ask`` is how."""
    return {
        "item": one.item,
        "kind": one.kind,
        "says": one.says,
        "why": one.why.in_language(language),
        "facts": list(one.facts),
        "understood": one.understood,
        "alone": one.alone,
        "asked": one in assessment.items,
        "at": one.at.isoformat() if one.at else None,
        "resource": one.resource,
        "code": one.code,
    }


def item_as_json(one: Unread, definitions: Mapping[str, FactDefinition], language: str) -> Any:
    """An item as a question: which of these is it, or none? ``fact`` is the likeliest."""
    answers = item_answers(one, definitions)
    return {
        "fact": (one.likely or one.facts)[0].partition("=")[0],
        "item": one.item,
        "facts": list(one.facts),
        "ask": ITEM_ASKED[language].format(one.says),
        "type": "item",
        "likely": sum(answer in one.likely for answer, _ in answers),
        "options": [
            {"id": answer, "label": label.in_language(language)} for answer, label in answers
        ],
        "unit": None,
        "about": "patient",
        "help": one.why.in_language(language),
    }


def item_answers(one: Unread, definitions: Mapping[str, FactDefinition]) -> list[tuple[str, Text]]:
    """What an item may be, as ``fact`` or ``fact=option``, the likeliest first."""
    found: dict[str, Text] = {}
    for fact in one.facts:
        definition = definitions[fact]
        for option in definition.options:
            if option.id != definition.reassuring:
                label = Text(
                    fr=f"{definition.label.fr}\u00a0: {option.label.fr}",
                    en=f"{definition.label.en}: {option.label.en}",
                )
                found[f"{fact}={option.id}"] = label
        if definition.type == "boolean":
            found[fact] = definition.label
    first = [answer for answer in one.likely if answer in found]
    return [(answer, found[answer]) for answer in dict.fromkeys([*first, *found])]


ITEM_ASKED = {
    "fr": "«\u00a0{}\u00a0»\u00a0: à quoi cela correspond-il, ou à rien de cette liste\u00a0?",
    "en": "“{}”: which of these is it, or none?",
}


@dataclass(slots=True)
class _Kept:
    """What is the same whoever the patient is, filled as rules and questions are met: at most
    one entry per rule, fact and jurisdiction of an edition, and one line per therapy and diagnosis.
    ``calm`` are the facts with the values they count as where they are irrelevant."""

    definitions: dict[str, FactDefinition] = field(default_factory=dict)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    questions: dict[str, bytes] = field(default_factory=dict)
    known: dict[tuple[str, str | None, str | None], dict[str, Any]] = field(default_factory=dict)
    calm: dict[str, bytes] = field(default_factory=dict)
    notices: dict[str | None, msgspec.Raw] = field(default_factory=dict)


@lru_cache(maxsize=8)
def _kept(sha256: str, language: str) -> _Kept:
    return _Kept()


class _Writer:
    """Writes the parts of one assessment as plain values."""

    def __init__(self, assessment: Assessment, language: str) -> None:
        self._assessment = assessment
        self.values = assessment.values
        self._language = language
        self._edition = assessment.edition
        self._verified = assessment.edition.verified
        self._kept = _kept(assessment.edition.sha256, language)
        if not self._kept.definitions:
            self._kept.definitions = {fact.id: fact for fact in assessment.edition.facts}
        self.definitions = self._kept.definitions

    def stated(self, fact: str) -> Any:
        known = self.values.get(fact)
        return None if known is None else value_as_json(known.value, self.definitions[fact])

    def verdict(self, verdict: Verdict) -> dict[str, Any]:
        return {
            "therapy": verdict.therapy.id,
            "label": verdict.therapy.description.label.in_language(self._language),
            "status": verdict.status,
            "known": self.known(verdict),
            "reasons": self.rules(verdict.reasons),
            "criteria": self.rules(verdict.criteria),
            "questions": self.asked(self._assessment, verdict.questions),
        }

    def known(self, verdict: Verdict) -> dict[str, Any] | None:
        """What is known of a therapy that may be done for this complaint."""
        if verdict.status not in ("possible", "caution"):
            return None
        about = (verdict.therapy.id, self.stated("condition"), self.stated("zone"))
        found = self._kept.known.get(about)
        if found is None:
            _, condition, zone = about
            named = next((c for c in self._edition.conditions if c.id == condition), None)
            found = what_is_known(verdict.therapy, named, zone, self._language)
            self._kept.known[about] = found
        return found

    def notices(self, assessment: Assessment) -> Any:
        return notices_as_json(assessment.edition, assessment.policies, self._language)

    def rules(self, judged: Sequence[Judged]) -> Any:
        """Criteria or red flags with their proofs."""
        return [self.rule(one) for one in judged]

    def questions(self, facts: Sequence[str]) -> Any:
        return [self.question(fact) for fact in facts]

    def asked(self, assessment: Assessment, facts: Sequence[str]) -> Any:
        """Facts as questions; of those that wait for an item alone, the item, once."""
        if not assessment.items:
            return self.questions(facts)
        held = assessment.held
        items = [one for one in assessment.items if not frozenset(facts).isdisjoint(one.facts)]
        return self.with_items(items, [fact for fact in facts if fact not in held])

    def with_items(self, items: list[Unread], facts: Sequence[str]) -> Any:
        """Items and facts, as questions."""
        asked = [item_as_json(one, self.definitions, self._language) for one in items]
        return [*asked, *self.questions(facts)]

    def question(self, fact: str) -> dict[str, Any]:
        return question_as_json(self.definitions[fact], self._language)

    def rule(self, judged: Judged) -> dict[str, Any]:
        """A criterion or a red flag with its proof."""
        proof = judged.proof
        facts = {fact: self.decided(fact) for fact in proof.decided} or dict.fromkeys(proof.open)
        return {**self.same(judged.rule), "holds": proof.holds, "facts": facts}

    def same(self, rule: Criterion | RedFlag) -> dict[str, Any]:
        """What is the same of a rule for every patient."""
        same = self._kept.rules.get(rule.id)
        if same is None:
            same = self._kept.rules[rule.id] = self._same(rule)
        return same

    def _same(self, rule: Criterion | RedFlag) -> dict[str, Any]:
        language = self._language
        written: dict[str, Any] = {
            "criterion": rule.id,
            "kind": rule.kind if isinstance(rule, Criterion) else "red-flag",
            "holds": None,
            "because": rule.because.in_language(language),
            "facts": {},
            "sources": citations_as_json(rule.sources),
            "basis": rule.basis,
            "verified": self._verified(rule.sources),
            "signed": self._signed(rule),
            "statements": list(rule.encodes),
        }
        if isinstance(rule, RedFlag):
            to = rule.to.in_language(language)
            return {**written, "effect": rule.effect, "urgency": rule.urgency, "to": to}
        return {**written, "advice": rule.advice and rule.advice.in_language(language)}

    def _signed(self, rule: Rule) -> list[dict[str, str]]:
        """Who answers for the rule in these very words."""
        return [
            {"by": one.by, "profession": one.profession, "on": one.on}
            for one in standing(self._edition, rule)
        ]

    def decided(self, fact: str) -> Any:
        value = self.value_of(fact)
        return None if value is None else value_as_json(value, self.definitions[fact])

    def value_of(self, fact: str) -> Value | None:
        """The value by which a fact decided."""
        known = self.values.get(fact)
        if known is not None:
            return known.value
        # It decided without being stated: it is irrelevant here and took its reassuring value.
        return calm_value(self.definitions[fact])


class _Encoded(_Writer):
    """Writes the rules and the questions of one assessment as ready JSON, from what the plain
    writer once gave: a question is the same for every patient, and a rule but for the values of
    the facts that decided it.

    A judged rule comes again whenever a patient shows its pattern (see ``judge``), so its text is
    kept on it: what stands before the facts that decided it, these facts, and what stands behind
    them. Nothing stands behind a text that is whole.

    The lists are put into the rest at the end (``filled``), each text copied once: an answer is
    larger than what a core has near at hand, and writing it thrice would cost all that comes
    after it.
    """

    def __init__(self, assessment: Assessment, language: str) -> None:
        super().__init__(assessment, language)
        self._said = _Said(self, self._kept)
        self._lists: list[list[bytes]] = []
        self._items: dict[str, bytes] = {}

    def notices(self, assessment: Assessment) -> Any:
        kept, jurisdiction = self._kept.notices, assessment.policies.get("jurisdiction")
        if jurisdiction not in kept:
            kept[jurisdiction] = msgspec.Raw(msgspec.json.encode(super().notices(assessment)))
        return kept[jurisdiction]

    def rules(self, judged: Sequence[Judged]) -> Any:
        language, said = self._language, self._said
        texts: list[bytes] = []
        add = texts.append
        for one in judged:
            before, facts, after = one.written.get(language) or self._template(one)
            add(before)
            if facts:
                add(b",".join([said[fact] for fact in facts]) if len(facts) > 1 else said[facts[0]])
                add(after)
        return self._later(texts)

    def questions(self, facts: Sequence[str]) -> Any:
        kept = self._kept.questions
        return self._later([kept.get(fact) or self._question(fact) for fact in facts])

    def with_items(self, items: list[Unread], facts: Sequence[str]) -> Any:
        kept = self._kept.questions
        texts = [self._item(one) for one in items]
        return self._later(texts + [kept.get(fact) or self._question(fact) for fact in facts])

    def _item(self, one: Unread) -> bytes:
        text = self._items.get(one.item)
        if text is None:
            item = item_as_json(one, self.definitions, self._language)
            text = self._items[one.item] = b"," + msgspec.json.encode(item)
        return text

    def _later(self, texts: list[bytes]) -> msgspec.Raw:
        """The place of a list of texts that each begin with their comma."""
        if texts:
            texts[0] = texts[0][1:]
        self._lists.append(texts)
        return _PLACE

    def filled(self, text: bytes) -> bytes:
        """The text with the lists in their places, which come in the order they were asked for."""
        first, *rest = text.split(b"\n")
        parts = [first]
        for texts, after in zip(self._lists, rest, strict=True):
            parts += texts
            parts.append(after)
        return b"".join(parts)

    def _question(self, fact: str) -> bytes:
        text = self._kept.questions[fact] = b"," + msgspec.json.encode(self.question(fact))
        return text

    def _template(self, judged: Judged) -> Template:
        proof = judged.proof
        facts = dict.fromkeys(proof.open)
        whole = {**self.same(judged.rule), "holds": proof.holds, "facts": facts}
        text, after = b"," + msgspec.json.encode(whole), b""
        if proof.decided:
            # Inside a sentence the quotes would be escaped: this is the key and nothing else.
            before, key, after = text.partition(b'"facts":{')
            text = before + key
        template = judged.written[self._language] = (text, tuple(proof.decided), after)
        return template


# Written JSON has no line break: within a text it is escaped.
_PLACE = msgspec.Raw(b"[\n]")


class _Said(dict[str, bytes]):
    """Facts and their values as the members of a JSON object, each written when first wanted."""

    def __init__(self, writer: _Encoded, kept: _Kept) -> None:
        super().__init__()
        self._writer = writer
        self._calm = kept.calm

    def __missing__(self, fact: str) -> bytes:
        writer = self._writer
        known = writer.values.get(fact)
        if known is None:
            said = self._calm.get(fact)
            if said is None:
                said = self._calm[fact] = self._whole(fact)
        elif isinstance(known.value, (bool, str, float, date)):
            said = _member(fact, known.value)
        else:
            said = self._whole(fact)
        self[fact] = said
        return said

    def _whole(self, fact: str) -> bytes:
        return msgspec.json.encode({fact: self._writer.decided(fact)})[1:-1]


@lru_cache(maxsize=4_000, typed=True)  # more than the dictionary has answers, ages and weights
def _member(fact: str, value: bool | str | float | date) -> bytes:
    return msgspec.json.encode({fact: plain(value)})[1:-1]
