"""Documents of the demonstration: as right as if they had been uploaded."""

import io
from random import Random

import pypdf
import pytest

from accounts.models import Site, User
from patients import files, timeline
from patients.demo import documents
from patients.demo.charts import Told
from patients.demo.stories import STORIES
from patients.files import store
from patients.models import Chart, Document, TimelineEntry
from patients.tests.hostile import upload
from patients.tests.make import make_patient

pytestmark = pytest.mark.mongo_slow("the demonstration is planted and judged alike on both engines")


@pytest.fixture
def planted(site: Site, dora: User, nora: User) -> list[Document]:
    told = [Told(make_patient(given_name=story.key), story, dora, nora) for story in STORIES]
    documents.plant(told, random=Random(7), progress=lambda _: None)
    return list(Document.objects.order_by("id"))


def test_each_would_be_let_in_and_says_that_it_is_fictitious(planted: list[Document]) -> None:
    assert len(planted) == sum(len(letters) for letters in documents.LETTERS.values())
    for document in planted:
        document.check_row()
        content = store.path_of(document.key).read_bytes()
        kept = files.let_in(upload(document.file_name, content))
        assert (kept.name, kept.sha256, kept.pages) == (document.file_name, document.sha256, 1)
        text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert "Fictitious" in text
        assert document.patient.mrn in text


def test_cards_and_lines_are_as_services_would_have_written_them(planted: list[Document]) -> None:
    for patient in {document.patient for document in planted}:
        assert Chart.of(patient.pk).documents == Document.objects.front(patient.pk)
        before = list(TimelineEntry.objects.of(patient.pk).values("key", "kind", "at", "facts"))
        assert before
        timeline.rebuild(patient.pk)
        assert list(TimelineEntry.objects.of(patient.pk).values("key", "kind", "at", "facts")) == before


def test_every_story_that_has_a_letter_is_known() -> None:
    assert set(documents.LETTERS) <= {story.key for story in STORIES}
