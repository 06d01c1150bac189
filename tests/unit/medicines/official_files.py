"""A small set of official files, written as the publisher writes them, and ways to spoil it."""

from __future__ import annotations

from datetime import date

from dolenti.medicines.official import OfficialFile

DAY = date(2026, 10, 1)

SPECIALITIES = """\
61902218\tELIQUIS 5 mg, comprimé pelliculé\tcomprimé pelliculé\torale\tAutorisation active\tProcédure centralisée\tCommercialisée\t19/11/2012\t\tEU/1/11/691\t BRISTOL-MYERS SQUIBB\tNon
65061047\tKENACORT RETARD 40 mg/1 ml, suspension injectable\tsuspension injectable\tintra-articulaire;intramusculaire\tAutorisation active\tProcédure nationale\tCommercialisée\t20/11/1997\t\t\t BRISTOL-MYERS SQUIBB\tNon
62408891\tPIROXICAM PFIZER 20 mg/1 ml, solution injectable\tsolution injectable\tintramusculaire\tAutorisation archivée\tProcédure nationale\tNon commercialisée\t13/10/1995\t\t\t PFIZER\tNon
"""  # noqa: E501
PACKS = """\
61902218\t2219566\t60 comprimés\tPrésentation active\tDéclaration de commercialisation\t01/01/2013\t3400922195667\toui\t65%\t60,00\t61,02\t1,02\t
65061047\t3024344\t1 flacon de 1 ml\tPrésentation active\tDéclaration de commercialisation\t01/01/1998\t3400930243442\toui\t65%\t4,00\t5,02\t1,02\t
"""  # noqa: E501
COMPOSITIONS = """\
61902218\tcomprimé\t61321\tAPIXABAN\t5 mg\tun comprimé\tSA\t1\t
65061047\tsuspension\t05209\tACÉTONIDE DE TRIAMCINOLONE\t40,0 mg\t1 ml\tSA\t1\t
"""
GROUPS = "1\tAPIXABAN 5 mg - ELIQUIS 5 mg, comprimé pelliculé\t61902218\t0\t1\t\n"
MAJOR_INTEREST = "61902218\tB01AF02\tELIQUIS 5 mg, comprimé pelliculé\thttps://example.org\n"

TEXTS = {
    "CIS_bdpm.txt": SPECIALITIES,
    "CIS_CIP_bdpm.txt": PACKS,
    "CIS_COMPO_bdpm.txt": COMPOSITIONS,
    "CIS_GENER_bdpm.txt": GROUPS,
    "CIS_MITM.txt": MAJOR_INTEREST,
}


def as_published(text: str) -> bytes:
    """Windows-1252, with the line ends of Windows."""
    return text.replace("\n", "\r\n").encode("cp1252")


def files(**spoiled: bytes) -> dict[str, OfficialFile]:
    """The five files; ``CIS_bdpm=b"..."`` puts other bytes in the place of one."""
    whole = {name: as_published(text) for name, text in TEXTS.items()}
    whole |= {f"{name}.txt": data for name, data in spoiled.items()}
    return {name: OfficialFile(data, DAY) for name, data in whole.items()}
