"""One shape for everything that goes wrong at the API, whatever it is."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from hospital.tests.problems import SOMEBODY, is_problem
from patients.models import Patient

pytestmark = pytest.mark.django_db

NOUNS = ("patients", "doctors", "appointments", "auth/sessions")


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
