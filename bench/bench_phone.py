"""When the first pages of the phone can be used on a slow network: ``python -m bench.bench_phone
ADDRESS``, where ADDRESS is that of a link of a site that runs.

Chromium draws each page cold, with the latency and the speed of a slow 3G network (CDP). That delays
each request and no handshake: where a connection is opened, two round trips more are counted. A page
is usable once its heading is drawn and its button can be pressed.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from typing import Final

from playwright.sync_api import Browser, sync_playwright

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
        "new Promise((told) => new PerformanceObserver((list) => told(list.getEntries()[0].startTime))"
        ".observe({type: 'paint', buffered: true}))"
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
    main(sys.argv[1])
