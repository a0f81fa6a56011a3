"""The prescriptions app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class PrescriptionsConfig(AppConfig):
    name = "prescriptions"
    verbose_name = _("Prescriptions")

    def ready(self) -> None:
        from appointments.views.today import have_first_page  # noqa: PLC0415 apps are ready only now
        from prescriptions import panels, receivers, timeline  # noqa: PLC0415
        from prescriptions.views.today import pharmacy  # noqa: PLC0415

        timeline.fill_registers()
        panels.fill_registers()
        panels.open_the_pharmacy()
        receivers.connect()
        have_first_page(Role.PHARMACIST, pharmacy)
