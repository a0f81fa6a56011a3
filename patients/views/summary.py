"""The HTML door of what is printed of a chart."""

from django.http import HttpResponse

from hospital.web import PageRequest
from patients.models import Patient
from patients.papers import summary_of
from patients.views.charts import chart_page


@chart_page("patients.open_record", part="summary")
def summary(request: PageRequest, patient: Patient) -> HttpResponse:
    """The summary of the record as a PDF, to be saved or printed."""
    response = HttpResponse(summary_of(patient, by=request.user), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{patient.mrn}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
