"""The picture of docs/benchmarks.md, from the kept results: plain SVG, written by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

OURS, OTHERS, INK, FAINT = "#0f766e", "#94a3b8", "#1e293b", "#e2e8f0"
NEEDED = {"engines", "population"}
"""The results that it shows."""
LABELS, WIDTH, ROW, FONT = 265, 430, 26, "font-family='sans-serif' font-size='13'"


@dataclass(frozen=True)
class Bar:
    """One measured value."""

    label: str
    value: float
    ours: bool


@dataclass(frozen=True)
class Chart:
    """Bars under a title, on a scale from ``low`` to ``high``; logarithmic by tens or linear."""

    title: str
    bars: Sequence[Bar]
    ticks: Sequence[float]
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """How far to the right a value lies."""
        low, high = self.ticks[0], self.ticks[-1]
        if self.logarithmic:
            value, low, high = (math.log10(max(x, self.ticks[0])) for x in (value, low, high))
        return WIDTH * (value - low) / (high - low)

    @property
    def height(self) -> int:
        """With its title and its axis."""
        return 70 + ROW * len(self.bars)

    def drawn(self, top: int) -> Iterator[str]:
        """The lines of SVG."""
        bottom = top + 36 + ROW * len(self.bars)
        yield text(10, top + 18, self.title, "start", "font-weight='bold'")
        for tick in self.ticks:
            x = LABELS + self.place(tick)
            yield f"<path d='M{x:.1f} {top + 30}V{bottom}' stroke='{FAINT}'/>"
            yield text(x, bottom + 16, f"{tick:,.0f}", "middle")
        for row, bar in enumerate(self.bars):
            y = top + 34 + ROW * row
            length = max(self.place(bar.value), 1)
            colour = OURS if bar.ours else OTHERS
            yield text(LABELS - 8, y + 15, bar.label, "end")
            yield (
                f"<rect x='{LABELS}' y='{y}' width='{length:.1f}' height='{ROW - 6}' "
                f"fill='{colour}'/>"
            )
            shown = f"{bar.value:,.0f}" if bar.value >= 10 or not bar.value else f"{bar.value:.1f}"
            yield text(LABELS + length + 6, y + 15, shown, "start")


def text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    """Some words at a place."""
    return (
        f"<text x='{x:.1f}' y='{y}' text-anchor='{anchor}' fill='{INK}' {FONT} {more}>"
        f"{escape(words)}</text>"
    )


def charts(results: dict[str, Any]) -> Iterator[Chart]:
    """What is drawn."""
    engines = results["engines"]

    def bars(value: Any) -> list[Bar]:
        return [Bar(e["engine"], value(e), e["engine"].startswith("Dolenti")) for e in engines]

    yield Chart(
        "Patients per second of processor time (logarithmic scale)",
        bars(lambda e: e["patients_per_second"]),
        (1, 10, 100, 1_000, 10_000),
        logarithmic=True,
    )
    wrong = ("told_true", "told_false", "unanswered", "opposite")
    yield Chart(
        "Answers that are not the reference’s, % of all answers",
        bars(lambda e: 100 * sum(e[kind] for kind in wrong) / e["answers"]),
        (0, 20, 40, 60, 80, 100),
    )
    measured = [one for one in results["population"] if one["work"] != "read and check"]
    yield Chart(
        "Whole population on DuckDB: thousands of rows per second and core",
        [
            Bar(
                f"{one['work']}, {one['rows'] // 10**6} M rows, {one['threads']} thread"
                + "s" * (one["threads"] > 1),
                one["rows"] / one["processor"] / 1000,
                ours=True,
            )
            for one in sorted(measured, key=lambda one: one["work"], reverse=True)
        ],
        (0, 100, 200, 300, 400, 500, 600),
    )


def drawn(results: dict[str, Any]) -> str:
    """The whole picture."""
    lines, top = [], 10
    for chart in charts(results):
        lines += list(chart.drawn(top))
        top += chart.height
    width = LABELS + WIDTH + 70
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {top}' role='img' "
        f"aria-label='Benchmarks: the tables of the page as bars'>"
        f"<rect width='{width}' height='{top}' fill='white'/>"
    )
    return "\n".join([head, *lines, "</svg>"]) + "\n"
