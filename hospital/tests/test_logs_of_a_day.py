"""A day of requests about a whole demonstration: no line of the log has anything of any patient."""

import io
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from django.test import Client

import patients.demo
from accounts.models import Site, User
from hospital import checks
from hospital.tests.test_logs import written as written
from patients.models import Patient
from patients.services import declare_care
from patients.tests.make import form_data

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.mongo_slow("what is logged does not depend on the engine"),
]
NUMBER = 25
SHORTEST = 3
MOSTLY = 0.4  # the rest is not found, or not for a doctor
OPENED, MISTYPED = 2, 5
API, REGISTER = "/api/v1/", "/patients/register/"
LEAVES_THE_PAGE = re.compile("logout|admin/|board/|jsi18n|schema|docs|redoc")


@pytest.fixture
def seeded(site: Site) -> list[Patient]:
    return patients.demo.plant(NUMBER, random=Random(7), site=site, progress=lambda _: None)


def secrets_of(patient: Patient) -> Iterator[str]:
    """What nobody may find in a log: names, number, ways to reach, address."""
    yield from re.findall(r"\w+", f"{patient.given_name} {patient.family_name}")
    yield from (str(patient.mrn), patient.mrn.split("-")[-1])
    for value in (patient.phone, patient.email, patient.address):
        if value:
            yield from {str(value), *str(value).splitlines(), str(value).lstrip("+")}


def pages_of(patient: Patient) -> Iterator[str]:
    """Every page about one patient, and the endpoint."""
    yield f"{API}patients/{patient.pk}"
    for route, _view in checks.routes():
        if re.fullmatch("patients/<uuid:pk>[a-z/-]*", route):
            yield "/" + route.replace("<uuid:pk>", str(patient.pk))


def pages() -> Iterator[str]:
    """Every page and endpoint whose address has no part that changes."""
    yield from (f"/{route}" for route, _view in checks.routes() if re.fullmatch("[a-z0-9/-]*", route))


def searches(patient: Patient) -> Iterator[dict[str, str]]:
    for word in (patient.family_name, patient.mrn, str(patient.phone), patient.given_name[:4]):
        yield {"q": word}


def play(get: Callable[..., Any], door: str, seeded: list[Patient]) -> int:
    """Look everywhere, search for everybody in every way, and make the mistakes that people make."""
    asked = [get(page) for page in pages() if is_behind(door, page)]
    for patient in seeded[:OPENED]:
        asked += [get(page) for page in pages_of(patient) if is_behind(door, page)]
        asked += [get(f"{door}patients/{patient.given_name} {patient.family_name}/")]
        asked += [get(f"{door}patients{slash_of(door)}", words) for words in searches(patient)]
    assert not [answer.request["PATH_INFO"] for answer in asked if answer.status_code >= 500]
    assert sum(answer.status_code == 200 for answer in asked) > MOSTLY * len(asked)
    return len(asked)


def is_behind(door: str, page: str) -> bool:
    return page.startswith("/api/") == (door == API) and not LEAVES_THE_PAGE.search(page)


def slash_of(door: str) -> str:
    return "" if door == API else "/"


def test_no_line_has_anything_of_a_patient(
    written: io.StringIO, seeded: list[Patient], dora: User, client: Client, api: Callable[[User], Any]
) -> None:
    for patient in seeded[:OPENED]:
        declare_care(patient, reason=f"Ward round with {patient.family_name}", by=dora)
    client.force_login(dora)
    asked = play(client.get, "/", seeded) + play(api(dora).get, API, seeded)
    for patient in seeded[:MISTYPED]:
        typed = form_data(given_name=patient.given_name, family_name=patient.family_name, birth_date="never")
        client.post(REGISTER, typed | {"phone": str(patient.phone), "address": patient.address})
        api(dora).post("/api/v1/patients", typed)
        asked += 2

    text = written.getvalue().lower()
    assert text.count('"event": "request"') == asked
    words = {word.lower() for patient in seeded for word in secrets_of(patient) if len(word) >= SHORTEST}
    assert len(words) > NUMBER * 4
    assert sorted(word for word in words if re.search(rf"\b{re.escape(word)}\b", text)) == []
