"""Each page says by its title which one it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pytest

from dolenti import __version__

pytestmark = pytest.mark.any_database


def test_no_two_pages_have_one_title(every_page: Mapping[str, str]) -> None:
    titles: dict[str, list[str]] = defaultdict(list)
    for name, text in every_page.items():
        # No page may take the words of the frame for its own; a patient's phone has another one.
        if "<footer" in text and not name.startswith("phone"):
            assert f"Dolenti {__version__}" in text.partition("<footer")[2], name
        titles[text.partition("<title>")[2].partition("</title>")[0]].append(name)
    # A therapy opens on its rules.
    titles = {t: [n for n in names if n != "knowledge-therapy"] for t, names in titles.items()}
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}
