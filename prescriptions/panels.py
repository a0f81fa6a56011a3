"""What prescriptions add to pages that are not theirs: the record, and the pharmacy's sidebar."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

import appointments.panels
import patients.panels
from accounts import places
from accounts.models import User
from hospital import clock
from hospital.web import NavItem, add_navigation, add_pages
from patients.models import Patient
from patients.tabs import Tab, add_tab
from prescriptions.models import Prescription

SHOWN = 8
PAGES_OF_ONE = tuple(
    f"prescriptions:{name}"
    for name in (
        *("begin", "write", "detail", "discard"),
        *("sign", "countersign", "decline", "stop", "renew"),
    )
)


def card_of(patient: Patient, user: User) -> dict[str, Any]:
    """What is taken today, of what stands ready in the chart: what has ended since is left out."""
    today = clock.now().astimezone(places.site(patient.site_id).zone).date()
    taken = [one for one in map(_dated, patient.chart.medicines) if not one["until"] or one["until"] >= today]
    return {"medicines": taken[:SHOWN], "more": len(taken) - SHOWN}


def _dated(line: dict[str, Any]) -> dict[str, Any]:
    until = date.fromisoformat(line["until"]) if line["until"] else None
    return line | {"until": until, "since": date.fromisoformat(line["since"])}


def said_to_sign(user: User) -> str:
    """How many drafts and second signatures wait for a doctor, for the first page; asks twice."""
    rows = Prescription.objects.visible_to(user)
    drafts, seconds = rows.drafts_of(user).count(), rows.waiting_for(user).count()
    parts = [
        ngettext("%(n)d prescription to sign", "%(n)d prescriptions to sign", drafts) % {"n": drafts}
        if drafts
        else "",
        ngettext("%(n)d second signature to give", "%(n)d second signatures to give", seconds)
        % {"n": seconds}
        if seconds
        else "",
    ]
    said = ", ".join(filter(None, parts))
    return f"{said}." if said else ""


def fill_registers() -> None:
    clinical: Any = _("Clinical")
    add_navigation(
        NavItem(
            _("Prescriptions to sign"),
            "prescriptions:to_sign",
            "pill",
            "prescriptions.sign_prescription",
            clinical,
            keys="g x",
        )
    )
    appointments.panels.register_waiting(
        appointments.panels.Waiting("prescriptions.sign_prescription", said_to_sign, "prescriptions:to_sign")
    )
    add_tab(
        Tab(
            _("Medicines"),
            "prescriptions:list",
            "prescriptions.view_prescription",
            "r m",
            also=PAGES_OF_ONE,
        ),
        after="patients:note_list",
    )
    add_pages("patients:list", "prescriptions:list", *PAGES_OF_ONE)
    prescribe = patients.panels.Action(
        _("Prescribe"),
        "prescriptions.write_prescription",
        lambda patient: reverse("prescriptions:begin", args=[patient.pk]),
        icon="pill",
        needs_care=True,
        keys="r x",
    )
    patients.panels.register_action(prescribe)
    patients.panels.register(
        patients.panels.Panel(
            key="medicines",
            title=_("Medicines"),
            permission="prescriptions.view_prescription",
            template="prescriptions/medicines_card.html",
            load=card_of,
            needs_care=True,
            column=1,
            order=15,
            links=(
                prescribe,
                patients.panels.Action(
                    _("All"),
                    "prescriptions.view_prescription",
                    lambda patient: reverse("prescriptions:list", args=[patient.pk]),
                ),
            ),
        )
    )


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


def show_the_figures() -> None:
    clinical: Any = _("Clinical")
    add_navigation(
        NavItem(
            _("Prescribing figures"),
            "prescriptions:figures",
            "chart",
            "prescriptions.view_figures",
            clinical,
        )
    )
