"""What the assistant has proposed: nothing is done before the person who asked has confirmed it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import RecordQuerySet, StatefulRecord
from patients.models import CareRelation, Patient

WAITS = timedelta(minutes=10)


def canonical(arguments: Mapping[str, Any]) -> str:
    """The one text of these arguments: keys sorted, no spaces."""
    return json.dumps(arguments, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class PendingActionQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """The user's own; of a patient only while the user may see the chart."""
        own = super().visible_to(user).filter(user_id=user.pk)
        if not user.has_perm("patients.declare_care"):
            return own
        treated = CareRelation.objects.filter(user_id=user.pk, is_open=True).values("patient_id")
        return own.filter(patient_id__in=treated)

    def waiting(self) -> Self:
        """Those that can still be confirmed, the latest first."""
        now = clock.now()
        return self.filter(status=PendingAction.Status.WAITING, expires_at__gt=now).order_by("-id")


class PendingAction(StatefulRecord):
    """Something that a person may confirm once, as it stands here.

    `arguments` are canonical JSON and never change; `sha256` is their hash, which the page sends back, so that
    what is done is what was shown.
    """

    class Kind(models.TextChoices):
        APPOINTMENT = "appointment", _("Book an appointment")
        PRESCRIPTION = "prescription", _("Draft a prescription")
        NOTE = "note", _("Draft a note")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for you")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")

    MOVES: ClassVar = {
        Status.WAITING: frozenset({Status.CONFIRMED, Status.DISMISSED}),
    }

    user = models.ForeignKey(
        User, verbose_name=_("proposed to"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    conversation_id = models.UUIDField(_("conversation"), null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    arguments = models.TextField(_("exactly this"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    expires_at = models.DateTimeField(_("can be confirmed until"))
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    made_id = models.UUIDField(null=True, editable=False, help_text=_("What came of it"))

    objects = PendingActionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("proposed action")
        verbose_name_plural = _("proposed actions")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("propose_appointment", "Have an appointment proposed"),
            ("propose_prescription", "Have a prescription proposed"),
            ("propose_note", "Have a note proposed"),
            ("confirm_action", "Confirm what was proposed"),
            ("dismiss_action", "Dismiss what was proposed"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "status", "expires_at"], name="pending_action_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("assistant:action", args=[self.pk])

    @property
    def given(self) -> dict[str, Any]:
        """The arguments, read."""
        read: dict[str, Any] = json.loads(self.arguments)
        return read

    @property
    def is_intact(self) -> bool:
        """Whether the arguments are those that were proposed."""
        return compare_digest(self.sha256, hash_of(self.arguments))

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def has_expired(self) -> bool:
        return self.is_waiting and self.expires_at <= clock.now()

    @property
    def can_be_confirmed(self) -> bool:
        return self.is_waiting and not self.has_expired

    @property
    def made_url(self) -> str:
        """Where that is which came of it; "" before."""
        if self.made_id is None:
            return ""
        if self.kind == self.Kind.APPOINTMENT:
            return reverse("appointments:detail", args=[self.made_id])
        name = "prescriptions:write" if self.kind == self.Kind.PRESCRIPTION else "patients:write_note"
        return reverse(name, args=[self.patient_id, self.made_id])
