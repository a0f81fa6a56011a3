"""The HTML door of doctors."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doctors import panels, services
from doctors.filters import DoctorPageFilters
from doctors.forms import BlockForm, ConfirmForm, DoctorForm, EndBlockForm, TimeOffForm
from doctors.models import Doctor, ScheduleBlock, TimeOff
from doctors.templatetags.doctor_week import stretch
from hospital import clock
from hospital.web import (
    PageRequest,
    answer_status,
    get_visible,
    needs,
    once_from,
    paged,
    refusals_on,
    render_page,
)

LIST = "doctors/doctor_list.html"
DETAIL = "doctors/doctor_detail.html"
FORM = "doctors/doctor_form.html"
HOURS = "doctors/doctor_hours.html"
CONFIRM = "doctors/doctor_confirm.html"
MOST_SHOWN = 20


@needs("doctors.view_doctor")
def doctor_list(request: PageRequest) -> HttpResponse:
    asked = request.GET.copy()
    asked.setdefault("is_active", "true")
    doctors = Doctor.objects.with_specialities().visible_to(request.user).order_by("name_key", "id")
    filters = DoctorPageFilters(asked, queryset=doctors)
    rows = filters.qs if filters.form.is_valid() else doctors.none()
    context = {
        "page": paged(request, rows),
        "form": filters.form,
        "currency": settings.CURRENCY,
        "is_filtered": any(request.GET.get(name) for name in filters.form.fields),
    }
    return render_page(request, LIST, context, partial="results")


@needs("doctors.add_doctor", methods=("GET", "POST"))
def add(request: PageRequest) -> HttpResponse:
    form = DoctorForm(request.POST or None, by=request.user)
    if form.is_valid():
        with refusals_on(form):
            doctor = services.add_doctor(**form.profile(), once=once_from(request), by=request.user)
        if form.is_valid():
            messages.success(request, _("%(doctor)s was added.") % {"doctor": doctor})
            return redirect(doctor)
    context = {"form": form, "currency": settings.CURRENCY}
    return render_page(request, FORM, context, status=answer_status(form))


@needs("doctors.edit_doctor", methods=("GET", "POST"))
def edit(request: PageRequest, pk: UUID) -> HttpResponse:
    doctor = get_visible(Doctor.objects.with_specialities(), request, pk)
    form = DoctorForm(request.POST or None, by=request.user, doctor=doctor)
    if form.is_valid():
        with refusals_on(form):
            seen = form.cleaned_data["version"] or 0
            services.edit_doctor(doctor, **form.profile(), seen_version=seen, by=request.user)
        if form.is_valid():
            messages.success(request, _("The profile was saved."))
            return redirect(doctor)
    context = {"form": form, "doctor": doctor, "currency": settings.CURRENCY}
    return render_page(request, FORM, context, status=answer_status(form))


@needs("doctors.view_doctor")
def detail(request: PageRequest, pk: UUID) -> HttpResponse:
    doctor = get_visible(Doctor.objects.with_specialities(), request, pk)
    today = clock.today(doctor.site.time_zone)
    monday = today - timedelta(days=today.weekday())
    blocks = list(ScheduleBlock.objects.filter(doctor=doctor).in_force(monday).as_planned())
    absences = list(TimeOff.objects.ahead_of(doctor))
    for away in absences:
        away.told = away.may_say_why(request.user)
    context = {
        "doctor": doctor,
        "currency": settings.CURRENCY,
        "zone": doctor.zone,
        "today": today,
        "monday": monday,
        "planned": blocks,
        "blocks": [block for block in blocks if block.valid_until is None or block.valid_until >= today],
        "absences": absences,
        "actions": panels.actions_for(doctor, request.user),
    }
    return render_page(request, DETAIL, context)


@needs("doctors.deactivate_doctor", methods=("GET", "POST"))
def deactivate(request: PageRequest, pk: UUID) -> HttpResponse:
    doctor = get_visible(Doctor, request, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.deactivate_doctor(doctor, by=request.user)
        if form.is_valid():
            messages.success(request, _("%(doctor)s sees no patients any more.") % {"doctor": doctor})
            return redirect(doctor)
    return _ask(
        request,
        doctor,
        form,
        heading=_("Deactivate %(doctor)s") % {"doctor": doctor},
        text=_("No new visits can be booked. The profile and all past visits stay."),
        action=_("Deactivate"),
        danger=True,
        **_in_the_way(form),
    )


def _in_the_way(form: Any) -> dict[str, Any]:
    """The next of the visits that are still booked, and how many more there are."""
    offers = getattr(getattr(form, "refusal", None), "offers", [])
    shown = [
        {"at": datetime.fromisoformat(one["starts_at"]), "url": one.get("url")} for one in offers[:MOST_SHOWN]
    ]
    return {"visits": shown, "further": len(offers) - len(shown)}


@needs("doctors.reactivate_doctor", methods=("GET", "POST"))
def reactivate(request: PageRequest, pk: UUID) -> HttpResponse:
    doctor = get_visible(Doctor, request, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.reactivate_doctor(doctor, by=request.user)
        if form.is_valid():
            messages.success(request, _("%(doctor)s sees patients again.") % {"doctor": doctor})
            return redirect(doctor)
    return _ask(
        request,
        doctor,
        form,
        heading=_("Reactivate %(doctor)s") % {"doctor": doctor},
        text=_("Visits can be booked again, at the hours that are still valid."),
        action=_("Reactivate"),
    )


@needs("doctors.add_schedule_block", methods=("GET", "POST"))
def add_block(request: PageRequest, pk: UUID) -> HttpResponse:
    doctor = get_visible(Doctor, request, pk)
    today = clock.today(doctor.site.time_zone)
    form = BlockForm(request.POST or None, by=request.user, doctor=doctor, initial={"valid_from": today})
    if form.is_valid():
        with refusals_on(form):
            block = services.add_schedule_block(doctor, **form.hours(), by=request.user)
        if form.is_valid():
            messages.success(request, _("The hours were added: %(block)s.") % {"block": block})
            return redirect(doctor)
    context = {"doctor": doctor, "form": form, "heading": _("Add hours"), "action": _("Add hours")}
    return render_page(request, HOURS, context, status=answer_status(form))


@needs("doctors.end_schedule_block", methods=("GET", "POST"))
def end_block(request: PageRequest, pk: UUID, block_pk: UUID) -> HttpResponse:
    doctor = get_visible(Doctor, request, pk)
    block = get_visible(ScheduleBlock.objects.filter(doctor=doctor), request, block_pk)
    form = EndBlockForm(request.POST or None, initial={"on": clock.today(doctor.site.time_zone)})
    if form.is_valid():
        with refusals_on(form):
            services.end_schedule_block(block, on=form.cleaned_data["on"], by=request.user)
        if form.is_valid():
            messages.success(request, _("The hours end: %(block)s.") % {"block": block})
            return redirect(doctor)
    return _ask(
        request,
        doctor,
        form,
        heading=_("End hours"),
        subject=str(block),
        text=_("Visits that are booked after that day stay booked."),
        action=_("End hours"),
    )


@needs("doctors.add_time_off", methods=("GET", "POST"))
def add_time_off(request: PageRequest, pk: UUID) -> HttpResponse:
    doctor = get_visible(Doctor, request, pk)
    form = TimeOffForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            away = services.add_time_off(**form.time_off(doctor), by=request.user)
        if form.is_valid():
            _tell_booked(request, away)
            return redirect(doctor)
    context = {"doctor": doctor, "form": form, "heading": _("Add time off"), "action": _("Add time off")}
    return render_page(request, HOURS, context, status=answer_status(form))


def _tell_booked(request: PageRequest, away: TimeOff) -> None:
    if not away.booked_visits:
        messages.success(request, _("The time off was added. No visit is booked within it."))
        return
    text = ngettext(
        "The time off was added. %(count)d visit is booked within it and stays booked: move or cancel it.",
        "The time off was added. %(count)d visits are booked within it and stay booked: move or cancel them.",
        away.booked_visits,
    )
    messages.warning(request, text % {"count": away.booked_visits})


@needs("doctors.remove_time_off", methods=("GET", "POST"))
def remove_time_off(request: PageRequest, pk: UUID, time_off_pk: UUID) -> HttpResponse:
    doctor = get_visible(Doctor, request, pk)
    of_this_page = TimeOff.objects.of([doctor.pk], [doctor.place.site_id])
    away = get_visible(of_this_page, request, time_off_pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.remove_time_off(away, by=request.user)
        if form.is_valid():
            messages.success(request, _("The time off was removed."))
            return redirect(doctor)
    text = (
        _("The hours are open again, for every doctor of the site.")
        if away.doctor_id is None
        else _("The hours within it are open again.")
    )
    return _ask(
        request,
        doctor,
        form,
        heading=_("Remove time off"),
        subject=f"{away.get_kind_display()}, {stretch(away, doctor.zone)}",
        text=text,
        action=_("Remove"),
        danger=True,
    )


def _ask(request: PageRequest, doctor: Doctor, form: Any, **more: Any) -> HttpResponse:
    """A page that asks before something is done."""
    context = {"doctor": doctor, "form": form, "back": reverse("doctors:detail", args=[doctor.pk]), **more}
    return render_page(request, CONFIRM, context, status=answer_status(form))
