"""The HTML door of documents."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from accounts import acting
from hospital.web import PageRequest, answer_status, once_from, paged, refusals_on, render_page
from patients import services
from patients.files import content_of
from patients.files.sending import as_attachment
from patients.filters import DocumentFilter
from patients.forms.documents import EditDocumentForm, RetractDocumentForm, UploadForm
from patients.models import Document, Patient
from patients.panels.documents import readings_of
from patients.views.charts import about, chart_page, entry_of

LIST = "patients/document_list.html"
UPLOAD = "patients/document_upload.html"
DETAIL = "patients/document_detail.html"
EDIT = "patients/document_edit.html"
RETRACT = "patients/document_retract.html"

BOTH = ("GET", "POST")


def _about(request: PageRequest, patient: Patient, **more: Any) -> dict[str, Any]:
    """The frame of a chart's page; allergies and alerts for those who may open the record."""
    sees_chart = request.user.has_perm("patients.open_record")
    return about(patient, **more) | ({} if sees_chart else {"chart": None})


@chart_page("patients.view_document", part="documents")
def documents(request: PageRequest, patient: Patient) -> HttpResponse:
    """The documents of a chart, the latest first, or those in which the words of `?q=` stand."""
    rows = Document.objects.of(patient).without_text().latest_first()
    narrowed = DocumentFilter(request.GET, queryset=rows)
    is_valid = narrowed.is_valid()
    context = _about(
        request,
        patient,
        page=paged(request, narrowed.qs if is_valid else rows.none()),
        form=narrowed.form,
        question=request.GET.get("q", "").strip() if is_valid else "",
    )
    return render_page(request, LIST, context, partial="results", status=200 if is_valid else 422)


@chart_page("patients.upload_document", BOTH, part="document_upload")
def upload_document(request: PageRequest, patient: Patient) -> HttpResponse:
    """The form for files. All of them are kept, or none; it counts once, however often it is sent."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            once = once_from(request)
            given = form.cleaned_data
            kept = services.upload_documents(
                patient, files=given.pop("file"), once=once, by=request.user, **given
            )
            messages.success(
                request,
                ngettext("Kept in the chart.", "%(number)s documents are kept in the chart.", len(kept))
                % {"number": len(kept)},
            )
            return _go_on(request, kept[0].get_absolute_url() if len(kept) == 1 else _list_of(patient))
    if getattr(getattr(form, "refusal", None), "code", "") == "already_there" or form["is_confirmed"].value():
        form.ask_to_confirm()
    context = _about(request, patient, form=form)
    return render_page(request, UPLOAD, context, partial="form", status=answer_status(form))


def _list_of(patient: Patient) -> str:
    return reverse("patients:documents", args=[patient.pk])


def _go_on(request: PageRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


@chart_page("patients.view_document", part="document")
def document(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """One document: what is known of it, a picture as such, and the text that was read from it as text."""
    found = entry_of(patient, Document, entry_pk, by=request.user)
    acting.opened(found, by=request.user)
    context = _about(request, patient, document=found, readings=readings_of(found, request.user))
    return render_page(request, DETAIL, context)


@chart_page("patients.view_document", part="document_file", leads_back=False)
def document_file(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Its content, to be saved."""
    found = entry_of(patient, Document, entry_pk, by=request.user)
    acting.opened(found, by=request.user)
    content = content_of(found)
    if content is not None:
        return cast("HttpResponse", as_attachment(found, content))
    context = {
        "title": _("The file of this document is missing"),
        "text": _("Its entry in the chart is still there. Tell whoever runs this installation."),
    }
    return render_page(request, "problem.html", context, status=404)


@chart_page("patients.edit_document", BOTH)
def edit_document(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Correct title, kind or date. If somebody else was faster, nothing is saved and what was typed stays."""
    found = entry_of(patient, Document, entry_pk, by=request.user)
    form = EditDocumentForm(request.POST) if request.method == "POST" else EditDocumentForm.of(found)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            seen = form.cleaned_data["version"]
            if changes := form.changes(found):
                services.edit_document(found, seen_version=seen, by=request.user, **changes)
                messages.success(request, _("Saved."))
            return redirect(found)
    context = _about(request, patient, document=found, form=form)
    return render_page(request, EDIT, context, status=answer_status(form))


@chart_page("patients.retract_document", BOTH)
def retract_document(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask for the reason, then take it back. Nothing is deleted."""
    found = entry_of(patient, Document, entry_pk, by=request.user)
    form = RetractDocumentForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.retract_document(found, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("Taken back. It stays in the chart, struck through."))
            return redirect(found)
    context = _about(request, patient, document=found, form=form)
    return render_page(request, RETRACT, context, status=answer_status(form))
