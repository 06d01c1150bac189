"""Composes the content of a consent from one edition of the knowledge and one patient's values.

It invents nothing: each statement is what an entry of the knowledge says to patients, a value of
the request, or a joint that repeats the sources of what it joins. What the knowledge does not know
is said to be unknown. A consent that no signature could make right is refused: ``InputError``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dolenti.guideline.consent import medicines, words
from dolenti.guideline.consent.told import Teller, find, site
from dolenti.guideline.consent.values import (
    OTHER,
    RECORD,
    Benefit,
    Consent,
    ConsentRequest,
    Medicine,
    Risk,
    Statement,
)
from dolenti.guideline.dates import read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import (
    AdverseEffect,
    Claim,
    ClinicalCondition,
    Edition,
    Finding,
    Phase,
    Text,
    Therapy,
)
from dolenti.guideline.words import duration_in_words, lower_first, upper_first

_NEVER_SIGNED = {
    "redirect": ("a red flag comes first", "un drapeau rouge impose d’adresser d’abord le patient"),
    "contraindicated": ("it is contraindicated", "contre-indication absolue"),
    "needs-information": ("answers are missing", "des réponses manquent"),
}
_FREQUENCIES = ("common", "uncommon", "rare", "unknown")


def compose(edition: Edition, request: ConsentRequest) -> Consent:
    """What this patient is told before consenting to ``request.therapy``.

    Raises ``InputError`` for a name that does not exist, for a therapy that the assessment does
    not allow anybody to pass, and for a product that may not be used.
    """
    therapy = find(edition.therapies, request.therapy, "therapy", "ce traitement")
    _refuse_what_cannot_be_signed(edition, therapy, request)
    condition = (
        find(edition.conditions, request.condition, "condition", "cette affection")
        if request.condition is not None
        else None
    )
    tell = Teller(edition)
    zone, where = site(edition, condition, request)
    planned = tuple(medicines.planned(tell, therapy, request))
    benefits = tuple(_benefits(tell, therapy, condition, zone))
    aftercare = [a for a in therapy.aftercare if not set(a.left_out_with) & set(request.holding)]
    practice = tuple(
        tell.told(entry.id, entry)
        for entry in therapy.practice
        if entry.told
        and entry.kind != "reimbursement"  # it stands with the price
        and entry.jurisdiction in (None, request.jurisdiction)
    )
    general = {
        topic: tuple(_general(tell, topic, request))
        for topic in ("usual-care", "no-treatment", "information", "withdrawal", "price",
                      "emergency", "record")
    }  # fmt: skip
    price = (*_price(tell, therapy, request), *general["price"])
    return Consent(
        therapy=therapy.id,
        label=therapy.description.label,
        site=where,
        condition=condition.label if condition else None,
        jurisdiction=request.jurisdiction,
        day=request.day,
        edition_version=edition.manifest.version,
        edition_sha256=edition.sha256,
        proposal=(
            tell.told(therapy.id, therapy.description),
            *(_sessions(tell, phase) for phase in therapy.protocol.phases),
        ),
        purpose=tuple(_purpose(tell, therapy, request)),
        particular=tuple(_particular(tell, therapy, request)),
        medicines=planned,
        about_medicines=() if planned else (tell.recorded("products", words.NO_PRODUCT_YET),),
        practice=practice,
        benefits=benefits,
        risks=tuple(_risks(tell, therapy, request, zone)),
        urgent=(
            *(tell(f"{advice.id}-advice", advice.says, advice) for advice in aftercare if
              advice.urgent),
            *general["emergency"],
        ),
        aftercare=tuple(
            tell(f"{advice.id}-advice", advice.says, advice)
            for advice in aftercare
            if not advice.urgent
        ),
        alternatives=(
            *_first(tell, condition, zone),
            *general["usual-care"],
            *_other_therapies(tell, therapy, request),
            *general["no-treatment"],
        ),
        price=price,
        rights=(*general["information"], *general["withdrawal"]),
        record=general["record"],
        declarations=tuple(_declarations(tell, planned, practice, benefits, price, general)),
    )  # fmt: skip


def _refuse_what_cannot_be_signed(
    edition: Edition, therapy: Therapy, request: ConsentRequest
) -> None:
    status = request.statuses.get(therapy.id)
    if status in _NEVER_SIGNED:
        english, french = _NEVER_SIGNED[status]
        raise InputError(
            f"no consent can be composed for this therapy: {english}; see the assessment",
            therapy.id,
            fr=f"aucun consentement n’est possible pour ce traitement\u00a0: {french}\u00a0; "
            "voyez l’évaluation",
        )
    forbidding = {c.id for c in therapy.criteria if c.kind == "absolute-contraindication"} | {
        flag.id for flag in edition.red_flags if flag.effect == "stops"
    }
    for rule in request.holding:
        if rule in forbidding:
            raise InputError(
                "this forbids the therapy, so no consent can be composed; see the assessment",
                rule,
                fr="une contre-indication absolue ou un drapeau rouge interdit ce "
                "traitement\u00a0: aucun consentement n’est possible\u00a0; voyez l’évaluation",
            )
    known = forbidding | {
        rule.id for t in edition.therapies for rule in t.criteria
    } | {flag.id for flag in edition.red_flags}  # fmt: skip
    for rule in request.holding:
        if rule not in known:
            raise InputError(
                "this edition has no such rule; assess the patient again",
                rule,
                fr="cette règle n’existe plus dans le référentiel en vigueur\u00a0; refaites "
                "l’évaluation",
            )
    if request.price_cents is not None and request.price_cents < 0:
        raise InputError(
            "a price is not negative; write it in cents, or leave it unknown",
            "price",
            fr="un prix n’est pas négatif\u00a0; écrivez-le en centimes, ou laissez-le inconnu",
        )


def _sessions(tell: Teller, phase: Phase) -> Statement:
    return tell(phase.id, Text(fr=_phase(phase, "fr"), en=_phase(phase, "en")), phase)


def _phase(phase: Phase, language: str) -> str:
    least, most = phase.sessions
    if most == 1:
        return words.SINGLE.in_language(language).format(label=phase.label.in_language(language))
    noun = {"fr": ("séance", "séances"), "en": ("session", "sessions")}[language]
    to, usually = {"fr": ("à", "en général"), "en": ("to", "usually")}[language]
    count = f"{phase.usual} {noun[phase.usual > 1]}"
    if 0 < least < most:
        count = f"{least} {to} {most} {noun[1]}, {usually} {phase.usual}"
    first, last = (duration_in_words(read_duration(spacing), language) for spacing in phase.spacing)
    same_unit = first.split(" ", 1)[1:] == last.split(" ", 1)[1:]
    shortest = first.split(" ", 1)[0] if same_unit else first
    spaced = first if first == last else f"{shortest} {to} {last}"
    spacing = words.SPACED.in_language(language).format(spacing=spaced)
    minutes = (
        words.MINUTES.in_language(language).format(least=phase.minutes[0], most=phase.minutes[1])
        if phase.minutes
        else ""
    )
    return words.SESSIONS.in_language(language).format(
        label=phase.label.in_language(language),
        count=count + (words.IF_NEEDED.in_language(language) if phase.optional else ""),
        spacing=spacing,
        minutes=minutes,
    )


def _purpose(tell: Teller, therapy: Therapy, request: ConsentRequest) -> Iterator[Statement]:
    indications = [
        criterion
        for criterion in therapy.criteria
        if criterion.kind == "indication" and criterion.id in request.holding
    ]
    for criterion in indications:
        yield tell.told(criterion.id, criterion)
    if not indications:
        yield tell.recorded("no-indication", words.NO_INDICATION)


def _particular(tell: Teller, therapy: Therapy, request: ConsentRequest) -> Iterator[Statement]:
    for flag in tell.edition.red_flags:
        if flag.id in request.holding:
            yield tell.told(flag.id, flag)
    for kind in ("relative-contraindication", "precaution"):
        for criterion in therapy.criteria:
            # What only says what may happen stands among the risks, and is said once.
            if criterion.kind == kind and criterion.id in request.holding and not criterion.tells:
                yield tell.told(criterion.id, criterion)


def _benefits(
    tell: Teller, therapy: Therapy, condition: ClinicalCondition | None, zone: str | None
) -> Iterator[Benefit]:
    for claim in therapy.claims:
        if claim.told is None:
            continue
        kinds, zones = claim.told.kinds, claim.told.zones
        if kinds and (condition is None or condition.kind not in kinds):
            continue
        if zones and zone not in zones:
            continue
        yield _benefit(tell, claim)


def _benefit(tell: Teller, claim: Claim) -> Benefit:
    findings = tuple(
        _in_whom(tell.told(f"{claim.id}-finding-{number}", finding), finding)
        for number, finding in enumerate(claim.findings, 1)
    )
    cited = tuple(citation for finding in claim.findings for citation in finding.sources)
    return Benefit(
        claim=tell(claim.id, claim.claims, claim, basis="claim"),
        judgement=claim.judgement,
        found=tell.joint(f"{claim.id}-found", words.found(claim), cited or claim.sources),
        findings=findings,
    )


def _in_whom(said: Statement, finding: Finding) -> Statement:
    """What was found, after who was studied: it may be another pain than this patient's."""
    if finding.population is None:
        return said
    who, says = finding.population, said.says
    return replace(
        said,
        says=Text(fr=_named(who.fr, "\u00a0: ", says.fr), en=_named(who.en, ": ", says.en)),
    )


def _named(who: str, colon: str, says: str) -> str:
    if who.lower() in says.lower():
        return says
    return f"{upper_first(who)}{colon}{lower_first(says)}"


def _risks(
    tell: Teller, therapy: Therapy, request: ConsentRequest, zone: str | None
) -> Iterator[Risk]:
    """The risks of the act, here, and of what is planned; of all that may be, where nothing is
    yet, or where the zone is not known. One that only others run is left out where somebody said
    that this patient does not."""
    named = set(request.products)
    planned = tell.edition.classes_of(named)

    def order(effect: AdverseEffect) -> tuple[int, bool]:
        return _FREQUENCIES.index(effect.frequency), effect.serious

    for effect in sorted(therapy.adverse_effects, key=order):
        if named and effect.classes and planned.isdisjoint(effect.classes):
            continue
        if zone is not None and effect.zones and zone not in effect.zones:
            continue
        if any(request.stated.get(f) == value for f, value in effect.left_out_where.items()):
            continue
        said = tell.told(effect.id, effect)
        yield Risk(
            statement=replace(said, note=words.ONSET_ASSUMED) if effect.onset_assumed else said,
            frequency=words.FREQUENCY[effect.frequency],
            counted=effect.counted or words.NOT_COUNTED,
            onset=effect.onset,
            lasts=effect.lasts or words.NOT_KNOWN,
            serious=effect.serious,
        )


def _first(
    tell: Teller, condition: ClinicalCondition | None, zone: str | None
) -> Iterator[Statement]:
    """The care that comes before any of the therapies, in one sentence; nothing where the
    knowledge has none of this diagnosis."""
    about = [one for one in tell.edition.first_line if one.is_about(condition, zone)]
    if not about:
        return
    told = [tell.told(one.id, one).says for one in about]
    yield tell.joint(
        "usual-care-first",
        Text(
            fr=words.FIRST.fr.format(care=" ".join(one.fr for one in told)),
            en=words.FIRST.en.format(care=" ".join(one.en for one in told)),
        ),
        tuple(citation for one in about for citation in one.sources),
    )


def _other_therapies(
    tell: Teller, therapy: Therapy, request: ConsentRequest
) -> Iterator[Statement]:
    for other in tell.edition.therapies:
        status = words.ALTERNATIVE.get(request.statuses.get(other.id))
        if other.id == therapy.id or status is None:
            continue
        name = other.description.label
        yield Statement(
            id=f"{other.id}{OTHER}",
            says=Text(fr=f"{name.fr}\u00a0: {status.fr}", en=f"{name.en}: {status.en}"),
            sources=(*other.description.sources, RECORD),
            basis="record",
            verified=tell.verified(other.description.sources),
            encodes=other.description.encodes,
            note=tell.told(other.id, other.description).says,
        )


def _general(tell: Teller, topic: str, request: ConsentRequest) -> Iterator[Statement]:
    for entry in tell.edition.consent:
        if (
            entry.topic == topic
            and (not entry.jurisdictions or request.jurisdiction in entry.jurisdictions)
            and (not entry.therapies or request.therapy in entry.therapies)
            and (not entry.conditions or request.condition in entry.conditions)
            and request.condition not in entry.except_conditions
        ):
            yield tell(entry.id, entry.says, entry)


def _price(tell: Teller, therapy: Therapy, request: ConsentRequest) -> Iterator[Statement]:
    if request.price_cents is None and request.asked_for:
        yield tell.recorded("price-asked", Text(
            fr=words.PRICE_ASKED.fr.format(asked=_asked(request, "fr")),
            en=words.PRICE_ASKED.en.format(asked=_asked(request, "en")),
        ))  # fmt: skip
    elif request.price_cents is None:
        yield tell.recorded("price-unknown", words.PRICE_UNKNOWN)
    else:
        yield tell.recorded("price", Text(
            fr=words.PRICE.fr.format(price=_euros(request.price_cents, "fr")),
            en=words.PRICE.en.format(price=_euros(request.price_cents, "en")),
        ))  # fmt: skip
    yield from cover(tell.edition, therapy.id, request.jurisdiction)


def _asked(request: ConsentRequest, language: str) -> str:
    mark = "\u00a0; " if language == "fr" else "; "
    return mark.join(f"{label}, {_euros(cents, language)}" for label, cents in request.asked_for)


def cover(edition: Edition, therapy: str, jurisdiction: str) -> tuple[Statement, ...]:
    """What the knowledge says of the reimbursement of a therapy in a country; where it says
    nothing, one statement that says so. Raises ``InputError`` for a therapy that does not exist.
    """
    tell = Teller(edition)
    known = find(edition.therapies, therapy, "therapy", "ce traitement")
    return tuple(
        tell.told(practice.id, practice)
        for practice in known.practice
        if practice.kind == "reimbursement" and practice.jurisdiction in (None, jurisdiction)
    ) or (tell.recorded("cover-unknown", words.COVER_UNKNOWN),)


def _euros(cents: int, language: str) -> str:
    whole, part = divmod(cents, 100)
    if language == "fr":
        return f"{whole:,}".replace(",", "\u202f") + f",{part:02}\u00a0€"
    return f"€{whole:,}.{part:02}"


def _declarations(
    tell: Teller,
    planned: Iterable[Medicine],
    practice: Iterable[Statement],
    benefits: Iterable[Benefit],
    price: Iterable[Statement],
    general: dict[str, tuple[Statement, ...]],
) -> Iterator[Statement]:
    """What the patient signs; each rests on the sources of what it acknowledges."""

    def resting(name: str, says: Text, *on: Statement) -> Statement:
        cited = tuple(dict.fromkeys(citation for s in on for citation in s.sources))
        return tell.joint(f"declare-{name}", says, cited or (RECORD,))

    informed = (*general["information"], *general["withdrawal"])
    yield resting("received", words.DECLARE_RECEIVED, *informed)
    yield resting("asked", words.DECLARE_ASKED, *informed)
    history = next((s for s in tell.edition.statements if s.id == "M39"), None)
    yield tell.joint(
        "declare-history",
        words.DECLARE_HISTORY,
        history.sources if history else (RECORD,),
        encodes=("M39",) if history else (),
    )
    off_label = [m.off_label for m in planned if m.off_label is not None]
    off_label += [s for s in practice if s.id.endswith("-off-label")]
    if off_label:
        yield resting("off-label", words.DECLARE_OFF_LABEL, *off_label)
    yield resting("no-promise", words.DECLARE_NO_PROMISE, *(b.found for b in benefits))
    if not any(s.id in ("price-unknown", "price-asked") for s in price):
        yield resting("price", words.DECLARE_PRICE, *price)
    yield resting("withdraw", words.DECLARE_WITHDRAW, *general["withdrawal"])
    yield resting("consent", words.DECLARE_CONSENT, *general["withdrawal"])
