"""What a patient must not be given, and the statement that nothing of the kind is known."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital import clock
from patients.models.chart import ChartEntry


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


class AllergyStatement(ChartEntry):
    """Somebody asked, and no allergies are known: a dated statement, which the first allergy ends."""

    stated_at = models.DateTimeField(_("stated"), default=clock.now)
    is_current = models.BooleanField(default=True, editable=False)

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
