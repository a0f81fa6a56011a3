"""The app of the doctors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DoctorsConfig(AppConfig):
    name = "doctors"
    verbose_name = _("Doctors")

    def ready(self) -> None:
        from hospital.web import NavItem, add_navigation  # noqa: PLC0415 apps are not loaded before

        add_navigation(NavItem(_("Doctors"), "doctors:list", "steth", "doctors.view_doctor"))
