"""The first page of the pharmacy: who waits, and what has to be ordered."""

from django.http import HttpResponse
from django.urls import reverse

from accounts import acting
from hospital import clock
from hospital.web import PageRequest, render_page
from prescriptions.models import Prescription, Stock
from prescriptions.views.dispensing import VIEW, waiting, with_medicines
from prescriptions.views.sites import at, several_sites, site_asked

HOME = "home/pharmacist.html"
MOST_COUNTED = 500
MOST_SHOWN = 12
MOST_LOW = 10


def pharmacy(request: PageRequest) -> HttpResponse:
    """Who waits longest of today, how many wait, and what is low."""
    site = site_asked(request)
    begins, _ends = clock.bounds_of_today(site.zone)
    rows = waiting(site, request.user)
    kinds = list(rows.select_related(None).values_list("status", "signed_at")[:MOST_COUNTED])
    of_today = sum(signed_at >= begins for _status, signed_at in kinds)
    shown = list(rows.filter(signed_at__gte=begins)[:MOST_SHOWN])
    acting.listed(VIEW, by=request.user, filters={"waiting": str(site.pk)}, count=len(shown))
    low = list(Stock.objects.visible_to(request.user).at(site.pk).low().low_first().select_related("product"))
    context = {
        "site": site,
        "sites": several_sites(),
        "today": clock.today(site.time_zone),
        "lines": with_medicines(shown, clock.today(site.time_zone)),
        "numbers": {
            "today": of_today,
            "earlier": len(kinds) - of_today,
            "partly": sum(status == Prescription.Status.PARTLY for status, _signed_at in kinds),
            "low": len(low),
            "none": sum(not one.on_hand for one in low),
        },
        "low": low[:MOST_LOW],
        "more_low": max(0, len(low) - MOST_LOW),
        "queue_url": at(site, reverse("prescriptions:queue")),
        "low_url": at(site, reverse("prescriptions:stock"), is_low="on"),
    }
    return render_page(request, HOME, context)
