"""The patient between the visits, as knowledge and pure code: no database, no clock but the one
given.

::

    content = diary.content(edition)
    diary.judge(content, facts).urgency
    diary.due(content, course, answered, now)
    diary.response(content, judged, readings, now).suggestion

It is called the diary, as the application that keeps the answers is: one word for one thing. The
content is ``knowledge/patient/``; an edition carries it unread until somebody asks here. See
docs/follow-up.md.
"""

from dolenti.guideline.diary.adherence import Adherence, adherence
from dolenti.guideline.diary.alarms import (
    URGENCIES,
    Outcome,
    facts_read,
    judge,
    phone_rules,
    raises,
)
from dolenti.guideline.diary.content import Content, content, has_content
from dolenti.guideline.diary.governance import patient_rules, patient_signed
from dolenti.guideline.diary.history import STOPPING, AtHome, minutes
from dolenti.guideline.diary.leaflets import leaflet_of, leaflet_sheet
from dolenti.guideline.diary.opioids import (
    Equivalent,
    Listed,
    Stretch,
    Taken,
    equivalent,
    over_time,
)
from dolenti.guideline.diary.response import (
    By,
    Change,
    Judged,
    Reading,
    Response,
    measure_of,
    response,
)
from dolenti.guideline.diary.sending import Asked, Gone, Next, missed, moments, next_message
from dolenti.guideline.diary.windows import (
    Answered,
    Course,
    Due,
    Given,
    Raised,
    Visit,
    due,
)

__all__ = [
    "STOPPING",
    "URGENCIES",
    "Adherence",
    "Answered",
    "Asked",
    "AtHome",
    "By",
    "Change",
    "Content",
    "Course",
    "Due",
    "Equivalent",
    "Given",
    "Gone",
    "Judged",
    "Listed",
    "Next",
    "Outcome",
    "Raised",
    "Reading",
    "Response",
    "Stretch",
    "Taken",
    "Visit",
    "adherence",
    "content",
    "due",
    "equivalent",
    "facts_read",
    "has_content",
    "judge",
    "leaflet_of",
    "leaflet_sheet",
    "measure_of",
    "minutes",
    "missed",
    "moments",
    "next_message",
    "over_time",
    "patient_rules",
    "patient_signed",
    "phone_rules",
    "raises",
    "response",
]
