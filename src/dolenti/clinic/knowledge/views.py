"""The Knowledge pages: everything the site decides by, readable."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.request import today, words
from dolenti.clinic.knowledge import library
from dolenti.diary import questionnaires
from dolenti.guideline.coverage import coverage as coverage_of
from dolenti.ui.language import alphabetical

PARTS = ("rules", "protocol", "aftercare", "practice", "evidence")


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    lookup = words()
    return render(
        request,
        f"clinic/knowledge/{name}.html",
        {"edition": lookup.edition, "therapies": lookup.edition.therapies, "here": name, **context},
    )


def _therapy(therapy_id: str) -> Any:
    for therapy in words().edition.therapies:
        if therapy.id == therapy_id:
            return therapy
    raise Http404


@page("knowledge/", "knowledge", Permission.READ_KNOWLEDGE)
def overview(request: HttpRequest) -> HttpResponse:
    """Where everything is."""
    edition = words().edition
    found = coverage_of(edition)
    return _page(
        request,
        "overview",
        {
            "summaries": [library.summary(therapy, words()) for therapy in edition.therapies],
            "covered": sum(not one.missing for one in found),
            "statements": len(found),
        },
    )


@page("knowledge/alerts/", "knowledge-red-flags", Permission.READ_KNOWLEDGE)
def red_flags(request: HttpRequest) -> HttpResponse:
    """The warning signs that come before every therapy."""
    lookup = words()
    rules = [library.rule_card(flag, lookup) for flag in lookup.edition.red_flags]
    return _page(request, "red-flags", {"rules": rules})


@page("knowledge/therapies/<slug:therapy>/", "knowledge-therapy", Permission.READ_KNOWLEDGE)
def therapy(request: HttpRequest, therapy: str) -> HttpResponseBase:
    """What a therapy is, and its rules."""
    return therapy_part(request, therapy, "rules")


@page(
    "knowledge/therapies/<slug:therapy>/<slug:part>/",
    "knowledge-therapy-part",
    Permission.READ_KNOWLEDGE,
)
def therapy_part(request: HttpRequest, therapy: str, part: str) -> HttpResponse:
    """One part of what is known of a therapy."""
    if part not in PARTS:
        raise Http404
    found, lookup = _therapy(therapy), words()
    return _page(
        request,
        f"therapy-{part}",
        {
            "therapy": found,
            "summary": library.summary(found, lookup),
            "part": part,
            "parts": PARTS,
            **library.therapy_part(found, part, lookup),
        },
    )


@page("knowledge/products/", "knowledge-products", Permission.READ_KNOWLEDGE)
def products(request: HttpRequest) -> HttpResponse:
    """Every product, with its state where the clinic stands."""
    lookup = words()
    lines = [library.product_line(product, lookup) for product in lookup.edition.products]
    lines.sort(key=lambda one: alphabetical(one["product"].label.in_language(lookup.language)))
    return _page(request, "products", {"products": lines})


@page("knowledge/products/<slug:product>/", "knowledge-product", Permission.READ_KNOWLEDGE)
def product(request: HttpRequest, product: str) -> HttpResponse:
    """One product."""
    lookup = words()
    for found in lookup.edition.products:
        if found.id == product:
            return _page(request, "product", library.product_page(found, lookup))
    raise Http404


@page("knowledge/mixtures/", "knowledge-mixtures", Permission.READ_KNOWLEDGE)
def mixtures(request: HttpRequest) -> HttpResponse:
    """The rules of the syringe, and the combinations somebody looked at."""
    return _page(request, "mixtures", library.mixtures(words()))


@page("knowledge/measures/", "knowledge-measures", Permission.READ_KNOWLEDGE)
def measures(request: HttpRequest) -> HttpResponse:
    """The scores that patients answer."""
    lookup = words()
    return _page(
        request,
        "measures",
        {
            "measures": [(one, lookup.cited(one.sources)) for one in lookup.edition.measures],
            "there": questionnaires.installed().there,
        },
    )


@page("knowledge/facts/", "knowledge-facts", Permission.READ_KNOWLEDGE)
def facts(request: HttpRequest) -> HttpResponse:
    """The dictionary."""
    lookup = words()
    return _page(
        request, "facts", {"facts": [library.fact_card(f, lookup) for f in lookup.edition.facts]}
    )


@page("knowledge/contradictions/", "knowledge-contradictions", Permission.READ_KNOWLEDGE)
def contradictions(request: HttpRequest) -> HttpResponse:
    """Where the sources disagree, and what was chosen."""
    return _page(request, "contradictions", {"contradictions": library.contradictions(words())})


@page("knowledge/sources/", "knowledge-sources", Permission.READ_KNOWLEDGE)
def sources(request: HttpRequest) -> HttpResponse:
    """Every document cited, and how much of it was read."""
    return _page(request, "sources", {"sources": sorted(words().edition.sources, key=_by_mark)})


def _by_mark(source: Any) -> tuple[int, str]:
    return ("SLK".index(source.mark), source.title.lower())


@page("knowledge/reviews/", "knowledge-reviews", Permission.READ_KNOWLEDGE)
def reviews(request: HttpRequest) -> HttpResponse:
    """Who reviews which rules, by when, and who signed what."""
    return _page(request, "reviews", library.reviews(words(), today()))


@page("knowledge/coverage/", "knowledge-coverage", Permission.READ_KNOWLEDGE)
def coverage(request: HttpRequest) -> HttpResponse:
    """Every numbered statement of the fact base, and what became of it."""
    lookup = words()
    found = coverage_of(lookup.edition)
    groups: dict[str, list[Any]] = {}
    for one in found:
        cited = lookup.cited(one.says.sources) if one.says else []
        groups.setdefault(one.statement.rstrip("0123456789"), []).append((one, cited))
    missing = sum(one.missing for one in found)
    context = {"groups": groups, "missing": missing, "total": len(found)}
    return _page(request, "coverage", context)
