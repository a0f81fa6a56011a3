"""The product, but for one thing: it remembers a request after it was carried out, in a transaction of its own."""

from typing import Any

from hospital.wsgi import application as application  # isort: skip  Django has to be ready

from accounts.models import IdempotencyKey, User
from accounts.once import Once
from hospital.db import on_commit


def done_later(self: Once, verb: str, subject: Any, *, by: User) -> None:
    self.answer = self.render(subject)
    row = {"fingerprint": self.fingerprint, "subject_id": subject.pk, "answer": self.answer}
    key = self._row_key(verb, by)
    on_commit(lambda: IdempotencyKey.objects.update_or_create(key=key, defaults=row))


Once.done = done_later  # type: ignore[method-assign]
