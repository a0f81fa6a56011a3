"""The HTML door of consents."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hospital.web import PageRequest, answer_status, once_from, paged, refusals_on, render_page
from patients import services
from patients.forms.consents import ConsentForm
from patients.models import Consent, Patient
from patients.views.charts import about, chart_page

CONSENTS = "patients/consent_list.html"


@chart_page("patients.view_consent", part="consents")
def consents(request: PageRequest, patient: Patient) -> HttpResponse:
    """What the patient allows now, and what was said before."""
    return _answer(request, patient, ConsentForm())


@chart_page("patients.record_consent", ("POST",), part="consents")
def record_consent(request: PageRequest, patient: Patient) -> HttpResponse:
    """Write down a yes or a no."""
    form = ConsentForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            services.record_consent(
                patient,
                kind=said["kind"],
                is_given=said["is_given"],
                note_text=said["note"],
                once=once_from(request),
                by=request.user,
            )
            messages.success(request, _("Written down."))
            return redirect("patients:consents", patient.pk)
    return _answer(request, patient, form)


def _answer(request: PageRequest, patient: Patient, form: ConsentForm) -> HttpResponse:
    rows = Consent.objects.of(patient).said().select_related("recorded_by")
    standing = patient.chart.consents
    context = about(
        patient,
        form=form,
        page=paged(request, rows),
        flags=[(label, standing.get(kind)) for kind, label in Consent.Kind.choices],
    )
    if not request.user.has_perm("patients.open_record"):
        context["chart"] = None  # the desk sees consents, not allergies
    return render_page(request, CONSENTS, context, partial="statements", status=answer_status(form))
