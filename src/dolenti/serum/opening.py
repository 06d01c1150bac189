"""The chain is off until the site states its written legal advice, and whoever answers for it.

Three things turn it on: the attestation of the knowledge's notice on the status of the serum (the
same that consents ask for), a statement that names the advice and the authority's agreement, and a
responsible person named in writing. Taking the attestation back, or closing, turns it off: what is
there is then held, discarded or declared missing, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Exists, Q, Subquery

from dolenti.access import audit, clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import Membership, Site, User
from dolenti.access.roles import Permission, may
from dolenti.access.writing import writing
from dolenti.guideline.errors import InputError
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.records.judging import attestations
from dolenti.serum.chain import NOTICE
from dolenti.serum.models import Statement

STILL: Final = frozenset({"hold", "excursion", "discard", "declare-missing", "found"})
"""What is done with what is there, though the chain is off."""


class SerumRefusedError(InputError):
    """The step cannot be taken, or the thing not be made."""


@dataclass(frozen=True)
class Standing:
    """Whether a site's chain is on, and why it is not: ``missing`` are ``attestation``,
    ``statement``."""

    statement: Statement | None
    missing: tuple[str, ...]

    @property
    def is_on(self) -> bool:
        return not self.missing


def standing(user: Actor) -> Standing:
    """Where the chain of the user's site stands."""
    last = Statement.objects.filter(site_id=user.site_id).select_related("responsible").last()
    said = attestations.standings(user, engine.edition_in_force()).get(NOTICE)
    missing = [] if said is not None and said.state == "attested" else ["attestation"]
    if last is None or not last.opened:
        missing.append("statement")
    return Standing(last, tuple(missing))


def is_responsible(user: Actor) -> Q:
    """A condition of any rows: the user is the responsible person that the last statement of their
    site names, and that statement opened the chain. Asked within the query it is put into."""
    last = Statement.objects.filter(site_id=user.site_id).order_by("-pk").values("pk")[:1]
    return Q(Exists(Statement.objects.filter(pk=Subquery(last), responsible=user.account)))


def responsible_of(site: Site) -> User | None:
    """The responsible person that the last statement of a site names, if they work there still."""
    last = Statement.objects.filter(site=site).order_by("-pk").select_related("responsible").first()
    person: User | None = last.responsible if last is not None else None
    return person if person is not None and person.is_active else None


def is_strict(site_id: int) -> bool:
    """Whether the site chose the shorter window of incubation."""
    last = Statement.objects.filter(site_id=site_id).order_by("-pk").first()
    return last is not None and last.strict


def insist_on(user: Actor, event: str) -> Statement | None:
    """The statement by which the chain is on. Raises ``SerumRefusedError`` where it is off and the
    event is none of those that are taken all the same."""
    found = standing(user)
    if not found.is_on and event not in STILL:
        raise SerumRefusedError(
            "the serum chain is off at this site: it is turned on by a statement of the written "
            "legal advice",
            fr="la chaîne du sérum n’est pas en service sur ce site\u00a0: elle l’est par une "
            "déclaration de l’avis juridique écrit",
        )
    return found.statement


@dataclass(frozen=True)
class Said:
    """What a site states: whose advice, of which day; the authority's agreement; who answers."""

    code: str
    advice: str
    advice_on: date
    agreement: str
    responsible: User
    appointed: str
    strict: bool = False


def insist_another(actor: Actor, first: int) -> None:
    """Raises ``SerumRefusedError`` where whoever confirms has the key of the ``first`` person."""
    if first == author_of(actor).pk:
        raise SerumRefusedError(
            "two people answer for this: somebody else than you must confirm",
            fr="deux personnes en répondent\u00a0: une autre que vous doit confirmer",
        )


def people(user: Actor) -> list[User]:
    """Who may answer for the chain of the user's site: those who prepare or give, there."""
    here = Membership.objects.filter(site_id=user.site_id, ended_at=None, user__is_active=True)
    found = [one for one in here.select_related("user") if _prepares(one.role)]
    return sorted((one.user for one in found), key=lambda person: person.name)


def _prepares(role: str) -> bool:
    return may(role, Permission.PREPARE_SERUM)


def open_chain(submission: Submission, said: Said) -> Statement:
    """State on what the chain is on. A form sent twice is one statement.

    Raises ``SerumRefusedError`` without the attestation, for a code that another site has, for
    advice of a day to come, and for somebody who does not prepare serum here.
    """
    user = submission.actor

    def make() -> Statement:
        Site.objects.select_for_update().get(pk=user.site_id)
        _insist(user, said)
        made = Statement.objects.create(
            site_id=user.site_id,
            opened=True,
            code=said.code.upper(),
            advice=said.advice,
            advice_on=said.advice_on,
            agreement=said.agreement,
            responsible=said.responsible,
            appointed=said.appointed,
            strict=said.strict,
            author=submission.user,
        )
        _tell(user, made, "open-serum-chain")
        return made

    with writing(user, Permission.ATTEST, user.site_id):
        return once(submission, Statement, make)


def _insist(user: Actor, said: Said) -> None:
    if "attestation" in standing(user).missing:
        raise SerumRefusedError(
            "attest first that the clinic has its written legal advice",
            fr="attestez d’abord que l’établissement a obtenu son avis juridique écrit",
        )
    code = said.code.upper()
    if not (code.isascii() and code.isalnum() and len(code) == 4):
        raise SerumRefusedError(
            "the code of the site has four letters or digits",
            "code",
            fr="le code du site compte quatre lettres ou chiffres",
        )
    if Statement.objects.filter(code=code).exclude(site_id=user.site_id).exists():
        raise SerumRefusedError(
            f"another site has the code {code}: choose another one",
            "code",
            fr=f"un autre site a déjà le code {code}\u00a0: choisissez-en un autre",
        )
    if said.advice_on > clock.today():
        raise SerumRefusedError(
            "this day is to come: give the day of the advice",
            "advice_on",
            fr="ce jour est à venir\u00a0: donnez la date de l’avis",
        )
    if said.responsible not in people(user):
        raise SerumRefusedError(
            "the responsible person is one who prepares serum at this site",
            "responsible",
            fr="la personne responsable est l’une de celles qui préparent le sérum sur ce site",
        )


def close_chain(submission: Submission, reason: str) -> Statement:
    """Turn the chain off, for a reason. What is there stays, to be held or discarded."""
    user = submission.actor

    def make() -> Statement:
        made = Statement.objects.create(
            site_id=user.site_id, opened=False, reason=reason, author=submission.user
        )
        _tell(user, made, "close-serum-chain")
        return made

    with writing(user, Permission.ATTEST, user.site_id):
        return once(submission, Statement, make)


def _tell(user: Actor, made: Statement, action: str) -> None:
    audit.record(action, actor=user, kind="serumstatement", object_id=made.public_id)
