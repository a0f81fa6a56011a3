"""What the record page shows of notes: `{% load notes %}`."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.urls import reverse

from accounts.models import User
from hospital import clock
from patients.models import Chart

register = template.Library()


@dataclass(frozen=True)
class Draft:
    """A draft on the first page of a chart."""

    by: str
    is_own: bool
    began_at: datetime
    url: str

    @property
    def is_of_today(self) -> bool:
        """Within the last half day, so that the time of day alone says when."""
        return (clock.now() - self.began_at).total_seconds() < 12 * 3600


@register.filter
def drafts_for(chart: Chart, user: User) -> list[Draft]:
    """The drafts of a patient, the user's own first. Asks the database nothing."""
    if not user.has_perm("patients.view_encounter"):
        return []
    drafts = [
        Draft(
            by=one["by"],
            is_own=one["author"] == str(user.pk),
            began_at=datetime.fromisoformat(one["began_at"]),
            url=reverse("patients:note", args=[chart.pk, one["id"]]),
        )
        for one in chart.encounters
    ]
    return sorted(drafts, key=lambda draft: not draft.is_own)
