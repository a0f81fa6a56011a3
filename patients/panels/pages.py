"""The pages of a record that this app itself has."""

from django.utils.translation import gettext_lazy as _

from patients.tabs import Tab, add_tab

PAGES = (
    Tab(_("Summary"), "patients:detail", "patients.open_record", "r s"),
    Tab(_("Timeline"), "patients:timeline", "patients.view_timelineentry", "r t"),
    Tab(
        _("Notes"),
        "patients:note_list",
        "patients.view_encounter",
        "r n",
        also=(
            *("patients:note", "patients:open_encounter"),
            *(f"patients:{act}_note" for act in ("write", "sign", "discard")),
        ),
    ),
    Tab(
        _("Vital signs"),
        "patients:vitals",
        "patients.view_vitals",
        "r v",
        also=("patients:record_vitals", "patients:vitals_trend", "patients:retract_vitals"),
    ),
    Tab(
        _("Problems"),
        "patients:problems",
        "patients.view_problem",
        "r p",
        also=tuple(f"patients:{name}_problem" for name in ("record", "edit", "resolve", "retract")),
    ),
    Tab(
        _("Allergies"),
        "patients:allergies",
        "patients.view_allergy",
        "r a",
        also=tuple(f"patients:{name}_allergy" for name in ("record", "edit", "retract")),
    ),
)


def fill_registers() -> None:
    for page in PAGES:
        add_tab(page)
