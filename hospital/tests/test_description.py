"""The API's description, and the headers that every page brings."""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hospital.checks import routes
from hospital.tests.problems import SOMEBODY, is_problem
from patients.models import Patient

pytestmark = pytest.mark.django_db


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


def _as_described(route: str) -> str:
    return re.sub(r"<str:(\w+)>", r"{\1}", route.replace("<str:pk>", "{id}"))


def test_every_route_of_the_api_is_described(client: Client) -> None:
    described = set(client.get("/api/v1/schema", headers={"Accept": "application/json"}).json()["paths"])
    served = {f"/{_as_described(route)}" for route, _ in routes() if route.startswith("api/v1/")}
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
