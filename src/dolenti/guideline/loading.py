"""From the folder of YAML to an ``Edition``, or one error that says file, line and what to do.

``load_edition`` works on texts, so that an edition stored years ago replays from what was stored;
``load_folder`` reads the shipped folder and keeps the parsed content in a cache named by the
hash of the texts (parsing the YAML costs more than everything else a cold start does).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
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
    "compatibilities": (r"mixtures/compatibility\.yaml", list[knowledge.Compatibility]),
    "contradictions": (r"contradictions\.yaml", list[knowledge.Contradiction]),
    "policies": (r"policies\.yaml", list[knowledge.Policy]),
    "notices": (r"notices\.yaml", list[knowledge.Notice]),
    "consent": (r"consent\.yaml", list[knowledge.ConsentStatement]),
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
    "aftercare": ("aftercare.yaml", list[knowledge.Advice]),
    "adverse_effects": ("adverse-effects.yaml", list[knowledge.AdverseEffect]),
    "practice": ("practice.yaml", list[knowledge.Practice]),
    "claims": ("claims.yaml", list[knowledge.Claim]),
}
_BODY_ATLAS = "body/map.yaml"
_BODY_FIGURE = re.compile(r"body/[^/]+\.yaml")
_THERAPY_FILE = re.compile(r"therapies/([^/]+)/([^/]+\.yaml)")
_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]+)`")
_PATH_STEP = re.compile(r"\[(\d+)\]|\.([^.\[]+)")

Parsed = dict[str, tuple[Any, dict[tuple[str | int, ...], int]]]
T = TypeVar("T")


def load_edition(texts: Mapping[str, str]) -> Edition:
    """Build an edition from the texts of its files, by their path below the knowledge folder.

    Raises ``InputError`` for the first thing that is not as ``knowledge.py`` says, with file and
    line. Whether the entries agree with each other is the work of ``checking``.
    """
    from dolenti.guideline.reading import read_yaml  # heavy, and not needed where a cache answers

    parsed: Parsed = {}
    for name in sorted(texts):
        document = read_yaml(texts[name], name)
        parsed[name] = (document.content, document.lines)
    return _build(parsed, edition_hash(texts))


@cache
def load_folder(folder: Path = SHIPPED) -> Edition:
    """The edition in ``folder``; the same texts are parsed once per machine, then read back."""
    texts = folder_texts(folder)
    sha256 = edition_hash(texts)
    kept = _cache_file(sha256)
    if kept is not None and kept.is_file():
        # A damaged or foreign cache must never stop anybody: it is read again from the YAML.
        with suppress(OSError, msgspec.DecodeError, InputError):
            contents = msgspec.msgpack.decode(kept.read_bytes(), type=dict[str, Any])
            return _build({name: (content, {}) for name, content in contents.items()}, sha256)
    edition = load_edition(texts)
    if kept is not None:
        _keep(kept, texts)
    return edition


def folder_texts(folder: Path) -> dict[str, str]:
    """The text of every YAML file below ``folder``, by its path with ``/``."""
    if not folder.is_dir():
        raise InputError(
            "there is no such folder of knowledge",
            str(folder),
            fr="ce dossier de connaissances n’existe pas\u00a0; vérifiez le chemin",
        )
    texts = {}
    for file in sorted(folder.rglob("*.yaml")):
        name = file.relative_to(folder).as_posix()
        try:
            texts[name] = file.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(
                f"byte {error.start} is not UTF-8; save it as UTF-8",
                name,
                fr=f"l’octet {error.start} n’est pas de l’UTF-8\u00a0; enregistrez le fichier en "
                "UTF-8",
            ) from None
    return texts


def edition_hash(texts: Mapping[str, str]) -> str:
    """SHA-256 over the paths and contents of an edition, whatever their order."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            data = part.encode()
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _cache_file(sha256: str) -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(base) / "dolenti" / f"knowledge-{sha256}.msgpack"


def _keep(file: Path, texts: Mapping[str, str]) -> None:
    from dolenti.guideline.reading import read_yaml

    contents = {name: read_yaml(text, name).content for name, text in texts.items()}
    with suppress(OSError):  # a read-only home is no reason to fail
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as out:
            out.write(msgspec.msgpack.encode(contents))
        Path(out.name).replace(file)


def _build(parsed: Parsed, sha256: str) -> Edition:
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
            parts[part] = _convert(names[0], parsed, shape)
        else:
            parts[part] = tuple(e for name in names for e in _convert(name, parsed, shape) or ())
    for part, (pattern, shape) in FOLDERS.items():
        parts[part] = tuple(_convert(name, parsed, shape) for name in matching(pattern))
    parts["therapies"] = _therapies(parsed, unused)
    parts["body"] = _body(parsed, unused)
    if unused:
        raise InputError(
            "this file is no part of an edition; see LAYOUT",
            min(unused),
            fr="ce fichier n’a pas sa place dans une édition\u00a0; voir LAYOUT",
        )
    return Edition(sha256=sha256, **parts)


def _therapies(parsed: Parsed, unused: set[str]) -> tuple[Therapy, ...]:
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(parsed):
        match = _THERAPY_FILE.fullmatch(name)
        if match is None:
            continue
        for part, (file, shape) in THERAPY_PARTS.items():
            if file == match[2]:
                unused.discard(name)
                content = _convert(name, parsed, shape)
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
        atlas=_convert(_BODY_ATLAS, parsed, knowledge.BodyAtlas),
        figures=tuple(
            _convert(name, parsed, knowledge.BodyFigure) for name in names if name != _BODY_ATLAS
        ),
    )


def _convert(name: str, parsed: Parsed, shape: Any) -> Any:
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
    """``file:line`` of every entry that has an id, for messages about the edition."""
    from dolenti.guideline.reading import read_yaml

    places: dict[str, str] = {}
    for name, text in texts.items():
        document = read_yaml(text, name)
        for path, line in document.lines.items():
            if path and path[-1] == "id":
                entry: Any = document.content
                for step in path:
                    entry = entry[step]
                if isinstance(entry, str):
                    places.setdefault(entry, f"{name}:{line}")
    return places
