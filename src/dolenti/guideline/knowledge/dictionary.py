"""What may be known of a patient: facts and their answers, zones and named causes of pain, and what
records say that may concern them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge.entries import Citation, Cited, Code, Entry, Text


class Option(Entry, frozen=True, kw_only=True):
    """One answer of a choice, or one member of a set.

    A member that is ``known_as`` a name may be stated alone, as if it were a fact of that name:
    ``tattoo-at-site: true``. ``no_for`` is how long it counts that a member is absent, where what
    it names comes and goes sooner than its set grows stale (a course of an antibiotic).
    """

    id: str
    label: Text
    known_as: str | None = None
    no_for: str | None = None
    codes: tuple[Code, ...] = ()
    implied_by: Condition | None = None


class OtherUnit(Entry, frozen=True, kw_only=True):
    """A unit that is also accepted: value x factor + offset gives the fact's own unit. ``typed``:
    people write it too; one that only files say is offered on no screen."""

    unit: str
    factor: float
    offset: float = 0.0
    typed: bool = True


class FactDefinition(Entry, frozen=True, kw_only=True):
    """One line of the dictionary (contract 1 of the design).

    ``reassuring`` is the answer that means nothing to report; a measured value has none.
    ``range`` is what is humanly possible, not what is normal. ``past`` / ``future`` say on which
    side of today a date lies; the word ``never`` is the date of what did not happen.
    ``from_header`` facts come from the patient, the complaint or the record itself: nobody types
    them. A ``lasting`` fact stays true when what made it true has ended: a cancer that was cured
    leaves a history of cancer. A measure has no reassuring answer; where it is irrelevant it counts
    as ``when_irrelevant``.
    A fact, or a member, that is ``implied_by`` others is true wherever they hold, whatever was said
    of it: one quantity told twice counts as the worse of the two in a syringe, and a plain file
    that says both is refused.
    A reassuring answer that is ``contradicted_by`` others does not count where they hold: the fact
    is asked, and counts again once it is said in the knowledge of them.
    A fact that ``waits`` is asked only once it is known to be relevant: what decides its relevance
    is asked first, in the same rules.
    """

    id: str
    type: Literal["boolean", "number", "choice", "set", "date"]
    about: Literal["patient", "complaint", "today"]
    label: Text
    ask: Text
    help: Text | None = None
    unit: str | None = None
    also_in: tuple[OtherUnit, ...] = ()
    range: tuple[float, float] | None = None
    options: tuple[Option, ...] = ()
    past: bool = False
    future: bool = False
    reassuring: bool | str | tuple[str, ...] | None = None
    when_irrelevant: float | None = None
    relevant: Condition | None = None
    waits: bool = False
    implied_by: Condition | None = None
    contradicted_by: Condition | None = None
    fresh_for: str | None = None
    codes: tuple[Code, ...] = ()
    from_header: bool = False
    lasting: bool = False
    encodes: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()

    @property
    def typed_units(self) -> tuple[str, ...]:
        """The units in which people write it, its own first."""
        return (self.unit or "1", *(one.unit for one in self.also_in if one.typed))


Named = Literal["disease", "medicine", "device"]


class NamedBy(Entry, frozen=True, kw_only=True):
    """By the name of what a fact may be said in a record, where its codes do not tell.

    Otherwise a fact with codes of medicines is named by a medicine, and every other one that has
    a reassuring answer by a disease.
    """

    id: str
    by: tuple[Named, ...] = ()


class OfRecords(Entry, frozen=True, kw_only=True):
    """What records often say, and which facts it may concern: with none of them, nothing is asked
    of it. Its labels and the displays of its codes are the words it is known by. A ``result`` is
    a test that speaks of its facts without settling them, for as long as it ``speaks_for``; a
    number does from its ``limits`` on, by unit, or below them. A ``medicine`` is a class that
    speaks of a disease: it is asked of who takes one, whatever else taking it says; ``words``
    are beginnings of the names of its substances and brands in the public base; of a result, each
    of them is a name, of which all words stand in a text and none of ``but_not``. It ``carries``
    what its value names as a thing of that kind, and ``measures`` a number that is read from the
    codes of the dictionary alone: told in another way it is not known."""

    id: str
    kind: Literal["allergy", "disease", "device", "result", "medicine"]
    label: Text
    codes: tuple[Code, ...] = ()
    concerns: tuple[str, ...] = ()
    speaks_for: str | None = None
    words: tuple[str, ...] = ()
    limits: Mapping[str, float] = {}
    speaks: Literal["from", "below"] = "from"
    but_not: tuple[str, ...] = ()
    carries: Literal["allergy", "medicine", "disease"] | None = None
    measures: str | None = None


class Zone(Cited, frozen=True, kw_only=True):
    """A part of the body, and the words its table row uses."""

    id: str
    label: Text
    codes: tuple[Code, ...] = ()


ConditionKind = Literal[
    "tendinopathy", "bursitis", "capsulitis", "osteoarthritis", "sprain", "muscle", "spine",
    "radicular", "entrapment", "fracture", "widespread", "regional-pain", "meniscus",
    "ligament-tendon-tear", "post-traumatic", "synovitis", "other",
]  # fmt: skip


class ClinicalCondition(Cited, frozen=True, kw_only=True):
    """A named cause of pain. Its first zone is implied where a complaint names none and it is
    the only one; ``any_side`` is false for what has no left and right. ``synonyms`` are what a
    clinician may type to find it, in either language."""

    id: str
    label: Text
    synonyms: tuple[str, ...] = ()
    zones: tuple[str, ...]
    any_side: bool = True
    kind: ConditionKind
    codes: tuple[Code, ...] = ()
