"""Sixty things that nobody should type or send, and files that were changed at random."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from dolenti.guideline.errors import InputError

LARGE: Final = os.environ.get("FUZZ") == "large"
"""``make fuzz``: everything. Otherwise a part of it, another one for each name."""
MOST_SECONDS: Final = 2.0
"""Of processor: a hang. What only the first answer takes, which reads the knowledge, is none."""
FIRST_SECONDS: Final = MOST_SECONDS if LARGE else 10.0
"""As much is let pass where nothing can be asked again, or is asked for the first time."""
MOST_MEGABYTES: Final = 512

VALUES: Final = (
    "", " ", "\t\r\n", "\x00", "a\x00b", "\x1b[2J\x1b[31m", "\x7f", "\x85", "\ufeff", "\u200b",
    "\u202eabc", "\u2066abc", "\ud800", "a\udfffb", "\U0010ffff", "e" + "\u0301" * 500, "ﷺ" * 100,
    "İıſ", "ß" * 200, "𝕬𝖓𝖓𝖆", "０１２", "١٢٣", "²", "½", "-0", "+1", "1e309", "-1e309", "NaN",
    "Infinity", "1_000", "0x10", "1,5", "1.5.5", "9" * 400, "-" + "9" * 40, "999999999999999999999",
    "2147483648", "9223372036854775808", "0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30",
    "31/02/2026", "01/01/0001", "31/12/9999", "24:00", "99:99", "2026-11-22T25:61",
    "../../../etc/passwd", "C:\\con", "file:///etc/passwd", "' OR 1=1 --", "%00", "%s%n{0}{{7*7}}",
    "<script>alert(1)</script>", "javascript:alert(1)", "x" * 100_000, "\n" * 10_000,
    "a,b;c|d&e=f#g?h",
)  # fmt: skip
assert len(VALUES) == len(set(VALUES)) == 60


def some(name: str, number: int) -> list[str]:
    """As many of the values, others for each name and the same on every run; all in a large run."""
    return list(VALUES) if LARGE else random.Random(name).sample(VALUES, number)


@contextmanager
def bounded(what: object, most: float = FIRST_SECONDS) -> Iterator[None]:
    """Neither hangs nor swallows the memory, however much was held at another time."""
    _forget_the_most()
    start, before = time.process_time(), _held("VmRSS")
    yield
    took, grew = time.process_time() - start, _held("VmHWM") - before
    assert took < most, f"{what!r:.300} took {took:.1f} s"
    assert grew < MOST_MEGABYTES, f"{what!r:.300} took {grew:.0f} MB"


def answers(read: Callable[[Any], Any], data: Any) -> None:
    """It reads, or refuses in both languages, and soon: where not at once, then the next time."""
    start = time.process_time()
    with bounded(data):
        refusal = _refusal(read, data)
    if time.process_time() - start > MOST_SECONDS:
        with bounded(data, MOST_SECONDS):
            _refusal(read, data)
    if refusal is not None:
        assert refusal.what
        assert refusal.fr


def _refusal(read: Callable[[Any], Any], data: Any) -> InputError | None:
    try:
        read(data)
    except InputError as error:
        return error
    return None


def _forget_the_most() -> None:
    """Let the kernel count the most that this process holds from now on."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def _held(what: str) -> float:
    """What this process holds (``VmRSS``), or the most it held since that was forgotten
    (``VmHWM``), in megabytes."""
    found = re.search(
        rf"^{what}:\s*(\d+) kB", Path("/proc/self/status").read_text("ascii"), re.MULTILINE
    )
    assert found is not None
    return int(found[1]) / 1024


def mutations(seed: bytes, number: int, name: str) -> Iterator[bytes]:
    """A file changed at random: bytes turned, cut, doubled, and nasty words in the place of its
    own; the same on every run."""
    draw = random.Random(name)
    for _ in range(number):
        data = bytearray(seed)
        for _ in range(draw.choice((1, 1, 2, 5))):
            if data:
                _change(data, draw)
        yield bytes(data)


def _change(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data))
    until = min(len(data), at + draw.choice((1, 4, 40, 4000)))
    kind = draw.randrange(6)
    if kind == 0:
        data[at] ^= 1 << draw.randrange(8)
    elif kind == 1:
        del data[at:until]
    elif kind == 2:
        data[at:at] = data[at:until] * draw.choice((1, 2, 50))
    elif kind == 3:
        del data[at:]
    elif kind == 4:
        word = draw.choice(VALUES)[:2_000].encode("utf-8", "surrogatepass")
        data[at:until] = word
    else:
        data[at:at] = draw.choice((b"{", b"[" * 1000, b"- " * 1000, b'"', b"&a *a", b":", b"null,"))
