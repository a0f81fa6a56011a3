"""The processes of test_ask_at_once: `python -m assistant.tests.race_ask ACT …`; prints one JSON value."""

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
from accounts.once import Once  # noqa: E402
from accounts.roles import Role  # noqa: E402
from assistant.models import Conversation, Turn  # noqa: E402
from assistant.services import ask, take_up  # noqa: E402
from assistant.tests.meeting import meet, options  # noqa: E402
from hospital.errors import Refusal  # noqa: E402

DORA = "dora@example.org"
QUESTIONS = 6
Status = Turn.Status


def prepare() -> None:
    User.objects.create_user(DORA, None, full_name="Dora Dietz", role=Role.DOCTOR)


def look() -> dict[str, Any]:
    return {
        "turns": sorted(str(pk) for pk in Turn.objects.values_list("pk", flat=True)),
        "conversations": Conversation.objects.count(),
        "answering": Turn.objects.filter(status=Status.ANSWERING).count(),
    }


def one_asks(question: str, by: User) -> Turn:
    return ask(question=question, once=Once(question, question), by=by)


def one_asks_naively(question: str, by: User) -> Turn:
    """What is seen in other systems: look whether it was asked, and ask."""
    earlier: Turn | None = Turn.objects.filter(question=question).first()
    time.sleep(0.02)  # whatever a real one does between looking and writing
    return earlier or ask(question=question, by=by)


def one_takes_up(turn: Turn, by: User) -> None:
    take_up(turn, by=by)


def one_takes_up_naively(turn: Turn, by: User) -> None:
    """What is seen in other systems: look whether somebody answers it, and write down that one does."""
    if Turn.objects.get(pk=turn.pk).status != Status.ASKED:
        raise Refusal("Enough", code="being_answered")
    time.sleep(0.02)
    Turn.objects.filter(pk=turn.pk).update(status=Status.ANSWERING)


WAYS = {"ask": (one_asks, one_takes_up), "ask_naively": (one_asks_naively, one_takes_up_naively)}


def rush(act: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Each question is sent, and then taken up, when everybody has come to it: which turns, and what came of it."""
    by = User.objects.get(email=DORA)
    asks, takes_up = WAYS[act]
    turns: list[str] = []
    came: Counter[str] = Counter()
    for number in range(QUESTIONS):
        meet(asked, f"ask-{number}")
        turn = asks(f"Question {number}?", by)
        turns.append(str(turn.pk))
        meet(asked, f"answer-{number}")
        try:
            takes_up(turn, by)
        except Refusal as refusal:
            came[refusal.code] += 1
        else:
            came["taken up"] += 1
    return {"turns": turns, "came": came}


def main() -> None:
    asked = options("prepare", "look", *WAYS)
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
