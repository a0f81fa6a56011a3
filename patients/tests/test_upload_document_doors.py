"""Documents on the page and through the API: what is taken in, and what a refusal keeps."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Site, User
from hospital.tests.queries import counted
from patients.models import Document, Patient
from patients.services import declare_care, upload_document
from patients.tests import hostile
from patients.tests.hostile import REFUSED, Build, let_in, upload, what_lies_there
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


def page_of(patient: Patient) -> str:
    return reverse("patients:upload_document", args=[patient.pk])


def form(*uploads: Any, **more: str) -> dict[str, Any]:
    return {"kind": "letter", "title": "", "dated_on": "", "nonce": NONCE, "file": list(uploads)} | more


# ── The page ────────────────────────────────────────────────────────────────


def test_a_doctor_uploads_on_the_page(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    assert 'type="file" name="file"' in client.get(page_of(amara)).content.decode()

    answer = client.post(
        page_of(amara), form(upload("../../Letter.pdf", hostile.pdf()), dated_on="2026-04-12")
    )

    document = Document.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == document.get_absolute_url()
    assert (document.title, document.kind, str(document.dated_on)) == ("Letter.pdf", "letter", "2026-04-12")
    assert document.recorded_by == dora


def test_with_htmx_the_way_on_is_told_to_the_browser(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)

    answer = client.post(page_of(amara), form(upload("a.pdf", hostile.pdf())), headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == Document.objects.get().get_absolute_url()


def test_several_files_lead_to_the_list(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)

    answer = client.post(
        page_of(amara), form(upload("a.png", hostile.png()), upload("b.jpg", hostile.jpeg())), follow=True
    )

    assert "2 documents are kept" in answer.content.decode()
    assert Document.objects.count() == 2


def test_the_page_says_which_file_is_refused_and_why_and_keeps_what_was_typed(
    amara: Patient, dora: User, client: Client
) -> None:
    client.force_login(dora)
    good, bad = upload("good.pdf", hostile.pdf()), upload("bad.pdf", hostile.HTML)

    answer = client.post(page_of(amara), form(good, bad, title="Both", dated_on="2026-04-12"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "bad.pdf: This is a web page" in page
    assert "good.pdf:" not in page
    assert 'value="Both"' in page
    assert 'value="2026-04-12"' in page
    assert NONCE in page
    assert not Document.objects.exists()
    assert what_lies_there() == []


def test_a_form_that_is_sent_twice_puts_it_down_once(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    for _twice in range(2):
        answer = client.post(page_of(amara), form(upload("a.pdf", hostile.pdf())))
        assert answer["Location"] == Document.objects.get().get_absolute_url()


def test_the_page_shows_the_one_that_is_there_and_a_box_to_insist(
    amara: Patient, dora: User, client: Client
) -> None:
    there = upload_document(amara, file=let_in(), title="Discharge", by=dora)
    client.force_login(dora)

    answer = client.post(page_of(amara), form(upload("a.pdf", hostile.pdf())))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert there.get_absolute_url() in page
    assert 'type="checkbox" name="is_confirmed"' in page

    client.post(page_of(amara), form(upload("a.pdf", hostile.pdf()), is_confirmed="on"))
    assert Document.objects.count() == 2


def test_a_form_without_a_file_says_so(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)

    answer = client.post(page_of(amara), form())

    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_one_byte_too_many_is_said_on_the_page(
    amara: Patient, dora: User, client: Client, settings: Any
) -> None:
    settings.LARGEST_DOCUMENT = 1000
    client.force_login(dora)

    answer = client.post(page_of(amara), form(upload("a.txt", b"a" * 1001), title="Kept"))

    assert answer.status_code == 422
    assert "a.txt: This file is larger than 0.001 MB" in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()


# T22–T25: what is far too large is not read
def test_a_request_that_is_far_too_large_is_not_read(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)

    class Endless:
        read_so_far = 0

        def read(self, size: int = -1) -> bytes:
            self.read_so_far += max(size, 0)
            return b"a" * max(size, 0)

        readline = read

    endless = Endless()
    answer = client.generic(
        "POST",
        page_of(amara),
        b"--x",
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": endless, "CONTENT_LENGTH": "10000000000"},  # type: ignore[arg-type]
    )

    assert answer.status_code == 413
    assert "too large" in answer.content.decode()
    assert endless.read_so_far < 1_000_000


def test_nobody_sends_files_to_a_page_that_takes_none(rf: RequestFactory, site: Site, client: Client) -> None:
    """What is too large is not written to the disk, whoever asks: forms are read before anybody is known."""
    answer = client.post(
        reverse("account_login"), {"login": "x", "file": upload("a.txt", b"a")}, CONTENT_LENGTH="10000000000"
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("who", ["nora", "dov"])
def test_who_does_not_treat_the_patient_finds_no_door(
    ben: Patient, client: Client, who: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))

    assert client.post(page_of(ben), form(upload("a.pdf", hostile.pdf()))).status_code == 404
    assert not Document.objects.exists()


def test_the_page_costs_a_fixed_number_of_questions(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    client.get(page_of(amara))

    with counted(at_most=8):
        client.get(page_of(amara))


# ── The API ─────────────────────────────────────────────────────────────────


def address(patient: Patient, pk: UUID | str = "") -> str:
    return f"/api/v1/patients/{patient.pk}/documents" + (f"/{pk}" if pk else "")


def test_another_system_sends_a_document(amara: Patient, ivo: User, api: Callable[[User], Any]) -> None:
    body = {"file": upload("letter.pdf", hostile.pdf()), "kind": "letter", "dated_on": "2026-04-12"}

    answer = api(ivo).post(address(amara), body, format="multipart")

    assert answer.status_code == 201, answer.content
    document = Document.objects.get()
    assert answer["Location"] == address(amara, document.pk)
    assert (answer.json()["title"], answer.json()["size"]) == ("letter.pdf", len(hostile.pdf()))
    assert "key" not in answer.json()
    assert api(ivo).get(answer["Location"]).json()["id"] == str(document.pk)


def test_the_same_key_answers_the_same_and_another_file_is_another_request(
    amara: Patient, ivo: User, api: Callable[[User], Any]
) -> None:
    client = api(ivo)

    def send(content: bytes) -> Any:
        body = {"file": upload("a.txt", content)}
        return client.post(address(amara), body, format="multipart", headers={"Idempotency-Key": "k"})

    first, second, other = send(b"one"), send(b"one"), send(b"two")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert Document.objects.count() == 1


def test_the_api_refuses_by_field(amara: Patient, dora: User, api: Callable[[User], Any]) -> None:
    client = api(dora)
    for body, field in (
        ({"file": upload("a.pdf", hostile.HTML)}, "file"),
        ({"file": upload("a.pdf", b"")}, "file"),
        ({"kind": "letter"}, "file"),
        ({"file": upload("a.txt", b"x"), "kind": "poem"}, "kind"),
        ({"file": upload("a.txt", b"x"), "dated_on": "tomorrow"}, "dated_on"),
        ({"file": upload("a.txt", b"x"), "encounter": NONCE}, "encounter"),
    ):
        answer = client.post(address(amara), body, format="multipart")
        assert answer.status_code == 400, body
        assert {error["field"] for error in answer.json()["errors"]} == {field}
    assert client.post(address(amara), {"file": "x"}).status_code == 400
    assert not Document.objects.exists()


def test_the_api_names_the_one_that_is_there(amara: Patient, dora: User, api: Callable[[User], Any]) -> None:
    there = upload_document(amara, file=let_in(), by=dora)

    answer = api(dora).post(address(amara), {"file": upload("a.pdf", hostile.pdf())}, format="multipart")

    assert (answer.status_code, answer.json()["code"]) == (409, "already_there")
    assert answer.json()["offers"][0]["document"] == str(there.pk)
    again = {"file": upload("a.pdf", hostile.pdf()), "is_confirmed": "true"}
    assert api(dora).post(address(amara), again, format="multipart").status_code == 201


# T03: an id in the body is not taken
def test_an_id_in_the_body_moves_nothing(
    amara: Patient, ben: Patient, dora: User, api: Callable[[User], Any]
) -> None:
    theirs = upload_document(ben, file=let_in(), title="His", by=dora)
    body = {"file": upload("a.txt", b"x"), "id": str(theirs.pk), "patient": str(ben.pk), "key": theirs.key}

    assert api(dora).post(address(amara), body, format="multipart").status_code == 201

    theirs.refresh_from_db()
    assert (theirs.title, theirs.patient_id, theirs.version) == ("His", ben.pk, 1)
    assert Document.objects.of(amara).get().key != theirs.key


def test_the_api_does_not_read_what_is_far_too_large(amara: Patient, ivo: User, api: Any) -> None:
    body = {"file": upload("a.txt", b"x")}

    answer = api(ivo).post(address(amara), body, format="multipart", CONTENT_LENGTH="10000000000")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("what", "name", "build", "code"), REFUSED[::9], ids=[one[0] for one in REFUSED[::9]]
)
def test_what_is_not_let_in_comes_through_no_door(
    amara: Patient, dora: User, client: Client, api: Any, what: str, name: str, build: Build, code: str
) -> None:
    client.force_login(dora)

    page = client.post(page_of(amara), form(upload(name, build())))
    answer = api(dora).post(address(amara), {"file": upload(name, build())}, format="multipart")

    assert (page.status_code, answer.status_code) == (422, 400)
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert not Document.objects.exists()
    assert what_lies_there() == []
