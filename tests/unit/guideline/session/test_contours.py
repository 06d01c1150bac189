"""What is drawn of an area is what is judged: its path holds its cells and no other."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import session
from dolenti.guideline.loading import load_folder
from dolenti.guideline.session.map.contours import contour, middles
from dolenti.guideline.session.map.masks import Mask

SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6)), max_size=4)


def inside(path: str) -> dict[int, list[int]]:
    """The borders of each row, read from the path by its upright pieces alone."""
    borders: dict[int, list[int]] = {}
    for piece in path.split("z")[:-1]:
        x = y = 0
        for letter, numbers in re.findall(r"([MHv])([-\d ]+)", piece):
            if letter == "M":
                x, y = (int(n) for n in numbers.split())
            elif letter == "H":
                x = int(numbers)
            else:
                for row in range(min(y, y + int(numbers)), max(y, y + int(numbers))):
                    borders.setdefault(row, []).append(x)
                y += int(numbers)
        x0, y0 = (int(n) for n in re.match(r"M(\d+) (\d+)", piece).groups())  # type: ignore[union-attr]
        for row in range(y0, y):  # it is closed by going up to where it began
            borders.setdefault(row, []).append(x0)
    return borders


def cells(path: str) -> set[tuple[int, int]]:
    return {
        (x, y)
        for y, borders in inside(path).items()
        for a, b in zip(*[iter(sorted(borders))] * 2, strict=True)
        for x in range(a, b)
    }


@given(st.dictionaries(st.integers(0, 6), SPANS, max_size=7))
def test_the_path_holds_the_cells_of_the_mask_and_no_other(
    rows: dict[int, list[tuple[int, int]]],
) -> None:
    mask = NOTHING
    for y, spans in rows.items():
        for first, more in spans:
            mask = mask | Mask({y: ((first, first + more),)})
    assert cells(contour(mask)) == set(mask.cells())


NOTHING = Mask({})


def test_of_the_areas_that_are_drawn_too() -> None:
    places = session.places(load_folder())
    for figure in ("back", "spine", "knee-back-left"):
        for _, mask in places.areas_on(figure):
            assert cells(contour(mask)) == set(mask.cells())
            spots = middles(mask)
            assert spots
            for at in spots:
                reach = range(-((at.wide - 1) // 2), at.wide // 2 + 1)
                assert all((at.x + k, at.y) in mask for k in reach)
