"""How a page of a chart is opened: the patient found, the care looked up, the opening written down."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect

from accounts import acting, places
from hospital.models import one_of
from hospital.web import PageRequest, get_visible, needs
from patients.models import ChartQuerySet, Patient, may_see_chart

ChartView = Callable[..., HttpResponse]
Row = TypeVar("Row", bound=Model)


def chart_page(
    policy: str, methods: Sequence[str] = ("GET",), *, part: str = "", leads_back: bool = True
) -> Callable[[ChartView], ChartView]:
    """Make a view of one patient's chart: `view(request, patient, …)` at `…/<uuid:pk>/…`.

    Whoever lacks the permission gets 403, of a patient who is not theirs to know 404. A clinician who does not
    treat the patient is led to the record, where that can be declared; by POST, or without `leads_back`, it is
    404. Each opening is written to the audit with its `part`.
    """

    def decorate(view: ChartView) -> ChartView:
        name = part or view.__name__

        @needs(policy, methods)
        @wraps(view)
        def opened(request: PageRequest, pk: UUID, **kwargs: Any) -> HttpResponse:
            patient = get_visible(Patient, request, pk, opens=False)
            if not may_see_chart(request.user, patient):
                return _turned_away(request, patient, policy, leads_back=leads_back)
            acting.opened_part(patient, name, by=request.user)
            return view(request, patient, **kwargs)

        return opened

    return decorate


def _turned_away(request: PageRequest, patient: Patient, policy: str, *, leads_back: bool) -> HttpResponse:
    acting.not_in_care(patient, policy, by=request.user)
    if not leads_back or request.method == "POST":
        raise Http404
    record = f"{patient.get_absolute_url()}#declare"
    return HttpResponseClientRedirect(record) if request.htmx else HttpResponseRedirect(record)


def entry_of(patient: Patient, source: type[Row], pk: UUID, *, by: Any) -> Row:
    """An entry of this patient's chart, else 404: one of another patient is not found here."""
    rows = cast("ChartQuerySet", source._default_manager.all())
    row: Row | None = one_of(rows.of(patient).filter(pk=pk))
    if row is None:
        acting.not_shown(source, pk, by=by)
        raise Http404
    return row


def about(patient: Patient, **more: Any) -> dict[str, Any]:
    """What the frame of a chart's page needs: banner with allergies and alerts, the site for its zone."""
    return {"patient": patient, "site": places.site(patient.site_id), "chart": patient.chart} | more
