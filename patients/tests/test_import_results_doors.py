"""Taking in a file of a laboratory: on the page, and from other systems."""

import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from patients.models import LabResult, Patient
from patients.tests.make import make_patient
from patients.tests.make_results import file_of, line, starter_set

pytestmark = pytest.mark.mongo_slow("the services' own tests repeat on both engines")

API = "/api/v1/lab-imports"
PAGE = "/patients/results/import/"


@pytest.fixture
def amara(site: Site) -> Patient:
    starter_set()
    return make_patient()


# ── The page ─────────────────────────────────────────────────────────────────
def upload(client: Client, content: bytes, **fields: str) -> Any:
    file = SimpleUploadedFile("results.csv", content, "text/csv")
    return client.post(PAGE, {"laboratory": "Nord", "file": file} | fields)


def test_a_nurse_takes_in_a_file_on_the_page(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    assert "external_id" in client.get(PAGE).content.decode()

    answer = upload(client, file_of(line(amara)))

    assert answer.headers["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "1 result taken in." in page
    assert "results.csv" in page


def test_the_page_names_each_line_and_keeps_the_laboratory(
    amara: Patient, nora: User, client: Client
) -> None:
    client.force_login(nora)
    answer = upload(client, file_of(line(amara), line(amara, value="x"), line(amara, loinc="2823-4")))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Nothing was taken in: 2 places" in page
    assert '<td class="num">3</td><td><code>value</code></td>' in page
    assert '<td class="num">4</td><td><code>loinc</code></td>' in page
    assert 'value="Nord"' in page
    assert not LabResult.objects.exists()


def test_the_page_says_politely_that_a_file_was_taken_in_before(
    amara: Patient, nora: User, client: Client
) -> None:
    client.force_login(nora)
    upload(client, file_of(line(amara)))
    answer = upload(client, file_of(line(amara)))

    assert answer.status_code == 422
    assert "This very file was taken in already" in answer.content.decode()


def test_too_large_and_none_at_all(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    large = upload(client, b"x" * 10_000_000)
    assert large.status_code == 422
    assert "larger than 2 MB" in large.content.decode()
    assert client.post(PAGE, {"laboratory": "Nord"}).status_code == 422


def test_what_stands_in_a_wrong_file_is_inert_on_the_page(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    page = upload(client, file_of(line(amara, value="<script>1</script>"))).content.decode()

    assert "<script>1" not in page


# ── The API ──────────────────────────────────────────────────────────────────
def test_another_system_sends_the_file_itself(amara: Patient, ivo: User, api: Any) -> None:
    answer = api(ivo).generic(
        "POST", f"{API}?laboratory=Nord&file_name=a.csv", file_of(line(amara)), content_type="text/csv"
    )

    assert answer.status_code == 201
    assert (answer.json()["results"], answer.json()["laboratory"]) == (1, "Nord")
    assert LabResult.objects.get().laboratory == "Nord"


def test_or_a_form(amara: Patient, ivo: User, api: Any) -> None:
    file = SimpleUploadedFile("a.csv", file_of(line(amara)), "text/csv")
    answer = api(ivo).post(API, {"file": file, "laboratory": "Nord"}, format="multipart")

    assert (answer.status_code, answer.json()["file_name"]) == (201, "a.csv")


def test_the_api_names_each_place(amara: Patient, ivo: User, api: Any) -> None:
    client = api(ivo)
    content = file_of(line(amara), line(amara, value="x"), line(amara, flag="y"))
    answer = client.generic("POST", API, content, content_type="text/csv")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["line 3, value", "line 4, flag"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    again = file_of(line(amara))
    client.generic("POST", API, again, content_type="text/csv")
    twice = client.generic("POST", API, again, content_type="text/csv")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_imported")


@pytest.mark.parametrize("content_type", ["text/csv", "multipart/form-data; boundary=x"])
def test_ten_megabytes_are_refused_before_they_are_read(
    amara: Patient, ivo: User, api: Any, content_type: str
) -> None:
    began = time.perf_counter()
    answer = api(ivo).generic("POST", API, b"x" * 10_000_000, content_type=content_type)

    assert answer.status_code == 413
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "text/csv", 400),
        (b"\xff\xfe", "text/csv", 400),
        (b"nonsense", "multipart/form-data; boundary=x", 400),
        (b"nonsense", "multipart/form-data", 400),
    ],
)
def test_what_is_no_file_gets_an_answer(
    amara: Patient, ivo: User, api: Any, content: bytes, content_type: str, status: int
) -> None:
    assert api(ivo).generic("POST", API, content, content_type=content_type).status_code == status


@pytest.mark.parametrize("who", ["rita", "adam", "pia", "mona", "una"])
def test_others_take_in_nothing(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    assert client.get(PAGE).status_code == 403
    assert upload(client, file_of(line(amara))).status_code == 403
    assert api(user).generic("POST", API, file_of(line(amara)), content_type="text/csv").status_code == 403
    assert not LabResult.objects.exists()


def test_the_page_is_where_the_navigation_says() -> None:
    assert reverse("patients:import_results") == PAGE
