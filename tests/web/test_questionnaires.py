"""A questionnaire that a site may use: asked on the phone, entered at the desk, scored, copied."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.clinic.site import checklist
from dolenti.diary import answers, copied, links, questionnaires, stops
from dolenti.diary.answers import ClosedError, Sent
from dolenti.diary.models import Alert, Answer
from dolenti.followup import readings
from dolenti.records import engine, gate
from dolenti.records.copying import Copying
from dolenti.records.places import zone_of
from tests.people import enter
from tests.printed import Print
from tests.questionnaires import RULER, written
from tests.web.diary import BORN, after, answered, link_to, opened, treated
from tests.web.phones import Phone
from tests.web.world import sent


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def test_a_questionnaire_is_asked_entered_and_compared(
    alice: User, client: Client, data: Path
) -> None:
    course = treated(alice)
    enter(client, alice)
    follow_up = reverse("course-follow-up", args=[course.public_id])
    assert questionnaires.lacking("knee") == ["koos-12"], "Dolenti ships none of its words"
    zone = zone_of(course.complaint)
    assert zone == "knee", "its diagnosis says so"
    written(data)
    entering = reverse("course-questionnaire", args=[course.public_id, "ruler"])
    not_here = reverse("course-questionnaire", args=[course.public_id, "koos-12"])
    assert client.get(not_here).status_code == 404

    with after(50):  # on the phone, once the questions of 48 hours are sent
        made = link_to(alice, course)
        link = opened(made)
        said = {"ruler.stairs": "4", "ruler.bed": "4", "ruler.shop": "1"}
        with pytest.raises(ClosedError):
            send(link, said)
        answered(link)
        assert [one.id for one in answers.offered(link, "fr")] == ["ruler"]
        phone = Phone()
        born = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
        phone.post(f"/s/{made.token}/", born)
        phone.post(f"/s/{made.token}/device/", {"own": "yes"})
        assert "Ma journée (inventé)" in phone.get(f"/s/{made.token}/done/").content.decode()
        scored = reverse("phone-scored", args=[made.token, "ruler"])
        form = phone.get(scored).content.decode()
        assert "Inventé pour un essai." in form
        assert len(re.findall(r'<input\s+type="radio"', form)) == 9
        wrong = phone.post(scored, {"ruler.stairs": "7"})
        assert wrong.status_code == 422
        key = str(uuid.uuid4())
        for _ in range(2):
            phone.post(scored, {**said, "confirmed": "1", "key": key})
        assert not answers.offered(link, "fr"), "asked once"
        assert phone.get(scored).status_code == 302
    (kept,) = Answer.objects.filter(window="scored-ruler")
    assert kept.answers == said
    assert float(questionnaires.score_of(kept) or 0) == 75
    assert not Alert.objects.exists()

    with after(60):  # at the desk
        enter(client, alice)
        token = str(uuid.uuid4())
        empty = client.post(entering, {"token": token})
        assert empty.status_code == 422
        less = {"ruler.stairs": "1", "ruler.bed": "0", "ruler.shop": "1"}
        for _ in range(2):
            assert client.post(entering, {"token": token, **less}).status_code == 302
        entered = Answer.objects.get(link=None)
        assert (entered.author, entered.answers) == (alice, less)
        page = client.get(follow_up).content.decode()
        assert "Ma journée" in page
        assert "16,6 après" in page, "nothing was answered before the first session"
        so_far = readings.so_far(alice, course, [], timezone.now())
        begun = timezone.now()
        (score,) = questionnaires.scored(zone, so_far.questionnaires, None)
        assert (score.before, score.better) == (questionnaires.score_of(entered), None)
        first, last = so_far.questionnaires
        (score,) = questionnaires.scored(zone, [first, last], last.received_at)
        assert (score.reached, round(float(score.better or 0), 1)) == (True, 58.3)
        (score,) = questionnaires.scored(zone, [last, first], begun)
        assert score.after is None
    assert AuditEntry.objects.filter(action="enter-answer").count() == 1

    pieces = list(
        copied.answers.read(
            Copying(course.patient, gate.family(course.patient), engine.edition_in_force(), "fr")
        )
    )
    told = [one.resource for one in pieces if "score" in str(one.resource["item"])]
    assert [one["resourceType"] for one in told] == ["QuestionnaireResponse"] * 2
    assert told[0]["item"][-1]["answer"] == [{"valueDecimal": 75.0}]
    assert "Monter" in str(told[0])

    with after(70):
        stops.stop(sent(alice), course.patient, "died", "")
        link.refresh_from_db()
        with pytest.raises(ClosedError):
            send(link, said)


def send(link: Any, said: dict[str, str]) -> Answer:
    return answers.receive(
        links.patient_by(link), link, Sent(uuid.uuid4(), said, "scored-ruler", "")
    )


def test_a_folder_with_an_error_is_named_and_the_others_are_asked(
    alice: User, client: Client, data: Path
) -> None:
    written(data)
    written(data, RULER.replace("[knee]", "[kne]"), "broken")
    written(data, RULER.replace("id: ruler", "id: latin").encode().decode(), "latin").write_bytes(
        b"id: \xe9"
    )
    found = questionnaires.installed()
    assert list(found.there) == ["ruler"]
    where = sorted(one.where for one in found.faults)
    assert where == ["broken/questionnaire.yaml:1", "latin/questionnaire.yaml"]
    point = next(one for one in checklist.points_of(alice) if "questionnaires" in one.command)
    assert not point.done
    assert "broken/questionnaire.yaml:1" in point.says
    enter(client, alice)
    assert client.get(reverse("knowledge-measures")).status_code == 200
    written(data, RULER.replace("id: ruler", "id: broken"), "broken")
    assert set(questionnaires.installed().there) == {"ruler", "broken"}, "mended, and read again"


def test_the_printed_follow_up_has_every_score_of_the_page_with_what_matters(
    alice: User, client: Client, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the screen compares goes to the referring doctor and the physiotherapist too."""
    printed = Print()
    monkeypatch.setattr("dolenti.ui.print.followup.pdf", printed.pdf)
    course = treated(alice)
    written(data)
    enter(client, alice)
    entering = reverse("course-questionnaire", args=[course.public_id, "ruler"])
    worse = {"ruler.stairs": "4", "ruler.bed": "4", "ruler.shop": "1"}
    client.post(entering, {"token": str(uuid.uuid4()), **worse})
    with after(60):
        enter(client, alice)
        better = {"ruler.stairs": "1", "ruler.bed": "0", "ruler.shop": "1"}
        client.post(entering, {"token": str(uuid.uuid4()), **better})
        # As if the first had been answered before the session.
        real = questionnaires.scored
        monkeypatch.setattr(
            questionnaires, "scored", lambda zone, said, _: real(zone, said, said[-1].received_at)
        )
        address = reverse("course-follow-up-document", args=[course.public_id])
        pdf = client.get(address).content
    assert pdf.startswith(b"%PDF")
    assert printed.content is not None
    (row,) = [one for one in printed.content["scores"] if one[0] == "Ma journée (inventé)"]
    assert row == [
        "Ma journée (inventé)", "75", "16,6", "−58,3\u00a0points",
        "Différence cliniquement importante",
        "12,5\u00a0points. Invented.",
    ]  # fmt: skip
