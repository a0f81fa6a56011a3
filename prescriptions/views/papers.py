"""The HTML door of what is printed: the paper itself, and the page on which anybody sees that it is genuine."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from hospital.gates import PerVisitor
from hospital.web import PUBLIC, PageRequest, answer_status, needs, render_page, unlisted
from patients.models import Patient
from patients.views.charts import chart_page, entry_of
from prescriptions.forms.verifying import VerifyForm
from prescriptions.models import Prescription
from prescriptions.papers import Verdict, paper_of, verified

VERIFY = "prescriptions/verify.html"
DISPENSE = "prescriptions.dispense_prescription"


@chart_page("prescriptions.view_prescription", part="paper")
def paper(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """The prescription as a PDF; each printing is written to the audit."""
    prescription = entry_of(patient, Prescription, entry_pk, by=request.user)
    made = paper_of(prescription, patient, by=request.user)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{prescription.shown_code}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@needs(PUBLIC)
def verify(request: PageRequest) -> HttpResponse:
    """Code and signs, typed by hand. It only reads, so it is a GET and needs no cookie."""
    is_asked = bool(request.GET.keys() & VerifyForm.base_fields.keys())
    return _answer(request, VerifyForm(request.GET if is_asked else None))


@needs(PUBLIC)
def verify_paper(request: PageRequest, code: str, signs: str) -> HttpResponse:
    """Where the QR code leads."""
    return _answer(request, VerifyForm({"code": code, "signs": signs}))


def _answer(request: PageRequest, form: VerifyForm) -> HttpResponse:
    if form.is_bound:
        PerVisitor("verifications", settings.VERIFICATIONS_PER_MINUTE).check(request)
    is_read = form.is_valid()
    verdict = verified(**form.cleaned_data) if is_read else None
    context: dict[str, Any] = {
        "is_read": is_read,
        "verdict": verdict,
        "form": VerifyForm() if verdict else form,
        "dispense": _way_to_dispense(request, verdict),
    }
    return unlisted(render_page(request, VERIFY, context, status=answer_status(form)))


def _way_to_dispense(request: PageRequest, verdict: Verdict | None) -> str:
    """For those who are logged in and dispense."""
    if verdict is None or not request.user.has_perm(DISPENSE):
        return ""
    return reverse("prescriptions:dispense", args=[verdict.pk])
