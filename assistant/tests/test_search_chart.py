"""A chart is searched by those who may read it, of one patient alone, and only as it is now."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet

from accounts.models import User
from assistant import indexing
from assistant.indexing import charts as indexing_charts
from assistant.models import IndexedRecord
from assistant.retrieval import search, store
from assistant.retrieval.vectors import vectors_of
from audit.models import Entry
from hospital import clock
from patients.files import let_in
from patients.files.reading import read_text
from patients.models import Document, Encounter, Patient
from patients.services import (
    add_addendum,
    edit_problem,
    record_problem,
    retract_document,
    retract_problem,
    sign_encounter,
    upload_document,
)
from patients.tests.hostile import upload
from patients.tests.make import make_treated
from patients.tests.make_notes import make_draft, make_signed

pytestmark = pytest.mark.django_db
ASKED = "crackles over the lung"


@pytest.fixture
def amara(dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def berta(dora: User) -> Patient:
    return make_treated(dora, given_name="Berta", family_name="Brandt")


def sweep() -> None:
    assert indexing.sweep(30).is_all


def texts(question: str, by: User, patient: Patient) -> list[str]:
    return [one.text for one in search(question, by=by, patient=patient).passages]


def test_a_signed_note_is_found_by_section(index: str, amara: Patient, dora: User) -> None:
    note = make_signed(amara, by=dora)
    make_draft(amara, by=dora, plan="Crackles: nothing of a draft is found.")
    sweep()
    first, *others = search(ASKED, by=dora, patient=amara).passages
    assert (first.kind, first.subject, first.patient) == ("note", str(note.pk), str(amara.pk))
    assert (first.heading, first.text) == ("Examination", "38.4 °C. Crackles over the right lower lobe.")
    assert first.url == note.get_absolute_url()
    assert {one.subject for one in others} == {str(note.pk)}
    assert not texts("draft", dora, amara) or "draft" not in "".join(texts("draft", dora, amara))


def test_nothing_of_another_patient_is_compared(
    index: str, amara: Patient, berta: Patient, dora: User
) -> None:
    make_signed(amara, by=dora)
    make_signed(berta, by=dora)
    sweep()
    for patient in (amara, berta):
        found = search(ASKED, by=dora, patient=patient).passages
        assert {one.patient for one in found} == {str(patient.pk)}
    assert search(ASKED, by=dora).passages == ()


def test_who_does_not_treat_the_patient_finds_nothing(
    index: str, amara: Patient, dora: User, dov: User, rita: User, adam: User
) -> None:
    make_signed(amara, by=dora)
    sweep()
    for person in (dov, rita, adam):
        assert search(ASKED, by=person, patient=amara).passages == ()
    opened = Entry.objects.filter(verb="patients.open_record", patient_id=amara.pk, details__part="passages")
    assert [row.actor_id for row in opened] == []
    search(ASKED, by=dora, patient=amara)
    assert [row.actor_id for row in opened.all()] == [dora.pk]


def test_a_lie_in_the_index_is_not_believed(index: str, amara: Patient, berta: Patient, dora: User) -> None:
    """Whoever writes into the store cannot move a note of one patient into the chart of another."""
    note = make_signed(berta, by=dora)
    sweep()
    known = store.nearest([0.1] * 384, patient=str(berta.pk), most=10)
    (vector,) = vectors_of([("", "", ASKED)])
    for number, one in enumerate(
        (*[one.id for one in known], "note:x:1", "x", f"note:{note.pk}:99", f"note:{note.pk}:-1")
    ):
        store.put([store.Entry(one, vector, "note", str(number), str(amara.pk))])
    assert len(store.nearest(vector, patient=str(amara.pk), most=10)) > 4
    assert search(ASKED, by=dora, patient=amara).passages == ()
    IndexedRecord.objects.update(patient_id=amara.pk)
    assert search(ASKED, by=dora, patient=amara).passages == ()


def test_what_is_no_longer_as_it_was_is_left_out(index: str, amara: Patient, dora: User) -> None:
    problem = record_problem(amara, title="Atrial flutter", by=dora)
    sweep()
    assert texts("flutter", dora, amara) == ["Atrial flutter: active."]
    edit_problem(problem, title="Atrial fibrillation", seen_version=problem.version, by=dora)
    assert texts("flutter", dora, amara) == []
    sweep()
    assert texts("flutter", dora, amara) == ["Atrial fibrillation: active."]
    retract_problem(problem, reason="Other patient", seen_version=problem.version, by=dora)
    assert texts("flutter", dora, amara) == []
    assert store.count() == 1
    sweep()
    assert store.count() == 0


def test_a_document_is_found_when_its_text_was_read_and_gone_when_taken_back(
    index: str, amara: Patient, dora: User
) -> None:
    letter = upload_document(
        amara, file=let_in(upload("a.txt", b"The gall bladder holds two stones.", "text/plain")), by=dora
    )
    sweep()
    assert texts("gallstones", dora, amara) == []
    read_text(letter.pk)
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        sweep()
    (found,) = search("gallstones", by=dora, patient=amara).passages
    assert (found.kind, found.title, found.text) == (
        "document",
        "a.txt",
        "The gall bladder holds two stones.",
    )
    retract_document(Document.objects.get(), reason="Wrong chart", by=dora)
    assert texts("gallstones", dora, amara) == []
    sweep()
    assert store.count() == 0


def test_what_is_signed_or_added_later_is_found_later(index: str, amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    later = clock.now() + timedelta(hours=1)
    with time_machine.travel(later):
        sweep()
    assert store.count() == 0
    with time_machine.travel(later):
        signed = sign_encounter(note, seen_version=None, by=dora)
        sweep()
        assert store.count() == 4
        add_addendum(signed, text="The X-ray shows a shadow.", by=dora)
        assert texts("shadow", dora, amara) == []  # not as it was when it was indexed
        sweep()
    assert texts("shadow", dora, amara)[0] == "The X-ray shows a shadow."


def test_a_note_that_is_not_what_was_signed_says_nothing(index: str, amara: Patient, dora: User) -> None:
    make_signed(amara, by=dora)
    sweep()
    QuerySet.update(Encounter.objects.all(), plan="Amputate.")  # around the hedge
    assert texts(ASKED, dora, amara) == []
    assert texts("amputate", dora, amara) == []


def test_everything_is_seen_once_however_small_the_steps(
    index: str, amara: Patient, dora: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr(indexing_charts, "AT_A_TIME", 2)
    monkeypatch.setattr(indexing_charts, "NEWS_AT_A_TIME", 3)
    for number in range(5):
        record_problem(amara, title=f"Fracture number {number}", by=dora)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        sweep()
        assert store.count() == IndexedRecord.objects.count() == 5
        assert indexing.sweep(30).entries == 0
