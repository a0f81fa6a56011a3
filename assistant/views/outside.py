"""For administrators: how the provider of words stands, and exactly what was sent to one outside."""

from uuid import UUID

from django.http import HttpResponse

from accounts import acting, places
from assistant import choosing
from assistant.filters import DisclosureFilter
from assistant.models import Disclosure
from hospital.web import PageRequest, get_visible, needs, paged, render_page

PROVIDER = "assistant/provider.html"
LIST = "assistant/disclosure_list.html"
ONE = "assistant/disclosure_detail.html"
VIEW = "assistant.view_disclosure"
TEST = "assistant.test_provider"


@needs(TEST)
def provider(request: PageRequest) -> HttpResponse:
    return render_page(request, PROVIDER, {"standing": choosing.standing(request.user)})


@needs(TEST, ("POST",))
def test(request: PageRequest) -> HttpResponse:
    """Ask it one thing that is about nobody, and say how long that took."""
    tested = choosing.tested(request.user)
    context = {"standing": choosing.standing(request.user), "tested": tested}
    return render_page(
        request, PROVIDER, context, partial="state", status=429 if tested.came_too_often else 200
    )


@needs(VIEW)
def disclosures(request: PageRequest) -> HttpResponse:
    """What was sent, to whom, by whom and about whom, the latest first."""
    rows = Disclosure.objects.visible_to(request.user).listed()
    found = DisclosureFilter(request.GET, queryset=rows)
    valid = found.is_valid()
    page = paged(request, found.qs if valid else rows.none())
    asked = {name: value for name in found.filters if (value := request.GET.get(name, ""))}
    acting.listed(VIEW, by=request.user, filters=asked if valid else {}, count=len(page))
    context = {
        "page": page,
        "form": found.form,
        "asked": asked,
        "is_filtered": bool(asked),
        "zone": places.first_site().zone,
    }
    return render_page(request, LIST, context, partial="results", status=200 if valid else 422)


@needs(VIEW)
def disclosure(request: PageRequest, pk: UUID) -> HttpResponse:
    """The very bytes that were sent. Opening them is written down, about nobody as well."""
    rows = Disclosure.objects.select_related("user", "patient")
    found: Disclosure = get_visible(rows, request, pk)
    if found.patient_id is None:
        acting.listed(VIEW, by=request.user, filters={"id": str(pk)}, count=1)
    return render_page(request, ONE, {"disclosure": found, "zone": places.first_site().zone})
