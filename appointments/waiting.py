"""Who waits, in which order, and about how long still: reckoned from the visits of a day that are at hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from uuid import UUID

from appointments.models import Appointment
from hospital import clock

Status = Appointment.Status
ENOUGH = 4  # consultations of today, from which their own lengths are believed rather than the plan
ROUNDED_TO = 5
NOTHING = timedelta()


@dataclass(frozen=True)
class Estimate:
    """About how long somebody still waits, in minutes: multiples of 5, the second never below 5."""

    from_minutes: int
    to_minutes: int


@dataclass(frozen=True)
class _Span:
    """A length of time that is not known exactly."""

    least: timedelta = NOTHING
    most: timedelta = NOTHING

    def __add__(self, other: "_Span") -> "_Span":
        return _Span(self.least + other.least, self.most + other.most)

    def less(self, elapsed: timedelta) -> "_Span":
        return _Span(max(NOTHING, self.least - elapsed), max(NOTHING, self.most - elapsed))


def in_order(visits: Iterable[Appointment]) -> list[Appointment]:
    """Those who wait, as the queue has them: by priority, then since when they are in it."""
    waiting = (one for one in visits if one.is_waiting)
    return sorted(waiting, key=lambda one: (one.priority, one.queued_at or one.starts_at, one.pk))


def estimates(visits: Sequence[Appointment], now: datetime | None = None) -> dict[UUID, Estimate]:
    """How long each patient who waits and has not been called still waits, by the visit's id.

    `visits` are those of one day, of any doctors; asks the database nothing. For each doctor by himself:

    1. One consultation takes from the lower to the upper quartile (inclusive method) of today's
       finished ones, `finished_at - started_at`. While there are fewer than 4 of them, it takes the
       minutes that the visit was planned for, a third less to a third more.
    2. What is left of the running one: its length less what has passed, never below nothing. Where
       several run side by side, the one that ends first.
    3. Somebody waits for 2. and for 1. of each who is before him or her in the queue, those who have
       been called and are not in yet included.

    The range is rounded outwards to 5 minutes.
    """
    now = now or clock.now()
    found: dict[UUID, Estimate] = {}
    for doctor_id in {one.doctor_id for one in visits if one.is_waiting}:
        found |= _of_one_doctor([one for one in visits if one.doctor_id == doctor_id], now)
    return found


def put_estimates(visits: Sequence[Appointment]) -> None:
    """Write each estimate on its visit, for a list that shows it."""
    found = estimates(visits)
    for visit in visits:
        visit.estimated_wait = found.get(visit.pk)


def _of_one_doctor(visits: Sequence[Appointment], now: datetime) -> dict[UUID, Estimate]:
    usual = _usual_length(visits)
    ahead = _left_of_the_running(visits, usual, now)
    found = {}
    # Who has been called goes in first, whatever came after.
    for visit in sorted(in_order(visits), key=lambda one: not one.is_called):
        if not visit.is_called:
            found[visit.pk] = _rounded(ahead)
        ahead += usual or _planned(visit)
    return found


def _usual_length(visits: Iterable[Appointment]) -> _Span | None:
    """From the lower to the upper quartile of the finished consultations; None if they are too few."""
    lengths = [
        (one.finished_at - one.started_at).total_seconds()
        for one in visits
        if one.status == Status.COMPLETED and one.started_at and one.finished_at
    ]
    if len(lengths) < ENOUGH:
        return None
    lower, _, upper = quantiles(lengths, n=4, method="inclusive")
    return _Span(timedelta(seconds=lower), timedelta(seconds=upper))


def _planned(visit: Appointment) -> _Span:
    planned = timedelta(minutes=visit.minutes)
    return _Span(planned * 2 / 3, planned * 4 / 3)


def _left_of_the_running(visits: Iterable[Appointment], usual: _Span | None, now: datetime) -> _Span:
    left = [
        (usual or _planned(one)).less(now - one.started_at)
        for one in visits
        if one.status == Status.IN_CONSULTATION and one.started_at
    ]
    return min(left, key=lambda span: (span.most, span.least), default=_Span())


def _rounded(span: _Span) -> Estimate:
    step = timedelta(minutes=ROUNDED_TO)
    upwards = -(-span.most // step) * ROUNDED_TO
    return Estimate(span.least // step * ROUNDED_TO, max(ROUNDED_TO, upwards))
