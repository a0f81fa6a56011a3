"""What is asked of the product: each answer is a path, a method and a body."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

Ask = Callable[[], tuple[str, str, Any]]


def cycle(values: list[Any]) -> Callable[[], Any]:
    state = {"at": -1}

    def following() -> Any:
        state["at"] = (state["at"] + 1) % len(values)
        return values[state["at"]]

    return following


def get(path: Callable[[], str]) -> Ask:
    return lambda: (path(), "GET", None)


def api_asks(data: dict[str, Any]) -> dict[str, tuple[str, Ask]]:
    patient, doctor, visit = cycle(data["patients"]), cycle(data["doctors"]), cycle(data["visits"])
    today = datetime.now(UTC).date()
    week = f"from={today}&to={today + timedelta(days=6)}"
    return {
        "patients, list": ("list", get(lambda: "/api/v1/patients")),
        "patients, search by name": (
            "list",
            get(lambda: f"/api/v1/patients?q={quote(patient()['family_name'][:4])}"),
        ),
        "patients, search by number": ("list", get(lambda: f"/api/v1/patients?q={patient()['mrn']}")),
        "patient, opened": ("detail", get(lambda: f"/api/v1/patients/{patient()['id']}")),
        "doctors, list": ("list", get(lambda: "/api/v1/doctors")),
        "doctor's free times, a week": (
            "detail",
            get(lambda: f"/api/v1/doctors/{doctor()['id']}/availability?{week}"),
        ),
        "appointments, list": ("list", get(lambda: "/api/v1/appointments")),
        "appointments of a doctor": ("list", get(lambda: f"/api/v1/appointments?doctor={doctor()['id']}")),
        "appointments, by status": ("list", get(lambda: "/api/v1/appointments?status=completed")),
        "appointment, opened": ("detail", get(lambda: f"/api/v1/appointments/{visit()['id']}")),
    }


def page_asks(data: dict[str, Any]) -> dict[str, tuple[str, Ask]]:
    patient, doctor, visit = cycle(data["patients"]), cycle(data["doctors"]), cycle(data["visits"])
    return {
        "home of reception": ("page", get(lambda: "/")),
        "patients, page": ("page", get(lambda: "/patients/")),
        "patients, search page": ("page", get(lambda: f"/patients/?q={quote(patient()['family_name'][:4])}")),
        "patient, record page": ("page", get(lambda: f"/patients/{patient()['id']}/")),
        "day of a doctor": ("page", get(lambda: f"/appointments/day/?doctor={doctor()['id']}")),
        "week of a doctor": ("page", get(lambda: f"/appointments/week/?doctor={doctor()['id']}")),
        "appointment, page": ("page", get(lambda: f"/appointments/{visit()['id']}/")),
        "doctor, page": ("page", get(lambda: f"/doctors/{doctor()['id']}/")),
    }


def chart_asks(pk: str) -> dict[str, tuple[str, Ask]]:
    """The pages of a chart of 10 000 entries, for the doctor who treats the patient."""
    return {
        f"chart of 10 000, {name}": ("page", get(lambda page=page: f"/patients/{pk}/{page}"))  # type: ignore[misc]
        for name, page in {
            "record page": "",
            "timeline": "timeline/",
            "vital signs": "vitals/",
            "laboratory": "results/",
            "notes": "notes/",
        }.items()
    }
