"""The HTML door of signatures: signing, the second signature, sending back, and what waits for either."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import acting, places
from accounts.proof import prove
from hospital.web import PageRequest, answer_status, needs, paged, refusals_on, render_page
from patients.models import Patient
from patients.views.charts import about, chart_page, entry_of
from prescriptions import services
from prescriptions.asking import checked
from prescriptions.forms.signing import AgreeForm, DeclineForm, SignForm
from prescriptions.models import Prescription, Warned

SIGN = "prescriptions/prescription_sign.html"
COUNTERSIGN = "prescriptions/prescription_countersign.html"
DECLINE = "prescriptions/prescription_decline.html"
TO_SIGN = "prescriptions/prescriptions_to_sign.html"
BOTH = ("GET", "POST")
MOST_WAITING = 50
Status = Prescription.Status


def found(request: PageRequest, patient: Patient, pk: UUID) -> Prescription:
    return entry_of(patient, Prescription, pk, by=request.user)


@chart_page("prescriptions.sign_prescription", BOTH)
def sign(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """The prescription as it will be signed, with what the check finds now; then its signing."""
    prescription = found(request, patient, entry_pk)
    if request.method != "POST" and not prescription.is_writable:
        return redirect(prescription)
    check = checked(patient, prescription.written, without=prescription).as_json()
    earlier = {one.key: one for one in Warned.objects.filter(prescription_id=prescription.pk)}
    form = SignForm(request.POST or None, findings=check["findings"], earlier=earlier)
    if form.is_valid():
        with refusals_on(form):
            services.sign_prescription(
                prescription,
                proof=prove(request.user, form.cleaned_data["password"], request),
                seen_version=form.cleaned_data["version"],
                overrides=form.overrides(),
                seen=form.shown,
                by=request.user,
            )
            messages.success(request, _said(prescription))
            return redirect(prescription)
    now = found(request, patient, entry_pk) if form.is_bound else prescription
    context = about(
        patient,
        prescription=now,
        form=form,
        check=check,
        findings=form.answerable(),
        shown=" ".join(one["key"] for one in check["findings"]),
        obstacles=services.obstacles(now, by=request.user),
    )
    return render_page(request, SIGN, context, status=answer_status(form))


def _said(prescription: Prescription) -> str:
    if prescription.is_signed:
        return _("Signed.")
    return _("Signed. It is valid when another doctor has given the second signature.")


@chart_page("prescriptions.countersign_prescription", BOTH)
def countersign(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """What was signed and why it was signed over the gravest warning; then the second signature."""
    prescription = found(request, patient, entry_pk)
    if request.method != "POST" and prescription.status != Status.AWAITING:
        return redirect(prescription)
    form = AgreeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.countersign_prescription(
                prescription,
                proof=prove(request.user, form.cleaned_data["password"], request),
                seen_version=form.cleaned_data["version"],
                by=request.user,
            )
            messages.success(request, _("Signed. The prescription is valid now."))
            return redirect(prescription)
    now = found(request, patient, entry_pk) if form.is_bound else prescription
    refusal = getattr(form, "refusal", None)
    context = about(
        patient,
        prescription=now,
        form=form,
        findings=_with_answers(now),
        new=refusal.offers if refusal is not None and refusal.code == "new_findings" else [],
        obstacles=services.obstacles(now, by=request.user),
    )
    return render_page(request, COUNTERSIGN, context, status=answer_status(form))


def _with_answers(prescription: Prescription) -> list[dict[str, Any]]:
    """The findings that were signed, each with what the first signer has answered."""
    answers = {one["key"]: one for one in prescription.overrides}
    labels = dict(Warned.Because.choices)
    return [
        {"finding": one, "because": labels.get(answer["because"], "") if answer else "", "answer": answer}
        for one in prescription.safety.get("findings", ())
        for answer in [answers.get(one["key"])]
    ]


@chart_page("prescriptions.decline_prescription", BOTH)
def decline(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask why, then send it back as a draft. The first signer takes it back here."""
    prescription = found(request, patient, entry_pk)
    if request.method != "POST" and prescription.status != Status.AWAITING:
        return redirect(prescription)
    form = DeclineForm(request.POST or None, initial={"version": prescription.version})
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            services.decline_prescription(
                prescription, reason=given["reason"], seen_version=given["version"], by=request.user
            )
            messages.success(request, _("It is a draft again, without any signature."))
            return redirect(prescription)
    context = about(patient, prescription=prescription, form=form)
    return render_page(request, DECLINE, context, status=answer_status(form))


@needs("prescriptions.sign_prescription")
def to_sign(request: PageRequest) -> HttpResponse:
    """One's own drafts, the oldest first, and what waits for the second signature of another doctor."""
    rows = Prescription.objects.visible_to(request.user).select_related("patient", "doctor")
    drafts = paged(request, rows.drafts_of(request.user))
    waiting = list(rows.waiting_for(request.user)[:MOST_WAITING])
    acting.listed(
        "prescriptions.view_prescription",
        by=request.user,
        filters={"to_sign": "mine"},
        count=len(drafts) + len(waiting),
    )
    context = {"page": drafts, "lines": _with_zones(drafts), "waiting": _with_zones(waiting)}
    return render_page(request, TO_SIGN, context, partial="drafts")


def _with_zones(rows: Any) -> list[tuple[Prescription, Any]]:
    return [(one, places.site(one.patient.site_id).zone) for one in rows]
