"""The dashboard."""

from typing import Any

from django.http import HttpResponse

from accounts import places
from accounts.models import Site
from analytics.reports.dashboard import Dashboard, dashboard_of
from analytics.reports.seeing import NO_DOCTOR, Seeing
from analytics.views.drawing import drawn_figures, drawn_series, drawn_table
from analytics.views.tabs import tabs_for
from appointments.availability import doctors_for
from appointments.views.today import licences_of
from hospital.web import PageRequest, needs, render_page

DASHBOARD = "analytics/dashboard.html"
VIEW = "analytics.view_figures"
TODAY = {
    *("held", "completed", "no_show_rate", "average_wait", "utilisation", "rooms", "newcomers"),
    *("signed", "revenue", "received"),
}


@needs(VIEW)
def dashboard(request: PageRequest) -> HttpResponse:
    """What goes on today and went on in thirty days. The page reads itself again every half minute."""
    return _page(request, {})


@needs(VIEW)
def first_page(request: PageRequest) -> HttpResponse:
    """Where a manager begins: the same, and below it the doctors whose licence needs somebody."""
    return _page(request, licences_of(doctors_for(request.user)))


def _page(request: PageRequest, more: dict[str, Any]) -> HttpResponse:
    seeing, site = Seeing.of(request.user), asked_site(request)
    context: dict[str, Any] = more | {
        "seeing": seeing,
        "has_profile": seeing.own != NO_DOCTOR,
        "tabs": tabs_for(request.user, "dashboard"),
        "sites": places.sites() if seeing.own is None and len(places.sites()) > 1 else [],
        "site": site,
        "zone": (site or places.first_site()).zone,
    }
    if context["has_profile"]:
        context |= _shown(request, dashboard_of(request.user, site), site)
    return render_page(request, DASHBOARD, context, partial="figures")


def asked_site(request: PageRequest) -> Site | None:
    """The site in the address; one that nobody knows is all of them."""
    asked = request.GET.get("site", "")
    return next((one for one in places.sites() if str(one.pk) == asked), None)


def _shown(request: PageRequest, found: Dashboard, site: Site | None) -> dict[str, Any]:
    at: dict[str, str] = {"site": str(site.pk)} if site else {}
    today = {"from": str(found.today), "to": str(found.today)} | at
    month = {"from": str(found.since), "to": str(found.today)} | at
    now = [one for one in found.now if one.definition.key in TODAY]
    return {
        "dashboard": found,
        "now": drawn_figures(now, today, request.user),
        "month": drawn_figures(found.figures, month, request.user),
        "pictures": [drawn_series(one) for one in found.series],
        "days": drawn_table(found.table, {}, "", ""),
        "may_see_visits": request.user.has_perm("appointments.view_appointment"),
        "may_see_bills": request.user.has_perm("billing.view_invoice"),
        "asked_today": today,
    }
