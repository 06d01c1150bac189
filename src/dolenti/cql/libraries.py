"""The CQL libraries: one of facts and red flags; per therapy one of criteria, status, questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from dolenti.cql import writing
from dolenti.cql.conditions import ConditionWriter, never_name
from dolenti.cql.facts import fact_definitions
from dolenti.cql.standard import meanings
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.judge import in_order_of_need, policies_in_force, rules_in_force
from dolenti.guideline.knowledge import CriterionKind, Edition, Rule, Therapy
from dolenti.guideline.loading import ENGINE
from dolenti.guideline.systems import ANSWER_SYSTEM, SIDES, ZONE_SYSTEM

FACTS_LIBRARY = "DolentiFacts"
STATUSES = (
    "redirect",
    "contraindicated",
    "not-indicated",
    "needs-information",
    "caution",
    "possible",
)
_KINDS: tuple[tuple[CriterionKind, str], ...] = (
    ("indication", "Indications"),
    ("absolute-contraindication", "Absolute contraindications"),
    ("relative-contraindication", "Relative contraindications"),
    ("precaution", "Precautions"),
)


@dataclass(frozen=True, slots=True)
class CqlLibrary:
    """One library: its name, its version, its text, and the libraries it includes."""

    name: str
    version: str
    text: str
    title: str
    includes: tuple[str, ...] = ()


def library_name(therapy: Therapy) -> str:
    """``DolentiMesotherapy``: a name that FHIR and CQL both take."""
    return "Dolenti" + "".join(word.capitalize() for word in therapy.id.split("-"))


class LibraryWriter:
    """Writes the libraries of one edition under the policies chosen at the time of the export.

    Raises ``InputError`` for a policy or option that does not exist.
    """

    def __init__(self, edition: Edition, policies: Mapping[str, str] | None = None) -> None:
        self.edition = edition
        self.policies = policies_in_force(edition, policies or {})
        self._dictionary = Dictionary.of(edition)

    def libraries(self) -> list[CqlLibrary]:
        """The facts first, then the therapies in their order."""
        return [self._facts(), *(self._therapy(therapy) for therapy in self.edition.therapies)]

    def _facts(self) -> CqlLibrary:
        flags = rules_in_force(self.edition.red_flags, self.policies)
        functions = (files("dolenti.cql") / "functions.cql").read_text("utf-8")
        functions = functions.replace("{answer_system}", ANSWER_SYSTEM)
        writer = ConditionWriter(self._dictionary)
        parts = [
            self._heading(FACTS_LIBRARY, "The facts of a patient and a complaint, and red flags"),
            functions,
            *meanings(self.edition),
            *self._header(),
            *fact_definitions(self.edition, self._dictionary),
            self._irrelevant(),
            *_rules(writer, flags),
            *(
                _listed(name, [f for f in flags if f.effect == effect])
                for effect, name in (("stops", "Red flags that stop"), ("alerts", "Alerts"))
            ),
            _opened("Open in red flags", [f.id for f in flags]),
        ]
        title = "Dolenti: facts and red flags"
        return CqlLibrary(FACTS_LIBRARY, self._version, "\n".join(parts), title)

    def _therapy(self, therapy: Therapy) -> CqlLibrary:
        name, label = library_name(therapy), therapy.description.label.en
        criteria = rules_in_force(therapy.criteria, self.policies)
        writer = ConditionWriter(self._dictionary, "Facts.")
        heading = self._heading(name, f"{label}: criteria, status and questions")
        parts = [
            heading + f"\ninclude {FACTS_LIBRARY} version '{self._version}' called Facts\n",
            "context Patient\n",
            *_rules(writer, criteria),
            *(_listed(title, [c for c in criteria if c.kind == kind]) for kind, title in _KINDS),
            *(
                _opened(f"Open in {title.lower()}", [c.id for c in criteria if c.kind == kind])
                for kind, title in _KINDS[:3]
            ),
            _STATUS,
            *(
                writing.define(f"Is {status}", f'"Status" = {writing.text(status)}')
                for status in STATUSES
            ),
            _QUESTIONS,
        ]
        title = f"Dolenti: {label}"
        return CqlLibrary(name, self._version, "\n".join(parts), title, (FACTS_LIBRARY,))

    @property
    def _version(self) -> str:
        return self.edition.manifest.version

    def _heading(self, name: str, about: str) -> str:
        chosen = ", ".join(f"{policy} = {value}" for policy, value in self.policies.items())
        comment = writing.comment(
            f"{about}.",
            f"Written by Dolenti from edition {self._version} ({self.edition.sha256}), "
            f"engine {ENGINE}.",
            f"Policies in force: {chosen}." if chosen else None,
            "A decision aid for clinicians, who remain responsible. Not edited by hand.",
        )
        return (
            f"{comment}\nlibrary {name} version '{self._version}'\n\nusing FHIR version '4.0.1'\n"
        )

    def _header(self) -> list[str]:
        """What the Patient and the complaint's Condition say."""
        conditions = self.edition.conditions
        sexes = [
            option.id
            for option in self._dictionary.definition("sex").options
            if option.id in ("female", "male", "other")
        ]
        zones = " ".join(
            f"\n    when {writing.text(c.id)} then {writing.texts(c.zones)}" for c in conditions
        )
        sides = " ".join(
            f"when {writing.text(code)} then {writing.text(side)}" for code, side in SIDES.items()
        )
        known = ",\n    ".join(writing.text(c.id) for c in conditions)
        sex = " or ".join(f"Patient.gender.value = {writing.text(sex)}" for sex in sexes)
        return [
            writing.define("Known conditions", f"{{\n    {known}\n  }}"),
            writing.define("Facts in order", writing.texts(f.id for f in self.edition.facts)),
            writing.define("Birth date", _BIRTH_DATE),
            writing.define("Last birth date", _LAST_BIRTH_DATE),
            writing.define("Patient sex", f"if {sex} then Patient.gender.value else null"),
            writing.define(
                "Complaint condition",
                'First("The complaint".code.coding C\n'
                '    let meant: "Condition meant"(C.system.value, C.code.value)\n'
                "    where meant is not null\n    return all meant)",
            ),
            writing.define(
                "Possible zones",
                f'case Coalesce("Complaint condition", "Said: condition"){zones}\n'
                "    else List<String>{}\n  end",
            ),
            writing.define(
                "Complaint zone",
                f'Coalesce(\n    First(flatten ("The complaint".bodySite B return all (B.coding C\n'
                f"      where C.system.value = {writing.text(ZONE_SYSTEM)}\n"
                f'        and C.code.value in "Possible zones"\n      return all C.code.value))),\n'
                '    if Count("Possible zones") = 1 then First("Possible zones") else null\n  )',
            ),
            writing.define(
                "Complaint side",
                'First(({ distinct (flatten ("The complaint".bodySite B return all (B.coding C\n'
                f"      let side: case C.code.value {sides} else null end\n"
                "      where C.system.value = 'http://snomed.info/sct' and side is not null\n"
                "      return all side))) }) S\n"
                "    return all case Count(S) when 0 then null when 1 then First(S) "
                "else 'both' end)",
            ),
            writing.define("Complaint since", _SINCE),
            writing.define(
                "Began",
                'Coalesce("Complaint since",\n'
                '    if "Said: since" = \'never\' then null else ToDate("Said: since"))',
            ),
        ]

    def _irrelevant(self) -> str:
        lines = []
        for fact in in_order_of_need(self._dictionary.definitions):
            unsaid = "" if fact.type == "set" else f" and {self._unsaid(fact.id, fact.type)}"
            answer = "is not true" if fact.waits else "is false"
            lines.append(
                f'if "Relevant: {fact.id}" {answer}{unsaid} then {writing.text(fact.id)} else null'
            )
        listed = ",\n    ".join(lines) or "null as String"
        about = writing.comment("Facts that nobody need ask about this patient now.")
        return writing.define("Irrelevant", f"{{\n    {listed}\n  }}", about)

    @staticmethod
    def _unsaid(fact: str, kind: str) -> str:
        return (
            f"{writing.identifier(never_name(fact) if kind == 'date' else f'Said: {fact}')} is null"
        )


def _rules(writer: ConditionWriter, rules: Sequence[Rule]) -> list[str]:
    parts = []
    for rule in rules:
        said = "; ".join(f"{c.id} {c.at}" if c.at else c.id for c in rule.sources)
        about = writing.comment(rule.because.en, rule.because.fr, f"Sources: {said}.")
        parts.append(writing.define(rule.id, writer.expression(rule.when), about))
        parts.append(writing.define(f"Open: {rule.id}", writer.open_facts(rule.when)))
    return parts


def _listed(name: str, rules: Sequence[Rule]) -> str:
    names = ",\n    ".join(writing.identifier(rule.id) for rule in rules)
    return writing.define(name, f"{{\n    {names}\n  }}" if names else "List<Boolean>{}")


def _opened(name: str, ids: Sequence[str]) -> str:
    names = ",\n    ".join(writing.identifier(f"Open: {rule}") for rule in ids)
    return writing.define(name, f"flatten {{\n    {names}\n  }}" if names else "List<String>{}")


_BIRTH_DATE = """if year from Patient.birthDate.value >= 1890 then
    Date(year from Patient.birthDate.value, Coalesce(month from Patient.birthDate.value, 1),
      Coalesce(day from Patient.birthDate.value, 1))
  else null"""
_LAST_BIRTH_DATE = """if "Birth date" is null then null
  else if month from Patient.birthDate.value is null then
    Date(year from Patient.birthDate.value, 12, 31)
  else if day from Patient.birthDate.value is null then "Birth date" + 1 month - 1 day
  else "Birth date\""""
_SINCE = """First(({ "Onset"("The complaint") }) O
    let since: if "Last day"(O) > "AsOf" then "AsOf" else "Last day"(O)
    return all if since < "Birth date" then null else since)"""
_STATUS = """/** The first that applies. A certain no is said at once; nothing is possible while
something that could forbid it is unknown. Precautions never change it. */
define "Status":
  if Facts."Any"(Facts."Red flags that stop") then 'redirect'
  else if Facts."Any"("Absolute contraindications") then 'contraindicated'
  else if Facts."Any"("Indications") is false then 'not-indicated'
  else if Facts."Some unknown"(Facts."Red flags that stop")
    or Facts."Some unknown"(Facts."Alerts")
    or Facts."Some unknown"("Absolute contraindications")
    or Facts."Some unknown"("Relative contraindications")
    or Facts."Any"("Indications") is null then 'needs-information'
  else if Facts."Any"(Facts."Alerts") or Facts."Any"("Relative contraindications") then 'caution'
  else 'possible'
"""
_QUESTIONS = """/** The facts to ask, in the order of the dictionary. */
define "Questions":
  First(
    ({ flatten {
      Facts."Open in red flags",
      "Open in absolute contraindications",
      "Open in relative contraindications",
      if Facts."Any"("Indications") is true then List<String>{} else "Open in indications"
    } }) O
      return all if "Status" = 'needs-information'
        then (Facts."Facts in order" F
          where F in O and not (F in Facts."Irrelevant") return all F)
        else List<String>{}
  )
"""
