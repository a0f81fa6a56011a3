"""What the pages about visits show of one visit: `{% load visits %}`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.forms import moment_text
from appointments.models import Appointment
from appointments.rules import RULES, Rule
from appointments.services import HAS_A_NOTE
from hospital import clock
from patients.models import Patient

register = template.Library()
Status = Appointment.Status


@dataclass(frozen=True)
class Step:
    """A step that this user may take with this visit now."""

    name: str
    label: str | Promise
    url: str
    main: bool


STEPS = (
    ("check_in", _("Check in"), Status.ARRIVED, "appointments.check_in_appointment", True),
    ("start", _("Call in"), Status.IN_CONSULTATION, "appointments.start_appointment", True),
    ("complete", _("Complete"), Status.COMPLETED, "appointments.complete_appointment", True),
    ("confirm", _("Confirm"), Status.CONFIRMED, "appointments.confirm_appointment", False),
    ("no_show", _("No-show"), Status.NO_SHOW, "appointments.mark_no_show", False),
)


QUEUE_STEPS = (
    ("recall", _("Call again"), "appointments.recall_appointment"),
    ("skip", _("Skip"), "appointments.skip_appointment"),
)


@register.filter
def steps_for(visit: Appointment, user: User) -> list[Step]:
    """The steps from the visit's status that the role allows and that make sense at this moment."""
    return [
        Step(name, label, reverse(f"appointments:{name}", args=[visit.pk]), main)
        for name, label, status, permission, main in STEPS
        if visit.may_move_to(status) and user.has_perm(permission) and _is_time_for(name, visit)
    ]


@register.filter
def main_step_for(visit: Appointment, user: User) -> Step | None:
    """The one step that is next, for a list."""
    return next((step for step in steps_for(visit, user) if step.main), None)


@register.filter
def other_steps_for(visit: Appointment, user: User) -> list[Step]:
    """The steps that are possible and not the next one."""
    return [step for step in steps_for(visit, user) if not step.main]


@register.filter
def queue_steps_for(visit: Appointment, user: User) -> list[Step]:
    """What may be done about somebody who was called and has not come."""
    return [
        Step(name, label, reverse(f"appointments:{name}", args=[visit.pk]), main=False)
        for name, label, permission in QUEUE_STEPS
        if visit.is_called and user.has_perm(permission)
    ]


@dataclass(frozen=True)
class NoteOf:
    """The way to a visit's note. `url` takes a POST where there is none yet."""

    label: str
    url: str
    is_there: bool
    is_own: bool  # of a visit with this user


@register.filter
def note_for(visit: Appointment, user: User) -> NoteOf | None:
    """The note of a visit that has one or may have one, for those who write notes. Asks the database nothing."""
    is_own, pk = visit.doctor_id == user.profile_id, visit.encounter_id
    if not (pk or visit.status in HAS_A_NOTE) or not user.has_perm("appointments.open_visit_note"):
        return None
    if pk:
        url = reverse("patients:note", args=[visit.patient_id, pk])
        return NoteOf(gettext("Open note"), url, is_there=True, is_own=is_own)
    url = reverse("appointments:open_note", args=[visit.pk])
    return NoteOf(gettext("Write note"), url, is_there=False, is_own=is_own)


@register.filter
def undo_for(visit: Appointment, user: User) -> Step | None:
    """The way back, on the day of the last step."""
    zone, taken_at = visit.zone, visit.stepped_at
    if not visit.may_move_back_to(visit.status_before) or taken_at is None:
        return None
    is_today = taken_at.astimezone(zone).date() == clock.now().astimezone(zone).date()
    if not is_today or not user.has_perm("appointments.undo_step"):
        return None
    label = gettext("Undo “%(step)s”") % {"step": visit.get_status_display()}
    return Step("undo", label, reverse("appointments:undo", args=[visit.pk]), main=False)


@register.filter
def priorities_for(visit: Appointment, user: User) -> list[tuple[int, str | Promise]]:
    """The other priorities that somebody who waits can be given."""
    if not visit.is_waiting or not user.has_perm("appointments.set_priority"):
        return []
    return [(value, label) for value, label in Appointment.Priority.choices if value != visit.priority]


@register.filter
def is_before_others(visit: Appointment) -> bool:
    """Whether somebody who waits has more than the usual priority."""
    return visit.is_waiting and visit.priority != Appointment.Priority.NORMAL


@register.filter
def priority_tone(visit: Appointment) -> str:
    return "danger" if visit.priority == Appointment.Priority.URGENT else "info"


def _is_time_for(step: str, visit: Appointment) -> bool:
    """What the service would refuse for the time of day is not offered."""
    now = clock.now()
    if step == "check_in":
        return now.astimezone(visit.zone).date() == visit.starts_at.astimezone(visit.zone).date()
    return step != "no_show" or now >= visit.starts_at


@register.filter
def may_be_cancelled(visit: Appointment) -> bool:
    return visit.may_move_to(Status.CANCELLED)


@register.filter
def waiting_minutes(visit: Appointment) -> int | None:
    """How long somebody who has arrived is waiting; None for everybody else."""
    if visit.status != Status.ARRIVED or visit.arrived_at is None:
        return None
    return max(0, int((clock.now() - visit.arrived_at).total_seconds()) // 60)


@register.filter
def is_late(visit: Appointment) -> bool:
    """Whether somebody who should be here has not come yet."""
    return visit.status in Appointment.MOVABLE and visit.starts_at < clock.now()


@register.filter
def passed_over(entries: Iterable[Any]) -> list[Rule]:
    """The rules that were passed over when the visit was last given its time, or cancelled."""
    noted = ((entry.details or {}).get("overridden") for entry in entries)
    codes: list[str] = next(filter(None, noted), [])
    return [RULES[code] for code in codes if code in RULES]


@register.filter
def is_overbooked(passed: Iterable[Rule]) -> bool:
    """Whether the visit was squeezed in beside others, or into a full day."""
    return bool({"slot_taken", "day_full"} & {rule.code for rule in passed})


@register.filter
def changed_time(entry: Any, visit: Appointment) -> str:
    """Of a move in the history: from when to when, on the clinic's clock."""
    before = (entry.details or {}).get("before")
    if not isinstance(before, dict):
        return ""
    old, new = (_wall(one.get("starts_at"), visit) for one in (before, entry.details))
    return f"{old} → {new}" if old and new else ""


def _wall(text: Any, visit: Appointment) -> str:
    moment = parse_datetime(str(text)) if text else None
    if moment is None:
        return ""
    local = moment.astimezone(visit.zone)
    return f"{date_format(local, 'D j M')}, {local:%H:%M}"


@register.simple_tag
def now_on_the_wall(zone: ZoneInfo) -> str:
    """This moment on the clinic's clock: 10:30."""
    return f"{clock.now().astimezone(zone):%H:%M}"


@register.filter
def in_address(moment: datetime) -> str:
    """A moment as addresses carry it."""
    return moment_text(moment)


@register.filter
def short_name(patient: Patient) -> str:
    """A. Nwosu, where there is little room; the page behind it has the whole name."""
    return f"{patient.given_name[:1]}. {patient.family_name}"
