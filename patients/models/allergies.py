"""What a patient must not be given, and the statement that nothing of the kind is known."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts import places
from hospital import clock
from hospital.models import one_of
from patients.clinical import allergens
from patients.models.chart import ChartEntry, ChartQuerySet
from patients.models.days import not_a_day
from patients.models.people import Patient

MOST_KNOWN = 60


class AllergyQuerySet(ChartQuerySet):
    def known(self, patient_id: UUID) -> Self:
        """What a patient must not be given now: not taken back, not refuted, not over."""
        return self.standing().filter(
            patient_id=patient_id,
            status=Allergy.Status.ACTIVE,
            verification__in=[Allergy.Verification.UNCONFIRMED, Allergy.Verification.CONFIRMED],
        )

    def front(self, patient_id: UUID) -> dict[str, Any]:
        """The part of the chart's first page: all that are known, the most critical first, or that none are.

        `known` is never cut short. Its rows have id, substance, says, criticality, verified, category and coded.
        """
        known = sorted(self.known(patient_id), key=lambda one: (one.urgency, one.pk))
        return {
            "known": [one.on_front() for one in known],
            "none_stated_on": "" if known else AllergyStatement.objects.stated_on(patient_id),
        }


class Allergy(ChartEntry):
    """An allergy or intolerance: FHIR AllergyIntolerance."""

    TEXTS = ("substance", "reaction", "note")

    class Kind(models.TextChoices):
        ALLERGY = "allergy", _("Allergy")
        INTOLERANCE = "intolerance", _("Intolerance")

    class Category(models.TextChoices):
        MEDICATION = "medication", _("Medicine")
        FOOD = "food", _("Food")
        ENVIRONMENT = "environment", _("Environment")
        BIOLOGIC = "biologic", _("Biologic")

    class Criticality(models.TextChoices):
        HIGH = "high", _("High")
        LOW = "low", _("Low")
        UNKNOWN = "unable-to-assess", _("Not known")

    class Severity(models.TextChoices):
        MILD = "mild", _("Mild")
        MODERATE = "moderate", _("Moderate")
        SEVERE = "severe", _("Severe")

    class Verification(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Not verified")
        CONFIRMED = "confirmed", _("Verified")
        REFUTED = "refuted", _("Refuted")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("No longer")

    substance = models.CharField(_("substance"), max_length=200)
    substance_key = models.CharField(
        max_length=60,
        blank=True,
        editable=False,
        help_text=_("In patients.clinical.allergens; empty if not coded"),
    )
    atc = models.CharField(_("ATC code"), max_length=7, blank=True)
    drug_class = models.CharField(_("class"), max_length=60, blank=True)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ALLERGY)
    reaction = models.CharField(_("reaction"), max_length=200, blank=True)
    severity = models.CharField(_("severity of the reaction"), max_length=10, choices=Severity, blank=True)
    criticality = models.CharField(
        _("criticality"), max_length=16, choices=Criticality, default=Criticality.UNKNOWN
    )
    verification = models.CharField(
        _("verification"), max_length=12, choices=Verification, default=Verification.UNCONFIRMED
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    noted_on = models.DateField(_("first noted"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = AllergyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("allergy")
        verbose_name_plural = _("allergies")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_allergy", "Write down an allergy"),
            ("edit_allergy", "Correct or verify an allergy"),
            ("retract_allergy", "Take back an allergy that was entered in error"),
            ("state_no_known_allergies", "State that no allergies are known"),
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "id"], name="allergy_patient")]

    def __str__(self) -> str:
        return self.substance

    @property
    def is_known(self) -> bool:
        """Whether it counts now: see AllergyQuerySet.known."""
        return (
            not self.is_retracted
            and self.status == self.Status.ACTIVE
            and self.verification != self.Verification.REFUTED
        )

    @property
    def is_coded(self) -> bool:
        return bool(self.substance_key)

    @property
    def class_label(self) -> str:
        return allergens.class_label(self.drug_class)

    @property
    def urgency(self) -> int:
        """0 for the most critical. What nobody has assessed is not taken for harmless."""
        return [self.Criticality.HIGH, self.Criticality.UNKNOWN, self.Criticality.LOW].index(
            self.Criticality(self.criticality)
        )

    @property
    def says(self) -> str:
        """The least that must be known of it, in short words: anaphylaxis, verified."""
        words = [
            self.get_kind_display().lower() if self.kind == self.Kind.INTOLERANCE else "",
            self.reaction,
            self.get_severity_display().lower() if self.severity == self.Severity.SEVERE else "",
            ""
            if self.verification == self.Verification.UNCONFIRMED
            else self.get_verification_display().lower(),
        ]
        return ", ".join(filter(None, words))

    def on_front(self) -> dict[str, Any]:
        return {
            "id": str(self.pk),
            "substance": self.substance,
            "says": self.says,
            "criticality": self.criticality,
            "verified": self.verification == self.Verification.CONFIRMED,
            "category": self.category,
            "coded": self.is_coded,
        }

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if not self.substance:
            wrong["substance"] = _("Write what the patient must not be given.")
        if self.noted_on and (because := not_a_day(self.noted_on, self.patient)):
            wrong["noted_on"] = because
        if wrong:
            raise ValidationError(wrong)


class AllergyStatementQuerySet(ChartQuerySet):
    def current(self, patient_id: UUID) -> "AllergyStatement | None":
        found: AllergyStatement | None = one_of(self.filter(patient_id=patient_id, is_current=True))
        return found

    def stated_on(self, patient_id: UUID) -> str:
        """The date of the current statement at the patient's site, in words; "" where there is none."""
        statement = self.current(patient_id)
        if statement is None:
            return ""
        site_id = Patient.objects.values_list("site_id", flat=True).get(pk=patient_id)
        return date_format(statement.stated_at.astimezone(places.site(site_id).zone), "j M Y")


class AllergyStatement(ChartEntry):
    """Somebody asked, and no allergies are known: a dated statement, which the first allergy ends."""

    stated_at = models.DateTimeField(_("stated"), default=clock.now)
    is_current = models.BooleanField(default=True, editable=False)

    objects = AllergyStatementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("statement on allergies")
        verbose_name_plural = _("statements on allergies")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(is_current=True), name="one_allergy_statement"
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
