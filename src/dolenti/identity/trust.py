"""How far an identity can be trusted, by the référentiel national d’identitovigilance (RNIV).

Two things earn trust: a document of high confidence that somebody looked at, and the INS that the
national teleservice (INSi) gave. The status is never chosen; it follows from them:

=============  ========================  =========================
               no such document seen     document seen
=============  ========================  =========================
no INSi        provisional (provisoire)  validated (validée)
INSi           retrieved (récupérée)     qualified (qualifiée)
=============  ========================  =========================

**A number typed by hand, or read off a card, earns nothing here**: its key only says that it was
typed well. Dolenti does not call INSi itself; what another system got from it is recorded as a
``Retrieval``, with its time and issuing authority. Only a qualified identity's number may be
handed to others (``may_share_ins``).

An identity that is invented (fictive) or doubted (douteuse) stays provisional whatever was seen,
and INSi may not be asked about it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.identity.ins import InsNumber


class Status(StrEnum):
    """The four statuses of the RNIV, least trusted first."""

    PROVISIONAL = "provisional"
    RETRIEVED = "retrieved"
    VALIDATED = "validated"
    QUALIFIED = "qualified"

    @property
    def label(self) -> Text:
        return _STATUS_LABELS[self]


class Attribute(StrEnum):
    """What is said of an identity beside its status. Any number of them."""

    HOMONYM = "homonym"
    DOUBTFUL = "doubtful"
    FICTITIOUS = "fictitious"

    @property
    def label(self) -> Text:
        return _ATTRIBUTE_LABELS[self]


class Document(StrEnum):
    """What was shown. Which of them validate an identity is ``high_confidence``."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity-card"
    RESIDENCE_PERMIT = "residence-permit"
    ELECTRONIC_IDENTITY = "electronic-identity"
    MINORS_TRAVEL_DOCUMENT = "minors-travel-document"
    BIRTH_CERTIFICATE_AND_PARENT = "birth-certificate-and-parent"
    FAMILY_BOOKLET = "family-booklet"
    BIRTH_CERTIFICATE = "birth-certificate"
    DRIVING_LICENCE = "driving-licence"
    VITALE_CARD = "vitale-card"
    OTHER = "other"

    @property
    def high_confidence(self) -> bool:
        return self in _HIGH_CONFIDENCE

    @property
    def label(self) -> Text:
        return _DOCUMENT_LABELS[self]


_HIGH_CONFIDENCE = frozenset({
    Document.PASSPORT,
    Document.IDENTITY_CARD,
    Document.RESIDENCE_PERMIT,
    Document.ELECTRONIC_IDENTITY,
    Document.MINORS_TRAVEL_DOCUMENT,
    Document.BIRTH_CERTIFICATE_AND_PARENT,
})  # fmt: skip


@dataclass(frozen=True)
class Sighting:
    """A document that somebody of the clinic looked at, in presence of the person."""

    document: Document
    on: date


@dataclass(frozen=True)
class Retrieval:
    """What INSi answered: the number, and whether its traits are those of this record."""

    number: InsNumber
    at: datetime
    traits_agree: bool


@dataclass(frozen=True)
class Trust:
    """What an identity's status rests on."""

    sighting: Sighting | None = None
    retrieval: Retrieval | None = None
    attributes: frozenset[Attribute] = frozenset()

    def __post_init__(self) -> None:
        """Raises ``InputError``: INSi is not asked about an invented or doubted person."""
        held_back = self.attributes & {Attribute.DOUBTFUL, Attribute.FICTITIOUS}
        if self.retrieval and not self.retrieval.number.authority.invented and held_back:
            raise InputError(
                "INSi is not asked about an identity that is doubted or invented; take the "
                "attribute off first, or the number",
                "ins",
                fr="le téléservice INSi n’est pas interrogé pour une identité douteuse ou "
                "fictive\u00a0; retirez d’abord cet attribut, ou le matricule",
            )

    @property
    def status(self) -> Status:
        """The one status that all this earns."""
        if self.attributes & {Attribute.DOUBTFUL, Attribute.FICTITIOUS}:
            return Status.PROVISIONAL
        seen = self.sighting is not None and self.sighting.document.high_confidence
        known = self._retrieved()
        if known:
            return Status.QUALIFIED if seen else Status.RETRIEVED
        return Status.VALIDATED if seen else Status.PROVISIONAL

    @property
    def may_share_ins(self) -> bool:
        """Whether the number may leave in a document or a message. The traits always may."""
        return self.status is Status.QUALIFIED

    def _retrieved(self) -> bool:
        retrieval = self.retrieval
        return (
            retrieval is not None
            and retrieval.traits_agree
            and not retrieval.number.authority.invented
        )

    def lacks(self, wanted: Status) -> tuple[Text, ...]:
        """What stands between this identity and ``wanted``, a sentence each; empty where nothing.

        An identity that is more trusted than ``wanted`` lacks nothing.
        """
        missing = []
        if wanted is not Status.PROVISIONAL:
            if Attribute.FICTITIOUS in self.attributes:
                missing.append(_FICTITIOUS)
            if Attribute.DOUBTFUL in self.attributes:
                missing.append(_DOUBTFUL)
        if wanted in (Status.VALIDATED, Status.QUALIFIED):
            if self.sighting is None:
                missing.append(_NO_DOCUMENT)
            elif not self.sighting.document.high_confidence:
                missing.append(_WEAK_DOCUMENT)
        if wanted in (Status.RETRIEVED, Status.QUALIFIED):
            if self.retrieval is None:
                missing.append(_NO_RETRIEVAL)
            elif self.retrieval.number.authority.invented:
                missing.append(_INVENTED_NUMBER)
            elif not self.retrieval.traits_agree:
                missing.append(_TRAITS_DISAGREE)
        return tuple(missing)

    def after_change_of_traits(self) -> Trust:
        """The trust left once a birth name, first given name, birth date, sex or place changes.

        The document was seen, and INSi asked, about another identity: both are to be done again.
        """
        return replace(self, sighting=None, retrieval=None)


_STATUS_LABELS = {
    Status.PROVISIONAL: Text(fr="Identité provisoire", en="Provisional identity"),
    Status.RETRIEVED: Text(fr="Identité récupérée", en="Retrieved identity"),
    Status.VALIDATED: Text(fr="Identité validée", en="Validated identity"),
    Status.QUALIFIED: Text(fr="Identité qualifiée", en="Qualified identity"),
}
_ATTRIBUTE_LABELS = {
    Attribute.HOMONYM: Text(fr="Homonyme", en="Namesake"),
    Attribute.DOUBTFUL: Text(fr="Identité douteuse", en="Doubted identity"),
    Attribute.FICTITIOUS: Text(fr="Identité fictive", en="Invented identity"),
}
_DOCUMENT_LABELS = {
    Document.PASSPORT: Text(fr="Passeport", en="Passport"),
    Document.IDENTITY_CARD: Text(
        fr="Carte nationale d’identité (Union européenne et pays assimilés)",
        en="National identity card (European Union and assimilated countries)",
    ),
    Document.RESIDENCE_PERMIT: Text(fr="Titre de séjour", en="Residence permit"),
    Document.ELECTRONIC_IDENTITY: Text(
        fr="Identité numérique de niveau substantiel ou élevé",
        en="Electronic identity, substantial or high level",
    ),
    Document.MINORS_TRAVEL_DOCUMENT: Text(
        fr="Document de circulation pour étranger mineur", en="Travel document for a foreign minor"
    ),
    Document.BIRTH_CERTIFICATE_AND_PARENT: Text(
        fr="Mineur\u00a0: livret de famille ou acte de naissance, avec la pièce d’un parent",
        en="Minor: family booklet or birth certificate, with a parent’s document",
    ),
    Document.FAMILY_BOOKLET: Text(fr="Livret de famille seul", en="Family booklet alone"),
    Document.BIRTH_CERTIFICATE: Text(
        fr="Extrait d’acte de naissance seul", en="Birth certificate alone"
    ),
    Document.DRIVING_LICENCE: Text(fr="Permis de conduire", en="Driving licence"),
    Document.VITALE_CARD: Text(fr="Carte Vitale", en="Carte Vitale (insurance card)"),
    Document.OTHER: Text(fr="Autre document", en="Other document"),
}
_FICTITIOUS = Text(
    fr="L’identité est fictive\u00a0: elle reste provisoire.",
    en="The identity is invented: it stays provisional.",
)
_DOUBTFUL = Text(
    fr="L’identité est douteuse\u00a0: levez le doute d’abord.",
    en="The identity is doubted: settle the doubt first.",
)
_NO_DOCUMENT = Text(
    fr="Aucune pièce d’identité n’a été contrôlée.",
    en="No identity document has been checked.",
)
_WEAK_DOCUMENT = Text(
    fr="La pièce présentée ne valide pas une identité\u00a0: il faut un passeport, une carte "
    "nationale d’identité ou un titre de séjour.",
    en="The document shown does not validate an identity: a passport, a national identity card "
    "or a residence permit does.",
)
_NO_RETRIEVAL = Text(
    fr="Le matricule n’a pas été récupéré auprès du téléservice INSi\u00a0; le saisir ne suffit "
    "pas.",
    en="The number was not retrieved from the INSi teleservice; typing it is not enough.",
)
_INVENTED_NUMBER = Text(
    fr="Le matricule est un numéro de test ou de démonstration.",
    en="The number is a test or demonstration number.",
)
_TRAITS_DISAGREE = Text(
    fr="Les traits renvoyés par INSi ne sont pas ceux du dossier\u00a0: corrigez-les d’après la "
    "pièce d’identité.",
    en="The traits INSi gave are not those of the record: correct them from the identity document.",
)
