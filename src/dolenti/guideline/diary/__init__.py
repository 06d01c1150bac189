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
from dolenti.guideline.diary.ahead import next_judged
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
from dolenti.guideline.diary.leaflets import (
    Place,
    is_indicated,
    leaflet_of,
    leaflet_sheet,
    place_of,
)
from dolenti.guideline.diary.opioids import (
    Equivalent,
    Listed,
    Stretch,
    Taken,
    equivalent,
    facts_of,
    of_a_day,
    over_time,
)
from dolenti.guideline.diary.readings import By, Reading
from dolenti.guideline.diary.rehabilitation import (
    Act,
    Exercised,
    Fitting,
    Rest,
    Washout,
    Weeks,
    current,
    first_day,
    fitting,
    insist_sound,
    proposed,
    rests,
    washout,
)
from dolenti.guideline.diary.response import (
    Change,
    Judged,
    Response,
    measure_of,
    response,
)
from dolenti.guideline.diary.returning import (
    DatedReturn,
    Hold,
    Known,
    StageDate,
    Standing,
    competition_from,
    dated,
    list_year,
    path_of,
    resting,
    sport,
    standing,
)
from dolenti.guideline.diary.sending import Asked, Gone, Next, missed, moments, next_message
from dolenti.guideline.diary.spans import Span, spans
from dolenti.guideline.diary.windows import (
    Answered,
    Called,
    Course,
    Due,
    Given,
    Raised,
    Visit,
    askable,
    due,
)

__all__ = [
    "STOPPING",
    "URGENCIES",
    "Act",
    "Adherence",
    "Answered",
    "Asked",
    "AtHome",
    "By",
    "Called",
    "Change",
    "Content",
    "Course",
    "DatedReturn",
    "Due",
    "Equivalent",
    "Exercised",
    "Fitting",
    "Given",
    "Gone",
    "Hold",
    "Judged",
    "Known",
    "Listed",
    "Next",
    "Outcome",
    "Place",
    "Raised",
    "Reading",
    "Response",
    "Rest",
    "Span",
    "StageDate",
    "Standing",
    "Stretch",
    "Taken",
    "Visit",
    "Washout",
    "Weeks",
    "adherence",
    "askable",
    "competition_from",
    "content",
    "current",
    "dated",
    "due",
    "equivalent",
    "facts_of",
    "facts_read",
    "first_day",
    "fitting",
    "has_content",
    "insist_sound",
    "is_indicated",
    "judge",
    "leaflet_of",
    "leaflet_sheet",
    "list_year",
    "measure_of",
    "minutes",
    "missed",
    "moments",
    "next_judged",
    "next_message",
    "of_a_day",
    "over_time",
    "path_of",
    "patient_rules",
    "patient_signed",
    "phone_rules",
    "place_of",
    "proposed",
    "raises",
    "response",
    "resting",
    "rests",
    "spans",
    "sport",
    "standing",
    "washout",
]
