from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = _("Appointments")

    def ready(self) -> None:
        from appointments import panels, receivers, telling, timeline  # noqa: PLC0415 apps are ready only now

        panels.fill_registers()
        telling.register_kinds()
        timeline.register_kind()
        receivers.connect()
