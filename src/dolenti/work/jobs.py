"""What is done by the clock, whoever is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from dolenti.access import heads, trail
from dolenti.access.actors import worker_at
from dolenti.access.models import Site
from dolenti.diary import alerts, bounces, reminding
from dolenti.letters import replies
from dolenti.records.judging import verdict_changes
from dolenti.rights import copy_requests
from dolenti.serum import silence

KEPT: Final = timedelta(days=30)
"""For so long it can be seen of a job that it was done."""


@task
def judge_again() -> None:
    """Find whose verdict the edition in force changes, at each site once for each edition."""
    for site in Site.objects.order_by("pk"):
        if not verdict_changes.was_searched(site):
            for _ in verdict_changes.find(worker_at(site)):
                pass


@task
def tell_on_alerts() -> None:
    """Tell on the alerts of patients that nobody took in time, at each site."""
    now = timezone.now()
    for site in Site.objects.order_by("pk"):
        alerts.escalate(worker_at(site), now)


@task
def remind() -> None:
    """Tell patients of the questions that wait for them, at each site."""
    now = timezone.now()
    for site in Site.objects.order_by("pk"):
        reminding.remind(worker_at(site), now)


@task
def hear_bounces() -> None:
    """Read the mail that came back, where the site named the mailbox that it comes back to."""
    if settings.BOUNCES is not None:
        bounces.hear_all(settings.BOUNCES)


@task
def tell_of_late_replies() -> None:
    """Tell the nurses of the letters that nobody answered in time, at each site."""
    now = timezone.now()
    for site in Site.objects.order_by("pk"):
        replies.tell_of_late(worker_at(site), now)


@task
def tell_of_silent_freezers() -> None:
    """Tell the responsible person of the serum of a freezer whose recorder nobody reads, at each
    site."""
    now = timezone.now()
    for site in Site.objects.order_by("pk"):
        silence.tell_of_silence(worker_at(site), now)


@task
def verify_the_trail() -> None:
    """Look through the whole trail; what is wrong with it is written into it, for the auditors."""
    trail.note(*heads.verify())


@task
def forget_copies() -> None:
    """Remove the files of copies that lay for a day."""
    copy_requests.forget()


@task
def forget_what_is_over() -> None:
    """Remove sessions that ran out, and jobs that were done a month ago."""
    SessionStore.clear_expired()
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT).delete()
