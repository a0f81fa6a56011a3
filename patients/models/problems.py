"""What ails a patient, and what those who open the record must know before anything else."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import StatefulRecord
from patients.models.chart import ChartEntry


class Problem(ChartEntry, StatefulRecord):
    """A diagnosis or another lasting concern: FHIR Condition, coded in ICD-10-CM where a code fits."""

    TEXTS = ("title", "note")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        RESOLVED = "resolved", _("Resolved")

    MOVES = {
        Status.ACTIVE: frozenset({Status.RESOLVED}),
        Status.RESOLVED: frozenset({Status.ACTIVE}),
    }

    code = models.CharField(_("ICD-10-CM"), max_length=8, blank=True)
    title = models.CharField(_("problem"), max_length=300)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.ACTIVE, editable=False
    )
    onset_on = models.DateField(_("since"), null=True, blank=True)
    onset_is_year = models.BooleanField(_("only the year is known"), default=False)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    ended_is_year = models.BooleanField(_("only the year is known"), default=False)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_problem", "Write down a problem"),
            ("edit_problem", "Correct a problem"),
            ("resolve_problem", "Say that a problem is over"),
            ("reopen_problem", "Say that a problem is back"),
            ("retract_problem", "Take back a problem that was entered in error"),
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "status", "id"], name="problem_patient")]

    def __str__(self) -> str:
        return self.title


class Alert(ChartEntry):
    """What stands in the head of the record until somebody ends it: FHIR Flag."""

    TEXTS = ("text",)

    class Category(models.TextChoices):
        SAFETY = "safety", _("Safety")
        INFECTION = "infection", _("Infection")
        COMMUNICATION = "communication", _("Communication")
        OTHER = "other", _("Other")

    category = models.CharField(_("category"), max_length=14, choices=Category)
    text = models.CharField(_("alert"), max_length=120)
    raised_at = models.DateTimeField(_("raised"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, editable=False, db_index=False
    )
    ended_because = models.CharField(_("ended because"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("raise_alert", "Put an alert into the head of a record"),
            ("end_alert", "End an alert"),
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "ended_at"], name="alert_patient")]

    def __str__(self) -> str:
        return self.text
