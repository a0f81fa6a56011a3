"""One stream of everything that happened to a patient."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.people import Patient


class TimelineQuerySet(models.QuerySet["TimelineEntry"]):
    def of(self, patient_id: UUID) -> "TimelineQuerySet":
        """The latest first."""
        return self.filter(patient_id=patient_id).order_by("-at", "-key")

    def older_than(self, at: datetime, key: str) -> "TimelineQuerySet":
        """What comes after this place of the stream."""
        return self.filter(models.Q(at__lt=at) | models.Q(at=at, key__lt=key))


class TimelineEntry(models.Model):
    """That something happened, of which kind, and what its line says. The row it is about is elsewhere.

    Kept ready on purpose, so that a chart of any length and any number of kinds is one query. Each kind writes
    its lines in the transaction of the event (`patients.timeline.tell`).
    """

    key = models.CharField(primary_key=True, db_column="_id", max_length=80)  # kind:subject
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=30)
    subject_id = models.UUIDField()
    at = models.DateTimeField(_("when"))
    facts = models.JSONField(default=dict)

    objects = TimelineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the timeline")
        verbose_name_plural = _("timeline")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["patient", "at", "key"], name="timeline_patient"),
            models.Index(fields=["patient", "kind", "at", "key"], name="timeline_kind"),
        ]

    def __str__(self) -> str:
        return self.key
