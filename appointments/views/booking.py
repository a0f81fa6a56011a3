"""Booking in three steps, and moving a visit: which step comes next follows from what has been chosen."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts import acting
from appointments import services
from appointments.availability import LONGEST_SEARCH, Slot, doctors_for, free_slots, next_free
from appointments.forms import DEFAULT_MINUTES, BookForm, ChosenForm, MoveForm, PatientSearch, TimesForm
from appointments.models import Appointment, VisitType
from appointments.views.choosing import A_DAY, WEEK_DAYS, address, days_of, slot_words
from appointments.views.overriding import insist
from doctors.models import Doctor, DoctorSpeciality, Speciality
from hospital import clock
from hospital.web import (
    PageRequest,
    answer_status,
    get_visible,
    needs,
    once_from,
    refusals_on,
    render_page,
)
from patients.models import Patient

BOOK = "appointments/book.html"
MOVE = "appointments/move.html"
BOTH = ("GET", "POST")
MOST_FOUND = 20
KEPT = ("patient", "doctor", "visit_type", "starts_at", "minutes", "reason")


@needs("appointments.book_appointment", BOTH)
def book(request: PageRequest) -> HttpResponse:
    """Patient, then doctor and time, then reason: one page whose next question follows from the address."""
    chosen = ChosenForm(request.POST if request.method == "POST" else request.GET).chosen()
    if "patient" not in chosen:
        return _choose_patient(request, chosen)
    doctor = _doctor(request, chosen)
    if request.method == "POST" and doctor is not None:
        return _book(request, get_visible(Patient, request, chosen["patient"], opens=False), doctor)
    patient = get_visible(Patient, request, chosen["patient"])
    kinds = list(VisitType.objects.filter(is_active=True))
    kind = next((one for one in kinds if one.pk == chosen.get("visit_type")), None)
    context: dict[str, Any] = {"patient": patient, "doctor": doctor, "chosen": chosen, "kind": kind}
    if doctor is not None and ("starts_at" in chosen or "other" in chosen):
        initial = {"minutes": kind.minutes if kind else DEFAULT_MINUTES, **chosen}
        if "other" in chosen and "starts_at" in chosen:
            initial["starts_at"] = chosen["starts_at"].astimezone(doctor.zone)
        context |= {"form": BookForm(initial=initial, zone=doctor.zone), "step": 3}
    else:
        context |= {"step": 2, **_times(request, "appointments:book", (), chosen, doctor, kind, kinds)}
    return render_page(request, BOOK, context | _links(chosen), partial="book")


def _book(request: PageRequest, patient: Patient, doctor: Doctor) -> HttpResponse:
    """Carry it out, or show the same page with what is in the way and what was typed."""
    form = BookForm(request.POST, zone=doctor.zone)
    if form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            visit = services.book_appointment(
                patient=patient,
                doctor=doctor,
                starts_at=data["starts_at"],
                minutes=data["minutes"],
                visit_type=data["visit_type"],
                reason=data["reason"],
                override_because=data.get("override_because", ""),
                once=once_from(request),
                by=request.user,
            )
            _say_done(request, visit, _("Booked: %(name)s, %(time)s."))
            return redirect(visit)
    acting.opened(patient, by=request.user)  # the page shows who it is
    chosen = _as_typed(form, ChosenForm(request.POST).chosen())
    insist(form, request.user, label=_("Book anyway, because"))
    context = {"patient": patient, "doctor": doctor, "chosen": chosen, "form": form, "step": 3}
    context["kind"] = form.cleaned_data.get("visit_type")
    context["offers"] = _offers(form, doctor, "appointments:book", (), chosen)
    return render_page(request, BOOK, context | _links(chosen), partial="book", status=answer_status(form))


def _as_typed(form: MoveForm, chosen: dict[str, Any]) -> dict[str, Any]:
    """What was chosen, with the time as the form read it: a typed one is that of the clinic's clock."""
    return {name: value for name, value in (chosen | {"starts_at": form.read_time}).items() if value}


def _say_done(request: PageRequest, visit: Appointment, text: str) -> None:
    local = visit.starts_at.astimezone(visit.zone)
    said = text % {"name": visit.patient.full_name, "time": f"{date_format(local, 'D j M')}, {local:%H:%M}"}
    undo = address("appointments:cancel", visit.pk, reason=_("Booked by mistake"))
    messages.success(request, format_html('{} <a class="undo" href="{}">{}</a>', said, undo, _("Undo")))


def _links(chosen: dict[str, Any]) -> dict[str, Any]:
    """Where the buttons "Change" and "Another time" lead to; what was typed goes along."""
    kept = {name: chosen.get(name) for name in KEPT}
    no_time = kept | {"starts_at": None, "minutes": None}
    return {
        "change_patient_url": address("appointments:book", **kept | {"patient": None}),
        "change_time_url": address("appointments:book", **no_time),
        "change_doctor_url": address("appointments:book", **no_time | {"doctor": None}),
        "other_url": address("appointments:book", **no_time, other=1) if chosen.get("doctor") else None,
    }


def _choose_patient(request: PageRequest, chosen: dict[str, Any]) -> HttpResponse:
    """Search for the patient; every answer is a link to the next step."""
    form = PatientSearch(request.GET)
    question = form.cleaned_data["q"] if form.is_valid() else ""
    found: list[Patient] = []
    if question:
        found = Patient.objects.visible_to(request.user).ranked(question)[:MOST_FOUND]
        acting.listed("patients.view_patient", by=request.user, filters={"q": question}, count=len(found))
    kept = {name: chosen.get(name) for name in KEPT}
    context = {
        "step": 1,
        "search_form": form,
        "question": question,
        "found": [(one, address("appointments:book", **kept | {"patient": one.pk})) for one in found],
        "kept": {name: value for name, value in request.GET.items() if name in KEPT and name in chosen},
        "chosen": chosen,
        "doctor": _doctor(request, chosen),
        "register_url": address("patients:register", then=address("appointments:book", **kept)),
    }
    return render_page(request, BOOK, context, partial="found", status=answer_status(form))


def _doctor(request: PageRequest, chosen: dict[str, Any]) -> Doctor | None:
    """The doctor who was chosen, or the only one whom this user may book."""
    doctors = Doctor.objects.select_related("user")
    if "doctor" in chosen:
        found: Doctor = get_visible(doctors, request, chosen["doctor"])
        return found
    if not request.user.profile_id:
        return None
    own: Doctor | None = doctors.visible_to(request.user).filter(pk=request.user.profile_id).first()
    return own


def _times(
    request: PageRequest,
    name: str,
    args: tuple[Any, ...],
    chosen: dict[str, Any],
    doctor: Doctor | None,
    kind: VisitType | None,
    kinds: Sequence[VisitType] = (),
) -> dict[str, Any]:
    """Free times for a kind of visit: a week of the doctor who was chosen, or the next one of each doctor."""
    doctors = doctors_for(request.user)
    specialities = list(Speciality.objects.all()) if len(doctors) > 1 else []
    form = TimesForm(request.GET, doctors=doctors, specialities=specialities, kinds=kinds)
    form.full_clean()
    day, speciality = form.cleaned_data.get("day"), form.cleaned_data.get("speciality")
    kept = {key: chosen.get(key) for key in (*KEPT, "version") if key not in {"starts_at", "minutes"}}
    context: dict[str, Any] = {
        "times_form": form,
        "kept": {key: value for key, value in kept.items() if value and key not in {"doctor", "visit_type"}},
    }
    if doctor is not None:
        return context | _week(doctor, day, name, args, kept, chosen.get("starts_at"), kind)
    if speciality:
        having = set(
            DoctorSpeciality.objects.filter(speciality__code=speciality).values_list("doctor_id", flat=True)
        )
        doctors = [one for one in doctors if one.pk in having]
    return context | {"first": day, "next_times": _next_times(doctors, day, name, args, kept, kind)}


def _week(
    doctor: Doctor,
    day: date | None,
    name: str,
    args: tuple[Any, ...],
    kept: dict[str, Any],
    current: datetime | None,
    kind: VisitType | None,
) -> dict[str, Any]:
    today = clock.today(doctor.site.time_zone)
    near = current.astimezone(doctor.zone).date() if current else today
    first = max(day or near, today)

    def url(slot: Slot) -> str:
        choice = {"doctor": doctor.pk, "starts_at": slot.starts_at, "minutes": slot.minutes}
        return address(name, *args, **kept | choice)

    slots = free_slots([doctor], first, first + (WEEK_DAYS - 1) * A_DAY, visit_type=kind)[doctor.pk]
    found = days_of(doctor, slots, first, url=url, chosen=current)
    week_after = address(name, *args, **kept | {"doctor": doctor.pk, "day": first + WEEK_DAYS * A_DAY})
    week_before = address(
        name, *args, **kept | {"doctor": doctor.pk, "day": max(today, first - WEEK_DAYS * A_DAY)}
    )
    later = None
    if not found.found:
        for slot in next_free([doctor], first, days=LONGEST_SEARCH.days, visit_type=kind):
            later = {"label": slot_words(slot, doctor), "url": url(slot)}
    return {
        "first": first,
        "week": found,
        "next_slot": later,
        "earlier_url": week_before if first > today else None,
        "later_url": week_after,
    }


def _next_times(
    doctors: list[Doctor],
    day: date | None,
    name: str,
    args: tuple[Any, ...],
    kept: dict[str, Any],
    kind: VisitType | None,
) -> list[dict[str, Any]]:
    by_pk = {doctor.pk: doctor for doctor in doctors}
    if not doctors:
        return []
    today = clock.today(doctors[0].site.time_zone)
    lines = []
    for slot in next_free(doctors, max(day or today, today), visit_type=kind):
        doctor = by_pk[slot.doctor_id]
        choice = {"doctor": doctor.pk, "starts_at": slot.starts_at, "minutes": slot.minutes}
        lines.append(
            {
                "slot": slot,
                "doctor": doctor,
                "url": address(name, *args, **kept | choice),
                "week_url": address(name, *args, **kept | {"doctor": doctor.pk, "day": day}),
            }
        )
    return lines


def _offers(
    form: Any, doctor: Doctor, name: str, args: tuple[Any, ...], chosen: dict[str, Any]
) -> list[dict[str, Any]]:
    """The times that a refusal offers, as links that keep everything else."""
    kept = {key: chosen.get(key) for key in (*KEPT, "version")}
    offers = []
    for offer in getattr(getattr(form, "refusal", None), "offers", []):
        slot = Slot(datetime.fromisoformat(offer["starts_at"]), offer["minutes"], UUID(offer["doctor"]))
        choice = {"starts_at": slot.starts_at, "minutes": slot.minutes, "doctor": slot.doctor_id}
        offers.append({"label": slot_words(slot, doctor), "url": address(name, *args, **kept | choice)})
    return offers


@needs("appointments.move_appointment", BOTH)
def move(request: PageRequest, pk: UUID) -> HttpResponse:
    """Give a visit another time: choose a free one or type one, look at both, confirm."""
    visit = get_visible(
        Appointment.objects.with_names().select_related("doctor__user", "visit_type"), request, pk
    )
    chosen = ChosenForm(request.POST if request.method == "POST" else request.GET).chosen()
    doctor = _doctor(request, chosen) if "doctor" in chosen else visit.doctor
    doctor = doctor or visit.doctor
    seen = {"version": visit.version, **chosen}
    context = {
        "visit": visit,
        "patient": visit.patient,
        "doctor": doctor,
        "zone": visit.zone,
        "chosen": chosen,
    }
    args = (visit.pk,)
    context["change_time_url"] = address(
        "appointments:move", *args, doctor=doctor.pk, version=seen["version"]
    )
    context["other_url"] = address(
        "appointments:move", *args, doctor=doctor.pk, version=seen["version"], other=1
    )
    if request.method == "POST":
        return _move(request, visit, doctor, context)
    if "starts_at" in chosen or "other" in chosen:
        local = (
            {"starts_at": chosen.get("starts_at", visit.starts_at).astimezone(doctor.zone)}
            if "other" in chosen
            else {}
        )
        initial = {"minutes": visit.minutes, "reason": visit.reason, "doctor": doctor.pk, **seen, **local}
        context |= {"form": MoveForm(initial=initial, zone=doctor.zone)}
    else:
        given = {"reason": chosen.get("reason"), "doctor": doctor.pk, "version": seen["version"]}
        given |= {"starts_at": visit.starts_at}
        context |= _times(request, "appointments:move", args, given, doctor, visit.visit_type)
    return render_page(request, MOVE, context, partial="move")


def _move(request: PageRequest, visit: Appointment, doctor: Doctor, context: dict[str, Any]) -> HttpResponse:
    form = MoveForm(request.POST, zone=doctor.zone)
    context["chosen"] = _as_typed(form, context["chosen"])
    if form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            services.move_appointment(
                visit,
                starts_at=data["starts_at"],
                minutes=data["minutes"],
                doctor=doctor,
                reason=data["reason"],
                override_because=data.get("override_because", ""),
                seen_version=data["version"],
                by=request.user,
            )
            messages.success(request, _("The appointment was moved."))
            return redirect(reverse("appointments:detail", args=[visit.pk]))
    insist(form, request.user, label=_("Move anyway, because"))
    offers = _offers(form, doctor, "appointments:move", (visit.pk,), context["chosen"] | {"patient": None})
    context |= {"form": form, "offers": offers}
    return render_page(request, MOVE, context, partial="move", status=answer_status(form))
