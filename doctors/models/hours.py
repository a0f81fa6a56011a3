"""When doctors see patients: weekly hours, extra hours, time off, and what remains open."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from doctors.models.people import Doctor, Room
from hospital import clock
from hospital.clock import end_moment, first_moment
from hospital.models import Record, RecordQuerySet

GRID_MINUTES = 5
LONGEST_WINDOW = 62
DAY = timedelta(days=1)


def _off_grid(moment: time | datetime) -> bool:
    return bool(moment.minute % GRID_MINUTES or moment.second or moment.microsecond)


class ScheduleBlockQuerySet(RecordQuerySet):
    def in_force(self, first: date, last: date | None = None) -> Self:
        """Valid on at least one day from `first` to `last`, both included; without `last`, from `first` on."""
        blocks = self.filter(models.Q(valid_until=None) | models.Q(valid_until__gte=first))
        return blocks if last is None else blocks.filter(valid_from__lte=last)

    def as_planned(self) -> Self:
        """In the order of the week, with their rooms at hand."""
        return self.select_related("room").order_by("weekday", "valid_from", "starts")


class ScheduleBlock(Record):
    """Hours at which a doctor sees patients: every week on one weekday, or once on one date.

    Times are those of the clock on the wall of the doctor's site.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    doctor = models.ForeignKey(
        Doctor, verbose_name=_("doctor"), on_delete=models.PROTECT, related_name="blocks"
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=Weekday, null=True, blank=True, help_text=_("Empty for extra hours on one date")
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    visit_minutes = models.PositiveSmallIntegerField(
        _("length of a visit"), validators=[MinValueValidator(5), MaxValueValidator(240)], default=20
    )
    capacity = models.PositiveSmallIntegerField(
        _("patients at once"), validators=[MinValueValidator(1), MaxValueValidator(8)], default=1
    )
    room = models.ForeignKey(Room, verbose_name=_("room"), on_delete=models.PROTECT, null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("The last day"))

    objects: ClassVar[Any] = ScheduleBlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours")
        verbose_name_plural = _("hours")

    def __str__(self) -> str:
        hours = f"{self.starts:%H:%M}–{self.ends:%H:%M}"
        if self.weekday is None:
            return f"{date_format(self.valid_from)} {hours}"
        return f"{self.get_weekday_display()} {hours}"

    @property
    def day_of_week(self) -> int:
        """0 for Monday to 6, of extra hours too."""
        return self.valid_from.weekday() if self.weekday is None else self.weekday

    @property
    def is_extra(self) -> bool:
        """Hours on one date only."""
        return self.weekday is None

    @property
    def is_withdrawn(self) -> bool:
        """Ended before it began."""
        return self.valid_until is not None and self.valid_until < self.valid_from

    def clean(self) -> None:
        self._check_times()
        self._check_dates()

    def _check_times(self) -> None:
        for name in ("starts", "ends"):
            if _off_grid(getattr(self, name)):
                raise ValidationError({name: _("Times are multiples of five minutes.")})
        if self.starts >= self.ends:
            raise ValidationError({"ends": _("This must be later than the beginning, on the same day.")})
        if self.visit_minutes % GRID_MINUTES:
            raise ValidationError({"visit_minutes": _("The length is a multiple of five minutes.")})
        if self.visit_minutes > _minutes(self.ends) - _minutes(self.starts):
            raise ValidationError({"visit_minutes": _("Not even one visit of this length fits in.")})

    def _check_dates(self) -> None:
        if self.valid_until is not None and self.valid_until < self.valid_from - DAY:
            raise ValidationError({"valid_until": _("The last day is before the first.")})
        if self.is_extra and self.valid_until is None:
            raise ValidationError({"valid_until": _("Extra hours are on one date.")})
        if self.is_extra and self.valid_until not in {self.valid_from, self.valid_from - DAY}:
            raise ValidationError({"valid_until": _("Extra hours are on one date.")})

    def dates(self, first: date, last: date) -> Iterator[date]:
        """The days from `first` to `last` on which these hours are held."""
        day = max(first, self.valid_from)
        day += timedelta(days=(self.day_of_week - day.weekday()) % 7)
        last = last if self.valid_until is None else min(last, self.valid_until)
        while day <= last:
            yield day
            day += timedelta(days=7)

    def overlaps(self, other: "ScheduleBlock") -> bool:
        """Whether there is a day on which both are held at the same time."""
        if self.starts >= other.ends or other.starts >= self.ends:
            return False
        first = max(self.valid_from, other.valid_from)
        soon = first + timedelta(days=6)
        return bool(set(self.dates(first, soon)) & set(other.dates(first, soon)))


class TimeOffQuerySet(RecordQuerySet):
    def touching(self, starts_at: datetime, ends_at: datetime) -> Self:
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def of(self, doctor_ids: Iterable[UUID], site_ids: Iterable[UUID]) -> Self:
        """Their own and their sites'."""
        return self.filter(
            models.Q(doctor__in=list(doctor_ids)) | models.Q(doctor=None, site__in=list(site_ids))
        )

    def ahead_of(self, doctor: Doctor) -> Self:
        """Those of this doctor and of the site that are not over, the next first."""
        return self.of([doctor.pk], [doctor.site.pk]).filter(ends_at__gt=clock.now()).order_by("starts_at")


class TimeOff(Record):
    """When a doctor, or without one a whole site, sees nobody."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Sick")
        TRAINING = "training", _("Training")
        HOLIDAY = "holiday", _("Public holiday")

    doctor = models.ForeignKey(
        Doctor,
        verbose_name=_("doctor"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="time_off",
        db_index=False,
    )
    site = models.ForeignKey(
        Site,
        verbose_name=_("site"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        help_text=_("Only for a day on which the whole site is closed"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.LEAVE)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects: ClassVar[Any] = TimeOffQuerySet.as_manager()
    booked_visits = 0  # how many booked visits lie within, as add_time_off found

    class Meta:
        verbose_name = pgettext_lazy("of a doctor", "time off")
        verbose_name_plural = pgettext_lazy("of doctors", "time off")
        indexes = [
            models.Index(fields=["doctor", "ends_at"], name="time_off_of_doctor"),
            models.Index(fields=["site", "ends_at"], name="time_off_of_site"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d}–{self.ends_at:%Y-%m-%d}"

    def may_say_why(self, user: User) -> bool:
        """Whether this user may know the kind and the note: whoever plans, and the doctor; holidays are public."""
        own = self.doctor_id is not None and self.doctor_id == user.profile_id
        return self.kind == self.Kind.HOLIDAY or own or user.has_perm("doctors.add_time_off")

    def clean(self) -> None:
        if (self.doctor_id is None) == (self.site_id is None):
            raise ValidationError(gettext("Time off is that of one doctor or of one whole site."))
        for name in ("starts_at", "ends_at"):
            if _off_grid(getattr(self, name)):
                raise ValidationError({name: _("Times are multiples of five minutes.")})
        if self.starts_at >= self.ends_at:
            raise ValidationError({"ends_at": _("This must be later than the beginning.")})


@dataclass(frozen=True)
class OpenBlock:
    """A stretch of a doctor's hours in which visits may be booked, free or taken. Times are aware, in UTC.

    `capacity` visits fit side by side; `places` is how many the room holds, None without a room.
    """

    doctor_id: UUID
    block_id: UUID
    starts_at: datetime
    ends_at: datetime
    visit_minutes: int
    capacity: int
    room_id: UUID | None
    places: int | None

    def without(self, starts_at: datetime, ends_at: datetime) -> "list[OpenBlock]":
        """What is left when this time is taken out: none, one or two pieces."""
        before = replace(self, ends_at=min(self.ends_at, starts_at))
        after = replace(self, starts_at=max(self.starts_at, ends_at))
        return [piece for piece in (before, after) if piece.starts_at < piece.ends_at]


def open_blocks(doctors: Sequence[Doctor], first: date, last: date) -> dict[UUID, list[OpenBlock]]:
    """The open hours of each doctor, in order, without overlap, on the days `first` to `last` of their sites.

    Two queries, however many doctors and days; at most 62 days, later ones are left out. A doctor who
    is not active has none. Where the clock skips an hour, a time within it becomes the first moment
    after it; where an hour comes twice, hours that reach into it cover both.
    """
    last = min(last, first + timedelta(days=LONGEST_WINDOW - 1))
    found: dict[UUID, list[OpenBlock]] = {doctor.pk: [] for doctor in doctors}
    active = {doctor.pk: doctor for doctor in doctors if doctor.is_active}
    if not active:
        return found
    blocks = (
        ScheduleBlock.objects.filter(doctor__in=list(active)).in_force(first, last).select_related("room")
    )
    held: dict[UUID, list[OpenBlock]] = {pk: [] for pk in active}
    for block in blocks:
        zone = active[block.doctor_id].zone
        held[block.doctor_id] += (_on_day(block, day, zone) for day in block.dates(first, last))
    sites = {doctor.pk: doctor.site.pk for doctor in active.values()}
    window = (_start_of(first - DAY), _start_of(last + 2 * DAY))
    absences = list(TimeOff.objects.of(active, set(sites.values())).touching(*window))
    for pk, stretches in held.items():
        away = [one for one in absences if one.doctor_id == pk or one.site_id == sites[pk]]
        found[pk] = _without_absences(_one_after_another(stretches), away)
    return found


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _on_day(block: ScheduleBlock, day: date, zone: ZoneInfo) -> OpenBlock:
    return OpenBlock(
        doctor_id=block.doctor_id,
        block_id=block.pk,
        starts_at=first_moment(datetime.combine(day, block.starts), zone),
        ends_at=end_moment(datetime.combine(day, block.ends), zone),
        visit_minutes=block.visit_minutes,
        capacity=block.capacity,
        room_id=block.room_id,
        places=block.room.places if block.room else None,
    )


def _one_after_another(stretches: list[OpenBlock]) -> list[OpenBlock]:
    """In order; in an hour that comes twice, the earlier of two that meet there keeps it."""
    ordered: list[OpenBlock] = []
    for one in sorted(stretches, key=lambda one: (one.starts_at, one.ends_at)):
        starts_at = max(one.starts_at, ordered[-1].ends_at) if ordered else one.starts_at
        if starts_at < one.ends_at:
            ordered.append(replace(one, starts_at=starts_at))
    return ordered


def _without_absences(stretches: list[OpenBlock], absences: list[TimeOff]) -> list[OpenBlock]:
    for away in absences:
        stretches = [piece for one in stretches for piece in one.without(away.starts_at, away.ends_at)]
    return stretches
