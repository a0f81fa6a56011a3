"""The billing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from appointments.views.today import have_first_page  # noqa: PLC0415 apps are ready only now
        from billing import panels, receivers, timeline  # noqa: PLC0415
        from billing.views.desk import cashier  # noqa: PLC0415

        timeline.fill_registers()
        receivers.connect()
        panels.fill_registers()
        have_first_page(Role.CASHIER, cashier)
