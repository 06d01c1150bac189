"""The address of every page, with what it shows made for it.

What stands in an address is told by the word before it: ``courses/<slug:public_id>/stop/`` is
about a course. A page about something that is here needs no line of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import Clinic, Invitation, Site, User
from dolenti.access.roles import Role
from dolenti.agenda.models import Absence, Privilege
from dolenti.identity.person import Identity
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.judging import imaging
from dolenti.records.models import (
    Assessment,
    Complaint,
    Contact,
    Imaging,
    Medicine,
    Merge,
    MergeProposal,
    Opening,
    VisitNote,
)
from dolenti.records.patients import contacting, medicating, merge_proposals, noting
from dolenti.treatment import holds, photos, recording
from dolenti.treatment.models import Session, SessionPhoto
from tests.questionnaires import rarely_asked
from tests.web.diary import alert_on, asked_at_home, wished
from tests.web.letters import signed_letter
from tests.web.matrix import PAGES
from tests.web.merges import asked_for, merged
from tests.web.room import a_photo, drawn_up
from tests.web.safety import raised_by, report_due, told_of
from tests.web.serum import at_hand
from tests.web.stock import in_stock, letter_to, stocked
from tests.web.world import (
    PAUL,
    appointment_of,
    begun_anew,
    copy_asked,
    exercises_for,
    kept,
    practitioner_of,
    quoted,
    ready,
    referred,
    registered,
    signed,
    taper_for,
    under_way,
)

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


def _contact(knee: Complaint, stored: Assessment) -> Contact:
    values = {"kind": "self", "phone": "0102030405"}
    return contacting.add(Submission(practitioner_of(stored), uuid.uuid4()), knee.patient, values)


def _medicine(knee: Complaint, stored: Assessment) -> Medicine:
    sent = Submission(practitioner_of(stored), uuid.uuid4())
    named = medicating.Named("DOLIPRANE 1000 mg", medicating.answered([]))
    return medicating.add(sent, knee.patient, named, {}, timezone.localdate())


def _imaging(knee: Complaint, stored: Assessment) -> Imaging:
    sent = Submission(practitioner_of(stored), uuid.uuid4())
    values = {"kind": "radiograph", "done": "2026-03", "side": knee.side, "finding": "Pincement"}
    return imaging.add(sent, knee, values, timezone.localdate())


def _note(knee: Complaint, stored: Assessment) -> VisitNote:
    sent = Submission(practitioner_of(stored), uuid.uuid4())
    today = timezone.localdate()
    return noting.write(sent, knee.patient, {"day": today, "note": "Va mieux"}, today)


def _merge(knee: Complaint, stored: Assessment) -> Merge:
    author = practitioner_of(stored)
    other = registered(author, PAUL)
    return merged(author, knee.patient, other)


def _merge_proposal(knee: Complaint, stored: Assessment) -> MergeProposal:
    someone = Identity("Gone", "Anton", date(1950, 2, 3), "male")
    author = practitioner_of(stored)
    waiting = merge_proposals.waiting(author).first()
    return waiting or asked_for(knee.patient, registered(author, PAUL, identity=someone))


def _absence(knee: Complaint, stored: Assessment) -> Absence:
    now = timezone.now()
    return Absence.objects.create(user=knee.author, start=now + DAY, end=now + 2 * DAY)


def _opening(knee: Complaint, stored: Assessment) -> Opening:
    ends_at = timezone.now() + HOUR
    return Opening.objects.create(
        patient=knee.patient, user=knee.author, reason="colleague away", ends_at=ends_at
    )


def _invitation(knee: Complaint, stored: Assessment) -> Invitation:
    """To somebody of another site of the house, at the complaint's site."""
    site = knee.author.site
    house = Clinic.objects.create(name="House")
    Site.objects.filter(pk=site.pk).update(clinic=house)
    away = Site.objects.create(name="Away", clinic=house)
    guest = User.objects.create_user(
        f"{uuid.uuid4().hex}@example.org", name="Gail", role=Role.NURSE, site=away
    )
    return Invitation.objects.create(user=guest, site=site, role=Role.NURSE, author=knee.author)


def _privilege(knee: Complaint, stored: Assessment) -> Privilege:
    return Privilege.objects.filter(user=ready(stored)).latest("pk")


def _session(stored: Assessment) -> Session:
    """A session under way, its patient there, its syringe drawn up."""
    author = practitioner_of(stored)
    Site.objects.filter(pk=author.site_id).update(phone="0102030405")  # a leaflet says whom to call
    found = under_way(author, begun_anew(stored))
    held = [one.id for one in holds.of(found.course.patient)]  # by an alert that another page shows
    recording.go_past(Submission(author, uuid.uuid4()), found, 0, held, "seen: all is well")
    drawn_up(author, found)
    return found


def _photo(stored: Assessment) -> SessionPhoto:
    """A photo of a session under way."""
    author = practitioner_of(stored)
    sent = Submission(author, uuid.uuid4())
    return photos.add(sent, _session(stored), a_photo(), agreed=True)


def _assessment(knee: Complaint, stored: Assessment) -> Assessment:
    ready(stored)
    return stored


def _of_the_site(kind: str) -> Callable[[Complaint, Assessment], Any]:
    return lambda knee, stored: kept(kind, knee.author, knee.patient)


# By the word of an address before the public id of something.
ABOUT: Final[dict[str, Callable[[Complaint, Assessment], Any]]] = {
    "patients": lambda knee, stored: knee.patient,
    "complaints": lambda knee, stored: knee,
    "documents": lambda knee, stored: knee.document,
    "contacts": _contact,
    "imaging": _imaging,
    "medicines": _medicine,
    "notes": _note,
    "photos": lambda knee, stored: _photo(stored),
    "merges": _merge,
    "merge-proposals": _merge_proposal,
    "openings": _opening,
    "invitations": _invitation,
    "people": lambda knee, stored: knee.author,
    "assessments": _assessment,
    "referrals": lambda knee, stored: referred(stored),
    "courses": lambda knee, stored: begun_anew(stored),
    "doses": lambda knee, stored: taper_for(practitioner_of(stored), knee.patient),
    "exercises": lambda knee, stored: exercises_for(practitioner_of(stored), knee),
    "sessions": lambda knee, stored: _session(stored),
    "appointments": lambda knee, stored: appointment_of(begun_anew(stored)),
    "consents": lambda knee, stored: signed(practitioner_of(stored), begun_anew(stored)),
    "consent-replies": lambda knee, stored: asked_at_home(practitioner_of(stored)),
    "wishes": lambda knee, stored: wished(practitioner_of(stored), knee),
    "quotations": lambda knee, stored: quoted(practitioner_of(stored), begun_anew(stored)),
    "privileges": _privilege,
    "absences": _absence,
    "items": lambda knee, stored: stocked(practitioner_of(stored)),
    "lots": lambda knee, stored: in_stock(practitioner_of(stored)),
    "letters": lambda knee, stored: letter_to(practitioner_of(stored), knee.patient),
    "sent-letters": lambda knee, stored: signed_letter(practitioner_of(stored), knee),
    "draws": lambda knee, stored: at_hand(stored).draw,
    "tubes": lambda knee, stored: at_hand(stored).incubated,
    "units": lambda knee, stored: at_hand(stored).frozen,
    "proposals": lambda knee, stored: at_hand(stored).to_confirm,
    "places": lambda knee, stored: at_hand(stored).bench.freezer,
    "excursions": lambda knee, stored: at_hand(stored).excursion,
    "logs": lambda knee, stored: at_hand(stored).excursion.log,
    "counts": lambda knee, stored: at_hand(stored).count,
    "kits": lambda knee, stored: kept("rooms", knee.author, knee.patient),
    "reports": lambda knee, stored: report_due(told_of(knee.patient, practitioner_of(stored))),
    "events": lambda knee, stored: told_of(knee.patient, practitioner_of(stored)),
    "alarms": lambda knee, stored: raised_by(knee.patient, practitioner_of(stored)),
    "alerts": lambda knee, stored: alert_on(begun_anew(stored)),
    "copies": lambda knee, stored: copy_asked(knee.author, knee.patient),
    **{kind: _of_the_site(kind) for kind in ("rooms", "closures", "fees", "meanings", "erasures")},
}
# By the name of a page: a session at which serum is given needs its units.
OF_SERUM: Final = {
    name: lambda knee, stored: at_hand(stored).session for name in ("serum-session", "serum-issue")
}
# By the name of anything else that stands in an address.
BESIDE: Final[dict[str, Callable[[Complaint], str]]] = {
    "other_id": lambda knee: registered(practitioner_of(knee)).public_id,
    "fact": lambda knee: "allergy",
    "therapy": lambda knee: "mesotherapy",
    "model": lambda knee: "surgeon",
    "part": lambda knee: "rules",
    "product": lambda knee: engine.edition_in_force().products[0].id,
    "notice": lambda knee: "acs-status-fr",
    "what": lambda knee: "unclosed",
    "form": lambda knee: "patient-new",
    "card": lambda knee: "anaphylaxis",
    "route": lambda knee: "pharmacovigilance",
    "step": lambda knee: "end-incubation",
    "event": lambda knee: "discard",
    "passkey": lambda knee: "0123456789abcdef",
    "uidb36": lambda knee: "0" * 16,
    "key": lambda knee: "spent",
    "token": lambda knee: "no-such-link",
    "questionnaire": lambda knee: rarely_asked(),
    "name": lambda knee: rarely_asked(),
}


def address(name: str, knee: Complaint, stored: Assessment) -> str:
    """The address of a page by its name; what stands in it is made where it must be there."""
    page = PAGES[name]
    arguments = {
        argument: OF_SERUM.get(name, ABOUT[page.kind])(knee, stored).public_id
        if argument == "public_id"
        else BESIDE[argument](knee)
        for argument in page.arguments
    }
    return reverse(name, kwargs=arguments)
