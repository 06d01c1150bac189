"""What no sentence says that a patient reads, in both languages."""

from __future__ import annotations

import re

NEVER_TO_A_PATIENT = {
    "fr": re.compile(
        r"suspicion|suspect|soupçon|fait craindre|fait rechercher|métasta|tum(?:eur|or)"
        r"|(?<!avez eu un )cancer|drogue|toxicoman|\b(?:VIH|VHB|VHC|sida)\b|hépatite"
        r"|psycho(?:se|ti)|prescripteur|\b(?:l[ea]|du|au|chez une?) patiente?\b|en prévenir"
        r"|doit en être informé|raison d’y penser|à vérifier auprès|à motiver|majeur protégé",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"suspicio|suspect|raises the fear|prompts a search|metasta|tumou?r|(?<!had )cancer"
        r"|drug us|\b(?:HIV|HBV|HCV|AIDS)\b|hepatitis|psycho(?:sis|tic)|prescriber"
        r"|\b(?:the|a) patient\b|patient must|reason to think|check with the|protected adult",
        re.IGNORECASE,
    ),
}
"""Suspicions, secrets and notes to the doctor: nowhere in a consent."""

NOT_PLAIN = {
    "fr": re.compile(
        r"rachi|gonarthrose|coxarthrose|rhizarthrose|ecchymose|antalgi|excipient|cytokin|étiolog"
        r"|contre-indi|indication|articulaire|cutané|\bnos sources\b|\bla source\b|non vérifié"
        r"|hors AMM|\b(?:AINS|SDRC|RCP|EVA|EMA|HAS)\b|\bse discute|dysesthési|iatrog"
        r"|décision motivée|(?<!\()\bAMM\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"excipient|cytokine|aetiolog|contraindicat|indication|intra-articular|cutaneous"
        r"|our sources|unverified|off[- ]label|\b(?:NSAID|CRPS|SmPC|EMA)\b|dysaesthesia|analgesi"
        r"|red flag",
        re.IGNORECASE,
    ),
}
"""Words of the trade, for which there is a plain one."""
