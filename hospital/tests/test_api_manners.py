"""How the API behaves whatever it is asked: one shape for problems, caps on everything, no door by accident."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from audit.models import Entry
from hospital.checks import routes
from patients.models import Patient
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db

NOUNS = ("patients", "doctors", "appointments", "auth/sessions")
PROBLEM = {"type", "title", "status", "code", "detail", "errors"}
SOMEBODY = {"given_name": "Ben", "family_name": "Berg", "birth_date": "1980-05-05", "sex": "male"}


@pytest.fixture
def amara(site: object) -> Patient:
    return make_patient(given_name="Amara", family_name="Nwosu")


@pytest.fixture
def rita_api(rita: User, api: Callable[[User], Any]) -> Any:
    return api(rita)


def is_problem(answer: Any, status: int, code: str) -> bool:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) >= PROBLEM
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert body["title"]
    assert body["detail"]
    for error in body["errors"]:
        assert set(error) == {"field", "code", "message"}
    return True


# ── One shape for everything that goes wrong ────────────────────────────────


def test_400_for_what_is_no_json(rita_api: Any) -> None:
    for text in (
        "{",
        "",
        "{'a': 1}",
        '{"a": NaN}',
        '{"a": 1}}',
        b"\xff\xfe",
        "[" * 100_000,
        '{"a":' * 50_000,
    ):
        answer = rita_api.post("/api/v1/patients", text, content_type="application/json")
        assert is_problem(answer, 400, "parse_error" if text else "invalid")


def test_400_for_json_that_is_no_object(rita_api: Any, amara: Patient) -> None:
    for body in ([], ["x"], "x", 5, None, True):
        text = json.dumps(body)
        for method, address in (
            ("post", "/api/v1/patients"),
            ("post", "/api/v1/doctors"),
            ("post", "/api/v1/appointments"),
            ("post", "/api/v1/auth/login"),
            ("post", "/api/v1/auth/register"),
            ("post", "/api/v1/auth/refresh"),
            ("patch", "/api/v1/auth/me"),
            ("patch", f"/api/v1/patients/{amara.pk}"),
            ("delete", f"/api/v1/patients/{amara.pk}"),
        ):
            answer = getattr(rita_api, method)(address, text, content_type="application/json")
            assert answer.status_code in {400, 403, 428}, (method, address, body, answer.content)
            assert answer["Content-Type"] == "application/problem+json"
    assert Patient.objects.get().is_active


def test_400_names_each_field(rita_api: Any) -> None:
    answer = rita_api.post("/api/v1/patients", {"given_name": "", "sex": "x"})
    assert is_problem(answer, 400, "invalid")
    fields = {error["field"] for error in answer.json()["errors"]}
    assert {"given_name", "family_name", "sex"} <= fields


def test_401_without_a_token(api_client: Any) -> None:
    for noun in NOUNS:
        answer = api_client.get(f"/api/v1/{noun}")
        assert is_problem(answer, 401, "not_authenticated")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    for wrong in ("Bearer", "Bearer a b", "Bearer x", "bearer \u00e9"):
        answer = api_client.get("/api/v1/patients", headers={"Authorization": wrong})
        assert is_problem(answer, 401, "token_invalid")


def test_403_for_another_role(una: User, api: Callable[[User], Any]) -> None:
    for noun in ("patients", "doctors", "appointments"):
        assert is_problem(api(una).get(f"/api/v1/{noun}"), 403, "permission_denied")


def test_404_for_no_such_row_and_for_no_such_address(rita_api: Any) -> None:
    for noun in ("patients", "doctors", "appointments"):
        for key in (str(uuid4()), "7", "x" * 500, "../../etc", "%00", "null"):
            assert is_problem(rita_api.get(f"/api/v1/{noun}/{key}"), 404, "not_found")
    for nowhere in ("", "nothing", "patients/", "v2/patients"):
        assert is_problem(rita_api.get(f"/api/v1/{nowhere}"), 404, "not_found")


def test_405_for_another_method(rita_api: Any, amara: Patient) -> None:
    for method, address in (
        ("put", "/api/v1/patients"),
        ("delete", "/api/v1/patients"),
        ("post", f"/api/v1/patients/{amara.pk}"),
        ("get", f"/api/v1/patients/{amara.pk}/treat"),
        ("get", "/api/v1/auth/login"),
    ):
        answer = getattr(rita_api, method)(address, {})
        assert is_problem(answer, 405, "method_not_allowed")
        assert answer["Allow"]


def test_406_for_another_language_than_json(rita_api: Any) -> None:
    answer = rita_api.get("/api/v1/patients", headers={"Accept": "text/xml"})
    assert answer.status_code == 406


def test_409_for_a_version_that_is_over(rita_api: Any, amara: Patient) -> None:
    amara.change(phone="")
    answer = rita_api.patch(f"/api/v1/patients/{amara.pk}", {"given_name": "A", "version": 1})
    assert is_problem(answer, 409, "stale")


def test_412_for_an_etag_that_is_over(rita_api: Any, amara: Patient) -> None:
    amara.change(phone="")
    for match in ('"1"', "1", '"0"', "x", 'W/"2"'):
        answer = rita_api.patch(
            f"/api/v1/patients/{amara.pk}", {"given_name": "A"}, headers={"If-Match": match}
        )
        assert is_problem(answer, 412, "precondition_failed")
    assert Patient.objects.get().given_name == "Amara"


def test_413_for_more_than_anybody_sends(rita_api: Any) -> None:
    text = json.dumps(SOMEBODY | {"address": "x" * 10_000_000})
    answer = rita_api.post("/api/v1/patients", text, content_type="application/json")
    assert is_problem(answer, 413, "too_large")


def test_415_for_anything_but_json(rita_api: Any) -> None:
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/xml",
        "text/plain",
    ):
        answer = rita_api.post("/api/v1/patients", "given_name=Ben", content_type=kind)
        assert is_problem(answer, 415, "unsupported_media_type")


def test_json_is_json_whatever_charset_it_claims(rita_api: Any) -> None:
    for charset in ("utf-8", "UTF-16", "no-such-charset", "punycode"):
        kind = f"application/json; charset={charset}"
        answer = rita_api.post("/api/v1/auth/refresh", '{"refresh": "x"}', content_type=kind)
        assert is_problem(answer, 401, "token_invalid")


def test_422_for_a_key_that_was_used_before(rita_api: Any, site: object) -> None:
    key = {"Idempotency-Key": "k-1"}
    assert rita_api.post("/api/v1/patients", SOMEBODY, headers=key).status_code == 201
    assert is_problem(rita_api.post("/api/v1/patients", SOMEBODY | {"sex": "x"}, headers=key), 400, "invalid")
    other = rita_api.post("/api/v1/patients", SOMEBODY | {"given_name": "Bob"}, headers=key)
    assert is_problem(other, 422, "key_reused")
    too_long = rita_api.post("/api/v1/patients", SOMEBODY, headers={"Idempotency-Key": "k" * 10_000})
    assert is_problem(too_long, 400, "invalid")


def test_428_when_nobody_says_what_was_seen(rita_api: Any, amara: Patient) -> None:
    for method in ("patch", "put"):
        body = SOMEBODY if method == "put" else {}
        answer = getattr(rita_api, method)(f"/api/v1/patients/{amara.pk}", body)
        assert is_problem(answer, 428, "precondition_required")
    for version in ("1", 1.0, True, -1, {"$gt": 0}, [1]):
        answer = rita_api.patch(f"/api/v1/patients/{amara.pk}", {"given_name": "A", "version": version})
        assert is_problem(answer, 400, "invalid")
    assert Patient.objects.get().given_name == "Amara"


def test_429_for_an_account_that_asks_too_often(
    rita: User, nora: User, api: Callable[[User], Any], settings: Any
) -> None:
    settings.REQUESTS_PER_MINUTE = 3
    hers = api(rita)
    again = api(rita)  # another session of the same account
    assert [hers.get("/api/v1/auth/me").status_code for _ in range(2)] == [200, 200]
    assert again.get("/api/v1/auth/me").status_code == 200
    answer = again.get("/api/v1/auth/me", headers={"X-Forwarded-For": "203.0.113.9"})
    assert is_problem(answer, 429, "too_many_requests")
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert api(nora).get("/api/v1/auth/me").status_code == 200


def test_429_for_an_address_that_nobody_has_logged_in_from(settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 2
    statuses = [
        APIClient()
        .post("/api/v1/auth/refresh", {"refresh": "x"}, headers={"X-Forwarded-For": f"203.0.113.{n}"})
        .status_code
        for n in range(4)
    ]
    assert statuses == [401, 401, 429, 429]


# ── What is asked for in the address ────────────────────────────────────────


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(
    "query",
    [
        "ordering=-password",
        "ordering=user__password",
        "ordering=",
        "ordering=%00",
        "_connector=OR",
        "user__password__startswith=a",
        "id__in=1,2",
        "name[$regex]=.*",
        "page_size=0",
        "page_size=-1",
        "page_size=1e9",
        "page_size=ten",
        "page_size=" + "9" * 10_000,
        "cursor=nonsense",
        "cursor=%00",
        "cursor=" + "A" * 10_000,
        "x" * 10_000 + "=1",
        "q%00=1",
    ],
)
def test_what_nobody_declared_is_refused_and_widens_nothing(
    noun: str, query: str, adam: User, api: Callable[[User], Any], amara: Patient
) -> None:
    caller = api(adam)
    plain = caller.get(f"/api/v1/{noun}").json()["results"]
    answer = caller.get(f"/api/v1/{noun}?{query}")
    if answer.status_code == 200:  # an empty ordering is none; a cursor without a position is the first page
        assert query.startswith(("ordering=", "cursor=A"))
        assert len(answer.json()["results"]) == len(plain)
    else:
        assert answer.status_code in {400, 404}
        assert answer["Content-Type"] == "application/problem+json"
        assert len(answer.content) < 2_000


@pytest.mark.parametrize("noun", ["patients", "doctors"])
@pytest.mark.parametrize("words", ["%00", "x" * 10_000, ".*", "%", "_", "{'$ne': 1}", "\u202e", "(((", " "])
def test_any_words_may_be_searched_for(noun: str, words: str, rita_api: Any, amara: Patient) -> None:
    answer = rita_api.get(f"/api/v1/{noun}?q={words}")
    assert answer.status_code in {200, 400}
    if words.strip():
        assert b"Nwosu" not in answer.content


def test_a_page_has_a_hundred_rows_at_most(rita_api: Any, site: object) -> None:
    for number in range(3):
        make_patient(family_name=f"Berg{'abc'[number]}")
    first = rita_api.get("/api/v1/patients?page_size=2").json()
    assert set(first) == {"next", "previous", "results"}
    assert len(first["results"]) == 2
    assert first["previous"] is None
    second = rita_api.get(first["next"]).json()
    assert len(second["results"]) == 1
    assert second["next"] is None
    assert len(rita_api.get("/api/v1/patients?page_size=1000000").json()["results"]) == 3


def test_no_body_can_name_an_id_or_an_owner(rita_api: Any, amara: Patient) -> None:
    stolen = {"id": str(amara.pk), "_id": str(amara.pk), "pk": str(amara.pk), "mrn": amara.mrn, "version": 9}
    answer = rita_api.post("/api/v1/patients", SOMEBODY | stolen | {"is_active": False})
    assert answer.status_code == 201
    ben = answer.json()
    assert ben["id"] != str(amara.pk)
    assert ben["mrn"] != amara.mrn
    assert (ben["version"], ben["is_active"]) == (1, True)
    assert Patient.objects.get(pk=amara.pk).given_name == "Amara"


def test_reading_leaves_everything_but_the_audit_as_it_was(rita_api: Any, amara: Patient) -> None:
    before = Patient.objects.values().get()
    for address in ("patients", f"patients/{amara.pk}", "doctors", "appointments", "auth/me"):
        assert rita_api.get(f"/api/v1/{address}").status_code == 200
        assert rita_api.head(f"/api/v1/{address}").status_code in {200, 405}
    assert Patient.objects.values().get() == before
    assert set(Entry.objects.filter(door="api").values_list("outcome", flat=True)) == {"done"}


# ── Other origins ───────────────────────────────────────────────────────────

ELSEWHERE = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}


def test_other_origins_are_not_let_in(rita_api: Any) -> None:
    for answer in (
        rita_api.get("/api/v1/patients", headers=ELSEWHERE),
        APIClient().options("/api/v1/patients", headers=ELSEWHERE),
        APIClient().options("/api/v1/auth/login", headers=ELSEWHERE),
    ):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-allow")]


def test_those_that_are_listed_are(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://partner.example"]
    answer = APIClient().options(
        "/api/v1/patients", headers=ELSEWHERE | {"Origin": "https://partner.example"}
    )
    assert answer["Access-Control-Allow-Origin"] == "https://partner.example"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    answer = APIClient().options("/api/v1/patients", headers=ELSEWHERE)
    assert "Access-Control-Allow-Origin" not in answer.headers


# ── The description ─────────────────────────────────────────────────────────


def test_the_description_is_valid_and_complete(tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_the_description_says_who_may_ask_and_what_goes_wrong(client: Client) -> None:
    schema = client.get("/api/v1/schema", headers={"Accept": "application/json"}).json()
    assert schema["openapi"].startswith("3.")
    operations = {
        (path, method): operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }
    assert ("/api/v1/appointments", "post") in operations
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))
    for (path, method), operation in operations.items():
        assert {"400", "401", "429"} <= set(operation["responses"]), (path, method)
        assert operation.get("description"), (path, method)
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_route_of_the_api_is_described(client: Client) -> None:
    described = set(client.get("/api/v1/schema", headers={"Accept": "application/json"}).json()["paths"])
    served = {f"/{re.sub('<str:pk>', '{id}', route)}" for route, _ in routes() if route.startswith("api/v1/")}
    assert served - {"/api/v1/schema"} == described


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_its_pages_load_nothing_from_elsewhere(page: str, client: Client) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    text = answer.content.decode()
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]*)"', text)
    assert loaded
    assert [address for address in loaded if not address.startswith("/") or address.startswith("//")] == []
    assert inline_scripts(text) == []
    script = [address for address in loaded if address.startswith(page)]
    for address in script:
        assert client.get(address).status_code == 200


# ── Headers ─────────────────────────────────────────────────────────────────


def inline_scripts(text: str) -> list[str]:
    """What a strict Content-Security-Policy would not run."""
    scripts = re.findall(
        r"<script(?![^>]*\bsrc=)(?![^>]*\bnonce=)(?![^>]*type=\"application/json\")[^>]*>", text
    )
    handlers = re.findall(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    styles = re.findall(r"<[a-z][^>]*\sstyle\s*=|<style(?![^>]*\bnonce=)", text)
    return [*scripts, *handlers, *styles]


def policy(answer: Any) -> dict[str, list[str]]:
    words = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {first: rest for first, *rest in words}


PAGES = ["/", "/patients/", "/patients/register/", "/doctors/", "/appointments/day/", "/accounts/me/"]


@pytest.mark.parametrize(
    "page", [*PAGES, "/accounts/login/", "/accounts/signup/", "/no-such-page/", "/admin/"]
)
def test_every_page_brings_its_protection(page: str, adam: User, client: Client) -> None:
    if page.startswith("/accounts/") and page != "/accounts/me/":
        answer = client.get(page)
    else:
        client.force_login(adam)
        answer = client.get(page)
    rules = policy(answer)
    assert rules["default-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert rules["base-uri"] == ["'none'"]
    assert rules["form-action"] == ["'self'"]
    for kind in ("script-src", "style-src"):
        allowed = [word for word in rules[kind] if not word.startswith("'nonce-")]
        assert allowed == ["'self'"], kind
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert inline_scripts(answer.content.decode()) == []


def test_a_page_that_is_kept_for_htmx_is_not_shown_as_a_whole(rita: User, client: Client) -> None:
    client.force_login(rita)
    for page in ("/patients/", "/doctors/"):
        whole, part = client.get(page), client.get(page, headers={"HX-Request": "true"})
        assert "HX-Request" in whole["Vary"]
        assert "HX-Request" in part["Vary"]
        assert len(part.content) < len(whole.content)


def test_nothing_about_a_person_is_kept_on_the_way(
    rita: User, client: Client, rita_api: Any, amara: Patient
) -> None:
    client.force_login(rita)
    for answer in (
        client.get("/patients/"),
        client.get(reverse("patients:detail", args=[amara.pk])),
        rita_api.get("/api/v1/patients"),
        rita_api.get(f"/api/v1/patients/{amara.pk}"),
    ):
        assert {"no-store", "private"} & set(re.split(r"[,\s]+", answer.get("Cache-Control", "")))


def test_a_form_from_another_site_is_refused(rita: User, site: object) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(rita)
    answer = strict.post("/patients/register/", SOMEBODY, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not Patient.objects.exists()


def test_another_host_is_refused(client: Client) -> None:
    assert client.get("/accounts/login/", headers={"Host": "evil.example"}).status_code == 400
    answer = client.get("/api/v1/patients", headers={"Host": "evil.example"})
    assert is_problem(answer, 400, "bad_request")
