"""The processes of test_confirm_at_once: `python -m assistant.tests.race_confirm ACT …`; prints one JSON value."""

import argparse
import json
import os
import sys
import time
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from assistant.models import PendingAction  # noqa: E402
from assistant.models.actions import WAITS  # noqa: E402
from assistant.services import confirm_action  # noqa: E402
from assistant.services.actions import _DO  # noqa: E402
from assistant.tests.make import make_proposal  # noqa: E402
from assistant.tests.meeting import meet, options  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from patients.models import Encounter  # noqa: E402
from patients.tests.make import make_treated  # noqa: E402

DORA = "dora@example.org"
PROPOSALS = 6


def prepare() -> None:
    dora = User.objects.create_user(DORA, None, full_name="Dora Dietz", role=Role.DOCTOR)
    patient = make_treated(dora)
    for number in range(PROPOSALS):
        make_proposal(dora, patient, plan=f"Turpentine off the hands, {number}.")


def look() -> dict[str, Any]:
    actions = PendingAction.objects.all()
    return {
        "confirmed": sum(one.status == PendingAction.Status.CONFIRMED for one in actions),
        "made": sorted(str(one.made_id) for one in actions),
        "notes": sorted(str(pk) for pk in Encounter.objects.values_list("pk", flat=True)),
    }


def confirm(action: PendingAction, by: User) -> None:
    confirm_action(action, seen=action.sha256, by=by)


def confirm_naively(action: PendingAction, by: User) -> None:
    """What is seen in other systems: look whether it waits, do it, and write down that it was done."""
    found = PendingAction.objects.get(pk=action.pk)
    if found.status != PendingAction.Status.WAITING or found.expires_at > clock.now() + WAITS:
        raise Refusal("Enough", code="already_decided")
    time.sleep(0.02)  # whatever a real one does between looking and writing
    made = _DO[action.kind](action, by)
    PendingAction.objects.filter(pk=action.pk).update(status=PendingAction.Status.CONFIRMED, made_id=made.pk)


def rush(act: str, asked: argparse.Namespace) -> Counter[str]:
    """All proposals, read while they wait; each is confirmed when everybody has come to it."""
    by = User.objects.get(email=DORA)
    actions = list(PendingAction.objects.select_related("patient").order_by("id"))
    one = {"confirm": confirm, "confirm_naively": confirm_naively}[act]
    came: Counter[str] = Counter()
    for number, action in enumerate(actions):
        meet(asked, number)
        try:
            one(action, by)
        except Refusal as refusal:
            came[refusal.code] += 1
        else:
            came["done"] += 1
    return came


def main() -> None:
    asked = options("prepare", "look", "confirm", "confirm_naively")
    answer: Any = None
    if asked.act == "prepare":
        prepare()
    elif asked.act == "look":
        answer = look()
    else:
        answer = rush(asked.act, asked)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
