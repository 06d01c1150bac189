"""The public base of medicines for the terminal: one medicine explained, a search, a newer base."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dolenti.guideline.ageing import of_status
from dolenti.guideline.dates import read_near_date
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, StatusRead
from dolenti.guideline.words import date_in_words
from dolenti.medicines.allergy import AllergyTo, allergy_to
from dolenti.medicines.base import SOURCE, Base
from dolenti.medicines.extract import MEDICINES, PRESENTATIONS, read_extract
from dolenti.medicines.matching import Membership, classes_of
from dolenti.medicines.official import Loaded, OfficialFile, read_official
from dolenti.medicines.search import Found, Index
from dolenti.medicines.status import Difference
from dolenti.medicines.store import Bases, bases
from dolenti.medicines.tables import TABLES
from dolenti.medicines.values import Speciality
from dolenti.terminal.commands.common import day_of

_WORDS: Mapping[str, tuple[str, str]] = {
    "substances": ("Substances", "Substances"),
    "form": ("Forme", "Form"),
    "routes": ("Voies", "Routes"),
    "status": ("Statut", "Status"),
    "packs": ("Présentations", "Packs"),
    "group": ("Groupe générique", "Generic group"),
    "excipients": ("Excipients à connaître", "Excipients to know of"),
    "allergy": ("Une allergie serait une allergie à", "An allergy would be an allergy to"),
    "classes": ("Classes", "Classes"),
    "atc": ("ATC", "ATC"),
    "yes": ("commercialisée", "marketed"),
    "no": ("non commercialisée", "not marketed"),
    "active": ("autorisée", "authorised"),
    "unknown-composition": (
        "la base n’en donne pas la composition",
        "the base does not give its composition",
    ),
    "not-looked-up": (
        "non relevés ici\u00a0: la base n’en donne aucun, la notice les dit",
        "not looked up here: the base gives none, the leaflet says them",
    ),
    "none-listed": ("aucun sur la notice", "none on the label"),
    "no-class": ("aucune des classes suivies ici", "none of the classes followed here"),
    "others": ("Autres possibilités\u00a0:", "Other possibilities:"),
    "composition": ("composition", "composition"),
    "generic-group": ("groupe générique", "generic group"),
    "name": ("nom", "name"),
    "brand": ("marque", "brand"),
    "slips": (
        "Rien ne porte ce nom dans la base. Orthographe approchante : vérifiez que c’est bien ce "
        "médicament.",
        "Nothing in the base has this name. A near spelling: check that this is the one meant.",
    ),
    "unread": ("Mots non reconnus :", "Words not recognised:"),
}
_AUTHORISATIONS: Mapping[str, str] = {  # the base's words, for those who read English
    "abrogée": "abrogated",
    "archivée": "archived",
    "retirée": "withdrawn",
    "suspendue": "suspended",
}
_EXCIPIENTS: Mapping[str, tuple[str, str]] = {
    "arginine": ("arginine", "arginine"),
    "avian-protein": ("protéines aviaires", "avian proteins"),
    "benzalkonium": ("benzalkonium", "benzalkonium"),
    "benzyl-alcohol": ("alcool benzylique", "benzyl alcohol"),
    "carmellose": ("carmellose", "carmellose"),
    "citric-acid": ("acide citrique", "citric acid"),
    "edetate": ("édétate", "edetate"),
    "ethanol": ("éthanol", "ethanol"),
    "hydroxypropylbetadex": ("hydroxypropylbétadex", "hydroxypropylbetadex"),
    "macrogol": ("macrogol", "macrogol"),
    "mannitol": ("mannitol", "mannitol"),
    "miripirium": ("chlorure de miripirium", "miripirium chloride"),
    "paraben": ("parabènes", "parabens"),
    "polysorbate": ("polysorbate", "polysorbate"),
    "propylene-glycol": ("propylène glycol", "propylene glycol"),
    "sorbitol": ("sorbitol", "sorbitol"),
    "sulfite": ("sulfites", "sulfites"),
}


def _word(name: str, language: str) -> str:
    return _WORDS[name][0 if language == "fr" else 1]


def data_folder() -> Path:
    """The site's data folder, where a newer base is kept (``DOLENTI_DATA``, else ``var``)."""
    return Path(os.environ.get("DOLENTI_DATA", "var")).resolve()


def site_bases() -> Bases:
    """The bases of this site."""
    return bases(data_folder())


def find(text: str, base: Base, edition: Edition, most: int) -> Found:
    """What a text finds. Raises ``InputError`` where that is nothing."""
    found = Index(base, _words_by_atc(edition)).find(text, most)
    if not found.specialities:
        raise InputError(
            f"nothing in the public base of medicines is like “{text[:60]}”; check the spelling, "
            "or give its CIS or CIP code",
            fr="rien dans la base publique des médicaments ne ressemble à "
            f"«\u00a0{text[:60]}\u00a0»\u00a0; vérifiez l’orthographe, ou donnez son code CIS ou "
            "CIP",
        )
    return found


def _words_by_atc(edition: Edition) -> dict[str, tuple[str, ...]]:
    """The substances of each product of ours, by its ATC code."""
    return {
        code.code: tuple(part.word for part in product.in_base.substances)
        for product in edition.products
        if product.in_base is not None
        for code in product.codes
        if code.system == "atc"
    }


# --- Shown ---------------------------------------------------------------------------------------


def dates(provided: Bases, language: str) -> str:
    """The days of the base in use, and of the one delivered where another is in use."""
    used = provided.in_force.provenance
    days = [date_in_words(d, language) for d in (used.specialities, used.packs, used.compositions)]
    said = (
        f"{SOURCE}. Spécialités du {days[0]}, présentations du {days[1]}, compositions du {days[2]}"
        if language == "fr"
        else f"{SOURCE}. Specialities of {days[0]}, packs of {days[1]}, compositions of {days[2]}"
    )
    listed = of_status(used.specialities)
    today = day_of(None)
    if not listed.is_of(today):
        said += listed.missing(today).in_language(language)
    if provided.in_force is provided.delivered:
        return said + "."
    day = date_in_words(provided.delivered.provenance.specialities, language)
    return said + (
        f"\u00a0; la base livrée est du {day}."
        if language == "fr"
        else f"; the one delivered: {day}."
    )


def show(console: Console, found: Found, edition: Edition, provided: Bases, language: str) -> None:
    """The likeliest medicine explained, the others by name. What is doubtful of it stands first."""
    _show_doubts(console, found, language)
    one = found.specialities[0]
    console.print(Text(f"{one.name}  CIS {one.cis}", style="bold"))
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, lines in _explained(one, edition, language):
        table.add_row(Text(_word(name, language), style="dim"), Text("\n".join(lines)))
    console.print(table)
    if len(found.specialities) > 1:
        console.print(Text(_word("others", language), style="dim"))
        for other in found.specialities[1:]:
            console.print(Text(f"  {other.cis}  {other.name}", style="dim"), soft_wrap=True)
    console.print(Text(dates(provided, language), style="dim"), soft_wrap=True)


def _explained(one: Speciality, edition: Edition, language: str) -> list[tuple[str, Sequence[str]]]:
    allergy = allergy_to(one, edition.medicine_classes, edition.excipients)
    rows: list[tuple[str, Sequence[str]]] = [
        ("substances", _substances(one) or [_word("unknown-composition", language)]),
        ("form", [one.form]),
        ("routes", [", ".join(one.routes)]),
        ("status", [_status(one, language)]),
    ]
    if one.generic_group:
        rows.append(("group", [one.generic_group]))
    if one.atc:
        rows.append(("atc", [one.atc]))
    rows.append(("packs", _packs(one, language)))
    rows.append(("classes", _classes(classes_of(one, edition.medicine_classes), language)))
    rows.append(("excipients", [_excipients(allergy, language)]))
    members = [allergen.member for allergen in allergy.allergens]
    if members:
        rows.append(("allergy", [", ".join(_allergy_label(edition, m, language) for m in members)]))
    return rows


def _substances(one: Speciality) -> list[str]:
    return [
        f"{part.name} {part.dose}".strip() + (f" ({part.per})" if part.per else "")
        for part in one.composition
    ]


def _status(one: Speciality, language: str) -> str:
    other = one.authorisation
    if language != "fr":
        other = _AUTHORISATIONS.get(other, other)
    authorised = _word("active", language) if one.authorised else other
    return f"{authorised}, {_word('yes' if one.marketed else 'no', language)}"


def _packs(one: Speciality, language: str) -> list[str]:
    return [
        f"{pack.cip13}  {pack.label} ({_word('yes' if pack.marketed else 'no', language)})"
        for pack in one.packs
    ] or ["–"]


def _classes(memberships: Sequence[Membership], language: str) -> list[str]:
    colon = "\u00a0:" if language == "fr" else ":"
    return [
        f"{member.medicine_class.label.in_language(language)} ({_word(match.by, language)}{colon} "
        f"{match.words})"
        for member in memberships
        for match in member.matches[:1]
    ] or [_word("no-class", language)]


def _excipients(allergy: AllergyTo, language: str) -> str:
    if allergy.excipients is None:
        return _word("not-looked-up", language)
    number = 0 if language == "fr" else 1
    named = [_EXCIPIENTS[excipient][number] for excipient in allergy.excipients.excipients]
    return ", ".join(named) or _word("none-listed", language)


def _allergy_label(edition: Edition, member: str, language: str) -> str:
    return next(
        option.label.in_language(language)
        for fact in edition.facts
        if fact.id == "allergy"
        for option in fact.options
        if option.id == member
    )


def _show_doubts(console: Console, found: Found, language: str) -> None:
    if found.slips:
        console.print(Text(_word("slips", language), style="yellow"), soft_wrap=True)
    if found.unread:
        console.print(Text(f"{_word('unread', language)} {' '.join(found.unread)}", style="yellow"))


def show_found(console: Console, found: Found, provided: Bases, language: str) -> None:
    """The medicines found, one a line."""
    _show_doubts(console, found, language)
    for one in found.specialities:
        console.print(Text(f"{one.cis}  {one.name}  ({_status(one, language)})"), soft_wrap=True)
    console.print(Text(dates(provided, language), style="dim"), soft_wrap=True)


# --- As JSON -------------------------------------------------------------------------------------


def base_as_json(provided: Bases) -> dict[str, Any]:
    """Where what is said comes from."""

    def days(base: Base) -> dict[str, str]:
        told = base.provenance
        return {
            "specialities": told.specialities.isoformat(),
            "packs": told.packs.isoformat(),
            "compositions": told.compositions.isoformat(),
        }

    return {
        "source": SOURCE,
        "in_use": days(provided.in_force),
        "delivered": days(provided.delivered),
    }


def as_json(one: Speciality, edition: Edition) -> dict[str, Any]:
    """Everything that is known of a medicine."""
    allergy = allergy_to(one, edition.medicine_classes, edition.excipients)
    return {
        "cis": one.cis,
        "name": one.name,
        "form": one.form,
        "routes": one.routes,
        "authorisation": one.authorisation,
        "authorised": one.authorised,
        "marketed": one.marketed,
        "substances_from": one.substances_from,
        "substances": [
            {"kind": s.kind, "link": s.link, "name": s.name, "dose": s.dose, "per": s.per}
            for s in one.composition
        ],
        "generic_group": one.generic_group or None,
        "atc": one.atc or None,
        "packs": [
            {"cip7": p.cip7, "cip13": p.cip13, "label": p.label, "marketed": p.marketed}
            for p in one.packs
        ],
        "classes": [
            {
                "id": member.medicine_class.id,
                "because": [{"by": match.by, "words": match.words} for match in member.matches],
            }
            for member in classes_of(one, edition.medicine_classes)
        ],
        "allergens": [allergen.member for allergen in allergy.allergens],
        "excipients": None if allergy.excipients is None else allergy.excipients.excipients,
    }


# --- A newer base --------------------------------------------------------------------------------


def load(paths: Sequence[str], days: Sequence[str]) -> Loaded:
    """A base from official files, or from an extract. Raises ``InputError``.

    The day of each file is what ``NAME=DAY`` says, else the day on which it was last written.
    """
    files = _files(paths)
    chosen = _days(days, files)
    content = {
        name: OfficialFile(_read(file), chosen.get(name) or _written_on(file))
        for name, file in files.items()
    }
    if MEDICINES in content and PRESENTATIONS in content:
        medicines, packs = content[MEDICINES], content[PRESENTATIONS]
        compositions = chosen.get("compositions", medicines.day)
        return read_extract(medicines.data, packs.data, (medicines.day, packs.day, compositions))
    return read_official(content)


def _files(paths: Sequence[str]) -> dict[str, Path]:
    known = {*TABLES, MEDICINES, PRESENTATIONS}
    found: dict[str, Path] = {}
    for path in map(Path, paths):
        if path.is_dir():
            found |= {file.name: file for file in sorted(path.iterdir()) if file.name in known}
        elif path.name in known and path.is_file():
            found[path.name] = path
        else:
            raise InputError(
                "this is no file of the public base of medicines; give the folder that holds "
                f"{', '.join(TABLES)}, with their own names",
                str(path),
                fr="ce n’est pas un fichier de la base publique des médicaments\u00a0; donnez le "
                f"dossier qui contient {', '.join(TABLES)}, sous leurs propres noms",
            )
    return found


def _days(days: Sequence[str], files: Mapping[str, Path]) -> dict[str, date]:
    chosen = {}
    for pair in days:
        name, _, day = pair.partition("=")
        if name not in files and name != "compositions":
            raise InputError(
                f"“{name}” is none of the files given; write FILE=DAY",
                "--date",
                fr=f"«\u00a0{name}\u00a0» n’est pas un des fichiers donnés\u00a0; écrivez "
                "FICHIER=JOUR",
            )
        try:
            chosen[name] = read_near_date(day)
        except InputError as error:
            raise error.under("--date") from None
    return chosen


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror})",
            str(file),
            fr=f"le fichier ne peut pas être lu ({error.strerror})",
        ) from None


def _written_on(file: Path) -> date:
    return datetime.fromtimestamp(file.stat().st_mtime).astimezone().date()


def show_loaded(console: Console, loaded: Loaded, provided: Bases, language: str) -> None:
    """What was loaded, what was set aside, and the days of both bases."""
    french = language == "fr"
    console.print(
        f"{len(loaded.base)} spécialités chargées" if french else f"{len(loaded.base)} loaded"
    )
    for file, count in loaded.strays.items():
        console.print(
            f"{file}\u00a0: lignes laissées de côté, leur spécialité n’étant pas "
            f"dans la liste\u00a0: {count}"
            if french
            else f"{file}: rows left out, as their speciality is not listed: {count}"
        )
    console.print(Text(dates(provided, language), style="dim"), soft_wrap=True)


def show_differences(
    console: Console, found: Sequence[Difference], provided: Bases, language: str
) -> None:
    """Where the knowledge and the base in use say another status of a product."""
    for one in found:
        console.print(
            Text(f"{one.product.id}: {_state(one.said)} → {_state(one.read)}", style="red")
        )
        console.print(Text(f"  {one.read.because.in_language(language)}"), soft_wrap=True)
    if not found:
        console.print(
            "Tous les statuts en France sont ceux de la base."
            if language == "fr"
            else "Every status in France is that of the base."
        )
    console.print(Text(dates(provided, language), style="dim"), soft_wrap=True)


def _state(status: StatusRead | None) -> str:
    return "–" if status is None else f"{status.state} ({len(status.specialities)})"
