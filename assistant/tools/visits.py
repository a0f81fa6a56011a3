"""Tools about visits: those of a patient, and the free times of doctors."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import places
from appointments.availability import Slot, doctors_for, next_free
from appointments.models import Appointment
from assistant.sources import Kind, Source
from assistant.tools.gathering import Asking, Found
from assistant.tools.saying import at, sentences, span, zone_of
from doctors.models import Doctor, DoctorSpeciality
from hospital import clock

MOST_TIMES = 12
MOST_EACH = 4


def appointments(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Visits of the patient that the asker may know of, those to come first in time's order, then the last ones."""
    patient = asking.patient
    since, until = span(given["since"], given["until"], zone_of(patient))
    rows = Appointment.objects.visible_to(asking.by).with_names().filter(patient_id=patient.pk)
    rows = rows.filter(starts_at__gte=since) if since else rows
    rows = rows.filter(starts_at__lt=until) if until else rows
    now, most = clock.now(), given["most"]
    found = list(rows.filter(starts_at__gte=now).order_by("starts_at", "id")[:most])
    if not given["coming"]:
        found += rows.filter(starts_at__lt=now).order_by("-starts_at", "-id")[:most]
    sources = [_visit_said(one, asking) for one in found]
    return Found(sources, [] if found else [_("No such appointment is found that you may see.")])


def _visit_said(visit: Appointment, asking: Asking) -> Source:
    when = at(visit.starts_at, visit.zone)
    text = sentences(
        f"Appointment on {when}, {visit.minutes} min, with {visit.doctor}: {visit.get_status_display().lower()}",
        f"Reason: {visit.reason}" if visit.reason else "",
        f"Cancelled because: {visit.cancelled_because}" if visit.cancelled_because else "",
    )
    return asking.turn.keep(
        Kind.APPOINTMENT,
        visit.pk,
        title=f"Appointment, {when}",
        text=text,
        url=visit.get_absolute_url(),
        patient=visit.patient_id,
    )


def availability(asking: Asking, given: Mapping[str, Any]) -> Found:
    """The next free times, of doctors whose times the asker looks at."""
    doctors = _asked(asking, given)
    if not doctors:
        return Found([], [_("No doctor is found under these words whose times you may see.")])
    first = max(given["since"] or date.min, clock.today(places.first_site().time_zone))
    slots = next_free(doctors, first, each=MOST_EACH)[:MOST_TIMES]
    by_id = {one.pk: one for one in doctors}
    sources = [_time_said(slot, by_id[slot.doctor_id], asking) for slot in slots]
    return Found(sources, [] if slots else [_("Nothing is free in the next two weeks.")])


def _asked(asking: Asking, given: Mapping[str, Any]) -> list[Doctor]:
    doctors = doctors_for(asking.by)
    if given["doctor"]:
        doctors = meant(given["doctor"], doctors)
    if given["speciality"]:
        words = given["speciality"].casefold()
        links = DoctorSpeciality.objects.select_related("speciality")
        having = {one.doctor_id for one in links if words in one.speciality.name.casefold()}
        doctors = [one for one in doctors if one.pk in having]
    return doctors


def meant(words: str, doctors: Sequence[Doctor]) -> list[Doctor]:
    """Those whose id this is, or whose name has every one of these words."""
    asked = [one for one in words.casefold().replace(".", " ").split() if one not in {"dr", "doctor"}]
    return [
        one
        for one in doctors
        if str(one.pk) == words or (asked and all(word in _name(one).split() for word in asked))
    ]


def _name(doctor: Doctor) -> str:
    return str(doctor).casefold().replace(".", " ")


def _time_said(slot: Slot, doctor: Doctor, asking: Asking) -> Source:
    local = slot.starts_at.astimezone(doctor.zone)
    when = f"{date_format(local, 'D j M Y')}, {local:%H:%M}"
    return asking.turn.keep(
        Kind.FREE_TIME,
        f"{doctor.pk}:{slot.starts_at.isoformat()}",
        title=f"Free: {doctor}",
        text=f"{doctor} is free on {when} ({local.isoformat(timespec='minutes')}) for {slot.minutes} min.",
        url=f"{reverse('appointments:free')}?doctor={doctor.pk}&from={local.date().isoformat()}",
    )
