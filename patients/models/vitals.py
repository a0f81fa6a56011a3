"""What was measured at the bedside."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import places
from hospital import clock
from hospital.models import one_of
from patients.clinical import news2 as early_warning
from patients.clinical import ranges
from patients.clinical.ages import Age, age_on
from patients.clinical.measures import MEASURES
from patients.models.chart import ChartEntry, ChartQuerySet
from patients.models.encounters import Encounter

ON_THE_FRONT = 6


def _between(lowest: float, highest: float) -> list[MinValueValidator | MaxValueValidator]:
    """What can be written down at all. What is only unlikely is asked about: patients.clinical.ranges."""
    return [MinValueValidator(lowest), MaxValueValidator(highest)]


class VitalsQuerySet(ChartQuerySet):
    def newest(self) -> Self:
        return self.order_by("-taken_at", "-id")

    def with_names(self) -> Self:
        """With those who recorded them and took them back, and the patient, on whom the age depends."""
        return self.select_related("recorded_by", "retracted_by", "patient")

    def between(self, since: datetime | None, until: datetime | None = None) -> Self:
        """Taken from `since` on, and before `until`."""
        rows = self.filter(taken_at__gte=since) if since else self
        return rows.filter(taken_at__lt=until) if until else rows

    def that_measured(self, name: str) -> Self:
        return self.filter(**{f"{name}__isnull": False})

    def last_with(self, patient_id: UUID, name: str, *, before: datetime | None = None) -> "Vitals | None":
        """The newest set of a patient in which this was measured, taken no later than `before`."""
        rows = self.filter(patient_id=patient_id).standing().that_measured(name)
        found: Vitals | None = one_of((rows.filter(taken_at__lte=before) if before else rows).newest())
        return found

    def front(self, patient_id: UUID) -> dict[str, Any]:
        """The part of the first page: the newest sets, and the last weight and height with their times."""
        rows = self.filter(patient_id=patient_id).standing().select_related("patient").newest()
        return front_of(
            list(rows[:ON_THE_FRONT]),
            self.last_with(patient_id, "weight"),
            self.last_with(patient_id, "height"),
        )


def front_of(newest: "list[Vitals]", weighed: "Vitals | None", measured: "Vitals | None") -> dict[str, Any]:
    """What `Chart.vitals` holds, of sets with their patient, the newest first."""
    return {
        "readings": [one.as_reading() for one in newest],
        "weight": _value_and_time(weighed, "weight"),
        "height": _value_and_time(measured, "height"),
    }


def _value_and_time(row: "Vitals | None", name: str) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"value": MEASURES[name].text(getattr(row, name)), "at": row.taken_at.isoformat()}


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

    objects = VitalsQuerySet.as_manager()  # type: ignore[misc]

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

    @property
    def values(self) -> dict[str, Decimal | int]:
        """What was measured, by name, in the order of a bedside chart."""
        found = {name: getattr(self, name) for name in MEASURES}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def age(self) -> Age:
        """How old the patient was then, by the clock of the site."""
        day = self.taken_at.astimezone(places.site(self.patient.site_id).zone).date()
        return age_on(day, self.patient.birth_date, is_estimated=self.patient.birth_date_is_estimated)

    @property
    def is_of_pregnancy(self) -> bool:
        return self.pregnancy == self.Pregnancy.YES or self.news2_not_because == early_warning.PREGNANT

    @property
    def who(self) -> ranges.Who:
        return ranges.Who(
            self.age,
            self.patient.sex,
            is_pregnant=self.is_of_pregnancy,
            on_oxygen=bool(self.on_oxygen),
            scale_2=self.spo2_scale_2,
        )

    @property
    def parameters(self) -> early_warning.Reading:
        """What NEWS2 is made of."""
        return early_warning.Reading(
            respiration=self.respiration,
            spo2=self.spo2,
            on_oxygen=self.on_oxygen,
            systolic=self.systolic,
            pulse=self.pulse,
            consciousness=self.consciousness,
            temperature=self.temperature,
            scale_2=self.spo2_scale_2,
        )

    @property
    def score(self) -> early_warning.Score | None:
        """The points of each parameter, where this set was scored."""
        return early_warning.score(self.parameters) if self.news2 is not None else None

    @property
    def risk(self) -> early_warning.Risk | None:
        return self.score.risk if self.score else None

    def as_reading(self) -> dict[str, Any]:
        """This set with its flags, as JSON: by the patient's age then. A value without a range has no flag."""
        who = self.who
        usual = {name: ranges.usual(name, who) for name in self.values}
        return {
            "id": str(self.pk),
            "at": self.taken_at.isoformat(),
            "values": {name: float(value) for name, value in self.values.items()},
            "ranges": {name: [one.low, one.high, one.source] for name, one in usual.items() if one},
            "flags": {name: one.flag(self.values[name]) for name, one in usual.items() if one},
            "age_is_estimated": who.age.is_estimated,
            "on_oxygen": self.on_oxygen,
            "scale_2": self.spo2_scale_2,
            "consciousness": self.consciousness,
            "pregnant": who.is_pregnant,
            "news2": self.news2,
            "news2_not_because": self.news2_not_because,
            "missing": self.parameters.missing,
            "has_three": bool(self.score and self.score.has_three),
        }
