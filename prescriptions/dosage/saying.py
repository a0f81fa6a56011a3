"""How a medicine is brought into the body, said to the patient."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


def how(route: str, dose: str) -> str:
    """Take 2 tablets by mouth."""
    ways: Mapping[str, str] = {
        "oral": _("Take %(dose)s by mouth"),
        "sublingual": _("Put %(dose)s under the tongue"),
        "oromucosal": _("Put %(dose)s into the mouth"),
        "inhaled": _("Inhale %(dose)s"),
        "nasal": _("Spray %(dose)s into the nose"),
        "ocular": _("Put %(dose)s into the eye"),
        "auricular": _("Put %(dose)s into the ear"),
        "cutaneous": _("Put %(dose)s on the skin"),
        "transdermal": _("Stick %(dose)s on the skin"),
        "rectal": _("Put %(dose)s into the bottom"),
        "vaginal": _("Put %(dose)s into the vagina"),
        "subcutaneous": _("Inject %(dose)s under the skin"),
        "intramuscular": _("Inject %(dose)s into a muscle"),
        "intravenous": _("Give %(dose)s into a vein"),
        "infiltration": _("Inject %(dose)s around the nerve or the wound"),
    }
    return " ".join((ways.get(route, _("Use %(dose)s")) % {"dose": dose}).split())
