"""From a template and its content to a PDF/UA, the same bytes for the same content.

Nothing of the machine enters: the fonts are the vendored ones, the time is the document's, and no
file but the templates is read. Each call has a compiler of its own, because Typst's binding
refuses one that is at work in another thread; the fonts are read once and shared.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from dolenti.ui.print.clean import FONTS, clean_all

TEMPLATES = Path(__file__).parent / "templates"


def pdf(template: str, content: dict[str, Any], at: datetime, *, drawing: str = "") -> bytes:
    """The document ``template`` (a name, ``consent``) with ``content``, made at ``at``.

    ``content`` holds at least ``title`` and ``lang``. ``drawing`` is an SVG of ours, which is
    not cleaned. ``at`` must be aware: it becomes the PDF's date.
    """
    compiler = typst.Compiler(root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        TEMPLATES / f"{template}.typ",
        format="pdf",
        sys_inputs={
            "content": json.dumps(clean_all(content), ensure_ascii=False),
            "drawing": drawing,
        },
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def fitted(
    template: str,
    content: dict[str, Any],
    at: datetime,
    sizes: Sequence[float],
    most: int,
    *,
    drawing: str = "",
) -> bytes:
    """The same in the first of these sizes of type (``size`` of the content, in points) that takes
    no more than ``most`` pages; in the last where none does."""
    made = b""
    for size in sizes:
        made = pdf(template, {**content, "size": size}, at, drawing=drawing)
        if page_count(made) <= most:
            break
    return made


def page_count(made: bytes) -> int:
    """How many pages a document of ours has: Typst writes their entries as they are."""
    return made.count(b"/Type/Page/")


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )  # fmt: skip
