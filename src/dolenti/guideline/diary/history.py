"""What is asked at home before a visit, and which red flags the answers raise: functions of values.

The questions are those that the rules of the complaint still need, worked out anew after each
answer, as at the visit. An answer given at home counts for what is asked next and for a red flag;
it is no fact of the record, and nothing here says that it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from dolenti.guideline.asking import Sheet, Situation, open_questions
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.shapes.history import HomeQuestion
from dolenti.guideline.facts import Case, Known, with_facts
from dolenti.guideline.judge import Judge, Judged
from dolenti.guideline.knowledge import RedFlag

STOPPING: Final = ("emergency", "same-day")
"""Urgencies at which a form stops: whoever has to call now fills in no form."""
_SECONDS: Final = 15
"""What a question takes, read and answered, in seconds: a judgement."""


@dataclass(frozen=True)
class AtHome:
    """A case before a visit, with the therapies that are thought of."""

    judge: Judge
    sheet: Sheet
    content: Content
    case: Case
    in_play: frozenset[str]

    def asked(self, told: Mapping[str, Known], passed: Collection[str]) -> list[HomeQuestion]:
        """What is still asked, in the order of the form, after what was ``told`` (values, by their
        facts); what somebody does not know or passed over is not asked again."""
        situation = Situation(with_facts(self.case, told), self.in_play)
        found = open_questions(self.judge, self.sheet, situation)
        wanted = {ref.fact for ref in found.now} | set(found.unplaced)
        done = {*told, *passed}
        return [
            one
            for one in self.content.home_questions
            if one.id in wanted
            and one.id not in done
            and (one.seen or self.sheet.how(one.id) == "asked")
        ]

    def flags(self, told: Mapping[str, Known]) -> list[RedFlag]:
        """The red flags that hold by what was told, and did not without it; the gravest first."""
        if not told:
            return []
        before = {one.rule.id for one in self._red_flags({})}
        order = ("emergency", "same-day", "soon")
        found = [one.rule for one in self._red_flags(told) if one.rule.id not in before]
        return sorted(found, key=lambda rule: order.index(rule.urgency))

    def _red_flags(self, told: Mapping[str, Known]) -> list[Judged]:
        found = self.judge.assess(with_facts(self.case, told)).red_flags
        return [one for one in found if one.proof.holds is True]


def minutes(questions: int) -> int:
    """How long a form takes, in whole minutes, one at least."""
    return max(1, -(-questions * _SECONDS // 60))
