"""Whatever the description allows, and much that it does not, is answered without an error of the server."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as limited
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok
from time_machine import travel

from accounts.models import Department, User
from accounts.services import open_api_session
from appointments.models import Appointment
from appointments.services import book_appointment
from appointments.tests.conftest import MONDAY_EIGHT, at
from billing.tests.make import make_issued
from doctors.tests.make import make_block, make_doctor
from patients.tests.make import make_patient
from prescriptions.tests.make_prescriptions import make_draft

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.mongo_slow(
        "hundreds of requests; the rules behind them are tested one by one on MongoDB too"
    ),
]

Operation = APIOperation[Any, Any, Any, Any]

SEED = 20261130
EXAMPLES = 4  # of each operation and mode
ENDS_THE_SESSION = "/api/v1/auth/logout"


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.REQUESTS_PER_MINUTE = 1_000_000
    with travel(MONDAY_EIGHT, tick=True):
        yield


@pytest.fixture
def tokens(adam: User, dora: User, pia: User, department: Department) -> dict[str, str]:
    """The administrator asks; where he may not, a doctor and a pharmacist do."""

    def token(user: User) -> str:
        return str(open_api_session(user, client="fuzz", by=user)[1].access_token)

    doctors = token(dora)
    return {"": token(adam), "prescriptions": doctors, "safety": doctors, "stock": token(pia)}


@pytest.fixture
def rows(department: Department, rita: User, dora: User) -> dict[str, str]:
    """An id of each noun, so that half of the requests are about a row that exists."""
    doctor, patient = make_doctor(user=dora, department=department), make_patient()
    make_block(doctor, weekday=0)
    visit: Appointment = book_appointment(
        patient=patient, doctor=doctor, starts_at=at(10), minutes=30, reason="Cough", by=rita
    )
    found = {"patients": patient, "doctors": doctor, "appointments": visit}
    found["prescriptions"] = make_draft(patient, doctor)
    found["billing"] = make_issued(patient, by=rita)
    return {noun: str(row.pk) for noun, row in found.items()}


@pytest.fixture
def operations() -> Iterator[Operation]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema?format=json", get_wsgi_application())
    return (one.ok() for one in schema.get_all_operations() if isinstance(one, Ok))


def ask(case: Case[Any], tokens: dict[str, str], rows: dict[str, str], asked: int) -> int:
    """Send it, to a row that exists every other time, and give the status."""
    noun = case.path.split("/")[3]
    if asked % 2 and "id" in case.path_parameters and noun in rows:
        case.path_parameters["id"] = rows[noun]
    case.headers["Authorization"] = f"Bearer {tokens.get(noun, tokens[''])}"
    answer = case.call()
    assert answer.status_code < 500, case.as_curl_command()
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0] == "application/problem+json", case.as_curl_command()
    return int(answer.status_code)


def test_no_request_ends_in_an_error_of_the_server(
    operations: Iterator[Operation], tokens: dict[str, str], rows: dict[str, str]
) -> None:
    statuses: Counter[int] = Counter()

    def explore(operation: Operation, mode: GenerationMode) -> None:
        @seed(SEED)
        @limited(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode))
        def each(case: Case[Any]) -> None:
            statuses[ask(case, tokens, rows, statuses.total())] += 1

        each()

    for operation in operations:
        if operation.path != ENDS_THE_SESSION:
            explore(operation, GenerationMode.POSITIVE)
            explore(operation, GenerationMode.NEGATIVE)
    print(f"seed {SEED}: {statuses.total()} requests, {dict(sorted(statuses.items()))}")
    assert statuses.total() > 150
    assert statuses[200] > 10
