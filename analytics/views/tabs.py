"""The pages of figures beside each other."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


def tabs_for(user: User, here: str) -> list[Tab]:
    """Those that this user may open."""
    pages = (
        ("dashboard", _("Dashboard"), "analytics:dashboard", "analytics.view_figures"),
        ("appointments", _("Appointments"), "analytics:appointments", "analytics.view_figures"),
        ("revenue", _("Revenue"), "analytics:revenue", "analytics.view_revenue"),
        ("people", _("Patients"), "analytics:people", "analytics.view_people"),
        ("prescriptions", _("Prescriptions"), "analytics:prescriptions", "analytics.view_figures"),
        ("prescribed", _("What is prescribed"), "prescriptions:figures", "prescriptions.view_figures"),
    )
    return [
        Tab(label, reverse(url_name), key == here)
        for key, label, url_name, permission in pages
        if user.has_perm(permission)
    ]
