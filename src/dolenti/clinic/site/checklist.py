"""What a clinic needs before its first patient, and what of it is missing.

Every point is looked up when the page is asked for; nothing is ticked by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dolenti.access import accounts, second_step, trail
from dolenti.access.clock import today
from dolenti.access.models import Membership, User
from dolenti.access.pages import page
from dolenti.access.roles import Permission, Role, may
from dolenti.agenda import premises, privileges
from dolenti.calendar import opening
from dolenti.calendar.moments import day_in_words, local_day
from dolenti.clinic.common.request import user_of
from dolenti.diary import questionnaires, senders
from dolenti.guideline import ageing
from dolenti.readiness import cards, kits
from dolenti.records import engine
from dolenti.records.facts import naming
from dolenti.records.judging import attestations
from dolenti.stock import gate as stock_gate
from dolenti.treatment import fees
from dolenti.treatment.models import Fee
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

WANT_A_SECOND_STEP: Final = frozenset({Role.PRACTITIONER.value, Role.ADMINISTRATOR.value})
"""Whatever the settings ask of nobody."""
BACKUP_EVERY: Final = timedelta(days=2)
VERIFY_EVERY: Final = timedelta(days=2)
DRILL_EVERY: Final = timedelta(days=40)  # once a month, and some days to see to it


@dataclass(frozen=True)
class Point:
    """One thing that is there or not. ``says`` is what was found, ``leads`` where it is mended;
    nothing where that is not a page of the site: then ``whom`` says who sees to it, and ``command``
    what they type or set."""

    name: str
    done: bool
    says: str
    leads: str = ""
    command: str = ""
    whom: str = ""


@dataclass(frozen=True)
class Looked:
    """What several points are told by, read once: who works here as what, who may perform which
    therapy, the kit of each room in use, how many products the site keeps, and what it asks."""

    user: User
    standing: tuple[Membership, ...]
    privileged: frozenset[tuple[int, str]]
    kits: tuple[kits.RoomKit, ...]
    products: int
    fees: tuple[Fee, ...]

    @classmethod
    def at(cls, user: User) -> Looked:
        """The user's site, today."""
        day = today()
        standing = accounts.memberships(user).filter(ended_at=None, user__is_active=True)
        standing = standing.select_related("user", "site__letterhead")
        standing = standing.defer("site__letterhead__logo")  # once a person, and in no sentence
        found = list(standing.annotate(products=stock_gate.products_kept(user)))
        products = next((one.products for one in found), 0)
        held = privileges.valid_at(user.site_id, day).values_list("user", "therapy")
        served, priced = tuple(kits.of(user, day)), tuple(fees.in_force(user))
        return cls(user, tuple(found), frozenset(held), served, products, priced)


@page("site/checklist/", "site-checklist", Permission.ADMINISTER)
def site_checklist(request: HttpRequest) -> HttpResponse:
    """What is ready at this site, and what is still to do."""
    points = list(points_of(user_of(request)))
    context = {
        "part": "checklist",
        "missing": [one for one in points if not one.done],
        "done": [one for one in points if one.done],
    }
    return render(request, "clinic/site/checklist.html", context)


def points_of(user: User) -> Iterator[Point]:
    """Every point, in the order in which a new clinic comes to them."""
    looked = Looked.at(user)
    looks: tuple[Callable[[Looked], Point], ...] = (
        _people, _second_step, _privileges, _letterhead, _hours, _rooms, _fees, _lists, _formulary,
        _kits, _cards, _attestations, _alerts, _questionnaires, _backup, _copy, _trail, _mail,
        _alarm, _sms, _leaked,
    )  # fmt: skip
    for look in looks:
        one = look(looked)
        if not one.leads and not one.whom:
            one = replace(one, whom=_("Ask whoever runs the server."))
        yield one


def _people(looked: Looked) -> Point:
    counted = Counter(one.role for one in looked.standing)
    wanted = {Role.PRACTITIONER: 1, Role.SECRETARY: 1, Role.AUDITOR: 1, Role.ADMINISTRATOR: 2}
    lacking = [str(LABELS["role"][role]) for role, least in wanted.items() if counted[role] < least]
    says = _("Every role that is needed is filled, with two administrators.")
    if lacking:
        says = _("Missing: %(roles)s. Two administrators: one alone can be locked out.") % {
            "roles": ", ".join(lacking)
        }
    return Point(_("People and roles"), not lacking, says, reverse("people"))


def _second_step(looked: Looked) -> Point:
    """Every role that somebody has here: who enters by a password alone is named, whatever the
    settings ask."""
    held = {one.role for one in looked.standing}
    wanted = settings.MFA_REQUIRED_FOR | WANT_A_SECOND_STEP | held
    spared = sorted(wanted - second_step.roles_that_must(looked.user.site))
    says = _("Everyone whose role requires it logs in with a second step.")
    if spared:
        says = _("Log in by a password alone: %(roles)s.") % {
            "roles": ", ".join(str(LABELS["role"][role]) for role in spared)
        }
    return Point(_("Second step"), not spared, says, command="DOLENTI_MFA_REQUIRED_FOR")


def _privileges(looked: Looked) -> Point:
    held = {person for person, _ in looked.privileged}
    practising = [one.user for one in looked.standing if one.role == Role.PRACTITIONER]
    without = [one.name for one in practising if one.pk not in held]
    says = _("Every practitioner has a privilege in force.")
    if without:
        says = _("Without a privilege in force: %(names)s.") % {"names": first_few(without)}
    elif not held:
        says = _("Nobody has a privilege in force.")
    return Point(_("Privileges"), bool(held) and not without, says, reverse("privileges"))


def _letterhead(looked: Looked) -> Point:
    """FINESS and logo are named where they are missing, and hold nothing up: not every site has
    them."""
    site = looked.user.site
    kept = next((getattr(one.site, "letterhead", None) for one in looked.standing), None)
    details = [
        name
        for name, text in ((_("address"), site.address), (_("telephone"), site.phone))
        if not text.strip()
    ]
    numbers = [] if kept and kept.siret else ["SIRET"]
    numbers += [
        _("RPPS of %(name)s") % {"name": one.user.name}
        for one in looked.standing
        if one.role == Role.PRACTITIONER and not one.user.rpps
    ]
    optional = [] if kept and kept.finess else ["FINESS"]
    optional += [] if kept and kept.logo_width else [pgettext("letterhead", "logo")]
    lacking = details + numbers
    says = _("Name, address, telephone and numbers appear at the head of every paper.")
    if lacking:
        says = _("Missing at the head of every paper: %(what)s.") % {"what": ", ".join(lacking)}
    if optional:
        says += " " + _("Not entered, if the site has them: %(what)s.") % {
            "what": ", ".join(optional)
        }
    if details and "SIRET" in numbers:
        says += " " + _("The SIRET number is entered under “Numbers and logo”.")
    leads = reverse("site" if details else "site-letterhead")
    if lacking and not details and "SIRET" not in numbers:
        leads = reverse("people")
    return Point(_("Head of the papers"), not lacking, says, leads)


def _hours(looked: Looked) -> Point:
    open_days = sum(bool(spans) for spans in premises.week_of(looked.user.site).values())
    says = ngettext("Open on %(n)s day of the week.", "Open on %(n)s days of the week.", open_days)
    says = says % {"n": open_days} if open_days else _("No opening hours are entered.")
    return Point(_("Opening hours"), open_days > 0, says, reverse("site-hours"))


def _rooms(looked: Looked) -> Point:
    used = len(looked.kits)
    says = ngettext("%(n)s room in use.", "%(n)s rooms in use.", used) % {"n": used}
    if not used:
        says = _("There is no room yet.")
    return Point(_("Rooms"), used > 0, says, reverse("site-rooms"))


def _fees(looked: Looked) -> Point:
    priced = {one.therapy for one in looked.fees} - {""}
    given = {therapy for _, therapy in looked.privileged}
    lacking = [
        therapy.description.short.in_language(current())
        for therapy in engine.edition_in_force().therapies
        if therapy.id in given - priced
    ]
    says = _("Every therapy that is performed here has a price.")
    if lacking:
        says = _("Without a price, so that no quotation can be made: %(what)s.") % {
            "what": ", ".join(lacking)
        }
    elif not priced:
        says = _("No price is entered: enter one for each therapy that will be performed here.")
    return Point(_("Fees"), bool(priced) and not lacking, says, reverse("site-fees"))


def _lists(looked: Looked) -> Point:
    """What somebody elsewhere, or the calendar, makes anew: of which year it is here."""
    day = today()
    of_site = ageing.of_fees(
        [one.entered_on.year if one.entered_on else None for one in looked.fees]
    )
    lists = [
        *ageing.of_edition(engine.edition_in_force()),
        ageing.of_holidays(opening.RULES_OF),
        ageing.of_status(naming.base().provenance.specialities),
        *([of_site] if of_site else []),
    ]
    old = [one for one in lists if not one.is_of(day)]
    says = ". ".join(one.sentence(day).in_language(current()) for one in old or lists) + "."
    leads = reverse("site-fees") if of_site in old else ""
    whom = "" if leads else _("They come with a newer version: ask whoever runs the server.")
    return Point(_("Lists to be refreshed"), not old, says, leads, whom=whom)


def _formulary(looked: Looked) -> Point:
    kept = looked.products
    says = ngettext("%(n)s product is kept here.", "%(n)s products are kept here.", kept)
    if not kept:
        says = _("No product is kept here: none can be drawn up.")
    return Point(pgettext("checklist", "Formulary"), kept > 0, says % {"n": kept}, reverse("stock"))


def _kits(looked: Looked) -> Point:
    there = looked.kits
    lacking = [one.room.name for one in there if one.state.level != "fine"]
    says = _("Every room is served by a kit that is checked and complete.")
    if not there:
        says = _("There is no room yet.")
    elif lacking:
        says = _("Kit not checked, or not complete: %(rooms)s.") % {"rooms": first_few(lacking)}
    return Point(_("Emergency kits"), bool(there) and not lacking, says, reverse("site-kits"))


def first_few(names: Sequence[str], most: int = 3) -> str:
    """The first of a long list, and how many others: its page has them all."""
    rest = len(names) - most
    if rest < 2:  # one more name is no longer than its count
        return ", ".join(names)
    others = ngettext("%(n)s other", "%(n)s others", rest) % {"n": rest}
    return _("%(names)s and %(others)s") % {"names": ", ".join(names[:most]), "others": others}


def _cards(looked: Looked) -> Point:
    unsigned = [
        one.card.title.in_language(current())
        for one in cards.standing(looked.user.site)
        if not one.may_show
    ]
    says = _("A doctor of the site has signed every card.")
    if unsigned:
        says = _("Not shown until a doctor of the site signs them: %(cards)s.") % {
            "cards": first_few(unsigned)
        }
    return Point(_("Emergency cards"), not unsigned, says, reverse("emergency-cards"))


def _attestations(looked: Looked) -> Point:
    stands = attestations.standings(looked.user, engine.edition_in_force())
    waiting = sum(one.state != "attested" for one in stands.values())
    says = _("What the law leaves open was looked into.")
    if waiting:
        says = ngettext(
            "%(n)s notice of what the law leaves open waits for you or a practitioner.",
            "%(n)s notices of what the law leaves open wait for you or a practitioner.",
            waiting,
        ) % {"n": waiting}
    return Point(_("Attestations"), not waiting, says, reverse("knowledge-choices"))


def _alerts(looked: Looked) -> Point:
    """Who is told of an alert of a patient: nobody else may take one."""
    following = [one.user for one in looked.standing if may(one.role, Permission.FOLLOW_UP)]
    entering = [one.name for one in following if one.has_chosen_password]
    waiting = [one.name for one in following if one.name not in entering]
    said = []
    if entering:
        said.append(_("See them, and may take them: %(names)s.") % {"names": first_few(entering)})
    if waiting:
        said.append(
            _("Cannot log in yet (no password chosen): %(names)s.") % {"names": first_few(waiting)}
        )
    if not following:
        said.append(_("Nobody here can take one on: no patient alert reaches anybody."))
    elif settings.MAIL is None:
        said.append(_("Without a mail server an alert is seen on the site alone."))
    says = " ".join(said)
    return Point(_("Who receives patient alerts"), bool(entering), says, reverse("people"))


def _backup(looked: Looked) -> Point:
    kept = trail.last_kept(looked.user)
    last, tried = kept[trail.BACKED_UP], kept[trail.DRILLED]
    says = _("There is none yet.")
    if last is not None:
        says = _("The last one was made on %(day)s.") % {"day": _day(last)}
    now = timezone.now()
    if last is None or now - last > BACKUP_EVERY:
        return Point(_("Backup"), False, says, command="dolenti backup")
    if tried is None:
        says += " " + _("None was ever restored for a try.")
    else:
        says += " " + _("One was last restored for a try on %(day)s.") % {"day": _day(tried)}
    recent = tried is not None and now - tried <= DRILL_EVERY
    return Point(_("Backup"), recent, says, command="dolenti backup --drill")


def _trail(looked: Looked) -> Point:
    last = trail.last_verified(looked.user)
    says = _("It was never verified.")
    if last is not None:
        says = _("It was last verified on %(day)s.") % {"day": _day(last.at)}
    if last is None or timezone.now() - last.at > VERIFY_EVERY or last.faults:
        if last is not None and last.faults:
            says += " " + _("Something is wrong with it: see what the command says.")
        return Point(_("Audit trail"), False, says, command="dolenti audit verify")
    if settings.WITNESS is None:
        says += " " + _("Its end is kept in one place only: name a second one, on another disk.")
    return Point(_("Audit trail"), settings.WITNESS is not None, says, command="DOLENTI_WITNESS")


def _copy(looked: Looked) -> Point:
    last = trail.last_kept(looked.user)[trail.COPIED]
    failed, lies_beside = trail.last_copy(looked.user)
    says = _("No backup was ever copied to another disk: the loss of this one loses all.")
    if last is not None:
        says = _("The last copy was made on %(day)s.") % {"day": _day(last)}
    if failed is not None:
        says += " " + _("The last copy failed, on %(day)s.") % {"day": _day(failed)}
    recent = last is not None and timezone.now() - last <= BACKUP_EVERY
    command = "dolenti backup --also"
    beside = lies_beside and not settings.COPY_ELSEWHERE
    if beside:
        command = "DOLENTI_COPY_ELSEWHERE"
        says += " " + _(
            "It lies on the same disk as the data: one breakdown loses both. Mount another disk, "
            "or have it said in the settings how this folder gets elsewhere."
        )
    done = recent and failed is None and not beside
    return Point(_("Copy of the backup elsewhere"), done, says, command=command)


def _day(moment: datetime) -> str:
    return day_in_words(local_day(moment), current())


def _questionnaires(looked: Looked) -> Point:
    found = questionnaires.installed()
    says = _("No questionnaire is added; pain, change and activities are asked without one.")
    if found.there:
        says = _("Asked: %(names)s.") % {
            "names": ", ".join(one.short for one in found.there.values())
        }
    if found.faults:
        says = " ".join(
            _("%(where)s is not asked: %(why)s.")
            % {"where": one.where, "why": one.sentence(current())}
            for one in found.faults
        )
    return Point(
        _("Questionnaires of this site"), not found.faults, says, command="dolenti questionnaires"
    )


def _mail(looked: Looked) -> Point:
    says = _("Messages go out by the mail server of the settings.")
    if settings.MAIL is None:
        says = _("No mail server is set: messages are written into a folder, and reach nobody.")
    return Point(_("E-mail"), settings.MAIL is not None, says, command="DOLENTI_MAIL")


def _alarm(looked: Looked) -> Point:
    """A folder of messages wakes nobody: both are needed."""
    there = bool(settings.ALARM_TO) and settings.MAIL is not None
    says = _("Where a backup, a drill or a verification fails, somebody is written to.")
    command = "DOLENTI_ALARM_TO"
    if not there:
        says = _("Where a backup, a drill or a verification fails at night, nobody is told.")
    if settings.ALARM_TO and settings.MAIL is None:
        says += " " + _("Whom to tell is set; the mail server is missing.")
        command = "DOLENTI_MAIL"
    return Point(_("Alarms of the machine"), there, says, command=command)


def _sms(looked: Looked) -> Point:
    there = senders.is_there("sms") and bool(settings.SMS_SENDER)
    says = _("SMS to patients go out by the sender of the settings.")
    if not there:
        says = _(
            "Nothing is set that sends an SMS: none leaves, and SMS is not offered as a way to a "
            "patient."
        )
        if senders.is_there("sms"):
            says = _("Nothing is set that sends an SMS: each is a file, and reaches nobody.")
    return Point(_("SMS"), there, says, command="DOLENTI_SMS")


def _leaked(looked: Looked) -> Point:
    there = settings.LEAKED_PASSWORDS is not None
    says = _("A new password is held against a list of those that leaked.")
    if not there:
        says = _("A new password is held against common ones, not against those that leaked.")
    return Point(_("Leaked passwords"), there, says, command="DOLENTI_LEAKED_PASSWORDS")
