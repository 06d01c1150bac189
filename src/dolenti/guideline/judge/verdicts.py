"""The judge of an edition under a set of policies, and what it finds of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from dolenti.guideline.conditions import Proof
from dolenti.guideline.facts import Case, Dictionary, Known, Unread, Value, with_facts
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge.compiled import Conditions
from dolenti.guideline.judge.in_force import policies_in_force, rules_in_force
from dolenti.guideline.judge.relevance import reassuring_value
from dolenti.guideline.knowledge import Criterion, Edition, RedFlag, Therapy
from dolenti.guideline.spoken_against import heard, set_aside

Status = Literal[
    "redirect", "contraindicated", "not-indicated", "needs-information", "caution", "possible"
]
_MARK = {True: "+", None: "?"}

ASSUMED = "assumed"
"""The origin of a value that was taken because nothing else was to report."""

Template: TypeAlias = tuple[bytes, tuple[str, ...], bytes]
"""A rule as JSON: what stands before the facts that decided it, these facts, what stands after."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule with its proof on one case, made once per pattern of its leaves.

    ``group`` is what it counts as: its kind or effect with ``+`` where it holds and ``?`` where
    that is unknown, and nothing where it does not hold. In ``written`` the report keeps, by
    language, what it wrote of it, so that this is gone when the pattern is.
    """

    rule: Any
    proof: Proof
    group: str
    written: dict[str, Template] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rule: Criterion | RedFlag, proof: Proof) -> Judged:
        """A rule with its proof, put into its group."""
        kind = rule.kind if isinstance(rule, Criterion) else rule.effect
        return cls(rule, proof, "" if proof.holds is False else kind + _MARK[proof.holds])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found of one therapy. ``reasons`` are the criteria that made the status, then the
    precautions that hold; ``criteria`` are all of them; ``questions`` are ids of facts."""

    therapy: Therapy
    status: Status
    reasons: tuple[Judged, ...]
    criteria: tuple[Judged, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdicts on one case, by one edition, under the policies in force.

    ``irrelevant`` are the unstated facts that took their reassuring value, ``assumed`` those that
    took it because nothing else was to report. ``items`` are to be asked each once, for all the
    facts that they may concern; ``held`` are the questions that only these keep from being assumed,
    or from resting on an answer that is not later.
    ``not_assumed`` are the questions that have a reassuring answer and may not be supposed:
    somebody must ask. ``always_asked`` are the facts that are asked of everybody, whatever the
    rules ask, and that nobody has said.
    """

    edition: Edition
    case: Case
    policies: Mapping[str, str]
    values: Mapping[str, Known]
    verdicts: tuple[Verdict, ...]
    red_flags: tuple[Judged, ...]
    questions: tuple[str, ...]
    irrelevant: frozenset[str]
    assumed: Mapping[str, Value]
    items: tuple[Unread, ...] = ()
    held: frozenset[str] = frozenset()
    not_assumed: tuple[str, ...] = ()
    always_asked: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """What a notebook shows; ``guideline.assessment_html`` says it in English too."""
        from dolenti.guideline.notebook import assessment_html  # which knows this class

        return assessment_html(self)


class Judge:
    """Judges cases by one edition under one set of policies.

    ``policies`` names the clinic's choices; the rest stand at their defaults. Raises
    ``InputError`` for a policy or option that does not exist.
    """

    def __init__(self, edition: Edition, policies: Mapping[str, str] | None = None) -> None:
        self.edition = edition
        self.dictionary = Dictionary.of(edition)
        self.policies = policies_in_force(edition, policies or {})
        self._red_flags: tuple[RedFlag, ...] = rules_in_force(edition.red_flags, self.policies)
        self._therapies: list[tuple[Therapy, tuple[Criterion, ...]]] = [
            (therapy, rules_in_force(therapy.criteria, self.policies))
            for therapy in edition.therapies
        ]
        of_therapies = (criterion for _, criteria in self._therapies for criterion in criteria)
        rules: list[Criterion | RedFlag] = [*self._red_flags, *of_therapies]
        self._conditions = Conditions(
            self.dictionary,
            [rule.when for rule in rules],
            lambda number, proof: Judged.of(rules[number], proof),
        )
        self._order = {fact.id: i for i, fact in enumerate(edition.facts)}
        always = (asked.fact for row in edition.asking if row.always for asked in row.facts)
        self._always = sorted(set(always), key=self._order.__getitem__)
        # What no row marks as open is never supposed, whoever asks for it.
        self._supposable = {
            asked.fact for row in edition.asking for asked in row.facts if asked.tier == "open"
        }

    def assess(self, case: Case, *, nothing_else: bool = False) -> Assessment:
        """Judge a case. With ``nothing_else``, each remaining question that may be supposed (tier
        ``open``) takes its reassuring value, until none is left; these are ``assumed``."""
        assessment = self._assess(case)
        assumed: dict[str, Value] = {}
        while nothing_else:
            answers = {
                fact: known
                for fact in assessment.questions
                if (known := self._reassure(fact, assessment.case)) is not None
            }
            if not answers:
                break
            assumed.update({fact: known.value for fact, known in answers.items()})
            case = with_facts(case, answers)
            assessment = self._assess(case, assumed)
        if nothing_else:
            definitions = self.dictionary.definitions
            kept = (f for f in assessment.questions if definitions[f].reassuring is not None)
            assessment = replace(assessment, not_assumed=tuple(kept))
        if not case.unread:
            return assessment
        said = any(known.origin == ASSUMED for known in assessment.case.facts.values())
        return self._with_items(assessment, nothing_else=nothing_else or said)

    def _with_items(self, assessment: Assessment, *, nothing_else: bool) -> Assessment:
        """The same, with the items that may concern one of its questions."""
        case, open_ = assessment.case, frozenset(assessment.questions)
        items = tuple(
            one for one in case.unread if not one.understood and not open_.isdisjoint(one.facts)
        )
        definitions = self.dictionary.definitions
        # Of what was answered before the item was written, the item is the only question.
        aside = set_aside(case, definitions)
        held = open_ & (aside - case.doubted)
        if nothing_else and items:
            held |= frozenset(
                fact
                for one in items
                for fact in one.facts
                if fact in open_
                and fact not in case.doubted
                and fact in self._supposable
                and reassuring_value(definitions[fact]) is not None
            )
        always = tuple(fact for fact in assessment.always_asked if fact not in aside)
        return replace(assessment, items=items, held=held, always_asked=always)

    def _reassure(self, fact: str, case: Case) -> Known | None:
        if fact in case.in_doubt or fact not in self._supposable:
            return None
        value = reassuring_value(self.dictionary.definitions[fact])
        stated = case.facts.get(fact)
        if isinstance(value, Mapping) and stated is not None and isinstance(stated.value, Mapping):
            value = {**value, **stated.value}  # only the members nobody spoke of
        return None if value is None else Known(value, origin=ASSUMED)

    def _assess(self, case: Case, assumed: Mapping[str, Value] | None = None) -> Assessment:
        facts = heard(case, self.dictionary.definitions) if case.unread else case.facts
        values = {**facts, **header_facts(case, self.dictionary)}
        judged, irrelevant, waiting = self._conditions.answers(values, case.as_of)
        unasked = irrelevant | (waiting - case.doubted)
        done = len(self._red_flags)
        red_flags = tuple(judged[:done])
        stops = [flag for flag in red_flags if flag.group == "stops+"]
        alerts = [flag for flag in red_flags if flag.group == "alerts+"]
        open_flags = [] if stops else [f for f in red_flags if f.proof.holds is None]
        flag_questions = _open_facts(open_flags)
        asked = set(flag_questions)
        parts = []
        for therapy, criteria in self._therapies:
            found = tuple(judged[done : done + len(criteria)])
            done += len(criteria)
            status, reasons, wanting = _status(found, stops, alerts, open_flags)
            own: set[str] = set()
            if status == "needs-information":
                own = _open_facts(wanting) | flag_questions
                asked |= own
            parts.append((therapy, status, reasons, found, own))
        # Put in order once: those of one therapy are some of all.
        questions = sorted(asked - unasked, key=self._order.__getitem__)
        verdicts = tuple(
            Verdict(
                therapy, status, reasons, found, tuple([fact for fact in questions if fact in own])
            )
            for therapy, status, reasons, found, own in parts
        )
        return Assessment(
            edition=self.edition,
            case=case,
            policies=self.policies,
            values=values,
            verdicts=verdicts,
            red_flags=red_flags,
            questions=tuple(questions),
            irrelevant=frozenset(irrelevant),
            assumed=assumed or {},
            always_asked=tuple(
                fact
                for fact in self._always
                if fact not in irrelevant and not _is_said(values.get(fact))
            ),
        )


def _status(
    criteria: Sequence[Judged],
    stops: list[Judged],
    alerts: list[Judged],
    open_flags: list[Judged],
) -> tuple[Status, tuple[Judged, ...], list[Judged]]:
    """The first status of contract 2 that applies, its reasons, and what is wanting for it."""
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for judged in criteria:
        if group := judged.group:
            groups[group].append(judged)
    precautions = groups["precaution+"]
    indications, open_indications = groups["indication+"], groups["indication?"]
    held_absolute = groups["absolute-contraindication+"]
    held_relative = groups["relative-contraindication+"]
    if stops:
        return "redirect", (*stops, *precautions), []
    if held_absolute:
        return "contraindicated", (*held_absolute, *precautions), []
    if not indications and not open_indications:
        none_is_true = (j for j in criteria if j.rule.kind == "indication")
        return "not-indicated", (*none_is_true, *precautions), []
    wanting = [*groups["absolute-contraindication?"], *groups["relative-contraindication?"]]
    if not indications:
        wanting += open_indications
    if wanting or open_flags:
        known = (*alerts, *held_relative, *precautions)
        return "needs-information", (*open_flags, *wanting, *known), wanting
    if alerts or held_relative:
        return "caution", (*alerts, *held_relative, *indications, *precautions), []
    return "possible", (*indications, *precautions), []


def _is_said(known: Known | None) -> bool:
    return known is not None and known.origin != ASSUMED


def _open_facts(judged: Sequence[Judged]) -> set[str]:
    return set().union(*[one.proof.open for one in judged])
