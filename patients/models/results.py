"""What the laboratory reports, and the tests it is asked for."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import Record
from patients.models.chart import ChartEntry


class LabTest(Record):
    """A laboratory test: LOINC code, name, unit, and the range that is offered where the laboratory gives none."""

    loinc = models.CharField("LOINC", max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30)
    unit = models.CharField(_("unit"), max_length=30, blank=True, help_text="UCUM")
    low = models.DecimalField(_("usual from"), max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("usual to"), max_digits=14, decimal_places=4, null=True, blank=True)
    group = models.CharField(_("group"), max_length=40, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("laboratory test")
        verbose_name_plural = _("laboratory tests")
        default_permissions = ("view",)
        permissions: ClassVar = [("keep_lab_tests", "Keep the list of laboratory tests")]

    def __str__(self) -> str:
        return f"{self.short_name} ({self.loinc})"


class LabImport(Record):
    """A file of results that was taken in, as a whole, once."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    laboratory = models.CharField(_("laboratory"), max_length=120, blank=True)
    results = models.PositiveIntegerField(_("results"), default=0)
    imported_by = models.ForeignKey(
        User, verbose_name=_("imported by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("import of results")
        verbose_name_plural = _("imports of results")
        default_permissions = ("view",)
        permissions: ClassVar = [("import_results", "Take in a file of laboratory results")]

    def __str__(self) -> str:
        return self.file_name


class LabResult(ChartEntry):
    """One measured value, or a text: FHIR Observation, category laboratory."""

    TEXTS = ("name", "text", "unit", "laboratory", "external_id", "note")

    class Flag(models.TextChoices):
        """HL7 v3 ObservationInterpretation."""

        NONE = "", _("No range")
        NORMAL = "N", _("Normal")
        LOW = "L", _("Low")
        HIGH = "H", _("High")
        CRITICAL_LOW = "LL", _("Critically low")
        CRITICAL_HIGH = "HH", _("Critically high")
        ABNORMAL = "A", _("Abnormal")

    class Source(models.TextChoices):
        HAND = "hand", _("By hand")
        API = "api", _("Another system")
        IMPORT = "import", _("Import")

    loinc = models.CharField("LOINC", max_length=10)
    name = models.CharField(_("test"), max_length=120)
    comparator = models.CharField(
        _("comparator"), max_length=2, blank=True, choices=[("<", "<"), ("<=", "≤"), (">=", "≥"), (">", ">")]
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("result in words"), max_length=400, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    low = models.DecimalField(_("range from"), max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("range to"), max_digits=14, decimal_places=4, null=True, blank=True)
    flag = models.CharField(_("flag"), max_length=2, choices=Flag, blank=True)
    taken_at = models.DateTimeField(_("sample taken"), default=clock.now)
    laboratory = models.CharField(_("laboratory"), max_length=120, blank=True)
    external_id = models.CharField(
        max_length=120, blank=True, help_text=_("The laboratory's own number of this result")
    )
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND, editable=False)
    imported = models.ForeignKey(
        LabImport, on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, editable=False, db_index=False
    )
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("laboratory result")
        verbose_name_plural = _("laboratory results")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_result", "Write down a laboratory result"),
            ("review_result", "Say that one has seen a result"),
            ("retract_result", "Take back a result that was entered in error"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "taken_at", "id"], name="result_patient"),
            models.Index(fields=["patient", "loinc", "taken_at"], name="result_series"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["laboratory", "external_id"],
                condition=models.Q(external_id__gt=""),
                name="one_result_of_a_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
