"""What several pages need to choose from: doctors, days, free times with their links."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.availability import Slot
from appointments.forms import moment_text
from doctors.models import Doctor
from hospital.clock import bounds as bounds

A_DAY = timedelta(days=1)
WEEK_DAYS = 7


def address(name: str, *args: Any, **parameters: Any) -> str:
    """The address of a page with those parameters that are given."""
    given = {key: _text(value) for key, value in parameters.items() if value not in {None, ""}}
    return reverse(name, args=args) + (f"?{urlencode(given)}" if given else "")


def _text(value: Any) -> str:
    return moment_text(value) if isinstance(value, datetime) else str(value)


def slot_words(slot: Slot, doctor: Doctor) -> str:
    """Thu 16 Apr, 10:30, Dr. Lind"""
    local = slot.starts_at.astimezone(doctor.zone)
    return f"{date_format(local, 'D j M')}, {local:%H:%M}, {doctor}"


@dataclass(frozen=True)
class Days:
    """Free times by day, as components/times.html shows them."""

    days: list[dict[str, Any]]
    found: int


def days_of(
    doctor: Doctor,
    slots: Iterable[Slot],
    first: date,
    *,
    url: Callable[[Slot], str | None],
    chosen: datetime | None = None,
    notes: dict[date, str] | None = None,
) -> Days:
    """Seven days of one doctor's free times from `first` on; `url` says where a time leads to."""
    by_day: dict[date, list[dict[str, Any]]] = {}
    for slot in slots:
        local = slot.starts_at.astimezone(doctor.zone)
        full = f"{date_format(local, 'l j F')}, {local:%H:%M}, {doctor}"
        time_ = {
            "label": f"{local:%H:%M}",
            "url": url(slot),
            "full": full,
            "chosen": slot.starts_at == chosen,
        }
        by_day.setdefault(local.date(), []).append(time_)
    days = []
    for day in (first + number * A_DAY for number in range(WEEK_DAYS)):
        times = by_day.get(day, [])
        free = (
            ngettext("%(count)d free", "%(count)d free", len(times)) % {"count": len(times)} if times else ""
        )
        hint = " · ".join(filter(None, (free, (notes or {}).get(day, ""))))
        days.append(
            {"label": date_format(day, "D j M"), "hint": hint, "times": times, "none": _("Nothing free.")}
        )
    return Days(days, sum(len(times) for times in by_day.values()))
