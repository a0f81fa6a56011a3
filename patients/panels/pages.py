"""The pages of a record that this app itself has."""

from django.utils.translation import gettext_lazy as _

from patients.tabs import Tab, add_tab

PAGES = (
    Tab(_("Summary"), "patients:detail", "patients.open_record", "r s"),
    Tab(_("Timeline"), "patients:timeline", "patients.view_timelineentry", "r t"),
)


def fill_registers() -> None:
    for page in PAGES:
        add_tab(page)
