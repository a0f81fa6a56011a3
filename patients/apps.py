"""The patients app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = _("Patients")

    def ready(self) -> None:
        from hospital.web import NavItem, add_navigation  # noqa: PLC0415 apps are not loaded before

        pages = ("register", "detail", "edit", "deactivate", "reactivate", "treat", "opened")
        also = tuple(f"patients:{page}" for page in pages)
        add_navigation(NavItem(_("Patients"), "patients:list", "people", "patients.view_patient", also=also))
