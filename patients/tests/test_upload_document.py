"""Putting a document into a chart: the rule, then the rule behind each door."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Site, User
from accounts.once import Once
from audit.models import Entry
from hospital import clock, db
from hospital.errors import Refusal
from patients import services, timeline
from patients.files import store
from patients.models import Chart, Document, Encounter, Patient, TimelineEntry
from patients.services import deactivate_patient, declare_care, upload_document
from patients.tests import hostile
from patients.tests.hostile import let_in, what_lies_there
from patients.tests.make import make_patient

NONCE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def amara(site: Site, dora: User) -> Patient:
    """Dora treats her."""
    patient = make_patient()
    declare_care(patient, reason="Ward round", by=dora)
    return patient


@pytest.fixture
def ben(site: Site) -> Patient:
    """Nobody treats him."""
    return make_patient(given_name="Ben", family_name="Berg")


# ── The rule ────────────────────────────────────────────────────────────────


def test_it_stands_in_the_chart_with_its_file(amara: Patient, dora: User) -> None:
    document = upload_document(amara, file=let_in(), kind="letter", title=" Discharge ", by=dora)

    assert (document.title, document.media_type, document.pages) == ("Discharge", "application/pdf", 1)
    path = store.path_of(document.key)
    assert path.read_bytes() == hostile.pdf()
    assert path.parent.parent == store.folder()
    assert path.stat().st_mode & 0o777 == 0o600
    assert what_lies_there() == [path]


def test_its_file_says_nothing_of_the_patient_in_its_path(amara: Patient, dora: User) -> None:
    document = upload_document(amara, file=let_in("Amara Nwosu.pdf"), by=dora)

    assert document.file_name == document.title == "Amara Nwosu.pdf"
    [path] = what_lies_there()
    assert "amara" not in str(path.relative_to(store.folder())).lower()
    assert len(path.name) >= 32


def test_card_and_timeline_tell_of_it(amara: Patient, dora: User) -> None:
    document = upload_document(
        amara, file=let_in(), kind="letter", title="Discharge", dated_on=clock.now().date(), by=dora
    )

    [row] = Chart.of(amara.pk).documents
    assert row == {
        "id": str(document.pk),
        "title": "Discharge",
        "kind": "letter",
        "on": clock.now().date().isoformat(),
    }
    [entry] = TimelineEntry.objects.of(amara.pk)
    told = (entry.kind, entry.subject_id, entry.at, entry.facts)
    [drawn], _more = timeline.read(amara, dora)
    assert (drawn.line.title, drawn.line.struck) == ("Document: Discharge", False)
    timeline.rebuild(amara.pk)
    [entry] = TimelineEntry.objects.of(amara.pk)
    assert (entry.kind, entry.subject_id, entry.at, entry.facts) == told


def test_what_comes_after_midnight_is_of_the_new_day_of_the_clinic(amara: Patient, dora: User) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), tick=False):
        upload_document(amara, file=let_in(), title="Discharge", by=dora)

    [row] = Chart.of(amara.pk).documents
    assert row["on"] == "2026-11-21"


def test_it_is_written_down_without_its_name(amara: Patient, dora: User) -> None:
    document = upload_document(amara, file=let_in("Amara Nwosu.pdf"), by=dora)

    entry = Entry.objects.get(verb="patients.upload_document")
    assert (entry.subject_id, entry.patient_id) == (document.pk, amara.pk)
    assert entry.details == {"media_type": "application/pdf", "size": document.size}


def test_the_same_file_twice_is_refused_until_somebody_insists(amara: Patient, dora: User) -> None:
    first = upload_document(amara, file=let_in(), by=dora)

    with pytest.raises(Refusal) as refused:
        upload_document(amara, file=let_in("copy.pdf"), by=dora)
    assert refused.value.code == "already_there"
    assert refused.value.offers[0]["document"] == str(first.pk)
    assert [path.name for path in what_lies_there()] == [first.key]

    upload_document(amara, file=let_in("copy.pdf"), is_confirmed=True, by=dora)
    assert Document.objects.count() == 2


def test_the_same_file_in_another_chart_is_no_matter(amara: Patient, ben: Patient, dora: User) -> None:
    upload_document(amara, file=let_in(), by=dora)
    upload_document(ben, file=let_in(), by=dora)

    assert len(what_lies_there()) == 2


def test_what_was_taken_back_may_come_again(amara: Patient, dora: User) -> None:
    first = upload_document(amara, file=let_in(), by=dora)
    services.retract_document(first, reason="Put in twice", by=dora)

    assert upload_document(amara, file=let_in(), by=dora).pk != first.pk


def test_nothing_is_put_into_an_inactive_record(amara: Patient, dora: User, rita: User) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    with pytest.raises(Refusal) as refused:
        upload_document(amara, file=let_in(), by=dora)

    assert refused.value.code == "patient_inactive"
    assert what_lies_there() == []


def test_a_consultation_of_somebody_else_is_refused(amara: Patient, ben: Patient, dora: User) -> None:
    elsewhere = Encounter(patient=ben, author=dora, recorded_by=dora)

    with pytest.raises(ValidationError, match="not one of this patient"):
        upload_document(amara, file=let_in(), encounter=elsewhere, by=dora)

    assert what_lies_there() == []


@pytest.mark.parametrize("title", ["a\0b", "10 mg \u202egnirts", "x" * 201])
def test_a_title_that_cannot_be_printed_leaves_nothing_behind(amara: Patient, dora: User, title: str) -> None:
    with pytest.raises(ValidationError) as refused:
        upload_document(amara, file=let_in(), title=title, by=dora)

    assert "title" in refused.value.message_dict
    assert what_lies_there() == []
    assert not Document.objects.exists()


def test_it_is_not_dated_in_the_future(amara: Patient, dora: User) -> None:
    day = clock.now().date().replace(year=clock.now().year + 1, day=1)

    with pytest.raises(ValidationError, match="not dated in the future"):
        upload_document(amara, file=let_in(), dated_on=day, by=dora)


@pytest.mark.parametrize("who", ["rita", "pia", "carl", "mona", "adam", "una"])
def test_others_put_nothing_into_charts(amara: Patient, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        upload_document(amara, file=let_in(), by=request.getfixturevalue(who))

    assert what_lies_there() == []


def test_several_come_in_together_or_not_at_all(amara: Patient, dora: User) -> None:
    once = Once(NONCE, "")
    both = [let_in("a.png", hostile.png()), let_in("b.jpg", hostile.jpeg())]
    kept = services.upload_documents(amara, files=both, title="X-ray", kind="image", once=once, by=dora)
    assert [one.title for one in kept] == ["X-ray (1)", "X-ray (2)"]

    more = [let_in("c.pdf"), let_in("a.png", hostile.png())]
    with pytest.raises(Refusal, match="already"):
        services.upload_documents(amara, files=more, once=Once("other", ""), by=dora)
    del more, both

    assert {path.name for path in what_lies_there()} == {one.key for one in kept}
    assert Document.objects.count() == 2


def test_what_a_transaction_takes_back_leaves_no_row(amara: Patient, dora: User) -> None:
    """The file may stay until it is tidied away; nobody reaches it."""

    def pull_the_plug() -> None:
        with db.atomic():
            upload_document(amara, file=let_in(), by=dora)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        pull_the_plug()

    assert not Document.objects.exists()
