"""Telling the administrators that something is wrong, once for each outage, and that it is over."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from analytics.health.register import Check
from analytics.models import BAD, CheckChange, CheckState, State
from notifications import kinds
from notifications.models import Message
from notifications.outbox import To, inbox_about, write

WRONG, OVER = "health_wrong", "health_over"


def register_kinds() -> None:
    """They are lines in an inbox, which are sent by being written: nothing is ever loaded again."""
    for name, label in (
        (WRONG, gettext_lazy("Something is wrong")),
        (OVER, gettext_lazy("Something works again")),
    ):
        kinds.register(kinds.Kind(name, label, _never_sent))


def _never_sent(message: Message) -> Message.Because:
    return Message.Because.SUPERSEDED


def tell(check: Check, row: CheckState, change: CheckChange) -> None:
    """`row` is as it was before the change."""
    if change.state in BAD and row.outage_id is None and check.alerts:
        title = _("%(part)s: %(sentence)s") % {"part": check.label, "sentence": change.sentence}
        _to_administrators(change, WRONG, title)
    elif row.outage_id is not None and change.state not in (*BAD, State.UNKNOWN):
        began = CheckChange.objects.get(pk=row.outage_id)
        _to_administrators(began, OVER, _("%(part)s: it works again.") % {"part": check.label})


def _to_administrators(subject: CheckChange, kind: str, title: str) -> None:
    url = reverse("analytics:health")
    who = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).values_list("pk", flat=True)
    write([inbox_about(subject, kind, To("user", pk), version=1, title=title[:200], url=url) for pk in who])
