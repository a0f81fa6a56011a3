"""The HTML door of notes: their list, writing, signing and reading them."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from accounts import acting, places
from hospital.web import (
    PageRequest,
    answer_status,
    needs,
    once_from,
    paged,
    refusals_on,
    render_page,
)
from patients import panels, services
from patients.forms.notes import AddendumForm, DiscardForm, NoteForm, OpenNoteForm, RestoreForm, SignForm
from patients.models import SECTIONS, Addendum, Encounter, NoteTemplate, Patient
from patients.views.charts import about, chart_page, entry_of

LIST = "patients/note_list.html"
OPEN = "patients/note_open.html"
WRITE = "patients/note_write.html"
SIGN = "patients/note_sign.html"
DETAIL = "patients/note_detail.html"
DISCARD = "patients/note_discard.html"
TO_SIGN = "patients/notes_to_sign.html"
BOTH, POST = ("GET", "POST"), ("POST",)


@chart_page("patients.view_encounter")
def note_list(request: PageRequest, patient: Patient) -> HttpResponse:
    """All notes of a patient, the latest first."""
    page = paged(request, Encounter.objects.of(patient).with_names().latest_first())
    return render_page(request, LIST, about(patient, page=page), partial="notes")


@chart_page("patients.open_encounter", BOTH)
def open_encounter(request: PageRequest, patient: Patient) -> HttpResponse:
    """Which note is to be written: that of today's visit, or another one. A draft of the visit opens at once."""
    form = OpenNoteForm(request.POST or None, templates=_templates(request))
    if form.is_valid():
        with refusals_on(form):
            once = once_from(request)
            note = services.open_encounter(patient, once=once, by=request.user, **form.cleaned_data)
            return redirect("patients:write_note", patient.pk, note.pk)
    offers = panels.offers_for(patient, request.user)
    if request.method == "GET" and len(offers) == 1 and offers[0].is_draft:
        return redirect(offers[0].note)
    return render_page(request, OPEN, about(patient, form=form, offers=offers), status=answer_status(form))


def _templates(request: PageRequest) -> Any:
    return NoteTemplate.objects.visible_to(request.user).offered()


@chart_page("patients.write_note", BOTH)
def write_note(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """The editor. It saves by itself; where somebody else was faster, nothing that was typed is lost."""
    note = _note(request, patient, entry_pk)
    if request.method != "POST":
        return _editor(request, patient, note) if note.is_writable else redirect(note)
    form = NoteForm(request.POST, templates=_templates(request))
    if form.is_valid():
        with refusals_on(form):
            services.write_note(note, seen_version=form.seen_version, by=request.user, **form.written())
            return _after_writing(request, patient, note)
    return _not_written(request, patient, form, _note(request, patient, entry_pk))


def _note(request: PageRequest, patient: Patient, pk: UUID) -> Encounter:
    return entry_of(patient, Encounter, pk, by=request.user)


def _after_writing(request: PageRequest, patient: Patient, note: Encounter) -> HttpResponse:
    """On to signing, or the editor anew with the words of a template, or a line that says when it was saved."""
    if "sign" in request.POST:
        address = reverse("patients:sign_note", args=[patient.pk, note.pk])
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    if not request.htmx:
        messages.success(request, _("Saved."))
        return redirect("patients:write_note", patient.pk, note.pk)
    if "insert" in request.POST:
        return reswap(retarget(_editor(request, patient, note, partial="editor"), "#editor"), "outerHTML")
    form = NoteForm.of(note, _templates(request))
    context = _writing(patient, note, form, is_saved=True, oob=True)
    return render_page(request, WRITE, context, partial="said")


def _editor(
    request: PageRequest, patient: Patient, note: Encounter, *, partial: str | None = None
) -> HttpResponse:
    form = NoteForm.of(note, _templates(request))
    context = _writing(patient, note, form, is_saved=request.htmx)
    return render_page(request, WRITE, context, partial=partial)


def _not_written(request: PageRequest, patient: Patient, form: NoteForm, now: Encounter) -> HttpResponse:
    """What was typed stays in the form, and beside it stands what is there now."""
    refusal = getattr(form, "refusal", None)
    theirs = now.sections() if refusal else {}
    context = _writing(patient, now, form, theirs=theirs)
    return render_page(request, WRITE, context, partial="said", status=answer_status(form))


@dataclass(frozen=True)
class Part:
    """A section in the editor: its field, and what somebody else has written there, where that differs."""

    field: Any
    theirs: str | None


def _writing(
    patient: Patient, note: Encounter, form: NoteForm, *, theirs: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    texts = theirs or {}
    mine = form.cleaned_data if form.is_bound else {}
    parts = [
        Part(field, texts.get(field.name) if texts.get(field.name) != mine.get(field.name) else None)
        for field in form.sections
    ]
    return about(patient, note=note, form=form, parts=parts, **more)


@chart_page("patients.sign_note", BOTH)
def sign_note(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """The note as it will be signed; then its signing. If somebody was faster, it is shown as it is now."""
    note = _note(request, patient, entry_pk)
    if request.method != "POST" and not note.is_writable:
        return redirect(note)
    form = SignForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.sign_encounter(note, seen_version=form.cleaned_data["version"], by=request.user)
            messages.success(request, " ".join([_("Signed."), *note.told]))
            return redirect(note)
    now = _note(request, patient, entry_pk)
    context = about(patient, note=now, texts=_texts(now), form=form)
    return render_page(request, SIGN, context, status=answer_status(form))


def _texts(note: Encounter) -> list[tuple[str, str]]:
    """The sections with their names."""
    names = {name: cast("Any", Encounter._meta.get_field(name)).verbose_name for name in SECTIONS}
    return [(capfirst(str(names[name])), text) for name, text in note.sections().items()]


@chart_page("patients.view_encounter")
def note(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """A note to be read, compared with what was signed. A draft opens in the editor."""
    found = _note(request, patient, entry_pk)
    if found.is_writable and request.user.has_perm("patients.write_note"):
        return redirect("patients:write_note", patient.pk, found.pk)
    return render_page(request, DETAIL, _reading(patient, found, AddendumForm()))


def _reading(patient: Patient, note: Encounter, form: AddendumForm) -> dict[str, Any]:
    addenda = list(Addendum.objects.filter(encounter_id=note.pk).select_related("recorded_by").order_by("id"))
    is_intact = note.is_intact and all(one.is_intact for one in addenda)
    return about(patient, note=note, texts=_texts(note), addenda=addenda, form=form, all_is_intact=is_intact)


@chart_page("patients.add_addendum", POST)
def add_addendum(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Add to a signed note. The form counts once."""
    found = _note(request, patient, entry_pk)
    form = AddendumForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            text, once = form.cleaned_data["text"], once_from(request)
            services.add_addendum(found, text=text, once=once, by=request.user)
            messages.success(request, _("The addendum is signed."))
            return redirect(found)
    return render_page(request, DETAIL, _reading(patient, found, form), status=answer_status(form))


@chart_page("patients.discard_note", BOTH)
def discard_note(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask why, then put a draft aside."""
    found = _note(request, patient, entry_pk)
    if request.method != "POST" and not found.is_writable:
        return redirect(found)
    form = DiscardForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.discard_note(found, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("The draft was discarded. It is kept, and can be taken back."))
            return redirect(found)
    return render_page(request, DISCARD, about(patient, note=found, form=form), status=answer_status(form))


@chart_page("patients.restore_note", POST)
def restore_note(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Make a draft again of what was discarded."""
    found = _note(request, patient, entry_pk)
    form = RestoreForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.restore_note(found, seen_version=form.cleaned_data["version"], by=request.user)
            messages.success(request, _("The draft is here again."))
            return redirect("patients:write_note", patient.pk, found.pk)
    context = _reading(patient, _note(request, patient, entry_pk), AddendumForm()) | {"restore_form": form}
    return render_page(request, DETAIL, context, status=answer_status(form))


@needs("patients.sign_note")
def notes_to_sign(request: PageRequest) -> HttpResponse:
    """The drafts that somebody has begun and not signed, the oldest first."""
    drafts = Encounter.objects.visible_to(request.user).to_sign_by(request.user)
    page = paged(request, drafts.select_related("patient"))
    acting.listed("patients.view_encounter", by=request.user, filters={"to_sign": "mine"}, count=len(page))
    lines = [(note, places.site(note.patient.site_id).zone) for note in page]
    return render_page(request, TO_SIGN, {"page": page, "lines": lines}, partial="notes")
