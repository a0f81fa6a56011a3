"""`python -m bench --only-analytics`: what the pages of figures cost, against the bare view of the same run.

In the hospital of 10 000 patients and twelve doctors, with 10 000 and with a million visits of two years, invoices of
three and prescribed medicines of one. Every day is counted before. The bare view, the way of measuring and the settings
are those of `make bench`.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.__main__ import (
    FOLDER,
    ROOT,
    collect_static_files,
    environment,
    line,
    log_in_to_api,
    log_in_to_pages,
    measure,
    plant,
    served,
    show,
)
from bench.asks import Ask, get

ROWS = 10_000
TIMES = {"10k": 1, "1M": 100}
AT = "/api/v1/analytics"
TOPICS = ("appointments", "revenue", "prescriptions")
COUNTING = """
import time, django
django.setup()
from analytics.daily import count_today
while True:
    count_today()
    time.sleep(30)
"""
Asks = dict[str, tuple[str, Ask]]


def planted(size: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The environment of a hospital with so many visits, and what there is to ask about."""
    plant("10k")
    file = FOLDER / f"figures-{size}.sqlite3"
    if not file.exists():
        sqlite3.connect(FOLDER / "10k.sqlite3").backup(sqlite3.connect(file))
    env = environment(f"figures-{size}")
    command = [sys.executable, "-m", "bench.plant_figures", "--rows", str(ROWS), "--times", str(TIMES[size])]
    done = subprocess.run(
        command, cwd=ROOT, env=env | {"DEBUG": "true"}, check=True, capture_output=True, text=True
    )
    return env, json.loads(done.stdout.splitlines()[-1])


def counted(size: str) -> str:
    """Count every day, where that has not been done; how long it took."""
    env, before = environment(f"figures-{size}") | {"DEBUG": "true"}, os.times()
    done = subprocess.run(
        [sys.executable, "manage.py", "count_days", "--if-empty"],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    if not done.stdout:
        return "counted before"
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return f"{done.stdout.splitlines()[-2].strip()}: {after.elapsed - before.elapsed:.0f} s, {spent:.0f} s of processor"


def periods() -> dict[str, str]:
    today = datetime.now(UTC).date()
    lengths = {"90 days": 90, "a year": 365}
    return {name: f"from={today - timedelta(days=days - 1)}&to={today}" for name, days in lengths.items()}


def page_asks(known: dict[str, Any]) -> Asks:
    year = periods()["a year"]
    asks = {"dashboard": "/analytics/", "patients": "/analytics/patients/"}
    for topic in TOPICS:
        asks |= {f"{topic}, {name}": f"/analytics/{topic}/?{days}" for name, days in periods().items()}
        asks[f"{topic}, a year, a doctor"] = f"/analytics/{topic}/?{year}&doctor={known['doctor']}"
    for what in ("held", "waited", "newcomers", "in_rooms"):
        asks[f"visits behind a figure of a year: {what}"] = f"/analytics/visits/?{year}&what={what}"
    asks["visits behind it, of a department"] = f"/analytics/visits/?{year}&department={known['department']}"
    for topic, table in (("appointments", "doctors"), ("revenue", "services"), ("prescriptions", "doctors")):
        asks[f"{topic}, a year, CSV"] = f"/analytics/{topic}.csv?{year}&table={table}"
    asks["patients, CSV"] = "/analytics/patients.csv?table=ages"
    for name, days in periods().items():
        asks[f"what was prescribed, {name}"] = f"/prescriptions/figures/?{days}"
    return {name: ("page", get(lambda path=path: path)) for name, path in asks.items()}  # type: ignore[misc]


def api_asks() -> Asks:
    paths = {"dashboard": f"{AT}/dashboard", "patients": f"{AT}/patients"}
    for topic in TOPICS:
        paths[f"{topic}, a year"] = f"{AT}/{topic}?{periods()['a year']}"
    return {f"{name}, endpoint": ("detail", get(lambda path=path: path)) for name, path in paths.items()}  # type: ignore[misc]


@contextmanager
def worker(env: dict[str, str]) -> Iterator[None]:
    """Who counts today, as the worker of production does: twice a minute."""
    settings = {"DJANGO_SETTINGS_MODULE": "hospital.settings"}
    process = subprocess.Popen([sys.executable, "-c", COUNTING], cwd=ROOT, env=env | settings)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def measure_size(size: str, rounds: int, only: str) -> dict[str, dict[str, Any]]:
    env, known = planted(size)
    words = f"{known['visits']} visits, {known['invoices']} invoices, {known['lines']} medicines"
    print(f"| {size} | {words}; {counted(size)} | | | | |", flush=True)
    found = {}
    with (
        worker(env),
        served("hospital.wsgi", env, "/healthz") as product,
        served("bench.bare", env, "/?mrn=x") as bare,
    ):
        bare_path = f"/?mrn={known['mrn']}"
        for log_in, asks in ((log_in_to_api, api_asks()), (log_in_to_pages, page_asks(known))):
            log_in(product, "manager")
            for name, (kind, ask) in asks.items():
                if only not in name:
                    continue
                few = min(rounds, 10) if name.startswith("what was prescribed") else rounds
                found[name] = line(size, name, kind, *measure(product, bare, ask, bare_path, few))
                show(found[name])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench --only-analytics", description=__doc__)
    parser.add_argument("--sizes", nargs="*", default=list(TIMES), choices=list(TIMES))
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--only", default="", help="only what has this in its name")
    asked = parser.parse_args()
    collect_static_files("10k")
    print(f"\n{date.today()}, Python {sys.version.split()[0]}\n")  # noqa: DTZ011
    print("| visits | what | p50, ms | to bare | server CPU, ms | to bare |\n|---|---|---:|---:|---:|---:|")
    found = [measure_size(size, asked.rounds, asked.only) for size in asked.sizes]
    if len(found) == 2:
        print("\n| what | 1M against 10k, CPU |\n|---|---:|")
        for name, one in found[1].items():
            print(f"| {name} | {one['cpu'] / found[0][name]['cpu']:.2f} × |")


if __name__ == "__main__":
    main()
