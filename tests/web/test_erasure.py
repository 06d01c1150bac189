"""What may be erased is; nothing else can be, whoever asks the database."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access import chain
from dolenti.access.models import AppendOnlyError, AuditEntry, User
from dolenti.ledger import belonging, drafts, keeping, versions
from dolenti.ledger.models import Draft, Receipt, Revision
from dolenti.records.judging import complaints as pains
from dolenti.records.models import Complaint, Contact, Patient, Statement
from dolenti.records.patients import contacting, merging
from dolenti.rights import erasing, erasure_requests, terms
from dolenti.rights.models import ErasureProposal, ErasureRequest, RecordCopy, Tombstone
from dolenti.treatment import consents, given
from dolenti.treatment.models import Consent
from tests.web.merges import merged
from tests.web.queries import MOST, own_queries
from tests.web.world import (
    KNEE,
    administrator,
    allow,
    assessed,
    begun,
    colleague,
    complaint_of,
    copy_asked,
    named,
    of_old,
    open_every_weekday,
    quoted,
    recorded,
    referred,
    registered,
    sent,
    under_way,
)

pytestmark = pytest.mark.each

# What the fixture ``full`` fills. Tables that come later are guarded all the same: see below.
FILLED = {
    "agenda.appointment", "records.assessment", "records.carerelation", "records.complaint",
    "records.contact", "records.document", "records.merge", "records.opening", "records.passing",
    "records.patient", "records.referral", "records.statement", "records.verdictchange",
    "rights.copyrequest", "rights.recordcopy", "treatment.consent",
    "treatment.consentwithdrawal", "treatment.course",
    "treatment.quotation", "treatment.session", "treatment.sessionrecord",
}  # fmt: skip
TABLES = [one.table for one in belonging.tables() if one.kind in FILLED]
HEALTH = {"ledger", "records", "agenda", "treatment", "rights"}
LETTER = {"asked_by": "Paul Lefèvre", "asked_on": "01/02/2024"}


@pytest.fixture
def rene(alice: User) -> User:
    return administrator(alice.site, "Rene")


@pytest.fixture
def sara(alice: User) -> User:
    return administrator(alice.site, "Sara")


@pytest.fixture
def full(alice: User, knee: Complaint) -> Patient:
    """A patient with something in every table."""
    open_every_weekday(alice.site)
    allow(alice)
    stored = assessed(alice, named(knee))
    stored.passings.create(
        therapy="mesotherapy", status="caution", reason="Discussed", author=alice
    )
    course = begun(alice, stored)
    record = recorded(alice, under_way(alice, course))
    given.amend(sent(alice), record, "another needle")
    quoted(alice, course)
    referred(stored)
    patient = knee.patient
    consents.withdraw(sent(alice), course.consents.get(), "Paul", "")
    contact = contacting.add(sent(alice), patient, {"kind": "self", "phone": "0102030405"})
    contacting.change(alice, contact, 1, {"phone": "0607080910"})
    other = complaint_of(alice, KNEE.replace("right", "left")).patient
    made = merged(alice, patient, other, "same card")
    merging.unmerge(alice, made, "another person")
    asked = copy_asked(alice, patient)
    asked.parts.create(number=0, data=b"PK")
    RecordCopy.objects.create(
        request=asked, made_at=timezone.now(), sha256="a" * 64, size=1, files=1
    )
    patient.openings.create(user=alice, reason="on call", ends_at=timezone.now())
    stored.changes.create(
        site=alice.site, edition=stored.edition, therapy="mesotherapy", was="possible",
        now="caution",
    )  # fmt: skip
    drafts.keep(alice, "contact-new", patient.public_id, {"name": ["x"]}, None)
    return patient


def rows_of(patient: Patient) -> dict[str, int]:
    return erasing.counts(patient)


def erase(patient: Patient, one: User, two: User) -> list[Tombstone]:
    today = timezone.localdate()
    return erasing.confirm(two, erasing.propose(sent(one), patient, today), today)


def request(browser: Client, patient: Patient, **fields: Any) -> Any:
    form = {"token": str(uuid.uuid4()), **LETTER, **fields}
    return browser.post(reverse("patient-erasure", args=[patient.public_id]), form)


# What the database itself holds to


def test_every_table_that_leads_to_a_patient_is_guarded(full: Patient, rene: User) -> None:
    assert set(rows_of(full)) >= FILLED
    with connection.cursor() as cursor:
        cursor.execute(keeping._STANDING[connection.vendor])
        standing = {name for name, _ in cursor.fetchall()}
    assert {f"{one.table}_kept" for one in belonging.tables()} <= standing
    assert keeping.lay() == 0


def lost(table: str) -> str:
    """What the database says on emptying a table, where that is anything but that it is kept."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            transaction.set_rollback(True)  # what went is there again for the next table
    except IntegrityError as error:
        return "" if "kept" in str(error) else f"{table}: {error}"
    return f"{table}: emptied"


def test_the_database_lets_no_row_of_a_patient_go(full: Patient) -> None:
    assert len(TABLES) == len(FILLED)
    assert [said for said in map(lost, TABLES) if said] == []


def test_the_database_keeps_what_stood_before_a_change(full: Patient) -> None:
    assert Revision.objects.exists()
    for kind in set(Revision.objects.values_list("kind", flat=True)):
        with pytest.raises(IntegrityError, match="kept"), transaction.atomic():
            Revision.objects.filter(kind=kind)._raw_delete("default")  # type: ignore[attr-defined]


def test_a_tombstone_of_someone_else_lets_nothing_go(
    full: Patient, alice: User, rene: User, sara: User
) -> None:
    erase(of_old(registered(alice), 25), rene, sara)
    assert [said for said in map(lost, TABLES) if said] == []


def test_a_tombstone_stays_as_it_is_and_names_two_people(
    alice: User, rene: User, sara: User
) -> None:
    (stone,) = erase(of_old(registered(alice), 25), rene, sara)
    for statement in (
        "DELETE FROM rights_tombstone",
        "UPDATE rights_tombstone SET rule = 'x'",
        "INSERT INTO rights_tombstone SELECT * FROM rights_tombstone",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Tombstone.objects.create(
            proposal=stone.proposal, site=stone.site, patient="x", row=-1, rule="record",
            kept_until=stone.kept_until, kinds={}, fingerprints={}, proposed_by=rene,
            confirmed_by=rene, erased_at=timezone.now(),
        )  # fmt: skip
    with pytest.raises(AppendOnlyError):
        stone.delete()


@pytest.mark.django_db(transaction=True)
def test_the_triggers_are_laid_again_after_each_migration(alice: User) -> None:
    patient = registered(alice)
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON records_patient"
        cursor.execute(f"DROP TRIGGER records_patient_kept{on}")
    call_command("migrate", verbosity=0, interactive=False)
    assert keeping.lay() == 0, "what stands is left alone"
    with pytest.raises(IntegrityError, match="kept"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_patient WHERE id = %s", [patient.pk])


def test_no_table_of_a_patient_is_emptied(full: Patient) -> None:
    connection.check_constraints()  # PostgreSQL empties no table that still has events to come
    empty = "TRUNCATE {} CASCADE" if connection.vendor == "postgresql" else "DELETE FROM {}"
    for table in TABLES:
        with (
            pytest.raises(IntegrityError, match="kept"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(empty.format(table))


# A record past its term


def test_a_record_before_its_term_is_not_erased(full: Patient, rene: User, sara: User) -> None:
    of_old(full, 19.9)
    with pytest.raises(erasing.ErasureRefusedError, match="kept until"):
        erasing.propose(sent(rene), full, timezone.localdate())
    assert not ErasureProposal.objects.exists()


def test_a_record_past_its_term_goes_whole_and_leaves_a_tombstone(
    full: Patient, alice: User, rene: User, sara: User
) -> None:
    public_id, pk, before = full.public_id, of_old(full, 25).pk, rows_of(full)
    lines = AuditEntry.objects.filter(patient=public_id).count()
    proposal = erasing.propose(sent(rene), full, timezone.localdate())
    (stone,) = erasing.confirm(sara, proposal, timezone.localdate())
    assert stone.kinds == before
    assert set(stone.fingerprints) == set(before)
    assert (stone.patient, stone.row, stone.rule) == (public_id, pk, "record")
    assert (stone.proposed_by, stone.confirmed_by) == (rene, sara)
    assert not Patient.objects.filter(pk=pk).exists()
    assert not Draft.objects.filter(about=public_id).exists()
    assert not Revision.objects.filter(kind="records.contact").exists()
    assert not Receipt.objects.filter(made="records.patient", made_id=pk).exists()
    for one in belonging.tables():
        assert not erasing._rows(one, [pk]).exists()
    connection.check_constraints()
    assert AuditEntry.objects.filter(patient=public_id).count() == lines + 2
    assert chain.verify()[1] == []
    assert Complaint.objects.count() == 1, "another person's stays"


def test_what_is_left_of_it_says_nothing_of_the_patient(
    full: Patient, rene: User, sara: User
) -> None:
    of_old(full, 25)
    erase(full, rene, sara)
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label not in HEALTH:
                continue
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            text = json.dumps(cursor.fetchall(), default=str)
            assert "0607080910" not in text, model
            assert "0102030405" not in text, model
            assert "Lefèvre" not in text, model


def test_the_records_merged_into_it_go_too_each_with_its_tombstone(
    alice: User, rene: User, sara: User, knee: Complaint
) -> None:
    other = complaint_of(alice).patient
    merged(alice, knee.patient, other)
    of_old(knee.patient, 25)
    of_old(other, 25)
    stones = erase(knee.patient, rene, sara)
    assert {stone.patient for stone in stones} == {knee.patient.public_id, other.public_id}
    assert not Patient.objects.exists()


def test_one_of_two_records_that_were_merged_and_parted_goes_alone(
    alice: User, rene: User, sara: User
) -> None:
    one, two = of_old(registered(alice), 25), complaint_of(alice).patient
    merging.unmerge(alice, merged(alice, two, one, "same card"), "another person")
    erase(one, rene, sara)
    connection.check_constraints()
    assert list(Patient.objects.all()) == [two]


def test_two_people_are_needed(full: Patient, rene: User, sara: User) -> None:
    proposal = erasing.propose(sent(rene), of_old(full, 25), timezone.localdate())
    with pytest.raises(erasing.ErasureRefusedError, match="two people"):
        erasing.confirm(rene, proposal, timezone.localdate())
    assert Patient.objects.filter(pk=full.pk).exists()


def test_whoever_comes_in_between_keeps_the_record(
    full: Patient, alice: User, rene: User, sara: User
) -> None:
    proposal = erasing.propose(sent(rene), of_old(full, 25), timezone.localdate())
    complaint = full.complaints.first()
    assert complaint is not None
    Statement.objects.create(
        patient=full, fact="weight", value=80, at=timezone.localdate(), author=alice,
        submission=uuid.uuid4(),
    )  # fmt: skip
    with pytest.raises(erasing.ErasureRefusedError, match="kept until"):
        erasing.confirm(sara, proposal, timezone.localdate())
    assert Patient.objects.filter(pk=full.pk).exists()
    assert not Tombstone.objects.exists()


def test_what_fails_on_the_way_erases_nothing(
    full: Patient, rene: User, sara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(of_old(full, 25))
    proposal = erasing.propose(sent(rene), full, timezone.localdate())
    tables = [one for one in belonging.tables() if one.kind != "records.statement"]
    monkeypatch.setattr(belonging, "tables", lambda: tables)  # as if nobody knew of one
    with pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012 - fails at the end
        erasing.confirm(sara, proposal, timezone.localdate())
        connection.check_constraints()
    monkeypatch.undo()
    assert rows_of(full) == before
    assert not Tombstone.objects.exists()


def test_a_second_proposal_of_the_same_record_is_refused_and_a_dropped_one_is_no_more(
    full: Patient, rene: User, sara: User
) -> None:
    proposal = erasing.propose(sent(rene), of_old(full, 25), timezone.localdate())
    with pytest.raises(erasing.ErasureRefusedError, match="already"):
        erasing.propose(sent(sara), full, timezone.localdate())
    erasing.drop(sara, proposal)
    assert erasing.confirm(sara, proposal, timezone.localdate()) == []
    assert Patient.objects.filter(pk=full.pk).exists()
    erasing.propose(sent(sara), full, timezone.localdate())


def test_the_pages_lead_two_people_through_it(
    full: Patient, rene: User, sara: User, browser_of: Callable[[User], Client]
) -> None:
    at_rene, at_sara = browser_of(rene), browser_of(sara)
    of_old(full, 25)
    propose = reverse("patient-erasure-propose", args=[full.public_id])
    at_rene.post(propose, {"token": str(uuid.uuid4())})
    proposal = ErasureProposal.objects.get()
    confirm = reverse("erasure-confirm", args=[proposal.public_id])
    with own_queries() as asked:
        text = at_sara.get(confirm).content.decode()
    assert len(asked) <= MOST, asked.own
    assert "Consentements" in text
    assert "Effacer le dossier" in text
    assert "une autre personne doit le confirmer" in at_rene.get(confirm).content.decode()
    assert at_rene.post(confirm, {"token": str(uuid.uuid4()), "sure": "on"}).status_code == 422
    unsure = at_sara.post(confirm, {"token": str(uuid.uuid4())})
    assert unsure.status_code == 422
    assert "Cochez la phrase" in unsure.content.decode()
    read = erasing.before(proposal, full).stamp
    sure = {"token": str(uuid.uuid4()), "sure": "on", "read": read}
    done = at_sara.post(confirm, sure, follow=True)
    assert "proposé par Rene, confirmé par Sara" in done.content.decode()
    assert at_sara.get(confirm).status_code == 404
    assert at_rene.get(reverse("patient-identity", args=[full.public_id])).status_code == 404


# A patient asks


def test_before_the_term_the_answer_is_a_refusal_with_its_reason(
    full: Patient, rene: User, browser_of: Callable[[User], Client]
) -> None:
    response = request(browser_of(rene), full, asked="Tout effacer")
    assert response.status_code == 302
    made = ErasureRequest.objects.get()
    assert (made.answer, made.grounds, made.erased) == ("refused", ["record"], {})
    assert made.kept_until == terms.term_of(full).until
    assert "1er février 2024" in made.letter
    assert str(made.kept_until.year) in made.letter
    assert "article 17, paragraphe 3" in made.letter
    assert "vingt ans" in made.letter
    line = AuditEntry.objects.get(action="answer-erasure")
    assert line.detail == {"answer": "refused", "rules": ["record"], "erased": {}}
    page = browser_of(rene).get(reverse("patient-erasure", args=[full.public_id]))
    assert "article 17, paragraphe 3" in page.content.decode()
    assert Patient.objects.filter(pk=full.pk).exists()


def test_contacts_are_erased_on_request_their_history_included(
    full: Patient, rene: User, alice: User, browser_of: Callable[[User], Client]
) -> None:
    contact = Contact.objects.get()
    request(browser_of(rene), full, contacts=[contact.public_id])
    made = ErasureRequest.objects.get()
    assert (made.answer, made.erased) == ("partial", {"records.contact": 1})
    assert "les coordonnées d’un contact" in made.letter
    contact.refresh_from_db()
    assert (contact.phone, contact.email, contact.address) == ("", "", "")
    assert contact.ended_at is not None
    assert not Revision.objects.filter(kind="records.contact").exists()
    assert AuditEntry.objects.filter(action="erase", kind="contact").count() == 1
    assert erasure_requests.contacts(rene, full) == []
    with pytest.raises(versions.StaleEditError):
        contacting.change(alice, contact, 2, {"phone": "0102030405"})


def test_past_the_term_the_answer_proposes_the_erasure(
    full: Patient, rene: User, browser_of: Callable[[User], Client]
) -> None:
    of_old(full, 25)
    request(browser_of(rene), full)
    assert ErasureRequest.objects.get().answer == "granted"
    assert ErasureProposal.objects.get().patient == full.public_id


def test_a_request_sent_twice_is_one(
    full: Patient, rene: User, browser_of: Callable[[User], Client]
) -> None:
    token = str(uuid.uuid4())
    for _ in range(2):
        request(browser_of(rene), full, token=token)
    assert ErasureRequest.objects.count() == 1


WRONG_REQUESTS: list[tuple[dict[str, Any], str]] = [
    ({"asked_by": ""}, "Indiquez qui fait la demande"),
    ({"asked_on": "31/02/2024"}, "date"),
    ({"asked_on": "01/01/2199"}, "est à venir"),
    ({"contacts": ["of-someone-else"]}, "Choisissez de nouveau"),
    ({"asked": "x" * 100_000}, "1000"),
    ({"asked": "\u202etxt"}, "caractère"),
]


def test_what_is_wrong_with_a_request_is_said_beside_its_field(
    full: Patient, rene: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(rene)
    for fields, said in WRONG_REQUESTS:
        response = request(browser, full, **fields)
        where = (*fields, said)
        assert response.status_code == 422, where
        assert said in response.content.decode(), where
        assert not ErasureRequest.objects.exists(), where


def test_a_practitioner_answers_no_request_and_erases_nothing(
    full: Patient, alice: User, at_alice: Client
) -> None:
    assert request(at_alice, full).status_code == 403
    assert not erasing.proposals(alice).exists()
    assert not erasing.tombstones(alice).exists()
    assert erasure_requests.contacts(alice, full) == []


def test_a_record_entered_in_error_is_marked_and_stays(full: Patient, alice: User) -> None:
    complaint = full.complaints.get()
    pains.mark_in_error(alice, complaint, complaint.version, "wrong patient")
    assert Complaint.objects.filter(pk=complaint.pk).exists()
    assert Consent.objects.filter(course__complaint=complaint).exists()
    assert colleague(alice).role == "practitioner"
