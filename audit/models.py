"""What was done and what was opened: rows that are only ever added."""

from typing import Any, Never
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital import clock
from hospital.models import uuid7


class AppendOnly(Exception):
    """Somebody tried to change or remove an audit row."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **_: Any) -> Never:
        raise AppendOnly("Audit rows are never changed.")

    def delete(self) -> Never:
        raise AppendOnly("Audit rows are never removed.")

    def bulk_update(self, *_: Any, **__: Any) -> Never:
        raise AppendOnly("Audit rows are never changed.")

    def bulk_create(self, *args: Any, update_conflicts: bool = False, **kwargs: Any) -> list["Entry"]:
        if update_conflicts:
            raise AppendOnly("Audit rows are never changed.")
        return super().bulk_create(*args, **kwargs)

    def about_patient(self, patient_id: UUID) -> "EntryQuerySet":
        """Everything that touched this patient's record, newest first."""
        return self.filter(patient_id=patient_id).select_related("actor").order_by("-id")

    def about(self, subject_id: UUID) -> "EntryQuerySet":
        """The history of one record, newest first."""
        return self.filter(subject_id=subject_id).select_related("actor").order_by("-id")


class Entry(models.Model):
    """One act, one record opened, one list read, or one refusal of any of these."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        INVALID = "invalid", _("Invalid input")
        DENIED = "denied", _("Denied")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    at = models.DateTimeField(_("when"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    verb = models.CharField(_("what"), max_length=80)
    subject_type = models.CharField(_("kind of record"), max_length=60, blank=True)
    subject_id = models.UUIDField(_("record"), null=True)
    patient_id = models.UUIDField(_("patient"), null=True)
    door = models.CharField(_("door"), max_length=12)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    details = models.JSONField(_("details"), default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["patient_id", "id"], name="audit_patient"),
            models.Index(fields=["subject_id", "id"], name="audit_subject"),
            models.Index(fields=["actor", "id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("Audit rows are never changed.")
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *_: Any, **__: Any) -> Never:
        raise AppendOnly("Audit rows are never removed.")


class SealQuerySet(models.QuerySet["Seal"]):
    def update(self, **_: Any) -> Never:
        raise AppendOnly("Seals are never changed.")

    def delete(self) -> Never:
        raise AppendOnly("Seals are never removed.")


class Seal(models.Model):
    """The hash over some audit rows, up to `last_id`, and over the seal before."""

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    sequence = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField(default=clock.now)
    last_id = models.UUIDField()
    rows = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.sequence} {self.digest}"
