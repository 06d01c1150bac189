"""From the folder of YAML to an ``Edition``, or one error that says file, line and what to do.

``load_edition`` works on texts, so that an edition stored years ago replays from what was stored;
``load_folder`` reads the shipped folder and keeps the parsed content in a cache named by the
hash of the texts (parsing the YAML costs more than everything else a cold start does).

What lies under ``session/`` is needed by the room, what lies under ``patient/`` between the visits,
and neither by the judge: an edition carries them unread (``guideline.session`` and
``guideline.diary`` read them), so that no assessment waits for them.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dolenti.guideline import conditions, knowledge
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, Therapy

SHIPPED = Path(__file__).parent.parent / "knowledge"
ENGINE = "1"
"""The engine's version: raised whenever the same edition and facts could give another verdict."""

# msgspec 0.22 works out a type when it first meets it, and two threads that do so together end the
# process (segmentation fault).
_ONE_AT_A_TIME = threading.Lock()

# What each file holds. A list type means a list of entries, gathered over all files of the row.
LAYOUT: dict[str, tuple[str, Any]] = {
    "manifest": (r"edition\.yaml", knowledge.Manifest),
    "facts": (r"facts/[^/]+\.yaml", list[knowledge.FactDefinition]),
    "zones": (r"zones\.yaml", list[knowledge.Zone]),
    "conditions": (r"conditions/[^/]+\.yaml", list[knowledge.ClinicalCondition]),
    "sources": (r"sources/[^/]+\.yaml", list[knowledge.Source]),
    "statements": (r"statements/[^/]+\.yaml", list[knowledge.NumberedStatement]),
    "left_out": (r"left-out\.yaml", list[knowledge.LeftOut]),
    "red_flags": (r"red-flags/[^/]+\.yaml", list[knowledge.RedFlag]),
    "mixture_rules": (r"mixtures/rules\.yaml", list[knowledge.MixtureRule]),
    "group_rules": (r"mixtures/(?:classes|interactions)/[^/]+\.yaml", list[knowledge.GroupRule]),
    "compatibilities": (r"mixtures/compatibility\.yaml", list[knowledge.Compatibility]),
    "contradictions": (r"contradictions\.yaml", list[knowledge.Contradiction]),
    "policies": (r"policies\.yaml", list[knowledge.Policy]),
    "notices": (r"notices\.yaml", list[knowledge.Notice]),
    "acts": (r"acts\.yaml", list[knowledge.Act]),
    "consent": (r"consent\.yaml", list[knowledge.ConsentStatement]),
    "medicine_classes": (r"medicines/classes/[^/]+\.yaml", list[knowledge.MedicineClass]),
    "other_names": (r"medicines/other-names\.yaml", list[knowledge.OtherName]),
    "excipients": (r"medicines/excipients\.yaml", list[knowledge.ExcipientsOf]),
    "named_by": (r"records/named-by\.yaml", list[knowledge.NamedBy]),
    "of_records": (r"records/(?!named-by)[^/]+\.yaml", list[knowledge.OfRecords]),
    "asking": (r"asking/[^/]+\.yaml", list[knowledge.AskedRow]),
    "first_line": (r"first-line\.yaml", list[knowledge.FirstLine]),
    "statuses": (r"medicines/status\.yaml", list[knowledge.StatusRead]),
    "reviews": (r"reviews\.yaml", list[knowledge.Review]),
    "signatures": (r"signatures\.yaml", list[knowledge.Signature]),
}
FOLDERS: dict[str, tuple[str, Any]] = {
    "products": (r"products/[^/]+\.yaml", knowledge.Product),
    "measures": (r"measures/[^/]+\.yaml", knowledge.Measure),
}
THERAPY_PARTS: dict[str, tuple[str, Any]] = {
    "description": ("therapy.yaml", knowledge.TherapyDescription),
    "criteria": ("criteria.yaml", list[knowledge.Criterion]),
    "protocol": ("protocol.yaml", knowledge.Protocol),
    "techniques": ("techniques.yaml", list[knowledge.Technique]),
    "process": ("process.yaml", list[knowledge.ProcessStep]),
    "chain": ("chain.yaml", knowledge.SerumChain),
    "aftercare": ("aftercare.yaml", list[knowledge.Advice]),
    "adverse_effects": ("adverse-effects.yaml", list[knowledge.AdverseEffect]),
    "practice": ("practice.yaml", list[knowledge.Practice]),
    "claims": ("claims.yaml", list[knowledge.Claim]),
    "later": ("later.yaml", list[knowledge.Later]),
}
ASIDE = {"session_texts": "session/", "patient_texts": "patient/"}
"""What an edition carries unread, and the folder that it lies below."""
_BODY_ATLAS = "body/map.yaml"
_BODY_FIGURE = re.compile(r"body/[^/]+\.yaml")
_THERAPY_FILE = re.compile(r"therapies/([^/]+)/([^/]+\.yaml)")
_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]+)`")
_PATH_STEP = re.compile(r"\[(\d+)\]|\.([^.\[]+)")

Parsed = dict[str, tuple[Any, dict[tuple[str | int, ...], int]]]
T = TypeVar("T")


def load_edition(texts: Mapping[str, str]) -> Edition:
    """Build an edition from the texts of its files, by their path below the knowledge folder.

    Raises ``InputError`` for the first thing that is not as ``knowledge`` says, with file and
    line. Whether the entries agree with each other is the work of ``checking``.
    """
    aside, read = _apart(texts)
    return _build(parse(read), edition_hash(texts), aside)


def load_known(texts: Mapping[str, str]) -> Edition:
    """As ``load_edition``; the same texts are parsed once per machine, then read back."""
    sha256 = edition_hash(texts)
    aside, read = _apart(texts)
    return build_once(read, f"knowledge-{sha256}", lambda parsed: _build(parsed, sha256, aside))


@cache
def load_folder(folder: Path = SHIPPED) -> Edition:
    """The edition in ``folder``, as ``load_known`` reads it."""
    return load_known(folder_texts(folder))


def parse(texts: Mapping[str, str]) -> Parsed:
    """The content and the lines of YAML texts, by their names. Raises ``InputError``."""
    from dolenti.guideline.booleans import refuse_booleans
    from dolenti.guideline.reading import read_yaml  # heavy, and not needed where a cache answers

    parsed: Parsed = {}
    for name in sorted(texts):
        document = read_yaml(texts[name], name)
        refuse_booleans(document)
        parsed[name] = (document.content, document.lines)
    return parsed


def build_once(texts: Mapping[str, str], key: str, build: Callable[[Parsed], T]) -> T:
    """What ``build`` makes of the texts, which are parsed once per machine.

    ``key`` names them in the cache: other texts, another key. Raises ``InputError`` as ``parse``
    and ``build`` do.
    """
    kept = _cache_file(key)
    if kept.is_file():
        # A damaged or foreign cache must never stop anybody: it is read again from the YAML.
        with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError, InputError):
            contents = msgspec.msgpack.decode(kept.read_bytes(), type=dict[str, Any])
            return build({name: (content, {}) for name, content in contents.items()})
    parsed = parse(texts)
    built = build(parsed)
    _keep(kept, {name: content for name, (content, _) in parsed.items()})
    return built


def _apart(texts: Mapping[str, str]) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What an edition carries unread, by its field, and what it reads."""
    aside: dict[str, dict[str, str]] = {field: {} for field in ASIDE}
    read: dict[str, str] = {}
    for name, text in texts.items():
        field = next((field for field, below in ASIDE.items() if name.startswith(below)), None)
        (read if field is None else aside[field])[name] = text
    return aside, read


def folder_texts(folder: Path) -> dict[str, str]:
    """The text of every YAML file below ``folder``, by its path with ``/``."""
    if not folder.is_dir():
        raise InputError(
            "there is no such folder of knowledge",
            str(folder),
            fr="le dossier du référentiel n’existe pas\u00a0; vérifiez le chemin",
        )
    texts = {}
    above = len(str(folder)) + 1
    # A Path for each of some hundred files costs a cold start more than reading them.
    for root, _, names in os.walk(folder):
        for name in names:
            if not name.endswith(".yaml"):
                continue
            file = f"{root}/{name}"
            inside = file[above:].replace(os.sep, "/")
            try:
                with open(file, encoding="utf-8") as content:  # noqa: PTH123
                    texts[inside] = content.read()
            except UnicodeDecodeError as error:
                raise InputError(
                    f"byte {error.start} is not UTF-8; save it as UTF-8",
                    inside,
                    fr=f"l’octet {error.start} n’est pas de l’UTF-8\u00a0; enregistrez le fichier "
                    "en UTF-8",
                ) from None
    return dict(sorted(texts.items()))


def edition_hash(texts: Mapping[str, str]) -> str:
    """SHA-256 over the paths and contents of an edition, whatever their order."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            data = part.encode()
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _cache_file(key: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(base) / "dolenti" / f"{key}.msgpack"


def _keep(file: Path, contents: Mapping[str, Any]) -> None:
    with suppress(OSError):  # a read-only home is no reason to fail
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as out:
            out.write(msgspec.msgpack.encode(contents))
        Path(out.name).replace(file)


def _build(parsed: Parsed, sha256: str, aside: dict[str, dict[str, str]]) -> Edition:
    unused = set(parsed)
    parts: dict[str, Any] = {}

    def matching(pattern: str) -> Iterator[str]:
        for name in sorted(parsed):
            if re.fullmatch(pattern, name):
                unused.discard(name)
                yield name

    for part, (pattern, shape) in LAYOUT.items():
        names = list(matching(pattern))
        if part == "manifest":
            if not names:
                raise InputError(
                    "the edition has no edition.yaml",
                    "edition.yaml",
                    fr="l’édition n’a pas de fichier edition.yaml",
                )
            parts[part] = convert(names[0], parsed, shape)
        else:
            parts[part] = tuple(e for name in names for e in convert(name, parsed, shape) or ())
    for part, (pattern, shape) in FOLDERS.items():
        parts[part] = tuple(convert(name, parsed, shape) for name in matching(pattern))
    parts["products"] = _with_status(parts["products"], parts["statuses"])
    parts["facts"] = _with_codes_of_medicines(parts["facts"], parts["medicine_classes"])
    parts["therapies"] = _therapies(parsed, unused)
    parts["body"] = _body(parsed, unused)
    if unused:
        raise InputError(
            "this file is no part of an edition; see LAYOUT",
            min(unused),
            fr="ce fichier n’a pas sa place dans une édition\u00a0; voir LAYOUT",
        )
    parts.update(aside)
    return Edition(sha256=sha256, **parts)


def _with_status(
    products: tuple[knowledge.Product, ...], read: tuple[knowledge.StatusRead, ...]
) -> tuple[knowledge.Product, ...]:
    """The products, each with its status in France as it was read from the public base."""
    by_product = {status.id: status for status in read}
    strange = by_product.keys() - {product.id for product in products if product.in_base}
    if strange:
        raise InputError(
            f"“{min(strange)}” is no product that says what it is in the public base (in_base)",
            "medicines/status.yaml",
            fr=f"«\u00a0{min(strange)}\u00a0» n’est pas un produit qui dise ce qu’il est dans la "
            "base publique (in_base)",
        )
    return tuple(
        msgspec.structs.replace(
            product, status=(*product.status, by_product[product.id].as_period())
        )
        if product.id in by_product
        else product
        for product in products
    )


def _with_codes_of_medicines(
    facts: tuple[knowledge.FactDefinition, ...], classes: tuple[knowledge.MedicineClass, ...]
) -> tuple[knowledge.FactDefinition, ...]:
    """The facts, each with the ATC codes of the classes of medicines that mean it."""
    codes: dict[tuple[str, str | None], list[knowledge.Code]] = {}
    for one in classes:
        for meaning in one.means:
            option = None if isinstance(meaning.value, bool) else meaning.value
            own = codes.setdefault((meaning.fact, option), [])
            own += (
                knowledge.Code(system="atc", code=code, display=one.label.en)
                for code in (meaning.atc if meaning.by_dose else one.atc)
            )
    return tuple(
        msgspec.structs.replace(
            fact,
            codes=_more(fact.codes, codes.get((fact.id, None))),
            options=tuple(
                msgspec.structs.replace(
                    option, codes=_more(option.codes, codes.get((fact.id, option.id)))
                )
                for option in fact.options
            ),
        )
        for fact in facts
    )


def _more(
    codes: tuple[knowledge.Code, ...], more: list[knowledge.Code] | None
) -> tuple[knowledge.Code, ...]:
    known = {(code.system, code.code) for code in codes}
    return (*codes, *(code for code in more or () if (code.system, code.code) not in known))


def _therapies(parsed: Parsed, unused: set[str]) -> tuple[Therapy, ...]:
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(parsed):
        match = _THERAPY_FILE.fullmatch(name)
        if match is None:
            continue
        for part, (file, shape) in THERAPY_PARTS.items():
            if file == match[2]:
                unused.discard(name)
                content = convert(name, parsed, shape)
                kept = tuple(content) if isinstance(content, list) else content
                found.setdefault(match[1], {})[part] = kept
    therapies = []
    for folder, parts in found.items():
        for needed in ("description", "criteria", "protocol"):
            if needed not in parts:
                file = THERAPY_PARTS[needed][0]
                raise InputError(
                    f"the therapy lacks {file}",
                    f"therapies/{folder}/{file}",
                    fr=f"il manque {file} à ce traitement",
                )
        if parts["description"].id != folder:
            raise InputError(
                f"the id must be the folder's name, “{folder}”",
                f"therapies/{folder}/therapy.yaml",
                fr=f"l’identifiant doit être le nom du dossier, «\u00a0{folder}\u00a0»",
            )
        therapies.append(Therapy(**parts))
    return tuple(sorted(therapies, key=lambda therapy: therapy.description.order))


def _body(parsed: Parsed, unused: set[str]) -> knowledge.Body | None:
    names = [name for name in sorted(parsed) if _BODY_FIGURE.fullmatch(name)]
    unused.difference_update(names)
    if not names:
        return None
    if _BODY_ATLAS not in names:
        raise InputError(
            "the map of the body lacks map.yaml",
            _BODY_ATLAS,
            fr="il manque map.yaml à la carte du corps",
        )
    return knowledge.Body(
        atlas=convert(_BODY_ATLAS, parsed, knowledge.BodyAtlas),
        figures=tuple(
            convert(name, parsed, knowledge.BodyFigure) for name in names if name != _BODY_ATLAS
        ),
    )


def convert(name: str, parsed: Parsed, shape: Any) -> Any:
    """One parsed file in its shape. Raises ``InputError`` with the line of what does not fit."""
    content, lines = parsed[name]
    try:
        with _ONE_AT_A_TIME:
            return msgspec.convert(content, type=shape, dec_hook=_read_custom)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        steps: list[str | int] = []
        for number, key in _PATH_STEP.findall(path.rstrip("`").removeprefix("$")):
            steps.append(int(number) if number else key)
        steps += _UNKNOWN_FIELD.findall(what)  # the line of the strange key, not of its parent
        where = tuple(steps)
        line = next((lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in lines), 0)
        part = f" (in {path.rstrip('`')})" if path else ""
        raise InputError(
            what + part,
            f"{name}:{line}" if line else name,
            fr=f"cette entrée n’a pas la forme prévue\u00a0; corrigez-la ({what}{part})",
        ) from None


def _read_custom(kind: type, raw: Any) -> Any:
    if kind is conditions.Condition:
        try:
            return conditions.parse(raw)
        except InputError as error:
            raise ValueError(str(error)) from None
    raise NotImplementedError(kind)


def entry_places(texts: Mapping[str, str]) -> dict[str, str]:
    """``file:line`` of every entry that has an id, for messages about the edition.

    An id stands in many places: where its entry is, in an option of a fact, in each rule that cites
    it. The entry is what is nested least; where two are so alike, both places are given.
    """
    from dolenti.guideline.reading import read_yaml

    found: dict[str, list[tuple[int, str]]] = {}
    for name, text in texts.items():
        document = read_yaml(text, name)
        for path, line in document.lines.items():
            if path and path[-1] == "id":
                entry: Any = document.content
                for step in path:
                    entry = entry[step]
                if isinstance(entry, str):
                    found.setdefault(entry, []).append((len(path), f"{name}:{line}"))
    return {entry: " or ".join(_least_nested(places)) for entry, places in found.items()}


def _least_nested(places: list[tuple[int, str]]) -> list[str]:
    least = min(depth for depth, _ in places)
    return [place for depth, place in places if depth == least]
