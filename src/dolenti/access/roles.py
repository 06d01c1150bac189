"""Roles as data: who may do what. Nobody may do what is not written here.

A view names one permission (see ``access.guard``); a role is a set of permissions. Whether a
person may see a particular record is another question, answered by the gate of ``records``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing a person may do."""

    READ_KNOWLEDGE = "read-knowledge"
    ATTEST = "attest"  # on what the law leaves open, for the clinic
    SIGN_CARDS = "sign-cards"  # the emergency cards of the site, as a doctor
    READ_PATIENTS = "read-patients"  # who they are and how to reach them; nothing of their health
    WRITE_PATIENTS = "write-patients"
    MERGE_PATIENTS = "merge-patients"
    READ_RECORDS = "read-records"  # facts, complaints, assessments, courses
    WRITE_RECORDS = "write-records"
    BREAK_GLASS = "break-glass"  # open a record outside one's care team, for a reason
    ASSESS = "assess"
    PLAN = "plan"  # choose a therapy, make and stop a course
    CONSENT = "consent"
    PREPARE = "prepare"  # take the checks of a session and draw up what it needs
    GIVE = "give"  # deliver and sign what is given at a session
    KEEP_STOCK = "keep-stock"  # receive, use, count and recall lots
    KEEP_FORMULARY = "keep-formulary"  # say which products and strengths the site stocks
    PREPARE_SERUM = "prepare-serum"  # every step of the chain but the injection
    FOLLOW_ALARMS = "follow-alarms"  # those of the site: see, take over and end them
    FOLLOW_UP = "follow-up"  # links to a patient's phone, answers; take and end alerts
    ANSWER = "answer"  # one's own form, by a link
    KEEP_VISIT = "keep-visit"  # one's own appointment, by a link: come, move it, give it up
    READ_OWN_CURVE = "read-own-curve"  # one's own pain over time, by a link and a code
    CONSENT_AT_HOME = "consent-at-home"  # to one's own course, by a link: ask, decline, sign
    ESCALATE = "escalate"  # an alert that nobody took
    REMIND = "remind"  # a patient, of a question that waits
    SIGN_LETTERS = "sign-letters"  # about a patient's health, to those who treat them elsewhere
    CERTIFY = "certify"  # that a patient came, and nothing of their health
    QUOTE = "quote"
    READ_AGENDA = "read-agenda"
    SCHEDULE = "schedule"  # move, cancel, check in
    EXPORT_RECORD = "export-record"
    ERASE = "erase"
    READ_AUDIT = "read-audit"
    ADMINISTER = "administer"  # people, sites, rooms, hours, prices, privileges
    READ_STATISTICS = "read-statistics"  # counts over everyone, nobody's record
    JUDGE_AGAIN = "judge-again"  # everyone's last assessment by a new edition; shown to nobody


class Role(StrEnum):
    """What a person is at a site."""

    PRACTITIONER = "practitioner"
    NURSE = "nurse"
    SECRETARY = "secretary"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Kind(StrEnum):
    """What acts without being one of a clinic's people, and so without a role."""

    PATIENT = "patient"
    SYSTEM = "system"  # another program, by its own key
    WORKER = "worker"  # the clock


class Scope(StrEnum):
    """Whose records a role that reads records may open without breaking glass."""

    CARE_TEAM = "care-team"  # patients who are in this person's care
    SITE = "site"  # everyone who comes to the site


P = Permission
PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.PRACTITIONER: frozenset(
        {
            P.READ_KNOWLEDGE,
            P.ATTEST,
            P.SIGN_CARDS,
            P.READ_PATIENTS,
            P.WRITE_PATIENTS,
            P.MERGE_PATIENTS,
            P.READ_RECORDS,
            P.WRITE_RECORDS,
            P.BREAK_GLASS,
            P.ASSESS,
            P.PLAN,
            P.CONSENT,
            P.PREPARE,
            P.GIVE,
            P.KEEP_STOCK,
            P.KEEP_FORMULARY,
            P.PREPARE_SERUM,
            P.FOLLOW_ALARMS,
            P.FOLLOW_UP,
            P.SIGN_LETTERS,
            P.CERTIFY,
            P.QUOTE,
            P.READ_AGENDA,
            P.SCHEDULE,
            P.EXPORT_RECORD,
        }
    ),
    Role.NURSE: frozenset(
        {
            P.READ_KNOWLEDGE,
            P.READ_PATIENTS,
            P.WRITE_PATIENTS,
            P.READ_RECORDS,
            P.WRITE_RECORDS,
            P.PREPARE,
            P.KEEP_STOCK,
            P.KEEP_FORMULARY,
            P.PREPARE_SERUM,
            P.FOLLOW_UP,
            P.CERTIFY,
            P.READ_AGENDA,
            P.SCHEDULE,
        }
    ),
    Role.SECRETARY: frozenset(
        {
            P.READ_PATIENTS,
            P.WRITE_PATIENTS,
            P.CERTIFY,
            P.QUOTE,
            P.READ_AGENDA,
            P.SCHEDULE,
        }
    ),
    Role.ANALYST: frozenset({P.READ_KNOWLEDGE, P.READ_STATISTICS}),
    Role.AUDITOR: frozenset({P.READ_KNOWLEDGE, P.READ_AUDIT}),
    Role.ADMINISTRATOR: frozenset(
        {
            P.READ_KNOWLEDGE,
            P.ATTEST,
            P.READ_PATIENTS,
            P.MERGE_PATIENTS,
            P.FOLLOW_ALARMS,
            P.KEEP_FORMULARY,
            P.ADMINISTER,
            P.ERASE,
        }
    ),
}

# Each door gives its kind what it needs, and nothing is written here before it does.
KIND_PERMISSIONS: Final[dict[Kind, frozenset[Permission]]] = {
    Kind.PATIENT: frozenset({P.ANSWER, P.KEEP_VISIT, P.READ_OWN_CURVE, P.CONSENT_AT_HOME}),
    Kind.SYSTEM: frozenset({P.READ_KNOWLEDGE}),
    Kind.WORKER: frozenset({P.JUDGE_AGAIN, P.ESCALATE, P.REMIND}),
}

# A nurse works with everyone who comes; a practitioner with their own patients.
SCOPES: Final[dict[Role, Scope]] = {Role.PRACTITIONER: Scope.CARE_TEAM, Role.NURSE: Scope.SITE}


def may(role: str, permission: Permission) -> bool:
    """Whether a role holds a permission. A role that is not known holds none."""
    return permission in PERMISSIONS.get(role, frozenset())  # type: ignore[call-overload]


def kind_may(kind: Kind, permission: Permission) -> bool:
    """Whether what is none of the clinic's people holds a permission."""
    return permission in KIND_PERMISSIONS[kind]


def scope(role: str) -> Scope:
    """Whose records a role opens; the narrowest where nothing is written."""
    return SCOPES.get(role, Scope.CARE_TEAM)  # type: ignore[call-overload]
