"""Two records read as one, by two people, as it is done where they differ."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.records.models import CareRelation, Merge, MergeProposal, Patient
from dolenti.records.patients import care, merge_proposals, merging
from tests.web.world import person, sent


def colleague_named(name: str, role: Role, site: Site) -> User:
    """Somebody of that name at the site, made where there is none."""
    found = User.objects.filter(site=site, name=name, role=role).first()
    return found or person(name, role, site)


def asked_for(
    kept: Patient, absorbed: Patient, reason: str = "same card", author: User | None = None
) -> MergeProposal:
    """A merge that waits: by whoever is named, else by an administrator called Mona."""
    author = author or colleague_named("Mona", Role.ADMINISTRATOR, kept.site)
    return merge_proposals.propose(sent(author), kept, absorbed, reason, merging.TRAITS)


def merged(by: User | None, kept: Patient, absorbed: Patient, reason: str = "same card") -> Merge:
    """Proposed by the administrator, confirmed by a practitioner who has both in care: ``by``, or
    one who has them just for that."""
    proposal = asked_for(kept, absorbed, reason)
    confirms = by or colleague_named("Mira", Role.PRACTITIONER, kept.site)
    lent = [] if by else [
        CareRelation.objects.create(patient=one, user=confirms, author=confirms)
        for one in (kept, absorbed)
    ]  # fmt: skip
    told = [user.public_id for user in care.gaining(kept, absorbed)]
    made = merge_proposals.confirm(confirms, proposal, told)
    assert made is not None
    for one in lent:
        one.ended_at = timezone.now() - timedelta(seconds=1)
        one.save()
    return made
