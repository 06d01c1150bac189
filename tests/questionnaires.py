"""Invented questionnaires, in the place of those whose words belong to somebody."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

RULER = """\
id: ruler
name: {fr: "Ma journée (inventé)", en: "My day (invented)"}
short: RULER
languages: [fr, en]
licence: {holder: Nobody, says: {fr: "Inventé pour un essai.", en: "Invented for a test."}}
zones: [knee]
windows: [h48, m3]
minutes: 2
range: [0, 100]
higher_is: worse
method: percent
least_answered: 2
smallest: {points: 12.5, source: "Invented."}
answers:
  - {value: 0, says: {fr: "Sans peine", en: "With ease"}}
  - {value: 1, says: {fr: "Avec peine", en: "With pains"}}
  - {value: 4, says: {fr: "Pas du tout", en: "Not at all"}}
items:
  - {id: stairs, says: {fr: "Monter", en: "To climb"}}
  - {id: bed, says: {fr: "Se lever", en: "To rise"}}
  - {id: shop, says: {fr: "Sortir", en: "To go out"}}
"""


def written(data: Path, text: str = RULER, name: str = "ruler") -> Path:
    """A questionnaire in the folder of a site."""
    file = data / "questionnaires" / name / "questionnaire.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def rarely_asked() -> str:
    """The id of one that this site has, and asks two years after."""
    return written(settings.DATA, RULER.replace("[h48, m3]", "[m24]")).parent.name


def other(name: str, *, minutes: int = 1, judged: bool = False) -> str:
    """The words of another questionnaire, by its id; ``judged``: somebody said which difference of
    it matters."""
    text = RULER.replace("id: ruler", f"id: {name}").replace("Ma journée", f"Le {name}")
    text = text.replace("minutes: 2", f"minutes: {minutes}")
    return text if judged else text.replace('smallest: {points: 12.5, source: "Invented."}\n', "")
