"""The chain of serum as a person goes through it, page by page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.access.roles import Role
from dolenti.access.writing import NotAllowedError
from dolenti.guideline.serum import RefusedStepError
from dolenti.serum import bench, drawing, pairs
from dolenti.serum.identity import Proof
from dolenti.serum.models import Draw, Proposal, Thing, Unit
from tests.web.forms import as_rendered
from tests.web.serum import DAY, HOUR, MINUTE, TWO, Bench, code_of, course_of_serum, turned_on
from tests.web.world import colleague, registered, secretary, visit


@pytest.fixture
def goes(lab: Bench, browser_of: Callable[[User], Client]) -> Callable[..., Any]:
    """A page as the nurse opens it, or sends it."""

    def go(path: str, who: User | None = None, **said: str) -> Any:
        browser = browser_of(who or lab.bob)
        if not said:
            return browser.get(path)
        return browser.post(path, {"token": str(uuid.uuid4()), **said})

    return go


def read(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def step(draw: Draw, event: str, of: Thing | None = None) -> str:
    return f"/draws/{draw.public_id}/steps/{event}/" + (f"?of={of.public_id}" if of else "")


def test_units_are_labelled_one_after_the_other_each_printed_first(
    lab: Bench, goes: Callable[..., Any]
) -> None:
    """The tube they came from is “Réparti” and waits for no label; each unit has its own page, its
    own rule and its print button; a label that was never printed is not read."""
    draw, tubes = lab.incubated(course_of_serum(lab.alice), 1)
    bench.spin(lab.form(), draw, lab.proof(*tubes), run="r", whole=True)
    bench.portion(lab.form(), draw, lab.proof(*tubes), [TWO] * 3, bench_clear=True)
    units = list(Unit.objects.filter(draw=draw))
    assert step(draw, "label", units[0]) in read(goes("/serum/"))
    born = f"{draw.patient.birth_date:%d/%m/%Y}"
    for unit, after in zip(units, [*units[1:], None], strict=True):
        page = read(goes(step(draw, "label", unit)))
        assert f"/units/{unit.public_id}/print/" in page
        assert "Aspect : limpide" in page
        assert tubes[0].number not in page
        said = {"scan": code_of(unit.number), "identifier": born, "look": "clear"}
        early = goes(step(draw, "label", unit), **said)
        assert early.status_code == 422
        assert "n’a pas encore été imprimée : imprimez-la d’abord" in read(early)
        goes(f"/units/{unit.public_id}/print/", token="")
        said["scan"] = code_of(unit.number)
        done = goes(step(draw, "label", unit), **said)
        wanted = step(draw, "label", after) if after else f"/draws/{draw.public_id}/"
        assert (done.status_code, done.headers["Location"]) == (302, wanted)
        assert goes(step(draw, "label", unit), **said).status_code == 302, "and holds no other"
    assert {one.state for one in Unit.objects.filter(draw=draw)} == {"fresh"}


def test_an_incubation_says_its_hours_and_is_not_cut_short_in_one_press(
    lab: Bench, goes: Callable[..., Any]
) -> None:
    lab.passes(13 * HOUR)  # ten in the evening
    draw = lab.planned(course_of_serum(lab.alice), 1)
    page = read(goes(step(draw, "draw")))
    assert "Dit par le patient" in page
    assert "lu sur l’étiquette" not in page
    tube = draw.tube_rows.get()
    born = f"{draw.patient.birth_date:%d/%m/%Y}"
    assert goes(step(draw, "draw"), mL_1="10", identifier=born, spoken="on").status_code == 302
    lab.labelled(lab.anew(tube))
    bench.start_incubation(lab.form(), draw, lab.proof(tube), lab.incubator)
    lab.passes(MINUTE)
    board = read(goes("/serum/"))
    assert "de demain 4 h à 7 h" in board
    assert "Il est trop tôt : le tube sera bloqué. Le sortir quand même ?" in read(
        goes(step(draw, "end-incubation"))
    )
    said = {"scan": code_of(tube.number), "identifier": born}
    refused = goes(step(draw, "end-incubation"), **said)
    assert (refused.status_code, lab.anew(tube).state) == (422, "incubating")
    assert "indiquez le motif" in read(refused)
    assert goes(step(draw, "end-incubation"), **said, early="panne de l’étuve").status_code == 302
    tube = lab.anew(tube)
    assert tube.state == "held"
    board = read(goes("/serum/"))
    assert "à l’étuve 1 min, au lieu de 6 à 9 h ; panne de l’étuve" in board


def test_whoever_lifts_a_hold_sees_why_and_its_figures(
    lab: Bench, goes: Callable[..., Any]
) -> None:
    course = course_of_serum(lab.alice)
    _, tubes = lab.incubating(course, 2)
    since = timezone.now()
    lab.passes(7 * HOUR)
    lab.measured(lab.incubator, since, 37, m120=39.4)
    (tube, other) = (lab.anew(one) for one in tubes)
    what = "Étuve 1 : 39,4 °C le 03/11 à 11 h"
    ask = f"/tubes/{tube.public_id}/ask/lift-to-incubated/"
    assert goes(ask, note="").status_code == 422, "a reason is written"
    assert goes(ask, note="vu avec le fabricant").status_code == 302
    found = Proposal.objects.get()
    for path, who in ((ask, lab.bob), (f"/proposals/{found.public_id}/", lab.alice)):
        page = read(goes(path, who))
        for part in (what, "7 h 00", "37 à 39,4 °C"):
            assert part in page, (path, part)
    assert "vu avec le fabricant" in page
    for path in ("/serum/", f"/tubes/{other.public_id}/"):
        page = read(goes(path))
        assert what in page
        assert "incubator-major" not in page
    (row,) = lab.incubator.excursions.exclude(effect="note")
    assert f"/excursions/{row.public_id}/" in read(goes(f"/places/{lab.incubator.public_id}/"))
    assert tube.number in read(goes(f"/excursions/{row.public_id}/"))
    # What destroys comes to light after it was proposed: nobody can confirm.
    lab.measured(lab.incubator, since, 37, m125=40.6)
    page = read(goes(f"/proposals/{found.public_id}/", lab.alice))
    assert "la chaîne le détruit" in page.lower()
    assert 'value="confirm"' not in page
    assert goes(f"/proposals/{found.public_id}/", lab.alice, answer="confirm").status_code == 422
    assert lab.anew(tube).state == "held"
    assert "lift-to-incubated" not in pairs.possible(lab.anew(tube))


def test_the_responsible_person_sees_what_waits_for_them_and_no_more_of_the_record(
    lab: Bench, goes: Callable[..., Any]
) -> None:
    """Somebody who cares for none of these patients answers for the chain: what is held and what
    was proposed is on their home page and their board, and they confirm it; the record stays
    closed, and another practitioner sees nothing."""
    irma, paul = (colleague(lab.alice, name, Role.PRACTITIONER) for name in ("Irma", "Paul"))
    turned_on(lab.alice, irma)
    draw, (tube, going) = lab.incubating(course_of_serum(lab.alice))
    lab.passes(HOUR)
    bench.end_incubation(lab.form(), draw, lab.proof(tube), early="panne de l’étuve")
    found = pairs.propose(lab.form(), lab.anew(tube), "discard", reason="incubation-too-short")
    about, asked = f"/tubes/{tube.public_id}/", f"/proposals/{found.public_id}/"
    home, board = read(goes("/", irma)), read(goes("/serum/", irma))
    assert "tube ou unité de sérum bloqué, décision à prendre" in home
    assert "étape du sérum à confirmer" in home
    for part in (tube.number, asked, "au lieu de 6 à 9 h"):
        assert part in board
    assert going.number not in board
    for path in (about, asked):
        page = read(goes(path, irma))
        assert "au lieu de 6 à 9 h" in page
        assert f"/draws/{draw.public_id}/" not in page
    seen = AuditEntry.objects.filter(actor=irma.public_id, patient=draw.patient.public_id)
    assert {"proposal", "tube"} <= set(seen.values_list("kind", flat=True))
    closed = [f"/draws/{draw.public_id}/", f"/tubes/{going.public_id}/"]
    closed.append(f"/patients/{draw.patient.public_id}/")
    assert [goes(path, irma).status_code for path in closed] == [403] * 3
    assert [goes(path, paul).status_code for path in (about, asked)] == [403] * 2
    assert tube.number not in read(goes("/serum/", paul))
    assert "sérum" not in read(goes("/", paul)).partition("<main")[2]
    with pytest.raises(NotAllowedError):
        pairs.confirm(paul, found)
    assert goes(asked, irma, answer="confirm").status_code == 422, "read by nobody"
    read_last = pairs.stamp(found)
    assert goes(asked, irma, answer="confirm", read=read_last).status_code == 302
    assert lab.anew(tube).state == "discarded"
    assert goes(about, irma).status_code == 403, "decided: closed again"


def test_no_blood_is_drawn_before_a_practitioner_has_checked_on_the_day(
    lab: Bench, goes: Callable[..., Any]
) -> None:
    """What is not known of a red flag is not no; a check is of its day; a nurse makes none; tubes
    other than the doses of the course raise a remark."""
    course = course_of_serum(lab.alice)
    assert f"/draws/new/?course={course.public_id}" in read(goes(f"/courses/{course.public_id}/"))
    draw = drawing.plan(lab.form(), course, 3, lab.device)
    about, check = f"/draws/{draw.public_id}/", f"/draws/{draw.public_id}/check/"
    page = read(goes(about, lab.alice))
    assert "3 prévus ici, 1 dans la cure" in page
    assert check in page
    assert check not in read(goes(about))
    assert goes(check).status_code == 403
    assert "Aucun sang n’est prélevé avant" in read(goes(step(draw, "draw")))
    tubes = {one: Decimal(10) for one in draw.tube_rows.all()}
    proof = Proof(born=course.patient.birth_date, spoken=True)

    def drawn() -> set[str]:
        drawing.draw_blood(lab.form(), draw, proof, tubes)
        return {one.state for one in draw.tube_rows.all()}

    with pytest.raises(RefusedStepError, match="done today by a practitioner"):
        drawn()
    rendered = {"token": "", **as_rendered(goes(check, lab.alice), check)}
    said = {**rendered, "identified": "on", "today": "on"}
    assert goes(check, lab.alice, **{**said, "today": ""}).status_code == 422
    with transaction.atomic():
        lab.passes(400 * DAY)  # what was answered then is known no more
        assert "inconnu ne veut pas dire non" in read(goes(check, lab.alice))
        assert goes(check, lab.alice, **said).status_code == 422
        lab.passes(-400 * DAY)
        transaction.set_rollback(True)
    assert goes(check, lab.alice, **said).status_code == 302
    assert "Vérifié avant de prélever par Alice" in read(goes(about))
    with transaction.atomic():
        lab.passes(DAY)
        with pytest.raises(RefusedStepError, match="done today"):
            drawn()
        lab.passes(-DAY)
        transaction.set_rollback(True)
    assert drawn() == {"drawn"}


def test_an_administrator_is_not_sent_to_themselves(
    alice: User, bob: User, browser_of: Callable[[User], Client]
) -> None:
    chief = colleague(alice, "Chief", Role.ADMINISTRATOR)
    page = read(browser_of(chief).get("/serum/"))
    assert "adressez-vous à l’administrateur" not in page
    assert 'href="/site/checklist/"' in page
    assert "Attester pour l’établissement" in read(browser_of(chief).get("/knowledge/choices/"))
    assert "praticien" in read(browser_of(chief).get("/site/checklist/"))
    assert "adressez-vous à l’administrateur" in read(browser_of(bob).get("/people/"))


def test_who_comes_for_a_draw_is_noted_at_the_desk_and_seen_by_who_draws(
    lab: Bench, goes: Callable[..., Any], browser_of: Callable[[User], Client]
) -> None:
    """Nothing of the agenda was a draw: the secretary could note no arrival, and whoever draws saw
    none."""
    course = course_of_serum(lab.alice)
    desk = browser_of(secretary(lab.alice))
    now = timezone.now()
    drawn = visit(lab.alice, course.patient, now + 20 * MINUTE, kind="draw")
    book = desk.get(f"/patients/{course.patient.public_id}/appointment/").content.decode()
    assert "Prise de sang" in book
    board, form = read(goes("/serum/")), read(goes("/draws/new/"))
    assert "Arrivée non notée" in board
    assert "(arrivée non notée)" in form
    agenda = " ".join(desk.get("/agenda/").content.decode().split())
    press = f"/appointments/{drawn.public_id}/arrive/"
    assert press in agenda
    assert "Prise de sang" in agenda
    desk.post(press, {"based_on": 1})
    board, form = read(goes("/serum/")), read(goes("/draws/new/"))
    assert "Arrivée notée" in board
    assert f"/draws/new/?course={course.public_id}" in board
    assert "(arrivée notée)" in form
    assert "(arrivée non notée)" not in form


def test_a_draw_is_booked_where_serum_is_prepared_alone(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    patient = registered(alice)
    page = browser_of(alice).get(f"/patients/{patient.public_id}/appointment/?kind=draw")
    assert "Prise de sang" not in page.content.decode()
