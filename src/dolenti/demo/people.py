"""Invented people: names, birth places, telephone numbers, health numbers of the demo kind.

Every name is a common French one, put together at random. A number carries the authority that is
kept for demonstrations, so that it is nobody's; telephone numbers are of the ranges that are given
to nobody and kept for works of fiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from stdnum.fr import nir

from dolenti.identity.ins import Authority, InsNumber, Sex
from dolenti.identity.person import Identity
from dolenti.records.patients.people import Person

FAMILY: Final = (
    "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau",
    "Laurent", "Simon", "Michel", "Lefèvre", "Leroy", "Roux", "David", "Bertrand", "Morel",
    "Fournier", "Girard", "Bonnet", "Dupont", "Lambert", "Fontaine", "Rousseau", "Vincent",
    "Muller", "Lefebvre", "Faure", "André", "Mercier", "Blanc", "Guérin", "Boyer", "Garnier",
    "Chevalier", "François", "Legrand", "Gauthier", "Garcia", "Perrin", "Robin", "Clément",
    "Morin", "Nicolas", "Henry", "Roussel", "Mathieu", "Gautier", "Masson", "Marchand", "Duval",
    "Denis", "Dumont", "Marie", "Lemaire", "Noël", "Meyer", "Dufour", "Meunier", "Brun",
    "Giraud", "Joly", "Rivière", "Lucas", "Brunet", "Gaillard", "Barbier", "Arnaud", "Martinez",
    "Gérard", "Roche", "Renard", "Schmitt", "Roy", "Leroux", "Colin", "Vidal", "Caron", "Picard",
    "Roger", "Fabre", "Aubert", "Lemoine", "Renaud", "Dumas", "Lacroix", "Olivier", "Philippe",
    "Bourgeois", "Pierre", "Benoît", "Rey", "Leclerc", "Payet", "Rolland", "Leclercq", "Guillaume",
)  # fmt: skip
GIVEN: Final[dict[Sex, tuple[str, ...]]] = {
    "female": (
        "Marie", "Nathalie", "Isabelle", "Sylvie", "Catherine", "Françoise", "Martine", "Christine",
        "Monique", "Valérie", "Sandrine", "Véronique", "Nicole", "Stéphanie", "Sophie", "Céline",
        "Chantal", "Patricia", "Anne", "Brigitte", "Julie", "Laurence", "Aurélie", "Christiane",
        "Jacqueline", "Dominique", "Virginie", "Michèle", "Annie", "Élodie", "Émilie", "Caroline",
        "Hélène", "Camille", "Laura", "Léa", "Manon", "Claire", "Zoé", "Inès", "Fatima", "Yasmine",
    ),
    "male": (
        "Jean", "Philippe", "Michel", "Alain", "Patrick", "Nicolas", "Christophe", "Pierre",
        "Christian", "Éric", "Frédéric", "Laurent", "Stéphane", "David", "Pascal", "Daniel",
        "Sébastien", "Julien", "Thierry", "Olivier", "Bernard", "Thomas", "Alexandre", "Gérard",
        "Didier", "Dominique", "Vincent", "François", "Bruno", "Guillaume", "Jérôme", "Jacques",
        "Marc", "Maxime", "Romain", "Claude", "Antoine", "Franck", "Paul", "Hugo", "Karim", "Mehdi",
    ),
}  # fmt: skip
# Communes by their INSEE codes, and how many of ten people come from each.
PLACES: Final = (
    ("75056", "Paris", 3), ("69123", "Lyon", 2), ("13055", "Marseille", 1),
    ("31555", "Toulouse", 1), ("44109", "Nantes", 1), ("67482", "Strasbourg", 1),
    ("59350", "Lille", 1),
)  # fmt: skip
DOCTORS: Final = (
    "Dr Hélène Vasseur", "Dr Marc Peltier", "Dr Aïcha Benali", "Dr Luc Charpentier",
    "Dr Odile Ferrand",
)  # fmt: skip
FICTION: Final = "06 39 98"
"""The beginning of the mobile numbers that the regulator keeps for works of fiction."""


@dataclass(frozen=True)
class Invented:
    """Somebody who does not exist, and how to reach them."""

    person: Person
    phone: str
    relative: str  # whom to call, where there is somebody


def invent(draw: Random, number: int, today: date, age: tuple[int, int]) -> Invented:
    """A person of an age between two, in years; ``number`` makes them one of a kind."""
    sex: Sex = draw.choice(("female", "male"))
    days = draw.randint(age[0] * 365 + age[0] // 4, age[1] * 365 + age[1] // 4)
    born = today - timedelta(days=days)
    place, commune = draw.choice([(code, name) for code, name, n in PLACES for _ in range(n)])
    family, given = draw.choice(FAMILY), draw.choice(GIVEN[sex])
    married = sex == "female" and draw.random() < 0.4
    has_number = draw.random() < 0.7
    identity = Identity(
        birth_name=family,
        first_given_name=given,
        birth_date=born,
        sex=sex,
        birth_place=place,
        given_names=(given, *draw.sample(GIVEN[sex], draw.randint(0, 2))),
        used_name=draw.choice(FAMILY) if married else "",
        ins=_number(sex, born, place, number) if has_number else None,
    )
    seen = draw.random() < 0.8
    person = Person(
        identity,
        birth_place_name=commune,
        proof="identity-card" if seen else "",
        proof_on=today - timedelta(days=draw.randint(1, 300)) if seen else None,
        invented=True,
        reference=f"D-{number:06}",
        doctor=draw.choice(DOCTORS) if draw.random() < 0.85 else "",
    )
    phone = f"{FICTION} {draw.randint(0, 99):02} {draw.randint(0, 99):02}"
    relative = f"{draw.choice(FAMILY)} {draw.choice(GIVEN[draw.choice(('female', 'male'))])}"
    return Invented(person, phone, relative if draw.random() < 0.5 else "")


def _number(sex: Sex, born: date, place: str, number: int) -> InsNumber:
    first = "2" if sex == "female" else "1"
    matricule = f"{first}{born:%y%m}{place}{number % 1000:03}"
    return InsNumber(matricule, nir.calc_check_digits(matricule), Authority.NIR_DEMO)
