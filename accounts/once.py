"""Requests that are carried out once, however often they are sent."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import IdempotencyKey, User
from hospital.errors import KeyReused, LostRace
from hospital.models import one_of

LONGEST_KEY = 200


def fingerprint(body: Any) -> str:
    """The SHA-256 of a request's content, whatever the order of its members."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


@dataclass
class Once:
    """An asker's key for a request, what the request was, and how its answer is written down.

    A service that takes one calls `earlier()` first and `done()` last, both in its transaction: the
    act and the memory of it are one commit. After `earlier()` found something, `replayed` is true and
    `answer` is what was answered then.
    """

    key: str
    fingerprint: str
    render: Callable[[Any], Any] = lambda _: None
    answer: Any = None
    replayed: bool = False

    def _row_key(self, verb: str, by: User) -> str:
        return f"{by.pk.hex}:{verb}:{hashlib.sha256(self.key.encode()).hexdigest()}"

    def earlier(self, verb: str, *, by: User) -> UUID | None:
        """The id of what this request made before, or None. Raises KeyReused for another request."""
        row: IdempotencyKey | None = one_of(IdempotencyKey.objects.filter(key=self._row_key(verb, by)))
        if row is None:
            return None
        if row.fingerprint != self.fingerprint:
            raise KeyReused(_("This key was used before, for a different request. Nothing was done."))
        self.replayed, self.answer = True, row.answer
        return row.subject_id

    def done(self, verb: str, subject: Any, *, by: User) -> None:
        self.answer = self.render(subject)
        try:
            IdempotencyKey.objects.create(
                key=self._row_key(verb, by),
                fingerprint=self.fingerprint,
                subject_id=subject.pk,
                answer=self.answer,
            )
        except IntegrityError as error:
            raise LostRace("The same request is being carried out twice at once.") from error
