"""What the site's records mean by what nobody had understood: who said so, when, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.records.facts import meanings
from dolenti.records.models import Meaning

MOST = 500


@dataclass(frozen=True)
class Line:
    """A meaning in words; ``means`` is empty where the site found it of no concern."""

    public_id: str
    says: str
    means: str
    who: str
    when: datetime
    ended_by: str
    ended_at: datetime | None


@page("meanings/", "meanings", Permission.READ_RECORDS)
def listed(request: HttpRequest) -> HttpResponse:
    """The meanings in force, and those that were taken back."""
    lines = _lines(meanings.listed(user_of(request))[:MOST], words())
    context = {
        "standing": [line for line in lines if line.ended_at is None],
        "ended": [line for line in lines if line.ended_at is not None],
    }
    return render(request, "clinic/meanings/page.html", context)


@page("meanings/<slug:public_id>/end/", "meaning-end", Permission.WRITE_RECORDS, form=True)
def end(request: HttpRequest, public_id: str) -> HttpResponse:
    """A meaning taken back: whatever says it is asked again."""
    found = meanings.meaning(user_of(request), public_id)
    if request.method == "POST":
        meanings.end(submission(request), found)
        messages.success(request, _("Answer withdrawn: the question is asked again."))
    return redirect("meanings")


def _lines(found: Iterable[Meaning], lookup: Lookup) -> list[Line]:
    return [
        Line(
            one.public_id,
            one.says,
            ", ".join(_in_words(answer, lookup) for answer in one.answers),
            one.author.name,
            one.created_at,
            one.ended_by.name if one.ended_by else "",
            one.ended_at,
        )
        for one in found
    ]


def _in_words(answer: str, lookup: Lookup) -> str:
    fact, _sign, option = answer.partition("=")
    definition = lookup.definition(fact)
    if definition is None or not option:
        return lookup.fact(fact)
    label = next(
        (o.label.in_language(lookup.language) for o in definition.options if o.id == option), option
    )
    return f"{lookup.fact(fact)} ({label})"
