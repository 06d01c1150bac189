"""The fixed words of the printed documents, French and English side by side."""

from __future__ import annotations

from typing import Any

Pair = tuple[str, str]

SHARED: dict[str, Pair] = {
    "patient": ("Patient", "Patient"),
    "born": ("Naissance le", "Born"),
    "born-female": ("Née le", "Born"),
    "born-male": ("Né le", "Born"),
    "born-in": ("Naissance en", "Born in"),
    "born-in-female": ("Née en", "Born in"),
    "born-in-male": ("Né en", "Born in"),
    "ins": ("INS", "INS"),
    "date": ("Date", "Date"),
    "practitioner": ("Praticien", "Practitioner"),
    "page": ("Page", "Page"),
    "of": ("sur", "of"),
    "sources": ("Sources", "Sources"),
    "unverified": ("non vérifié", "unverified"),
    "unverified-means": (
        "Non vérifié\u00a0: une au moins des sources n’a été lue par personne.",
        "Unverified: at least one of the sources was read by nobody.",
    ),
    "signature-of": ("Signature de", "Signature of"),
    "done-at": ("Fait à", "Done at"),
    "on": ("le", "on"),
    "edition": ("Édition du référentiel", "Edition of the knowledge"),
    "colon": ("\u00a0:", ":"),
    "phone": ("Tél.", "Tel."),
}

CONSENT: dict[str, Pair] = {
    "title": ("Information et consentement", "Information and consent"),
    "lead": (
        "Lisez ce document à votre rythme, posez vos questions, et signez seulement si vous êtes "
        "d’accord. Les études, leurs chiffres et les conseils pour la suite sont dans un second "
        "document, «\u00a0Sources et détails\u00a0»\u00a0: demandez-le.",
        "Read this document at your own pace, ask your questions, and sign only if you agree. The "
        "studies, their figures and the advice for afterwards are in a second document, “Sources "
        "and details”: ask for it.",
    ),
    "on-paper": (
        "Signé à la main sur papier. Lieu de conservation\u00a0:",
        "Signed by hand on paper. Where it is kept:",
    ),
    "by-code-sms": (
        "Signé de chez soi, par un code reçu par SMS.",
        "Signed from home, by a code received by SMS.",
    ),
    "by-code-mail": (
        "Signé de chez soi, par un code reçu par courriel.",
        "Signed from home, by a code received by e-mail.",
    ),
    "simple": ("Signature électronique simple.", "Simple electronic signature."),
    "typed-name": ("Nom saisi par la personne qui signe.", "Name typed by the person who signs."),
    "in-quality": ("En qualité de", "As"),
    "for-patient": ("Pour le patient.", "For the patient."),
    "proposal": ("Ce qui vous est proposé", "What is proposed to you"),
    "purpose": ("Pourquoi ce traitement", "Why this treatment"),
    "particular": ("Ce qui, chez vous, appelle à la prudence", "What calls for caution in you"),
    "medicines": ("Les produits injectés", "The products injected"),
    "off-label": ("Hors AMM", "Off label"),
    "off-label-means": (
        "L’autorisation de mise sur le marché (AMM) dit pour quoi et comment un médicament est "
        "autorisé. Hors AMM\u00a0: employé autrement que prévu.",
        "A marketing authorisation says what a medicine is for and how it is given. Off label: "
        "used otherwise than foreseen.",
    ),
    "benefits": (
        "Ce que l’on dit, et ce que l’on sait",
        "What is said, and what is known",
    ),
    "quote-open": ("«\u00a0", "“"),
    "quote-close": ("\u00a0»", "”"),
    "claimed": ("Ce que l’on dit", "What is said"),
    "found": ("Ce que l’on sait", "What is known"),
    "seen-above": ("Aussi, déjà cité\u00a0:", "Also, cited above:"),
    "claims-mean": (
        "La colonne de gauche répète ce que disent des documents d’information ou de promotion. "
        "Ce ne sont pas des preuves.",
        "The left column repeats what information or promotional documents say. It is no proof.",
    ),
    "no-benefit": (
        "Nos sources n’avancent aucun bénéfice pour cette douleur.",
        "Our sources claim no benefit for this pain.",
    ),
    "risks": ("Les risques", "The risks"),
    "effect": ("Ce qui peut arriver", "What may happen"),
    "frequency": ("Fréquence", "How often"),
    "onset": ("Quand", "When"),
    "lasts": ("Durée", "How long"),
    "serious": ("Grave", "Serious"),
    "serious-risks": ("Ce qui serait grave", "What would be serious"),
    "claimed-short": (
        "Ce que l’on dit (ce ne sont pas des preuves)",
        "What is said (this is no proof)",
    ),
    "starred": (
        "Repose sur au moins une source que personne n’a encore lue.",
        "Rests on at least one source that nobody has read yet.",
    ),
    "urgent": ("Quand appeler, et qui", "When to call, and whom"),
    "call": ("L’équipe de soins", "The care team"),
    "aftercare": ("Après le geste", "After the procedure"),
    "alternatives": ("Les autres possibilités", "The other options"),
    "price": ("Le prix", "The price"),
    "rights": ("Vos droits", "Your rights"),
    "record": ("Votre dossier", "Your record"),
    "decision": ("Votre décision", "Your decision"),
    "tick": ("En signant ce document\u00a0:", "By signing this document:"),
    "informed-by": ("Information donnée par", "Information given by"),
    "text-hash": ("Empreinte du texte (SHA-256)", "Fingerprint of the text (SHA-256)"),
    "practice": ("Dans quelles conditions", "How it is done"),
}

DETAILS: dict[str, Pair] = {
    "title": ("Sources et détails", "Sources and details"),
    "text-of": ("Pour le consentement du", "For the consent of"),
    "lead": (
        "Ce document complète «\u00a0Information et consentement\u00a0» et porte la même "
        "empreinte. Les petits chiffres renvoient aux sources, à la fin.",
        "This document completes “Information and consent” and bears the same fingerprint. The "
        "small numbers lead to the sources, at the end.",
    ),
    "decision": ("Ce que déclare la personne qui signe", "What whoever signs declares"),
}

QUOTATION: dict[str, Pair] = {
    "title": ("Devis", "Quotation"),
    "subtitle": ("Information écrite préalable aux soins", "Written information before care"),
    "number": ("Devis n°", "Quotation no."),
    "made-on": ("Établi le", "Made on"),
    "valid-until": ("Valable jusqu’au", "Valid until"),
    "care": ("Soins proposés", "Care proposed"),
    "description": ("Description", "Description"),
    "code": ("Code", "Code"),
    "quantity": ("Quantité", "Quantity"),
    "unit-price": ("Prix unitaire", "Unit price"),
    "amount": ("Montant", "Amount"),
    "tariff": ("Tarif Assurance Maladie", "National insurance tariff"),
    "total": ("Total à payer", "Total to pay"),
    "total-tariff": (
        "Dont tarif de l’Assurance Maladie", "Of which national insurance tariff"
    ),
    "excess": ("Dont dépassement", "Of which above the tariff"),
    "cover": ("Prise en charge", "What is covered"),
    "payment": ("Ce que dit la loi", "What the law says"),
    "law": (
        "Cette information est gratuite. Elle vous est remise avant les soins (article L. 1111-3 "
        "du code de la santé publique, arrêté du 2 octobre 2008).",
        "This information is free. It is given to you before care (article L. 1111-3 of the "
        "French public health code, order of 2 October 2008).",
    ),
    "received": ("Devis reçu avant les soins", "Quotation received before care"),
    "no-obligation": (
        "Votre signature atteste que vous avez reçu ce devis. Le consentement aux soins se donne "
        "à part.",
        "Your signature says that you received this quotation. Consent to care is given apart.",
    ),
}  # fmt: skip

RECORD_WORDS: dict[str, Pair] = {
    "title": ("Dossier du patient", "Patient’s record"),
    "made": ("Extrait le", "Extracted on"),
    "by": ("par", "by"),
    "done-by": ("Par", "By"),
    "edited": ("Destinataire\u00a0:", "For:"),
    "identity": ("Identité", "Identity"),
    "birth-name": ("Nom de naissance", "Birth name"),
    "used-name": ("Nom utilisé", "Name used"),
    "given-names": ("Prénoms", "Given names"),
    "birth-date": ("Date de naissance", "Date of birth"),
    "ins-number": ("Identité nationale de santé (INS)", "National health identity (INS)"),
    "ins-status": ("Statut de l’identité", "Status of the identity"),
    "address": ("Adresse", "Address"),
    "contacts": ("Coordonnées", "Contacts"),
    "contact": ("Qui", "Who"),
    "ended": ("jusqu’au", "until"),
    "reach": ("Comment joindre cette personne", "How to reach them"),
    "facts": ("Données de santé, dans le temps", "Health information, over time"),
    "fact": ("Donnée", "Information"),
    "value": ("Valeur", "Value"),
    "as-of": ("Date", "As of"),
    "told": ("Source", "Reported by"),
    "entered": ("Saisi le", "Entered on"),
    "complaints": ("Douleurs", "Complaints"),
    "complaint": ("Douleur", "Complaint"),
    "where": ("Où", "Where"),
    "since": ("Depuis", "Since"),
    "state": ("État", "State"),
    "assessments": ("Évaluations", "Assessments"),
    "assessment-of": ("Évaluation du", "Assessment of"),
    "therapy": ("Traitement", "Therapy"),
    "status": ("Conclusion", "Conclusion"),
    "reasons": ("Raisons", "Reasons"),
    "courses": ("Cures et séances", "Courses and sessions"),
    "session": ("Séance", "Session"),
    "what": ("Ce qui a été fait", "What was done"),
    "consents": ("Consentements", "Consents"),
    "signed": ("Signé le", "Signed on"),
    "withdrawn": ("Retiré le", "Withdrawn on"),
    "hash": ("Empreinte du texte (SHA-256)", "Fingerprint of the text (SHA-256)"),
    "pieces": ("Autres pièces du dossier", "Other parts of the record"),
    "kind": ("Nature", "Kind"),
    "referrals": ("Adressages", "Referrals"),
    "to": ("À", "To"),
    "reason": ("Motif", "Reason"),
    "outcome": ("Suite", "Outcome"),
    "no-outcome": ("Pas encore connue", "Not known yet"),
    "access": ("Qui a consulté ce dossier", "Who opened this record"),
    "who": ("Qui", "Who"),
    "role": ("Rôle", "Role"),
    "last": ("Dernière fois", "Last time"),
    "times": ("Nombre de fois", "Times"),
    "nothing": ("Rien n’est enregistré.", "Nothing is written."),
    "unknown-date": ("Non daté", "Not dated"),
}

AUTOLOGOUS_ONLY: tuple[str, str] = ("USAGE AUTOLOGUE EXCLUSIF", "FOR AUTOLOGOUS USE ONLY")
"""Both languages stand on every label, whoever reads it."""

SERUM_SHEET: dict[str, Pair] = {
    "title": ("Feuille jointe aux unités de sérum", "Sheet that goes with units of serum"),
    "patient": ("Patient", "Patient"),
    "number": ("Unité", "Unit"),
    "volume": ("mL", "mL"),
    "drawn": ("Prélevé le", "Drawn on"),
    "incubated": ("À l’étuve", "In the incubator"),
    "run": ("Centrifugation", "Run"),
    "device": ("Lot du dispositif", "Device lot"),
    "draw": ("Prélèvement du", "Draw of"),
    "additive": ("Aucun anticoagulant ni additif.", "No anticoagulant or additive."),
    "code": (
        "Une unité cédée à un autre établissement porte en plus son code européen unique (SEC), "
        "que Dolenti n’attribue pas.",
        "A unit handed over to another establishment also bears its Single European Code (SEC), "
        "which Dolenti does not assign.",
    ),
}
SERUM_LABEL: dict[str, Pair] = {
    "title": ("Étiquette de sérum", "Serum label"),
    "nature": ("Sérum autologue conditionné", "Autologous conditioned serum"),
    "female": ("F", "F"),
    "male": ("M", "M"),
    "record": ("dossier", "record"),
    "unit": ("unité", "unit"),
    "fresh": ("Injecter ou congeler avant", "Inject or freeze before"),
    "expires": ("Congelée : jusqu’au", "Frozen: usable until"),
    "included": ("inclus", "included"),
    "tube": ("du tube", "of tube"),
    "storage": ("≤ −18 °C ; ne pas recongeler", "≤ −18 °C; do not refreeze"),
    "positive": ("DANGER BIOLOGIQUE", "BIOLOGICAL HAZARD"),
    "untested": ("NON TESTÉ POUR LES AGENTS INFECTIEUX", "NOT TESTED FOR INFECTIOUS AGENTS"),
    "duplicate": ("DUPLICATA", "DUPLICATE"),
}

RECALL: dict[str, Pair] = {
    "title": ("Rappel d’un produit que vous avez reçu", "Recall of a product you received"),
    "dear": ("Madame, Monsieur,", "Dear patient,"),
    "opening": (
        "Un lot d’un produit employé lors de vos soins chez nous est rappelé.",
        "A batch of a product used in your care with us is recalled.",
    ),
    "product": ("Produit", "Product"),
    "lot": ("Lot", "Batch"),
    "received": ("Vous l’avez reçu le", "You received it on"),
    "what": ("Ce que vous devez savoir", "What you should know"),
    "call": (
        "Appelez-nous si vous avez un doute ou une question, et gardez cette lettre.",
        "Call us if you are in doubt or have a question, and keep this letter.",
    ),
    "emergency": (
        "En cas d’urgence, appelez le 15 ou le 112.",
        "In an emergency, call 15 or 112.",
    ),
}

CONFIRMATION: dict[str, Pair] = {
    "title": ("Confirmation de votre rendez-vous", "Confirmation of your appointment"),
    "when": ("Quand", "When"),
    "practitioner": ("Avec", "With"),
    "where": ("Où", "Where"),
    "change": (
        "Si vous ne pouvez pas venir, prévenez-nous dès que possible\u00a0: le créneau sera "
        "proposé à un autre patient.",
        "If you cannot come, tell us as soon as possible: the time will be offered to another "
        "patient.",
    ),
}

EVENT: dict[str, Pair] = {
    "title": ("Déclaration à compléter\u00a0:", "Report to complete:"),
    "not-sent": (
        "Ce document n’est envoyé à personne par le logiciel\u00a0: relisez-le, complétez-le et "
        "transmettez-le vous-même.",
        "The program sends this document to nobody: read it, complete it and send it yourself.",
    ),
    "to-whom": ("À transmettre à\u00a0:", "To be sent to:"),
    "blank": ("Ce que le dossier ne dit pas", "What the record does not say"),
    "report": ("Déclaration", "Report"),
    "missing": ("Non renseigné\u00a0:", "Not known:"),
    "made": ("Établi le", "Made on"),
    "sent-on": ("Transmis le, par", "Sent on, by"),
}

FOLLOW_UP: dict[str, Pair] = {
    "title": ("Suivi de la cure", "Follow-up of the course"),
    "pain": ("Douleur au fil de la cure", "Pain over the course"),
    "felt": ("Sensibilité après la cryoneurolyse", "Feeling after cryoneurolysis"),
    "where": ("Où cela fait mal\u00a0:", "Where it hurts:"),
    "scores": ("Avant et après", "Before and after"),
    "score": ("Score", "Score"),
    "before": ("Avant", "Before"),
    "after": ("Après", "After"),
    "difference": ("Différence", "Difference"),
    "worth": ("Ce qu’elle vaut", "What it is worth"),
    "smallest": (
        "Plus petite différence cliniquement importante\u00a0:",
        "Smallest difference that matters:",
    ),
    "sessions": ("Séances", "Sessions"),
    "none": ("Aucune séance n’a encore eu lieu.", "No session was given yet."),
    "events": ("Événements indésirables", "Adverse events"),
    "no-event": ("Aucun n’a été déclaré.", "None was told."),
    "next": ("Suite", "What comes next"),
    "exercises": ("Exercices, travail et sport", "Exercises, work and sport"),
    "undecided": ("Aucune suite n’est encore décidée.", "No next step is decided yet."),
    "made": ("Établi le", "Made on"),
}

EXERCISES: dict[str, Pair] = {
    "draft": ("Projet non validé, à ne pas remettre", "Draft, not accepted: not to be handed over"),
    "goals": ("Mon but\u00a0:", "My aim:"),
    "pain": ("Selon la douleur.", "By the pain."),
    "stop": ("Attention.", "Take care."),
    "call": ("L’équipe de soins\u00a0:", "The clinic:"),
    "needs": ("Ce jour-là\u00a0:", "On that day:"),
    "left-out": ("À laisser de côté pour l’instant", "Leave out for now"),
    "work": ("Reprise du travail", "Back to work"),
    "sport": ("Reprise du sport", "Back to sport"),
}

SESSION: dict[str, Pair] = {
    "signed-by": ("Signé par", "Signed by"),
    "seal": ("Empreinte du contenu signé (SHA-256)", "Hash of what was signed (SHA-256)"),
    "amended": ("Rectification\u00a0:", "Amendment:"),
    "map": ("Carte sur la figure", "Map on the figure"),
    "map-alt": (
        "Les points injectés sur la figure\u00a0; les mêmes sont dits plus haut, en toutes lettres",
        "The points injected, on the figure; the same are said above in words",
    ),
}

SYRINGE: dict[str, Pair] = {
    "title": ("Étiquette de seringue", "Label of a syringe"),
    "volume": ("Volume", "Volume"),
    "one-patient": (
        "Pour un seul patient, tout de suite. Le reste est jeté.",
        "For one patient, at once. What is left is thrown away.",
    ),
}

SOURCE_KIND: dict[str, Pair] = {
    "patient-information": ("information ou promotion", "information or promotion"),
    "label": ("notice ou RCP", "product label"),
    "regulation": ("texte officiel", "official text"),
    "guideline": ("recommandation", "guideline"),
    "review": ("revue d’études", "review of studies"),
    "trial": ("essai", "trial"),
    "observational": ("étude d’observation", "observational study"),
    "case-report": ("cas publié", "case report"),
    "bench": ("étude de laboratoire", "laboratory study"),
    "leaflet": ("document pour patients", "patient leaflet"),
    "expert": ("avis d’expert", "expert opinion"),
    "other": ("autre document", "other document"),
}


def word(pair: Pair, language: str) -> str:
    """The French or the English of a pair."""
    return pair[0] if language == "fr" else pair[1]


def in_language(*tables: dict[str, Pair], language: str) -> dict[str, Any]:
    """The words of these tables in one language, by name, for a template."""
    return {name: word(pair, language) for table in tables for name, pair in table.items()}
