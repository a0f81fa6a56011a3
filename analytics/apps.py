"""The analytics app."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from accounts.roles import Role  # noqa: PLC0415
        from analytics import receivers  # noqa: PLC0415 apps are ready only now
        from analytics.health import alerts, own_checks, timetable  # noqa: PLC0415
        from analytics.views.dashboard import first_page  # noqa: PLC0415
        from appointments.views.today import have_first_page  # noqa: PLC0415
        from hospital.web import NavItem, add_navigation  # noqa: PLC0415

        receivers.connect()
        own_checks.fill_register()
        alerts.register_kinds()
        timetable.connect()
        have_first_page(Role.MANAGER, first_page)
        installation: Any = _("Installation")
        figures: Any = _("Figures")
        add_navigation(
            NavItem(_("Dashboard"), "analytics:dashboard", "grid", "analytics.view_figures", figures),
            NavItem(
                _("Statistics"),
                "analytics:appointments",
                "chart",
                "analytics.view_figures",
                figures,
                also=("analytics:revenue", "analytics:prescriptions", "analytics:people", "analytics:visits"),
            ),
            NavItem(_("System health"), "analytics:health", "pulse", "analytics.view_health", installation),
        )
