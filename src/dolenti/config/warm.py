"""What every request needs, made before the first one comes and kept for good."""

from __future__ import annotations

import gc
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

PACKAGE = Path(__file__).resolve().parent.parent
YOUNG, TIMES, ALL_TIMES = 10_000, 20, 20
"""How seldom the collector looks: at what is new after so many objects, at what outlived that after
so many looks, and at all of it after so many of these. What pages write once is fifty thousand
objects more: as often as Python looks by itself, one visit in twenty waited twenty to eighty
milliseconds for nothing to be found."""


def warm() -> None:
    """Read the knowledge, the addresses, the words and the templates, and take all of it out of
    the garbage collector's way.

    The collector would walk through it again and again and never find anything: some sixty
    milliseconds each time, in the middle of somebody's page. The processes that are forked from
    this one share it, too.
    """
    from dolenti.clinic.common.lookup import lookup
    from dolenti.clinic.injections.control import About, control
    from dolenti.clinic.session.forms import MAP
    from dolenti.guideline import session
    from dolenti.records import engine

    edition = engine.edition_in_force()
    engine.judge(edition, {})
    places = session.places(edition)
    places.prepare()
    for language, _ in settings.LANGUAGES:
        lookup(edition, language)
        with translation.override(language):
            translation.gettext("Save")
            for scene in control(places, About(), name=MAP).scenes:
                for figure in scene.figures:
                    figure.blank  # noqa: B018 - reading it writes it
    get_resolver().url_patterns  # noqa: B018 - reading it imports every view
    for name in _template_names():
        get_template(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, TIMES, ALL_TIMES)


def _template_names() -> list[str]:
    """The templates of our own applications, by the names that views give them: from a folder of
    templates, or, in a subject's own folder, from the package itself."""
    own = [Path(app.path) for app in apps.get_app_configs() if app.name.startswith("dolenti.")]
    return sorted(
        file.relative_to(
            path / "templates" if "templates" in file.parts else path.parent
        ).as_posix()
        for path in own
        for file in path.rglob("*.html")
    )
