"""When the first page of the phone can be used on a slow network.

Chromium draws it cold, with the latency and the speed of a slow 3G network (CDP). That delays each
request and no handshake: the two round trips that open a connection are counted besides. The page
is that of a link of a site that runs.

    python bench/bench_phone.py ADDRESS
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench`
from bench.said import parser

LATENCY: Final = 400
"""Milliseconds of a round trip."""
SPEED: Final = 400_000 // 8
"""Bytes a second, down and up."""
TIMES: Final = 5
HANDSHAKE: Final = 2 * LATENCY
"""TCP, then TLS 1.3."""


def usable(browser: Browser, address: str) -> tuple[float, int, int]:
    """Milliseconds until the first page can be used, its requests before that, their bytes."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": SPEED,
         "uploadThroughput": SPEED},
    )  # fmt: skip
    loaded: list[float] = []
    session.on("Network.loadingFinished", lambda one: loaded.append(one["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    page.locator("main button.main").wait_for(state="visible")
    paint = page.evaluate(
        "new Promise((told) => new PerformanceObserver((list) => "
        "told(list.getEntries()[0].startTime)).observe({type: 'paint', buffered: true}))"
    )
    before, sent = len(loaded), int(sum(loaded))
    context.close()
    return float(paint), before, sent


def main(address: str) -> None:
    """Print the median of a few cold loads."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        found = [usable(browser, address) for _ in range(TIMES)]
        browser.close()
    paint = statistics.median(one[0] for one in found)
    requests, sent = max(one[1] for one in found), max(one[2] for one in found)
    print(f"drawn after {paint:.0f} ms, {requests} requests before, {sent:,} bytes")
    print(f"with a connection to open: {paint + HANDSHAKE:.0f} ms")


if __name__ == "__main__":
    asked = parser(__doc__ or "")
    asked.add_argument("address", nargs="?", help="a link of the phone")
    told = asked.parse_args()
    if not told.address:
        asked.error("give the address of a link of the phone")
    main(told.address)
