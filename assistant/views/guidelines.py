"""The guidelines from which answers quote, for everybody who may ask."""

from uuid import UUID

from django.http import HttpResponse

from assistant.models import PASSAGES_ON_A_PAGE, Guideline, Passage
from hospital.web import PageRequest, get_visible, needs, paged, render_page

LIST = "assistant/guideline_list.html"
ONE = "assistant/guideline_detail.html"


@needs("assistant.view_guideline")
def guidelines(request: PageRequest) -> HttpResponse:
    """What there is, and how far the reading of the new ones has come; asked again while something moves."""
    rows = Guideline.objects.visible_to(request.user).exclude(status=Guideline.Status.RETIRED).by_title()
    page = paged(request, rows)
    context = {"page": page, "is_moving": any(one.is_moving for one in page)}
    return render_page(request, LIST, context, partial="results")


@needs("assistant.view_guideline")
def guideline(request: PageRequest, pk: UUID) -> HttpResponse:
    """Its passages as they are quoted. A citation leads to its passage, `?page=` says on which page that is."""
    found = get_visible(Guideline, request, pk)
    page = paged(
        request, Passage.objects.filter(guideline_id=found.pk).order_by("number"), PASSAGES_ON_A_PAGE
    )
    return render_page(request, ONE, {"guideline": found, "page": page})
