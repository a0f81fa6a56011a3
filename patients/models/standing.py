"""What a patient allows, and records that may be of one and the same person."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import StatefulRecord
from patients.models.chart import ChartEntry
from patients.models.people import Patient


class Consent(ChartEntry):
    """What a patient said, once: FHIR Consent. The latest of a kind counts; none is ever changed."""

    TEXTS = ("note",)

    class Kind(models.TextChoices):
        DATA_SHARING = "data_sharing", _("Sharing data with other providers")
        EXTERNAL_ASSISTANT = "external_assistant", _("An assistant outside this house")

    kind = models.CharField(_("consent to"), max_length=20, choices=Kind)
    is_given = models.BooleanField(_("given"))
    said_at = models.DateTimeField(_("said"), default=clock.now)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        default_permissions = ("view",)
        permissions: ClassVar = [("record_consent", "Write down what a patient allows")]
        indexes: ClassVar = [models.Index(fields=["patient", "kind", "id"], name="consent_patient")]

    def __str__(self) -> str:
        return f"{self.kind} {self.is_given}"


class SuspectedPair(StatefulRecord):
    """Two records that may be of one person. Somebody at the desk decides."""

    class Status(models.TextChoices):
        SUSPECTED = "suspected", _("To be looked at")
        DISMISSED = "dismissed", _("Two people")

    MOVES = {
        Status.SUSPECTED: frozenset({Status.DISMISSED}),
        Status.DISMISSED: frozenset({Status.SUSPECTED}),
    }

    pair = models.CharField(max_length=65, unique=True, editable=False)  # both ids in hex, the smaller first
    first = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("likeness"), help_text="0–100")
    reasons = models.JSONField(default=list)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.SUSPECTED, editable=False
    )
    found_at = models.DateTimeField(_("found"), default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, editable=False, db_index=False
    )
    decided_because = models.CharField(_("because"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("suspected duplicate")
        verbose_name_plural = _("suspected duplicates")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("dismiss_duplicate", "Say that two records are of two people"),
            ("suspect_duplicate", "Say that two records may be of one person"),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "score", "id"], name="suspected_status")]

    def __str__(self) -> str:
        return self.pair
