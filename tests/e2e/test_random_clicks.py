"""Random clicks on the Assess page at random speed, also 50 ms apart, on a network of random
slowness, from the link on the record that opens it, and over its own links: whatever is stored had
stood, with these very words, at the place that was pressed, for as long as it takes to read it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Error, Page

from dolenti.access.covered import cover
from dolenti.access.models import User
from dolenti.records.models import Complaint, Statement
from tests.web.world import complaint_of

pytestmark = pytest.mark.browser

LONG = settings.get_current_profile_name() == "long"
EXAMPLES = 400 if LONG else 8
READ = 500  # ms for which what is pressed must have stood where it is

# What stands under a point is its form with what it would send, the row and its words. Every 20 ms
# it is noted what stands where; of every press, what stood there, and since when; of every request,
# the press that made it. The notes outlive a page: the second click of two may land on the next.
_WATCH = (
    f"(() => {{ const READ = {READ};"
    + """
  const says = form => {
    const data = new FormData(form);
    ['csrfmiddlewaretoken', 'token'].forEach(own => data.delete(own));
    return new URL(form.action).pathname + '?' + new URLSearchParams(data);
  };
  // By where it is drawn: what takes no press yet is there to be read all the same.
  const isAt = (one, x, y) => [...one.getClientRects()].some(
    box => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom);
  const under = (x, y) => {
    const button = [...document.querySelectorAll('#case :is(button, summary, a, label)')]
      .filter(one => one.checkVisibility() && isAt(one, x, y)).at(-1);
    const form = button && button.closest('form');
    return form && form.closest('#case') ? says(form) + '|' + button.textContent.trim() : '';
  };
  const notes = name => JSON.parse(sessionStorage.getItem(name) || '[]');
  const note = (name, one) => sessionStorage.setItem(name, JSON.stringify([...notes(name), one]));
  window.notes = notes;
  window.point = notes('point').at(-1) || null;
  window.since = window.point ? [{ what: '', at: performance.now() }] : [];  // the page before
  setInterval(() => {
    if (!window.point) return;
    const [x, y] = window.point, now = under(x, y), last = window.since.at(-1);
    if (!last || last.what !== now) window.since.push({ what: now, at: performance.now() });
  }, 20);
  document.addEventListener('click', event => {
    if (!event.isTrusted) return;
    const what = under(event.clientX, event.clientY), last = window.since.at(-1);
    const stood = last && last.what === what ? performance.now() - last.at : 0;
    note('presses', { what, isNew: window.since.length > 1 && stood < READ });
  }, true);
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    note('sent', String(body instanceof FormData ? new URLSearchParams(body) : body || ''));
    setTimeout(() => send.call(this, body), Number(sessionStorage.getItem('late')) || 0);
  };
})()"""
)
# The buttons of the page, and the links that draw it anew; of the record, those that open it.
_GO_TO = """([n, links]) => {
  const wanted = links ? 'a[href*="?for="]' : '#case :is(button, summary, a.chip[href])';
  const all = [...document.querySelectorAll(wanted)]
    .filter(one => one.checkVisibility() && !one.closest('#store') && !one.matches('[data-print]'));
  const one = all[n % all.length];
  one.scrollIntoView({ block: 'center' });
  const box = one.getBoundingClientRect();
  window.since = [];
  window.point = [box.left + Math.min(box.width / 2, 60), box.top + box.height / 2];
  sessionStorage.setItem('point', JSON.stringify([window.point]));
  return window.point;
}"""

# A knee of a woman of 68 for one therapy; others for two, whose rows are other rows.
PAINS = (
    ("knee-osteoarthritis, side: right", "1958-03-02, sex: female", "infiltration"),
    ("neck-pain", "1990-06-01, sex: female", "mesotherapy,infiltration"),
    ("lateral-epicondylitis, side: left", "1975-01-20, sex: male", "mesotherapy,infiltration"),
    ("knee-osteoarthritis, side: left", "1949-09-09, sex: male", "cryoneurolysis"),
)

bursts = st.lists(
    st.tuples(
        st.integers(0, 400),  # which of what can be pressed
        st.integers(1, 4),  # how often at the same place
        st.sampled_from([50, 50, 120, 300, 650]),  # ms between
        st.sampled_from([0, READ + 60]),  # ms of reading before
    ),
    min_size=2,
    max_size=5,
)


def test_nothing_is_stored_that_did_not_stand_where_it_was_pressed(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    page = window(alice)
    page.add_init_script(_WATCH)
    seen: list[int] = []
    tried: set[tuple[str, str, str]] = set()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        bursts=bursts, late=st.sampled_from([0, 150, 400]), pain=st.sampled_from(PAINS),
        from_record=st.booleans(),
    )  # fmt: skip
    def clicks(
        bursts: list[tuple[int, int, int, int]],
        late: int,
        pain: tuple[str, str, str],
        from_record: bool,
    ) -> None:
        condition, born, wanted = pain
        complaint = complaint_of(
            alice,
            f"patient: {{birth-date: {born}}}\n"
            f"complaint: {{condition: {condition}, since: 2026-03-15}}\n",
            uuid.uuid4(),
        )
        where = reverse("complaint", args=[complaint.public_id])
        record = reverse("patient", args=[complaint.patient.public_id])
        page.goto(f"{live_server}{record if from_record else f'{where}?for={cover(wanted)}'}")
        page.evaluate("['presses', 'sent', 'point'].forEach(one => sessionStorage.removeItem(one))")
        tried.add(pain)
        page.evaluate("ms => sessionStorage.setItem('late', ms)", late)
        for which, often, pause, reading in bursts:
            on_record = f"{live_server}{record}" == page.url
            across, down = when_there(page, partial(page.evaluate, _GO_TO, [which, on_record]))
            page.wait_for_timeout(reading)
            for _ in range(often):
                page.mouse.click(across, down)
                page.wait_for_timeout(pause)
            if on_record:
                page.wait_for_url(f"**{where}**")
        page.wait_for_timeout(late + 100)
        page.wait_for_load_state("networkidle")
        seen.append(when_there(page, lambda: checked(page, complaint)))

    clicks()
    assert sum(seen), "no click stored anything: nothing was tried"
    assert len(tried) > 1, "one pain alone was tried"


def when_there(page: Page, done: Callable[[], Any]) -> Any:
    """What is done of the page: of the next one, where a press has just left this one."""
    for _ in range(20):
        try:
            page.wait_for_load_state()
            return done()
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
    return done()


def checked(page: Page, complaint: Complaint) -> int:
    """Hold what was stored against what was pressed; how many presses stored something."""
    presses: list[dict[str, Any]] = page.evaluate("window.notes('presses')")
    sent = [
        parse_qs(body, keep_blank_values=True) for body in page.evaluate("window.notes('sent')")
    ]
    by_token = {body["token"][0]: body for body in sent if "token" in body}
    stored: dict[str, list[str]] = {}
    for one in Statement.objects.filter(patient=complaint.patient).exclude(origin="document"):
        stored.setdefault(str(one.submission), []).append(one.fact)
    for token, facts in stored.items():
        body = by_token[token]
        stood = [press for press in presses if says_the_same(press["what"], body)]
        assert stood, ("stored, and never stood where something was pressed", facts, presses)
        assert not all(press["isNew"] for press in stood), ("stored unread", facts, presses)
        named = {ref.partition(":")[0] for ref in (*body.get("ref", ()), *body.get("fact", ()))}
        held = {one.partition("=")[0] for one in body.get("holding", ())}
        if "press" not in body:
            assert set(facts) <= named | held, (facts, body)
    return len(stored)


def says_the_same(what: str, body: dict[str, list[str]]) -> bool:
    """Whether the form under a press says what was sent (but for the button's own value)."""
    fields = parse_qs(what.partition("?")[2].rpartition("|")[0], keep_blank_values=True)
    ours = {"csrfmiddlewaretoken", "token", "value", "forget"}
    return bool(fields) and {n: v for n, v in fields.items() if n not in ours} == {
        n: v for n, v in body.items() if n not in ours
    }
