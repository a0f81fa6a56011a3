"""What the worker does for accounts."""

from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.models import Session

from accounts.models import SignInFailures
from hospital import clock


@shared_task(name="accounts.tasks.tidy_sign_ins")
def tidy_sign_ins() -> dict[str, int]:
    """Remove sessions of pages that are over and counters of failed log-ins that no longer count."""
    sessions, _ = Session.objects.filter(expire_date__lt=clock.now()).delete()
    counters, _ = SignInFailures.objects.filter(since__lt=clock.now() - timedelta(hours=1)).delete()
    return {"sessions": sessions, "counters": counters}
