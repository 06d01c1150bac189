"""How long a redraw of the injection map keeps a slow processor busy, with 300 points on it.

Chromium with its processor slowed down four times, about a telephone's. Counted is all that the
page's own thread does for a frame: script, style, layout, paint. At 60 Hz a frame has 16 ms.

    python bench/bench_map.py [--keep]
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import django
from playwright.sync_api import Browser, Page, Route, sync_playwright
from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench`
from bench import page as results
from bench.said import parser

STATIC: Final = Path(__file__).parent.parent / "src" / "dolenti" / "ui" / "static" / "ui"
STYLES: Final = ("tokens", "base", "components", "body", "injections")
SCRIPTS: Final = ("numbers", "figures", "kept", "settings", "list", "pointer", "")
POINTS: Final = 300
SLOWER: Final = 4
TARGET_MS: Final = 16.0
ROUNDS: Final = 3
MOVES: Final = 30
FRAME_DONE: Final = "ProxyMain::BeginMainFrame"
NOTHING: Final = '{"stops": false, "findings": [], "html": ""}'


def written() -> str:
    """The page of a map of 300 points beside the lumbar spine, and nothing else."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dolenti.config.settings")
    django.setup()
    from django.template.loader import render_to_string

    from dolenti.clinic.injections.control import About, control
    from dolenti.guideline import load_folder, session

    places = session.places(load_folder())
    drawn = session.DrawnMap(
        edition=places.body.edition,
        points=tuple(
            session.DrawnPoint(
                figure="spine",
                x=280 + number % 20 * 22,
                y=1000 + number // 20 * 22,
                technique="nappage",
                depth_mm=Decimal(1),
                volume_ml=Decimal("0.02"),
                needle="n4-30",
            )
            for number in range(POINTS)
        ),
    )
    about = About(prepared_ml=Decimal(8), zone="lumbar-spine")
    shown = render_to_string(
        "clinic/injections/map.html", {"map": control(places, about, drawn=drawn)}
    )
    head = "".join(f'<link rel="stylesheet" href="/{name}.css">' for name in STYLES)
    foot = "".join(
        f'<script src="/injections{f"-{name}" if name else ""}.js"></script>' for name in SCRIPTS
    )
    return f'<!doctype html><html lang="fr"><head>{head}</head><body>{shown}{foot}</body></html>'


def answered(route: Route, html: str) -> None:
    """The site, as far as the map asks it."""
    name = route.request.url.rpartition("/")[2]
    if route.request.method == "POST":
        route.fulfill(body=NOTHING, content_type="application/json")
    elif name.endswith((".css", ".js")) and (STATIC / name).exists():
        route.fulfill(path=STATIC / name)
    elif name:
        route.fulfill(status=404, body="")
    else:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")


FRAME: Final = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def dragged(page: Page) -> Iterator[Callable[[], None]]:
    """One point of 300 under a finger."""
    page.locator("[data-mode=move]").click()
    box = page.locator('svg[data-figure="spine"]').bounding_box()
    assert box
    scale = box["width"] / 1000
    x, y = box["x"] + 500 * scale, box["y"] + 1132 * scale
    page.mouse.move(x, y)
    page.mouse.down()
    for number in range(MOVES):
        yield lambda number=number: page.mouse.move(x + 8 + number % 5, y + number)
    page.mouse.up()


def walked(page: Page) -> Iterator[Callable[[], None]]:
    """One point moved by the arrow keys, which is kept, listed and can be undone."""
    page.locator("[data-do=choose]").first.click()
    for number in range(MOVES):
        key = "ArrowRight" if number % 2 else "ArrowLeft"
        yield lambda key=key: page.keyboard.press(key)


def undone(page: Page) -> Iterator[Callable[[], None]]:
    """All 300 gone, and there again."""
    page.locator("[data-head] [data-do=delete]").first.click()
    for number in range(MOVES):
        name = "redo" if number % 2 else "undo"
        yield lambda name=name: page.locator(f"[data-{name}]").evaluate("one => one.click()")


DEEDS: Final = {
    "a point dragged, each step": dragged,
    "a point moved by a key, kept and listed": walked,
    "all points undone or done again": undone,
}


def measured(browser: Browser, page: Page, deed: Callable[[Page], Iterator[Any]]) -> list[float]:
    """What each redraw of a deed cost, in ms."""
    page.reload()
    page.locator("[data-parts]").wait_for()
    page.wait_for_timeout(500)
    browser.start_tracing(page=page, categories=["devtools.timeline", "cc", "toplevel"])
    for act in deed(page):
        page.evaluate(FRAME)
        act()
        page.evaluate(FRAME)
    return redraws(json.loads(browser.stop_tracing())["traceEvents"])


def redraws(trace: list[dict[str, Any]]) -> list[float]:
    """Of each frame in which something was painted: what the page's thread did in it (script of a
    press that moves, style, layout, paint, handing over), and in the events before it, in ms. The
    thread's own time: what others do on the machine is not counted."""
    named = (one for one in trace if one.get("name") == "thread_name")
    main = {(one["pid"], one["tid"]) for one in named if one["args"]["name"] == "CrRendererMain"}
    mine = [one for one in trace if one.get("ph") == "X" and (one["pid"], one["tid"]) in main]
    paints = [one["ts"] for one in mine if one["name"] == "Paint"]
    tops = sorted(
        (one for one in mine if one["name"] in (FRAME_DONE, "EventDispatch")),
        key=lambda one: (one["ts"], -one["dur"]),
    )
    found, spent, end = [], 0.0, 0
    for one in tops:
        if one["ts"] < end:
            continue  # an event within a frame, or within another event
        end = one["ts"] + one["dur"]
        spent += one.get("tdur", one["dur"]) / 1000
        if one["name"] == FRAME_DONE:
            if any(one["ts"] <= paint < end for paint in paints):
                found.append(spent)
            spent = 0.0
    return found


def main() -> None:
    """Measure, print, and keep what was found where that is asked."""
    keeping = parser(__doc__).parse_args().keep
    html = written()
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 1400})
        page.route("**/*", lambda route: answered(route, html))
        page.goto("http://map.test/")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        for what, deed in DEEDS.items():
            costs = sorted(cost for _ in range(ROUNDS) for cost in measured(browser, page, deed))
            found.append(
                {
                    "what": what,
                    "redraws": len(costs),
                    "median": statistics.median(costs),
                    "p95": costs[int(0.95 * len(costs))],
                }
            )
        browser.close()
    if keeping:
        results.keep("map", found)
    console = Console()
    console.print(results.injection_map(found))


if __name__ == "__main__":
    main()
