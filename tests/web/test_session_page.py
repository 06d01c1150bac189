"""The page of a session: from the pause to the signature, and what it does with bad input."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.agenda import appointments
from dolenti.agenda.models import Appointment, Room
from dolenti.guideline import load_folder
from dolenti.guideline import session as guided
from dolenti.records.models import Complaint
from dolenti.safety.models import AdverseEvent
from dolenti.scanning import symbols
from dolenti.treatment import consents, room, usual
from dolenti.treatment.content import Event as RoomEvent
from dolenti.treatment.models import Session, SessionRecord
from dolenti.ui.print import session as printed
from tests.printed import Print
from tests.web import room as make
from tests.web.forms import as_rendered
from tests.web.session_page import at, send
from tests.web.stock import GTIN, in_stock
from tests.web.world import administrator, clinic, colleague, signed, workday

pytestmark = pytest.mark.any_database


def made_once(alice: User) -> Session:
    return clinic(alice).session


@pytest.fixture
def session(standing: Any) -> Session:
    found: Session = standing.made
    return found


@pytest.fixture
def knee(session: Session) -> Complaint:
    found: Complaint = session.course.complaint
    return found


@pytest.fixture
def browser(alice: User, session: Session, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(alice)


def all_well(user: User, session: Session) -> dict[str, Any]:
    """Every line pressed, every question answered, as a person at the page does."""
    now = room.standing(user, session)
    fields: dict[str, Any] = {}
    for line in now.looked.lines:
        fields[f"line-{line.line.id}"] = "yes"
        for fact in now.to_ask(line):
            value = make.calm(fact)
            fields[f"fact-{fact}"] = "_none" if value == [] else "no" if value is False else value
            if value == "never":
                fields[f"fact-{fact}-never"] = "on"
                fields.pop(f"fact-{fact}")
    return fields


SYRINGE = {"volume_0": "0,5", "fluid": "none", "looks": "even"}
KNEE = {"target": "knee", "guidance": "ultrasound", "needle": "21G 40 mm", "volume_ml": "0,5"}


def test_a_session_goes_from_the_pause_to_the_signature(
    alice: User, session: Session, browser: Client
) -> None:
    lot = make.lot_of(alice)
    assert browser.get(at("session", session)).status_code == 200
    answers = [
        send(browser, "session-preparation", session, lot_0=lot.public_id, **SYRINGE),
        send(browser, "session-pause", session, **all_well(alice, session)),
        send(browser, "session-injected", session, **KNEE),
        send(
            browser, "session-happened", session,
            pain_before="6", pain_after="3", any="none", **make.SEEN_TO, sign="yes",
        ),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code == 302, re.findall(
            r"data-trouble.*?</p>", answer.content.decode(), re.DOTALL
        )
    record = SessionRecord.objects.get()
    assert record.state == "signed"
    page = browser.get(at("session", session)).content.decode()
    assert record.seal[:16] in page
    assert "Genou, à droite" in page
    report = browser.get(at("session-report", session))
    assert report["Content-Type"] == "application/pdf"


# --- Bad input loses nothing ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields, why",
    [
        ({**KNEE, "volume_ml": "3"}, "ne peuvent pas sortir de 0,5 mL"),
        ({**KNEE, "volume_ml": "deux"}, "Indiquez un nombre, par exemple 10 ou 2,5."),
        ({**KNEE, "volume_ml": "-1"}, "Indiquez un nombre, par exemple 10 ou 2,5."),
        ({**KNEE, "volume_ml": ""}, "ndiquez le volume injecté"),
        ({**KNEE, "target": "moon"}, "Choisissez dans la liste."),
    ],
)
def test_what_was_injected_comes_back_as_it_was_typed_with_the_reason(
    fields: dict[str, str], why: str, alice: User, session: Session, browser: Client
) -> None:
    make.drawn_up(alice, session)
    make.answered(alice, session)
    answer = send(browser, "session-injected", session, **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert why in page
    assert 'value="21G 40 mm"' in page
    assert SessionRecord.objects.get().injected == {}


def test_a_red_answer_stops_the_page_and_says_to_whom_to_turn(
    session: Session, browser: Client
) -> None:
    send(browser, "session-pause", session, **{"line-identity": "no"})
    page = browser.get(at("session", session)).content.decode()
    assert "La séance s’arrête ici." in page
    assert "identitovigilance" in page
    assert 'id="preparation"' not in page
    assert 'id="injected"' not in page


@pytest.mark.parametrize("why", [".", "..........", "vu \u202ecelam"])
def test_what_is_no_reason_is_refused_beside_its_line(
    why: str, session: Session, browser: Client
) -> None:
    answer = send(browser, "session-pause", session, **{"line-identity": "no", "why-identity": why})
    assert answer.status_code == 422
    assert not SessionRecord.objects.exists()


def test_two_people_who_write_the_same_part_see_both(
    alice: User, session: Session, browser: Client, browser_of: Callable[[User], Client]
) -> None:
    lot = make.lot_of(alice)
    other = make.lot_of(alice, number="Z9")
    bob = browser_of(colleague(alice, "Bob", Role.NURSE))
    send(bob, "session-preparation", session, lot_0=other.public_id, **SYRINGE)
    fields = {"token": str(uuid.uuid4()), "based_on": 0, "lot_0": lot.public_id, **SYRINGE}
    fields["volume_0"] = "0,25"
    answer = browser.post(at("session-preparation", session), fields)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bob a écrit cette partie entre-temps" in page
    assert "lot Z9" in page  # what stands
    assert 'value="0,25"' in page  # what was typed


def test_the_nurse_prepares_and_does_not_inject(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    bob = browser_of(colleague(alice, "Bob", Role.NURSE))
    lot = make.lot_of(alice)
    written = send(bob, "session-preparation", session, lot_0=lot.public_id, **SYRINGE)
    assert written.status_code == 302
    assert send(bob, "session-injected", session, **KNEE).status_code == 403
    signs = send(
        bob,
        "session-happened",
        session,
        any="none",
        **make.SEEN_TO,
        sign="yes",
    )
    assert signs.status_code == 403
    assert "Enregistrer l’injection" not in bob.get(at("session", session)).content.decode()


# --- The syringe while it is typed ---------------------------------------------------------------


def test_the_rules_speak_while_the_syringe_is_typed_and_nothing_is_written(
    alice: User, session: Session, browser: Client
) -> None:
    lidocaine = make.lot_of(alice, make.LIDOCAINE)
    fields = {"lot_0": lidocaine.public_id, "fluid": "none"}
    answer = send(browser, "session-check", session, volume_0="60", **fields)
    page = answer.content.decode()
    assert "Bloqué" in page
    assert "600 mg" in page
    assert "300\u00a0% du plafond le plus bas (200\u00a0mg)" in page
    assert not SessionRecord.objects.exists()


def test_a_scanned_package_puts_its_lot_into_the_syringe(
    alice: User, session: Session, browser: Client
) -> None:
    lot = make.lot_of(alice, gtin=GTIN, number="A17")
    scan = f"(01){GTIN}(17){lot.expiry:%y%m%d}(10)A17"
    page = send(browser, "session-preparation", session, scan=scan).content.decode()
    assert re.search(rf'value="{lot.public_id}"\s+selected', page)
    assert not SessionRecord.objects.exists()


@pytest.mark.parametrize("scan", ["a17", "(10)A17", f"(01){GTIN}(10)A17"])
def test_a_lot_received_by_hand_is_found_by_its_number_typed_or_scanned(
    scan: str, alice: User, session: Session, browser: Client
) -> None:
    lot = make.lot_of(alice, gtin="", number="A17")
    page = send(browser, "session-preparation", session, scan=scan).content.decode()
    assert re.search(rf'value="{lot.public_id}"\s+selected', page)


def test_a_number_of_two_lots_is_chosen_in_the_list(
    alice: User, session: Session, browser: Client
) -> None:
    make.lot_of(alice, gtin="", number="A17")
    in_stock(alice, gtin="", number="A17")
    for scan in ("A17", f"(01){GTIN}(10)A17"):
        answer = send(browser, "session-preparation", session, scan=scan)
        assert answer.status_code == 422
        assert "lusieurs lots portent" in answer.content.decode()


@pytest.mark.parametrize(
    "scan, why",
    [
        ("hello", "aucun lot de numéro"),
        (f"(01){GTIN}(10)NEVER", "aucun lot NEVER de cet emballage"),
    ],
)
def test_a_scan_that_is_no_lot_of_here_is_refused_with_the_reason(
    scan: str, why: str, session: Session, browser: Client
) -> None:
    answer = send(browser, "session-preparation", session, scan=scan, volume_0="2")
    assert answer.status_code == 422
    assert why in answer.content.decode().replace("C’est", "c’est").replace("Ce n", "ce n").replace(
        "Aucun", "aucun"
    )


def test_a_lot_that_is_not_in_stock_is_said_to_be_none_with_those_that_are_near(
    alice: User, session: Session, browser: Client
) -> None:
    make.lot_of(alice, number="LB4471")
    page = send(browser, "session-preparation", session, scan="LB4417").content.decode()
    assert "Aucun lot de numéro «\u00a0LB4417\u00a0»" in page
    assert "LB4471 (" in page
    page = send(browser, "session-preparation", session, scan="QQ99").content.decode()
    assert "enregistrez d’abord la réception" in page


def test_before_the_course_begins_nothing_is_asked_and_one_press_begins_it(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    course = clinic(alice).with_course(days=[workday()]).course
    signed(alice, course)
    first, at_alice = course.sessions.get(), browser_of(alice)
    page = at_alice.get(at("session", first))
    assert 'name="line-identity"' not in page.content.decode()
    start = reverse("course-start", args=[course.public_id])
    answer = at_alice.post(start, as_rendered(page, start))
    assert answer["Location"].endswith(at("session", first))
    assert 'name="line-identity"' in at_alice.get(answer["Location"]).content.decode()


def test_the_syringe_begins_as_the_last_session_ended(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    course = clinic(alice).with_course(days=[workday(), workday(30)]).course
    signed(alice, course)
    course.refresh_from_db()
    consents.activate(alice, course, course.version)
    first, second = course.sessions.order_by("number")
    Appointment.objects.update(state="arrived")
    first = Session.objects.get(pk=first.pk)
    make.drawn_up(alice, first, lot=make.lot_of(alice, make.LIDOCAINE))
    make.signed_off(alice, first)
    page = browser_of(alice).get(at("session", second)).content.decode()
    assert "Repris de la dernière séance" in page
    assert 'value="0,5"' in page


def test_what_is_watched_for_after_the_target_stands_on_the_page(
    alice: User, session: Session, browser: Client
) -> None:
    make.given_in(alice, session)
    page = browser.get(at("session", session)).content.decode().replace("\u00a0", " ")
    assert "À surveiller après cette infiltration" in page
    assert "Glycémie pendant 5 à 7 jours si diabète" in page


# --- Paper ---------------------------------------------------------------------------------------


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Print:
    found = Print()
    monkeypatch.setattr(printed, "pdf", found.pdf)
    monkeypatch.setattr(printed, "fitted", found.fitted)
    return found


def test_the_label_of_a_limpid_syringe_carries_a_code_and_no_name(
    alice: User, session: Session, browser: Client, paper: Print
) -> None:
    make.drawn_up(alice, session, looks=None)
    assert browser.get(at("session-label", session)).status_code == 302
    make.drawn_up(alice, session)
    browser.get(at("session-label", session))
    assert session.course.patient.birth_name not in paper.words
    assert "Méthylprednisolone 40 mg/mL" in paper.words
    assert symbols.read(paper.picture()) == [SessionRecord.objects.get().public_id]


def test_the_leaflet_needs_the_number_to_call_and_then_says_what_is_true_of_this_patient(
    alice: User, session: Session, browser: Client, paper: Print
) -> None:
    make.signed_off(alice, session)
    missing = browser.get(at("session-leaflet", session))
    assert missing.status_code == 422
    assert "Numéro du site" in missing.content.decode()
    Site.objects.update(phone="0102030405")
    pdf = browser.get(at("session-leaflet", session))
    assert pdf["Content-Type"] == "application/pdf"
    assert "01\u00a002\u00a003\u00a004\u00a005" in paper.words


def test_the_document_of_a_signed_session_says_its_seal(
    alice: User, session: Session, browser: Client, paper: Print
) -> None:
    record = make.signed_off(alice, session)
    first = browser.get(at("session-report", session)).content
    assert record.seal[:8] in paper.words
    assert "Méthylprednisolone" in paper.words
    assert browser.get(at("session-report", session)).content == first


def test_an_amendment_stands_beside_what_was_signed_first(
    alice: User, session: Session, browser: Client
) -> None:
    make.signed_off(alice, session)
    send(browser, "session-amend", session, reason="L’aiguille était une autre.")
    page = browser.get(at("session", session)).content.decode()
    assert page.index('id="amendment"') < page.index('id="pause"')
    assert "Rien n’est encore modifié" in page
    changed = {**KNEE, "needle": "23G 50 mm"}
    assert send(browser, "session-injected", session, **changed).status_code == 302
    page = browser.get(at("session", session)).content.decode()
    banner = page[page.index('id="amendment"') :]
    banner = banner[: banner.index("</section>")]
    for words in (
        "Rectification d’un compte rendu signé", "reste tel quel, avec son sceau",
        "L’aiguille était une autre.", "Personne n’est prévenu automatiquement",
    ):  # fmt: skip
        assert words in banner
    assert re.search(r"<del>[^<]*21G 40 mm</del>", banner)
    assert re.search(r"<ins>[^<]*23G 50 mm</ins>", banner)
    send(
        browser,
        "session-happened",
        session,
        any="none",
        **make.SEEN_TO,
        sign="yes",
    )
    page = browser.get(at("session", session)).content.decode()
    assert 'id="amendment"' not in page
    assert re.search(r"<del>[^<]*21G 40 mm</del>", page)
    assert page.index("23G 50 mm") < page.rindex("21G 40 mm")
    assert "L’aiguille était une autre." in page


def test_two_sessions_stand_side_by_side_with_all_that_was_given_and_happened(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    """The comparison held maps alone: neither products nor pain nor events."""
    course = clinic(alice).with_course(days=[workday(), workday(30)]).course
    signed(alice, course)
    course.refresh_from_db()
    consents.activate(alice, course, course.version)
    Appointment.objects.update(state="arrived")
    first, second = Session.objects.filter(course=course).order_by("number")
    browser = browser_of(alice)
    faint = (RoomEvent(event="vagal-faint", treated="Allongé", grade=2, at="10:05"),)
    for session, number, happened in (
        (first, "A1", {"pain_before": 7, "pain_after": 4, "events": faint}),
        (second, "B2", {"pain_before": 5, "pain_after": 2}),
    ):
        make.drawn_up(alice, session, lot=make.lot_of(alice, make.LIDOCAINE, number=number))
        make.signed_off(alice, session, **happened)
        page = browser.get(at("session", session)).content.decode()
        assert (at("session-maps", session) in page) is (session == second)
    page = browser.get(at("session-maps", second)).content.decode().replace("\u00a0", " ")
    rows = {
        " ".join(re.sub(r"<[^>]+>", " ", head).split()): [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells.split("</td>")[:2]
        ]
        for head, cells in re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    }
    lots = next(cells for head, cells in rows.items() if head.startswith("Lidocaïne"))
    assert "lot A1" in lots[0]
    assert "lot B2" in lots[1]
    assert rows["Douleur, de 0 à 10 diffère"] == ["7 avant, 4 après", "5 avant, 2 après"]
    assert rows["Événements diffère"] == ["Malaise vagal", "Rien à signaler"]
    assert rows["Malaise vagal diffère"] == ["10:05 · grade 2 · Allongé", "–"]
    assert rows["Aiguille"][0] == rows["Aiguille"][1] != "–"
    assert rows["Volume injecté"] == ["0,5 mL", "0,5 mL"]


def test_an_event_that_is_ticked_asks_for_its_time_degree_and_treatment(
    alice: User, session: Session, browser: Client
) -> None:
    """The part of an event was folded, and asked for no degree and no time."""
    make.given_in(alice, session)
    page = browser.get(at("session", session)).content.decode()
    part = page[page.index('<div class="events-of">') :]
    part = part[: part.index("</fieldset>")]
    assert "<details" not in part
    rows = part.split('class="event-row')[1:]
    (faint,) = [row for row in rows if 'value="vagal-faint"' in row]
    for name in ("at", "grade", "treated", "note"):
        assert f'name="{name}_vagal-faint"' in faint
    scale = next(one for one in guided.content(load_folder()).scales if one.id == "faint")
    assert all(one.says.fr.split("’")[0] in unescape(faint) for one in scale.grades)
    said = {"at_vagal-faint": "10:05", "grade_vagal-faint": "2", "treated_vagal-faint": "Allongé"}
    answer = send(
        browser, "session-happened", session, any="some", events="vagal-faint", **said,
        **make.SEEN_TO, sign="yes",
    )  # fmt: skip
    assert answer.status_code == 302
    (event,) = AdverseEvent.objects.all()
    assert (event.grade, event.treated) == (2, "Allongé")
    assert event.noticed_at <= timezone.now()
    page = browser.get(at("session", session)).content.decode()
    assert "10:05 · grade 2 · Allongé" in page


def test_a_degree_without_its_event_is_told(alice: User, session: Session, browser: Client) -> None:
    make.given_in(alice, session)
    answer = send(browser, "session-happened", session, **{"any": "none", "grade_vagal-faint": "2"})
    assert answer.status_code == 422
    assert "Cochez l’événement" in answer.content.decode()


# --- Usual mixtures ------------------------------------------------------------------------------


def test_usual_mixtures_are_off_until_the_administrator_switches_one_on(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    assert usual.offered(alice.site, "lumbar-spine", "mesotherapy") == ()
    rene = browser_of(administrator(alice.site, "Rene"))
    fields = {"token": str(uuid.uuid4()), "mixture": "lidocaine-points", "on": "yes"}
    refused = rene.post(reverse("site-mixtures"), fields)
    assert refused.status_code == 422
    reason = {"reason": "Décision du comité du médicament."}
    assert rene.post(reverse("site-mixtures"), {**fields, **reason}).status_code == 302
    assert [one.id for one in usual.offered(alice.site, "lumbar-spine", "mesotherapy")] == [
        "lidocaine-points"
    ]


def test_nobody_switches_a_withheld_mixture_on(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    withheld = next(one.id for one in usual.mixtures() if one.tier == "withheld")
    rene = browser_of(administrator(alice.site, "Rene"))
    answer = rene.post(
        reverse("site-mixtures"),
        {"token": str(uuid.uuid4()), "mixture": withheld, "on": "yes", "reason": "On y tient."},
    )
    assert answer.status_code == 422
    assert usual.choices(alice.site) == {}


def test_what_was_given_does_not_count_against_itself(
    alice: User, session: Session, browser: Client
) -> None:
    """A corticosteroid of a minute ago is of this session: the page stops nothing, and what the
    record knows of the others is as it was."""
    make.given_in(alice, session)
    page = browser.get(at("session", session)).content.decode()
    assert 'id="stops"' not in page
    assert "La séance s’arrête ici" not in page
    now = room.standing(alice, session)
    assert not now.looked.red
    assert "last-corticosteroid-on-record" not in now.case.facts
    saved = send(browser, "session-happened", session, any="none")
    assert saved.headers["Location"].endswith("#happened")


def test_what_the_pause_still_waits_for_is_led_to_and_the_button_counts_what_it_says(
    alice: User, session: Session, browser: Client
) -> None:
    """Lines with a question of their own are not said by a press that does not answer it; the page
    leads to the first of them and says how many wait, until none does."""

    def opened() -> str:
        return " ".join(browser.get(at("session", session)).content.decode().split())

    page = opened()
    assert 'id="waits"' not in page, "nobody has begun"
    ids = re.findall(r'name="together" value="([^"]+)"', page)[0]
    states = room.standing(alice, session)
    asking = {
        one.line.id
        for one in states.looked.lines
        if one.line.id in ids.split() and states.to_ask(one)
    }
    assert asking
    count = len(ids.split()) - len(asking)
    assert f"Tout va bien aux {count} lignes ci-dessus" in page
    answer = send(browser, "session-pause", session, part="pause", together=ids)
    assert answer.headers["Location"].endswith("#waits")
    page = opened()
    assert 'id="waits"' in page
    says = f"{len(asking)} lignes attendent" if len(asking) > 1 else "1 ligne attend"
    assert f"{says} encore une réponse" in page
    now = room.standing(alice, session)
    assert asking.isdisjoint(now.pause.answers)
    answer = send(browser, "session-pause", session, part="pause", **all_well(alice, session))
    assert not answer.headers["Location"].endswith("#waits")
    assert 'id="waits"' not in opened()


def test_whoever_notes_arrivals_notes_it_where_the_session_waits_for_it(
    alice: User, session: Session, browser: Client, browser_of: Callable[[User], Client]
) -> None:
    """What is refused because the patient is not there leads to the press that notes it."""
    assert 'id="arrival"' not in browser.get(at("session", session)).content.decode()
    lot = make.lot_of(alice)
    appointments.undo_arrival(alice, session.appointment, session.appointment.version)
    send(browser, "session-preparation", session, lot_0=lot.public_id, **SYRINGE)
    send(browser, "session-pause", session, **all_well(alice, session))
    refused = send(browser, "session-injected", session, **KNEE)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'href="#arrival"' in page
    assert 'id="arrival"' in page
    arrive = at("appointment-arrive", session).replace(
        session.public_id, session.appointment.public_id
    )
    said = as_rendered(refused, arrive)
    version = Appointment.objects.get(pk=session.appointment_id).version
    assert f'name="based_on" value="{version}"' in page
    noted = browser.post(arrive, {**said, "based_on": version})
    assert noted.headers["Location"] == at("session", session)
    assert send(browser, "session-injected", session, **KNEE).status_code == 302


def test_a_session_without_a_room_says_that_no_kit_is_known(
    browser: Client, session: Session
) -> None:
    """With a room, what its inventory lacks is said; without one, a yes is all there is."""
    said = "on ne sait pas de quelle trousse il s’agit"
    appointment = Appointment.objects.filter(session=session)
    other = Room.objects.create(site=session.course.patient.site, name="Salle 9")
    for place, is_said in ((None, True), (other, False)):
        appointment.update(room=place)
        page = browser.get(at("session", session)).content.decode()
        assert (said in page) == is_said
