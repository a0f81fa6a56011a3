"""One at a time, such as who writes into the vector store: whoever holds the claim, as long as it is renewed."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from assistant.models import IndexPlace
from hospital import clock
from hospital.errors import LostRace
from hospital.models import uuid7

CLAIM = "writer"
HELD_FOR = timedelta(minutes=3)


class LostClaim(Exception):
    """Somebody else writes now: this one was silent for too long."""


class Over(Exception):
    """The time of this turn is over. What was done stays done."""


@dataclass
class Turn:
    """The right to write, until `ends` (of the monotonic clock) or until it is given back."""

    ends: float
    name: str = CLAIM
    token: UUID = field(default_factory=uuid7)

    def step(self) -> None:
        """Say that this one is still at it, before each thing that takes a while. Raises Over, LostClaim."""
        if time.monotonic() >= self.ends:
            raise Over
        mine = IndexPlace.objects.filter(name=self.name, place=self.token)
        if not mine.update(claimed_until=clock.now() + HELD_FOR):
            raise LostClaim

    def give_back(self) -> None:
        IndexPlace.objects.filter(name=self.name, place=self.token).update(claimed_until=None)


def claim(seconds: float, name: str = CLAIM) -> Turn | None:
    """The turn, if nobody has it. The conditional UPDATE decides who gets it; of the first of all, the unique key."""
    turn = Turn(time.monotonic() + seconds, name)
    now = clock.now()
    mine: dict[str, Any] = {"place": turn.token, "claimed_until": now + HELD_FOR}
    row = IndexPlace.objects.filter(name=name)
    if row.filter(Q(claimed_until=None) | Q(claimed_until__lt=now)).update(**mine):
        return turn
    if row.exists():
        return None
    try:
        IndexPlace(name=name, **mine).save(force_insert=True)
    except IntegrityError as error:
        raise LostRace from error
    return turn
