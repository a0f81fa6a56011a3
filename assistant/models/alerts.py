"""What was found to be odd, who has looked at it, and what they made of it."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from assistant.anomalies import Kind, Severity
from assistant.anomalies.finding import CLINICAL, OF_BILLING
from hospital.models import RecordQuerySet, StatefulRecord
from patients.models import CareRelation, Patient
from patients.models.words import UNPRINTABLE, has_forbidden, tidy


class Desk(models.TextChoices):
    """Whose matter it is."""

    CLINICAL = "clinical", _("Patients")
    BILLING = "billing", _("Bills")
    ACCESS = "access", _("Access")


def desk_of(kind: str) -> Desk:
    if kind in CLINICAL:
        return Desk.CLINICAL
    return Desk.BILLING if kind in OF_BILLING else Desk.ACCESS


SEEN_WITH = {
    Desk.CLINICAL: "assistant.see_clinical_alerts",
    Desk.BILLING: "assistant.see_billing_alerts",
    Desk.ACCESS: "assistant.see_access_alerts",
}


class AnomalyAlertQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """Clinicians see those of patients in their care, others those of their desk; nobody what is about oneself."""
        desks = [desk for desk, permission in SEEN_WITH.items() if user.has_perm(permission)]
        visible = super().visible_to(user).filter(desk__in=desks).exclude(about_id=user.pk)
        if Desk.CLINICAL not in desks:
            return visible
        treated = CareRelation.objects.filter(user_id=user.pk, is_open=True).values("patient_id")
        return visible.filter(models.Q(patient_id__in=treated) | ~models.Q(desk=Desk.CLINICAL))

    def waiting(self) -> Self:
        return self.filter(status=AnomalyAlert.Status.OPEN)

    def gravest_first(self) -> Self:
        return self.order_by("-severity", "-score", "-id")

    def with_names(self) -> Self:
        return self.select_related("patient", "about", "department", "decided_by")


class AnomalyAlert(StatefulRecord):
    """Something odd, found once: `key` says what was found of what.

    `facts` are the numbers that say so, as JSON, with `series`, the values over time of which the last is the odd one.
    `is_shown`: it is within the budget of its desk and department that day; the others can be looked at as well.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        DISMISSED = "dismissed", _("Dismissed")
        WITHDRAWN = "withdrawn", _("Withdrawn")  # what it was found of was taken back

    MOVES: ClassVar = {
        Status.OPEN: frozenset({Status.ACKNOWLEDGED, Status.DISMISSED, Status.WITHDRAWN}),
    }

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, editable=False)
    desk = models.CharField(_("desk"), max_length=10, choices=Desk, editable=False)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, editable=False)
    score = models.FloatField(_("score"), editable=False)
    key = models.CharField(max_length=120, unique=True, editable=False)
    subject_type = models.CharField(max_length=60, editable=False)
    subject_id = models.UUIDField(editable=False)
    patient = models.ForeignKey(
        Patient,
        verbose_name=_("patient"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    about = models.ForeignKey(
        User,
        verbose_name=_("who did it"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    facts = models.JSONField(_("numbers"), default=dict, editable=False)
    found_on = models.DateField(_("found on"), editable=False)
    is_shown = models.BooleanField(_("within the budget"), default=True, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN, editable=False)
    decided_because = models.CharField(_("because"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, editable=False, db_index=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    in_short = ""  # for lists: the first of the numbers in words, put there by whoever draws them

    objects = AnomalyAlertQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("see_clinical_alerts", "See what is odd in the charts of one’s patients"),
            ("see_billing_alerts", "See what is odd in charges, discounts and refunds"),
            ("see_access_alerts", "See what is odd in who opened which records"),
            ("acknowledge_alert", "Say that an alert is right"),
            ("dismiss_alert", "Dismiss an alert, with a reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["desk", "status", "is_shown", "-severity", "-score"], name="odd_desk"),
            models.Index(fields=["patient", "status"], name="odd_patient"),
            models.Index(fields=["found_on", "desk", "department"], name="odd_day"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("assistant:alert", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_urgent(self) -> bool:
        return self.severity == Severity.URGENT


def reason_of(reason: Any, *, needed: bool) -> str:
    """A reason as it is kept. Raises ValidationError of `reason`."""
    text = tidy(str(reason), lines=False)
    if needed and not text:
        raise ValidationError({"reason": _("Say why this is no concern.")})
    if has_forbidden(text, lines=False):
        raise ValidationError({"reason": UNPRINTABLE})
    if len(text) > 300:
        raise ValidationError({"reason": _("At most 300 signs.")})
    return text
