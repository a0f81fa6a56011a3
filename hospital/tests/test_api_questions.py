"""What may be asked of the API's lists, and from where: declared filters, pages, other origins."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from audit.models import Entry
from hospital.tests.problems import SOMEBODY
from patients.models import Patient
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db

NOUNS = ("patients", "doctors", "appointments", "medications", "auth/sessions")


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
