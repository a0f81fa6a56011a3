"""What prescriptions add to pages that are not theirs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.web import NavItem, add_navigation


def open_the_pharmacy() -> None:
    clinical: Any = _("Clinical")
    add_navigation(
        NavItem(
            _("Queue"),
            "prescriptions:queue",
            "pill",
            "prescriptions.dispense_prescription",
            clinical,
            also=("prescriptions:dispense", "prescriptions:return"),
            keys="g q",
        ),
        NavItem(
            _("Stock"),
            "prescriptions:stock",
            "building",
            "prescriptions.view_stock",
            clinical,
            also=("prescriptions:stock_of", "prescriptions:receive", "prescriptions:count"),
            keys="g k",
        ),
    )
