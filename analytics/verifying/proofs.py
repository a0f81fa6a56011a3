"""What is proved: each proof as a step from a place to the next."""

from collections.abc import Callable
from typing import Any

from audit import sealing
from billing import proving

Place = dict[str, Any]
Step = Callable[[Place], tuple[Place | None, int]]
WRONG = (proving.Unexplained, sealing.Broken)


def _audit(place: Place) -> tuple[Place | None, int]:
    sequence = int(place.get("sequence", 1))
    rows = sealing.verify(sequence)
    return ({"sequence": sequence + 1} if rows else None), rows


PROOFS: dict[str, Step] = {"ledger": proving.next_part, "audit": _audit}
