"""What waits for the reader, each in one line with its count and where to go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.agenda import day
from dolenti.agenda.models import Appointment
from dolenti.agenda.waiting import Waiting
from dolenti.calendar.moments import local_day
from dolenti.clinic.agenda.cards import Cards
from dolenti.clinic.common.ages import ago
from dolenti.guideline.words import date_in_words
from dolenti.treatment.day import is_ahead, without_consent


@dataclass(frozen=True)
class Alert:
    """One line: how loud (a name of the icons), how many, of what, and its list."""

    tone: str
    count: int
    words: str
    address: str


def alerts(
    found: Waiting, appointments: list[Appointment], cards: Cards, shown: date, language: str
) -> list[Alert]:
    """Those there are, the loudest first. ``appointments`` are those of the day that is shown."""
    today = local_day(cards.now)
    consent = len([one for one in appointments if lacks_consent(one)])
    ask = len({day.kept(one.patient) for one in appointments if is_to_be_asked(one, cards)})
    that_day = f"?day={shown.isoformat()}"
    alarms, events = found.more.get("alarms", 0), found.more.get("events", 0)
    wishes = found.more.get("wishes", 0)
    patients = found.more.get("patient_alerts", 0)
    replies = found.more.get("replies", 0)
    blocked = found.more.get("blocked", 0)
    after = found.more.get("after_alerts", 0)
    given_up = found.more.get("given_up", 0)
    silent = found.more.get("silent", 0)
    late = found.more.get("late_letters", 0)
    unsigned = found.more.get("unsigned", 0)
    untested = found.more.get("untested", 0)
    lost = found.more.get("lost", 0)
    reports = found.more.get("reports", 0)
    proposed = found.more.get("serum_proposals", 0)
    silent_cold = found.more.get("serum_silent", 0)
    held = found.more.get("serum_tubes", 0) + found.more.get("serum_units", 0)
    lines = [
        Alert(
            "stop",
            patients,
            ngettext("patient alert to look into", "patient alerts to look into", patients),
            reverse("alerts"),
        ),
        Alert(
            "stop",
            alarms,
            ngettext(
                "site alarm to look into",
                "site alarms to look into",
                alarms,
            ),
            reverse("alarms"),
        ),
        Alert(
            "stop",
            reports,
            ngettext(
                "report of an adverse event to send",
                "reports of adverse events to send",
                reports,
            ),
            f"{reverse('events')}#to-send",
        ),
        Alert(
            "stop",
            lost,
            ngettext(
                "patient who lost strength after a freeze, no event reported",
                "patients who lost strength after a freeze, no event reported",
                lost,
            ),
            reverse("agenda-list", args=["lost"]),
        ),
        Alert(
            "warn",
            silent,
            ngettext(
                "recent session, no news of the patient since",
                "recent sessions, no news of the patients since",
                silent,
            ),
            f"{reverse('alerts')}#unanswered",
        ),
        Alert(
            "warn",
            after,
            ngettext(
                "visit to move or cancel after an alert",
                "visits to move or cancel after an alert",
                after,
            ),
            reverse("agenda-list", args=["after-alert"]),
        ),
        Alert(
            "warn",
            given_up,
            ngettext(
                "visit cancelled by the patient, no other is planned",
                "visits cancelled by patients, no other is planned",
                given_up,
            ),
            reverse("agenda-list", args=["given-up"]),
        ),
        Alert(
            "info",
            wishes,
            ngettext(
                "request of a patient to deal with", "requests of patients to deal with", wishes
            ),
            reverse("wishes"),
        ),
        Alert(
            "info",
            replies,
            ngettext("patient’s reply to a consent", "patients’ replies to a consent", replies),
            reverse("consent-replies"),
        ),
        Alert(
            "warn",
            blocked,
            ngettext(
                "patient link blocked by wrong birth dates",
                "patient links blocked by wrong birth dates",
                blocked,
            ),
            reverse("blocked-links"),
        ),
        Alert(
            "warn",
            held,
            ngettext(
                "serum tube or unit on hold, to decide on",
                "serum tubes or units on hold, to decide on",
                held,
            ),
            reverse("serum"),
        ),
        Alert(
            "stop",
            silent_cold,
            ngettext(
                "freezer whose recorder nobody has read: its units are to be checked",
                "freezers whose recorders nobody has read: their units are to be checked",
                silent_cold,
            ),
            reverse("serum-cold"),
        ),
        Alert(
            "ask",
            proposed,
            ngettext("serum step to confirm", "serum steps to confirm", proposed),
            reverse("serum"),
        ),
        Alert(
            "refer",
            found.referrals,
            _referrals(found.referrals, found.oldest_referral, today, language),
            reverse("referrals"),
        ),
        Alert(
            "refer",
            late,
            ngettext("letter with no reply in time", "letters with no reply in time", late),
            reverse("letters"),
        ),
        Alert(
            "stop",
            consent,
            ngettext(
                "session of the day without a valid consent",
                "sessions of the day without a valid consent",
                consent,
            ),
            reverse("agenda-list", args=["consent"]) + that_day,
        ),
        Alert(
            "warn",
            unsigned,
            ngettext("session given, to sign", "sessions given, to sign", unsigned),
            reverse("agenda-list", args=["unsigned"]),
        ),
        Alert(
            "warn",
            untested,
            ngettext(
                "patient whose feeling is to be tested again after cryoneurolysis",
                "patients whose feeling is to be tested again after cryoneurolysis",
                untested,
            ),
            reverse("agenda-list", args=["untested"]),
        ),
        Alert(
            "ask",
            ask,
            ngettext(
                "patient of the day with questions still to answer",
                "patients of the day with questions still to answer",
                ask,
            ),
            reverse("agenda-list", args=["to-ask"]) + that_day,
        ),
        Alert(
            "ask",
            events,
            ngettext("adverse event to grade", "adverse events to grade", events),
            reverse("events"),
        ),
        Alert(
            "warn",
            found.to_move,
            ngettext(
                "appointment during an absence, to be moved",
                "appointments during an absence, to be moved",
                found.to_move,
            ),
            reverse("agenda-list", args=["to-move"]),
        ),
        Alert(
            "warn",
            found.changed,
            ngettext(
                "verdict changed by the edition in force",
                "verdicts changed by the edition in force",
                found.changed,
            ),
            reverse("changed-verdicts"),
        ),
        Alert(
            "warn",
            found.privileges,
            _privileges(found.privileges, found.first_privilege, today, language),
            reverse("own-privileges"),
        ),
        Alert(
            "info",
            found.unclosed,
            ngettext(
                "appointment of a past day not closed",
                "appointments of past days not closed",
                found.unclosed,
            ),
            reverse("agenda-list", args=["unclosed"]),
        ),
    ]
    return [one for one in lines if one.count]


def lacks_consent(appointment: Appointment) -> bool:
    """Whether the reader is to be told that a session has no consent."""
    return bool(appointment.is_open) and without_consent(appointment)  # type: ignore[attr-defined]


def is_to_be_asked(appointment: Appointment, cards: Cards) -> bool:
    """Whether something is to be asked of a patient who is still to be seen."""
    return is_ahead(appointment) and any(
        mark.state == "unknown" for mark in cards.marks(appointment)
    )


def _referrals(count: int, oldest: datetime | None, today: date, language: str) -> str:
    said = ngettext(
        "patient referred, no news since",
        "patients referred, no news since",
        count,
    )
    if oldest is None:
        return said
    return _("%(said)s; the oldest %(ago)s") % {
        "said": said,
        "ago": ago(local_day(oldest), today, language),
    }


def _privileges(count: int, first: date | None, today: date, language: str) -> str:
    if first is None:
        return ""
    when = {"day": date_in_words(first, language)}
    if first < today:
        return (
            ngettext(
                "of your privileges ended on %(day)s",
                "of your privileges end soon or have ended; the first on %(day)s",
                count,
            )
            % when
        )
    return (
        ngettext(
            "of your privileges ends on %(day)s",
            "of your privileges end soon; the first on %(day)s",
            count,
        )
        % when
    )
