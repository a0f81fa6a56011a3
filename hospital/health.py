"""Whether this process can do its work."""

from django.http import HttpRequest, JsonResponse

from accounts.models import Site
from hospital.web import PUBLIC, needs


@needs(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; a 500 otherwise. For monitors and load balancers."""
    Site.objects.exists()
    return JsonResponse({"status": "ok"})
