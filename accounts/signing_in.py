"""Counting log-ins that failed: one counter for every door, looked at before any password is hashed."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models
from django.http import HttpRequest
from django.utils.translation import gettext as _

import audit.services
from accounts.models import SignInFailures, User
from audit.models import Entry
from hospital import clock
from hospital.errors import TooMany

WINDOW = timedelta(minutes=1)


def address_of(request: HttpRequest | None) -> str:
    """The peer's address; behind TRUSTED_PROXIES proxies, the one that the outermost of them saw.

    Anything that a client may write itself into X-Forwarded-For stands further left and is not read.
    """
    if request is None:
        return ""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        return str(hops[-settings.TRUSTED_PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))


def _keys(email: str, request: HttpRequest | None) -> list[str]:
    address = address_of(request)
    subjects = [f"account:{email}"] + ([f"address:{address}"] if address else [])
    return [hashlib.sha256(one.encode()).hexdigest()[:40] for one in subjects]


def _limits() -> list[int]:
    """Failures a minute: for one account; for one address, where a whole ward may sit behind one."""
    return [settings.SIGN_IN_FAILURES_PER_MINUTE, settings.SIGN_IN_FAILURES_PER_MINUTE * 3]


def refuse_if_too_many(email: str, request: HttpRequest | None) -> None:
    keys = _keys(email, request)
    since = clock.now() - WINDOW
    rows = {row.key: row for row in SignInFailures.objects.filter(key__in=keys, since__gt=since)}
    for key, limit in zip(keys, _limits(), strict=False):
        row = rows.get(key)
        if row and row.count >= limit:
            wait = int((row.since + WINDOW - clock.now()).total_seconds()) + 1
            raise TooMany(
                _("Too many attempts. Wait %(seconds)d seconds and try again.") % {"seconds": wait},
                retry_after=max(1, wait),
            )


def count_failure(
    email: str, request: HttpRequest | None, *, known: User | None, asked_for: str = ""
) -> None:
    """Count it for the account, known or not, and for the address; write it down for a known account.

    `asked_for` says what the password was for where it was not for logging in.
    """
    now = clock.now()
    for key in _keys(email, request):
        fresh = SignInFailures.objects.filter(key=key, since__gt=now - WINDOW)
        if fresh.update(count=models.F("count") + 1):
            continue
        if SignInFailures.objects.filter(key=key, since__lte=now - WINDOW).update(count=1, since=now):
            continue
        try:
            SignInFailures.objects.create(key=key, count=1, since=now)
        except IntegrityError:  # somebody else made the row: then it is fresh
            fresh.update(count=models.F("count") + 1)
    audit.services.record(
        "accounts.sign_in",
        actor_id=known.pk if known else None,
        outcome=Entry.Outcome.DENIED,
        subject_type="accounts.user",
        subject_id=known.pk if known else None,
        details={"asked_for": asked_for} if asked_for else None,
    )


def forget_failures(email: str) -> None:
    SignInFailures.objects.filter(key=_keys(email, None)[0]).delete()
