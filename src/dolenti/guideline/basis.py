"""What a sentence rests on, in words."""

from __future__ import annotations

BASIS: dict[str, dict[str, str]] = {
    "fr": {
        "claim": "allégation", "leaflet": "document pour patients", "label": "RCP",
        "regulation": "texte officiel", "guideline": "recommandation", "trial": "essai",
        "observational": "étude d’observation", "case-report": "cas publiés",
        "bench": "étude de laboratoire", "expert": "avis d’expert",
    },
    "en": {
        "claim": "claim", "leaflet": "patient leaflet", "label": "label",
        "regulation": "official text", "guideline": "guideline", "trial": "trial",
        "observational": "observational study", "case-report": "case reports",
        "bench": "bench study", "expert": "expert",
    },
}  # fmt: skip
