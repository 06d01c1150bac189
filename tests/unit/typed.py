"""What is typed at the command line, and small files of patients and mixtures to type it about."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from dolenti.cli import app

AS_OF = ["--as-of", "2026-11-22"]
KNEE = """
patient: {birth-date: 1968-03-02, sex: female}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-05-01}
facts: {anticoagulant: none, allergy: [], weight: 62}
"""
MIXTURE = """
therapy: mesotherapy
technique: nappage
jurisdiction: FR
patient: {birth-date: 1981-07-14, sex: male}
facts:
  {weight: 70, allergy: [], hepatic-failure-severe: false, heart-failure-severe: false,
   anticoagulant: none, infection-local: false, infection-systemic: false, fever: false}
preparation:
  vehicle: {fluid: saline, volume: 1}
  components:
    - {product: lidocaine, strength: 10, volume: 2}
given-today: [{product: lidocaine, dose: 150}]
"""


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)
