"""The HTML door of prescriptions for those who read them: the list of a patient, one of them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts import places
from hospital import clock
from hospital.models import one_of
from hospital.web import PageRequest, paged, render_page
from patients.models import Patient
from patients.views.charts import about, chart_page, entry_of
from prescriptions.models import Dispensing, Prescription, PrescriptionLine

LIST = "prescriptions/list.html"
DETAIL = "prescriptions/detail.html"
MOST_TAKEN = 100
MOST_OPEN = 50
Status = Prescription.Status
OPEN = (Status.DRAFT, Status.AWAITING)
CLOSED = tuple(status for status in Status if status not in OPEN)


@chart_page("prescriptions.view_prescription")
def prescription_list(request: PageRequest, patient: Patient) -> HttpResponse:
    """What the patient takes now, what is being written, and all that was prescribed before."""
    today = clock.now().astimezone(places.site(patient.site_id).zone).date()
    taken = PrescriptionLine.objects.taken(patient.pk, today).select_related("doctor")
    theirs = Prescription.objects.of(patient).select_related("doctor", "signed_by").latest_first()
    page = paged(request, theirs.filter(status__in=CLOSED))
    context = about(
        patient,
        taken=list(taken[:MOST_TAKEN]),
        drafts=list(theirs.filter(status__in=OPEN)[:MOST_OPEN]),
        page=page,
        today=today,
    )
    return render_page(request, LIST, context, partial="history")


@chart_page("prescriptions.view_prescription")
def prescription(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """One prescription, compared with what was signed. A draft opens in the editor of who writes it."""
    with_names = Prescription.objects.of(patient).with_names().select_related("retracted_by", "renews")
    found = one_of(with_names.filter(pk=entry_pk)) or entry_of(
        patient, Prescription, entry_pk, by=request.user
    )
    if _opens_in_the_editor(found, request, patient):
        return redirect("prescriptions:write", patient.pk, found.pk)
    return render_page(request, DETAIL, reading(patient, found))


def _opens_in_the_editor(found: Prescription, request: PageRequest, patient: Patient) -> bool:
    mine = found.is_writable and found.recorded_by_id == request.user.pk
    return mine and _may_write(request, patient)


def _may_write(request: PageRequest, patient: Patient) -> bool:
    return request.user.has_perm("prescriptions.write_prescription") and patient.is_open_for_work


def reading(patient: Patient, prescription: Prescription, **more: Any) -> dict[str, Any]:
    """What the page of a prescription needs."""
    found = prescription
    medicines = list(PrescriptionLine.objects.filter(prescription_id=found.pk).in_order())
    handed = Dispensing.objects.filter(prescription_id=found.pk).select_related("recorded_by", "retracted_by")
    after = Prescription.objects.of(patient).filter(renews_id=found.pk).exclude(status=Status.DISCARDED)
    return about(
        patient,
        prescription=found,
        medicines=medicines,
        dispensings=list(handed.order_by("id")) if found.is_signed else [],
        is_intact=found.is_intact and found.agrees_with(medicines),
        renewed_by=one_of(after) if found.is_signed else None,
        **more,
    )
