"""Visits, and the claims that keep two of them from the same time."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from appointments.models.planning import VisitType
from doctors.models import Doctor, Room
from hospital import clock
from hospital.models import RecordQuerySet, StatefulRecord
from patients.models import Encounter, Patient

CELL = timedelta(minutes=5)
LONGEST_MINUTES = 240
QUEUE_ORDER = ("priority", "queued_at", "id")


def on_the_grid(moment: datetime) -> bool:
    """Whether a moment is a multiple of 5 minutes. Zones are whole multiples of 15 minutes away from UTC."""
    return moment.timestamp() % CELL.total_seconds() == 0


def cells(starts_at: datetime, ends_at: datetime) -> range:
    """The 5-minute cells of a time, as whole numbers since 1970 in UTC."""
    length = int(CELL.total_seconds())
    return range(int(starts_at.timestamp()) // length, -(-int(ends_at.timestamp()) // length))


class AppointmentQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """Doctors see only their own; an account without a doctor's profile then sees none."""
        visible = super().visible_to(user)
        return visible.filter(doctor_id=user.profile_id) if user.role == Role.DOCTOR else visible

    def with_names(self) -> Self:
        """With patient and doctor, whose names every list shows."""
        return self.select_related("patient", "doctor")

    def with_names_alone(self) -> Self:
        """The same for long lists: of patient and doctor only what a line says of them."""
        who = ("given_name", "family_name", "mrn", "birth_date", "birth_date_is_estimated", "sex", "site")
        whom = ("title", "given_name", "family_name", "department")
        own = [field.attname for field in self.model._meta.concrete_fields]
        theirs = [*(f"patient__{name}" for name in who), *(f"doctor__{name}" for name in whom)]
        return self.with_names().only(*own, *theirs)

    def live(self) -> Self:
        """Those that hold their time."""
        return self.filter(status__in=HOLDING)

    def waiting(self) -> Self:
        """The queue, in its order. It has no state of its own: it is the visits of those who have arrived."""
        return self.filter(status=Appointment.Status.ARRIVED).order_by(*QUEUE_ORDER)

    def ahead_of(self, patient_id: UUID) -> Self:
        """The visits of a patient that have not begun and are expected, the next first."""
        expected = [Appointment.Status.BOOKED, Appointment.Status.CONFIRMED]
        rows = self.filter(patient_id=patient_id, status__in=expected, starts_at__gt=clock.now())
        return rows.order_by("starts_at", "id")

    def between(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Those that begin in this time, in its order."""
        return self.filter(starts_at__gte=starts_at, starts_at__lt=ends_at).order_by("starts_at", "id")


class Appointment(StatefulRecord):
    """A patient's visit to a doctor: from booking to its end."""

    class Status(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CONFIRMED = "confirmed", _("Confirmed")
        ARRIVED = "arrived", _("Arrived")
        IN_CONSULTATION = "in_consultation", _("In consultation")
        COMPLETED = "completed", _("Completed")
        NO_SHOW = "no_show", _("No-show")
        CANCELLED = "cancelled", _("Cancelled")

    class Priority(models.IntegerChoices):
        """Who is called before others; within one, whoever has waited longer."""

        URGENT = 1, _("Urgent")
        PREFERRED = 2, _("Preferred")
        NORMAL = 3, _("Normal")

    MOVES = {
        Status.BOOKED: frozenset({Status.CONFIRMED, Status.ARRIVED, Status.CANCELLED, Status.NO_SHOW}),
        Status.CONFIRMED: frozenset({Status.ARRIVED, Status.CANCELLED, Status.NO_SHOW}),
        Status.ARRIVED: frozenset({Status.IN_CONSULTATION, Status.CANCELLED}),
        Status.IN_CONSULTATION: frozenset({Status.COMPLETED}),
        Status.COMPLETED: frozenset(),
        Status.NO_SHOW: frozenset(),
        Status.CANCELLED: frozenset(),
    }
    BACK = {
        Status.CONFIRMED: frozenset({Status.BOOKED}),
        Status.ARRIVED: frozenset({Status.BOOKED, Status.CONFIRMED}),
        Status.IN_CONSULTATION: frozenset({Status.ARRIVED}),
        Status.COMPLETED: frozenset({Status.IN_CONSULTATION}),
        Status.NO_SHOW: frozenset({Status.BOOKED, Status.CONFIRMED}),
    }
    MOVABLE = frozenset({Status.BOOKED, Status.CONFIRMED})

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, db_index=False)
    doctor = models.ForeignKey(Doctor, verbose_name=_("doctor"), on_delete=models.PROTECT, db_index=False)
    room = models.ForeignKey(
        Room, verbose_name=_("room"), on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    ends_at = models.DateTimeField(_("ends"), editable=False)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    lane = models.PositiveSmallIntegerField(_("lane"), default=0, editable=False)
    place = models.PositiveSmallIntegerField(_("place in the room"), default=0, editable=False)
    visit_type = models.ForeignKey(
        VisitType,
        verbose_name=_("kind of visit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes kept free afterwards"), default=0, editable=False
    )
    day_number = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text=_("Which visit of the doctor's day, where the day has a limit")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.BOOKED, editable=False
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    booked_by = models.ForeignKey(
        User,
        verbose_name=_("booked by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    cancelled_because = models.CharField(_("cancelled because"), max_length=300, blank=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived"), null=True, editable=False)
    started_at = models.DateTimeField(_("consultation began"), null=True, editable=False)
    finished_at = models.DateTimeField(_("consultation ended"), null=True, editable=False)
    overridden_because = models.CharField(
        _("booked against a rule because"), max_length=300, blank=True, editable=False
    )
    is_walk_in = models.BooleanField(_("came without an appointment"), default=False, editable=False)
    status_before = models.CharField(
        max_length=16, blank=True, editable=False, help_text=_("Where one step back leads")
    )
    stepped_at = models.DateTimeField(null=True, editable=False)
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("How often the time has changed: SEQUENCE of RFC 5545")
    )
    token = models.PositiveIntegerField(
        _("number"), null=True, editable=False, help_text=_("Of the day at this site, given at the door")
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL, editable=False
    )
    queued_at = models.DateTimeField(_("waits since"), null=True, editable=False)
    called_at = models.DateTimeField(_("last called"), null=True, editable=False)
    calls = models.PositiveSmallIntegerField(_("times called"), default=0, editable=False)
    encounter = models.OneToOneField(
        Encounter,
        verbose_name=_("note"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = AppointmentQuerySet.as_manager()  # type: ignore[misc]
    estimated_wait: Any = None  # a range of minutes, as appointments.waiting reckoned it for a list

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [
            models.Index(fields=["doctor", "starts_at"], name="appointment_doctor"),
            models.Index(fields=["patient", "starts_at"], name="appointment_patient"),
            models.Index(fields=["room", "starts_at"], name="appointment_room"),
            models.Index(fields=["status", "starts_at"], name="appointment_status"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("appointments:detail", args=[self.pk])

    def clean(self) -> None:
        """Lengths and starts lie on the 5-minute grid."""
        if not self.minutes or self.minutes % 5 or self.minutes > LONGEST_MINUTES:
            raise ValidationError({"minutes": _("A multiple of 5 minutes, at most 240.")})
        if self.starts_at.tzinfo is None or not on_the_grid(self.starts_at):
            raise ValidationError({"starts_at": _("Visits start on a multiple of 5 minutes.")})
        self.ends_at = self.starts_at + timedelta(minutes=self.minutes)

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """The word for the status. Django's own goes through all choices for each row of a list."""
        return str(self.Status(self.status).label)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the clinic where the visit is."""
        return self.doctor.zone

    @property
    def is_movable(self) -> bool:
        return self.status in self.MOVABLE

    @property
    def is_waiting(self) -> bool:
        """Whether the patient is here and has not gone in yet."""
        return self.status == self.Status.ARRIVED

    @property
    def is_called(self) -> bool:
        """Whether the number of a patient who has not gone in yet has been called."""
        return self.is_waiting and self.called_at is not None

    @property
    def number(self) -> str:
        """The number of the day as it is shown and called: 007; empty before there is one."""
        return "" if self.token is None else f"{self.token:03}"

    @property
    def free_again_at(self) -> datetime:
        """When the doctor and the room can have the next visit: the end and what is kept free after it."""
        return self.ends_at + timedelta(minutes=self.buffer_minutes)

    def claim_keys(self) -> set[str]:
        """One key for each cell and resource that this visit holds, and one for its number in a limited day."""
        held = cells(self.starts_at, self.free_again_at)
        keys = {*doctor_keys(self.doctor_id, self.lane, held)}
        keys.update(patient_keys(self.patient_id, cells(self.starts_at, self.ends_at)))
        if self.room_id:
            keys.update(room_keys(self.room_id, self.place, held))
        if self.day_number is not None:
            keys.add(day_key(self.doctor_id, self.starts_at.astimezone(self.zone).date(), self.day_number))
        return keys


HOLDING = (
    Appointment.Status.BOOKED,
    Appointment.Status.CONFIRMED,
    Appointment.Status.ARRIVED,
    Appointment.Status.IN_CONSULTATION,
    Appointment.Status.COMPLETED,
)


def doctor_keys(doctor_id: UUID, lane: int, held: Iterable[int]) -> list[str]:
    return [f"doctor:{doctor_id.hex}:{lane}:{cell:08d}" for cell in held]


def room_keys(room_id: UUID, place: int, held: Iterable[int]) -> list[str]:
    return [f"room:{room_id.hex}:{place}:{cell:08d}" for cell in held]


def patient_keys(patient_id: UUID, held: Iterable[int]) -> list[str]:
    """A patient is in one place at a time: no lanes."""
    return [f"patient:{patient_id.hex}:{cell:08d}" for cell in held]


def day_key(doctor_id: UUID, day: date, number: int) -> str:
    """The so-and-so-manyth visit of a doctor's day on the clinic's clock."""
    return f"day:{doctor_id.hex}:{day:%Y%m%d}:{number:04d}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def taken(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys that some visit holds."""
        return set(self.filter(key__in=keys).values_list("key", flat=True))


class Claim(models.Model):
    """One 5-minute cell of one doctor's lane, room's place or patient, or one number of a day, held by one visit.

    The key is the primary key: the database itself refuses a second visit. Nothing else guards a
    booking; reading first only makes the refusal clearer and chooses a lane.
    """

    key = models.CharField(primary_key=True, db_column="_id", max_length=80)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="claims")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Always an insert: writing over another visit's claim must be impossible."""
        super().save(*args, **kwargs | {"force_insert": True})
