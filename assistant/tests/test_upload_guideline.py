"""Guidelines are uploaded by administrators, said by their licence, once each, and read by whoever may ask."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistant import files
from assistant.models import Guideline, Passage
from assistant.services import edit_guideline, index_guideline_again, retire_guideline
from assistant.tests.make_guidelines import SCURVY, again, make_guideline
from hospital.errors import Refusal, Stale, WrongMove
from hospital.tests.queries import counted
from patients.files import store, tidy
from patients.tests.hostile import pdf, png, upload

pytestmark = pytest.mark.django_db
ADD = "admin:assistant_guideline_add"


def test_it_waits_for_the_worker_and_its_file_is_kept(adam: User) -> None:
    guideline = make_guideline(by=adam, source="javascript is a language, this no address")
    assert (guideline.status, guideline.media_type, guideline.version) == ("waiting", "text/plain", 1)
    assert files.pages_of(guideline.key, guideline.media_type) == [SCURVY]
    assert not list((store.folder() / store.INCOMING).iterdir())
    tidy()
    assert files.path_of(guideline.key).exists()


def test_only_administrators_keep_guidelines(dora: User, mona: User) -> None:
    for person in (dora, mona):
        with pytest.raises(PermissionDenied):
            make_guideline(by=person)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", " "),
        ("licence", ""),
        ("source", "javascript:alert(1)"),
        ("title", "a\u202eb"),
        ("source", "DATA:x"),
    ],
)
def test_what_is_said_of_it_has_to_be_right(name: str, value: str, adam: User) -> None:
    with pytest.raises(ValidationError) as wrong:
        make_guideline(by=adam, **{name: value})
    assert list(wrong.value.message_dict) == [name]
    assert not Guideline.objects.exists()
    assert not [one for one in store.folder().rglob("*") if one.is_file()]


def test_the_same_is_not_kept_twice_unless_it_was_retired(adam: User) -> None:
    first = make_guideline(by=adam)
    with pytest.raises(Refusal, match="is there already, as “Scurvy at sea”"):
        make_guideline(by=adam, title="Another")
    retire_guideline(first, reason="Oranges are sold out", by=adam)
    assert make_guideline(by=adam).pk != first.pk


def test_who_has_seen_an_older_one_is_refused(adam: User) -> None:
    guideline = make_guideline(by=adam)
    edit_guideline(guideline, licence="CC BY 4.0", seen_version=1, by=adam)
    with pytest.raises(Stale):
        edit_guideline(again(guideline), licence="CC0", seen_version=1, by=adam)


def test_what_is_retired_stays_and_cannot_be_brought_back(adam: User) -> None:
    guideline = make_guideline(by=adam)
    with pytest.raises(ValidationError):
        retire_guideline(guideline, reason=" ", by=adam)
    retire_guideline(guideline, reason="Out of date", by=adam)
    assert again(guideline).retired_because == "Out of date"
    with pytest.raises(Refusal):
        index_guideline_again(guideline, by=adam)
    with pytest.raises(Refusal):
        edit_guideline(guideline, title="x", by=adam)
    with pytest.raises(WrongMove):
        retire_guideline(guideline, reason="Again", by=adam)


# ── In the administration ───────────────────────────────────────────────────


def form(**more: Any) -> dict[str, Any]:
    file = upload("scurvy.md", SCURVY.encode(), "text/markdown")
    return {"title": "Scurvy", "licence": "CC0 1.0", "source": "", "language": "en", "file": file} | more


def test_an_administrator_uploads_corrects_and_retires(adam: User, client: Client) -> None:
    client.force_login(adam)
    assert client.post(reverse(ADD), form()).status_code == 302
    guideline = Guideline.objects.get()
    page = reverse("admin:assistant_guideline_change", args=[guideline.pk])
    said = form(title="Scurvy at sea", seen_version="1", retire_because="")
    assert client.post(page, said).status_code == 302
    assert (again(guideline).title, again(guideline).status) == ("Scurvy at sea", "waiting")
    late = client.post(page, said | {"title": "Late"})
    assert "Somebody else has just changed this guideline" in late.content.decode()
    assert client.post(page, said | {"seen_version": "2", "retire_because": "Old"}).status_code == 302
    assert again(guideline).status == "retired"
    assert b"retire_because" not in client.get(page).content


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("a.png", png()), "a PDF, a Markdown file or a plain text"),
        (("a.md", b""), "This file is empty"),
        (("a.md", b"<html>"), "web page or other markup"),
        (("a.pdf", b"MZ\x00\x00"), "This is a program"),
    ],
)
def test_what_is_no_guideline_is_refused_in_words(
    file: tuple[str, bytes], words: str, adam: User, client: Client
) -> None:
    client.force_login(adam)
    answer = client.post(reverse(ADD), form(file=upload(*file)))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "Scurvy" in answer.content.decode()  # what was typed is still there
    assert not Guideline.objects.exists()


def test_without_a_file_nothing_is_added(adam: User, client: Client) -> None:
    client.force_login(adam)
    said = form()
    del said["file"]
    assert "This field is required" in client.post(reverse(ADD), said).content.decode()


def test_a_pdf_is_read_page_by_page(adam: User) -> None:
    guideline = make_guideline(by=adam, name="a.md")
    place = files.path_of(guideline.key)
    place.write_bytes(pdf("Ascorbic acid cures scurvy."))
    (first,) = files.pages_of(guideline.key, "application/pdf") or []
    assert "Ascorbic acid cures scurvy." in first
    place.write_bytes(b"%PDF-1.7 broken")
    assert files.pages_of(guideline.key, "application/pdf") is None
    place.unlink()
    assert files.pages_of(guideline.key, "application/pdf") is None


# ── Pages ───────────────────────────────────────────────────────────────────


@pytest.fixture
def some(adam: User) -> Guideline:
    guideline = make_guideline(by=adam)
    Passage.objects.bulk_create(
        Passage(
            id=f"{guideline.pk}:{number}",
            guideline=guideline,
            number=number,
            text=f"Passage {number} <b>bold</b>",
        )
        for number in range(130)
    )
    return guideline


def test_everybody_who_may_ask_reads_them(some: Guideline, nora: User, client: Client) -> None:
    client.force_login(nora)
    with counted(at_most=4):
        listed = client.get(reverse("assistant:guidelines"))
    assert "Scurvy at sea" in listed.content.decode()
    assert "every 5s" in listed.content.decode()  # somebody may watch the worker
    with counted(at_most=5):
        page = client.get(some.get_absolute_url()).content.decode()
    assert 'id="p0"' in page
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page


def test_a_citation_leads_to_the_page_of_its_passage(some: Guideline, nora: User, client: Client) -> None:
    client.force_login(nora)
    url = Passage.objects.get(number=120).get_absolute_url()
    address, _, anchor = url.partition("#")
    assert anchor == "p120"
    assert 'id="p120"' in client.get(address).content.decode()


def test_what_is_retired_is_read_but_not_listed(
    some: Guideline, adam: User, nora: User, client: Client
) -> None:
    retire_guideline(some, reason="Out of date", by=adam)
    client.force_login(nora)
    assert "There are no guidelines yet" in client.get(reverse("assistant:guidelines")).content.decode()
    assert "Nothing is quoted from it any more" in client.get(some.get_absolute_url()).content.decode()


def test_a_table_is_shown_as_one() -> None:
    text = "Take:\n\n| Medicine | Dose |\n|---|---|\n| Ramipril | 2.5 mg |\n\n| no table |"
    blocks = Passage(text=text).blocks
    assert blocks == [
        {"text": "Take:"},
        {"head": ["Medicine", "Dose"], "rows": [["Ramipril", "2.5 mg"]]},
        {"text": "| no table |"},
    ]


def test_a_list_and_a_quotation_are_shown_without_their_signs() -> None:
    blocks = Passage(text="> For a trial only.\n> Treat nobody by it.\n\n- NICE NG219\n- EULAR 2016").blocks
    assert blocks == [
        {"text": "For a trial only.\nTreat nobody by it."},
        {"points": ["NICE NG219", "EULAR 2016"]},
    ]
