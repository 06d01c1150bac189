"""The one patient of a bundle: who it is, by which references others name them, whether alive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dolenti.fhir import reasons
from dolenti.fhir.bundle import BundleEntry, Resource
from dolenti.fhir.codes import NO_CONCEPT
from dolenti.fhir.moments import read_born, read_moment
from dolenti.fhir.statements import Sheet, keys_of, label_of
from dolenti.fhir.statuses import distrust
from dolenti.guideline.birth import BirthDate, first_day
from dolenti.guideline.conditions import Truth
from dolenti.guideline.errors import InputError
from dolenti.guideline.near import shown

_SEX = {"male": "male", "female": "female", "other": "other"}


@dataclass(frozen=True, slots=True)
class Patient:
    """Birth date and sex where known, and how other resources refer to this patient."""

    birth_date: BirthDate | None
    sex: str | None
    references: frozenset[str]
    identifiers: frozenset[tuple[Any, Any]]
    own_id: str | None = None
    full_url: str = ""

    def is_meant_by(self, reference: object) -> Truth:
        """Whether a Reference is to this patient; ``None`` where it may be. No reference at all
        is: the bundle is about one."""
        if reference is None:
            return True
        if not isinstance(reference, dict):
            return None
        text = reference.get("reference")
        if isinstance(text, str):
            plain = text.partition("/_history/")[0]
            return plain in self.references or (None if self._may_be(plain) else False)
        identifier = reference.get("identifier")
        if isinstance(identifier, dict):
            named = (identifier.get("system"), identifier.get("value"))
            if not _hashable(named):
                return None
            if named in self.identifiers:
                return True
            values = {value for _, value in self.identifiers}
            return None if not values or named[0] is None or named[1] in values else False
        return None  # named by words alone

    def _may_be(self, reference: str) -> bool:
        """Whether a reference that is not one of ours could still name this patient: it gives an
        address of a kind that the bundle does not give, with no other id."""
        if reference.startswith("urn:"):
            return not self.full_url.startswith("urn:")
        if reference.startswith(("http:", "https:")) and self.full_url.startswith("http"):
            return False
        kind, slash, name = reference.rpartition("/")
        if slash and kind.rpartition("/")[2] != "Patient":
            return False
        return not slash or self.own_id is None or name == self.own_id


def find_patient(sheet: Sheet) -> Patient:
    """The patient of the bundle.

    Raises ``InputError`` where there is none, or several, or one recorded as dead or not yet born
    on the day of the assessment.
    """
    found = [
        (entry, entry.resource)
        for entry in sheet.entries
        if entry.resource is not None and entry.resource.resource_type == "Patient"
    ]
    if not found:
        raise InputError(
            "the bundle has no Patient; export the whole record",
            sheet.name,
            fr="le Bundle ne contient pas de Patient\u00a0; exportez tout le dossier",
        )
    if len(found) > 1:
        raise InputError(
            f"the bundle has {len(found)} Patients; export one patient at a time",
            sheet.name,
            fr=f"le Bundle contient {len(found)} Patients\u00a0; exportez un patient à la fois",
        )
    entry, resource = found[0]
    label = label_of(entry)
    _refuse_dead(sheet, resource, label)
    _refuse_gone(sheet, resource)
    why = distrust(resource)
    if why is not None:
        sheet.note(label, NO_CONCEPT, why)
        return _patient(entry, resource, None, None)
    birth_date = _birth_date(sheet, resource, label)
    sex = _SEX.get(resource.gender) if isinstance(resource.gender, str) else None
    if "sex" in sheet.dictionary.definitions:
        options = {option.id for option in sheet.definition("sex").options}
        sex = sex if sex in options else None
    return _patient(entry, resource, birth_date, sex)


def _patient(
    entry: BundleEntry, resource: Resource, birth_date: BirthDate | None, sex: str | None
) -> Patient:
    return Patient(
        birth_date,
        sex,
        frozenset(keys_of(entry)),
        _identifiers(resource),
        resource.id if isinstance(resource.id, str) else None,
        entry.full_url if isinstance(entry.full_url, str) else "",
    )


def _refuse_dead(sheet: Sheet, resource: Resource, label: str) -> None:
    dead = resource.deceased_boolean is True
    if resource.deceased_date_time is not None:
        moment = read_moment(resource.deceased_date_time)
        if moment is not None and moment.first > sheet.as_of:
            sheet.note(label, NO_CONCEPT, reasons.LATER_DEATH)
        else:
            dead = True
    if dead:
        raise InputError(
            "the patient is recorded as dead; there is nothing to assess",
            sheet.name,
            fr="le patient est enregistré comme décédé\u00a0; aucune évaluation n’est faite",
        )


def _refuse_gone(sheet: Sheet, resource: Resource) -> None:
    """A record that was merged into another, or closed, is not where the patient's facts are."""
    links = resource.link if isinstance(resource.link, list) else ()
    for link in links:
        if isinstance(link, dict) and link.get("type") == "replaced-by":
            other = link.get("other")
            name = other.get("reference") if isinstance(other, dict) else None
            which = f" ({shown(name)})" if isinstance(name, str) else ""
            raise InputError(
                f"this patient's record was merged into another one{which}; export that one",
                sheet.name,
                fr=f"le dossier de ce patient a été fusionné dans un autre{which}\u00a0; exportez "
                "cet autre dossier",
            )
    if resource.active is False:
        raise InputError(
            "this patient's record is marked as no longer in use (active: false); export the one "
            "in use, or have it put back into use",
            sheet.name,
            fr="le dossier de ce patient est marqué comme n’étant plus utilisé (active\u00a0: "
            "false)\u00a0; exportez celui qui l’est, ou faites-le remettre en service",
        )


def _birth_date(sheet: Sheet, resource: Resource, label: str) -> BirthDate | None:
    if resource.birth_date is None:
        return None
    born = read_born(resource.birth_date)
    if born is None or born.year < 1890:
        sheet.note(label, NO_CONCEPT, reasons.NO_BIRTH_DATE)
        return None
    if first_day(born) > sheet.as_of:
        raise InputError(
            f"the patient was born ({born}) after the day of the assessment, "
            f"{sheet.as_of}; check both dates",
            sheet.name,
            fr=f"le patient est né ({born}) après le jour de l’évaluation, "
            f"{sheet.as_of}\u00a0; vérifiez les deux dates",
        )
    return born


def _identifiers(resource: Resource) -> frozenset[tuple[Any, Any]]:
    raw = resource.identifier if isinstance(resource.identifier, list) else ()
    pairs = ((one.get("system"), one.get("value")) for one in raw if isinstance(one, dict))
    return frozenset(pair for pair in pairs if pair[1] is not None and _hashable(pair))


def _hashable(pair: tuple[Any, Any]) -> bool:
    return all(isinstance(part, (str, type(None))) for part in pair)
