"""The HTML door of the cashier's desk: what waits, at a glance, and how old what is owed is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.http import HttpResponse

from accounts import places
from billing import reports
from billing.models import Charge, Invoice, Refund
from billing.services.charging import LOOK_BACK
from billing.services.shared import day_at
from billing.views.looking import VIEW
from hospital import clock
from hospital.money import NOTHING
from hospital.web import PageRequest, needs, paged, render_page

GLANCE = "billing/desk.html"
UNBILLED = "billing/unbilled.html"
REFUNDS = "billing/refunds.html"
AGEING = "billing/ageing.html"
SHOWN = 8
SHOWN_FOR = timedelta(days=30)
MOST_CHARGES = 200  # that are put together by patient on the first page


@needs(VIEW)
def glance(request: PageRequest) -> HttpResponse:
    """What waits to be billed, what is owed and overdue, which refunds wait."""
    return render_page(request, GLANCE, _glance(request))


def cashier(request: PageRequest) -> HttpResponse:
    """The cashier's first page."""
    return glance(request)


def _glance(request: PageRequest) -> dict[str, Any]:
    site = places.first_site()
    today = day_at(site)
    bills = Invoice.objects.visible_to(request.user)
    waiting = Charge.objects.visible_to(request.user).unbilled()
    charges = list(waiting.select_related("patient")[: MOST_CHARGES + 1])
    refunds = Refund.objects.visible_to(request.user).filter(status__in=OPEN)
    overdue = bills.overdue(today).in_lines()[: SHOWN + 1]
    return {
        "site": site,
        "today": today,
        "numbers": _numbers(bills, today),
        "unbilled": min(len(charges), MOST_CHARGES),
        "is_more_unbilled": len(charges) > MOST_CHARGES,
        "waiting": _by_patient(charges[:MOST_CHARGES])[:SHOWN],
        "overdue": overdue,
        "undone": waiting_for_credit(request),
        "refunds": refunds.select_related("patient", "requested_by").order_by("created_at", "id")[:SHOWN],
    }


def waiting_for_credit(request: PageRequest) -> list[Charge]:
    """What came back or was undone in the last weeks, and stands on an invoice all the same."""
    rows = Charge.objects.visible_to(request.user).undone(clock.now() - SHOWN_FOR)
    return list(rows.select_related("patient", "invoice")[:SHOWN])


OPEN = (Refund.Status.REQUESTED, Refund.Status.APPROVED)


def _numbers(bills: Any, today: Any) -> dict[str, Any]:
    late = Q(open_due_on__lt=today)
    found = bills.owing().aggregate(
        owing=Count("pk"),
        patients=Sum("patient_due_amount"),
        payers=Sum("insurer_due_amount"),
        overdue=Count("pk", filter=late),
        late_patients=Sum("patient_due_amount", filter=late),
        late_payers=Sum("insurer_due_amount", filter=late),
    )
    counts = {"owing": found["owing"], "overdue": found["overdue"]}
    sums = {name: value or NOTHING for name, value in found.items()} | counts
    return sums | {
        "owed": sums["patients"] + sums["payers"],
        "late": sums["late_patients"] + sums["late_payers"],
    }


def _by_patient(charges: list[Charge]) -> list[dict[str, Any]]:
    """Who waits with how much, those who wait longest first."""
    found: dict[UUID, dict[str, Any]] = {}
    for charge in charges:
        line = found.setdefault(
            charge.patient_id,
            {"patient": charge.patient, "since": charge.done_on, "count": 0, "first": charge},
        )
        line["count"] += 1
    return list(found.values())


@needs("billing.view_charge")
def unbilled(request: PageRequest) -> HttpResponse:
    """Everything that waits to be billed, the oldest first, and which medicines have no price."""
    site, charges = places.first_site(), Charge.objects.visible_to(request.user)
    rows = charges.unbilled().select_related("patient", "department")
    unpriced = charges.unpriced(day_at(site) - LOOK_BACK).values_list("description", flat=True)
    context = {"site": site, "page": paged(request, rows), "unpriced": sorted(set(unpriced[:MOST_CHARGES]))}
    return render_page(request, UNBILLED, context, partial="results")


@needs("billing.view_refund")
def refunds(request: PageRequest) -> HttpResponse:
    """Refunds that somebody has to decide on or to pay out, the oldest first."""
    rows = Refund.objects.visible_to(request.user).filter(status__in=OPEN).order_by("created_at", "id")
    named = rows.select_related("patient", "invoice", "requested_by", "payment")
    context = {"site": places.first_site(), "page": paged(request, named)}
    return render_page(request, REFUNDS, context, partial="results")


@needs(VIEW)
def ageing(request: PageRequest) -> HttpResponse:
    """How long what is owed has been owed, and who owes most."""
    site = places.first_site()
    report = reports.ageing(day_at(site))
    return render_page(request, AGEING, {"site": site, "report": report})
