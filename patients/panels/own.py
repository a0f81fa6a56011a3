"""What this app itself puts on the record page and into the timeline, noun by noun."""

from django.utils.translation import gettext_lazy as _

from patients.panels import letters, notes, timeline
from patients.tabs import Tab, add_tab

TABS = (
    Tab(_("Summary"), "patients:detail", "patients.open_record", "r s"),
    Tab(_("Timeline"), "patients:timeline", "patients.view_timelineentry", "r t"),
    Tab(
        _("Notes"),
        "patients:note_list",
        "patients.view_encounter",
        "r n",
        also=tuple(
            f"patients:{name}"
            for name in ("note", "open_encounter", "write_note", "sign_note", "discard_note")
        ),
    ),
)


def register_own() -> None:
    """Called once, when all apps are ready."""
    letters.fill_registers()
    timeline.fill_registers()
    notes.fill_registers()
    for tab in TABS:
        add_tab(tab)
