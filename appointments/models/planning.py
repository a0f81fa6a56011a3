"""What is decided beforehand: kinds of visits, the rules of booking, the boards of waiting rooms."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Site
from doctors.models import Doctor
from hospital.models import Record, new_secret


class VisitType(Record):
    """What a visit is for, such as a check-up: its length, what is kept free after it, its colour in the calendar."""

    class Colour(models.TextChoices):
        """Names of the look; each is a ground, a line and a text that are legible in both themes."""

        NEUTRAL = "neutral", _("Grey")
        INFO = "info", _("Blue")
        OK = "ok", _("Green")
        WARN = "warn", _("Amber")
        BUSY = "busy", _("Violet")
        DANGER = "danger", _("Red")

    name = models.CharField(_("name"), max_length=60, unique=True)
    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        db_index=False,
        help_text=_("Short and stable, such as check-up"),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(5), MaxValueValidator(240)], default=20
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes kept free afterwards"), validators=[MaxValueValidator(120)], default=0
    )
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.NEUTRAL)
    is_active = models.BooleanField(_("can be booked"), default=True)

    class Meta:
        verbose_name = _("kind of visit")
        verbose_name_plural = _("kinds of visits")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name, self.code = " ".join(self.name.split()), self.code.lower()
        for name in ("minutes", "buffer_minutes"):
            if getattr(self, name) % 5:
                raise ValidationError({name: _("A multiple of 5 minutes.")})


class BookingPolicy(Record):
    """The limits of booking at one site, or of one doctor; what is empty is decided one storey above.

    The doctor's value wins over that of the site, and that over `appointments.rules.DEFAULTS`.
    """

    scope = models.CharField(max_length=50, unique=True, editable=False)
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    doctor = models.ForeignKey(
        Doctor, verbose_name=_("doctor"), on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    minimum_notice_minutes = models.PositiveIntegerField(
        _("minimum notice"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(60 * 24 * 60)],
        help_text=_("Minutes from now within which nobody can be booked"),
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("horizon"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1100)],
        help_text=_("Days ahead that can be booked"),
    )
    daily_cap = models.PositiveSmallIntegerField(
        _("visits a day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text=_("Of each doctor, at most; empty: no limit"),
    )
    cancellation_cutoff_minutes = models.PositiveIntegerField(
        _("cancellation cut-off"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(60 * 24 * 60)],
        help_text=_("Minutes before the visit from which it can no longer be cancelled or moved"),
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes kept free after each visit"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )

    class Meta:
        verbose_name = _("booking policy")
        verbose_name_plural = _("booking policies")

    def __str__(self) -> str:
        return str(self.doctor or self.site or self._meta.verbose_name)

    def clean(self) -> None:
        if (self.site_id is None) == (self.doctor_id is None):
            raise ValidationError(_("A policy is that of one site or of one doctor."))
        if (self.buffer_minutes or 0) % 5:
            raise ValidationError({"buffer_minutes": _("A multiple of 5 minutes.")})
        self.scope = self.scope_of(doctor_id=self.doctor_id, site_id=self.site_id)

    @staticmethod
    def scope_of(*, doctor_id: Any = None, site_id: Any = None) -> str:
        return f"doctor:{doctor_id.hex}" if doctor_id else f"site:{site_id.hex}"


class WaitingBoard(Record):
    """The screen of a waiting room. Whoever has its address sees numbers and rooms, and nothing else."""

    name = models.CharField(_("name"), max_length=60, help_text=_("Such as: Ground floor"))
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, db_index=False)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        help_text=_("Empty: the whole site"),
    )
    secret = models.CharField(max_length=64, unique=True, default=new_secret, editable=False)
    is_open = models.BooleanField(_("can be seen"), default=True)

    class Meta:
        verbose_name = _("waiting-room board")
        verbose_name_plural = _("waiting-room boards")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name = " ".join(self.name.split())
        if self.department is not None and self.department.site_id != self.site_id:
            raise ValidationError({"department": _("This department is at another site.")})

    @property
    def public_path(self) -> str:
        return reverse("appointments:board", args=[self.secret])
