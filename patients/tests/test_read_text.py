"""Reading what documents say, by the worker; and putting the folder in order again."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from hospital import clock
from hospital.tests.mongo import ON_MONGO
from patients import files, tasks
from patients.files import pdfs, reading, store
from patients.models import Document, Patient
from patients.services import retract_document, upload_document
from patients.tests import hostile
from patients.tests.hostile import upload

State = Document.TextState


def put(patient: Patient, by: User, name: str = "letter.pdf", content: bytes = b"") -> Document:
    kept = files.let_in(upload(name, content or hostile.pdf()))
    return upload_document(patient, file=kept, by=by)


def begun(document: Document, tries: int, ago: timedelta) -> None:
    """Somebody began to read it so long ago, and that many have."""
    Document.objects.filter(pk=document.pk).update(text_tries=tries, updated_at=clock.now() - ago)


# ── Reading ─────────────────────────────────────────────────────────────────


def test_a_pdf_is_read_and_found_by_what_it_says(amara: Patient, dora: User) -> None:
    document = put(amara, dora)
    assert document.text_state == State.WAITING

    assert tasks.read_text(str(document.pk)) == State.READ

    document.refresh_from_db()
    assert "Discharged in good health." in document.text
    assert document.version == 1
    assert Document.objects.of(amara).search("good health").get() == document


def test_a_text_is_read_without_its_mark(amara: Patient, dora: User) -> None:
    document = put(amara, dora, "a.txt", b"\xef\xbb\xbf" + hostile.TEXT)

    assert tasks.read_text(str(document.pk)) == State.READ

    document.refresh_from_db()
    assert document.text == hostile.TEXT.decode().strip()


def test_a_picture_has_no_text_and_waits_for_none(amara: Patient, dora: User) -> None:
    document = put(amara, dora, "a.png", hostile.png())

    assert document.text_state == State.NONE
    assert tasks.read_text(str(document.pk)) == ""


def test_a_scan_has_no_text(amara: Patient, dora: User) -> None:
    document = put(amara, dora, "scan.pdf", hostile.raw_pdf())

    assert tasks.read_text(str(document.pk)) == State.NONE


def test_it_is_read_once(amara: Patient, dora: User) -> None:
    document = put(amara, dora)
    tasks.read_text(str(document.pk))

    assert tasks.read_text(str(document.pk)) == ""
    document.refresh_from_db()
    assert document.text_tries == 1


def test_a_long_text_is_kept_in_part(amara: Patient, dora: User) -> None:
    document = put(amara, dora, "a.txt", b"word " * 100_000)

    tasks.read_text(str(document.pk))

    document.refresh_from_db()
    assert len(document.text) <= reading.MOST_SIGNS
    assert document.text.startswith("word word")


def test_a_pdf_that_is_too_much_takes_no_worker_down(
    amara: Patient, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page on which more is written than anybody may use."""
    page = hostile.stream(b"BT /F1 9 Tf (aaaaaaaaaa) Tj ET\n" * 200_000)
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    bomb = hostile.raw_pdf(page, page=b"/Contents 4 0 R /Resources " + font)
    document = put(amara, dora, "bomb.pdf", bomb)
    monkeypatch.setattr(pdfs, "READ", (1, 300))

    assert tasks.read_text(str(document.pk)) == State.FAILED
    document.refresh_from_db()
    assert document.text == ""


def test_one_whose_file_is_gone_is_given_up(amara: Patient, dora: User) -> None:
    document = put(amara, dora)
    store.path_of(document.key).unlink()

    assert tasks.read_text(str(document.pk)) == State.FAILED


def test_the_worker_is_told_after_the_commit(
    amara: Patient, dora: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with django_capture_on_commit_callbacks(execute=True):
        document = put(amara, dora)

    assert Document.objects.get(pk=document.pk).text_state == State.READ


def test_without_a_hint_the_sweep_finds_it(amara: Patient, dora: User) -> None:
    one, two = put(amara, dora), put(amara, dora, "a.txt", b"x")

    assert tasks.read_waiting_texts() == 2
    assert tasks.read_waiting_texts() == 0

    states = Document.objects.filter(pk__in=[one.pk, two.pk]).values_list("text_state", flat=True)
    assert list(states) == [State.READ, State.READ]


def test_one_that_somebody_is_reading_is_left_alone_for_a_while(amara: Patient, dora: User) -> None:
    document = put(amara, dora)
    begun(document, 1, timedelta(minutes=9))
    assert reading.waiting_too_long() == []

    begun(document, 1, timedelta(minutes=11))
    assert reading.waiting_too_long() == [document.pk]


def test_what_takes_three_workers_down_is_not_tried_again(amara: Patient, dora: User) -> None:
    document = put(amara, dora)
    begun(document, 3, timedelta(minutes=11))

    assert tasks.read_waiting_texts() == 0
    assert tasks.read_text(str(document.pk)) == ""

    document.refresh_from_db()
    assert (document.text_state, document.text_tries) == (State.FAILED, 3)


def test_the_slower_of_two_workers_writes_nothing(amara: Patient, dora: User) -> None:
    document = put(amara, dora)
    seen_by_the_slower = Document.objects.get(pk=document.pk)
    tasks.read_text(str(document.pk))

    assert not reading.begin(seen_by_the_slower)


def test_reading_does_not_disturb_who_edits(amara: Patient, dora: User) -> None:
    document = put(amara, dora)
    tasks.read_text(str(document.pk))

    retract_document(document, reason="Another patient", seen_version=1, by=dora)

    assert Document.objects.get(pk=document.pk).text_state == State.READ


# ── Order in the folder ─────────────────────────────────────────────────────


def age(path: Path, days: float) -> None:
    then = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def test_files_of_which_no_row_knows_go_after_a_day(amara: Patient, dora: User) -> None:
    document = put(amara, dora)
    waiting = files.let_in(upload("a.txt", b"x"))
    with store.kept(waiting.key):
        pass
    orphan, kept = store.path_of(waiting.key), store.path_of(document.key)
    age(kept, 400)
    age(orphan, 0.9)
    assert tasks.tidy_uploads() == {"removed": 0, "missing": 0}

    age(orphan, 1.1)
    assert tasks.tidy_uploads() == {"removed": 1, "missing": 0}

    assert not orphan.exists()
    assert kept.exists()


def test_what_waits_for_a_row_goes_after_a_day(amara: Patient) -> None:
    waiting = files.let_in(upload("a.txt", b"x"))
    path = store.incoming_path(waiting.key)
    age(path, 1.1)

    assert tasks.tidy_uploads()["removed"] == 1
    assert not path.exists()


def test_rows_whose_file_is_gone_are_counted_and_logged(amara: Patient, dora: User, caplog: Any) -> None:
    document = put(amara, dora)
    put(amara, dora, "a.txt", b"x")
    store.path_of(document.key).unlink()

    assert tasks.tidy_uploads() == {"removed": 0, "missing": 1}

    assert str(document.pk) in caplog.text
    assert "Nwosu" not in caplog.text


def test_nothing_to_tidy_is_no_trouble(db: None) -> None:
    assert tasks.tidy_uploads() == {"removed": 0, "missing": 0}


KILLED = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "hospital.settings"
django.setup()
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from patients import files
from patients.files import store
settings.UPLOADS_FOLDER = sys.argv[1]
kept = files.let_in(SimpleUploadedFile("a.txt", b"x"))
with store.kept(kept.key):
    os.kill(os.getpid(), 9)  # between the file and its row
"""


@pytest.mark.skipif(ON_MONGO, reason="the engine plays no part in it")
def test_a_plug_that_is_pulled_between_file_and_row_leaves_an_orphan_and_no_more(
    db: None, settings: Any
) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, settings.UPLOADS_FOLDER], check=False)

    assert done.returncode == -9
    [orphan] = store.kept_files()
    age(orphan, 1.1)
    assert tasks.tidy_uploads() == {"removed": 1, "missing": 0}
    assert list(store.kept_files()) == []
