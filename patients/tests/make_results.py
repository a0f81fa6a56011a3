"""Laboratory results and files of them for tests."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from accounts.roles import Role
from hospital import clock
from patients.models import LabResult, LabTest, Patient
from patients.services import record_result

YESTERDAY = timedelta(days=1)
HEAD = "mrn,birth_date,loinc,value,unit,low,high,flag,taken_at,external_id"


def starter_set() -> None:
    """The starter set, as every installation has it."""
    LabTest.objects.load_starters()


def interface() -> User:
    """Another system, made when first needed."""
    found = User.objects.filter(email="lab@example.org").first()
    return found or User.objects.create_user("lab@example.org", full_name="Laboratory", role=Role.INTEGRATION)


def potassium(value: Any = "4.3", **overrides: Any) -> dict[str, Any]:
    """Fields of a potassium of yesterday, with the range of the laboratory."""
    fields = {
        "loinc": "2823-3",
        "name": "Potassium",
        "value": value,
        "unit": "mmol/L",
        "low": "3.5",
        "high": "5.1",
        "taken_at": a_day(),
    }
    return fields | overrides


def a_day(before: int = 1) -> datetime:
    """Eight in the morning, UTC, some days ago."""
    day = clock.now().astimezone(UTC) - before * YESTERDAY
    return day.replace(hour=8, minute=0, second=0, microsecond=0)


def make_result(patient: Patient, *, by: User | None = None, **overrides: Any) -> LabResult:
    return record_result(patient, by=by or interface(), **numbers(potassium(**overrides)))


def numbers(fields: dict[str, Any]) -> dict[str, Any]:
    """With Decimals, as forms and serializers give them."""
    return {
        name: Decimal(value) if name in {"value", "low", "high"} and value is not None else value
        for name, value in fields.items()
    }


def line(patient: Patient, **overrides: str) -> str:
    """A line of a file, with the columns of HEAD."""
    cells = {
        "mrn": patient.mrn,
        "birth_date": patient.birth_date.isoformat(),
        "loinc": "2823-3",
        "value": "4.3",
        "unit": "mmol/L",
        "low": "3.5",
        "high": "5.1",
        "flag": "",
        "taken_at": a_day().isoformat(),
        "external_id": "",
    }
    return ",".join((cells | overrides).values())


def file_of(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines, ""]).encode()
