"""The one gate: every query takes the user, and gives only what they may see.

No other module of the screens touches a model's manager; a test reads the code to make sure.
Whoever may not see a record gets the same answer as if there were none.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.records.models import Answer, Assessment, Attestation, CaseFile


def cases(user: User) -> QuerySet[CaseFile]:
    """The cases of the user's site."""
    if not user.may(Permission.READ_CASES):
        return CaseFile.objects.none()
    return CaseFile.objects.filter(site_id=user.site_id)


def case(user: User, public_id: str) -> CaseFile:
    """One case. Raises ``Http404``."""
    found = cases(user).select_related("author", "site").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def answers(user: User, case_file: CaseFile) -> QuerySet[Answer]:
    """The answers of a case, oldest first."""
    return Answer.objects.filter(case__in=cases(user), case=case_file)


def assessments(user: User) -> QuerySet[Assessment]:
    """The stored assessments of the user's site, without their bulky contents."""
    return (
        Assessment.objects.filter(case__in=cases(user))
        .select_related("author", "case", "edition")
        .defer("packed", "inputs", "edition__packed", "case__original")
    )


def assessment(user: User, public_id: str) -> Assessment:
    """One stored assessment, whole. Raises ``Http404``."""
    found = (
        Assessment.objects.filter(case__in=cases(user), public_id=public_id)
        .select_related("author", "case", "edition")
        .first()
    )
    if found is None:
        raise Http404
    return found


def attestations(user: User) -> dict[str, Attestation]:
    """The last word of the user's site on each notice, by the notice's id."""
    if not user.may(Permission.READ_KNOWLEDGE):
        return {}
    found = Attestation.objects.filter(site_id=user.site_id).select_related("author")
    return {one.notice: one for one in found}  # oldest first: the last one stays
