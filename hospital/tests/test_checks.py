"""A wrong setting stops the start, and so does a route that nobody has thought about."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.viewsets import ViewSet

from hospital import checks, engine
from hospital.web import PUBLIC, needs

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {"SECRET_KEY": "long-enough-" * 5, "JWT_SECRET_KEY": "another-one-" * 3}


def python(*command: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own, with DEBUG off and nothing of a deployment but what is given."""
    known = {"SECRET_KEY", "JWT_SECRET_KEY", "JWT_ALGORITHM", "MONGO_URI", "DATABASE_URL", "DEBUG"}
    clean = {name: value for name, value in os.environ.items() if name not in known}
    clean |= {"DEBUG": "false", "DATABASE_URL": "sqlite:///unused.sqlite3"} | env
    return subprocess.run(
        [sys.executable, *command], check=False, cwd=ROOT, env=clean, capture_output=True, text=True
    )


def ids(found: list[Any]) -> list[str]:
    return [str(one.id) for one in found]


# ── Secrets ─────────────────────────────────────────────────────────────────


def test_the_secrets_that_are_shipped_stop_the_start() -> None:
    checked = python("manage.py", "check")
    assert checked.returncode != 0
    for name in ("SECRET_KEY", "JWT_SECRET_KEY"):
        assert f"(hospital.E001) {name} is the one that is shipped" in checked.stderr.replace("?: ", "")


def test_secrets_of_ones_own_let_it_start() -> None:
    checked = python("manage.py", "check", **GOOD)
    assert checked.returncode == 0, checked.stderr


def test_the_production_server_does_not_start_with_them_either() -> None:
    served = python("-c", "import hospital.wsgi")
    assert served.returncode != 0
    assert "SECRET_KEY is the one that is shipped" in served.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("SECRET_KEY", "x" * 49), ("JWT_SECRET_KEY", "x" * 31), ("JWT_SECRET_KEY", "")],
)
def test_short_secrets_are_refused(name: str, value: str, settings: Any) -> None:
    settings.SECRET_KEY, settings.JWT_SECRET_KEY = GOOD.values()
    assert checks.secrets_are_secret() == []
    setattr(settings, name, value)
    (found,) = checks.secrets_are_secret()
    assert found.id == "hospital.E001"
    assert name in str(found.msg)


def test_one_secret_for_both_is_refused(settings: Any) -> None:
    settings.SECRET_KEY = settings.JWT_SECRET_KEY = "y" * 60
    assert ids(checks.secrets_are_secret()) == ["hospital.E002"]


def test_a_laptop_may_have_the_secrets_that_are_shipped(settings: Any) -> None:
    settings.DEBUG, settings.SECRET_KEY = True, settings.LAPTOP_SECRET
    assert checks.secrets_are_secret() == []


# ── Tokens ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("algorithm", ["none", "None", "", "RS256", "hs256"])
def test_tokens_are_signed_with_a_secret_or_not_at_all(algorithm: str, settings: Any) -> None:
    settings.JWT_ALGORITHM = algorithm
    assert ids(checks.tokens_are_signed()) == ["hospital.E003"]


def test_the_usual_algorithms_are_accepted(settings: Any) -> None:
    for algorithm in ("HS256", "HS384", "HS512"):
        settings.JWT_ALGORITHM = algorithm
        assert checks.tokens_are_signed() == []


def test_it_starts_with_the_settings_that_are_shown_as_an_example() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    mine = {name: value for name, value in shown.items() if not name.startswith(("DATABASE", "MONGO"))}
    done = python("manage.py", "check", **mine)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("asked", "given"), [("600", "10"), ("3", "3")])
def test_access_tokens_live_ten_minutes_at_most(asked: str, given: str) -> None:
    command = "from hospital import settings; print(settings.ACCESS_TOKEN_EXPIRE_MINUTES)"
    assert python("-c", command, ACCESS_TOKEN_EXPIRE_MINUTES=asked).stdout.strip() == given


# ── The database ────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_database_of_these_tests_can_be_trusted() -> None:
    assert engine.weaknesses() == []
    assert checks.database_can_be_trusted(databases=["default"]) == []


class Standalone:
    """A MongoDB server that belongs to no replica set."""

    vendor = "mongodb"

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: Any) -> "Standalone":
        return self

    def command(self, name: str) -> dict[str, Any]:
        return {"ok": 1.0, "isWritablePrimary": True}


def test_a_mongodb_server_without_transactions_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(engine, "_connection", Standalone)
    assert "neither in a replica set nor a mongos" in engine.weaknesses()[0]
    settings.DATABASES["default"]["ENGINE"], kept = (
        engine.MONGO_ENGINE,
        configured.DATABASES["default"]["ENGINE"],
    )
    (found,) = checks.database_can_be_trusted(databases=["default"])
    settings.DATABASES["default"]["ENGINE"] = kept
    assert found.id == "hospital.E004"
    assert found.is_serious()


def test_nobody_asks_a_database_that_is_not_to_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_connection", Standalone)
    assert checks.database_can_be_trusted(databases=None) == []


# ── Routes ──────────────────────────────────────────────────────────────────


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anybody may read this")


@needs(PUBLIC)
def declared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anybody may read this")


class Notes(ViewSet):
    needs = {"list": "patients.view_patient"}

    def list(self, request: Any) -> None: ...

    def destroy(self, request: Any, pk: str) -> None: ...


urlpatterns = [
    path("declared/", declared),
    path("forgotten/", forgotten),
    path("notes", Notes.as_view({"get": "list"})),
    path("notes/<str:pk>", Notes.as_view({"delete": "destroy"})),
]


@pytest.mark.urls(__name__)
def test_a_route_without_a_policy_stops_the_start() -> None:
    found = checks.every_route_declares_who_may_come_in()
    assert ids(found) == ["hospital.E005", "hospital.E005"]
    assert [str(one.msg).split()[0] for one in found] == ["/forgotten/", "/notes/<str:pk>"]


def test_every_route_of_the_hospital_has_one() -> None:
    assert checks.every_route_declares_who_may_come_in() == []


@pytest.mark.parametrize(
    ("iban", "is_one"),
    [
        ("", True),
        ("DE89370400440532013000", True),
        ("MT84MALT011000012345MTLCAST001S", True),
        ("DE89370400440532013001", False),
        ("DE98370400440532013000", False),
        ("DE89-3704", False),
        ("XX", False),
    ],
)
def test_a_slip_in_the_bank_account_stops_the_start(settings: Any, iban: str, is_one: bool) -> None:
    settings.BANK_IBAN = iban
    assert [one.id for one in checks.the_bank_account_is_one()] == ([] if is_one else ["hospital.E006"])


@pytest.mark.parametrize(("key", "is_one"), [("", True), ("a" * 31, False), ("a" * 32, True)])
def test_a_short_key_for_backups_stops_the_start(settings: Any, key: str, is_one: bool) -> None:
    settings.BACKUP_KEY = key
    assert ids(checks.backups_are_sealed()) == ([] if is_one else ["hospital.E008"])
