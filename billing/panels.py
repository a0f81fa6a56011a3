"""What billing adds to pages that are not its own: the record, and the sidebar."""

from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import patients.panels
from accounts import places
from accounts.models import User
from billing.models import Charge, Invoice
from billing.services.shared import day_at
from hospital.money import NOTHING
from hospital.web import NavItem, add_navigation
from patients.models import Patient

VIEW = "billing.view_invoice"
OF_PATIENT = "billing:of_patient"


def account_of(patient: Patient, user: User) -> dict[str, Any]:
    """What is owed, what of it is overdue, and how much waits to be billed. Two queries."""
    today = day_at(places.first_site())
    rows = Invoice.objects.filter(patient_id=patient.pk, status__in=Invoice.LIVE)
    days = rows.values("due_on").annotate(
        patients=Sum("patient_due_amount"), payers=Sum("insurer_due_amount")
    )
    owed = payers = late = NOTHING
    for day in days.order_by():
        owed, payers = owed + day["patients"], payers + day["payers"]
        if day["due_on"] and day["due_on"] < today:
            late += max(NOTHING, day["patients"])
    unbilled = Charge.objects.filter(patient_id=patient.pk, status=Charge.Status.UNBILLED).count()
    return {"owed": owed, "payers": payers, "late": late, "unbilled": unbilled}


def fill_registers() -> None:
    _fill_the_sidebar()
    patients.panels.register_action(
        patients.panels.Action(
            _("Bills"), VIEW, lambda one: reverse(OF_PATIENT, args=[one.pk]), icon="bill", keys="r b"
        )
    )
    patients.panels.register(
        patients.panels.Panel(
            key="bills",
            title=_("Bills"),
            permission=VIEW,
            template="billing/account_card.html",
            load=account_of,
            order=30,
            links=(patients.panels.Action(_("All"), VIEW, lambda one: reverse(OF_PATIENT, args=[one.pk])),),
        )
    )


def _fill_the_sidebar() -> None:
    billing: Any = _("Billing")
    add_navigation(
        NavItem(_("Billing"), "billing:desk", "bill", VIEW, billing, keys="g b"),
        NavItem(_("Invoices"), "billing:list", "note", VIEW, billing, also=("billing:",), keys="g i"),
        NavItem(_("To be billed"), "billing:unbilled", "queue", "billing.view_charge", billing, keys="g u"),
        NavItem(_("Refunds"), "billing:refunds", "history", "billing.view_refund", billing),
        NavItem(_("Ageing"), "billing:ageing", "chart", VIEW, billing),
        NavItem(
            _("Tills"),
            "billing:tills",
            "lock",
            "billing.view_till",
            billing,
            also=("billing:till", "billing:open_till", "billing:close_till"),
        ),
        NavItem(
            _("Payers"),
            "billing:payers",
            "shield",
            "billing.view_payer",
            billing,
            also=("billing:payer", "billing:add_payer", "billing:edit_payer"),
        ),
        NavItem(
            _("Price list"),
            "billing:price_list",
            "grid",
            "billing.view_service",
            billing,
            also=("billing:service", "billing:set_price"),
        ),
    )
