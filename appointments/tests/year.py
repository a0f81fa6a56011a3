"""A year of visits in ten zones, told by the injected clock; and by plain arithmetic, when each reminder is right.

The arithmetic knows nothing of ours: it goes from minute to minute and asks the zone what the wall shows.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

from accounts.models import Site, User
from appointments.models import Appointment
from appointments.services import book_appointment, cancel_appointment, move_appointment
from doctors.models import Doctor
from doctors.tests.make import make_block, make_department, make_doctor
from notifications.models import Message
from notifications.outbox import sweep
from patients.tests.make import make_patient

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # changes by half an hour
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Casablanca",  # changes with Ramadan
    "America/St_Johns",
    "Asia/Kathmandu",
    "Antarctica/Troll",  # changes by two hours
    "Pacific/Auckland",
)
FIRST, DAYS = date(2026, 1, 5), 350
MINUTE, DAY, HOUR = timedelta(minutes=1), timedelta(days=1), timedelta(hours=1)
REMINDERS = "3d, 1d 18:00, 1d, 2h"
WALLS = ("00:30", "02:00", "02:30", "03:00", "08:15", "10:00", "16:30", "23:00")
Sent = tuple[Any, str, datetime]  # visit, rule, moment


# ── When it is right ─────────────────────────────────────────────────────────


def shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows."""
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return moment.replace(tzinfo=None) + offset


def first_shown(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first minute at which the clock shows this, or is past it."""
    moment = wall.replace(tzinfo=UTC) - DAY
    moment += wall - shown(moment, zone) - 3 * HOUR  # well before, whatever the clocks do meanwhile
    while shown(moment, zone) < wall:
        moment += MINUTE
    return moment


def is_quiet(moment: datetime, site: Site) -> bool:
    now, begins, ends = shown(moment, site.zone).time(), site.quiet_from, site.quiet_until
    return begins != ends and (now >= begins or now < ends)


def right_moment(rule: str, starts_at: datetime, site: Site) -> datetime:
    """For `2h`, `3d` and `1d 18:00`."""
    before, _, at = rule.partition(" ")
    if before.endswith("h"):
        moment = starts_at - int(before[:-1]) * HOUR
    else:
        wall = shown(starts_at, site.zone)
        day = wall.date() - int(before[:-1]) * DAY
        moment = first_shown(datetime.combine(day, time.fromisoformat(at) if at else wall.time()), site.zone)
    if not is_quiet(moment, site):
        return moment
    morning = evening = moment
    while is_quiet(morning, site):
        morning += MINUTE
    while is_quiet(evening - MINUTE, site):
        evening -= MINUTE
    return morning if morning <= starts_at - HOUR else evening


def changes(zone: ZoneInfo) -> list[date]:
    """The days on which the clocks of this zone are put forward or back."""
    days = [FIRST + number * DAY for number in range(DAYS)]
    midnight = partial(datetime.combine, time=time(), tzinfo=UTC)
    return [
        one
        for one in days
        if midnight(one).astimezone(zone).utcoffset() != midnight(one + DAY).astimezone(zone).utcoffset()
    ]


# ── The year ─────────────────────────────────────────────────────────────────


@dataclass
class Story:
    """A visit: each stretch of time in which it was to begin at a certain moment."""

    doctor: Doctor
    times: list[datetime]
    steps: list[datetime]  # booked, moved …, and where `times` is one shorter, cancelled
    visit: Appointment | None = None

    def right(self) -> Iterator[Sent]:
        """What has to be sent, and when: what falls into the time in which it was true."""
        assert self.visit is not None
        for number, starts_at in enumerate(self.times):
            ends = self.steps[number + 1] if number + 1 < len(self.steps) else starts_at
            for rule in REMINDERS.split(", "):
                moment = right_moment(rule, starts_at, self.doctor.site)
                if self.steps[number] < moment < ends:
                    yield self.visit.pk, rule, moment


@dataclass
class Year:
    """The visits of a year and what became of their reminders."""

    seed: int
    visits: int
    by: User
    zones: tuple[str, ...] = ZONES
    stories: list[Story] = field(default_factory=list)

    def plan(self) -> None:
        """In each zone: days around its clock changes first, then any. Every other site has quiet hours."""
        chance = Random(self.seed)
        for number, name in enumerate(self.zones):
            department = make_department(name)
            quiet: dict[str, Any] = {} if number % 2 else {"quiet_from": time(8), "quiet_until": time(8)}
            department.site.change(reminders=REMINDERS, **quiet)
            doctor = make_doctor(department=department)
            for weekday in range(7):
                make_block(doctor, weekday, "00:00", "23:55", 15, capacity=4)
            days = [FIRST + after * DAY for after in range(12, DAYS - 12)]
            chance.shuffle(days)
            near = [one + after * DAY for one in changes(ZoneInfo(name)) for after in (0, 1, 3)]
            chosen = list(dict.fromkeys([*near, *days]))[: max(self.visits, len(near))]
            self.stories += [self._story(doctor, day, chance) for day in chosen]

    def _story(self, doctor: Doctor, day: date, chance: Random) -> Story:
        wall = datetime.combine(day, time.fromisoformat(chance.choice(WALLS)))
        times = [first_shown(wall, doctor.zone)]
        booked = times[0] - timedelta(minutes=chance.randint(60, 9 * 24 * 60), seconds=30)
        steps = [booked]
        what = chance.randrange(6)
        if what < 2:
            steps.append(booked + (times[0] - booked) * chance.uniform(0.1, 0.9))
            steps[1] = steps[1].replace(second=30, microsecond=0)
        if what == 1:
            wall = datetime.combine(day, time.fromisoformat(chance.choice(WALLS)))
            times.append(
                first_shown(wall + chance.randint(1, 2) * DAY + chance.choice([20, 40]) * MINUTE, doctor.zone)
            )
        return Story(doctor, times, steps)

    def live(self) -> None:
        """Let the clock run, and sweep: every twelve hours, at each event, at each right minute and the one before."""
        acts: dict[datetime, list[Callable[[], None]]] = {}
        for story in self.stories:
            acts.setdefault(story.steps[0], []).append(partial(self._book, story))
            for moment in story.steps[1:]:
                acts.setdefault(moment, []).append(partial(self._change, story))
        moments = set(acts)
        start = datetime.combine(FIRST, time(), tzinfo=UTC)
        moments |= {start + number * 12 * HOUR for number in range(DAYS * 2)}
        for story in self.stories:
            for starts_at in story.times:
                for rule in REMINDERS.split(", "):
                    right = right_moment(rule, starts_at, story.doctor.site)
                    moments |= {right, right - MINUTE}
        with time_machine.travel(start, tick=False) as travel:
            for moment in sorted(moments):
                travel.move_to(moment)
                for act in acts.get(moment, ()):
                    act()
                sweep(60)

    def _book(self, story: Story) -> None:
        patient = make_patient(email="ann@example.com", by=self.by)
        story.visit = book_appointment(
            patient=patient, doctor=story.doctor, starts_at=story.times[0], minutes=15, by=self.by
        )

    def _change(self, story: Story) -> None:
        assert story.visit is not None
        visit = Appointment.objects.with_names().get(pk=story.visit.pk)
        if len(story.times) < len(story.steps):
            cancel_appointment(visit, reason="Flu", by=self.by)
        else:
            move_appointment(visit, starts_at=story.times[1], minutes=15, by=self.by)

    def right(self) -> Counter[Sent]:
        return Counter(one for story in self.stories for one in story.right())

    def sent(self) -> Counter[Sent]:
        rows = Message.objects.filter(kind="appointment_reminder", status="sent")
        return Counter(rows.values_list("subject_id", "rule", "sent_at"))
