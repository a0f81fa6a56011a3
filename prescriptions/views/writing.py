"""The HTML door of writing: the editor, what is found and checked while somebody types, discarding a draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from hospital.models import one_of
from hospital.web import PageRequest, answer_status, once_from, refusals_on, render_page
from patients.models import Patient
from patients.views.charts import about, chart_page, entry_of
from prescriptions import services
from prescriptions.asking import checked
from prescriptions.beside import beside_for
from prescriptions.dosage import Written
from prescriptions.forms.lines import LineForm, new_token
from prescriptions.forms.writing import DiscardForm, Lines, PrescriptionForm, RestoreForm, may_be_meant
from prescriptions.models import Favourite, Prescription, PrescriptionLine, Product
from prescriptions.views.reading import DETAIL, reading

WRITE = "prescriptions/write.html"
DISCARD = "prescriptions/discard.html"
FOUND = "prescriptions/medicines_found.html"
BOTH, POST = ("GET", "POST"), ("POST",)
MOST_FOUND = 10
MOST_FAVOURITES = 40
MOST_BEFORE = 12
LOOKED_AT = 60  # lines of this patient, for those that differ
LONGEST_NAME = 80
COPIED = "zzcopied"  # the token of the line that the browser copies


@chart_page("prescriptions.write_prescription", BOTH)
def begin(request: PageRequest, patient: Patient) -> HttpResponse:
    """A new prescription. Nothing is kept before it is saved for the first time."""
    return _editor(request, patient, None)


@chart_page("prescriptions.write_prescription", BOTH)
def write(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """The editor of a draft. Where somebody else was faster, nothing that was typed is lost."""
    draft = entry_of(patient, Prescription, entry_pk, by=request.user)
    if request.method != "POST" and not draft.is_writable:
        return redirect(draft)
    return _editor(request, patient, draft)


def _editor(request: PageRequest, patient: Patient, draft: Prescription | None) -> HttpResponse:
    if request.method != "POST":
        lines = Lines.of(draft.written if draft else ())
        return _page(request, patient, draft, PrescriptionForm.of(draft), lines)
    if any(step in request.POST for step in STEPS):
        return _rearranged(request, patient, draft)
    form, lines = PrescriptionForm(request.POST), Lines.sent(request.POST)
    if lines.is_valid() and form.is_valid():
        with refusals_on(form):
            return _saved(request, patient, draft, form, lines)
    if draft is not None:
        draft = entry_of(patient, Prescription, draft.pk, by=request.user)
    return _page(request, patient, draft, form, lines, status=max(422, answer_status(form)))


def _saved(
    request: PageRequest, patient: Patient, draft: Prescription | None, form: PrescriptionForm, lines: Lines
) -> HttpResponse:
    said: Any = {name: form.cleaned_data[name] for name in ("indication", "note")}
    said |= {"lines": lines.written(), "by": request.user}
    if draft is None:
        draft = services.begin_prescription(patient, once=once_from(request), **said)
    else:
        services.write_prescription(draft, seen_version=form.seen_version, **said)
    goes_on = "sign" in request.POST
    if not goes_on:
        messages.success(request, _("Saved as a draft."))
    address = reverse(f"prescriptions:{'sign' if goes_on else 'write'}", args=[patient.pk, draft.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _page(
    request: PageRequest,
    patient: Patient,
    draft: Prescription | None,
    form: PrescriptionForm,
    lines: Lines,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    kept = draft.safety if draft else {}
    refusal = getattr(form, "refusal", None)
    context = about(
        patient,
        prescription=draft,
        form=form,
        lines=lines.with_room(),
        blank=LineForm(token=COPIED),
        report=_report(patient, draft, lines) if request.method == "POST" else kept,
        theirs=draft if draft and refusal and refusal.code in {"stale", "wrong_move"} else None,
        favourites=Favourite.objects.of(request.user)[:MOST_FAVOURITES],
        before=_before(patient),
        beside=beside_for(request.user, patient),
        here=_here(patient, draft),
        **more,
    )
    return render_page(request, WRITE, context, partial="editor", status=status)


def _here(patient: Patient, draft: Prescription | None) -> str:
    if draft is None:
        return reverse("prescriptions:begin", args=[patient.pk])
    return reverse("prescriptions:write", args=[patient.pk, draft.pk])


def _before(patient: Patient) -> list[PrescriptionLine]:
    """What this patient was prescribed, the latest first, each of those that differ once."""
    rows = PrescriptionLine.objects.filter(patient_id=patient.pk).order_by("-signed_on", "-id")[:LOOKED_AT]
    different = {(one.medicine, one.written.text): one for one in reversed(rows)}
    return list(reversed(different.values()))[:MOST_BEFORE]


# ── Steps on the way: nothing is saved, and nothing that was typed is lost ────

STEPS = ("add", "remove", "undo", "apply", "take", "keep", "forget")


def _rearranged(request: PageRequest, patient: Patient, draft: Prescription | None) -> HttpResponse:
    step = next(step for step in STEPS if step in request.POST)
    if step in {"keep", "forget"}:
        return _favourites_changed(request, patient, draft, step)
    lines = Lines.typed(request.POST)
    asked = request.POST[step]
    if step == "add":
        lines.forms.append(LineForm(token=new_token()))
        lines.forms[-1].wants_focus = True
    elif step in {"remove", "undo"}:
        _mark(lines.with_token(asked), removed=step == "remove")
    else:
        _take_over(lines, _line_of(request, patient, step, asked))
    return _page(request, patient, draft, PrescriptionForm.typed(request.POST), lines, stepped=step)


def _mark(line: LineForm | None, *, removed: bool) -> None:
    if line is not None:
        line.initial["removed"] = "1" if removed else ""


def _line_of(request: PageRequest, patient: Patient, step: str, asked: str) -> Written | None:
    """A favourite of one's own, or a line that this patient had before."""
    rows: Any
    if step == "apply":
        rows = Favourite.objects.of(request.user)
    else:
        rows = PrescriptionLine.objects.filter(patient_id=patient.pk)
    found = one_of(rows.filter(pk=_key(asked)))
    if found is None:
        return None
    return Written.of(found.line) if step == "apply" else found.written


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _take_over(lines: Lines, line: Written | None) -> None:
    """In the place of the first empty line, or after the last."""
    if line is None:
        return
    room = next((at for at, one in enumerate(lines) if one.is_blank and not one.is_removed), None)
    if room is None:
        lines.forms.append(LineForm.of(line))
    else:
        lines.forms[room] = LineForm.of(line)


def _favourites_changed(
    request: PageRequest, patient: Patient, draft: Prescription | None, step: str
) -> HttpResponse:
    form, asked = PrescriptionForm.typed(request.POST), request.POST[step]
    if step == "forget":
        favourite = one_of(Favourite.objects.of(request.user).filter(pk=_key(asked)))
        if favourite is not None:
            services.remove_favourite(favourite, by=request.user)
            messages.success(request, _("No longer a favourite: %(name)s.") % {"name": favourite.name})
        return _page(request, patient, draft, form, Lines.typed(request.POST), stepped=step)
    lines = Lines.sent(request.POST)
    kept = lines.with_token(asked)
    lines.is_valid()
    if kept is None or kept.line is None or not kept.is_valid():
        return _page(request, patient, draft, form, lines, status=422)
    with refusals_on(kept):
        favourite = services.keep_favourite(kept.line, name=_name_of(kept), by=request.user)
        messages.success(request, _("Kept as a favourite: %(name)s.") % {"name": favourite.name})
        lines = Lines.typed(request.POST)
    return _page(request, patient, draft, form, lines, status=answer_status(kept), stepped=step)


def _name_of(line: LineForm) -> str:
    """A name by which it is found again: medicine, how often, how long."""
    words = [line.found.name if line.found else line.title, line.typed_in("frequency"), line.typed_in("days")]
    return Truncator(", ".join(filter(None, words))).chars(LONGEST_NAME)


# ── While somebody types ─────────────────────────────────────────────────────


@chart_page("prescriptions.write_prescription")
def medicines(request: PageRequest, patient: Patient) -> HttpResponse:
    """What may be meant, by brand, substance or ATC code; before anything is typed, favourites and what was taken."""
    if not request.htmx:
        return redirect("prescriptions:begin", patient.pk)
    question = request.GET.get("q", "").strip()[:200]
    context: dict[str, Any] = {"question": question}
    if question:
        context["found"] = _usual_first(may_be_meant(question, MOST_FOUND))
    else:
        context["favourites"] = Favourite.objects.of(request.user)[:MOST_FOUND]
        context["before"] = _before(patient)
    return render_page(request, FOUND, context)


def _usual_first(products: list[Product]) -> list[Product]:
    """Of the same name and strength, tablets and capsules before what is taken in another way."""
    usual = ("tablet", "capsule")
    return sorted(products, key=lambda one: (one.name_key.removesuffix(one.form), one.form not in usual))


@chart_page("prescriptions.write_prescription", POST)
def check(request: PageRequest, patient: Patient) -> HttpResponse:
    """What is found in the lines as they are typed now, and what each of them says. Nothing is saved."""
    draft = one_of(Prescription.objects.of(patient).filter(pk=_key(request.POST.get("prescription", ""))))
    lines = Lines.sent(request.POST)
    report = _report(patient, draft, lines)
    context = about(patient, prescription=draft, lines=lines, report=report, is_live=True)
    return render(request, f"{WRITE}#live", context)


def _report(patient: Patient, draft: Prescription | None, lines: Lines) -> dict[str, Any]:
    """The check of what can be understood so far; the lines then know how they are read."""
    lines.find_products()
    asked = [_so_far(one) for one in lines.filled if one.title]
    return checked(patient, asked, without=draft).as_json() if asked else {}


def _so_far(line: LineForm) -> Written:
    judged = line.judged()
    judged.is_valid()
    line.line = judged.line
    return judged.so_far()


# ── Drafts that are put aside ────────────────────────────────────────────────


@chart_page("prescriptions.discard_prescription", BOTH)
def discard(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask why, then put a draft aside."""
    found = entry_of(patient, Prescription, entry_pk, by=request.user)
    if request.method != "POST" and not found.is_writable:
        return redirect(found)
    form = DiscardForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.discard_prescription(found, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("The draft was discarded. It is kept, and can be taken back."))
            return redirect("prescriptions:detail", patient.pk, found.pk)
    context = about(patient, prescription=found, form=form)
    return render_page(request, DISCARD, context, status=answer_status(form))


@chart_page("prescriptions.discard_prescription", POST)
def restore(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Make a draft again of what was discarded."""
    found = entry_of(patient, Prescription, entry_pk, by=request.user)
    form = RestoreForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.restore_prescription(found, seen_version=form.cleaned_data["version"], by=request.user)
            messages.success(request, _("The draft is here again."))
            return redirect("prescriptions:write", patient.pk, found.pk)
    return render_page(
        request, DETAIL, reading(patient, found) | {"restore_form": form}, status=answer_status(form)
    )
