"""How long what is kept, records past their term, and erasures, as the administrator reads them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.access.models import User
from dolenti.calendar.moments import local_day
from dolenti.clinic.common.listing import called
from dolenti.clinic.common.lookup import Lookup, SourceLine
from dolenti.ledger import belonging
from dolenti.records.models import Patient
from dolenti.rights import retention, terms
from dolenti.rights.models import ErasureProposal, Tombstone
from dolenti.ui.births import birth_as_listed


@dataclass(frozen=True)
class KindLine:
    """One kind of record: how long, what may be done then, on whose word."""

    id: str
    label: str
    says: str
    length: str
    then: str
    verified: bool
    sources: list[SourceLine]
    told_by: str


def kind_lines(words: Lookup) -> list[KindLine]:
    """The whole table, in the page's language."""
    return [
        KindLine(
            one.id,
            one.label.in_language(words.language),
            one.says.in_language(words.language),
            _length(one),
            one.then,
            one.verified,
            words.cited(one.sources),
            one.told_by,
        )
        for one in retention.kinds().values()
    ]


def _length(one: retention.Kind) -> str:
    if one.years is not None and one.from_ == "birth":
        return _("until the %(n)sth birthday") % {"n": one.years}
    if one.years is not None:
        return ngettext("%(n)s year", "%(n)s years", one.years) % {"n": one.years}
    if one.days is not None:
        return ngettext("%(n)s day", "%(n)s days", one.days) % {"n": one.days}
    said = {
        "with-record": _("as long as the record"),
        "at-once": _("until someone asks"),
        "rotation": _("as the machine is set"),
        "never": _("without a term"),
    }
    return said[one.then]


def counted_lines(kinds: Mapping[str, int]) -> list[tuple[str, int]]:
    """What would go with a record: what people call the rows of each kind, and how many."""
    return [(belonging.label_of(kind), rows) for kind, rows in kinds.items()]


@dataclass(frozen=True)
class TermLine:
    """A record past its term: whose, since when, by which rule, and whether it waits already.

    ``token`` is that of its own form.
    """

    public_id: str
    who: str
    birth: str
    last: date
    until: date
    rule: str
    proposed: bool
    token: uuid.UUID


def term_lines(
    patients: Iterable[Any],
    waiting: Sequence[ErasureProposal],
    words: Lookup,
    today: date,
) -> list[TermLine]:
    """Records that ``terms`` dated."""
    proposed = {one.patient for one in waiting}
    lines = []
    for one in patients:
        term = terms.term_of(one)
        lines.append(
            TermLine(
                one.public_id,
                called(one),
                birth_as_listed(one.birth_date, one.sex),
                local_day(one.last_contact),
                term.until,
                _rule(term.rule, words),
                one.public_id in proposed,
                uuid.uuid4(),
            )
        )
    return lines


def _rule(rule: str, words: Lookup) -> str:
    kind = retention.kinds().get(rule)
    return kind.label.in_language(words.language) if kind else rule


@dataclass(frozen=True)
class ProposalLine:
    """An erasure that waits for a second person. ``own``: proposed by the reader."""

    public_id: str
    who: str
    by: str
    at: datetime
    until: date
    rule: str
    own: bool


def proposal_lines(
    waiting: Iterable[ErasureProposal], names: Mapping[str, Patient], words: Lookup, user: User
) -> list[ProposalLine]:
    """What waits, with the names of whose records these are."""
    return [
        ProposalLine(
            one.public_id,
            called(names[one.patient]) if one.patient in names else one.patient,
            one.author.name,
            one.created_at,
            one.kept_until,
            _rule(one.rule, words),
            one.author_id == user.pk,
        )
        for one in waiting
    ]


@dataclass(frozen=True)
class StoneLine:
    """What remains of an erased record. Nobody's name."""

    patient: str
    at: datetime
    rule: str
    until: date
    rows: int
    proposed_by: str
    confirmed_by: str


def stone_lines(stones: Iterable[Tombstone], words: Lookup) -> list[StoneLine]:
    """Erasures done."""
    return [
        StoneLine(
            one.patient,
            one.erased_at,
            _rule(one.rule, words),
            one.kept_until,
            sum(one.kinds.values()),
            one.proposed_by.name,
            one.confirmed_by.name,
        )
        for one in stones
    ]
