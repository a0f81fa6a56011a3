"""Where the time of a request goes: `python -m bench.shares` after `make bench`, in one process, with 10 000 patients.

Shares of the cumulative time of three functions, measured by cProfile; what it costs itself falls on all of them.
"""

import cProfile
import os
import pstats
from collections.abc import Callable
from typing import Any

import django

from bench.__main__ import environment

os.environ.update(environment("10k"), DJANGO_SETTINGS_MODULE="hospital.settings")
django.setup()

from django.test import Client  # noqa: E402 Django has to be ready

from accounts.models import User  # noqa: E402
from accounts.services import open_api_session  # noqa: E402
from patients.models import Patient  # noqa: E402

ROUNDS = 100
PARTS = {
    "log-in": (("accounts/tokens.py", "authenticate"), ("contrib/auth/middleware.py", "get_user")),
    "audit": (("audit/services.py", "record"),),
    "rendering": (
        ("hospital/rows.py", "as_json"),
        ("django/shortcuts.py", "render"),
        ("rest_framework/response.py", "rendered_content"),
    ),
}


def profiled(call: Callable[[], Any]) -> dict[str, float]:
    """The share of each part, in percent."""
    answer = call()
    assert answer.status_code == 200, answer.content[:500]
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(ROUNDS):
        call()
    profile.disable()
    stats: Any = pstats.Stats(profile)
    cumulative = {key: value[3] for key, value in stats.stats.items()}
    return {
        part: 100
        * sum(spent for (file, _, name), spent in cumulative.items() if _is_one(file, name, which))
        / stats.total_tt
        for part, which in PARTS.items()
    }


def _is_one(file: str, name: str, which: tuple[tuple[str, str], ...]) -> bool:
    return any(file.endswith(end) and name == wanted for end, wanted in which)


def main() -> None:
    rita = User.objects.get(email="reception@example.org")
    _, tokens = open_api_session(rita, client="bench", by=rita)
    bearer = {"Authorization": f"Bearer {tokens.access_token}"}
    api, pages = Client(headers=bearer, SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    pages.force_login(rita)
    one = Patient.objects.order_by("id")[0].pk
    asks = {
        "patients, endpoint": lambda: api.get("/api/v1/patients"),
        "patient opened, endpoint": lambda: api.get(f"/api/v1/patients/{one}"),
        "patients, page": lambda: pages.get("/patients/"),
        "patient opened, page": lambda: pages.get(f"/patients/{one}/"),
    }
    print("| what | log-in | audit | rendering |\n|---|---:|---:|---:|")
    for name, ask in asks.items():
        print(f"| {name} | " + " | ".join(f"{share:.0f} %" for share in profiled(ask).values()) + " |")


if __name__ == "__main__":
    main()
