"""The catalogue of readings: small records as data, and the whole of what is read of each as text.

A file of ``tests/unit/fhir/readings`` is written by hand but for its ``reading`` blocks and
``sentences``, which ``python -m tests.unit.fhir.test_readings`` writes. Its short forms:

- ``icd10:C50.9`` is a CodeableConcept; codings are joined by `` + ``, and a text follows behind
  `` | `` (``atc:B01AA03 | COUMADINE``, ``| Xylocaïne``); ``:active`` is a code without a system.
- ``@Patient/paul`` is a Reference.
- ``usually`` is what every resource of a kind bears in the file unless it says otherwise.
- ``vary`` reads the same record again with other elements of its last resource (``of: patient``,
  ``of: bundle``: of these); with a list, beside further resources.
- ``times`` in a variation repeats the last resource, with its number for ``#``; ``last`` keeps so
  many lines of each reading.
- ``knee`` and ``hip`` are the pains of the right knee and of the left hip.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from dolenti.fhir import BundleReader, PatientRecord
from dolenti.fhir.who import read_who
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Ignored, Unread, plain
from dolenti.guideline.knowledge import Text
from dolenti.guideline.patient_file import read_patient_file
from dolenti.guideline.reading import read_text
from dolenti.medicines.plain_file import in_doubt, read_names
from dolenti.medicines.store import delivered
from tests.fhir_bundles import AS_OF, EDITION, SYSTEMS

FOLDER: Final = Path(__file__).parent / "unit" / "fhir" / "readings"
KINDS: Final = FOLDER / "kinds.yml"
_SYSTEMS: Final = SYSTEMS | {
    "zone": "https://dolenti.org/fhir/CodeSystem/zone",
    "cis": "https://smt.esante.gouv.fr/terminologie-bdpm",
    "cip": "urn:oid:1.2.250.1.213.2.3.2",
    "ips": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips",
    "use": "http://terminology.hl7.org/CodeSystem/list-example-use-codes",
    "v2": "http://terminology.hl7.org/CodeSystem/v2-0136",
    "found": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "local": "https://chu.example/codes",
    "": None,
}
_CODES: Final = re.compile(
    r"(?P<codes>(?:{0}):\S+(?: \+ (?:{0}):\S+)*)?(?:\s*\| ?(?P<text>.+))?\Z".format(
        "|".join(_SYSTEMS)
    ),
    re.DOTALL,
)
_OF_PATIENT: Final = ("AllergyIntolerance", "Immunization", "DetectedIssue", "Device")
_PAUL: Final = {
    "resourceType": "Patient", "id": "paul", "gender": "male", "birthDate": "1961-05-14",
}  # fmt: skip
_PAINS: Final = {
    name: {
        "resourceType": "Condition", "id": name, "code": code, "clinicalStatus": ":active",
        "subject": "@Patient/paul", "bodySite": [site],
    }
    for name, code, site in (
        ("knee", "snomed:239873007", "snomed:72696002 + snomed:24028007"),
        ("hip", "snomed:239872002", "snomed:29836001 + snomed:7771000"),
    )
}  # fmt: skip


class _Loader(yaml.SafeLoader):
    """Dates stay texts, as JSON has them."""


_Loader.yaml_implicit_resolvers = {
    first: [one for one in found if not one[0].endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> Any:
    """The content of a file of the catalogue."""
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)


def printed(path: Path) -> str:
    """The file with its readings and sentences as they are now."""
    text = path.read_text(encoding="utf-8").partition("\nsentences: |")[0].rstrip() + "\n"
    head, *cases = re.split(r"^(?=- why:)", text, flags=re.MULTILINE)
    reader, said = Reading(load(path).get("usually", {})), [head]
    for one in cases:
        written = one.partition("\n  reading: |")[0].rstrip()
        (case,) = yaml.load(written, _Loader)
        read = "\n".join(f"    {line}".rstrip() for line in reader.of_case(case))
        said.append(f"{written}\n  reading: |\n{read}\n\n")
    told = sorted(reader.sentences.items())
    sentences = "".join(f"  {en}\n    {fr}\n" for en, fr in told)
    return "".join(said) + (f"sentences: |\n{sentences}" if told else "")


@cache
def _reader() -> BundleReader:
    return BundleReader(EDITION)


class Reading:
    """Reads the cases of one file and keeps the sentences it met."""

    def __init__(self, usually: Mapping[str, Mapping[str, Any]]) -> None:
        self.sentences: dict[str, str] = {}
        self._usually = usually
        self._kinds = {name: tuple(facts) for name, facts in load(KINDS).items()}

    def of_case(self, case: Mapping[str, Any]) -> Iterator[str]:
        """The lines of a case: of the record itself, or of each of its variations."""
        read: Callable[[Mapping[str, Any], Any], list[str]] = self._bundle
        if "file" in case:
            read = self._plain_file
        elif case.get("as") == "who":
            read = self._who
        if "vary" not in case:
            yield from self._refused(lambda: read(case, None))
            return
        for change in case["vary"]:
            shown = yaml.safe_dump(
                change, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False
            )
            yield shown.strip().removesuffix("...").strip()
            lines = self._refused(lambda c=change: read(case, c))
            kept = lines[-case["last"] :] if "last" in case else lines
            kept = [*(one for one in lines if one not in kept and "item rest" in one), *kept]
            yield from (f"  {line}" for line in kept)

    def _refused(self, read: Callable[[], list[str]]) -> list[str]:
        try:
            return read() or ["nothing"]
        except InputError as error:
            return [f"refused: {self._text(Text(fr=error.fr, en=error.what))} [{error.where}]"]

    def _text(self, said: Text) -> str:
        if self.sentences.setdefault(said.en, said.fr) != said.fr:
            self.sentences[f"{said.en} (too)"] = said.fr
        return said.en

    # --- What is read ----------------------------------------------------------------------------

    def data(self, case: Mapping[str, Any], change: Any) -> bytes:
        if isinstance(change, str):
            return change.encode()
        of = case.get("of", "last")
        record = [_PAINS[one] if isinstance(one, str) else one for one in case.get("record", ())]
        if isinstance(change, list):
            record += [_PAINS[one] if isinstance(one, str) else one for one in change]
        elif change is not None and of == "last":
            times = change.get("times", 1)
            last = record.pop() | {key: said for key, said in change.items() if key != "times"}
            record += [_numbered(last, number) for number in range(1, times + 1)]
        patched = change if of == "patient" else {}
        entries = [] if patched is None else [_resource(_PAUL | patched)]
        entries += [
            self._entry(one, "n" if number == len(record) else f"n{number}")
            for number, one in enumerate(record, 1)
        ]
        content = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [one if "resource" in one else {"resource": one} for one in entries],
            **expanded(case.get("bundle", {})),
        }
        if of == "bundle" and change is not None:
            content |= expanded(change)
        return json.dumps({k: v for k, v in content.items() if v is not None}).encode()

    def _entry(self, raw: Mapping[str, Any], name: str) -> dict[str, Any]:
        kind = raw.get("kind", raw.get("resourceType"))
        whose = "patient" if kind in _OF_PATIENT else "subject"
        usual = {"resourceType": kind, "id": name, whose: "@Patient/paul"}
        one = usual | self._usually.get(str(kind), {}) | raw
        entry = one.pop("entry-of", {})
        one.pop("kind", None)
        return {"resource": _resource(one), **expanded(entry)}

    def _bundle(self, case: Mapping[str, Any], change: Any) -> list[str]:
        as_of = date.fromisoformat(case.get("as-of", AS_OF.isoformat()))
        site = {item: tuple(facts) for item, facts in case.get("site", {}).items()}
        found = _reader().read(self.data(case, change), as_of, "a.json", site or None)
        lines = list(self._record(found))
        for name in case.get("ask-for", ()):
            said = self._refused(lambda n=name: [f"is {found.case(n).complaint.condition}"])
            lines += [f"asked for {name}: {one}" for one in said]
        return lines

    def _who(self, case: Mapping[str, Any], change: Any) -> list[str]:
        who = read_who(self.data(case, change), "a.json")
        return [f"{name}: {said}" for name, said in vars(who).items() if said]

    def _plain_file(self, case: Mapping[str, Any], change: Any) -> list[str]:
        content = case["file"] if change is None else case["file"] | change
        said = {key: part for key, part in content.items() if part is not None}
        text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
        document, doubts = read_names(read_text(text, "a.yaml"), EDITION, delivered)
        found = read_patient_file(document, EDITION, AS_OF)
        lines = [f"policy {name}: {said}" for name, said in found.policies.items()]
        for one in found.cases:
            case_ = in_doubt(one, doubts)
            lines += [f"born {case_.birth_date}, {case_.sex}"] if case_.birth_date else []
            lines += self._case(case_, {}, (), frozenset(), ())
            lines += [f"doubted: {', '.join(sorted(case_.doubted))}"] if case_.doubted else []
            lines += [self._unread(unread) for unread in case_.unread]
        return lines

    # --- How it is told --------------------------------------------------------------------------

    def _record(self, found: PatientRecord) -> Iterator[str]:
        whom = (str(found.birth_date), found.sex, found.patient_id)
        if whom != ("1961-05-14", "male", "paul"):
            yield f"the patient: {', '.join(map(str, whom))}"
        yield from self._facts(found.facts, found.used)
        yield from (self._ignored(one) for one in found.ignored)
        for case in found.cases():
            yield from self._case(case, found.facts, found.used, found.doubted, found.ignored)
        for name, why in found.passed_over:
            yield f"passed over {name}: {self._text(why)}"
        if found.passed_over and not found.complaints:
            refused = found.without_complaint("here")
            told = self._text(Text(fr=refused.fr, en=refused.what))
            yield f"no complaint: {told} [{refused.where}]"
        yield from (self._unread(one) for one in found.unread)
        yield from _unless_listed(found)
        for line in found.unmapped:
            yield self._unmapped(line)

    def _case(
        self,
        case: Case,
        of_all: Mapping[str, Any],
        used: Iterable[Mapping[str, Any]],
        doubted: Iterable[str],
        ignored: Iterable[Ignored],
    ) -> Iterator[str]:
        one = case.complaint
        place = ", ".join(str(said) for said in (one.condition, one.zone, one.side) if said)
        yield f"pain {one.id}: {place}" + (f", since {one.since}" if one.since else "")
        own = {fact: known for fact, known in case.facts.items() if of_all.get(fact) != known}
        lines = [line for line in case.used if line not in used]
        yield from (f"  {line}" for line in self._facts(own, lines))
        yield from (f"  {self._ignored(i)}" for i in case.ignored if i not in ignored)
        more = sorted(case.doubted.difference(doubted)) if of_all or used or doubted else []
        if more:
            yield f"  doubted: {', '.join(more)}"

    def _facts(self, facts: Mapping[str, Any], used: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        lines = list(used)
        for fact, known in sorted(facts.items()):
            own = [line for line in lines if line["fact"] == fact]
            value, at = plain(known.value), known.at.isoformat() if known.at else None
            same = [
                line
                for line in own
                if (line["value"], line["at"], line["resource"]) == (value, at, known.origin)
            ]
            if len(own) == len(same) == 1:
                yield f"{fact} = {_value(value)} ({_told(at, known.origin, own[0]['code'])})"
            else:
                yield f"{fact} = {_value(value)} ({_told(at, known.origin)})"
                yield from (f"  by {_by(line)}" for line in own)
        yield from (
            f"used without a fact: {line['fact']}, {_by(line)}"
            for line in lines
            if line["fact"] not in facts
        )

    def _ignored(self, one: Ignored) -> str:
        return f"set aside {one.fact}: {one.why} ({_told(one.at, one.origin)})"

    def _unread(self, one: Unread) -> str:
        where = _told(one.at, one.resource, one.code)
        said = f"{one.says}: {self._text(one.why)} ({where})"
        fact = one.item.partition("=")[0]
        usual = ("result", (fact,), (one.item,))
        if one.understood and (one.kind, one.facts, one.likely) == usual:
            return f"doubt {one.item} by {said}"
        likely = f"; likely {', '.join(one.likely)}" if one.likely else ""
        alone = " alone" if one.alone else ""
        sure = " understood" if one.understood else ""
        return (
            f"ask{alone}{sure} {one.kind} {said}; may be {self._concerns(one.facts)}{likely}; "
            f"item {one.item}"
        )

    def _concerns(self, facts: tuple[str, ...]) -> str:
        for name, known in self._kinds.items():
            if len(known) > 1 and facts[: len(known)] == known:
                return ", ".join([f"any {name}", *facts[len(known) :]])
        return ", ".join(facts)

    def _unmapped(self, line: Mapping[str, Any]) -> str:
        why = self._text(Text(fr=line["why_fr"], en=line["why"]))
        if "resourceType" in line:
            return f"kind {line['resourceType']} ×{line['count']}: {why}"
        named = _told(line.get("resource"), line.get("code"), line.get("display"))
        count = f" ×{line['count']}" if "count" in line else ""
        return f"listed {f'{named}{count}'.strip()}: {why}"


def _unless_listed(found: PatientRecord) -> Iterator[str]:
    """Where what is in doubt and what is listed as such are not the same."""
    listed = {one.item.partition("=")[0] for one in found.unread if one.understood}
    contradicted = {one.fact for one in found.ignored if one.why == "contradicted"}
    if more := sorted(found.doubted - listed - contradicted):
        yield f"doubted and not listed: {', '.join(more)}"
    if more := sorted((listed | contradicted) - found.doubted):
        yield f"listed and not doubted: {', '.join(more)}"
    spoken = found.doubted.union(found.facts, *(one.facts for one in found.unread))
    if found.spoken_of != spoken:
        yield f"not spoken of: {', '.join(sorted(spoken ^ found.spoken_of))}"


def _told(*parts: object) -> str:
    return ", ".join(_short(str(part)) for part in parts if part not in (None, ""))


def _short(said: str) -> str:
    uri, sign, code = said.partition("|")
    name = next((name for name, known in _SYSTEMS.items() if known == uri), uri)
    return f"{name}:{code}" if sign else said


def _by(line: Mapping[str, Any]) -> str:
    return f"{_value(line['value'])} ({_told(line['at'], line['resource'], line['code'])})"


_ALLERGY: Final = next(fact for fact in EDITION.facts if fact.id == "allergy")
_OF_MEDICINES: Final = {
    option.id for option in _ALLERGY.options if any(code.system == "atc" for code in option.codes)
}


def _value(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    has, without = list(value["has"]), set(value["not"])
    every = {option.id for option in _ALLERGY.options}
    told = " ".join(sorted(without))
    if len(without) > 5 and without | set(has) == every:
        told = "any other allergy"
    elif len(without) > 5 and without | set(has) >= _OF_MEDICINES:
        told = " ".join(["any other allergy to a medicine", *sorted(without - _OF_MEDICINES)])
    return f"{' '.join(has) or '-'}, not {told or '-'}"


def _numbered(raw: Any, number: int) -> Any:
    if isinstance(raw, dict):
        return {key: _numbered(one, number) for key, one in raw.items()}
    return raw.replace("#", str(number)) if isinstance(raw, str) and "@#" not in raw else raw


def _resource(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: expanded(one) for key, one in raw.items() if one is not None}


def expanded(raw: Any) -> Any:
    """The FHIR that a short form stands for."""
    if isinstance(raw, dict):
        if "kind" in raw and "resourceType" not in raw:
            raw = {"resourceType": raw["kind"], **raw}
            del raw["kind"]
        return {key: expanded(one) for key, one in raw.items()}
    if isinstance(raw, list):
        return [expanded(one) for one in raw]
    if not isinstance(raw, str):
        return raw
    if raw.startswith("@"):
        return {"reference": raw[1:]}
    found = _CODES.match(raw)
    if found is None or (found["codes"] is None and found["text"] is None):
        return raw
    coding = []
    for code in (found["codes"] or "").split(" + ") if found["codes"] else ():
        system, _, value = code.partition(":")
        uri = {} if _SYSTEMS[system] is None else {"system": _SYSTEMS[system]}
        value, sign, display = value.partition("~")
        shown = {"display": display.replace("_", " ")} if sign else {}
        coding.append({**uri, "code": value, **shown})
    concept: dict[str, Any] = {"coding": coding} if coding else {}
    return concept | ({"text": found["text"]} if found["text"] is not None else {})


def odd_ones() -> Iterator[tuple[str, bytes]]:
    """Every element of the catalogue's records once, with a value that it never has: its path, and
    the bundle."""
    seen = set()
    for path in sorted(FOLDER.glob("*.yaml")):
        content = load(path)
        reading = Reading(content.get("usually", {}))
        for case in content["cases"]:
            changes = case.get("vary", [None])
            for change in changes:
                if "file" in case or isinstance(change, str) or _is_repeated(change):
                    continue
                whole = json.loads(reading.data(case, change))
                for place in _places(whole):
                    name = ".".join(_named(whole, place))
                    if name not in seen:
                        seen.add(name)
                        yield from ((f"{name} = {odd}", _with(whole, place, odd)) for odd in _ODD)


_ODD: Final = ([1], {"a": [1]}, 7, "", None, True)


def _is_repeated(change: object) -> bool:
    return isinstance(change, dict) and "times" in change


def _places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if place:
        yield place
    inner = list(enumerate(value)) if isinstance(value, list) else []
    for key, one in value.items() if isinstance(value, dict) else inner:
        yield from _places(one, (*place, key))


def _named(whole: Any, place: tuple[str | int, ...]) -> Iterator[str]:
    """The path without numbers, from the innermost resource on."""
    value, names = whole, ["Bundle"]
    for key in place:
        value = value[key]
        if isinstance(key, str):
            names.append(key)
        if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
            names = [value["resourceType"]]
    return iter(names)


def _with(whole: Any, place: tuple[str | int, ...], odd: object) -> bytes:
    copy = json.loads(json.dumps(whole))
    inner = copy
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = odd
    return json.dumps(copy).encode()
