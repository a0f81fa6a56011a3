"""What a service answers when it will not do what it was asked."""

from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):
    """A rule of the house forbids this now. Nothing was changed.

    `code` is stable and for machines, `message` is a sentence for the person who asked, `status` is
    the HTTP status, `offers` are alternatives that would be accepted (JSON values).
    """

    code = "refused"
    status = 409

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        offers: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.offers = list(offers)


class Stale(Refusal):
    """Somebody else changed the record since it was read."""

    code = "stale"


class WrongMove(Refusal):
    """The record's status does not allow this step."""

    code = "wrong_move"


class KeyReused(Refusal):
    """An idempotency key came again with another request behind it."""

    code = "key_reused"
    status = 422


class TooMany(Refusal):
    """Too many attempts; `retry_after` is in seconds."""

    code = "too_many_attempts"
    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LostRace(Exception):
    """A unique key was taken between reading and writing: the service is tried again from its start."""
