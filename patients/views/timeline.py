"""Everything that happened to a patient, in one stream."""

from typing import Any

from django.http import HttpResponse

from hospital.web import PageRequest, render_page
from patients import timeline
from patients.models import Patient
from patients.views.charts import about, chart_page

TIMELINE = "patients/timeline.html"


@chart_page("patients.view_timelineentry", part="timeline")
def patient_timeline(request: PageRequest, patient: Patient) -> HttpResponse:
    """The stream, the latest first; `?kind=` (several) narrows it, `?before=` goes on where a page ended.

    With htmx the lines that follow are added to those that stand.
    """
    kinds, wanted = timeline.kinds_for(request.user), request.GET.getlist("kind")
    before = request.GET.get("before", "")
    lines, older = timeline.read(patient, request.user, kinds=wanted, before=before)
    chosen = [kind.key for kind in kinds if kind.key in wanted]
    context: dict[str, Any] = {
        "lines": lines,
        "older": older,
        "kinds": kinds,
        "chosen": chosen,
        "is_first": not before,
    }
    if not request.user.has_perm("patients.open_record"):
        context["chart"] = None  # allergies and alerts stay with those who treat
    part = "more" if before else "stream"
    return render_page(request, TIMELINE, about(patient, **context), partial=part)
