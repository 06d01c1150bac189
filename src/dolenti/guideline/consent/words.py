"""The sentences of a consent that no entry of the knowledge says: joints, absences, declarations.

They state nothing about medicine. What they join carries its own sources.
"""

from __future__ import annotations

from dolenti.guideline.judge import Status
from dolenti.guideline.knowledge import Claim, Judgement, StatusState, Text

NOT_KNOWN = Text(fr="Non précisé dans nos sources", en="Not known in our sources")
NOT_COUNTED = Text(fr="Aucun chiffre dans nos sources", en="No figure in our sources")

FREQUENCY = {
    "common": Text(fr="Fréquent", en="Common"),
    "uncommon": Text(fr="Peu fréquent", en="Uncommon"),
    "rare": Text(fr="Rare", en="Rare"),
    "unknown": Text(fr="Fréquence non précisée dans nos sources", en="Frequency not known in our "
                    "sources"),
}  # fmt: skip

AGAINST = Text(
    fr="Une règle d’emploi de ce produit vous concerne\u00a0: votre médecin vous dit laquelle, et "
    "pourquoi ce produit est choisi quand même, avant que vous signiez.",
    en="A rule for the use of this product concerns you: your doctor tells you which, and why this "
    "product is chosen all the same, before you sign.",
)
"""Where a rule holds against a product and nobody wrote it in a patient's words yet."""

ONSET_ASSUMED = Text(
    fr="Délai habituel, donné à titre indicatif.", en="Usual timing, given as a guide."
)

SIDE = {
    "left": Text(fr="côté gauche", en="left side"),
    "right": Text(fr="côté droit", en="right side"),
    "both": Text(fr="des deux côtés", en="both sides"),
}

FOUND: dict[Judgement, Text] = {
    "supported": Text(
        fr="Les études retrouvées vont dans ce sens.", en="The studies found point this way."
    ),
    "mixed": Text(
        fr="Les résultats retrouvés sont limités ou discordants.",
        en="The results found are limited or disagree.",
    ),
    "not-supported": Text(
        fr="Ce qui a été retrouvé ne le montre pas.", en="What was found does not show it."
    ),
    "contradicted": Text(
        fr="Ce qui a été retrouvé le contredit.", en="What was found contradicts it."
    ),
    "not-studied": Text(
        fr="Nous n’avons trouvé aucune étude qui l’ait vérifié.",
        en="We found no study that has tested it.",
    ),
}

FOUND_ADVISED = Text(
    fr="Une recommandation va dans ce sens\u00a0; aucune étude n’a été examinée pour ce texte.",
    en="A guideline points this way; no study was examined for this text.",
)
"""Where a claim is held up by guidelines alone: they are no study."""


def found(claim: Claim) -> Text:
    """What was found of a claim, as a patient reads it."""
    bases = {one.basis for one in claim.findings}
    if claim.judgement == "supported" and bases == {"guideline"}:
        return FOUND_ADVISED
    return FOUND[claim.judgement]


ALTERNATIVE: dict[Status | None, Text] = {
    "possible": Text(
        fr="envisageable pour vous, d’après ce que l’on sait aujourd’hui. Il n’est pas prévu.",
        en="can be considered for you, from what is known today. It is not planned.",
    ),
    "caution": Text(
        fr="envisageable pour vous, avec prudence. Il n’est pas prévu.",
        en="can be considered for you, with caution. It is not planned.",
    ),
    "needs-information": Text(
        fr="votre médecin doit d’abord vous poser quelques questions.",
        en="your doctor has a few questions to ask you first.",
    ),
    None: Text(
        fr="ce traitement n’a pas été évalué pour vous.", en="has not been assessed for you."
    ),
}
"""What is said of a therapy that is not planned and may be considered, or of which nobody knows it
yet. One that cannot be is no alternative, and is not named."""

ALTERNATIVES: dict[Status | None, Text] = {
    "possible": Text(
        fr="envisageables pour vous, d’après ce que l’on sait aujourd’hui. Aucun de ces "
        "traitements n’est prévu.",
        en="can be considered for you, from what is known today. None of them is planned.",
    ),
    "caution": Text(
        fr="envisageables pour vous, avec prudence. Aucun de ces traitements n’est prévu.",
        en="can be considered for you, with caution. None of them is planned.",
    ),
    "needs-information": ALTERNATIVE["needs-information"],
    None: Text(
        fr="ces traitements n’ont pas été évalués pour vous.", en="have not been assessed for you."
    ),
}
"""The same of several therapies at once."""

ROUTE = {
    "infiltration": Text(fr="dans les tissus (infiltration)", en="into the tissues (infiltration)"),
    "periarticular": Text(fr="autour d’une articulation", en="around a joint"),
    "intra-articular": Text(fr="dans une articulation", en="into a joint"),
    "intramuscular": Text(fr="dans un muscle (intramusculaire)", en="into a muscle"),
    "intravenous": Text(fr="dans une veine", en="into a vein"),
    "intradermal": Text(fr="dans la peau", en="into the skin"),
    "subcutaneous": Text(fr="sous la peau", en="under the skin"),
    "intralesional": Text(fr="dans la lésion", en="into the lesion"),
    "perineural": Text(fr="autour d’un nerf", en="around a nerve"),
    "epidural": Text(fr="autour de la moelle épinière (péridurale)", en="into the epidural space"),
    "oral": Text(fr="par la bouche", en="by mouth"),
    "cutaneous": Text(fr="sur la peau", en="on the skin"),
}

ROUTES = Text(
    fr="Voies prévues par l’autorisation\u00a0: {routes}.",
    en="Routes that the authorisation covers: {routes}.",
)
COUNTRY = {
    "FR": Text(fr="en France", en="in France"),
    "DE": Text(fr="en Allemagne", en="in Germany"),
    "US": Text(fr="aux États-Unis", en="in the United States"),
}
THIS_COUNTRY = Text(fr="dans ce pays", en="in this country")
AUTHORISATION: dict[StatusState, Text] = {
    "authorised": Text(
        fr="Ce médicament est autorisé et vendu {where}.",
        en="This medicine is authorised and sold {where}.",
    ),
    "not-marketed": Text(
        fr="Ce médicament est autorisé {where}, mais il n’y est pas vendu.",
        en="This medicine is authorised {where}, but it is not sold there.",
    ),
    "shortage": Text(
        fr="Ce médicament est autorisé {where}, mais il y manque en ce moment.",
        en="This medicine is authorised {where}, but it is in short supply there.",
    ),
    "verify": Text(
        fr="Il n’est pas établi que ce médicament soit autorisé {where}\u00a0; votre médecin vous "
        "dit pourquoi il le propose.",
        en="Whether this medicine is authorised {where} is not established; your doctor tells you "
        "why it is proposed.",
    ),
}
MEDICINE_OR_DEVICE = Text(
    fr="Selon la marque, ce produit est un médicament ou un dispositif médical\u00a0; votre "
    "médecin vous dit lequel il emploie.",
    en="Depending on the brand, this product is a medicine or a medical device; your doctor tells "
    "you which is used.",
)
NO_STATUS = Text(
    fr="Nos sources ne disent pas si ce produit est autorisé dans ce pays.",
    en="Our sources do not say whether this product is authorised in this country.",
)
DEVICE = Text(
    fr="C’est un dispositif médical, et non un médicament : il porte un marquage CE.",
    en="It is a medical device, not a medicine: it bears a CE marking.",
)
UNSOURCED_USE = Text(
    fr="Nos sources ne décrivent pas l’emploi de ce produit dans ce traitement.",
    en="Our sources do not describe the use of this product in this treatment.",
)
NO_PRODUCT_YET = Text(
    fr="Les produits ne sont pas encore choisis. Ils vous seront indiqués avant l’injection.",
    en="The products are not chosen yet. You will be told of them before the injection.",
)

FIRST = Text(
    fr="Les soins à essayer d’abord, et que l’on peut poursuivre. {care}",
    en="The care that is tried first, and can be kept up. {care}",
)

NO_INDICATION = Text(
    fr="Votre douleur n’est pas de celles pour lesquelles ce traitement est habituellement "
    "proposé. Votre médecin vous explique pourquoi il le propose tout de même.",
    en="Your pain is not one for which this treatment is usually offered. Your doctor explains why "
    "it is proposed all the same.",
)

SINGLE = Text(fr="{label}.", en="{label}.")
SESSIONS = Text(
    fr="{label}\u00a0: {count}{spacing}{minutes}.", en="{label}: {count}{spacing}{minutes}."
)
SPACED = Text(fr=", espacées de {spacing}", en=", {spacing} apart")
MINUTES = Text(
    fr=", de {least} à {most}\u00a0minutes chacune", en=", {least} to {most} minutes each"
)  # fmt: skip
IF_NEEDED = Text(fr=" si besoin", en=" if needed")

PRICE = Text(fr="Prix du traitement\u00a0: {price}.", en="Price of the treatment: {price}.")
PRICE_ASKED = Text(
    fr="Tarifs de ce centre\u00a0: {asked}. Le total n’est pas encore fixé.",
    en="Prices of this clinic: {asked}. The total is not set yet.",
)
PRICE_UNKNOWN = Text(
    fr="Le prix n’est pas encore fixé. Il vous sera communiqué par écrit avant le premier soin.",
    en="The price is not set yet. You are told it in writing before the first care.",
)
COVER_UNKNOWN = Text(
    fr="Remboursement\u00a0: non précisé dans nos sources. Renseignez-vous au secrétariat avant "
    "de vous décider.",
    en="Reimbursement: not known in our sources. Ask the practice before you decide.",
)

DECLARE_RECEIVED = Text(
    fr="Je reconnais avoir reçu ce document et des explications dans un langage que je comprends.",
    en="I have received this document, and explanations in words that I understand.",
)
DECLARE_ASKED = Text(
    fr="J’ai pu poser mes questions et j’ai obtenu des réponses.",
    en="I was able to ask my questions and they were answered.",
)
DECLARE_HISTORY = Text(
    fr="J’ai signalé mes maladies, mes allergies et mes traitements en cours.",
    en="I have told of my illnesses, my allergies and my current treatments.",
)
DECLARE_OFF_LABEL = Text(
    fr="Il m’a été dit que des produits sont employés en dehors de leur autorisation de mise sur "
    "le marché (AMM).",
    en="I was told that products are used outside their marketing authorisation (off label).",
)
DECLARE_NO_PROMISE = Text(
    fr="J’ai compris la différence entre ce que l’on dit et ce que montrent les études. Aucun "
    "résultat ne m’a été promis.",
    en="I understand the difference between what is said and what studies show. No result was "
    "promised to me.",
)
DECLARE_PRICE = Text(
    fr="Le prix m’a été indiqué, ainsi que ce que l’on sait de son remboursement.",
    en="I was told the price and what is known of its reimbursement.",
)
DECLARE_WITHDRAW = Text(
    fr="Je sais que je peux retirer mon consentement à tout moment.",
    en="I know that I may withdraw my consent at any time.",
)
DECLARE_CONSENT = Text(
    fr="Je consens au traitement décrit dans ce document.",
    en="I consent to the treatment described in this document.",
)
