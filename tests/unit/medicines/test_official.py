"""The official files become a base, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from dolenti.guideline.errors import InputError
from dolenti.medicines.base import base_of, from_bytes, to_bytes
from dolenti.medicines.official import read_official
from dolenti.medicines.store import delivered
from dolenti.medicines.values import Pack, Provenance, Speciality
from tests.unit.medicines.official_files import (
    DAY,
    PACKS,
    SPECIALITIES,
    TEXTS,
    as_published,
    files,
)


def refused(**spoiled: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_official(files(**spoiled))
    return caught.value


def test_everything_of_a_speciality_is_kept_as_written() -> None:
    loaded = read_official(files())
    base = loaded.base
    assert len(base) == 3
    assert loaded.strays == {}
    assert base.provenance.specialities == DAY
    one = base.speciality("65061047")
    assert one.routes == ("intra-articulaire", "intramusculaire")
    assert (one.authorised, one.marketed) == (True, True)
    (substance,) = one.composition
    assert (substance.name, substance.dose, substance.per) == (
        "ACÉTONIDE DE TRIAMCINOLONE", "40,0 mg", "1 ml",
    )  # fmt: skip
    (pack,) = one.packs
    assert (pack.cip13, pack.marketed) == ("3400930243442", True)
    eliquis = base.speciality("61902218")
    assert eliquis.generic_group.startswith("APIXABAN 5 mg")
    assert eliquis.atc == "B01AF02"
    archived = base.speciality("62408891")
    assert (archived.authorised, archived.authorisation, archived.packs) == (False, "archivée", ())


def test_a_base_is_written_and_read_back_the_same() -> None:
    base = read_official(files()).base
    again = from_bytes(to_bytes(base), "base")
    assert list(again) == list(base)
    assert again.provenance == base.provenance
    assert to_bytes(again) == to_bytes(base)


def test_utf_8_is_read_too() -> None:
    loaded = read_official(files(CIS_CIP_bdpm=PACKS.encode()))
    assert len(loaded.base) == 3


@pytest.mark.parametrize(
    "change,says,place",
    [
        (lambda data: data[:-30], "stops in the middle", "CIS_bdpm.txt:3"),
        (lambda data: b"", "empty", "CIS_bdpm.txt"),
        (lambda data: b"\r\n\r\n", "empty", "CIS_bdpm.txt"),
        (lambda data: as_published(PACKS), "columns of CIS_CIP_bdpm.txt", "CIS_bdpm.txt:1"),
        (lambda data: b"\xff\xfe" + SPECIALITIES.encode("utf-16-le"), "Windows-1252",
         "CIS_bdpm.txt"),
        (lambda data: data.replace(b"retard", b"").replace("é".encode("cp1252"), b"\x81", 1),
         "Windows-1252", "CIS_bdpm.txt:1"),
        (lambda data: SPECIALITIES.encode().decode("cp1252").encode(), "wrong one",
         "CIS_bdpm.txt:1"),
        (lambda data: data + data.splitlines(True)[0], "written twice", "CIS_bdpm.txt:4"),
        (lambda data: data.replace(b"\torale\t", b"\t"), "11 columns", "CIS_bdpm.txt:1"),
        (lambda data: data.replace(b"61902218", b"6190221X", 1), "6190221X", "CIS_bdpm.txt:1"),
        (lambda data: data.replace(b"ELIQUIS", b"ELI\x1eQUIS"), "control character",
         "CIS_bdpm.txt:1"),
        (lambda data: data.replace(b"19/11/2012", b"2012-11-19"), "2012-11-19", "CIS_bdpm.txt:1"),
        (lambda data: data.replace(b"\tAutorisation active", b"\tOui", 1), "Oui", "CIS_bdpm.txt:1"),
    ],
)  # fmt: skip
def test_a_broken_list_of_specialities_is_refused_with_its_line(
    change: Callable[[bytes], bytes], says: str, place: str
) -> None:
    error = refused(CIS_bdpm=change(as_published(SPECIALITIES)))
    assert says in error.what
    assert error.where == place
    assert error.fr != error.what


def test_the_word_for_marketed_is_known_or_refused() -> None:
    changed = SPECIALITIES.replace("Non commercialisée", "Peut-être")
    error = refused(CIS_bdpm=as_published(changed))
    assert error.where == "CIS_bdpm.txt:3"


def test_packs_of_no_speciality_are_refused_by_name() -> None:
    error = refused(CIS_CIP_bdpm=as_published(PACKS.replace("65061047", "69999999")))
    assert "69999999" in error.what
    assert error.where == "CIS_CIP_bdpm.txt:2"


def test_a_few_packs_of_no_speciality_are_set_aside_and_counted() -> None:
    many = "".join(
        PACKS.splitlines(True)[0].replace("2219566\t", f"{number:07}\t") for number in range(200)
    )
    stray = PACKS.splitlines(True)[0].replace("61902218", "69999999")
    loaded = read_official(files(CIS_CIP_bdpm=as_published(many + stray)))
    assert loaded.strays == {"CIS_CIP_bdpm.txt": 1}
    assert len(loaded.base.speciality("61902218").packs) == 200


def test_a_pack_without_its_codes_is_refused() -> None:
    error = refused(CIS_CIP_bdpm=as_published(PACKS.replace("3400922195667", "34009")))
    assert error.where == "CIS_CIP_bdpm.txt:1"


def test_every_file_is_needed() -> None:
    without = files()
    del without["CIS_COMPO_bdpm.txt"]
    with pytest.raises(InputError, match=r"CIS_COMPO_bdpm\.txt"):
        read_official(without)


def test_the_list_of_major_interest_is_not_needed() -> None:
    without = files()
    del without["CIS_MITM.txt"]
    assert read_official(without).base.speciality("61902218").atc == ""


@pytest.mark.parametrize("name", TEXTS)
def test_each_file_may_be_another_by_mistake(name: str) -> None:
    other = "CIS_GENER_bdpm.txt" if name != "CIS_GENER_bdpm.txt" else "CIS_bdpm.txt"
    spoiled = {name.removesuffix(".txt"): as_published(TEXTS[other])}
    error = refused(**spoiled)
    assert error.where == f"{name}:1"
    assert other in error.what


def test_days_of_the_files_are_kept_apart() -> None:
    days = files()
    days["CIS_COMPO_bdpm.txt"] = type(days["CIS_COMPO_bdpm.txt"])(
        days["CIS_COMPO_bdpm.txt"].data, date(2023, 11, 18)
    )
    assert read_official(days).base.provenance.compositions == date(2023, 11, 18)


def test_of_twenty_thousand_packs_each_has_the_usual_cip13() -> None:
    assert Pack.usual_cip13("3000147") == "3400930001479"
    packs = [pack for one in delivered() for pack in one.packs]
    assert len(packs) == 20_871
    assert {pack.cip13 for pack in packs} == {Pack.usual_cip13(pack.cip7) for pack in packs}


def test_a_cip13_that_does_not_follow_from_its_cip7_is_kept() -> None:
    odd = Pack("3000147", "3400990001470", "1 tube", "")
    one = Speciality("60000000", "ESSAI", "pommade", (), "active", marketed=True, packs=(odd,))
    base = base_of(Provenance(DAY, DAY, DAY, made_from="test"), [one])
    again = from_bytes(to_bytes(base), "test")
    assert again.speciality("60000000") == one
    assert again.by_code(odd.cip13) == again.by_code(odd.cip7) == one
