"""What prescriptions add to pages that are not theirs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hospital.web import NavItem, add_navigation


def fill_the_sidebar() -> None:
    group: Any = _("Prescriptions")
    add_navigation(
        NavItem(
            _("Figures of prescribing"),
            "prescriptions:figures",
            "chart",
            "prescriptions.view_figures",
            group,
        )
    )
