"""The processes of test_budget_at_once: `python -m assistant.tests.race_budget ACT …`; prints one JSON value."""

import argparse
import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402, TID251 each thread has one of its own

from accounts.models import User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from assistant.models import Disclosure, TokenUse  # noqa: E402
from assistant.services import send_outside, used_today  # noqa: E402
from assistant.services.disclosing import today  # noqa: E402
from hospital.errors import Refusal  # noqa: E402

DORA = "dora@example.org"
TOKENS = 100
settings.ASSISTANT_OUTSIDE = True
settings.ASSISTANT_TOKENS_PER_DAY = 1050  # ten times, and not eleven


def prepare() -> None:
    User.objects.create_user(DORA, None, full_name="Dora Dietz", role=Role.DOCTOR)


def send(by: User) -> None:
    send_outside(
        provider="OpenAI", model="wire-1", purpose="ask", payload=b"", most_tokens=TOKENS, patient=None, by=by
    )


def send_naively(by: User) -> None:
    """What is seen in other systems: look at what is left, then write down what was used."""
    used = used_today(by)
    if used + TOKENS > settings.ASSISTANT_TOKENS_PER_DAY:
        raise Refusal("Enough", code="budget")
    time.sleep(0.002)  # whatever a real one does between looking and writing
    TokenUse.objects.update_or_create(pk=TokenUse.key_of(by.pk, today()), defaults={"used": used + TOKENS})


def rush(act: str, asked: argparse.Namespace) -> Counter[str]:
    by = User.objects.get(email=DORA)
    one = {"send": send, "send_naively": send_naively}[act]
    (asked.ready / f"{act}-{asked.worker}").touch()
    give_up = time.monotonic() + 120
    while len(list(asked.ready.glob(f"{act}-*"))) < asked.workers and time.monotonic() < give_up:
        time.sleep(0.005)

    def run_through(_thread: int) -> Counter[str]:
        came: Counter[str] = Counter()
        for _ in range(3):
            try:
                one(by)
            except Refusal as refusal:
                came[refusal.code] += 1
            else:
                came["done"] += 1
        connections.close_all()
        return came

    with ThreadPoolExecutor(asked.threads) as pool:
        return sum(pool.map(run_through, range(asked.threads)), Counter())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("prepare", "look", "send", "send_naively"))
    parser.add_argument("--ready", type=Path)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    answer: Any = None
    if asked.act == "prepare":
        prepare()
    elif asked.act == "look":
        answer = {"used": used_today(User.objects.get(email=DORA)), "sent": Disclosure.objects.count()}
    else:
        answer = rush(asked.act, asked)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
