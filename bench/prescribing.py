"""`python -m bench --only-prescriptions`: what prescribing costs, against the bare view of the same run.

In the hospital of 10 000 patients, with few and with many signed lines of a year. The bare view, the way of measuring
and the settings are those of `make bench`.
"""

import argparse
import json
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench.__main__ import (
    FOLDER,
    ROOT,
    Server,
    collect_static_files,
    environment,
    line,
    log_in_to_api,
    log_in_to_pages,
    measure,
    plant,
    served,
    show,
    some,
)
from bench.asks import Ask, cycle, get
from bench.safety import NEW, TAKEN

SIZES = {"10k": 10_000, "200k": 200_000, "1M": 1_000_000}
FORM = "application/x-www-form-urlencoded"


def planted(size: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The environment of a hospital with so many lines, and what there is to ask about."""
    plant("10k")
    file = FOLDER / f"lines-{size}.sqlite3"
    if not file.exists():
        sqlite3.connect(FOLDER / "10k.sqlite3").backup(sqlite3.connect(file))
    env = environment(f"lines-{size}")
    command = [sys.executable, "-m", "bench.plant_prescriptions", "--lines", str(SIZES[size])]
    done = subprocess.run(
        command, cwd=ROOT, env=env | {"DEBUG": "true"}, check=True, capture_output=True, text=True
    )
    return env, json.loads(done.stdout.splitlines()[-1])


def post(server: Server, path: str, fields: list[tuple[str, str]]) -> tuple[str, str, Any]:
    """A form as the browser sends it: what the cookie says is said in the form as well."""
    token = re.search(r"csrftoken=(\w+)", server.headers["Cookie"])
    assert token
    server.headers["Content-Type"] = FORM
    return path, "POST", urlencode([*fields, ("csrfmiddlewaretoken", token[1])])


def checking(server: Server, patient: str) -> Ask:
    """Five lines as they are being typed, for somebody who takes thirty medicines."""
    fields: list[tuple[str, str]] = []
    for number, name in enumerate(NEW.split()):
        token = f"t{number}"
        typed = {"medicine": name, "dose": "1", "unit": "mg", "route": "oral", "frequency": "bd", "days": "7"}
        fields += [("line", token), *((f"line-{token}-{key}", value) for key, value in typed.items())]
    return lambda: post(server, f"/patients/{patient}/prescriptions/check/", fields)


def dispensing(server: Server, waiting: list[list[Any]]) -> Ask:
    """One tablet of the first line, each time of the next prescription that waits."""
    following = cycle(waiting)

    def ask() -> tuple[str, str, Any]:
        one = following()
        pk, version, product = one
        one[1] = version + 1
        fields = [("version", str(version)), ("nonce", uuid4().hex)]
        fields += [("lines.1.quantity", "1"), ("lines.1.product", product)]
        return post(server, f"/prescriptions/{pk}/dispense/", fields)

    return ask


def endpoint_ask() -> Ask:
    body = {
        "medicines": [*NEW.split(), *TAKEN.split()],
        "allergies": ["penicillin"],
        "age_years": 70,
        "weight_kg": 80,
        "egfr": 50,
        "pregnant": False,
    }
    return lambda: ("/api/v1/safety/check", "POST", body)


def asks_of(server: Server, who: str, known: dict[str, Any]) -> dict[str, tuple[str, Ask]]:
    own, patient = cycle(known["prescriptions"]), known["patient"]
    today = datetime.now(UTC).date()
    year = f"/prescriptions/figures/?from={today - timedelta(days=364)}&to={today}"
    return {
        "doctor": {
            "prescriptions of a patient, page": ("page", get(lambda: f"/patients/{patient}/prescriptions/")),
            "prescription, page": ("page", get(lambda: f"/patients/{patient}/prescriptions/{own()}/")),
            "5 lines checked against 30, while typing": ("page", checking(server, patient)),
        },
        "pharmacy": {
            "queue of the pharmacy": ("page", get(lambda: "/prescriptions/queue/")),
            "handing out": ("booking", dispensing(server, known["waiting"])),
        },
        "manager": {
            "figures, 90 days": ("page", get(lambda: "/prescriptions/figures/")),
            "figures, a year": ("page", get(lambda: year)),
        },
    }[who]


def measure_size(size: str, rounds: int) -> None:
    env, known = planted(size)
    with served("hospital.wsgi", env, "/healthz") as product, served("bench.bare", env, "/?mrn=x") as bare:
        log_in_to_api(product)
        bare_path = f"/?mrn={some(product)['patients'][0]['mrn']}"
        log_in_to_api(product, "doctor")
        asked = measure(product, bare, endpoint_ask(), bare_path, rounds)
        show(line(size, "35 medicines checked, endpoint", "detail", *asked))
        for who in ("doctor", "pharmacy", "manager"):
            log_in_to_pages(product, who)
            for name, (kind, ask) in asks_of(product, who, known).items():
                few = min(rounds, 10) if name.startswith("figures") else rounds
                show(line(size, name, kind, *measure(product, bare, ask, bare_path, few)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench --only-prescriptions", description=__doc__)
    parser.add_argument("--sizes", nargs="*", default=["10k", "200k"], choices=list(SIZES))
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    collect_static_files("10k")
    print(f"\n{date.today()}, Python {sys.version.split()[0]}\n")  # noqa: DTZ011
    print("| lines | what | p50, ms | to bare | server CPU, ms | to bare |\n|---|---|---:|---:|---:|---:|")
    for size in asked.sizes:
        measure_size(size, asked.rounds)


if __name__ == "__main__":
    main()
