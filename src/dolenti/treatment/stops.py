"""What stops a course as a whole, whoever stands before the needle: a record or a pain entered in
error, a pain that is resolved, a consent that is not that of what is treated now.

One place that says it. The pause shows it as a red line, the pages of the course, of the session
and of the day say it, and each step of a session asks it again under its lock. No reason lifts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import QuerySet

from dolenti.guideline.knowledge import Text
from dolenti.treatment import consents
from dolenti.treatment.models import Course
from dolenti.treatment.treated import Stop, of_what_is_treated

OF_THE_CONSENT: Final[dict[consents.State, Stop]] = {
    "changed": Stop(
        "consent",
        "consent",
        Text(
            fr="Le consentement signé n’est pas celui de ce qui est traité aujourd’hui\u00a0: "
            "faites lire et signer le nouveau texte, ou corrigez la douleur si c’est elle qui est "
            "fausse.",
            en="The signed consent is not that of what is treated today: have the new text read "
            "and signed, or correct the pain if that is what is wrong.",
        ),
    ),
    "withdrawn": Stop(
        "consent",
        "consent",
        Text(
            fr="Le patient a retiré son consentement\u00a0: rien n’est fait sans un nouveau.",
            en="The patient withdrew their consent: nothing is done without a new one.",
        ),
    ),
    "missing": Stop(
        "consent",
        "consent",
        Text(
            fr="Le consentement du patient manque\u00a0: faites-le lire et signer d’abord.",
            en="The patient’s consent is missing: have it read and signed first.",
        ),
    ),
}


def of(course: Course) -> list[Stop]:
    """All that stops the sessions of a course, the gravest first."""
    return of_courses([course])[course.pk]


def of_courses(courses: Iterable[Course]) -> Mapping[int, list[Stop]]:
    """The same of many, by key: asked together."""
    wanted = list(courses)
    states = consents.states(wanted, as_acted=True)
    found = {one.pk: of_what_is_treated(one) for one in wanted}
    for key, state in states.items():
        if state != "valid":
            found[key].append(OF_THE_CONSENT[state])
    return found


def of_keys(courses: Iterable[int]) -> Mapping[int, list[Stop]]:
    """The same, of courses by their keys alone, as a list of the day knows them."""
    return of_courses(_rows().filter(pk__in=courses))


def _rows() -> QuerySet[Course]:
    return Course.objects.select_related("patient", "complaint", "assessment", "site").defer(
        "assessment__inputs", "protocol"
    )


def anew(course: Course) -> list[Stop]:
    """What stops as it stands now: inside the transaction of whoever writes, who holds the
    patient."""
    return of(_rows().get(pk=course.pk))
