"""Days as they were counted: small rows that any period is summed from, and which days have to be counted again.

A row holds whole numbers of one day on the site's calendar. What it says follows from the rows of the apps below and
from nothing else: counting a day again gives the same row.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital import clock
from hospital.models import uuid7
from hospital.money import NOTHING, MoneyField


class Topic(models.TextChoices):
    VISITS = "visits", _("Visits")
    MONEY = "money", _("Money")
    MEDICINES = "medicines", _("Prescriptions")


class Touched(models.Model):
    """That something of a day has changed since it was counted. One row for each change: nobody waits for another."""

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    topic = models.CharField(max_length=9, choices=Topic)
    site_id = models.UUIDField()
    day = models.DateField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["topic", "day", "site_id"], name="touched_day")]

    def __str__(self) -> str:
        return f"{self.topic} {self.day}"


class Counted(models.Model):
    """That a day of a site was counted. Whoever counts it again moves `version`: of two at once one begins anew."""

    key = models.CharField(primary_key=True, db_column="_id", max_length=60)  # topic:day:site
    topic = models.CharField(max_length=9, choices=Topic)
    site_id = models.UUIDField()
    day = models.DateField()
    counted_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["topic", "day"], name="counted_day")]

    def __str__(self) -> str:
        return self.key


class DayRow(models.Model):
    """What all counted rows have. `weekday` is 0 for Monday."""

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    day = models.DateField()
    weekday = models.PositiveSmallIntegerField()
    site_id = models.UUIDField()

    NUMBERS: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True


def _number() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(default=0)


class VisitDay(DayRow):
    """The visits of one doctor on one day.

    `held` are those that were not cancelled. The sources, the lead times (days from booking to visit) and newcomers
    count those that were not cancelled; a newcomer was registered at most thirty days before. Waiting is from arrival
    to the beginning of the consultation; `waited` says of how many it is known.
    """

    department_id = models.UUIDField()
    doctor_id = models.UUIDField()

    held = _number()
    booked = _number()
    confirmed = _number()
    arrived = _number()
    in_consultation = _number()
    completed = _number()
    no_show = _number()
    cancelled = _number()

    from_desk = _number()
    from_clinicians = _number()
    from_systems = _number()
    walk_ins = _number()

    lead_same_day = _number()
    lead_week = _number()
    lead_fortnight = _number()
    lead_month = _number()
    lead_longer = _number()

    newcomers = _number()
    waited = _number()
    waited_minutes = _number()
    waited_long = _number()
    planned_minutes = _number()
    open_minutes = _number()

    STATUSES: ClassVar[tuple[str, ...]] = (
        "booked",
        "confirmed",
        "arrived",
        "in_consultation",
        "completed",
        "no_show",
        "cancelled",
    )
    SOURCES: ClassVar[tuple[str, ...]] = ("from_desk", "from_clinicians", "from_systems", "walk_ins")
    LEADS: ClassVar[tuple[str, ...]] = (
        "lead_same_day",
        "lead_week",
        "lead_fortnight",
        "lead_month",
        "lead_longer",
    )
    NUMBERS = (
        "held",
        *STATUSES,
        *SOURCES,
        *LEADS,
        "newcomers",
        "waited",
        "waited_minutes",
        "waited_long",
        "planned_minutes",
        "open_minutes",
    )

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["day", "site_id"], name="visitday_day"),
            models.Index(fields=["doctor_id", "day"], name="visitday_doctor"),
            models.Index(fields=["department_id", "day"], name="visitday_department"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.doctor_id}"


class VisitHour(DayRow):
    """The visits of one doctor that begin in one hour of the clock on the wall.

    Rows that were counted before they had a doctor have none until the worker has counted their day again.
    """

    department_id = models.UUIDField()
    doctor_id = models.UUIDField(null=True)
    hour = models.PositiveSmallIntegerField()
    held = _number()
    no_show = _number()

    NUMBERS = ("held", "no_show")

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["day", "site_id", "weekday", "hour", "held"], name="visithour_day"),
            models.Index(fields=["department_id", "day"], name="visithour_department"),
            models.Index(fields=["doctor_id", "day"], name="visithour_doctor"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hour}"


class RoomDay(DayRow):
    """The minutes in which a room was planned to be used, and those between the first and last hours of its site."""

    room_id = models.UUIDField()
    department_id = models.UUIDField()
    held = _number()
    planned_minutes = _number()
    open_minutes = _number()

    NUMBERS = ("held", "planned_minutes", "open_minutes")

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["day", "site_id"], name="roomday_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.room_id}"


class RevenueDay(DayRow):
    """What was issued and credited on a day for one service, by department, doctor and payer; each may be unknown.

    `issued_amount` and `credited_amount` are with tax, `tax_amount` is the tax in what was issued less what was
    credited. An invoice that is made void gets a credit note of what is left of it.
    """

    service_id = models.UUIDField(null=True)
    department_id = models.UUIDField(null=True)
    doctor_id = models.UUIDField(null=True)
    payer_id = models.UUIDField(null=True)
    lines = _number()
    issued_amount = MoneyField(default=NOTHING)
    credited_amount = MoneyField(default=NOTHING)
    tax_amount = MoneyField(default=NOTHING)

    NUMBERS = ("lines", "issued_amount", "credited_amount", "tax_amount")

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["day", "site_id"], name="revenueday_day"),
            models.Index(fields=["doctor_id", "day"], name="revenueday_doctor"),
            models.Index(fields=["department_id", "day"], name="revenueday_department"),
        ]

    def __str__(self) -> str:
        return str(self.day)


class MoneyDay(DayRow):
    """What came in and went out on a day, by method. What is paid from a deposit came in when the deposit did."""

    method = models.CharField(max_length=14)
    payments = _number()
    received_amount = MoneyField(default=NOTHING)
    refunded_amount = MoneyField(default=NOTHING)

    NUMBERS = ("payments", "received_amount", "refunded_amount")

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["day", "site_id"], name="moneyday_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.method}"


class MedicinesDay(DayRow):
    """The prescriptions that one doctor signed on a day, and what became of the warnings decided on that day."""

    department_id = models.UUIDField()
    doctor_id = models.UUIDField()
    signed = _number()
    lines = _number()
    warned = _number()
    overridden = _number()

    NUMBERS = ("signed", "lines", "warned", "overridden")

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["day", "site_id"], name="medicinesday_day"),
            models.Index(fields=["doctor_id", "day"], name="medicinesday_doctor"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.doctor_id}"


class DayTotal(models.Model):
    """A day of a site in one row for each topic: the sums of its rows, amounts in minor units. For the dashboard."""

    key = models.CharField(primary_key=True, db_column="_id", max_length=60)  # as that of Counted
    topic = models.CharField(max_length=9, choices=Topic)
    site_id = models.UUIDField()
    day = models.DateField()
    numbers = models.JSONField(default=dict)
    counted_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()
        permissions: ClassVar = [
            ("view_figures", "See figures: a doctor the own ones"),
            ("view_revenue", "See figures of money"),
            ("view_people", "See how many patients are of which age, sex and area"),
        ]
        indexes: ClassVar = [models.Index(fields=["day", "site_id"], name="daytotal_day")]

    def __str__(self) -> str:
        return self.key


class PeopleGroup(models.Model):
    """How many patients of a site are alike, as it was counted last: of one sex and year of birth, or of one area.

    An area is the first two digits of the postal code in the address; patients whose address has none have none.
    """

    class Kind(models.TextChoices):
        AGE = "age", _("Age and sex")
        AREA = "area", _("Area")

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    kind = models.CharField(max_length=4, choices=Kind)
    site_id = models.UUIDField()
    sex = models.CharField(max_length=7, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    area = models.CharField(max_length=2, blank=True)
    patients = models.PositiveIntegerField()
    counted_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["kind", "site_id"], name="people_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.patients}"
