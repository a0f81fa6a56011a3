"""What has left the house, to whom and about whom; and how much of a day's budget is used."""

from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import Record, RecordQuerySet
from patients.models import Patient


class DisclosureQuerySet(RecordQuerySet):
    def of(self, patient: Patient) -> Self:
        return self.filter(patient_id=patient.pk)

    def listed(self) -> Self:
        """For lists: with names, without what was sent, the latest first."""
        return self.select_related("user", "patient").defer("payload").order_by("-id")


class Disclosure(Record):
    """One request to a provider outside, written down before the network was touched."""

    class Purpose(models.TextChoices):
        ASK = "ask", _("Question")
        EMBED = "embed", _("Search")
        TEST = "test", _("Test of the connection")

    class Outcome(models.TextChoices):
        SENDING = "sending", _("Sent, no answer yet")
        ANSWERED = "answered", _("Answered")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    provider = models.CharField(_("provider"), max_length=20)
    model = models.CharField(_("model"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose)
    user = models.ForeignKey(
        User, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    patient = models.ForeignKey(
        Patient,
        verbose_name=_("patient"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(_("sent"), default=clock.now)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    payload = models.TextField(_("what was sent"), blank=True)
    forgotten_at = models.DateTimeField(_("text forgotten"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.SENDING)
    failure = models.CharField(_("failure"), max_length=20, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    reserved = models.PositiveIntegerField(_("tokens reserved"), default=0)
    tokens_in = models.PositiveIntegerField(_("tokens sent"), default=0)
    tokens_out = models.PositiveIntegerField(_("tokens received"), default=0)

    objects = DisclosureQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("send_outside", "Have a provider outside asked"),
            ("settle_outside", "Write down what became of a request to a provider outside"),
            ("test_provider", "See and test the provider of the assistant"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "id"], name="disclosure_patient"),
            models.Index(fields=["user", "id"], name="disclosure_user"),
            models.Index(fields=["forgotten_at", "at"], name="disclosure_at"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("assistant:disclosure", args=[self.pk])


class TokenUse(models.Model):
    """How many tokens one user has used on one day. Moved by a guarded update only."""

    key = models.CharField(primary_key=True, db_column="_id", max_length=60)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key

    @classmethod
    def rows(cls, user_id: UUID, day: date) -> Any:
        """The row of this user and day, if there is one."""
        return cls.objects.filter(pk=cls.key_of(user_id, day))

    @classmethod
    def key_of(cls, user_id: UUID, day: date) -> str:
        return f"{user_id.hex}:{day.isoformat()}"
