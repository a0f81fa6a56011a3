"""Doctors, their specialities, and rooms."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import places
from accounts.models import Department, Site
from hospital import clock
from hospital.models import Record, RecordQuerySet
from hospital.money import from_minor
from hospital.phones import PhoneField

WARNED_DAYS_AHEAD = 30  # before a licence expires


def department_choices() -> list[tuple[str, str]]:
    """Departments by name, without a query; with the site where there are several."""
    several = len(places.sites()) > 1
    return [
        (str(one.pk), f"{one.name}, {one.site.name}" if several else one.name) for one in places.departments()
    ]


class Speciality(Record):
    """What a doctor is trained in, such as cardiology."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        db_index=False,
        help_text=_("Short and stable, such as cardiology"),
    )

    class Meta:
        verbose_name = _("speciality")
        verbose_name_plural = _("specialities")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name, self.code = self.name.strip(), self.code.lower()


class Room(Record):
    """Where patients are seen; several at once if it has several places."""

    department = models.ForeignKey(Department, verbose_name=_("department"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=60)
    places = models.PositiveSmallIntegerField(
        _("places"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("How many visits it holds at the same time"),
    )

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["department", "name"], name="one_room_per_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name = self.name.strip()


class DoctorQuerySet(RecordQuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_speciality(self, code: str) -> Self:
        """Those who have the speciality with this code."""
        return self.filter(speciality_links__speciality__code=code)

    def search(self, words: str) -> Self:
        """By the beginning of the family name or of the given name, whatever the case."""
        start = " ".join(word for word in words.casefold().split() if word not in {"dr", "dr.", "prof."})
        end = start + "\uffff"
        by_family = models.Q(name_key__gte=start, name_key__lt=end)
        return self.filter(by_family | models.Q(given_key__gte=start, given_key__lt=end))

    def with_specialities(self) -> Self:
        """Have the specialities at hand, with one more query for all rows."""
        links = DoctorSpeciality.objects.select_related("speciality")
        return self.prefetch_related(models.Prefetch("speciality_links", links))


class Doctor(Record):
    """Somebody who sees patients. A user account is linked if the doctor logs in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user account"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="doctor",
    )
    title = models.CharField(_("title"), max_length=20, blank=True, default="Dr.")
    given_name = models.CharField(_("given name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80)
    name_key = models.CharField(max_length=330, editable=False, db_index=True)
    given_key = models.CharField(max_length=330, editable=False, db_index=True)
    department = models.ForeignKey(Department, verbose_name=_("department"), on_delete=models.PROTECT)
    qualifications = models.TextField(_("qualifications"), max_length=600, blank=True)
    languages = models.CharField(
        _("languages"),
        max_length=200,
        blank=True,
        help_text=_("Separated by commas, such as German, English"),
    )
    consultation_fee_minor = models.PositiveIntegerField(
        _("consultation fee"), default=0, help_text=_("In minor units of the currency, such as cents")
    )
    licence_number = models.CharField(_("licence number"), max_length=60, blank=True)
    licence_until = models.DateField(
        _("licence valid until"),
        null=True,
        blank=True,
        help_text=_("Without a valid licence nothing can be prescribed"),
    )
    phone = PhoneField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    is_active = models.BooleanField(_("sees patients"), default=True)
    planned_at = models.DateTimeField(
        default=clock.now,
        editable=False,
        help_text=_(
            "Written first by every change of the hours, so that two changes at once come one by one."
        ),
    )

    objects: ClassVar[Any] = DoctorQuerySet.as_manager()

    class Meta:
        verbose_name = _("doctor")
        verbose_name_plural = _("doctors")

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    def get_absolute_url(self) -> str:
        return reverse("doctors:detail", args=[self.pk])

    def clean(self) -> None:
        for name in ("title", "given_name", "family_name", "languages", "qualifications", "licence_number"):
            setattr(self, name, getattr(self, name).strip())
        missing = {
            name: _("This field is required.")
            for name in ("given_name", "family_name")
            if not getattr(self, name)
        }
        if missing:
            raise ValidationError(missing)
        if self.licence_until is not None and not self.licence_number:
            raise ValidationError({"licence_number": _("Which licence is valid until then?")})
        self.languages = ", ".join(self.language_list)
        given, family = (" ".join(name.casefold().split()) for name in (self.given_name, self.family_name))
        self.name_key, self.given_key = f"{family} {given}"[:330], f"{given} {family}"[:330]

    def change(self, *, seen_version: int | None = None, **changes: Any) -> Self:
        """A new name is found under its new keys."""
        if {"given_name", "family_name"} & set(changes):  # clean() derives these from the names
            changes |= {"name_key": self.name_key, "given_key": self.given_key}
        return super().change(seen_version=seen_version, **changes)

    @property
    def place(self) -> Department:
        """The department with its site, without asking the database."""
        return places.department(self.department_id)

    @property
    def site(self) -> Site:
        return self.place.site

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the clock on the wall where this doctor works."""
        return self.site.zone

    @property
    def specialities(self) -> list[Speciality]:
        """By name."""
        return sorted((link.speciality for link in self.speciality_links.all()), key=lambda one: one.name)

    @property
    def licence(self) -> "Licence":
        """How the licence stands today, on the calendar of the doctor's site."""
        return Licence.of(self, clock.today(self.site.time_zone))

    def may_prescribe(self, on: date) -> bool:
        """Whether the licence is known and holds that day."""
        return bool(self.licence_number) and self.licence_until is not None and on <= self.licence_until

    @property
    def language_list(self) -> list[str]:
        return [word.strip() for word in self.languages.split(",") if word.strip()]

    @property
    def consultation_fee_amount(self) -> Decimal:
        """In the hospital's currency."""
        return from_minor(self.consultation_fee_minor)

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper()


@dataclass(frozen=True, slots=True)
class Licence:
    """How a doctor's licence stands on one day. `days_left` is 0 on the last day, below it afterwards."""

    number: str
    until: date | None
    days_left: int | None

    @classmethod
    def of(cls, doctor: Doctor, on: date) -> Self:
        until = doctor.licence_until
        return cls(doctor.licence_number, until, (until - on).days if until is not None else None)

    @property
    def is_known(self) -> bool:
        return bool(self.number) and self.until is not None

    @property
    def has_expired(self) -> bool:
        return self.is_known and self.days_left is not None and self.days_left < 0

    @property
    def expires_soon(self) -> bool:
        return self.is_known and self.days_left is not None and 0 <= self.days_left <= WARNED_DAYS_AHEAD

    @property
    def needs_attention(self) -> bool:
        """Whether somebody has to be told: not known, over, or soon to be so."""
        return not self.is_known or self.has_expired or self.expires_soon

    @property
    def tone(self) -> str:
        if not self.is_known or self.has_expired:
            return "danger"
        return "warn" if self.expires_soon else "ok"

    @property
    def words(self) -> str:
        """What is to be said of it: expires in 12 days, expired on 3 Mar 2026."""
        if not self.is_known or self.until is None or self.days_left is None:
            return _now("not known")
        day = date_format(self.until, "j M Y")
        if self.has_expired:
            return _now("expired on %(day)s") % {"day": day}
        if self.days_left == 0:
            return _now("expires today")
        if not self.expires_soon:
            return _now("valid until %(day)s") % {"day": day}
        said = ngettext("expires in %(n)d day", "expires in %(n)d days", self.days_left)
        return said % {"n": self.days_left}


class DoctorSpeciality(Record):
    """That a doctor has a speciality."""

    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="speciality_links", db_index=False
    )
    speciality = models.ForeignKey(Speciality, on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("doctor's speciality")
        verbose_name_plural = _("doctors' specialities")
        constraints = [
            models.UniqueConstraint(fields=["doctor", "speciality"], name="one_speciality_per_doctor")
        ]

    def __str__(self) -> str:
        return f"{self.doctor_id} {self.speciality_id}"
