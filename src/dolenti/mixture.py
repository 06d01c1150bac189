"""A mixture judged before it is drawn up, for who writes programs (see docs/library.md).

::

    from datetime import date
    from dolenti import guideline, mixture

    edition = guideline.load_folder()
    drawn_up = mixture.read(content, edition, date(2026, 11, 22))
    result = mixture.Judge(edition).judge(drawn_up)
    result.verdict, [finding.rule for finding in result.findings]
"""

from dolenti.guideline.mixture import Finding, Mixture
from dolenti.guideline.mixture import MixtureJudge as Judge
from dolenti.guideline.mixture import MixtureResult as Result
from dolenti.guideline.mixture import mixture_as_json as as_json
from dolenti.guideline.mixture import read_mixture as read
from dolenti.guideline.mixture.notebook import mixture_html as as_html

__all__ = ["Finding", "Judge", "Mixture", "Result", "as_html", "as_json", "read"]
