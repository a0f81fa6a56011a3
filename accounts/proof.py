"""Proof that it is really you: the password again, right before something is signed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import signing_in
from accounts.models import User
from hospital import clock, db
from hospital.errors import Refusal

HOLDS_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Proof:
    """That this user gave the password at this moment. Only `prove` makes one."""

    user_id: UUID
    at: datetime

    def check(self, by: User) -> None:
        """Refuse a proof of somebody else, or one that is no longer fresh: `not_proven`."""
        if self.user_id != by.pk or not timedelta(0) <= clock.now() - self.at <= HOLDS_FOR:
            raise Refusal(_("Enter your password once more."), code="not_proven", field="password")


def prove(user: User, password: str, request: HttpRequest | None = None) -> Proof:
    """Compare the password, with the counter of the log-in: too many failures at one door close both.

    Never inside a transaction: hashing takes a tenth of a second and more, and nobody else could write meanwhile.
    Raises TooMany, and ValidationError on `password` where it is wrong.
    """
    if db.in_atomic():
        raise RuntimeError("A password is compared before the transaction begins.")
    signing_in.refuse_if_too_many(user.email, request)
    if not (user.is_active and user.check_password(password)):
        signing_in.count_failure(user.email, request, known=user, asked_for="signature")
        raise ValidationError({"password": _("This is not your password.")})
    signing_in.forget_failures(user.email)
    return Proof(user.pk, clock.now())
