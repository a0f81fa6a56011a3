"""The prescriptions app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrescriptionsConfig(AppConfig):
    name = "prescriptions"
    verbose_name = _("Prescriptions")

    def ready(self) -> None:
        from prescriptions import panels, receivers, timeline  # noqa: PLC0415 apps are ready only now

        timeline.fill_registers()
        panels.fill_registers()
        panels.show_the_figures()
        receivers.connect()
