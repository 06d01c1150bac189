"""The answer to a request to erase, as the letter that is sent. A function of values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dolenti.guideline.knowledge import Text
from dolenti.guideline.words import date_in_words
from dolenti.rights import retention


@dataclass(frozen=True)
class Told:
    """What the letter says: who answers, what was asked when, until when the record is kept by
    which rules, whether that is over, and how many contacts were erased at once."""

    site: str
    asked_on: date
    until: date
    rules: tuple[str, ...]
    over: bool
    contacts: int
    language: Literal["fr", "en"]


def letter(told: Told) -> str:
    """The letter, a paragraph for each thing said."""
    language = told.language
    until, on = (date_in_words(day, language) for day in (told.until, told.asked_on))
    said = [_GREETING, _ASKED]
    said += [_OVER] if told.over else [_KEPT, _LAW]
    said += [_CONTACTS if told.contacts > 1 else _CONTACT] if told.contacts else []
    said += [_TRAIL, _RIGHTS]
    table = retention.kinds()
    grounds = " ".join(table[rule].says.in_language(language) for rule in told.rules)
    return "\n\n".join(
        text.in_language(language).format(
            on=on, site=told.site, until=until, grounds=grounds, n=told.contacts
        )
        for text in said
    )


_GREETING: Final = Text(fr="Madame, Monsieur,", en="Dear Sir or Madam,")
_ASKED: Final = Text(
    fr="Vous avez demandé, le {on}, l’effacement des données vous concernant que détient {site}.",
    en="On {on} you asked that the data about you held by {site} be erased.",
)
_KEPT: Final = Text(
    fr="Votre dossier médical doit être conservé jusqu’au {until}\u00a0; nous ne pouvons pas "
    "l’effacer avant. {grounds}",
    en="Your medical record has to be kept until {until}; we may not erase it before. {grounds}",
)
_LAW: Final = Text(
    fr="Le droit à l’effacement ne s’applique pas aux données dont la loi impose la conservation, "
    "ni à celles qu’exigent les soins (RGPD, article 17, paragraphe 3, b et c).",
    en="The right to erasure does not apply to data that the law obliges us to keep, nor to those "
    "that care requires (GDPR, article 17, paragraph 3, b and c).",
)
_CONTACT: Final = Text(
    fr="Comme vous le demandiez, nous avons effacé ce jour les coordonnées d’un contact.",
    en="As you asked, we have today erased one contact.",
)
_CONTACTS: Final = Text(
    fr="Comme vous le demandiez, nous avons effacé ce jour les coordonnées de {n} contacts.",
    en="As you asked, we have today erased {n} contacts.",
)
_OVER: Final = Text(
    fr="Le délai de conservation de votre dossier s’est achevé le {until}. Son effacement est "
    "engagé\u00a0; il prendra effet lorsqu’une seconde personne l’aura confirmé.",
    en="The time for which your record has to be kept ended on {until}. Its erasure has begun; it "
    "takes effect once a second person has confirmed it.",
)
_TRAIL: Final = Text(
    fr="Le journal des accès à votre dossier est conservé\u00a0; il ne dit rien de votre santé.",
    en="The trail of who opened your record is kept; it says nothing of your health.",
)
_RIGHTS: Final = Text(
    fr="Vous pouvez demander à tout moment une copie de votre dossier. Vous pouvez aussi adresser "
    "une réclamation à la CNIL (www.cnil.fr).",
    en="You may ask for a copy of your record at any time. You may also complain to the French "
    "data protection authority, the CNIL (www.cnil.fr).",
)
