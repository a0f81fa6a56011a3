"""Reading the documents of a chart: list, one of them, its file; and who finds nothing there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital.tests.queries import counted
from patients import files, timeline
from patients.files import store
from patients.models import Document, Patient
from patients.services import declare_care, edit_document, retract_document, upload_document
from patients.tests import hostile
from patients.tests.hostile import LET_IN, Build, upload
from patients.tests.make import make_patient

pytestmark = pytest.mark.mongo_slow("the services' own tests repeat on both engines")

EVIL = '<img src=x onerror="owned=1"><script>owned=1</script>'


@pytest.fixture
def amara(site: Site, dora: User) -> Patient:
    """Dora treats her."""
    patient = make_patient()
    declare_care(patient, reason="Ward round", by=dora)
    return patient


@pytest.fixture
def ben(site: Site, dov: User) -> Patient:
    """Dov treats him."""
    patient = make_patient(given_name="Ben", family_name="Berg")
    declare_care(patient, reason="Ward round", by=dov)
    return patient


def put(patient: Patient, by: User, name: str = "letter.pdf", content: bytes = b"", **more: Any) -> Document:
    kept = files.let_in(upload(name, content or hostile.pdf()))
    return upload_document(patient, file=kept, by=by, **more)


@pytest.fixture
def letter(amara: Patient, dora: User) -> Document:
    return put(amara, dora, title="Discharge letter", kind="letter")


def at(document: Document, name: str = "document") -> str:
    return reverse(f"patients:{name}", args=[document.patient_id, document.pk])


def api_at(document: Document, more: str = "") -> str:
    return f"/api/v1/patients/{document.patient_id}/documents/{document.pk}{more}"


def content_of(answer: Any) -> bytes:
    content = b"".join(answer.streaming_content)
    answer.close()
    return content


# ── The file ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("what", "name", "build", "media_type"), LET_IN, ids=[one[0] for one in LET_IN])
def test_it_comes_back_byte_by_byte_and_never_as_a_page(
    amara: Patient, dora: User, client: Client, api: Any, what: str, name: str, build: Build, media_type: str
) -> None:
    document = put(amara, dora, name, build())
    client.force_login(dora)

    for answer in (client.get(at(document, "document_file")), api(dora).get(api_at(document, "/file"))):
        assert answer.status_code == 200
        assert content_of(answer) == build()
        assert answer["Content-Type"].partition(";")[0] == media_type
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        assert int(answer["Content-Length"]) == len(build())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("letter.pdf", 'attachment; filename="letter.pdf"'),
        ('a"b;c.pdf', 'attachment; filename="a\\"b;c.pdf"'),
        ("Übelkeit.pdf", "attachment; filename*=utf-8''%C3%9Cbelkeit.pdf"),
        ("x\r\nSet-Cookie: a=1.pdf", 'attachment; filename="xSet-Cookie: a=1.pdf"'),
    ],
)
def test_its_name_can_say_nothing_to_the_browser(
    amara: Patient, dora: User, client: Client, name: str, said: str
) -> None:
    document = put(amara, dora, name)
    client.force_login(dora)

    answer = client.get(at(document, "document_file"))

    assert content_of(answer) == hostile.pdf()
    assert answer["Content-Disposition"] == said
    assert "a" not in answer.cookies


def test_another_system_may_ask_for_a_pdf_only(
    letter: Document, ivo: User, api: Callable[[User], Any]
) -> None:
    client = api(ivo)
    for accepted in ("application/pdf", "*/*", "application/json"):
        answer = client.get(api_at(letter, "/file"), headers={"Accept": accepted})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), accepted
        assert content_of(answer) == hostile.pdf()


def test_reading_it_is_written_down(letter: Document, dora: User, client: Client) -> None:
    client.force_login(dora)
    content_of(client.get(at(letter, "document_file")))

    part, row = Entry.objects.filter(actor_id=dora.pk).order_by("-id")[:2][::-1]
    assert (part.verb, part.details) == ("patients.open_record", {"part": "document_file"})
    assert (row.verb, row.subject_id, row.patient_id) == (
        "patients.view_document",
        letter.pk,
        letter.patient_id,
    )


def test_a_file_that_is_gone_is_said_and_logged_without_a_name(
    letter: Document, dora: User, client: Client, api: Any, caplog: Any
) -> None:
    store.path_of(letter.key).unlink()
    client.force_login(dora)

    page = client.get(at(letter, "document_file"))
    answer = api(dora).get(api_at(letter, "/file"), headers={"Accept": "application/pdf"})

    assert (page.status_code, answer.status_code) == (404, 404)
    assert "The file of this document is missing" in page.content.decode()
    assert answer.json()["detail"] == "The file of this document is missing."
    logged = [record for record in caplog.messages if "document_file_missing" in record]
    assert len(logged) == 2
    assert str(letter.pk) in logged[0]
    assert "Discharge" not in caplog.text
    assert "Nwosu" not in caplog.text


# T01, T02, T26
@pytest.mark.parametrize("who", ["dov", "nora"])
def test_who_does_not_treat_the_patient_gets_no_byte(
    letter: Document, who: str, client: Client, api: Any, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    for answer in (
        client.get(at(letter, "document_file")),
        api(user).get(api_at(letter, "/file")),
        api(user).get(api_at(letter)),
    ):
        assert answer.status_code == 404
        assert not answer.streaming
        assert b"Discharge" not in answer.content
        assert b"%PDF" not in answer.content
    led = client.get(at(letter))
    assert (led.status_code, led["Location"]) == (302, f"/patients/{letter.patient_id}/#declare")
    assert Entry.objects.filter(actor_id=user.pk, outcome=Entry.Outcome.DENIED).count() == 4


def test_a_document_is_not_found_under_another_patient(
    letter: Document, ben: Patient, dov: User, client: Client, api: Any
) -> None:
    client.force_login(dov)
    pages = ("document", "document_file", "edit_document", "retract_document")
    addresses = [reverse(f"patients:{name}", args=[ben.pk, letter.pk]) for name in pages]
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    assert client.post(addresses[3], {"reason": "x", "version": "1"}).status_code == 404

    theirs = f"/api/v1/patients/{ben.pk}/documents/{letter.pk}"
    asked = api(dov)
    assert asked.get(theirs).status_code == 404
    assert asked.get(f"{theirs}/file").status_code == 404
    assert asked.put(theirs, {"title": "x", "kind": "letter", "version": 1}).status_code == 404
    assert asked.delete(theirs, {"reason": "x"}).status_code == 404
    letter.refresh_from_db()
    assert (letter.title, letter.version) == ("Discharge letter", 1)


def test_without_a_session_there_is_no_file(letter: Document, dora: User, client: Client) -> None:
    client.force_login(dora)
    client.logout()

    answer = client.get(at(letter, "document_file"))

    assert (answer.status_code, answer.streaming) == (302, False)
    assert answer["Location"].startswith("/accounts/login/")
    assert Client().get(api_at(letter, "/file")).status_code == 401


@pytest.mark.parametrize("who", ["rita", "pia", "carl", "mona", "adam"])
def test_other_roles_see_no_documents(
    letter: Document, who: str, client: Client, api: Any, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    assert client.get(at(letter)).status_code == 403
    assert client.get(at(letter, "document_file")).status_code == 403
    assert api(user).get(api_at(letter, "/file")).status_code == 403
    record = client.get(reverse("patients:detail", args=[letter.patient_id])).content.decode()
    assert "Discharge" not in record


# ── List and search ─────────────────────────────────────────────────────────


def listed(client: Any, patient: Patient, question: str = "") -> list[str]:
    answer = client.get(f"/api/v1/patients/{patient.pk}/documents", {"q": question} if question else {})
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


def test_it_is_found_by_title_file_name_and_text(
    amara: Patient, ben: Patient, dora: User, dov: User, api: Any
) -> None:
    put(amara, dora, "scan-07.txt", "Befund: Übelkeit nach Ärger".encode(), title="Letter from Hanover")
    put(amara, dora, "b.txt", b"nothing of note", title="Report")
    put(ben, dov, "c.txt", "Übelkeit".encode(), title="His letter")
    Document.objects.filter(file_name="scan-07.txt").update(
        text="Befund: Übelkeit nach Ärger", text_state="read"
    )
    client = api(dora)

    assert listed(client, amara) == ["Report", "Letter from Hanover"]
    for question in ("hanover", "SCAN-07", "Übelkeit", "übelkeit", "ÜBELKEIT", "befund letter"):
        assert listed(client, amara, question) == ["Letter from Hanover"], question
    for question in ("befund report", "zzz", "%", "_", ".*"):
        assert listed(client, amara, question) == [], question


def test_what_was_taken_back_is_listed_and_not_found(letter: Document, dora: User, api: Any) -> None:
    retract_document(letter, reason="Another patient", by=dora)

    assert listed(api(dora), letter.patient) == ["Discharge letter"]
    assert listed(api(dora), letter.patient, "discharge") == []


@pytest.mark.parametrize("question", ["\0", "x" * 500])
def test_a_question_that_is_none_is_said(amara: Patient, dora: User, client: Client, question: str) -> None:
    client.force_login(dora)

    answer = client.get(reverse("patients:documents", args=[amara.pk]), {"q": question})

    assert answer.status_code == 422


def test_live_search_swaps_the_results(letter: Document, dora: User, client: Client) -> None:
    client.force_login(dora)
    address = reverse("patients:documents", args=[letter.patient_id])

    part = client.get(address, {"q": "discharge"}, headers={"HX-Request": "true"}).content.decode()
    none = client.get(address, {"q": "zzz"}, headers={"HX-Request": "true"}).content.decode()

    assert "<!doctype" not in part
    assert "Discharge letter" in part
    assert "Nothing found for “zzz”" in none


def test_lists_cost_a_fixed_number_of_questions(amara: Patient, dora: User, client: Client, api: Any) -> None:
    for number in range(8):
        put(amara, dora, "a.txt", b"%d" % number)
    client.force_login(dora)
    address = reverse("patients:documents", args=[amara.pk])
    client.get(address)
    asked = api(dora)

    with counted(at_most=9):
        page = client.get(address)
    with counted(at_most=7):
        listed(asked, amara, "a")

    assert page.content.decode().count('class="name"') == 8


# ── One document, and the record page ───────────────────────────────────────


def test_its_page_shows_facts_and_text_as_text(amara: Patient, dora: User, client: Client) -> None:
    document = put(amara, dora, "a.txt", b"x", title=EVIL)
    Document.objects.filter(pk=document.pk).update(text=EVIL, text_state="read")
    client.force_login(dora)

    with counted(at_most=11):
        page = client.get(at(document)).content.decode()

    assert "owned" in page
    assert EVIL not in page
    assert "<img" not in page
    assert "Dora Dietz" in page


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("waiting", "The text is being read"),
        ("none", "no text in it that can be read"),
        ("failed", "could not be read"),
    ],
)
def test_its_page_says_how_far_the_reading_has_come(
    letter: Document, dora: User, client: Client, state: str, said: str
) -> None:
    Document.objects.filter(pk=letter.pk).update(text_state=state)
    client.force_login(dora)

    assert said in client.get(at(letter)).content.decode()


def test_a_picture_is_shown_from_the_address_of_its_file(amara: Patient, dora: User, client: Client) -> None:
    document = put(amara, dora, "a.png", hostile.png(), title="Wound")
    client.force_login(dora)

    page = client.get(at(document)).content.decode()

    assert f'<img src="{at(document, "document_file")}" alt="Wound">' in page


def test_the_record_page_shows_the_latest(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    record = reverse("patients:detail", args=[amara.pk])
    empty = client.get(record).content.decode()
    assert "No documents yet" in empty
    assert "Upload a document" in empty

    for number in range(9):
        put(amara, dora, "a.txt", b"%d" % number, title=f"Letter {number}")
    page = client.get(record).content.decode()

    _before, _mark, rest = page.partition('id="panel-documents"')
    card, _end, _after = rest.partition("</section>")
    assert [number for number in range(9) if f"Letter {number}<" in card] == [3, 4, 5, 6, 7, 8]


# ── Edit and take back ──────────────────────────────────────────────────────


def test_a_title_is_corrected_everywhere(letter: Document, dora: User, client: Client) -> None:
    client.force_login(dora)
    form = {"title": "Referral", "kind": "report", "dated_on": "2026-04-12", "version": "1"}
    assert client.get(at(letter, "edit_document")).status_code == 200

    assert client.post(at(letter, "edit_document"), form).status_code == 302

    letter.refresh_from_db()
    assert (letter.title, letter.kind, str(letter.dated_on)) == ("Referral", "report", "2026-04-12")
    record = client.get(reverse("patients:detail", args=[letter.patient_id])).content.decode()
    assert "Referral" in record
    assert "Discharge" not in record


def test_the_slower_of_two_is_told_and_keeps_what_was_typed(
    letter: Document, dora: User, client: Client
) -> None:
    edit_document(letter, title="Faster", seen_version=1, by=dora)
    client.force_login(dora)

    form = {"title": "Slower", "kind": "letter", "dated_on": "", "version": "1"}
    answer = client.post(at(letter, "edit_document"), form)

    assert answer.status_code == 422
    assert 'value="Slower"' in answer.content.decode()
    assert Document.objects.get().title == "Faster"


def test_the_api_edits_and_takes_back_with_versions(letter: Document, dora: User, api: Any) -> None:
    client = api(dora)
    body = {"title": "Referral", "kind": "report"}
    assert client.put(api_at(letter), body).status_code == 428
    assert client.put(api_at(letter), body, headers={"If-Match": '"7"'}).status_code == 412
    assert client.put(api_at(letter), body | {"version": 7}).status_code == 409
    answer = client.put(api_at(letter), body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["title"], answer["ETag"]) == (200, "Referral", '"2"')

    assert client.delete(api_at(letter)).status_code == 400
    assert client.delete(api_at(letter), {"reason": "Another patient"}).status_code == 204
    gone = client.delete(api_at(letter), {"reason": "Again"})
    assert (gone.status_code, gone.json()["code"]) == (409, "already_retracted")
    changed = client.put(api_at(letter), body | {"version": 3})
    assert (changed.status_code, changed.json()["code"]) == (409, "retracted")


def test_what_is_taken_back_stays_struck_through(
    amara: Patient, letter: Document, dora: User, client: Client
) -> None:
    client.force_login(dora)
    retract = at(letter, "retract_document")
    assert client.get(retract).status_code == 200
    assert client.post(retract, {"reason": " ", "version": "1"}).status_code == 422

    client.post(retract, {"reason": "Belongs to another patient", "version": "1"})

    page = client.get(at(letter)).content.decode()
    assert "This document was taken back" in page
    assert "Belongs to another patient" in page
    assert "No documents yet" in client.get(amara.get_absolute_url()).content.decode()
    assert content_of(client.get(at(letter, "document_file"))) == hostile.pdf()
    [drawn], _more = timeline.read(amara, dora)
    assert drawn.line.struck


@pytest.mark.parametrize("who", ["rita", "ivo", "adam"])
def test_others_change_no_documents(
    letter: Document, who: str, client: Client, api: Any, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    assert client.post(at(letter, "edit_document"), {"title": "x"}).status_code == 403
    assert client.post(at(letter, "retract_document"), {"reason": "x"}).status_code == 403
    assert api(user).put(api_at(letter), {"title": "x"}).status_code == 403
    assert api(user).delete(api_at(letter), {"reason": "x"}).status_code == 403
    letter.refresh_from_db()
    assert letter.version == 1
