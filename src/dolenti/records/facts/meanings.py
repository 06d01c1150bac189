"""What a site's records mean by words and codes that nobody had understood: asked once, kept for
the site with who said so and when, used in every record from then on, and taken back by anybody
who may write records.

The patient at hand gets what was answered as statements of their own, which stay whatever becomes
of the meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import writing
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Dictionary, Known, Unread, Value, plain
from dolenti.guideline.judge import reassuring_value
from dolenti.guideline.report import item_answers
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.refusing import refused
from dolenti.records.models import Meaning

Site = Mapping[str, tuple[str, ...]]


def in_force(site_id: int) -> dict[str, tuple[str, ...]]:
    """What each item means at a site: its answers, by the item."""
    found = Meaning.objects.filter(site_id=site_id, ended_at=None)
    return {item: tuple(answers) for item, answers in found.values_list("item", "answers")}


def listed(user: Actor) -> QuerySet[Meaning]:
    """The meanings of the user's site, those in force first."""
    if not user.may(Permission.READ_RECORDS):
        return Meaning.objects.none()
    found = Meaning.objects.filter(site_id=user.site_id).select_related("author", "ended_by")
    return found.order_by("ended_at", "says", "pk")


def meaning(user: Actor, public_id: str) -> Meaning:
    """One meaning of the user's site. Raises ``Http404``."""
    found = sole(listed(user).filter(public_id=public_id))
    if found is None:
        raise refused(user, Meaning, public_id)
    return found


def remember(submission: Submission, item: Unread, answers: Iterable[str]) -> Meaning:
    """Keep what an item means; what it meant before ends. To be called in a transaction."""
    actor, said = submission.actor, list(answers)

    def make() -> Meaning:
        before = Meaning.objects.filter(site_id=actor.site_id, item=item.item, ended_at=None)
        before.update(ended_at=timezone.now(), ended_by=submission.user)
        made = Meaning.objects.create(
            site_id=actor.site_id,
            item=item.item,
            says=item.says,
            answers=said,
            author=submission.user,
        )
        audit.record(
            "give-meaning",
            actor=actor,
            kind="meaning",
            object_id=made.public_id,
            detail={"answers": said},
        )
        return made

    with writing(actor, Permission.WRITE_RECORDS, actor.site_id):
        return once(submission, Meaning, make)


def end(submission: Submission, found: Meaning) -> None:
    """Take a meaning back: the item is asked again. One that ended already stays as it is."""
    with writing(submission.actor, Permission.WRITE_RECORDS, found.site_id):
        rows = Meaning.objects.filter(pk=found.pk, ended_at=None)
        if rows.update(ended_at=timezone.now(), ended_by=submission.user):
            audit.record(
                "end-meaning", actor=submission.actor, kind="meaning", object_id=found.public_id
            )


def chosen(item: Unread, answers: Iterable[str], dictionary: Dictionary) -> tuple[str, ...]:
    """What was ticked of an item. Raises ``InputError`` for what was not offered."""
    offered = {answer for answer, _ in item_answers(item, dictionary.definitions)}
    said = tuple(dict.fromkeys(answers))
    strange = [one for one in said if one not in offered]
    if strange:
        raise InputError(
            f"“{strange[0]}” is not offered for this entry; choose from the list",
            fr=f"«\u00a0{strange[0]}\u00a0» n’est pas proposé pour cet élément\u00a0; choisissez "
            "dans la liste",
        )
    choices = [one.partition("=")[0] for one in said if "=" in one]
    double = [
        f for f in choices if choices.count(f) > 1 and dictionary.definitions[f].type == "choice"
    ]
    if double:
        label = dictionary.definitions[double[0]].label
        raise InputError(
            f"{label.en}: choose one answer, not two",
            fr=f"{label.fr}\u00a0: choisissez une seule réponse",
        )
    return said


def as_values(answers: Iterable[str], dictionary: Dictionary) -> dict[str, Value]:
    """Answers as values of their facts; of a set the members that are there."""
    found: dict[str, Any] = {}
    for answer in answers:
        fact, _, option = answer.partition("=")
        definition = dictionary.definitions.get(fact)
        if definition is None or (option and option not in {o.id for o in definition.options}):
            continue  # of another edition
        if definition.type == "set":
            found[fact] = {**found.get(fact, {}), option: True}
        else:
            found[fact] = option or True
    return found


def as_statements(answers: Iterable[str], dictionary: Dictionary) -> dict[str, object]:
    """Answers as statements keep them, by fact."""
    return {fact: plain(value) for fact, value in as_values(answers, dictionary).items()}


def of_this_patient(
    item: Unread, answers: Iterable[str], case: Case, dictionary: Dictionary
) -> dict[str, object]:
    """What is stated of one patient where nothing is kept for the site: the answers, and of every
    other fact of the item that it was asked, and is open for itself."""
    open_ = {fact: None for fact in item.facts if fact not in case.facts}
    return {**open_, **as_statements(answers, dictionary)}


def applied(case: Case, site: Site, dictionary: Dictionary) -> Case:
    """The case with what the site knows of its items: no longer asked, and true where an answer
    says so. What somebody stated to be so stays; what reassured does not stand against it."""
    known = [one for one in case.unread if not (one.understood or one.alone) and one.item in site]
    if not known:
        return case
    facts = dict(case.facts)
    for one in known:
        for fact, value in as_values(site[one.item], dictionary).items():
            facts[fact] = _joined(facts.get(fact), value, one, dictionary, fact, case.as_of)
    left = tuple(one for one in case.unread if one not in known)
    return replace(case, facts=facts, unread=left)


def _joined(
    before: Known | None, value: Value, one: Unread, dictionary: Dictionary, fact: str, as_of: date
) -> Known:
    at = one.at if one.at is not None and dictionary.is_fresh(fact, one.at, as_of) else as_of
    if before is None:
        return Known(value, at, one.resource)
    if isinstance(value, Mapping) and isinstance(before.value, Mapping):
        return Known({**before.value, **value}, before.at, before.origin)
    if before.value == reassuring_value(dictionary.definitions[fact]):
        return Known(value, at, one.resource)
    return before
