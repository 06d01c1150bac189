"""Why something that a record says was not used, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from dolenti.guideline.knowledge import Text


def reason(en: str, fr: str) -> Text:
    """A reason, in both languages."""
    return Text(fr=fr, en=en)


ENTERED_IN_ERROR: Final = reason("entered in error", "saisi par erreur")
NOT_IN_DICTIONARY: Final = reason(
    "the code is not in the dictionary", "ce code n’est pas connu ici"
)
OF_NO_CONCERN: Final = reason(
    "it is known, and of no concern here", "c’est connu, et sans conséquence ici"
)
SOMEBODY_ELSE: Final = reason(
    "it is about somebody else than the bundle's Patient",
    "cela concerne une autre personne que le patient du dossier",
)
PERHAPS_SOMEBODY_ELSE: Final = reason(
    "whether it is about this patient is not sure",
    "il n’est pas sûr que cela concerne ce patient",
)
MODIFIED: Final = reason(
    "it bears a modifier that may change its meaning (modifierExtension)",
    "une précision inconnue ici peut en changer le sens (modifierExtension)",
)
OTHER_RULES: Final = reason(
    "it is written by rules that are not known here (implicitRules)",
    "les règles selon lesquelles c’est écrit ne sont pas connues ici (implicitRules)",
)
AFTER_AS_OF: Final = reason(
    "it is dated after the day of the assessment", "sa date est postérieure à l’évaluation"
)
STALE: Final = reason("it is too old to count today", "c’est trop ancien pour compter aujourd’hui")
NO_DATE: Final = reason(
    "it has no date, and this value does not keep for long",
    "sans date, alors que cette valeur ne vaut pas longtemps",
)
UNREADABLE_DATE: Final = reason(
    "its date cannot be read, and this value does not keep for long",
    "sa date est illisible, alors que cette valeur ne vaut pas longtemps",
)
NOT_UNDERSTOOD: Final = reason(
    "what it is was not understood", "de quoi il s’agit n’a pas été compris"
)
BY_NAME: Final = reason(
    "it is known by its name alone, which is to be confirmed",
    "ce n’est connu que par son nom, à confirmer",
)
NOT_PRECISE: Final = reason(
    "it is not precise enough to conclude", "ce n’est pas assez précis pour conclure"
)
NO_NAME: Final = reason("what it is is not said", "de quoi il s’agit n’est pas dit")

NONE_OF_THESE: Final = reason(
    "it says that there is none, which answers none of the questions here",
    "cela dit qu’il n’y en a pas, sans répondre à une question posée ici",
)
NOBODY_KNOWS: Final = reason(
    "it says that nothing is known of it", "cela dit que rien n’en est connu"
)
NONE_ENDED: Final = reason(
    "it is no longer said that there is none", "il n’est plus dit qu’il n’y en a pas"
)
NONE_NOT_SURE: Final = reason(
    "that there is none is not confirmed", "qu’il n’y en ait pas n’est pas confirmé"
)
NONE_AND_SOME: Final = reason(
    "the same entry says that there is none, and names something",
    "la même entrée dit qu’il n’y en a pas, et nomme quelque chose",
)
NONE_BESIDE: Final = reason(
    "that there is none is not believed beside an allergy that was not understood",
    "l’absence d’allergie n’est pas retenue à côté d’une allergie qui n’a pas été comprise",
)
NONE_TAKEN_BACK: Final = reason(
    "the list that said that there is none was taken back",
    "la liste qui disait qu’il n’y en a pas a été retirée",
)
LIST_DELETED: Final = reason("it was deleted", "cela a été supprimé")
SECTION_NOT_FILLED: Final = reason(
    "the record says that this part is not available, or was not asked",
    "le dossier indique que cette rubrique n’est pas disponible ou n’a pas été renseignée",
)
SECTION_AS_TEXT: Final = reason(
    "it is written as text only, or not in this file",
    "cette rubrique n’est donnée qu’en texte, ou n’est pas dans ce fichier",
)
REFUTED: Final = reason("refuted", "réfuté")
ENDED: Final = reason("it ended", "c’est terminé")

CONDITION_ENDED: Final = reason(
    "it ended; whether another one holds is not said",
    "c’est terminé\u00a0; qu’il y en ait une autre n’est pas dit",
)
CONDITION_REFUTED: Final = reason(
    "it was refuted; other kinds of it were not",
    "c’est réfuté\u00a0; les autres formes ne le sont pas",
)
CONDITION_DOUBTED: Final = reason(
    "it is suspected and not confirmed", "c’est suspecté, non confirmé"
)
CONDITION_UNKNOWN: Final = reason(
    "whether it still holds is not said", "il n’est pas dit si c’est encore vrai"
)
WHICH_ANSWER: Final = reason(
    "which answer of this fact it means is not said",
    "il n’est pas dit à quelle réponse cela équivaut",
)
BEFORE_BIRTH: Final = reason(
    "it began before the birth: since when is not known",
    "le début précède la naissance\u00a0: la date n’est pas retenue",
)
ELSEWHERE: Final = reason(
    "it is about a place of which the record holds no complaint",
    "cela concerne un endroit dont le dossier ne signale aucune douleur",
)
OTHER_PLACE: Final = reason(
    "it may be about another place than this complaint",
    "cela peut concerner un autre endroit que cette douleur",
)

DRAFT: Final = reason("a draft, not yet prescribed", "un brouillon, pas encore prescrit")
CANCELLED_BEFORE: Final = reason("cancelled before it began", "annulé avant d’avoir commencé")
INTENDED: Final = reason("intended, not yet taken", "prévu, pas encore pris")
PROPOSED: Final = reason(
    "proposed or planned; whether it is taken is not said",
    "proposé ou prévu\u00a0; il n’est pas dit si c’est pris",
)
ADVISED_AGAINST: Final = reason("advised against, not prescribed", "déconseillé, non prescrit")
STOPPED: Final = reason(
    "stopped; whether another of its class is taken is not said",
    "arrêté\u00a0; qu’un autre de la même classe soit pris n’est pas dit",
)
COMPLETED: Final = reason(
    "completed; whether another of its class is taken is not said",
    "terminé\u00a0; qu’un autre de la même classe soit pris n’est pas dit",
)
NOT_TAKEN: Final = reason(
    "not taken; whether another of its class is taken is not said",
    "non pris\u00a0; qu’un autre de la même classe soit pris n’est pas dit",
)
ON_HOLD: Final = reason(
    "on hold; whether it is still in effect is not said",
    "suspendu\u00a0; il n’est pas dit si l’effet persiste",
)
TAKEN_NOT_SAID: Final = reason(
    "whether it is taken is not said", "il n’est pas dit si le médicament est pris"
)
TIME_OVER: Final = reason("its time is over", "la durée prévue est écoulée")
DISPENSED: Final = reason(
    "dispensed or given within the year; whether it is still taken is not said",
    "délivré ou administré dans l’année\u00a0; il n’est pas dit si c’est encore pris",
)

CANCELLED: Final = reason("cancelled", "annulé")
DISAGREES: Final = reason(
    "its code and its words do not name the same thing",
    "son code et son libellé ne désignent pas la même chose",
)
TREATED: Final = reason(
    "a medicine that treats it is taken, which does not settle it",
    "un médicament qui la traite est pris, sans l’établir",
)
TEST: Final = reason("the test speaks of it without settling it", "le test en parle sans l’établir")
NEGATIVE_TEST: Final = reason(
    "a negative test, which may have been too early: it settles nothing",
    "un test négatif, peut-être trop précoce\u00a0: il n’établit rien",
)
WITHIN_LIMITS: Final = reason(
    "within the limit from which it would speak of a disease: it settles nothing",
    "en deçà de la limite qui ferait évoquer une maladie : il n’établit rien",
)
NOT_MEASURED: Final = reason(
    "it gives no value, so it settles nothing", "sans valeur, il n’établit rien"
)
PRELIMINARY: Final = reason("preliminary, not yet final", "provisoire, pas encore validé")
REGISTERED: Final = reason("registered, without a result yet", "enregistré, encore sans résultat")
STATUS_NOT_SAID: Final = reason("its status is not said", "son statut n’est pas dit")
STATUS_NOT_KNOWN: Final = reason("its status is not known", "son statut n’est pas connu ici")

NOT_DONE: Final = reason("it was not done", "cela n’a pas été fait")
DONE_NOT_SAID: Final = reason(
    "not done, or not said to be done", "cela n’a pas été fait, ou il n’est pas dit que ce l’est"
)
DONE_BUT: Final = reason(
    "it was done, but it does not say which answer that is",
    "cela a été fait, mais sans dire à quelle réponse cela équivaut",
)

MORE: Final = reason("further codes that were not used", "autres codes, non repris")
NO_KIND: Final = reason("not a kind of resource that is read", "ce type de ressource n’est pas lu")
LATER_DEATH: Final = reason(
    "a death after the day of the assessment is not looked at",
    "un décès postérieur à l’évaluation n’est pas pris en compte",
)
NO_BIRTH_DATE: Final = reason(
    "the birth date is not a plausible date, so the age is not known",
    "la date de naissance n’est pas plausible\u00a0: l’âge n’est pas connu",
)
FURTHER: Final = reason(
    "further entries that were not understood; read them in the record itself",
    "autres éléments non compris\u00a0; lisez-les dans le dossier lui-même",
)

DEVICE_NO_LONGER: Final = reason("it is no longer in use", "ce n’est plus utilisé")
DEVICE_NOT_SURE: Final = reason(
    "whether it is in use is not said", "il n’est pas dit si c’est utilisé"
)
DEVICE_OF_NOBODY: Final = reason(
    "whether this patient has it is not said", "il n’est pas dit si ce patient le porte"
)
NO_FACT_NAMED: Final = reason(
    "nothing in it bears the name of anything that is asked here",
    "rien n’y porte le nom de ce qui est demandé ici",
)
PREDICTION: Final = reason(
    "a prediction, more or less likely; it says nothing of today",
    "une prédiction, plus ou moins probable\u00a0; elle ne dit rien d’aujourd’hui",
)
WHICH_VACCINE: Final = reason(
    "whether it is a live vaccine is not known here",
    "on ignore ici s’il s’agit d’un vaccin vivant",
)
OLD_VACCINE: Final = reason(
    "it was given more than a month ago", "il a été fait il y a plus d’un mois"
)
OF_NO_CONCERN_KIND: Final = reason(
    "a kind of resource that tells nothing of the patient's health",
    "ce type de ressource ne dit rien de la santé du patient",
)
WARNED: Final = reason(
    "it is a warning; whether it holds is to be confirmed",
    "c’est un signalement, à confirmer",
)
CONCLUDED: Final = reason(
    "it is the conclusion of a report, to be confirmed",
    "c’est la conclusion d’un compte rendu, à confirmer",
)
ORDERED: Final = reason(
    "it was ordered; whether the patient has it is not said",
    "c’est prescrit ou demandé\u00a0; il n’est pas dit si le patient le porte",
)
OBSERVED: Final = reason(
    "it was noted, and not entered as a diagnosis",
    "cela a été noté sans être saisi comme un diagnostic",
)
TEXT_TOO_LONG: Final = reason(
    "a text that is too long to be read to its end", "un texte trop long pour être lu jusqu’au bout"
)
REMARKED: Final = reason(
    "it stands in a remark, to be confirmed", "cela figure dans une remarque, à confirmer"
)
ANSWERED: Final = reason(
    "it was answered in a form whose words are not ours, to be confirmed",
    "c’est une réponse à un formulaire dont les mots ne sont pas les nôtres, à confirmer",
)
_NOT_KNOWN_HERE: Final = frozenset({NOT_IN_DICTIONARY.en, NO_FACT_NAMED.en, TEXT_TOO_LONG.en})


def not_read(unmapped: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of what a record says and nobody here understood, each once: they stand above the
    verdicts, since nothing of them came into these."""
    named = (
        one.get("display") or one.get("code")
        for one in unmapped
        if one.get("why") in _NOT_KNOWN_HERE
    )
    return list(dict.fromkeys(str(name) for name in named if name))


OF_KIND: Final = {
    "AdverseEvent": reason(
        "it is an adverse event; whether it was an allergy or a disease is to be confirmed",
        "c’est un événement indésirable\u00a0; qu’il s’agisse d’une allergie ou d’une maladie est "
        "à confirmer",
    ),
    "Basic": OBSERVED,
    "BodyStructure": OBSERVED,
    "ClinicalImpression": OBSERVED,
    "DetectedIssue": WARNED,
    "DeviceRequest": ORDERED,
    "DiagnosticReport": CONCLUDED,
    "Flag": WARNED,
    "RiskAssessment": WARNED,
}
"""Why what a resource of a kind speaks of is to be confirmed."""
