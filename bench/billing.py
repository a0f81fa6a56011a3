"""`python -m bench --only-bills`: what billing costs, against the bare view of the same run.

In the hospital of 10 000 patients, with 10 000 and with a million invoices of three years. The bare view, the way of
measuring and the settings are those of `make bench`.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
from datetime import date
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
from bench.asks import Ask, cycle, get

TIMES = {"10k": 1, "1M": 100}  # ten thousand invoices so many times over
AT = "/api/v1/billing"
Asks = dict[str, tuple[str, Ask]]


def planted(size: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The environment of a hospital with so many invoices, and what there is to ask about."""
    plant("10k")
    file = FOLDER / f"bills-{size}.sqlite3"
    if not file.exists():
        sqlite3.connect(FOLDER / "10k.sqlite3").backup(sqlite3.connect(file))
    env = environment(f"bills-{size}")
    command = [sys.executable, "-m", "bench.plant_bills", "--invoices", "10000", "--times", str(TIMES[size])]
    done = subprocess.run(
        command, cwd=ROOT, env=env | {"DEBUG": "true"}, check=True, capture_output=True, text=True
    )
    return env, json.loads(done.stdout.splitlines()[-1])


def api_asks(known: dict[str, Any]) -> Asks:
    number, own = cycle(known["numbers"]), cycle(known["invoices"])
    draft, issued = cycle(known["drafts"]), cycle(known["drafts"])
    return {
        "invoices, endpoint": ("list", get(lambda: AT)),
        "invoices that are paid, endpoint": ("list", get(lambda: f"{AT}?status=paid")),
        "invoices that are overdue, endpoint": ("list", get(lambda: f"{AT}?overdue=true")),
        "invoices of a year, endpoint": ("list", get(lambda: f"{AT}?issued_to={known['a_year_ago']}")),
        "by number, endpoint": ("list", get(lambda: f"{AT}?number={number()}")),
        "invoice, endpoint": ("detail", get(lambda: f"{AT}/{own()}")),
        "issue": ("act", lambda: (f"{AT}/{draft()}/issue", "POST", {})),
        "pay": ("act", lambda: (f"{AT}/{issued()}/payments", "POST", {"amount": "0.01", "method": "cash"})),
    }


def page_asks(known: dict[str, Any]) -> Asks:
    number, amount = cycle(known["numbers"]), cycle(known["amounts"])
    own, patient = cycle(known["invoices"]), f"/patients/{known['patient']}/bills/"
    return {
        "invoices, page": ("page", get(lambda: "/billing/")),
        "invoices that are void, page": ("page", get(lambda: "/billing/?status=void")),
        "overdue, page": ("page", get(lambda: "/billing/?overdue=true")),
        "search by number": ("page", get(lambda: f"/billing/?q={number()}")),
        "search by MRN": ("page", get(lambda: f"/billing/?q={known['mrn']}")),
        "search by name": ("page", get(lambda: f"/billing/?q={known['name']}")),
        "search by amount": ("page", get(lambda: f"/billing/?q={amount()}")),
        "to be billed": ("page", get(lambda: "/billing/unbilled/")),
        "account of a patient": ("page", get(lambda: patient)),
        "statement": ("page", get(lambda: f"{patient}statement/")),
        "invoice, page": ("page", get(lambda: f"/billing/{own()}/")),
        "desk": ("page", get(lambda: "/billing/desk/")),
        "ageing report": ("page", get(lambda: "/billing/ageing/")),
    }


def measure_size(size: str, rounds: int) -> dict[str, dict[str, Any]]:
    env, known = planted(size)
    print(f"| {size} | {known['owing']} of {known['all']} invoices are owed | | | | |", flush=True)
    found = {}
    with served("hospital.wsgi", env, "/healthz") as product, served("bench.bare", env, "/?mrn=x") as bare:
        bare_path = f"/?mrn={known['mrn']}"
        for log_in, asks in ((log_in_to_api, api_asks(known)), (log_in_to_pages, page_asks(known))):
            log_in(product, "cashier")
            for name, (kind, ask) in asks.items():
                found[name] = line(size, name, kind, *measure(product, bare, ask, bare_path, rounds))
                show(found[name])
    return found


def verify(size: str) -> None:
    """How long it takes to explain every cent; not of copies, whose hashes are those of others."""
    before = os.times()
    env = environment(f"bills-{size}") | {"DEBUG": "true"}
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_ledger"],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"\n{size}: {done.stdout.splitlines()[0]} {spent:.1f} s of processor", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench --only-bills", description=__doc__)
    parser.add_argument("--sizes", nargs="*", default=list(TIMES), choices=list(TIMES))
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    collect_static_files("10k")
    print(f"\n{date.today()}, Python {sys.version.split()[0]}\n")  # noqa: DTZ011
    print("| invoices | what | p50, ms | to bare | server CPU, ms | to bare |\n|---|---|---:|---:|---:|---:|")
    found = [measure_size(size, asked.rounds) for size in asked.sizes]
    if len(found) == 2:
        print("\n| what | 1M against 10k, CPU |\n|---|---:|")
        for name, one in found[1].items():
            print(f"| {name} | {one['cpu_times'] / found[0][name]['cpu_times']:.2f} × |")
    if "10k" in asked.sizes:
        verify("10k")


if __name__ == "__main__":
    main()
