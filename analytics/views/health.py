"""The doors of health: for load balancers, and a page for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts import places
from analytics.health.readiness import readiness
from analytics.health.status import latest_changes, status
from hospital.web import PUBLIC, PageRequest, needs, render_page

HEALTH = "analytics/health.html"


@needs(PUBLIC)
def live(request: HttpRequest) -> JsonResponse:
    """This process answers. Nothing else is asked."""
    return JsonResponse({"status": "ok"})


@needs(PUBLIC)
def ready(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served; 503 with what is missing otherwise. For monitors and load balancers."""
    found = readiness()
    if found.is_ready:
        return JsonResponse({"status": "ok"})
    return JsonResponse({"status": "unavailable", "missing": list(found.missing)}, status=503)


@needs("analytics.view_health")
def health(request: PageRequest) -> HttpResponse:
    """How each part is doing, what to do about it, and what changed lately."""
    now = status()
    context = {
        "status": now,
        "led": [part.name for part in now.bad if request.user.has_perm(part.check.permission)],
        "changes": latest_changes(),
        "zone": places.first_site().zone,
    }
    return render_page(request, HEALTH, context, partial="state")
