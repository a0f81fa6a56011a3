"""One of the processes that all want to write into the index: `python -m assistant.tests.turns --folder F --rounds 15`.

Prints how often it had the turn, and how often somebody else had it at the same time. `--naive` looks first whether
the turn is free, and takes it then.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from assistant.indexing.writer import CLAIM, HELD_FOR, Turn, claim  # noqa: E402 Django has to be ready
from assistant.models import IndexPlace  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.errors import LostRace  # noqa: E402

HELD, LOOKED = 0.02, 0.005  # seconds


def naive(seconds: float) -> Turn | None:
    row, _ = IndexPlace.objects.get_or_create(name=CLAIM)
    if row.claimed_until:
        time.sleep(LOOKED)
        return None
    time.sleep(LOOKED)
    turn = Turn(time.monotonic() + seconds)
    row.place, row.claimed_until = turn.token, clock.now() + HELD_FOR
    row.save()
    return turn


def one(folder: Path, *, is_naive: bool) -> str:
    try:
        turn = naive(30) if is_naive else claim(30)
    except LostRace:
        return "lost"
    if turn is None:
        return "taken"
    mark = folder / "held"
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        turn.give_back()
        return "together"
    time.sleep(HELD)
    mark.unlink(missing_ok=True)
    turn.give_back()
    return "alone"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--naive", action="store_true")
    asked = parser.parse_args()
    json.dump(Counter(one(asked.folder, is_naive=asked.naive) for _ in range(asked.rounds)), sys.stdout)


if __name__ == "__main__":
    main()
