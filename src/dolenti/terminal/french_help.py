"""The help of the command line in French, beside the English that stands with the commands.

A test holds nothing is missing.
Spaces that do not break are put in where they belong when a text is used.
"""

from __future__ import annotations

import re
from typing import Any, Final

TEXTS: Final = {
    "Dolenti: cited rules for local treatment of joint, tendon, muscle and nerve pain.":
        "Dolenti\u00a0: des règles sourcées pour le traitement local des douleurs articulaires, "
        "tendineuses, musculaires et nerveuses.",
    "Say the program, the engine and the edition.":
        "Indiquer la version du programme, du moteur et de l’édition.",
    "With --version: for machines.": "Avec --version : pour les machines.",
    "Install completion for the current shell.":
        "Installer la complétion dans l’interpréteur de commandes utilisé.",
    "Show completion for the current shell, to copy it or customize the installation.":
        "Afficher le code de complétion, pour le copier ou l’adapter.",
    "Judge the four therapies for one complaint of each FHIR R4 Bundle or plain file.":
        "Évaluer les quatre traitements pour une douleur de chaque Bundle FHIR R4 ou fichier "
        "simple.",
    "Files, or - for the standard input.": "Des fichiers, ou - pour l’entrée standard.",
    "Which complaint, by its id.": "La douleur à évaluer, par son identifiant.",
    "Suppose what remains, where that may be supposed; ask the rest.":
        "Supposer ce qui reste, là où c’est admis\u00a0; demander le reste.",
    "A therapy that is thought of: only its questions are asked. May be repeated.":
        "Un traitement envisagé\u00a0: seules ses questions sont posées. Peut être répété.",
    "Day of the assessment; today if absent.":
        "Jour de l’évaluation\u00a0; aujourd’hui par défaut.",
    "fr or en.": "fr ou en.",
    "Plain JSON, as documented in docs/json.md; --format json says the same.":
        "JSON, tel que décrit dans docs/json.md\u00a0; --format json dit la même chose.",
    "JSON lines: one answer, or one refusal, for each line.":
        "Lignes JSON\u00a0: une réponse, ou un refus, par ligne.",
    "A clinic's choice, as NAME=OPTION. Repeatable.":
        "Un choix de l’établissement\u00a0: NOM=OPTION. Peut être répété.",
    "What entries of the record are: a YAML file of lines “item: [answers]”.":
        "Ce que sont des éléments du dossier\u00a0: un fichier YAML de lignes "
        "«\u00a0élément: [réponses]\u00a0».",
    "Check a mixture before it is drawn up: products, doses, compatibility, patient.":
        "Vérifier un mélange avant de le préparer\u00a0: produits, doses, compatibilités, patient.",
    "Lay a protocol out as dated sessions, and say the next step from the responses so far.":
        "Dater les séances d’un protocole et proposer la suite selon les réponses obtenues.",
    "The therapy's id.": "L’identifiant du traitement.",
    "Day of the first session.": "Jour de la première séance.",
    "A file with rows {date, nrs, pgic}.": "Un fichier de lignes {date, nrs, pgic}.",
    "Print the JSON Schema of what a command reads or writes.":
        "Afficher le schéma JSON de ce qu’une commande lit ou écrit.",
    "Which; all their names if absent.": "Lequel\u00a0; par défaut, leurs noms à tous.",
    "The knowledge: check it, read it.": "Le référentiel\u00a0: le vérifier, le lire.",
    "Check that every entry is sound, and run the example of every rule.\n\nWhat is found is said "
    "in English; ``--lang`` is for what stops the check.":
        "Vérifier que chaque entrée est correcte et exécuter l’exemple de chaque règle.\n\nLes "
        "constats sont en anglais\u00a0; ``--lang`` vaut pour ce qui arrête la vérification.",
    "A folder of knowledge; the shipped one if absent.":
        "Un dossier du référentiel\u00a0; par défaut, celui du programme.",
    "A folder of knowledge; the shipped one.":
        "Un dossier du référentiel\u00a0; par défaut, celui du programme.",
    "Show one entry: its condition in words, its sources, its examples.":
        "Afficher une entrée\u00a0: sa condition en toutes lettres, ses sources, ses exemples.",
    "A rule, fact, product, source ...": "Une règle, une donnée, un produit, une source…",
    "List every entry by its id: rules, facts, products, sources, statements.":
        "Lister toutes les entrées par identifiant\u00a0: règles, données, produits, sources, "
        "énoncés.",
    "Find entries by words; accents and capitals are forgiven.":
        "Chercher des entrées par mots\u00a0; accents et majuscules sont sans importance.",
    "Words of an id or a name, in any language.":
        "Des mots d’un identifiant ou d’un nom, dans l’une ou l’autre langue.",
    "Judge the site's last assessments again by the edition in force; list what it changes.":
        "Refaire les dernières évaluations du site selon l’édition en vigueur\u00a0; lister les "
        "verdicts qui changent.",
    "Write every fact as a table: type, unit, answers, codes, column of a population.":
        "Écrire toutes les données en un tableau\u00a0: type, unité, réponses, codes, colonne "
        "d’une "
        "population.",
    "csv or parquet.": "csv ou parquet.",
    "The file; the standard output if absent.": "Le fichier\u00a0; par défaut, la sortie standard.",
    "Show where every numbered statement went; exit 1 while one went nowhere.":
        "Montrer où figure chaque énoncé numéroté\u00a0; code de sortie 1 tant que l’un d’eux "
        "manque.",
    "List what is due for review, what nobody signed, and the rules that are overridden most.":
        "Lister ce qui est à relire, ce que personne n’a signé et les règles auxquelles on passe "
        "le plus souvent outre.",
    "Write the lines that sign rules, for signatures.yaml (see docs/governance.md).":
        "Écrire les lignes qui signent des règles, pour signatures.yaml (voir "
        "docs/governance.md).",
    "The rules, by their ids.": "Les règles, par identifiant.",
    "Your name, as it is to be read.": "Votre nom, tel qu’il sera lu.",
    "Your profession.": "Votre profession.",
    "The day; today if absent.": "Le jour\u00a0; aujourd’hui par défaut.",
    "Show what the sources contradict each other on, and the policy chosen.":
        "Montrer ce sur quoi les sources se contredisent, et le choix retenu.",
    "Write the rules as CQL libraries, value sets and PlanDefinitions (see docs/cql.md).":
        "Écrire les règles en bibliothèques CQL, jeux de valeurs et PlanDefinitions (voir "
        "docs/cql.md).",
    "The folder that receives the CQL.": "Le dossier où écrire le CQL.",
    "Whole populations: judge a parquet file, or make it from a hospital's data.":
        "Des populations entières\u00a0: évaluer un fichier Parquet, ou le constituer à partir des "
        "données d’un hôpital.",
    "Make one wide table of a hospital's data, and say what of it was not understood.":
        "Réunir les données d’un hôpital en une seule table et indiquer ce qui n’a pas été "
        "compris.",
    "FHIR bundles, ndjson of a bulk export, an OMOP CDM, tables.":
        "Des Bundles FHIR ou un export en masse, un OMOP CDM, des tables.",
    "The parquet file to write.": "Le fichier Parquet à écrire.",
    "Which column of a table is which fact (YAML).":
        "La correspondance entre colonnes et données (YAML).",
    "FACT=REASON: silence means no, and why. Repeatable.":
        "DONNÉE=MOTIF\u00a0: le silence vaut un non, et pour quel motif. Peut être répété.",
    "How many processes; a core each if absent.":
        "Nombre de processus\u00a0; par défaut, un par cœur.",
    "Judge every patient of a parquet file (docs/population.md says which columns).":
        "Évaluer tous les patients d’un fichier Parquet (colonnes\u00a0: voir docs/population.md).",
    "Parquet: one row per complaint of a patient.":
        "Parquet\u00a0: une ligne par douleur d’un patient.",
    "Where the verdicts go, as parquet.": "Le fichier Parquet où écrire les verdicts.",
    "Count the statuses and the missing facts.": "Compter les verdicts et les données manquantes.",
    "Leave out the columns of the criteria.": "Ne pas écrire les colonnes des critères.",
    "Take impossible values as unknown.": "Tenir les valeurs impossibles pour inconnues.",
    "duckdb or spark.": "duckdb ou spark.",
    "Address of the Spark cluster.": "Adresse de la grappe Spark.",
    "How many; all if absent.": "Combien\u00a0; tous par défaut.",
    "The medicines of France: find, explain.":
        "Les médicaments de France\u00a0: les chercher, les expliquer.",
    "Find medicines as one types them: accents, capitals and one slip of the keys are forgiven.":
        "Chercher des médicaments au clavier\u00a0: accents, majuscules et une faute de frappe "
        "sont "
        "sans importance.",
    "A name, a substance, a CIS, CIP or ATC code.":
        "Un nom, une substance, un code CIS, CIP ou ATC.",
    "How many at most.": "Combien au plus.",
    "Explain one medicine: substances, packs, status, classes, excipients, allergy.":
        "Expliquer un médicament\u00a0: substances, présentations, statut, classes, excipients, "
        "allergies.",
    "A name, or a CIS or CIP code.": "Un nom, ou un code CIS ou CIP.",
    "Load a newer public base of medicines from its official files: all of it, or nothing.":
        "Charger une base publique des médicaments plus récente depuis ses fichiers "
        "officiels\u00a0: "
        "en entier, ou pas du tout.",
    "The official files, downloaded.": "Les fichiers officiels, téléchargés.",
    "The day of a file, as FILE=DAY; when it was written if absent.":
        "Le jour d’un fichier\u00a0: FICHIER=JOUR\u00a0; par défaut, celui de son écriture.",
    "Write the base there, not into the data folder.":
        "Écrire la base à cet endroit, et non dans le dossier des données.",
    "Compare the status of our products with the base in use; exit 1 where one differs.":
        "Comparer le statut de nos produits à la base utilisée\u00a0; code de sortie 1 si l’un "
        "diffère.",
    "Write the statuses read to this file.": "Écrire les statuts lus dans ce fichier.",
    "Make a real clinic: its first site and administrator, and the link to their password.":
        "Créer un vrai établissement\u00a0: son premier site, son administrateur, et le lien vers "
        "son mot de passe.",
    "Name of the site.": "Nom du site.",
    "Where it stands: Europe/Paris if absent.": "Fuseau horaire\u00a0; Europe/Paris par défaut.",
    "As it stands on letters.": "L’adresse, telle qu’elle figure sur les courriers.",
    "The first administrator’s e-mail.": "Courriel du premier administrateur.",
    "The first administrator’s name.": "Nom du premier administrateur.",
    "Set the invented clinic aside first, whole.":
        "Mettre d’abord de côté, en entier, l’établissement fictif.",
    "Load the invented clinic, with a login for each role; again, only its agenda of today.":
        "Charger l’établissement fictif, avec un compte par rôle\u00a0; relancée, la commande ne "
        "complète que l’agenda du jour.",
    "How many patients in all: 0 for the example cases only, 100000 to measure with.":
        "Nombre total de patients : 0 pour les seuls exemples, 100000 pour des mesures.",
    "Serve the site, and print its address and the demo login.":
        "Démarrer Dolenti\u00a0; afficher son adresse et le compte de démonstration.",
    "Address to listen on.": "Adresse d’écoute.",
    "Port to listen on.": "Port d’écoute.",
    "Say which questionnaires of this site are asked, and what is wrong with the others.":
        "Dire quels questionnaires de ce site sont posés, et ce qui ne va pas dans les autres.",
    "Read the mail that came back, and say which addresses of patients take none.":
        "Lire les courriels revenus, et noter les adresses de patients qui n’en reçoivent plus.",
    "A maildir, or an mbox file.": "Un dossier maildir, ou un fichier mbox.",
    "Do the jobs that wait: messages, verdicts of a new edition. `serve` starts it too.":
        "Exécuter les tâches en attente\u00a0: messages, verdicts d’une nouvelle édition. "
        "`serve` la "
        "lance aussi.",
    "Give who is locked out a link to a new password, and remove their second step.":
        "Rouvrir l’accès d’une personne bloquée\u00a0: un lien pour un nouveau mot de passe, sa "
        "double authentification réinitialisée.",
    "The account’s address.": "L’adresse électronique du compte.",
    "Why, and how you know that it is they; it is kept.":
        "Pourquoi, et comment vous savez que c’est bien cette personne\u00a0; c’est conservé.",
    "Even where another administrator could do it.":
        "Même si un autre administrateur pourrait le faire.",
    "Save everything into one file while the site goes on, and check the file.":
        "Tout sauvegarder dans un fichier sans arrêter le site, et vérifier ce fichier.",
    "The file; in the data folder if absent.":
        "Le fichier\u00a0; par défaut, dans le dossier des données.",
    "Put the site's secret key into it too.": "Y mettre aussi la clé secrète du site.",
    "Seal it for this public key (age1…); may be given several times.":
        "La chiffrer pour cette clé publique (age1…)\u00a0; option répétable.",
    "Copy it into this folder too, and compare.":
        "La copier aussi dans ce dossier, puis comparer.",
    "Restore it at once, in a database that is thrown away.":
        "La restaurer sans attendre, dans une base jetée ensuite.",
    "The file of the private key, where the backup is sealed.":
        "Le fichier de la clé privée, si la sauvegarde est chiffrée.",
    "Only make a key pair: the private key into this file.":
        "Seulement créer une paire de clés\u00a0: la clé privée dans ce fichier.",
    "Print Markdown.": "Afficher en Markdown.",
    "Put a backup in the place of the database, every row checked, or change nothing.":
        "Remplacer la base par une sauvegarde, chaque ligne vérifiée, ou ne rien changer.",
    "A file that `dolenti backup` wrote.": "Un fichier écrit par `dolenti backup`.",
    "Put the database that is there aside.": "Mettre de côté la base en place.",
    "Only try it, in a database that is thrown away.":
        "Seulement essayer, dans une base jetée ensuite.",
    "Use the secret key in the file from now on.":
        "Utiliser désormais la clé secrète contenue dans le fichier.",
    "Go on without the site's secret key: what is sealed stays shut.":
        "Se passer de la clé secrète du site\u00a0: ce qui est chiffré reste fermé.",
    "Copy everything into another, empty database, and prove that it is the same.":
        "Tout copier dans une autre base, vide, et prouver que le contenu est le même.",
    "postgres://…, sqlite:////PATH, or sqlite.": "postgres://…, sqlite:////CHEMIN, ou sqlite.",
    "The key of the site.": "La clé du site.",
    "Make a new key of the site, and seal by it what the former one sealed.":
        "Créer une nouvelle clé du site et chiffrer avec elle ce que l’ancienne avait chiffré.",
    "Tell whom DOLENTI_ALARM_TO names, by mail, that a unit of the system failed.":
        "Prévenir par messagerie ceux que nomme DOLENTI_ALARM_TO qu’une unité du système a échoué.",
    "What failed: the name of a unit of systemd.":
        "Ce qui a échoué\u00a0: le nom d’une unité de systemd.",
    "The trail of who did what.": "Le journal : qui a fait quoi.",
    "Find any line of the trail that was edited, moved or removed: exit 3; 4, a lost witness.":
        "Trouver toute ligne du journal modifiée, déplacée ou supprimée\u00a0: code de sortie "
        "3\u00a0; 4 si "
        "un témoin de sa fin est perdu.",
    "The end as you noted it: “NUMBER HASH”. If absent, the file.":
        "La fin telle que vous l’avez notée\u00a0: «\u00a0NUMÉRO EMPREINTE\u00a0». Par défaut, "
        "le fichier.",
    "Keep the trail's end anew, where its file is gone and somebody has seen why.":
        "Conserver à nouveau la fin du journal, si son fichier a disparu et que la cause est "
        "connue.",
    "Show this message and exit.": "Afficher cette aide.",
}  # fmt: skip
_HEADINGS: Final = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commandes",
    "ERRORS_PANEL_TITLE": "Erreur",
    "DEFAULT_STRING": "[par défaut\u00a0: {}]",
    "REQUIRED_LONG_STRING": "[obligatoire]",
    "ENVVAR_STRING": "[variable\u00a0: {}]",
}
_BEFORE_SIGNS: Final = re.compile(r" (?=[;:?!»])|(?<=«) ")


def translate(command: Any) -> None:
    """Put the help of a command, of all below it and of their options into French."""
    from typer import Context, rich_utils

    for name, text in _HEADINGS.items():
        setattr(rich_utils, name, text)
    # The option of help is made here and kept: of the names that are asked for, -h among them.
    _translate(command, Context(command, **command.context_settings))


def _translate(command: Any, context: Any) -> None:
    command.help, command.short_help = french(command.help), french(command.short_help)
    for param in (*command.params, command.get_help_option(context)):
        param.help = french(getattr(param, "help", None))
    for one in getattr(command, "commands", {}).values():
        _translate(one, type(context)(one, parent=context))


def french(text: str | None) -> str | None:
    """A text of the help in French; as it is, where there is none of it."""
    if text is None or text not in TEXTS:
        return text
    return _BEFORE_SIGNS.sub("\u00a0", TEXTS[text])
