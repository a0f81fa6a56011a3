"""What a patient allows, and records that may be of one and the same person."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import RecordQuerySet, StatefulRecord, one_of
from patients.models.chart import ChartEntry, ChartQuerySet
from patients.models.people import Patient
from patients.models.words import UNPRINTABLE, has_forbidden, tidy


class ConsentQuerySet(ChartQuerySet):
    def said(self) -> Self:
        """What was said and stands, the latest first."""
        return self.standing().order_by("-id")

    def allows(self, patient_id: UUID, kind: str) -> bool:
        """Whether the patient has said yes and not said no since. Never asked means no."""
        latest: Consent | None = one_of(self.filter(patient_id=patient_id, kind=kind).said())
        return latest is not None and latest.is_given

    def front(self, patient_id: UUID) -> dict[str, Any]:
        """What the first page of the chart keeps: by kind what was said last. A kind that is absent was not asked for."""
        latest = {
            kind: one_of(self.filter(patient_id=patient_id, kind=kind).said()) for kind in Consent.Kind.values
        }
        return {kind: one.is_given for kind, one in latest.items() if one is not None}


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

    objects = ConsentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        default_permissions = ("view",)
        permissions: ClassVar = [("record_consent", "Write down what a patient allows")]
        indexes: ClassVar = [models.Index(fields=["patient", "kind", "id"], name="consent_patient")]

    def __str__(self) -> str:
        return f"{self.kind} {self.is_given}"


class SuspectedPairQuerySet(RecordQuerySet):
    def of(self, patient_id: UUID) -> Self:
        """Those of which a patient is one."""
        return self.filter(models.Q(first_id=patient_id) | models.Q(second_id=patient_id))

    def waiting(self) -> Self:
        """Those that somebody has to look at."""
        return self.filter(status=SuspectedPair.Status.SUSPECTED)

    def listed(self, status: str) -> Self:
        """Those of a status with both patients, the likest first."""
        return self.filter(status=status).select_related("first", "second").order_by("-score", "-id")


class SuspectedPair(StatefulRecord):
    """Two records that may be of one person. Somebody at the desk decides."""

    class Status(models.TextChoices):
        SUSPECTED = "suspected", _("To be looked at")
        DISMISSED = "dismissed", _("Two people")

    MOVES = {
        Status.SUSPECTED: frozenset({Status.DISMISSED}),
        Status.DISMISSED: frozenset({Status.SUSPECTED}),
    }

    NO_LONGER_ALIKE = "No longer alike after a correction."
    ONE_IS_CLOSED = "One of the two records was closed."

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

    objects = SuspectedPairQuerySet.as_manager()  # type: ignore[misc]

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

    @property
    def both(self) -> tuple[Patient, Patient]:
        return self.first, self.second

    @property
    def is_dismissed(self) -> bool:
        return self.status == self.Status.DISMISSED

    def clean(self) -> None:
        self.decided_because = tidy(self.decided_because, lines=False)
        if has_forbidden(self.decided_because, lines=False):
            raise ValidationError({"decided_because": UNPRINTABLE})
