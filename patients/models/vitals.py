"""What was measured at the bedside."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital import clock
from patients.models.chart import ChartEntry
from patients.models.encounters import Encounter


def _between(lowest: float, highest: float) -> list[MinValueValidator | MaxValueValidator]:
    """What can be written down at all. What is only unlikely is asked about: patients.clinical.ranges."""
    return [MinValueValidator(lowest), MaxValueValidator(highest)]


class Vitals(ChartEntry):
    """One set of measurements, taken together: FHIR vital-signs. What was not measured is None."""

    PARAGRAPHS = ("note",)

    class Consciousness(models.TextChoices):
        """ACVPU, as NEWS2 asks for it."""

        ALERT = "A", _("Alert")
        CONFUSED = "C", _("New confusion")
        VOICE = "V", _("Responds to voice")
        PAIN = "P", _("Responds to pain")
        UNRESPONSIVE = "U", _("Unresponsive")

    class Pregnancy(models.TextChoices):
        NOT_ASKED = "", _("Not asked")
        NO = "no", _("Not pregnant")
        YES = "yes", _("Pregnant")

    encounter = models.ForeignKey(
        Encounter,
        verbose_name=_("consultation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    taken_at = models.DateTimeField(_("taken"), default=clock.now)
    systolic = models.PositiveSmallIntegerField(
        _("systolic blood pressure"), null=True, blank=True, help_text="mmHg", validators=_between(0, 400)
    )
    diastolic = models.PositiveSmallIntegerField(
        _("diastolic blood pressure"), null=True, blank=True, help_text="mmHg", validators=_between(0, 300)
    )
    pulse = models.PositiveSmallIntegerField(
        _("pulse"), null=True, blank=True, help_text="/min", validators=_between(0, 400)
    )
    temperature = models.DecimalField(
        _("temperature"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="°C",
        validators=_between(0, 500),
    )
    respiration = models.PositiveSmallIntegerField(
        _("breathing rate"), null=True, blank=True, help_text="/min", validators=_between(0, 200)
    )
    spo2 = models.PositiveSmallIntegerField(
        _("oxygen saturation"), null=True, blank=True, help_text="%", validators=_between(0, 100)
    )
    on_oxygen = models.BooleanField(_("on oxygen"), null=True, blank=True)
    spo2_scale_2 = models.BooleanField(
        _("saturation target 88–92 % (scale 2)"),
        default=False,
        help_text=_("Hypercapnic respiratory failure"),
    )
    consciousness = models.CharField(_("consciousness"), max_length=1, choices=Consciousness, blank=True)
    weight = models.DecimalField(
        _("weight"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="kg",
        validators=_between(0, 1000),
    )
    height = models.DecimalField(
        _("height"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="cm",
        validators=_between(0, 500),
    )
    pain = models.PositiveSmallIntegerField(
        _("pain"), null=True, blank=True, help_text="0–10", validators=_between(0, 10)
    )
    glucose = models.DecimalField(
        _("glucose"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="mmol/L",
        validators=_between(0, 200),
    )
    pregnancy = models.CharField(_("pregnancy"), max_length=3, choices=Pregnancy, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    news2 = models.PositiveSmallIntegerField("NEWS2", null=True, editable=False)
    news2_not_because = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        verbose_name = _("vital signs")
        verbose_name_plural = _("vital signs")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_vitals", "Write down vital signs"),
            ("retract_vitals", "Take back vital signs that were entered in error"),
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "taken_at", "id"], name="vitals_patient")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
