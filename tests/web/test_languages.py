"""French first, English complete, and never the two on one page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation.template import templatize

import dolenti
from dolenti.access.models import Site
from dolenti.records.models import Assessment, Complaint
from dolenti.ui.labels import ICONS, LABELS
from tests.typography import cuts_a_figure, cuts_a_sign

pytestmark = pytest.mark.any_database

PACKAGE = Path(dolenti.__file__).parent
CATALOGUES = sorted(PACKAGE.rglob("locale/fr/LC_MESSAGES/django.po"))
_CALLED = re.compile(
    r"""\b(n?p?gettext)\(((?:(?:, ?)?u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))+)"""
)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def entries() -> list[dict[str, str]]:
    """Every entry of every catalogue."""
    return [entry for catalogue in CATALOGUES for entry in entries_of(catalogue)]


def entries_of(catalogue: Path) -> list[dict[str, str]]:
    found = []
    for block in catalogue.read_text("utf-8").split("\n\n")[1:]:
        entry: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("msg"):
                key = line.split(" ", 1)[0]
                entry[key] = ""
            if key and not line.startswith("#"):
                text = _STRING.search(line)
                assert text
                entry[key] += text[1].replace('\\"', '"').replace("\\n", "\n")
        found.append(entry)
    return found


def test_every_text_of_the_interface_has_its_french() -> None:
    assert len(entries()) > 300
    for entry in entries():
        french = [text for key, text in entry.items() if key.startswith("msgstr")]
        assert french, entry
        assert all(french), entry


def test_french_keeps_its_signs_and_its_units() -> None:
    """No line of a page begins with a sign or a unit."""
    french = [
        text for entry in entries() for key, text in entry.items() if key.startswith("msgstr")
    ]
    assert len(french) > 3_000
    assert [text for text in french if cuts_a_sign(text) or cuts_a_figure(text)] == []


def test_every_text_stands_in_one_catalogue() -> None:
    said = [(entry.get("msgctxt"), entry["msgid"]) for entry in entries()]
    assert sorted(map(str, said)) == sorted(map(str, set(said)))


def test_every_catalogue_is_read_by_the_site() -> None:
    assert {catalogue.parents[2] for catalogue in CATALOGUES} == set(settings.LOCALE_PATHS)


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with translation.override("fr"):
        for entry in entries():
            context = entry.get("msgctxt")
            if "msgid_plural" in entry:
                given = translation.ngettext(entry["msgid"], entry["msgid_plural"], 2)
                assert given == entry["msgstr[1]"]
            elif context:
                assert translation.pgettext(context, entry["msgid"]) == entry["msgstr"]
            else:
                assert translation.gettext(entry["msgid"]) == entry["msgstr"]


def asked(tree: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[str | None, str]]:
    """Each text that a module asks the French of, with its context: in an f-string too, where
    ``makemessages`` does not look."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        with_context = names.get(node.func.id, "").startswith(("pgettext", "npgettext"))
        said = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
        if node.func.id in names and len(said) > with_context:
            yield (said[0], said[1]) if with_context else (None, said[0])


def of_module(text: str) -> Iterator[tuple[str | None, str]]:
    tree = ast.parse(text)
    names = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name
    }
    return asked(tree, names)


def of_template(text: str) -> Iterator[tuple[str | None, str]]:
    """Django's own reading of ``translate`` and ``blocktranslate``."""
    for name, said in _CALLED.findall(templatize(text)):
        yield from asked(ast.parse(f"{name}({said})"), {name: name})


def test_every_text_of_code_and_templates_is_in_the_catalogue() -> None:
    known = {(entry.get("msgctxt"), entry["msgid"]) for entry in entries()}
    said = [
        (file.relative_to(PACKAGE), one)
        for ending, read in ((".py", of_module), (".html", of_template))
        for file in sorted(PACKAGE.rglob(f"*{ending}"))
        for one in read(file.read_text("utf-8"))
    ]
    assert len(said) > 5_000
    assert [one for one in said if one[1] not in known] == []
    with translation.override("fr"):
        for family, words in LABELS.items():
            for value, word in words.items():
                assert str(word), (family, value)


def test_every_icon_exists() -> None:
    sprite = (PACKAGE / "ui/static/ui/icons.svg").read_text()
    for family in ICONS.values():
        for name in family.values():
            assert f'id="{name}"' in sprite


# Words of the interface that say at once which language a page speaks. Clinical texts and proper
# names are the knowledge's, which has its own checks.
ONLY = {
    "fr": ["Se déconnecter", "Référentiel", "Aller au contenu", "Une aide à la décision"],
    "en": ["Log out", "Knowledge", "Skip to the content", "Decision support for clinicians"],
}


def pages(knee: Complaint, stored: Assessment) -> list[str]:
    return [
        reverse("home"),
        reverse("complaints"),
        reverse("complaint-new"),
        reverse("complaint-import"),
        reverse("complaint", args=[knee.public_id]),
        reverse("complaint-facts", args=[knee.public_id]),
        reverse("assessments"),
        reverse("assessment", args=[stored.public_id]),
        reverse("knowledge"),
        reverse("knowledge-red-flags"),
        reverse("knowledge-therapy", args=["cryoneurolysis"]),
        reverse("knowledge-choices"),
        reverse("knowledge-coverage"),
        "/no-such-page/",
    ]


@pytest.mark.parametrize("language,other", [("fr", "en"), ("en", "fr")])
def test_a_page_speaks_one_language(
    language: str, other: str, at_alice: Client, knee: Complaint, stored: Assessment
) -> None:
    at_alice.post(reverse("language"), {"language": language, "next": "/"})
    strange = [e["msgid" if language == "fr" else "msgstr"] for e in entries() if "msgstr" in e]
    same = {e["msgid"] for e in entries() if e.get("msgstr") == e["msgid"]}
    for address in pages(knee, stored):
        page = at_alice.get(address).content.decode()
        assert f'<html lang="{language}">' in page
        for words in ONLY[language]:
            assert words in page, (address, words)
        for words in ONLY[other]:
            assert words not in page, (address, words)
        # Whole sentences of the other language's interface appear nowhere.
        for words in strange:
            if len(words) > 24 and words not in same and "%" not in words:
                assert words not in page, (address, words)


def test_french_without_a_choice_whatever_the_browser_prefers(client: Client, north: Site) -> None:
    response = client.get(reverse("account_login"), headers={"accept-language": "en-GB"})
    assert response.headers["Content-Language"] == "fr"
    assert "Se connecter" in response.content.decode()


def test_the_choice_is_kept_in_a_cookie(client: Client, north: Site) -> None:
    client.post(reverse("language"), {"language": "en", "next": "/login/"})
    assert "Log in" in client.get(reverse("account_login")).content.decode()


def test_a_strange_cookie_means_french(client: Client, db: None) -> None:
    client.cookies["django_language"] = "xx<script>"
    assert '<html lang="fr">' in client.get(reverse("account_login")).content.decode()
